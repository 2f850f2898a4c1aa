package route

import (
	"errors"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// dumpRequest asks for the routes of a filter, as far as the kernel can select:
// by family, table, protocol, outgoing interface, and cached ones. A filter with
// a table and no family is about IPv4.
func dumpRequest(f *filter) *rtnl.Request {
	r := newRequest(unix.RTM_GETROUTE, 0)
	h := header{family: f.dumpFamily(), protocol: f.protocol}
	if f.cloned == onlyClones {
		h.flags |= unix.RTM_F_CLONED
	}
	h.put(r.Payload())
	if f.table != 0 {
		r.U32(unix.RTA_TABLE, f.table)
	}
	if f.oif != 0 {
		r.U32(unix.RTA_OIF, f.oif)
	}
	return r
}

func (f *filter) dumpFamily() uint8 {
	if f.family == unix.AF_UNSPEC && f.table != 0 {
		return unix.AF_INET
	}
	return f.family
}

// list prints the routes that the words select.
func list(c *object.Context, args []string) error {
	f, err := parseFilter(c, args)
	if err != nil {
		return err
	}
	conn, err := c.Conn()
	if err != nil {
		return err
	}
	p := c.Printer()
	pr := newPrinter(c, p, f)
	defer pr.Close()
	p.Open()
	defer p.Close()
	return dumpEnd(f, conn.Dump(dumpRequest(f), pr.each))
}

// dumpEnd words the end of a dump. That there is no table main yet is no error.
func dumpEnd(f *filter, err error) error {
	var refused *rtnl.Error
	if errors.As(err, &refused) && refused.Dump && refused.Errno == unix.ENOENT && f.table == unix.RT_TABLE_MAIN {
		return nil
	}
	return dumpFailed(err, "Dump terminated")
}

// dumpFailed words a dump that failed: the kernel's words, if it has any, and
// how the command ends. It does not end a batch.
func dumpFailed(err error, end string) error {
	err = object.Kernel(err)
	var e *applet.Exit
	if !errors.As(err, &e) || e.Err == nil {
		return err
	}
	if e.Text != "" {
		end = e.Text + "\n" + end
	}
	return &applet.Exit{Code: object.StatusKernel, Text: end, Err: e.Err}
}
