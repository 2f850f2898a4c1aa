package brctl

import (
	"bytes"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// twoPorts is what the kernel says of a bridge br0 with the ports z and a.
func twoPorts() []byte {
	var stream []byte
	add := func(family uint8, index int32, name string, more func(*rtnl.Request)) {
		r := rtnl.NewRequest(unix.RTM_NEWLINK, 0)
		r.Link(family, 1, index, unix.IFF_UP, 0)
		r.Str(unix.IFLA_IFNAME, name)
		more(r)
		stream = append(stream, r.Bytes()...)
	}
	id := []byte{0x80, 0, 2, 0, 0, 0, 0, 0x10}
	add(unix.AF_UNSPEC, 2, "br0", func(r *rtnl.Request) {
		info := r.Nest(unix.IFLA_LINKINFO)
		r.Text(unix.IFLA_INFO_KIND, kindBridge)
		data := r.Nest(unix.IFLA_INFO_DATA)
		r.Attr(unix.IFLA_BR_BRIDGE_ID, id)
		r.Attr(unix.IFLA_BR_ROOT_ID, id)
		r.U32(unix.IFLA_BR_STP_STATE, 1)
		r.U32(unix.IFLA_BR_MAX_AGE, 2000)
		r.U16(unix.IFLA_BR_ROOT_PORT, 3)
		r.U64(unix.IFLA_BR_GC_TIMER, 29996)
		r.U8(unix.IFLA_BR_TOPOLOGY_CHANGE, 1)
		r.End(data)
		r.End(info)
	})
	for i, name := range []string{"z", "a"} {
		add(unix.AF_BRIDGE, int32(3+i), name, func(r *rtnl.Request) {
			r.U32(unix.IFLA_MASTER, 2)
			port := r.Nest(unix.IFLA_PROTINFO)
			r.U16(unix.IFLA_BRPORT_NO, uint16(300+i))
			r.U8(unix.IFLA_BRPORT_STATE, 3)
			r.U16(unix.IFLA_BRPORT_ID, 0x8001)
			r.U8(unix.IFLA_BRPORT_MODE, uint8(i))
			r.U32(unix.IFLA_BRPORT_COST, 2)
			r.End(port)
		})
	}
	for i := range 3 {
		r := rtnl.NewRequest(unix.RTM_NEWNEIGH, 0)
		head := make([]byte, ndmsgSize)
		head[0] = unix.AF_BRIDGE
		native.PutUint32(head[4:], 3)
		if i == 0 {
			native.PutUint16(head[8:], nudPermanent)
		}
		r.Body(head)
		r.Attr(unix.NDA_LLADDR, []byte{2, 0, 0, 0, 0, byte(9 - i)})
		if i < 2 {
			r.U32(unix.NDA_MASTER, 2)
		}
		info := make([]byte, 16)
		native.PutUint32(info[cacheUpdated:], 1234)
		r.Attr(unix.NDA_CACHEINFO, info)
		stream = append(stream, r.Bytes()...)
	}
	return stream
}

// output runs a command against the recorded bridge.
func output(t *testing.T, run func(*box, []string) error, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	env := &applet.Env{Name: "brctl", Stdout: applet.NewOutput(&out), Stderr: &errs}
	b := &box{env: env, conn: rtnl.NewReplay(twoPorts())}
	if err := run(b, args); err != nil {
		errs.WriteString(err.Error())
	}
	env.Stdout.Flush()
	return out.String() + errs.String()
}

func TestShow(t *testing.T) {
	const want = "bridge name\tbridge id\t\tSTP enabled\tinterfaces\n" +
		"br0\t\t8000.020000000010\tyes\t\ta\n\t\t\t\t\t\t\tz\n"
	if got := output(t, show); got != want {
		t.Errorf("got %q", got)
	}
	if got := output(t, show, "br0"); got != want {
		t.Errorf("by name: got %q", got)
	}
	if got := output(t, show, "nope"); got != "bridge nope does not exist!\n" {
		t.Errorf("got %q", got)
	}
}

// Addresses are sorted; the device's own entry, of no master, is not shown; a
// port number above 255 is whole.
func TestShowMACs(t *testing.T) {
	const want = "port no\tmac addr\t\tis local?\tageing timer\n" +
		"300\t02:00:00:00:00:08\tno\t\t  12.34\n" +
		"300\t02:00:00:00:00:09\tyes\t\t   0.00\n"
	if got := output(t, showMACs, "br0"); got != want {
		t.Errorf("got %q", got)
	}
}

func TestShowSTP(t *testing.T) {
	got := output(t, showSTP, "br0")
	for _, want := range []string{
		"br0\n bridge id\t\t8000.020000000010\n",
		" root port\t\t   3\t\t\tpath cost\t\t   0\n",
		" max age\t\t  20.00\t\t\tbridge max age\t\t  20.00\n",
		"gc timer\t\t 299.96\n flags\t\t\tTOPOLOGY_CHANGE \n\n\na (301)\n",
		" port id\t\t8001\t\t\tstate\t\t     forwarding\n",
		" flags\t\t\t\n hairpin mode\t\t   1\n\nz (300)\n",
	} {
		if !bytes.Contains([]byte(got), []byte(want)) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

// No bytes from outside make a reader panic.
func FuzzMessages(f *testing.F) {
	f.Add(twoPorts())
	f.Fuzz(func(t *testing.T, stream []byte) {
		for _, run := range []func(*box, []string) error{show, showMACs, showSTP} {
			var out bytes.Buffer
			env := &applet.Env{Stdout: applet.NewOutput(&out), Stderr: &out}
			run(&box{env: env, conn: rtnl.NewReplay(stream)}, []string{"br0"})
		}
	})
}
