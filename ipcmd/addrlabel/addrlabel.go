// Package addrlabel is `ip addrlabel`: the labels that IPv6 chooses source
// addresses by (RFC 6724, ip-addrlabel(8)).
//
// It may import what an object of ip may: internal/… and ipcmd/object.
package addrlabel

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// Main is ip addrlabel.
func Main(c *object.Context, args []string) error {
	return object.Dispatch(c, "addrlabel", []object.Command{
		{Name: "list", Value: list},
		{Name: "lst", Value: list},
		{Name: "show", Value: list},
		{Name: "add", Value: change(unix.RTM_NEWADDRLABEL, unix.NLM_F_CREATE|unix.NLM_F_EXCL)},
		{Name: "delete", Value: change(unix.RTM_DELADDRLABEL, 0)},
		{Name: "flush", Value: flush},
		{Name: "help", Value: help},
	}, list, args)
}

func help(*object.Context, []string) error { return words.Usage(usage) }

const usage = `Usage: ip addrlabel { add | del } prefix PREFIX [ dev DEV ] [ label LABEL ]
       ip addrlabel [ list | flush | help ]
`
