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
	// last is the place that was found last: what is asked for is mostly there
	// or next to it.
	last int
	// queues are the lengths of transmit queues, by index; nil when they have
	// not been asked for.
	queues map[int32]int32
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
	if l.c.Batch {
		l.c.Links().Remember(m) // for later lines, as iproute2 does
	}
	// The name is the first attribute.
	for typ, b := range rtnl.All(m.Data[unix.SizeofIfInfomsg:]) {
		if typ == unix.IFLA_IFNAME {
			l.put(parseInfo(m.Data), text(b))
			return
		}
	}
}

// seen tells whether a link has been remembered; 0 is none.
func (l *Lookup) seen(index int32) bool {
	_, found := l.search(index)
	return found || index == 0
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

func (l *Lookup) search(index int32) (at int, found bool) {
	for at := max(l.last-1, 0); at < len(l.links) && at <= l.last+2; at++ {
		if l.links[at].index == index {
			l.last = at
			return at, true
		}
	}
	if n := len(l.links); n == 0 || l.links[n-1].index < index {
		return n, false
	}
	at, found = slices.BinarySearchFunc(l.links, index, func(k seenLink, index int32) int {
		return int(k.index) - int(index)
	})
	if found {
		l.last = at
	}
	return at, found
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
	if l.queues == nil {
		l.queues = map[int32]int32{}
		if err := l.loadQueues(); err != nil {
			l.c.Warn(err.Error())
		}
	}
	n, ok := l.queues[index]
	if !ok {
		// iproute2 asks for each in this way.
		l.c.Warn("ioctl(SIOCGIFTXQLEN) failed: " + rtnl.Strerror(unix.ENODEV))
	}
	return n, ok
}

// loadQueues asks for all transmit queues, on a connection of its own: the
// dump that lacks them is still under way.
func (l *Lookup) loadQueues() error {
	conn, err := l.c.Another()
	if err != nil {
		return err
	}
	defer conn.Close()
	r := rtnl.NewRequest(unix.RTM_GETLINK, 0)
	r.Link(unix.AF_UNSPEC, 0, 0, 0, 0)
	r.U32(unix.IFLA_EXT_MASK, rtnl.ExtFilterSkipStats)
	return conn.Dump(r, func(m *rtnl.Msg) error {
		if len(m.Data) < unix.SizeofIfInfomsg {
			return nil
		}
		var tb [unix.IFLA_TXQLEN + 1][]byte
		at := rtnl.Attrs(tb[:])
		at.Parse(m.Data[unix.SizeofIfInfomsg:])
		if n, ok := at.S32(unix.IFLA_TXQLEN); ok {
			l.queues[parseInfo(m.Data).index] = n
		}
		return nil
	})
}

// User implements Resolver.
func (l *Lookup) User(id uint32) (string, bool) { return names.User(id) }

// Group implements Resolver.
func (l *Lookup) Group(id uint32) (string, bool) { return names.OwnerGroup(id) }

// Program implements Resolver.
func (l *Lookup) Program(id uint32) (Program, bool) { return program(id) }
