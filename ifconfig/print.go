package ifconfig

import (
	"strconv"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
)

// flagName is a flag of an interface, in the long and the short form.
type flagName struct {
	flag int16
	name string
}

// dynamic is IFF_DYNAMIC, the sign of the ioctl's 16 bits.
const dynamic = -0x8000

// flagNames are the flags of the long form in its order.
func flagNames() [14]flagName {
	return [...]flagName{
		{unix.IFF_UP, "UP"},
		{unix.IFF_BROADCAST, "BROADCAST"},
		{unix.IFF_DEBUG, "DEBUG"},
		{unix.IFF_LOOPBACK, "LOOPBACK"},
		{unix.IFF_POINTOPOINT, "POINTOPOINT"},
		{unix.IFF_NOTRAILERS, "NOTRAILERS"},
		{unix.IFF_RUNNING, "RUNNING"},
		{unix.IFF_NOARP, "NOARP"},
		{unix.IFF_PROMISC, "PROMISC"},
		{unix.IFF_ALLMULTI, "ALLMULTI"},
		{unix.IFF_SLAVE, "SLAVE"},
		{unix.IFF_MASTER, "MASTER"},
		{unix.IFF_MULTICAST, "MULTICAST"},
		{dynamic, "DYNAMIC"},
	}
}

// appendFlags appends the flags by number and name. The original's bracket is
// left open when there are none, and is missing when none has a name.
func appendFlags(dst []byte, flags int16) []byte {
	dst = append(dst, "flags="...)
	dst = strconv.AppendInt(dst, int64(flags), 10)
	if flags == 0 {
		return append(dst, '<')
	}
	var names namesInBrackets
	for _, f := range flagNames() {
		if flags&f.flag != 0 {
			dst = names.add(dst, f.name)
		}
	}
	return names.end(dst)
}

// namesInBrackets writes a list like <UP,RUNNING>, and nothing for an empty one.
type namesInBrackets struct{ some bool }

func (n *namesInBrackets) add(dst []byte, name string) []byte {
	if n.some {
		dst = append(dst, ',')
	} else {
		dst = append(dst, '<')
	}
	n.some = true
	return append(dst, name...)
}

func (n *namesInBrackets) end(dst []byte) []byte {
	if n.some {
		dst = append(dst, '>')
	}
	return dst
}

// appendLong appends an interface in paragraphs, with an empty line behind.
func appendLong(dst []byte, i *iface) []byte {
	dst = appendFlags(append(append(dst, i.name...), ": "...), i.flags)
	dst = appendSigned(dst, "  mtu ", i.mtu)
	if i.outfill != 0 || i.keepalive != 0 {
		dst = appendSigned(dst, "  outfill ", i.outfill)
		dst = appendSigned(dst, "  keepalive ", i.keepalive)
	}
	dst = append(dst, '\n')
	dst = appendInet(dst, i)
	for n := range i.inet6 {
		dst = appendInet6(dst, &i.inet6[n])
	}
	dst = appendHardware(dst, i)
	dst = appendMedia(dst, i)
	if i.stats != nil {
		dst = appendStats(dst, i)
	}
	dst = appendResource(dst, &i.resource)
	return append(dst, '\n')
}

const indent = "        "

func appendSigned(dst []byte, label string, v int32) []byte {
	return strconv.AppendInt(append(dst, label...), int64(v), 10)
}

func appendCount(dst []byte, label string, v uint64) []byte {
	return strconv.AppendUint(append(dst, label...), v, 10)
}

func appendInet(dst []byte, i *iface) []byte {
	if i.inet == nil {
		return dst
	}
	a := i.inet
	dst = format.AppendIPv4(append(dst, indent+"inet "...), a.local[:])
	dst = format.AppendIPv4(append(dst, "  netmask "...), a.mask[:])
	if i.flags&unix.IFF_BROADCAST != 0 {
		dst = format.AppendIPv4(append(dst, "  broadcast "...), a.brd[:])
	}
	if i.flags&unix.IFF_POINTOPOINT != 0 {
		dst = format.AppendIPv4(append(dst, "  destination "...), a.peer[:])
	}
	return append(dst, '\n')
}

