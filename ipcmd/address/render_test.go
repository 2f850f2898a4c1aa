package address_test

import (
	"encoding/binary"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/address"
	"github.com/nlbox/nlbox/ipcmd/object/objecttest"
)

var mains = objecttest.Mains{"addr": address.Main}

var (
	v4    = []byte{10, 0, 0, 1}
	v4b   = []byte{192, 0, 2, 7}
	v6    = []byte{0xfd, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5}
	v6b   = []byte{0x20, 1, 0xd, 0xb8, 15: 9}
	local = []byte{0xfe, 0x80, 15: 1}
)

func render(t *testing.T, name string, build func(*objecttest.Stream), commands ...string) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		var s objecttest.Stream
		build(&s)
		objecttest.Golden(t, "testdata/render/"+name+".golden", &s, mains, commands...)
	})
}

// lifetimes appends a struct ifa_cacheinfo.
func lifetimes(r *rtnl.Request, preferred, valid uint32) {
	b := binary.NativeEndian.AppendUint32(nil, preferred)
	b = binary.NativeEndian.AppendUint32(b, valid)
	r.Attr(unix.IFA_CACHEINFO, append(b, make([]byte, 8)...))
}

// lab is a host with addresses of all sorts; those of one family come together,
// as in a dump.
func lab(s *objecttest.Stream) {
	s.LinkOf(unix.ARPHRD_LOOPBACK, unix.IFF_UP|unix.IFF_RUNNING|unix.IFF_LOOPBACK|unix.IFF_LOWER_UP, 1, "lo", func(r *rtnl.Request) {
		r.Attr(unix.IFLA_ADDRESS, make([]byte, 6))
		r.Attr(unix.IFLA_STATS64, make([]byte, 25*8))
	})
	s.Link(2, "eth0", func(r *rtnl.Request) {
		r.U32(unix.IFLA_MTU, 1500)
		r.U32(unix.IFLA_GROUP, 77)
		r.U32(unix.IFLA_MASTER, 4)
		r.Str(unix.IFLA_IFALIAS, "alias")
		r.Attr(unix.IFLA_STATS64, make([]byte, 25*8))
		objecttest.Kind(r, "veth", nil)
	})
	s.LinkOf(unix.ARPHRD_ETHER, unix.IFF_BROADCAST, 3, "down0", nil)
	s.Link(4, "bare0", nil)

	const forever = 0xffffffff
	s.Addr(1, 8, 0x80, unix.RT_SCOPE_HOST, []byte{127, 0, 0, 1}, nil, func(r *rtnl.Request) {
		r.Str(unix.IFA_LABEL, "lo")
		lifetimes(r, forever, forever)
	})
	s.Addr(2, 24, 0x80, 0, v4, nil, func(r *rtnl.Request) {
		r.Attr(unix.IFA_BROADCAST, []byte{10, 0, 0, 255})
		r.Str(unix.IFA_LABEL, "eth0")
		r.U32(unix.IFA_RT_PRIORITY, 77)
		lifetimes(r, forever, forever)
	})
	s.Addr(2, 24, 0x1, unix.RT_SCOPE_LINK, []byte{10, 0, 0, 2}, nil, func(r *rtnl.Request) {
		r.Str(unix.IFA_LABEL, "eth0:1")
		lifetimes(r, 50, 100)
	})
	s.Addr(3, 32, 0x80, 7, v4b, v4, func(r *rtnl.Request) { r.Attr(unix.IFA_ANYCAST, v4b) })
	s.Addr(9, 32, 0x80, 0, v4b, nil, nil) // of no link that is listed

	s.Addr(1, 128, 0x80, unix.RT_SCOPE_HOST, []byte{15: 1}, nil, func(r *rtnl.Request) { lifetimes(r, forever, forever) })
	s.Addr(2, 64, 0, 0, v6, nil, func(r *rtnl.Request) {
		r.U32(unix.IFA_FLAGS, unix.IFA_F_DEPRECATED|unix.IFA_F_MANAGETEMPADDR|unix.IFA_F_NOPREFIXROUTE)
		lifetimes(r, 0xfffffff0, 5000)
	})
	s.Addr(2, 64, 0x41, unix.RT_SCOPE_LINK, local, nil, func(r *rtnl.Request) { r.U32(unix.IFA_FLAGS, 0x10fff) })
	s.Addr(3, 64, 0x80, unix.RT_SCOPE_SITE, v6, v6b, nil)
}

func TestShow(t *testing.T) {
	render(t, "show", lab,
		"ip addr", "ip -o addr", "ip -br addr", "ip -s addr", "ip -d addr", "ip -c addr", "ip -c -br addr",
		"ip -N addr", "ip -4 addr", "ip -6 addr", "ip -4 -br addr", "ip -6 -o addr", "ip -s -s -4 addr",
		"ip -j addr", "ip -j -p addr", "ip -j -o addr", "ip -j -br addr", "ip -j -s addr", "ip -4 -j addr")
}

func TestShowFilters(t *testing.T) {
	render(t, "filters", lab,
		"ip addr show up", "ip addr show dev eth0", "ip addr show eth0 up", "ip addr show down0 up",
		"ip addr show scope link", "ip addr show scope host", "ip addr show scope 7", "ip addr show scope all",
		"ip addr show to 10.0.0.0/24", "ip addr show to fd00::/16", "ip addr show to 10.0.0.1", "ip addr show to 0/0",
		"ip addr show label eth*", "ip addr show label *:1", "ip -j addr show label eth0",
		"ip addr show permanent", "ip addr show dynamic", "ip addr show secondary", "ip addr show primary",
		"ip addr show deprecated", "ip addr show -deprecated", "ip addr show tentative", "ip -6 addr show -tentative",
		"ip addr show group 77", "ip -j addr show group 77", "ip addr show group default",
		"ip addr show master bare0", "ip -j addr show master bare0", "ip addr show type veth", "ip -j addr show type bridge",
		"ip -o addr show up", "ip -br addr show up", "ip -o addr show scope link dev eth0",
		"ip addr show dev nope", "ip addr show dev eth0 dev lo")
}
