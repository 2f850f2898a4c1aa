package route

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/fib"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// Printer prints routes, one a message. It keeps its room from one record to
// the next: a dump of any length costs no allocation per route.
type Printer struct {
	*fib.View
	f    *filter
	r    record
	buf  []byte
	warn func(line string)
	each func(*rtnl.Msg) error
}

// NewPrinter returns a Printer of all routes but cached ones, for a monitor or a
// file of messages.
func NewPrinter(c *object.Context, p *printer.Printer) *Printer {
	return newPrinter(c, p, &filter{family: uint8(c.Opt.Family)})
}

// Through hides the routes that do not leave by the interface.
func (pr *Printer) Through(index int32) { pr.f.oif, pr.f.byOIF = uint32(index), true }

// newPrinter returns a Printer of the routes that f selects, without the fields
// that f gives.
func newPrinter(c *object.Context, p *printer.Printer, f *filter) *Printer {
	pr := &Printer{View: fib.NewView(c, p), f: f, warn: c.Warn}
	pr.each = func(m *rtnl.Msg) error {
		pr.Print(m)
		return nil
	}
	return pr
}

// textPrinter returns a printer that prints text even with -json.
func textPrinter(c *object.Context) *printer.Printer {
	text := *c
	text.Opt.JSON = false
	return text.Printer()
}

// Print prints a message if it is a route that is selected.
func (pr *Printer) Print(m *rtnl.Msg) {
	if m.Type != unix.RTM_NEWROUTE && m.Type != unix.RTM_DELROUTE {
		pr.warn("Not a route: " + hex8(uint32(len(m.Raw))) + " " + hex8(uint32(m.Type)) + " " + hex8(uint32(m.Flags)))
		return
	}
	if !pr.r.decode(m) {
		pr.warn("BUG: wrong nlmsg len " + decimal(len(m.Data)-headerSize))
		return
	}
	if pr.f.match(&pr.r) {
		pr.record(&pr.r)
	}
}

// record prints one route, field by field in the order of the text.
func (pr *Printer) record(r *record) {
	pr.P.OpenObject("")
	if r.deleted {
		pr.P.Bool("deleted", "Deleted ", true)
	}
	if r.kind != unix.RTN_UNICAST || pr.Details > 0 {
		pr.P.String("type", "%s ", pr.Names.RouteType(r.kind))
	}
	pr.destination(r)
	pr.source(r)
	if id, ok := r.at.U32(rtaNHID); ok {
		pr.P.Uint("nhid", "nhid %u ", uint64(id))
	}
	pr.path(r)
	pr.origin(r)
	pr.Flags(r.flags)
	if r.seen&rareMarks != 0 {
		pr.marks(r)
	}
	if r.seen&rareState != 0 || r.cloned() {
		pr.state(r)
	}
	if r.seen&rareHops != 0 {
		pr.hops(r)
	}
	pr.P.Text("\n")
	pr.P.CloseObject()
	pr.P.EndRecord()
}

// hops prints the next hop object of a route, and its next hops.
func (pr *Printer) hops(r *record) {
	if r.at.Has(rtaNHID) && pr.Details > 0 {
		pr.nexthopInfo(r)
	}
	if r.at.Has(unix.RTA_MULTIPATH) {
		pr.multipath(r, r.at.Get(unix.RTA_MULTIPATH))
	}
}

// addrFamily is the family of a route's addresses: multicast routes have
// families of their own.
func (r *record) addrFamily() int {
	const ipmr, ip6mr = 128, 129 // RTNL_FAMILY_* of linux/rtnetlink.h
	if r.kind == unix.RTN_MULTICAST {
		switch r.family {
		case ipmr:
			return unix.AF_INET
		case ip6mr:
			return unix.AF_INET6
		}
	}
	return int(r.family)
}

// hostBits is the length of a host's address, 0 for families without.
func (r *record) hostBits() int { return familyBits(int(r.family)) }

func (pr *Printer) destination(r *record) {
	switch {
	case r.at.Has(unix.RTA_DST):
		pr.prefix("dst", "%s ", r, unix.RTA_DST, r.dstLen)
	case r.dstLen != 0:
		// The blank is part of the value.
		pr.P.String("dst", "%s ", "0/"+decimal(int(r.dstLen))+" ")
	default:
		pr.P.String("dst", "%s ", "default")
	}
}

func (pr *Printer) source(r *record) {
	switch {
	case r.at.Has(unix.RTA_SRC):
		pr.prefix("from", "from %s ", r, unix.RTA_SRC, r.srcLen)
	case r.srcLen != 0:
		pr.P.String("src", "from %s ", "0/"+decimal(int(r.srcLen)))
	}
}

// prefix prints destination or source.
func (pr *Printer) prefix(key, form string, r *record, attr int, bits uint8) {
	family := r.addrFamily()
	pr.buf = pr.AppendPrefix(pr.buf[:0], family, r.at.Get(attr), int(bits), r.hostBits())
	pr.P.Bytes(fib.FamilyColor(family), key, form, pr.buf)
}

