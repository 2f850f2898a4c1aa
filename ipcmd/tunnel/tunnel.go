// Package tunnel is `ip tunnel`: tunnels of IPv4 and IPv6 that are made and
// changed by the ioctls of their devices (ip-tunnel(8)), which are older than
// rtnetlink's links of the same kinds.
//
// It may import ipcmd/link, ipcmd/object and internal/….
package tunnel

import (
	"strconv"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/byteorder"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// native is the byte order of the structures, except for what the network sees.
var native byteorder.Native

// Main is ip tunnel. The family is that of the packets that carry the others: a
// mode of IPv6 decides for it.
func Main(c *object.Context, args []string) error {
	defer func(family int) { c.Opt.Family = family }(c.Opt.Family)
	if asksInet6(args) {
		c.Opt.Family = unix.AF_INET6
	}
	switch c.Opt.Family {
	case unix.AF_UNSPEC:
		c.Opt.Family = unix.AF_INET
	case unix.AF_INET:
	case unix.AF_INET6:
		return inet6Main(c, args)
	default:
		return object.Abort(object.StatusUsage,
			"Unsupported protocol family: "+strconv.Itoa(c.Opt.Family))
	}
	if len(args) == 0 {
		return show(c, nil)
	}
	run, ok := applet.Find([]object.Command{
		{Name: "add", Value: change(ioctlAdd)},
		{Name: "change", Value: change(ioctlChange)},
		{Name: "delete", Value: remove},
		{Name: "show", Value: show},
		{Name: "lst", Value: show},
		{Name: "list", Value: show},
		{Name: "prl", Value: routers},
		{Name: "6rd", Value: rapid},
		{Name: "help", Value: help},
	}, args[0])
	if !ok {
		return object.Abort(object.StatusUsage, `Command "`+args[0]+`" is unknown, try "ip tunnel help"`)
	}
	return run(c, args[1:])
}

func inet6Main(c *object.Context, args []string) error {
	return object.Dispatch(c, "-f inet6 tunnel", []object.Command{
		{Name: "add", Value: change6(ioctlAdd)},
		{Name: "change", Value: change6(ioctlChange)},
		{Name: "delete", Value: remove6},
		{Name: "show", Value: show6},
		{Name: "lst", Value: show6},
		{Name: "list", Value: show6},
		{Name: "help", Value: help6},
	}, show6, args)
}

// asksInet6 tells whether the first mode in args is one of IPv6.
func asksInet6(args []string) bool {
	for i := 0; i+1 < len(args); i++ {
		if args[i] == "mode" {
			_, _, ok := mode6(args[i+1])
			return ok
		}
	}
	return false
}

// IP protocols that tunnels carry, of <netinet/in.h>.
const (
	protoIPIP = 4
	protoIPv6 = 41
	protoGRE  = 47
	protoESP  = 50
	protoMPLS = 137
)

// protoName names what a tunnel carries.
func protoName(proto uint8) string {
	switch proto {
	case protoIPIP:
		return "ip"
	case protoGRE:
		return "gre"
	case protoIPv6:
		return "ipv6"
	case protoESP:
		return "esp"
	case protoMPLS:
		return "mpls"
	case 0:
		return "any"
	}
	return "unknown"
}

func help(*object.Context, []string) error { return words.Usage(usage) }

func help6(*object.Context, []string) error { return words.Usage(usage6) }

const usage = `Usage: ip tunnel { add | change | del | show | prl | 6rd } [ NAME ]
        [ mode { gre | ipip | isatap | sit | vti } ]
        [ remote ADDR ] [ local ADDR ]
        [ [i|o]seq ] [ [i|o]key KEY ] [ [i|o]csum ]
        [ prl-default ADDR ] [ prl-nodefault ADDR ] [ prl-delete ADDR ]
        [ 6rd-prefix ADDR ] [ 6rd-relay_prefix ADDR ] [ 6rd-reset ]
        [ ttl TTL ] [ tos TOS ] [ [no]pmtudisc ] [ dev PHYS_DEV ]

Where: NAME := STRING
       ADDR := { IP_ADDRESS | any }
       TOS  := { STRING | 00..ff | inherit | inherit/STRING | inherit/00..ff }
       TTL  := { 1..255 | inherit }
       KEY  := { DOTTED_QUAD | NUMBER }
`

const usage6 = `Usage: ip -f inet6 tunnel { add | change | del | show } [ NAME ]
          [ mode { ip6ip6 | ipip6 | ip6gre | vti6 | any } ]
          [ remote ADDR local ADDR ] [ dev PHYS_DEV ]
          [ encaplimit ELIM ]
          [ hoplimit TTL ] [ tclass TCLASS ] [ flowlabel FLOWLABEL ]
          [ dscp inherit ]
          [ [no]allow-localremote ]
          [ [i|o]seq ] [ [i|o]key KEY ] [ [i|o]csum ]

Where: NAME      := STRING
       ADDR      := IPV6_ADDRESS
       ELIM      := { none | 0..255 }(default=4)
       TTL       := 0..255 (default=64)
       TCLASS    := { 0x0..0xff | inherit }
       FLOWLABEL := { 0x0..0xfffff | inherit }
       KEY       := { DOTTED_QUAD | NUMBER }
`
