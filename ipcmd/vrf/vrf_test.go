package vrf

import (
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
	"github.com/nlbox/nlbox/ipcmd/object/objecttest"
)

// link builds a message about a link of a kind, with a table if it is not 0.
func link(index byte, name, linkKind string, table uint32) []byte {
	return objecttest.Message(unix.RTM_NEWLINK, []byte{0, 0, 1, 0, index, 0, 0, 0, 15: 0}, func(r *rtnl.Request) {
		r.Str(unix.IFLA_IFNAME, name)
		nest := r.Nest(unix.IFLA_LINKINFO)
		r.Text(infoKind, linkKind)
		if table != 0 {
			data := r.Nest(infoData)
			r.U32(dataTable, table)
			r.End(data)
		}
		r.End(nest)
	})
}

func links() []byte {
	return append(append(link(2, "red", kind, 10), link(3, "br0", "bridge", 7)...), link(4, "broken", kind, 0)...)
}

func TestShow(t *testing.T) {
	const title = "Name              Table\n-----------------------\n"
	const bug = "BUG: VRF broken is missing table id\n"
	for _, c := range []struct {
		stream []byte
		json   bool
		line   string
		status int
		out    string
		said   string
	}{
		{links(), false, "", 0, title + "red                 10\n", bug},
		{links(), true, "show", 0, `[{"name":"red","table":10}]` + "\n", bug},
		{nil, false, "list", 0, title + "No VRF has been configured\n", ""},
		{nil, true, "lst", 0, "[]\n", ""},
		{links(), true, "show red", 0, "red 10\n", ""},
		{links(), false, "show br0", 255, "", "Invalid VRF\n"},
		{links(), false, "show broken", 255, "", bug + "Invalid VRF\n"},
		{nil, false, "show default", 0, "default 254\n", ""},
		{nil, false, "show a b", 255, "", usage},
		{nil, false, "pids", 1, "", "Invalid arguments\n"},
		{links(), false, "pids br0", 1, "", "Invalid VRF name\n"},
		{nil, false, "exec", 1, "", "No VRF name specified\n"},
		{nil, false, "exec red", 1, "", "No command specified\n"},
		{nil, false, "exec nosuch true", 255, "", "Invalid VRF name\n"},
		{nil, false, "identify x", 255, "", "Error: argument \"x\" is wrong: Invalid pid\n\n"},
		{nil, false, "identify 1 2", 255, "", "Error: argument \"2\" is wrong: Extra arguments specified\n\n"},
		{nil, false, "identify 4294967295", 1, "", "Failed to lookup vrf association: No such file or directory\n"},
		{nil, false, "bogus", 255, "", "Command \"bogus\" is unknown, try \"ip vrf help\".\n"},
	} {
		r := objecttest.New(c.stream)
		r.Opt.JSON = c.json
		status, said := r.Main(Main, c.line)
		if out := r.Output(); status != c.status || out != c.out || said != c.said {
			t.Errorf("%q: %d %q %q\nwant %d %q %q", c.line, status, out, said, c.status, c.out, c.said)
		}
	}
}

func TestGroups(t *testing.T) {
	for _, c := range []struct{ table, vrf, path string }{
		{"9:name=systemd:/x/vrf/no\n0::/user/ns-ns/vrf/red\n", "red", "/user/ns-ns"},
		{"0::/vrf/red\n", "red", ""},
		{"0::/\n", "", ""},
		{"0::/a/b\n", "", "/a/b"},
		{"9:cpu:/vrf/red\n", "", ""},
		{"", "", ""},
		{"0::/vrf/" + strings.Repeat("x", 40) + "\n", strings.Repeat("x", 31), ""},
	} {
		if got := groupVRF(strings.NewReader(c.table)); got != c.vrf {
			t.Errorf("%q: VRF %q, want %q", c.table, got, c.vrf)
		}
		if got := groupPath(strings.NewReader(c.table)); got != c.path {
			t.Errorf("%q: path %q, want %q", c.table, got, c.path)
		}
	}
	for _, c := range []struct{ base, netns, name, want string }{
		{"", "", "", "/vrf/"},
		{"", "", "red", "/vrf/red"},
		{"/user", "", "red", "/user/vrf/red"},
		{"/user", "a-ns", "red", "/user/a-ns/vrf/red"},
		{"/user/a-ns", "a-ns", "red", "/user//a-ns/vrf/red"},
	} {
		if got := groupOf(c.base, c.netns, c.name); got != c.want {
			t.Errorf("%q %q %q: %q, want %q", c.base, c.netns, c.name, got, c.want)
		}
	}
}

func TestProgram(t *testing.T) {
	// r6 = r1; r3 = index; r2 = 0; *(u32 *)(r6 + 0) = r3; r0 = 1; exit
	want := []instruction{
		{0xbf, 0x16, 0, 0}, {0xb7, 3, 0, 42}, {0xb7, 2, 0, 0}, {0x63, 0x36, 0, 0}, {0xb7, 0, 0, 1}, {0x95, 0, 0, 0},
	}
	got := program(42)
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("instruction %d is %x, want %x", i, got[i], want[i])
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(links()[unix.SizeofNlMsghdr:])
	f.Fuzz(func(t *testing.T, b []byte) {
		objecttest.Discard(objecttest.Message(unix.RTM_NEWLINK, b, nil)).Main(object.Main(Main), "show")
	})
}
