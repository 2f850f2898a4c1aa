package netdev

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/namespace/nstest"
	"github.com/nlbox/nlbox/internal/rtnl"
)

func TestMain(m *testing.M) { os.Exit(nstest.Main(m)) }

func TestName(t *testing.T) {
	for _, c := range []struct{ word, name, alias string }{
		{"eth0", "eth0", ""},
		{"eth0:1", "eth0", ":1"},
		{"fifteencharsxyz0", "fifteencharsxyz", ""},
		{"fifteencharsxyz:1", "fifteencharsxyz", ""},
		{":1", "", ":1"},
		{"", "", ""},
	} {
		if name, alias := Name(c.word); name != c.name || alias != c.alias {
			t.Errorf("%q: %q %q", c.word, name, alias)
		}
	}
}

func TestField(t *testing.T) {
	word, rest := Field([]byte(" \tab\vc\n"))
	if string(word) != "ab" || string(rest) != "\vc\n" {
		t.Errorf("%q %q", word, rest)
	}
	if word, rest = Field(rest[2:]); len(word) != 0 || len(rest) != 0 {
		t.Errorf("%q %q", word, rest)
	}
}

func TestReadFile(t *testing.T) {
	dir := t.TempDir()
	big := bytes.Repeat([]byte("0123456789\n"), 1000)
	name := filepath.Join(dir, "f")
	if err := os.WriteFile(name, big, 0o600); err != nil {
		t.Fatal(err)
	}
	if b, err := ReadFile(name); err != nil || !bytes.Equal(b, big) {
		t.Errorf("%d bytes, %v", len(b), err)
	}
	if b, err := ReadFile(dir); err != nil || len(b) != 0 {
		t.Errorf("directory: %d bytes, %v", len(b), err)
	}
	if _, err := ReadFile(name + "x"); !errors.Is(err, unix.ENOENT) {
		t.Errorf("%v", err)
	}
}

func TestPerror(t *testing.T) {
	if got := Perror("route", unix.ENOENT); got != "/proc/net/route: No such file or directory" {
		t.Error(got)
	}
}

// links is a recording of devices.
func links(names ...string) []byte {
	var b []byte
	for i, name := range names {
		r := rtnl.NewRequest(unix.RTM_NEWLINK, 0)
		r.Link(unix.AF_UNSPEC, unix.ARPHRD_ETHER, int32(i+1), 0, 0)
		r.Str(unix.IFLA_IFNAME, name)
		r.Attr(unix.IFLA_ADDRESS, []byte{2, 0, 0, 0, 0, byte(i)})
		b = append(b, r.Bytes()...)
	}
	return b
}

func TestByName(t *testing.T) {
	c := rtnl.NewReplay(links("v0", "v1"))
	d, err := ByName(c, "v1:7")
	if err != nil || d.Index != 2 || d.Type != unix.ARPHRD_ETHER || !bytes.Equal(d.Addr, []byte{2, 0, 0, 0, 0, 1}) || d.Table != 0 {
		t.Errorf("%+v %v", d, err)
	}
	for _, name := range []string{"v2", "", ":1"} {
		if _, err := ByName(c, name); rtnl.Errno(err) != unix.ENODEV {
			t.Errorf("%q: %v", name, err)
		}
	}
	if _, err := ByExactName(c, "v1:7"); rtnl.Errno(err) != unix.ENODEV {
		t.Errorf("a colon is a part of the name: %v", err)
	}
}

func TestEach(t *testing.T) {
	c := rtnl.NewReplay(links("v0", "v1", "v2"))
	var seen []int32
	err := Each(c, func(d Device) bool {
		seen = append(seen, d.Index)
		return d.Index < 2
	})
	if err != nil || len(seen) != 2 {
		t.Errorf("%v %v", seen, err)
	}
}

// TestHere looks at the loopback device of a real namespace.
func TestHere(t *testing.T) {
	nstest.World(t, func() {
		c, err := rtnl.Open(rtnl.Options{})
		if err != nil {
			t.Error(err)
			return
		}
		defer c.Close()
		if d, err := ByName(c, "lo:0"); err != nil || d.Index != 1 || d.Type != unix.ARPHRD_LOOPBACK {
			t.Errorf("ByName: %+v %v", d, err)
		}
		names := Names{Fd: c.Fd()}
		for range 2 {
			if d := names.Get(1); d != (NameType{"lo", unix.ARPHRD_LOOPBACK}) {
				t.Errorf("Names: %+v", d)
			}
		}
		if d := names.Get(9999); d.Name != "*" {
			t.Errorf("a device that is not there: %+v", d)
		}
		if err := CheckTable("route"); err != nil {
			t.Error(err)
		}
		if err := CheckTable("nosuch"); !errors.Is(err, unix.ENOENT) {
			t.Errorf("%v", err)
		}
		table, err := OpenTable("arp")
		if err != nil {
			t.Error(err)
			return
		}
		defer table.Close()
		if line, ok := table.Line(); !ok || !bytes.HasPrefix(line, []byte("IP address")) {
			t.Errorf("%q", line)
		}
	})
}

func FuzzParse(f *testing.F) {
	f.Add(links("v0"))
	f.Fuzz(func(t *testing.T, b []byte) {
		parse(&rtnl.Msg{Type: unix.RTM_NEWLINK, Data: b})
		for word, rest := Field(b); len(word) > 0; word, rest = Field(rest) {
			if bytes.ContainsAny(word, " \n") {
				t.Errorf("%q", word)
			}
		}
	})
}
