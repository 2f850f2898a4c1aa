package neigh

import (
	"errors"
	"strconv"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// dump asks for the entries and hands those that f means to each.
func dump(c *object.Context, f *filter, each func(*rtnl.Msg, *record) error) error {
	conn, err := c.Conn()
	if err != nil {
		return err
	}
	var r record
	warned := f.master == 0
	return conn.Dump(f.request(), func(m *rtnl.Msg) error {
		if !r.decode(m) || !f.match(&r) {
			return nil
		}
		if !warned && m.Flags&unix.NLM_F_DUMP_FILTERED == 0 {
			c.Env.Stdout.WriteString("\nWARNING: Kernel does not support filtering by master device\n\n")
			warned = true
		}
		return each(m, &r)
	})
}

// resolve looks the device of the entry up.
func (r *record) resolve(c *object.Context) {
	if r.index == r.resolved {
		return
	}
	r.resolved = r.index
	if link := c.Links().Get(r.index); link != nil {
		r.dev, r.arphrd = link.Name, link.Type
		return
	}
	r.dev = c.Links().Name(r.index)
}

func show(c *object.Context, args []string) error {
	f, err := newFilter(c, false, args)
	if err != nil {
		return err
	}
	p := c.Printer()
	v := newView(c)
	v.hideDev = f.index != 0
	p.Open()
	defer p.Close()
	err = dump(c, f, func(_ *rtnl.Msg, r *record) error {
		r.resolve(c)
		print(p, v, r)
		return nil
	})
	return object.DumpFailed(err, object.StatusLocal)
}

// maxRounds is how often flush looks whether something is left.
const maxRounds = 10

// unfinished is the status of a flush that found entries in every round.
const unfinished = 255

// flush deletes entries until none is left that f means.
func flush(c *object.Context, args []string) error {
	if len(args) == 0 {
		return object.Fail(object.StatusLocal, "Flush requires arguments.")
	}
	f, err := newFilter(c, true, args)
	if err != nil {
		return err
	}
	conn, err := c.Conn()
	if err != nil {
		return err
	}
	p := printer.New(c.Env.Stdout, printer.Mode{
		Oneline: c.Opt.Oneline, Palette: c.Opt.Color, Terminal: c.Env.Terminal(),
	})
	v := newView(c)
	v.hideDev = f.index != 0
	rounds := c.NewRounds("entries")
	round := object.NewFlush(unix.RTM_DELNEIGH)
	for rounds.N() < maxRounds {
		if err := dump(c, f, func(m *rtnl.Msg, r *record) error {
			if m.Type != unix.RTM_NEWNEIGH {
				return nil
			}
			round.Add(m)
			if c.Opt.Stats >= 2 {
				r.resolve(c)
				print(p, v, r)
			}
			return nil
		}); err != nil {
			return flushFailed(err)
		}
		n := round.Len()
		if n == 0 {
			rounds.Done()
			return nil
		}
		rounds.Next()
		if err := round.Send(conn); err != nil {
			return &applet.Exit{Code: object.StatusLocal, Text: err.Error(), Err: err, Abort: true}
		}
		rounds.Sent(n)
		// The kernel keeps entries that fail now for a while.
		f.states &^= unix.NUD_FAILED
	}
	c.Env.Stdout.WriteString("*** Flush not complete bailing out after " + strconv.Itoa(maxRounds) + " rounds\n")
	return applet.Silent(unfinished)
}

// flushFailed words a dump that failed in the course of a flush.
func flushFailed(err error) error {
	err = object.KernelStatus(err, object.StatusLocal)
	var e *applet.Exit
	if errors.As(err, &e) && e.Err != nil {
		return &applet.Exit{Code: object.StatusLocal, Text: e.Text + "\nFlush terminated", Err: err, Abort: true}
	}
	return err
}
