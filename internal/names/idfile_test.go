package names

import (
	"os"
	"strings"
	"testing"
)

func TestParseFile(t *testing.T) {
	long := strings.Repeat("x", lineMax-2)
	for _, c := range []struct {
		data, bad string
		ids       []int32
		names     []string
	}{
		{"", "", nil, nil},
		{"# comment\n\n \t# more\n7 seven # why\n", "", []int32{7}, []string{"seven"}},
		{"0x1F hex\n010 dec", "", []int32{31, 10}, []string{"hex", "dec"}},
		{"0x10foo\n7seven\n", "", []int32{0x10f, 7}, []string{"oo", "seven"}},
		{"0x0x10 a\n0x 11 b\n", "", []int32{16, 17}, []string{"a", "b"}},
		{"0xzz\n", "", []int32{0}, []string{"xzz"}},
		{"-1 minus\n0xffffffff all\n4294967296 wrapped\n", "", []int32{-1, -1, 0}, []string{"minus", "all", "wrapped"}},
		{"1 one\n2\n3 three\n", "2\n", []int32{1}, []string{"one"}},
		{"foo\n", "foo\n", nil, nil},
		{"\r\n", "\r\n", nil, nil},
		{"x", "x", nil, nil},
		{"1 a\x002 b\n", "", []int32{1}, []string{"a"}},
		{"0x1 \n", "", []int32{0}, []string{"x1"}},
		{"1 " + long + "2 tail\n", "", []int32{1, 2}, []string{long, "tail"}},
		{"5 #name\n", "", []int32{5}, []string{"#name"}},
	} {
		var ids []int32
		var found []string
		bad, ok := parseFile(c.data, func(id int32, name string) {
			ids, found = append(ids, id), append(found, name)
		})
		if bad != c.bad || ok != (c.bad == "") || len(ids) != len(c.ids) {
			t.Errorf("%.40q: bad %q, ok %v, ids %v %.40q", c.data, bad, ok, ids, found)
			continue
		}
		for i := range ids {
			if ids[i] != c.ids[i] || found[i] != c.names[i] {
				t.Errorf("%.40q: %d %.40q", c.data, ids[i], found[i])
			}
		}
	}
}

func TestWarning(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, dir, "rt_protos", "77 good\nbad line\n78 never\n")
	writeFile(t, dir, "rt_protos.d/a.conf", "79")
	writeFile(t, dir, "rt_protos.d/.hidden.conf", "also bad\n")
	var said []string
	n := New(false)
	n.Dir, n.Warn = dir, func(text string) { said = append(said, text) }
	if n.Proto(2); len(said) != 0 {
		t.Errorf("a built-in name read the files: %q", said)
	}
	if got := n.Proto(77) + n.Proto(78); got != "good78" {
		t.Errorf("got %q", got)
	}
	want := []string{
		"Database " + dir + "/rt_protos is corrupted at bad line\n\n",
		"Database " + dir + "/rt_protos.d/a.conf is corrupted at 79\n",
	}
	if len(said) != 2 || said[0] != want[0] || said[1] != want[1] {
		t.Errorf("said %q, want %q", said, want)
	}
}

