package address

import (
	"errors"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// save is `ip address save`: it writes the messages of a dump to stdout. Of the
// filter only what the kernel selects by counts.
func save(c *object.Context, args []string) error {
	f, _, err := parseFilter(c, args)
	if err != nil {
		return err
	}
	if err := c.SaveTo(object.MagicAddr); err != nil {
		return fatal(err)
	}
	conn, err := c.Conn()
	if err != nil {
		return err
	}
	v := NewView(c, unix.AF_UNSPEC)
	v.Filter = f
	err = v.dump(conn, c.Opt.Family, func(m *rtnl.Msg) error {
		_, err := c.Env.Stdout.Write(m.Raw)
		return err
	})
	if err == nil {
		// iproute2 ends here, in a batch too.
		return object.Abort(0, "")
	}
	err = object.KernelStatus(err, object.StatusLocal)
	var exit *applet.Exit
	if errors.As(err, &exit) {
		text := "Save terminated"
		if exit.Text != "" {
			text = exit.Text + "\n" + text
		}
		return object.Abort(object.StatusLocal, text)
	}
	return err
}

// fatal makes an error one that ends a batch.
func fatal(err error) error {
	var exit *applet.Exit
	if errors.As(err, &exit) {
		exit.Abort = true
	}
	return err
}

// restore is `ip address restore`: it sends the messages of a file on stdin.
// Addresses that are there already are reported, and passed over.
func restore(c *object.Context, _ []string) error {
	saved, err := c.RestoreFrom(object.MagicAddr, "address")
	if err != nil {
		return fatal(err)
	}
	conn, err := c.Conn()
	if err != nil {
		return err
	}
	err = saved.Each(func(m *rtnl.Msg) error {
		r := rtnl.NewRequest(m.Type, m.Flags|unix.NLM_F_CREATE)
		r.Raw(m.Data)
		err := conn.Do(r, nil)
		if errors.Is(err, unix.EEXIST) {
			c.Warn(err.Error())
			return nil
		}
		return object.KernelStatus(err, object.StatusUsage)
	})
	if err != nil {
		return fatal(err)
	}
	return object.Abort(0, "")
}

// showDump is `ip address showdump`: it shows the messages of a file on stdin.
func showDump(c *object.Context, _ []string) error {
	saved, err := c.RestoreFrom(object.MagicAddr, "address")
	if err != nil {
		return fatal(err)
	}
	v := NewView(c, unix.AF_UNSPEC)
	p := c.Printer()
	p.Open()
	p.OpenObject("")
	p.OpenArray("addr_info", "")
	err = saved.Each(func(m *rtnl.Msg) error {
		index := int32(0)
		if len(m.Data) >= unix.SizeofIfAddrmsg {
			index = int32(native.Uint32(m.Data[4:]))
		}
		p.OpenObject("")
		p.Int("index", "if%d:", int64(index))
		p.NL()
		v.Record(p, m)
		p.CloseObject()
		return nil
	})
	p.CloseArray("")
	p.CloseObject()
	p.Close()
	if err != nil {
		return fatal(err)
	}
	return object.Abort(0, "")
}
