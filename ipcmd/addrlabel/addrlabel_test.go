package addrlabel

import (
	"bytes"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object/objecttest"
)

var prefix = []byte{0x20, 0x01, 0x0d, 0xb8, 15: 0}

func stream() []byte {
	one := header{family: unix.AF_INET6, prefixLen: 32}
	two := header{family: unix.AF_INET6, prefixLen: 32, index: 9}
	return append(objecttest.Message(unix.RTM_NEWADDRLABEL, one.bytes(), func(r *rtnl.Request) {
		r.Attr(attrAddress, prefix)
		r.U32(attrLabel, 99)
	}), objecttest.Message(unix.RTM_NEWADDRLABEL, two.bytes(), func(r *rtnl.Request) {
		r.Attr(attrAddress, prefix)
		r.U8(attrLabel, 9) // no label: it has 32 bits
	})...)
}

func TestList(t *testing.T) {
	for _, c := range []struct {
		json bool
		want string
	}{
		{false, "prefix 2001:db8::/32 label 99 \nprefix 2001:db8::/32 dev if9 \n"},
		{true, `[{"address":"2001:db8::","prefixlen":32,"label":99},{"address":"2001:db8::","prefixlen":32,"ifname":"if9"}]` + "\n"},
	} {
		r := objecttest.New(stream())
		r.Opt.JSON = c.json
		if status, said := r.Main(Main, ""); status != 0 || r.Output() != c.want {
			t.Errorf("%d %q %q, want %q", status, said, r.Output(), c.want)
		}
	}
}

func TestChange(t *testing.T) {
	h := header{family: unix.AF_INET6, prefixLen: 32, index: 9}
	want := append(h.bytes(), 8, 0, attrLabel, 0, 0x10, 0, 0, 0, 20, 0, attrAddress, 0)
	want = append(want, prefix...)
	r := objecttest.New(nil)
	status, said := r.Main(Main, "add label 0x10 foo prefix 2001:db8::/32 dev if9")
	if got := r.Sent(0); native.Uint16([]byte{1, 0}) == 1 && !bytes.Equal(got, want) || status != 0 {
		t.Errorf("%d %q\ngot  % x\nwant % x", status, said, got, want)
	}
	r = objecttest.New(stream())
	if status, said = r.Main(Main, "flush"); status != 0 || len(r.Replay.Sent) != 2 {
		t.Errorf("flush: %d %q, %d deleted", status, said, len(r.Replay.Sent))
	}
}

func TestMistakes(t *testing.T) {
	for _, c := range []struct {
		line   string
		status int
		want   string
	}{
		{"list x", 1, `"ip addrlabel show" does not take any arguments.`},
		{"flush x", 1, `"ip addrlabel flush" does not allow extra arguments`},
		{"add", 1, `Not enough information: "prefix" argument is required.`},
		{"del prefix ::/0", 1, `Not enough information: "label" argument is required.`},
		{"add prefix", 255, `Command line is not complete. Try option "help"`},
		{"add prefix x", 1, `Error: any valid prefix is expected rather than "x".`},
		{"add label -1", 255, "Error: argument \"-1\" is wrong: label is invalid\n"},
		{"add label 0xffffffff", 255, "Error: argument \"0xffffffff\" is wrong: label is invalid\n"},
		{"add dev nosuch", 255, "Error: argument \"nosuch\" is wrong: dev is invalid\n"},
		{"get", 255, `Command "get" is unknown, try "ip addrlabel help".`},
	} {
		r := objecttest.New(nil)
		if status, said := r.Main(Main, c.line); status != c.status || said != c.want+"\n" {
			t.Errorf("%s: %d %q, want %d %q", c.line, status, said, c.status, c.want)
		}
	}
	refuse := func(uint16) *rtnl.Error { return &rtnl.Error{Errno: unix.EOPNOTSUPP} }
	for line, want := range map[string]struct {
		status int
		said   string
	}{
		"list":  {255, "RTNETLINK answers: Operation not supported\nDump terminated\n"},
		"flush": {1, "RTNETLINK answers: Operation not supported\nFlush terminated\n"},
	} {
		r := objecttest.New(nil)
		r.Replay.Refuse = refuse
		if status, said := r.Main(Main, line); status != want.status || said != want.said {
			t.Errorf("%s refused: %d %q", line, status, said)
		}
	}
}

func FuzzPrint(f *testing.F) {
	f.Add(stream()[unix.SizeofNlMsghdr:])
	f.Fuzz(func(t *testing.T, b []byte) {
		objecttest.Discard(objecttest.Message(unix.RTM_DELADDRLABEL, b, nil)).Main(Main, "")
	})
}
