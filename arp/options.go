package arp

import (
	"strings"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/getopt"
	"github.com/nlbox/nlbox/internal/hwtype"
)

// action is what the options ask for; the last one given counts.
type action uint8

const (
	show action = iota
	showBSD
	readFile
	del
	set
)

// options are the words of a command line that are options.
type options struct {
	action    action
	all       bool // -a was given
	linux     bool // -e: the form with columns
	numeric   bool
	verbose   bool
	useDevice bool   // -D: the hardware address is that of a device
	device    string // of -i
	// hardware is the type of -H, or Ethernet; chosen tells that it was given.
	hardware hwtype.Type
	chosen   bool
	version  bool
	help     bool
	json     bool // the entries as JSON
	// complaints are lines that come before everything else.
	complaints []string
	rest       []string // the operands
}

var longOptions = [...]getopt.Long{
	{Name: "verbose", Val: 'v'},
	{Name: "version", Val: 'V'},
	{Name: "all", Val: 'a'},
	{Name: "delete", Val: 'd'},
	{Name: "file", Val: 'f'},
	{Name: "numeric", Val: 'n'},
	{Name: "set", Val: 's'},
	{Name: "protocol", Arg: getopt.Required, Val: 'A'},
	{Name: "hw-type", Arg: getopt.Required, Val: 'H'},
	{Name: "device", Arg: getopt.Required, Val: 'i'},
	{Name: "help", Val: 'h'},
	{Name: "use-device", Val: 'D'},
	{Name: "symbolic", Val: 'N'},
	{Name: "json", Val: 'j'}, // ours
}

// deviceSize is how much of a device's name counts.
const deviceSize = 15

// parseOptions reads the command line.
func parseOptions(env *applet.Env) (o options, err error) {
	p := getopt.New(env.Program(), env.Args, "A:H:adfp:nsei:t:vh?DNVj", longOptions[:], env.Posix)
	o.hardware, _ = hwtype.ByName(hwtype.Default)
	family := "inet"
	for opt := p.Next(); opt != getopt.Done; opt = p.Next() {
		switch opt {
		case 'a':
			o.action, o.all = showBSD, true
		case 'f':
			o.action = readFile
		case 'd':
			o.action = del
		case 's':
			o.action = set
		case 'e':
			o.linux = true
		case 'n':
			o.numeric = true
		case 'D':
			o.useDevice = true
		case 'N':
			o.complain("arp: -N not yet supported.")
		case 'v':
			o.verbose = true
		case 'j':
			o.json = true
		case 'A', 'p':
			if family = p.Arg; !knownFamily(family) {
				return o, unknownFamily(family)
			}
		case 'H', 't':
			if o.hardware, o.chosen = hwtype.ByName(p.Arg); !o.chosen {
				return o, fail("arp: " + p.Arg + ": unknown hardware type.")
			}
		case 'i':
			o.device = format.Cut(p.Arg, deviceSize)
		case 'V':
			o.version = true
			return o, nil
		case 'h':
			o.help = true
			return o, nil
		default:
			if p.Message != "" {
				o.complain(p.Message)
			}
			return o, misuse()
		}
	}
	o.rest = p.Rest()
	switch {
	case family != "inet":
		return o, fail("arp: " + family + ": kernel only supports 'inet'.")
	case o.hardware.Length == 0:
		return o, fail("arp: " + o.hardware.Name + ": hardware type without ARP support.")
	}
	return o, nil
}

func (o *options) complain(line string) { o.complaints = append(o.complaints, line) }

// knownFamily tells whether net-tools has an address family of the name.
func knownFamily(name string) bool {
	switch name {
	case "unix", "inet", "inet6", "ax25", "netrom", "rose", "ipx", "ddp", "ec", "ash", "x25", "unspec":
		return true
	}
	return false
}

func unknownFamily(name string) error {
	text := "arp: " + name + ": unknown address family."
	if strings.Contains(name, ",") {
		text = "Please don't supply more than one address family.\n" + text
	}
	return fail(text)
}
