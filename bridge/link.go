package bridge

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/link"
)

// linkMain is bridge link.
func linkMain(t *tool, args []string) error {
	return t.dispatch("link", []commandRow{
		{Name: "set", Value: linkSet},
		{Name: "change", Value: linkSet},
		{Name: "show", Value: linkShow},
		{Name: "lst", Value: linkShow},
		{Name: "list", Value: linkShow},
		{Name: "help", Value: help(linkUsage)},
	}, linkShow, args)
}

const linkUsage = `Usage: bridge link set dev DEV [ cost COST ] [ priority PRIO ] [ state STATE ]
                               [ guard {on | off} ]
                               [ hairpin {on | off} ]
                               [ fastleave {on | off} ]
                               [ root_block {on | off} ]
                               [ learning {on | off} ]
                               [ learning_sync {on | off} ]
                               [ flood {on | off} ]
                               [ mcast_router MULTICAST_ROUTER ]
                               [ mcast_flood {on | off} ]
                               [ bcast_flood {on | off} ]
                               [ mcast_to_unicast {on | off} ]
                               [ neigh_suppress {on | off} ]
                               [ vlan_tunnel {on | off} ]
                               [ isolated {on | off} ]
                               [ locked {on | off} ]
                               [ hwmode {vepa | veb} ]
                               [ backup_port DEVICE ] [ nobackup_port ]
                               [ self ] [ master ]
       bridge link show [dev DEV]
`

// linkShow shows the ports of all bridges, or one.
func linkShow(t *tool, args []string) error {
	if err := t.portAndVLAN(args, &t.linkIndex, nil); err != nil {
		return err
	}
	p := t.c.Printer()
	p.Open()
	err := t.dump(p, bridgeLinks(rtnl.ExtFilterVF), func(m *rtnl.Msg) error { return t.printLink(p, m) })
	if err != nil {
		return err
	}
	p.Close()
	return nil
}

// bridgeLinks asks for the ports of bridges.
func bridgeLinks(mask uint32) *rtnl.Request {
	r := rtnl.NewRequest(unix.RTM_GETLINK, 0)
	r.Link(unix.AF_BRIDGE, 0, 0, 0, 0)
	r.U32(unix.IFLA_EXT_MASK, mask)
	return r
}

