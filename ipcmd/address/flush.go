package address

import (
	"errors"
	"strconv"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// flush is `ip address flush`: it deletes the addresses that the filter of args
// selects, in rounds, until a round finds none.
func flush(c *object.Context, args []string) error {
	if len(args) == 0 {
		return object.Fail(object.StatusLocal, "Flush requires arguments.")
	}
	if c.Opt.Family == unix.AF_PACKET {
		return object.Fail(object.StatusLocal, "Cannot flush link addresses.")
	}
	f, family, err := parseFilter(c, args)
	if err != nil {
		return err
	}
	conn, err := c.Conn()
	if err != nil {
		return err
	}
	v := NewView(c, family)
	v.Filter, v.Head = f, true
	// The addresses that go are shown as text, with -json too.
	p := printer.New(c.Env.Stdout, printer.Mode{
		Oneline: c.Opt.Oneline, Palette: c.Opt.Color, Terminal: c.Env.Terminal(),
	})
	rounds := c.NewRounds("addresses")
	for c.Opt.Loops == 0 || rounds.N() < c.Opt.Loops {
		round := object.NewFlush(unix.RTM_DELADDR)
		// Several addresses can go with one that is deleted.
		round.Gone = unix.EADDRNOTAVAIL
		if err := v.gather(conn, p, round, family, c.Opt.Stats > 1); err != nil {
			return terminated(err)
		}
		n := round.Len()
		if n == 0 {
			rounds.Done()
			return nil
		}
		rounds.Next()
		if err := round.Send(conn); err != nil {
			return refused(err)
		}
		rounds.Sent(n)
		if f.FlagMask&unix.IFA_F_SECONDARY != 0 && f.Flags&unix.IFA_F_SECONDARY == 0 {
			// The secondary addresses that became primary ones stay.
			rounds.Done()
			return nil
		}
	}
	return object.Fail(object.StatusUsage,
		"*** Flush remains incomplete after "+strconv.Itoa(c.Opt.Loops)+" rounds. ***")
}

// gather takes up the addresses of one round, and shows them if told so.
func (v *View) gather(conn rtnl.Conn, p *printer.Printer, round *object.Flush, family int, tell bool) error {
	return v.dump(conn, family, func(m *rtnl.Msg) error {
		var tb [attrMax + 1][]byte
		a, ok := parse(m.Data, tb[:])
		if m.Type != unix.RTM_NEWADDR || !ok || v.hides(&a) {
			return nil
		}
		round.Add(m)
		if tell {
			v.print(p, false, &a)
			p.EndRecord()
		}
		return nil
	})
}

// terminated words a dump that failed.
func terminated(err error) error {
	err = object.KernelStatus(err, object.StatusLocal)
	var exit *applet.Exit
	if errors.As(err, &exit) {
		text := "Flush terminated"
		if exit.Text != "" {
			text = exit.Text + "\n" + text
		}
		return object.Abort(object.StatusLocal, text)
	}
	return err
}

// refused words the kernel's refusal of a round.
func refused(err error) error {
	var f *object.FlushError
	if !errors.As(err, &f) {
		return object.Kernel(err)
	}
	if f.Early {
		return object.Abort(object.StatusLocal, f.Error())
	}
	return object.Fail(object.StatusUsage, f.Error())
}
