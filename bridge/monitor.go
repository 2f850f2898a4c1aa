package bridge

import (
	"errors"
	"os"
	"strconv"
	"time"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// topics are kinds of changes.
type topics uint8

const (
	topicLink topics = 1 << iota
	topicFDB
	topicMDB
	topicVLAN
	topicVNI

	// usualTopics are heard by a monitor that was asked for none; those of
	// VLANs and VNIs have to be asked for.
	usualTopics = topicLink | topicFDB | topicMDB
)

// wish is what a monitor is to show.
type wish struct {
	topics topics
	// banner puts the topic before each record.
	banner bool
	file   string
	byFile bool
}

// statusLost is the status of a monitor whose socket or whose message fails.
const statusLost = 2

const monitorUsage = "Usage: bridge monitor [file | link | fdb | mdb | vlan | vni | all]\n"

// monitorMain is bridge monitor. It prints text, with -json too.
func monitorMain(t *tool, args []string) error {
	w, err := parseMonitor(args)
	if err != nil {
		return err
	}
	t.banner = t.banner || w.banner
	defer func(json bool) { t.c.Opt.JSON = json }(t.c.Opt.JSON)
	t.c.Opt.JSON = false
	if w.byFile {
		return t.replay(w.file)
	}
	return t.listen(w)
}

// parseMonitor reads the words. A topic takes back what "all" asked for before
// it, but for VLANs and VNIs.
func parseMonitor(args []string) (*wish, error) {
	w := &wish{}
	usual := usualTopics
	for cur := words.New(args); cur.More(); cur.Skip() {
		topic := topics(0)
		switch {
		case cur.Prefix("file"):
			word, err := cur.Value()
			if err != nil {
				return nil, err
			}
			w.file, w.byFile = word, true
		case cur.Prefix("link"):
			topic = topicLink
		case cur.Prefix("fdb"):
			topic = topicFDB
		case cur.Prefix("mdb"):
			topic = topicMDB
		case cur.Prefix("vlan"):
			topic = topicVLAN
		case cur.Is("vni"):
			topic = topicVNI
		case cur.Is("all"):
			usual = usualTopics
			w.topics |= topicVLAN | topicVNI
			w.banner = true
		case cur.Prefix("help"):
			return nil, words.Usage(monitorUsage)
		default:
			return nil, object.Abort(statusFailed,
				`Argument "`+cur.Word()+`" is unknown, try "bridge monitor help".`)
		}
		if topic != 0 {
			w.topics |= topic
			usual = 0
		}
	}
	w.topics |= usual
	return w, nil
}

// replay prints the messages of a file.
func (t *tool) replay(name string) error {
	f, err := os.Open(t.c.Env.Path(name))
	if err != nil {
		var errno unix.Errno
		errors.As(err, &errno)
		return object.Abort(statusFailed, "Cannot fopen: "+rtnl.Strerror(errno))
	}
	defer f.Close()
	p := t.c.Printer()
	return object.MessagesOf(f).Each(func(m *rtnl.Msg) error { return t.message(p, m) })
}

// listen prints messages as they come, until the socket fails.
func (t *tool) listen(w *wish) error {
	conn, err := t.subscribe(w)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := t.learn(); err != nil {
		return err
	}
	p := t.c.Printer()
	for {
		err := conn.Next(func(m *rtnl.Msg) error {
			err := t.message(p, m)
			t.c.Env.Stdout.Flush()
			return err
		})
		switch {
		case err == nil:
		case errors.Is(err, unix.EAGAIN):
		case errors.Is(err, unix.ENOBUFS): // messages were lost; others will come
			t.c.Warn(err.Error())
		default:
			_, text := applet.Status(err)
			return object.Abort(statusLost, text)
		}
	}
}

// learn fills the interface map, so that interfaces that go away are still known
// by their names.
func (t *tool) learn() error {
	conn, err := t.c.Another()
	if err != nil {
		return err
	}
	defer conn.Close()
	r := rtnl.NewRequest(unix.RTM_GETLINK, 0)
	r.Link(unix.AF_UNSPEC, 0, 0, 0, 0)
	r.U32(unix.IFLA_EXT_MASK, rtnl.ExtFilterVF|rtnl.ExtFilterSkipStats)
	err = conn.Dump(r, func(m *rtnl.Msg) error {
		t.c.Links().Remember(m)
		return nil
	})
	if err != nil {
		return object.DumpFailed(err, statusExit)
	}
	return nil
}

// subscribe opens a socket that listens to what was asked for.
func (t *tool) subscribe(w *wish) (*rtnl.Socket, error) {
	var groups []uint
	for _, g := range [...]struct {
		topic topics
		group uint
	}{{topicLink, unix.RTNLGRP_LINK}, {topicFDB, unix.RTNLGRP_NEIGH}, {topicMDB, unix.RTNLGRP_MDB}} {
		if w.topics&g.topic != 0 {
			groups = append(groups, g.group)
		}
	}
	conn, err := t.c.Socket(rtnl.Options{Groups: groups})
	if err != nil {
		return nil, err
	}
	for _, g := range [...]struct {
		topic topics
		group uint
		name  string
	}{{topicVLAN, unix.RTNLGRP_BRVLAN, "vlan"}, {topicVNI, unix.RTNLGRP_TUNNEL, "vni"}} {
		if w.topics&g.topic != 0 && conn.Join(g.group) != nil {
			conn.Close()
			return nil, object.Abort(statusExit, "Failed to add bridge "+g.name+" group to list")
		}
	}
	return conn, nil
}

// recorded is a message that only files have: rtmon(8) writes the time by it.
const recorded = 15 // NLMSG_TSTAMP

// message prints one message. Those of other kinds are passed over.
func (t *tool) message(p *printer.Printer, m *rtnl.Msg) error {
	switch m.Type {
	case unix.RTM_NEWLINK, unix.RTM_DELLINK:
		t.renamed(m)
		return t.printLink(p, m)
	case unix.RTM_NEWNEIGH, unix.RTM_DELNEIGH:
		return t.printFDB(p, m)
	case unix.RTM_NEWMDB, unix.RTM_DELMDB:
		return t.printMDB(p, m)
	case unix.RTM_NEWVLAN, unix.RTM_DELVLAN:
		t.vlan.port = 0 // each message names its port
		return t.printVLANs(p, m, false)
	case unix.RTM_NEWTUNNEL, unix.RTM_DELTUNNEL:
		return t.printVNIs(p, m)
	case recorded:
		t.printRecorded(m)
	}
	return nil
}

// renamed takes up the new name of an interface that is known by another one.
func (t *tool) renamed(m *rtnl.Msg) {
	if m.Type != unix.RTM_NEWLINK || len(m.Data) < unix.SizeofIfInfomsg {
		return
	}
	known := t.c.Links().Known(int32(native.Uint32(m.Data[4:])))
	if known == nil {
		return
	}
	var tb [unix.IFLA_IFNAME + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(m.Data[unix.SizeofIfInfomsg:])
	if name, ok := at.Bytes(unix.IFLA_IFNAME); ok && string(name) != known.Name {
		t.c.Links().Remember(m)
	}
}

// printRecorded prints the time that a file was written at.
func (t *tool) printRecorded(m *rtnl.Msg) {
	if len(m.Data) < 8 {
		return
	}
	b := format.AppendAsctime([]byte("Timestamp: "), time.Unix(int64(native.Uint32(m.Data)), 0))
	b = strconv.AppendUint(append(b, ' '), uint64(native.Uint32(m.Data[4:])), 10)
	t.c.Env.Stdout.Write(append(b, " us\n"...))
}
