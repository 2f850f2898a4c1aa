package link

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// amtRemoteIP is IFLA_AMT_REMOTE_IP of linux/amt.h: the relay, which a gateway
// finds by itself.
const amtRemoteIP = 6

var amtModes = [...]string{"gateway", "relay"}

// showAMT prints an end of Automatic Multicast Tunneling (RFC 7450).
func showAMT(v *View, p *printer.Printer, at rtnl.Attrs) {
	if mode, ok := at.U32(amtMode); ok {
		p.String("mode", "%s ", nameOf(amtModes[:], mode))
	}
	v.field(p, at, &field{amtGatewayPort, asBE16, "gateway_port", "gateway_port %u "})
	v.field(p, at, &field{amtRelayPort, asBE16, "relay_port", "relay_port %u "})
	v.amtAddr(p, at, amtLocalIP, "local", "local %s ")
	v.amtAddr(p, at, amtRemoteIP, "remote", "remote %s ")
	v.amtAddr(p, at, amtDiscoveryIP, "discovery", "discovery %s ")
	if index, ok := at.S32(amtLink); ok {
		p.String("link", "dev %s ", v.Resolver.Name(index))
	}
	v.field(p, at, &field{amtMaxTunnels, asU32, "max_tunnels", "max_tunnels %u "})
}

func (v *View) amtAddr(p *printer.Printer, at rtnl.Attrs, attr int, key, text string) {
	if a := at.Get(attr); len(a)*8 >= format.FamilyBits(unix.AF_INET) {
		p.Bytes(printer.None, key, text, v.host(unix.AF_INET, a[:4]))
	}
}
