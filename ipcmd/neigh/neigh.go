// Package neigh is `ip neigh`: the neighbour tables, ARP's and IPv6 neighbour
// discovery's (ip-neighbour(8), arp(7)).
//
// It may import what an object of ip may: internal/… and ipcmd/object.
package neigh

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// Main is ip neigh.
func Main(c *object.Context, args []string) error {
	change := func(typ, flags uint16) object.Main {
		return func(c *object.Context, args []string) error { return modify(c, typ, flags, args) }
	}
	replace := change(unix.RTM_NEWNEIGH, unix.NLM_F_REPLACE)
	return object.Dispatch(c, "neigh", []object.Command{
		{Name: "add", Value: change(unix.RTM_NEWNEIGH, unix.NLM_F_CREATE|unix.NLM_F_EXCL)},
		{Name: "change", Value: replace},
		{Name: "chg", Exact: true, Value: replace},
		{Name: "replace", Value: change(unix.RTM_NEWNEIGH, unix.NLM_F_CREATE|unix.NLM_F_REPLACE)},
		{Name: "delete", Value: change(unix.RTM_DELNEIGH, 0)},
		{Name: "get", Value: get},
		{Name: "show", Value: show},
		{Name: "lst", Value: show},
		{Name: "list", Value: show},
		{Name: "flush", Value: flush},
		{Name: "help", Value: help},
	}, show, args)
}

func help(*object.Context, []string) error { return words.Usage(usage) }

const usage = `Usage: ip neigh { add | del | change | replace }
                { ADDR [ lladdr LLADDR ] [ nud STATE ] proxy ADDR }
                [ dev DEV ] [ router ] [ use ] [ managed ] [ extern_learn ]
                [ protocol PROTO ]

	ip neigh { show | flush } [ proxy ] [ to PREFIX ] [ dev DEV ] [ nud STATE ]
				  [ vrf NAME ] [ nomaster ]
	ip neigh get { ADDR | proxy ADDR } dev DEV

STATE := { delay | failed | incomplete | noarp | none |
           permanent | probe | reachable | stale }
`
