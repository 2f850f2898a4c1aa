package link

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/names"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// head prints the first line of a record, without a newline.
func (v *View) head(p *printer.Printer, i info, at rtnl.Attrs, name []byte) {
	p.Int("ifindex", "%d: ", int64(i.index))
	down := v.nameAndLink(p, "%s: ", at, name)
	flags(p, i.flags, down)
	if mtu, ok := at.S32(unix.IFLA_MTU); ok {
		p.Int("mtu", "mtu %u ", int64(mtu))
	}
	if b := at.Get(unix.IFLA_XDP); b != nil {
		v.xdp(p, b, v.Link, false)
	}
	if qdisc, ok := at.Bytes(unix.IFLA_QDISC); ok {
		p.Bytes(printer.None, "qdisc", "qdisc %s ", qdisc)
	}
	if master, ok := at.S32(unix.IFLA_MASTER); ok {
		p.String("master", "master %s ", v.Resolver.Name(master))
	}
	if state, ok := at.U8(unix.IFLA_OPERSTATE); ok {
		v.operState(p, state)
	}
	if mode, ok := at.U8(unix.IFLA_LINKMODE); ok && v.Link {
		linkMode(p, mode)
	}
	if group, ok := at.U32(unix.IFLA_GROUP); ok {
		p.String("group", "group %s ", v.Names.Group(group))
	}
	if v.Queue {
		v.queueLen(p, i, at)
	}
	if event, ok := at.U32(unix.IFLA_EVENT); ok {
		linkEvent(p, event)
	}
}

// nameAndLink prints the name of an interface and that of the one it lies on or
// is a pair with, as NAME@LINK. It tells whether the latter is known and down.
func (v *View) nameAndLink(p *printer.Printer, text string, at rtnl.Attrs, name []byte) (down bool) {
	link, ok := at.S32(unix.IFLA_LINK)
	v.buf = append(v.buf[:0], name...)
	switch {
	case !ok:
	case link == 0:
		if p.JSON() {
			p.Null("link", "", "")
		}
		v.buf = append(v.buf, "@NONE"...)
	case at.Has(unix.IFLA_LINK_NETNSID):
		if p.JSON() {
			p.Int("link_index", "", int64(link))
		}
		v.buf = append(v.buf, "@if"...)
		v.buf = appendUint(v.buf, uint32(link))
	default:
		other := v.Resolver.Name(link)
		if p.JSON() {
			p.String("link", "", other)
		}
		v.buf = append(v.buf, '@')
		v.buf = append(v.buf, other...)
		f, known := v.Resolver.Flags(link)
		down = known && f&unix.IFF_UP == 0
	}
	if p.JSON() {
		v.buf = v.buf[:len(name)]
	}
	p.Bytes(printer.Ifname, "ifname", text, v.buf)
	return down
}

// flags prints <FLAGS>. A device that is up but not running has no carrier.
func flags(p *printer.Printer, flags uint32, down bool) {
	p.OpenArray("flags", "<")
	one := func(name string) {
		if flags != 0 {
			p.String("", "%s,", name)
		} else {
			p.String("", "%s", name)
		}
	}
	if flags&unix.IFF_UP != 0 && flags&unix.IFF_RUNNING == 0 {
		one("NO-CARRIER")
	}
	flags &^= unix.IFF_RUNNING
	for i := range names.LinkFlags {
		if f := &names.LinkFlags[i]; flags&f.Bit != 0 {
			flags &^= f.Bit
			one(f.Name)
		}
	}
	if flags != 0 {
		p.Hex("", "%x", uint64(flags))
	}
	if down {
		p.String("", ",%s", "M-DOWN")
	}
	p.CloseArray("> ")
}

// operState prints the operational state (RFC 2863).
func (v *View) operState(p *printer.Printer, state uint8) {
	name, ok := names.OperState(state)
	if !ok {
		if p.JSON() {
			p.Uint("operstate_index", "", uint64(state))
		} else {
			p.Hex0x("", "state %#x", uint64(state))
		}
		return
	}
	color := printer.None
	switch name {
	case "UP":
		color = printer.OperUp
	case "DOWN":
		color = printer.OperDown
	}
	if v.Opt.Brief {
		p.ColorString(color, "operstate", "%-14s ", name)
		return
	}
	p.Text("state ")
	p.ColorString(color, "operstate", "%s ", name)
}

func linkMode(p *printer.Printer, mode uint8) {
	if name, ok := names.LinkMode(mode); ok {
		p.String("linkmode", "mode %s ", name)
	} else {
		p.Int("linkmode_index", "mode %d ", int64(mode))
	}
}

// queueLen prints the length of the transmit queue unless it is 0.
func (v *View) queueLen(p *printer.Printer, i info, at rtnl.Attrs) {
	n, ok := at.S32(unix.IFLA_TXQLEN)
	if !ok {
		n, ok = v.Resolver.QueueLen(i.index)
	}
	if ok && n != 0 {
		p.Int("txqlen", "qlen %d", int64(n))
	}
}

// linkEvents are IFLA_EVENT_* of linux/if_link.h.
var linkEvents = [...]string{
	unix.IFLA_EVENT_NONE:             "NONE",
	unix.IFLA_EVENT_REBOOT:           "REBOOT",
	unix.IFLA_EVENT_FEATURES:         "FEATURE CHANGE",
	unix.IFLA_EVENT_BONDING_FAILOVER: "BONDING FAILOVER",
	unix.IFLA_EVENT_NOTIFY_PEERS:     "NOTIFY PEERS",
	unix.IFLA_EVENT_IGMP_RESEND:      "RESEND IGMP",
	unix.IFLA_EVENT_BONDING_OPTIONS:  "BONDING OPTION",
}

func linkEvent(p *printer.Printer, event uint32) {
	switch {
	case event >= uint32(len(linkEvents)):
		p.Int("event", "event %d ", int64(int32(event)))
	case event != unix.IFLA_EVENT_NONE:
		p.String("event", "event %s ", linkEvents[event])
	}
}
