package netns

import (
	"github.com/nlbox/nlbox/internal/namespace"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// identify is `ip netns identify [PID]`: the name, or an empty line.
func identify(c *object.Context, args []string) error {
	pid := namespace.Self
	switch len(args) {
	case 0:
	case 1:
		pid = args[0]
		if !namespace.IsPid(pid) {
			return refuse("Specified string '" + pid + "' is not a pid")
		}
	default:
		return refuse(extraArgs)
	}
	name, err := namespace.Identify(pid)
	if err != nil {
		return err
	}
	c.Env.Stdout.WriteString(name + "\n")
	return nil
}

// pids is `ip netns pids NAME`.
func pids(c *object.Context, args []string) error {
	switch len(args) {
	case 0:
		return refuse(noName)
	case 1:
	default:
		return refuse(extraArgs)
	}
	return namespace.Pids(args[0], func(pid string) {
		c.Env.Stdout.WriteString(pid + "\n")
	})
}
