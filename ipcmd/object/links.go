package object

import (
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/netdev"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// Link is what the interface map knows of an interface.
type Link struct {
	Index int32
	Name  string
	// Type is the hardware type, ARPHRD_*.
	Type uint16
	// Flags are the IFF_* bits; of an interface that was asked for by its index,
	// those of the lower 16 bits.
	Flags uint32
	// alt are its alternative names.
	alt []string
	// older is an interface that had its name before, and was not dropped.
	older *Link
}

// Links maps interface indexes to names and back. It remembers what it has
// seen, and asks the kernel for what it has not: by ioctl for an index, by a
// message for a name, on a socket of its own when the run's has a dump under way.
// So it may be used in the course of one. Print functions get it as a plain map
// from index to name.
type Links struct {
	c       *Context
	byIndex map[int32]*Link
	byName  map[string]*Link
	conn    rtnl.Conn // of its own, if it needed one
	loaded  bool
}

// Links returns the run's interface map.
func (c *Context) Links() *Links {
	if c.links == nil {
		c.links = &Links{c: c}
	}
	return c.links
}

func (l *Links) close() {
	if l.conn != nil {
		l.conn.Close()
	}
	l.c.links = nil
}

// Load takes up all interfaces, once in a batch: so iproute2 begins what it does
// with neighbours. It matters to later lines alone.
func (l *Links) Load() {
	if l.loaded || !l.c.Batch {
		return
	}
	l.loaded = true
	conn, err := l.c.Conn()
	if err != nil {
		return
	}
	r := rtnl.NewRequest(unix.RTM_GETLINK, 0)
	r.Link(unix.AF_UNSPEC, 0, 0, 0, 0)
	r.U32(unix.IFLA_EXT_MASK, rtnl.ExtFilterSkipStats)
	_ = conn.Dump(r, func(m *rtnl.Msg) error {
		l.Remember(m)
		return nil
	})
}

// Drop forgets one interface, which was changed, but for its alternative names.
// All others keep the names that they were seen with, as in iproute2: in a batch,
// the other end of a pair that was deleted is still known, and a new one of its
// name is not found.
func (l *Links) Drop(index int32) {
	if k := l.byIndex[index]; k != nil {
		delete(l.byIndex, index)
		l.unname(k)
	}
}

// unname takes its name away from an interface. Who had it before has it again.
func (l *Links) unname(k *Link) {
	head := l.byName[k.Name]
	switch {
	case head == k && k.older == nil:
		delete(l.byName, k.Name)
	case head == k:
		l.byName[k.Name] = k.older
	default:
		for p := head; p != nil && p.Name == k.Name; p = p.older {
			if p.older == k {
				p.older = k.older
				return
			}
		}
	}
}

// Remember takes up a RTM_NEWLINK message, or drops the interface of a
// RTM_DELLINK.
func (l *Links) Remember(m *rtnl.Msg) *Link {
	if len(m.Data) < unix.SizeofIfInfomsg {
		return nil
	}
	index := int32(native.Uint32(m.Data[4:]))
	if m.Type == unix.RTM_DELLINK {
		l.Drop(index)
		return nil
	}
	var tb [unix.IFLA_PROP_LIST + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(m.Data[unix.SizeofIfInfomsg:])
	name, ok := at.Str(unix.IFLA_IFNAME)
	if !ok {
		return nil
	}
	k := &Link{Index: index, Name: name, Type: native.Uint16(m.Data[2:]), Flags: native.Uint32(m.Data[8:])}
	l.put(k, name)
	for typ, v := range rtnl.All(at.Get(unix.IFLA_PROP_LIST)) {
		if typ == unix.IFLA_ALT_IFNAME && len(v) > 0 {
			name := string(v[:len(v)-1])
			l.byName[name] = k
			k.alt = append(k.alt, name)
		}
	}
	return k
}

func (l *Links) put(k *Link, name string) {
	if l.byIndex == nil {
		l.byIndex = map[int32]*Link{}
		l.byName = map[string]*Link{}
	}
	if old := l.byIndex[k.Index]; old != nil {
		l.unname(old)
		for _, alt := range old.alt {
			if l.byName[alt] == old {
				delete(l.byName, alt)
			}
		}
	}
	if older := l.byName[name]; older != nil && older.Name == name {
		k.older = older
	}
	l.byIndex[k.Index] = k
	l.byName[name] = k
}

// Name is the name of the interface: "*" for index 0, "if7" for one that is not
// there.
func (l *Links) Name(index int32) string {
	if index == 0 {
		return "*"
	}
	if k := l.Get(index); k != nil {
		return k.Name
	}
	return "if" + strconv.FormatUint(uint64(uint32(index)), 10)
}

// Get returns the interface of an index, or nil.
func (l *Links) Get(index int32) *Link {
	if k := l.byIndex[index]; k != nil {
		return k
	}
	conn := l.asker()
	if s, ok := conn.(interface{ Fd() int }); ok {
		return l.device(s.Fd(), index)
	}
	if conn == nil {
		return nil
	}
	return l.ask(conn, getLink(index))
}

// device asks for an interface by its index.
func (l *Links) device(fd int, index int32) *Link {
	d, ok := netdev.Describe(fd, index)
	if !ok {
		return nil
	}
	k := &Link{Index: index, Name: d.Name, Type: d.Type, Flags: uint32(d.Flags)}
	l.put(k, d.Name)
	return k
}

// Known returns the interface of an index if it has been seen, and never asks.
func (l *Links) Known(index int32) *Link { return l.byIndex[index] }

// Index finds an interface by its name or alternative name. Where no interface
// is called so, "eth0:1", the label of an address, stands for eth0, as it does
// for SIOCGIFINDEX (if_nametoindex(3)), and "if7" for index 7. It is 0 when
// there is none.
func (l *Links) Index(name string) int32 {
	if k := l.Find(name); k != nil {
		return k.Index
	}
	if i := strings.IndexByte(name, ':'); i > 0 && len(name) < unix.IFNAMSIZ {
		if k := l.Find(name[:i]); k != nil {
			return k.Index
		}
	}
	if len(name) > 2 && name[:2] == "if" {
		if n, _, ok := format.ScanUint(name[2:]); ok {
			return int32(n)
		}
	}
	return 0
}

// Find returns the interface of a name or alternative name, or nil.
func (l *Links) Find(name string) *Link {
	if k := l.byName[name]; k != nil {
		return k
	}
	conn := l.asker()
	if conn == nil {
		return nil
	}
	r := getLink(0)
	typ := uint16(unix.IFLA_IFNAME)
	if !format.ValidIfname(name) {
		typ = unix.IFLA_ALT_IFNAME
	}
	if r.Len()+(4+len(name)+1+3)&^3 > linkBound {
		l.c.Warn("addattr_l ERROR: message exceeded bound of 1056")
		return nil
	}
	r.Str(typ, name)
	return l.ask(conn, r)
}

// linkBound is how long a request for an interface may become in iproute2: its
// two headers and 1024 bytes.
const linkBound = 16 + 16 + 1024

// getLink is a request for an interface, by its index unless that is 0.
func getLink(index int32) *rtnl.Request {
	r := rtnl.NewRequest(unix.RTM_GETLINK, 0)
	r.Link(unix.AF_UNSPEC, 0, index, 0, 0)
	r.U32(unix.IFLA_EXT_MASK, rtnl.ExtFilterVF|rtnl.ExtFilterSkipStats)
	return r
}

// asker is the connection to ask on, or nil when there is none to be had.
func (l *Links) asker() rtnl.Conn {
	if l.conn != nil {
		return l.conn
	}
	if s, ok := l.c.conn.(*rtnl.Socket); ok && s.Busy() {
		if own, err := l.c.Socket(rtnl.Options{}); err == nil {
			l.conn = own
		}
		return l.conn
	}
	conn, err := l.c.Conn()
	if err != nil {
		return nil
	}
	return conn
}

// ask looks one interface up.
func (l *Links) ask(conn rtnl.Conn, r *rtnl.Request) *Link {
	var found *Link
	err := conn.Get(r, func(m *rtnl.Msg) error {
		found = l.Remember(m)
		return nil
	})
	if err != nil {
		return nil
	}
	return found
}
