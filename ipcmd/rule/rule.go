// Package rule is `ip rule`: the routing policy database (fib_rules, ip-rule(8)),
// and `ip mrule`, the same of multicast routing.
//
// It may import what an object of ip may: internal/… and ipcmd/object.
package rule

import (
	"strconv"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// Main is ip rule.
func Main(c *object.Context, args []string) error {
	return object.Dispatch(c, "rule", []object.Command{
		{Name: "list", Value: list},
		{Name: "lst", Value: list},
		{Name: "show", Value: list},
		{Name: "save", Value: save},
		{Name: "restore", Value: restore},
		{Name: "add", Value: add},
		{Name: "delete", Value: del},
		{Name: "flush", Value: flush},
		{Name: "help", Value: help},
	}, list, args)
}

// The families of multicast routing tables (linux/rtnetlink.h).
const (
	familyIPMR  = 128
	familyIP6MR = 129
)

// MulticastMain is ip mrule.
func MulticastMain(c *object.Context, args []string) error {
	family := c.Opt.Family
	defer func() { c.Opt.Family = family }()
	switch family {
	case unix.AF_UNSPEC, unix.AF_INET:
		c.Opt.Family = familyIPMR
	case unix.AF_INET6:
		c.Opt.Family = familyIP6MR
	default:
		return object.Abort(object.StatusUsage,
			"Multicast rules are only supported for IPv4/IPv6, was: "+strconv.Itoa(family))
	}
	return Main(c, args)
}

func help(*object.Context, []string) error { return words.Usage(usage) }

const usage = `Usage: ip rule { add | del } SELECTOR ACTION
       ip rule { flush | save | restore }
       ip rule [ list [ SELECTOR ]]
SELECTOR := [ not ] [ from PREFIX ] [ to PREFIX ] [ tos TOS ]
            [ fwmark FWMARK[/MASK] ]
            [ iif STRING ] [ oif STRING ] [ pref NUMBER ] [ l3mdev ]
            [ uidrange NUMBER-NUMBER ]
            [ ipproto PROTOCOL ]
            [ sport [ NUMBER | NUMBER-NUMBER ]
            [ dport [ NUMBER | NUMBER-NUMBER ] ]
ACTION := [ table TABLE_ID ]
          [ protocol PROTO ]
          [ nat ADDRESS ]
          [ realms [SRCREALM/]DSTREALM ]
          [ goto NUMBER ]
          SUPPRESSOR
SUPPRESSOR := [ suppress_prefixlength NUMBER ]
              [ suppress_ifgroup DEVGROUP ]
TABLE_ID := [ local | main | default | NUMBER ]
`
