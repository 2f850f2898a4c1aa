package link

import (
	"strings"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/ipcmd/object"
)

func bond(name string) Kind {
	return Kind{Name: name, Help: bondHelp, Noun: "command", Options: bondOptions}
}

func bondSlave(name string) Kind {
	return Kind{Name: name, Help: bondSlaveHelp, Noun: "option", Options: func() []Option {
		return []Option{
			{Name: "queue_id", Value: U16, Attr: unix.IFLA_BOND_SLAVE_QUEUE_ID, Wrong: "queue_id is invalid"},
			{Name: "prio", Exact: true, Value: S32, Attr: unix.IFLA_BOND_SLAVE_PRIO, Wrong: "prio is invalid"},
		}
	}}
}

func bondOptions() []Option {
	return []Option{
		{Name: "mode", Value: Enum8, Attr: unix.IFLA_BOND_MODE, Wrong: "invalid mode", Names: bondModes()},
		{Name: "active_slave", Value: DeviceName, Attr: unix.IFLA_BOND_ACTIVE_SLAVE},
		{Name: "clear_active_slave", Value: Const32, Attr: unix.IFLA_BOND_ACTIVE_SLAVE},
		{Name: "miimon", Value: U32, Attr: unix.IFLA_BOND_MIIMON, Wrong: "invalid miimon"},
		{Name: "updelay", Value: U32, Attr: unix.IFLA_BOND_UPDELAY, Wrong: "invalid updelay"},
		{Name: "downdelay", Value: U32, Attr: unix.IFLA_BOND_DOWNDELAY, Wrong: "invalid downdelay"},
		{Name: "peer_notify_delay", Value: U32, Attr: unix.IFLA_BOND_PEER_NOTIF_DELAY, Wrong: "invalid peer_notify_delay"},
		{Name: "use_carrier", Value: U8, Attr: unix.IFLA_BOND_USE_CARRIER, Wrong: "invalid use_carrier"},
		{Name: "arp_interval", Value: U32, Attr: unix.IFLA_BOND_ARP_INTERVAL, Wrong: "invalid arp_interval"},
		{Name: "arp_ip_target", Value: Custom, Func: bondTargets(unix.IFLA_BOND_ARP_IP_TARGET, unix.AF_INET)},
		{Name: "ns_ip6_target", Exact: true, Value: Custom, Func: bondTargets(unix.IFLA_BOND_NS_IP6_TARGET, unix.AF_INET6)},
		{Name: "arp_validate", Value: Enum32, Attr: unix.IFLA_BOND_ARP_VALIDATE, Wrong: "invalid arp_validate", Names: bondArpValidate()},
		{Name: "arp_all_targets", Value: Enum32, Attr: unix.IFLA_BOND_ARP_ALL_TARGETS, Wrong: "invalid arp_all_targets", Names: bondArpAllTargets()},
		{Name: "arp_missed_max", Exact: true, Value: U8, Attr: unix.IFLA_BOND_MISSED_MAX, Wrong: "invalid arp_missed_max"},
		{Name: "primary", Value: DeviceName, Attr: unix.IFLA_BOND_PRIMARY},
		{Name: "primary_reselect", Value: Enum8, Attr: unix.IFLA_BOND_PRIMARY_RESELECT, Wrong: "invalid primary_reselect", Names: bondPrimaryReselect()},
		{Name: "fail_over_mac", Value: Enum8, Attr: unix.IFLA_BOND_FAIL_OVER_MAC, Wrong: "invalid fail_over_mac", Names: bondFailOverMAC()},
		{Name: "xmit_hash_policy", Value: Enum8, Attr: unix.IFLA_BOND_XMIT_HASH_POLICY, Wrong: "invalid xmit_hash_policy", Names: bondXmitHashPolicy()},
		{Name: "resend_igmp", Value: U32, Attr: unix.IFLA_BOND_RESEND_IGMP, Wrong: "invalid resend_igmp"},
		{Name: "num_grat_arp", Value: U8, Attr: unix.IFLA_BOND_NUM_PEER_NOTIF, Wrong: "invalid num_grat_arp|num_unsol_na"},
		{Name: "num_unsol_na", Value: U8, Attr: unix.IFLA_BOND_NUM_PEER_NOTIF, Wrong: "invalid num_grat_arp|num_unsol_na"},
		{Name: "all_slaves_active", Value: U8, Attr: unix.IFLA_BOND_ALL_SLAVES_ACTIVE, Wrong: "invalid all_slaves_active"},
		{Name: "min_links", Value: U32, Attr: unix.IFLA_BOND_MIN_LINKS, Wrong: "invalid min_links"},
		{Name: "lp_interval", Value: U32, Attr: unix.IFLA_BOND_LP_INTERVAL, Wrong: "invalid lp_interval"},
		{Name: "packets_per_slave", Value: U32, Attr: unix.IFLA_BOND_PACKETS_PER_SLAVE, Wrong: "invalid packets_per_slave"},
		{Name: "lacp_rate", Value: Enum8, Attr: unix.IFLA_BOND_AD_LACP_RATE, Wrong: "invalid lacp_rate", Names: bondLACPRate()},
		{Name: "lacp_active", Exact: true, Value: Enum8, Attr: unix.IFLA_BOND_AD_LACP_ACTIVE, Wrong: "invalid lacp_active", Names: bondLACPActive()},
		{Name: "ad_select", Value: Enum8, Attr: unix.IFLA_BOND_AD_SELECT, Wrong: "invalid ad_select", Names: bondAdSelect()},
		{Name: "ad_user_port_key", Value: U16, Attr: unix.IFLA_BOND_AD_USER_PORT_KEY, Wrong: "invalid ad_user_port_key"},
		{Name: "ad_actor_sys_prio", Value: U16, Attr: unix.IFLA_BOND_AD_ACTOR_SYS_PRIO, Wrong: "invalid ad_actor_sys_prio"},
		{Name: "ad_actor_system", Value: LLAddr, Attr: unix.IFLA_BOND_AD_ACTOR_SYSTEM},
		{Name: "tlb_dynamic_lb", Value: U8, Attr: unix.IFLA_BOND_TLB_DYNAMIC_LB, Wrong: "invalid tlb_dynamic_lb"},
	}
}

