package link

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/words"
)

func bridge(name string) Kind {
	return Kind{Name: name, Help: bridgeHelp, Noun: "command", Parse: parseBridge}
}

// The bits of struct br_boolopt_multi (linux/if_bridge.h, enum br_boolopt_id).
const (
	noLinkLocalLearn  = 1 << 0
	mcastVLANSnooping = 1 << 1
	mstEnable         = 1 << 2
)

// boolOpts gathers the options that IFLA_BR_MULTI_BOOLOPT carries together.
type boolOpts struct {
	value, mask uint32
}

// set returns the reader of the option with that bit.
func (b *boolOpts) set(bit uint32, wrong string) func(*kindParser) error {
	return func(p *kindParser) error {
		v, err := p.Value()
		if err != nil {
			return err
		}
		n, ok := format.ParseU8(v, 0)
		if !ok {
			return words.Invalid(wrong, v)
		}
		b.mask |= bit
		b.value &^= bit
		if n != 0 {
			b.value |= bit
		}
		return nil
	}
}

func parseBridge(p *kindParser) error {
	var b boolOpts
	if err := p.options(b.bridgeOptions()); err != nil {
		return err
	}
	if b.mask != 0 {
		opts := native.AppendUint32(nil, b.value)
		p.r.Attr(unix.IFLA_BR_MULTI_BOOLOPT, native.AppendUint32(opts, b.mask))
	}
	return nil
}

// bridgeOptions: times are in 1/100 s, as the kernel's USER_HZ.
func (b *boolOpts) bridgeOptions() []Option {
	return []Option{
		{Name: "forward_delay", Value: U32, Attr: unix.IFLA_BR_FORWARD_DELAY, Wrong: "invalid forward_delay"},
		{Name: "hello_time", Value: U32, Attr: unix.IFLA_BR_HELLO_TIME, Wrong: "invalid hello_time"},
		{Name: "max_age", Value: U32, Attr: unix.IFLA_BR_MAX_AGE, Wrong: "invalid max_age"},
		{Name: "ageing_time", Value: U32, Attr: unix.IFLA_BR_AGEING_TIME, Wrong: "invalid ageing_time"},
		{Name: "stp_state", Value: U32, Attr: unix.IFLA_BR_STP_STATE, Wrong: "invalid stp_state"},
		{Name: "priority", Value: U16, Attr: unix.IFLA_BR_PRIORITY, Wrong: "invalid priority"},
		{Name: "vlan_filtering", Value: U8, Attr: unix.IFLA_BR_VLAN_FILTERING, Wrong: "invalid vlan_filtering"},
		{Name: "vlan_protocol", Value: EtherProto, Attr: unix.IFLA_BR_VLAN_PROTOCOL, Wrong: "invalid vlan_protocol"},
		{Name: "group_fwd_mask", Value: U16, Attr: unix.IFLA_BR_GROUP_FWD_MASK, Wrong: "invalid group_fwd_mask"},
		{Name: "group_address", Value: LLAddr, Attr: unix.IFLA_BR_GROUP_ADDR},
		{Name: "no_linklocal_learn", Exact: true, Value: Custom, Func: b.set(noLinkLocalLearn, "invalid no_linklocal_learn")},
		{Name: "fdb_flush", Value: Empty, Attr: unix.IFLA_BR_FDB_FLUSH},
		{Name: "vlan_default_pvid", Value: U16, Attr: unix.IFLA_BR_VLAN_DEFAULT_PVID, Wrong: "invalid vlan_default_pvid"},
		{Name: "vlan_stats_enabled", Value: U8, Attr: unix.IFLA_BR_VLAN_STATS_ENABLED, Wrong: "invalid vlan_stats_enabled"},
		{Name: "vlan_stats_per_port", Value: U8, Attr: unix.IFLA_BR_VLAN_STATS_PER_PORT, Wrong: "invalid vlan_stats_per_port"},
		{Name: "mcast_router", Value: U8, Attr: unix.IFLA_BR_MCAST_ROUTER, Wrong: "invalid mcast_router"},
		{Name: "mcast_snooping", Value: U8, Attr: unix.IFLA_BR_MCAST_SNOOPING, Wrong: "invalid mcast_snooping"},
		{Name: "mcast_vlan_snooping", Exact: true, Value: Custom, Func: b.set(mcastVLANSnooping, "invalid mcast_vlan_snooping")},
		{Name: "mcast_query_use_ifaddr", Value: U8, Attr: unix.IFLA_BR_MCAST_QUERY_USE_IFADDR, Wrong: "invalid mcast_query_use_ifaddr"},
		{Name: "mcast_querier", Value: U8, Attr: unix.IFLA_BR_MCAST_QUERIER, Wrong: "invalid mcast_querier"},
		{Name: "mcast_hash_elasticity", Value: U32, Attr: unix.IFLA_BR_MCAST_HASH_ELASTICITY, Wrong: "invalid mcast_hash_elasticity"},
		{Name: "mcast_hash_max", Value: U32, Attr: unix.IFLA_BR_MCAST_HASH_MAX, Wrong: "invalid mcast_hash_max"},
		{Name: "mcast_last_member_count", Value: U32, Attr: unix.IFLA_BR_MCAST_LAST_MEMBER_CNT, Wrong: "invalid mcast_last_member_count"},
		{Name: "mcast_startup_query_count", Value: U32, Attr: unix.IFLA_BR_MCAST_STARTUP_QUERY_CNT, Wrong: "invalid mcast_startup_query_count"},
		{Name: "mcast_last_member_interval", Value: U64, Attr: unix.IFLA_BR_MCAST_LAST_MEMBER_INTVL, Wrong: "invalid mcast_last_member_interval"},
		{Name: "mcast_membership_interval", Value: U64, Attr: unix.IFLA_BR_MCAST_MEMBERSHIP_INTVL, Wrong: "invalid mcast_membership_interval"},
		{Name: "mcast_querier_interval", Value: U64, Attr: unix.IFLA_BR_MCAST_QUERIER_INTVL, Wrong: "invalid mcast_querier_interval"},
		{Name: "mcast_query_interval", Value: U64, Attr: unix.IFLA_BR_MCAST_QUERY_INTVL, Wrong: "invalid mcast_query_interval"},
		{Name: "mcast_query_response_interval", Value: U64, Attr: unix.IFLA_BR_MCAST_QUERY_RESPONSE_INTVL, Wrong: "invalid mcast_query_response_interval"},
		{Name: "mcast_startup_query_interval", Value: U64, Attr: unix.IFLA_BR_MCAST_STARTUP_QUERY_INTVL, Wrong: "invalid mcast_startup_query_interval"},
		{Name: "mcast_stats_enabled", Value: U8, Attr: unix.IFLA_BR_MCAST_STATS_ENABLED, Wrong: "invalid mcast_stats_enabled"},
		{Name: "mcast_igmp_version", Value: U8, Attr: unix.IFLA_BR_MCAST_IGMP_VERSION, Wrong: "invalid mcast_igmp_version"},
		{Name: "mcast_mld_version", Value: U8, Attr: unix.IFLA_BR_MCAST_MLD_VERSION, Wrong: "invalid mcast_mld_version"},
		{Name: "nf_call_iptables", Value: U8, Attr: unix.IFLA_BR_NF_CALL_IPTABLES, Wrong: "invalid nf_call_iptables"},
		{Name: "nf_call_ip6tables", Value: U8, Attr: unix.IFLA_BR_NF_CALL_IP6TABLES, Wrong: "invalid nf_call_ip6tables"},
		{Name: "nf_call_arptables", Value: U8, Attr: unix.IFLA_BR_NF_CALL_ARPTABLES, Wrong: "invalid nf_call_arptables"},
		// Newer than iproute2 6.1.
		{Name: "fdb_max_learned", Exact: true, Value: U32, Attr: unix.IFLA_BR_FDB_MAX_LEARNED, Wrong: "invalid fdb_max_learned"},
		{Name: "mst_enabled", Exact: true, Value: Custom, Func: b.set(mstEnable, "invalid mst_enabled")},
	}
}

