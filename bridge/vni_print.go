package bridge

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// printVNIs prints a message RTM_NEWTUNNEL or RTM_DELTUNNEL, if the filter means
// its device.
func (t *tool) printVNIs(p *printer.Printer, m *rtnl.Msg) error {
	if len(m.Data) < headerSize {
		return tooShort(m, headerSize)
	}
	index := int32(native.Uint32(m.Data[4:]))
	if m.Data[0] != unix.AF_BRIDGE || t.vniIndex != 0 && t.vniIndex != index {
		return nil
	}
	t.head(p, "[TUNNEL]")
	if m.Type == unix.RTM_DELTUNNEL {
		p.Text("Deleted ")
	}
	opened := false
	for typ, v := range rtnl.All(m.Data[headerSize:]) {
		if typ != vniFilterEntry {
			continue
		}
		t.nextOfPort(p, &opened, index, "vnis")
		p.OpenObject("")
		printVNI(p, v)
		p.CloseObject()
		p.NL()
	}
	if opened {
		closePort(p)
	}
	p.NL()
	p.EndRecord()
	return nil
}

// printVNI prints a network, or a range of them.
func printVNI(p *printer.Printer, b []byte) {
	var tb [vniStats + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(b)
	first, _ := at.U32(vniStart)
	last, _ := at.U32(vniEnd)
	if last == 0 {
		p.Uint("vni", " %-14u", uint64(first))
	} else {
		p.Uint("vni", " %u", uint64(first))
		if first != last {
			p.Uint("vniEnd", "-%-14u ", uint64(last))
		}
	}
	if group := at.Get(vniGroup); group != nil {
		printRemote(p, format.FamilyInet, group)
	} else if group := at.Get(vniGroup6); group != nil {
		printRemote(p, format.FamilyInet6, group)
	}
	if stats := at.Get(vniStats); stats != nil {
		printVNIStats(p, stats)
	}
}

// printRemote prints where frames of the network go, unless that is nowhere.
func printRemote(p *printer.Printer, family int, addr []byte) {
	size := format.FamilyBits(family) / 8
	if len(addr) < size {
		return
	}
	remote := format.Prefix{Family: family, Addr: addr[:size]}
	if remote.IsUnspecified() {
		return
	}
	key := "remote"
	if remote.IsMulticast() {
		key = "group"
	}
	var b [64]byte
	p.Bytes(printer.None, key, " %s", format.AppendAddr(b[:0], family, remote.Addr))
}

// vniCounters are VNIFILTER_ENTRY_STATS_* of linux/if_link.h from 1 on: four of
// what was received, then four of what was sent.
var vniCounters = [...]struct{ key, text string }{
	{"rx_bytes", "bytes %u "}, {"rx_pkts", "pkts %u "}, {"rx_drops", "drops %u "}, {"rx_errors", "errors %u "},
	{"tx_bytes", "bytes %u "}, {"tx_pkts", "pkts %u "}, {"tx_drops", "drops %u "}, {"tx_errors", "errors %u "},
}

func printVNIStats(p *printer.Printer, b []byte) {
	var tb [len(vniCounters) + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(b)
	p.OpenObject("stats")
	for i := range vniCounters {
		switch i {
		case 0:
			p.NL()
			p.Text(nextVLAN + " RX: ")
		case len(vniCounters) / 2:
			p.NL()
			p.Text(nextVLAN + " TX: ")
		}
		if v, ok := at.U64(i + 1); ok {
			p.Uint(vniCounters[i].key, vniCounters[i].text, v)
		}
	}
	p.CloseObject()
}
