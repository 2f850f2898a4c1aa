package link

import (
	"io"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/names"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
	"github.com/nlbox/nlbox/ipcmd/object/objecttest"
)

// nobody is a Resolver that knows no names.
type nobody struct{}

func (nobody) Name(int32) string            { return "if?" }
func (nobody) Flags(int32) (uint32, bool)   { return 0, true }
func (nobody) Netns(int32) string           { return "" }
func (nobody) QueueLen(int32) (int32, bool) { return 0, false }
func (nobody) User(uint32) (string, bool)   { return "", false }
func (nobody) Group(uint32) (string, bool)  { return "", false }
func (nobody) Program(uint32) (Program, bool) {
	return Program{Name: "prog", Tag: []byte{1, 2}, JIT: true, LoadTime: 5, UID: 6, BTF: 7}, true
}
func (nobody) AppendHost(dst []byte, family int, a []byte) []byte { return append(dst, a...) }

// views are the ways to print a record.
func views() []*View {
	options := []object.Options{
		{}, {Details: 1, Stats: 2}, {Brief: true}, {Oneline: true, Stats: 1, Human: true}, {Details: 1, Stats: 1, IEC: true, Human: true},
	}
	var all []*View
	for i := range options {
		for _, family := range []int{unix.AF_UNSPEC, unix.AF_PACKET, unix.AF_INET6} {
			all = append(all, &View{
				Opt: &options[i], Names: names.New(i == 0), Resolver: nobody{}, Family: family,
				Link: family == unix.AF_PACKET, Queue: true, Warn: func(string) {},
			})
		}
	}
	return all
}

// FuzzRecord prints any bytes as links, in all forms: nothing may panic.
func FuzzRecord(f *testing.F) {
	var s objecttest.Stream
	s.Link(7, "eth0", func(r *rtnl.Request) {
		r.U32(unix.IFLA_LINK, 3)
		r.Attr(unix.IFLA_ADDRESS, []byte{2, 0, 0, 0, 0, 1})
		r.Attr(unix.IFLA_STATS64, make([]byte, 100))
		r.U32(unix.IFLA_NUM_VF, 1)
		objecttest.Nest(r, unix.IFLA_VFINFO_LIST, func() {
			objecttest.Nest(r, unix.IFLA_VF_INFO, func() { r.U32(unix.IFLA_VF_MAC, 1) })
		})
		objecttest.Nest(r, unix.IFLA_XDP, func() { r.U8(unix.IFLA_XDP_ATTACHED, 4) })
	})
	f.Add(s.Bytes()[unix.SizeofNlMsghdr:], "vxlan")
	for _, kind := range []string{"bridge", "bond", "can", "gre", "ip6tnl", "macsec", "hsr", "tun", "vlan", "ipoib", "amt"} {
		f.Add([]byte("0123456789abcdef\x08\x00\x01\x00abcd"), kind)
	}
	all := views()
	f.Fuzz(func(t *testing.T, b []byte, kind string) {
		// Once as they are, and once as the attributes of a kind.
		var wrapped objecttest.Stream
		wrapped.Link(1, "x", func(r *rtnl.Request) {
			if len(b) < 60000 && len(kind) < 100 {
				objecttest.Nest(r, unix.IFLA_LINKINFO, func() {
					r.Str(unix.IFLA_INFO_KIND, kind)
					r.Attr(unix.IFLA_INFO_DATA, b)
					r.Str(unix.IFLA_INFO_SLAVE_KIND, kind)
					r.Attr(unix.IFLA_INFO_SLAVE_DATA, b)
					r.Attr(unix.IFLA_INFO_XSTATS, b)
				})
			}
		})
		messages := []rtnl.Msg{
			{Type: unix.RTM_NEWLINK, Data: b},
			{Type: unix.RTM_DELLINK, Data: wrapped.Bytes()[unix.SizeofNlMsghdr:]},
		}
		for _, v := range all {
			for _, mode := range []printer.Mode{{Oneline: v.Opt.Oneline}, {JSON: true}} {
				p := printer.New(io.Discard, mode)
				p.Open()
				for i := range messages {
					p.OpenObject("")
					v.Record(p, &messages[i])
					v.StatsLine(p, &messages[i])
					p.CloseObject()
				}
				p.Close()
			}
		}
	})
}

