package link_test

import (
	"encoding/binary"
	"hash/fnv"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object/objecttest"
)

// variants of a kind in its golden.
const variants = 12

// schemas are the attributes of kinds, by the kernel's headers: for each its
// number, a colon, and what it holds. Those joined by a plus are there together
// or not at all: the original reads the others where it has found the first. A
// kind that begins with a plus is that of a port.
func schemas() map[string]string {
	const (
		encap   = " 14:u16+15:u16+16:be16+17:be16"
		gre     = "1:index 2:greflags 3:greflags 4:be32+5:be32 6:ADDR 7:ADDR 8:u8 9:u8 10:u8 11:u8 12:be32 13:u32" + encap + " 18:flag? 19:u8 20:u32 21:u32 22:version 23:u8 24:u16"
		tunnel  = "1:index 2:ADDR 3:ADDR 4:u8 5:u8 6:u8 7:be32 8:FLAGS 9:proto 10:u8 11:in6+12:in4+13:u16+14:u16 15:u16+16:u16+17:be16+18:be16 19:flag? 20:u32"
		vti     = "1:index 2:be32 3:be32 4:ADDR 5:ADDR 6:u32"
		ipvlan  = "1:u16 2:u16"
		macvlan = "1:bit32 2:u16 3:u32 4:mac 5:macs+6:u32 7:u32 8:u32 9:u32"
		timing  = "words8"
	)
	with := func(schema string, pairs ...string) string { return strings.NewReplacer(pairs...).Replace(schema) }
	v4, v6 := []string{"ADDR", "in4", "FLAGS", "u16"}, []string{"ADDR", "in6", "FLAGS", "u32"}
	return map[string]string{
		"bridge": "1:u32 2:u32 3:u32 4:u32 5:u32 6:u16 7:u8 8:ether 9:u16 10:id+11:id 12:u16 13:u32 14:u8 15:u8 16:u64 17:u64 18:u64 19:u64 20:mac " +
			"22:u8 23:u8 24:u8 25:u8 26:u32 27:u32 28:u32 29:u32 30:u64 31:u64 32:u64 33:u64 34:u64 35:u64 36:u8 37:u8 38:u8 39:u16 " +
			"41:u8 42:u8 43:u8 44:u8 45:u8 46:words2",
		"+bridge": "1:u8 2:u16 3:u32 4:u8 5:u8 6:u8 7:u8 8:u8 9:u8 10:u8 11:u8 12:u8 13:id 14:id 15:u16 16:u16 17:u16 18:u16 19:u8 20:u8 " +
			"21:u64 22:u64 23:u64 25:u8 27:u8 28:u8 29:u8 30:u8 31:u16 32:u8 33:u8 34:index 35:u8 36:u8 37:u32 38:u32 39:u8 40:u8 44:u32",
		"vxlan": "1:u32 2:in4? 3:index 4:in4? 5:u8 6:u8 7:u8 8:u32 9:u32 10:ports 11:u8 12:u8 13:u8 14:u8 15:be16 16:in6? 17:in6? 18:u8 19:u8 20:u8 " +
			"21:u8 22:u8 23:flag 24:flag 25:u8? 26:be32 27:flag? 28:u8? 29:u8 30:u8",
		"macvlan": macvlan, "macvtap": macvlan,
		"vlan": "1:u16 2:words2 3:qos 4:qos 5:ether",
		"vrf":  "1:u32", "+vrf": "1:u32",
		"bond": "1:u8 2:index 3:u32 4:u32 5:u32 6:u8 7:u32 8:targets4 9:u32 10:u32 11:index 12:u8 13:u8 14:u8 15:u32 16:u8 17:u8 18:u32 19:u32 20:u32 " +
			"21:u8 22:u8 23:ad 24:u16 25:u16 26:mac 27:u8 28:u32 29:u8 30:u8 31:targets6",
		"+bond":  "1:u8 2:u8 3:u32 4:mac 5:u16 6:u16 7:u8 8:u16 9:u32",
		"tun":    "1:user 2:user 3:u8 4:u8 5:u8 6:u8 7:u8 8:u32 9:u32",
		"ipvlan": ipvlan, "ipvtap": ipvlan,
		"gre": with(gre, v4...), "gretap": with(gre, v4...), "erspan": with(gre, v4...),
		"ip6gre": with(gre, v6...), "ip6gretap": with(gre, v6...), "ip6erspan": with(gre, v6...),
		"ipip": with(tunnel, v4...), "sit": with(tunnel, v4...), "ip6tnl": with(tunnel, v6...),
		"vti": with(vti, v4...), "vti6": with(vti, v6...),
		"geneve":  "1:u32 2:in4? 3:u8 4:u8 5:be16 6:flag? 7:in6? 8:u8 9:u8 10:u8 11:be32 12:u8? 13:u8 14:flag",
		"xfrm":    "1:index 2:u32 3:flag?",
		"hsr":     "1:index 2:index 3:u8 4:mac 5:u16 6:u8 7:u8",
		"can":     "1:" + timing + " 2:limits 3:u32 4:u32 5:words2 6:u32 7:u32 8:u32 9:" + timing + " 10:limits 11:u16 12:list16 13:list32? 14:list32? 15:u32 16:tdc 17:nested",
		"macsec":  "1:id 2:be16 3:u8 4:cipher 5:u32 6:u8 7:u8 8:u8 9:u8 10:u8 11:u8 12:u8 13:u8 15:u8",
		"bareudp": "1:be16 2:ether 3:u16 4:flag",
		"amt":     "1:bool32 2:be16 3:be16 4:index 5:in4 6:in4 7:in4 8:u32",
		"gtp":     "3:u32 4:bool32 6:u8",
		"rmnet":   "1:u16 2:words2", "ipoib": "1:u16 2:u16 3:u16", "dsa": "1:index", "wwan": "1:u32",
		// Kinds of which nothing is shown.
		"batadv": "1:u8", "netkit": "1:u8 2:u32 3:u32", "wireguard": "1:u32", "team": "1:u32", "+team": "1:u32",
		"veth": "1:u32", "dummy": "1:u32", "ifb": "1:u32", "vcan": "1:u32", "vxcan": "1:u32", "nlmon": "1:u32",
		"netdevsim": "1:u32", "virt_wifi": "1:u32", "ovpn": "1:u8",
	}
}

