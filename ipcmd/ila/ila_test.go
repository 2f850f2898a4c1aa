package ila

import (
	"encoding/binary"
	"encoding/hex"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
	"github.com/nlbox/nlbox/ipcmd/object/objecttest"
)

// The attributes are those that the original sends, its words those that it says.
func TestParse(t *testing.T) {
	if binary.NativeEndian.Uint16([]byte{1, 0}) != 1 {
		t.Skip("expectations are little-endian")
	}
	for _, c := range []struct {
		adding     bool
		line, want string
		said       string
	}{
		{true, "loc 1:2:3:4 loc_match 5:6:7:8", "0c0003000005000600070008 0c0001000001000200030004", ""},
		{true, "l 1 loc_m 2:3 csum-mode neutral-map ident-type luid dev if9",
			"0c0003000002000300000000 0c0001000001000000000000 0800040009000000 0500070001000000 0500080001000000", ""},
		{false, "loc_match 1:2:3:4 c adj-transport i use-format", "0c0003000001000200030004 0500070000000000 0500080020000000", ""},
		{false, "", "", ""},
		{true, "loc x", "", "Bad locator: x\n"},
		{true, "loc 10000", "", "Bad locator: 10000\n"},
		{true, "loc 1:2:3:4:5 loc_match 1", "", "Bad locator: 1:2:3:4:5\n"},
		{true, "loc 1 loc_match 2:", "", "Bad locator to match: 2:\n"},
		{true, "loc 1:2:3:4", "", "ila: missing locator0match\n"},
		{true, "loc_match 1:2:3:4", "", "ila: missing locator\n"},
		{true, "loc 1 loc_match 2 csum-mode foo", "", "Bad csum-mode: foo\n"},
		{true, "ident-type iid", "", "Bad ident-type: iid\n"},
		{true, "dev nosuch", "", "No such interface: nosuch\n"},
	} {
		run := objecttest.New(nil)
		r := rtnl.NewGeneric(0x20, cmdAdd, version, 0)
		status, said := run.Main(func(ctx *object.Context, args []string) error { return parse(ctx, r, c.adding, args) }, c.line)
		got := hex.EncodeToString(r.Payload()[rtnl.GenericHeaderSize:])
		if want := strings.ReplaceAll(c.want, " ", ""); status != 0 || said != c.said || got != want {
			t.Errorf("%s: %d %q\ngot  %s\nwant %s", c.line, status, said, got, want)
		}
	}
	for line, want := range map[string]string{
		"foo": usage,
		"loc": "Command line is not complete. Try option \"help\"\n",
	} {
		status, said := objecttest.New(nil).Main(func(ctx *object.Context, args []string) error {
			return parse(ctx, rtnl.NewGeneric(0x20, cmdAdd, version, 0), true, args)
		}, line)
		if status != 255 || said != want {
			t.Errorf("%s: %d %q", line, status, said)
		}
	}
}

func TestCommands(t *testing.T) {
	for line, want := range map[string]string{
		"":     usage,
		"h":    usage,
		"list": "RTNETLINK answers: No such device\nError talking to the kernel\n", // the replay's words for a family that is not there
	} {
		if _, said := objecttest.New(nil).Main(Main, line); said != want {
			t.Errorf("%q: %q, want %q", line, said, want)
		}
	}
	run := objecttest.New(nil)
	status, said := run.Main(func(ctx *object.Context, args []string) error { return list(ctx, nil, nil, args) }, "x")
	if status != 1 || said != "\"ip ila show\" does not take any arguments.\n" {
		t.Errorf("list x: %d %q", status, said)
	}
}

// TestListRefused: a list that the kernel breaks off stays open.
func TestListRefused(t *testing.T) {
	run := objecttest.New(nil)
	run.Opt.JSON = true
	run.Replay.Refuse = func(uint16) *rtnl.Error { return &rtnl.Error{Errno: unix.EPERM} }
	status, said := run.Main(func(ctx *object.Context, args []string) error {
		return list(ctx, run.Replay, rtnl.NewGeneric(0x20, cmdGet, version, 0), args)
	}, "")
	if status != 255 || said != "RTNETLINK answers: Operation not permitted\nDump terminated\n" || run.Output() != "[" {
		t.Errorf("%d %q %q", status, said, run.Output())
	}
}

// messages are mappings: all there is, hardly anything, numbers without names.
func messages() [][]byte {
	mapping := func(attrs func(*rtnl.Request)) []byte {
		return objecttest.Message(0x20, []byte{cmdGet, version, 0, 0}, attrs)
	}
	return [][]byte{
		mapping(func(r *rtnl.Request) {
			r.Attr(attrMatch, []byte{0x20, 1, 0xd, 0xb8, 0, 0, 0, 1})
			r.Attr(attrLocator, []byte{0xfd, 0, 0, 0, 0, 0, 0xff, 0xff})
			r.U32(attrIndex, 7)
			r.U8(attrCsumMode, 2)
			r.U8(attrIdentType, 32)
		}),
		mapping(nil),
		mapping(func(r *rtnl.Request) {
			r.U8(attrCsumMode, 9)
			r.U8(attrIdentType, 9)
		}),
	}
}

// The layout is the original's. (Its Debian build prints locators out of
// uninitialised memory.)
func TestPrint(t *testing.T) {
	for _, c := range []struct {
		set  func(*object.Options)
		want string
	}{
		{func(o *object.Options) {}, "2001:db8:0:1        fd00:0:0:ffff       if7             no-actionuse-format\n" +
			"-                   -                   -          -          -\n" +
			"-                   -                   -          unknownunknown\n"},
		{func(o *object.Options) { o.Oneline = true }, `2001:db8:0:1        fd00:0:0:ffff       if7             no-actionuse-format\` +
			`-                   -                   -          -          -\` +
			`-                   -                   -          unknownunknown\`},
		{func(o *object.Options) { o.JSON = true }, `[{"locator_match":"2001:db8:0:1","locator":"fd00:0:0:ffff","interface":"if7","csum_mode":"no-action","ident_type":"use-format"},` +
			`{"locator_match":"-","locator":"-"},{"locator_match":"-","locator":"-","csum_mode":"unknown","ident_type":"unknown"}]` + "\n"},
	} {
		run := objecttest.New(nil)
		c.set(&run.Opt)
		p := run.Printer()
		p.Open()
		for _, b := range messages() {
			print(p, run.Links().Name, objecttest.Msg(b))
		}
		p.Close()
		if run.Output() != c.want {
			t.Errorf("got  %q\nwant %q", run.Output(), c.want)
		}
	}
}

func FuzzPrint(f *testing.F) {
	f.Add(messages()[0][unix.SizeofNlMsghdr:])
	f.Fuzz(func(t *testing.T, b []byte) {
		run := objecttest.Discard(nil)
		print(run.Printer(), run.Links().Name, objecttest.Msg(objecttest.Message(0x20, b, nil)))
	})
}