// benchLinks are messages as a host with bridges and veths has them.
func benchLinks(n int) []byte {
	var s objecttest.Stream
	for i := range int32(n) {
		s.Link(i+1, "veth"+string([]byte{'a' + byte(i/26/26%26), 'a' + byte(i/26%26), 'a' + byte(i%26)}), func(r *rtnl.Request) {
			r.U32(unix.IFLA_MTU, 1500)
			r.Str(unix.IFLA_QDISC, "noqueue")
			r.U32(unix.IFLA_MASTER, 1)
			r.U32(unix.IFLA_LINK, uint32(i/2+1))
			r.U8(unix.IFLA_OPERSTATE, 6)
			r.U8(unix.IFLA_LINKMODE, 0)
			r.U32(unix.IFLA_GROUP, 0)
			r.Attr(unix.IFLA_ADDRESS, []byte{2, 0, 0, 0, byte(i >> 8), byte(i)})
			r.Attr(unix.IFLA_BROADCAST, []byte{255, 255, 255, 255, 255, 255})
			r.Attr(unix.IFLA_STATS64, make([]byte, 25*8))
			objecttest.Kind(r, "veth", nil)
			objecttest.Slave(r, "bridge", func() {
				r.U8(unix.IFLA_BRPORT_STATE, 3)
				r.U64(unix.IFLA_BRPORT_HOLD_TIMER, 3)
				r.Attr(unix.IFLA_BRPORT_ROOT_ID, []byte{0x80, 0, 2, 0, 0, 0, 0, 1})
			})
		})
	}
	return s.Bytes()
}

// A dump is printed without a memory allocation for a link, whatever the form.
func TestNoAllocations(t *testing.T) {
	var messages []rtnl.Msg
	rtnl.NewReplay(benchLinks(100)).Each(func(m *rtnl.Msg) error {
		messages = append(messages, *m)
		return nil
	})
	for _, opt := range []object.Options{{}, {Details: 1, Stats: 2}, {JSON: true, Details: 1}, {Brief: true}} {
		v := &View{Opt: &opt, Names: names.New(false), Resolver: nobody{}, Family: unix.AF_PACKET, Link: true, Queue: true}
		p := printer.New(io.Discard, printer.Mode{JSON: opt.JSON})
		all := func() {
			for i := range messages {
				v.Record(p, &messages[i])
			}
		}
		all()
		if n := testing.AllocsPerRun(10, all) / float64(len(messages)); n > 0.1 {
			t.Errorf("%+v: %v allocations for a link", opt, n)
		}
	}
}

func BenchmarkRecord(b *testing.B) {
	for _, c := range []struct {
		name string
		opt  object.Options
	}{
		{"text", object.Options{}}, {"details", object.Options{Details: 1}}, {"stats", object.Options{Stats: 1}},
		{"json", object.Options{JSON: true}}, {"brief", object.Options{Brief: true}},
	} {
		b.Run(c.name, func(b *testing.B) {
			var m rtnl.Msg
			rtnl.NewReplay(benchLinks(1)).Each(func(first *rtnl.Msg) error { m = *first; return nil })
			v := &View{Opt: &c.opt, Names: names.New(false), Resolver: nobody{}, Family: unix.AF_PACKET, Link: true, Queue: true}
			p := printer.New(io.Discard, printer.Mode{JSON: c.opt.JSON})
			b.ReportAllocs()
			for b.Loop() {
				v.Record(p, &m)
			}
		})
	}
}
