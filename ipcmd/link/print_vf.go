package link

import (
	"encoding/binary"
	"strconv"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// virtualFunctions prints the virtual functions (SR-IOV) of a link. truncated
// tells that the message has not as many as it says.
func (v *View) virtualFunctions(p *printer.Printer, i info, at rtnl.Attrs) (truncated bool) {
	list := at.Get(unix.IFLA_VFINFO_LIST)
	total, ok := at.U32(unix.IFLA_NUM_VF)
	if list == nil || !ok {
		return false
	}
	count := uint32(0)
	p.OpenArray("vfinfo_list", "")
	for typ, b := range rtnl.All(list) {
		p.OpenObject("")
		if typ == unix.IFLA_VF_INFO {
			v.virtualFunction(p, i, b)
		} else {
			v.Warn("BUG: rta type is " + strconv.Itoa(int(typ)))
		}
		p.CloseObject()
		count++
	}
	p.CloseArray("")
	return count != total
}

// word reads the i-th number of 32 bits of a struct; 0 where it ends before.
func word(b []byte, i int) uint32 {
	if len(b) < 4*i+4 {
		return 0
	}
	return native.Uint32(b[4*i:])
}

// virtualFunction prints one virtual function. The payloads are the structs
// ifla_vf_* of linux/if_link.h, which all begin with the function's number but
// for the broadcast address.
func (v *View) virtualFunction(p *printer.Printer, i info, b []byte) {
	var tb [unix.IFLA_VF_BROADCAST + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(b)

	mac := at.Get(unix.IFLA_VF_MAC)
	p.NL()
	p.Text("    ")
	p.Int("vf", "vf %d ", int64(int32(word(mac, 0))))
	p.String("link_type", "    link/%s ", v.Names.LinkType(i.typ))
	if len(mac) >= 4 {
		p.Bytes(printer.MAC, "address", "%s", v.llAddr(vfAddr(mac[4:], i.typ), i.typ))
	}
	if a := at.Get(unix.IFLA_VF_BROADCAST); a != nil {
		broadcast(p, i)
		p.Bytes(printer.MAC, "broadcast", "%s", v.llAddr(vfAddr(a, i.typ), i.typ))
	}
	v.vfVLANs(p, at)
	if rate := word(at.Get(unix.IFLA_VF_TX_RATE), 1); rate != 0 {
		p.Uint("tx_rate", ", tx rate %u (Mbps)", uint64(rate))
	}
	if b := at.Get(unix.IFLA_VF_RATE); b != nil {
		printVFRate(p, word(b, 1), word(b, 2))
	}
	printVFSwitch(p, at, unix.IFLA_VF_SPOOFCHK, "spoofchk", ", spoof checking")
	v.vfGUID(p, at.Get(unix.IFLA_VF_IB_NODE_GUID), "node guid", ", NODE_GUID %s")
	v.vfGUID(p, at.Get(unix.IFLA_VF_IB_PORT_GUID), "port guid", ", PORT_GUID %s")
	if b := at.Get(unix.IFLA_VF_LINK_STATE); b != nil {
		p.String("link_state", ", link-state %s", vfLinkState(word(b, 1)))
	}
	printVFSwitch(p, at, unix.IFLA_VF_TRUST, "trust", ", trust")
	printVFSwitch(p, at, unix.IFLA_VF_RSS_QUERY_EN, "query_rss_en", ", query_rss")
	if b := at.Get(unix.IFLA_VF_STATS); b != nil && v.Opt.Stats > 0 {
		v.vfStats(p, b)
	}
}

// Lengths of link-layer addresses: the message has room for longer ones.
const (
	etherLen      = 6
	infinibandLen = 20
)

func vfAddr(a []byte, arphrd uint16) []byte {
	n := infinibandLen
	if arphrd == unix.ARPHRD_ETHER {
		n = etherLen
	}
	return a[:min(n, len(a))]
}

func (v *View) vfVLANs(p *printer.Printer, at rtnl.Attrs) {
	list := at.Get(unix.IFLA_VF_VLAN_LIST)
	if list == nil {
		printVFVLAN(p, at.Get(unix.IFLA_VF_VLAN))
		return
	}
	p.OpenArray("vlan_list", "")
	for _, b := range rtnl.All(list) {
		p.OpenObject("")
		printVFVLAN(p, b)
		if len(b) >= 14 {
			proto := binary.BigEndian.Uint16(b[12:])
			if proto != 0 && proto != unix.ETH_P_8021Q {
				p.String("protocol", ", vlan protocol %s", v.Names.EtherProto(proto))
			}
		}
		p.CloseObject()
	}
	p.CloseArray("")
}

func printVFVLAN(p *printer.Printer, b []byte) {
	if vlan := int32(word(b, 1)); vlan != 0 {
		p.Int("vlan", ", vlan %d", int64(vlan))
	}
	if qos := int32(word(b, 2)); qos != 0 {
		p.Int("qos", ", qos %d", int64(qos))
	}
}

func printVFRate(p *printer.Printer, least, most uint32) {
	if p.JSON() {
		p.OpenObject("rate")
		p.Uint("max_tx", "", uint64(most))
		p.Uint("min_tx", "", uint64(least))
		p.CloseObject()
		return
	}
	if most != 0 {
		p.Uint("", ", max_tx_rate %uMbps", uint64(most))
	}
	if least != 0 {
		p.Uint("", ", min_tx_rate %uMbps", uint64(least))
	}
}

// printVFSwitch prints a setting that is on or off, or that the device has not.
func printVFSwitch(p *printer.Printer, at rtnl.Attrs, attr int, key, text string) {
	b := at.Get(attr)
	setting := word(b, 1)
	if b == nil || setting == 1<<32-1 {
		return
	}
	if p.JSON() {
		p.Bool(key, "", setting != 0)
		return
	}
	p.Text(text)
	p.OnOff("", " %s", setting != 0)
}

func (v *View) vfGUID(p *printer.Printer, b []byte, key, text string) {
	if len(b) < 16 {
		return
	}
	guid := binary.BigEndian.AppendUint64(nil, native.Uint64(b[8:]))
	v.buf = format.AppendMAC(v.buf[:0], guid)
	p.Bytes(printer.None, key, text, v.buf)
}

func vfLinkState(state uint32) string {
	switch state {
	case unix.IFLA_VF_LINK_STATE_AUTO:
		return "auto"
	case unix.IFLA_VF_LINK_STATE_ENABLE:
		return "enable"
	}
	return "disable"
}

// vfStats prints the statistics of a virtual function.
func (v *View) vfStats(p *printer.Printer, b []byte) {
	var tb [unix.IFLA_VF_STATS_TX_DROPPED + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(b)
	count := func(key string, attr, width int) {
		n, _ := at.U64(attr)
		if p.JSON() {
			p.Uint(key, "", n)
			return
		}
		v.buf = append(format.AppendCountRight(v.buf[:0], n, v.scale(), width), ' ')
		p.Bytes(printer.None, "", "%s", v.buf)
	}
	p.OpenObject("stats")
	dropped := at.Has(unix.IFLA_VF_STATS_RX_DROPPED)
	printVFStatsHead(p, "    RX: bytes  packets  mcast   bcast ", dropped)
	p.OpenObject("rx")
	count("bytes", unix.IFLA_VF_STATS_RX_BYTES, 10)
	count("packets", unix.IFLA_VF_STATS_RX_PACKETS, 8)
	count("multicast", unix.IFLA_VF_STATS_MULTICAST, 7)
	count("broadcast", unix.IFLA_VF_STATS_BROADCAST, 7)
	if dropped {
		count("dropped", unix.IFLA_VF_STATS_RX_DROPPED, 8)
	}
	p.CloseObject()
	dropped = at.Has(unix.IFLA_VF_STATS_TX_DROPPED)
	printVFStatsHead(p, "    TX: bytes  packets ", dropped)
	p.OpenObject("tx")
	count("tx_bytes", unix.IFLA_VF_STATS_TX_BYTES, 10)
	count("tx_packets", unix.IFLA_VF_STATS_TX_PACKETS, 8)
	if dropped {
		count("dropped", unix.IFLA_VF_STATS_TX_DROPPED, 8)
	}
	p.CloseObject()
	p.CloseObject()
}

func printVFStatsHead(p *printer.Printer, head string, dropped bool) {
	p.NL()
	p.Text(head)
	if dropped {
		p.Text("  dropped ")
	}
	p.NL()
	p.Text("    ")
}
