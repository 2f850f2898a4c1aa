package rule

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// message builds a message about a rule.
func message(typ uint16, h header, attrs func(*rtnl.Request)) []byte {
	r := rtnl.NewRequest(typ, 0)
	r.Body(make([]byte, headerSize))
	h.put(r.Payload())
	if attrs != nil {
		attrs(r)
	}
	return append([]byte(nil), r.Bytes()...)
}

var (
	v4 = header{family: unix.AF_INET, action: actTable}
	v6 = header{family: unix.AF_INET6, action: actTable}
)

// with returns h changed by f.
func with(h header, f func(*header)) header {
	f(&h)
	return h
}

// The texts are those of the original for the same messages.
var rendered = []struct {
	typ   uint16
	h     header
	attrs func(*rtnl.Request)
	want  string
}{
	{unix.RTM_NEWRULE, with(v4, func(h *header) { h.table = 255 }), nil, "0:\tfrom all lookup local\n"},
	{unix.RTM_DELRULE, with(v4, func(h *header) { h.table = 254; h.srcLen, h.dstLen = 8, 32; h.tos = 0x10 }), func(r *rtnl.Request) {
		r.Attr(unix.FRA_SRC, []byte{10, 0, 0, 0})
		r.Attr(unix.FRA_DST, []byte{192, 168, 0, 1})
		r.U32(unix.FRA_PRIORITY, 7)
		r.U32(unix.FRA_TABLE, 1000)
	}, "Deleted 7:\tfrom 10.0.0.0/8 to 192.168.0.1 tos 0x10 lookup 1000\n"},
	{unix.RTM_NEWRULE, with(v6, func(h *header) { h.srcLen, h.dstLen = 4, 64; h.flags = flagInvert }), func(r *rtnl.Request) {
		r.Attr(unix.FRA_DST, []byte{0xfd, 15: 0})
		r.U32(unix.FRA_FWMASK, 0xff)
	}, "0:\tnot from 0/4 to fd00::/64 fwmark 0/0xff\n"},
	{unix.RTM_NEWRULE, with(v4, func(h *header) { h.flags = flagIIfDetached | flagOIfDetached; h.dstLen = 3 }), func(r *rtnl.Request) {
		r.Str(unix.FRA_IIFNAME, "v0")
		r.Str(unix.FRA_OIFNAME, "v1")
		r.U32(unix.FRA_FWMARK, 16)
		r.U32(unix.FRA_FWMASK, 0xffffffff)
	}, "0:\tfrom all to 0/3 fwmark 0x10 iif v0 [detached] oif v1 [detached]\n"},
	{unix.RTM_NEWRULE, v4, func(r *rtnl.Request) {
		r.U8(unix.FRA_L3MDEV, 1)
		r.Attr(unix.FRA_UID_RANGE, native.AppendUint32(native.AppendUint32(nil, 5), 4294967295))
		r.U8(unix.FRA_IP_PROTO, 253)
		r.Attr(unix.FRA_SPORT_RANGE, ports{80, 80}.bytes())
		r.Attr(unix.FRA_DPORT_RANGE, ports{90, 100}.bytes())
		r.Attr(unix.FRA_TUN_ID, []byte{0, 0, 0, 0, 0, 0, 1, 2})
	}, "0:\tfrom all lookup [l3mdev-table] uidrange 5-4294967295 ipproto ipproto-253 sport 80 dport 90-100 tun_id 258\n"},
	{unix.RTM_NEWRULE, with(v4, func(h *header) { h.table = 7 }), func(r *rtnl.Request) {
		r.U32(unix.FRA_SUPPRESS_PREFIXLEN, 0)
		r.U32(unix.FRA_SUPPRESS_IFGROUP, 5)
		r.U32(unix.FRA_FLOW, 3<<16|4)
		r.U8(unix.FRA_PROTOCOL, 186)
	}, "0:\tfrom all lookup 7 suppress_prefixlength 0 suppress_ifgroup 5 realms 3/4 proto bgp\n"},
	{unix.RTM_NEWRULE, with(v4, func(h *header) { h.table = 7 }), func(r *rtnl.Request) {
		r.U32(unix.FRA_SUPPRESS_PREFIXLEN, 0xffffffff)
		r.U32(unix.FRA_SUPPRESS_IFGROUP, 0xffffffff)
		r.U32(unix.FRA_FLOW, 4)
		r.U8(unix.FRA_PROTOCOL, unix.RTPROT_KERNEL)
	}, "0:\tfrom all lookup 7 realms 4\n"},
	{unix.RTM_NEWRULE, with(v4, func(h *header) { h.action = actGoto; h.flags = flagUnresolved }), func(r *rtnl.Request) {
		r.U32(unix.FRA_GOTO, 99)
	}, "0:\tfrom all goto 99 [unresolved]\n"},
	{unix.RTM_NEWRULE, with(v4, func(h *header) { h.action = actGoto }), nil, "0:\tfrom all goto none\n"},
	{unix.RTM_NEWRULE, with(v4, func(h *header) { h.action = actNop }), nil, "0:\tfrom all nop\n"},
	{unix.RTM_NEWRULE, with(v4, func(h *header) { h.action = unix.RTN_PROHIBIT }), nil, "0:\tfrom all prohibit\n"},
	{unix.RTM_NEWRULE, with(v4, func(h *header) { h.action = 77 }), nil, "0:\tfrom all 77\n"},
	{unix.RTM_NEWRULE, with(v4, func(h *header) { h.action = actNAT }), nil, "0:\tfrom all masquerade\n"},
	{unix.RTM_NEWRULE, with(v4, func(h *header) { h.action = actNAT }), func(r *rtnl.Request) {
		r.Attr(attrGateway, []byte{1, 2, 3, 4})
	}, "0:\tfrom all map-to 1.2.3.4\n"},
	{unix.RTM_NEWRULE, with(header{family: familyIPMR, action: actTable}, func(h *header) { h.srcLen = 32; h.table = 253 }), func(r *rtnl.Request) {
		r.Attr(unix.FRA_SRC, []byte{1, 2, 3, 4})
	}, "0:\tfrom ???/32 lookup default\n"},
}