const bridgeHelp = `Usage: ... bridge [ fdb_flush ]
		  [ forward_delay FORWARD_DELAY ]
		  [ hello_time HELLO_TIME ]
		  [ max_age MAX_AGE ]
		  [ ageing_time AGEING_TIME ]
		  [ stp_state STP_STATE ]
		  [ priority PRIORITY ]
		  [ group_fwd_mask MASK ]
		  [ group_address ADDRESS ]
		  [ no_linklocal_learn NO_LINKLOCAL_LEARN ]
		  [ vlan_filtering VLAN_FILTERING ]
		  [ vlan_protocol VLAN_PROTOCOL ]
		  [ vlan_default_pvid VLAN_DEFAULT_PVID ]
		  [ vlan_stats_enabled VLAN_STATS_ENABLED ]
		  [ vlan_stats_per_port VLAN_STATS_PER_PORT ]
		  [ mcast_snooping MULTICAST_SNOOPING ]
		  [ mcast_vlan_snooping MULTICAST_VLAN_SNOOPING ]
		  [ mcast_router MULTICAST_ROUTER ]
		  [ mcast_query_use_ifaddr MCAST_QUERY_USE_IFADDR ]
		  [ mcast_querier MULTICAST_QUERIER ]
		  [ mcast_hash_elasticity HASH_ELASTICITY ]
		  [ mcast_hash_max HASH_MAX ]
		  [ mcast_last_member_count LAST_MEMBER_COUNT ]
		  [ mcast_startup_query_count STARTUP_QUERY_COUNT ]
		  [ mcast_last_member_interval LAST_MEMBER_INTERVAL ]
		  [ mcast_membership_interval MEMBERSHIP_INTERVAL ]
		  [ mcast_querier_interval QUERIER_INTERVAL ]
		  [ mcast_query_interval QUERY_INTERVAL ]
		  [ mcast_query_response_interval QUERY_RESPONSE_INTERVAL ]
		  [ mcast_startup_query_interval STARTUP_QUERY_INTERVAL ]
		  [ mcast_stats_enabled MCAST_STATS_ENABLED ]
		  [ mcast_igmp_version IGMP_VERSION ]
		  [ mcast_mld_version MLD_VERSION ]
		  [ nf_call_iptables NF_CALL_IPTABLES ]
		  [ nf_call_ip6tables NF_CALL_IP6TABLES ]
		  [ nf_call_arptables NF_CALL_ARPTABLES ]

Where: VLAN_PROTOCOL := { 802.1Q | 802.1ad }
`
