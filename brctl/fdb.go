package brctl

import (
	"runtime"
	"slices"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
)

// fdbEntry is one address of a bridge's forwarding table.
type fdbEntry struct {
	mac    [6]byte
	number uint16 // of the port
	age    uint32 // since it was last seen, in 1/100 s
	local  bool
}

// fdb lists a bridge's forwarding table by address.
//
// The kernel walks the table once for every port to dump it by rtnetlink, and
// once for every 256 entries for the bridge's own ioctl: so the ioctl is asked,
// and rtnetlink where the table has very many entries or there is no ioctl (a
// recording, a 32-bit process). They tell the same.
func (b *box) fdb(d *device) (list []fdbEntry, err error) {
	conn, err := b.ask()
	if err != nil {
		return nil, err
	}
	complete := false
	if s, ok := conn.(interface{ Fd() int }); ok {
		list, complete = b.ioctlFDB(s.Fd(), d)
	}
	if !complete {
		list, err = b.dumpFDB(d.index)
	}
	sortFDB(list)
	return list, err
}

// sortFDB sorts by address; of one address, the entry that came first stays
// first. It goes byte by byte from the last (radix sort), and passes over bytes
// that are the same in all: most addresses of a net begin alike.
func sortFDB(list []fdbEntry) {
	other := make([]fdbEntry, len(list))
	from, to := list, other
	for at := len(fdbEntry{}.mac) - 1; at >= 0 && len(list) > 1; at-- {
		var next [256]int
		for i := range from {
			next[from[i].mac[at]]++
		}
		if next[from[0].mac[at]] == len(from) {
			continue
		}
		sum := 0
		for i, n := range next {
			next[i], sum = sum, sum+n
		}
		for i := range from {
			place := &next[from[i].mac[at]]
			to[*place] = from[i]
			*place++
		}
		from, to = to, from
	}
	copy(list, from)
}

const (
	// entrySize is that of struct __fdb_entry (linux/if_bridge.h).
	entrySize = 16
	// batch is a page of entries: more the kernel gives at no time.
	batch = 4096 / entrySize
	// maxPerPort is how many entries for each port are read by ioctl, whose cost
	// grows with their square: netlink's grows with their product with the ports.
	maxPerPort = 1 << 15
)

// ioctlFDB reads the table from the bridge. complete is false when it could not,
// or when netlink does better.
func (b *box) ioctlFDB(fd int, d *device) (list []fdbEntry, complete bool) {
	buf := new([batch * entrySize]byte)
	q := &bridgeRequest{request: getFDBEntries, buf: unsafe.Pointer(buf), max: batch}
	limit := maxPerPort
	for len(list) < limit {
		q.offset = uintptr(len(list))
		n, errno := q.do(fd, d.name, b.env.Alone)
		runtime.KeepAlive(buf)
		if errno != 0 || n > batch {
			return nil, false
		}
		if n == 0 {
			return list, true
		}
		if len(list)+n > cap(list) {
			// Once, for all that follow: room that is not used is no memory.
			list = slices.Grow(list, min(len(list), 1)*maxPerPort+n)
		}
		for e := buf[:n*entrySize]; len(e) > 0; e = e[entrySize:] {
			list = append(list, parseEntry(e))
		}
		if limit == maxPerPort && len(list) >= limit {
			limit = maxPerPort * max(b.countPorts(d.index), 1)
		}
	}
	return nil, false
}

// countPorts is the number of a bridge's ports.
func (b *box) countPorts(master int32) (n int) {
	b.walkPorts(func(l *link) {
		if of, _ := l.at().S32(unix.IFLA_MASTER); of == master {
			n++
		}
	})
	return n
}

// parseEntry reads a struct __fdb_entry: the address, the low byte of the port's
// number, whether it is local, the age, and the number's high byte.
func parseEntry(b []byte) fdbEntry {
	return fdbEntry{
		mac:    [6]byte(b),
		number: uint16(b[12])<<8 | uint16(b[6]),
		local:  b[7] != 0,
		age:    native.Uint32(b[8:]),
	}
}

// States and layout of struct ndmsg (linux/neighbour.h).
const (
	ndmsgSize    = 12
	nudPermanent = 0x80
	nudNoARP     = 0x40
	// Offset of ndm_updated in struct nda_cacheinfo.
	cacheUpdated = 8
)

// dumpFDB reads the table by rtnetlink, which tells ports by their interfaces.
func (b *box) dumpFDB(master int32) ([]fdbEntry, error) {
	numbers := map[int32]uint16{}
	err := b.walkPorts(func(l *link) {
		if of, _ := l.at().S32(unix.IFLA_MASTER); of == master {
			var tb [unix.IFLA_BRPORT_NO + 1][]byte
			at := rtnl.Attrs(tb[:])
			l.at().Nested(unix.IFLA_PROTINFO, at)
			numbers[l.index], _ = at.U16(unix.IFLA_BRPORT_NO)
		}
	})
	if err != nil {
		return nil, err
	}
	r := rtnl.NewRequest(unix.RTM_GETNEIGH, 0)
	r.Body(append([]byte{unix.AF_BRIDGE}, make([]byte, ndmsgSize-1)...))
	r.U32(unix.NDA_MASTER, uint32(master))
	var list []fdbEntry
	err = b.conn.Dump(r, func(m *rtnl.Msg) error {
		if e, port, ok := parseFDB(m, master); ok {
			if e.number, ok = numbers[port]; ok {
				list = append(list, e)
			}
		}
		return nil
	})
	return list, err
}

// parseFDB reads an entry of the bridge. Entries that belong to a device
// itself (of a VXLAN, say) have another master or none.
func parseFDB(m *rtnl.Msg, master int32) (e fdbEntry, port int32, ok bool) {
	if m.Type != unix.RTM_NEWNEIGH || len(m.Data) < ndmsgSize {
		return e, 0, false
	}
	var tb [unix.NDA_MASTER + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(m.Data[ndmsgSize:])
	if of, _ := at.S32(unix.NDA_MASTER); of != master {
		return e, 0, false
	}
	mac := at.Get(unix.NDA_LLADDR)
	if len(mac) != len(e.mac) {
		return e, 0, false
	}
	e.mac = [6]byte(mac)
	state := native.Uint16(m.Data[8:])
	e.local = state&nudPermanent != 0
	if info := at.Get(unix.NDA_CACHEINFO); len(info) >= cacheUpdated+4 && state&(nudPermanent|nudNoARP) == 0 {
		e.age = native.Uint32(info[cacheUpdated:])
	}
	return e, int32(native.Uint32(m.Data[4:])), true
}
