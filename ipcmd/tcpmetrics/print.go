package tcpmetrics

import (
	"encoding/hex"
	"strconv"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// view is what print needs to know besides the entry.
type view struct {
	// deleting says that the entry is about to go.
	deleting bool
	// host appends an address, or the name of its host.
	host func(dst []byte, family int, addr []byte) []byte
}

// print prints one entry.
func print(p *printer.Printer, v *view, r *record) {
	var b [64]byte
	p.OpenObject("")
	if v.deleting {
		p.Bool("deleted", "Deleted ", true)
	}
	color := printer.Inet
	if r.family == unix.AF_INET6 {
		color = printer.Inet6
	}
	p.Bytes(color, "dst", "%s", v.host(b[:0], r.family, r.dst))
	if age, ok := r.at.U64(attrAge); ok {
		p.Float("age", " age %.03fsec", float64(age)/1000)
	}
	if stamp, ok := r.at.S32(attrTSStamp); ok {
		value, _ := r.at.U32(attrTSVal)
		p.String("tw_ts_stamp", " tw_ts %s ago",
			strconv.FormatUint(uint64(value), 10)+"/"+strconv.Itoa(int(stamp)))
	}
	if values := r.at.Get(attrValues); values != nil {
		printMetrics(p, values)
	}
	printFastOpen(p, r)
	if r.srcFamily != unix.AF_UNSPEC {
		p.Bytes(printer.None, "source", " source %s", v.host(b[:0], r.srcFamily, r.src))
	}
	p.Text("\n")
	p.CloseObject()
	p.EndRecord()
}

// printMetrics prints the metrics; times come last, in microseconds where the
// kernel tells them so.
func printMetrics(p *printer.Printer, b []byte) {
	var tb [numMetrics + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(b)
	var rtt, rttVar uint64
	for i := range int(numMetrics) {
		n, ok := at.U32(i + 1)
		if !ok {
			continue
		}
		switch v := uint64(n); i {
		case metricRTT:
			rtt = v * 1000 >> 3
		case metricRTTVar:
			rttVar = v * 1000 >> 2
		case metricRTTMicro:
			rtt = v >> 3
		case metricRTTVarMicro:
			rttVar = v >> 2
		case metricSSThresh:
			p.Uint("ssthresh", " ssthresh %u", v)
		case metricCwnd:
			p.Uint("cwnd", " cwnd %u", v)
		case metricReordering:
			p.Uint("reordering", " reordering %u", v)
		}
	}
	printMicro(p, "rtt", " rtt %uus", rtt)
	printMicro(p, "rttvar", " rttvar %uus", rttVar)
}

// printMicro prints microseconds; in JSON they are seconds.
func printMicro(p *printer.Printer, key, text string, us uint64) {
	switch {
	case us == 0:
	case p.JSON():
		p.Float(key, "", float64(us)/1e6)
	default:
		p.Uint("", text, us)
	}
}

// printFastOpen prints what is remembered of TCP Fast Open (RFC 7413). The unit
// of the time is the original's.
func printFastOpen(p *printer.Printer, r *record) {
	if mss, ok := r.at.U16(attrOpenMSS); ok {
		p.Uint("fopen_miss", " fo_mss %u", uint64(mss))
	}
	if drops, ok := r.at.U16(attrSynDrops); ok {
		age, _ := r.at.U64(attrSynDropAge)
		p.Uint("fopen_syn_drops", " fo_syn_drops %u", uint64(drops))
		p.Float("fopen_syn_drop_ts", "/%.03fusec ago", float64(age)/1e6)
	}
	if cookie := r.at.Get(attrCookie); cookie != nil {
		p.String("fo_cookie", " fo_cookie %s", hex.EncodeToString(cookie[:min(len(cookie), 16)]))
	}
}
