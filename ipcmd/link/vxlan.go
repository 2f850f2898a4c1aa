package link

import (
	"slices"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

func vxlan() Kind {
	return Kind{Name: "vxlan", Help: vxlanHelp, Noun: "command", Parse: parseVXLAN}
}

// vxlanOpts gathers what depends on several words, and is sent after the last.
type vxlanOpts struct {
	vni                uint32
	local, remote      format.Prefix
	dstPort            uint16
	learning, metadata bool
	vniFilter          bool
}

const (
	maxVNI       = 1<<24 - 1
	maxFlowLabel = 1<<20 - 1
	// gpePort is the port of VXLAN-GPE (IANA).
	gpePort = 4790
)

func parseVXLAN(p *kindParser) error {
	o := vxlanOpts{learning: true}
	if err := p.options(o.options()); err != nil {
		return err
	}
	if err := o.check(p); err != nil {
		return err
	}
	o.send(p)
	return nil
}

// has tells whether a keyword for the attribute was read.
func (p *kindParser) has(attr uint16) bool { return p.seen&(1<<attr) != 0 }

// options is the table of keywords in the order in which they are tested.
func (o *vxlanOpts) options() []Option {
	table := []Option{
		{Name: "id", Value: Custom, Func: o.readVNI},
		{Name: "vni", Value: Custom, Func: o.readVNI},
		{Name: "group", Value: Custom, Func: o.readGroup},
		{Name: "remote", Value: Custom, Func: o.readRemote},
		{Name: "local", Value: Custom, Func: o.readLocal},
		{Name: "dev", Value: Custom, Func: vxlanDev},
		{Name: "ttl", Value: Custom, Func: vxlanTTL},
		{Name: "hoplimit", Value: Custom, Func: vxlanTTL},
		{Name: "tos", Value: Custom, Func: vxlanTOS},
		{Name: "dsfield", Value: Custom, Func: vxlanTOS},
		{Name: "df", Value: Custom, Func: vxlanDF},
		{Name: "label", Value: Custom, Func: vxlanLabel},
		{Name: "flowlabel", Value: Custom, Func: vxlanLabel},
		{Name: "ageing", Value: Custom, Func: vxlanLimit("ageing", "none", unix.IFLA_VXLAN_AGEING, "ageing timer")},
		{Name: "maxaddress", Value: Custom, Func: vxlanLimit("maxaddress", "unlimited", unix.IFLA_VXLAN_LIMIT, "max addresses")},
		{Name: "port", Value: Custom, Func: vxlanSrcPort},
		{Name: "srcport", Value: Custom, Func: vxlanSrcPort},
		{Name: "dstport", Value: Custom, Func: o.readDstPort},
		{Name: "nolearning", Value: Custom, Func: o.setLearning(false)},
		{Name: "learning", Value: Custom, Func: o.setLearning(true)},
	}
	for _, f := range vxlanFlags() {
		table = append(table, Option{Name: f.name, Value: Custom, Func: vxlanFlag(f.attr, f.value)})
	}
	return append(table,
		Option{Name: "external", Value: Custom, Func: o.setMetadata(true)},
		Option{Name: "noexternal", Value: Custom, Func: o.setMetadata(false)},
		Option{Name: "gbp", Value: Custom, Func: vxlanEmpty(unix.IFLA_VXLAN_GBP)},
		Option{Name: "gpe", Value: Custom, Func: vxlanEmpty(unix.IFLA_VXLAN_GPE)},
		Option{Name: "vnifilter", Exact: true, Value: Custom, Func: o.setVNIFilter(true)},
		Option{Name: "novnifilter", Exact: true, Value: Custom, Func: o.setVNIFilter(false)},
	)
}

// vxlanFlagRow is a word that sets a byte to a value.
type vxlanFlagRow struct {
	name  string
	attr  uint16
	value uint8
}

func vxlanFlags() []vxlanFlagRow {
	return []vxlanFlagRow{
		{"noproxy", unix.IFLA_VXLAN_PROXY, 0},
		{"proxy", unix.IFLA_VXLAN_PROXY, 1},
		{"norsc", unix.IFLA_VXLAN_RSC, 0},
		{"rsc", unix.IFLA_VXLAN_RSC, 1},
		{"nol2miss", unix.IFLA_VXLAN_L2MISS, 0},
		{"l2miss", unix.IFLA_VXLAN_L2MISS, 1},
		{"nol3miss", unix.IFLA_VXLAN_L3MISS, 0},
		{"l3miss", unix.IFLA_VXLAN_L3MISS, 1},
		{"udpcsum", unix.IFLA_VXLAN_UDP_CSUM, 1},
		{"noudpcsum", unix.IFLA_VXLAN_UDP_CSUM, 0},
		{"udp6zerocsumtx", unix.IFLA_VXLAN_UDP_ZERO_CSUM6_TX, 1},
		{"noudp6zerocsumtx", unix.IFLA_VXLAN_UDP_ZERO_CSUM6_TX, 0},
		{"udp6zerocsumrx", unix.IFLA_VXLAN_UDP_ZERO_CSUM6_RX, 1},
		{"noudp6zerocsumrx", unix.IFLA_VXLAN_UDP_ZERO_CSUM6_RX, 0},
		{"remcsumtx", unix.IFLA_VXLAN_REMCSUM_TX, 1},
		{"noremcsumtx", unix.IFLA_VXLAN_REMCSUM_TX, 0},
		{"remcsumrx", unix.IFLA_VXLAN_REMCSUM_RX, 1},
		{"noremcsumrx", unix.IFLA_VXLAN_REMCSUM_RX, 0},
	}
}

func vxlanFlag(attr uint16, v uint8) func(*kindParser) error {
	return func(p *kindParser) error {
		if err := p.once(attr, p.Word()); err != nil {
			return err
		}
		p.r.U8(attr, v)
		return nil
	}
}

func vxlanEmpty(attr uint16) func(*kindParser) error {
	return func(p *kindParser) error {
		if err := p.once(attr, p.Word()); err != nil {
			return err
		}
		p.r.Flag(attr)
		return nil
	}
}

// valueOnce reads the value of a keyword that may be given once.
func (p *kindParser) valueOnce(attr uint16, key string) (string, error) {
	v, err := p.Value()
	if err != nil {
		return "", err
	}
	return v, p.once(attr, key)
}

func (o *vxlanOpts) readVNI(p *kindParser) error {
	v, err := p.valueOnce(unix.IFLA_VXLAN_ID, "id")
	if err != nil {
		return err
	}
	n, ok := format.ParseU32(v, 0)
	if !ok || n > maxVNI {
		return words.Invalid("invalid id", v)
	}
	o.vni = n
	return nil
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
	v, err := p.valueOnce(unix.IFLA_VXLAN_LABEL, "flowlabel")
	if err != nil {
		return err
	}
	n, ok := format.ParseU32(v, 0)
	if !ok || n > maxFlowLabel {
		return words.Invalid("invalid flowlabel", v)
	}
	p.r.BE32(unix.IFLA_VXLAN_LABEL, n)
	return nil
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
	v, err := p.valueOnce(unix.IFLA_VXLAN_PORT_RANGE, "srcport")
	if err != nil {
		return err
	}
	low, ok := format.ParseU16(v, 0)
	if !ok {
		return words.Invalid("min port", v)
	}
	if v, err = p.Value(); err != nil {
		return err
	}
	high, ok := format.ParseU16(v, 0)
	if !ok {
		return words.Invalid("max port", v)
	}
	if low != 0 || high != 0 {
		p.r.Attr(unix.IFLA_VXLAN_PORT_RANGE, []byte{byte(low >> 8), byte(low), byte(high >> 8), byte(high)})
	}
	return nil
}

func (o *vxlanOpts) readDstPort(p *kindParser) error {
	v, err := p.valueOnce(unix.IFLA_VXLAN_PORT, "dstport")
	if err != nil {
		return err
	}
	var ok bool
	if o.dstPort, ok = format.ParseU16(v, 0); !ok {
		return words.Invalid("dst port", v)
	}
	return nil
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

// check refuses what does not go together, and warns of a missing port.
func (o *vxlanOpts) check(p *kindParser) error {
	hasID := p.has(unix.IFLA_VXLAN_ID)
	for _, c := range []struct {
		bad  bool
		text string
	}{
		{!o.metadata && o.vniFilter, "vxlan: vnifilter is valid only when 'external' is set"},
		{o.metadata && hasID, "vxlan: both 'external' and vni cannot be specified"},
		{!o.metadata && !o.vniFilter && !hasID && p.change.create, "vxlan: missing virtual network identifier"},
		{o.remote.IsMulticast() && !p.has(unix.IFLA_VXLAN_LINK), "vxlan: 'group' requires 'dev' to be specified"},
	} {
		if c.bad {
			return object.Fail(object.StatusLocal, c.text)
		}
	}
	switch {
	case p.has(unix.IFLA_VXLAN_PORT):
	case p.has(unix.IFLA_VXLAN_GPE):
		o.dstPort = gpePort
	case p.change.create:
		p.c.Warn("vxlan: destination port not specified\n" +
			"Will use Linux kernel default (non-standard value)\n" +
			"Use 'dstport 4789' to get the IANA assigned value\n" +
			"Use 'dstport 0' to get default and quiet this message")
	}
	return nil
}

// send appends what was gathered.
func (o *vxlanOpts) send(p *kindParser) {
	if p.has(unix.IFLA_VXLAN_ID) {
		p.r.U32(unix.IFLA_VXLAN_ID, o.vni)
	}
	sendAddr(p, o.local, unix.IFLA_VXLAN_LOCAL, unix.IFLA_VXLAN_LOCAL6)
	sendAddr(p, o.remote, unix.IFLA_VXLAN_GROUP, unix.IFLA_VXLAN_GROUP6)
	if !o.local.IsInet() && !o.remote.IsInet() {
		// -4 and -6 choose the family of a tunnel without addresses.
		switch p.c.Opt.Family {
		case unix.AF_INET:
			p.r.Attr(unix.IFLA_VXLAN_GROUP, make([]byte, 4))
		case unix.AF_INET6:
			p.r.Attr(unix.IFLA_VXLAN_GROUP6, make([]byte, 16))
		}
	}
	if p.change.create || p.has(unix.IFLA_VXLAN_LEARNING) {
		p.r.U8(unix.IFLA_VXLAN_LEARNING, bit(o.learning))
	}
	if o.dstPort != 0 {
		p.r.BE16(unix.IFLA_VXLAN_PORT, o.dstPort)
	}
}

// sendAddr sends an address, if there is one, in its family's attribute.
func sendAddr(p *kindParser, a format.Prefix, v4, v6 uint16) {
	switch a.Family {
	case unix.AF_INET:
		p.r.Attr(v4, a.Addr)
	case unix.AF_INET6:
		p.r.Attr(v6, a.Addr)
	}
}

const vxlanHelp = `Usage: ... vxlan id VNI
		[ { group | remote } IP_ADDRESS ]
		[ local ADDR ]
		[ ttl TTL ]
		[ tos TOS ]
		[ df DF ]
		[ flowlabel LABEL ]
		[ dev PHYS_DEV ]
		[ dstport PORT ]
		[ srcport MIN MAX ]
		[ [no]learning ]
		[ [no]proxy ]
		[ [no]rsc ]
		[ [no]l2miss ]
		[ [no]l3miss ]
		[ ageing SECONDS ]
		[ maxaddress NUMBER ]
		[ [no]udpcsum ]
		[ [no]udp6zerocsumtx ]
		[ [no]udp6zerocsumrx ]
		[ [no]remcsumtx ] [ [no]remcsumrx ]
		[ [no]external ] [ gbp ] [ gpe ]
		[ [no]vnifilter ]

Where:	VNI	:= 0-16777215
	ADDR	:= { IP_ADDRESS | any }
	TOS	:= { NUMBER | inherit }
	TTL	:= { 1..255 | auto | inherit }
	DF	:= { unset | set | inherit }
	LABEL := 0-1048575
`
