package snapshot

// form is how the words of `ip link` say the value of a field.
type form int

const (
	// value: WORD VALUE.
	value form = iota
	// onOff: WORD on, or WORD off.
	onOff
	// oneZero: WORD 1, or WORD 0.
	oneZero
	// bare: WORD when it is true, nothing otherwise.
	bare
	// negated: WORD when it is true, noWORD otherwise.
	negated
	// special: a function of the kind says it.
	special
)

// option is a field of a kind's data that can be set.
type option struct {
	json string
	// word is what `ip link` calls it; empty when it is the field's name.
	word string
	form form
	// def is the value of a link that was made without the word, and "" where
	// that is not always the same.
	def string
}

// kind is one kind of link.
type kind struct {
	name string
	// fields in the order in which they are to be said.
	fields []option
}

// kindOf finds the table of a kind; NAME_slave is for the ports of a NAME.
func kindOf(name string) (kind, bool) {
	for _, k := range kinds() {
		if k.name == name {
			return k, true
		}
	}
	return kind{}, false
}

// kinds is the table. The defaults are those of the kernel's drivers: see
// net/bridge/br_device.c, drivers/net/vxlan, bonding, macvlan.c.
func kinds() []kind {
	return []kind{
		{"bridge", []option{
			{"forward_delay", "", value, "1500"}, {"hello_time", "", value, "200"}, {"max_age", "", value, "2000"},
			{"ageing_time", "", value, "30000"}, {"stp_state", "", value, "0"}, {"priority", "", value, "32768"},
			{"vlan_filtering", "", value, "0"}, {"vlan_protocol", "", value, "802.1Q"}, {"vlan_default_pvid", "", value, "1"},
			{"vlan_stats_enabled", "", value, "0"}, {"vlan_stats_per_port", "", value, "0"},
			{"group_fwd_mask", "", value, "0"}, {"group_addr", "group_address", value, "01:80:c2:00:00:00"},
			{"no_linklocal_learn", "", value, "0"}, {"mcast_vlan_snooping", "", value, "0"},
			{"mcast_snooping", "", value, "1"}, {"mcast_router", "", value, "1"},
			{"mcast_query_use_ifaddr", "", value, "0"}, {"mcast_querier", "", value, "0"}, {"mcast_hash_max", "", value, "4096"},
			{"mcast_last_member_cnt", "mcast_last_member_count", value, "2"},
			{"mcast_startup_query_cnt", "mcast_startup_query_count", value, "2"},
			{"mcast_last_member_intvl", "mcast_last_member_interval", value, "100"},
			{"mcast_membership_intvl", "mcast_membership_interval", value, "26000"},
			{"mcast_querier_intvl", "mcast_querier_interval", value, "25500"},
			{"mcast_query_intvl", "mcast_query_interval", value, "12500"},
			{"mcast_query_response_intvl", "mcast_query_response_interval", value, "1000"},
			{"mcast_startup_query_intvl", "mcast_startup_query_interval", value, "3124|3125"},
			{"mcast_stats_enabled", "", value, "0"}, {"mcast_igmp_version", "", value, "2"}, {"mcast_mld_version", "", value, "1"},
			{"nf_call_iptables", "", value, "0"}, {"nf_call_ip6tables", "", value, "0"}, {"nf_call_arptables", "", value, "0"},
		}},
		{"bridge_slave", []option{
			{"state", "", special, ""}, // observed, for maps
			{"priority", "", value, "32"}, {"cost", "", value, ""}, {"hairpin", "", onOff, "false"}, {"guard", "", onOff, "false"},
			{"root_block", "", onOff, "false"}, {"fastleave", "", onOff, "false"}, {"learning", "", onOff, "true"},
			{"flood", "", onOff, "true"}, {"proxy_arp", "", onOff, "false"}, {"proxy_arp_wifi", "", onOff, "false"},
			{"multicast_router", "mcast_router", value, "1"}, {"mcast_flood", "", onOff, "true"}, {"bcast_flood", "", onOff, "true"},
			{"mcast_to_unicast", "", onOff, "false"}, {"neigh_suppress", "", onOff, "false"}, {"group_fwd_mask", "", value, "0"},
			{"vlan_tunnel", "", onOff, "false"}, {"isolated", "", onOff, "false"}, {"locked", "", onOff, "false"},
			{"backup_port", "", value, ""},
		}},
		{"veth", nil},
		{"vcan", nil},
		{"dummy", nil},
		{"ifb", nil},
		{"nlmon", nil},
		{"vxlan", []option{
			{"external", "", bare, "false"}, {"vnifilter", "", bare, "false"},
			{"id", "", value, ""}, {"group", "", value, ""}, {"group6", "group", value, ""}, {"remote", "", value, ""}, {"remote6", "remote", value, ""},
			{"local", "", value, ""}, {"local6", "local", value, ""}, {"link", "dev", value, ""}, {"port_range", "srcport", special, ""},
			{"port", "dstport", value, ""}, {"learning", "", negated, "true"}, {"proxy", "", bare, "false"}, {"rsc", "", bare, "false"},
			{"l2miss", "", bare, "false"}, {"l3miss", "", bare, "false"}, {"tos", "", value, "0"}, {"ttl", "", value, "0"},
			{"df", "", value, "unset"}, {"label", "flowlabel", value, ""}, {"ageing", "", value, "300"}, {"limit", "maxaddress", value, ""},
			{"udp_csum", "udpcsum", negated, "true"}, {"udp_zero_csum6_tx", "udp6zerocsumtx", negated, "false"},
			{"udp_zero_csum6_rx", "udp6zerocsumrx", negated, "false"}, {"remcsum_tx", "remcsumtx", bare, "false"},
			{"remcsum_rx", "remcsumrx", bare, "false"}, {"gbp", "", bare, "false"}, {"gpe", "", bare, "false"},
		}},
		{"macvlan", macvlanOptions()},
		{"macvtap", macvlanOptions()},
		{"ipvlan", ipvlanOptions()},
		{"ipvtap", ipvlanOptions()},
		{"vlan", []option{
			{"protocol", "", value, "802.1Q"}, {"id", "", value, ""}, {"flags", "", special, ""},
			{"ingress_qos", "ingress-qos-map", special, ""}, {"egress_qos", "egress-qos-map", special, ""},
		}},
		{"vrf", []option{{"table", "", value, ""}}},
		{"vrf_slave", nil},
		{"bond", bondOptions()},
		{"bond_slave", []option{{"queue_id", "", value, "0"}, {"prio", "", value, "0"}}},
		{"tun", []option{
			{"type", "mode", value, ""}, {"pi", "", bare, "false"}, {"vnet_hdr", "", bare, "false"}, {"multi_queue", "", bare, "false"},
			{"user", "", value, ""}, {"group", "", value, ""}, {"persist", "", special, ""},
		}},
		{"geneve", []option{
			{"external", "", bare, "false"}, {"id", "", value, ""}, {"remote", "", value, ""}, {"remote6", "remote", value, ""}, {"tos", "", value, "0"},
			{"ttl", "", value, "0"}, {"df", "", value, "unset"}, {"port", "dstport", value, "6081"},
			{"udp_csum", "udpcsum", negated, "true"}, {"udp_zero_csum6_tx", "udp6zerocsumtx", negated, "false"},
			{"udp_zero_csum6_rx", "udp6zerocsumrx", negated, "false"},
		}},
		{"gre", greOptions()},
		{"gretap", greOptions()},
		{"ipip", iptunOptions()},
		{"sit", iptunOptions()},
	}
}

