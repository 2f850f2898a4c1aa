package xfrm

import (
	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// setThresholds sets the prefix lengths from which on policies are hashed.
func setThresholds(c *object.Context, args []string) error {
	r := rtnl.NewRequest(msgNewSPDInfo, 0)
	if err := parseThresholds(c, r, args); err != nil {
		return err
	}
	return change(c, r)
}

func parseThresholds(c *object.Context, r *rtnl.Request, args []string) error {
	r.Raw([]byte{0xff, 0xff, 0xff, 0xff})
	p := newParser(c, args)
	var seen4, seen6 bool
	return p.each(func() error {
		key := p.Word()
		seen, attr, most := &seen4, uint16(spdThresholds4), uint8(32)
		switch key {
		case "hthresh4":
		case "hthresh6":
			seen, attr, most = &seen6, spdThresholds6, 128
		default:
			return p.unknown()
		}
		if err := p.once(seen, key); err != nil {
			return err
		}
		var bits [2]byte
		for i, what := range [...]string{" LBITS", " RBITS"} {
			word, err := p.Value()
			if err != nil {
				return err
			}
			v, ok := format.ParseU8(word, 0)
			if !ok || v > most {
				return words.Invalid(key+what+" value is invalid", word)
			}
			bits[i] = v
		}
		r.Attr(attr, bits[:])
		return nil
	})
}

// setDefault sets what happens to packets that no policy is about.
func setDefault(c *object.Context, args []string) error {
	r := rtnl.NewRequest(msgSetDefault, 0)
	if err := parseDefault(c, r, args); err != nil {
		return err
	}
	return change(c, r)
}

// defaultOrder is the order of struct xfrm_userpolicy_default.
var defaultOrder = [...]string{"in", "fwd", "out"}

func parseDefault(c *object.Context, r *rtnl.Request, args []string) error {
	p := newParser(c, args)
	var values [sizeDefault]uint8
	err := p.each(func() error {
		for i, dir := range defaultOrder {
			if !p.Is(dir) {
				continue
			}
			if values[i] != 0 {
				return words.Duplicate(dir, p.Word())
			}
			return p.value(&values[i], defaultRows[:], dir+" policy value is invalid")
		}
		return words.Invalid("unknown direction", p.Word())
	})
	r.Tail(values[:])
	return err
}

func getDefault(c *object.Context, _ []string) error {
	r := rtnl.NewRequest(msgGetDefault, 0)
	r.Tail(make([]byte, sizeDefault))
	return ask(c, r, func(m *rtnl.Msg) error {
		p := newPen(c)
		p.defaults(m)
		p.flush()
		return nil
	})
}
