package monitor

import (
	"strconv"
	"time"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/namespace"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/address"
	"github.com/nlbox/nlbox/ipcmd/addrlabel"
	"github.com/nlbox/nlbox/ipcmd/fib"
	"github.com/nlbox/nlbox/ipcmd/link"
	"github.com/nlbox/nlbox/ipcmd/mroute"
	"github.com/nlbox/nlbox/ipcmd/neigh"
	"github.com/nlbox/nlbox/ipcmd/netconf"
	"github.com/nlbox/nlbox/ipcmd/netns"
	"github.com/nlbox/nlbox/ipcmd/nexthop"
	"github.com/nlbox/nlbox/ipcmd/object"
	"github.com/nlbox/nlbox/ipcmd/route"
	"github.com/nlbox/nlbox/ipcmd/rule"
	"github.com/nlbox/nlbox/ipcmd/stats"
)

// Messages that x/sys lacks (linux/rtnetlink.h, linux/netlink.h).
const (
	newBucket = 116 // RTM_NEWNEXTHOPBUCKET
	delBucket = 117
	// timestamp is a message that only files have: rtmon(8) writes it.
	timestamp = 15
)

// The families of multicast routes.
const (
	familyIPMR  = 128
	familyIP6MR = 129
)

// screen prints messages one after the other, each by the printer of its object.
type screen struct {
	c *object.Context
	w *wish
	p *printer.Printer

	links     *link.View
	addresses *address.View
	routes    *route.Printer
	nexthops  *fib.View
	now       func() time.Time
}

func newScreen(c *object.Context, w *wish) *screen {
	p := c.Printer()
	s := &screen{
		c: c, w: w, p: p,
		links:     link.NewView(c, unix.AF_UNSPEC),
		addresses: address.NewView(c, unix.AF_UNSPEC),
		routes:    route.NewPrinter(c, p),
		now:       time.Now,
	}
	s.nexthops = s.routes.View // what it remembers, routes are printed with
	s.links.Filter.Index = w.index
	s.addresses.Filter.Index = w.index
	s.addresses.Head = true
	if w.index != 0 {
		s.routes.Through(w.index)
	}
	return s
}

func (s *screen) close() { s.routes.Close() }

// message prints one message. An error ends a file, and a monitor.
func (s *screen) message(m *rtnl.Msg) error {
	switch m.Type {
	case unix.RTM_NEWROUTE, unix.RTM_DELROUTE:
		return s.route(m)
	case unix.RTM_NEWNEIGH, unix.RTM_DELNEIGH, unix.RTM_GETNEIGH:
		if f := s.c.Opt.Family; f != unix.AF_UNSPEC && len(m.Data) > 0 && int(m.Data[0]) != f {
			return nil
		}
	case timestamp:
		s.recorded(m)
		return nil
	case unix.NLMSG_ERROR, unix.NLMSG_NOOP, unix.NLMSG_DONE:
		return nil
	}
	label := labelOf(m.Type)
	if label == "" {
		s.unknown(m)
		return nil
	}
	if m.Type == unix.RTM_NEWLINK || m.Type == unix.RTM_DELLINK {
		s.c.Links().Remember(m)
	}
	s.head(label, m)
	defer s.p.EndRecord() // -brief leaves lines open
	// A message that the object finds fault with does not end the monitor.
	if _, text := applet.Status(s.body(m)); text != "" {
		s.c.Warn(text)
	}
	return nil
}

// labelOf is the label of a type of messages, empty of one that is not known.
func labelOf(typ uint16) string {
	switch typ {
	case unix.RTM_NEWNEXTHOP, unix.RTM_DELNEXTHOP:
		return "[NEXTHOP]"
	case newBucket, delBucket:
		return "[NEXTHOPBUCKET]"
	case unix.RTM_NEWLINK, unix.RTM_DELLINK:
		return "[LINK]"
	case unix.RTM_NEWADDR, unix.RTM_DELADDR:
		return "[ADDR]"
	case unix.RTM_NEWADDRLABEL, unix.RTM_DELADDRLABEL:
		return "[ADDRLABEL]"
	case unix.RTM_NEWNEIGH, unix.RTM_DELNEIGH, unix.RTM_GETNEIGH:
		return "[NEIGH]"
	case unix.RTM_NEWPREFIX:
		return "[PREFIX]"
	case unix.RTM_NEWRULE, unix.RTM_DELRULE:
		return "[RULE]"
	case unix.RTM_NEWNETCONF, unix.RTM_DELNETCONF:
		return "[NETCONF]"
	case unix.RTM_NEWNSID, unix.RTM_DELNSID:
		return "[NSID]"
	case unix.RTM_NEWSTATS:
		return "[STATS]"
	}
	return ""
}

