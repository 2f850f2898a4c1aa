package arp

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
)

const (
	// fibMatch (RTM_F_FIB_MATCH, linux/rtnetlink.h) asks for the route itself
	// and not for what follows from it.
	fibMatch = 0x2000
	// loopback is the index of lo in every namespace (LOOPBACK_IFINDEX).
	loopback = 1
)

// fibRoute is what counts of a route.
type fibRoute struct {
	dst       [4]byte
	length    uint8
	kind      uint8 // RTN_*
	scope     uint8
	metric    uint32
	table     uint32
	device    int32
	reachable bool // a hop is alive
}

// onLink finds the device over which an address is reached without a gateway:
// the kernel's look-up with RT_SCOPE_LINK, which rtnetlink does not offer. The
// route that it would take for a packet will do if it leads to the link; else
// the best one that does is looked for in the tables.
func onLink(conn rtnl.Conn, address [4]byte) (device int32, err error) {
	if address == [4]byte{} {
		return loopback, nil
	}
	r := routeRequest(unix.RTM_GETROUTE, 32, fibMatch)
	r.Attr(unix.RTA_DST, address[:])
	var best fibRoute
	err = conn.Get(r, func(m *rtnl.Msg) error {
		best, _ = parseRoute(m)
		return nil
	})
	if err == nil && best.scope >= unix.RT_SCOPE_LINK {
		return best.leads()
	}
	for _, table := range [...]uint32{unix.RT_TABLE_MAIN, unix.RT_TABLE_DEFAULT} {
		best, found, err := bestOnLink(conn, table, address)
		if err != nil {
			return 0, err
		}
		if found && best.kind != unix.RTN_THROW {
			return best.leads()
		}
	}
	return 0, &rtnl.Error{Errno: unix.ENETUNREACH}
}

// leads is the device that a route leads to, or its refusal.
func (f *fibRoute) leads() (int32, error) {
	switch f.kind {
	case unix.RTN_LOCAL:
		return loopback, nil
	case unix.RTN_BLACKHOLE:
		return 0, &rtnl.Error{Errno: unix.EINVAL}
	case unix.RTN_UNREACHABLE:
		return 0, &rtnl.Error{Errno: unix.EHOSTUNREACH}
	case unix.RTN_PROHIBIT:
		return 0, &rtnl.Error{Errno: unix.EACCES}
	}
	return f.device, nil
}

// bestOnLink finds the longest route of a table to an address that needs no
// gateway.
func bestOnLink(conn rtnl.Conn, table uint32, address [4]byte) (best fibRoute, found bool, err error) {
	r := routeRequest(unix.RTM_GETROUTE, 0, 0)
	r.U32(unix.RTA_TABLE, table)
	err = conn.Dump(r, func(m *rtnl.Msg) error {
		f, ok := parseRoute(m)
		if !ok || f.table != table || f.scope < unix.RT_SCOPE_LINK || !f.covers(address) || !f.usable() {
			return nil
		}
		if !found || f.length > best.length || f.length == best.length && f.metric < best.metric {
			best, found = f, true
		}
		return nil
	})
	if rtnl.Errno(err) != 0 {
		// There is no such table.
		return best, false, nil
	}
	return best, found, err
}

// covers tells whether an address is in the route's network.
func (f *fibRoute) covers(a [4]byte) bool {
	for i := range a {
		left := int(f.length) - 8*i
		if left <= 0 {
			return true
		}
		if (a[i]^f.dst[i])>>max(0, 8-left) != 0 {
			return false
		}
	}
	return true
}

// usable tells whether the route's device is up. Routes that refuse have none.
func (f *fibRoute) usable() bool { return f.kind != unix.RTN_UNICAST || f.reachable }

// routeRequest starts a message with a struct rtmsg for IPv4.
func routeRequest(typ uint16, length uint8, flags uint32) *rtnl.Request {
	r := rtnl.NewRequest(typ, 0)
	head := [unix.SizeofRtMsg]byte{unix.AF_INET, length}
	native.PutUint32(head[8:], flags)
	r.Body(head[:])
	return r
}

// parseRoute reads a route; of several hops the first that is alive.
func parseRoute(m *rtnl.Msg) (f fibRoute, ok bool) {
	if m.Type != unix.RTM_NEWROUTE || len(m.Data) < unix.SizeofRtMsg || m.Data[0] != unix.AF_INET {
		return f, false
	}
	f.length, f.scope, f.kind = m.Data[1], m.Data[6], m.Data[7]
	var tb [unix.RTA_TABLE + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(m.Data[unix.SizeofRtMsg:])
	copy(f.dst[:], at.Get(unix.RTA_DST))
	f.metric, _ = at.U32(unix.RTA_PRIORITY)
	f.table, _ = at.U32(unix.RTA_TABLE)
	f.device, _ = at.S32(unix.RTA_OIF)
	f.reachable = native.Uint32(m.Data[8:])&unix.RTNH_F_DEAD == 0
	for hop := at.Get(unix.RTA_MULTIPATH); len(hop) >= unix.SizeofRtNexthop; {
		f.device, f.reachable = int32(native.Uint32(hop[4:])), hop[2]&unix.RTNH_F_DEAD == 0
		size := (int(native.Uint16(hop)) + 3) &^ 3
		if f.reachable || size < unix.SizeofRtNexthop || size > len(hop) {
			break
		}
		hop = hop[size:]
	}
	return f, true
}
