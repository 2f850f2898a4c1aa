package link

import (
	"bytes"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
	"github.com/nlbox/nlbox/ipcmd/object/objecttest"
)

// lab is a context that knows eth0 (2), br0 (3), a bridge, and blue (4), a VRF.
func lab() *object.Context {
	var s objecttest.Stream
	s.Link(2, "eth0", nil)
	s.Link(3, "br0", func(r *rtnl.Request) { objecttest.Kind(r, "bridge", nil) })
	s.Link(4, "blue", func(r *rtnl.Request) { objecttest.Kind(r, "vrf", nil) })
	env := &applet.Env{Name: "ip", Stdout: applet.NewOutput(new(bytes.Buffer)), Stderr: new(bytes.Buffer)}
	return &object.Context{Env: env, Dial: func() (rtnl.Conn, error) { return rtnl.NewReplay(s.Bytes()), nil }}
}

func TestParseFilter(t *testing.T) {
	ten := format.Prefix{Family: unix.AF_INET, Addr: []byte{10, 0, 0, 0}, Bits: 8, LenGiven: true}
	for _, c := range []struct {
		args   string
		want   Filter
		family int
	}{
		{"", Filter{}, 0},
		{"up", Filter{Up: true}, 0},
		{"eth0", Filter{Dev: "eth0", ByDev: true}, 0},
		{"dev up", Filter{Dev: "up", ByDev: true}, 0},
		{"dev help up", Filter{Dev: "help", ByDev: true, Up: true}, 0},
		{"master br0", Filter{Master: 3}, 0},
		{"master if77", Filter{Master: 77}, 0},
		{"vrf blue", Filter{Master: 4}, 0},
		{"nomaster", Filter{Master: NoMaster}, 0},
		{"type bridge", Filter{Kind: "bridge", ByKind: true}, 0},
		{"type bridge_slave", Filter{SlaveKind: "bridge", BySlaveKind: true}, 0},
		{"type _slave", Filter{BySlaveKind: true}, 0},
		{"group default", Filter{ByGroup: true}, 0},
		{"group 7", Filter{Group: 7, ByGroup: true}, 0},
		{"label eth*", Filter{Label: "eth*", ByLabel: true}, 0},
		{"scope link", Filter{Scope: 253, ByScope: true}, 0},
		{"scope all", Filter{}, 0},
		{"to 10/8", Filter{Prefix: ten}, unix.AF_INET},
		{"permanent", Filter{Flags: 0x80, FlagMask: 0x80}, 0},
		{"dynamic", Filter{FlagMask: 0x80}, 0},
		{"-dynamic", Filter{Flags: 0x80, FlagMask: 0x80}, 0},
		{"primary", Filter{FlagMask: 1}, 0},
		{"-tentative deprecated", Filter{Flags: 0x20, FlagMask: 0x60}, 0},
		{"tentative -tentative", Filter{FlagMask: 0x40}, 0},
	} {
		got, family, err := ParseFilter(lab(), fields(c.args), unix.AF_UNSPEC, Usage)
		if err != nil {
			t.Errorf("%q: %v", c.args, err)
			continue
		}
		if !sameFilter(got, c.want) || family != c.family {
			t.Errorf("%q: got %+v, family %d", c.args, got, family)
		}
	}
}

func fields(s string) (f []string) {
	for _, w := range bytes.Fields([]byte(s)) {
		f = append(f, string(w))
	}
	return f
}

func sameFilter(a, b Filter) bool {
	same := bytes.Equal(a.Prefix.Addr, b.Prefix.Addr) && a.Prefix.Bits == b.Prefix.Bits && a.Prefix.Family == b.Prefix.Family
	a.Prefix, b.Prefix = format.Prefix{}, format.Prefix{}
	same = same && a.Dev == b.Dev && a.Kind == b.Kind && a.SlaveKind == b.SlaveKind && a.Label == b.Label
	return same && a.ByDev == b.ByDev && a.Up == b.Up && a.Group == b.Group && a.ByGroup == b.ByGroup &&
		a.Master == b.Master && a.ByKind == b.ByKind && a.BySlaveKind == b.BySlaveKind &&
		a.Scope == b.Scope && a.ByScope == b.ByScope && a.Flags == b.Flags && a.FlagMask == b.FlagMask &&
		a.ByLabel == b.ByLabel
}

func TestParseFilterErrors(t *testing.T) {
	for _, c := range []struct {
		args   string
		code   int
		text   string
		family int
	}{
		{"dev", 255, `Command line is not complete. Try option "help"`, 0},
		{"master", 255, `Command line is not complete. Try option "help"`, 0},
		{"eth0 br0", 255, `Error: either "dev" is duplicate, or "br0" is a garbage.`, 0},
		{"dev eth0 dev br0", 255, `Error: either "dev" is duplicate, or "br0" is a garbage.`, 0},
		{"master nope", 255, "Error: argument \"nope\" is wrong: Device does not exist\n", 0},
		{"vrf nope", 255, "Error: argument \"nope\" is wrong: Not a valid VRF name\n", 0},
		{"vrf br0", 255, "Error: argument \"br0\" is wrong: Not a valid VRF name\n", 0},
		{"group nope", 255, "Error: argument \"nope\" is wrong: Invalid \"group\" value\n", 0},
		{"scope nope", 255, "Error: argument \"nope\" is wrong: invalid \"scope\"\n", 0},
		{"to nope", 1, `Error: any valid prefix is expected rather than "nope".`, 0},
		{"to 10.0.0.0/33", 1, `Error: inet prefix is expected rather than "10.0.0.0/33".`, unix.AF_INET},
		{"to 10.0.0.1", 1, `Error: "10.0.0.1" may be inet prefix, but it is not allowed in this context.`, unix.AF_PACKET},
	} {
		_, _, err := ParseFilter(lab(), fields(c.args), c.family, Usage)
		code, text := applet.Status(err)
		if code != c.code || text != c.text {
			t.Errorf("%q: got %d, %q", c.args, code, text)
		}
	}
	if _, _, err := ParseFilter(lab(), []string{"he"}, 0, Usage); err == nil || err.Error() != Usage().Error() {
		t.Errorf("he: %v", err)
	}
}

// show selects by the filter what the kernel did not.
func TestShowFilters(t *testing.T) {
	var s objecttest.Stream
	s.Link(1, "a", func(r *rtnl.Request) { r.U32(unix.IFLA_GROUP, 5) })
	s.LinkOf(unix.ARPHRD_ETHER, 0, 2, "b", func(r *rtnl.Request) {
		r.U32(unix.IFLA_MASTER, 1)
		objecttest.Slave(r, "bridge", nil)
	})
	s.Link(3, "c", func(r *rtnl.Request) { objecttest.Kind(r, "bridge", nil) })
	for _, c := range []struct{ args, want string }{
		{"", "a b c"}, {"up", "a c"}, {"group 5", "a b c"}, {"group 6", "b c"}, {"master a", "b"},
		{"type bridge", "c"}, {"type bridge_slave", "b"}, {"type veth", ""}, {"label x", ""},
		{"dev b", "b"}, {"dev b up", ""}, {"c", "c"}, {"master a up", ""},
	} {
		out, errs := objecttest.Render(s.Bytes(), objecttest.Mains{"link": Main}, "ip -br link show "+c.args)
		got := ""
		for line := range bytes.Lines(out) {
			got += " " + string(line[0])
		}
		if got != "" {
			got = got[1:]
		}
		if got != c.want || len(errs) > 0 {
			t.Errorf("%q: got %q, %s", c.args, got, errs)
		}
	}
}
