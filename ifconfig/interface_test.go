package ifconfig

import (
	"slices"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
)

// linkMessage is a device as the kernel tells it.
func linkMessage(index int32, name string, others ...string) []byte {
	r := rtnl.NewRequest(unix.RTM_NEWLINK, 0)
	r.Link(unix.AF_UNSPEC, unix.ARPHRD_ETHER, index, unix.IFF_UP|unix.IFF_BROADCAST|unix.IFF_LOWER_UP, 0)
	r.Str(unix.IFLA_IFNAME, name)
	r.U32(unix.IFLA_MTU, 1500)
	r.U32(unix.IFLA_TXQLEN, 1000)
	r.Attr(unix.IFLA_ADDRESS, []byte{2, 0, 0, 0, 0, byte(index)})
	m := resource{start: 1, end: 2, base: 3, irq: 4, dma: 5, port: 6}
	r.Attr(unix.IFLA_MAP, m.bytes())
	stats := make([]byte, 8*(statsFields+2))
	for i := range statsFields {
		native.PutUint64(stats[8*i:], uint64(i+1))
	}
	r.Attr(unix.IFLA_STATS64, stats)
	if len(others) > 0 {
		list := r.Nest(unix.IFLA_PROP_LIST | unix.NLA_F_NESTED)
		for _, o := range others {
			r.Str(unix.IFLA_ALT_IFNAME, o)
		}
		r.End(list)
	}
	return r.Bytes()
}

func addressMessage(index uint32, label string, local byte) []byte {
	r := rtnl.NewRequest(unix.RTM_NEWADDR, 0)
	r.Addr(unix.AF_INET, 24, 0, unix.RT_SCOPE_LINK, index)
	r.Attr(unix.IFA_LOCAL, []byte{10, 0, 0, local})
	r.Attr(unix.IFA_ADDRESS, []byte{10, 0, 0, 99})
	r.Attr(unix.IFA_BROADCAST, []byte{10, 0, 0, 255})
	r.Str(unix.IFA_LABEL, label)
	r.U32(unix.IFA_FLAGS, unix.IFA_F_NOPREFIXROUTE)
	r.U32(unix.IFA_RT_PRIORITY, 7)
	r.Attr(attrProtocol, []byte{9})
	r.Attr(unix.IFA_CACHEINFO, make([]byte, 16))
	return r.Bytes()
}

func recording() *rtnl.Replay {
	return rtnl.NewReplay(slices.Concat(
		linkMessage(1, "v0", "other", "another"), linkMessage(2, "v1"),
		addressMessage(1, "v0", 1), addressMessage(1, "v0:1", 2), addressMessage(2, "v1", 3), addressMessage(2, "strange", 4)))
}

func TestReadAll(t *testing.T) {
	s, err := readAll(recording())
	if err != nil {
		t.Fatal(err)
	}
	var l list
	s.names(&l)
	var names []string
	for _, e := range l.entries {
		names = append(names, e.name)
	}
	if !slices.Equal(names, []string{"strange", "v0", "v0:1", "v1"}) {
		t.Error(names)
	}
	for _, c := range []struct {
		name  string
		index int32 // 0 for none
		local byte  // 0 for no address
		stats bool
	}{
		{"v0", 1, 1, true}, {"v0:1", 1, 2, false}, {"v0:9", 1, 0, false}, {"other", 1, 0, false}, {"another:1", 1, 0, false},
		{"v1", 2, 3, true}, {"strange", 0, 0, false}, {"", 0, 0, false}, {":1", 0, 0, false},
	} {
		i, err := describe(s, c.name)
		if c.index == 0 {
			if err != unix.ENODEV {
				t.Errorf("%s: %v", c.name, err)
			}
			continue
		}
		if err != nil || i.name != c.name || i.hardware[5] != byte(c.index) || (i.stats != nil) != c.stats || (i.inet != nil) != (c.local != 0) || i.inet != nil && i.inet.local[3] != c.local {
			t.Errorf("%s: %+v %v", c.name, i, err)
		}
	}
}

