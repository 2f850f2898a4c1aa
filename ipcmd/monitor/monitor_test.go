package monitor

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
	"github.com/nlbox/nlbox/ipcmd/object/objecttest"
)

// dev is the index of a device that is nowhere: it is called if77.
const dev = 77

// u32s are numbers in a row.
func u32s(v ...uint32) (b []byte) {
	for _, n := range v {
		b = native.AppendUint32(b, n)
	}
	return b
}

// stream has a message of each kind.
func stream() []byte {
	v6 := func(last byte) []byte { return []byte{0x20, 0x01, 0x0d, 0xb8, 15: last} }
	messages := [][]byte{
		objecttest.Message(unix.RTM_NEWNETCONF, []byte{unix.AF_INET}, func(r *rtnl.Request) {
			r.U32(1, dev)
			r.U32(2, 1)
			r.U32(3, 2)
			r.U32(4, 0)
			r.U32(5, 0)
			r.U32(6, 1)
			r.U32(7, 1)
		}),
		objecttest.Message(unix.RTM_NEWNETCONF, []byte{unix.AF_INET6}, func(r *rtnl.Request) {
			r.U32(1, 0xffffffff)
			r.U32(3, 7)
		}),
		objecttest.Message(unix.RTM_DELNETCONF, []byte{unix.AF_MPLS}, func(r *rtnl.Request) { r.U32(1, 0xfffffffe) }),
		objecttest.Message(unix.RTM_NEWADDRLABEL, append([]byte{unix.AF_INET6, 0, 32, 0}, u32s(dev, 0)...), func(r *rtnl.Request) {
			r.Attr(1, v6(0))
			r.U32(2, 99)
		}),
		objecttest.Message(unix.RTM_DELADDRLABEL, append([]byte{unix.AF_INET6, 0, 0, 0}, u32s(0, 0)...), nil),
		objecttest.Message(unix.RTM_NEWPREFIX, []byte{unix.AF_INET6, 0, 0, 0, dev, 0, 0, 0, 3, 64, 3, 0}, func(r *rtnl.Request) {
			r.Attr(1, v6(0))
			r.Attr(2, u32s(604800, 2592000))
		}),
		objecttest.Message(unix.RTM_NEWPREFIX, []byte{unix.AF_INET, 0, 0, 0, dev, 0, 0, 0, 3, 64, 3, 0}, nil),
		objecttest.Message(unix.RTM_NEWPREFIX, []byte{unix.AF_INET6, 0, 0, 0, dev, 0, 0, 0, 9, 64, 3, 0}, nil),
		objecttest.Message(unix.RTM_NEWROUTE, []byte{familyIPMR, 32, 32, 0, 253, 0, 0, unix.RTN_MULTICAST, 0, 0, 0, 0}, func(r *rtnl.Request) {
			r.Attr(unix.RTA_SRC, []byte{10, 0, 0, 1})
			r.Attr(unix.RTA_DST, []byte{239, 1, 1, 1})
			r.U32(unix.RTA_IIF, dev)
			r.Attr(unix.RTA_MULTIPATH, append([]byte{8, 0, 0, 1, 78, 0, 0, 0}, 8, 0, 0, 5, 79, 0, 0, 0))
			r.Attr(17, slices.Concat(u32s(5, 0), u32s(600, 0), u32s(1, 0)))
			r.U64(23, 1234)
		}),
		objecttest.Message(unix.RTM_DELROUTE, []byte{familyIP6MR, 128, 128, 0, 254, 0, 0, unix.RTN_MULTICAST, unix.RTNH_F_UNRESOLVED, 0, 0, 0}, func(r *rtnl.Request) {
			r.Attr(unix.RTA_DST, v6(9))
		}),
		objecttest.Message(unix.RTM_NEWROUTE, []byte{familyIPMR, 0, 0, 0, 0, 0, 0, unix.RTN_UNICAST, 0, 0, 0, 0}, nil),
		objecttest.Message(unix.RTM_NEWROUTE, []byte{unix.AF_INET, 16, 0, 0, 254, 3, 253, 1, 0, 0, 0, 0}, func(r *rtnl.Request) {
			r.Attr(unix.RTA_DST, []byte{10, 50, 0, 0})
			r.U32(unix.RTA_OIF, dev)
		}),
		objecttest.Message(unix.RTM_NEWROUTE, []byte{unix.AF_INET, 16, 0, 0, 254, 3, 253, 1, 0, 2, 0, 0}, nil), // cached
		objecttest.Message(unix.RTM_NEWNEIGH, []byte{unix.AF_INET, 0, 0, 0, dev, 0, 0, 0, 0x80, 0, 0, 0}, func(r *rtnl.Request) {
			r.Attr(unix.NDA_DST, []byte{10, 0, 0, 2})
			r.Attr(unix.NDA_LLADDR, []byte{2, 0, 0, 0, 0, 1})
		}),
		objecttest.Message(unix.RTM_NEWRULE, []byte{unix.AF_INET, 0, 0, 0, 254, 0, 0, 1, 0, 0, 0, 0}, nil),
		objecttest.Message(unix.RTM_NEWSTATS, append([]byte{0, 0, 0, 0}, u32s(dev, 0)...), func(r *rtnl.Request) {
			group := r.Nest(4)
			info := r.Nest(2)
			l3 := r.Nest(3)
			r.U8(1, 1)
			r.U8(2, 0)
			r.End(l3)
			r.End(info)
			r.End(group)
		}),
		objecttest.Message(unix.RTM_NEWNEXTHOP, []byte{unix.AF_INET, 0, 4, 0, 0, 0, 0, 0}, func(r *rtnl.Request) {
			r.U32(unix.NHA_ID, 5)
			r.Flag(unix.NHA_BLACKHOLE)
		}),
		objecttest.Message(unix.RTM_NEWLINK, append([]byte{0, 0, 1, 0}, u32s(dev, 0x1003, 0)...), func(r *rtnl.Request) {
			r.Str(unix.IFLA_IFNAME, "t0")
			r.U32(unix.IFLA_MTU, 1500)
			r.Attr(unix.IFLA_ADDRESS, []byte{2, 0, 0, 0, 0, 1})
		}),
		objecttest.Message(unix.RTM_NEWADDR, []byte{unix.AF_INET, 24, 0x80, 0, dev, 0, 0, 0}, func(r *rtnl.Request) {
			r.Attr(unix.IFA_LOCAL, []byte{10, 0, 0, 1})
		}),
		objecttest.Message(unix.RTM_DELLINK, append([]byte{0, 0, 1, 0}, u32s(dev, 0x1002, 0)...), func(r *rtnl.Request) {
			r.Str(unix.IFLA_IFNAME, "t0")
		}),
		objecttest.Message(timestamp, u32s(1700000000, 123456), nil),
		objecttest.Message(0x10f, u32s(0, 0), nil),
		objecttest.Message(unix.NLMSG_DONE, u32s(0), nil),
	}
	return slices.Concat(messages...)
}

