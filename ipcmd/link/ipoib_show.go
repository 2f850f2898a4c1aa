package link

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// ipoibModes are IPOIB_MODE_* of linux/if_link.h.
var ipoibModes = [...]string{"datagram", "connected"}

// showIPoIB prints a device of IP over InfiniBand (RFC 4391).
func showIPoIB(v *View, p *printer.Printer, at rtnl.Attrs) {
	pkey, ok := at.U16(unix.IFLA_IPOIB_PKEY)
	if !ok {
		return
	}
	if pkey == 0 {
		p.String("key", "pkey %s ", "0000") // as C's %#.4x has it
	} else {
		hexText(p, "key", "pkey %s ", uint64(pkey), 4)
	}
	mode, ok := at.U16(unix.IFLA_IPOIB_MODE)
	if !ok {
		return
	}
	name := "unknown"
	if int(mode) < len(ipoibModes) {
		name = ipoibModes[mode]
	}
	p.String("mode", "mode %s ", name)
	if umcast, ok := at.U16(unix.IFLA_IPOIB_UMCAST); ok {
		p.Bytes(printer.None, "umcast", "umcast %s ", v.hex([]byte{byte(umcast >> 8), byte(umcast)}))
	}
}