// Scopes of IPv6 addresses in the kernel's table (net/ipv6.h).
const (
	scopeHost   = 0x10
	scopeLink   = 0x20
	scopeSite   = 0x40
	scopeCompat = 0x80 // the address stands for one of IPv4
)

func appendInet6(dst []byte, a *inet6Address) []byte {
	dst = append(dst, indent+"inet6 "...)
	if [12]byte(a.address[:12]) == [12]byte{10: 0xff, 11: 0xff} {
		dst = format.AppendIPv4(dst, a.address[12:])
	} else {
		dst = format.AppendIPv6(dst, a.address[:])
	}
	dst = appendCount(dst, "  prefixlen ", uint64(a.bits))
	dst = strconv.AppendUint(append(dst, "  scopeid 0x"...), uint64(a.scope), 16)
	var names namesInBrackets
	if a.scope&scopeCompat != 0 {
		dst = names.add(dst, "compat")
	}
	if a.scope&^scopeCompat == 0 {
		dst = names.add(dst, "global")
	}
	for _, s := range [...]struct {
		scope uint8
		name  string
	}{{scopeLink, "link"}, {scopeSite, "site"}, {scopeHost, "host"}} {
		if a.scope&s.scope != 0 {
			dst = names.add(dst, s.name)
		}
	}
	return append(names.end(dst), '\n')
}

// portNames are the media by their numbers (IF_PORT_*, linux/netdevice.h), with
// the names that the word media takes for them too.
func portNames() [7][]string {
	return [...][]string{
		{"unknown"},
		{"10base2", "bnc", "coax"},
		{"10baseT", "utp", "tpe"},
		{"AUI", "thick", "db15"},
		{"100baseT"},
		{"100baseTX"},
		{"100baseFX"},
	}
}

func appendMedia(dst []byte, i *iface) []byte {
	if i.flags&unix.IFF_PORTSEL == 0 {
		return dst
	}
	dst = append(dst, indent+"media "...)
	if names := portNames(); int(i.resource.port) < len(names) {
		dst = append(dst, names[i.resource.port][0]...)
	} else {
		dst = append(dst, "(null)"...)
	}
	if i.flags&unix.IFF_AUTOMEDIA != 0 {
		dst = append(dst, "autoselect"...)
	}
	return append(dst, '\n')
}

func appendStats(dst []byte, i *iface) []byte {
	s := i.stats
	serial := i.kind == unix.ARPHRD_CSLIP || i.kind == unix.ARPHRD_CSLIP6
	dst = appendTraffic(dst, "RX", s[rxPackets], s[rxBytes])
	if serial {
		dst = append(appendCount(dst, indent+"RX compressed:", s[rxCompressed]), '\n')
	}
	dst = appendCount(dst, indent+"RX errors ", s[rxErrors])
	dst = appendCount(dst, "  dropped ", rxDrops(s))
	dst = appendCount(dst, "  overruns ", s[rxFifoErrors])
	dst = append(appendCount(dst, "  frame ", rxFrames(s)), '\n')
	dst = appendTraffic(dst, "TX", s[txPackets], s[txBytes])
	if serial {
		dst = append(appendCount(dst, indent+"TX compressed ", s[txCompressed]), '\n')
	}
	dst = appendCount(dst, indent+"TX errors ", s[txErrors])
	dst = appendCount(dst, "  dropped ", s[txDropped])
	dst = appendCount(dst, " overruns ", s[txFifoErrors])
	carrier := s[txCarrierErrors] + s[txAbortedErrors] + s[txWindowErrors] + s[txHeartbeatErrors]
	dst = appendCount(dst, "  carrier ", carrier)
	return append(appendCount(dst, "  collisions ", s[collisions]), '\n')
}

// rxDrops and rxFrames gather counters as /proc/net/dev does.
func rxDrops(s *[statsFields]uint64) uint64 { return s[rxDropped] + s[rxMissedErrors] }

func rxFrames(s *[statsFields]uint64) uint64 {
	return s[rxLengthErrors] + s[rxOverErrors] + s[rxCRCErrors] + s[rxFrameErrors]
}

func appendTraffic(dst []byte, way string, packets, bytes uint64) []byte {
	dst = append(append(dst, indent...), way...)
	dst = appendCount(dst, " packets ", packets)
	dst = append(appendCount(dst, "  bytes ", bytes), " ("...)
	return append(appendSize(dst, bytes), ")\n"...)
}

