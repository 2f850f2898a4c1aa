package ipcmd

import (
	"io"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
	"github.com/nlbox/nlbox/ipcmd/object/objecttest"
)

// sink is a Conn that takes every change, and knows one interface.
type sink struct {
	rtnl.Conn
	changes int
}

func (s *sink) Do(r *rtnl.Request, _ func(*rtnl.Msg) error) error {
	s.changes++
	return nil
}

func (s *sink) Get(_ *rtnl.Request, each func(*rtnl.Msg) error) error {
	head := make([]byte, unix.SizeofIfInfomsg)
	head[4] = 2
	return each(objecttest.Msg(objecttest.Message(unix.RTM_NEWLINK, head, func(r *rtnl.Request) {
		r.Str(unix.IFLA_IFNAME, "eth0")
	})))
}

// Dump has the same one link.
func (s *sink) Dump(r *rtnl.Request, each func(*rtnl.Msg) error) error { return s.Get(r, each) }

func (s *sink) Close() error { return nil }

// file is a batch of so many lines.
func file(kind string, lines int) string {
	var b strings.Builder
	for i := range lines {
		net := strconv.Itoa(i>>8&255) + "." + strconv.Itoa(i&255)
		switch kind {
		case "route":
			b.WriteString("route add 20." + net + ".0/24 via 10.0.0.2 dev eth0\n")
		case "neigh":
			b.WriteString("neigh add 10.1." + net + " lladdr 02:00:00:00:00:01 dev eth0 nud permanent\n")
		case "link":
			b.WriteString("link add a" + strconv.Itoa(i) + " type veth peer name b" + strconv.Itoa(i) + "\n")
		case "set":
			b.WriteString("link set eth0 up mtu 1400\n")
		case "addr":
			b.WriteString("addr add 10.1." + net + "/24 dev eth0\n")
		}
	}
	return b.String()
}

// runBatch runs a batch and returns how many changes it made.
func runBatch(tb testing.TB, text string) int {
	s := new(sink)
	env := &applet.Env{Stdin: strings.NewReader(text), Stdout: applet.NewOutput(io.Discard), Stderr: io.Discard}
	c := &object.Context{Env: env, Dial: func() (rtnl.Conn, error) { return s, nil }}
	name := "-"
	if err := start(c, nil, &rest{batch: &name}); err != nil {
		tb.Fatal(err)
	}
	return s.changes
}

// perLine is how many allocations a line of a batch may cost. What is not a route
// or a neighbour has a request of its own, and set asks for its interface, which
// costs most of it here and in the sink.
func perLine() map[string]float64 {
	return map[string]float64{"route": 4, "neigh": 4, "link": 14, "set": 28, "addr": 12}
}

func TestBatchCost(t *testing.T) {
	for kind, most := range perLine() {
		const few, many = 100, 1100
		short, long := file(kind, few), file(kind, many)
		if n := runBatch(t, long); n != many {
			t.Errorf("%s: %d changes of %d lines", kind, n, many)
		}
		base := testing.AllocsPerRun(3, func() { runBatch(t, short) })
		more := testing.AllocsPerRun(3, func() { runBatch(t, long) })
		if per := (more - base) / (many - few); per > most {
			t.Errorf("%s: %.2f allocations a line", kind, per)
		}
	}
}

func BenchmarkBatch(b *testing.B) {
	const lines = 10000
	for _, kind := range []string{"route", "neigh", "link", "set", "addr"} {
		text := file(kind, lines)
		b.Run(kind, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				runBatch(b, text)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/lines, "ns/line")
		})
	}
}
