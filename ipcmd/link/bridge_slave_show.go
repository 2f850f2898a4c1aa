package link

import (
	"strconv"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
)

var (
	bridgePortFields = [...]field{
		{unix.IFLA_BRPORT_PRIORITY, asU16, "priority", "priority %d "},
		{unix.IFLA_BRPORT_COST, asS32, "cost", "cost %d "},
		{unix.IFLA_BRPORT_MODE, asOnOff, "hairpin", "hairpin %s "},
		{unix.IFLA_BRPORT_GUARD, asOnOff, "guard", "guard %s "},
		{unix.IFLA_BRPORT_PROTECT, asOnOff, "root_block", "root_block %s "},
		{unix.IFLA_BRPORT_FAST_LEAVE, asOnOff, "fastleave", "fastleave %s "},
		{unix.IFLA_BRPORT_LEARNING, asOnOff, "learning", "learning %s "},
		{unix.IFLA_BRPORT_UNICAST_FLOOD, asOnOff, "flood", "flood %s "},
		{unix.IFLA_BRPORT_ID, asHex16, "id", "port_id %#x "},
		{unix.IFLA_BRPORT_NO, asHex16, "no", "port_no %#x "},
		{unix.IFLA_BRPORT_DESIGNATED_PORT, asU16, "designated_port", "designated_port %u "},
		{unix.IFLA_BRPORT_DESIGNATED_COST, asU16, "designated_cost", "designated_cost %u "},
		{unix.IFLA_BRPORT_BRIDGE_ID, asBridgeID, "bridge_id", "designated_bridge %s "},
		{unix.IFLA_BRPORT_ROOT_ID, asBridgeID, "root_id", "designated_root %s "},
		{unix.IFLA_BRPORT_HOLD_TIMER, asTicks, "hold_timer", "hold_timer %s "},
		{unix.IFLA_BRPORT_MESSAGE_AGE_TIMER, asTicks, "message_age_timer", "message_age_timer %s "},
		{unix.IFLA_BRPORT_FORWARD_DELAY_TIMER, asTicks, "forward_delay_timer", "forward_delay_timer %s "},
		{unix.IFLA_BRPORT_TOPOLOGY_CHANGE_ACK, asU8, "topology_change_ack", "topology_change_ack %u "},
		{unix.IFLA_BRPORT_CONFIG_PENDING, asU8, "config_pending", "config_pending %u "},
		{unix.IFLA_BRPORT_PROXYARP, asOnOff, "proxy_arp", "proxy_arp %s "},
		{unix.IFLA_BRPORT_PROXYARP_WIFI, asOnOff, "proxy_arp_wifi", "proxy_arp_wifi %s "},
		{unix.IFLA_BRPORT_MULTICAST_ROUTER, asU8, "multicast_router", "mcast_router %u "},
	}
	bridgePortFloodFields = [...]field{
		{unix.IFLA_BRPORT_MCAST_FLOOD, asOnOff, "mcast_flood", "mcast_flood %s "},
		{unix.IFLA_BRPORT_BCAST_FLOOD, asOnOff, "bcast_flood", "bcast_flood %s "},
		{unix.IFLA_BRPORT_MCAST_TO_UCAST, asOnOff, "mcast_to_unicast", "mcast_to_unicast %s "},
		{unix.IFLA_BRPORT_NEIGH_SUPPRESS, asOnOff, "neigh_suppress", "neigh_suppress %s "},
		{unix.IFLA_BRPORT_GROUP_FWD_MASK, asHex16, "group_fwd_mask", "group_fwd_mask %#x "},
	}
	bridgePortLastFields = [...]field{
		{unix.IFLA_BRPORT_VLAN_TUNNEL, asOnOff, "vlan_tunnel", "vlan_tunnel %s "},
		{unix.IFLA_BRPORT_ISOLATED, asOnOff, "isolated", "isolated %s "},
		{unix.IFLA_BRPORT_LOCKED, asOnOff, "locked", "locked %s "},
	}
)

// portStates are BR_STATE_* of linux/if_bridge.h.
var portStates = [...]string{"disabled", "listening", "learning", "forwarding", "blocking"}

// showBridgeSlave prints a port of a bridge.
func showBridgeSlave(v *View, p *printer.Printer, at rtnl.Attrs) {
	if state, ok := at.U8(unix.IFLA_BRPORT_STATE); ok {
		if int(state) < len(portStates) {
			p.String("state", "state %s ", portStates[state])
		} else {
			p.Int("state_index", "state (%d) ", int64(state))
		}
	}
	v.fields(p, at, bridgePortFields[:])
	if on, ok := at.U8(unix.IFLA_BRPORT_FAST_LEAVE); ok && !p.JSON() {
		p.OnOff("", "mcast_fast_leave %s ", on != 0)
	}
	v.fields(p, at, bridgePortFloodFields[:])
	if mask, ok := at.U16(unix.IFLA_BRPORT_GROUP_FWD_MASK); ok {
		v.buf = appendForwardMask(v.buf[:0], mask)
		p.Bytes(printer.None, "group_fwd_mask_str", "group_fwd_mask_str %s ", v.buf)
	}
	v.fields(p, at, bridgePortLastFields[:])
	if port, ok := at.S32(unix.IFLA_BRPORT_BACKUP_PORT); ok {
		p.String("backup_port", "backup_port %s ", v.Resolver.Name(port))
	}
}

// appendForwardMask appends the protocols of a group_fwd_mask: bit n stands for
// the group address 01:80:c2:00:00:0n (IEEE 802.1D).
func appendForwardMask(dst []byte, mask uint16) []byte {
	if mask == 0 {
		return append(dst, "0x0"...)
	}
	for bit := range 16 {
		if mask&(1<<bit) == 0 {
			continue
		}
		switch bit {
		case 0:
			dst = append(dst, "stp"...)
		case 2:
			dst = append(dst, "lacp"...)
		case 14:
			dst = append(dst, "lldp"...)
		default:
			dst = strconv.AppendUint(append(dst, "0x"...), 1<<bit, 16)
		}
		dst = append(dst, ',')
	}
	return dst[:len(dst)-1]
}
