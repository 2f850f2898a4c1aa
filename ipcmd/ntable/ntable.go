// Package ntable is `ip ntable`: the parameters of the neighbour tables
// (ip-ntable(8)).
//
// It may import what an object of ip may: internal/… and ipcmd/object.
package ntable

import (
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// Main is ip ntable.
func Main(c *object.Context, args []string) error {
	return object.Dispatch(c, "ntable", []object.Command{
		{Name: "change", Value: change},
		{Name: "chg", Value: change},
		{Name: "show", Value: show},
		{Name: "lst", Value: show},
		{Name: "list", Value: show},
		{Name: "help", Value: help},
	}, show, args)
}

func help(*object.Context, []string) error { return words.Usage(usage) }

const usage = `Usage: ip ntable change name NAME [ dev DEV ]
        [ thresh1 VAL ] [ thresh2 VAL ] [ thresh3 VAL ] [ gc_int MSEC ]
        [ PARMS ]
Usage: ip ntable show [ dev DEV ] [ name NAME ]
PARMS := [ base_reachable MSEC ] [ retrans MSEC ] [ gc_stale MSEC ]
         [ delay_probe MSEC ] [ queue LEN ]
         [ app_probes VAL ] [ ucast_probes VAL ] [ mcast_probes VAL ]
         [ anycast_delay MSEC ] [ proxy_delay MSEC ] [ proxy_queue LEN ]
         [ locktime MSEC ]
`
