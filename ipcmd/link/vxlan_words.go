package link

import (
	"slices"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// The readers of vxlan's keywords.

func (o *vxlanOpts) readVNI(p *kindParser) (err error) {
	o.vni, err = readOnce(p, unix.IFLA_VXLAN_ID, "id", upTo(maxVNI), "invalid id")
	return err
}

// multicast tells whether an address of a group was read.
func multicast(a format.Prefix) bool { return a.IsMulticast() }

// unicast tells whether an address was read that is none of a group.
func unicast(a format.Prefix) bool { return a.IsInet() && !a.IsMulticast() }

const vxlanBoth = "vxlan: both group and remote cannot be specified"

func (o *vxlanOpts) readGroup(p *kindParser) error {
	if unicast(o.remote) {
		return object.Fail(object.StatusLocal, vxlanBoth)
	}
	return o.readDst(p, "group", multicast, "invalid group address")
}

func (o *vxlanOpts) readRemote(p *kindParser) error {
	if o.remote.IsMulticast() {
		return object.Fail(object.StatusLocal, vxlanBoth)
	}
	return o.readDst(p, "remote", unicast, "invalid remote address")
}

func (o *vxlanOpts) readDst(p *kindParser, key string, fits func(format.Prefix) bool, wrong string) (err error) {
	v, err := p.valueOnce(unix.IFLA_VXLAN_GROUP, key)
	if err != nil {
		return err
	}
	if o.remote, err = p.c.Addr(v, o.local.Family); err != nil {
		return err
	}
	if !fits(o.remote) {
		return words.Invalid(wrong, v)
	}
	return nil
}

func (o *vxlanOpts) readLocal(p *kindParser) (err error) {
	v, err := p.valueOnce(unix.IFLA_VXLAN_LOCAL, "local")
	if err != nil {
		return err
	}
	if o.local, err = p.c.Addr(v, o.remote.Family); err != nil {
		return err
	}
	if !unicast(o.local) {
		return words.Invalid("invalid local address", v)
	}
	return nil
}

func vxlanDev(p *kindParser) error {
	v, err := p.valueOnce(unix.IFLA_VXLAN_LINK, "dev")
	if err != nil {
		return err
	}
	index := p.c.Links().Index(v)
	if index == 0 {
		return object.Abort(object.StatusUsage, object.NoDevice(v).Error())
	}
	p.r.U32(unix.IFLA_VXLAN_LINK, uint32(index))
	return nil
}

func vxlanTTL(p *kindParser) error {
	v, err := p.valueOnce(unix.IFLA_VXLAN_TTL, "ttl")
	if err != nil {
		return err
	}
	switch v {
	case "inherit":
		p.r.Flag(unix.IFLA_VXLAN_TTL_INHERIT)
		return nil
	case "auto":
		p.r.U8(unix.IFLA_VXLAN_TTL, 0)
		return nil
	}
	n, ok := format.ParseU32(v, 0)
	if !ok {
		return words.Invalid("invalid TTL", v)
	}
	if n > 255 {
		return words.Invalid("TTL must be <= 255", v)
	}
	p.r.U8(unix.IFLA_VXLAN_TTL, uint8(n))
	return nil
}

func vxlanTOS(p *kindParser) error {
	v, err := p.valueOnce(unix.IFLA_VXLAN_TOS, "tos")
	if err != nil {
		return err
	}
	tos := uint8(1) // inherit
	if v != "inherit" {
		var ok bool
		if tos, ok = p.c.Names().DSFieldID(v); !ok {
			return words.Invalid("bad TOS value", v)
		}
	}
	p.r.U8(unix.IFLA_VXLAN_TOS, tos)
	return nil
}

func vxlanDF(p *kindParser) error {
	v, err := p.valueOnce(unix.IFLA_VXLAN_DF, "df")
	if err != nil {
		return err
	}
	df := slices.Index([]string{"unset", "set", "inherit"}, v)
	if df < 0 {
		return words.Invalid("DF must be 'unset', 'set' or 'inherit'", v)
	}
	p.r.U8(unix.IFLA_VXLAN_DF, uint8(df))
	return nil
}

func vxlanLabel(p *kindParser) error {
	n, err := readOnce(p, unix.IFLA_VXLAN_LABEL, "flowlabel", upTo(maxFlowLabel), "invalid flowlabel")
	p.r.BE32(unix.IFLA_VXLAN_LABEL, n)
	return err
}

// vxlanLimit returns the reader of a number for which one word means 0.
func vxlanLimit(key, zero string, attr uint16, wrong string) func(*kindParser) error {
	return func(p *kindParser) error {
		v, err := p.valueOnce(attr, key)
		if err != nil {
			return err
		}
		n, ok := uint32(0), true
		if v != zero {
			n, ok = format.ParseU32(v, 0)
		}
		if !ok {
			return words.Invalid(wrong, v)
		}
		p.r.U32(attr, n)
		return nil
	}
}

// vxlanSrcPort reads two ports; the struct ifla_vxlan_port_range is in network
// order.
func vxlanSrcPort(p *kindParser) error {
	low, err := readOnce(p, unix.IFLA_VXLAN_PORT_RANGE, "srcport", format.ParseU16, "min port")
	if err != nil {
		return err
	}
	high, err := read(p, format.ParseU16, "max port")
	if err != nil {
		return err
	}
	if low != 0 || high != 0 {
		p.r.Attr(unix.IFLA_VXLAN_PORT_RANGE, []byte{byte(low >> 8), byte(low), byte(high >> 8), byte(high)})
	}
	return nil
}

func (o *vxlanOpts) readDstPort(p *kindParser) (err error) {
	o.dstPort, err = readOnce(p, unix.IFLA_VXLAN_PORT, "dstport", format.ParseU16, "dst port")
	return err
}

func (o *vxlanOpts) setLearning(on bool) func(*kindParser) error {
	return func(p *kindParser) error {
		o.learning = on
		return p.once(unix.IFLA_VXLAN_LEARNING, p.Word())
	}
}

func (o *vxlanOpts) setMetadata(on bool) func(*kindParser) error {
	return func(p *kindParser) error {
		o.metadata = on
		if on {
			o.learning = false
		}
		if err := p.once(unix.IFLA_VXLAN_COLLECT_METADATA, p.Word()); err != nil {
			return err
		}
		p.r.U8(unix.IFLA_VXLAN_COLLECT_METADATA, bit(on))
		return nil
	}
}

func (o *vxlanOpts) setVNIFilter(on bool) func(*kindParser) error {
	return func(p *kindParser) error {
		o.vniFilter = o.vniFilter || on
		if err := p.once(unix.IFLA_VXLAN_VNIFILTER, p.Word()); err != nil {
			return err
		}
		p.r.U8(unix.IFLA_VXLAN_VNIFILTER, bit(on))
		return nil
	}
}

func bit(on bool) uint8 {
	if on {
		return 1
	}
	return 0
}
