// Package maddress is `ip maddress`: the multicast addresses that the devices
// listen to, of the link layer, IPv4 and IPv6 (ip-maddress(8)). The kernel tells
// them in tables under /proc/net.
//
// It may import what an object of ip may: internal/… and ipcmd/object.
package maddress

import (
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// Main is ip maddress.
func Main(c *object.Context, args []string) error {
	return object.Dispatch(c, "maddr", []object.Command{
		{Name: "add", Value: change(ioctlAdd)},
		{Name: "delete", Value: change(ioctlDel)},
		{Name: "list", Value: list},
		{Name: "show", Value: list},
		{Name: "lst", Value: list},
		{Name: "help", Value: help},
	}, list, args)
}

func help(*object.Context, []string) error { return words.Usage(usage) }

const usage = `Usage: ip maddr [ add | del ] MULTIADDR dev STRING
       ip maddr show [ dev STRING ]
`
