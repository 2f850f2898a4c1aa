package route

import (
	"errors"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// save writes the messages of the routes that the words select, behind a magic
// number, which stands there even when the words are wrong. With -json an empty
// document follows them, as in rule.
func save(c *object.Context, args []string) error {
	if err := c.SaveTo(object.MagicRoute); err != nil {
		return err
	}
	f, err := parseFilter(c, args)
	if err != nil {
		return err
	}
	conn, err := c.Conn()
	if err != nil {
		return err
	}
	p := c.Printer()
	p.Open()
	defer p.Close()
	var r record
	return dumpEnd(f, conn.Dump(dumpRequest(f), func(m *rtnl.Msg) error {
		if r.decode(m) && f.match(&r) {
			c.Env.Stdout.Write(m.Raw)
		}
		return nil
	}))
}

// restoreOrder is when a saved route is made: those to own addresses first, then
// those to own networks, which gateways are looked for in, then the others.
func (r *record) restoreOrder() int {
	prefSrc := r.at.Get(unix.RTA_PREFSRC)
	switch {
	case r.at.Has(unix.RTA_GATEWAY):
		return 2
	case prefSrc == nil, r.at.Has(unix.RTA_DST) && string(prefSrc) == string(r.at.Get(unix.RTA_DST)):
		return 0
	}
	return 1
}

// restore makes the routes that save wrote, reading stdin once for each step of
// the order: it must be a file. A route that exists is told of, but is no
// reason to stop.
func restore(c *object.Context, _ []string) error {
	saved, err := c.RestoreFrom(object.MagicRoute, "route")
	if err != nil {
		return withStatus(err, object.StatusLocal)
	}
	for step := range 3 {
		if saved.Rewind() != nil {
			return object.Fail(object.StatusLocal, "Failed to restore: ftell: "+rtnl.Strerror(unix.ESPIPE))
		}
		if err := restoreStep(c, saved, step); err != nil {
			return withStatus(err, object.StatusKernel)
		}
	}
	return nil
}

func restoreStep(c *object.Context, saved *object.Saved, step int) error {
	conn, err := c.Conn()
	if err != nil {
		return err
	}
	var r record
	return saved.Each(func(m *rtnl.Msg) error {
		if !r.decode(m) || r.restoreOrder() != step {
			return nil
		}
		req := rtnl.NewRequest(m.Type, m.Flags|unix.NLM_F_CREATE)
		req.Raw(m.Data)
		err := conn.Do(req, nil)
		if errors.Is(err, unix.EEXIST) {
			c.Warn(err.Error())
			return nil
		}
		return object.Kernel(err)
	})
}

// withStatus gives an error of a file of saved messages the status that it has
// here.
func withStatus(err error, status int) error {
	var e *applet.Exit
	if errors.As(err, &e) {
		e.Code = status
	}
	return err
}

// showdump prints a file of saved messages, always as text.
func showdump(c *object.Context, _ []string) error {
	saved, err := c.RestoreFrom(object.MagicRoute, "route")
	if err != nil {
		return withStatus(err, object.StatusLocal)
	}
	pr := newPrinter(c, textPrinter(c), &filter{family: uint8(c.Opt.Family)})
	defer pr.Close()
	err = saved.Each(func(m *rtnl.Msg) error {
		pr.Print(m)
		return nil
	})
	return withStatus(err, object.StatusKernel)
}
