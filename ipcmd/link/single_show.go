package link

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// Kinds that print a single attribute.

// showRmnet prints a channel of a Qualcomm modem.
func showRmnet(v *View, p *printer.Printer, at rtnl.Attrs) {
	v.field(p, at, &field{unix.IFLA_RMNET_MUX_ID, asU16, "mux_id", "mux_id %u "})
}

// showDSA prints a port of a switch chip: the device that it is reached over.
func showDSA(v *View, p *printer.Printer, at rtnl.Attrs) {
	if index, ok := at.S32(unix.IFLA_DSA_CONDUIT); ok {
		p.String("conduit", "conduit %s ", v.Resolver.Name(index))
	}
}

// showXfrm prints an interface of IPsec policies.
func showXfrm(v *View, p *printer.Printer, at rtnl.Attrs) {
	if at.Has(unix.IFLA_XFRM_COLLECT_METADATA) {
		p.Bool("external", "external ", true)
		return
	}
	if id, ok := at.U32(unix.IFLA_XFRM_IF_ID); ok {
		p.Hex0x("if_id", "if_id %#x ", uint64(id))
	}
}

// showWWAN prints a channel of a modem.
func showWWAN(v *View, p *printer.Printer, at rtnl.Attrs) {
	v.field(p, at, &field{wwanLinkID, asU32, "linkid", "linkid %u "})
}