func TestNumeric(t *testing.T) {
	n := New(true)
	n.Dir = t.TempDir()
	for _, c := range []struct{ got, want string }{
		{n.Proto(2), "2"}, {n.Scope(253), "253"}, {n.Realm(0), "0"}, {n.DSField(0), "0x00"},
		{n.DSField(0x28), "0x28"}, {n.Table(254), "254"}, {n.Group(0), "0"}, {n.LinkType(1), "[1]"},
		{n.EtherProto(0x8100), "[33024]"}, {n.RouteType(7), "7"}, {n.IPProto(6), "ipproto-6"},
		{n.ProtodownReason(3), "3"}, {n.NetlinkProto(0), "0"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
	if id, ok := n.ProtoID("kernel"); id != 2 || !ok {
		t.Error("words are understood under -N, too")
	}
}

// answer is what a function from words to numbers gave.
type answer struct {
	id uint32
	ok bool
}

func answered(id uint32, ok bool) answer { return answer{id, ok} }

func TestWords(t *testing.T) {
	n := New(false)
	n.Dir = t.TempDir()
	writeFile(t, n.Dir, "rt_realms", "5 five\n6 six\n")
	writeFile(t, n.Dir, "rt_dsfield", "0x28 AF11\n")
	writeFile(t, n.Dir, "protodown_reasons.d/r.conf", "0 mlag\n31 last\n32 beyond\n")
	wide := func(v uint8, ok bool) (uint32, bool) { return uint32(v), ok }
	for i, c := range []struct {
		answer
		want int64 // -1: refused
	}{
		{answered(wide(n.ProtoID("static"))), 4},
		{answered(wide(n.ProtoID("0x10"))), 16},
		{answered(wide(n.ProtoID("256"))), -1},
		{answered(wide(n.ProtoID("stat"))), -1},
		{answered(wide(n.ProtoID(""))), -1},
		{answered(wide(n.ScopeID("nowhere"))), 255},
		{answered(wide(n.DSFieldID("10"))), 16},
		{answered(wide(n.DSFieldID("0x10"))), 16},
		{answered(wide(n.DSFieldID("AF11"))), 0x28},
		{answered(wide(n.DSFieldID("100"))), -1},
		{answered(n.RealmsID("five/six")), 5<<16 | 6},
		{answered(n.RealmsID("six")), 6},
		{answered(n.RealmsID("5/")), 5 << 16},
		{answered(n.RealmsID("/6")), -1},
		{answered(n.RealmsID("0x50006")), 0x50006},
		{answered(n.RealmsID("a/6")), -1},
		{answered(n.GroupID("default")), 0},
		{answered(n.GroupID("4294967297")), 1},
		{answered(n.GroupID("4294967295")), -1},
		{answered(n.GroupID("-1")), -1},
		{answered(n.GroupID("x")), -1},
		{answered(wide(n.ProtodownReasonID("last"))), 31},
		{answered(wide(n.ProtodownReasonID("beyond"))), -1},
		{answered(wide(n.ProtodownReasonID("32"))), -1},
		{answered(wide(RouteTypeID("b"))), 3},
		{answered(wide(RouteTypeID("bl"))), 6},
		{answered(wide(RouteTypeID("loc"))), -1},
		{answered(wide(RouteTypeID("un"))), 7},
		{answered(wide(RouteTypeID("uni"))), 1},
		{answered(wide(RouteTypeID(""))), -1},
		{answered(wide(RouteTypeID("11"))), 11},
		{answered(wide(OperStateID("lowerlayerdown"))), 3},
		{answered(wide(LinkModeID("Dormant"))), 1},
		{answered(wide(AddrGenModeID("NONE"))), 1},
	} {
		if want := c.want; c.ok != (want >= 0) || c.ok && int64(c.id) != want {
			t.Errorf("row %d: %d, %v, want %d", i, c.id, c.ok, want)
		}
	}
}

func TestShortWords(t *testing.T) {
	for _, c := range []struct {
		word string
		id   uint16
		ok   bool
	}{
		{"802.1q", 0x8100, true}, {"802.1AD", 0x88a8, true}, {"ipv4", 0x800, true}, {"0x86dd", 0x86dd, true}, {"65536", 0, false}, {"", 0, false},
	} {
		if id, ok := EtherProtoID(c.word); id != c.id || ok != c.ok {
			t.Errorf("EtherProtoID(%q) = %#x, %v", c.word, id, ok)
		}
	}
	for _, c := range []struct {
		word  string
		state uint16
		ok    bool
	}{
		{"p", 0x80, true}, {"r", 2, true}, {"f", 0x20, true}, {"noarp", 0x40, true}, {"noar", 0, false}, {"none", 0, true},
		{"s", 0, false}, {"0x40", 0x40, true}, {"3", 0, false}, {"256", 0, false}, {"0", 0, true}, {"", 0, false},
	} {
		if state, ok := NeighStateID(c.word); state != c.state || ok != c.ok {
			t.Errorf("NeighStateID(%q) = %#x, %v", c.word, state, ok)
		}
	}
	for _, name := range []string{"ether", "loopback", "gre6", "void"} {
		id, ok := LinkTypeID(name)
		if got := New(false).LinkType(id); !ok || got != name {
			t.Errorf("%s: %d, %v, %q", name, id, ok, got)
		}
	}
	for _, name := range []string{"inet", "inet6", "link", "mpls", "bridge"} {
		if family, ok := FamilyID(name); !ok || Family(family) != name {
			t.Errorf("%s: %d, %v", name, family, ok)
		}
	}
	if FamilyExpected(0) != "any valid" || FamilyExpected(128) != "???" {
		t.Error("FamilyExpected")
	}
}

func TestIPProto(t *testing.T) {
	n := New(false)
	n.Protocols = t.TempDir() + "/protocols"
	text := "# comment\nip 0 IP # pseudo\nhopopt 0 HOPOPT\ntcp\t6\tTCP tee\n\nbad x\nodd 300\n"
	if err := os.WriteFile(n.Protocols, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	if got := n.IPProto(0) + " " + n.IPProto(6) + " " + n.IPProto(253); got != "ip tcp ipproto-253" {
		t.Error(got)
	}
	for _, c := range []struct {
		word string
		id   int32
		ok   bool
	}{
		{"tcp", 6, true}, {"TCP", 6, true}, {"tee", 6, true}, {"Tcp", 0, false}, {"17", 17, true}, {"0x11", 0, false}, {"256", 0, false},
		{"hopopt", 0, true}, {"odd", 300, true}, {"bad", 0, false}, {"", 0, false},
	} {
		if id, ok := n.IPProtoID(c.word); id != c.id || ok != c.ok {
			t.Errorf("IPProtoID(%q) = %d, %v", c.word, id, ok)
		}
	}
	n.Numeric = true
	if got, ok := n.IPProtoByNumber(6); got != "tcp" || !ok || n.IPProto(6) != "ipproto-6" {
		t.Errorf("with Numeric: %q, %v, %q", got, ok, n.IPProto(6))
	}
	if got, ok := n.IPProtoByNumber(253); got != "" || ok {
		t.Errorf("253: %q", got)
	}
}

func FuzzFile(f *testing.F) {
	for _, s := range []string{"1 one\n", "0x1f hex # c\n", "bad\n", "0x", "\x00", "#"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, data string) {
		bad, ok := parseFile(data, func(_ int32, name string) {
			if name == "" || strings.ContainsAny(name, " \t\n\v\f\r\x00") {
				t.Fatalf("name %q", name)
			}
		})
		if ok == (bad != "") {
			t.Fatalf("ok %v with bad line %q", ok, bad)
		}
		parseProtocol(data)
	})
}