func TestReadOne(t *testing.T) {
	s, err := readOne(recording(), "v1:5")
	if err != nil || len(s.devices) != 1 || len(s.addresses) != 2 {
		t.Fatalf("%+v %v", s, err)
	}
	d := s.devices[0]
	if d.name != "v1" || d.index != 2 || d.mtu != 1500 || d.queue != 1000 || d.kind != unix.ARPHRD_ETHER || d.flags&unix.IFF_LOWER_UP == 0 ||
		d.resource != (resource{1, 2, 3, 4, 5, 6}) || d.stats[0] != 1 || d.stats[txCompressed] != 23 {
		t.Errorf("%+v", d)
	}
	a := s.addresses[0]
	if a.index != 2 || a.label != "v1" || a.local != [4]byte{10, 0, 0, 3} || a.peer != [4]byte{10, 0, 0, 99} || a.brd != [4]byte{10, 0, 0, 255} || a.bits != 24 ||
		a.scope != unix.RT_SCOPE_LINK || a.flags != unix.IFA_F_NOPREFIXROUTE || a.metric != 7 || len(a.protocol) != 1 || len(a.lifetime) != 16 || a.mask() != [4]byte{255, 255, 255, 0} {
		t.Errorf("%+v", a)
	}
	for _, name := range []string{"nosuch", "", ":1"} {
		if _, err := readOne(recording(), name); errnoOf(err) != unix.ENODEV {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestShown(t *testing.T) {
	s := &snapshot{addresses: []address{
		{index: 1, label: "v0", local: [4]byte{127, 0, 0, 9}, peer: [4]byte{192, 168, 1, 1}, brd: [4]byte{9}, bits: 8},
		{index: 1, label: "v0", local: [4]byte{192, 168, 1, 1}, peer: [4]byte{192, 168, 1, 1}, brd: [4]byte{10}, bits: 24},
		{index: 1, label: "v0", local: [4]byte{10}, bits: 25},
		{index: 1, label: "v0:1", local: [4]byte{5}, peer: [4]byte{10}, brd: [4]byte{6}, bits: 26},
		{index: 2, label: "v0", local: [4]byte{7}, bits: 27},
	}}
	for _, c := range []struct {
		index int32
		label string
		want  shown
	}{
		{1, "v0", shown{local: [4]byte{127, 0, 0, 9}, peer: [4]byte{192, 168, 1, 1}, brd: [4]byte{10}, mask: [4]byte{255, 255, 255, 128}}},
		{1, "v0:1", shown{local: [4]byte{5}, peer: [4]byte{10}, brd: [4]byte{6}, mask: [4]byte{255, 255, 255, 192}}},
		{2, "v0", shown{local: [4]byte{7}, mask: [4]byte{255, 255, 255, 224}}},
	} {
		if got := s.shown(c.index, c.label); got == nil || *got != c.want {
			t.Errorf("%d %s: %+v", c.index, c.label, got)
		}
	}
	if got := s.shown(2, "v0:1"); got != nil {
		t.Errorf("%+v", got)
	}
}

// TestRefused: what the kernel refuses comes through.
func TestRefused(t *testing.T) {
	c := recording()
	c.Refuse = func(uint16) *rtnl.Error { return &rtnl.Error{Errno: unix.EPERM} }
	if _, err := readAll(c); errnoOf(err) != unix.EPERM || reason(err) != "Operation not permitted" {
		t.Error(err)
	}
	if err := unlessForbidden(c, unix.ENODEV); errnoOf(err) != unix.EPERM {
		t.Error(err)
	}
	c.Refuse = func(uint16) *rtnl.Error { return &rtnl.Error{Errno: unix.EINVAL} }
	if err := unlessForbidden(c, unix.ENODEV); err != unix.ENODEV {
		t.Error(err)
	}
	if err := unlessForbidden(c, 0); err != nil {
		t.Error(err)
	}
}

func FuzzMessages(f *testing.F) {
	f.Add(linkMessage(1, "v0", "other"))
	f.Add(addressMessage(1, "v0", 1))
	f.Add([]byte("00000000000000000000000000000001 01 80 10 80       lo\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		parseInet6(b)
		s, err := readAll(rtnl.NewReplay(b))
		if err != nil {
			return
		}
		var l list
		s.names(&l)
		for _, e := range l.entries {
			if i, err := describe(s, e.name); err == nil {
				appendLong(nil, &i)
				appendShort(nil, &i)
			}
		}
		if d, ok := parseDevice(&rtnl.Msg{Type: unix.RTM_NEWLINK, Data: b}); ok {
			i, err := describe(&snapshot{devices: []device{d}}, d.name)
			if err == nil {
				appendLong(nil, &i)
			}
		}
		if a, ok := parseAddress(&rtnl.Msg{Type: unix.RTM_NEWADDR, Data: append([]byte{unix.AF_INET}, b...)}); ok {
			a.mask()
		}
	})
}