// printLink prints a message about a link, if the filter means it.
func (t *tool) printLink(p *printer.Printer, m *rtnl.Msg) error {
	d := m.Data
	if len(d) < unix.SizeofIfInfomsg {
		return failed("Message too short!")
	}
	if d[0] != unix.AF_BRIDGE && d[0] != unix.AF_UNSPEC {
		return nil
	}
	if t.linkIndex != 0 && t.linkIndex != int32(native.Uint32(d[4:])) {
		return nil
	}
	var tb [link.AttrMax + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(d[unix.SizeofIfInfomsg:])
	if t.links == nil {
		t.links = link.NewView(t.c, unix.AF_BRIDGE)
	}
	name, ok := t.links.Name(m, at)
	if !ok {
		return failed("")
	}
	t.head(p, "[LINK]")
	p.OpenObject("")
	if m.Type == unix.RTM_DELLINK {
		p.Bool("deleted", "Deleted ", true)
	}
	t.links.Start(p, m, at, name)
	if mtu, ok := at.U32(unix.IFLA_MTU); ok {
		p.Int("mtu", "mtu %u ", int64(int32(mtu)))
	}
	if master, ok := at.S32(unix.IFLA_MASTER); ok {
		p.String("master", "master %s ", t.c.Links().Name(master))
	}
	if info := at.Get(unix.IFLA_PROTINFO); info != nil {
		t.portInfo(p, info, isNested(d[unix.SizeofIfInfomsg:], unix.IFLA_PROTINFO))
	}
	if spec := at.Get(unix.IFLA_AF_SPEC); spec != nil {
		printMode(p, spec)
	}
	p.Text("\n")
	p.CloseObject()
	p.EndRecord()
	return nil
}

// isNested tells whether the first attribute of the type has the flag
// NLA_F_NESTED: kernels before 3.8 told the state of a port in one that has not.
func isNested(b []byte, typ uint16) bool {
	for len(b) >= 4 {
		n, raw := int(native.Uint16(b)), native.Uint16(b[2:])
		if n < 4 || n > len(b) {
			return false
		}
		if raw&^unix.NLA_F_NESTED == typ {
			return raw&unix.NLA_F_NESTED != 0
		}
		b = b[min((n+3)&^3, len(b)):]
	}
	return false
}

// portSwitches are the flags of a port that -details shows, in the order of
// printing, and a number and a port among them.
var portSwitches = [...]struct {
	attr      int
	key, text string
}{
	{unix.IFLA_BRPORT_MODE, "hairpin", "hairpin %s "},
	{unix.IFLA_BRPORT_GUARD, "guard", "guard %s "},
	{unix.IFLA_BRPORT_PROTECT, "root_block", "root_block %s "},
	{unix.IFLA_BRPORT_FAST_LEAVE, "fastleave", "fastleave %s "},
	{unix.IFLA_BRPORT_LEARNING, "learning", "learning %s "},
	{unix.IFLA_BRPORT_LEARNING_SYNC, "learning_sync", "learning_sync %s "},
	{unix.IFLA_BRPORT_UNICAST_FLOOD, "flood", "flood %s "},
	{unix.IFLA_BRPORT_MCAST_FLOOD, "mcast_flood", "mcast_flood %s "},
	{unix.IFLA_BRPORT_BCAST_FLOOD, "bcast_flood", "bcast_flood %s "},
	{unix.IFLA_BRPORT_MULTICAST_ROUTER, "mcast_router", "mcast_router %u "},
	{unix.IFLA_BRPORT_MCAST_TO_UCAST, "mcast_to_unicast", "mcast_to_unicast %s "},
	{unix.IFLA_BRPORT_NEIGH_SUPPRESS, "neigh_suppress", "neigh_suppress %s "},
	{unix.IFLA_BRPORT_VLAN_TUNNEL, "vlan_tunnel", "vlan_tunnel %s "},
	{unix.IFLA_BRPORT_BACKUP_PORT, "backup_port", "backup_port %s "},
	{unix.IFLA_BRPORT_ISOLATED, "isolated", "isolated %s "},
	{unix.IFLA_BRPORT_LOCKED, "locked", "locked %s "},
}

// portInfo prints what the bridge tells of its port.
func (t *tool) portInfo(p *printer.Printer, info []byte, nested bool) {
	if !nested {
		if len(info) > 0 {
			printState(p, info[0])
		}
		return
	}
	var tb [unix.IFLA_BRPORT_LOCKED + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(info)
	if state, ok := at.U8(unix.IFLA_BRPORT_STATE); ok {
		printState(p, state)
	}
	if prio, ok := at.U16(unix.IFLA_BRPORT_PRIORITY); ok {
		p.Uint("priority", "priority %u ", uint64(prio))
	}
	if cost, ok := at.U32(unix.IFLA_BRPORT_COST); ok {
		p.Uint("cost", "cost %u ", uint64(cost))
	}
	if t.c.Opt.Details == 0 {
		return
	}
	p.NL()
	p.Text("    ")
	for i := range portSwitches {
		s := &portSwitches[i]
		switch s.attr {
		case unix.IFLA_BRPORT_BACKUP_PORT:
			if port, ok := at.S32(s.attr); ok {
				p.String(s.key, s.text, t.c.Links().Name(port))
			}
		case unix.IFLA_BRPORT_MULTICAST_ROUTER:
			if v, ok := at.U8(s.attr); ok {
				p.Uint(s.key, s.text, uint64(v))
			}
		default:
			if v, ok := at.U8(s.attr); ok {
				p.OnOff(s.key, s.text, v != 0)
			}
		}
	}
}

// states are the states of a port by number: BR_STATE_* of linux/if_bridge.h.
var states = [...]string{"disabled", "listening", "learning", "forwarding", "blocking"}

// stateID finds a state by its name.
func stateID(name string) (uint8, bool) {
	for i, s := range states {
		if s == name {
			return uint8(i), true
		}
	}
	return 0, false
}

func printState(p *printer.Printer, state uint8) {
	if int(state) < len(states) {
		p.String("state", "state %s ", states[state])
	} else {
		p.Uint("state", "state (%d) ", uint64(state))
	}
}

// printMode prints how hardware bridges (IEEE 802.1Qbg).
func printMode(p *printer.Printer, spec []byte) {
	var tb [attrMode + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(spec)
	mode, ok := at.U16(attrMode)
	switch {
	case !ok:
	case mode == modeVEB:
		p.String("hwmode", "hwmode %s ", "VEB")
	case mode == modeVEPA:
		p.String("hwmode", "hwmode %s ", "VEPA")
	default:
		p.Hex0x("hwmode", "hwmode %#x ", uint64(mode))
	}
}

// appendHex appends v as C's %#x does.
func appendHex(b []byte, v uint64) []byte {
	const digits = "0123456789abcdef"
	if v == 0 {
		return append(b, '0')
	}
	b = append(b, "0x"...)
	shift := 60
	for v>>shift == 0 {
		shift -= 4
	}
	for ; shift >= 0; shift -= 4 {
		b = append(b, digits[v>>shift&15])
	}
	return b
}

// leadingInt reads a decimal number that is the whole of a word.
func leadingInt(word string) (int64, bool) {
	v, n, _ := format.Strtol(word, 10)
	return v, word != "" && n == len(word)
}
