package link

import (
	"errors"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// What x/sys lacks of RTM_GETSTATS (linux/if_link.h, linux/if_bridge.h).
const (
	statsHeader = 12 // size of struct if_stats_msg

	statsXstats      = 2 // IFLA_STATS_LINK_XSTATS
	statsXstatsSlave = 3 // IFLA_STATS_LINK_XSTATS_SLAVE
	statsAFSpec      = 5 // IFLA_STATS_AF_SPEC

	xstatsBridge     = 1 // LINK_XSTATS_TYPE_BRIDGE
	xstatsBond       = 2 // LINK_XSTATS_TYPE_BOND
	xstatsBridgeIGMP = 2 // BRIDGE_XSTATS_MCAST
	xstatsBridgeSTP  = 4 // BRIDGE_XSTATS_STP
	xstatsBondLACP   = 1 // BOND_XSTATS_3AD

	mplsStatsLink = 1 // MPLS_STATS_LINK
)

// xstatsKind is what a kind of link has of extended statistics.
type xstatsKind struct {
	// in is the attribute that holds them, typ that of the kind inside of it.
	in, typ int
	// suites are the words that select some of them.
	suites []xstatsSuite
	help   string
	// first says that iproute2 shows no more than the first.
	first bool
}

// xstatsSuite is a set of statistics: its attribute, its words and its printer.
type xstatsSuite struct {
	attr  uint16
	words [2]string
	show  func(*printer.Printer, []byte)
}

// xstatsOf finds what a kind has; ok is false for one that has none.
func xstatsOf(kind string) (x xstatsKind, ok bool) {
	kind, slave := strings.CutSuffix(kind, slaveSuffix)
	switch kind {
	case "bridge":
		x = xstatsKind{typ: xstatsBridge, help: " [ igmp ] [ dev DEVICE ]\n", suites: []xstatsSuite{
			{xstatsBridgeIGMP, [2]string{"igmp", "mcast"}, BridgeMulticastStats},
			{xstatsBridgeSTP, [2]string{"stp", "stp"}, BridgeSTPStats},
		}}
	case "bond":
		x = xstatsKind{typ: xstatsBond, help: " [ 802.3ad ] [ dev DEVICE ]\n", first: true, suites: []xstatsSuite{
			{xstatsBondLACP, [2]string{"lacp", "802.3ad"}, BondLACPStats},
		}}
	default:
		return x, false
	}
	x.in = statsXstats
	if slave {
		x.in = statsXstatsSlave
	}
	return x, true
}

// isKindName tells whether this ip knows a kind, or the ports of one.
func isKindName(name string) bool {
	if kindByName(name) != nil || printerOf(name) != nil {
		return true
	}
	master, slave := strings.CutSuffix(name, slaveSuffix)
	return slave && (master == "team" || slavePrinterOf(master) != nil)
}

// xstats is `ip link xstats`: the extended statistics of a kind of link.
func xstats(c *object.Context, args []string) error {
	if len(args) == 0 {
		return object.Fail(object.StatusLocal, "xstats: missing argument")
	}
	cur := words.New(args)
	if !cur.Prefix("type") {
		if cur.Prefix("help") {
			c.Env.Stdout.WriteString("Usage: ... xstats type TYPE [ ARGS ]\n")
			return nil
		}
		return words.Invalid("unknown argument", cur.Word())
	}
	kind, err := cur.Value()
	if err != nil {
		return err
	}
	if !isKindName(kind) {
		return words.Invalid("invalid type", kind)
	}
	x, ok := xstatsOf(kind)
	if !ok {
		return object.Fail(object.StatusLocal, "xstats: link type "+kind+" doesn't support xstats")
	}
	cur.Skip()
	w := xstatsWish{kind: kind, x: x, XstatsChoice: xstatsChoice(c, kind)}
	if err := w.parse(c, cur); err != nil || w.help {
		return err
	}
	return w.show(c)
}

// xstatsChoice is the choice of a kind of master and of its ports.
func xstatsChoice(c *object.Context, kind string) *object.XstatsChoice {
	master := strings.TrimSuffix(kind, slaveSuffix)
	choice := c.Xstats[master]
	if choice == nil {
		choice = new(object.XstatsChoice)
		if c.Xstats == nil {
			c.Xstats = map[string]*object.XstatsChoice{}
		}
		c.Xstats[master] = choice
	}
	return choice
}

// xstatsWish is what xstats is asked for.
type xstatsWish struct {
	kind string
	x    xstatsKind
	*object.XstatsChoice
	help bool
}

func (w *xstatsWish) parse(c *object.Context, cur *words.Cursor) error {
	for ; cur.More(); cur.Skip() {
		switch cur.Word() {
		case "dev":
			name, err := cur.Value()
			if err != nil {
				return err
			}
			if w.Index = c.Links().Index(name); w.Index == 0 {
				return object.NoDevice(name)
			}
		case "help":
			c.Env.Stdout.WriteString("Usage: ... " + w.kind + w.x.help)
			w.help = true
			return object.Abort(0, "") // iproute2 ends here, in a batch too
		default:
			if !w.choose(cur.Word()) {
				return words.Invalid("unknown attribute", cur.Word())
			}
		}
	}
	return nil
}

func (w *xstatsWish) choose(word string) bool {
	for i := range w.x.suites {
		if s := &w.x.suites[i]; word == s.words[0] || word == s.words[1] {
			w.Suite = s.attr
			return true
		}
	}
	return false
}

func (w *xstatsWish) show(c *object.Context) error {
	p := c.Printer()
	p.Open()
	name := c.Links().Name
	err := dumpStats(c, 1<<(w.x.in-1), func(index int32, at rtnl.Attrs) {
		if w.Index != 0 && w.Index != index {
			return
		}
		// iproute2 looks in both places, whichever was asked for.
		w.print(p, index, name, at.Get(statsXstats))
		w.print(p, index, name, at.Get(statsXstatsSlave))
	})
	p.Close()
	return object.DumpFailed(err, object.StatusLocal)
}

// print prints the statistics of one link.
func (w *xstatsWish) print(p *printer.Printer, index int32, name func(int32) string, b []byte) {
	var tb [xstatsBond + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(b)
	list := at.Get(w.x.typ)
	if list == nil {
		return
	}
	p.OpenObject("")
	p.String("ifname", "%-16s\n", name(index))
	for typ, v := range rtnl.All(list) {
		if w.Suite != 0 && typ != w.Suite {
			continue
		}
		for i := range w.x.suites {
			if s := &w.x.suites[i]; s.attr == typ {
				s.show(p, v)
			}
		}
		if w.x.first {
			break
		}
	}
	p.CloseObject()
	p.EndRecord()
}

// dumpStats asks for statistics of all links; mask has bit n-1 for the attribute
// n (IFLA_STATS_FILTER_BIT).
func dumpStats(c *object.Context, mask uint32, each func(index int32, at rtnl.Attrs)) error {
	conn, err := c.Conn()
	if err != nil {
		return err
	}
	r := rtnl.NewRequest(unix.RTM_GETSTATS, 0)
	r.Body(native.AppendUint32(make([]byte, 8), mask))
	return conn.Dump(r, func(m *rtnl.Msg) error {
		if len(m.Data) < statsHeader {
			c.Warn("BUG: wrong nlmsg len " + itoa(len(m.Data)-statsHeader))
			return rtnl.Stop
		}
		var tb [statsAFSpec + 1][]byte
		at := rtnl.Attrs(tb[:])
		at.Parse(m.Data[statsHeader:])
		each(int32(native.Uint32(m.Data[4:])), at)
		return nil
	})
}

// afstats is `ip link afstats`: the statistics of address families, of which
// MPLS has some. Its status is 0 however it ends.
func afstats(c *object.Context, args []string) error {
	dev, ok := "", false
	for cur := words.New(args); cur.More(); cur.Skip() {
		switch {
		case cur.Is("dev"):
			name, err := cur.Value()
			if err != nil {
				return err
			}
			if ok {
				return words.Garbage("dev", name)
			}
			dev, ok = name, true
		case cur.Prefix("help"):
			return Usage()
		default:
			return object.Abort(object.StatusUsage, `Command "`+cur.Word()+`" is unknown, try "ip link help".`)
		}
	}
	index := int32(0)
	if ok {
		if index = c.Links().Index(dev); index <= 0 {
			return object.Fail(0, `Device "`+dev+`" does not exist.`)
		}
	}
	return showAFStats(c, index)
}

// showAFStats shows one link, or all where index is 0.
func showAFStats(c *object.Context, index int32) error {
	v := NewView(c, c.Opt.Family)
	p := c.Printer()
	p.Open()
	err := dumpStats(c, 1<<(statsAFSpec-1), func(i int32, at rtnl.Attrs) {
		if index == 0 || index == i {
			v.afStats(p, i, at.Get(statsAFSpec))
		}
	})
	p.Close()
	var exit *applet.Exit
	if errors.As(object.DumpFailed(err, 0), &exit) {
		return object.Fail(0, exit.Text)
	}
	return err
}

// afStats prints the statistics of the families of one link.
func (v *View) afStats(p *printer.Printer, index int32, b []byte) {
	named := false
	for family, stats := range rtnl.All(b) {
		if v.Family != unix.AF_UNSPEC && v.Family != int(family) {
			continue
		}
		if !named {
			p.Uint("ifindex", "%u:", uint64(uint32(index)))
			p.ColorString(printer.Ifname, "ifname", "%s", v.Resolver.Name(index))
			p.NL()
			named = true
		}
		if family != unix.AF_MPLS {
			v.Warn("    unknown af(" + itoa(int(family)) + ")")
			continue
		}
		var tb [mplsStatsLink + 1][]byte
		at := rtnl.Attrs(tb[:])
		at.Parse(stats)
		if b := at.Get(mplsStatsLink); b != nil {
			p.Text("    mpls:")
			p.NL()
			v.shortStats(p, b, "noroute", "noroute", "        ")
			p.Text("\n")
		}
	}
	p.EndRecord()
}