// path prints the way of a route: what it is wrapped into, and over what it
// leaves.
func (pr *Printer) path(r *record) {
	if r.at.Has(unix.RTA_NEWDST) {
		pr.NewDst(int(r.family), r.at.Get(unix.RTA_NEWDST))
	}
	if r.at.Has(unix.RTA_ENCAP) {
		pr.Encap(r.at.Get(unix.RTA_ENCAP_TYPE), r.at.Get(unix.RTA_ENCAP))
	}
	if r.tos != 0 && !pr.f.byTOS {
		pr.P.String("tos", "tos %s ", pr.Names.DSField(r.tos))
	}
	if r.at.Has(unix.RTA_GATEWAY) && pr.f.via.Bits != r.hostBits() {
		pr.Gateway(int(r.family), r.at.Get(unix.RTA_GATEWAY))
	}
	if r.at.Has(unix.RTA_VIA) {
		pr.Via(r.at.Get(unix.RTA_VIA))
	}
	if index, ok := r.at.U32(unix.RTA_OIF); ok && !pr.f.byOIF {
		pr.Device("dev", index)
	}
}

// origin prints where a route is and who made it.
func (pr *Printer) origin(r *record) {
	if table := r.tableID(); table != 0 && (table != unix.RT_TABLE_MAIN || pr.Details > 0) && pr.f.table == 0 {
		pr.P.String("table", "table %s ", pr.Table(table))
	}
	if !r.cloned() {
		if (r.protocol != unix.RTPROT_BOOT || pr.Details > 0) && !pr.f.byProtocol {
			pr.P.String("protocol", "proto %s ", pr.Proto(r.protocol))
		}
		if (r.scope != unix.RT_SCOPE_UNIVERSE || pr.Details > 0) && !pr.f.byScope {
			pr.P.String("scope", "scope %s ", pr.Names.Scope(r.scope))
		}
	}
	if r.at.Has(unix.RTA_PREFSRC) && pr.f.prefSrc.Bits != r.hostBits() {
		pr.P.Text("src ")
		pr.Addr(fib.FamilyColor(int(r.family)), "prefsrc", "%s ", int(r.family), r.at.Get(unix.RTA_PREFSRC))
	}
	if metric, ok := r.at.U32(unix.RTA_PRIORITY); ok && !pr.f.byMetric {
		pr.P.Uint("metric", "metric %u ", uint64(metric))
	}
}

// marks prints what a look-up goes by besides addresses.
func (pr *Printer) marks(r *record) {
	if mark, _ := r.at.U32(unix.RTA_MARK); mark != 0 {
		form := "mark %u "
		if mark >= 16 {
			form = "mark 0x%x "
		}
		pr.P.Uint("mark", form, uint64(mark))
	}
	if realms, ok := r.at.U32(unix.RTA_FLOW); ok && pr.f.realmMask != allRealms {
		pr.Realms(realms)
	}
	if uid, ok := r.at.U32(unix.RTA_UID); ok {
		pr.P.Uint("uid", "uid %u ", uint64(uid))
	}
}

// state prints what the kernel has learned of a route, and its metrics.
func (pr *Printer) state(r *record) {
	if r.family == unix.AF_INET && r.cloned() {
		pr.cacheFlags(r.flags)
	}
	if r.family == unix.AF_INET || r.family == unix.AF_INET6 {
		pr.cacheInfo(r.at.Get(unix.RTA_CACHEINFO))
	}
	if r.at.Has(unix.RTA_METRICS) {
		pr.metrics(r.at.Get(unix.RTA_METRICS))
	}
	if index, ok := r.at.U32(unix.RTA_IIF); ok && !pr.f.byIIF {
		pr.Device("iif", index)
	}
	if pref, ok := r.at.U8(unix.RTA_PREF); ok {
		pr.preference(pref)
	}
	if on, ok := r.at.U8(unix.RTA_TTL_PROPAGATE); ok {
		pr.ttlPropagate(on != 0)
	}
}

// preference prints the router preference. It is the one field without a blank
// behind it.
func (pr *Printer) preference(pref uint8) {
	switch pref {
	case prefLow:
		pr.P.String("pref", "pref %s", "low")
	case prefMedium:
		pr.P.String("pref", "pref %s", "medium")
	case prefHigh:
		pr.P.String("pref", "pref %s", "high")
	default:
		pr.P.Uint("pref", "%u", uint64(pref))
	}
}

// ttlPropagate prints a field that the original misspells.
func (pr *Printer) ttlPropagate(on bool) {
	if pr.P.JSON() {
		pr.P.Bool("ttl-propogate", "", on)
		return
	}
	word := "disabled"
	if on {
		word = "enabled"
	}
	pr.P.String("", "ttl-propogate %s", word)
}
