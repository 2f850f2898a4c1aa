package stats

import (
	"strconv"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/link"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// Constants of linux/rtnetlink.h, linux/if_link.h and linux/if_bridge.h that
// x/sys lacks.
const (
	headerSize = 12 // struct if_stats_msg

	setStats   = 95 // RTM_SETSTATS
	getFilters = 1  // IFLA_STATS_GET_FILTERS
	setL3Stats = 2  // IFLA_STATS_SET_OFFLOAD_XSTATS_L3_STATS

	attrLink64   = 1 // IFLA_STATS_LINK_64
	attrXstats   = 2 // IFLA_STATS_LINK_XSTATS
	attrSlave    = 3 // IFLA_STATS_LINK_XSTATS_SLAVE
	attrOffload  = 4 // IFLA_STATS_LINK_OFFLOAD_XSTATS
	attrFamilies = 5 // IFLA_STATS_AF_SPEC

	offloadCPUHit = 1 // IFLA_OFFLOAD_XSTATS_CPU_HIT
	offloadInfo   = 2 // IFLA_OFFLOAD_XSTATS_HW_S_INFO
	offloadL3     = 3 // IFLA_OFFLOAD_XSTATS_L3_STATS

	infoRequest = 1 // IFLA_OFFLOAD_XSTATS_HW_S_INFO_REQUEST
	infoUsed    = 2 // IFLA_OFFLOAD_XSTATS_HW_S_INFO_USED

	xstatsBridge    = 1 // LINK_XSTATS_TYPE_BRIDGE
	xstatsBond      = 2 // LINK_XSTATS_TYPE_BOND
	bridgeMulticast = 2 // BRIDGE_XSTATS_MCAST
	bridgeSTP       = 4 // BRIDGE_XSTATS_STP
	bondLACP        = 1 // BOND_XSTATS_3AD
	mplsLink        = 1 // MPLS_STATS_LINK
)

// printing prints the statistics of messages, one after the other.
type printing struct {
	p    *printer.Printer
	v    *link.View
	name func(index int32) string
	warn func(line string)
	at   rtnl.Attrs
	tb   [attrFamilies + 1][]byte
}

func newPrinting(c *object.Context, p *printer.Printer) *printing {
	return &printing{p: p, v: link.NewView(c, unix.AF_UNSPEC), name: c.Links().Name, warn: c.Warn}
}

// Print prints a message about statistics of hardware that were turned on or
// off, for monitors of changes, and tells whether it was one.
func Print(c *object.Context, p *printer.Printer, m *rtnl.Msg) bool {
	return newPrinting(c, p).message(m, []leaf{{print: printInfo}})
}

// message prints what a message has of the kinds. It is false for one that is
// too short, which is reported.
func (pr *printing) message(m *rtnl.Msg, kinds []leaf) bool {
	if len(m.Data) < headerSize {
		pr.warn("BUG: wrong nlmsg len " + strconv.Itoa(len(m.Data)-headerSize))
		return false
	}
	index := int32(native.Uint32(m.Data[4:]))
	name := pr.name(index)
	pr.at = rtnl.Attrs(pr.tb[:])
	pr.at.Parse(m.Data[headerSize:])
	p := pr.p
	for i := range kinds {
		p.OpenObject("")
		p.Int("ifindex", "%d:", int64(index))
		p.ColorString(printer.Ifname, "ifname", " %s:", name)
		for level, word := range kinds[i].path {
			p.String(levels[level], " "+levels[level]+" %s", word)
		}
		kinds[i].print(pr)
		p.CloseObject()
		p.NL()
		p.EndRecord()
	}
	return true
}

// nested finds an attribute within another, nil if it is not there.
func (pr *printing) nested(group, attr int) []byte { return find(pr.at.Get(group), attr) }

// find finds the first attribute of a type in b, nil if there is none.
func find(b []byte, attr int) []byte {
	for typ, v := range rtnl.All(b) {
		if int(typ) == attr {
			return v
		}
	}
	return nil
}

func printLink(pr *printing) {
	pr.p.NL()
	if b := pr.at.Get(attrLink64); b != nil {
		pr.v.Stats64(pr.p, b)
	}
}

func printCPUHit(pr *printing) {
	pr.p.NL()
	if b := pr.nested(attrOffload, offloadCPUHit); b != nil {
		pr.v.Stats64(pr.p, b)
	}
}

func printMPLS(pr *printing) {
	b := find(pr.nested(attrFamilies, unix.AF_MPLS), mplsLink)
	if b == nil {
		return
	}
	pr.p.NL()
	pr.p.OpenObject("mpls_stats")
	pr.v.ShortStats(pr.p, b, "noroute", "noroute")
	pr.p.CloseObject()
}

// printInfo prints which statistics of hardware are wanted and in use.
func printInfo(pr *printing) {
	info := pr.nested(attrOffload, offloadInfo)
	if info == nil {
		return
	}
	pr.p.NL()
	pr.p.OpenObject("info")
	if b := find(info, offloadL3); b != nil {
		pr.p.Text("    l3_stats")
		pr.p.OpenObject("l3_stats")
		pr.info(b)
		pr.p.CloseObject()
	}
	pr.p.CloseObject()
}

func (pr *printing) info(b []byte) {
	onOff := func(attr int, key, text string) {
		if v := find(b, attr); len(v) > 0 {
			pr.p.OnOff(key, text, v[0] != 0)
		}
	}
	onOff(infoRequest, "request", " %s")
	onOff(infoUsed, "used", " used %s")
}

// printL3 prints the statistics of hardware that routes.
func printL3(pr *printing) {
	info := pr.nested(attrOffload, offloadInfo)
	if info == nil {
		return
	}
	pr.p.OpenObject("info")
	pr.info(find(info, offloadL3))
	pr.p.CloseObject()
	if b := pr.nested(attrOffload, offloadL3); b != nil {
		pr.p.NL()
		pr.p.OpenObject("stats64")
		pr.v.ShortStats(pr.p, b, "mcast", "multicast")
		pr.p.CloseObject()
	}
}

// printBridge prints a suite of a bridge, or of its port.
func printBridge(group, suite int) func(*printing) {
	return func(pr *printing) {
		b := find(pr.nested(group, xstatsBridge), suite)
		if b == nil {
			return
		}
		pr.p.NL()
		if suite == bridgeSTP {
			link.BridgeSTPStats(pr.p, b)
		} else {
			link.BridgeMulticastStats(pr.p, b)
		}
	}
}

// printBond prints the suite of a bond, or of its port.
func printBond(group int) func(*printing) {
	return func(pr *printing) {
		if b := find(pr.nested(group, xstatsBond), bondLACP); b != nil {
			pr.p.NL()
			link.BondLACPStats(pr.p, b)
		}
	}
}
