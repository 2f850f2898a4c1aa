package ifconfig

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/namespace/nstest"
	"github.com/nlbox/nlbox/internal/netdev"
	"github.com/nlbox/nlbox/internal/rtnl"
)

func TestMain(m *testing.M) { os.Exit(nstest.Main(m)) }

func TestClassBits(t *testing.T) {
	for _, c := range []struct {
		a    [4]byte
		bits uint8
		ok   bool
	}{
		{[4]byte{}, 0, true}, {[4]byte{255, 255, 255, 255}, 0, true}, {[4]byte{0, 1, 2, 3}, 8, true}, {[4]byte{127, 0, 0, 1}, 8, true},
		{[4]byte{128}, 16, true}, {[4]byte{191, 255}, 16, true}, {[4]byte{192}, 24, true}, {[4]byte{223, 255}, 24, true},
		{[4]byte{224}, 0, false}, {[4]byte{239, 255}, 0, false}, {[4]byte{240}, 32, true}, {[4]byte{255, 255, 255, 254}, 32, true},
	} {
		if bits, ok := classBits(c.a); ok != c.ok || ok && bits != c.bits {
			t.Errorf("%v: %d %v", c.a, bits, ok)
		}
	}
}

func TestPlans(t *testing.T) {
	ether := &device{index: 3, name: "v0", flags: unix.IFF_BROADCAST}
	point := &device{index: 3, name: "t0", flags: unix.IFF_POINTOPOINT}
	a, b := [4]byte{10, 0, 0, 1}, [4]byte{172, 16, 0, 1}
	old := &address{index: 3, label: "v0", local: a, peer: a, brd: [4]byte{10, 0, 0, 255}, bits: 24, metric: 7, scope: unix.RT_SCOPE_LINK, lifetime: []byte{1}}
	for _, c := range []struct {
		name  string
		plan  plan
		errno unix.Errno
		want  string // removal, insertion and the address to insert
	}{
		{"new", planAddress(ether, "v0:1", nil, b), 0, "-+ v0:1 172.16.0.1/16 brd 172.16.255.255 metric 0 scope 0 false"},
		{"change", planAddress(ether, "v0", old, b), 0, "++ v0 172.16.0.1/16 brd 172.16.255.255 metric 7 scope 0 false"},
		{"the same", planAddress(ether, "v0", old, a), 0, "--"},
		{"none", planAddress(ether, "v0", old, [4]byte{}), 0, "+-"},
		{"none of none", planAddress(ether, "v0", nil, [4]byte{}), 0, "--"},
		{"point to point", planAddress(point, "t0", nil, b), 0, "-+ t0 172.16.0.1/32 brd 0.0.0.0 metric 0 scope 0 false"},
		{"class E", planAddress(ether, "v0", nil, [4]byte{250}), 0, "-+ v0 250.0.0.0/32 brd 0.0.0.0 metric 0 scope 0 false"},
		{"loopback", planAddress(ether, "v0", nil, [4]byte{127, 0, 0, 9}), 0, "-+ v0 127.0.0.9/8 brd 127.255.255.255 metric 0 scope 254 false"},
		{"multicast", planAddress(ether, "v0", old, [4]byte{224}), unix.EINVAL, ""},
		{"broadcast", planBroadcast(ether, "", old, b), 0, "++ v0 10.0.0.1/24 brd 172.16.0.1 metric 7 scope 253 true"},
		{"the same broadcast", planBroadcast(ether, "", old, old.brd), 0, "--"},
		{"broadcast of none", planBroadcast(ether, "", nil, b), unix.EADDRNOTAVAIL, ""},
		{"the same peer", planPeer(ether, "", old, a), 0, "--"},
		{"multicast peer", planPeer(ether, "", old, [4]byte{230}), unix.EINVAL, ""},
		{"peer of none", planPeer(ether, "", nil, [4]byte{230}), unix.EADDRNOTAVAIL, ""},
		{"mask", planMask(ether, "", old, [4]byte{255, 255}), 0, "++ v0 10.0.0.1/16 brd 10.0.255.255 metric 7 scope 253 true"},
		{"mask without broadcast", planMask(point, "", old, [4]byte{255, 255}), 0, "++ v0 10.0.0.1/16 brd 10.0.0.255 metric 7 scope 253 true"},
		{"long mask", planMask(ether, "", old, [4]byte{255, 255, 255, 254}), 0, "++ v0 10.0.0.1/31 brd 10.0.0.255 metric 7 scope 253 true"},
		{"no mask", planMask(ether, "", old, [4]byte{}), 0, "++ v0 10.0.0.1/0 brd 255.255.255.255 metric 7 scope 253 true"},
		{"the same mask", planMask(ether, "", old, [4]byte{255, 255, 255}), 0, "--"},
		{"bad mask", planMask(ether, "", old, [4]byte{255, 0, 255}), unix.EINVAL, ""},
		{"mask of none", planMask(ether, "", nil, [4]byte{255, 0, 255}), unix.EADDRNOTAVAIL, ""},
	} {
		sign := map[bool]string{false: "-", true: "+"}
		got := sign[c.plan.remove] + sign[c.plan.insert]
		if n := c.plan.next; c.plan.insert {
			got += fmt.Sprintf(" %s %s/%d brd %s metric %d scope %d %v", n.label, dotted(n.local), n.bits, dotted(n.brd), n.metric, n.scope, n.lifetime != nil)
		}
		if c.plan.errno != 0 {
			got = ""
		}
		if c.plan.errno != c.errno || got != c.want {
			t.Errorf("%s: %v %q, want %q", c.name, c.plan.errno, got, c.want)
		}
	}
	if p := planPeer(ether, "", old, b); p.next.peer != b || p.next.local != a {
		t.Errorf("%+v", p)
	}
}

