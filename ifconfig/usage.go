package ifconfig

import (
	"strings"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/hwtype"
)

const usageText = `Usage:
  ifconfig [-a] [-v] [-s] <interface> [[<AF>] <address>]
  [add <address>[/<prefixlen>]]
  [del <address>[/<prefixlen>]]
  [[-]broadcast [<address>]]  [[-]pointopoint [<address>]]
  [netmask <address>]  [dstaddr <address>]  [tunnel <address>]
  [outfill <NN>] [keepalive <NN>]
  [hw <HW> <address>]  [mtu <NN>]
  [[-]trailers]  [[-]arp]  [[-]allmulti]
  [multicast]  [[-]promisc]
  [mem_start <NN>]  [io_addr <NN>]  [irq <NN>]  [media <type>]
  [txqueuelen <NN>]
  [name <newname>]
  [[-]dynamic]
  [up|down] ...

  <HW>=Hardware Type.
  List of possible hardware types:
`

const familiesText = `  <AF>=Address family. Default: inet
  List of possible address families:
`

const versionText = "net-tools 2.10\n"

// hardwareList follows usageText, always on stderr.
func hardwareList() string {
	var l nameList
	for i := range hwtype.Count() {
		if h := hwtype.At(i); h.Kind != hwtype.Unspecified {
			l.add(h.Name, h.Title)
		}
	}
	return l.text()
}

// familyList follows familiesText, always on stderr.
func familyList() string {
	var l nameList
	for _, f := range families() {
		if f.number != 0 {
			l.add(f.name, f.title)
		}
	}
	return l.text()
}

// nameList is a list of names and their titles, three to a line.
type nameList struct {
	b     strings.Builder
	count int
}

func (l *nameList) add(name, title string) {
	switch {
	case l.count == 0:
		l.b.WriteString("    ")
	case l.count%3 == 0:
		l.b.WriteString("\n    ")
	}
	l.b.WriteString(name + " (" + title + ") ")
	l.count++
}

func (l *nameList) text() string { return l.b.String() + "\n" }

// options are the words of a command line that are options.
type options struct {
	all     bool // interfaces that are down too
	short   bool
	verbose bool
	version bool
	help    bool
	rest    []string // the interface and what is to be done with it
	// json and pretty are the form of what is shown.
	json, pretty bool
}

// parseOptions reads the options, which end at the first word without a dash.
// Help and version end them at once.
func parseOptions(args []string) (o options, err error) {
	for len(args) > 0 && strings.HasPrefix(args[0], "-") {
		switch args[0] {
		case "-a":
			o.all = true
		case "-s":
			o.short = true
		case "-v":
			o.verbose = true
		case "-j", "--json": // ours, as -p
			o.json = true
		case "-p", "--pretty":
			o.pretty = true
		case "-V", "-version", "--version":
			o.version = true
			return o, nil
		case "-?", "-h", "-help", "--help":
			o.help = true
			return o, nil
		default:
			return o, applet.Fail(statusFailed, "ifconfig: option `"+args[0]+"' not recognised.\n"+helpHint)
		}
		args = args[1:]
	}
	o.rest = args
	return o, nil
}

const helpHint = "ifconfig: `--help' gives usage information."
