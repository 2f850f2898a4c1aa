package rule

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/names"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// view is what print needs to know besides the rule.
type view struct {
	names   *names.Tables
	details bool
	// host appends an address, or the name of its host.
	host func(dst []byte, family int, addr []byte) []byte
}

func newView(c *object.Context) *view {
	return &view{names: c.Names(), details: c.Opt.Details > 0, host: c.AppendHost}
}

// Print prints a message about a rule of the run's family, for monitors of
// changes, and tells whether it was one.
func Print(c *object.Context, p *printer.Printer, m *rtnl.Msg) bool {
	var r record
	if !r.decode(m) {
		return false
	}
	if c.Opt.Family == unix.AF_UNSPEC || c.Opt.Family == int(r.family) {
		print(p, newView(c), &r)
	}
	return true
}

// print prints one rule.
func print(p *printer.Printer, v *view, r *record) {
	p.OpenObject("")
	if r.deleted {
		p.Bool("deleted", "Deleted ", true)
	}
	p.Uint("priority", "%u:\t", uint64(r.u32(unix.FRA_PRIORITY)))
	printSelector(p, v, r)
	printTable(p, v, r)
	printRealms(p, v, r)
	printAction(p, v, r)
	if proto, ok := r.at.U8(unix.FRA_PROTOCOL); ok &&
		(proto != unix.RTPROT_UNSPEC && proto != unix.RTPROT_KERNEL || v.details) {
		p.String("protocol", " proto %s", v.names.Proto(proto))
	}
	p.Text("\n")
	p.CloseObject()
	p.EndRecord()
}

// printSelector prints what packets the rule is for.
func printSelector(p *printer.Printer, v *view, r *record) {
	if r.flags&flagInvert != 0 {
		p.Null("not", "not ", "")
	}
	printFrom(p, r)
	printTo(p, r)
	if r.tos != 0 {
		p.String("tos", " tos %s", v.names.DSField(r.tos))
	}
	printMark(p, r)
	printDevice(p, r, unix.FRA_IIFNAME, "iif", flagIIfDetached, "iif_detached")
	printDevice(p, r, unix.FRA_OIFNAME, "oif", flagOIfDetached, "oif_detached")
	if r.u8(unix.FRA_L3MDEV) != 0 {
		p.Null("l3mdev", " lookup [l3mdev-table]", "")
	}
	if start, end, ok := r.uidRange(); ok {
		p.Uint("uid_start", " uidrange %u", uint64(start))
		p.Uint("uid_end", "-%u", uint64(end))
	}
	if proto, ok := r.at.U8(unix.FRA_IP_PROTO); ok {
		p.String("ipproto", " ipproto %s", v.names.IPProto(proto))
	}
	if sport, ok := r.ports(unix.FRA_SPORT_RANGE); ok {
		printPorts(p, sport, "sport", " sport %u", "sport_start", "sport_end")
	}
	if dport, ok := r.ports(unix.FRA_DPORT_RANGE); ok {
		printPorts(p, dport, "dport", " dport %u", "dport_start", "dport_end")
	}
	if id, ok := r.tunID(); ok {
		p.Uint("tun_id", " tun_id %u", id)
	}
}

// familyColor is the colour of addresses.
func familyColor(family uint8) printer.Color {
	switch family {
	case unix.AF_INET:
		return printer.Inet
	case unix.AF_INET6:
		return printer.Inet6
	}
	return printer.None
}

func printFrom(p *printer.Printer, r *record) {
	switch {
	case r.at.Has(unix.FRA_SRC):
		p.Text("from ")
		printAddr(p, r, "src", unix.FRA_SRC)
		printLength(p, r, "srclen", r.srcLen)
	case r.srcLen != 0:
		p.String("src", "from %s", "0")
		p.Uint("srclen", "/%u", uint64(r.srcLen))
	default:
		p.String("src", "from %s", "all")
	}
}

