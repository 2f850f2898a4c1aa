package bridge

import (
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
	"github.com/nlbox/nlbox/ipcmd/object/objecttest"
)

// Goldens are written by the original, which reads the same messages:
// go test ./bridge -args -oracle. See objecttest.

func bridgeTool() objecttest.Tool {
	return objecttest.Tool{Name: "bridge", Run: func(c *object.Context, words []string) error {
		return options(newTool(c), words, &rest{})
	}}
}

// port appends a link as the kernel tells bridge of it.
func port(s *objecttest.Stream, index, master int32, name string, attrs func(*rtnl.Request)) {
	r := rtnl.NewRequest(unix.RTM_NEWLINK, 0)
	r.Link(unix.AF_BRIDGE, unix.ARPHRD_ETHER, index, objecttest.EtherUp, 0)
	r.Str(unix.IFLA_IFNAME, name)
	r.U32(unix.IFLA_MTU, 1500)
	if master != 0 {
		r.U32(unix.IFLA_MASTER, uint32(master))
	}
	if attrs != nil {
		attrs(r)
	}
	s.Add(r)
}

// names appends two bridges and three ports.
func names(s *objecttest.Stream) {
	port(s, 2, 0, "br0", nil)
	port(s, 3, 0, "br1", nil)
	port(s, 4, 2, "v0", nil)
	port(s, 5, 2, "a_long_name_15c", nil)
	port(s, 6, 3, "v2", nil)
}

func portState(r *rtnl.Request) {
	objecttest.Nest(r, unix.IFLA_PROTINFO|unix.NLA_F_NESTED, func() {
		r.U8(unix.IFLA_BRPORT_STATE, 3)
		r.U16(unix.IFLA_BRPORT_PRIORITY, 32)
		r.U32(unix.IFLA_BRPORT_COST, 100)
		for i := range portSwitches {
			s := &portSwitches[i]
			switch s.attr {
			case unix.IFLA_BRPORT_BACKUP_PORT:
				r.U32(uint16(s.attr), 2)
			default:
				r.U8(uint16(s.attr), uint8(i%3))
			}
		}
	})
}

func TestGoldenLink(t *testing.T) {
	var s objecttest.Stream
	port(&s, 2, 0, "br0", nil)
	port(&s, 3, 2, "v0", portState)
	port(&s, 4, 2, "v1", func(r *rtnl.Request) {
		r.U8(unix.IFLA_PROTINFO, 4) // of kernels before 3.8
		objecttest.Nest(r, unix.IFLA_AF_SPEC, func() { r.U16(attrMode, 1) })
	})
	port(&s, 5, 9, "v2", func(r *rtnl.Request) {
		r.U32(unix.IFLA_LINK, 4)
		objecttest.Nest(r, unix.IFLA_PROTINFO|unix.NLA_F_NESTED, func() { r.U8(unix.IFLA_BRPORT_STATE, 9) })
		objecttest.Nest(r, unix.IFLA_AF_SPEC, func() { r.U16(attrMode, 0) })
	})
	port(&s, 6, 0, "v3", func(r *rtnl.Request) {
		r.U32(unix.IFLA_LINK, 0)
		objecttest.Nest(r, unix.IFLA_AF_SPEC, func() { r.U16(attrMode, 7) })
	})
	bridgeTool().Golden(t, "testdata/link.golden", &s,
		"bridge link", "bridge -d link", "bridge -o -d link", "bridge -j link", "bridge -d -j -p link",
		"bridge -d -color link show dev v0", "bridge -j link show dev v2", "bridge link show dev nope")
}

// vlans appends struct bridge_vlan_info in pairs of flags and id.
func vlans(r *rtnl.Request, pairs ...int) {
	for i := 0; i < len(pairs); i += 2 {
		appendVLANInfo(r, attrVLANInfo, uint16(pairs[i]), int16(pairs[i+1]))
	}
}

// tunnels appends tunnels in triples of flags, VLAN and id.
func tunnels(r *rtnl.Request, triples ...int) {
	for i := 0; i < len(triples); i += 3 {
		objecttest.Nest(r, attrTunnelInfo, func() {
			r.U32(tunnelID, uint32(triples[i+2]))
			r.U16(tunnelVID, uint16(triples[i+1]))
			r.U16(tunnelFlags, uint16(triples[i]))
		})
	}
}

