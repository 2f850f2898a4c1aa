package link

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// gtpRoles are GTP_ROLE_* of linux/if_link.h.
var gtpRoles = [...]string{"ggsn", "sgsn"}

// showGTP prints an end of the GPRS tunnelling protocol.
func showGTP(v *View, p *printer.Printer, at rtnl.Attrs) {
	if role, ok := at.U32(unix.IFLA_GTP_ROLE); ok {
		name := "unknown"
		if role < uint32(len(gtpRoles)) {
			name = gtpRoles[role]
		}
		p.String("role", "role %s ", name)
	}
	v.field(p, at, &field{unix.IFLA_GTP_PDP_HASHSIZE, asU32, "hsize", "hsize %u "})
	v.field(p, at, &field{unix.IFLA_GTP_RESTART_COUNT, asU8, "restart_count", "restart_count %u "})
}
