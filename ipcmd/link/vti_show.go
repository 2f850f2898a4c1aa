package link

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// showVTI prints a virtual tunnel interface of IPsec over IPv4, showVTI6 one
// over IPv6.
func showVTI(v *View, p *printer.Printer, at rtnl.Attrs)  { v.vti(p, at, unix.AF_INET) }
func showVTI6(v *View, p *printer.Printer, at rtnl.Attrs) { v.vti(p, at, unix.AF_INET6) }

func (v *View) vti(p *printer.Printer, at rtnl.Attrs, family int) {
	if at == nil {
		return
	}
	v.endpoints(p, at, family, vtiRemote, vtiLocal)
	v.field(p, at, &field{vtiLink, asName, "link", "dev %s "})
	if key, _ := at.U32(vtiIKey); key != 0 {
		v.dottedKey(p, at, vtiIKey, "ikey", "ikey %s ")
	}
	if key, _ := at.U32(vtiOKey); key != 0 {
		v.dottedKey(p, at, vtiOKey, "okey", "okey %s ")
	}
	tunnelFwmark(p, at, vtiFwmark)
}