func macvlanOptions() []option {
	return []option{
		{"mode", "", value, "vepa"}, {"nopromisc", "", bare, "false"}, {"nodst", "", bare, "false"},
		{"bcqueuelen", "", value, "1000"}, {"macaddr_data", "macaddr set", special, ""},
	}
}

func ipvlanOptions() []option {
	return []option{
		{"mode", "", value, "l3"}, {"private", "", bare, "false"}, {"vepa", "", bare, "false"}, {"bridge", "", bare, "true"},
	}
}

// bondOptions: the mode first, which others depend on.
func bondOptions() []option {
	return []option{
		{"mode", "", value, "balance-rr"}, {"miimon", "", value, "0"}, {"updelay", "", value, "0"}, {"downdelay", "", value, "0"},
		{"peer_notify_delay", "", value, "0"}, {"use_carrier", "", value, "1"}, {"arp_interval", "", value, "0"},
		{"arp_missed_max", "missed_max", value, "2"}, {"arp_ip_target", "", special, ""}, {"ns_ip6_target", "", special, ""},
		{"arp_validate", "", value, "none"}, {"arp_all_targets", "", value, "any"}, {"primary_reselect", "", value, "always"},
		{"fail_over_mac", "", value, "none"}, {"xmit_hash_policy", "", value, "layer2"}, {"resend_igmp", "", value, "1"},
		{"num_peer_notif", "num_grat_arp", value, "1"}, {"all_slaves_active", "", value, "0"}, {"min_links", "", value, "0"},
		{"lp_interval", "", value, "1"}, {"packets_per_slave", "", value, "1"}, {"ad_lacp_active", "lacp_active", value, "on"},
		{"ad_lacp_rate", "lacp_rate", value, "slow"}, {"ad_select", "", value, "stable"}, {"ad_actor_sys_prio", "", value, "65535"},
		{"ad_user_port_key", "", value, "0"}, {"ad_actor_system", "", value, "00:00:00:00:00:00"}, {"tlb_dynamic_lb", "", value, "1"},
	}
}

func greOptions() []option {
	return []option{
		{"external", "", bare, "false"}, {"remote", "", value, "any"}, {"local", "", value, "any"}, {"link", "dev", value, ""},
		{"ttl", "", value, "0"}, {"tos", "", value, "0"}, {"pmtudisc", "", negated, "true"}, {"ignore_df", "ignore-df", bare, "false"},
		{"ikey", "", value, ""}, {"okey", "", value, ""}, {"iseq", "", bare, "false"}, {"oseq", "", bare, "false"},
		{"icsum", "", bare, "false"}, {"ocsum", "", bare, "false"},
	}
}

func iptunOptions() []option {
	return []option{
		{"external", "", bare, "false"}, {"proto", "mode", value, ""}, {"remote", "", value, "any"}, {"local", "", value, "any"},
		{"link", "dev", value, ""}, {"ttl", "", value, "0"}, {"tos", "", value, "0"}, {"pmtudisc", "", negated, "true"},
		{"isatap", "", bare, "false"},
	}
}
