package address

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/names"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/link"
	"github.com/nlbox/nlbox/ipcmd/object"
	"github.com/nlbox/nlbox/ipcmd/object/objecttest"
)

// run runs ip address on a host that has v0 (7), and returns what it asked the
// kernel to change.
func run(args string, family int) (sent [][]byte, stderr string, err error) {
	var s objecttest.Stream
	s.Link(7, "v0", nil)
	conn := rtnl.NewReplay(s.Bytes())
	var errs bytes.Buffer
	env := &applet.Env{Name: "ip", Stdout: applet.NewOutput(io.Discard), Stderr: &errs}
	c := &object.Context{Env: env, Dial: func() (rtnl.Conn, error) { return conn, nil }}
	c.Opt.Family = family
	err = Main(c, strings.Fields(args))
	return conn.Sent, errs.String(), err
}

// describe is a request as text: its type and flags, its header, and its
// attributes in their order.
func describe(b []byte) string {
	typ := map[uint16]string{unix.RTM_NEWADDR: "new", unix.RTM_DELADDR: "del"}[native.Uint16(b[4:])]
	text := fmt.Sprintf("%s %x %d/%d flags %x scope %d dev %d", typ, native.Uint16(b[6:])&^unix.NLM_F_REQUEST,
		b[16], b[17], b[18], b[19], native.Uint32(b[20:]))
	for typ, v := range rtnl.All(b[24:]) {
		text += fmt.Sprintf(" %d:%s", typ, hex.EncodeToString(v))
	}
	return text
}

func TestRequests(t *testing.T) {
	if binary.NativeEndian.Uint16([]byte{1, 0}) != 1 {
		t.Skip("numbers are written as on a little-endian machine")
	}
	const create, replace, either = "600", "100", "500"
	for _, c := range []struct {
		args   string
		family int
		want   string
	}{
		{"add 10.0.0.1/24 dev v0", 0, "new " + create + " 2/24 flags 0 scope 0 dev 7 2:0a000001 1:0a000001"},
		{"add 10.0.0.1 dev v0", 0, "new " + create + " 2/32 flags 0 scope 0 dev 7 2:0a000001 1:0a000001"},
		{"change 10.0.0.1/24 dev v0", 0, "new " + replace + " 2/24 flags 0 scope 0 dev 7 2:0a000001 1:0a000001"},
		{"chg 10.0.0.1/24 dev v0", 0, "new " + replace + " 2/24 flags 0 scope 0 dev 7 2:0a000001 1:0a000001"},
		{"replace 10.0.0.1/24 dev v0", 0, "new " + either + " 2/24 flags 0 scope 0 dev 7 2:0a000001 1:0a000001"},
		{"del 10.0.0.1/24 dev v0", 0, "del 0 2/24 flags 0 scope 0 dev 7 2:0a000001 1:0a000001"},
		{"del 127.0.0.1/8 dev v0", 0, "del 0 2/8 flags 0 scope 0 dev 7 2:7f000001 1:7f000001"},
		{"add 127.0.0.1/8 dev v0", 0, "new " + create + " 2/8 flags 0 scope 254 dev 7 2:7f000001 1:7f000001"},
		{"add dev v0 local 10.0.0.1/24 brd +", 0, "new " + create + " 2/24 flags 0 scope 0 dev 7 2:0a000001 1:0a000001 4:0a0000ff"},
		{"add 10.0.85.1/20 brd - dev v0", 0, "new " + create + " 2/20 flags 0 scope 0 dev 7 2:0a005501 1:0a005501 4:0a005000"},
		{"add 10.0.0.1/31 brd + dev v0", 0, "new " + create + " 2/31 flags 0 scope 0 dev 7 2:0a000001 1:0a000001"},
		{"del 10.0.0.1/24 brd + dev v0", 0, "del 0 2/24 flags 0 scope 0 dev 7 2:0a000001 1:0a000001"},
		{"add 10.0.0.1 peer 10.0.0.2/30 dev v0 scope link", 0, "new " + create + " 2/30 flags 0 scope 253 dev 7 2:0a000001 1:0a000002"},
		{"add 10.0.0.1/24 dev v0 label v0:x metric 5", 0, "new " + create + " 2/24 flags 0 scope 0 dev 7 2:0a000001 3:76303a7800 9:05000000 1:0a000001"},
		{"add 10.0.0.1/24 dev v0 v 100 preferr 50", 0, "new " + create + " 2/24 flags 0 scope 0 dev 7 2:0a000001 1:0a000001 6:32000000640000000000000000000000"},
		{"add 10.0.0.1/24 dev v0 valid_lft forever preferred_lft 0", 0, "new " + create + " 2/24 flags 0 scope 0 dev 7 2:0a000001 1:0a000001 6:00000000ffffffff0000000000000000"},
		{"add fd00::1/64 dev v0 nodad home", 0, "new " + create + " 10/64 flags 12 scope 0 dev 7 2:fd000000000000000000000000000001 1:fd000000000000000000000000000001"},
		{"add nodad noprefixroute fd00::1/64 dev v0", 10, "new " + create + " 10/64 flags 0 scope 0 dev 7 2:fd000000000000000000000000000001 8:02020000 1:fd000000000000000000000000000001"},
		{"add 224.0.1.1/32 autojoin dev v0", 0, "new " + create + " 2/32 flags 0 scope 0 dev 7 2:e0000101 8:00040000 1:e0000101"},
		{"add 10.0.0.1/24 anycast 10.0.0.9 dev v0", 0, "new " + create + " 2/24 flags 0 scope 0 dev 7 2:0a000001 5:0a000009 1:0a000001"},
	} {
		sent, _, err := run(c.args, c.family)
		if err != nil || len(sent) != 1 {
			t.Errorf("%q: %d requests, %v", c.args, len(sent), err)
			continue
		}
		if got := describe(sent[0]); got != c.want {
			t.Errorf("%q:\ngot  %s\nwant %s", c.args, got, c.want)
		}
	}
}

