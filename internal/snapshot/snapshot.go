// Package snapshot is the state of a machine's networks as plain data: taken from
// the kernel (Take), written to a file and read again (Write, Read), compared with
// another (Diff), and turned into a script that rebuilds it (Export).
//
//	snapshot.go, file.go  what a snapshot is, and its file
//	take.go               asks the kernel, by the applets' own -j
//	links.go, kinds.go    what of a link is configuration, kind by kind, and which
//	                      words of `ip link` set it
//	state.go              the same for addresses, routes, rules, neighbours, fdb
//	diff.go, text.go      two snapshots compared, and the comparison in words
//	export*.go            a snapshot as commands
//
// It holds what was configured, not what follows from it: no counters, timers or
// interface indexes, no learned neighbours and addresses of bridges, none of the
// routes that the kernel keeps in the table local by itself. The states of links
// and of bridges' ports are there for maps; they are not compared.
//
// It may import the standard library, x/sys/unix, internal/applet and
// internal/namespace. The applets come by applet.Env.Lookup.
package snapshot

import "time"

// Format is the version of the file's layout that this package writes and reads.
const Format = 1

// Snapshot is the state of the networks of a machine.
type Snapshot struct {
	Format int       `json:"format"`
	Taken  time.Time `json:"taken"`
	// ThisNetns says that the named namespaces were left out.
	ThisNetns bool `json:"this_netns,omitempty"`
	// Namespaces begins with the network namespace that the snapshot was taken
	// in, whose name is empty; the named ones follow in the order of their names.
	Namespaces []*Namespace `json:"namespaces"`
}

// Namespace is the state of one network namespace. The field names in the
// records are those of `ip -j` and `bridge -j`.
type Namespace struct {
	Name       string   `json:"name"`
	Links      []Record `json:"links"`
	Addresses  []Record `json:"addresses"`
	Nexthops   []Record `json:"nexthops"`
	Routes     []Record `json:"routes"`
	Rules      []Record `json:"rules"`
	Neighbours []Record `json:"neighbours"`
	FDB        []Record `json:"fdb"`
}

// Record is one link, address, route …: a JSON object.
type Record map[string]any

// specField holds, in records of routes, rules and nexthops, the record in the
// words of `ip ROUTE add`: the JSON of ip leaves out what they need (which metrics
// are locked, for one).
const specField = "spec"

// Str returns a field that is text, or "".
func (r Record) Str(field string) string {
	s, _ := r[field].(string)
	return s
}

// has tells whether a field is there and not false.
func (r Record) has(field string) bool {
	v, ok := r[field]
	return ok && v != false
}

// Sub returns a field that is an object, or nil.
func (r Record) Sub(field string) Record {
	switch v := r[field].(type) {
	case map[string]any:
		return v
	case Record:
		return v
	}
	return nil
}

// Strings returns a field that is an array of texts.
func (r Record) Strings(field string) []string {
	list, _ := r[field].([]any)
	out := make([]string, 0, len(list))
	for _, v := range list {
		if s, ok := v.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

// section is one list of a namespace: its name, its records, and what names a
// record in it.
type section struct {
	name    string
	records *[]Record
	key     func(Record) string
}

// sections are the lists of a namespace in the order of the file.
func (n *Namespace) sections() []section {
	return []section{
		{"links", &n.Links, linkKey},
		{"addresses", &n.Addresses, addressKey},
		{"nexthops", &n.Nexthops, specKey},
		{"routes", &n.Routes, specKey},
		{"rules", &n.Rules, specKey},
		{"neighbours", &n.Neighbours, neighbourKey},
		{"fdb", &n.FDB, fdbKey},
	}
}

// Namespace finds a namespace by its name.
func (s *Snapshot) Namespace(name string) (*Namespace, bool) {
	for _, n := range s.Namespaces {
		if n.Name == name {
			return n, true
		}
	}
	return nil, false
}

// Link finds a link by its name.
func (n *Namespace) Link(name string) (Record, bool) {
	for _, l := range n.Links {
		if l.Str("ifname") == name {
			return l, true
		}
	}
	return nil, false
}
