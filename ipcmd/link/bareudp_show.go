package link

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// showBareUDP prints a tunnel that puts packets into UDP as they are.
func showBareUDP(v *View, p *printer.Printer, at rtnl.Attrs) {
	if at == nil {
		return
	}
	v.field(p, at, &field{unix.IFLA_BAREUDP_PORT, asBE16, "dstport", "dstport %u "})
	v.field(p, at, &field{unix.IFLA_BAREUDP_ETHERTYPE, asProto, "ethertype", "ethertype %s "})
	v.field(p, at, &field{unix.IFLA_BAREUDP_SRCPORT_MIN, asU16, "srcportmin", "srcportmin %u "})
	if at.Has(unix.IFLA_BAREUDP_MULTIPROTO_MODE) {
		p.Bool("multiproto", "multiproto ", true)
	} else {
		p.Bool("multiproto", "nomultiproto ", false)
	}
}
