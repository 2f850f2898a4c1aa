// Package netns is `ip netns`: named network namespaces and their ids.
//
// It parses, asks and prints; the namespaces themselves are
// internal/namespace's.
package netns

import (
	"github.com/nlbox/nlbox/internal/namespace"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// commands are the subcommands, in the order in which ip tests them.
func commands() []object.Command {
	return []object.Command{
		{Name: "list", Value: list},
		{Name: "show", Value: list},
		{Name: "lst", Value: list},
		{Name: "list-id", Value: listID},
		{Name: "help", Value: help},
		{Name: "add", Value: add},
		{Name: "set", Value: set},
		{Name: "delete", Value: remove},
		{Name: "identify", Value: identify},
		{Name: "pids", Value: pids},
		{Name: "exec", Value: exec},
		{Name: "monitor", Value: monitor},
		{Name: "attach", Value: attach},
	}
}

// Main is `ip netns`. The word behind the command is looked at before the
// command is: it must be fit for a name, even where it stands for none.
func Main(c *object.Context, args []string) error {
	if !c.Opt.All && len(args) > 1 && !namespace.ValidName(args[1]) {
		return object.Abort(object.StatusUsage, `Invalid netns name "`+args[1]+`"`)
	}
	return object.Dispatch(c, "netns", commands(), list, args)
}

const usage = `Usage:	ip netns list
	ip netns add NAME
	ip netns attach NAME PID
	ip netns set NAME NETNSID
	ip [-all] netns delete [NAME]
	ip netns identify [PID]
	ip netns pids NAME
	ip [-all] netns exec [NAME] cmd ...
	ip netns monitor
	ip netns list-id [target-nsid POSITIVE-INT] [nsid POSITIVE-INT]
NETNSID := auto | POSITIVE-INT
`

func help(*object.Context, []string) error { return words.Usage(usage) }

// Refusals that several commands share.
const (
	noName    = "No netns name specified"
	extraArgs = "extra arguments specified"
)

func refuse(text string) error { return object.Fail(object.StatusLocal, text) }
