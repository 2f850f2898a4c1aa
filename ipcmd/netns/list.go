package netns

import (
	"github.com/nlbox/nlbox/internal/namespace"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// list is `ip netns list`. Its words are not looked at. The ids are asked for
// twice, as in the original: files that are no namespaces are complained of
// twice.
func list(c *object.Context, _ []string) error {
	known := c.Namespaces()
	known.Load()
	names, err := namespace.List()
	if err != nil {
		// No directory, no list: not even an empty one.
		return nil
	}
	p := c.Printer()
	p.Open()
	for _, name := range names {
		printNamed(p, namespace.Named{Name: name, ID: known.Ask(name)})
	}
	p.Close()
	return nil
}

// printNamed prints a line of the list.
func printNamed(p *printer.Printer, n namespace.Named) {
	p.OpenObject("")
	p.String("name", "%s", n.Name)
	if n.ID >= 0 {
		p.Int("id", " (id: %d)", int64(n.ID))
	}
	p.Text("\n")
	p.CloseObject()
	p.EndRecord()
}
