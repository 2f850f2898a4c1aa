package neigh

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// get shows one entry. Like the original it does so in text, with -json too.
func get(c *object.Context, args []string) error {
	t, err := parseGet(c, args)
	if err != nil {
		return err
	}
	index, err := t.index(c)
	if err != nil {
		return err
	}
	conn, err := c.Conn()
	if err != nil {
		return err
	}
	req := rtnl.NewRequest(unix.RTM_GETNEIGH, 0)
	h := header{family: uint8(t.addr.Family), index: index, flags: t.flags()}
	req.Body(h.bytes())
	req.Attr(unix.NDA_DST, t.addr.Addr)
	p := printer.New(c.Env.Stdout, printer.Mode{
		Oneline: c.Opt.Oneline, Palette: c.Opt.Color, Terminal: c.Env.Terminal(),
	})
	return object.Kernel(conn.Get(req, func(m *rtnl.Msg) error {
		Print(c, p, m, 0)
		return nil
	}))
}

func parseGet(c *object.Context, args []string) (*target, error) {
	t := &target{}
	for cur := words.New(args); cur.More(); cur.Skip() {
		if err := t.parseGetWord(c, cur); err != nil {
			return nil, err
		}
	}
	if !t.complete() {
		return nil, object.Fail(object.StatusLocal, "Device and address are required arguments.")
	}
	return t, nil
}

func (t *target) parseGetWord(c *object.Context, cur *words.Cursor) error {
	switch {
	case cur.Is("dev"):
		word, err := cur.Value()
		t.dev, t.hasDev = word, true
		return err
	case cur.Prefix("proxy"):
		return t.parseProxy(c, cur)
	case cur.Is("to"):
		if _, err := cur.Value(); err != nil {
			return err
		}
	}
	if cur.Prefix("help") {
		return words.Usage(usage)
	}
	if t.given {
		return words.Garbage("to", cur.Word())
	}
	return t.set(c, cur.Word())
}
