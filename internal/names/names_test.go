package names

import (
	"os"
	"path/filepath"
	"testing"
)

func TestBuiltin(t *testing.T) {
	n := New(false)
	n.Dir = t.TempDir()
	for _, c := range []struct{ got, want string }{
		{n.Proto(2), "kernel"}, {n.Proto(99), "99"}, {n.Scope(253), "link"},
		{n.Table(254), "main"}, {n.Table(0), "0"}, {n.Table(1 << 31), "2147483648"},
		{n.Realm(0), "unknown"}, {n.Realm(300), "300"}, {n.DSField(0), "0"},
		{n.DSField(0x28), "0x28"}, {n.Group(0), "default"}, {n.Group(0xffffffff), "-1"},
		{n.LinkType(1), "ether"}, {n.LinkType(65), "[65]"}, {n.EtherProto(0x88a8), "802.1ad"},
		{n.RouteType(7), "unreachable"}, {n.RouteType(12), "12"}, {n.NetlinkProto(16), "genl"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func writeFile(t *testing.T, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestFiles(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, dir, "rt_protos", "4 steady\n0x63 openr # routes\n99 last\n256 no\n")
	writeFile(t, dir, "rt_tables", "254 prime\n1000 blue\n2000 blue\n0x1ff high\n")
	writeFile(t, dir, "rt_tables.d/x.conf", "1001 red\n")
	writeFile(t, dir, "rt_tables.d/x.config", "1002 green\n")
	writeFile(t, dir, "group", "0 zero\n7 lab")
	n := New(false)
	n.Dir = dir
	if got := n.Proto(4); got != "static" {
		t.Errorf("Proto(4) before the file was read: %q", got)
	}
	if got := n.Proto(99); got != "last" {
		t.Errorf("Proto(99) = %q", got)
	}
	if got := n.Proto(4); got != "steady" {
		t.Errorf("Proto(4) after the file was read: %q", got)
	}
	for _, c := range []struct {
		word string
		id   uint32
		ok   bool
	}{
		{"blue", 2000, true}, {"red", 1001, true}, {"green", 0, false},
		{"main", 254, true}, {"prime", 254, true}, {"0x10", 16, true},
		{"4294967295", 4294967295, true}, {"4294967296", 0, false}, {"-1", 0, false}, {"", 0, false},
	} {
		if id, ok := n.TableID(c.word); id != c.id || ok != c.ok {
			t.Errorf("TableID(%q) = %d, %v", c.word, id, ok)
		}
	}
	if got := n.Table(254); got != "prime" {
		t.Errorf("Table(254) = %q", got)
	}
	if got := n.Group(7); got != "lab" {
		t.Errorf("Group(7) = %q", got)
	}
}
