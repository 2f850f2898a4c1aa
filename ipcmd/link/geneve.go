package link

import (
	"slices"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

func geneve(name string) Kind {
	return Kind{Name: name, Help: geneveHelp, Noun: "command", Parse: parseGeneve}
}

// geneveOpts gathers what is sent after the last word.
type geneveOpts struct {
	vni, label        uint32
	remote            format.Prefix
	ttl, tos          uint8
	dstPort           uint16
	metadata, inherit bool
	// flags are the bytes of the words that were given.
	flags map[uint16]uint8
}

func parseGeneve(p *kindParser) error {
	o := geneveOpts{flags: map[uint16]uint8{}}
	table := []Option{
		prefixed("id", o.readVNI),
		prefixed("vni", o.readVNI),
		prefixed("remote", o.readRemote),
		prefixed("ttl", o.readTTL),
		prefixed("hoplimit", o.readTTL),
		prefixed("tos", o.readTOS),
		prefixed("dsfield", o.readTOS),
		prefixed("df", geneveDF),
		prefixed("label", o.readLabel),
		prefixed("flowlabel", o.readLabel),
		prefixed("dstport", o.readDstPort),
		prefixed("external", o.setMetadata(true)),
		prefixed("noexternal", o.setMetadata(false)),
	}
	for _, f := range []struct {
		name string
		attr uint16
	}{
		{"udpcsum", unix.IFLA_GENEVE_UDP_CSUM},
		{"udp6zerocsumtx", unix.IFLA_GENEVE_UDP_ZERO_CSUM6_TX},
		{"udp6zerocsumrx", unix.IFLA_GENEVE_UDP_ZERO_CSUM6_RX},
	} {
		table = append(table, prefixed(f.name, o.setFlag(f.attr, 1)), prefixed("no"+f.name, o.setFlag(f.attr, 0)))
	}
	table = append(table, exact("innerprotoinherit", o.setInherit))
	if err := p.options(table); err != nil {
		return err
	}
	if err := o.check(p); err != nil {
		return err
	}
	o.send(p)
	return nil
}

func (o *geneveOpts) readVNI(p *kindParser) (err error) {
	o.vni, err = readOnce(p, unix.IFLA_GENEVE_ID, "id", upTo(maxVNI), "invalid id")
	return err
}

func (o *geneveOpts) readRemote(p *kindParser) error {
	v, err := p.valueOnce(unix.IFLA_GENEVE_REMOTE, "remote")
	if err != nil {
		return err
	}
	if o.remote, err = p.c.Addr(v, unix.AF_UNSPEC); err != nil {
		return err
	}
	if !unicast(o.remote) {
		return words.Invalid("invalid remote address", v)
	}
	return nil
}

func (o *geneveOpts) readTTL(p *kindParser) error {
	v, err := p.valueOnce(unix.IFLA_GENEVE_TTL, "ttl")
	if err != nil {
		return err
	}
	switch v {
	case "inherit":
		p.r.U8(unix.IFLA_GENEVE_TTL_INHERIT, 1)
		return nil
	case "auto":
		return nil
	}
	n, ok := format.ParseU32(v, 0)
	if !ok {
		return words.Invalid("invalid TTL", v)
	}
	if n > 255 {
		return words.Invalid("TTL must be <= 255", v)
	}
	o.ttl = uint8(n)
	return nil
}

func (o *geneveOpts) readTOS(p *kindParser) error {
	v, err := p.valueOnce(unix.IFLA_GENEVE_TOS, "tos")
	if err != nil {
		return err
	}
	if v == "inherit" {
		o.tos = 1
		return nil
	}
	var ok bool
	if o.tos, ok = p.c.Names().DSFieldID(v); !ok {
		return words.Invalid("bad TOS value", v)
	}
	return nil
}

func geneveDF(p *kindParser) error {
	v, err := p.valueOnce(unix.IFLA_GENEVE_DF, "df")
	if err != nil {
		return err
	}
	df := slices.Index([]string{"unset", "set", "inherit"}, v)
	if df < 0 {
		return words.Invalid("DF must be 'unset', 'set' or 'inherit'", v)
	}
	p.r.U8(unix.IFLA_GENEVE_DF, uint8(df))
	return nil
}

func (o *geneveOpts) readLabel(p *kindParser) (err error) {
	o.label, err = readOnce(p, unix.IFLA_GENEVE_LABEL, "flowlabel", upTo(maxFlowLabel), "invalid flowlabel")
	return err
}

func (o *geneveOpts) readDstPort(p *kindParser) (err error) {
	o.dstPort, err = readOnce(p, unix.IFLA_GENEVE_PORT, "dstport", format.ParseU16, "dstport")
	return err
}

func (o *geneveOpts) setMetadata(on bool) func(*kindParser) error {
	return func(p *kindParser) error {
		o.metadata = on
		return p.once(unix.IFLA_GENEVE_COLLECT_METADATA, p.Word())
	}
}

func (o *geneveOpts) setFlag(attr uint16, v uint8) func(*kindParser) error {
	return func(p *kindParser) error {
		o.flags[attr] = v
		return p.once(attr, p.Word())
	}
}

func (o *geneveOpts) setInherit(p *kindParser) error {
	o.inherit = true
	return p.once(unix.IFLA_GENEVE_INNER_PROTO_INHERIT, p.Word())
}

func (o *geneveOpts) check(p *kindParser) error {
	hasID := p.has(unix.IFLA_GENEVE_ID)
	switch {
	case o.metadata && hasID:
		return object.Fail(object.StatusLocal, "geneve: both 'external' and vni cannot be specified")
	case o.metadata:
	case !hasID:
		return object.Fail(object.StatusLocal, "geneve: missing virtual network identifier")
	case p.change.create && !o.remote.IsInet():
		return object.Fail(object.StatusLocal, "geneve: remote link partner not specified")
	}
	return nil
}

func (o *geneveOpts) send(p *kindParser) {
	r := p.r
	r.U32(unix.IFLA_GENEVE_ID, o.vni)
	sendAddr(p, o.remote, unix.IFLA_GENEVE_REMOTE, unix.IFLA_GENEVE_REMOTE6)
	// A change sends what it was given; a new link all.
	given := func(attr uint16) bool { return p.change.create || p.has(attr) }
	if given(unix.IFLA_GENEVE_LABEL) {
		r.BE32(unix.IFLA_GENEVE_LABEL, o.label)
	}
	if given(unix.IFLA_GENEVE_TTL) {
		r.U8(unix.IFLA_GENEVE_TTL, o.ttl)
	}
	if given(unix.IFLA_GENEVE_TOS) {
		r.U8(unix.IFLA_GENEVE_TOS, o.tos)
	}
	if o.dstPort != 0 {
		r.BE16(unix.IFLA_GENEVE_PORT, o.dstPort)
	}
	if o.metadata {
		r.Flag(unix.IFLA_GENEVE_COLLECT_METADATA)
	}
	if o.inherit {
		r.Flag(unix.IFLA_GENEVE_INNER_PROTO_INHERIT)
	}
	for _, attr := range []uint16{
		unix.IFLA_GENEVE_UDP_CSUM, unix.IFLA_GENEVE_UDP_ZERO_CSUM6_TX, unix.IFLA_GENEVE_UDP_ZERO_CSUM6_RX,
	} {
		if p.has(attr) {
			r.U8(attr, o.flags[attr])
		}
	}
}

const geneveHelp = `Usage: ... geneve id VNI
		remote ADDR
		[ ttl TTL ]
		[ tos TOS ]
		[ df DF ]
		[ flowlabel LABEL ]
		[ dstport PORT ]
		[ [no]external ]
		[ [no]udpcsum ]
		[ [no]udp6zerocsumtx ]
		[ [no]udp6zerocsumrx ]
		[ innerprotoinherit ]

Where:	VNI   := 0-16777215
	ADDR  := IP_ADDRESS
	TOS   := { NUMBER | inherit }
	TTL   := { 1..255 | auto | inherit }
	DF    := { unset | set | inherit }
	LABEL := 0-1048575
`