func dotted(a [4]byte) string { return fmt.Sprintf("%d.%d.%d.%d", a[0], a[1], a[2], a[3]) }

// request is one ioctl of a run of them.
type request struct {
	ioctl string // or "flags"
	name  string
	value [4]byte
	flags uint16
}

func (r request) String() string {
	return fmt.Sprintf("%s %s %s %x", r.ioctl, r.name, dotted(r.value), r.flags)
}

// randomRequests are requests on two devices and their aliases, most of which
// can succeed.
func randomRequests(seed uint64, n int) []request {
	r := rand.New(rand.NewPCG(seed, 7))
	one := func(s ...string) string { return s[r.IntN(len(s))] }
	addresses := [][4]byte{{}, {10, 0, 0, 1}, {10, 0, 0, 2}, {10, 0, 1, 1}, {10, 1, 0, 1}, {172, 16, 0, 1}, {192, 168, 0, 1}, {192, 168, 0, 200}, {240, 0, 0, 1}, {224, 0, 0, 1}, {127, 0, 0, 5}, {255, 255, 255, 255}, {0, 0, 0, 5}}
	masks := [][4]byte{{255}, {255, 255}, {255, 255, 255}, {255, 255, 255, 128}, {255, 255, 255, 255}, {255, 255, 255, 254}, {}, {255, 0, 255}}
	var list []request
	for range n {
		q := request{ioctl: one(setsAddress, setsAddress, setsMask, setsMask, setsBroadcast, setsPeer, "flags"), name: one("b0", "b0", "b0:1", "b0:1", "b0:2", "lo", "lo:1", "b9", "b9:1")}
		q.value = addresses[r.IntN(len(addresses))]
		switch q.ioctl {
		case setsMask:
			q.value = masks[r.IntN(len(masks))]
		case "flags":
			q.flags = []uint16{unix.IFF_UP, unix.IFF_UP | unix.IFF_BROADCAST, 0, unix.IFF_UP | unix.IFF_NOARP | unix.IFF_MULTICAST}[r.IntN(4)]
		}
		list = append(list, q)
	}
	return list
}

