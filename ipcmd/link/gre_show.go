package link

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// showGRE prints a GRE tunnel over IPv4.
func showGRE(v *View, p *printer.Printer, at rtnl.Attrs) {
	if at == nil {
		return
	}
	v.field(p, at, &field{greMetadata, asEmpty, "external", "external "})
	v.endpoints(p, at, unix.AF_INET, greRemote, greLocal)
	v.field(p, at, &field{greLink, asName, "link", "dev %s "})
	tunnelHops(p, at, greTTL, "ttl ")
	tunnelTOS(p, at, greTOS)
	if on, ok := at.U8(grePMTUDisc); ok {
		switch {
		case on == 0:
			p.Bool("pmtudisc", "nopmtudisc ", false)
		case p.JSON():
			p.Bool("pmtudisc", "", true)
		}
	}
	v.field(p, at, &field{greIgnoreDF, asFlag, "ignore_df", "ignore-df "})
	v.greKeys(p, at)
	tunnelFwmark(p, at, greFwmark)
	v.erspan(p, at)
	greEncap.show(p, at)
}

// showGRE6 prints a GRE tunnel over IPv6.
func showGRE6(v *View, p *printer.Printer, at rtnl.Attrs) {
	if at == nil {
		return
	}
	flags, _ := at.U32(greFlags)
	v.field(p, at, &field{greMetadata, asEmpty, "external", "external "})
	v.endpoints(p, at, unix.AF_INET6, greRemote, greLocal)
	v.field(p, at, &field{greLink, asName, "link", "dev %s "})
	tunnelHops(p, at, greTTL, "hoplimit ")
	encapLimit(p, at, flags, greEncapLimit)
	flowInfo(p, at, flags, greFlowInfo)
	bit6(p, flags, ip6RcvDSCPCopy, "ip6_tnl_f_rcv_dscp_copy", "dscp inherit ")
	v.greKeys(p, at)
	bit6(p, flags, ip6AllowLocalRemote, "ip6_tnl_f_allow_local_remote", "allow-localremote ")
	fwmark6(p, at, flags, greFwmark)
	v.erspan(p, at)
	greEncap.show(p, at)
}

var greEncap = encapView{greEncapType, greEncapFlags, greEncapSport, greEncapDport}

// greKeys prints the keys and what is done with sequence numbers and checksums,
// for what comes in (i) and goes out (o).
func (v *View) greKeys(p *printer.Printer, at rtnl.Attrs) {
	in, _ := at.BE16(greIFlags)
	out, _ := at.BE16(greOFlags)
	if in&greKey != 0 {
		v.dottedKey(p, at, greIKey, "ikey", "ikey %s ")
	}
	if out&greKey != 0 {
		v.dottedKey(p, at, greOKey, "okey", "okey %s ")
	}
	for _, r := range [...]struct {
		flags, bit uint16
		key, text  string
	}{
		{in, greSeq, "iseq", "iseq "}, {out, greSeq, "oseq", "oseq "},
		{in, greCsum, "icsum", "icsum "}, {out, greCsum, "ocsum", "ocsum "},
	} {
		if r.flags&r.bit != 0 {
			p.Bool(r.key, r.text, true)
		}
	}
}

// dottedKey prints a key of 32 bits in the form of an IPv4 address.
func (v *View) dottedKey(p *printer.Printer, at rtnl.Attrs, attr int, key, text string) {
	if b := at.Get(attr); len(b) >= 4 {
		v.buf = format.AppendIPv4(v.buf[:0], b)
		p.Bytes(printer.None, key, text, v.buf)
	}
}

// erspan prints what ERSPAN adds to GRE.
func (v *View) erspan(p *printer.Printer, at rtnl.Attrs) {
	v.field(p, at, &field{greErspanIndex, asU32, "erspan_index", "erspan_index %u "})
	v.field(p, at, &field{greErspanVer, asU8, "erspan_ver", "erspan_ver %u "})
	if dir, ok := at.U8(greErspanDir); ok {
		name := "egress"
		if dir == 0 {
			name = "ingress"
		}
		p.String("erspan_dir", "erspan_dir %s ", name)
	}
	v.field(p, at, &field{greErspanHwid, asHex16, "erspan_hwid", "erspan_hwid %#x "})
}