// noFiles is no directory: names are the built-in ones.
const noFiles = "/nonexistent/nlbox"

// context is a run of ip over recorded messages, without name files.
func context(stream []byte, out io.Writer) (*object.Context, *rtnl.Replay) {
	replay := rtnl.NewReplay(stream)
	c := &object.Context{
		Env:  &applet.Env{Stdin: strings.NewReader(""), Stdout: applet.NewOutput(out), Stderr: io.Discard},
		Dial: func() (rtnl.Conn, error) { return replay, nil },
	}
	c.Names().Dir, c.Names().Protocols = noFiles, noFiles
	return c, replay
}

func TestPrint(t *testing.T) {
	for _, m := range rendered {
		var out bytes.Buffer
		c, _ := context(message(m.typ, m.h, m.attrs), &out)
		c.Opt.Family = int(m.h.family)
		if err := Main(c, nil); err != nil {
			t.Fatal(err)
		}
		c.Env.Stdout.Flush()
		if out.String() != m.want {
			t.Errorf("got  %q\nwant %q", out.String(), m.want)
		}
	}
}

func TestPrintForms(t *testing.T) {
	stream := message(unix.RTM_NEWRULE, with(v4, func(h *header) { h.table = 254; h.srcLen = 8; h.flags = flagInvert }), func(r *rtnl.Request) {
		r.Attr(unix.FRA_SRC, []byte{10, 0, 0, 0})
		r.U32(unix.FRA_PRIORITY, 7)
		r.U32(unix.FRA_FWMARK, 16)
		r.U32(unix.FRA_FLOW, 3<<16|4)
		r.U8(unix.FRA_PROTOCOL, unix.RTPROT_KERNEL)
	})
	for _, c := range []struct {
		set  func(*object.Options)
		want string
	}{
		{func(o *object.Options) { o.JSON = true },
			`[{"priority":7,"not":null,"src":"10.0.0.0","srclen":8,"fwmark":"0x10","table":"main","flow_from":"3","flow_to":"4"}]` + "\n"},
		{func(o *object.Options) { o.Details = 1; o.Numeric = true },
			"7:\tnot from 10.0.0.0/8 fwmark 0x10 lookup 254 realms 3/4 proto 2\n"},
		{func(o *object.Options) { o.Family = unix.AF_INET6 }, ""},
		{func(o *object.Options) { o.Family = unix.AF_INET6; o.JSON = true }, "[]\n"},
	} {
		var out bytes.Buffer
		ctx, _ := context(stream, &out)
		c.set(&ctx.Opt)
		ctx.Names().Numeric = ctx.Opt.Numeric
		if err := Main(ctx, []string{"show"}); err != nil {
			t.Fatal(err)
		}
		ctx.Env.Stdout.Flush()
		if out.String() != c.want {
			t.Errorf("got  %q\nwant %q", out.String(), c.want)
		}
	}
}

// FuzzPrint prints whatever a kernel might say.
func FuzzPrint(f *testing.F) {
	for _, m := range rendered {
		f.Add(message(m.typ, m.h, m.attrs)[unix.SizeofNlMsghdr:])
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r := rtnl.NewRequest(unix.RTM_NEWRULE, 0)
		r.Body(data)
		for _, json := range []bool{false, true} {
			c, _ := context(append([]byte(nil), r.Bytes()...), io.Discard)
			c.Opt.JSON = json
			if len(data) > 0 {
				c.Opt.Family = int(data[0])
			}
			if err := list(c, []string{"from", "any", "sport", "80", "uidrange", "1-2"}); err != nil {
				continue // the family has no addresses
			}
			if err := list(c, nil); err != nil {
				t.Fatal(err)
			}
		}
	})
}
