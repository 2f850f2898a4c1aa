package link

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// showVRF prints a VRF: its routing table.
func showVRF(v *View, p *printer.Printer, at rtnl.Attrs) {
	v.field(p, at, &field{unix.IFLA_VRF_TABLE, asU32, "table", "table %u "})
}

// showVRFSlave prints a port of a VRF: the table that it uses.
func showVRFSlave(v *View, p *printer.Printer, at rtnl.Attrs) {
	v.field(p, at, &field{unix.IFLA_VRF_PORT_TABLE, asU32, "table", "table %u "})
}
