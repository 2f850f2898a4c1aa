package route

import (
	"strings"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/getopt"
)

// options are the words of a command line that are options.
type options struct {
	// families are the address families asked for, joined by commas; empty
	// for none.
	families string
	numeric  bool
	extend   int // how often -e was given
	cache    bool
	fib      bool
	version  bool
	help     bool
	// json and pretty are the form of the tables.
	json, pretty bool
	// complaints are lines about options that are passed over.
	complaints []string
	rest       []string // the operands
}

// wantsFIB tells whether no table was chosen, which means the FIB.
func (o *options) wantsFIB() bool { return o.fib || !o.cache }

// familyOption is what the parser returns for the long options that name an
// address family.
const familyOption = 256

// familyOptions is how many of the first long options name a family. Their
// count in the original leaves out the last one, which it then calls an
// internal error.
const familyOptions = 12

var longOptions = [...]getopt.Long{
	{Name: "ax25", Val: familyOption},
	{Name: "x25", Val: familyOption},
	{Name: "ip", Val: familyOption},
	{Name: "ipx", Val: familyOption},
	{Name: "appletalk", Val: familyOption},
	{Name: "netrom", Val: familyOption},
	{Name: "inet", Val: familyOption},
	{Name: "inet6", Val: familyOption},
	{Name: "ddp", Val: familyOption},
	{Name: "rose", Val: familyOption},
	{Name: "unix", Val: familyOption},
	{Name: "bluetooth", Val: familyOption},
	{Name: "tcpip", Val: familyOption},
	{Name: "extend", Val: 'e'},
	{Name: "verbose", Val: 'v'},
	{Name: "version", Val: 'V'},
	{Name: "numeric", Val: 'n'},
	{Name: "symbolic", Val: 'N'},
	{Name: "protocol", Arg: getopt.Required, Val: 'A'},
	{Name: "cache", Val: 'C'},
	{Name: "fib", Val: 'F'},
	{Name: "help", Val: 'h'},
	{Name: "json", Val: 'j'}, // ours
}

// parseOptions reads the command line. An unknown option counts as -h, after
// its complaint. An unknown family is an error.
func parseOptions(env *applet.Env) (o options, err error) {
	long := longOptions[:]
	p := getopt.New(env.Program(), maskTypes(env.Args), "A:eCFhnN64Vv?jp", long, env.Posix)
	for opt := p.Next(); opt != getopt.Done; opt = p.Next() {
		switch opt {
		case 'A':
			err = o.addFamilies(p.Arg)
		case '4':
			err = o.addFamilies("inet")
		case '6':
			err = o.addFamilies("inet6")
		case familyOption:
			if p.Index >= familyOptions {
				o.complain("route.c: Internal Error `longopts 1 range'.")
				continue
			}
			err = o.addFamilies(long[p.Index].Name)
		case 'n', 'N':
			// -N asks for names, but no name is ever symbolic: the original
			// prints numbers for it.
			o.numeric = true
		case 'e':
			o.extend++
		case 'C':
			o.cache = true
		case 'F':
			o.fib = true
		case 'j':
			o.json = true
		case 'p':
			o.pretty = true
		case 'V':
			o.version = true
			return o, nil
		case 'h':
			o.help = true
		case getopt.Bad:
			if p.Message != "" {
				o.complain(p.Message)
			}
			o.help = true
		}
		if err != nil {
			return o, err
		}
	}
	o.rest = p.Rest()
	if !o.help && o.families == "" {
		o.familyOfName(env.Name)
	}
	return o, nil
}

func (o *options) complain(line string) { o.complaints = append(o.complaints, line) }

// maskTypes hides -net and -host from the option parser, to which they would be
// bundles of letters.
func maskTypes(args []string) []string {
	out := append([]string(nil), args...)
	for i, w := range out {
		if w == "-net" || w == "-host" {
			out[i] = "#" + w[1:]
		}
	}
	return out
}

// The words -net and -host as the parsers see them.
const (
	netWord  = "#net"
	hostWord = "#host"
)

// addFamilies adds the families of a list with commas.
func (o *options) addFamilies(list string) error {
	for alias := range strings.SplitSeq(list, ",") {
		name, ok := familyAlias(alias)
		if !ok {
			return applet.Fail(statusFailed, unknownFamily(alias))
		}
		// The original keeps the list in 256 bytes.
		if len(name)+len(o.families)+1 >= 256 {
			o.complain("Too much address family arguments.")
			return nil
		}
		if o.families != "" {
			o.families += ","
		}
		o.families += name
	}
	return nil
}

func unknownFamily(alias string) string { return "Unknown address family `" + alias + "'." }

// familyOfName chooses the family by the program's name: inet6_route is route
// for inet6. Without a family in front it is inet.
func (o *options) familyOfName(program string) {
	prefix, is := strings.CutSuffix(program, "route")
	if !is || prefix == "" {
		o.families = "inet"
		return
	}
	prefix, _, _ = strings.Cut(prefix, "_")
	if err := o.addFamilies(prefix); err != nil {
		o.complain(unknownFamily(prefix))
		o.families = prefix
	}
}
