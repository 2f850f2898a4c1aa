package netns

import (
	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/namespace"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// add is `ip netns add NAME`. Further words are not looked at.
func add(c *object.Context, args []string) error {
	if len(args) == 0 {
		return refuse(noName)
	}
	return c.Env.Inside(func() error { return namespace.Add(args[0], c.Warn) })
}

// attach is `ip netns attach NAME PID`.
func attach(c *object.Context, args []string) error {
	if len(args) < 2 {
		return refuse("No netns name and PID specified")
	}
	pid, ok := format.ParseS32(args[1], 0)
	if !ok || pid == 0 {
		return refuse("Invalid PID: " + args[1])
	}
	return c.Env.Inside(func() error { return namespace.Attach(args[0], int(pid), c.Warn) })
}

// remove is `ip netns delete NAME`, and with -all of every name. One that cannot
// be removed ends the round, but its end is a good one.
func remove(c *object.Context, args []string) error {
	if len(args) == 0 && !c.Opt.All {
		return refuse(noName)
	}
	return c.Env.Inside(func() error {
		if !c.Opt.All {
			return namespace.Delete(args[0])
		}
		return namespace.Each(func(name string) bool {
			err := namespace.Delete(name)
			if err != nil {
				c.Warn(err.Error())
			}
			return err == nil
		})
	})
}

// set is `ip netns set NAME {NUMBER|auto}`.
func set(c *object.Context, args []string) error {
	switch len(args) {
	case 0:
		return refuse(noName)
	case 1:
		return refuse("No nsid specified")
	}
	id, err := parseNSID(args[1])
	if err != nil {
		return err
	}
	conn, err := c.Conn()
	if err != nil {
		return err
	}
	if err := namespace.CanOpen(args[0]); err != nil {
		return err
	}
	return object.Kernel(namespace.SetNSID(conn, args[0], id))
}

// parseNSID reads an id; the kernel chooses one for "auto".
func parseNSID(word string) (int32, error) {
	if word == "auto" {
		return namespace.NSIDNone, nil
	}
	id, ok := format.ParseS32(word, 0)
	switch {
	case !ok:
		return 0, words.Invalid(`Invalid "netnsid" value`, word)
	case id < 0:
		return 0, words.Invalid(`"netnsid" value should be >= 0`, word)
	}
	return id, nil
}
