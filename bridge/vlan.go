package bridge

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
)

// vlanMain is bridge vlan.
func vlanMain(t *tool, args []string) error {
	change := func(typ uint16) command {
		return func(t *tool, args []string) error { return vlanModify(t, typ, args) }
	}
	return t.dispatch("vlan", []commandRow{
		{Name: "add", Value: change(unix.RTM_SETLINK)},
		{Name: "delete", Value: change(unix.RTM_DELLINK)},
		{Name: "show", Value: vlanShow},
		{Name: "lst", Value: vlanShow},
		{Name: "list", Value: vlanShow},
		{Name: "tunnelshow", Value: vlanTunnelShow},
		{Name: "set", Value: vlanSet},
		{Name: "global", Exact: true, Value: vlanGlobal},
		{Name: "help", Value: help(vlanUsage)},
	}, vlanShow, args)
}

// vlanGlobal is bridge vlan global: the options of a VLAN that hold for all
// ports of the bridge.
func vlanGlobal(t *tool, args []string) error {
	if len(args) == 0 {
		return vlanGlobalShow(t, nil)
	}
	switch args[0] {
	case "show", "lst", "list":
		return vlanGlobalShow(t, args[1:])
	case "set":
		return vlanGlobalSet(t, args[1:])
	}
	return words.Usage(vlanUsage)
}

const vlanUsage = `Usage: bridge vlan { add | del } vid VLAN_ID dev DEV [ tunnel_info id TUNNEL_ID ]
                                                     [ pvid ] [ untagged ]
                                                     [ self ] [ master ]
       bridge vlan { set } vid VLAN_ID dev DEV [ state STP_STATE ]
                                               [ mcast_router MULTICAST_ROUTER ]
       bridge vlan { show } [ dev DEV ] [ vid VLAN_ID ]
       bridge vlan { tunnelshow } [ dev DEV ] [ vid VLAN_ID ]
       bridge vlan global { set } vid VLAN_ID dev DEV
                      [ mcast_snooping MULTICAST_SNOOPING ]
                      [ mcast_querier MULTICAST_QUERIER ]
                      [ mcast_igmp_version IGMP_VERSION ]
                      [ mcast_mld_version MLD_VERSION ]
                      [ mcast_last_member_count LAST_MEMBER_COUNT ]
                      [ mcast_last_member_interval LAST_MEMBER_INTERVAL ]
                      [ mcast_startup_query_count STARTUP_QUERY_COUNT ]
                      [ mcast_startup_query_interval STARTUP_QUERY_INTERVAL ]
                      [ mcast_membership_interval MEMBERSHIP_INTERVAL ]
                      [ mcast_querier_interval QUERIER_INTERVAL ]
                      [ mcast_query_interval QUERY_INTERVAL ]
                      [ mcast_query_response_interval QUERY_RESPONSE_INTERVAL ]
       bridge vlan global { show } [ dev DEV ] [ vid VLAN_ID ]
`

// Bits of struct bridge_vlan_info (linux/if_bridge.h).
const (
	vlanMaster     = 1 << 0
	vlanPVID       = 1 << 1
	vlanUntagged   = 1 << 2
	vlanRangeBegin = 1 << 3
	vlanRangeEnd   = 1 << 4
	vlanBrEntry    = 1 << 5
	vlanOnlyOpts   = 1 << 6
)

// Attributes of the messages RTM_*VLAN (linux/if_bridge.h).
const (
	vlanDumpFlags = 1 // BRIDGE_VLANDB_DUMP_FLAGS, and its values:
	dumpStats     = 1
	dumpGlobal    = 2

	vlanEntry  = 1 // BRIDGE_VLANDB_ENTRY
	vlanGlobID = 2 // BRIDGE_VLANDB_GLOBAL_OPTIONS
)

// Attributes inside BRIDGE_VLANDB_ENTRY, and inside its statistics.
const (
	entryInfo        = 1
	entryRange       = 2
	entryState       = 3
	entryStats       = 5
	entryMcastRouter = 6

	vlanRxBytes   = 1
	vlanRxPackets = 2
	vlanTxBytes   = 3
	vlanTxPackets = 4
)

