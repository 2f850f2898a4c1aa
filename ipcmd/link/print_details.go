package link

import (
	"bytes"
	"strconv"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/names"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
)

func appendUint(b []byte, n uint32) []byte { return strconv.AppendUint(b, uint64(n), 10) }

// linkLayer prints the line with the type of the link and its addresses.
func (v *View) linkLayer(p *printer.Printer, i info, at rtnl.Attrs) {
	p.NL()
	p.String("link_type", "    link/%s ", v.Names.LinkType(i.typ))
	own := at.Get(unix.IFLA_ADDRESS)
	if own != nil {
		p.Bytes(printer.MAC, "address", "%s", v.llAddr(own, i.typ))
	}
	if a := at.Get(unix.IFLA_BROADCAST); a != nil {
		broadcast(p, i)
		p.Bytes(printer.MAC, "broadcast", "%s", v.llAddr(a, i.typ))
	}
	if a := at.Get(unix.IFLA_PERM_ADDRESS); a != nil && (own == nil || !bytes.Equal(a, own)) {
		p.Text(" permaddr ")
		p.Bytes(printer.MAC, "permaddr", "%s", v.llAddr(a, i.typ))
	}
}

// broadcast prints what stands before the broadcast address, which on a
// point-to-point link is the peer's.
func broadcast(p *printer.Printer, i info) {
	switch {
	case i.flags&unix.IFF_POINTOPOINT == 0:
		p.Text(" brd ")
	case p.JSON():
		p.Bool("link_pointtopoint", "", true)
	default:
		p.Text(" peer ")
	}
}

// namespaces prints the namespaces of the other end of the link and of where
// the link has moved to.
func (v *View) namespaces(p *printer.Printer, at rtnl.Attrs) {
	if id, ok := at.S32(unix.IFLA_LINK_NETNSID); ok {
		switch {
		case p.JSON():
			p.Int("link_netnsid", "", int64(id))
		case id < 0:
			p.Text(" link-netnsid unknown")
		default:
			v.netns(p, " link-netns", id)
		}
	}
	if p.JSON() {
		return
	}
	if id, ok := at.S32(unix.IFLA_NEW_NETNSID); ok {
		v.netns(p, " new-netns", id)
	}
	if index, ok := at.S32(unix.IFLA_NEW_IFINDEX); ok {
		p.Int("", " new-ifindex %d", int64(index))
	}
}

// netns prints a namespace by its name, if it has one, or by its id.
func (v *View) netns(p *printer.Printer, key string, id int32) {
	p.Text(key)
	name := ""
	if id >= 0 {
		name = v.Resolver.Netns(id)
	}
	if name != "" {
		p.String("", " %s", name)
	} else {
		p.Int("", "id %d", int64(id))
	}
}

// protodown prints whether the link is held down, and by whom. iproute2 looks
// for the reasons only where the link has a broadcast address, and reads 8 bits
// of them.
func (v *View) protodown(p *printer.Printer, at rtnl.Attrs) {
	if on, _ := at.U8(unix.IFLA_PROTO_DOWN); on != 0 {
		p.Bool("proto_down", " protodown on ", true)
	}
	var tb [unix.IFLA_PROTO_DOWN_REASON_MAX + 1][]byte
	sub := rtnl.Attrs(tb[:])
	if !at.Nested(unix.IFLA_PROTO_DOWN_REASON, sub) || !at.Has(unix.IFLA_BROADCAST) {
		return
	}
	reasons, _ := sub.U8(unix.IFLA_PROTO_DOWN_REASON_VALUE)
	if reasons == 0 {
		return
	}
	p.OpenArray("proto_down_reason", "protodown_reason <")
	form := "%s"
	for bit := range uint8(8) {
		if reasons&(1<<bit) != 0 {
			p.String("", form, v.Names.ProtodownReason(bit))
			form = ",%s"
		}
	}
	p.CloseArray(">")
}

// numberRow is an attribute of 32 bits that -details prints.
type numberRow struct {
	attr      int
	key, text string
}

