package snapshot

import (
	"encoding/json"
	"maps"
)

// Change is one record that two snapshots do not have alike.
type Change struct {
	Namespace string `json:"namespace"`
	// Section is the list that it stands in: "links", "routes" …, or
	// "namespaces" for a whole namespace.
	Section string `json:"section"`
	// Key names the record within the list.
	Key string `json:"key"`
	// Before and After are the record in either snapshot, nil where it is not.
	Before Record `json:"before"`
	After  Record `json:"after"`
}

// Diff lists what b has otherwise than a, in the order of b's file; what only a
// has comes before the rest of its list. Records are matched by names, never by
// interface indexes. Named namespaces are compared where both have them.
func Diff(a, b *Snapshot) []Change {
	var out []Change
	here := a.ThisNetns || b.ThisNetns
	for _, n := range a.Namespaces {
		if here && n.Name != "" {
			continue
		}
		if _, ok := b.Namespace(n.Name); !ok {
			out = append(out, Change{Section: "namespaces", Key: n.Name, Before: Record{"name": n.Name}})
			out = append(out, diffNamespace(n, &Namespace{Name: n.Name})...)
		}
	}
	for _, n := range b.Namespaces {
		if here && n.Name != "" {
			continue
		}
		before, ok := a.Namespace(n.Name)
		if !ok {
			out = append(out, Change{Section: "namespaces", Key: n.Name, After: Record{"name": n.Name}})
			before = &Namespace{Name: n.Name}
		}
		out = append(out, diffNamespace(before, n)...)
	}
	return out
}

func diffNamespace(a, b *Namespace) []Change {
	var out []Change
	before, after := a.sections(), b.sections()
	for i, s := range after {
		out = append(out, diffSection(b.Name, s, *before[i].records)...)
	}
	return out
}

func diffSection(ns string, s section, before []Record) []Change {
	var out []Change
	old := index(before, s.key)
	now := index(*s.records, s.key)
	for _, r := range before {
		if k := s.key(r); now[k] == nil {
			out = append(out, Change{ns, s.name, k, r, nil})
		}
	}
	for _, r := range *s.records {
		k := s.key(r)
		switch was := old[k]; {
		case was == nil:
			out = append(out, Change{ns, s.name, k, nil, r})
		case !equal(was, r):
			out = append(out, Change{ns, s.name, k, was, r})
		}
	}
	return out
}

func index(list []Record, key func(Record) string) map[string]Record {
	m := make(map[string]Record, len(list))
	for _, r := range list {
		m[key(r)] = r
	}
	return m
}

// equal compares records as what their JSON says: a snapshot from a file and one
// that was just taken hold other types for the same.
func equal(a, b Record) bool {
	was, is := compared(a, b)
	return maps.Equal(was, is)
}

// compared are two records flattened, without what is not known of one of them.
func compared(a, b Record) (was, is map[string]string) {
	was, is = flatten(a), flatten(b)
	if was[kindPath] != is[kindPath] {
		return was, is
	}
	for _, path := range unknownFields {
		if _, known := was[path]; !known {
			delete(is, path)
		}
		if _, known := is[path]; !known {
			delete(was, path)
		}
	}
	return was, is
}

const kindPath = "linkinfo.info_kind"

// unknownFields are left out of a snapshot at times: then nothing is known of them.
// See linkInfo.
var unknownFields = [...]string{"linkinfo.info_data.ageing_time"}

// observedFields are those that change by themselves: for maps, not for diffs.
var observedFields = [...]string{"valid_life_time", "preferred_life_time", "operstate", "linkinfo.info_slave_data.state"}

// flatten lists the scalars of a record by their paths, but for what is observed.
func flatten(r Record) map[string]string {
	out := map[string]string{}
	for k, v := range r {
		flattenInto(out, k, v)
	}
	for _, path := range observedFields {
		delete(out, path)
	}
	return out
}

func flattenInto(out map[string]string, path string, v any) {
	switch v := v.(type) {
	case Record:
		flattenInto(out, path, map[string]any(v))
	case map[string]any:
		for k, e := range v {
			flattenInto(out, path+"."+k, e)
		}
	case []any:
		if len(v) == 0 {
			return
		}
		text, _ := json.Marshal(v)
		out[path] = string(text)
	case nil:
		out[path] = "null"
	default:
		text, _ := json.Marshal(v)
		out[path] = unquote(string(text))
	}
}

// unquote takes the quotes off a plain text.
func unquote(s string) string {
	var t string
	if len(s) > 1 && s[0] == '"' && json.Unmarshal([]byte(s), &t) == nil {
		return t
	}
	return s
}
