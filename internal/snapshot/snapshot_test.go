package snapshot

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/nlbox/nlbox/internal/applet"
)

// TestExport: testdata/NAME.json is exported as testdata/NAME.sh, NAME.batch and
// NAME.brctl say. The snapshots are written by hand, for kinds that not every
// kernel has.
func TestExport(t *testing.T) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		s, err := Read(bytes.NewReader(text))
		if err != nil {
			t.Fatal(file, err)
		}
		for style, ext := range []string{".sh", ".batch", ".brctl"} {
			golden := strings.TrimSuffix(file, ".json") + ext
			want, err := os.ReadFile(golden)
			if os.IsNotExist(err) {
				continue
			}
			var got strings.Builder
			commands, warnings := Export(s, Style(style))
			for i := range commands {
				line, _ := commands[i].Line(Style(style))
				got.WriteString(line + "\n")
			}
			for _, w := range warnings {
				got.WriteString("WARNING " + w + "\n")
			}
			if got.String() != string(want) {
				t.Errorf("%s: got:\n%s", golden, got.String())
			}
		}
	}
}

func TestReadRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"":                                 "no snapshot",
		"{\n\"format\":\nx}":               "line 3",
		`{"format":2,"namespaces":[{}]}`:   "format 2",
		`{"format":1}`:                     "no namespace",
		`{"format":1,"namespaces":[null]}`: "null",
		`{"format":1,"namespaces":[{"links":[1]}]}`: "no snapshot",
	} {
		if _, err := Read(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// A line of a batch cannot begin with an option, and brctl cannot say all times.
func TestLines(t *testing.T) {
	for _, c := range []struct{ words, line, why string }{
		{"-4 rule add pref 5 from all lookup 7", "rule add pref 5 from all lookup 7", ""},
		{"-6 route add default via fe80::1 dev v0", "route add ::/0 via fe80::1 dev v0", ""},
		{"-6 route add unreachable default table default", "route add unreachable ::/0 table default", ""},
		{"-6 route add 2001:db8::/32 dev v0 table default", "route add 2001:db8::/32 dev v0 table default", ""},
		{"-6 rule add pref 5 from all lookup 7", "# ip -6 rule add pref 5 from all lookup 7",
			"-6 rule add pref 5 from all lookup 7: ip -batch has no line for rules of IPv6"},
	} {
		cmd := Command{"ip", "", strings.Fields(c.words)}
		if line, why := cmd.Line(Batch); line != c.line || why != c.why {
			t.Errorf("%s: %q, %q", c.words, line, why)
		}
		cmd.Namespace = "a"
		if line, why := cmd.Line(Batch); line != "netns exec a ip "+c.words || why != "" {
			t.Errorf("%s in a namespace: %q, %q", c.words, line, why)
		}
	}
	for in, want := range map[string]string{"1500": "15", "450": "4.5", "207": "", "2133437386": "", "x": ""} {
		if got := seconds(in); got != want {
			t.Errorf("%s: %q seconds", in, got)
		}
	}
}

// A bridge without ports gets no carrier once it is given its address, which a nexthop
// needs: what cannot be rebuilt is said, and what hangs on it.
func TestLostNexthops(t *testing.T) {
	group := []any{map[string]any{"id": "5"}, map[string]any{"id": "9"}}
	n := &Namespace{
		Links: []Record{{
			"ifname": "br0", "link_type": "ether", "operstate": "UNKNOWN", "flags": []any{"MULTICAST", "UP"},
			"linkinfo": map[string]any{"info_kind": "bridge"},
		}},
		Nexthops: []Record{
			{"id": "3", specField: "id 3 group 5/9", "group": group},
			{"id": "5", specField: "id 5 via 10.0.0.4 dev br0", "dev": "br0"},
			{"id": "9", specField: "id 9 blackhole"},
		},
		Routes: []Record{
			{"dst": "10.1.0.0/16", specField: "10.1.0.0/16 nhid 3"}, {"dst": "10.2.0.0/16", specField: "10.2.0.0/16 nhid 9"},
		},
	}
	commands, warnings := Export(&Snapshot{Namespaces: []*Namespace{n}}, Batch)
	var got []string
	for i := range commands {
		line, _ := commands[i].Line(Batch)
		got = append(got, line)
	}
	want := []string{
		"link add name br0 type bridge", "link set dev br0 up",
		"# nexthop 5: br0 has no carrier when it is rebuilt", "nexthop add id 9 blackhole",
		"# nexthop 3: one of its group is not rebuilt", "# route 10.1.0.0/16: nexthop 3 is not rebuilt",
		"route add 10.2.0.0/16 nhid 9",
	}
	if !slices.Equal(got, want) || len(warnings) != 3 {
		t.Errorf("%q, %q", got, warnings)
	}
}

// Of a tun's two modes one is an Ethernet interface.
func TestFlagWords(t *testing.T) {
	for _, c := range []struct {
		kind, linkType string
		flags          []any
		want           string
	}{
		{"tun", "ether", []any{"MULTICAST"}, ""},
		{"tun", "ether", []any{"NOARP"}, "multicast off arp off"},
		{"tun", "none", []any{"MULTICAST", "NOARP"}, ""},
		{"tun", "none", []any{"NOARP"}, "multicast off"},
		{"veth", "ether", []any{"PROMISC"}, "multicast off promisc on"},
		{"ifb", "ether", []any{"NOARP"}, ""},
	} {
		l := Record{"link_type": c.linkType, "flags": c.flags, "linkinfo": map[string]any{"info_kind": c.kind}}
		if got := strings.Join(flagWords(l), " "); got != c.want {
			t.Errorf("%s %s %v: %q", c.kind, c.linkType, c.flags, got)
		}
	}
}

func TestQuote(t *testing.T) {
	for in, want := range map[string]string{
		"eth0": "eth0", "": "''", "a b": "'a b'", "it's": `'it'\''s'`, "$x": "'$x'", "br0:1": "br0:1",
	} {
		if got := quote(in); got != want {
			t.Errorf("%q: %s", in, got)
		}
	}
}

// FuzzRead: whatever a file holds is refused or can be compared and exported.
func FuzzRead(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.json")
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := Read(bytes.NewReader(text))
		if err != nil {
			return
		}
		for style := Shell; style <= Brctl; style++ {
			commands, _ := Export(s, style)
			for i := range commands {
				if line, _ := commands[i].Line(style); strings.Contains(line, "\n") && commands[i].Tool == "" {
					t.Errorf("a comment of two lines: %q", line)
				}
			}
		}
		DiffText(Diff(s, &Snapshot{Namespaces: []*Namespace{{}}}), "a", "b", true)
		if d := Diff(s, s); len(d) > 0 && !doubled(s) {
			t.Errorf("differs from itself: %v", d)
		}
	})
}