var (
	numbersBefore = [...]numberRow{
		{unix.IFLA_PROMISCUITY, "promiscuity", " promiscuity %u "},
		{unix.IFLA_ALLMULTI, "allmulti", " allmulti %u "},
		{unix.IFLA_MIN_MTU, "min_mtu", "minmtu %u "},
		{unix.IFLA_MAX_MTU, "max_mtu", "maxmtu %u "},
	}
	numbersAfter = [...]numberRow{
		{unix.IFLA_NUM_TX_QUEUES, "num_tx_queues", "numtxqueues %u "},
		{unix.IFLA_NUM_RX_QUEUES, "num_rx_queues", "numrxqueues %u "},
		{unix.IFLA_GSO_MAX_SIZE, "gso_max_size", "gso_max_size %u "},
		{unix.IFLA_GSO_MAX_SEGS, "gso_max_segs", "gso_max_segs %u "},
		{unix.IFLA_TSO_MAX_SIZE, "tso_max_size", "tso_max_size %u "},
		{unix.IFLA_TSO_MAX_SEGS, "tso_max_segs", "tso_max_segs %u "},
		{unix.IFLA_GRO_MAX_SIZE, "gro_max_size", "gro_max_size %u "},
	}
)

func numbers(p *printer.Printer, at rtnl.Attrs, rows []numberRow) {
	for i := range rows {
		r := &rows[i]
		if n, ok := at.U32(r.attr); ok {
			p.Uint(r.key, r.text, uint64(n))
		}
	}
}

// details prints what -details adds to the line of the link layer, and the
// lines of the link's kind.
func (v *View) details(p *printer.Printer, at rtnl.Attrs) {
	numbers(p, at, numbersBefore[:])
	if b := at.Get(unix.IFLA_LINKINFO); b != nil {
		v.linkInfo(p, b)
	}
	if b := at.Get(unix.IFLA_AF_SPEC); b != nil && v.Link {
		addrGenMode(p, b)
	}
	numbers(p, at, numbersAfter[:])
	if b, ok := at.Bytes(unix.IFLA_PHYS_PORT_NAME); ok {
		p.Bytes(printer.None, "phys_port_name", "portname %s ", b)
	}
	if b := at.Get(unix.IFLA_PHYS_PORT_ID); b != nil {
		p.Bytes(printer.None, "phys_port_id", "portid %s ", v.hex(b))
	}
	if b := at.Get(unix.IFLA_PHYS_SWITCH_ID); b != nil {
		p.Bytes(printer.None, "phys_switch_id", "switchid %s ", v.hex(b))
	}
	if b, ok := at.Bytes(unix.IFLA_PARENT_DEV_BUS_NAME); ok {
		p.Bytes(printer.None, "parentbus", "parentbus %s ", b)
	}
	if b, ok := at.Bytes(unix.IFLA_PARENT_DEV_NAME); ok {
		p.Bytes(printer.None, "parentdev", "parentdev %s ", b)
	}
}

// addrGenMode prints how the link generates its IPv6 addresses.
func addrGenMode(p *printer.Printer, spec []byte) {
	for typ, b := range rtnl.All(spec) {
		if typ != unix.AF_INET6 {
			continue
		}
		var tb [unix.IFLA_INET6_ADDR_GEN_MODE + 1][]byte
		sub := rtnl.Attrs(tb[:])
		sub.Parse(b)
		mode, ok := sub.U8(unix.IFLA_INET6_ADDR_GEN_MODE)
		if !ok {
			return
		}
		name, ok := names.AddrGenMode(mode)
		if !ok {
			name = "0x" + strconv.FormatUint(uint64(mode)|1<<8, 16)[1:]
		}
		p.String("inet6_addr_gen_mode", "addrgenmode %s ", name)
		return
	}
}

// extras prints the alias, the programs, the statistics and the virtual
// functions. truncated tells that not all of these came.
func (v *View) extras(p *printer.Printer, i info, at rtnl.Attrs) (truncated bool) {
	if v.Link || v.Opt.Details > 0 {
		if alias, ok := at.Bytes(unix.IFLA_IFALIAS); ok {
			p.NL()
			p.Text("    ")
			p.Bytes(printer.None, "ifalias", "alias %s", alias)
		}
		if b := at.Get(unix.IFLA_XDP); b != nil {
			v.xdp(p, b, true, true)
		}
	}
	if v.Link && v.Opt.Stats > 0 {
		p.NL()
		v.Stats(p, at)
	}
	if v.Link || v.Opt.Details > 0 {
		return v.virtualFunctions(p, i, at)
	}
	return false
}
