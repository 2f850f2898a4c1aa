package link

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// vlanFlagNames are the flags of a VLAN in the order of printing.
var vlanFlagNames = [...]bitName{
	{vlanReorderHdr, "REORDER_HDR"}, {vlanGVRP, "GVRP"}, {vlanMVRP, "MVRP"},
	{vlanLooseBinding, "LOOSE_BINDING"}, {vlanBridgeBinding, "BRIDGE_BINDING"},
}

// showVLAN prints a VLAN (IEEE 802.1Q).
func showVLAN(v *View, p *printer.Printer, at rtnl.Attrs) {
	proto, hasProto := at.BE16(unix.IFLA_VLAN_PROTOCOL)
	id, hasID := at.U16(unix.IFLA_VLAN_ID)
	if !hasID || at.Has(unix.IFLA_VLAN_PROTOCOL) && !hasProto {
		return
	}
	name := "802.1q"
	if hasProto {
		name = v.Names.EtherProto(proto)
	}
	p.String("protocol", "protocol %s ", name)
	p.Uint("id", "id %u ", uint64(id))
	if b := at.Get(unix.IFLA_VLAN_FLAGS); b != nil {
		if len(b) < 8 {
			return
		}
		p.OpenArray("flags", "<")
		if rest := bitNames(p, word(b, 0), vlanFlagNames[:]); rest != 0 {
			p.Hex("", "%x", uint64(rest))
		}
		p.CloseArray("> ")
	}
	vlanMap(p, at.Get(unix.IFLA_VLAN_INGRESS_QOS), "ingress_qos", "      ingress-qos-map { ")
	vlanMap(p, at.Get(unix.IFLA_VLAN_EGRESS_QOS), "egress_qos", "      egress-qos-map { ")
}

// vlanMap prints a map of priorities: attributes of struct ifla_vlan_qos_mapping.
func vlanMap(p *printer.Printer, b []byte, key, head string) {
	if b == nil {
		return
	}
	p.OpenArray(key, "")
	p.NL()
	p.Text(head)
	for _, m := range rtnl.All(b) {
		p.OpenObject("")
		p.Uint("from", "%u:", uint64(word(m, 0)))
		p.Uint("to", "%u ", uint64(word(m, 1)))
		p.CloseObject()
	}
	p.CloseArray("")
	p.Text("} ")
}

// bitName is the name of a bit or of several.
type bitName struct {
	bits uint32
	name string
}

// bitNames prints the names of the bits that are set, as elements of an array
// with commas between, and returns the bits that have none. A comma stands also
// behind the last name when there are such bits.
func bitNames(p *printer.Printer, bits uint32, rows []bitName) (rest uint32) {
	for i := range rows {
		r := &rows[i]
		if bits&r.bits == 0 {
			continue
		}
		bits &^= r.bits
		if bits != 0 {
			p.String("", "%s,", r.name)
		} else {
			p.String("", "%s", r.name)
		}
	}
	return bits
}
