package mroute

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/names"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// record is a multicast route as the kernel tells it.
type record struct {
	deleted bool
	family  uint8
	flags   uint32
	table   uint32
	iif     int32
	at      rtnl.Attrs
	tb      [attrMax + 1][]byte
}

// Attributes of linux/rtnetlink.h.
const (
	rtaMFCStats = 17
	rtaExpires  = 23
	attrMax     = rtaExpires
)

// badMessage is what is wrong with a message.
type badMessage string

func (e badMessage) Error() string { return string(e) }

// decode reads a RTM_NEWROUTE or RTM_DELROUTE. The record is good as long as the
// message is.
func (r *record) decode(m *rtnl.Msg) error {
	d := m.Data
	if len(d) < unix.SizeofRtMsg {
		return badMessage("BUG: wrong nlmsg len")
	}
	if d[7] != unix.RTN_MULTICAST {
		return badMessage("Non multicast route received, kernel does support IP multicast?")
	}
	r.deleted = m.Type == unix.RTM_DELROUTE
	r.family, r.flags = d[0], native.Uint32(d[8:])
	r.at = rtnl.Attrs(r.tb[:])
	r.at.Parse(d[unix.SizeofRtMsg:])
	r.table = uint32(d[4])
	if t, ok := r.at.U32(unix.RTA_TABLE); ok {
		r.table = t
	}
	r.iif, _ = r.at.S32(unix.RTA_IIF)
	return nil
}

// addrFamily is the family of the addresses.
func (r *record) addrFamily() int {
	if r.family == familyIPMR {
		return unix.AF_INET
	}
	return unix.AF_INET6
}

// view is what print needs to know besides the route.
type view struct {
	names   *names.Tables
	stats   bool
	details bool
	// oneTable leaves the table out: all routes are of one.
	oneTable bool
	// name is the name of an interface.
	name func(index int32) string
}

func newView(c *object.Context, f *filter) *view {
	return &view{
		names: c.Names(), stats: c.Opt.Stats > 0, details: c.Opt.Details > 0,
		oneTable: f.table != 0, name: c.Links().Name,
	}
}

// Print prints a message about a multicast route, for monitors of changes, unless
// it comes in over another device than iif; 0 is any. The error says what is
// wrong with the message.
func Print(c *object.Context, p *printer.Printer, m *rtnl.Msg, iif int32) error {
	var r record
	if err := r.decode(m); err != nil {
		return err
	}
	f := filter{iif: iif}
	if f.match(&r) {
		print(p, newView(c, &f), &r)
	}
	return nil
}

// print prints one route.
func print(p *printer.Printer, v *view, r *record) {
	p.OpenObject("")
	if r.deleted {
		p.Bool("deleted", "Deleted ", true)
	}
	printPair(p, r)
	if r.iif != 0 {
		p.ColorString(printer.Ifname, "iif", "%-10s ", v.name(r.iif))
	} else {
		p.String("iif", "%s ", "unresolved")
	}
	if b := r.at.Get(unix.RTA_MULTIPATH); b != nil {
		printDevices(p, v, b)
	}
	state := "resolved"
	if r.flags&unix.RTNH_F_UNRESOLVED != 0 {
		state = "unresolved"
	}
	p.String("state", " State: %s", state)
	if r.flags&unix.RTNH_F_OFFLOAD != 0 {
		p.Null("offload", " offload", "")
	}
	if v.stats {
		printStats(p, r)
	}
	if r.table != 0 && (r.table != unix.RT_TABLE_MAIN || v.details) && !v.oneTable {
		p.String("table", " Table: %s", v.names.Table(r.table))
	}
	p.Text("\n")
	p.CloseObject()
	p.EndRecord()
}

// printPair prints the source and the group, "(10.0.0.1,239.1.1.1)".
func printPair(p *printer.Printer, r *record) {
	var b [160]byte
	text := append(b[:0], '(')
	text = appendAddr(text, r, unix.RTA_SRC)
	comma := len(text)
	text = append(text, ',')
	text = appendAddr(text, r, unix.RTA_DST)
	if p.JSON() {
		p.Bytes(printer.None, "src", "", text[1:comma])
		p.Bytes(printer.None, "dst", "", text[comma+1:])
		return
	}
	p.Bytes(printer.None, "", "%-32s Iif: ", append(text, ')'))
}

func appendAddr(dst []byte, r *record, attr int) []byte {
	if a := r.at.Get(attr); a != nil {
		return format.AppendAddr(dst, r.addrFamily(), a)
	}
	return append(dst, "unknown"...)
}

// printDevices prints the devices that packets leave by: a row of struct
// rtnexthop.
func printDevices(p *printer.Printer, v *view, b []byte) {
	p.OpenArray("multipath", "")
	for first := true; len(b) >= unix.SizeofRtNexthop; first = false {
		n := int(native.Uint16(b))
		if n < unix.SizeofRtNexthop || n > len(b) {
			break
		}
		p.OpenObject("")
		if first {
			p.Text("Oifs: ")
		}
		p.ColorString(printer.Ifname, "oif", "%s", v.name(int32(native.Uint32(b[4:]))))
		if hops := b[3]; hops > 1 {
			p.Uint("ttl", "(ttl %u) ", uint64(hops))
		} else {
			p.Text(" ")
		}
		p.CloseObject()
		b = b[min((n+3)&^3, len(b)):]
	}
	p.CloseArray("")
}

// userHZ is the number of clock ticks of user space in a second.
const userHZ = 100

// printStats prints what -stats adds: struct rta_mfc_stats, and the age.
func printStats(p *printer.Printer, r *record) {
	if b := r.at.Get(rtaMFCStats); len(b) >= 24 {
		p.NL()
		p.Uint("packets", "  %u packets,", native.Uint64(b))
		p.Uint("bytes", " %u bytes", native.Uint64(b[8:]))
		if wrong := native.Uint64(b[16:]); wrong != 0 {
			p.Uint("wrong_if", ", %u arrived on wrong iif.", wrong)
		}
	}
	if ticks, ok := r.at.U64(rtaExpires); ok {
		p.Float("expires", ", Age %.2f", float64(ticks)/userHZ)
	}
}
