package link

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// kindPrinter prints the attributes of a kind of link (IFLA_INFO_DATA), or of a
// port of one (IFLA_INFO_SLAVE_DATA). Where there are none, at is nil.
type kindPrinter func(v *View, p *printer.Printer, at rtnl.Attrs)

// printerOf finds the printer of a kind's attributes; nil for a kind that prints
// none.
func printerOf(kind string) kindPrinter {
	switch kind {
	case "bridge":
		return showBridge
	case "vxlan":
		return showVXLAN
	case "macvlan", "macvtap":
		return showMacvlan
	case "vlan":
		return showVLAN
	case "vrf":
		return showVRF
	case "bond":
		return showBond
	case "tun":
		return showTun
	}
	return printerOfRare(kind)
}

// printerOfRare goes on where printerOf ends.
func printerOfRare(kind string) kindPrinter {
	switch kind {
	case "ipvlan", "ipvtap":
		return showIPvlan
	case "gre", "gretap", "erspan":
		return showGRE
	case "ip6gre", "ip6gretap", "ip6erspan":
		return showGRE6
	case "ipip", "sit":
		return showIPTunnel
	case "ip6tnl":
		return showIP6Tunnel
	case "vti":
		return showVTI
	case "vti6":
		return showVTI6
	case "geneve":
		return showGeneve
	case "xfrm":
		return showXfrm
	case "hsr":
		return showHSR
	case "can":
		return showCAN
	case "macsec":
		return showMACsec
	case "bareudp":
		return showBareUDP
	case "amt":
		return showAMT
	case "gtp":
		return showGTP
	case "rmnet":
		return showRmnet
	case "ipoib":
		return showIPoIB
	case "dsa":
		return showDSA
	case "wwan":
		return showWWAN
	}
	return nil
}

// slavePrinterOf finds the printer for a port of a kind of master.
func slavePrinterOf(kind string) kindPrinter {
	switch kind {
	case "bridge":
		return showBridgeSlave
	case "bond":
		return showBondSlave
	case "vrf":
		return showVRFSlave
	}
	return nil
}

// kindAttrMax is more than the last attribute of any kind.
const kindAttrMax = 63

// linkInfo prints the lines of a link's kind and of its master's.
func (v *View) linkInfo(p *printer.Printer, b []byte) {
	var tb [unix.IFLA_INFO_SLAVE_DATA + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(b)
	p.OpenObject("linkinfo")
	if kind, ok := at.Bytes(unix.IFLA_INFO_KIND); ok {
		p.NL()
		p.Bytes(printer.None, "info_kind", "    %s ", kind)
		if show := printerOf(string(kind)); show != nil {
			v.kindData(p, show, "info_data", at.Get(unix.IFLA_INFO_DATA))
			if b := at.Get(unix.IFLA_INFO_XSTATS); b != nil && v.Opt.Stats > 0 && string(kind) == "can" {
				p.OpenObject("info_xstats")
				showCANStats(p, b)
				p.CloseObject()
			}
		}
	}
	if kind, ok := at.Bytes(unix.IFLA_INFO_SLAVE_KIND); ok {
		p.NL()
		p.Bytes(printer.None, "info_slave_kind", "    %s_slave ", kind)
		if show := slavePrinterOf(string(kind)); show != nil {
			v.kindData(p, show, "info_slave_data", at.Get(unix.IFLA_INFO_SLAVE_DATA))
		}
	}
	p.CloseObject()
}

func (v *View) kindData(p *printer.Printer, show kindPrinter, key string, b []byte) {
	p.OpenObject(key)
	if b == nil {
		show(v, p, nil)
	} else {
		var tb [kindAttrMax + 1][]byte
		at := rtnl.Attrs(tb[:])
		at.Parse(b)
		show(v, p, at)
	}
	p.CloseObject()
}

// fieldType says what an attribute holds and how it is printed.
type fieldType uint8

const (
	asU8       fieldType = iota // a number
	asU16                       //
	asU32                       //
	asU64                       //
	asS32                       // a number with a sign
	asBE16                      // a number in network order
	asHex16                     // 0x2a, in JSON "0x2a"
	asOnOff                     // a byte: on or off, in JSON a truth value
	asFlag                      // a byte: the text alone where it is not 0
	asEmpty                     // the text alone where the attribute is there
	asName                      // an interface, unless it is 0
	asProto                     // an Ethernet protocol in network order
	asLLAddr                    // a link-layer address, as of an Ethernet device
	asTicks                     // a timer in 1/100 s
	asBridgeID                  // a bridge id
)

// field is an attribute that is printed by itself, if it is there.
type field struct {
	attr      int
	is        fieldType
	key, text string
}

// fields prints the attributes of rows, in their order.
func (v *View) fields(p *printer.Printer, at rtnl.Attrs, rows []field) {
	for i := range rows {
		v.field(p, at, &rows[i])
	}
}

func (v *View) field(p *printer.Printer, at rtnl.Attrs, r *field) {
	if !at.Has(r.attr) {
		return
	}
	switch r.is {
	case asOnOff:
		if n, ok := at.U8(r.attr); ok {
			p.OnOff(r.key, r.text, n != 0)
		}
	case asFlag:
		if n, _ := at.U8(r.attr); n != 0 {
			p.Bool(r.key, r.text, true)
		}
	case asEmpty:
		p.Bool(r.key, r.text, true)
	case asName:
		if n, _ := at.S32(r.attr); n != 0 {
			p.String(r.key, r.text, v.Resolver.Name(n))
		}
	case asProto:
		if n, ok := at.BE16(r.attr); ok {
			p.String(r.key, r.text, v.Names.EtherProto(n))
		}
	case asLLAddr:
		p.Bytes(printer.None, r.key, r.text, v.llAddr(at.Get(r.attr), unix.ARPHRD_ETHER))
	case asBridgeID:
		v.bridgeID(p, r, at.Get(r.attr))
	case asTicks:
		if n, ok := at.U64(r.attr); ok {
			v.ticks(p, r, n)
		}
	default:
		numberField(p, at, r)
	}
}

// numberField prints the fields that are numbers.
func numberField(p *printer.Printer, at rtnl.Attrs, r *field) {
	var n uint64
	ok := false
	switch r.is {
	case asU8:
		var v uint8
		v, ok = at.U8(r.attr)
		n = uint64(v)
	case asU16, asHex16:
		var v uint16
		v, ok = at.U16(r.attr)
		n = uint64(v)
	case asU32:
		var v uint32
		v, ok = at.U32(r.attr)
		n = uint64(v)
	case asU64:
		n, ok = at.U64(r.attr)
	case asBE16:
		var v uint16
		v, ok = at.BE16(r.attr)
		n = uint64(v)
	case asS32:
		if v, ok := at.S32(r.attr); ok {
			p.Int(r.key, r.text, int64(v))
		}
	}
	switch {
	case !ok:
	case r.is == asHex16:
		p.Hex0x(r.key, r.text, n)
	default:
		p.Uint(r.key, r.text, n)
	}
}

// ticks prints a timer in seconds; the text has its
// whole seconds right-justified.
func (v *View) ticks(p *printer.Printer, r *field, ticks uint64) {
	width := timerWidth
	if p.JSON() {
		width = 0
	}
	v.buf = format.AppendTicks(v.buf[:0], ticks, width)
	p.Literal(r.key, r.text, v.buf)
}

// timerWidth is the width of the whole seconds of a timer.
const timerWidth = 4

// nameOf is the name of a number, "UNKNOWN" where it has none.
func nameOf(list []string, n uint32) string {
	if n < uint32(len(list)) {
		return list[n]
	}
	return "UNKNOWN"
}