// doubled: two records of one key.
func doubled(s *Snapshot) bool {
	names := map[string]bool{}
	for _, n := range s.Namespaces {
		if names[n.Name] {
			return true
		}
		names[n.Name] = true
		for _, sec := range n.sections() {
			if len(index(*sec.records, sec.key)) != len(*sec.records) {
				return true
			}
		}
	}
	return false
}

// changing stands for an ip whose answers about routes belong together only from
// the third time on: a route comes between the records and the lines, and then
// another takes its place.
type changing struct{ asked int }

func (c *changing) ip(env *applet.Env) error {
	if !slices.Contains(env.Args, "route") {
		return nil
	}
	text := slices.Contains(env.Args, "-o")
	lists := [][]string{{"local ::1"}, {"local ::1", "fe80::/64"}, {"local ::1", "fe80::/64"}, {"local ::1", "default"}, {"local ::1", "default"}}
	list := lists[min(c.asked, len(lists)-1)]
	if env.Args[0] == "-6" {
		c.asked++
	} else {
		list = nil
	}
	for i, r := range list {
		if !text {
			list[i] = `{"dst":"` + strings.TrimPrefix(r, "local ") + `"}`
		}
	}
	if text {
		env.Stdout.WriteString(strings.Join(append(list, ""), "\n"))
	} else {
		env.Stdout.WriteString("[" + strings.Join(list, ",") + "]")
	}
	return nil
}

// TestChanging: records and lines that do not belong together are asked for again.
func TestChanging(t *testing.T) {
	var c changing
	env := &applet.Env{Lookup: func(string) (applet.Main, bool) { return c.ip, true }}
	r, err := ask(env, "")
	if err != nil || c.asked != 6 {
		t.Fatal(c.asked, err)
	}
	if len(r.routes) != 2 || r.routes[1]["dst"] != "default" || r.routeSpecs[1] != "default" {
		t.Error(r.routes, r.routeSpecs)
	}
}
