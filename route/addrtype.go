package route

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
)

// isHost tells whether the kernel takes a gateway for the address of another
// host, as inet_addr_type_table (net/ipv4/fib_frontend.c) does: no broadcast or
// multicast address, and not one that the routing table calls local or
// broadcast.
func isHost(conn rtnl.Conn, gateway [4]byte, place inetPlace) bool {
	if !unicast(gateway) {
		return false
	}
	r := rtnl.NewRequest(unix.RTM_GETROUTE, 0)
	r.Body((&[unix.SizeofRtMsg]byte{unix.AF_INET, 32})[:])
	r.Attr(unix.RTA_DST, gateway[:])
	if place.table != 0 {
		r.U32(unix.RTA_OIF, uint32(place.index))
	}
	kind := uint8(unix.RTN_UNICAST)
	err := conn.Get(r, func(m *rtnl.Msg) error {
		if len(m.Data) >= unix.SizeofRtMsg {
			kind = m.Data[7]
		}
		return nil
	})
	switch {
	case err != nil || kind == unix.RTN_UNICAST:
		// An address that no route leads to may be a host's as well.
		return true
	case place.table != 0:
		return false
	}
	return !sharedTables(conn)
}

// unicast tells whether an address can be that of one host: no multicast
// address, not 255.255.255.255.
func unicast(a [4]byte) bool {
	return a[0]&0xf0 != 0xe0 && a != [4]byte{255, 255, 255, 255}
}

// defaultRules is how many rules a network namespace is born with.
const defaultRules = 3

// sharedTables tells whether the table main also shows what is in the table
// local. The kernel keeps both in one until the first rule is added.
func sharedTables(conn rtnl.Conn) bool {
	r := rtnl.NewRequest(unix.RTM_GETRULE, 0)
	r.Body((&[unix.SizeofRtMsg]byte{unix.AF_INET})[:])
	rules := 0
	err := conn.Dump(r, func(*rtnl.Msg) error {
		rules++
		return nil
	})
	return err != nil || rules == defaultRules
}
