package rule

import (
	"errors"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// dumpStatus is the exit status of a list or flush that the kernel refused.
const dumpStatus = 255

// newFilter reads the words of list and flush. Their addresses are IPv4 unless
// another family was asked for, and so are the rules asked for.
func newFilter(c *object.Context, args []string) (*filter, error) {
	f := &filter{c: c, family: askFamily(c)}
	return f, f.parse(args)
}

func askFamily(c *object.Context) int {
	if c.Opt.Family == unix.AF_UNSPEC {
		return unix.AF_INET
	}
	return c.Opt.Family
}

// dump asks for all rules of the family. Whatever each does with them, p has a
// document around it: with -json flush and save end in an empty list, as the
// original's do.
func dump(c *object.Context, p *printer.Printer, each func(*rtnl.Msg) error) error {
	p.Open()
	defer p.Close()
	conn, err := c.Conn()
	if err != nil {
		return err
	}
	req := rtnl.NewRequest(unix.RTM_GETRULE, 0)
	h := header{family: uint8(askFamily(c))}
	req.Body(make([]byte, headerSize))
	h.put(req.Payload())
	return dumpFailed(conn.Dump(req, each))
}

// dumpFailed words the end of a dump: unlike that of other objects it does not
// end a batch.
func dumpFailed(err error) error {
	err = object.KernelStatus(err, dumpStatus)
	var e *applet.Exit
	if errors.As(err, &e) && e.Err != nil {
		return &applet.Exit{Code: dumpStatus, Text: e.Text + "\nDump terminated", Err: e.Err}
	}
	return err
}

func list(c *object.Context, args []string) error {
	f, err := newFilter(c, args)
	if err != nil {
		return err
	}
	p := c.Printer()
	v := newView(c)
	var r record
	return dump(c, p, func(m *rtnl.Msg) error {
		if r.decode(m) && f.match(&r) {
			print(p, v, &r)
		}
		return nil
	})
}

// flush deletes what list would show, except rules of priority 0: the kernel
// tells those without a priority. It deletes in the course of the dump.
func flush(c *object.Context, args []string) error {
	f, err := newFilter(c, args)
	if err != nil {
		return err
	}
	var r record
	var conn rtnl.Conn // beside the one that the dump is under way on
	defer func() {
		if conn != nil {
			conn.Close()
		}
	}()
	return dump(c, c.Printer(), func(m *rtnl.Msg) error {
		if !r.decode(m) || !f.match(&r) || !f.matchProtocol(&r) || !r.at.Has(unix.FRA_PRIORITY) {
			return nil
		}
		if conn == nil {
			if conn, err = c.Another(); err != nil {
				return err
			}
		}
		req := rtnl.NewRequest(unix.RTM_DELRULE, 0)
		req.Raw(m.Data)
		return conn.Do(req, nil)
	})
}
