package addrlabel

import (
	"errors"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// dump asks for the labels of the family, of IPv6 where none was asked for.
func dump(c *object.Context, each func(*rtnl.Msg) error) error {
	conn, err := c.Conn()
	if err != nil {
		return err
	}
	family := c.Opt.Family
	if family == unix.AF_UNSPEC {
		family = unix.AF_INET6
	}
	req := rtnl.NewRequest(unix.RTM_GETADDRLABEL, 0)
	h := header{family: uint8(family)}
	req.Body(h.bytes())
	return conn.Dump(req, each)
}

func list(c *object.Context, args []string) error {
	if len(args) > 0 {
		return object.Fail(object.StatusLocal, `"ip addrlabel show" does not take any arguments.`)
	}
	p := c.Printer()
	v := newView(c)
	var r record
	p.Open()
	defer p.Close()
	err := dump(c, func(m *rtnl.Msg) error {
		if r.decode(m) {
			print(p, v, &r)
		}
		return nil
	})
	return ended(err, object.StatusUsage, "Dump terminated")
}

// flush deletes all labels in the course of the dump.
func flush(c *object.Context, args []string) error {
	if len(args) > 0 {
		return object.Fail(object.StatusLocal, `"ip addrlabel flush" does not allow extra arguments`)
	}
	var r record
	var conn rtnl.Conn // beside the one that the dump is under way on
	defer func() {
		if conn != nil {
			conn.Close()
		}
	}()
	err := dump(c, func(m *rtnl.Msg) (err error) {
		if !r.decode(m) || !r.at.Has(attrAddress) {
			return nil
		}
		if conn == nil {
			if conn, err = c.Another(); err != nil {
				return err
			}
		}
		req := rtnl.NewRequest(unix.RTM_DELADDRLABEL, 0)
		req.Raw(m.Data)
		return conn.Do(req, nil)
	})
	return ended(err, object.StatusLocal, "Flush terminated")
}

// ended words the end of a dump that failed; it does not end a batch.
func ended(err error, status int, text string) error {
	err = object.KernelStatus(err, status)
	var e *applet.Exit
	if errors.As(err, &e) && e.Err != nil {
		if e.Text != "" {
			text = e.Text + "\n" + text
		}
		return &applet.Exit{Code: status, Text: text, Err: e.Err}
	}
	return err
}
