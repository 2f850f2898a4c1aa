package link

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
)

var (
	bridgeFields = [...]field{
		{unix.IFLA_BR_FORWARD_DELAY, asU32, "forward_delay", "forward_delay %u "},
		{unix.IFLA_BR_HELLO_TIME, asU32, "hello_time", "hello_time %u "},
		{unix.IFLA_BR_MAX_AGE, asU32, "max_age", "max_age %u "},
		{unix.IFLA_BR_AGEING_TIME, asU32, "ageing_time", "ageing_time %u "},
		{unix.IFLA_BR_STP_STATE, asU32, "stp_state", "stp_state %u "},
		{unix.IFLA_BR_PRIORITY, asU16, "priority", "priority %u "},
		{unix.IFLA_BR_VLAN_FILTERING, asU8, "vlan_filtering", "vlan_filtering %u "},
		{unix.IFLA_BR_VLAN_PROTOCOL, asProto, "vlan_protocol", "vlan_protocol %s "},
		{unix.IFLA_BR_BRIDGE_ID, asBridgeID, "bridge_id", "bridge_id %s "},
		{unix.IFLA_BR_ROOT_ID, asBridgeID, "root_id", "designated_root %s "},
		{unix.IFLA_BR_ROOT_PORT, asU16, "root_port", "root_port %u "},
		{unix.IFLA_BR_ROOT_PATH_COST, asU32, "root_path_cost", "root_path_cost %u "},
		{unix.IFLA_BR_TOPOLOGY_CHANGE, asU8, "topology_change", "topology_change %u "},
		{unix.IFLA_BR_TOPOLOGY_CHANGE_DETECTED, asU8, "topology_change_detected", "topology_change_detected %u "},
		{unix.IFLA_BR_HELLO_TIMER, asTicks, "hello_timer", "hello_timer %s "},
		{unix.IFLA_BR_TCN_TIMER, asTicks, "tcn_timer", "tcn_timer %s "},
		{unix.IFLA_BR_TOPOLOGY_CHANGE_TIMER, asTicks, "topology_change_timer", "topology_change_timer %s "},
		{unix.IFLA_BR_GC_TIMER, asTicks, "gc_timer", "gc_timer %s "},
		{unix.IFLA_BR_VLAN_DEFAULT_PVID, asU16, "vlan_default_pvid", "vlan_default_pvid %u "},
		{unix.IFLA_BR_VLAN_STATS_ENABLED, asU8, "vlan_stats_enabled", "vlan_stats_enabled %u "},
		{unix.IFLA_BR_VLAN_STATS_PER_PORT, asU8, "vlan_stats_per_port", "vlan_stats_per_port %u "},
		{unix.IFLA_BR_GROUP_FWD_MASK, asHex16, "group_fwd_mask", "group_fwd_mask %#x "},
		{unix.IFLA_BR_GROUP_ADDR, asLLAddr, "group_addr", "group_address %s "},
		{unix.IFLA_BR_MCAST_SNOOPING, asU8, "mcast_snooping", "mcast_snooping %u "},
	}
	bridgeMulticastFields = [...]field{
		{unix.IFLA_BR_MCAST_ROUTER, asU8, "mcast_router", "mcast_router %u "},
		{unix.IFLA_BR_MCAST_QUERY_USE_IFADDR, asU8, "mcast_query_use_ifaddr", "mcast_query_use_ifaddr %u "},
		{unix.IFLA_BR_MCAST_QUERIER, asU8, "mcast_querier", "mcast_querier %u "},
		{unix.IFLA_BR_MCAST_HASH_ELASTICITY, asU32, "mcast_hash_elasticity", "mcast_hash_elasticity %u "},
		{unix.IFLA_BR_MCAST_HASH_MAX, asU32, "mcast_hash_max", "mcast_hash_max %u "},
		{unix.IFLA_BR_MCAST_LAST_MEMBER_CNT, asU32, "mcast_last_member_cnt", "mcast_last_member_count %u "},
		{unix.IFLA_BR_MCAST_STARTUP_QUERY_CNT, asU32, "mcast_startup_query_cnt", "mcast_startup_query_count %u "},
		{unix.IFLA_BR_MCAST_LAST_MEMBER_INTVL, asU64, "mcast_last_member_intvl", "mcast_last_member_interval %u "},
		{unix.IFLA_BR_MCAST_MEMBERSHIP_INTVL, asU64, "mcast_membership_intvl", "mcast_membership_interval %u "},
		{unix.IFLA_BR_MCAST_QUERIER_INTVL, asU64, "mcast_querier_intvl", "mcast_querier_interval %u "},
		{unix.IFLA_BR_MCAST_QUERY_INTVL, asU64, "mcast_query_intvl", "mcast_query_interval %u "},
		{unix.IFLA_BR_MCAST_QUERY_RESPONSE_INTVL, asU64, "mcast_query_response_intvl", "mcast_query_response_interval %u "},
		{unix.IFLA_BR_MCAST_STARTUP_QUERY_INTVL, asU64, "mcast_startup_query_intvl", "mcast_startup_query_interval %u "},
		{unix.IFLA_BR_MCAST_STATS_ENABLED, asU8, "mcast_stats_enabled", "mcast_stats_enabled %u "},
		{unix.IFLA_BR_MCAST_IGMP_VERSION, asU8, "mcast_igmp_version", "mcast_igmp_version %u "},
		{unix.IFLA_BR_MCAST_MLD_VERSION, asU8, "mcast_mld_version", "mcast_mld_version %u "},
		{unix.IFLA_BR_NF_CALL_IPTABLES, asU8, "nf_call_iptables", "nf_call_iptables %u "},
		{unix.IFLA_BR_NF_CALL_IP6TABLES, asU8, "nf_call_ip6tables", "nf_call_ip6tables %u "},
		{unix.IFLA_BR_NF_CALL_ARPTABLES, asU8, "nf_call_arptables", "nf_call_arptables %u "},
	}
)

// showBridge prints a bridge.
func showBridge(v *View, p *printer.Printer, at rtnl.Attrs) {
	v.fields(p, at, bridgeFields[:])
	bridgeSwitches(p, at.Get(unix.IFLA_BR_MULTI_BOOLOPT))
	v.fields(p, at, bridgeMulticastFields[:])
}

// bridgeSwitches prints the switches of struct br_boolopt_multi
// (linux/if_bridge.h) that the kernel has.
func bridgeSwitches(p *printer.Printer, b []byte) {
	values, known := word(b, 0), word(b, 1)
	for _, s := range [...]struct {
		bit       uint32
		key, text string
	}{
		{1 << 0, "no_linklocal_learn", "no_linklocal_learn %u "},
		{1 << 1, "mcast_vlan_snooping", "mcast_vlan_snooping %u "},
	} {
		if known&s.bit == 0 {
			continue
		}
		on := uint64(0)
		if values&s.bit != 0 {
			on = 1
		}
		p.Uint(s.key, s.text, on)
	}
}

// bridgeID prints a bridge id: priority and MAC address.
func (v *View) bridgeID(p *printer.Printer, r *field, b []byte) {
	if len(b) >= 8 {
		v.buf = format.AppendBridgeID(v.buf[:0], b)
		p.Bytes(printer.None, r.key, r.text, v.buf)
	}
}