func TestRefusals(t *testing.T) {
	const incomplete = `Command line is not complete. Try option "help"`
	for _, c := range []struct {
		args string
		code int
		text string
	}{
		{"add", 1, `Not enough information: "dev" argument is required.`},
		{"add 10.0.0.1/24", 1, `Not enough information: "dev" argument is required.`},
		{"add 10.0.0.1/24 dev", 255, incomplete},
		{"add 10.0.0.1/24 dev nope", 1, `Cannot find device "nope"`},
		{"add 10.0.0.1/33 dev v0", 1, `Error: any valid prefix is expected rather than "10.0.0.1/33".`},
		{"add 10.0.0.1/24 brd fd00::1 dev v0", 1, `Error: inet address is expected rather than "fd00::1".`},
		{"add 10.0.0.1/24 10.0.0.2/24 dev v0", 255, `Error: either "local" is duplicate, or "10.0.0.2/24" is a garbage.`},
		{"add 10.0.0.1 peer 10.0.0.2 peer 10.0.0.3", 255, `Error: duplicate "peer": "10.0.0.3" is the second value.`},
		{"add 10.0.0.1 brd + brd -", 255, `Error: duplicate "broadcast": "-" is the second value.`},
		{"add 10.0.0.1 anycast 10.0.0.2 anycast 10.0.0.3", 255, `Error: duplicate "anycast": "10.0.0.3" is the second value.`},
		{"add 10.0.0.1 valid_lft 1 valid_lft", 255, `Error: duplicate "valid_lft": "valid_lft" is the second value.`},
		{"add 10.0.0.1 preferred_lft 1 preferr 2", 255, `Error: duplicate "preferred_lft": "preferr" is the second value.`},
		{"add 10.0.0.1 valid_lft x", 255, `Error: argument "x" is wrong: valid_lft value`},
		{"add 10.0.0.1 preferred_lft x", 255, `Error: argument "x" is wrong: preferred_lft value`},
		{"add 10.0.0.1 metric x", 255, "Error: argument \"x\" is wrong: \"metric\" value is invalid\n"},
		{"add 10.0.0.1 scope x", 255, `Error: argument "x" is wrong: invalid scope value.`},
		{"add 10.0.0.1 dev v0 valid_lft 0", 1, "valid_lft is zero"},
		{"add 10.0.0.1 dev v0 valid_lft 5 preferred_lft 6", 1, "preferred_lft is greater than valid_lft"},
		{"add fd00::1/64 brd + dev v0", 1, "Broadcast can be set only for IPv4 addresses"},
		{"add 10.0.0.1 autojoin dev v0", 1, "autojoin needs multicast address"},
		{"nope", 255, `Command "nope" is unknown, try "ip address help".`},
		{"flush", 1, "Flush requires arguments."},
		{"flush dev nope", 1, `Device "nope" does not exist.`},
	} {
		sent, _, err := run(c.args, unix.AF_UNSPEC)
		code, text := applet.Status(err)
		if code != c.code || text != c.text || len(sent) > 0 {
			t.Errorf("%q: got %d, %q, %d requests", c.args, code, text, len(sent))
		}
	}
	if _, _, err := run("flush dev v0", unix.AF_PACKET); err == nil || err.Error() != "Cannot flush link addresses." {
		t.Errorf("flush of link addresses: %v", err)
	}
}

