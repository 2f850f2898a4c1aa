// Package macsec is `ip macsec`: the secure channels and associations of MACsec
// devices (IEEE 802.1AE, ip-macsec(8)). The devices themselves are made by ip link.
//
// It may import what an object of ip may: internal/…, ipcmd/object and ipcmd/secy.
package macsec

import (
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// The family of generic netlink and its commands (linux/if_macsec.h).
const (
	familyName = "macsec"
	version    = 1

	cmdShow       = 0 // MACSEC_CMD_GET_TXSC
	cmdAddRxSC    = 1
	cmdDelRxSC    = 2
	cmdSetRxSC    = 3
	cmdAddTxSA    = 4
	cmdDelTxSA    = 5
	cmdSetTxSA    = 6
	cmdAddRxSA    = 7
	cmdDelRxSA    = 8
	cmdSetRxSA    = 9
	cmdSetOffload = 10
)

// The attributes of messages.
const (
	attrIndex = 1 + iota
	attrRxSC
	attrSA
	attrSecY
	attrTxSAs
	attrRxSCs
	attrTxSCStats
	attrSecYStats
	attrOffload
)

// Those of a MAC security entity.
const (
	secySCI = 1 + iota
	secyEncodingSA
	secyWindow
	secyCipher
	secyICVLen
	secyProtect
	secyReplay
	secyOper
	secyValidate
	secyEncrypt
	secySendSCI
	secyEndStation
	secySCB
)

// Those of a channel for receiving.
const (
	rxscSCI = 1 + iota
	rxscActive
	rxscSAs
	rxscStats
)

// Those of a secure association.
const (
	saAN     = 1
	saActive = 2
	saPN     = 3 // 32 bits, or 64 with an extended packet number
	saKey    = 4
	saKeyID  = 5
	saStats  = 6
	saSSCI   = 8 // in network order
	saSalt   = 9
)

// offloadType is the attribute within attrOffload.
const offloadType = 1

// Main is ip macsec. A kernel without it is told of before the words are looked at.
func Main(c *object.Context, args []string) error {
	if len(args) == 0 || words.Prefix(args[0], "help") {
		return words.Usage(usage)
	}
	conn, family, err := c.Generic(familyName)
	if err != nil {
		return err
	}
	defer conn.Close()
	send := func(parse func(*object.Context, []string) (*change, error)) object.Main {
		return func(c *object.Context, args []string) error {
			x, err := parse(c, args)
			if err != nil {
				return err
			}
			r := rtnl.NewGeneric(family, x.cmd, version, 0)
			x.put(r)
			return object.Kernel(conn.Do(r, nil))
		}
	}
	return object.Dispatch(c, "macsec", []object.Command{
		{Name: "show", Value: func(c *object.Context, args []string) error { return show(c, conn, family, args) }},
		{Name: "add", Value: send(modify(add))},
		{Name: "set", Value: send(modify(set))},
		{Name: "delete", Value: send(modify(del))},
		{Name: "offload", Value: send(offload)},
	}, nil, args)
}

// device finds the device that a command is about, the first of its words.
func device(c *object.Context, args []string) (int32, error) {
	if len(args) == 0 {
		return 0, words.Usage(usage)
	}
	index := c.Links().Index(args[0])
	if index == 0 {
		return 0, object.NotExist(args[0])
	}
	return index, nil
}

const usage = `Usage: ip macsec add DEV tx sa { 0..3 } [ OPTS ] key ID KEY
       ip macsec set DEV tx sa { 0..3 } [ OPTS ]
       ip macsec del DEV tx sa { 0..3 }
       ip macsec add DEV rx SCI [ on | off ]
       ip macsec set DEV rx SCI [ on | off ]
       ip macsec del DEV rx SCI
       ip macsec add DEV rx SCI sa { 0..3 } [ OPTS ] key ID KEY
       ip macsec set DEV rx SCI sa { 0..3 } [ OPTS ]
       ip macsec del DEV rx SCI sa { 0..3 }
       ip macsec show
       ip macsec show DEV
       ip macsec offload DEV [ off | phy | mac ]
where  OPTS := [ pn <u32> | xpn <u64> ] [ salt SALT ] [ ssci <u32> ] [ on | off ]
       ID   := 128-bit hex string
       KEY  := 128-bit or 256-bit hex string
       SCI  := { sci <u64> | port { 1..2^16-1 } address <lladdr> }
       SALT := 96-bit hex string
`