// byIoctl makes the request by ioctl.
func byIoctl(q request) error {
	b := netdev.Named(q.name)
	number := map[string]uintptr{setsAddress: unix.SIOCSIFADDR, setsMask: unix.SIOCSIFNETMASK, setsBroadcast: unix.SIOCSIFBRDADDR, setsPeer: unix.SIOCSIFDSTADDR, "flags": unix.SIOCSIFFLAGS}[q.ioctl]
	if q.ioctl == "flags" {
		native.PutUint16(b[16:], q.flags)
	} else {
		native.PutUint16(b[16:], unix.AF_INET)
		copy(b[20:], q.value[:])
	}
	return netdev.StructIoctl(unix.AF_INET, number, &b)
}

// byNetlink makes the request as the applet does.
func byNetlink(conn rtnl.Conn, q request) error {
	if q.ioctl != "flags" {
		return sendInet(conn, q.name, plannerOf(q.ioctl), q.value)
	}
	s, err := readOne(conn, q.name)
	switch {
	case err != nil:
		return err
	case isAlias(q.name):
		return changeAlias(conn, s, q.name, q.flags)
	}
	return changeDevice(conn, s.devices[0].index, q.flags)
}

// trace makes the requests in a namespace of its own and tells what each did:
// its errno, then all addresses, the flags of the devices and the routes.
func trace(t *testing.T, list []request, do func(rtnl.Conn, request) error) (steps []string) {
	nstest.World(t, func() {
		conn, err := rtnl.Open(rtnl.Options{})
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		r := rtnl.NewRequest(unix.RTM_NEWLINK, unix.NLM_F_CREATE|unix.NLM_F_EXCL)
		r.Link(unix.AF_UNSPEC, 0, 100, unix.IFF_UP, unix.IFF_UP)
		r.Str(unix.IFLA_IFNAME, "b0")
		r.Attr(unix.IFLA_ADDRESS, []byte{2, 0, 0, 0, 0, 1})
		info := r.Nest(unix.IFLA_LINKINFO)
		r.Text(unix.IFLA_INFO_KIND, "bridge")
		r.End(info)
		if err := conn.Do(r, nil); err != nil {
			t.Skip("no bridge here: ", err)
		}
		for _, q := range list {
			errno := errnoOf(do(conn, q))
			steps = append(steps, fmt.Sprintf("%v: %v\n%s", q, errno, state(conn)))
		}
	})
	return steps
}

func state(conn rtnl.Conn) string {
	var b strings.Builder
	s, err := readAll(conn)
	if err != nil {
		return err.Error()
	}
	for _, a := range s.addresses {
		fmt.Fprintf(&b, "%+v\n", a)
	}
	for _, d := range s.devices {
		fmt.Fprintf(&b, "%s %x\n", d.name, d.flags&0xffff&^unix.IFF_RUNNING)
	}
	r := rtnl.NewRequest(unix.RTM_GETROUTE, 0)
	r.Body((&[unix.SizeofRtMsg]byte{unix.AF_INET})[:])
	conn.Dump(r, func(m *rtnl.Msg) error {
		clear(m.Data[8:unix.SizeofRtMsg]) // whether the link is seen to be down yet
		fmt.Fprintf(&b, "route %x\n", m.Data)
		return nil
	})
	return b.String()
}

// TestAsIoctl: what goes over rtnetlink does what the ioctl does, to addresses,
// flags and routes, and fails as it does.
func TestAsIoctl(t *testing.T) {
	for seed := range uint64(12) {
		list := randomRequests(seed, 40)
		want := trace(t, list, func(_ rtnl.Conn, q request) error { return byIoctl(q) })
		got := trace(t, list, byNetlink)
		for i := range want {
			if got[i] != want[i] {
				t.Fatalf("seed %d, step %d: got\n%s\nwant\n%s\nafter\n%s", seed, i, got[i], want[i], want[max(i-1, 0)])
			}
		}
	}
}
