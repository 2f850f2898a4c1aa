package ntable

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
	"github.com/nlbox/nlbox/ipcmd/object/objecttest"
)

// stream is a table and what it has of its own for a device.
func stream() []byte {
	table := objecttest.Message(unix.RTM_NEWNEIGHTBL, []byte{unix.AF_INET}, func(r *rtnl.Request) {
		r.Str(tableName, "arp_cache")
		r.U32(tableThresh1, 128)
		r.U64(tableGCInterval, 30000)
		var conf []byte
		conf = native.AppendUint16(conf, 4)
		conf = native.AppendUint16(conf, 336)
		for _, v := range []uint32{2, 61000, 0, 5, 0x3ff, 0, 1} {
			conf = native.AppendUint32(conf, v)
		}
		r.Attr(tableConfig, conf)
		var stats []byte
		for i := range uint64(numStats) {
			stats = native.AppendUint64(stats, i)
		}
		r.Attr(tableStats, stats)
		nest := r.Nest(tableParams)
		r.U32(paramRefcnt, 1)
		r.U64(paramReachableTime, 20000)
		r.U32(paramQueueLen, 101)
		r.U32(paramAppProbes, 0)
		r.U64(paramLocktime, 1000)
		r.End(nest)
	})
	return append(table, objecttest.Message(unix.RTM_NEWNEIGHTBL, []byte{unix.AF_INET6}, func(r *rtnl.Request) {
		r.Str(tableName, "ndisc_cache")
		nest := r.Nest(tableParams)
		r.U32(paramIfindex, 9)
		r.End(nest)
	})...)
}

const (
	arp = "inet arp_cache \n    thresh1 128 gc_int 30000 \n    refcnt 1 reachable 20000 \n    queue 101 \n" +
		"    app_probes 0 \n    locktime 1000 \n\n"
	ndisc = "inet6 ndisc_cache \n    dev if9 \n    \n    \n    \n    \n\n"
)

func TestShow(t *testing.T) {
	for _, c := range []struct {
		line string
		set  func(*object.Options)
		want string
	}{
		{"", nil, arp + ndisc},
		{"show dev none", nil, arp},
		{"show dev if9", nil, ndisc},
		{"show name arp_cache", nil, arp},
		{"show name x", nil, ""},
		{"", func(o *object.Options) { o.Family = unix.AF_INET6 }, ndisc},
		{"", func(o *object.Options) { o.Family, o.Oneline = unix.AF_INET6, true },
			"inet6 ndisc_cache \\    dev if9 \\    \\    \\    \\    \\\n"},
		{"show dev none", func(o *object.Options) { o.JSON = true },
			`[{"family":"inet","name":"arp_cache","thresh1":128,"gc_interval":30000,"refcnt":1,"reachable":20000,"queue":101,"app_probes":0,"locktime":1000}]` + "\n"},
	} {
		r := objecttest.New(stream())
		if c.set != nil {
			c.set(&r.Opt)
		}
		if status, said := r.Main(Main, c.line); status != 0 || r.Output() != c.want {
			t.Errorf("%q: %d %q\ngot  %q\nwant %q", c.line, status, said, r.Output(), c.want)
		}
	}
}

func TestStats(t *testing.T) {
	run := objecttest.New(nil)
	run.Opt.Stats = 1
	v := newView(run.Context)
	v.now = func() time.Time { return time.Date(2026, 11, 22, 19, 0, 0, 0, time.UTC) }
	var r record
	r.decode(objecttest.Msg(stream()))
	print(run.Printer(), v, &r)
	for _, want := range []string{
		"    config key_len 4 entry_size 336 entries 2 \n" +
			"        last_flush 2026-11-22 18:58:59 last_rand (error) \n" +
			"        hash_rnd 5 hash_mask 000003ff hash_chain_gc 0 proxy_qlen 1 \n",
		"    stats allocs 0 destroys 1 hash_grows 2 \n    res_failed 3 lookups 4 hits 5 \n" +
			"    rcv_probes_mcast 6 rcv_probes_ucast 7 \n    periodic_gc_runs 8 forced_gc_runs 9 \n    table_fulls 10 \n\n",
	} {
		if !strings.Contains(run.Output(), want) {
			t.Errorf("%q\nis not in %q", want, run.Output())
		}
	}
}

func TestChange(t *testing.T) {
	if native.Uint16([]byte{1, 0}) != 1 {
		t.Skip("the expectation is little-endian")
	}
	r := objecttest.New(nil)
	status, said := r.Main(Main, "change name a dev if9 thresh1 3 queue 8 retrans 500")
	want := []byte{0, 0, 0, 0, 6, 0, tableName, 0, 'a', 0, 0, 0, 8, 0, tableThresh1, 0, 3, 0, 0, 0,
		32, 0, tableParams, 0,
		8, 0, paramIfindex, 0, 9, 0, 0, 0, 8, 0, paramQueueLen, 0, 8, 0, 0, 0, 12, 0, paramRetransTime, 0, 0xf4, 1, 0, 0, 0, 0, 0, 0}
	if status != 0 || !bytes.Equal(r.Sent(0), want) {
		t.Errorf("%d %q\ngot  % x\nwant % x", status, said, r.Sent(0), want)
	}
}

func TestMistakes(t *testing.T) {
	for _, c := range []struct {
		line   string
		status int
		want   string
	}{
		{"change", 255, `Error: argument "NAME" is required`},
		{"change name a", 255, "Not enough information: changeable attributes required."},
		{"change name a name b", 255, `Error: duplicate "NAME": "b" is the second value.`},
		{"change name a queue x", 255, `Error: argument "x" is wrong: "queue" value is invalid`},
		{"change name a gc_int x", 255, `Error: argument "x" is wrong: "gc_int" value is invalid`},
		{"chg name a dev nosuch", 1, `Cannot find device "nosuch"`},
		{"change thresh 3", 255, `Error: argument "thresh" is wrong: unknown`},
		{"show foo", 255, `Error: argument "foo" is wrong: unknown`},
		{"show dev nosuch", 255, `Error: argument "nosuch" is wrong: "DEV" is invalid`},
		{"show name", 255, `Command line is not complete. Try option "help"`},
		{"bogus", 255, `Command "bogus" is unknown, try "ip ntable help".`},
	} {
		r := objecttest.New(nil)
		if status, said := r.Main(Main, c.line); status != c.status || said != c.want+"\n" {
			t.Errorf("%s: %d %q, want %d %q", c.line, status, said, c.status, c.want)
		}
	}
}

func FuzzPrint(f *testing.F) {
	f.Add(stream()[unix.SizeofNlMsghdr:])
	f.Fuzz(func(t *testing.T, b []byte) {
		r := objecttest.Discard(objecttest.Message(unix.RTM_NEWNEIGHTBL, b, nil))
		r.Opt.Stats = 1
		r.Main(Main, "")
	})
}
