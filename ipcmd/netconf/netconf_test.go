package netconf

import (
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
	"github.com/nlbox/nlbox/ipcmd/object/objecttest"
)

func setting(family byte, index int32, attrs func(*rtnl.Request)) []byte {
	return objecttest.Message(unix.RTM_NEWNETCONF, []byte{family}, func(r *rtnl.Request) {
		r.U32(attrIndex, uint32(index))
		if attrs != nil {
			attrs(r)
		}
	})
}

func stream() []byte {
	b := setting(unix.AF_INET, 9, func(r *rtnl.Request) {
		r.U32(attrForwarding, 1)
		r.U32(attrRPFilter, 1)
	})
	b = append(b, setting(unix.AF_INET, indexAll, func(r *rtnl.Request) { r.U32(attrRPFilter, 9) })...)
	return append(b, setting(unix.AF_INET6, indexDefault, func(r *rtnl.Request) { r.U32(attrInput, 0) })...)
}

func TestShow(t *testing.T) {
	const v4 = "inet if9 forwarding on rp_filter strict \n"
	for _, c := range []struct {
		line string
		set  func(*object.Options)
		want string
	}{
		{"", nil, v4 + "inet all rp_filter 9 \ninet6 default input off \n"},
		{"show dev if9", nil, v4},
		{"show foo", func(o *object.Options) { o.Family = unix.AF_INET6 }, "inet6 default input off \n"},
		{"", func(o *object.Options) { o.JSON = true; o.Family = unix.AF_INET },
			`[{"family":"inet","interface":"if9","forwarding":true,"rp_filter":"strict"},{"family":"inet","interface":"all","rp_filter":9}]` + "\n"},
	} {
		r := objecttest.New(stream())
		if c.set != nil {
			c.set(&r.Opt)
		}
		status, said := r.Main(Main, c.line)
		if out := r.Output(); status != 0 || said != "" || out != c.want {
			t.Errorf("%q: %d %q %q, want %q", c.line, status, said, out, c.want)
		}
	}
}

func TestMistakes(t *testing.T) {
	for _, c := range []struct {
		line   string
		errno  unix.Errno
		status int
		want   string
	}{
		{"show dev", 0, 255, "Command line is not complete. Try option \"help\"\n"},
		{"show dev nosuch", 0, 1, "Device \"nosuch\" does not exist.\n"},
		{"foo", 0, 255, "Command \"foo\" is unknown, try \"ip netconf help\".\n"},
		{"", unix.EPERM, 1, "RTNETLINK answers: Operation not permitted\nDump terminated\n"},
	} {
		r := objecttest.New(nil)
		if c.errno != 0 {
			r.Replay.Refuse = func(uint16) *rtnl.Error { return &rtnl.Error{Errno: c.errno, Msg: "not told"} }
		}
		if status, said := r.Main(Main, c.line); status != c.status || said != c.want {
			t.Errorf("%q: %d %q, want %d %q", c.line, status, said, c.status, c.want)
		}
	}
}

// TestOneDevice: of one family a single request asks, and a refusal means
// nothing to show.
func TestOneDevice(t *testing.T) {
	r := objecttest.New(nil)
	r.Opt.Family = unix.AF_INET
	if status, said := r.Main(Main, "show dev if9"); status != 0 || said != "" || r.Sent(0) == nil {
		t.Errorf("%d %q, sent % x", status, said, r.Sent(0))
	}
	r = objecttest.New(nil)
	r.Opt.Family = unix.AF_INET
	r.Replay.Refuse = func(uint16) *rtnl.Error { return &rtnl.Error{Errno: unix.ENODEV} }
	if status, said := r.Main(Main, "show dev if9"); status != 0 || said != "" {
		t.Errorf("refused: %d %q", status, said)
	}
}

func FuzzPrint(f *testing.F) {
	f.Add(stream()[unix.SizeofNlMsghdr:])
	f.Fuzz(func(t *testing.T, b []byte) {
		objecttest.Discard(objecttest.Message(unix.RTM_DELNETCONF, b, nil)).Main(Main, "show")
	})
}
