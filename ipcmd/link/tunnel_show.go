package link

import (
	"golang.org/x/sys/unix"

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
