package link_test

import (
	"encoding/binary"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/link"
	"github.com/nlbox/nlbox/ipcmd/object/objecttest"
)

var mains = objecttest.Mains{"link": link.Main}

// The commands that cases are rendered with.
var (
	allForms = []string{
		"ip link show", "ip -o link show", "ip -br link show", "ip -c link show",
		"ip -s link show", "ip -s -s link show", "ip -s -s -h link show", "ip -s -h -iec link show",
		"ip -d link show", "ip -o -d link show", "ip -d -c link show", "ip -d -N link show",
		"ip -j link show", "ip -j -p -d link show", "ip -s -s -j link show", "ip -br -j link show",
		"ip -br -c link show",
	}
	kindForms  = []string{"ip -d link show", "ip -d -o link show", "ip -d -j -p link show"}
	statsForms = []string{
		"ip -s link show", "ip -s -s link show", "ip -s -h link show", "ip -s -s -h -iec link show",
		"ip -s -s -o link show", "ip -s -s -j -p link show",
	}
)

// render compares a case with its golden.
func render(t *testing.T, name string, commands []string, build func(*objecttest.Stream)) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		var s objecttest.Stream
		build(&s)
		objecttest.Golden(t, "testdata/render/"+name+".golden", &s, mains, commands...)
	})
}

// kind renders a link of a kind, and one without any attributes of the kind.
func kind(t *testing.T, name string, attrs func(r *rtnl.Request)) {
	t.Helper()
	render(t, name, kindForms, func(s *objecttest.Stream) {
		s.Link(7, "full0", func(r *rtnl.Request) {
			objecttest.Kind(r, name, func() { attrs(r) })
		})
		s.Link(8, "empty0", func(r *rtnl.Request) { objecttest.Kind(r, name, func() {}) })
	})
}

// slave renders a port of a kind of master.
func slave(t *testing.T, name string, attrs func(r *rtnl.Request)) {
	t.Helper()
	render(t, name+"_slave", kindForms, func(s *objecttest.Stream) {
		s.Link(7, "full0", func(r *rtnl.Request) {
			r.U32(unix.IFLA_MASTER, 8)
			objecttest.Slave(r, name, func() { attrs(r) })
		})
		s.Link(8, "empty0", func(r *rtnl.Request) { objecttest.Slave(r, name, nil) })
	})
}

var (
	mac  = []byte{0x02, 0, 0, 0, 0, 0x10}
	mac2 = []byte{0x02, 0, 0, 0xab, 0, 0x11}
	v4   = []byte{10, 0, 0, 1}
	v4b  = []byte{192, 0, 2, 7}
	v6   = []byte{0xfd, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5}
	v6b  = []byte{0x20, 1, 0xd, 0xb8, 15: 9}
)

// words lays out a struct of numbers of 32 bits.
func words(n ...uint32) (b []byte) {
	for _, v := range n {
		b = binary.NativeEndian.AppendUint32(b, v)
	}
	return b
}

// counters lays out statistics of n numbers, each larger than the one before.
func counters(n int, factor uint64) (b []byte) {
	v := uint64(3)
	for range n {
		b = binary.NativeEndian.AppendUint64(b, v)
		v = v * factor % 1_000_000_007
	}
	return b
}

func TestHead(t *testing.T) {
	render(t, "head", allForms, func(s *objecttest.Stream) {
		s.LinkOf(unix.ARPHRD_LOOPBACK, unix.IFF_UP|unix.IFF_RUNNING|unix.IFF_LOOPBACK|unix.IFF_LOWER_UP, 1, "lo", func(r *rtnl.Request) {
			r.U32(unix.IFLA_MTU, 65536)
			r.Str(unix.IFLA_QDISC, "noqueue")
			r.U8(unix.IFLA_OPERSTATE, 0)
			r.U8(unix.IFLA_LINKMODE, 0)
			r.U32(unix.IFLA_GROUP, 0)
			r.Attr(unix.IFLA_ADDRESS, make([]byte, 6))
			r.Attr(unix.IFLA_BROADCAST, make([]byte, 6))
			r.Attr(unix.IFLA_STATS64, make([]byte, 25*8))
		})
		s.Link(2, "eth0", everything)
		s.LinkOf(unix.ARPHRD_NONE, unix.IFF_POINTOPOINT|unix.IFF_NOARP, 3, "tun0", func(r *rtnl.Request) {
			r.U8(unix.IFLA_OPERSTATE, 2)
			r.U32(unix.IFLA_MASTER, 99)
		})
		s.LinkOf(unix.ARPHRD_TUNNEL, unix.IFF_UP|unix.IFF_POINTOPOINT|unix.IFF_NOARP, 4, "tunl1", func(r *rtnl.Request) {
			r.U32(unix.IFLA_LINK, 0)
			r.Attr(unix.IFLA_ADDRESS, v4)
			r.Attr(unix.IFLA_BROADCAST, v4b)
			r.U8(unix.IFLA_OPERSTATE, 77)
			r.U8(unix.IFLA_LINKMODE, 9)
		})
		s.LinkOf(unix.ARPHRD_TUNNEL6, 0xffffffff, 5, "ip6tnl1", func(r *rtnl.Request) {
			r.U32(unix.IFLA_LINK, 3)
			r.Attr(unix.IFLA_ADDRESS, v6)
			r.Attr(unix.IFLA_BROADCAST, v6b)
		})
		s.LinkOf(12345, unix.IFF_UP|0x80000, 6, "odd0", func(r *rtnl.Request) {
			r.U32(unix.IFLA_LINK, 44)
			r.U32(unix.IFLA_LINK_NETNSID, 5)
			r.U32(unix.IFLA_EVENT, 4)
		})
		s.Link(8, "odd1", func(r *rtnl.Request) {
			r.U32(unix.IFLA_LINK, 45)
			r.U32(unix.IFLA_LINK_NETNSID, 0xffffffff)
			r.U32(unix.IFLA_EVENT, 99)
			r.U32(unix.IFLA_NEW_NETNSID, 3)
			r.U32(unix.IFLA_NEW_IFINDEX, 12)
			r.U8(unix.IFLA_PROTO_DOWN, 0)
		})
	})
}

