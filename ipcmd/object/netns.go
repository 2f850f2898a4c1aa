package object

import (
	"github.com/nlbox/nlbox/internal/namespace"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// Namespaces turns the ids of network namespaces into names, for the ask step:
// `link-netns NAME` of a link. Where the connection is a test's it knows none.
func (c *Context) Namespaces() *namespace.Names {
	if c.namespaces == nil {
		if c.Dial != nil {
			c.namespaces = namespace.FixedNames(nil)
		} else {
			dial := func() (rtnl.Conn, error) { return c.Socket(rtnl.Options{}) }
			c.namespaces = namespace.NewNames(dial, c.Warn)
		}
	}
	return c.namespaces
}
