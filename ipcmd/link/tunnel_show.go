package link

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
)

func isZero(b []byte) bool {
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}

// tunnelLocal prints the own address of a tunnel over UDP: that of IPv4 if the
// attribute is there, else that of IPv6; none if it is all zeros.
func (v *View) tunnelLocal(p *printer.Printer, at rtnl.Attrs, v4, v6 int) {
	if at.Has(v4) {
		if a := at.Get(v4); len(a) >= 4 && !isZero(a[:4]) {
			p.Bytes(printer.None, "local", "local %s ", v.host(unix.AF_INET, a[:4]))
		}
		return
	}
	if a := at.Get(v6); len(a) >= 16 && !isZero(a[:16]) {
		p.Bytes(printer.None, "local6", "local %s ", v.host(unix.AF_INET6, a[:16]))
	}
}

// tunnelTOS prints the type of service of the outer packets, unless it is 0. 1
// stands for that of the inner packet.
func tunnelTOS(p *printer.Printer, at rtnl.Attrs, attr int) {
	tos, _ := at.U8(attr)
	switch {
	case tos == 0:
	case tos == 1 && !p.JSON():
		p.Text("tos inherit ")
	default:
		p.Hex0x("tos", "tos %#x ", uint64(tos))
	}
}

// tunnelTTL prints the time to live of the outer packets of a tunnel over UDP;
// inherit is the attribute that has it taken from the inner packet.
func tunnelTTL(p *printer.Printer, at rtnl.Attrs, attr, inherit int) {
	ttl, ok := at.U8(attr)
	switch on, _ := at.U8(inherit); {
	case on != 0:
		p.Text("ttl inherit ")
	case !ok:
	case ttl == 0 && !p.JSON():
		p.Text("ttl auto ")
	default:
		p.Uint("ttl", "ttl %u ", uint64(ttl))
	}
}

// tunnelDF prints what becomes of the Don't Fragment bit: VXLAN_DF_* and
// GENEVE_DF_* of linux/if_link.h. Text leaves unset out.
func tunnelDF(p *printer.Printer, at rtnl.Attrs, attr int) {
	df, ok := at.U8(attr)
	switch {
	case !ok:
	case df == 0:
		if p.JSON() {
			p.String("df", "", "unset")
		}
	case df == 1:
		p.String("df", "df %s ", "set")
	case df == 2:
		p.String("df", "df %s ", "inherit")
	}
}

// tunnelChecksum prints a switch whose text gets a "no" before it when off.
func tunnelChecksum(p *printer.Printer, at rtnl.Attrs, attr int, key, text string) {
	on, ok := at.U8(attr)
	switch {
	case !ok:
	case p.JSON():
		p.Bool(key, "", on != 0)
	default:
		if on == 0 {
			p.Text("no")
		}
		p.Text(text)
	}
}

// endpoints prints both ends of an IP tunnel.
func (v *View) endpoints(p *printer.Printer, at rtnl.Attrs, family, remote, local int) {
	v.endpoint(p, family, "remote", "remote %s ", at.Get(remote))
	v.endpoint(p, family, "local", "local %s ", at.Get(local))
}

// endpoint prints one end: "any" where there is no address or all zeros,
// "unknown" where it is not of the family.
func (v *View) endpoint(p *printer.Printer, family int, key, text string, a []byte) {
	switch {
	case a == nil:
		p.String(key, text, "any")
	case len(a)*8 != format.FamilyBits(family):
		p.String(key, text, "unknown")
	case isZero(a):
		p.String(key, text, "any")
	default:
		p.Bytes(printer.None, key, text, v.host(family, a))
	}
}

// tunnelHops prints the time to live of the outer packets of an IP tunnel; text
// has "inherit" for 0.
func tunnelHops(p *printer.Printer, at rtnl.Attrs, attr int, name string) {
	ttl, _ := at.U8(attr)
	p.Text(name)
	if ttl == 0 && !p.JSON() {
		p.Text("inherit ")
	} else {
		p.Uint("ttl", "%u ", uint64(ttl))
	}
}

func tunnelFwmark(p *printer.Printer, at rtnl.Attrs, attr int) {
	if mark, _ := at.U32(attr); mark != 0 {
		p.Hex0x("fwmark", "fwmark %#x ", uint64(mark))
	}
}

// encapView prints how a tunnel is wrapped into UDP; its fields are the
// attributes.
type encapView struct{ typ, flags, sport, dport int }

func (e *encapView) show(p *printer.Printer, at rtnl.Attrs) {
	typ, ok := at.U16(e.typ)
	if !ok || typ == encapNone {
		return
	}
	flags, _ := at.U16(e.flags)
	sport, _ := at.BE16(e.sport)
	dport, _ := at.BE16(e.dport)
	p.OpenObject("encap")
	p.Text("encap ")
	switch typ {
	case encapFOU:
		p.String("type", "%s ", "fou")
	case encapGUE:
		p.String("type", "%s ", "gue")
	default:
		p.Null("type", "%s ", "unknown")
	}
	if sport == 0 && !p.JSON() {
		p.Text("encap-sport auto ")
	} else {
		p.Uint("sport", "encap-sport %u ", uint64(sport))
	}
	p.Uint("dport", "encap-dport %u ", uint64(dport))
	for _, r := range [...]struct {
		bit       uint16
		key, text string
	}{
		{encapCsum, "csum", "encap-csum "}, {encapCsum6, "csum6", "encap-csum6 "},
		{encapRemcsum, "remcsum", "encap-remcsum "},
	} {
		switch on := flags&r.bit != 0; {
		case p.JSON():
			p.Bool(r.key, "", on)
		case on:
			p.Text(r.text)
		default:
			p.Text("no")
			p.Text(r.text)
		}
	}
	p.CloseObject()
}
