package link

import (
	"encoding/binary"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
)

var (
	vxlanHeadFields = [...]field{
		{unix.IFLA_VXLAN_COLLECT_METADATA, asFlag, "external", "external "},
		{unix.IFLA_VXLAN_VNIFILTER, asFlag, "vnifilter", "vnifilter"},
		{unix.IFLA_VXLAN_ID, asU32, "id", "id %u "},
	}
	vxlanSwitchFields = [...]field{
		{unix.IFLA_VXLAN_PROXY, asFlag, "proxy", "proxy "},
		{unix.IFLA_VXLAN_RSC, asFlag, "rsc", "rsc "},
		{unix.IFLA_VXLAN_L2MISS, asFlag, "l2miss", "l2miss "},
		{unix.IFLA_VXLAN_L3MISS, asFlag, "l3miss", "l3miss "},
	}
	vxlanLastFields = [...]field{
		{unix.IFLA_VXLAN_REMCSUM_TX, asFlag, "remcsum_tx", "remcsumtx "},
		{unix.IFLA_VXLAN_REMCSUM_RX, asFlag, "remcsum_rx", "remcsumrx "},
		{unix.IFLA_VXLAN_GBP, asEmpty, "gbp", "gbp "},
		{unix.IFLA_VXLAN_GPE, asEmpty, "gpe", "gpe "},
	}
)

// showVXLAN prints a VXLAN device (RFC 7348).
func showVXLAN(v *View, p *printer.Printer, at rtnl.Attrs) {
	v.fields(p, at, vxlanHeadFields[:])
	v.vxlanRemote(p, at)
	v.tunnelLocal(p, at, unix.IFLA_VXLAN_LOCAL, unix.IFLA_VXLAN_LOCAL6)
	v.field(p, at, &field{unix.IFLA_VXLAN_LINK, asName, "link", "dev %s "})
	vxlanPorts(p, at.Get(unix.IFLA_VXLAN_PORT_RANGE))
	v.field(p, at, &field{unix.IFLA_VXLAN_PORT, asBE16, "port", "dstport %u "})
	if on, ok := at.U8(unix.IFLA_VXLAN_LEARNING); ok {
		switch {
		case p.JSON():
			p.Bool("learning", "", on != 0)
		case on == 0:
			p.Text("nolearning ")
		}
	}
	v.fields(p, at, vxlanSwitchFields[:])
	tunnelTOS(p, at, unix.IFLA_VXLAN_TOS)
	tunnelTTL(p, at, unix.IFLA_VXLAN_TTL, unix.IFLA_VXLAN_TTL_INHERIT)
	tunnelDF(p, at, unix.IFLA_VXLAN_DF)
	if label, _ := at.BE32(unix.IFLA_VXLAN_LABEL); label != 0 {
		p.Hex0x("label", "flowlabel %#x ", uint64(label))
	}
	vxlanLimits(p, at)
	tunnelChecksum(p, at, unix.IFLA_VXLAN_UDP_CSUM, "udp_csum", "udpcsum ")
	tunnelChecksum(p, at, unix.IFLA_VXLAN_UDP_ZERO_CSUM6_TX, "udp_zero_csum6_tx", "udp6zerocsumtx ")
	tunnelChecksum(p, at, unix.IFLA_VXLAN_UDP_ZERO_CSUM6_RX, "udp_zero_csum6_rx", "udp6zerocsumrx ")
	v.fields(p, at, vxlanLastFields[:])
}

// vxlanRemote prints the other end, which may be a multicast group.
func (v *View) vxlanRemote(p *printer.Printer, at rtnl.Attrs) {
	if at.Has(unix.IFLA_VXLAN_GROUP) {
		a := at.Get(unix.IFLA_VXLAN_GROUP)
		switch {
		case len(a) < 4 || isZero(a[:4]):
		case a[0]&0xf0 == 0xe0:
			p.Bytes(printer.None, "group", "group %s ", v.host(unix.AF_INET, a[:4]))
		default:
			p.Bytes(printer.None, "remote", "remote %s ", v.host(unix.AF_INET, a[:4]))
		}
		return
	}
	a := at.Get(unix.IFLA_VXLAN_GROUP6)
	switch {
	case len(a) < 16 || isZero(a[:16]):
	case a[0] == 0xff:
		p.Bytes(printer.None, "group6", "group %s ", v.host(unix.AF_INET6, a[:16]))
	default:
		p.Bytes(printer.None, "remote6", "remote %s ", v.host(unix.AF_INET6, a[:16]))
	}
}

// vxlanPorts prints the range of source ports: struct ifla_vxlan_port_range, in
// network order.
func vxlanPorts(p *printer.Printer, b []byte) {
	if len(b) < 4 {
		return
	}
	low, high := binary.BigEndian.Uint16(b), binary.BigEndian.Uint16(b[2:])
	p.OpenObject("port_range")
	p.Uint("low", "srcport %u ", uint64(low))
	p.Uint("high", "%u ", uint64(high))
	p.CloseObject()
}

// vxlanLimits prints how long and how many addresses are learned.
func vxlanLimits(p *printer.Printer, at rtnl.Attrs) {
	if age, ok := at.U32(unix.IFLA_VXLAN_AGEING); ok {
		if age == 0 && !p.JSON() {
			p.Text("ageing none ")
		} else {
			p.Uint("ageing", "ageing %u ", uint64(age))
		}
	}
	if limit, _ := at.U32(unix.IFLA_VXLAN_LIMIT); limit != 0 {
		p.Uint("limit", "maxaddr %u ", uint64(limit))
	}
}