func TestWarnings(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"add 10.0.0.1/24 dev v0 nodad", "Warning: nodad option can be set only for IPv6 addresses\n"},
		{"add fd00::1/64 dev v0 tentative", "Warning: tentative option is not mutable from userspace\n"},
		{"del 10.0.0.1/32 dev v0", ""},
		{"del fd00::1 dev v0", ""},
		{"del 10.0.0.1 dev v0", "Warning: Executing wildcard deletion to stay compatible with old scripts.\n" +
			"         Explicitly specify the prefix length (10.0.0.1/32) to avoid this warning.\n" +
			"         This special behaviour is likely to disappear in further releases,\n" +
			"         fix your scripts!\n"},
	} {
		sent, got, err := run(c.args, unix.AF_UNSPEC)
		if err != nil || len(sent) != 1 || got != c.want {
			t.Errorf("%q: got %q, %v", c.args, got, err)
		}
	}
}

// nobody is a Resolver that knows no names.
type nobody struct{ link.Resolver }

func (nobody) Name(int32) string                                  { return "if?" }
func (nobody) AppendHost(dst []byte, family int, a []byte) []byte { return append(dst, a...) }

// FuzzRecord prints any bytes as an address, in all forms: nothing may panic.
func FuzzRecord(f *testing.F) {
	var s objecttest.Stream
	s.Addr(3, 24, 0x80, 0, []byte{10, 0, 0, 1}, nil, func(r *rtnl.Request) {
		r.Str(unix.IFA_LABEL, "eth0")
		r.U32(unix.IFA_FLAGS, 0x80)
		r.Attr(unix.IFA_CACHEINFO, make([]byte, 16))
	})
	f.Add(s.Bytes()[unix.SizeofNlMsghdr:])
	f.Add([]byte("\x0a\x40\x00\x00\x01\x00\x00\x00\x06\x00\x02\x00ab"))
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, opt := range []object.Options{{}, {Brief: true}, {Oneline: true}} {
			for _, mode := range []printer.Mode{{Oneline: opt.Oneline}, {JSON: true}} {
				v := &View{Opt: &opt, Names: names.New(false), Resolver: nobody{}, Head: opt.Oneline}
				v.Filter.Label, v.Filter.ByLabel = "*", opt.Brief
				p := printer.New(io.Discard, mode)
				p.Open()
				p.OpenObject("")
				v.Record(p, &rtnl.Msg{Type: unix.RTM_NEWADDR, Data: b})
				p.CloseObject()
				p.Close()
			}
		}
	})
}

// FuzzWords: no words make the parser panic, and a request that comes out of
// them has its header and whole attributes.
func FuzzWords(f *testing.F) {
	f.Add("add 10.0.0.1/24 brd + dev v0 label v0:1 valid_lft 5")
	f.Add("del any peer default dev v0 anycast all brd -")
	f.Add("replace fd00::1/64 dev v0 nodad mngtmpaddr metric 5 preferred_lft forever")
	f.Fuzz(func(t *testing.T, args string) {
		sent, _, _ := run(args, unix.AF_UNSPEC)
		for _, b := range sent {
			if len(b) < unix.SizeofNlMsghdr+unix.SizeofIfAddrmsg || int(native.Uint32(b)) != len(b) {
				t.Errorf("%q: request %x", args, b)
			}
		}
	})
}

func BenchmarkRecord(b *testing.B) {
	var s objecttest.Stream
	s.Addr(3, 24, 0x80, 0, []byte{10, 0, 0, 1}, nil, func(r *rtnl.Request) {
		r.Str(unix.IFA_LABEL, "eth0")
		r.U32(unix.IFA_FLAGS, 0x80)
		r.Attr(unix.IFA_CACHEINFO, bytes.Repeat([]byte{255}, 16))
	})
	m := &rtnl.Msg{Type: unix.RTM_NEWADDR, Data: s.Bytes()[unix.SizeofNlMsghdr:]}
	for _, json := range []bool{false, true} {
		b.Run(fmt.Sprintf("json=%v", json), func(b *testing.B) {
			v := &View{Opt: &object.Options{}, Names: names.New(false), Resolver: nobody{}}
			p := printer.New(io.Discard, printer.Mode{JSON: json})
			b.ReportAllocs()
			for b.Loop() {
				v.Record(p, m)
			}
		})
	}
}
