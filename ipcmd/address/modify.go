package address

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/names"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// change is what the words of add, change, replace and delete say. The words
// also build the request's attributes, in their order.
type change struct {
	c   *object.Context
	cur *words.Cursor
	typ uint16
	// attrs holds the attributes so far.
	attrs *rtnl.Request

	family int
	dev    string
	hasDev bool
	local  format.Prefix
	word   string // that local was read from
	peer   format.Prefix
	brd    broadcast
	any    bool

	scope  uint8
	scoped bool
	flags  uint32

	valid, preferred       uint32
	hasValid, hasPreferred bool
}

// broadcast is what the word brd asks for.
type broadcast uint8

const (
	brdNone  broadcast = iota
	brdGiven           // an address
	brdOnes            // +: the host's bits are ones
	brdZeros           // -: they are zeros
)

// modify returns the subcommand that sends a request of the type with flags.
func modify(typ, flags uint16) object.Main {
	return func(c *object.Context, args []string) error {
		x := newChange(c, typ, args)
		if err := x.parse(); err != nil {
			return err
		}
		r, err := x.request(flags)
		if err != nil {
			return err
		}
		return x.send(r)
	}
}

func newChange(c *object.Context, typ uint16, args []string) *change {
	r := rtnl.NewRequest(typ, 0)
	r.Addr(0, 0, 0, 0, 0)
	return &change{
		c: c, cur: words.New(args), typ: typ, attrs: r,
		family: c.Opt.Family, valid: forever, preferred: forever,
	}
}

type keyword = func(*change, string) error

// keywords are the words that have a value, in the order in which ip tests them.
func keywords() []applet.Row[keyword] {
	return []applet.Row[keyword]{
		{Name: "peer", Exact: true, Value: (*change).setPeer},
		{Name: "remote", Exact: true, Value: (*change).setPeer},
		{Name: "broadcast", Value: (*change).setBroadcast},
		{Name: "brd", Exact: true, Value: (*change).setBroadcast},
		{Name: "anycast", Exact: true, Value: (*change).setAnycast},
		{Name: "scope", Exact: true, Value: (*change).setScope},
		{Name: "dev", Exact: true, Value: (*change).setDev},
		{Name: "label", Exact: true, Value: (*change).setLabel},
		{Name: "metric", Value: (*change).setMetric},
		{Name: "priority", Value: (*change).setMetric},
		{Name: "preference", Value: (*change).setMetric},
		{Name: "valid_lft", Value: (*change).setValid},
		{Name: "preferred_lft", Value: (*change).setPreferred},
	}
}

// parse reads the words.
func (x *change) parse() error {
	table := keywords()
	for ; x.cur.More(); x.cur.Skip() {
		if err := x.keyword(table); err != nil {
			return err
		}
	}
	return nil
}

func (x *change) keyword(table []applet.Row[keyword]) error {
	w := x.cur.Word()
	if read, ok := applet.Find(table, w); ok {
		if err := x.lifetimeTwice(w); err != nil {
			return err
		}
		v, err := x.cur.Value()
		if err != nil {
			return err
		}
		return read(x, v)
	}
	if f, ok := names.AddrFlagByName(w); ok {
		x.setFlag(f)
		return nil
	}
	if w == "local" {
		var err error
		if w, err = x.cur.Value(); err != nil {
			return err
		}
	}
	if words.Prefix(w, "help") {
		return usageOf(x.c)
	}
	return x.setLocal(w)
}

// lifetimeTwice refuses the second keyword for a lifetime, before its value is
// read.
func (x *change) lifetimeTwice(w string) error {
	switch {
	case x.hasValid && words.Prefix(w, "valid_lft"):
		return words.Duplicate("valid_lft", w)
	case x.hasPreferred && words.Prefix(w, "preferred_lft") && !words.Prefix(w, "preference"):
		return words.Duplicate("preferred_lft", w)
	}
	return nil
}

// bound is the longest request that iproute2 has room for.
const bound = 280

