package link

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/ipcmd/object"
)

func vxlan(name string) Kind {
	return Kind{Name: name, Help: vxlanHelp, Noun: "command", Parse: parseVXLAN}
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