// source draws what attributes hold. It is the same on every machine.
type source struct{ *rand.PCG }

func (s source) below(n int) int { return int(s.Uint64() % uint64(n)) }

// number is a number of n bytes, a small one or one at an end more often than not.
func (s source) number(n int) uint64 {
	most := ^uint64(0) >> (64 - 8*n)
	switch s.below(5) {
	case 0:
		return uint64(s.below(10))
	case 1:
		return most
	case 2:
		return most - uint64(s.below(300))&most
	case 3:
		return 1 << s.below(8*n)
	}
	return s.Uint64() & most
}

func (s source) bytes(n int) []byte {
	b := make([]byte, n)
	if s.below(6) == 0 {
		return b
	}
	for i := range b {
		if b[i] = byte(s.Uint64()); s.below(4) == 0 {
			b[i] = 0
		}
	}
	return b
}

func (s source) words(n int) (b []byte) {
	for range n {
		b = binary.NativeEndian.AppendUint32(b, uint32(s.number(4)))
	}
	return b
}

// put appends an attribute. "?" is one that is not often there.
func (s source) put(r *rtnl.Request, attr uint16, what string) {
	if rest, rare := strings.CutSuffix(what, "?"); rare {
		if what = rest; s.below(3) > 0 {
			return
		}
	}
	list := func(most int, one func(i uint16)) {
		objecttest.Nest(r, attr, func() {
			for i := range s.below(most + 1) {
				one(uint16(i))
			}
		})
	}
	switch what {
	case "flag":
		r.Flag(attr)
	case "u8":
		r.U8(attr, uint8(s.number(1)))
	case "u16":
		r.U16(attr, uint16(s.number(2)))
	case "u32":
		r.U32(attr, uint32(s.number(4)))
	case "u64":
		r.U64(attr, s.number(8))
	case "be16":
		r.BE16(attr, uint16(s.number(2)))
	case "be32":
		r.BE32(attr, uint32(s.number(4)))
	case "bit32":
		r.U32(attr, 1<<s.below(6))
	case "bool32":
		r.U32(attr, uint32(s.below(2)))
	case "index":
		r.U32(attr, []uint32{0, 7, 7, 9, 77}[s.below(5)])
	case "user":
		r.U32(attr, []uint32{0, 3999999998}[s.below(2)])
	case "proto":
		r.U8(attr, []uint8{0, 4, 41, 47, 137}[s.below(5)])
	case "version":
		r.U8(attr, uint8(s.below(4)))
	case "greflags":
		r.BE16(attr, []uint16{0, 0x1000, 0x2000, 0x8000, 0xb000, 0xffff}[s.below(6)])
	case "ether":
		r.BE16(attr, []uint16{0x800, 0x8100, 0x88a8, 0x86dd, 0x1234, 0}[s.below(6)])
	case "cipher":
		r.U64(attr, 0x0080c20001000000+uint64(s.below(6)))
	case "id":
		r.Attr(attr, []byte{0x80, 1, 2, 0, 0, 0, 0xab, 9})
	case "mac":
		r.Attr(attr, s.bytes(6))
	case "in4":
		r.Attr(attr, s.bytes(4))
	case "in6":
		r.Attr(attr, s.bytes(16))
	case "ports":
		r.Attr(attr, s.bytes(4))
	case "words2":
		r.Attr(attr, s.words(2))
	case "words8":
		r.Attr(attr, s.words(8))
	case "limits":
		r.Attr(attr, append([]byte("m_can\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"), s.words(8)...))
	case "list16":
		r.Attr(attr, s.bytes(2*(1+s.below(4))))
	case "list32":
		r.Attr(attr, s.words(1+s.below(14)))
	case "macs":
		list(3, func(uint16) { r.Attr(4, s.bytes(6)) })
	case "qos":
		list(3, func(uint16) { r.Attr(1, s.words(2)) })
	case "targets4":
		list(4, func(i uint16) { r.Attr(i, s.bytes(4)) })
	case "targets6":
		list(4, func(i uint16) { r.Attr(i, s.bytes(16)) })
	case "ad":
		objecttest.Nest(r, attr, func() { s.fill(r, "1:u16 2:u16 3:u16 4:u16 5:mac") })
	case "tdc":
		objecttest.Nest(r, attr, func() { s.fill(r, "1:u32 2:u32 3:u32 4:u32 5:u32 6:u32 7:u32 8:u32 9:u32") })
	case "nested":
		objecttest.Nest(r, attr, func() { s.fill(r, "1:u32") })
	default:
		panic("no attribute " + what)
	}
}

