package neigh

import (
	"bytes"
	"io"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// message builds a message about a neighbour.
func message(typ uint16, h header, attrs func(*rtnl.Request)) []byte {
	r := rtnl.NewRequest(typ, 0)
	r.Body(h.bytes())
	if attrs != nil {
		attrs(r)
	}
	return append([]byte(nil), r.Bytes()...)
}

// link builds the message that tells an interface's name and type.
func link(index int32, arphrd uint16, name string) []byte {
	r := rtnl.NewRequest(unix.RTM_NEWLINK, 0)
	r.Link(0, arphrd, index, 0, 0)
	r.Str(unix.IFLA_IFNAME, name)
	return append([]byte(nil), r.Bytes()...)
}

// links are an Ethernet and a tunnel interface.
func links() []byte { return append(link(2, 1, "v0"), link(3, 768, "tunl0")...) }

// noFiles is no directory: names are the built-in ones.
const noFiles = "/nonexistent/nlbox"

// context is a run of ip over recorded messages, without name files.
func context(stream []byte, out io.Writer) (*object.Context, *rtnl.Replay) {
	replay := rtnl.NewReplay(stream)
	c := &object.Context{
		Env:  &applet.Env{Stdout: applet.NewOutput(out), Stderr: io.Discard},
		Dial: func() (rtnl.Conn, error) { return replay, nil },
	}
	c.Names().Dir = noFiles
	return c, replay
}

var (
	mac  = []byte{2, 0, 0, 0, 0, 0x10}
	addr = []byte{10, 0, 0, 2}
)

// The texts are those of the original for the same messages.
var rendered = []struct {
	typ   uint16
	h     header
	attrs func(*rtnl.Request)
	want  string
}{
	{unix.RTM_NEWNEIGH, header{family: unix.AF_INET, index: 2, state: unix.NUD_PERMANENT}, func(r *rtnl.Request) {
		r.Attr(unix.NDA_DST, addr)
		r.Attr(unix.NDA_LLADDR, mac)
		r.U8(ndaProtocol, 4)
	}, "10.0.0.2 dev v0 lladdr 02:00:00:00:00:10 PERMANENT proto static \n"},
	{unix.RTM_DELNEIGH, header{family: unix.AF_INET6, index: 2, state: unix.NUD_FAILED, flags: unix.NTF_ROUTER}, func(r *rtnl.Request) {
		r.Attr(unix.NDA_DST, []byte{0xfd, 15: 2})
	}, "Deleted fd00::2 dev v0 router FAILED \n"},
	{unix.RTM_GETNEIGH, header{family: unix.AF_INET, index: 2}, func(r *rtnl.Request) {
		r.Attr(unix.NDA_DST, addr)
	}, "miss 10.0.0.2 dev v0 \n"},
	{unix.RTM_NEWNEIGH, header{family: unix.AF_INET, index: 3, state: unix.NUD_NOARP}, func(r *rtnl.Request) {
		r.Attr(unix.NDA_DST, addr)
		r.Attr(unix.NDA_LLADDR, []byte{192, 0, 2, 1})
	}, "10.0.0.2 dev tunl0 lladdr 192.0.2.1 NOARP \n"},
	{unix.RTM_NEWNEIGH, header{family: unix.AF_INET, flags: unix.NTF_PROXY}, func(r *rtnl.Request) {
		r.Attr(unix.NDA_DST, addr)
	}, "10.0.0.2 proxy \n"},
	{unix.RTM_NEWNEIGH, header{family: unix.AF_INET, index: 9, state: 0xff, flags: 0xff}, func(r *rtnl.Request) {
		r.U32(ndaFlagsExt, 0xffffffff)
	}, "dev if9 router proxy managed extern_learn offload INCOMPLETE REACHABLE STALE DELAY PROBE FAILED NOARP PERMANENT \n"},
	{unix.RTM_NEWNEIGH, header{family: unix.AF_BRIDGE, index: 2, state: unix.NUD_REACHABLE}, func(r *rtnl.Request) {
		r.Attr(unix.NDA_DST, addr)
		r.Attr(unix.NDA_LLADDR, mac)
	}, "10.0.0.2 dev v0 lladdr 02:00:00:00:00:10 REACHABLE \n"},
	{unix.RTM_NEWNEIGH, header{family: unix.AF_BRIDGE, index: 2, state: unix.NUD_REACHABLE}, func(r *rtnl.Request) {
		r.Attr(unix.NDA_DST, []byte{0xfd, 15: 2})
	}, "fd00::2 dev v0 REACHABLE \n"},
}

func TestPrint(t *testing.T) {
	for _, m := range rendered {
		var out bytes.Buffer
		msg := message(m.typ, m.h, m.attrs)
		c, _ := context(links(), &out)
		one := rtnl.Msg{Type: m.typ, Data: msg[unix.SizeofNlMsghdr:], Raw: msg}
		if !Print(c, c.Printer(), &one, 0) {
			t.Errorf("not printed: %q", m.want)
		}
		c.Env.Stdout.Flush()
		if out.String() != m.want {
			t.Errorf("got  %q\nwant %q", out.String(), m.want)
		}
	}
}

// entries are neighbours in all kinds of states.
func entries() []byte {
	stream := links()
	for _, e := range []struct {
		h     header
		dst   byte
		proto uint8
		ref   uint32
	}{
		{header{family: unix.AF_INET, index: 2, state: unix.NUD_PERMANENT}, 2, 4, 0},
		{header{family: unix.AF_INET, index: 2, state: unix.NUD_STALE}, 3, 0, 1},
		{header{family: unix.AF_INET, index: 3, state: unix.NUD_NOARP}, 4, 0, 0},
		{header{family: unix.AF_INET, index: 2, flags: unix.NTF_EXT_LEARNED}, 5, 0, 0},
		{header{family: unix.AF_INET, index: 2}, 6, 0, 0},
		{header{family: unix.AF_INET, index: 2, state: unix.NUD_FAILED}, 7, 0, 0},
	} {
		stream = append(stream, message(unix.RTM_NEWNEIGH, e.h, func(r *rtnl.Request) {
			r.Attr(unix.NDA_DST, []byte{10, 0, 0, e.dst})
			if e.h.state != 0 {
				r.Attr(unix.NDA_LLADDR, mac)
			}
			var info []byte // confirmed, used, updated, references
			for _, v := range []uint32{250, 100, 399, e.ref} {
				info = native.AppendUint32(info, v)
			}
			r.Attr(unix.NDA_CACHEINFO, info)
			r.U32(unix.NDA_PROBES, 3)
			if e.proto != 0 {
				r.U8(ndaProtocol, e.proto)
			}
		})...)
	}
	return stream
}

func TestPrintForms(t *testing.T) {
	for _, c := range []struct {
		set  func(*object.Options)
		args []string
		want string
	}{
		{func(o *object.Options) { o.Stats = 1 }, []string{"10.0.0.3"},
			"10.0.0.3 dev v0 lladdr 02:00:00:00:00:10  ref 1 used 1/2/3probes 3 STALE \n"},
		{func(o *object.Options) { o.Brief = true }, []string{"10.0.0.3"},
			"10.0.0.3                                v0               02:00:00:00:00:10\n"},
		{func(o *object.Options) { o.Brief = true }, []string{"10.0.0.3", "dev", "v0"},
			"10.0.0.3                                02:00:00:00:00:10\n"},
		{func(o *object.Options) { o.JSON = true }, []string{"10.0.0.2/31"},
			`[{"dst":"10.0.0.2","dev":"v0","lladdr":"02:00:00:00:00:10","state":["PERMANENT"],"protocol":"static"},` +
				`{"dst":"10.0.0.3","dev":"v0","lladdr":"02:00:00:00:00:10","state":["STALE"]}]` + "\n"},
		{func(o *object.Options) { o.JSON, o.Stats = true, 1 }, []string{"10.0.0.5"},
			`[{"dst":"10.0.0.5","dev":"v0","extern_learn":null,"used":1,"confirmed":2,"updated":3,"probes":3}]` + "\n"},
		{func(o *object.Options) { o.JSON = true }, []string{"10.9.9.9"}, "[]\n"},
		{func(o *object.Options) { o.Family = unix.AF_INET6 }, nil, ""},
	} {
		var out bytes.Buffer
		ctx, _ := context(entries(), &out)
		c.set(&ctx.Opt)
		if err := show(ctx, c.args); err != nil {
			t.Errorf("%v: %v", c.args, err)
			continue
		}
		ctx.Env.Stdout.Flush()
		if out.String() != c.want {
			t.Errorf("%v\ngot  %q\nwant %q", c.args, out.String(), c.want)
		}
	}
}

// FuzzPrint prints whatever a kernel might say.
func FuzzPrint(f *testing.F) {
	for _, m := range rendered {
		f.Add(message(m.typ, m.h, m.attrs)[unix.SizeofNlMsghdr:])
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r := rtnl.NewRequest(unix.RTM_NEWNEIGH, 0)
		r.Body(data)
		stream := append(links(), r.Bytes()...)
		for _, json := range []bool{false, true} {
			c, _ := context(stream, io.Discard)
			c.Opt.JSON, c.Opt.Brief, c.Opt.Stats = json, len(data)&1 == 0, 2
			if err := show(c, []string{"nud", "all", "unused"}); err != nil {
				t.Fatal(err)
			}
			flush(c, []string{"nud", "all", "10.0.0.0/8"})
		}
	})
}
