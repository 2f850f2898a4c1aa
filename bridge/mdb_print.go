package bridge

import (
	"errors"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// mdbFilter is which entries show means; zero values mean all.
type mdbFilter struct {
	index int32 // of the bridge
	vid   uint32
}

// Attributes of the messages RTM_*MDB (linux/if_bridge.h).
const (
	mdbEntries = 1 // MDBA_MDB
	mdbRouter  = 2 // MDBA_ROUTER

	// inside MDBA_MDB_ENTRY_INFO, behind struct br_mdb_entry
	entryTimer    = 1
	entrySrcList  = 2
	entryMode     = 3
	entrySource   = 4
	entryProtocol = 5

	srcAddress = 1 // MDBA_MDB_SRCATTR_*
	srcTimer   = 2

	routerTimer = 1 // MDBA_ROUTER_PATTR_*
	routerType  = 2

	routerTempQuery = 1 // MDB_RTR_TYPE_*
	routerTemp      = 3
)

// mdbShow shows the entries of all bridges, then with -details their multicast
// router ports.
func mdbShow(t *tool, args []string) error {
	if err := t.portAndVLAN(args, &t.mdb.index, &t.mdb.vid); err != nil {
		return err
	}
	p := t.c.Printer()
	p.Open()
	p.OpenObject("")
	p.OpenArray("mdb", "")
	if err := t.mdbDump(p, (*tool).mdbEntries, mdbEntries); err != nil {
		p.CloseArray("")
		p.CloseObject()
		p.Close()
		return err
	}
	p.CloseArray("")
	p.OpenObject("router")
	err := t.mdbDump(p, (*tool).mdbRouters, mdbRouter)
	p.CloseObject()
	p.CloseObject()
	p.Close()
	return err
}

// mdbPrinter prints one attribute of a message about the bridge of an index.
type mdbPrinter func(t *tool, p *printer.Printer, m *rtnl.Msg, index int32, b []byte)

// mdbDump hands one attribute of each answer to print. A refusal does not end a
// batch.
func (t *tool) mdbDump(p *printer.Printer, print mdbPrinter, attr int) error {
	conn, err := t.c.Conn()
	if err != nil {
		return err
	}
	err = conn.Dump(family(unix.RTM_GETMDB, 0, 0, 0), func(m *rtnl.Msg) error {
		var tb [mdbRouter + 1][]byte
		index, meant, err := t.mdbHeader(m, tb[:])
		if meant && tb[attr] != nil {
			print(t, p, m, index, tb[attr])
			p.EndRecord()
		}
		return err
	})
	return dumpRefused(err)
}

// mdbHeader reads what all messages begin with, and tells whether the filter
// means the bridge.
func (t *tool) mdbHeader(m *rtnl.Msg, at rtnl.Attrs) (index int32, meant bool, err error) {
	if len(m.Data) < headerSize {
		return 0, false, tooShort(m, headerSize)
	}
	index = int32(native.Uint32(m.Data[4:]))
	if t.mdb.index != 0 && t.mdb.index != index {
		return index, false, nil
	}
	at.Parse(m.Data[headerSize:])
	return index, true, nil
}

// printMDB prints a message of a monitor.
func (t *tool) printMDB(p *printer.Printer, m *rtnl.Msg) error {
	var tb [mdbRouter + 1][]byte
	index, meant, err := t.mdbHeader(m, tb[:])
	if !meant {
		return err
	}
	t.head(p, "[MDB]")
	if m.Type == unix.RTM_DELMDB {
		p.Text("Deleted ")
	}
	if b := tb[mdbEntries]; b != nil {
		t.mdbEntries(p, m, index, b)
	}
	if b := tb[mdbRouter]; b != nil {
		t.mdbRouters(p, m, index, b)
	}
	p.EndRecord()
	return nil
}

// mdbEntries prints the entries in MDBA_MDB: lists of lists.
func (t *tool) mdbEntries(p *printer.Printer, _ *rtnl.Msg, index int32, b []byte) {
	for _, list := range rtnl.All(b) {
		for _, v := range rtnl.All(list) {
			e, ok := parseMDBEntry(v)
			if !ok || t.mdb.vid != 0 && t.mdb.vid != uint32(e.vid) {
				continue
			}
			var tb [entryProtocol + 1][]byte
			at := rtnl.Attrs(tb[:])
			at.Parse(v[sizeofMDBEntry:])
			t.mdbEntry(p, index, &e, at)
		}
	}
}

// groupFamily is the family of a group's address, and its colour.
func groupFamily(group []byte) (int, printer.Color) {
	switch len(group) {
	case 4:
		return unix.AF_INET, printer.Inet
	case 16:
		return unix.AF_INET6, printer.Inet6
	}
	return unix.AF_PACKET, printer.None
}

// appendIP appends an IPv4 or IPv6 address, or what C prints for a text that is
// not there.
func appendIP(b []byte, family int, addr []byte) []byte {
	if n := format.FamilyBits(family) / 8; (family == unix.AF_INET || family == unix.AF_INET6) && len(addr) >= n {
		return format.AppendAddr(b, family, addr[:n])
	}
	return append(b, "(null)"...)
}

func (t *tool) mdbEntry(p *printer.Printer, index int32, e *mdbEntry, at rtnl.Attrs) {
	var b [64]byte
	family, color := groupFamily(e.group)
	p.OpenObject("")
	if p.JSON() {
		p.Int("index", "", int64(index))
	}
	p.ColorString(printer.Ifname, "dev", "dev %s", t.c.Links().Name(index))
	p.String("port", " port %s", t.c.Links().Name(e.port))
	if family == unix.AF_PACKET {
		p.Bytes(color, "grp", " grp %s", format.AppendMAC(b[:0], e.group))
	} else {
		p.Bytes(color, "grp", " grp %s", appendIP(b[:0], family, e.group))
	}
	if source := at.Get(entrySource); source != nil {
		p.Bytes(color, "src", " src %s", appendIP(b[:0], family, source))
	}
	if e.state&mdbPermanent != 0 {
		p.String("state", " %s", "permanent")
	} else {
		p.String("state", " %s", "temp")
	}
	if t.c.Opt.Details > 0 {
		t.mdbDetails(p, family, color, at)
	}
	mdbFlags(p, e.flags)
	if e.vid != 0 {
		p.Uint("vid", " vid %u", uint64(e.vid))
	}
	if timer, ok := at.U32(entryTimer); ok && t.c.Opt.Stats > 0 {
		p.Bytes(printer.None, "timer", " %s", format.AppendTicks(b[:0], uint64(timer), 4))
	}
	p.NL()
	p.CloseObject()
}

// mdbDetails prints the filter of a group: its mode, its sources, and who set it.
func (t *tool) mdbDetails(p *printer.Printer, family int, color printer.Color, at rtnl.Attrs) {
	const include = 1 // MCAST_INCLUDE
	if mode, ok := at.U8(entryMode); ok {
		name := "exclude"
		if mode == include {
			name = "include"
		}
		p.String("filter_mode", " filter_mode %s", name)
	}
	if list := at.Get(entrySrcList); list != nil {
		p.OpenArray("source_list", " source_list")
		separator := " "
		for _, v := range rtnl.All(list) {
			mdbSource(p, family, color, separator, v)
			separator = ","
		}
		p.CloseArray("")
	}
	if proto, ok := at.U8(entryProtocol); ok {
		p.String("protocol", " proto %s ", t.c.Names().Proto(proto))
	}
}

// mdbSource prints one source and the time that it has left.
func mdbSource(p *printer.Printer, family int, color printer.Color, separator string, v []byte) {
	var tb [srcTimer + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(v)
	addr := at.Get(srcAddress)
	timer, ok := at.U32(srcTimer)
	if !ok || family == unix.AF_PACKET || len(addr)*8 < format.FamilyBits(family) {
		return
	}
	var b [64]byte
	p.OpenObject("")
	p.Text(separator)
	p.Bytes(color, "address", "%s", appendIP(b[:0], family, addr))
	p.Bytes(printer.None, "timer", "/%s", format.AppendTicks(b[:0], uint64(timer), 0))
	p.CloseObject()
}

// mdbFlags prints MDB_FLAGS_* of linux/if_bridge.h.
func mdbFlags(p *printer.Printer, flags uint8) {
	p.OpenArray("flags", "")
	for i, name := range [...]string{"offload", "fast_leave", "added_by_star_ex", "blocked"} {
		if flags&(1<<i) != 0 {
			p.String("", " %s", name)
		}
	}
	p.CloseArray("")
}

// mdbRouters prints the ports behind which there are multicast routers: all in a
// dump, with -details; the one that a notification is about.
func (t *tool) mdbRouters(p *printer.Printer, m *rtnl.Msg, index int32, list []byte) {
	bridge := t.c.Links().Name(index)
	if m.Type == unix.RTM_GETMDB {
		if t.c.Opt.Details > 0 {
			t.mdbRouterPorts(p, bridge, list)
		}
		return
	}
	port, ok := routerPort(firstNested(list))
	if !ok {
		return
	}
	name := t.c.Links().Name(port)
	p.OpenArray(bridge, "")
	p.OpenObject("")
	p.String("port", "router port dev %s ", name)
	p.CloseObject()
	p.CloseArray("")
	if !p.JSON() {
		p.String("", "master %s\n", bridge)
	}
}

func (t *tool) mdbRouterPorts(p *printer.Printer, bridge string, list []byte) {
	stats := t.c.Opt.Stats > 0
	p.OpenArray(bridge, "")
	if !p.JSON() && !stats {
		p.String("", "router ports on %s: ", bridge)
	}
	for _, v := range rtnl.All(list) {
		port, ok := routerPort(v)
		if !ok {
			continue
		}
		name := t.c.Links().Name(port)
		p.OpenObject("")
		switch {
		case p.JSON():
			p.String("port", "", name)
		case stats:
			p.String("", "router ports on %s: ", bridge)
			p.String("", "%s", name)
		default:
			p.String("", "%s ", name)
		}
		if stats {
			printRouterStats(p, v)
			p.Text("\n")
		}
		p.CloseObject()
	}
	if !stats {
		p.NL()
	}
	p.CloseArray("")
}

// routerPort is the index of the port that MDBA_ROUTER_PORT begins with.
func routerPort(b []byte) (index int32, ok bool) {
	if len(b) < 4 {
		return 0, false
	}
	return int32(native.Uint32(b)), true
}

// printRouterStats prints how long a port stays a router port, and why it is one.
func printRouterStats(p *printer.Printer, v []byte) {
	var tb [routerType + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(v[4:])
	if timer, ok := at.U32(routerTimer); ok {
		var b [32]byte
		p.Bytes(printer.None, "timer", " %s", format.AppendTicks(b[:0], uint64(timer), 4))
	}
	if typ, ok := at.U8(routerType); ok {
		kind := "permanent"
		if typ == routerTempQuery || typ == routerTemp {
			kind = "temp"
		}
		p.String("type", " %s", kind)
	}
}

// dumpRefused words a refused dump that the original returns from, where others
// exit: the batch goes on.
func dumpRefused(err error) error {
	err = object.DumpFailed(err, statusFailed)
	var exit *applet.Exit
	if errors.As(err, &exit) {
		return &applet.Exit{Code: exit.Code, Text: exit.Text, Err: exit.Err}
	}
	return err
}
