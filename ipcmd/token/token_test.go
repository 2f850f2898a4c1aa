package token

import (
	"bytes"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object/objecttest"
)

// link builds a message about a link as IPv6 tells of it.
func link(index byte, flags uint32, attrs func(*rtnl.Request)) []byte {
	head := append([]byte{unix.AF_INET6, 0, 1, 0, index, 0, 0, 0}, native.AppendUint32(nil, flags)...)
	return objecttest.Message(unix.RTM_NEWLINK, append(head, 0, 0, 0, 0), attrs)
}

func token(last byte) func(*rtnl.Request) {
	return func(r *rtnl.Request) {
		nest := r.Nest(unix.IFLA_PROTINFO)
		if last != 0 {
			r.Attr(unix.IFLA_INET6_TOKEN, append(make([]byte, 15), last))
		}
		r.End(nest)
	}
}

func TestList(t *testing.T) {
	stream := append(link(8, 0, token(1)), link(9, 0, token(2))...)
	stream = append(stream, link(10, unix.IFF_LOOPBACK, nil)...)
	for _, c := range []struct {
		stream []byte
		line   string
		json   bool
		status int
		out    string
		said   string
	}{
		{stream, "", false, 0, "token ::1 dev if8\ntoken ::2 dev if9\n", ""},
		{stream, "get foo dev if9 dev", false, 0, "token ::2 dev if9\n", ""},
		{stream, "list dev if8", true, 0, `[{"token":"::1","ifname":"if8"}]` + "\n", ""},
		{link(8, 0, token(0)), "", false, 1, "", "Seems there's no support for IPv6 token!\nDump terminated\n"},
		{link(8, 0, nil), "", true, 1, "[]\n", "Dump terminated\n"},
		{stream, "list dev nosuch", false, 255, "", "Error: argument \"nosuch\" is wrong: dev is invalid\n\n"},
		{stream, "set ::1", false, 1, "", "Not enough information: \"dev\" argument is required.\n"},
		{stream, "set dev if8", false, 1, "", "Not enough information: token is required.\n"},
		{stream, "set 1.2.3.4", false, 1, "", "Error: inet6 prefix is expected rather than \"1.2.3.4\".\n"},
		{stream, "del h", false, 255, "", usage},
	} {
		r := objecttest.New(c.stream)
		r.Opt.JSON = c.json
		status, said := r.Main(Main, c.line)
		if out := r.Output(); status != c.status || out != c.out || said != c.said {
			t.Errorf("%q: %d %q %q, want %d %q %q", c.line, status, out, said, c.status, c.out, c.said)
		}
	}
}

func TestChange(t *testing.T) {
	for line, last := range map[string]byte{
		"set ::7 dev if8 dev nosuch ::9": 7,
		"del ::7 dev if8":                0,
	} {
		r := objecttest.New(nil)
		status, said := r.Main(Main, line)
		got := r.Sent(0)
		if status != 0 || len(got) < 16 || !bytes.Equal(got[len(got)-16:], append(make([]byte, 15), last)) {
			t.Errorf("%s: %d %q, sent % x", line, status, said, got)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(link(8, 0, token(1))[unix.SizeofNlMsghdr:])
	f.Fuzz(func(t *testing.T, b []byte) {
		objecttest.Discard(objecttest.Message(unix.RTM_NEWLINK, b, nil)).Main(Main, "")
	})
}
