package route

import (
	"strconv"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/names"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
)

func decimal(n int) string { return strconv.Itoa(n) }

// hex8 is %08x.
func hex8(n uint32) string {
	s := strconv.FormatUint(uint64(n), 16)
	return "00000000"[:8-len(s)] + s
}

func familyBits(family int) int { return format.FamilyBits(family) }

// userHZ is the unit of the kernel's times for user space: 1/100 s.
const userHZ = 100

// cacheFlagNames are RTCF_* of linux/in_route.h in the order of printing.
var cacheFlagNames = [...]names.Flag{
	{Bit: 0x80000000, Name: "local"}, {Bit: 0x40000000, Name: "reject"},
	{Bit: 0x20000000, Name: "mc"}, {Bit: 0x10000000, Name: "brd"},
	{Bit: 0x08000000, Name: "dst-nat"}, {Bit: 0x00800000, Name: "src-nat"},
	{Bit: 0x00400000, Name: "masq"}, {Bit: 0x00020000, Name: "dst-direct"},
	{Bit: 0x04000000, Name: "src-direct"}, {Bit: 0x00040000, Name: "redirected"},
	{Bit: 0x01000000, Name: "redirect"}, {Bit: 0x00200000, Name: "fastroute"},
	{Bit: 0x00010000, Name: "notify"}, {Bit: 0x00080000, Name: "proxy"},
}

// cacheFlags prints the line `cache <local,brd>` of a cached IPv4 route.
func (pr *Printer) cacheFlags(flags uint32) {
	flags &^= 0xffff
	pr.P.OpenArray("cache", "")
	pr.P.NL()
	pr.P.Text("    cache ")
	if flags != 0 {
		pr.P.Text("<")
	}
	for i := range cacheFlagNames {
		f := &cacheFlagNames[i]
		if flags&f.Bit == 0 {
			continue
		}
		flags &^= f.Bit
		if flags != 0 {
			pr.P.String("", "%s,", f.Name)
		} else {
			pr.P.String("", "%s> ", f.Name)
		}
	}
	if flags != 0 {
		pr.P.Hex("", "%x>", uint64(flags))
	}
	pr.P.CloseArray("")
}

// cacheInfo prints struct rta_cacheinfo of linux/rtnetlink.h.
func (pr *Printer) cacheInfo(b []byte) {
	const size = 32
	if len(b) < size {
		return
	}
	word := func(i int) uint32 { return native.Uint32(b[4*i:]) }
	users, lastUse, expires, failure := word(0), word(1), int32(word(2)), word(3)
	used, id, ts, tsAge := word(4), word(5), word(6), word(7)
	if expires != 0 {
		pr.P.Int("expires", "expires %dsec ", int64(expires/userHZ))
	}
	if failure != 0 {
		pr.P.Uint("error", "error %u ", uint64(failure))
	}
	if pr.Stats > 0 {
		if users != 0 {
			pr.P.Uint("users", "users %u ", uint64(users))
		}
		if used != 0 {
			pr.P.Uint("used", "used %u ", uint64(used))
		}
		if lastUse != 0 {
			pr.P.Uint("age", "age %usec ", uint64(lastUse/userHZ))
		}
	}
	if id != 0 {
		pr.P.Hex0x("ipid", "ipid 0x%04x ", uint64(id))
	}
	if ts != 0 || tsAge != 0 {
		pr.P.Hex0x("ts", "ts 0x%x", uint64(ts))
		pr.P.Uint("tsage", "tsage %usec ", uint64(tsAge))
	}
}

// metricNames are RTAX_* by number.
var metricNames = [...]string{
	unix.RTAX_MTU: "mtu", unix.RTAX_WINDOW: "window", unix.RTAX_RTT: "rtt",
	unix.RTAX_RTTVAR: "rttvar", unix.RTAX_SSTHRESH: "ssthresh",
	unix.RTAX_CWND: "cwnd", unix.RTAX_ADVMSS: "advmss",
	unix.RTAX_REORDERING: "reordering", unix.RTAX_HOPLIMIT: "hoplimit",
	unix.RTAX_INITCWND: "initcwnd", unix.RTAX_FEATURES: "features",
	unix.RTAX_RTO_MIN: "rto_min", unix.RTAX_INITRWND: "initrwnd",
	unix.RTAX_QUICKACK: "quickack", unix.RTAX_CC_ALGO: "congctl",
	unix.RTAX_FASTOPEN_NO_COOKIE: "fastopen_no_cookie",
}

