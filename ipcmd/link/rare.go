package link

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/names"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// Attributes that x/sys lacks (linux/if_link.h).
const (
	wwanLinkID = 1

	batadvAlgoName = 1
)

// The kinds with few options, and those whose options are elsewhere.

func xfrm(name string) Kind { return Kind{Name: name, Help: xfrmHelp, Parse: parseXfrm} }

func bareudp(name string) Kind {
	return Kind{Name: name, Help: bareudpHelp, Noun: "command", Parse: parseBareUDP}
}

func hsr(name string) Kind { return Kind{Name: name, Help: hsrHelp, Parse: parseHSR} }

func gtp(name string) Kind { return Kind{Name: name, Help: gtpHelp, Parse: parseGTP} }

func amt(name string) Kind {
	return Kind{Name: name, Help: amtHelp, Noun: "command", WholeHelp: true, Parse: parseAMT}
}

func ipoib(name string) Kind {
	return Kind{Name: name, Help: ipoibHelp, Noun: "option", Options: ipoibOptions}
}

func rmnet(name string) Kind {
	return Kind{Name: name, Help: rmnetHelp, Noun: "command", Options: func() []Option {
		return []Option{{Name: "mux_id", Value: U16, Attr: unix.IFLA_RMNET_MUX_ID, Wrong: "mux_id is invalid"}}
	}}
}

func dsa(name string) Kind {
	return Kind{Name: name, Help: dsaHelp, Noun: "command", WholeHelp: true, Options: func() []Option {
		return []Option{
			{Name: "conduit", Exact: true, Value: Device, Attr: unix.IFLA_DSA_CONDUIT},
			{Name: "master", Exact: true, Value: Device, Attr: unix.IFLA_DSA_CONDUIT},
		}
	}}
}

func wwan(name string) Kind {
	return Kind{Name: name, Help: wwanHelp, Noun: "command", Options: func() []Option {
		return []Option{{Name: "linkid", Value: U32, Attr: wwanLinkID, Wrong: "linkid"}}
	}}
}

func batadv(name string) Kind {
	return Kind{Name: name, Help: batadvHelp, Noun: "command", Options: func() []Option {
		return []Option{prefixed("ra", batadvAlgo)}
	}}
}

func can(name string) Kind { return Kind{Name: name, Help: canHelp, Parse: parseCAN} }

func macsec(name string) Kind { return Kind{Name: name, Help: macsecHelp, Parse: parseMACsec} }

func virtWiFi(name string) Kind { return Kind{Name: name, Help: "Usage: ... virt_wifi \n"} }

func batadvAlgo(p *kindParser) error {
	v, err := p.Value()
	if err != nil {
		return err
	}
	p.r.Str(batadvAlgoName, v)
	return nil
}

// device reads the index of an interface, whose absence ends ip on the spot.
func (p *kindParser) deviceIndex() (uint32, error) {
	v, err := p.Value()
	if err != nil {
		return 0, err
	}
	index := p.c.Links().Index(v)
	if index == 0 {
		return 0, object.Abort(object.StatusUsage, object.NoDevice(v).Error())
	}
	return uint32(index), nil
}

func parseXfrm(p *kindParser) error {
	link, id, external := uint32(0), uint32(0), false
	err := p.tunnelOptions([]Option{
		prefixed("dev", func(p *kindParser) (err error) {
			link, err = p.deviceIndex()
			return err
		}),
		prefixed("if_id", func(p *kindParser) error {
			v, err := p.Value()
			if err != nil {
				return err
			}
			n, ok := format.ParseU32(v, 0)
			if !ok || n == 0 {
				return words.Invalid("if_id value is invalid", v)
			}
			id = n
			p.r.U32(unix.IFLA_XFRM_IF_ID, id)
			return nil
		}),
		exact("external", do(func() { external = true })),
	})
	switch {
	case err != nil:
		return err
	case external && (id != 0 || link != 0):
		return object.Fail(object.StatusLocal, "xfrmi: both 'external' and if_id/link cannot be specified")
	case external:
		p.r.Flag(unix.IFLA_XFRM_COLLECT_METADATA)
		return nil
	case id == 0:
		return words.Missing("IF_ID")
	}
	sendLink(p.r, unix.IFLA_XFRM_LINK, link)
	return nil
}

