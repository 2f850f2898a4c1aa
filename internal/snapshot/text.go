package snapshot

import (
	"maps"
	"slices"
	"strings"
)

// DiffText is the comparison in words, as unified diffs look: what is gone
// behind "-", what is new behind "+"; of a record that changed, the fields that
// did, below its name. before and after are the names of the snapshots. An empty
// text says that nothing changed.
func DiffText(changes []Change, before, after string, colour bool) string {
	if len(changes) == 0 {
		return ""
	}
	t := lines{colour: colour}
	t.line(bold, "--- "+before)
	t.line(bold, "+++ "+after)
	head := ""
	made := map[string]bool{}
	for i := range changes {
		c := &changes[i]
		if c.Section == "namespaces" {
			made[c.Key] = true
		}
		if made[c.Namespace] && c.bornToo() {
			continue // goes without saying
		}
		if h := heading(c); h != head {
			head = h
			t.line(cyan, h)
		}
		t.change(c)
	}
	return t.b.String()
}

// heading is the line above the changes of one list.
func heading(c *Change) string {
	h := "@@ " + c.Section
	if c.Namespace != "" {
		h += " of namespace " + printable(c.Namespace)
	}
	return h + " @@"
}

// The colours of git diff.
const (
	bold  = "1"
	red   = "31"
	green = "32"
	cyan  = "36"
	plain = ""
)

// lines gathers lines.
type lines struct {
	b      strings.Builder
	colour bool
}

func (t *lines) line(colour, s string) {
	if t.colour && colour != plain {
		s = "\x1b[" + colour + "m" + s + "\x1b[m"
	}
	t.b.WriteString(s + "\n")
}

func (t *lines) change(c *Change) {
	switch {
	case c.After == nil:
		t.line(red, "-"+describe(c.Section, c.Before))
		return
	case c.Before == nil:
		t.line(green, "+"+describe(c.Section, c.After))
		return
	}
	t.line(plain, " "+printable(c.Key))
	was, is := compared(c.Before, c.After)
	for _, k := range []struct{ kind, data, suffix string }{
		{"info_kind", "info_data", ""}, {"info_slave_kind", "info_slave_data", "_slave"},
	} {
		a, b := c.Before.Sub("linkinfo").Str(k.kind), c.After.Sub("linkinfo").Str(k.kind)
		if a != b {
			dropDefaults(was, k.data, a+k.suffix)
			dropDefaults(is, k.data, b+k.suffix)
		}
	}
	all := maps.Clone(was)
	maps.Copy(all, is)
	for _, path := range slices.Sorted(maps.Keys(all)) {
		if was[path] == is[path] {
			continue
		}
		name := "  " + strings.TrimPrefix(path, "linkinfo.") + " "
		if v, ok := was[path]; ok {
			t.line(red, "-"+name+printable(v))
		}
		if v, ok := is[path]; ok {
			t.line(green, "+"+name+printable(v))
		}
	}
}

// bornToo tells whether a record is in every new namespace: the rules that it is
// born with, and a loopback that is down.
func (c *Change) bornToo() bool {
	r := c.After
	if r == nil {
		r = c.Before
	}
	switch c.Section {
	case "rules":
		return slices.Contains(bornRules()[r.Str("family")], strings.Join(dropProto(ruleWords(r)), " "))
	case "links":
		return born(r) && !r.Up()
	}
	return false
}

// dropDefaults leaves what a new link, or port, of the kind has by itself out of
// a flattened record.
func dropDefaults(fields map[string]string, data, kind string) {
	k, _ := kindOf(kind)
	for i := range k.fields {
		path := "linkinfo." + data + "." + k.fields[i].json
		if v, ok := fields[path]; ok && k.fields[i].isDefault(v) {
			delete(fields, path)
		}
	}
}

// describe is a record in one line, in the words of the command that makes it.
func describe(section string, r Record) string {
	return printable(strings.Join(sectionWords(section, r), " "))
}

func sectionWords(section string, r Record) []string {
	switch section {
	case "links":
		words := append([]string{r.Str("ifname")}, linkWords(r, madeOf(r))...)
		words = append(words, settings(r)...)
		if mode := r.Str("inet6_addr_gen_mode"); mode != "" && mode != "eui64" {
			words = append(words, "addrgenmode", mode)
		}
		if m := r.Str("master"); m != "" {
			words = append(words, "master", m)
		}
		if r.Up() {
			words = append(words, "up")
		}
		return words
	case "addresses":
		return addressWords(r)
	case "neighbours":
		return neighbourWords(r)
	case "fdb":
		return fdbWords(r)
	case "namespaces":
		return []string{r.Str("name")}
	}
	return []string{r.Str(specField)}
}

// printable keeps control characters from a terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return '?'
		}
		return r
	}, s)
}
