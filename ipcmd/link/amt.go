package link

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
)

// Attributes of an AMT tunnel (linux/amt.h).
const (
	amtMode        = 1
	amtRelayPort   = 2
	amtGatewayPort = 3
	amtLink        = 4
	amtLocalIP     = 5
	amtDiscoveryIP = 7
	amtMaxTunnels  = 8
)

func parseAMT(p *kindParser) error {
	port := func(key string, attr uint16) Option {
		return exact(key, func(p *kindParser) error {
			n, err := read(p, format.ParseU16, key)
			p.r.BE16(attr, n)
			return err
		})
	}
	family := unix.AF_UNSPEC // of discovery, which local has to fit
	addr := func(key string, attr uint16) Option {
		return exact(key, func(p *kindParser) error {
			v, err := p.valueOnce(attr, key)
			if err != nil {
				return err
			}
			a, err := p.c.Addr(v, family)
			if err != nil {
				return err
			}
			if attr == amtDiscoveryIP {
				family = a.Family
			}
			if a.IsInet() {
				p.r.Attr(attr, a.Addr)
			}
			return nil
		})
	}
	return p.options([]Option{
		exact("mode", amtModeWord),
		port("relay_port", amtRelayPort),
		port("gateway_port", amtGatewayPort),
		{Name: "max_tunnels", Exact: true, Value: U32, Attr: amtMaxTunnels, Wrong: "max_tunnels"},
		exact("dev", func(p *kindParser) error {
			link, err := p.deviceIndex()
			p.r.U32(amtLink, link)
			return err
		}),
		addr("local", amtLocalIP),
		addr("discovery", amtDiscoveryIP),
	})
}

func amtModeWord(p *kindParser) error {
	v, err := p.Value()
	if err != nil {
		return err
	}
	switch v {
	case "gateway":
		p.r.U32(amtMode, 0)
	case "relay":
		p.r.U32(amtMode, 1)
	default:
		return p.explain("")
	}
	return nil
}

const amtHelp = `Usage: ... amt
               [ discovery IP_ADDRESS ]
               [ mode MODE ]
               [ local ADDR ]
               [ dev PHYS_DEV ]
               [ relay_port PORT ]
               [ gateway_port PORT ]
               [ max_tunnels NUMBER ]

Where: ADDR	:= { IP_ADDRESS }
       MODE	:= { gateway | relay }
`