// maxBondTargets is BOND_MAX_ARP_TARGETS, for both families.
const maxBondTargets = 16

// bondTargets returns the reader of a list of addresses with commas between.
// Without a value the list is emptied.
func bondTargets(attr uint16, family int) func(*kindParser) error {
	return func(p *kindParser) error {
		nest := p.r.Nest(attr)
		defer p.r.End(nest)
		if _, ok := p.Peek(); !ok {
			return nil
		}
		list, _ := p.Value()
		n := uint16(0)
		for _, word := range strings.Split(list, ",") {
			if word == "" || n == maxBondTargets {
				continue
			}
			a, err := bondTarget(p.c, word, family)
			if err != nil {
				return err
			}
			p.r.Attr(n, a)
			n++
		}
		return nil
	}
}

// bondTarget reads an address; that of any is zero.
func bondTarget(c *object.Context, word string, family int) ([]byte, error) {
	full := make([]byte, format.FamilyBits(family)/8)
	a, err := format.ParseAddr(word, family)
	switch {
	case err == nil:
		copy(full, a.Addr)
		return full, nil
	case family == unix.AF_INET:
		return nil, object.Abort(object.StatusLocal,
			`Error: an IP address is expected rather than "`+word+`"`)
	}
	_, err = c.Addr(word, family)
	return nil, err
}

// The words of the bond's options, by their numbers (linux/if_bonding.h).

func bondModes() []string {
	return []string{"balance-rr", "active-backup", "balance-xor", "broadcast", "802.3ad", "balance-tlb", "balance-alb"}
}

func bondArpValidate() []string {
	return []string{"none", "active", "backup", "all", "filter", "filter_active", "filter_backup"}
}

func bondArpAllTargets() []string {
	return []string{"any", "all"}
}

func bondPrimaryReselect() []string {
	return []string{"always", "better", "failure"}
}

func bondFailOverMAC() []string {
	return []string{"none", "active", "follow"}
}

func bondXmitHashPolicy() []string {
	return []string{"layer2", "layer3+4", "layer2+3", "encap2+3", "encap3+4", "vlan+srcmac"}
}

func bondLACPActive() []string {
	return []string{"off", "on"}
}

func bondLACPRate() []string {
	return []string{"slow", "fast"}
}

func bondAdSelect() []string {
	return []string{"stable", "bandwidth", "count"}
}

const bondHelp = `Usage: ... bond [ mode BONDMODE ] [ active_slave SLAVE_DEV ]
                [ clear_active_slave ] [ miimon MIIMON ]
                [ updelay UPDELAY ] [ downdelay DOWNDELAY ]
                [ peer_notify_delay DELAY ]
                [ use_carrier USE_CARRIER ]
                [ arp_interval ARP_INTERVAL ]
                [ arp_validate ARP_VALIDATE ]
                [ arp_all_targets ARP_ALL_TARGETS ]
                [ arp_ip_target [ ARP_IP_TARGET, ... ] ]
                [ ns_ip6_target [ NS_IP6_TARGET, ... ] ]
                [ primary SLAVE_DEV ]
                [ primary_reselect PRIMARY_RESELECT ]
                [ fail_over_mac FAIL_OVER_MAC ]
                [ xmit_hash_policy XMIT_HASH_POLICY ]
                [ resend_igmp RESEND_IGMP ]
                [ num_grat_arp|num_unsol_na NUM_GRAT_ARP|NUM_UNSOL_NA ]
                [ all_slaves_active ALL_SLAVES_ACTIVE ]
                [ min_links MIN_LINKS ]
                [ lp_interval LP_INTERVAL ]
                [ packets_per_slave PACKETS_PER_SLAVE ]
                [ tlb_dynamic_lb TLB_DYNAMIC_LB ]
                [ lacp_rate LACP_RATE ]
                [ lacp_active LACP_ACTIVE]
                [ ad_select AD_SELECT ]
                [ ad_user_port_key PORTKEY ]
                [ ad_actor_sys_prio SYSPRIO ]
                [ ad_actor_system LLADDR ]
                [ arp_missed_max MISSED_MAX ]

BONDMODE := balance-rr|active-backup|balance-xor|broadcast|802.3ad|balance-tlb|balance-alb
ARP_VALIDATE := none|active|backup|all|filter|filter_active|filter_backup
ARP_ALL_TARGETS := any|all
PRIMARY_RESELECT := always|better|failure
FAIL_OVER_MAC := none|active|follow
XMIT_HASH_POLICY := layer2|layer2+3|layer3+4|encap2+3|encap3+4|vlan+srcmac
LACP_ACTIVE := off|on
LACP_RATE := slow|fast
AD_SELECT := stable|bandwidth|count
`

const bondSlaveHelp = `Usage: ... bond_slave [ queue_id ID ] [ prio PRIORITY ]
`
