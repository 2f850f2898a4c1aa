package mptcp

import (
	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// parseLimits reads limits into a request. Of two values the last counts.
func parseLimits(r *rtnl.Request, args []string) error {
	var values [attrSubflows + 1]struct {
		v     uint32
		given bool
	}
	for cur := words.New(args); cur.More(); cur.Skip() {
		attr, problem := attrSubflows, "invalid subflows\n"
		switch {
		case cur.Prefix("subflows"):
		case cur.Prefix("add_addr_accepted"):
			attr, problem = attrAccepted, "invalid add_addr_accepted\n"
		default:
			return words.Invalid("unknown limit", cur.Word())
		}
		word, err := cur.Value()
		if err != nil {
			return err
		}
		v, ok := format.ParseU32(word, 0)
		if !ok {
			return words.Invalid(problem, word)
		}
		values[attr].v, values[attr].given = v, true
	}
	for attr := attrAccepted; attr <= attrSubflows; attr++ {
		if values[attr].given {
			r.U32(uint16(attr), values[attr].v)
		}
	}
	return nil
}

func setLimits(k *call, args []string) error {
	r := k.request(cmdSetLimits)
	if err := parseLimits(r, args); err != nil {
		return err
	}
	return object.Kernel(k.conn.Do(r, nil))
}

// showLimits prints the limits: text, with -json too.
func showLimits(k *call, args []string) error {
	r := k.request(cmdGetLimits)
	if err := parseLimits(r, args); err != nil {
		return err
	}
	p := printer.New(k.c.Env.Stdout, printer.Mode{Terminal: k.c.Env.Terminal()})
	return object.Kernel(k.conn.Get(r, func(m *rtnl.Msg) error {
		printLimits(p, m)
		return nil
	}))
}

func printLimits(p *printer.Printer, m *rtnl.Msg) {
	_, attrs, ok := m.Generic()
	if !ok {
		return
	}
	var tb [attrSubflows + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(attrs)
	if v, ok := at.S32(attrAccepted); ok {
		p.Int("add_addr_accepted", "add_addr_accepted %d ", int64(v))
	}
	if v, ok := at.S32(attrSubflows); ok {
		p.Int("subflows", "subflows %d ", int64(v))
	}
	p.Text("\n")
	p.EndRecord()
}