// everything appends the attributes that every kind of link has.
func everything(r *rtnl.Request) {
	r.U32(unix.IFLA_MTU, 1500)
	r.Str(unix.IFLA_QDISC, "fq_codel")
	r.U32(unix.IFLA_MASTER, 1)
	r.U32(unix.IFLA_LINK, 1)
	r.U8(unix.IFLA_OPERSTATE, 6)
	r.U8(unix.IFLA_LINKMODE, 1)
	r.U32(unix.IFLA_GROUP, 77)
	r.Attr(unix.IFLA_ADDRESS, mac)
	r.Attr(unix.IFLA_BROADCAST, []byte{255, 255, 255, 255, 255, 255})
	r.Attr(unix.IFLA_PERM_ADDRESS, mac2)
	r.U8(unix.IFLA_PROTO_DOWN, 1)
	objecttest.Nest(r, unix.IFLA_PROTO_DOWN_REASON, func() { r.U32(unix.IFLA_PROTO_DOWN_REASON_VALUE, 0x85) })
	for i, attr := range []uint16{
		unix.IFLA_PROMISCUITY, unix.IFLA_ALLMULTI, unix.IFLA_MIN_MTU, unix.IFLA_MAX_MTU,
		unix.IFLA_NUM_TX_QUEUES, unix.IFLA_NUM_RX_QUEUES, unix.IFLA_GSO_MAX_SIZE, unix.IFLA_GSO_MAX_SEGS,
		unix.IFLA_TSO_MAX_SIZE, unix.IFLA_TSO_MAX_SEGS, unix.IFLA_GRO_MAX_SIZE, unix.IFLA_CARRIER_CHANGES,
	} {
		r.U32(attr, uint32(i*i*1000))
	}
	r.Attr(unix.IFLA_PHYS_PORT_ID, []byte{1, 2, 0xab})
	r.Str(unix.IFLA_PHYS_PORT_NAME, "p0")
	r.Attr(unix.IFLA_PHYS_SWITCH_ID, []byte{0xff, 0, 1, 2})
	r.Str(unix.IFLA_PARENT_DEV_BUS_NAME, "pci")
	r.Str(unix.IFLA_PARENT_DEV_NAME, "0000:00:01.0")
	r.Str(unix.IFLA_IFALIAS, `an "alias" \ with	tab`)
	objecttest.Nest(r, unix.IFLA_AF_SPEC, func() {
		objecttest.Nest(r, unix.AF_INET, func() {})
		objecttest.Nest(r, unix.AF_INET6, func() { r.U8(unix.IFLA_INET6_ADDR_GEN_MODE, 3) })
	})
	objecttest.Nest(r, unix.IFLA_PROP_LIST, func() {
		r.Str(unix.IFLA_ALT_IFNAME, "enp1s0")
		r.Str(unix.IFLA_ALT_IFNAME, "a-name-that-is-longer-than-others")
	})
	r.Attr(unix.IFLA_STATS64, counters(25, 7))
	objecttest.Kind(r, "veth", nil)
}

func TestStats(t *testing.T) {
	render(t, "stats", statsForms, func(s *objecttest.Stream) {
		for i, factor := range []uint64{0, 2, 31, 1009, 65537} {
			s.Link(int32(i+1), "s"+string(rune('0'+i)), func(r *rtnl.Request) {
				r.Attr(unix.IFLA_STATS64, counters(25, factor))
				if i%2 == 0 {
					r.U32(unix.IFLA_CARRIER_CHANGES, uint32(i*1234567))
				}
			})
		}
		s.Link(9, "large", func(r *rtnl.Request) {
			b := make([]byte, 25*8)
			for i := range 25 {
				binary.NativeEndian.PutUint64(b[8*i:], ^uint64(0)>>i)
			}
			r.Attr(unix.IFLA_STATS64, b)
		})
		s.Link(10, "short", func(r *rtnl.Request) { r.Attr(unix.IFLA_STATS64, counters(23, 31)) })
		s.Link(11, "none", nil)
	})
}

