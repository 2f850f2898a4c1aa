package mroute

import (
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
	"github.com/nlbox/nlbox/ipcmd/object/objecttest"
)

func stream() []byte {
	return objecttest.Message(unix.RTM_NEWROUTE, []byte{familyIPMR, 32, 32, 0, 253, 0, 0, unix.RTN_MULTICAST, 0, 0, 0, 0}, func(r *rtnl.Request) {
		r.Attr(unix.RTA_SRC, []byte{10, 0, 0, 1})
		r.Attr(unix.RTA_DST, []byte{239, 1, 1, 1})
		r.U32(unix.RTA_IIF, 9)
		r.Attr(unix.RTA_MULTIPATH, []byte{8, 0, 0, 1, 8, 0, 0, 0, 8, 0, 0, 5, 7, 0, 0, 0})
	})
}

func TestList(t *testing.T) {
	if native.Uint16([]byte{1, 0}) != 1 {
		t.Skip("the message is little-endian")
	}
	const line = "(10.0.0.1,239.1.1.1)             Iif: if9        Oifs: if8 if7(ttl 5)  State: resolved"
	for _, c := range []struct {
		line string
		set  func(*object.Options)
		want string
	}{
		{"", nil, line + "\n"},
		{"show table all", nil, line + " Table: default\n"},
		{"show table main", nil, ""},
		{"show iif if8", nil, ""},
		{"show to default from any iif if9", nil, line + "\n"},
		{"", func(o *object.Options) { o.Family = unix.AF_INET6 }, ""},
		{"", func(o *object.Options) { o.Family, o.JSON = unix.AF_PACKET, true }, ""},
		{"", func(o *object.Options) { o.JSON = true },
			`[{"src":"10.0.0.1","dst":"239.1.1.1","iif":"if9","multipath":[{"oif":"if8"},{"oif":"if7","ttl":5}],"state":"resolved"}]` + "\n"},
	} {
		r := objecttest.New(stream())
		if c.set != nil {
			c.set(&r.Opt)
		}
		if status, said := r.Main(Main, c.line); status != 0 || r.Output() != c.want {
			t.Errorf("%q: %d %q\ngot  %q\nwant %q", c.line, status, said, r.Output(), c.want)
		}
	}
}

func TestMistakes(t *testing.T) {
	unicast := objecttest.Message(unix.RTM_NEWROUTE, []byte{unix.AF_INET, 11: 0}, nil)
	for _, c := range []struct {
		line   string
		status int
		want   string
	}{
		{"show 10.0.0.0/8", 1, `Error: ??? prefix is expected rather than "10.0.0.0/8".`},
		{"show table x", 255, "Error: argument \"x\" is wrong: table id value is invalid\n"},
		{"show iif nosuch", 1, `Cannot find device "nosuch"`},
		{"show from", 255, `Command line is not complete. Try option "help"`},
		{"show table help", 255, usage[:len(usage)-1]},
		{"foo", 255, `Command "foo" is unknown, try "ip mroute help".`},
		{"", 1, "Non multicast route received, kernel does support IP multicast?\nDump terminated"},
	} {
		r := objecttest.New(unicast)
		if status, said := r.Main(Main, c.line); status != c.status || said != c.want+"\n" {
			t.Errorf("%s: %d %q, want %d %q", c.line, status, said, c.status, c.want)
		}
	}
}

func FuzzPrint(f *testing.F) {
	f.Add(stream()[unix.SizeofNlMsghdr:])
	f.Fuzz(func(t *testing.T, b []byte) {
		r := objecttest.Discard(nil)
		r.Opt.Stats, r.Opt.Details = 1, 1
		Print(r.Context, r.Printer(), objecttest.Msg(objecttest.Message(unix.RTM_DELROUTE, b, nil)), 0)
	})
}
