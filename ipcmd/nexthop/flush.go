package nexthop

import (
	"errors"
	"strconv"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/fib"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// flush deletes the next hops that the words select, one by one in the course of
// a dump. Without words it begins with the groups.
func flush(c *object.Context, args []string) error {
	f, err := parseFilter(c, args, listWords[:], true)
	if err != nil {
		return err
	}
	conn, err := c.Conn()
	if err != nil {
		return err
	}
	another, err := c.Another()
	if err != nil {
		return err
	}
	defer another.Close()
	d := &deleter{c: c, conn: another, f: f}
	if f.byID {
		return object.KernelStatus(d.delete(f.id), object.StatusLocal)
	}
	if len(args) == 0 {
		f.groups = true
		err = d.dump(conn)
		f.groups = false
	}
	if err == nil {
		err = d.dump(conn)
	}
	return d.report(err)
}

type deleter struct {
	c       *object.Context
	conn    rtnl.Conn
	f       *filter
	deleted int
}

// dump deletes what a dump shows. A next hop that cannot be deleted is told of.
func (d *deleter) dump(conn rtnl.Conn) error {
	return conn.Dump(d.f.request(d.c, unix.RTM_GETNEXTHOP), func(m *rtnl.Msg) error {
		var h fib.NexthopHeader
		attrs, ok := h.Decode(m.Data)
		if !ok {
			return object.Fail(object.StatusKernel, "BUG: wrong nlmsg len "+strconv.Itoa(len(m.Data)-fib.NexthopHeaderSize))
		}
		if !d.f.match(m) {
			return nil
		}
		var tb [unix.NHA_ID + 1][]byte
		at := rtnl.Attrs(tb[:])
		at.Parse(attrs)
		id, _ := at.U32(unix.NHA_ID)
		if id == 0 {
			return nil
		}
		if err := d.delete(id); err != nil {
			d.c.Warn(err.Error())
			return nil
		}
		d.deleted++
		return nil
	})
}

func (d *deleter) delete(id uint32) error {
	r := newRequest(unix.RTM_DELNEXTHOP, 0, unix.AF_UNSPEC)
	r.U32(unix.NHA_ID, id)
	return d.conn.Do(r, nil)
}

// report says how many were deleted, also after a dump that failed.
func (d *deleter) report(err error) error {
	text := "Nothing to flush\n"
	if d.deleted > 0 {
		text = "Flushed " + strconv.Itoa(d.deleted) + " nexthops\n"
	}
	d.c.Env.Stdout.WriteString(text)
	err = object.Kernel(err)
	var e *applet.Exit
	if !errors.As(err, &e) {
		return err
	}
	end := "Dump terminated. Failed to flush nexthops"
	if e.Text != "" {
		end = e.Text + "\n" + end
	}
	return &applet.Exit{Code: object.StatusKernel, Text: end, Err: e.Err}
}
