// Package vrf is `ip vrf`: virtual routing and forwarding domains, the devices
// that stand for them, and the processes that are bound to them by control
// groups (ip-vrf(8)).
//
// It may import what an object of ip may: internal/… and ipcmd/object.
package vrf

import (
	"github.com/nlbox/nlbox/internal/byteorder"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// Main is ip vrf.
func Main(c *object.Context, args []string) error {
	return object.Dispatch(c, "vrf", []object.Command{
		{Name: "identify", Value: identify},
		{Name: "pids", Value: pids},
		{Name: "exec", Value: exec},
		{Name: "show", Value: show},
		{Name: "lst", Value: show},
		{Name: "list", Value: show},
		{Name: "help", Value: help},
	}, show, args)
}

func help(*object.Context, []string) error { return words.Usage(usage) }

const usage = `Usage:	ip vrf show [NAME] ...
	ip vrf exec [NAME] cmd ...
	ip vrf identify [PID]
	ip vrf pids [NAME]
`

// native is the byte order of rtnetlink.
var native byteorder.Native

func refuse(text string) error { return object.Fail(object.StatusLocal, text) }

const badName = "Invalid VRF name"