// replayed runs the monitor on a file with the stream.
func replayed(t *testing.T, content []byte, line string, set func(*object.Options)) (status int, out, errs string) {
	t.Helper()
	local := time.Local
	time.Local = time.UTC
	defer func() { time.Local = local }()
	file := filepath.Join(t.TempDir(), "m")
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	r := objecttest.New(nil)
	if set != nil {
		set(&r.Opt)
	}
	status, errs = r.Main(Main, line+" file "+file)
	return status, r.Output(), errs
}

// The files are what the original prints for the same messages.
func TestPrint(t *testing.T) {
	for _, c := range []struct {
		golden, words string
		set           func(*object.Options)
	}{
		{"plain", "", nil},
		{"label", "label", nil},
		{"details", "all", func(o *object.Options) { o.Stats, o.Details = 1, 1 }},
		{"oneline", "all", func(o *object.Options) { o.Oneline = true }},
		{"dev", "dev if77", nil},
		{"inet6", "all dev if78", func(o *object.Options) { o.Family = unix.AF_INET6 }},
		{"namespaces", "all-nsid", nil},
		{"brief", "label", func(o *object.Options) { o.Brief = true }},
		{"plain", "", func(o *object.Options) { o.JSON = true }}, // text all the same
	} {
		want, err := os.ReadFile("testdata/" + c.golden + ".txt")
		if err != nil {
			t.Fatal(err)
		}
		said, err := os.ReadFile("testdata/errors.txt")
		if err != nil {
			t.Fatal(err)
		}
		status, out, errs := replayed(t, stream(), c.words, c.set)
		if status != 0 || errs != string(said) {
			t.Errorf("%s: status %d, stderr %q", c.golden, status, errs)
		}
		if out != string(want) {
			t.Errorf("%s:\ngot\n%s\nwant\n%s", c.golden, out, want)
		}
	}
}

