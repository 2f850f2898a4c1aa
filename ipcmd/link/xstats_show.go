package link

import (
	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// The extended statistics of RTM_GETSTATS (linux/if_link.h). Their texts are
// indented by blanks where the name of the interface stands on another line.

const xstatsIndent = "                    "

// Stats64 prints a struct rtnl_link_stats64 without a newline at its end: an
// object "stats64" in JSON. Missing counters are 0.
func (v *View) Stats64(p *printer.Printer, b []byte) {
	var c counters
	for i := 0; i < len(c) && len(b) >= 8; i, b = i+1, b[8:] {
		c[i] = native.Uint64(b)
	}
	if p.JSON() {
		p.OpenObject("stats64")
		statsJSON(p, &c, 0, false, v.Opt.Stats > 1)
		p.CloseObject()
		return
	}
	t := statsTable{v: v, p: p, c: &c}
	t.print()
}

// shortCounters are the counters of a struct rtnl_hw_stats64 or of a struct
// mpls_link_stats, which share an order.
type shortCounters [9]uint64

// The columns of received and sent packets.
var (
	shortRx = [...]int{2, 0, 4, 6, 8} // bytes, packets, errors, dropped, other
	shortTx = [...]int{3, 1, 5, 7}
)

// ShortStats prints counters of hardware or of MPLS: last is the name of the
// last of them, key that in JSON. Nothing is printed around them.
func (v *View) ShortStats(p *printer.Printer, b []byte, last, key string) {
	v.shortStats(p, b, last, key, "    ")
}

// shortStats is ShortStats with another indent of the lines.
func (v *View) shortStats(p *printer.Printer, b []byte, last, key, indent string) {
	var c shortCounters
	for i := 0; i < len(c) && len(b) >= 8; i, b = i+1, b[8:] {
		c[i] = native.Uint64(b)
	}
	if p.JSON() {
		keys := [...]string{"bytes", "packets", "errors", "dropped", key}
		object := func(name string, columns []int) {
			p.OpenObject(name)
			for i, n := range columns {
				p.Uint(keys[i], "", c[n])
			}
			p.CloseObject()
		}
		object("rx", shortRx[:])
		object("tx", shortTx[:])
		return
	}
	heads := [...]string{"bytes", "packets", "errors", "dropped", last}
	width := [...]int{len("*X: bytes"), len("packets"), len("errors"), len("dropped"), len("overrun")}
	if !v.Opt.Human {
		for i, n := range shortRx {
			width[i] = max(width[i], decimals(c[n]))
		}
		for i, n := range shortTx {
			width[i] = max(width[i], decimals(c[n]))
		}
	}
	line := func(label string, columns []int) {
		t := append(append(v.buf[:0], indent...), label...)
		t = format.AppendRight(t, heads[0], width[0]-4)
		for i := 1; i < len(columns); i++ {
			t = format.AppendRight(append(t, ' '), heads[i], width[i])
		}
		p.Bytes(printer.None, "", "%s", t)
		p.NL()
		t = append(t[:0], indent...)
		for i, n := range columns {
			t = append(format.AppendCountRight(t, c[n], v.scale(), width[i]), ' ')
		}
		p.Bytes(printer.None, "", "%s", t)
		v.buf = t
	}
	line("RX: ", shortRx[:])
	p.NL()
	line("TX: ", shortTx[:])
}

// xcounter is one number of extended statistics: the place of a counter, its
// member in JSON and its text.
type xcounter struct {
	at        int
	key, text string
}

// xgroup are numbers that are an object in JSON if it has a key. Their text
// begins with head; so does a line with every break.
type xgroup struct {
	key, head string
	counters  []xcounter
}

// bridgeMulticast are the counters of struct br_mcast_stats
// (linux/if_bridge.h).
var bridgeMulticast = [...]xgroup{
	{"igmp_queries", "    IGMP queries:\n", []xcounter{
		{0, "rx_v1", xstatsIndent + "  RX: v1 %u "}, {2, "rx_v2", "v2 %u "}, {4, "rx_v3", "v3 %u\n"},
		{1, "tx_v1", xstatsIndent + "  TX: v1 %u "}, {3, "tx_v2", "v2 %u "}, {5, "tx_v3", "v3 %u\n"},
	}},
	{"igmp_reports", "    IGMP reports:\n", []xcounter{
		{8, "rx_v1", xstatsIndent + "  RX: v1 %u "}, {10, "rx_v2", "v2 %u "}, {12, "rx_v3", "v3 %u\n"},
		{9, "tx_v1", xstatsIndent + "  TX: v1 %u "}, {11, "tx_v2", "v2 %u "}, {13, "tx_v3", "v3 %u\n"},
	}},
	{"igmp_leaves", "    IGMP leaves: ", []xcounter{{6, "rx", "RX: %u "}, {7, "tx", "TX: %u\n"}}},
	{"", "    IGMP parse errors: ", []xcounter{{14, "igmp_parse_errors", "%u\n"}}},
	{"mld_queries", "    MLD queries:\n", []xcounter{
		{15, "rx_v1", xstatsIndent + "  RX: v1 %u "}, {17, "rx_v2", "v2 %u\n"},
		{16, "tx_v1", xstatsIndent + "  TX: v1 %u "}, {18, "tx_v2", "v2 %u\n"},
	}},
	{"mld_reports", "    MLD reports:\n", []xcounter{
		{21, "rx_v1", xstatsIndent + "  RX: v1 %u "}, {23, "rx_v2", "v2 %u\n"},
		{22, "tx_v1", xstatsIndent + "  TX: v1 %u "}, {24, "tx_v2", "v2 %u\n"},
	}},
	{"mld_leaves", "    MLD leaves: ", []xcounter{{19, "rx", "RX: %u "}, {20, "tx", "TX: %u\n"}}},
	{"", "    MLD parse errors: ", []xcounter{{25, "mld_parse_errors", "%u\n"}}},
}

// bridgeSTP are the counters of struct bridge_stp_xstats.
var bridgeSTP = [...]xgroup{
	{"", "    STP BPDU:  ", []xcounter{{2, "rx_bpdu", "RX: %u "}, {3, "tx_bpdu", "TX: %u\n"}}},
	{"", "    STP TCN:   ", []xcounter{{4, "rx_tcn", "RX: %u "}, {5, "tx_tcn", "TX: %u\n"}}},
	{"", "    STP Transitions: ", []xcounter{{0, "transition_blk", "Blocked: %u "}, {1, "transition_fwd", "Forwarding: %u\n"}}},
}

// nameBlanks stand where the lines below a name begin.
const nameBlanks = "                "

func printGroups(p *printer.Printer, key string, groups []xgroup, b []byte) {
	counter := func(i int) uint64 {
		if len(b) < 8*(i+1) {
			return 0
		}
		return native.Uint64(b[8*i:])
	}
	p.OpenObject(key)
	for i := range groups {
		g := &groups[i]
		if g.key != "" {
			p.OpenObject(g.key)
		}
		p.Text(nameBlanks)
		p.Text(g.head)
		for _, c := range g.counters {
			p.Uint(c.key, c.text, counter(c.at))
		}
		if g.key != "" {
			p.CloseObject()
		}
	}
	p.CloseObject()
}

// BridgeMulticastStats prints a struct br_mcast_stats.
func BridgeMulticastStats(p *printer.Printer, b []byte) {
	printGroups(p, "multicast", bridgeMulticast[:], b)
}

// BridgeSTPStats prints a struct bridge_stp_xstats.
func BridgeSTPStats(p *printer.Printer, b []byte) { printGroups(p, "stp", bridgeSTP[:], b) }

// bondLACP are the attributes of 802.3ad, BOND_3AD_STAT_* of linux/if_bonding.h,
// by their number.
var bondLACP = [...]struct{ key, text string }{
	{"lacpdu_rx", "LACPDU Rx %u\n"},
	{"lacpdu_tx", "LACPDU Tx %u\n"},
	{"lacpdu_unknown_rx", "LACPDU Unknown type Rx %u\n"},
	{"lacpdu_illegal_rx", "LACPDU Illegal Rx %u\n"},
	{"marker_rx", "Marker Rx %u\n"},
	{"marker_tx", "Marker Tx %u\n"},
	{"marker_response_rx", "Marker response Rx %u\n"},
	{"marker_response_tx", "Marker response Tx %u\n"},
	{"marker_unknown_rx", "Marker unknown type Rx %u\n"},
}

// BondLACPStats prints the statistics of 802.3ad of a bond, which are attributes.
func BondLACPStats(p *printer.Printer, b []byte) {
	var tb [len(bondLACP)][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(b)
	p.OpenObject("802.3ad")
	for i := range bondLACP {
		if n, ok := at.U64(i); ok {
			p.Text(xstatsIndent)
			p.Uint(bondLACP[i].key, bondLACP[i].text, n)
		}
	}
	p.CloseObject()
}
