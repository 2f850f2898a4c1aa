package link

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
)

var iptunEncap = encapView{iptunEncapType, iptunEncapFlags, iptunEncapSport, iptunEncapDport}

// showIPTunnel prints a tunnel over IPv4: ipip and sit.
func showIPTunnel(v *View, p *printer.Printer, at rtnl.Attrs) {
	if at == nil {
		return
	}
	v.field(p, at, &field{iptunMetadata, asEmpty, "external", "external "})
	if proto, ok := at.U8(iptunProto); ok {
		tunnelMode(p, proto, "ipip", "ip6ip", "mplsip")
	}
	v.endpoints(p, at, unix.AF_INET, iptunRemote, iptunLocal)
	v.field(p, at, &field{iptunLink, asName, "link", "dev %s "})
	tunnelHops(p, at, iptunTTL, "ttl ")
	tunnelTOS(p, at, iptunTOS)
	if on, _ := at.U8(iptunPMTUDisc); on != 0 {
		p.Bool("pmtudisc", "pmtudisc ", true)
	} else {
		p.Bool("pmtudisc", "nopmtudisc ", false)
	}
	if flags, _ := at.U16(iptunFlags); flags&sitISATAP != 0 {
		p.Bool("isatap", "isatap ", true)
	}
	v.sixRD(p, at)
	tunnelFwmark(p, at, iptunFwmark)
	iptunEncap.show(p, at)
}

// tunnelMode prints what is inside the tunnel, by its IP protocol; an empty
// name is not printed.
func tunnelMode(p *printer.Printer, proto uint8, v4, v6, mpls string) {
	name := ""
	switch proto {
	case unix.IPPROTO_IPIP:
		name = v4
	case unix.IPPROTO_IPV6:
		name = v6
	case unix.IPPROTO_MPLS:
		name = mpls
	case 0:
		name = "any"
	}
	if name != "" {
		p.String("proto", "%s ", name)
	}
}

// sixRD prints the prefixes of 6rd (RFC 5969).
func (v *View) sixRD(p *printer.Printer, at rtnl.Attrs) {
	bits, _ := at.U16(iptun6rdPrefixLen)
	prefix := at.Get(iptun6rdPrefix)
	if bits == 0 || len(prefix) < 16 {
		return
	}
	v.buf = format.AppendIPv6(v.buf[:0], prefix)
	p.Bytes(printer.None, "prefix", "6rd-prefix %s", v.buf)
	p.Int("prefixlen", "/%u ", int64(bits))
	relay := at.Get(iptun6rdRelayPrefix)
	if len(relay) < 4 || isZero(relay[:4]) {
		return
	}
	bits, _ = at.U16(iptun6rdRelayPrefLen)
	p.Bytes(printer.None, "relay_prefix", "6rd-relay_prefix %s", v.host(unix.AF_INET, relay[:4]))
	p.Int("relay_prefixlen", "/%u ", int64(bits))
}

// showIP6Tunnel prints a tunnel over IPv6: ip6tnl.
func showIP6Tunnel(v *View, p *printer.Printer, at rtnl.Attrs) {
	if at == nil {
		return
	}
	flags, _ := at.U32(iptunFlags)
	v.field(p, at, &field{iptunMetadata, asEmpty, "external", "external "})
	if proto, ok := at.U8(iptunProto); ok {
		tunnelMode(p, proto, "ipip6", "ip6ip6", "")
	}
	v.endpoints(p, at, unix.AF_INET6, iptunRemote, iptunLocal)
	v.field(p, at, &field{iptunLink, asName, "link", "dev %s "})
	tunnelHops(p, at, iptunTTL, "hoplimit ")
	encapLimit(p, at, flags, iptunEncapLimit)
	flowInfo(p, at, flags, iptunFlowInfo)
	bit6(p, flags, ip6RcvDSCPCopy, "ip6_tnl_f_rcv_dscp_copy", "dscp inherit ")
	bit6(p, flags, ip6MIP6, "ip6_tnl_f_mip6_dev", "mip6 ")
	bit6(p, flags, ip6AllowLocalRemote, "ip6_tnl_f_allow_local_remote", "allow-localremote ")
	fwmark6(p, at, flags, iptunFwmark)
	iptunEncap.show(p, at)
}

// ip6MIP6 is IP6_TNL_F_MIP6_DEV of linux/ip6_tunnel.h.
const ip6MIP6 = 0x8

// bit6 prints one of the flags of a tunnel over IPv6 if it is set.
func bit6(p *printer.Printer, flags, bit uint32, key, text string) bool {
	on := flags&bit != 0
	if on {
		p.Bool(key, text, true)
	}
	return on
}

// encapLimit prints how deeply tunnels may be nested (RFC 2473).
func encapLimit(p *printer.Printer, at rtnl.Attrs, flags uint32, attr int) {
	if bit6(p, flags, ip6IgnEncapLimit, "ip6_tnl_f_ign_encap_limit", "encaplimit none ") {
		return
	}
	if n, ok := at.U8(attr); ok {
		p.Uint("encap_limit", "encaplimit %u ", uint64(n))
	}
}

// flowInfo prints the traffic class and the flow label of the outer packets.
func flowInfo(p *printer.Printer, at rtnl.Attrs, flags uint32, attr int) {
	info, ok := at.BE32(attr)
	if !bit6(p, flags, ip6UseOrigTclass, "ip6_tnl_f_use_orig_tclass", "tclass inherit ") && ok {
		hexText(p, "tclass", "tclass %s ", uint64(info&flowInfoTclass>>20), 2)
	}
	if !bit6(p, flags, ip6UseOrigFlowlabel, "ip6_tnl_f_use_orig_flowlabel", "flowlabel inherit ") && ok {
		hexText(p, "flowlabel", "flowlabel %s ", uint64(info&flowInfoFlowlabel), 5)
	}
}

// hexText prints a number as 0x and at least so many digits.
func hexText(p *printer.Printer, key, text string, n uint64, digits int) {
	const hex = "0123456789abcdef"
	var b [18]byte
	i := len(b)
	for ; n > 0 || digits > 0; digits-- {
		i--
		b[i] = hex[n&15]
		n >>= 4
	}
	i -= 2
	copy(b[i:], "0x")
	p.Bytes(printer.None, key, text, b[i:])
}

func fwmark6(p *printer.Printer, at rtnl.Attrs, flags uint32, attr int) {
	if !bit6(p, flags, ip6UseOrigFwmark, "ip6_tnl_f_use_orig_fwmark", "fwmark inherit ") {
		tunnelFwmark(p, at, attr)
	}
}
