package names

import "strings"

// The kinds whose numbers have 32 bits.
var (
	tableFiles = hashSource{
		file: "rt_tables", dir: "rt_tables.d",
		builtin: tableNames,
	}
	groupFiles = hashSource{
		file:    "group",
		builtin: groupNames,
	}
)

type hashSource struct {
	file, dir string
	builtin   []numbered
}

// numbered is a number and its name.
type numbered struct {
	id   uint32
	name string
}

// RT_TABLE_* of linux/rtnetlink.h.
var tableNames = []numbered{{253, "default"}, {254, "main"}, {255, "local"}}

var groupNames = []numbered{{0, "default"}}

// hashNames are the names of numbers of 32 bits, in the order in which they
// were read. Of several names for a number the last one counts. Of several
// numbers for a name it is the one whose low 8 bits are least, then the last
// one: iproute2 keeps them in 256 lists.
type hashNames struct {
	entries []numbered
	loaded  bool
}

func (h *hashNames) load(t *Tables, s *hashSource) {
	if h.loaded {
		return
	}
	h.loaded = true
	h.entries = append(h.entries, s.builtin...)
	t.readAll(s.file, s.dir, func(id int32, name string) {
		if id >= 0 {
			h.entries = append(h.entries, numbered{uint32(id), strings.Clone(name)})
		}
	})
}

func (h *hashNames) name(id uint32) (string, bool) {
	for i := len(h.entries) - 1; i >= 0; i-- {
		if h.entries[i].id == id {
			return h.entries[i].name, true
		}
	}
	return "", false
}

func (h *hashNames) id(name string) (id uint32, ok bool) {
	for i := len(h.entries) - 1; i >= 0; i-- {
		e := h.entries[i]
		if e.name == name && (!ok || e.id&255 < id&255) {
			id, ok = e.id, true
		}
	}
	return id, ok
}