func parseBareUDP(p *kindParser) error {
	var dstport, srcmin, proto uint16
	multi := false
	port := func(dst *uint16, attr uint16, key string) Option {
		return prefixed(key, func(p *kindParser) error {
			n, err := readOnce(p, attr, key, format.ParseU16, key)
			*dst = n
			return err
		})
	}
	mode := func(name string, on bool) Option {
		return prefixed(name, func(p *kindParser) error {
			multi = on
			return p.once(unix.IFLA_BAREUDP_MULTIPROTO_MODE, p.Word())
		})
	}
	err := p.options([]Option{
		port(&dstport, unix.IFLA_BAREUDP_PORT, "dstport"),
		prefixed("ethertype", func(p *kindParser) error {
			v, err := p.valueOnce(unix.IFLA_BAREUDP_ETHERTYPE, "ethertype")
			if err != nil {
				return err
			}
			var ok bool
			if proto, ok = names.EtherProtoID(v); !ok {
				return words.Invalid("ethertype", v)
			}
			return nil
		}),
		port(&srcmin, unix.IFLA_BAREUDP_SRCPORT_MIN, "srcportmin"),
		mode("multiproto", true),
		mode("nomultiproto", false),
	})
	switch {
	case err != nil:
		return err
	case !p.has(unix.IFLA_BAREUDP_PORT):
		return words.Missing("dstport")
	case !p.has(unix.IFLA_BAREUDP_ETHERTYPE):
		return words.Missing("ethertype")
	}
	p.r.BE16(unix.IFLA_BAREUDP_PORT, dstport)
	p.r.BE16(unix.IFLA_BAREUDP_ETHERTYPE, proto)
	if p.has(unix.IFLA_BAREUDP_SRCPORT_MIN) {
		p.r.U16(unix.IFLA_BAREUDP_SRCPORT_MIN, srcmin)
	}
	if multi {
		p.r.Flag(unix.IFLA_BAREUDP_MULTIPROTO_MODE)
	}
	return nil
}

// parseHSR reads the ring's two ports and its protocol. Like the original it
// asks of the version and the protocol only that they are numbers.
func parseHSR(p *kindParser) error {
	slave := func(attr uint16) func(*kindParser) error {
		return func(p *kindParser) error {
			v, err := p.Value()
			if err != nil {
				return err
			}
			index := p.c.Links().Index(v)
			if index == 0 {
				return words.Invalid("No such interface", v)
			}
			p.r.U32(attr, uint32(index))
			return nil
		}
	}
	table := []Option{
		{Name: "supervision", Value: U8, Attr: unix.IFLA_HSR_MULTICAST_SPEC, Wrong: "ADDR-BYTE is invalid"},
		{Name: "version", Value: U8, Attr: unix.IFLA_HSR_VERSION, Wrong: "version is invalid"},
		{Name: "proto", Value: U8, Attr: unix.IFLA_HSR_PROTOCOL, Wrong: "protocol is invalid"},
		prefixed("slave1", slave(unix.IFLA_HSR_SLAVE1)),
		prefixed("slave2", slave(unix.IFLA_HSR_SLAVE2)),
	}
	for ; p.More(); p.Skip() {
		o := findOption(table, p.Word())
		switch {
		case o == nil && p.Prefix("help"):
			return p.explain("")
		case o == nil:
			return p.explain(`hsr: what is "` + p.Word() + "\"?\n")
		}
		if err := p.option(o); err != nil {
			return err
		}
	}
	return nil
}

func ipoibOptions() []Option {
	return []Option{
		{Name: "pkey", Value: U16, Attr: unix.IFLA_IPOIB_PKEY, Wrong: "pkey is invalid"},
		prefixed("mode", func(p *kindParser) error {
			v, err := p.Value()
			if err != nil {
				return err
			}
			switch v {
			case "datagram":
				p.r.U16(unix.IFLA_IPOIB_MODE, 0)
			case "connected":
				p.r.U16(unix.IFLA_IPOIB_MODE, 1)
			default:
				return object.Fail(object.StatusLocal,
					`Error: argument of "mode" must be "datagram"or "connected"`)
			}
			return nil
		}),
		{Name: "umcast", Value: U16, Attr: unix.IFLA_IPOIB_UMCAST, Wrong: "umcast is invalid"},
	}
}

const xfrmHelp = `Usage: ... xfrm dev [ PHYS_DEV ] [ if_id IF-ID ]
		[ external ]

Where: IF-ID := { 0x1..0xffffffff }
`

const bareudpHelp = `Usage: ... bareudp dstport PORT
		ethertype PROTO
		[ srcportmin PORT ]
		[ [no]multiproto ]

Where:	PORT  := UDP_PORT
	PROTO := ETHERTYPE

Note: ETHERTYPE can be given as number or as protocol name ("ipv4", "ipv6",
      "mpls_uc", etc.).
`

const hsrHelp = `Usage:	ip link add name NAME type hsr slave1 SLAVE1-IF slave2 SLAVE2-IF
	[ supervision ADDR-BYTE ] [version VERSION] [proto PROTOCOL]

NAME
	name of new hsr device (e.g. hsr0)
SLAVE1-IF, SLAVE2-IF
	the two slave devices bound to the HSR device
ADDR-BYTE
	0-255; the last byte of the multicast address used for HSR supervision
	frames (default = 0)
VERSION
	0,1; the protocol version to be used. (default = 0)
PROTOCOL
	0 - HSR, 1 - PRP. (default = 0 - HSR)
`

const ipoibHelp = `Usage: ... ipoib [ pkey PKEY ]
		 [ mode {datagram | connected} ]
		 [ umcast {0|1} ]

PKEY  := 0x8001-0xffff
`

const rmnetHelp = `Usage: ... rmnet mux_id MUXID

MUXID := 1-254
`

const dsaHelp = `Usage: ... dsa [ conduit DEVICE ]
`

const wwanHelp = `Usage: ... wwan linkid LINKID

Where: LINKID := 0-4294967295
`

const batadvHelp = `Usage: ... batadv [ ra ROUTING_ALG ]

Where: ROUTING_ALG := { BATMAN_IV | BATMAN_V }
`
