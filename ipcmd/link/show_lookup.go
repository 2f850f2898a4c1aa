package link

import (
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/names"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// NewView returns a View with the run's options and names. Its Resolver is a
// *Lookup.
func NewView(c *object.Context, family int) *View {
	return &View{
		Opt:      &c.Opt,
		Names:    c.Names(),
		Resolver: NewLookup(c),
		Family:   family,
		Warn:     c.Warn,
	}
}

// Lookup is the Resolver that asks the kernel and the files of this machine. It
// remembers the links of a dump that is under way, without a memory allocation
// for each.
type Lookup struct {
	c     *object.Context
	links []seenLink
	names strings.Builder
}

// seenLink is a link that a dump has brought.
type seenLink struct {
	index int32
	flags uint32
	name  string
}

// NewLookup returns a Lookup for the run.
func NewLookup(c *object.Context) *Lookup { return &Lookup{c: c} }

// Remember takes up a RTM_NEWLINK message.
func (l *Lookup) Remember(m *rtnl.Msg) {
	if m.Type != unix.RTM_NEWLINK || len(m.Data) < unix.SizeofIfInfomsg {
		return
	}
	i := parseInfo(m.Data)
	for typ, b := range rtnl.All(m.Data[unix.SizeofIfInfomsg:]) {
		if typ == unix.IFLA_IFNAME {
			l.put(i, text(b))
			return
		}
	}
}

func (l *Lookup) put(i info, name []byte) {
	start := l.names.Len()
	l.names.Write(name)
	link := seenLink{i.index, i.flags, l.names.String()[start:]}
	if n := len(l.links); n == 0 || l.links[n-1].index < i.index {
		l.links = append(l.links, link) // the kernel dumps them in this order
		return
	}
	if at, found := l.search(i.index); found {
		l.links[at] = link
	} else {
		l.links = slices.Insert(l.links, at, link)
	}
}

func (l *Lookup) search(index int32) (int, bool) {
	return slices.BinarySearchFunc(l.links, index, func(k seenLink, index int32) int {
		return int(k.index) - int(index)
	})
}

// Name implements Resolver.
func (l *Lookup) Name(index int32) string {
	if at, found := l.search(index); found {
		return l.links[at].name
	}
	return l.c.Links().Name(index)
}

// Flags implements Resolver.
func (l *Lookup) Flags(index int32) (uint32, bool) {
	if at, found := l.search(index); found {
		return l.links[at].flags, true
	}
	if k := l.c.Links().Get(index); k != nil {
		return k.Flags, true
	}
	return 0, false
}

// Netns implements Resolver.
func (l *Lookup) Netns(id int32) string {
	name, _ := l.c.Namespaces().Name(id)
	return name
}

// AppendHost implements Resolver.
func (l *Lookup) AppendHost(dst []byte, family int, addr []byte) []byte {
	return l.c.AppendHost(dst, family, addr)
}

// QueueLen implements Resolver.
func (l *Lookup) QueueLen(index int32) (int32, bool) {
	k := l.c.Links().Refresh(index)
	if k == nil {
		l.c.Warn("ioctl(SIOCGIFTXQLEN) failed: " + rtnl.Strerror(unix.ENODEV))
		return 0, false
	}
	return k.QueueLen, true
}

// User implements Resolver.
func (l *Lookup) User(id uint32) (string, bool) { return names.User(id) }

// Group implements Resolver.
func (l *Lookup) Group(id uint32) (string, bool) { return names.OwnerGroup(id) }

// Program implements Resolver.
func (l *Lookup) Program(id uint32) (Program, bool) { return program(id) }