// fill appends some attributes of a schema: few, half, or nearly all.
func (s source) fill(r *rtnl.Request, schema string) {
	share := []int{2, 5, 9}[s.below(3)]
	for _, group := range strings.Fields(schema) {
		if s.below(10) >= share {
			continue
		}
		for _, one := range strings.Split(group, "+") {
			number, what, _ := strings.Cut(one, ":")
			attr, err := strconv.ParseUint(number, 10, 16)
			if err != nil {
				panic(err)
			}
			s.put(r, uint16(attr), what)
		}
	}
}

// variantStream has n links of a kind.
func variantStream(kind string, n int) *objecttest.Stream {
	h := fnv.New64()
	h.Write([]byte(kind))
	s := source{rand.NewPCG(h.Sum64(), 1)}
	schema := schemas()[kind]
	var stream objecttest.Stream
	stream.Link(7, "seven", nil)
	for i := range n {
		stream.Link(100+int32(i), "v"+strconv.Itoa(i), func(r *rtnl.Request) {
			if port, ok := strings.CutPrefix(kind, "+"); ok {
				objecttest.Slave(r, port, func() { s.fill(r, schema) })
			} else {
				objecttest.Kind(r, kind, func() { s.fill(r, schema) })
			}
		})
	}
	return &stream
}

// TestVariants renders links of every kind with changing attributes.
func TestVariants(t *testing.T) {
	for kind := range schemas() {
		t.Run(kind, func(t *testing.T) {
			name := strings.Replace(kind, "+", "port_of_", 1)
			objecttest.Golden(t, "testdata/variants/"+name+".golden", variantStream(kind, variants), mains,
				"ip -d link show", "ip -d -j link show")
		})
	}
}

// TestMTU renders sizes that a signed number has no room for.
func TestMTU(t *testing.T) {
	render(t, "mtu", []string{"ip link show", "ip -d link show", "ip -d -j link show"}, func(s *objecttest.Stream) {
		for i, mtu := range []uint32{0, 1<<31 - 1, 1 << 31, 1<<32 - 1} {
			s.Link(int32(i+1), "m"+strconv.Itoa(i), func(r *rtnl.Request) {
				r.U32(unix.IFLA_MTU, mtu)
				r.U32(unix.IFLA_MIN_MTU, mtu)
				r.U32(unix.IFLA_MAX_MTU, mtu)
			})
		}
	})
}
