package ifconfig

import (
	"encoding/hex"
	"strconv"

	"github.com/nlbox/nlbox/internal/netdev"
)

// inet6Address is an IPv6 address as it is shown.
type inet6Address struct {
	address [16]byte
	bits    uint8 // of the prefix
	scope   uint8 // the kernel's IPV6_ADDR_* (net/ipv6.h)
}

// inet6Addresses are the IPv6 addresses by the names of their devices. They are
// read from the kernel's text: its order, in which they are shown, is that of a
// hash which rtnetlink does not tell. Without IPv6 there are none.
func inet6Addresses() map[string][]inet6Address {
	table, err := netdev.OpenTable("if_inet6")
	if err != nil {
		return nil
	}
	defer table.Close()
	all := make(map[string][]inet6Address)
	for line, ok := table.Line(); ok; line, ok = table.Line() {
		if name, a, ok := parseInet6(line); ok {
			all[name] = append(all[name], a)
		}
	}
	return all
}

// parseInet6 reads a line of the table: address, interface index, length of the
// prefix, scope, flags and device.
func parseInet6(line []byte) (name string, a inet6Address, ok bool) {
	var fields [6][]byte
	for i := range fields {
		fields[i], line = netdev.Field(line)
	}
	if len(fields[0]) != 2*len(a.address) || len(fields[5]) == 0 {
		return "", a, false
	}
	if _, err := hex.Decode(a.address[:], fields[0]); err != nil {
		return "", a, false
	}
	bits, err1 := strconv.ParseUint(string(fields[2]), 16, 8)
	scope, err2 := strconv.ParseUint(string(fields[3]), 16, 8)
	a.bits, a.scope = uint8(bits), uint8(scope)
	return string(fields[5]), a, err1 == nil && err2 == nil
}
