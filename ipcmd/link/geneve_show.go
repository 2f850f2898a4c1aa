package link

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// showGeneve prints a GENEVE device (RFC 8926).
func showGeneve(v *View, p *printer.Printer, at rtnl.Attrs) {
	v.field(p, at, &field{unix.IFLA_GENEVE_COLLECT_METADATA, asEmpty, "external", "external "})
	v.field(p, at, &field{unix.IFLA_GENEVE_ID, asU32, "id", "id %u "})
	if at.Has(unix.IFLA_GENEVE_REMOTE) {
		if a := at.Get(unix.IFLA_GENEVE_REMOTE); len(a) >= 4 && !isZero(a[:4]) {
			p.Bytes(printer.None, "remote", "remote %s ", v.host(unix.AF_INET, a[:4]))
		}
	} else if a := at.Get(unix.IFLA_GENEVE_REMOTE6); len(a) >= 16 && !isZero(a[:16]) && a[0] != 0xff {
		p.Bytes(printer.None, "remote6", "remote %s ", v.host(unix.AF_INET6, a[:16]))
	}
	tunnelTTL(p, at, unix.IFLA_GENEVE_TTL, unix.IFLA_GENEVE_TTL_INHERIT)
	tunnelTOS(p, at, unix.IFLA_GENEVE_TOS)
	tunnelDF(p, at, unix.IFLA_GENEVE_DF)
	if label, _ := at.BE32(unix.IFLA_GENEVE_LABEL); label != 0 {
		p.Hex0x("label", "flowlabel %#x ", uint64(label))
	}
	v.field(p, at, &field{unix.IFLA_GENEVE_PORT, asBE16, "port", "dstport %u "})
	tunnelChecksum(p, at, unix.IFLA_GENEVE_UDP_CSUM, "udp_csum", "udpcsum ")
	tunnelChecksum(p, at, unix.IFLA_GENEVE_UDP_ZERO_CSUM6_TX, "udp_zero_csum6_tx", "udp6zerocsumtx ")
	tunnelChecksum(p, at, unix.IFLA_GENEVE_UDP_ZERO_CSUM6_RX, "udp_zero_csum6_rx", "udp6zerocsumrx ")
	v.field(p, at, &field{unix.IFLA_GENEVE_INNER_PROTO_INHERIT, asEmpty, "inner_proto_inherit", "innerprotoinherit "})
}
