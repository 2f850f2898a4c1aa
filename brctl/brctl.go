// Package brctl is brctl(8) of bridge-utils 1.7.1: Ethernet bridges, over
// rtnetlink alone, so that it is right in whatever network namespace it runs.
//
// One row of commands holds a command's name, arity, help and function. Asking
// the kernel (ask.go), printing (show.go, showmacs.go, showstp.go) and changing
// (bridge.go, port.go, set.go) are apart.
//
// It may import internal/….
package brctl

import (
	"strings"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/getopt"
)

// command is one row of the command table.
type command struct {
	name string
	// args is the least number of arguments; more are passed over by commands
	// that have no use for them.
	args int
	help string
	run  func(*box, []string) error
}

// commands is the table in the order of the help text.
func commands() [16]command {
	return [...]command{
		{"addbr", 1, "<bridge>\t\tadd bridge", addBridge},
		{"delbr", 1, "<bridge>\t\tdelete bridge", deleteBridge},
		{"addif", 2, "<bridge> <device>\tadd interface to bridge", addPorts},
		{"delif", 2, "<bridge> <device>\tdelete interface from bridge", deletePorts},
		{"hairpin", 3, "<bridge> <port> {on|off}\tturn hairpin on/off", setHairpin},
		{"setageing", 2, "<bridge> <time>\t\tset ageing time", setTime(ageing)},
		{"setbridgeprio", 2, "<bridge> <prio>\t\tset bridge priority", setPriority},
		{"setfd", 2, "<bridge> <time>\t\tset bridge forward delay", setTime(forwardDelay)},
		{"sethello", 2, "<bridge> <time>\t\tset hello time", setTime(hello)},
		{"setmaxage", 2, "<bridge> <time>\t\tset max message age", setTime(maxAge)},
		{"setpathcost", 3, "<bridge> <port> <cost>\tset path cost", setPort(pathCost)},
		{"setportprio", 3, "<bridge> <port> <prio>\tset port priority", setPort(portPriority)},
		{"show", 0, "[ <bridge> ]\t\tshow a list of bridges", show},
		{"showmacs", 1, "<bridge>\t\tshow a list of mac addrs", showMACs},
		{"showstp", 1, "<bridge>\t\tshow bridge stp info", showSTP},
		{"stp", 2, "<bridge> {on|off}\tturn stp on/off", setSTP},
	}
}

const version = "bridge-utils, 1.7\n"

// Main is brctl.
func Main(env *applet.Env) error {
	// -j and -p are ours.
	opts := getopt.New(env.Name, env.Args, "Vhjp", []getopt.Long{
		{Name: "help", Val: 'h'}, {Name: "version", Val: 'V'}, {Name: "json", Val: 'j'}, {Name: "pretty", Val: 'p'},
	}, env.Posix)
	b := &box{env: env}
	defer b.close()
	for {
		switch opts.Next() {
		case getopt.Done:
			return b.run(opts.Rest())
		case 'j':
			b.json = true
		case 'p':
			b.pretty = true
		case 'V':
			env.Stdout.WriteString(version)
			return nil
		case 'h':
			printHelp(env)
			return nil
		default:
			env.Warn(opts.Message + "\nUnknown option '?'\n")
			printHelp(env)
			return applet.Silent(1)
		}
	}
}

// run runs the command that the first word names.
func (b *box) run(words []string) error {
	env := b.env
	if len(words) == 0 {
		printHelp(env)
		return applet.Silent(1)
	}
	name, args := words[0], words[1:]
	for _, c := range commands() {
		if c.name != name {
			continue
		}
		if len(args) < c.args {
			env.Stdout.WriteString("Incorrect number of arguments for command\n" +
				"Usage: brctl " + c.name + " " + c.help + "\n")
			return applet.Silent(1)
		}
		if b.json && !strings.HasPrefix(name, "show") {
			return notJSON(name)
		}
		return c.run(b, args)
	}
	env.Warn("never heard of command [" + name + "]\n")
	printHelp(env)
	return applet.Silent(1)
}

// printHelp lists the commands on stdout.
func printHelp(env *applet.Env) {
	out := env.Stdout
	out.WriteString("Usage: brctl [commands]\ncommands:\n")
	for _, c := range commands() {
		out.WriteString("\t" + c.name)
		for i := len(c.name); i < 10; i++ {
			out.WriteString(" ")
		}
		out.WriteString("\t" + c.help + "\n")
	}
}

// fail ends with a text and status 1, the only one that brctl knows.
func fail(text string) error { return applet.Fail(1, text) }
