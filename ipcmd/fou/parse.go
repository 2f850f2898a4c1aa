package fou

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// port is what add and delete are about.
type port struct {
	family            uint8
	port, peerPort    uint16
	proto             uint8
	hasProto, gue     bool
	local, peer       string
	hasLocal, hasPeer bool
	index             int32
}

// parse reads the words of add and delete into a request. What is wrong with
// them together is told, but leaves it to the kernel to refuse the request
// without attributes, as the original does.
func parse(c *object.Context, r *rtnl.Request, adding bool, args []string) error {
	t := &port{family: uint8(c.Opt.Family)}
	if t.family == unix.AF_UNSPEC {
		t.family = unix.AF_INET
	}
	for cur := words.New(args); cur.More(); cur.Skip() {
		if err := t.word(c, cur); err != nil {
			return err
		}
	}
	if problem := t.problem(adding); problem != "" {
		c.Warn(problem)
		return nil
	}
	return t.put(c, r)
}

func (t *port) word(c *object.Context, cur *words.Cursor) error {
	var set func(c *object.Context, word string) error
	switch {
	case cur.Prefix("port"):
		set = func(_ *object.Context, word string) error { return setPort(&t.port, "invalid port", word) }
	case cur.Prefix("ipproto"):
		set = t.setProto
	case cur.Prefix("gue"):
		t.gue = true
		return nil
	case cur.Prefix("-6"):
		t.family = unix.AF_INET6
		return nil
	case cur.Prefix("local"):
		set = func(_ *object.Context, word string) error { t.local, t.hasLocal = word, true; return nil }
	case cur.Prefix("peer"):
		set = func(_ *object.Context, word string) error { t.peer, t.hasPeer = word, true; return nil }
	case cur.Prefix("peer_port"):
		set = func(_ *object.Context, word string) error { return setPort(&t.peerPort, "invalid peer port", word) }
	case cur.Prefix("dev"):
		set = t.setDev
	default:
		return object.Abort(object.StatusUsage, `fou: unknown command "`+cur.Word()+"\"?\n"+usage[:len(usage)-1])
	}
	word, err := cur.Value()
	if err != nil {
		return err
	}
	return set(c, word)
}

func setPort(into *uint16, problem, word string) error {
	v, ok := format.ParseU16(word, 0)
	if !ok || v == 0 {
		return words.Invalid(problem, word)
	}
	*into = v
	return nil
}

// setProto reads a protocol: a name, or a number other than 0.
func (t *port) setProto(c *object.Context, word string) error {
	v, ok := c.Names().IPProtoID(word)
	if _, number := format.ParseU8(word, 0); !ok || v == 0 && number {
		return words.Invalid("invalid ipproto", word)
	}
	t.proto, t.hasProto = uint8(v), true
	return nil
}

func (t *port) setDev(c *object.Context, word string) error {
	if !format.ValidIfname(word) {
		return object.Abort(object.StatusLocal, "fou: invalid device name")
	}
	if t.index = c.Links().Index(word); t.index == 0 {
		return object.Abort(object.StatusLocal, "fou: unknown device name")
	}
	return nil
}

// problem tells what is wrong with the words together.
func (t *port) problem(adding bool) string {
	switch {
	case t.port == 0:
		return "fou: missing port"
	case !t.hasProto && !t.gue && adding:
		return "fou: must set ipproto or gue"
	case t.hasProto && t.gue:
		return "fou: cannot set ipproto and gue"
	case t.hasPeer != (t.peerPort != 0):
		return "fou: both peer and peer port must be set"
	}
	return ""
}

func (t *port) put(c *object.Context, r *rtnl.Request) error {
	typ := uint8(typeDirect)
	if t.gue {
		typ = typeGUE
	}
	local, peer := uint16(attrLocal4), uint16(attrPeer4)
	if t.family != unix.AF_INET {
		local, peer = attrLocal6, attrPeer6
	}
	r.BE16(attrPort, t.port)
	r.U8(attrType, typ)
	r.U8(attrFamily, t.family)
	if t.hasProto {
		r.U8(attrProto, t.proto)
	}
	if t.hasLocal {
		addr, err := c.Addr(t.local, int(t.family))
		if err != nil {
			return err
		}
		r.Attr(local, addr.Addr)
	}
	if t.hasPeer {
		addr, err := c.Addr(t.peer, int(t.family))
		if err != nil {
			return err
		}
		r.Attr(peer, addr.Addr)
		r.BE16(attrPeerPort, t.peerPort)
	}
	if t.index != 0 {
		r.U32(attrIndex, uint32(t.index))
	}
	return nil
}