// appendSize appends a number of bytes in its largest unit, with one decimal
// that is cut, not rounded. A whole unit still counts in the one below.
func appendSize(dst []byte, n uint64) []byte {
	tenths, unit := n*10, " B"
	if n > 1<<60 {
		// Ten times the number would not fit. The original's divisor, kept.
		tenths, unit = n/115292150460684697, " EiB"
	} else {
		for i := 5; i > 0; i-- {
			if size := uint64(1) << (10 * i); n > size {
				tenths, unit = tenths/size, [...]string{" B", " KiB", " MiB", " GiB", " TiB", " PiB"}[i]
				break
			}
		}
	}
	dst = append(strconv.AppendUint(dst, tenths/10, 10), '.')
	return append(append(dst, '0'+byte(tenths%10)), unit...)
}

// appendResource appends what a card takes of the machine, if it takes anything.
func appendResource(dst []byte, r *resource) []byte {
	// Lower bases are those of cards without ports.
	const lowestBase = 0x100
	if r.irq == 0 && r.start == 0 && r.dma == 0 && r.base < lowestBase {
		return dst
	}
	dst = append(dst, indent+"device "...)
	if r.irq != 0 {
		dst = append(appendCount(dst, "interrupt ", uint64(r.irq)), "  "...)
	}
	if r.base >= lowestBase {
		dst = strconv.AppendUint(append(dst, "base 0x"...), uint64(r.base), 16)
		dst = append(dst, "  "...)
	}
	if r.start != 0 {
		dst = strconv.AppendUint(append(dst, "memory 0x"...), r.start, 16)
		dst = strconv.AppendUint(append(dst, '-'), r.end, 16)
		dst = append(dst, "  "...)
	}
	if r.dma != 0 {
		dst = strconv.AppendUint(append(dst, "  dma 0x"...), uint64(r.dma), 16)
	}
	return append(dst, '\n')
}

// appendShort appends an interface as a row of the table.
func appendShort(dst []byte, i *iface) []byte {
	dst = append(format.AppendLeft(dst, format.Cut(i.name, 15), 15), ' ')
	dst = append(format.AppendIntRight(dst, int64(i.mtu), 5), ' ')
	if s := i.stats; s != nil {
		dst = appendColumn(dst, s[rxPackets], 8)
		dst = appendColumn(dst, s[rxErrors], 6)
		dst = appendColumn(dst, rxDrops(s), 6)
		dst = append(format.AppendLeft(dst, strconv.FormatUint(s[rxFifoErrors], 10), 6), ' ')
		dst = appendColumn(dst, s[txPackets], 8)
		dst = appendColumn(dst, s[txErrors], 6)
		dst = appendColumn(dst, s[txDropped], 6)
		dst = appendColumn(dst, s[txFifoErrors], 6)
	} else {
		dst = format.AppendLeft(dst, "     - no statistics available -", 56)
	}
	return append(appendLetters(dst, i.flags), '\n')
}

func appendColumn(dst []byte, v uint64, width int) []byte {
	return append(format.AppendRight(dst, strconv.FormatUint(v, 10), width), ' ')
}

// appendLetters appends the flags as letters.
func appendLetters(dst []byte, flags int16) []byte {
	if flags == 0 {
		return append(dst, "[NO FLAGS]"...)
	}
	for _, f := range [...]flagName{
		{unix.IFF_ALLMULTI, "A"},
		{unix.IFF_BROADCAST, "B"},
		{unix.IFF_DEBUG, "D"},
		{unix.IFF_LOOPBACK, "L"},
		{unix.IFF_MULTICAST, "M"},
		{dynamic, "d"},
		{unix.IFF_PROMISC, "P"},
		{unix.IFF_NOTRAILERS, "N"},
		{unix.IFF_NOARP, "O"},
		{unix.IFF_POINTOPOINT, "P"},
		{unix.IFF_SLAVE, "s"},
		{unix.IFF_MASTER, "m"},
		{unix.IFF_RUNNING, "R"},
		{unix.IFF_UP, "U"},
	} {
		if flags&f.flag != 0 {
			dst = append(dst, f.name...)
		}
	}
	return dst
}
