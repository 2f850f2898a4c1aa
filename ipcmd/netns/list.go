package netns

import (
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// list is `ip netns list`. Its words are not looked at.
func list(c *object.Context, _ []string) error {
	// Complaints come out before the list, as from a program that leaves its
	// stdout to the end.
	defer func(flush bool) { c.Env.FlushFirst = flush }(c.Env.FlushFirst)
	c.Env.FlushFirst = false
	list, err := c.Namespaces().List()
	if err != nil {
		// No directory, no list: not even an empty one.
		return nil
	}
	p := c.Printer()
	p.Open()
	for _, n := range list {
		printNamed(p, n.Name, n.ID)
	}
	p.Close()
	return nil
}

// printNamed prints a line of the list; an id below 0 is none.
func printNamed(p *printer.Printer, name string, id int32) {
	p.OpenObject("")
	p.String("name", "%s", name)
	if id >= 0 {
		p.Int("id", " (id: %d)", int64(id))
	}
	p.Text("\n")
	p.CloseObject()
	p.EndRecord()
}
