package xfrm

import (
	"errors"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// wish is what a monitor is to show.
type wish struct {
	// groups are the multicast groups, as bits (XFRMNLGRP_*, group 1 the
	// lowest).
	groups uint32
	// allNSID listens to the namespaces that have an id here.
	allNSID bool
	noKeys  bool
	file    string
	byFile  bool
}

// topicRows are the keywords of groups, in the order in which the original
// looks for abbreviations.
var topicRows = [...]row{{"acquire", 1 << 0}, {"expire", 1 << 1}, {"SA", 1 << 2}, {"aevent", 1 << 4}, {"policy", 1 << 3}, {"report", 1 << 5}}

// monitor prints what the kernel tells of states and policies, or the messages
// of a file.
func monitor(c *object.Context, args []string) error {
	w, err := parseMonitor(args)
	if err != nil {
		return err
	}
	if w.byFile {
		return replay(c, w)
	}
	return listen(c, w)
}

func parseMonitor(args []string) (*wish, error) {
	w := &wish{}
	for cur := words.New(args); cur.More(); cur.Skip() {
		if err := w.word(cur); err != nil {
			return nil, err
		}
	}
	if w.groups == 0 {
		w.groups = ^uint32(0)
	}
	return w, nil
}

func (w *wish) word(cur *words.Cursor) (err error) {
	switch {
	case cur.Prefix("file"):
		w.byFile = true
		w.file, err = cur.Value()
		return err
	case cur.Is("nokeys"):
		w.noKeys = true
		return nil
	case cur.Is("all"):
		return nil
	case cur.Prefix("all-nsid"):
		w.allNSID = true
		return nil
	}
	for i := range topicRows {
		if cur.Prefix(topicRows[i].name) {
			w.groups |= uint32(topicRows[i].value)
			return nil
		}
	}
	if cur.Prefix("help") {
		return words.Usage(monitorUsage)
	}
	return object.Abort(object.StatusUsage, `Argument "`+cur.Word()+`" is unknown, try "ip xfrm monitor help".`)
}

// replay prints the messages of a file.
func replay(c *object.Context, w *wish) error {
	f, err := os.Open(c.Env.Path(w.file))
	if err != nil {
		var errno unix.Errno
		errors.As(err, &errno)
		return object.Abort(object.StatusUsage, "Cannot fopen: "+rtnl.Strerror(errno))
	}
	defer f.Close()
	s := newScreen(c, w)
	err = object.MessagesOf(f).Each(func(m *rtnl.Msg) error {
		s.message(m)
		return nil
	})
	var e *applet.Exit
	if errors.As(err, &e) {
		return &applet.Exit{Code: object.StatusLocal, Text: e.Text}
	}
	return err
}

// lost is the status of a monitor whose socket fails.
const lost = 2

// listen prints messages as they come, until the socket fails.
func listen(c *object.Context, w *wish) error {
	conn, err := c.Socket(rtnl.Options{
		Protocol: unix.NETLINK_XFRM, NoStrict: true, GroupMask: w.groups, AllNSID: w.allNSID,
	})
	if err != nil {
		return err
	}
	defer conn.Close()
	s := newScreen(c, w)
	for {
		err := conn.Next(func(m *rtnl.Msg) error {
			s.message(m)
			c.Env.Stdout.Flush()
			return nil
		})
		switch {
		case err == nil:
		case errors.Is(err, unix.EAGAIN):
		case errors.Is(err, unix.ENOBUFS): // messages were lost; others will come
			c.Warn(err.Error())
		default:
			_, text := applet.Status(err)
			return object.Abort(lost, text)
		}
	}
}

// screen prints messages one after the other.
type screen struct {
	*pen
	w   *wish
	opt *object.Options
	now func() time.Time
}

func newScreen(c *object.Context, w *wish) *screen {
	return &screen{newPen(c), w, &c.Opt, time.Now}
}

func (s *screen) message(m *rtnl.Msg) {
	switch {
	case s.opt.TimestampShort:
		s.b = format.AppendTimestampShort(s.b, s.now())
	case s.opt.Timestamp:
		s.b = format.AppendTimestamp(s.b, s.now())
	}
	if s.w.allNSID {
		if m.NSID < 0 {
			s.text("[nsid current]")
		} else {
			s.count("[nsid ", uint64(m.NSID), "]")
		}
	}
	s.body(m)
	s.flush()
}

func (s *screen) body(m *rtnl.Msg) {
	switch m.Type {
	case msgNewSA, msgDeleteSA, msgUpdateSA, msgExpire:
		s.state(m, nil, false) // with its keys, whatever was asked for
	case msgNewPolicy, msgDeletePolicy, msgUpdatePolicy, msgPolicyExpire:
		s.policy(m, nil)
	case msgAcquire:
		s.acquire(m)
	case msgFlushSA:
		s.flushedStates(m)
	case msgFlushPolicy:
		s.flushedPolicies(m)
	case msgReport:
		s.report(m, s.w.noKeys)
	case msgNewAE:
		s.asyncEvent(m)
	case msgMapping:
		s.mapping(m)
	case msgGetDefault:
		s.defaults(m)
	case unix.NLMSG_ERROR, unix.NLMSG_NOOP, unix.NLMSG_DONE:
	default:
		s.unknown(m)
	}
}

// unknown prints a message of a type that nobody knows.
func (p *pen) unknown(m *rtnl.Msg) {
	p.text("Unknown message: ", zeros(decimal(uint64(len(m.Raw))), 8))
	p.hex(" 0x", uint64(m.Type), 8, "")
	p.hex(" 0x", uint64(m.Flags), 8, "\n")
}
