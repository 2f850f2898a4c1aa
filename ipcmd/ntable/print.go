package ntable

import (
	"time"

	"github.com/nlbox/nlbox/internal/names"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// view is what print needs to know besides the table.
type view struct {
	stats bool
	now   func() time.Time
	// name is the name of an interface.
	name func(index int32) string
}

func newView(c *object.Context) *view {
	return &view{stats: c.Opt.Stats > 0, now: time.Now, name: c.Links().Name}
}

// field is an attribute of 32 or 64 bits that is printed with a word before it.
type field struct {
	attr      int
	wide      bool
	key, text string
}

// The fields of a table, and the lines of its parameters.
var (
	thresholds = [...]field{
		{tableThresh1, false, "thresh1", "thresh1 %u "},
		{tableThresh2, false, "thresh2", "thresh2 %u "},
		{tableThresh3, false, "thresh3", "thresh3 %u "},
		{tableGCInterval, true, "gc_interval", "gc_int %u "},
	}
	paramLines = [...][]field{
		{
			{paramRefcnt, false, "refcnt", "refcnt %u "},
			{paramReachableTime, true, "reachable", "reachable %u "},
			{paramBaseReachableTime, true, "base_reachable", "base_reachable %u "},
			{paramRetransTime, true, "retrans", "retrans %u "},
		}, {
			{paramGCStaletime, true, "gc_stale", "gc_stale %u "},
			{paramDelayProbeTime, true, "delay_probe", "delay_probe %u "},
			{paramQueueLen, false, "queue", "queue %u "},
		}, {
			{paramAppProbes, false, "app_probes", "app_probes %u "},
			{paramUcastProbes, false, "ucast_probes", "ucast_probes %u "},
			{paramMcastProbes, false, "mcast_probes", "mcast_probes %u "},
		}, {
			{paramAnycastDelay, true, "anycast_delay", "anycast_delay %u "},
			{paramProxyDelay, true, "proxy_delay", "proxy_delay %u "},
			{paramProxyQlen, false, "proxy_queue", "proxy_queue %u "},
			{paramLocktime, true, "locktime", "locktime %u "},
		},
	}
)

// print prints one table.
func print(p *printer.Printer, v *view, r *record) {
	p.OpenObject("")
	p.String("family", "%s ", names.Family(r.family))
	if name, ok := r.at.Bytes(tableName); ok {
		p.Bytes(printer.None, "name", "%s ", name)
	}
	p.NL()
	printThresholds(p, r)
	if c, ok := r.config(); ok && v.stats {
		printConfig(p, v, &c)
	}
	if r.hasParams {
		printParams(p, v, r)
	}
	if s, ok := r.stats(); ok && v.stats {
		printStats(p, &s)
	}
	p.Text("\n")
	p.CloseObject()
	p.EndRecord()
}

func printThresholds(p *printer.Printer, r *record) {
	some := false
	for i := range thresholds {
		if r.at.Has(thresholds[i].attr) {
			if !some {
				p.Text("    ")
			}
			some = true
			printField(p, r.at, &thresholds[i])
		}
	}
	if some {
		p.NL()
	}
}

// attrs is what printField needs of rtnl.Attrs.
type attrs interface {
	U32(t int) (uint32, bool)
	U64(t int) (uint64, bool)
}

func printField(p *printer.Printer, at attrs, f *field) {
	if f.wide {
		if n, ok := at.U64(f.attr); ok {
			p.Uint(f.key, f.text, n)
		}
	} else if n, ok := at.U32(f.attr); ok {
		p.Uint(f.key, f.text, uint64(n))
	}
}

func printParams(p *printer.Printer, v *view, r *record) {
	if r.hasIndex {
		p.Text("    dev ")
		p.ColorString(printer.Ifname, "dev", "%s ", v.name(r.index))
		p.NL()
	}
	for _, line := range paramLines {
		p.Text("    ")
		for i := range line {
			printField(p, r.params, &line[i])
		}
		p.NL()
	}
}

func printConfig(p *printer.Printer, v *view, c *config) {
	p.Uint("key_length", "    config key_len %u ", uint64(c.keyLen))
	p.Uint("entry_size", "entry_size %u ", uint64(c.entrySize))
	p.Uint("entries", "entries %u ", uint64(c.entries))
	p.NL()
	p.String("last_flush", "        last_flush %s ", v.ago(c.lastFlush))
	p.String("last_rand", "last_rand %s ", v.ago(c.lastRand))
	p.NL()
	p.Uint("hash_rnd", "        hash_rnd %u ", uint64(c.hashRand))
	p.Hex0x("hash_mask", "hash_mask %08x ", uint64(c.hashMask))
	p.Uint("hash_chain_gc", "hash_chain_gc %u ", uint64(c.hashChainGC))
	p.Uint("proxy_qlen", "proxy_qlen %u ", uint64(c.proxyLen))
	p.NL()
}

// ago is the time so many milliseconds before now.
func (v *view) ago(msec uint32) string {
	if msec == 0 {
		return "(error)"
	}
	now := v.now()
	return now.Add(-time.Duration(msec/1000) * time.Second).Format(time.DateTime)
}

func printStats(p *printer.Printer, s *[numStats]uint64) {
	p.Text("    stats ")
	p.Uint("allocs", "allocs %u ", s[allocs])
	p.Uint("destroys", "destroys %u ", s[destroys])
	p.Uint("hash_grows", "hash_grows %u ", s[hashGrows])
	next(p)
	p.Uint("res_failed", "res_failed %u ", s[resFailed])
	p.Uint("lookups", "lookups %u ", s[lookups])
	p.Uint("hits", "hits %u ", s[hits])
	next(p)
	p.Uint("rcv_probes_mcast", "rcv_probes_mcast %u ", s[rcvProbesMcast])
	p.Uint("rcv_probes_ucast", "rcv_probes_ucast %u ", s[rcvProbesUcast])
	next(p)
	p.Uint("periodic_gc_runs", "periodic_gc_runs %u ", s[periodicGCRuns])
	p.Uint("forced_gc_runs", "forced_gc_runs %u ", s[forcedGCRuns])
	next(p)
	p.Uint("table_fulls", "table_fulls %u ", s[tableFulls])
	p.NL()
}

// next starts another line of statistics.
func next(p *printer.Printer) {
	p.NL()
	p.Text("    ")
}
