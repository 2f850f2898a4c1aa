package arp

import (
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/hwtype"
	"github.com/nlbox/nlbox/internal/netdev"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// The expected rows are net-tools' own.
func TestRows(t *testing.T) {
	mac := []byte{0, 0x11, 0x22, 0x33, 0x44, 0x9a}
	rows := []row{
		{address: ip4("10.0.0.23"), kind: 1, flags: flagComplete | flagPermanent, hardware: mac, device: "eth0"},
		{address: ip4("10.0.0.40"), kind: 1, flags: flagComplete, hardware: mac, device: "averylongname01", name: "averyveryverylonghostname.example.org"},
		{address: ip4("10.0.0.20"), kind: 1, device: "eth0"},
		{address: ip4("10.0.0.13"), kind: 1, flags: flagPublic | flagPermanent, device: "*"},
		{address: ip4("10.3.0.5"), kind: 0xfffe, flags: flagComplete | flagPermanent, device: "tun0", name: "?x"},
	}
	const linux = `Address                  HWtype  HWaddress           Flags Mask            Iface
10.0.0.23                ether   00:11:22:33:44:9a   CM                    eth0
averyveryverylonghostna  ether   00:11:22:33:44:9a   C                     averylongname01
10.0.0.20                        (incomplete)                              eth0
10.0.0.13                *       <from_interface>    MP                    *
10.3.0.5                 ether                       CM                    tun0
`
	const bsd = `? (10.0.0.23) at 00:11:22:33:44:9a [ether] PERM on eth0
averyveryverylonghostname.example.org (10.0.0.40) at 00:11:22:33:44:9a [ether] on averylongname01
? (10.0.0.20) at <incomplete> on eth0
? (10.0.0.13) at <from_interface> PERM PUB on *
?x (10.3.0.5) at  [ether] PERM on tun0
`
	var a, b []byte
	for i := range rows {
		a = appendLinux(a, &rows[i], i == 0)
		b = appendBSD(b, &rows[i], i == 0)
	}
	if string(a) != linux {
		t.Errorf("got\n%s", a)
	}
	if string(b) != bsd {
		t.Errorf("got\n%s", b)
	}
}

// neighbourMessage is a neighbour as the kernel tells it.
func neighbourMessage(state uint16, flags uint8, hardware []byte) *rtnl.Msg {
	r := neighbour(unix.RTM_NEWNEIGH, 0, 0, state, flags, ip4("10.0.0.5"))
	if hardware != nil {
		r.Attr(unix.NDA_LLADDR, hardware)
	}
	return &rtnl.Msg{Type: unix.RTM_NEWNEIGH, Data: append([]byte(nil), r.Payload()...)}
}

func TestParseRow(t *testing.T) {
	mac := []byte{2, 0, 0, 0, 0, 5}
	for _, c := range []struct {
		name  string
		m     *rtnl.Msg
		flags uint32
		mac   bool
		shown bool
	}{
		{"permanent", neighbourMessage(unix.NUD_PERMANENT, 0, mac), flagComplete | flagPermanent, true, true},
		{"stale", neighbourMessage(unix.NUD_STALE, 0, mac), flagComplete, true, true},
		{"incomplete", neighbourMessage(unix.NUD_INCOMPLETE, 0, nil), 0, false, true},
		{"failed", neighbourMessage(unix.NUD_FAILED, 0, nil), 0, false, true},
		{"noarp", neighbourMessage(unix.NUD_NOARP, 0, mac), 0, false, false},
		{"none", neighbourMessage(0, 0, nil), 0, false, false},
		{"published", neighbourMessage(0, unix.NTF_PROXY, nil), flagPublic | flagPermanent, false, true},
	} {
		r, ok := parseRow(c.m, &netdev.Names{})
		if ok != c.shown || ok && (r.flags != c.flags || (r.hardware != nil) != c.mac || r.address != ip4("10.0.0.5") || r.device != "*") {
			t.Errorf("%s: %+v %v", c.name, r, ok)
		}
	}
}

func TestHardwareText(t *testing.T) {
	long := make([]byte, 20)
	for _, c := range []struct {
		r    row
		want string
	}{
		{row{kind: 32, hardware: long}, "00:00:00:00:00:00:00:00:00"},
		{row{kind: 3, hardware: []byte{'A' << 1, 'B' << 1, '1' << 1, ' ' << 1, ' ' << 1, ' ' << 1, 2 << 1}}, "AB1-2"},
		{row{kind: 1}, ""},
	} {
		if got := string(c.r.appendHardware(nil)); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

func TestWanted(t *testing.T) {
	ether, _ := hwtype.ByName("ether")
	r := row{address: ip4("10.0.0.5"), kind: 1, device: "v0"}
	host, other := ip4("10.0.0.5"), ip4("10.0.0.6")
	for _, c := range []struct {
		c    call
		want bool
	}{
		{call{}, true},
		{call{device: "v0", host: &host, options: options{chosen: true, hardware: ether}}, true},
		{call{device: "v1"}, false},
		{call{host: &other}, false},
		{call{options: options{chosen: true}}, false},
	} {
		if got := c.c.wanted(&r); got != c.want {
			t.Errorf("%+v: %v", c.c, got)
		}
	}
}

// FuzzRow feeds messages to the readers of neighbours and routes.
func FuzzRow(f *testing.F) {
	f.Add(neighbourMessage(unix.NUD_STALE, 0, []byte{2, 0, 0, 0, 0, 5}).Data)
	f.Add([]byte{2, 24, 0, 0, 254, 3, 253, 1, 0, 0, 0, 0, 12, 0, 9, 0, 16, 0, 0, 0, 3, 0, 0, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		if r, ok := parseRow(&rtnl.Msg{Type: unix.RTM_NEWNEIGH, Data: b}, &netdev.Names{Fd: -1}); ok {
			appendLinux(nil, &r, true)
			appendBSD(nil, &r, false)
		}
		if r, ok := parseRoute(&rtnl.Msg{Type: unix.RTM_NEWROUTE, Data: b}); ok {
			r.covers([4]byte{10, 0, 0, 1})
			r.leads()
		}
	})
}
