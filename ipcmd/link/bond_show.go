package link

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
)

var (
	bondMonitorFields = [...]field{
		{unix.IFLA_BOND_ACTIVE_SLAVE, asName, "active_slave", "active_slave %s "},
		{unix.IFLA_BOND_MIIMON, asU32, "miimon", "miimon %u "},
		{unix.IFLA_BOND_UPDELAY, asU32, "updelay", "updelay %u "},
		{unix.IFLA_BOND_DOWNDELAY, asU32, "downdelay", "downdelay %u "},
		{unix.IFLA_BOND_PEER_NOTIF_DELAY, asU32, "peer_notify_delay", "peer_notify_delay %u "},
		{unix.IFLA_BOND_USE_CARRIER, asU8, "use_carrier", "use_carrier %u "},
		{unix.IFLA_BOND_ARP_INTERVAL, asU32, "arp_interval", "arp_interval %u "},
		{unix.IFLA_BOND_MISSED_MAX, asU8, "arp_missed_max", "arp_missed_max %u "},
	}
	bondTrafficFields = [...]field{
		{unix.IFLA_BOND_RESEND_IGMP, asU32, "resend_igmp", "resend_igmp %u "},
		{unix.IFLA_BOND_NUM_PEER_NOTIF, asU8, "num_peer_notif", "num_grat_arp %u "},
		{unix.IFLA_BOND_ALL_SLAVES_ACTIVE, asU8, "all_slaves_active", "all_slaves_active %u "},
		{unix.IFLA_BOND_MIN_LINKS, asU32, "min_links", "min_links %u "},
		{unix.IFLA_BOND_LP_INTERVAL, asU32, "lp_interval", "lp_interval %u "},
		{unix.IFLA_BOND_PACKETS_PER_SLAVE, asU32, "packets_per_slave", "packets_per_slave %u "},
	}
	bondAggregatorFields = [...]field{
		{unix.IFLA_BOND_AD_INFO_AGGREGATOR, asU16, "aggregator", "ad_aggregator %d "},
		{unix.IFLA_BOND_AD_INFO_NUM_PORTS, asU16, "num_ports", "ad_num_ports %d "},
		{unix.IFLA_BOND_AD_INFO_ACTOR_KEY, asU16, "actor_key", "ad_actor_key %d "},
		{unix.IFLA_BOND_AD_INFO_PARTNER_KEY, asU16, "partner_key", "ad_partner_key %d "},
	}
	bondSystemFields = [...]field{
		{unix.IFLA_BOND_AD_ACTOR_SYS_PRIO, asU16, "ad_actor_sys_prio", "ad_actor_sys_prio %u "},
		{unix.IFLA_BOND_AD_USER_PORT_KEY, asU16, "ad_user_port_key", "ad_user_port_key %u "},
		{unix.IFLA_BOND_AD_ACTOR_SYSTEM, asLLAddr, "ad_actor_system", "ad_actor_system %s "},
		{unix.IFLA_BOND_TLB_DYNAMIC_LB, asU8, "tlb_dynamic_lb", "tlb_dynamic_lb %u "},
	}
)

// showBond prints a bond.
func showBond(v *View, p *printer.Printer, at rtnl.Attrs) {
	bondWord8(p, at, unix.IFLA_BOND_MODE, "mode", "mode %s ", bondModes)
	v.fields(p, at, bondMonitorFields[:])
	v.bondTargets(p, at.Get(unix.IFLA_BOND_ARP_IP_TARGET), unix.AF_INET, "arp_ip_target", "arp_ip_target ")
	v.bondTargets(p, at.Get(unix.IFLA_BOND_NS_IP6_TARGET), unix.AF_INET6, "ns_ip6_target", "ns_ip6_target ")
	if n, ok := at.U32(unix.IFLA_BOND_ARP_VALIDATE); ok {
		if n == 0 && p.JSON() {
			p.Null("arp_validate", "", "")
		} else {
			p.String("arp_validate", "arp_validate %s ", nameOf(bondArpValidate(), n))
		}
	}
	if n, ok := at.U32(unix.IFLA_BOND_ARP_ALL_TARGETS); ok {
		p.String("arp_all_targets", "arp_all_targets %s ", nameOf(bondArpAllTargets(), n))
	}
	v.field(p, at, &field{unix.IFLA_BOND_PRIMARY, asName, "primary", "primary %s "})
	bondWord8(p, at, unix.IFLA_BOND_PRIMARY_RESELECT, "primary_reselect", "primary_reselect %s ", bondPrimaryReselect)
	bondWord8(p, at, unix.IFLA_BOND_FAIL_OVER_MAC, "fail_over_mac", "fail_over_mac %s ", bondFailOverMAC)
	bondWord8(p, at, unix.IFLA_BOND_XMIT_HASH_POLICY, "xmit_hash_policy", "xmit_hash_policy %s ", bondXmitHashPolicy)
	v.fields(p, at, bondTrafficFields[:])
	bondWord8(p, at, unix.IFLA_BOND_AD_LACP_ACTIVE, "ad_lacp_active", "lacp_active %s ", bondLACPActive)
	bondWord8(p, at, unix.IFLA_BOND_AD_LACP_RATE, "ad_lacp_rate", "lacp_rate %s ", bondLACPRate)
	bondWord8(p, at, unix.IFLA_BOND_AD_SELECT, "ad_select", "ad_select %s ", bondAdSelect)
	if b := at.Get(unix.IFLA_BOND_AD_INFO); b != nil {
		v.bondAggregator(p, b)
	}
	v.fields(p, at, bondSystemFields[:])
}

// bondWord8 prints a byte by its name in a list.
func bondWord8(p *printer.Printer, at rtnl.Attrs, attr int, key, text string, list func() []string) {
	if n, ok := at.U8(attr); ok {
		p.String(key, text, nameOf(list(), uint32(n)))
	}
}

// bondTargets prints the addresses that a bond probes, which are numbered from
// 0: only where there is a first one does iproute2 print their name.
func (v *View) bondTargets(p *printer.Printer, b []byte, family int, key, text string) {
	if b == nil {
		return
	}
	var tb [maxBondTargets + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(b)
	named := at.Has(0)
	if named {
		p.OpenArray(key, text)
	}
	for i := range maxBondTargets {
		if a := at.Get(i); a != nil {
			v.buf = format.AppendAddr(v.buf[:0], family, a)
			p.Bytes(printer.None, "", "%s", v.buf)
		}
		if i < maxBondTargets-1 && at.Has(i+1) {
			p.Text(",")
		}
	}
	if named {
		p.CloseArray(" ")
	}
}

// bondAggregator prints the active aggregator (IEEE 802.3ad).
func (v *View) bondAggregator(p *printer.Printer, b []byte) {
	var tb [unix.IFLA_BOND_AD_INFO_PARTNER_MAC + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(b)
	p.OpenObject("ad_info")
	v.fields(p, at, bondAggregatorFields[:])
	if a := at.Get(unix.IFLA_BOND_AD_INFO_PARTNER_MAC); len(a) >= etherLen {
		p.Bytes(printer.None, "partner_mac", "ad_partner_mac %s ", v.llAddr(a[:etherLen], unix.ARPHRD_ETHER))
	}
	p.CloseObject()
}