// body prints what a message says, without its head.
func (s *screen) body(m *rtnl.Msg) error {
	c, p := s.c, s.p
	switch m.Type {
	case unix.RTM_NEWNEXTHOP, unix.RTM_DELNEXTHOP, newBucket, delBucket:
		if len(m.Data) < fib.NexthopHeaderSize {
			return wrongLength(m, fib.NexthopHeaderSize)
		}
		return nexthop.Print(c, s.nexthops, m)
	case unix.RTM_NEWLINK, unix.RTM_DELLINK:
		s.links.Record(p, m)
	case unix.RTM_NEWADDR, unix.RTM_DELADDR:
		if len(m.Data) < unix.SizeofIfAddrmsg {
			return wrongLength(m, unix.SizeofIfAddrmsg)
		}
		s.addresses.Record(p, m)
	case unix.RTM_NEWADDRLABEL, unix.RTM_DELADDRLABEL:
		addrlabel.Print(c, p, m)
	case unix.RTM_NEWNEIGH, unix.RTM_DELNEIGH, unix.RTM_GETNEIGH:
		if !neigh.Print(c, p, m, s.w.index) {
			return wrongLength(m, sizeofNdmsg)
		}
	case unix.RTM_NEWPREFIX:
		return s.prefix(m)
	case unix.RTM_NEWRULE, unix.RTM_DELRULE:
		rule.Print(c, p, m)
	case unix.RTM_NEWNETCONF, unix.RTM_DELNETCONF:
		if !netconf.Print(c, p, m, s.w.index) {
			return wrongLength(m, sizeofNetconfmsg)
		}
	case unix.RTM_NEWNSID, unix.RTM_DELNSID:
		return s.nsid(m)
	case unix.RTM_NEWSTATS:
		stats.Print(c, p, m)
	}
	return nil
}

// Sizes of struct ndmsg (linux/neighbour.h), struct netconfmsg (linux/netconf.h)
// and struct rtgenmsg (linux/rtnetlink.h), the latter two with their padding.
const (
	sizeofNdmsg      = 12
	sizeofNetconfmsg = 4
	sizeofRtgenmsg   = 4
)

// wrongLength is the error for a message that is too short for its header.
func wrongLength(m *rtnl.Msg, header int) error {
	return object.Fail(object.StatusLocal, "BUG: wrong nlmsg len "+strconv.Itoa(len(m.Data)-header))
}

// route prints a route. One that is too short ends it all.
func (s *screen) route(m *rtnl.Msg) error {
	if len(m.Data) < unix.SizeofRtMsg {
		return wrongLength(m, unix.SizeofRtMsg)
	}
	if native.Uint32(m.Data[8:])&unix.RTM_F_CLONED != 0 {
		return nil
	}
	if f := m.Data[0]; f == familyIPMR || f == familyIP6MR {
		s.head("[MROUTE]", m)
		if err := mroute.Print(s.c, s.p, m, s.w.index); err != nil {
			s.c.Warn(err.Error())
		}
		return nil
	}
	s.head("[ROUTE]", m)
	s.routes.Print(m)
	return nil
}

// head prints what stands before a record: the time, the namespace that it
// comes from, the topic.
func (s *screen) head(label string, m *rtnl.Msg) {
	var b [64]byte
	text := b[:0]
	switch {
	case s.c.Opt.TimestampShort:
		text = format.AppendTimestampShort(text, s.now())
	case s.c.Opt.Timestamp:
		text = format.AppendTimestamp(text, s.now())
	}
	if s.w.allNSID {
		if m.NSID < 0 {
			text = append(text, "[nsid current]"...)
		} else {
			text = append(text, "[nsid "...)
			text = strconv.AppendInt(text, int64(m.NSID), 10)
			text = append(text, ']')
		}
	}
	if s.w.label {
		text = append(text, label...)
	}
	s.c.Env.Stdout.Write(text)
}

func (s *screen) nsid(m *rtnl.Msg) error {
	if len(m.Data) < sizeofRtgenmsg {
		return object.Fail(object.StatusLocal, wrongLength(m, sizeofRtgenmsg).Error()+" in print_nsid")
	}
	n, err := namespace.ParseNSID(m)
	if err != nil {
		return err
	}
	netns.PrintNSID(s.p, n, netns.NSIDName(s.c.Namespaces(), n))
	return nil
}

// unknown reports a message that nobody here prints.
func (s *screen) unknown(m *rtnl.Msg) {
	both := func(v uint32) string {
		hex := strconv.FormatUint(uint64(v), 16)
		return "0x" + "00000000"[:8-len(hex)] + hex + "(" + strconv.Itoa(int(int32(v))) + ")"
	}
	s.c.Warn("Unknown message: type=" + both(uint32(m.Type)) + " flags=" + both(uint32(m.Flags)) +
		" len=" + both(uint32(len(m.Raw))))
}
