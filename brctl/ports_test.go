package brctl

import (
	"os"
	"slices"
	"strconv"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/namespace/nstest"
	"github.com/nlbox/nlbox/internal/rtnl"
)

func TestMain(m *testing.M) { os.Exit(nstest.Main(m)) }

// The bridge's own list of ports and that of rtnetlink tell the same, with port
// numbers beyond a byte, with gaps, and with another bridge beside.
func TestPortNamesBothWays(t *testing.T) {
	nstest.World(t, func() {
		b := &box{env: &applet.Env{}}
		defer b.close()
		br0, br1 := newBridge(t, b, "br0"), newBridge(t, b, "br1")
		for i := range 300 {
			newPort(t, b, "p"+strconv.Itoa(i), br0.index)
		}
		newPort(t, b, "other", br1.index)
		for _, name := range []string{"p0", "p7", "p299"} {
			do(t, b, unix.RTM_DELLINK, 0, func(r *rtnl.Request) { r.Str(unix.IFLA_IFNAME, name) })
		}
		for _, br := range []*device{br0, br1} {
			s := b.conn.(*rtnl.Socket)
			quick, ok := b.ioctlPorts(s.Fd(), br.name)
			if !ok {
				t.Skip("the kernel does not take the bridge's ioctl from this process")
			}
			slices.Sort(quick)
			ports, err := b.ports(br.index, false)
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, p := range ports {
				names = append(names, p.name)
			}
			if !slices.Equal(quick, names) || len(names) == 0 {
				t.Errorf("%s: %d ports by ioctl, %d by rtnetlink:\n%q\n%q", br.name, len(quick), len(names), quick, names)
			}
		}
	})
}

// do makes a change.
func do(t *testing.T, b *box, typ, flags uint16, more func(*rtnl.Request)) {
	t.Helper()
	conn, err := b.ask()
	if err != nil {
		t.Fatal(err)
	}
	r := rtnl.NewRequest(typ, flags)
	r.Link(unix.AF_UNSPEC, 0, 0, 0, 0)
	more(r)
	if err := conn.Do(r, nil); err != nil {
		t.Fatal(err)
	}
}

func newLink(t *testing.T, b *box, name, kind string, master int32) {
	do(t, b, unix.RTM_NEWLINK, unix.NLM_F_CREATE|unix.NLM_F_EXCL, func(r *rtnl.Request) {
		r.Str(unix.IFLA_IFNAME, name)
		if master != 0 {
			r.U32(unix.IFLA_MASTER, uint32(master))
		}
		info := r.Nest(unix.IFLA_LINKINFO)
		r.Text(unix.IFLA_INFO_KIND, kind)
		r.End(info)
	})
}

func newBridge(t *testing.T, b *box, name string) *device {
	newLink(t, b, name, kindBridge, 0)
	d, err := b.device(name)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func newPort(t *testing.T, b *box, name string, master int32) { newLink(t, b, name, "ifb", master) }
