package link

import (
	"encoding/binary"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// gre, erspan and ip6gre are the tunnels of GRE (RFC 2784, 2890) over both
// families, bare and with Ethernet inside, and those of ERSPAN.
func gre(name string) Kind { return Kind{Name: name, Help: greHelp(name, greUsage), Parse: parseGRE} }

func erspan(name string) Kind {
	return Kind{Name: name, Help: greHelp(name, erspanUsage), Parse: parseGRE}
}

func ip6gre(name string) Kind {
	return Kind{Name: name, Help: greHelp(name, ip6greUsage), Parse: parseGRE6}
}

// keyOptions are the keys, sequence numbers and checksums of both directions.
func (t *tunnel) keyOptions() []Option {
	flag := func(in, out bool, bit uint16, on bool) func(*kindParser) error {
		return do(func() {
			if in {
				t.iflags = setBit(t.iflags, bit, on)
			}
			if out {
				t.oflags = setBit(t.oflags, bit, on)
			}
		})
	}
	rows := []Option{
		prefixed("key", t.readKey("key", true, true)),
		prefixed("nokey", t.dropKey(true, true)),
		prefixed("ikey", t.readKey("ikey", true, false)),
		prefixed("noikey", t.dropKey(true, false)),
		prefixed("okey", t.readKey("okey", false, true)),
		prefixed("nookey", t.dropKey(false, true)),
	}
	for _, f := range []struct {
		name string
		bit  uint16
	}{{"seq", greSeq}, {"csum", greCsum}} {
		rows = append(rows,
			prefixed(f.name, flag(true, true, f.bit, true)),
			prefixed("no"+f.name, flag(true, true, f.bit, false)),
			prefixed("i"+f.name, flag(true, false, f.bit, true)),
			prefixed("noi"+f.name, flag(true, false, f.bit, false)),
			prefixed("o"+f.name, flag(false, true, f.bit, true)),
			prefixed("noo"+f.name, flag(false, true, f.bit, false)),
		)
	}
	return rows
}

func setBit(flags, bit uint16, on bool) uint16 {
	if on {
		return flags | bit
	}
	return flags &^ bit
}

func (t *tunnel) readKey(name string, in, out bool) func(*kindParser) error {
	return func(p *kindParser) error {
		key, err := p.readKey(name)
		if err != nil {
			return err
		}
		t.setKey(key, in, out)
		return nil
	}
}

func (t *tunnel) dropKey(in, out bool) func(*kindParser) error {
	return do(func() { t.setKey(nil, in, out) })
}

// setKey sets or, with nil, takes away the keys of the directions.
func (t *tunnel) setKey(key []byte, in, out bool) {
	if in {
		t.ikey, t.iflags = key, setBit(t.iflags, greKey, key != nil)
	}
	if out {
		t.okey, t.oflags = key, setBit(t.oflags, greKey, key != nil)
	}
}

// erspanOptions are those of ERSPAN.
func (t *tunnel) erspanOptions() []Option {
	return []Option{
		exact("erspan", t.readErspanIndex),
		exact("erspan_ver", t.readErspanVer),
		exact("erspan_dir", t.readErspanDir),
		exact("erspan_hwid", t.readErspanHwid),
	}
}

func (t *tunnel) readErspanIndex(p *kindParser) error {
	v, err := p.Value()
	if err != nil {
		return err
	}
	n, ok := format.ParseU32(v, 0)
	if !ok {
		return words.Invalid("invalid erspan index\n", v)
	}
	if n == 0 || n >= 1<<20 {
		return words.Invalid("erspan index must be > 0 and <= 20-bit\n", v)
	}
	t.erspanIndex = n
	return nil
}

func (t *tunnel) readErspanVer(p *kindParser) error {
	v, err := p.Value()
	if err != nil {
		return err
	}
	n, ok := format.ParseU8(v, 0)
	if !ok {
		return words.Invalid("invalid erspan version\n", v)
	}
	if n > 2 {
		return words.Invalid("erspan version must be 0/1/2\n", v)
	}
	t.erspanVer = n
	return nil
}

func (t *tunnel) readErspanDir(p *kindParser) error {
	v, err := p.Value()
	if err != nil {
		return err
	}
	switch {
	case words.Prefix(v, "ingress"):
		t.erspanDir = 0
	case words.Prefix(v, "egress"):
		t.erspanDir = 1
	default:
		return words.Invalid("Invalid erspan direction.", v)
	}
	return nil
}

func (t *tunnel) readErspanHwid(p *kindParser) (err error) {
	t.erspanHwid, err = read(p, format.ParseU16, "invalid erspan hwid\n")
	return err
}

// greEnds are the two addresses of a tunnel.
func greEnds(family int) []addrAttr { return []addrAttr{{family, greLocal}, {family, greRemote}} }

// loadGRE takes what both families have from a tunnel that is to be changed.
func (t *tunnel) loadGRE(at rtnl.Attrs) {
	setBytes(&t.local, at, greLocal)
	setBytes(&t.remote, at, greRemote)
	setBytes(&t.ikey, at, greIKey)
	setBytes(&t.okey, at, greOKey)
	setBE16(&t.iflags, at, greIFlags)
	setBE16(&t.oflags, at, greOFlags)
	setU8(&t.ttl, at, greTTL)
	setU32(&t.link, at, greLink)
	setU32(&t.fwmark, at, greFwmark)
	setU32(&t.erspanIndex, at, greErspanIndex)
	setU8(&t.erspanVer, at, greErspanVer)
	setU8(&t.erspanDir, at, greErspanDir)
	setU16(&t.erspanHwid, at, greErspanHwid)
	t.encap.load(at, greEncapType)
	t.external = at.Has(greMetadata)
}

func parseGRE(p *kindParser) error {
	t := &tunnel{family: unix.AF_INET, pmtudisc: 1, erspanVer: 1, isErspan: p.kind.Name == "erspan"}
	at, err := p.existing(greEnds(unix.AF_INET)...)
	if err != nil {
		return err
	}
	t.loadGRE(at)
	setU8(&t.pmtudisc, at, grePMTUDisc)
	setU8(&t.tos, at, greTOS)
	if v, ok := at.U8(greIgnoreDF); ok {
		t.ignoreDF = 2 | min(v, 1)
	}
	table := append(t.keyOptions(),
		prefixed("nopmtudisc", do(func() { t.pmtudisc = 0 })),
		prefixed("pmtudisc", do(func() { t.pmtudisc = 1 })),
		prefixed("remote", t.addressOf(&t.remote)),
		prefixed("local", t.addressOf(&t.local)),
		prefixed("dev", t.readDev),
		prefixed("ttl", t.readTTL("invalid TTL\n")),
		prefixed("hoplimit", t.readTTL("invalid TTL\n")),
		prefixed("hlim", t.readTTL("invalid TTL\n")),
		prefixed("tos", t.readTOS),
		prefixed("tclass", t.readTOS),
		prefixed("dsfield", t.readTOS),
	)
	table = append(table, t.encap.options()...)
	table = append(table,
		exact("external", do(func() { t.external = true })),
		exact("ignore-df", do(func() { t.ignoreDF = 3 })),
		exact("noignore-df", do(func() { t.ignoreDF = 2 })),
		exact("fwmark", t.readFwmark),
	)
	if t.isErspan {
		table = append(table, t.erspanOptions()...)
	}
	if err := p.tunnelOptions(table); err != nil {
		return err
	}
	if err := t.multicast(); err != nil {
		return err
	}
	t.sendGRE(p.r)
	return nil
}

// tunnelOptions is options for the tunnels, which answer a word that they do
// not know with their help alone.
func (p *kindParser) tunnelOptions(table []Option) error {
	for ; p.More(); p.Skip() {
		o := findOption(table, p.Word())
		if o == nil {
			return p.explain("")
		}
		if err := p.option(o); err != nil {
			return err
		}
	}
	return nil
}

// multicast gives a tunnel to a group the group as its key.
func (t *tunnel) multicast() error {
	if t.remote == nil || t.remote[0]&0xf0 != 0xe0 {
		return nil
	}
	if t.ikey == nil {
		t.setKey(t.remote, true, false)
	}
	if t.okey == nil {
		t.setKey(t.remote, false, true)
	}
	if t.local == nil {
		return object.Fail(object.StatusLocal, "A broadcast tunnel requires a source address.")
	}
	return nil
}

// sendKeys sends what the attributes of both families begin with.
func (t *tunnel) sendKeys(r *rtnl.Request) {
	sendKey(r, greIKey, t.ikey)
	sendKey(r, greOKey, t.okey)
	r.BE16(greIFlags, t.iflags)
	r.BE16(greOFlags, t.oflags)
	sendBytes(r, greLocal, t.local)
	sendBytes(r, greRemote, t.remote)
}

func (t *tunnel) sendErspan(r *rtnl.Request) {
	if t.erspanVer > 2 && t.family == unix.AF_INET6 {
		return
	}
	r.U8(greErspanVer, t.erspanVer)
	switch {
	case t.erspanVer == 1 && t.erspanIndex != 0:
		r.U32(greErspanIndex, t.erspanIndex)
	case t.erspanVer == 2:
		r.U8(greErspanDir, t.erspanDir)
		r.U16(greErspanHwid, t.erspanHwid)
	}
}

func (t *tunnel) sendGRE(r *rtnl.Request) {
	if t.external {
		r.Flag(greMetadata)
		return
	}
	t.sendKeys(r)
	r.U8(grePMTUDisc, t.pmtudisc)
	if t.ignoreDF != 0 {
		r.U8(greIgnoreDF, t.ignoreDF&1)
	}
	r.U8(greTOS, t.tos)
	sendLink(r, greLink, t.link)
	r.U8(greTTL, t.ttl)
	r.U32(greFwmark, t.fwmark)
	if t.isErspan {
		t.sendErspan(r)
	}
	t.encap.send(r, greEncapType)
}

func parseGRE6(p *kindParser) error {
	t := &tunnel{
		family: unix.AF_INET6, ttl: defaultTnlHopLimit, encapLimit: defaultTnlEncapLimit, erspanVer: 1,
		encap: tunnelEncap{flags: encapCsum6},
	}
	at, err := p.existing(greEnds(unix.AF_INET6)...)
	if err != nil {
		return err
	}
	t.loadGRE(at)
	setU8(&t.encapLimit, at, greEncapLimit)
	setU32(&t.flags, at, greFlags)
	if b := at.Get(greFlowInfo); len(b) >= 4 {
		t.flowInfo = binary.BigEndian.Uint32(b)
	}
	table := append(t.keyOptions(), t.inet6Options(true)...)
	table = append(table, t.encap.options()...)
	table = append(table, t.erspanOptions()...)
	if err := p.tunnelOptions(table); err != nil {
		return err
	}
	if t.external {
		p.r.Flag(greMetadata)
		return nil
	}
	t.sendKeys(p.r)
	sendLink(p.r, greLink, t.link)
	p.r.U8(greTTL, t.ttl)
	p.r.U8(greEncapLimit, t.encapLimit)
	p.r.BE32(greFlowInfo, t.flowInfo)
	p.r.U32(greFlags, t.flags)
	p.r.U32(greFwmark, t.fwmark)
	t.sendErspan(p.r)
	t.encap.send(p.r, greEncapType)
	return nil
}