func TestGoldenVLANLinks(t *testing.T) {
	spec := func(attrs func(*rtnl.Request)) func(*rtnl.Request) {
		return func(r *rtnl.Request) { objecttest.Nest(r, unix.IFLA_AF_SPEC, func() { attrs(r) }) }
	}
	var s objecttest.Stream
	port(&s, 2, 0, "br0", spec(func(r *rtnl.Request) { vlans(r, vlanPVID|vlanUntagged, 1, 0, 10) }))
	port(&s, 3, 2, "v0", spec(func(r *rtnl.Request) {
		vlans(r, vlanPVID|vlanUntagged, 1, vlanRangeBegin, 5, vlanRangeEnd, 7,
			vlanRangeBegin|vlanUntagged, 100, vlanRangeEnd|vlanUntagged, 199, vlanBrEntry, 4000)
		tunnels(r, 0, 1, 1, vlanRangeBegin, 5, 1005, vlanRangeEnd, 7, 1007, vlanRangeBegin, 1000, 16777000, vlanRangeEnd, 1099, 16777099)
	}))
	port(&s, 4, 2, "a_long_name_15c", spec(func(r *rtnl.Request) { vlans(r, 0, 6) }))
	port(&s, 5, 2, "none", spec(func(*rtnl.Request) {}))
	port(&s, 6, 2, "lacking", nil)
	port(&s, 7, 2, "odd", spec(func(r *rtnl.Request) {
		objecttest.Nest(r, attrTunnelInfo, func() { r.U32(tunnelID, 3) })
		objecttest.Nest(r, attrTunnelInfo, func() { r.U16(tunnelVID, 60000) })
		tunnels(r, vlanRangeEnd, 65000, 70000)
	}))
	bridgeTool().Golden(t, "testdata/vlan_links.golden", &s,
		"bridge vlan", "bridge -c vlan", "bridge -color vlan", "bridge -o vlan", "bridge -j vlan", "bridge -j -p -c vlan",
		"bridge vlan show dev v0", "bridge vlan show dev none", "bridge vlan show vid 1", "bridge vlan show vid 6",
		"bridge vlan show vid 7", "bridge vlan show vid 150", "bridge vlan show vid 200", "bridge -j vlan show vid 6 dev v0",
		"bridge vlan tunnelshow", "bridge vlan t vid 6", "bridge -j vlan tunnelshow", "bridge -j -p vlan tunnelshow dev v0",
		"bridge -o vlan tunnelshow vid 1050", "bridge -d vlan tunnelshow", "bridge -color vlan tunnelshow dev v0")
}

// vlanMessage appends a message about the VLANs of a link.
func vlanMessage(s *objecttest.Stream, index int32, attrs func(*rtnl.Request)) {
	r := family(unix.RTM_NEWVLAN, 0, 0, index)
	attrs(r)
	s.Add(r)
}

// entry appends a VLAN, or a range of them where last is not 0.
func entry(r *rtnl.Request, flags uint16, vid, last int16, more func()) {
	objecttest.Nest(r, vlanEntry|unix.NLA_F_NESTED, func() {
		appendVLANInfo(r, entryInfo, flags, vid)
		if last != 0 {
			r.U16(entryRange, uint16(last))
		}
		if more != nil {
			more()
		}
	})
}

func vlanEntries() *objecttest.Stream {
	var s objecttest.Stream
	names(&s)
	vlanMessage(&s, 2, func(r *rtnl.Request) {
		entry(r, vlanBrEntry|vlanPVID|vlanUntagged, 1, 0, func() { r.U8(entryState, 3); r.U8(entryMcastRouter, 1) })
	})
	vlanMessage(&s, 4, func(r *rtnl.Request) {
		entry(r, vlanPVID, 1, 0, func() { r.U8(entryState, 4) })
		entry(r, 0, 5, 7, func() {
			r.U8(entryState, 0)
			objecttest.Nest(r, entryStats|unix.NLA_F_NESTED, func() {
				r.U64(vlanRxBytes, 1<<40)
				r.U64(vlanRxPackets, 2)
				r.U64(vlanTxBytes, 3)
				r.U64(vlanTxPackets, 4)
			})
		})
	})
	vlanMessage(&s, 4, func(r *rtnl.Request) { entry(r, vlanUntagged, 100, 4094, func() { r.U8(entryState, 9) }) })
	vlanMessage(&s, 5, func(r *rtnl.Request) { entry(r, 0, 5, 0, nil) })
	return &s
}

func TestGoldenVLANEntries(t *testing.T) {
	bridgeTool().Golden(t, "testdata/vlan_entries.golden", vlanEntries(),
		"bridge -d vlan", "bridge -d -s vlan", "bridge -d -o vlan", "bridge -d -o -s vlan", "bridge -d -j vlan",
		"bridge -d -j -p -s vlan", "bridge -d vlan show dev v0", "bridge -d -j vlan show dev v0", "bridge -d vlan show vid 6",
		"bridge -d vlan show vid 1", "bridge -j -d vlan show vid 3", "bridge -color -d vlan", "bridge vlan global",
		"bridge -j vlan global", "bridge -d -b testdata/vlans.batch", "bridge -b testdata/filters.batch",
		"bridge -j -b testdata/filters.batch", "bridge -d -force -b testdata/vlans.batch")
}

