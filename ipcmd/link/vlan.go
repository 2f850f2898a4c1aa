package link

import (
	"strings"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/words"
)

func vlan(name string) Kind {
	return Kind{Name: name, Help: vlanHelp, Noun: "command", Parse: parseVLAN}
}

// The bits of struct ifla_vlan_flags (linux/if_vlan.h, enum vlan_flags).
const (
	vlanReorderHdr    = 1 << 0
	vlanGVRP          = 1 << 1
	vlanLooseBinding  = 1 << 2
	vlanMVRP          = 1 << 3
	vlanBridgeBinding = 1 << 4
)

// vlanFlags is struct ifla_vlan_flags (linux/if_link.h).
type vlanFlags struct {
	flags, mask uint32
}

// set returns the reader of the on/off option with that bit.
func (f *vlanFlags) set(key string, bit uint32) func(*kindParser) error {
	return func(p *kindParser) error {
		v, err := p.Value()
		if err != nil {
			return err
		}
		on, err := strictOnOff(key, v)
		if err != nil {
			return err
		}
		f.mask |= bit
		f.flags &^= bit
		if on {
			f.flags |= bit
		}
		return nil
	}
}

// qosMap returns the reader of a row of FROM:TO mappings. The first word
// without a colon ends it.
func qosMap(attr uint16, wrong string) func(*kindParser) error {
	return func(p *kindParser) error {
		if _, err := p.Value(); err != nil {
			return err
		}
		nest := p.r.Nest(attr)
		for ; p.More(); p.Skip() {
			from, to, ok := strings.Cut(p.Word(), ":")
			if !ok {
				break
			}
			key, ok1 := format.ParseU32(from, 0)
			value, ok2 := format.ParseU32(to, 0)
			if !ok1 || !ok2 {
				return words.Invalid(wrong, from)
			}
			m := native.AppendUint32(nil, key)
			p.r.Attr(unix.IFLA_VLAN_QOS_MAPPING, native.AppendUint32(m, value))
		}
		p.r.End(nest)
		p.Back()
		return nil
	}
}

func parseVLAN(p *kindParser) error {
	var f vlanFlags
	if err := p.options(f.vlanOptions()); err != nil {
		return err
	}
	if f.mask != 0 {
		b := native.AppendUint32(nil, f.flags)
		p.r.Attr(unix.IFLA_VLAN_FLAGS, native.AppendUint32(b, f.mask))
	}
	return nil
}

func (f *vlanFlags) vlanOptions() []Option {
	return []Option{
		{Name: "protocol", Value: EtherProto, Attr: unix.IFLA_VLAN_PROTOCOL, Wrong: "protocol is invalid"},
		{Name: "id", Value: U16, Attr: unix.IFLA_VLAN_ID, Wrong: "id is invalid"},
		{Name: "reorder_hdr", Value: Custom, Func: f.set("reorder_hdr", vlanReorderHdr)},
		{Name: "gvrp", Value: Custom, Func: f.set("gvrp", vlanGVRP)},
		{Name: "mvrp", Value: Custom, Func: f.set("mvrp", vlanMVRP)},
		{Name: "loose_binding", Value: Custom, Func: f.set("loose_binding", vlanLooseBinding)},
		{Name: "bridge_binding", Value: Custom, Func: f.set("bridge_binding", vlanBridgeBinding)},
		{Name: "ingress-qos-map", Value: Custom, Func: qosMap(unix.IFLA_VLAN_INGRESS_QOS, "invalid ingress-qos-map")},
		{Name: "egress-qos-map", Value: Custom, Func: qosMap(unix.IFLA_VLAN_EGRESS_QOS, "invalid egress-qos-map")},
	}
}

const vlanHelp = `Usage: ... vlan id VLANID
		[ protocol VLANPROTO ]
		[ reorder_hdr { on | off } ]
		[ gvrp { on | off } ]
		[ mvrp { on | off } ]
		[ loose_binding { on | off } ]
		[ bridge_binding { on | off } ]
		[ ingress-qos-map QOS-MAP ]
		[ egress-qos-map QOS-MAP ]

VLANID := 0-4095
VLANPROTO: [ 802.1Q | 802.1ad ]
QOS-MAP := [ QOS-MAP ] QOS-MAPPING
QOS-MAPPING := FROM:TO
`
