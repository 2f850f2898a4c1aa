package route

import (
	"bytes"
	"encoding/binary"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
)

// rtaNHID is RTA_NH_ID (linux/rtnetlink.h), which x/sys/unix lacks.
const rtaNHID = 30

// hop6 is one of several hops of a route.
type hop6 struct {
	gateway [16]byte
	index   uint32
}

// firstHop finds the hop that the ioctl would delete: of a route with several
// hops it takes the first alone, rtnetlink all of them unless it is told the
// gateway. several is false for any other route, and for none.
func (rt *inet6Route) firstHop(conn rtnl.Conn, table uint32, index int32) (hop hop6, several bool, err error) {
	r := rtnl.NewRequest(unix.RTM_GETROUTE, 0)
	r.Body((&[unix.SizeofRtMsg]byte{unix.AF_INET6})[:])
	r.U32(unix.RTA_TABLE, table)
	if index != 0 {
		r.U32(unix.RTA_OIF, uint32(index))
	}
	err = conn.Dump(r, func(m *rtnl.Msg) error {
		var found bool
		if found, hop, several = rt.match(m, table, uint32(index)); found {
			return rtnl.Stop
		}
		return nil
	})
	// A table that does not exist has no route either: the deletion says so.
	if rtnl.Errno(err) != 0 {
		err = nil
	}
	return hop, several, err
}

// match tells whether a message is about the route that is meant, and if it has
// several hops, which one is the first on the device.
func (rt *inet6Route) match(m *rtnl.Msg, table, index uint32) (found bool, hop hop6, several bool) {
	var tb [rtaNHID + 1][]byte
	at := rtnl.Attrs(tb[:])
	if m.Type != unix.RTM_NEWROUTE || len(m.Data) < unix.SizeofRtMsg || m.Data[0] != unix.AF_INET6 || m.Data[1] != rt.prefixLen {
		return false, hop, false
	}
	at.Parse(m.Data[unix.SizeofRtMsg:])
	dst := make([]byte, len(rt.dst))
	copy(dst, at.Get(unix.RTA_DST))
	t, _ := at.U32(unix.RTA_TABLE)
	metric, _ := at.U32(unix.RTA_PRIORITY)
	oif, _ := at.U32(unix.RTA_OIF)
	switch {
	case !bytes.Equal(dst, masked(rt.dst, rt.prefixLen)), t != table:
		return false, hop, false
	case rt.metric != 0 && metric != rt.metric:
		return false, hop, false
	case at.Has(rtaNHID):
		return true, hop, false
	case !at.Has(unix.RTA_MULTIPATH):
		return index == 0 || oif == index, hop, false
	}
	for b := at.Get(unix.RTA_MULTIPATH); len(b) >= unix.SizeofRtNexthop; {
		n := int(binary.NativeEndian.Uint16(b))
		if n < unix.SizeofRtNexthop || n > len(b) {
			break
		}
		hop.index = binary.NativeEndian.Uint32(b[4:])
		if index == 0 || hop.index == index {
			for typ, v := range rtnl.All(b[unix.SizeofRtNexthop:n]) {
				if typ == unix.RTA_GATEWAY {
					copy(hop.gateway[:], v)
				}
			}
			return true, hop, true
		}
		b = b[min((n+3)&^3, len(b)):]
	}
	return false, hop, false
}

// masked is the first bits of an address.
func masked(a [16]byte, bits uint8) []byte {
	for i := range a {
		switch left := int(bits) - 8*i; {
		case left <= 0:
			a[i] = 0
		case left < 8:
			a[i] &^= 0xff >> left
		}
	}
	return a[:]
}
