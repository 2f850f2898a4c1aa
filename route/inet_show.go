package route

import (
	"encoding/binary"
	"math"
	"strconv"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/netdev"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// inetRow is one route of the table main.
type inetRow struct {
	device            string // "*" for none
	dst, gateway      [4]byte
	mask              [4]byte
	flags             uint32
	metric            int32
	mss, window, irtt int32
	// dstName and gatewayName are shown instead of the numbers.
	dstName, gatewayName string
}

// The columns Ref and Use: no kernel of today counts either.
const ref, use = 0, 0

const notConfigured = "INET (IPv4) not configured in this system.\n"

// showInet prints the FIB, the cache, or both.
func showInet(c *call) error {
	if c.options.wantsFIB() {
		if err := c.showInetFIB(); err != nil {
			return err
		}
	}
	if c.options.cache {
		return c.showInetCache()
	}
	return nil
}

// showInetFIB prints the routes that the kernel writes into /proc/net/route, in
// its order. They come over rtnetlink, in a fraction of the time.
func (c *call) showInetFIB() error {
	out := c.env.Stdout
	if err := netdev.CheckTable("route"); err != nil {
		c.notConfigured(notConfigured)
		return applet.Fail(statusFailed, netdev.Perror("route", err))
	}
	layout := inetLayout(c.options.extend)
	c.head("Kernel IP routing table\n", layout.title)
	conn, err := connect(c.env)
	if err != nil {
		return err
	}
	defer conn.Close()
	names := netdev.Names{Fd: conn.Fd()}
	// One row, one hop and one table for all, so that none is allocated or cleared
	// twice.
	var tb [rtaNHID + 1][]byte
	var row inetRow
	var hop inetHop
	var ok bool
	var buf []byte
	err = conn.Dump(mainTable(), func(m *rtnl.Msg) error {
		if row, hop, ok = parseInetRow(m, tb[:]); !ok {
			return nil
		}
		if hop.object != 0 {
			if err := lookUpHop(c.env, &hop); err != nil {
				return err
			}
		}
		row.setHop(&hop, &names)
		if c.json != nil {
			jsonInetRow(c.json, &row)
			return nil
		}
		if layout.row == nil {
			return nil
		}
		if !c.options.numeric {
			c.nameInetRow(&row)
		}
		buf = layout.row(buf[:0], &row)
		out.Write(buf)
		return nil
	})
	if rtnl.Errno(err) == unix.ENOENT {
		// No address was ever set here, so there is no table yet.
		return applet.Silent(statusFailed)
	}
	return err
}

// head prints what stands above a table; JSON has nothing there.
func (c *call) head(title, columns string) {
	if c.json == nil {
		c.env.Stdout.WriteString(title)
		c.env.Stdout.WriteString(columns)
	}
}

// notConfigured says on stdout, as the original does, that there is no such table.
func (c *call) notConfigured(text string) {
	if c.json == nil {
		c.env.Stdout.WriteString(text)
	}
}

// mainTable asks for the routes of the table main.
func mainTable() *rtnl.Request {
	r := rtnl.NewRequest(unix.RTM_GETROUTE, 0)
	r.Body((&[unix.SizeofRtMsg]byte{unix.AF_INET})[:])
	r.U32(unix.RTA_TABLE, unix.RT_TABLE_MAIN)
	return r
}

// showInetCache prints the head of the route cache. Linux has had none since
// 3.6, but for the file with its head.
func (c *call) showInetCache() error {
	table, err := netdev.OpenTable("rt_cache")
	if err != nil {
		c.notConfigured(notConfigured)
		return applet.Fail(statusFailed, netdev.Perror("rt_cache", err))
	}
	table.Close()
	c.head("Kernel IP routing cache\n", inetLayout(c.options.extend).cacheTitle)
	return nil
}

// parseInetRow reads a route and its first hop. ok is false for one that the
// table does not show: of another table, or to a broadcast or multicast address.
// at is the room for its attributes.
func parseInetRow(m *rtnl.Msg, at rtnl.Attrs) (r inetRow, hop inetHop, ok bool) {
	if m.Type != unix.RTM_NEWROUTE || len(m.Data) < unix.SizeofRtMsg || m.Data[0] != unix.AF_INET || m.Data[1] > 32 {
		return r, hop, false
	}
	kind := m.Data[7]
	if kind == unix.RTN_BROADCAST || kind == unix.RTN_MULTICAST {
		return r, hop, false
	}
	at.Parse(m.Data[unix.SizeofRtMsg:])
	if table, _ := at.U32(unix.RTA_TABLE); table != unix.RT_TABLE_MAIN {
		return r, hop, false
	}
	r.flags = flagUp
	if kind == unix.RTN_UNREACHABLE || kind == unix.RTN_PROHIBIT {
		r.flags |= flagReject
	}
	copy(r.dst[:], at.Get(unix.RTA_DST))
	binary.BigEndian.PutUint32(r.mask[:], ^uint32(math.MaxUint32>>m.Data[1]))
	if m.Data[1] == 32 {
		r.flags |= flagHost
	}
	r.metric, _ = at.S32(unix.RTA_PRIORITY)
	r.setMetrics(at)
	return r, firstInetHop(at), true
}

// setMetrics reads what is known about TCP: the MSS as the size of a packet, the
// round trip time in milliseconds.
func (r *inetRow) setMetrics(at rtnl.Attrs) {
	if !at.Has(unix.RTA_METRICS) {
		return
	}
	var tb [unix.RTAX_ADVMSS + 1][]byte
	mx := rtnl.Attrs(tb[:])
	at.Nested(unix.RTA_METRICS, mx)
	if mss, _ := mx.S32(unix.RTAX_ADVMSS); mss != 0 {
		r.mss = mss + 40
	}
	r.window, _ = mx.S32(unix.RTAX_WINDOW)
	rtt, _ := mx.U32(unix.RTAX_RTT)
	r.irtt = int32(rtt >> 3)
}

// setHop enters the hop's device and gateway. A gateway that is no IPv4 address
// has only the flag.
func (r *inetRow) setHop(hop *inetHop, names *netdev.Names) {
	r.device = "*"
	if hop.device != 0 {
		r.device = names.Get(hop.device).Name
	}
	r.gateway = hop.gateway
	if hop.via {
		r.flags |= flagGateway
	}
}

// nameInetRow looks up the names of a row's addresses. A destination is a host
// if its flag says so or if it has bits beyond its mask; a gateway is always
// one. The unspecified address has no name but "default", and that only with
// no mask.
func (c *call) nameInetRow(r *inetRow) {
	switch {
	case r.dst != [4]byte{}:
		host := r.flags&flagHost != 0 || beyond(r.dst, r.mask)
		r.dstName = c.resolver.Label(r.dst, host)
	case r.mask == [4]byte{}:
		r.dstName = "default"
	}
	if r.gateway != [4]byte{} {
		r.gatewayName = c.resolver.Label(r.gateway, true)
	}
}

// beyond tells whether an address has bits that its mask has not.
func beyond(a, mask [4]byte) bool {
	for i := range a {
		if a[i]&^mask[i] != 0 {
			return true
		}
	}
	return false
}

// layout is one of the three forms of the table, or none of them.
type layout struct {
	title      string
	cacheTitle string
	row        func([]byte, *inetRow) []byte
}

// inetLayout returns the form for so many -e. The original counts to three in
// two bits, and has no form for three.
func inetLayout(extend int) layout {
	const fib = "Destination     Gateway         Genmask         "
	const cache = "Source          Destination     Gateway         "
	const counts, sizes = "Flags Metric Ref    Use Iface", "Flags   MSS Window  irtt Iface"
	const both = counts + "    MSS   Window irtt"
	switch extend & 3 {
	case 0:
		return layout{fib + counts + "\n", cache + counts + "\n", appendCounts}
	case 1:
		return layout{fib + sizes + "\n", cache + sizes + "\n", appendSizes}
	case 3:
		return layout{}
	}
	return layout{fib + both + "\n", cache + both + "  TOS HHRef HHUptod     SpecDst\n", appendBoth}
}

// addrWidth is the width of the columns of addresses; longer names are cut.
const addrWidth = 15

// appendAddresses appends what all forms begin with, up to the flags.
func appendAddresses(dst []byte, r *inetRow, flagWidth int) []byte {
	dst = append(appendAddr(dst, r.dst, r.dstName), ' ')
	if r.flags&flagReject != 0 {
		dst = append(dst, "-               "...)
	} else {
		dst = append(appendAddr(dst, r.gateway, r.gatewayName), ' ')
	}
	dst = append(appendAddr(dst, r.mask, ""), ' ')
	dst = appendFlags(dst, r.flags, inetLetters[:], flagWidth)
	return append(dst, ' ')
}

// appendAddr appends a name, or an address that has none.
func appendAddr(dst []byte, a [4]byte, name string) []byte {
	start := len(dst)
	if name != "" {
		dst = append(dst, format.Cut(name, addrWidth)...)
	} else {
		dst = format.AppendIPv4(dst, a[:])
	}
	return format.AppendBlanks(dst, addrWidth-(len(dst)-start))
}

// appendCounts appends a row with metric and counters (route).
func appendCounts(dst []byte, r *inetRow) []byte {
	dst = appendAddresses(dst, r, 5)
	dst = append(format.AppendIntLeft(dst, int64(r.metric), 6), ' ')
	if r.flags&flagReject != 0 {
		dst = format.AppendIntRight(append(dst, "-  "...), use, 7)
		return append(dst, " -\n"...)
	}
	dst = append(format.AppendIntLeft(dst, ref, 2), ' ')
	dst = append(format.AppendIntRight(dst, use, 7), ' ')
	return append(append(dst, r.device...), '\n')
}

// appendSizes appends a row with what TCP wants to know (route -e).
func appendSizes(dst []byte, r *inetRow) []byte {
	dst = appendAddresses(dst, r, 5)
	if r.flags&flagReject != 0 {
		return append(dst, "    - -          - -\n"...)
	}
	dst = append(format.AppendIntRight(dst, int64(r.mss), 5), ' ')
	dst = append(format.AppendIntLeft(dst, int64(r.window), 5), ' ')
	dst = append(format.AppendIntRight(dst, int64(r.irtt), 6), ' ')
	return append(append(dst, r.device...), '\n')
}

// appendBoth appends a row with all of it (route -ee). The device has room for
// six characters.
func appendBoth(dst []byte, r *inetRow) []byte {
	dst = appendAddresses(dst, r, 5)
	dst = append(format.AppendIntLeft(dst, int64(r.metric), 6), ' ')
	if r.flags&flagReject != 0 {
		dst = format.AppendIntRight(append(dst, "-  "...), use, 7)
		return append(dst, " -        -     -      -\n"...)
	}
	dst = append(format.AppendIntLeft(dst, ref, 3), ' ')
	dst = append(format.AppendIntRight(dst, use, 6), ' ')
	dst = format.AppendLeft(dst, format.Cut(r.device, 6), 6)
	dst = append(format.AppendIntLeft(append(dst, "   "...), int64(r.mss), 5), ' ')
	dst = append(format.AppendIntLeft(dst, int64(r.window), 6), ' ')
	return append(strconv.AppendInt(dst, int64(r.irtt), 10), '\n')
}
