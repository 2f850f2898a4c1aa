// Package bridge is bridge(8) of iproute2: the ports of bridges, their
// forwarding and multicast databases and VLANs, and a monitor of all these.
//
// A subcommand parses its words, asks the kernel and prints, each in a function
// of its own. The package may import internal/…, ipcmd/object for what all
// tools of iproute2 have in common, and ipcmd/link for the head of a link's record.
package bridge

import (
	"time"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/link"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// Exit statuses of bridge.
const (
	statusExit    = 1   // what the original leaves by exit(1) for
	statusFailed  = 255 // refused, by us or by the kernel
	statusNoEntry = 254 // fdb get: refused by the kernel
	statusSwitch  = 234 // neither on nor off
)

// tool is one run of bridge: one command, or all lines of a batch. What the
// filters of one line select holds for the lines behind it, too, as in iproute2.
type tool struct {
	c *object.Context

	// timestamp and banner put the time and the topic before what a monitor
	// prints.
	timestamp, banner bool
	now               func() time.Time

	fdb       fdbFilter
	linkIndex int32 // of the port that link show means, 0 for all
	vlan      vlanFilter
	mdb       mdbFilter
	vniIndex  int32 // of the device that vni show means, 0 for all

	links *link.View
}

func newTool(c *object.Context) *tool { return &tool{c: c, now: time.Now} }

// Main is bridge.
func Main(env *applet.Env) error {
	env.FlushFirst = true
	c := &object.Context{Env: env}
	return options(newTool(c), env.Args, &rest{})
}

// command is an object, or a subcommand of one.
type command func(t *tool, args []string) error

type commandRow = applet.Row[command]

// objects is the table of objects in the order in which bridge tests them.
func objects() []commandRow {
	return []commandRow{
		{Name: "link", Value: linkMain},
		{Name: "fdb", Value: fdbMain},
		{Name: "mdb", Value: mdbMain},
		{Name: "vlan", Value: vlanMain},
		{Name: "vni", Value: vniMain},
		{Name: "monitor", Value: monitorMain},
		{Name: "help", Value: func(*tool, []string) error { return words.Usage(usage) }},
	}
}

// run runs one command: an object and its words.
func (t *tool) run(args []string) error {
	main, ok := applet.Find(objects(), args[0])
	if !ok {
		return failed(`Object "` + args[0] + `" is unknown, try "bridge help".`)
	}
	return main(t, args[1:])
}

// dispatch runs the subcommand that the first of args names, or none. Only the
// monitor prints the time.
func (t *tool) dispatch(name string, commands []commandRow, none command, args []string) error {
	t.timestamp = false
	if len(args) == 0 {
		return none(t, nil)
	}
	run, ok := applet.Find(commands, args[0])
	if !ok {
		return object.Abort(statusFailed, `Command "`+args[0]+`" is unknown, try "bridge `+name+` help".`)
	}
	return run(t, args[1:])
}

// help is the subcommand that shows a usage.
func help(text string) command {
	return func(*tool, []string) error { return words.Usage(text) }
}

// failed is an error that ends the command, but not the batch it may be a line of.
func failed(text string) error { return object.Fail(statusFailed, text) }

// noDevice is the error for a device that is not there.
func noDevice(name string) error { return failed(`Cannot find device "` + name + `"`) }

const usage = `Usage: bridge [ OPTIONS ] OBJECT { COMMAND | help }
       bridge [ -force ] -batch filename
where  OBJECT := { link | fdb | mdb | vlan | monitor }
       OPTIONS := { -V[ersion] | -s[tatistics] | -d[etails] |
                    -o[neline] | -t[imestamp] | -n[etns] name |
                    -c[ompressvlans] -color -p[retty] -j[son] }
`
