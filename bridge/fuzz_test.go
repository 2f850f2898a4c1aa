package bridge

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object/objecttest"
)

// kinds are the types of messages that bridge prints.
var kinds = [...]uint16{
	unix.RTM_NEWLINK, unix.RTM_DELLINK, unix.RTM_NEWNEIGH, unix.RTM_DELNEIGH, unix.RTM_NEWMDB, unix.RTM_DELMDB,
	unix.RTM_NEWVLAN, unix.RTM_DELVLAN, unix.RTM_NEWTUNNEL, unix.RTM_DELTUNNEL, recorded,
}

// shows are all ways to show something.
var shows = [...]func(*tool) error{
	func(t *tool) error { return linkShow(t, nil) },
	func(t *tool) error { return fdbShow(t, nil) },
	func(t *tool) error { return mdbShow(t, nil) },
	func(t *tool) error { return vniShow(t, nil) },
	func(t *tool) error { return t.vlanLinks(vlanHeading, (*tool).vlanInfo) },
	func(t *tool) error { return t.vlanLinks(tunnelHeading, (*tool).vlanTunnels) },
	func(t *tool) error { return t.vlanDump(dumpStats) },
	func(t *tool) error { return t.vlanDump(dumpGlobal) },
	func(t *tool) error { return t.vlanStats() },
}

// FuzzShow shows whatever a kernel might answer: JSON is JSON always.
func FuzzShow(f *testing.F) {
	rtnl.NewReplay(messages().Bytes()).Each(func(m *rtnl.Msg) error {
		f.Add(m.Type, m.Data)
		return nil
	})
	f.Add(uint16(unix.RTM_NEWSTATS), make([]byte, 64))
	f.Add(uint16(unix.RTM_GETMDB), family(unix.RTM_GETMDB, 0, 0, 2).Payload())
	f.Fuzz(func(t *testing.T, typ uint16, data []byte) {
		var s objecttest.Stream
		names(&s)
		r := rtnl.NewRequest(typ, 0)
		r.Raw(data)
		s.Add(r)
		for _, show := range shows {
			var out bytes.Buffer
			tl, _ := testTool(s.Bytes(), &out)
			tl.c.Opt.JSON, tl.c.Opt.Details, tl.c.Opt.Stats = true, 1, 1
			show(tl)
			tl.c.Env.Stdout.Flush()
			if out.Len() > 0 && !json.Valid(out.Bytes()) {
				t.Fatalf("no JSON: %q", out.String())
			}
		}
	})
}

// FuzzMessage prints whatever a monitor might hear.
func FuzzMessage(f *testing.F) {
	rtnl.NewReplay(messages().Bytes()).Each(func(m *rtnl.Msg) error {
		f.Add(m.Data)
		return nil
	})
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, typ := range kinds {
			tl, _ := testTool(messages().Bytes(), io.Discard)
			tl.c.Opt.Details, tl.c.Opt.Stats, tl.banner = 1, 1, true
			tl.message(tl.c.Printer(), &rtnl.Msg{Type: typ, Data: data, Raw: data})
		}
	})
}

// FuzzWords reads any words as those of each command.
func FuzzWords(f *testing.F) {
	for _, line := range []string{
		"link set dev v0 state 3 cost x", "fdb add 02:00:00:00:00:01 dev v0 dst 10.0.0.1 port 5", "fdb get to x br br0",
		"fdb flush dev br0 vlan 5 nosticky", "vlan add vid 5-7 dev v0 tunnel_info id 3-5", "vlan set vid 5 state 2 dev v0",
		"vlan global set vid 1-2 dev br0 mcast_querier 1", "mdb add dev br0 port v0 grp 1:2:3:4:5:6 src ::1", "vni add vni 1-2,5 dev v0 group any",
		"monitor all fdb vni",
	} {
		f.Add(line)
	}
	var s objecttest.Stream
	names(&s)
	f.Fuzz(func(t *testing.T, line string) {
		args := strings.Split(line, " ")
		if words.Prefix(args[0], "monitor") {
			parseMonitor(args[1:])
			return
		}
		tl, _ := testTool(s.Bytes(), io.Discard)
		tl.run(args)
	})
}

// TestTerminal: names cannot write to a terminal.
func TestTerminal(t *testing.T) {
	const name = "a\x1b[2J\x07b"
	var s objecttest.Stream
	for index := int32(2); index <= 6; index++ {
		port(&s, index, 2, name, portState)
	}
	rtnl.NewReplay(messages().Bytes()).Each(func(m *rtnl.Msg) error {
		if m.Type != unix.RTM_NEWLINK && m.Type != unix.RTM_DELLINK {
			r := rtnl.NewRequest(m.Type, 0)
			r.Raw(m.Data)
			s.Add(r)
		}
		return nil
	})
	mdbMessage(&s, unix.RTM_GETMDB, 2, mdbEntriesOf, func(r *rtnl.Request) { router(r, 4, 0, 2) })
	for i, show := range append(shows[:], func(t *tool) error {
		p := t.c.Printer()
		return rtnl.NewReplay(s.Bytes()).Each(func(m *rtnl.Msg) error { return t.message(p, m) })
	}) {
		for stats := range 2 {
			var out bytes.Buffer
			tl, _ := testTool(s.Bytes(), &out)
			tl.c.Env.StdoutIsTerminal = func() bool { return true }
			tl.c.Opt.Details, tl.c.Opt.Stats = 1, stats
			if err := show(tl); err != nil {
				t.Fatal(i, err)
			}
			tl.c.Env.Stdout.Flush()
			if strings.ContainsAny(out.String(), "\x1b\x07") {
				t.Errorf("%d: %q", i, out.String())
			}
		}
	}
}