// metrics prints the metrics in the order of their numbers. One that is locked
// is printed even if it is not there.
func (pr *Printer) metrics(b []byte) {
	var tb [len(metricNames)][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(b)
	locked, _ := at.U32(unix.RTAX_LOCK)
	pr.P.OpenArray("metrics", "")
	pr.P.OpenObject("")
	for i := unix.RTAX_MTU; i < len(metricNames); i++ {
		lock := locked&(1<<i) != 0
		v, _ := at.U32(i)
		if !at.Has(i) && !lock || i == unix.RTAX_HOPLIMIT && v == ^uint32(0) {
			continue
		}
		pr.P.Text(metricNames[i])
		pr.P.Text(" ")
		if lock {
			pr.P.Text("lock ")
		}
		pr.metric(i, v, at)
	}
	pr.P.CloseObject()
	pr.P.CloseArray("")
}

func (pr *Printer) metric(i int, v uint32, at rtnl.Attrs) {
	switch i {
	case unix.RTAX_FEATURES:
		pr.features(v)
	case unix.RTAX_RTT:
		pr.milliseconds("rtt", v/8)
	case unix.RTAX_RTTVAR:
		pr.milliseconds("rttvar", v/4)
	case unix.RTAX_RTO_MIN:
		pr.milliseconds("rto_min", v)
	case unix.RTAX_CC_ALGO:
		name, _ := at.Bytes(i)
		pr.P.Bytes(printer.None, "congestion", "%s ", name)
	default:
		pr.P.Uint(metricNames[i], "%u ", uint64(v))
	}
}

// features prints the one feature that has a name; others together as a number.
func (pr *Printer) features(v uint32) {
	if v&unix.RTAX_FEATURE_ECN != 0 {
		pr.P.Null("ecn", "ecn ", "")
	}
	if v&^unix.RTAX_FEATURE_ECN != 0 {
		pr.P.Hex0x("features", "%#x ", uint64(v))
	}
}

// milliseconds prints a time, in text as seconds from one second on.
func (pr *Printer) milliseconds(key string, v uint32) {
	if pr.P.JSON() || v < 1000 {
		pr.P.Uint(key, "%ums ", uint64(v))
		return
	}
	pr.P.Float(key, "%gs ", float64(v)/1000)
}

// nexthopInfo prints the next hop object of a route on a line of its own.
func (pr *Printer) nexthopInfo(r *record) {
	id, _ := r.at.U32(rtaNHID)
	if b := pr.NextHop(id); b != nil {
		pr.P.Text("\n\tnh_info ")
		pr.Nexthop("nh_info", b, false)
	}
}

// multipath prints the next hops of a route, each on a line of its own: a row of
// struct rtnexthop of linux/rtnetlink.h with attributes.
func (pr *Printer) multipath(r *record, b []byte) {
	pr.P.OpenArray("nexthops", "")
	multicast := r.cloned() && r.kind == unix.RTN_MULTICAST
	for first := true; len(b) >= hopHeaderSize; first = false {
		n := int(native.Uint16(b))
		if n < hopHeaderSize || n > len(b) {
			break
		}
		pr.P.OpenObject("")
		switch {
		case !multicast:
			pr.P.NL()
			pr.P.Text("\tnexthop ")
		case first:
			pr.P.Text("Oifs: ")
		default:
			pr.P.Text(" ")
		}
		pr.hop(r, b[:n], multicast)
		pr.P.CloseObject()
		b = b[min((n+3)&^3, len(b)):]
	}
	pr.P.CloseArray("")
}

func (pr *Printer) hop(r *record, b []byte, multicast bool) {
	if len(b) > hopHeaderSize {
		pr.hopPath(r, b[hopHeaderSize:])
	}
	name, hops := pr.Name(int32(native.Uint32(b[4:]))), int64(b[3])
	if multicast {
		pr.P.String("dev", "%s", name)
		if hops != 1 {
			pr.P.Int("ttl", "(ttl>%d)", hops)
		}
		pr.P.Text(" ")
	} else {
		pr.P.String("dev", "dev %s ", name)
		if r.family != unix.AF_MPLS {
			pr.P.Int("weight", "weight %d ", hops+1)
		}
	}
	pr.Flags(uint32(b[2]))
}

func (pr *Printer) hopPath(r *record, b []byte) {
	var tb [unix.RTA_ENCAP + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(b)
	family := int(r.family)
	if at.Has(unix.RTA_ENCAP) {
		pr.Encap(at.Get(unix.RTA_ENCAP_TYPE), at.Get(unix.RTA_ENCAP))
	}
	if at.Has(unix.RTA_NEWDST) {
		pr.NewDst(family, at.Get(unix.RTA_NEWDST))
	}
	if at.Has(unix.RTA_GATEWAY) {
		pr.Gateway(family, at.Get(unix.RTA_GATEWAY))
	}
	if at.Has(unix.RTA_VIA) {
		pr.Via(at.Get(unix.RTA_VIA))
	}
	if realms, ok := at.U32(unix.RTA_FLOW); ok {
		pr.Realms(realms)
	}
}
