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
	return object.Dispatch(c, "neigh", commands[:], show, args)
}

// commands is in the order of precedence. It is a table without closures, so
// that a batch does not build it for every line.
var commands = [...]object.Command{
	{Name: "add", Value: add},
	{Name: "change", Value: changeEntry},
	{Name: "chg", Exact: true, Value: changeEntry},
	{Name: "replace", Value: replace},
	{Name: "delete", Value: remove},
	{Name: "get", Value: get},
	{Name: "show", Value: show},
	{Name: "lst", Value: show},
	{Name: "list", Value: show},
	{Name: "flush", Value: flush},
	{Name: "help", Value: help},
}

func add(c *object.Context, args []string) error {
	return modify(c, unix.RTM_NEWNEIGH, unix.NLM_F_CREATE|unix.NLM_F_EXCL, args)
}

func changeEntry(c *object.Context, args []string) error {
	return modify(c, unix.RTM_NEWNEIGH, unix.NLM_F_REPLACE, args)
}

func replace(c *object.Context, args []string) error {
	return modify(c, unix.RTM_NEWNEIGH, unix.NLM_F_CREATE|unix.NLM_F_REPLACE, args)
}

func remove(c *object.Context, args []string) error {
	return modify(c, unix.RTM_DELNEIGH, 0, args)
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
