package tcpmetrics

import (
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object/objecttest"
)

// family is some number of the family.
const family = 0x20

func entry() []byte {
	return objecttest.Message(family, []byte{cmdGet, version, 0, 0}, func(r *rtnl.Request) {
		r.Attr(attrDst4, []byte{10, 0, 0, 2})
		r.Attr(attrSrc4, []byte{10, 0, 0, 1})
		r.U64(attrAge, 1234)
		r.U32(attrTSVal, 7)
		r.U32(attrTSStamp, 0xffffffff)
		nest := r.Nest(attrValues)
		r.U32(metricRTT+1, 16)
		r.U32(metricCwnd+1, 10)
		r.U32(metricRTTMicro+1, 800)
		r.U32(metricRTTVarMicro+1, 400)
		r.End(nest)
		r.U16(attrOpenMSS, 1460)
		r.U16(attrSynDrops, 2)
		r.U64(attrSynDropAge, 5000000)
		r.Attr(attrCookie, []byte{0xab, 0xcd})
	})
}

func TestPrint(t *testing.T) {
	for json, want := range map[bool]string{
		false: "10.0.0.2 age 1.234sec tw_ts 7/-1 ago cwnd 10 rtt 100us rttvar 100us fo_mss 1460 fo_syn_drops 2/5.000usec ago fo_cookie abcd source 10.0.0.1\n",
		true: `{"dst":"10.0.0.2","age":1.234,"tw_ts_stamp":"7/-1","cwnd":10,"rtt":0.0001,"rttvar":0.0001,` +
			`"fopen_miss":1460,"fopen_syn_drops":2,"fopen_syn_drop_ts":5,"fo_cookie":"abcd","source":"10.0.0.1"}`,
	} {
		run := objecttest.New(nil)
		run.Opt.JSON = json
		var r record
		if !r.decode(objecttest.Msg(entry())) {
			t.Fatal("not an entry")
		}
		print(run.Printer(), &view{host: run.AppendHost}, &r)
		if got := run.Output(); got != want {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	}
}

func TestFilter(t *testing.T) {
	var r record
	r.decode(objecttest.Msg(entry()))
	for _, c := range []struct {
		family int
		line   string
		match  bool
	}{
		{0, "", true}, {unix.AF_INET, "", true}, {unix.AF_INET6, "", false},
		{0, "10.0.0.0/8", true}, {0, "addr 10.0.0.2", true}, {0, "10.0.0.3", false}, {0, "::/0", false}, {0, "any", true},
		{0, "src 10.0.0.1", true}, {0, "source 10.0.0.9", false},
		{0, "10.0.0.2 skipped src 10.0.0.9", false},
		{0, "10.0.0.2 src", true}, // a word behind an address is passed over
	} {
		run := objecttest.New(nil)
		run.Opt.Family = c.family
		f, err := parse(run.Context, list, strings.Fields(c.line))
		if err != nil || f.match(&r) != c.match {
			t.Errorf("%q: %v, want %t", c.line, err, c.match)
		}
	}
}

func TestMistakes(t *testing.T) {
	for _, c := range []struct {
		family int
		line   string
		status int
		want   string
	}{
		{unix.AF_PACKET, "show", 1, "Unsupported protocol family: 17"},
		{0, "del", 255, `Error: argument "address" is required`},
		{0, "del 10.0.0.0/8", 1, `Error: a specific IP address is expected rather than "10.0.0.0/8"`},
		{0, "show src 10.0.0.0/8", 1, `Error: a specific IP address is expected rather than "10.0.0.0/8"`},
		{0, "show x", 1, `Error: any valid prefix is expected rather than "x".`},
		{0, "show address", 255, `Command line is not complete. Try option "help"`},
		{0, "show 10.0.0.1 x 10.0.0.2", 255, `Error: either "address" is duplicate, or "10.0.0.2" is a garbage.`},
		{0, "show h", 255, usage[:len(usage)-1]},
		{0, "get", 255, `Command "get" is unknown, try "ip tcp_metrics help".`},
		{0, "show", 1, "RTNETLINK answers: No such device\nError talking to the kernel"}, // no such family
	} {
		r := objecttest.New(nil)
		r.Opt.Family = c.family
		if status, said := r.Main(Main, c.line); status != c.status || said != c.want+"\n" {
			t.Errorf("%s: %d %q, want %d %q", c.line, status, said, c.status, c.want)
		}
	}
}

func FuzzPrint(f *testing.F) {
	f.Add(entry()[unix.SizeofNlMsghdr:])
	f.Fuzz(func(t *testing.T, b []byte) {
		run := objecttest.Discard(nil)
		var r record
		if r.decode(objecttest.Msg(objecttest.Message(family, b, nil))) {
			print(run.Printer(), &view{host: run.AppendHost}, &r)
		}
	})
}
