package tcpmetrics

import (
	"errors"
	"strconv"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// run parses the words of a command and does it.
func run(c *object.Context, cmd command, args []string) error {
	f, err := parse(c, cmd, args)
	if err != nil {
		return err
	}
	// A flush of one address, or of all, is a single request to delete.
	if cmd == flush && (f.dst.exact || f.all(c.Opt.Family)) {
		cmd = remove
	}
	conn, family, err := c.Generic(familyName)
	if err != nil {
		return err
	}
	defer conn.Close()
	v := &view{deleting: cmd != list, host: c.AppendHost}
	switch {
	case cmd == remove:
		return object.Kernel(conn.Do(f.request(family, cmdDelete), nil))
	case cmd == flush:
		return flushAll(c, conn, family, f, v)
	case f.dst.exact:
		return getOne(c, conn, family, f, v)
	}
	p := c.Printer()
	p.Open()
	defer p.Close()
	var r record
	err = conn.Dump(rtnl.NewGeneric(family, cmdGet, version, 0), func(m *rtnl.Msg) error {
		if r.decode(m) && f.match(&r) {
			print(p, v, &r)
		}
		return nil
	})
	return object.DumpFailed(err, object.StatusLocal)
}

// request is about the addresses of the filter.
func (f *filter) request(family uint16, cmd uint8) *rtnl.Request {
	req := rtnl.NewGeneric(family, cmd, version, 0)
	var dst, src int
	if f.dst.exact {
		dst = f.dst.Family
	}
	if f.src.exact {
		src = f.src.Family
	}
	addrs(req, dst, f.dst.Addr, src, f.src.Addr)
	return req
}

// getOne shows one entry. It is text with -json, too.
func getOne(c *object.Context, conn rtnl.Conn, family uint16, f *filter, v *view) error {
	p := printer.New(c.Env.Stdout, printer.Mode{
		Oneline: c.Opt.Oneline, Palette: c.Opt.Color, Terminal: c.Env.Terminal(),
	})
	var r record
	return object.Kernel(conn.Get(f.request(family, cmdGet), func(m *rtnl.Msg) error {
		if r.decode(m) && f.match(&r) {
			print(p, v, &r)
		}
		return nil
	}))
}

// flushAll deletes what the filter means until nothing is left.
func flushAll(c *object.Context, conn rtnl.Conn, family uint16, f *filter, v *view) error {
	p := printer.New(c.Env.Stdout, printer.Mode{
		Oneline: c.Opt.Oneline, Palette: c.Opt.Color, Terminal: c.Env.Terminal(),
	})
	var r record
	for round := 0; ; round++ {
		var requests []*rtnl.Request
		err := conn.Dump(rtnl.NewGeneric(family, cmdGet, version, 0), func(m *rtnl.Msg) error {
			if !r.decode(m) || !f.match(&r) {
				return nil
			}
			req := rtnl.NewGeneric(family, cmdDelete, version, 0)
			addrs(req, r.family, r.dst, r.srcFamily, r.src)
			requests = append(requests, req)
			if c.Opt.Stats >= 2 {
				print(p, v, &r)
			}
			return nil
		})
		if err != nil {
			return flushFailed(err)
		}
		if len(requests) == 0 {
			finished(c, round)
			return nil
		}
		for _, req := range requests {
			if err := conn.Do(req, nil); err != nil {
				var errno unix.Errno
				errors.As(err, &errno)
				return object.Abort(object.StatusLocal, "Failed to send flush request\n: "+rtnl.Strerror(errno))
			}
		}
		if c.Opt.Stats > 0 {
			c.Env.Stdout.WriteString("\n*** Round " + strconv.Itoa(round+1) + ", deleting " +
				strconv.Itoa(len(requests)) + " entries ***\n")
		}
	}
}

// finished reports the end of a flush.
func finished(c *object.Context, rounds int) {
	switch {
	case rounds == 0:
		c.Warn("Nothing to flush.")
	case c.Opt.Stats > 0:
		text := "*** Flush is complete after " + strconv.Itoa(rounds) + " round"
		if rounds > 1 {
			text += "s"
		}
		c.Env.Stdout.WriteString(text + " ***\n")
	}
}

// flushFailed words a dump that failed in the course of a flush.
func flushFailed(err error) error {
	err = object.KernelStatus(err, object.StatusLocal)
	var e *applet.Exit
	if errors.As(err, &e) && e.Err != nil {
		return &applet.Exit{Code: object.StatusLocal, Text: e.Text + "\nFlush terminated", Err: e.Err, Abort: true}
	}
	return err
}
