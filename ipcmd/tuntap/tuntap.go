// Package tuntap is `ip tuntap`: network devices whose other end is a process,
// as tun(4) of the kernel's documentation has them (networking/tuntap.rst).
//
// They are made and deleted over /dev/net/tun, the only way the kernel offers,
// and shown from what rtnetlink tells of links of the kind tun.
package tuntap

import (
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// commands are the subcommands, in the order in which ip tests them.
func commands() []object.Command {
	return []object.Command{
		{Name: "add", Value: add},
		{Name: "delete", Value: remove},
		{Name: "show", Value: show},
		{Name: "lst", Value: show},
		{Name: "list", Value: show},
		{Name: "help", Value: help},
	}
}

// Main is `ip tuntap`, also called `ip tap`.
func Main(c *object.Context, args []string) error {
	return object.Dispatch(c, "tuntap", commands(), show, args)
}

const usage = `Usage: ip tuntap { add | del | show | list | lst | help } [ dev PHYS_DEV ]
       [ mode { tun | tap } ] [ user USER ] [ group GROUP ]
       [ one_queue ] [ pi ] [ vnet_hdr ] [ multi_queue ] [ name NAME ]

Where: USER  := { STRING | NUMBER }
       GROUP := { STRING | NUMBER }
`

func help(*object.Context, []string) error { return words.Usage(usage) }
