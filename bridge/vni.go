package bridge

import (
	"errors"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
)

// vniMain is bridge vni: which VXLAN networks (RFC 7348) a device takes frames of.
func vniMain(t *tool, args []string) error {
	change := func(typ uint16) command {
		return func(t *tool, args []string) error { return vniModify(t, typ, args) }
	}
	return t.dispatch("vni", []commandRow{
		{Name: "add", Exact: true, Value: change(unix.RTM_NEWTUNNEL)},
		{Name: "delete", Exact: true, Value: change(unix.RTM_DELTUNNEL)},
		{Name: "show", Exact: true, Value: vniShow},
		{Name: "lst", Exact: true, Value: vniShow},
		{Name: "list", Exact: true, Value: vniShow},
		{Name: "help", Exact: true, Value: help(vniUsage)},
	}, vniShow, args)
}

const vniUsage = `Usage: bridge vni { add | del } vni VNI
		[ { group | remote } IP_ADDRESS ]
		[ dev DEV ]
       bridge vni { show }

Where:	VNI	:= 0-16777215
`

// Attributes of the messages RTM_*TUNNEL (linux/if_link.h).
const (
	vniFilterEntry = 1 // VXLAN_VNIFILTER_ENTRY, and inside it:
	vniStart       = 1
	vniEnd         = 2
	vniGroup       = 3
	vniGroup6      = 4
	vniStats       = 5

	tunnelFlagStats = 1 // TUNNEL_MSG_FLAG_STATS
)

// vniChange is what add and delete are told.
type vniChange struct {
	t        *tool
	dev, vni string
	hasDev   bool
	hasVNI   bool
	group    format.Prefix
	hasGroup bool
}

// vniModify adds networks to those that a device takes, or takes them away.
func vniModify(t *tool, typ uint16, args []string) error {
	ch := vniChange{t: t}
	for cur := words.New(args); cur.More(); cur.Skip() {
		if err := ch.parseWord(cur); err != nil {
			return err
		}
	}
	if !ch.hasDev || !ch.hasVNI {
		return failed("Device and VNI ID are required arguments.")
	}
	index := t.c.Links().Index(ch.dev)
	if index == 0 {
		return failed(`Cannot find vxlan device "` + ch.dev + `"`)
	}
	r := family(typ, 0, 0, index)
	ch.appendVNIs(r)
	return t.do(r)
}

// parseWord reads a word. Those that it does not know are passed over.
func (ch *vniChange) parseWord(cur *words.Cursor) (err error) {
	switch cur.Word() {
	case "dev":
		ch.dev, err = cur.Value()
		ch.hasDev = true
	case "vni":
		word, err := cur.Value()
		if err == nil && ch.hasVNI {
			err = words.Invalid("duplicate vni", word)
		}
		ch.vni, ch.hasVNI = word, true
		return err
	case "group", "remote":
		return ch.parseGroup(cur)
	case "help":
		return words.Usage(vniUsage)
	}
	return err
}

// parseGroup reads the address that frames of the networks go to; that of a
// group has to be a multicast one.
func (ch *vniChange) parseGroup(cur *words.Cursor) error {
	key := cur.Word()
	if ch.hasGroup {
		return words.Invalid("duplicate group", key)
	}
	word, err := cur.Value()
	if err != nil {
		return err
	}
	if ch.group, err = ch.t.c.Addr(word, format.FamilyUnspec); err != nil {
		return err
	}
	if key == "group" && !ch.group.IsMulticast() {
		return words.Invalid("invalid group address", word)
	}
	ch.hasGroup = true
	return nil
}

// appendVNIs appends numbers and ranges of them, with commas between.
func (ch *vniChange) appendVNIs(r *rtnl.Request) {
	for item := range strings.SplitSeq(ch.vni, ",") {
		if item == "" {
			continue
		}
		first, last, _ := strings.Cut(item, "-")
		n := r.Nest(vniFilterEntry | unix.NLA_F_NESTED)
		r.U32(vniStart, uint32(format.Atoi(first)))
		if end := uint32(format.Atoi(last)); end != 0 {
			r.U32(vniEnd, end)
		}
		if ch.hasGroup {
			r.Attr(ch.groupAttr(), ch.group.Addr)
		}
		r.End(n)
	}
}

// groupAttr is the attribute for an address of the family. The words any and
// all have none.
func (ch *vniChange) groupAttr() uint16 {
	switch ch.group.Family {
	case format.FamilyInet:
		return vniGroup
	case format.FamilyInet6:
		return vniGroup6
	}
	return 0
}

// vniShow shows the networks of all VXLAN devices that filter them, or of one.
func vniShow(t *tool, args []string) error {
	if err := t.portAndVLAN(args, &t.vniIndex, nil); err != nil {
		return err
	}
	var flags uint8
	if t.c.Opt.Stats > 0 {
		flags = tunnelFlagStats
	}
	p := t.c.Printer()
	p.Open()
	p.Text("dev               vni              group/remote   \n")
	err := t.dump(p, family(unix.RTM_GETTUNNEL, 0, flags, t.vniIndex),
		func(m *rtnl.Msg) error { return t.printVNIs(p, m) })
	if err != nil {
		return misspelt(err)
	}
	p.Close()
	return nil
}

// misspelt gives a refused dump the words that the original has for it here.
func misspelt(err error) error {
	var exit *applet.Exit
	if errors.As(err, &exit) {
		if text, ok := strings.CutSuffix(exit.Text, "terminated"); ok {
			return &applet.Exit{Code: exit.Code, Text: text + "ternminated", Err: exit.Err, Abort: exit.Abort}
		}
	}
	return err
}
