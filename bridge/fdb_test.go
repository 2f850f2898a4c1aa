package bridge

import (
	"bytes"
	"io"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
)

func TestParseMAC(t *testing.T) {
	for _, c := range []struct {
		word string
		want [6]byte
		ok   bool
	}{
		{"02:00:00:00:00:aa", [6]byte{2, 0, 0, 0, 0, 0xaa}, true},
		{"2:0:0:0:0:c0:99zz", [6]byte{2, 0, 0, 0, 0, 0xc0}, true},
		{"102:0x3:+4:5:6:7", [6]byte{2, 3, 4, 5, 6, 7}, true},
		{"02:00:00:00:00", [6]byte{}, false},
		{"02-00-00-00-00-aa", [6]byte{}, false},
		{"", [6]byte{}, false},
	} {
		got, ok := parseMAC(c.word)
		if ok != c.ok || ok && got != c.want {
			t.Errorf("%q: %x, %v", c.word, got, ok)
		}
	}
}

func TestFindService(t *testing.T) {
	data := []byte("# x\nntp\t123/udp\ndomain 53/tcp nameserver\ndomain 53/udp nameserver # y\n")
	for _, c := range []struct {
		name string
		want uint16
	}{{"ntp", 123}, {"nameserver", 53}, {"domain", 53}, {"123/udp", 0}, {"y", 0}} {
		if got, ok := findService(data, c.name, "udp"); got != c.want || ok != (c.want != 0) {
			t.Errorf("%s: %d, %v", c.name, got, ok)
		}
	}
}

// testTool is a run over recorded messages.
func testTool(stream []byte, out io.Writer) (*tool, *rtnl.Replay) {
	replay := rtnl.NewReplay(stream)
	return newTool(&object.Context{
		Env:  &applet.Env{Stdout: applet.NewOutput(out), Stderr: io.Discard},
		Dial: func() (rtnl.Conn, error) { return replay, nil },
	}), replay
}

// stream is an interface and an entry of a table.
func stream() []byte {
	r := rtnl.NewRequest(unix.RTM_NEWLINK, 0)
	r.Link(0, 1, 2, 0, 0)
	r.Str(unix.IFLA_IFNAME, "v0")
	b := append([]byte(nil), r.Bytes()...)
	h := ndmsg{index: 2, state: unix.NUD_PERMANENT, flags: unix.NTF_SELF}
	r = h.request(unix.RTM_NEWNEIGH, 0)
	r.Attr(unix.NDA_LLADDR, []byte{2, 0, 0, 0, 0, 0xaa})
	r.Attr(unix.NDA_DST, []byte{10, 0, 0, 2})
	r.U16(ndaVLAN, 5)
	r.U32(ndaVNI, 77)
	return append(b, r.Bytes()...)
}

func TestShow(t *testing.T) {
	for _, c := range []struct {
		json bool
		args []string
		want string
	}{
		{false, nil, "02:00:00:00:00:aa dev v0 dst 10.0.0.2 vlan 5 vni 77 self permanent\n"},
		{false, []string{"dev", "v0"}, "02:00:00:00:00:aa dst 10.0.0.2 vlan 5 vni 77 self permanent\n"},
		{false, []string{"dynamic"}, ""},
		{false, []string{"vlan", "6"}, ""},
		{true, nil, `[{"mac":"02:00:00:00:00:aa","ifname":"v0","dst":"10.0.0.2","vlan":5,"vni":77,"flags":["self"],"state":"permanent"}]` + "\n"},
	} {
		var out bytes.Buffer
		tl, _ := testTool(stream(), &out)
		tl.c.Opt.JSON = c.json
		if err := fdbShow(tl, c.args); err != nil {
			t.Fatal(c.args, err)
		}
		tl.c.Env.Stdout.Flush()
		if out.String() != c.want {
			t.Errorf("%v\ngot  %q\nwant %q", c.args, out.String(), c.want)
		}
	}
}

func TestRefusals(t *testing.T) {
	for _, c := range []struct {
		args []string
		code int
		text string
	}{
		{[]string{"nope"}, 255, `Object "nope" is unknown, try "bridge help".`},
		{[]string{"fdb", "nope"}, 255, `Command "nope" is unknown, try "bridge fdb help".`},
		{[]string{"fdb", "add", "dev", "v0"}, 255, "Device and address are required arguments."},
		{[]string{"fdb", "add", "x", "dev", "v0"}, 255, "Invalid mac address x"},
		{[]string{"fdb", "flush", "dev", "v0", "vlan", "5000"}, 255, `Invalid VLAN ID "5000"`},
		{[]string{"link", "set", "dev", "v0", "guard", "x"}, 234, `Error: argument of "guard" must be one of "off", "on", not "x"`},
		{[]string{"link", "set", "dev", "v0", "state", "x"}, 255, "Error: invalid STP port state"},
	} {
		tl, replay := testTool(stream(), io.Discard)
		code, text := applet.Status(tl.run(c.args))
		if code != c.code || text != c.text || len(replay.Sent) != 0 {
			t.Errorf("%v: %d %q, %d sent", c.args, code, text, len(replay.Sent))
		}
	}
}