func printTo(p *printer.Printer, r *record) {
	switch {
	case r.at.Has(unix.FRA_DST):
		p.Text(" to ")
		printAddr(p, r, "dst", unix.FRA_DST)
		printLength(p, r, "dstlen", r.dstLen)
	case r.dstLen != 0:
		p.String("dst", " to %s", "0")
		p.Uint("dstlen", "/%u", uint64(r.dstLen))
	}
}

func printAddr(p *printer.Printer, r *record, key string, attr int) {
	var b [64]byte
	p.Bytes(familyColor(r.family), key, "%s", format.AppendAddr(b[:0], int(r.family), r.at.Get(attr)))
}

// printLength prints a prefix length that is not that of a host.
func printLength(p *printer.Printer, r *record, key string, length uint8) {
	host := format.FamilyBits(int(r.family))
	if int(length) != host {
		p.Uint(key, "/%u", uint64(length))
	}
}

func printMark(p *printer.Printer, r *record) {
	if !r.at.Has(unix.FRA_FWMARK) && !r.at.Has(unix.FRA_FWMASK) {
		return
	}
	p.Hex0x("fwmark", " fwmark %#x", uint64(r.u32(unix.FRA_FWMARK)))
	if mask, ok := r.at.U32(unix.FRA_FWMASK); ok && mask != 0xffffffff {
		p.Hex0x("fwmask", "/%#x", uint64(mask))
	}
}

func printDevice(p *printer.Printer, r *record, attr int, key string, detached uint32, detachedKey string) {
	name, ok := r.at.Bytes(attr)
	if !ok {
		return
	}
	p.Text(" ")
	p.Text(key)
	p.Text(" ")
	p.Bytes(printer.Ifname, key, "%s", name)
	if r.flags&detached != 0 {
		p.Null(detachedKey, " [detached]", "")
	}
}

// printPorts prints a range, or a single port by the key and format one.
func printPorts(p *printer.Printer, r ports, one, text, start, end string) {
	if r.start == r.end {
		p.Uint(one, text, uint64(r.start))
		return
	}
	p.Uint(start, text, uint64(r.start))
	p.Uint(end, "-%u", uint64(r.end))
}

// printTable prints the table to look in and what of it not to use.
func printTable(p *printer.Printer, v *view, r *record) {
	table := r.tableID()
	if table == 0 {
		return
	}
	p.String("table", " lookup %s", v.names.Table(table))
	if length, ok := r.at.S32(unix.FRA_SUPPRESS_PREFIXLEN); ok && length != -1 {
		p.Int("suppress_prefixlen", " suppress_prefixlength %d", int64(length))
	}
	if group, ok := r.at.S32(unix.FRA_SUPPRESS_IFGROUP); ok && group != -1 {
		p.String("suppress_ifgroup", " suppress_ifgroup %s", v.names.Group(uint32(group)))
	}
}

// printRealms prints the realms, FROM in the upper half.
func printRealms(p *printer.Printer, v *view, r *record) {
	realms, ok := r.at.U32(unix.FRA_FLOW)
	if !ok {
		return
	}
	if from := uint16(realms >> 16); from != 0 {
		p.String("flow_from", " realms %s/", v.names.Realm(from))
	} else {
		p.Text(" realms ")
	}
	p.String("flow_to", "%s", v.names.Realm(uint16(realms)))
}

// printAction prints what is done other than looking in a table.
func printAction(p *printer.Printer, v *view, r *record) {
	switch r.action {
	case actTable:
	case actNAT:
		if gateway := r.at.Get(attrGateway); gateway != nil {
			var b [64]byte
			p.Bytes(printer.None, "nat_gateway", " map-to %s", v.host(b[:0], int(r.family), gateway))
		} else {
			p.Null("masquerade", " masquerade", "")
		}
	case actGoto:
		if target, ok := r.at.U32(unix.FRA_GOTO); ok {
			p.Uint("goto", " goto %u", uint64(target))
		} else {
			p.String("goto", " goto %s", "none")
		}
		if r.flags&flagUnresolved != 0 {
			p.Null("unresolved", " [unresolved]", "")
		}
	case actNop:
		p.Null("nop", " nop", "")
	default:
		p.String("action", " %s", v.names.RouteType(r.action))
	}
}
