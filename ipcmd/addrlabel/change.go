package addrlabel

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// change is add or delete: a request of the type with the flags.
func change(typ, flags uint16) object.Main {
	return func(c *object.Context, args []string) error {
		l, err := parse(c, args)
		if err != nil {
			return err
		}
		conn, err := c.Conn()
		if err != nil {
			return err
		}
		return object.Kernel(conn.Do(l.request(typ, flags), nil))
	}
}

// label is what add and delete are about.
type label struct {
	header
	prefix         format.Prefix
	value          uint32
	hasPrefix, has bool
}

// noLabel is the value that stands for no label.
const noLabel = 0xffffffff

// parse reads the words of add and delete. Words that are not known are passed
// over.
func parse(c *object.Context, args []string) (*label, error) {
	l := &label{value: noLabel}
	l.family = uint8(c.Opt.Family)
	for cur := words.New(args); cur.More(); cur.Skip() {
		var set func(*object.Context, string) error
		switch {
		case cur.Is("prefix"):
			set = l.setPrefix
		case cur.Is("dev"):
			set = l.setDev
		case cur.Is("label"):
			set = l.setLabel
		default:
			continue
		}
		word, err := cur.Value()
		if err != nil {
			return nil, err
		}
		if err := set(c, word); err != nil {
			return nil, err
		}
	}
	if !l.hasPrefix {
		return nil, object.Fail(object.StatusLocal, `Not enough information: "prefix" argument is required.`)
	}
	if !l.has {
		return nil, object.Fail(object.StatusLocal, `Not enough information: "label" argument is required.`)
	}
	return l, nil
}

func (l *label) setPrefix(c *object.Context, word string) (err error) {
	l.prefix, err = c.Prefix(word, c.Opt.Family)
	l.hasPrefix = true
	return err
}

func (l *label) setDev(c *object.Context, word string) error {
	if l.index = c.Links().Index(word); l.index == 0 {
		return words.Invalid("dev is invalid\n", word)
	}
	return nil
}

func (l *label) setLabel(_ *object.Context, word string) error {
	v, ok := format.ParseU32(word, 0)
	if !ok || v == noLabel {
		return words.Invalid("label is invalid\n", word)
	}
	l.value, l.has = v, true
	return nil
}

// request is the message to the kernel.
func (l *label) request(typ, flags uint16) *rtnl.Request {
	h := l.header
	h.prefixLen = uint8(l.prefix.Bits)
	if h.family == unix.AF_UNSPEC {
		h.family = unix.AF_INET6
	}
	req := rtnl.NewRequest(typ, flags)
	req.Body(h.bytes())
	req.U32(attrLabel, l.value)
	req.Attr(attrAddress, l.prefix.Addr)
	return req
}