func TestTimestamps(t *testing.T) {
	message := objecttest.Message(unix.RTM_NEWRULE, []byte{unix.AF_INET, 0, 0, 0, 254, 0, 0, 1, 0, 0, 0, 0}, nil)
	for _, c := range []struct {
		set  func(*object.Options)
		want string
	}{
		{func(o *object.Options) { o.Timestamp = true }, "Timestamp: Tue Nov 14 22:13:20 2023 5 usec\n[RULE]0:\tfrom all lookup main\n"},
		{func(o *object.Options) { o.Timestamp, o.TimestampShort = true, true }, "[2023-11-14T22:13:20.000005] [RULE]0:\tfrom all lookup main\n"},
	} {
		r := objecttest.New(nil)
		c.set(&r.Opt)
		s := newScreen(r.Context, &wish{label: true})
		s.now = func() time.Time { return time.Unix(1700000000, 5000).UTC() }
		if err := s.message(objecttest.Msg(message)); err != nil {
			t.Fatal(err)
		}
		if out := r.Output(); out != c.want {
			t.Errorf("got %q, want %q", out, c.want)
		}
	}
}

func TestBrokenFiles(t *testing.T) {
	head := func(size uint32, typ byte) []byte { return u32s(size, uint32(typ), 0, 0) }
	for _, c := range []struct {
		content []byte
		status  int
		want    string
	}{
		{nil, 0, ""},
		{[]byte("garbage\n"), 1, "rtnl-from_file: truncated message\n"},
		{head(8, 16), 1, "!!!malformed message: len=8 @16\n"},
		{head(20, 16), 1, "rtnl-from_file: truncated message\n"},
		{head(16, unix.RTM_NEWROUTE), 1, "BUG: wrong nlmsg len -12\n"},
		{head(16, unix.RTM_NEWADDR), 0, "BUG: wrong nlmsg len -8\n"},
		{head(16, unix.RTM_NEWNEIGH), 0, "BUG: wrong nlmsg len -12\n"},
		{head(16, unix.RTM_NEWNETCONF), 0, "BUG: wrong nlmsg len -4\n"},
		{head(16, unix.RTM_NEWNSID), 0, "BUG: wrong nlmsg len -4 in print_nsid\n"},
		{head(16, unix.RTM_NEWNEXTHOP), 0, "BUG: wrong nlmsg len -8\n"},
		{head(16, unix.RTM_NEWSTATS), 0, "BUG: wrong nlmsg len -12\n"},
	} {
		status, _, errs := replayed(t, c.content, "", nil)
		if status != c.status || errs != c.want {
			t.Errorf("% x: %d %q, want %d %q", c.content, status, errs, c.status, c.want)
		}
	}
}

func TestParse(t *testing.T) {
	for _, c := range []struct {
		line   string
		asked  topics
		status int
		want   string
	}{
		{"", 0, 0, ""},
		{"l", 0, 0, ""}, // label
		{"li", topicLink, 0, ""},
		{"a r", topicAddress | topicRoute, 0, ""},
		{"al", 0, 0, ""}, // all-nsid
		{"n ne net ns nex", topicNeigh | topicNetconf | topicNSID | topicNexthop, 0, ""},
		{"stats mr p ru", topicStats | topicMroute | topicPrefix | topicRule, 0, ""},
		{"stat", 0, 255, `Argument "stat" is unknown, try "ip monitor help".`},
		{"dev nosuch", 0, 255, "Error: argument \"nosuch\" is wrong: Device does not exist\n"},
		{"dev", 0, 255, `Command line is not complete. Try option "help"`},
		{"h", 0, 255, usage[:len(usage)-1]},
	} {
		r := objecttest.New(nil)
		var asked topics
		status, errs := r.Main(func(c *object.Context, args []string) error {
			w, err := parse(c, args)
			if w != nil {
				asked = w.asked
			}
			return err
		}, c.line)
		if c.want != "" {
			c.want += "\n"
		}
		if status != c.status || errs != c.want || asked != c.asked {
			t.Errorf("%q: %d %q %b, want %d %q %b", c.line, status, errs, asked, c.status, c.want, c.asked)
		}
	}
}

func TestGroups(t *testing.T) {
	if got := groups(topicRoute|topicNeigh, unix.AF_INET); !slices.Equal(got, []uint{unix.RTNLGRP_IPV4_ROUTE, unix.RTNLGRP_NEIGH}) {
		t.Errorf("groups %v", got)
	}
	if got := groups(allTopics, unix.AF_UNSPEC); len(got) != len(topicGroups) {
		t.Errorf("%d groups, want all %d", len(got), len(topicGroups))
	}
}

// FuzzMessage prints whatever a file might hold.
func FuzzMessage(f *testing.F) {
	rtnl.NewReplay(stream()).Each(func(m *rtnl.Msg) error {
		f.Add(m.Type, m.Data)
		return nil
	})
	f.Fuzz(func(t *testing.T, typ uint16, data []byte) {
		r := objecttest.Discard(nil)
		r.Opt.Details, r.Opt.Stats = len(data)&1, len(data)&2
		s := newScreen(r.Context, &wish{label: true})
		defer s.close()
		s.message(objecttest.Msg(objecttest.Message(typ, data, nil)))
	})
}
