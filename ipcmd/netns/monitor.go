package netns

import (
	"github.com/nlbox/nlbox/internal/namespace"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// monitor is `ip netns monitor`: names that come and go, until it is killed.
// Every line goes out at once.
func monitor(c *object.Context, _ []string) error {
	return namespace.Watch(func(name string, added bool) {
		event := "delete "
		if added {
			event = "add "
		}
		c.Env.Stdout.WriteString(event + name + "\n")
		c.Env.Stdout.Flush()
	})
}
