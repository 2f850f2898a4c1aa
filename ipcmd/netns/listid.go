package netns

import (
	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/namespace"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// listIDArgs are the words of `ip netns list-id`; a number below 0 was not
// given.
type listIDArgs struct {
	target, id int32
}

func parseListID(args []string) (listIDArgs, error) {
	a := listIDArgs{target: namespace.NSIDNone, id: namespace.NSIDNone}
	for w := words.New(args); w.More(); w.Skip() {
		var into *int32
		switch {
		case w.Is("target-nsid"):
			into = &a.target
		case w.Is("nsid"):
			into = &a.id
		default:
			return a, words.Usage(usage)
		}
		key := w.Word()
		if *into >= 0 {
			return a, words.Duplicate(key, key)
		}
		v, err := w.Value()
		if err != nil {
			return a, err
		}
		n, ok := format.ParseS32(v, 0)
		if !ok {
			return a, words.Invalid(`"`+key+`" value is invalid`, v)
		}
		if n < 0 {
			// The original names the word behind the wrong one.
			next, ok := w.Peek()
			if !ok {
				next = "(null)"
			}
			return a, words.Invalid(`"`+key+`" value should be >= 0`, next)
		}
		*into = n
	}
	return a, nil
}

// listID is `ip netns list-id`.
func listID(c *object.Context, args []string) error {
	known := c.Namespaces()
	known.Load()
	a, err := parseListID(args)
	if err != nil {
		return err
	}
	conn, err := c.Conn()
	if err != nil {
		return err
	}
	p := c.Printer()
	row := func(n namespace.NSID) error {
		PrintNSID(p, n, NSIDName(known, n))
		return nil
	}
	if a.id >= 0 {
		n, err := namespace.GetNSID(conn, a.id, a.target)
		if err != nil {
			return object.Kernel(err)
		}
		p.Open()
		row(n)
		p.Close()
		return nil
	}
	p.Open()
	err = namespace.DumpNSIDs(conn, a.target, row)
	p.Close()
	return object.DumpFailed(err, object.StatusLocal)
}

// NSIDName finds the name that is printed beside an id, "" for none. A name that
// Load has found is given out once: after that, and for ids that came later,
// the directory is gone through. The original does that with the id that the
// target has, not with ours.
func NSIDName(known *namespace.Names, n namespace.NSID) string {
	id := n.ID
	if n.HasCurrent {
		id = n.Current
	}
	if name, ok := known.Take(id); ok {
		return name
	}
	if n.Deleted {
		return ""
	}
	name, _ := known.Search(n.ID)
	return name
}

// PrintNSID prints an id as `ip netns list-id` and `ip monitor nsid` do.
func PrintNSID(p *printer.Printer, n namespace.NSID, name string) {
	p.OpenObject("")
	if n.Deleted {
		if p.JSON() {
			p.Bool("deleted", "", true)
		}
		p.Text("Deleted ")
	}
	printID(p, "nsid", "nsid %d ", n.ID)
	if n.HasCurrent {
		printID(p, "current-nsid", "current-nsid %d ", n.Current)
	}
	if name != "" {
		p.String("name", "(iproute2 netns name: %s)", name)
	}
	p.Text("\n")
	p.CloseObject()
	p.EndRecord()
}

// printID prints one id; JSON leaves one that is not assigned out.
func printID(p *printer.Printer, key, format string, id int32) {
	if id < 0 {
		p.Text(key + " unassigned ")
		return
	}
	p.Int(key, format, int64(id))
}
