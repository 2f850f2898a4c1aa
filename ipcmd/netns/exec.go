package netns

import (
	"errors"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/namespace"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// exec is `ip netns exec NAME CMD…`, or with -all CMD in every namespace. The
// command takes the place of ip; a batch and -all have it as a child.
func exec(c *object.Context, args []string) error {
	switch {
	case len(args) == 0 && !c.Opt.All:
		return refuse(noName)
	case len(args) == 0 || len(args) == 1 && !c.Opt.All:
		return refuse("No command specified")
	case c.Opt.All:
		return execAll(c, args)
	}
	env := c.Env
	if c.Batch {
		env = namespace.Forked(env)
	}
	if env.Alone && c.LeaveVRF != nil {
		c.LeaveVRF(c)
	}
	entered := false
	err := execIn(env, args[0], args[1:], &entered)
	switch {
	case !c.Batch:
		return err
	case !entered:
		return object.InChild(err)
	}
	return killed(err)
}

// execAll runs argv in one namespace after the other, whatever becomes of it.
func execAll(c *object.Context, argv []string) error {
	env := namespace.Forked(c.Env)
	return namespace.Travel(env, func(tour *namespace.Tour) error {
		var stop error
		err := namespace.Each(func(name string) bool {
			c.Env.Stdout.WriteString("\nnetns: " + name + "\n")
			env.Stdout.Flush()
			err := tour.Exec(name, argv)
			if _, text := applet.Status(err); text != "" {
				c.Warn(text)
			}
			stop = onlyKilled(err)
			return stop == nil
		})
		if err != nil {
			return err
		}
		return stop
	})
}

// execIn runs argv in one namespace; entered tells that it was there.
func execIn(env *applet.Env, name string, argv []string, entered *bool) error {
	env.Stdout.Flush()
	return namespace.Run(env, name, func() error {
		*entered = true
		return namespace.Exec(env, argv)
	})
}

// killed makes the end by a signal of a child the end of everything: ip exits on
// the spot, in a batch too.
func killed(err error) error {
	if stop := onlyKilled(err); stop != nil {
		return stop
	}
	return err
}

func onlyKilled(err error) error {
	if errors.Is(err, namespace.ErrKilled) {
		return object.Abort(object.StatusLocal, "")
	}
	return nil
}
