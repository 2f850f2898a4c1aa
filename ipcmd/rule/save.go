package rule

import (
	"errors"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// save writes the rules as the kernel tells them, behind a magic number.
func save(c *object.Context, args []string) error {
	if len(args) > 0 {
		return object.Fail(object.StatusLocal, `"ip rule save" does not take any arguments.`)
	}
	if err := c.SaveTo(object.MagicRule); err != nil {
		return err
	}
	return dump(c, c.Printer(), func(m *rtnl.Msg) error {
		c.Env.Stdout.Write(m.Raw)
		return nil
	})
}

// restore makes the rules that save wrote. A rule that exists is no reason to
// stop, but is told of.
func restore(c *object.Context, _ []string) error {
	saved, err := c.RestoreFrom(object.MagicRule, "rule")
	if err != nil {
		return abort(err)
	}
	conn, err := c.Conn()
	if err != nil {
		return err
	}
	return abort(saved.Each(func(m *rtnl.Msg) error {
		req := rtnl.NewRequest(m.Type, m.Flags|unix.NLM_F_CREATE)
		req.Raw(m.Data)
		err := conn.Do(req, nil)
		if errors.Is(err, unix.EEXIST) {
			c.Warn(err.Error())
			return nil
		}
		return object.KernelStatus(err, dumpStatus)
	}))
}

// abort makes the end of restore, good or bad, the end of a batch: the original
// calls exit(3).
func abort(err error) error {
	var e *applet.Exit
	if err == nil {
		return &applet.Exit{Abort: true}
	}
	if errors.As(err, &e) {
		e.Abort = true
	}
	return err
}