// vlanFilter is which VLANs show means, and how it shows them.
type vlanFilter struct {
	// compress shows ranges of VLANs.
	compress bool
	index    int32 // of the port, 0 for all
	vid      uint32
	// port is the one whose name was printed last: RTM_NEWVLAN messages of one
	// port are one record. 0 is none.
	port int32
}

// vlanShow shows the VLANs of ports. With -details they come from a dump of
// VLANs, with -statistics from one of statistics, else from one of links.
func vlanShow(t *tool, args []string) error {
	if err := t.portAndVLAN(args, &t.vlan.index, &t.vlan.vid); err != nil {
		return err
	}
	switch {
	case t.c.Opt.Details > 0:
		var flags uint32
		if t.c.Opt.Stats > 0 {
			flags = dumpStats
		}
		return t.vlanDump(flags)
	case t.c.Opt.Stats > 0:
		return t.vlanStats()
	}
	return t.vlanLinks(vlanHeading, (*tool).vlanInfo)
}

// vlanTunnelShow shows which VLAN goes into which tunnel.
func vlanTunnelShow(t *tool, args []string) error {
	if err := t.portAndVLAN(args, &t.vlan.index, &t.vlan.vid); err != nil {
		return err
	}
	if t.c.Opt.Stats > 0 {
		return t.vlanStats()
	}
	return t.vlanLinks(tunnelHeading, (*tool).vlanTunnels)
}

// vlanGlobalShow shows the options that VLANs have in all of a bridge.
func vlanGlobalShow(t *tool, args []string) error {
	if err := t.portAndVLAN(args, &t.vlan.index, &t.vlan.vid); err != nil {
		return err
	}
	return t.vlanDump(dumpGlobal)
}

// The headings of the tables: names of 16 bytes, ids of 9.
const (
	vlanHeading   = "port              vlan-id  \n"
	tunnelHeading = "port              vlan-id    tunnel-id\n"
	statsHeading  = "port              vlan-id\n"
)

// vlanLinks shows what links tell of their VLANs.
func (t *tool) vlanLinks(heading string, show vlanPrinter) error {
	mask := uint32(rtnl.ExtFilterBrvlan)
	if t.vlan.compress {
		mask = rtnl.ExtFilterBrvlanRanges
	}
	p := t.c.Printer()
	p.Open()
	p.Text(heading)
	err := t.dump(p, bridgeLinks(mask), func(m *rtnl.Msg) error { return t.printVLANLink(p, m, show) })
	if err != nil {
		return err
	}
	p.Close()
	return nil
}

// vlanDump shows what the kernel tells in a dump of VLANs.
func (t *tool) vlanDump(flags uint32) error {
	r := family(unix.RTM_GETVLAN, 0, 0, 0)
	r.U32(vlanDumpFlags, flags)
	p := t.c.Printer()
	p.Open()
	p.Text(vlanHeading)
	if p.JSON() {
		t.vlan.port = 0 // a port that was left open belongs to another document
	}
	err := t.dump(p, r, func(m *rtnl.Msg) error { return t.printVLANs(p, m, flags&dumpGlobal != 0) })
	if err != nil {
		return err
	}
	if t.vlan.port != 0 {
		closePort(p)
	}
	p.Close()
	return nil
}

// vlanStats shows the statistics of bridges first, then those of ports.
func (t *tool) vlanStats() error {
	p := t.c.Printer()
	p.Open()
	p.Text(statsHeading)
	for _, attr := range [...]int{unix.IFLA_STATS_LINK_XSTATS, unix.IFLA_STATS_LINK_XSTATS_SLAVE} {
		// struct if_stats_msg: family, index, mask
		var h [sizeofIfStatsMsg]byte
		native.PutUint32(h[8:], 1<<(attr-1))
		r := rtnl.NewRequest(unix.RTM_GETSTATS, 0)
		r.Body(h[:])
		if err := t.dump(p, r, func(m *rtnl.Msg) error { return t.printVLANStats(p, m) }); err != nil {
			return err
		}
	}
	p.Close()
	return nil
}

const sizeofIfStatsMsg = 12

// noNetDevice is the error for a device that set does not find.
func noNetDevice(name string) error {
	return failed(`Cannot find network device "` + name + `"`)
}

// vlanRequired is the error for a change that does not say where or what.
func vlanRequired() error { return failed("Device and VLAN ID are required arguments.") }
