package bridge

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// printVLANs prints a message RTM_NEWVLAN or RTM_DELVLAN, if the filter means
// its port; global leaves the options of single ports out.
func (t *tool) printVLANs(p *printer.Printer, m *rtnl.Msg, global bool) error {
	if len(m.Data) < headerSize {
		return tooShort(m, headerSize)
	}
	index := int32(native.Uint32(m.Data[4:]))
	if m.Data[0] != unix.AF_BRIDGE || t.vlan.index != 0 && t.vlan.index != index {
		return nil
	}
	t.head(p, "[VLAN]")
	if m.Type == unix.RTM_DELVLAN {
		p.Text("Deleted ")
	}
	if t.vlan.port != 0 && t.vlan.port != index {
		closePort(p)
		t.vlan.port = 0
	}
	for typ, v := range rtnl.All(m.Data[headerSize:]) {
		switch {
		case typ == vlanEntry && !global:
			t.vlanEntry(p, v, index)
		case typ == vlanGlobID:
			t.vlanGlobal(p, v, index)
		}
	}
	p.EndRecord()
	return nil
}

// openVLAN begins an entry, and the record of its port before the first one.
func (t *tool) openVLAN(p *printer.Printer, index int32) {
	opened := t.vlan.port == index
	t.nextOfPort(p, &opened, index, "vlans")
	t.vlan.port = index
	p.OpenObject("")
}

// skips tells whether the filter leaves a range of VLANs out.
func (f *vlanFilter) skips(first, last uint16) bool {
	return f.vid != 0 && (f.vid < uint32(first) || f.vid > uint32(last))
}

// vlanEntry prints one VLAN of a port, or a range of them.
func (t *tool) vlanEntry(p *printer.Printer, b []byte, index int32) {
	var tb [entryMcastRouter + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(b)
	info := at.Get(entryInfo)
	if len(info) < 4 {
		return
	}
	flags, first := native.Uint16(info), native.Uint16(info[2:])
	last, ok := at.U16(entryRange)
	if !ok {
		last = first
	}
	if t.vlan.skips(first, last) {
		return
	}
	t.openVLAN(p, index)
	printRange(p, "vlan", uint32(first), uint32(last))
	printVLANFlags(p, flags)
	p.NL()
	p.Text(nextDetail)
	state, _ := at.U8(entryState)
	printState(p, state)
	if router, ok := at.U8(entryMcastRouter); ok {
		p.Uint("mcast_router", "mcast_router %u ", uint64(router))
	}
	p.NL()
	if t.c.Opt.Stats > 0 {
		s := vlanTraffic(at.Get(entryStats))
		s.print(p)
	}
	p.CloseObject()
}

// vlanTraffic reads BRIDGE_VLANDB_ENTRY_STATS; what is not there is 0.
func vlanTraffic(b []byte) (s traffic) {
	var tb [vlanTxPackets + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(b)
	s.rxBytes, _ = at.U64(vlanRxBytes)
	s.rxPackets, _ = at.U64(vlanRxPackets)
	s.txBytes, _ = at.U64(vlanTxBytes)
	s.txPackets, _ = at.U64(vlanTxPackets)
	return s
}

// globalFields are the options of a bridge's VLAN in the order of printing.
var globalFields = [...]struct {
	attr      int
	bits      int
	key, text string
}{
	{gopSnooping, 8, "mcast_snooping", "mcast_snooping %u "},
	{gopQuerier, 8, "mcast_querier", "mcast_querier %u "},
	{gopIGMPVersion, 8, "mcast_igmp_version", "mcast_igmp_version %u "},
	{gopMLDVersion, 8, "mcast_mld_version", "mcast_mld_version %u "},
	{gopLastMemberCount, 32, "mcast_last_member_count", "mcast_last_member_count %u "},
	{gopLastMember, 64, "mcast_last_member_interval", "mcast_last_member_interval %u "},
	{gopStartupCount, 32, "mcast_startup_query_count", "mcast_startup_query_count %u "},
	{gopStartup, 64, "mcast_startup_query_interval", "mcast_startup_query_interval %u "},
	{gopMembership, 64, "mcast_membership_interval", "mcast_membership_interval %u "},
	{gopQuerierInterval, 64, "mcast_querier_interval", "mcast_querier_interval %u "},
	{gopQuery, 64, "mcast_query_interval", "mcast_query_interval %u "},
	{gopResponse, 64, "mcast_query_response_interval", "mcast_query_response_interval %u "},
}

// vlanGlobal prints the options of a bridge's VLAN, or of a range of them.
func (t *tool) vlanGlobal(p *printer.Printer, b []byte, index int32) {
	var tb [gopMax + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(b)
	first, ok := at.U16(gopID)
	if !ok {
		return
	}
	last, ok := at.U16(gopRange)
	if !ok {
		last = first
	}
	if t.vlan.skips(first, last) {
		return
	}
	t.openVLAN(p, index)
	printRange(p, "vlan", uint32(first), uint32(last))
	p.NL()
	p.Text(nextDetail)
	for i := range globalFields {
		f := &globalFields[i]
		if v, ok := unsigned(at, f.attr, f.bits); ok {
			p.Uint(f.key, f.text, v)
		}
	}
	p.NL()
	if ports := at.Get(gopRouterPorts); ports != nil {
		t.vlanRouterPorts(p, firstNested(ports))
	}
	p.CloseObject()
}

// unsigned reads a number of 8, 32 or 64 bits.
func unsigned(at rtnl.Attrs, attr, bits int) (v uint64, ok bool) {
	switch bits {
	case 8:
		var n uint8
		n, ok = at.U8(attr)
		return uint64(n), ok
	case 32:
		var n uint32
		n, ok = at.U32(attr)
		return uint64(n), ok
	}
	return at.U64(attr)
}

// firstNested is the payload of the first attribute in b.
func firstNested(b []byte) []byte {
	for _, v := range rtnl.All(b) {
		return v
	}
	return nil
}

// vlanRouterPorts prints the ports behind which there are multicast routers,
// with -statistics one a line.
func (t *tool) vlanRouterPorts(p *printer.Printer, list []byte) {
	p.Text(nextDetail)
	p.OpenArray("router_ports", "router ports: ")
	first := true
	for _, v := range rtnl.All(list) {
		port, ok := routerPort(v)
		if !ok {
			continue
		}
		p.OpenObject("")
		if t.c.Opt.Stats > 0 && !first {
			p.NL()
			p.Text(nextDetail + "              ")
		}
		first = false
		p.String("port", "%s ", t.c.Links().Name(port))
		if t.c.Opt.Stats > 0 {
			printRouterStats(p, v)
		}
		p.CloseObject()
	}
	p.CloseArray("")
	p.NL()
}
