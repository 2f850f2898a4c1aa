package neigh

import (
	"errors"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/names"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// lladdrMax is how many bytes of a link-layer address are sent.
const lladdrMax = 20

// modify parses the words of add, change, replace and delete and has the kernel
// do it. The kernel's refusal ends a batch.
func modify(c *object.Context, typ, flags uint16, args []string) error {
	ch := change{c: c, state: unix.NUD_PERMANENT}
	if err := ch.parse(args); err != nil {
		return err
	}
	c.Links().Load()
	req, err := ch.request(typ, flags)
	if err != nil {
		return err
	}
	return abort(c.Change(req))
}

// abort makes err the end of a batch: the original calls exit(3).
func abort(err error) error {
	if err == nil {
		return nil
	}
	var e *applet.Exit
	if errors.As(err, &e) {
		e.Abort = true
	}
	return err
}

// target is the address that a command is about, of a neighbour or of one that
// is answered for (proxy).
type target struct {
	addr   format.Prefix
	given  bool
	proxy  bool
	dev    string
	hasDev bool
}

// set takes the address.
func (t *target) set(c *object.Context, word string) (err error) {
	t.addr, err = c.Addr(word, c.Opt.Family)
	t.given = true
	return err
}

// parseProxy reads the value of the keyword proxy.
func (t *target) parseProxy(c *object.Context, cur *words.Cursor) error {
	word, err := cur.Value()
	switch {
	case err != nil:
		return err
	case words.Prefix(word, "help"):
		return words.Usage(usage)
	case t.given:
		return words.Duplicate("address", word)
	}
	t.proxy = true
	return t.set(c, word)
}

// complete tells whether there are a device and an address. A proxy entry may
// be of any device.
func (t *target) complete() bool {
	return (t.hasDev || t.proxy) && t.given && t.addr.Family != unix.AF_UNSPEC
}

// flags are the NTF_* flags of the header.
func (t *target) flags() uint8 {
	if t.proxy {
		return unix.NTF_PROXY
	}
	return 0
}

// index looks the device up: 0 where none was given.
func (t *target) index(c *object.Context) (int32, error) {
	if !t.hasDev {
		return 0, nil
	}
	if index := c.Links().Index(t.dev); index != 0 {
		return index, nil
	}
	return 0, object.NoDevice(t.dev)
}

// change is what add, change, replace and delete are told.
type change struct {
	c *object.Context
	target
	state       uint16
	ntfFlags    uint8
	ext         uint32
	protocol    uint8
	hasProtocol bool
	lladdr      string
	hasLLAddr   bool
}

// parse reads the words.
func (ch *change) parse(args []string) error {
	for cur := words.New(args); cur.More(); cur.Skip() {
		if err := ch.parseWord(cur); err != nil {
			return err
		}
	}
	if !ch.complete() {
		return object.Abort(object.StatusUsage, "Device and destination are required arguments.")
	}
	return nil
}

func (ch *change) parseWord(cur *words.Cursor) error {
	switch {
	case cur.Prefix("lladdr"):
		word, err := cur.Value()
		if err == nil && ch.hasLLAddr {
			err = words.Duplicate("lladdr", word)
		}
		ch.lladdr, ch.hasLLAddr = word, true
		return err
	case cur.Is("nud"):
		word, err := cur.Value()
		if err != nil {
			return err
		}
		state, ok := names.NeighStateID(word)
		if !ok {
			return words.Invalid("nud state is bad", word)
		}
		ch.state = state
	case cur.Prefix("proxy"):
		return ch.parseProxy(ch.c, cur)
	case cur.Is("router"):
		ch.ntfFlags |= unix.NTF_ROUTER
	case cur.Is("use"):
		ch.ntfFlags |= unix.NTF_USE
	case cur.Is("managed"):
		ch.ext |= extManaged
		ch.state = unix.NUD_NONE
	case cur.Prefix("extern_learn"):
		ch.ntfFlags |= unix.NTF_EXT_LEARNED
	case cur.Is("dev"):
		word, err := cur.Value()
		ch.dev, ch.hasDev = word, true
		return err
	case cur.Prefix("protocol"):
		word, err := cur.Value()
		if err != nil {
			return err
		}
		v, ok := ch.c.Names().ProtoID(word)
		if !ok {
			return words.Invalid("\"protocol\" value is invalid\n", word)
		}
		ch.protocol, ch.hasProtocol = v, true
	default:
		return ch.parseTo(cur)
	}
	return nil
}

// parseTo reads the address, which "to" may stand before. The word help, too,
// is followed by an address here.
func (ch *change) parseTo(cur *words.Cursor) error {
	if cur.Is("to") {
		if _, err := cur.Value(); err != nil {
			return err
		}
	}
	if cur.Prefix("help") {
		if _, err := cur.Value(); err != nil {
			return err
		}
	}
	if ch.given {
		return words.Garbage("to", cur.Word())
	}
	return ch.set(ch.c, cur.Word())
}

// request builds the message. What is wrong with the link-layer address is told
// before what is with the device.
func (ch *change) request(typ, flags uint16) (*rtnl.Request, error) {
	var lladdr []byte
	if ch.hasLLAddr && ch.lladdr != "null" {
		a, bad, ok := format.ParseLLAddr(ch.lladdr, lladdrMax)
		if !ok {
			return nil, object.Fail(object.StatusLocal, `"`+bad+`" is invalid lladdr.`)
		}
		lladdr = a
	}
	index, err := ch.index(ch.c)
	if err != nil {
		return nil, err
	}
	req := ch.c.ChangeRequest(typ, flags)
	h := header{
		family: uint8(ch.addr.Family), index: index,
		state: ch.state, flags: ch.ntfFlags | ch.flags(),
	}
	req.Body(h.bytes())
	if ch.hasProtocol {
		req.U8(ndaProtocol, ch.protocol)
	}
	req.Attr(unix.NDA_DST, ch.addr.Addr)
	if ch.ext != 0 {
		req.U32(ndaFlagsExt, ch.ext)
	}
	if lladdr != nil {
		req.Attr(unix.NDA_LLADDR, lladdr)
	}
	return req, nil
}
