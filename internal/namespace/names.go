package namespace

import (
	"errors"

	"github.com/nlbox/nlbox/internal/rtnl"
)

// Names turns ids into names. The kernel knows no names: each file of Dir is
// asked for the id of its namespace, once, when the first name is wanted. What
// the kernel refuses (a file that is no namespace) is reported and passed over.
//
// It has a connection of its own, so that it can be asked in the course of a
// dump.
type Names struct {
	dial func() (rtnl.Conn, error)
	warn func(string)

	conn   rtnl.Conn
	loaded bool
	byID   map[int32]string
}

// NewNames returns Names that ask over the connection that dial opens, when it
// is needed. warn gets the kernel's refusals, as lines without a newline.
func NewNames(dial func() (rtnl.Conn, error), warn func(string)) *Names {
	return &Names{dial: dial, warn: warn}
}

// FixedNames returns Names that know those of the table and ask nobody. Tests
// use it.
func FixedNames(byID map[int32]string) *Names {
	return &Names{loaded: true, byID: byID}
}

// Close gives the connection back.
func (n *Names) Close() {
	if n.conn != nil {
		n.conn.Close()
		n.conn = nil
	}
}

// Name returns the name of the namespace that has the id here.
func (n *Names) Name(id int32) (string, bool) {
	if id < 0 {
		return "", false
	}
	n.Load()
	name, ok := n.byID[id]
	return name, ok
}

// Load asks for the ids of all names, unless it has done so before.
func (n *Names) Load() {
	if !n.loaded {
		n.load()
	}
}

// Named is a name and the id that its namespace has here, or NSIDNone.
type Named struct {
	Name string
	ID   int32
}

// List returns all names with their ids, in the order of the directory; the error
// is that of the function List. As with the original, which asks twice where Load
// has not been called, what is refused is then reported twice.
func (n *Names) List() ([]Named, error) {
	if !n.loaded {
		list, refused, err := n.load()
		for i := range list {
			if refused[i] {
				list[i].ID, _ = n.ask(list[i].Name)
			}
		}
		return list, err
	}
	names, err := List()
	if err != nil {
		return nil, err
	}
	list := make([]Named, len(names))
	for i, name := range names {
		list[i] = Named{name, n.Ask(name)}
	}
	return list, nil
}

func (n *Names) load() (list []Named, refused []bool, err error) {
	names, err := List()
	if err != nil {
		return nil, nil, err
	}
	n.loaded = true
	list, refused = make([]Named, len(names)), make([]bool, len(names))
	for i, name := range names {
		id, err := n.ask(name)
		list[i], refused[i] = Named{name, id}, err != nil
		if id >= 0 {
			n.put(id, name)
		}
	}
	return list, refused, nil
}

// put remembers a name. The first of several for one namespace stays.
func (n *Names) put(id int32, name string) {
	if n.byID == nil {
		n.byID = make(map[int32]string)
	}
	if _, ok := n.byID[id]; !ok {
		n.byID[id] = name
	}
}

// Ask asks the kernel for the id of one name: NSIDNone when it has none.
func (n *Names) Ask(name string) int32 {
	id, _ := n.ask(name)
	return id
}

// ask is Ask that tells what went wrong besides reporting it.
func (n *Names) ask(name string) (int32, error) {
	if n.dial == nil {
		return NSIDNone, nil
	}
	if n.conn == nil {
		conn, err := n.dial()
		if err != nil {
			n.warn(err.Error())
			n.dial = nil
			return NSIDNone, err
		}
		n.conn = conn
	}
	id, err := NSIDOf(n.conn, name)
	var refused *rtnl.Error
	if errors.As(err, &refused) {
		n.warn(refused.Error())
	}
	return id, err
}

// Take returns the name of an id that Load has found, and forgets it.
func (n *Names) Take(id int32) (string, bool) {
	name, ok := n.byID[id]
	delete(n.byID, id)
	return name, ok
}

// Search goes through the directory for the name of an id, without regard to
// what is remembered, and remembers what it finds.
func (n *Names) Search(id int32) (string, bool) {
	if id < 0 {
		return "", false
	}
	names, err := List()
	if err != nil {
		return "", false
	}
	for _, name := range names {
		if n.Ask(name) == id {
			n.put(id, name)
			return name, true
		}
	}
	return "", false
}
