package bridge

import (
	"bytes"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object/objecttest"
)

func TestParseMonitor(t *testing.T) {
	for _, c := range []struct {
		words  []string
		topics topics
		banner bool
	}{
		{nil, usualTopics, false},
		{[]string{"link"}, topicLink, false},
		{[]string{"l", "m"}, topicLink | topicMDB, false},
		{[]string{"all"}, usualTopics | topicVLAN | topicVNI, true},
		{[]string{"all", "fdb"}, topicFDB | topicVLAN | topicVNI, true},
		{[]string{"fdb", "all"}, usualTopics | topicVLAN | topicVNI, true},
		{[]string{"v"}, topicVLAN, false},
		{[]string{"vni"}, topicVNI, false},
	} {
		w, err := parseMonitor(c.words)
		if err != nil || w.topics != c.topics || w.banner != c.banner {
			t.Errorf("%v: %+v, %v", c.words, w, err)
		}
	}
}

// messages are changes of all kinds.
func messages() *objecttest.Stream {
	s := vlanEntries()
	neigh := ndmsg{index: 4, state: unix.NUD_PERMANENT, flags: unix.NTF_MASTER}
	del := func(r *rtnl.Request, typ uint16) {
		native.PutUint16(r.Bytes()[4:], typ)
		s.Add(r)
	}
	r := rtnl.NewRequest(unix.RTM_DELLINK, 0)
	r.Link(unix.AF_UNSPEC, unix.ARPHRD_ETHER, 4, 0, 0)
	r.Str(unix.IFLA_IFNAME, "v0")
	r.U32(unix.IFLA_MASTER, 2)
	s.Add(r)
	r = neigh.request(unix.RTM_NEWNEIGH, 0)
	r.Attr(unix.NDA_LLADDR, []byte{2, 0, 0, 0, 0, 0xaa})
	s.Add(r)
	del(r, unix.RTM_DELNEIGH)
	mdbMessage(s, unix.RTM_NEWMDB, 2, mdbEntriesOf, nil)
	mdbMessage(s, unix.RTM_DELMDB, 2, func(r *rtnl.Request) {
		group(r, mdbEntry{port: 4, group: []byte{239, 1, 1, 1}}, nil)
	}, nil)
	mdbMessage(s, unix.RTM_NEWMDB, 2, nil, func(r *rtnl.Request) { router(r, 4, 0, 2) })
	mdbMessage(s, unix.RTM_DELMDB, 2, nil, func(r *rtnl.Request) { router(r, 5, 0, 2) })
	r = family(unix.RTM_DELVLAN, 0, 0, 4)
	entry(r, 0, 5, 7, nil)
	s.Add(r)
	r = family(unix.RTM_NEWTUNNEL, 0, 0, 5)
	objecttest.Nest(r, vniFilterEntry|unix.NLA_F_NESTED, func() { r.U32(vniStart, 5) })
	s.Add(r)
	del(r, unix.RTM_DELTUNNEL)
	other := rtnl.NewRequest(unix.RTM_NEWADDR, 0)
	other.Addr(unix.AF_INET, 24, 0, 0, 4)
	s.Add(other)
	return s
}

func TestGoldenMonitor(t *testing.T) {
	bridgeTool().Golden(t, "testdata/monitor.golden", messages(),
		"bridge monitor file FILE", "bridge monitor all file FILE", "bridge -d -s monitor file FILE all", "bridge -o monitor file FILE",
		"bridge -color monitor file FILE", "bridge -j monitor file FILE", "bridge -j -color monitor link file FILE",
		"bridge monitor file nope", "bridge monitor file", "bridge monitor bogus", "bridge monitor vn", "bridge monitor help")
}

// TestTimes: -timestamp puts the time before each record; files may hold the
// time that they were written at.
func TestTimes(t *testing.T) {
	var s objecttest.Stream
	names(&s)
	var out bytes.Buffer
	tl, _ := testTool(s.Bytes(), &out)
	tl.timestamp = true
	tl.now = func() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC) }
	p := tl.c.Printer()
	stamp := native.AppendUint32(native.AppendUint32(nil, 86400), 7)
	if err := tl.message(p, &rtnl.Msg{Type: recorded, Data: stamp}); err != nil {
		t.Fatal(err)
	}
	r := family(unix.RTM_NEWMDB, 0, 0, 2)
	m := rtnl.Msg{Type: unix.RTM_NEWMDB, Data: r.Payload()}
	if err := tl.message(p, &m); err != nil {
		t.Fatal(err)
	}
	tl.c.Env.Stdout.Flush()
	want := "Timestamp: " + time.Unix(86400, 0).Format("Mon Jan _2 15:04:05 2006") + " 7 us\n" +
		"Timestamp: Fri Jan  2 03:04:05 2026 6 usec\n"
	if out.String() != want {
		t.Errorf("got %q\nwant %q", out.String(), want)
	}
}

// TestGoldenBroken: messages that are too short for their headers.
func TestGoldenBroken(t *testing.T) {
	for _, c := range []struct {
		golden string
		typ    uint16
	}{
		{"link", unix.RTM_NEWLINK}, {"fdb", unix.RTM_DELNEIGH}, {"mdb", unix.RTM_NEWMDB},
		{"vlan", unix.RTM_NEWVLAN}, {"vni", unix.RTM_NEWTUNNEL}, {"other", unix.RTM_NEWADDR},
	} {
		var s objecttest.Stream
		s.Add(rtnl.NewRequest(c.typ, 0))
		names(&s)
		bridgeTool().Golden(t, "testdata/broken_"+c.golden+".golden", &s, "bridge monitor file FILE", "bridge monitor all file FILE")
	}
}

// TestRenamed: an interface is called by its new name.
func TestRenamed(t *testing.T) {
	var s objecttest.Stream
	names(&s)
	var out bytes.Buffer
	tl, _ := testTool(s.Bytes(), &out)
	p := tl.c.Printer()
	if err := tl.learn(); err != nil {
		t.Fatal(err)
	}
	var changes objecttest.Stream
	port(&changes, 4, 2, "new", nil)
	h := ndmsg{index: 4, state: unix.NUD_PERMANENT}
	changes.Add(h.request(unix.RTM_NEWNEIGH, 0))
	gone := rtnl.NewRequest(unix.RTM_DELLINK, 0)
	gone.Link(unix.AF_BRIDGE, 1, 4, 0, 0)
	gone.Str(unix.IFLA_IFNAME, "new")
	changes.Add(gone)
	changes.Add(h.request(unix.RTM_DELNEIGH, 0))
	err := rtnl.NewReplay(changes.Bytes()).Each(func(m *rtnl.Msg) error { return tl.message(p, m) })
	if err != nil {
		t.Fatal(err)
	}
	tl.c.Env.Stdout.Flush()
	want := "4: new: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 master br0 \ndev new permanent\nDeleted 4: new: <> \nDeleted dev new permanent\n"
	if out.String() != want {
		t.Errorf("got %q\nwant %q", out.String(), want)
	}
}
