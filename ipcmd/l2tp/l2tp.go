// Package l2tp is `ip l2tp`: unmanaged tunnels of L2TPv3 (RFC 3931) and the
// Ethernet sessions in them (ip-l2tp(8)).
//
// It may import what an object of ip may: internal/… and ipcmd/object.
package l2tp

import (
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// The family of generic netlink and its commands (linux/l2tp.h).
const (
	familyName = "l2tp"
	version    = 1

	cmdAddTunnel  = 1
	cmdDelTunnel  = 2
	cmdGetTunnel  = 4
	cmdAddSession = 5
	cmdDelSession = 6
	cmdGetSession = 8
)

// The attributes of messages.
const (
	attrPseudowire    = 1 // 16 bits
	attrEncap         = 2 // 16 bits
	attrL2SpecType    = 5
	attrL2SpecLen     = 6
	attrProtocol      = 7 // the version of L2TP
	attrInterface     = 8
	attrTunnel        = 9 // L2TP_ATTR_CONN_ID, 32 bits as all ids
	attrPeerTunnel    = 10
	attrSession       = 11
	attrPeerSession   = 12
	attrChecksum      = 13
	attrCookie        = 15 // 4 or 8 bytes
	attrPeerCookie    = 16
	attrRecvSeq       = 18
	attrSendSeq       = 19
	attrTimeout       = 22 // 64 bits, in ms
	attrLocal4        = 24
	attrPeer4         = 25
	attrLocalPort     = 26 // 16 bits, in the machine's order
	attrPeerPort      = 27
	attrLocal6        = 31
	attrPeer6         = 32
	attrNoChecksum6Tx = 33 // without payload
	attrNoChecksum6Rx = 34
)

// Their values.
const (
	encapUDP      = 0
	encapIP       = 1
	protocolV3    = 3
	ethernet      = 5 // L2TP_PWTYPE_ETH
	l2SpecNone    = 0
	l2SpecDefault = 1
	// l2SpecLen is the length of the default sublayer, in bytes.
	l2SpecLen = 4
)

// Main is ip l2tp. A kernel without it is told of before the words are looked at.
func Main(c *object.Context, args []string) error {
	if len(args) == 0 || words.Prefix(args[0], "help") {
		return words.Usage(usage)
	}
	conn, family, err := c.Generic(familyName)
	if err != nil {
		return err
	}
	defer conn.Close()
	run := func(do func(*object.Context, *door, *params) error) object.Main {
		return func(c *object.Context, args []string) error {
			p, err := parse(c, args)
			if err != nil {
				return err
			}
			return do(c, &door{conn, family}, p)
		}
	}
	return object.Dispatch(c, "l2tp", []object.Command{
		{Name: "add", Value: run(add)},
		{Name: "delete", Value: run(del)},
		{Name: "show", Value: run(show)},
		{Name: "lst", Value: run(show)},
		{Name: "list", Value: run(show)},
	}, nil, args)
}

// door is the way to the kernel.
type door struct {
	conn   rtnl.Conn
	family uint16
}

func (d *door) request(cmd uint8) *rtnl.Request { return rtnl.NewGeneric(d.family, cmd, version, 0) }

func (d *door) do(r *rtnl.Request) error { return object.Kernel(d.conn.Do(r, nil)) }

const usage = `Usage: ip l2tp add tunnel
          remote ADDR local ADDR
          tunnel_id ID peer_tunnel_id ID
          [ encap { ip | udp } ]
          [ udp_sport PORT ] [ udp_dport PORT ]
          [ udp_csum { on | off } ]
          [ udp6_csum_tx { on | off } ]
          [ udp6_csum_rx { on | off } ]
Usage: ip l2tp add session [ name NAME ]
          tunnel_id ID
          session_id ID peer_session_id ID
          [ cookie HEXSTR ] [ peer_cookie HEXSTR ]
          [ seq { none | send | recv | both } ]
          [ l2spec_type L2SPEC ]
       ip l2tp del tunnel tunnel_id ID
       ip l2tp del session tunnel_id ID session_id ID
       ip l2tp show tunnel [ tunnel_id ID ]
       ip l2tp show session [ tunnel_id ID ] [ session_id ID ]

Where: NAME   := STRING
       ADDR   := { IP_ADDRESS | any }
       PORT   := { 0..65535 }
       ID     := { 1..4294967295 }
       HEXSTR := { 8 or 16 hex digits (4 / 8 bytes) }
       L2SPEC := { none | default }
`