func TestGoldenVLANGlobal(t *testing.T) {
	options := func(r *rtnl.Request, vid, last uint16, more func()) {
		objecttest.Nest(r, vlanGlobID|unix.NLA_F_NESTED, func() {
			r.U16(gopID, vid)
			if last != 0 {
				r.U16(gopRange, last)
			}
			for i, o := range globalOptions {
				switch o.bits {
				case 8:
					r.U8(o.attr, uint8(i))
				case 32:
					r.U32(o.attr, uint32(i))
				case 64:
					r.U64(o.attr, uint64(i)<<32)
				}
			}
			if more != nil {
				more()
			}
		})
	}
	routers := func(r *rtnl.Request, ports ...uint32) {
		objecttest.Nest(r, gopRouterPorts|unix.NLA_F_NESTED, func() {
			objecttest.Nest(r, mdbRouter|unix.NLA_F_NESTED, func() {
				for i, port := range ports {
					router(r, port, uint32(100*i), uint8(i))
				}
			})
		})
	}
	var s objecttest.Stream
	names(&s)
	vlanMessage(&s, 2, func(r *rtnl.Request) {
		options(r, 1, 0, func() { routers(r, 4, 5, 6) })
		options(r, 5, 10, nil)
		entry(r, 0, 7, 0, nil)
	})
	vlanMessage(&s, 3, func(r *rtnl.Request) {
		objecttest.Nest(r, vlanGlobID|unix.NLA_F_NESTED, func() { r.U16(gopID, 9) })
		options(r, 20, 30, func() { routers(r, 6) })
	})
	bridgeTool().Golden(t, "testdata/vlan_global.golden", &s,
		"bridge vlan global", "bridge vlan global show", "bridge -s vlan global list", "bridge -o vlan global", "bridge -o -s vlan global lst",
		"bridge -j vlan global", "bridge -j -p -s vlan global", "bridge -d vlan", "bridge -d -j vlan",
		"bridge vlan global show dev br1", "bridge -j vlan global show vid 7", "bridge vlan global show vid 25 dev br1",
		"bridge -color vlan global show vid 1")
}

// router appends a MDBA_ROUTER_PORT.
func router(r *rtnl.Request, port, timer uint32, typ uint8) {
	objecttest.Nest(r, 1, func() {
		r.Raw(native.AppendUint32(nil, port))
		r.U32(routerTimer, timer)
		r.U8(routerType, typ)
	})
}

func TestGoldenVLANStats(t *testing.T) {
	stats := func(s *objecttest.Stream, index uint32, attr uint16, rows ...[3]uint16) {
		h := native.AppendUint32(make([]byte, 4), index)
		r := rtnl.NewRequest(unix.RTM_NEWSTATS, 0)
		r.Body(native.AppendUint32(h, 1<<(attr-1)))
		objecttest.Nest(r, attr, func() {
			objecttest.Nest(r, xstatsBridge, func() {
				for _, row := range rows {
					var b []byte
					for i := range uint64(4) {
						b = native.AppendUint64(b, uint64(row[0])<<16+i)
					}
					b = native.AppendUint16(native.AppendUint16(b, row[1]), row[2])
					r.Attr(xstatsVLAN, append(b, 0, 0, 0, 0))
				}
			})
		})
		s.Add(r)
	}
	var s objecttest.Stream
	names(&s)
	stats(&s, 2, unix.IFLA_STATS_LINK_XSTATS, [3]uint16{1, 1, vlanMaster | vlanBrEntry | vlanPVID},
		[3]uint16{2, 5, vlanMaster}, [3]uint16{3, 6, vlanBrEntry})
	stats(&s, 4, unix.IFLA_STATS_LINK_XSTATS_SLAVE, [3]uint16{4, 1, vlanPVID | vlanUntagged}, [3]uint16{5, 5, 0})
	stats(&s, 5, unix.IFLA_STATS_LINK_XSTATS_SLAVE)
	bridgeTool().Golden(t, "testdata/vlan_stats.golden", &s,
		"bridge -s vlan", "bridge -s -o vlan", "bridge -s -j vlan", "bridge -s -j -p vlan", "bridge -s vlan show dev v0",
		"bridge -s vlan show vid 5", "bridge -s -j vlan show vid 99", "bridge -s vlan tunnelshow", "bridge -s -color vlan")
}
