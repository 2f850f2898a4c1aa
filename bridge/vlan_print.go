package bridge

import (
	"strconv"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// Columns: nextVLAN is as wide as a name and what is behind it, nextDetail two
// more.
const (
	nextVLAN   = "                  "
	nextDetail = nextVLAN + "  "
	// vidWidth is the room for an id or a range of them.
	vidWidth = 9
)

// openPort begins the record of a port: its name, and in JSON its list.
func (t *tool) openPort(p *printer.Printer, index int32, list string) {
	p.OpenObject("")
	p.ColorString(printer.Ifname, "ifname", "%-16s  ", t.c.Links().Name(index))
	p.OpenArray(list, "")
}

// closePort ends the record of a port.
func closePort(p *printer.Printer) {
	p.CloseArray("")
	p.CloseObject()
}

// printRange prints a number, or two with a dash between, and tells how many
// columns that took.
func printRange(p *printer.Printer, key string, first, last uint32) (width int) {
	var b [32]byte
	text := strconv.AppendUint(b[:0], uint64(first), 10)
	p.Uint(key, "%u", uint64(first))
	if first != last {
		p.Uint(key+"End", "-%u", uint64(last))
		text = strconv.AppendUint(append(text, '-'), uint64(last), 10)
	}
	return len(text)
}

// printVLANFlags prints what makes a VLAN special on a port.
func printVLANFlags(p *printer.Printer, flags uint16) {
	if flags == 0 {
		return
	}
	p.OpenArray("flags", "")
	if flags&vlanPVID != 0 {
		p.String("", " %s", "PVID")
	}
	if flags&vlanUntagged != 0 {
		p.String("", " %s", "Egress Untagged")
	}
	p.CloseArray("")
}

// verdict is what becomes of an entry of a list in ascending order.
type verdict int8

const (
	passOver verdict = iota
	wanted
	beyond // as all that follow
)

// judge tells whether the filter means an entry. The beginning of a range is
// passed over: its end prints both.
func (f *vlanFilter) judge(vid, flags uint16) verdict {
	switch {
	case f.vid != 0 && uint32(vid) > f.vid && flags&vlanRangeEnd == 0:
		return beyond
	case flags&vlanRangeBegin != 0 || uint32(vid) < f.vid:
		return passOver
	}
	return wanted
}

// vlanPrinter prints what IFLA_AF_SPEC of a port tells.
type vlanPrinter func(t *tool, p *printer.Printer, spec []byte, index int32)

// printVLANLink prints the VLANs or tunnels of a link, if the filter means it.
func (t *tool) printVLANLink(p *printer.Printer, m *rtnl.Msg, show vlanPrinter) error {
	d := m.Data
	if m.Type != unix.RTM_NEWLINK {
		return nil
	}
	if len(d) < unix.SizeofIfInfomsg {
		return tooShort(m, unix.SizeofIfInfomsg)
	}
	index := int32(native.Uint32(d[4:]))
	if d[0] != unix.AF_BRIDGE || t.vlan.index != 0 && t.vlan.index != index {
		return nil
	}
	var tb [unix.IFLA_AF_SPEC + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(d[unix.SizeofIfInfomsg:])
	if spec := at.Get(unix.IFLA_AF_SPEC); spec != nil {
		show(t, p, spec, index)
	}
	p.EndRecord()
	return nil
}

// vlanInfo prints the VLANs of a port.
func (t *tool) vlanInfo(p *printer.Printer, spec []byte, index int32) {
	var first uint16
	opened := false
	for typ, v := range rtnl.All(spec) {
		if typ != attrVLANInfo || len(v) < 4 {
			continue
		}
		flags, vid := native.Uint16(v), native.Uint16(v[2:])
		if flags&vlanRangeEnd == 0 {
			first = vid
		}
		verdict := t.vlan.judge(vid, flags)
		if verdict == beyond {
			break
		}
		if verdict == passOver {
			continue
		}
		t.nextOfPort(p, &opened, index, "vlans")
		p.OpenObject("")
		printRange(p, "vlan", uint32(first), uint32(vid))
		printVLANFlags(p, flags)
		p.CloseObject()
		p.NL()
	}
	if opened {
		closePort(p)
	}
}

// nextOfPort begins the record of a port, or goes on with it.
func (t *tool) nextOfPort(p *printer.Printer, opened *bool, index int32, list string) {
	if *opened {
		p.Text(nextVLAN)
		return
	}
	t.openPort(p, index, list)
	*opened = true
}

// vlanTunnels prints the VLANs of a port that go into tunnels.
func (t *tool) vlanTunnels(p *printer.Printer, spec []byte, index int32) {
	var first uint16
	var firstID uint32
	opened := false
	for typ, v := range rtnl.All(spec) {
		if typ != attrTunnelInfo {
			continue
		}
		var tb [tunnelFlags + 1][]byte
		at := rtnl.Attrs(tb[:])
		at.Parse(v)
		vid, ok := at.U16(tunnelVID)
		if !ok {
			continue
		}
		id, _ := at.U32(tunnelID)
		flags, _ := at.U16(tunnelFlags)
		if flags&vlanRangeEnd == 0 {
			first, firstID = vid, id
		}
		verdict := t.vlan.judge(vid, flags)
		if verdict == beyond {
			break
		}
		if verdict == passOver {
			continue
		}
		t.nextOfPort(p, &opened, index, "tunnels")
		p.OpenObject("")
		t.padVID(p, printRange(p, "vlan", uint32(first), uint32(vid)))
		printRange(p, "tunid", firstID, id)
		p.CloseObject()
		p.NL()
	}
	if opened {
		closePort(p)
	}
}

// padVID fills the column of ids.
func (t *tool) padVID(p *printer.Printer, width int) {
	if p.JSON() {
		return
	}
	if width > vidWidth {
		t.c.Warn("BUG: vlan range too wide, " + strconv.Itoa(width))
		return
	}
	p.Text(nextVLAN[:vidWidth-width+2])
}

// traffic is what went through a VLAN.
type traffic struct {
	rxBytes, rxPackets, txBytes, txPackets uint64
}

func (s *traffic) print(p *printer.Printer) {
	p.Text(nextDetail)
	p.Uint("rx_bytes", "RX: %u bytes", s.rxBytes)
	p.Uint("rx_packets", " %u packets\n", s.rxPackets)
	p.Text(nextDetail)
	p.Uint("tx_bytes", "TX: %u bytes", s.txBytes)
	p.Uint("tx_packets", " %u packets\n", s.txPackets)
}

// Attributes of extended statistics of bridges (linux/if_link.h,
// linux/if_bridge.h).
const (
	xstatsBridge      = 1 // LINK_XSTATS_TYPE_BRIDGE
	xstatsVLAN        = 1 // BRIDGE_XSTATS_VLAN
	sizeofVLANXstats  = 40
	xstatsMaxAttr     = unix.IFLA_STATS_LINK_XSTATS_SLAVE
	xstatsVID         = 32 // offsets in struct bridge_vlan_xstats
	xstatsVLANFlagsAt = 34
)

// printVLANStats prints the statistics of the VLANs of a link, if the filter
// means it.
func (t *tool) printVLANStats(p *printer.Printer, m *rtnl.Msg) error {
	if len(m.Data) < sizeofIfStatsMsg {
		return tooShort(m, sizeofIfStatsMsg)
	}
	index := int32(native.Uint32(m.Data[4:]))
	if t.vlan.index != 0 && t.vlan.index != index {
		return nil
	}
	var tb [xstatsMaxAttr + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(m.Data[sizeofIfStatsMsg:])
	for _, attr := range [...]int{unix.IFLA_STATS_LINK_XSTATS, unix.IFLA_STATS_LINK_XSTATS_SLAVE} {
		var sub [xstatsBridge + 1][]byte
		if kinds := rtnl.Attrs(sub[:]); at.Nested(attr, kinds) {
			t.vlanXstats(p, kinds.Get(xstatsBridge), index)
		}
	}
	p.EndRecord()
	return nil
}

// vlanXstats prints a list of struct bridge_vlan_xstats. Those of a bridge that
// are of its ports only are left out: the ports tell them.
func (t *tool) vlanXstats(p *printer.Printer, list []byte, index int32) {
	opened := false
	for typ, v := range rtnl.All(list) {
		if typ != xstatsVLAN || len(v) < sizeofVLANXstats {
			continue
		}
		vid, flags := native.Uint16(v[xstatsVID:]), native.Uint16(v[xstatsVLANFlagsAt:])
		if t.vlan.vid != 0 && t.vlan.vid != uint32(vid) || flags&(vlanMaster|vlanBrEntry) == vlanMaster {
			continue
		}
		t.nextOfPort(p, &opened, index, "vlans")
		p.OpenObject("")
		p.Uint("vid", "%u", uint64(vid))
		printVLANFlags(p, flags)
		p.NL()
		s := traffic{native.Uint64(v), native.Uint64(v[8:]), native.Uint64(v[16:]), native.Uint64(v[24:])}
		s.print(p)
		p.CloseObject()
	}
	if opened {
		closePort(p)
	}
}
