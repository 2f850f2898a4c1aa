package maddress

import (
	"bytes"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/ipcmd/object/objecttest"
)

// text is a table in memory.
type text struct{ rest []byte }

func (t *text) Line() ([]byte, bool) {
	if len(t.rest) == 0 {
		return nil, false
	}
	n := bytes.IndexByte(t.rest, '\n') + 1
	if n == 0 {
		n = len(t.rest)
	}
	line := t.rest[:n]
	t.rest = t.rest[n:]
	return line, true
}

const (
	linkTable = "3    v0              1     0     333300000001\n" +
		"2    v1              2     1     01005e000001\n" +
		"3    v0              1     0     33330000000\n" // half a byte
	// The address is written as a number: this one is for little-endian machines.
	inetTable = "Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter\n" +
		"1\tlo        :     1      V3\n\t\t\t\t010000E0     1 0:00000000\t\t0\n" +
		"3\tv0        :     1      V3\n\t\t\t\t010000E0     4 0:00000000\t\t0\n"
	inet6Table = "3    v0              ff020000000000000000000000000001     1 0000000C 0\n"
)

func gathered(dev string) records {
	var l records
	var only *string
	if dev != "" {
		only = &dev
	}
	readLink(&l, &text{[]byte(linkTable)}, only)
	readInet(&l, &text{[]byte(inetTable)}, only)
	readInet6(&l, &text{[]byte(inet6Table)}, only)
	return l
}

func TestPrint(t *testing.T) {
	if native := format.AppendIPv4(nil, gathered("lo")[0].addr); string(native) != "224.0.0.1" {
		t.Skip("the table is little-endian")
	}
	for _, c := range []struct {
		mode printer.Mode
		dev  string
		want string
	}{
		{printer.Mode{}, "", "1:\tlo\n\tinet  224.0.0.1\n2:\tv1\n\tlink  01:00:5e:00:00:01 users 2 static\n" +
			"3:\tv0\n\tlink  33:33:00:00:00:01\n\tinet  224.0.0.1 users 4\n\tinet6 ff02::1\n"},
		{printer.Mode{}, "v1", "2:\tv1\n\tlink  01:00:5e:00:00:01 users 2 static\n"},
		{printer.Mode{}, "nosuch", ""},
		{printer.Mode{Oneline: true}, "v0", "3:\tv0\\\tlink  33:33:00:00:00:01\n3:\tv0\\\tinet  224.0.0.1 users 4\n3:\tv0\\\tinet6 ff02::1\n"},
		{printer.Mode{JSON: true}, "v1", `[{"ifindex":2,"ifname":"v1","maddr":[{"link":"01:00:5e:00:00:01","users":2,"features":"static"}]}]` + "\n"},
		{printer.Mode{JSON: true}, "lo", `[{"ifindex":1,"ifname":"lo","maddr":[{"family":"inet","address":"224.0.0.1"}]}]` + "\n"},
		{printer.Mode{JSON: true}, "nosuch", "[]\n"},
	} {
		var out bytes.Buffer
		print(printer.New(&out, c.mode), format.AppendAddr, gathered(c.dev))
		if out.String() != c.want {
			t.Errorf("%+v %s:\ngot  %q\nwant %q", c.mode, c.dev, out.String(), c.want)
		}
	}
}

func TestMistakes(t *testing.T) {
	for _, c := range []struct {
		line   string
		status int
		want   string
	}{
		{"show dev", 255, `Command line is not complete. Try option "help"`},
		{"show v0 dev v1", 255, `Error: either "dev" is duplicate, or "v1" is a garbage.`},
		{"show h", 255, usage[:len(usage)-1]},
		{"add", 255, `Not enough information: "dev" is required.`},
		{"add dev v0 dev v1", 255, `Error: duplicate "dev": "v1" is the second value.`},
		{"add dev a/b", 255, `Error: argument "a/b" is wrong: "dev" not a valid ifname`},
		{"add 1:2:3 dev v0", 1, "Error: Invalid address length 3 - must be 6 bytes"},
		{"add 1:2:3:4:5:6:7:8:9:a:b:c:d:e:f dev v0", 1, "Error: Invalid address length 15 - must be 6 bytes"},
		{"add 1.2.3.4 dev v0", 1, "Error: Invalid address length 4 - must be 6 bytes"},
		{"add 1:zz dev v0", 1, `"zz" is invalid lladdr.`},
		{"add a 1:2:3:4:5:6 1:2:3:4:5:6", 255, `Error: duplicate "address": "1:2:3:4:5:6" is the second value.`},
		{"del address", 255, `Command line is not complete. Try option "help"`},
		{"foo", 255, `Command "foo" is unknown, try "ip maddr help".`},
	} {
		r := objecttest.New(nil)
		if status, said := r.Main(Main, c.line); status != c.status || said != c.want+"\n" {
			t.Errorf("%s: %d %q, want %d %q", c.line, status, said, c.status, c.want)
		}
	}
}

func TestParseChange(t *testing.T) {
	r := objecttest.New(nil)
	got, err := parseChange(r.Context, []string{"dev", "v0", "00:33:0:0:0:5", "address", "33:33:0:0:0:6"})
	if err != nil || got.dev != "v0" || !bytes.Equal(got.addr, []byte{0x33, 0x33, 0, 0, 0, 6}) {
		t.Errorf("%+v, %v", got, err)
	}
	for family, want := range map[int]int{0: unix.AF_INET, unix.AF_INET6: unix.AF_INET6, unix.AF_MPLS: unix.AF_INET} {
		if got := socketFamily(family); got != want {
			t.Errorf("family %d on a socket of %d, want %d", family, got, want)
		}
	}
}

func FuzzTables(f *testing.F) {
	for _, s := range []string{linkTable, inetTable, inet6Table, ""} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var l records
		for _, table := range tables() {
			table.read(&l, &text{b}, nil)
		}
		for i := 1; i < len(l); i++ {
			if l[i-1].index > l[i].index {
				t.Fatalf("records %d and %d are out of order", i-1, i)
			}
		}
		print(printer.New(&bytes.Buffer{}, printer.Mode{JSON: true}), format.AppendAddr, l)
	})
}
