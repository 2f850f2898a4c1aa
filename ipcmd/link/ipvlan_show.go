package link

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// ipvlanModeNames are IPVLAN_MODE_* of linux/if_link.h.
var ipvlanModeNames = [...]string{"l2", "l3", "l3s"}

// IPVLAN_F_* of linux/if_link.h.
const (
	ipvlanFlagPrivate = 1 << 0
	ipvlanFlagVEPA    = 1 << 1
)

// showIPvlan prints an ipvlan or ipvtap.
func showIPvlan(v *View, p *printer.Printer, at rtnl.Attrs) {
	if mode, ok := at.U16(unix.IFLA_IPVLAN_MODE); ok {
		name := "unknown"
		if int(mode) < len(ipvlanModeNames) {
			name = ipvlanModeNames[mode]
		}
		p.String("mode", " mode %s ", name)
	}
	flags, ok := at.U16(unix.IFLA_IPVLAN_FLAGS)
	switch {
	case !ok:
	case flags&ipvlanFlagPrivate != 0:
		p.Bool("private", "private ", true)
	case flags&ipvlanFlagVEPA != 0:
		p.Bool("vepa", "vepa ", true)
	default:
		p.Bool("bridge", "bridge ", true)
	}
}
