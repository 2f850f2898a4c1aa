// Package mptcp is `ip mptcp`: the addresses that Multipath TCP may use, its
// limits and its events (RFC 8684, ip-mptcp(8)).
//
// It may import what an object of ip may: internal/… and ipcmd/object.
package mptcp

import (
	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

const usage = `Usage:	ip mptcp endpoint add ADDRESS [ dev NAME ] [ id ID ]
				      [ port NR ] [ FLAG-LIST ]
	ip mptcp endpoint delete id ID [ ADDRESS ]
	ip mptcp endpoint change [ id ID ] [ ADDRESS ] [ port NR ] CHANGE-OPT
	ip mptcp endpoint show [ id ID ]
	ip mptcp endpoint flush
	ip mptcp limits set [ subflows NR ] [ add_addr_accepted NR ]
	ip mptcp limits show
	ip mptcp monitor
FLAG-LIST := [ FLAG-LIST ] FLAG
FLAG  := [ signal | subflow | backup | fullmesh ]
CHANGE-OPT := [ backup | nobackup | fullmesh | nofullmesh ]
`

// The family of generic netlink, its commands and attributes (linux/mptcp.h).
const (
	familyName  = "mptcp_pm"
	eventsGroup = "mptcp_pm_events"
	version     = 1

	cmdAdd       = 1
	cmdDelete    = 2
	cmdGet       = 3
	cmdFlush     = 4
	cmdSetLimits = 5
	cmdGetLimits = 6
	cmdSetFlags  = 7

	attrAddr     = 1 // nested
	attrAccepted = 2 // 32 bits
	attrSubflows = 3 // 32 bits

	addrFamily = 1 // 16 bits
	addrID     = 2 // 8 bits
	addrV4     = 3
	addrV6     = 4
	addrPort   = 5 // 16 bits
	addrFlags  = 6 // 32 bits
	addrIndex  = 7 // 32 bits
)

// call is a command of mptcp on the way.
type call struct {
	c      *object.Context
	conn   rtnl.Conn
	family uint16
}

// request starts a request of the family.
func (k *call) request(cmd uint8) *rtnl.Request { return rtnl.NewGeneric(k.family, cmd, version, 0) }

// handler runs a subcommand.
type handler func(k *call, args []string) error

// Main is ip mptcp. A kernel without it is told of before the words are looked
// at.
func Main(c *object.Context, args []string) error {
	if len(args) == 0 || words.Prefix(args[0], "help") {
		return words.Usage(usage)
	}
	conn, family, err := c.Generic(familyName)
	if err != nil {
		return err
	}
	defer conn.Close()
	k := &call{c, conn, family}
	run, ok := applet.Find([]applet.Row[handler]{
		{Name: "endpoint", Value: endpoint}, {Name: "limits", Value: limits}, {Name: "monitor", Value: monitor},
	}, args[0])
	if !ok {
		return unknown(args[0])
	}
	return run(k, args[1:])
}

func unknown(word string) error {
	return object.Abort(object.StatusUsage, `Command "`+word+`" is unknown, try "ip mptcp help".`)
}

// dispatch runs the subcommand of args, or none without words.
func dispatch(k *call, rows []applet.Row[handler], none handler, args []string) error {
	if len(args) == 0 {
		return none(k, nil)
	}
	run, ok := applet.Find(rows, args[0])
	if !ok {
		return unknown(args[0])
	}
	return run(k, args[1:])
}

func endpoint(k *call, args []string) error {
	return dispatch(k, []applet.Row[handler]{
		{Name: "add", Value: modify(cmdAdd)},
		{Name: "change", Value: modify(cmdSetFlags)},
		{Name: "delete", Value: modify(cmdDelete)},
		{Name: "show", Value: show},
		{Name: "flush", Value: func(k *call, _ []string) error {
			return object.Kernel(k.conn.Do(k.request(cmdFlush), nil))
		}},
	}, show, args)
}

func limits(k *call, args []string) error {
	return dispatch(k, []applet.Row[handler]{
		{Name: "set", Value: setLimits},
		{Name: "show", Value: showLimits},
	}, showLimits, args)
}
