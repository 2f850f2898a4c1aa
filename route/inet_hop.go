package route

import (
	"encoding/binary"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// inetHop is the first hop of an IPv4 route.
type inetHop struct {
	device  int32 // 0 for none
	gateway [4]byte
	// via tells that there is a gateway, be it an IPv6 one.
	via bool
	// object is the number of the nexthop object that has the rest, 0 for
	// none.
	object uint32
}

// firstInetHop reads the hop of a route, or the first of several.
func firstInetHop(at rtnl.Attrs) (hop inetHop) {
	if hops := at.Get(unix.RTA_MULTIPATH); len(hops) >= unix.SizeofRtNexthop {
		n := min(int(binary.NativeEndian.Uint16(hops)), len(hops))
		hop.device = int32(binary.NativeEndian.Uint32(hops[4:]))
		for typ, v := range rtnl.All(hops[unix.SizeofRtNexthop:max(n, unix.SizeofRtNexthop)]) {
			hop.setGateway(typ, v)
		}
		return hop
	}
	hop.device, _ = at.S32(unix.RTA_OIF)
	hop.setGateway(unix.RTA_GATEWAY, at.Get(unix.RTA_GATEWAY))
	hop.setGateway(unix.RTA_VIA, at.Get(unix.RTA_VIA))
	if hop.device == 0 {
		hop.object, _ = at.U32(rtaNHID)
	}
	return hop
}

// setGateway takes an attribute that may be the gateway: its address, or, as
// RTA_VIA, its family and address.
func (hop *inetHop) setGateway(typ uint16, v []byte) {
	family := uint16(unix.AF_INET)
	switch {
	case typ == unix.RTA_VIA && len(v) > 2:
		family, v = binary.NativeEndian.Uint16(v), v[2:]
	case typ != unix.RTA_GATEWAY:
		return
	}
	if len(v) < 4 {
		return
	}
	// Of an IPv6 address the kernel looks at the first four bytes.
	hop.via = binary.NativeEndian.Uint32(v) != 0
	if family == unix.AF_INET {
		copy(hop.gateway[:], v)
	}
}

// Attributes of a nexthop object (linux/nexthop.h).
const (
	nhaID      = 1
	nhaGroup   = 2
	nhaOIF     = 5
	nhaGateway = 6
	nhaMax     = nhaGateway

	sizeofNhMsg = 8
)

// lookUpHop asks for the nexthop object of a route: the kernel leaves its
// contents out of routes if net.ipv4.nexthop_compat_mode is 0. Of a group the
// first member counts.
func lookUpHop(env *applet.Env, hop *inetHop) error {
	conn, err := connect(env)
	if err != nil {
		return err
	}
	defer conn.Close()
	for range 2 {
		r := rtnl.NewRequest(unix.RTM_GETNEXTHOP, 0)
		r.Body(make([]byte, sizeofNhMsg))
		r.U32(nhaID, hop.object)
		err := conn.Get(r, func(m *rtnl.Msg) error {
			hop.parseObject(m)
			return nil
		})
		if err != nil || hop.device != 0 {
			break
		}
	}
	return nil
}

// parseObject reads a nexthop object. A group leaves the number of its first
// member.
func (hop *inetHop) parseObject(m *rtnl.Msg) {
	if m.Type != unix.RTM_NEWNEXTHOP || len(m.Data) < sizeofNhMsg {
		return
	}
	var tb [nhaMax + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(m.Data[sizeofNhMsg:])
	if group := at.Get(nhaGroup); len(group) >= 4 {
		hop.object = binary.NativeEndian.Uint32(group)
		return
	}
	hop.device, _ = at.S32(nhaOIF)
	if v := at.Get(nhaGateway); len(v) == 4 {
		hop.setGateway(unix.RTA_GATEWAY, v)
	} else if len(v) == 16 {
		hop.via = binary.NativeEndian.Uint32(v) != 0
	}
}