func TestAddrGenModes(t *testing.T) {
	render(t, "addrgenmode", []string{"ip -d link show", "ip -d -j link show"}, func(s *objecttest.Stream) {
		for i, mode := range []uint8{0, 1, 2, 3, 4, 0xfe} {
			s.Link(int32(i+1), "m"+string(rune('0'+i)), func(r *rtnl.Request) {
				objecttest.Nest(r, unix.IFLA_AF_SPEC, func() {
					objecttest.Nest(r, unix.AF_INET6, func() { r.U8(unix.IFLA_INET6_ADDR_GEN_MODE, mode) })
				})
			})
		}
	})
}

func TestVirtualFunctions(t *testing.T) {
	commands := []string{"ip link show", "ip -s link show", "ip -o link show", "ip -j -p link show", "ip -s -j link show"}
	render(t, "vf", commands, func(s *objecttest.Stream) {
		s.Link(1, "full", func(r *rtnl.Request) {
			r.U32(unix.IFLA_NUM_VF, 2)
			objecttest.Nest(r, unix.IFLA_VFINFO_LIST, func() {
				for vf := range uint32(2) {
					objecttest.Nest(r, unix.IFLA_VF_INFO, func() { virtualFunction(r, vf) })
				}
			})
		})
		s.LinkOf(unix.ARPHRD_INFINIBAND, unix.IFF_UP, 2, "missing", func(r *rtnl.Request) {
			r.U32(unix.IFLA_NUM_VF, 3)
			objecttest.Nest(r, unix.IFLA_VFINFO_LIST, func() {
				objecttest.Nest(r, unix.IFLA_VF_INFO, func() {
					r.Attr(unix.IFLA_VF_MAC, append(words(0), make([]byte, 32)...))
					r.Attr(unix.IFLA_VF_VLAN, words(0, 5, 3))
					r.Attr(unix.IFLA_VF_TX_RATE, words(0, 0))
				})
			})
		})
	})
}

func virtualFunction(r *rtnl.Request, vf uint32) {
	room := make([]byte, 32)
	copy(room, mac)
	r.Attr(unix.IFLA_VF_MAC, append(words(vf), room...))
	r.Attr(unix.IFLA_VF_BROADCAST, room)
	r.Attr(unix.IFLA_VF_VLAN, words(vf, 0, 0))
	objecttest.Nest(r, unix.IFLA_VF_VLAN_LIST, func() {
		r.Attr(unix.IFLA_VF_VLAN_INFO, append(words(vf, 100, vf), 0x81, 0, 0, 0))
		r.Attr(unix.IFLA_VF_VLAN_INFO, append(words(vf, 200, 7), 0x88, 0xa8, 0, 0))
	})
	r.Attr(unix.IFLA_VF_TX_RATE, words(vf, 1000*vf))
	r.Attr(unix.IFLA_VF_RATE, words(vf, 10*vf, 500))
	r.Attr(unix.IFLA_VF_SPOOFCHK, words(vf, vf))
	r.Attr(unix.IFLA_VF_LINK_STATE, words(vf, vf))
	r.Attr(unix.IFLA_VF_TRUST, words(vf, 1-vf))
	r.Attr(unix.IFLA_VF_RSS_QUERY_EN, words(vf, vf-1))
	guid := binary.NativeEndian.AppendUint64(words(vf, 0), 0x0102030405060708)
	r.Attr(unix.IFLA_VF_IB_NODE_GUID, guid)
	r.Attr(unix.IFLA_VF_IB_PORT_GUID, guid)
	objecttest.Nest(r, unix.IFLA_VF_STATS, func() {
		for i, attr := range []uint16{
			unix.IFLA_VF_STATS_RX_PACKETS, unix.IFLA_VF_STATS_TX_PACKETS, unix.IFLA_VF_STATS_RX_BYTES,
			unix.IFLA_VF_STATS_TX_BYTES, unix.IFLA_VF_STATS_BROADCAST, unix.IFLA_VF_STATS_MULTICAST,
		} {
			r.U64(attr, uint64(i)*1234567)
		}
		if vf == 1 {
			r.U64(unix.IFLA_VF_STATS_RX_DROPPED, 5)
			r.U64(unix.IFLA_VF_STATS_TX_DROPPED, 6)
		}
	})
}

func TestXDP(t *testing.T) {
	commands := []string{"ip link show", "ip -d link show", "ip -j link show", "ip -d -j -p link show"}
	render(t, "xdp", commands, func(s *objecttest.Stream) {
		for mode := range uint8(6) {
			s.Link(int32(mode)+1, "x"+string(rune('0'+mode)), func(r *rtnl.Request) {
				objecttest.Nest(r, unix.IFLA_XDP, func() {
					r.U8(unix.IFLA_XDP_ATTACHED, mode)
					if mode == 4 {
						r.U32(unix.IFLA_XDP_SKB_PROG_ID, 4000000001)
						r.U32(unix.IFLA_XDP_HW_PROG_ID, 4000000002)
						return
					}
					r.U32(unix.IFLA_XDP_PROG_ID, 4000000003)
				})
			})
		}
	})
}