// attr appends an attribute, unless there is no room for it in iproute2.
func (x *change) attr(typ uint16, b []byte) {
	if x.attrs.Len()+(4+len(b)+3)&^3 > bound {
		x.c.Warn("addattr_l ERROR: message exceeded bound of 280")
		return
	}
	x.attrs.Attr(typ, b)
}

// isOf settles the family by an address.
func (x *change) isOf(a format.Prefix) {
	if x.family == unix.AF_UNSPEC {
		x.family = a.Family
	}
}

func (x *change) setPeer(w string) (err error) {
	if len(x.peer.Addr) > 0 {
		return words.Duplicate("peer", w)
	}
	if x.peer, err = x.c.Prefix(w, x.family); err != nil {
		return err
	}
	x.isOf(x.peer)
	x.attr(unix.IFA_ADDRESS, x.peer.Addr)
	return nil
}

func (x *change) setBroadcast(w string) error {
	if x.brd != brdNone {
		return words.Duplicate("broadcast", w)
	}
	switch w {
	case "+":
		x.brd = brdOnes
		return nil
	case "-":
		x.brd = brdZeros
		return nil
	}
	a, err := x.c.Addr(w, x.family)
	if err != nil {
		return err
	}
	x.isOf(a)
	x.attr(unix.IFA_BROADCAST, a.Addr)
	if len(a.Addr) > 0 {
		x.brd = brdGiven
	}
	return nil
}

func (x *change) setAnycast(w string) error {
	if x.any {
		return words.Duplicate("anycast", w)
	}
	a, err := x.c.Addr(w, x.family)
	if err != nil {
		return err
	}
	x.isOf(a)
	x.attr(unix.IFA_ANYCAST, a.Addr)
	x.any = len(a.Addr) > 0
	return nil
}

func (x *change) setScope(w string) (err error) {
	ok := false
	if x.scope, ok = x.c.Names().ScopeID(w); !ok {
		return words.Invalid("invalid scope value.", w)
	}
	x.scoped = true
	return nil
}

func (x *change) setDev(w string) error {
	x.dev, x.hasDev = w, true
	return nil
}

func (x *change) setLabel(w string) error {
	x.attr(unix.IFA_LABEL, append([]byte(w), 0))
	return nil
}

func (x *change) setMetric(w string) error {
	n, ok := format.ParseU32(w, 0)
	if !ok {
		return words.Invalid("\"metric\" value is invalid\n", w)
	}
	x.attr(unix.IFA_RT_PRIORITY, native.AppendUint32(nil, n))
	return nil
}

func (x *change) setValid(w string) error {
	n, ok := parseLifetime(w)
	if !ok {
		return words.Invalid("valid_lft value", w)
	}
	x.valid, x.hasValid = n, true
	return nil
}

func (x *change) setPreferred(w string) error {
	n, ok := parseLifetime(w)
	if !ok {
		return words.Invalid("preferred_lft value", w)
	}
	x.preferred, x.hasPreferred = n, true
	return nil
}

// parseLifetime reads a lifetime in seconds, or "forever".
func parseLifetime(w string) (uint32, bool) {
	if w == "forever" {
		return forever, true
	}
	return format.ParseU32(w, 0)
}

// setFlag sets a flag, or says why it cannot be set.
func (x *change) setFlag(f names.AddrFlag) {
	switch {
	case f.ReadOnly:
		x.c.Warn("Warning: " + f.Name + " option is not mutable from userspace")
	case f.V6 && x.family != unix.AF_INET6:
		x.c.Warn("Warning: " + f.Name + " option can be set only for IPv6 addresses")
	default:
		x.flags |= f.Bit
	}
}

func (x *change) setLocal(w string) (err error) {
	if len(x.local.Addr) > 0 {
		return words.Garbage("local", w)
	}
	x.word = w
	if x.local, err = x.c.Prefix(w, x.family); err != nil {
		return err
	}
	x.isOf(x.local)
	x.attr(unix.IFA_LOCAL, x.local.Addr)
	return nil
}
