// Package netconf is `ip netconf`: the settings of forwarding and filtering that
// the kernel keeps for each device and family (ip-netconf(8)).
//
// It may import what an object of ip may: internal/… and ipcmd/object.
package netconf

import (
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// Main is ip netconf.
func Main(c *object.Context, args []string) error {
	return object.Dispatch(c, "netconf", []object.Command{
		{Name: "show", Value: show},
		{Name: "lst", Value: show},
		{Name: "list", Value: show},
		{Name: "help", Value: help},
	}, show, args)
}

func help(*object.Context, []string) error { return words.Usage(usage) }

const usage = `Usage: ip netconf show [ dev STRING ]
`
