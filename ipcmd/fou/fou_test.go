package fou

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
	"github.com/nlbox/nlbox/ipcmd/object/objecttest"
)

// request parses the words of add and returns the attributes, and the end.
func request(r *objecttest.Run, line string) (attrs []byte, status int, said string) {
	req := rtnl.NewGeneric(0x20, cmdAdd, version, 0)
	status, said = r.Main(func(c *object.Context, args []string) error { return parse(c, req, true, args) }, line)
	return req.Payload()[rtnl.GenericHeaderSize:], status, said
}

func TestParse(t *testing.T) {
	if binary.NativeEndian.Uint16([]byte{1, 0}) != 1 {
		t.Skip("expectations are little-endian")
	}
	byteAttr := func(typ, v byte) []byte { return []byte{5, 0, typ, 0, v, 0, 0, 0} }
	port := []byte{6, 0, attrPort, 0, 0x15, 0xb3, 0, 0} // 5555
	for _, c := range []struct {
		line string
		want [][]byte
	}{
		{"port 5555 gue", [][]byte{port, byteAttr(attrType, typeGUE), byteAttr(attrFamily, unix.AF_INET)}},
		{"p 5555 ipproto 4", [][]byte{port, byteAttr(attrType, typeDirect), byteAttr(attrFamily, unix.AF_INET), byteAttr(attrProto, 4)}},
		{"port 5555 g -6 dev if9", [][]byte{port, byteAttr(attrType, typeGUE), byteAttr(attrFamily, unix.AF_INET6), {8, 0, attrIndex, 0, 9, 0, 0, 0}}},
		{"port 5555 gue local 10.0.0.1 peer 10.0.0.2 peer_port 1", [][]byte{port, byteAttr(attrType, typeGUE), byteAttr(attrFamily, unix.AF_INET),
			{8, 0, attrLocal4, 0, 10, 0, 0, 1}, {8, 0, attrPeer4, 0, 10, 0, 0, 2}, {6, 0, attrPeerPort, 0, 0, 1, 0, 0}}},
	} {
		attrs, status, said := request(objecttest.New(nil), c.line)
		if want := bytes.Join(c.want, nil); status != 0 || said != "" || !bytes.Equal(attrs, want) {
			t.Errorf("%s: %d %q\ngot  % x\nwant % x", c.line, status, said, attrs, want)
		}
	}
}

// TestProblems: what is wrong with the words together leaves an empty request.
func TestProblems(t *testing.T) {
	for line, want := range map[string]string{
		"gue":                      "fou: missing port\n",
		"port 1":                   "fou: must set ipproto or gue\n",
		"port 1 gue ipproto 4":     "fou: cannot set ipproto and gue\n",
		"port 1 gue peer 10.0.0.1": "fou: both peer and peer port must be set\n",
		"port 1 gue peer_port 5":   "fou: both peer and peer port must be set\n",
	} {
		if attrs, status, said := request(objecttest.New(nil), line); status != 0 || said != want || len(attrs) != 0 {
			t.Errorf("%s: %d %q % x", line, status, said, attrs)
		}
	}
	for _, c := range []struct {
		line   string
		status int
		want   string
	}{
		{"port 0", 255, `Error: argument "0" is wrong: invalid port`},
		{"peer_port x", 255, `Error: argument "x" is wrong: invalid peer port`},
		{"ipproto 0", 255, `Error: argument "0" is wrong: invalid ipproto`},
		{"dev a/b", 1, "fou: invalid device name"},
		{"dev nosuch", 1, "fou: unknown device name"},
		{"foo", 255, "fou: unknown command \"foo\"?\n" + strings.TrimSuffix(usage, "\n")},
	} {
		if _, status, said := request(objecttest.New(nil), c.line); status != c.status || said != c.want+"\n" {
			t.Errorf("%s: %d %q, want %d %q", c.line, status, said, c.status, c.want)
		}
	}
}

func TestCommands(t *testing.T) {
	for line, want := range map[string]string{
		"":     usage,
		"h":    usage,
		"show": "RTNETLINK answers: No such device\nError talking to the kernel\n", // the replay's words for a family that is not there
	} {
		r := objecttest.New(nil)
		if _, said := r.Main(Main, line); said != want {
			t.Errorf("%q: %q, want %q", line, said, want)
		}
	}
	err := show(objecttest.New(nil).Context, nil, nil, []string{"x"})
	if status, text := applet.Status(err); status != 1 || text != `"ip fou show" does not take any arguments.` {
		t.Errorf("show x: %d %q", status, text)
	}
}

func message() []byte {
	return objecttest.Message(0x20, []byte{cmdGet, version, 0, 0}, func(r *rtnl.Request) {
		r.BE16(attrPort, 5555)
		r.U8(attrProto, 4)
		r.U8(attrFamily, unix.AF_INET6)
		r.Attr(attrLocal6, []byte{0xfd, 15: 1})
		r.Attr(attrPeer6, make([]byte, 16))
		r.BE16(attrPeerPort, 7)
		r.U32(attrIndex, 9)
	})
}

func TestPrint(t *testing.T) {
	for json, want := range map[bool]string{
		false: "port 5555 ipproto 4 -6 local fd00::1 peer_port 7 dev if9\n",
		true:  `{"port":5555,"ipproto":4,"family":"inet6","local":"fd00::1","peer_port":7,"dev":"if9"}`,
	} {
		r := objecttest.New(nil)
		r.Opt.JSON = json
		if print(r.Printer(), r.AppendHost, r.Links().Name, objecttest.Msg(message())); r.Output() != want {
			t.Errorf("got %q, want %q", r.Output(), want)
		}
	}
}

func FuzzPrint(f *testing.F) {
	f.Add(message()[unix.SizeofNlMsghdr:])
	f.Fuzz(func(t *testing.T, b []byte) {
		r := objecttest.Discard(nil)
		print(r.Printer(), r.AppendHost, r.Links().Name, objecttest.Msg(objecttest.Message(0x20, b, nil)))
	})
}
