package link

import (
	"encoding/binary"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// ipip, sit and ip6tnl are the tunnels that hold IP packets.
func ipip(name string) Kind { return Kind{Name: name, Help: ipipHelp, Parse: parseIPTunnel} }

func sit(name string) Kind { return Kind{Name: name, Help: sitHelp, Parse: parseIPTunnel} }

func ip6tnl(name string) Kind { return Kind{Name: name, Help: ip6tnlHelp, Parse: parseIP6Tunnel} }

// readMode returns the reader of a mode: what is inside of the tunnel.
func (t *tunnel) readMode(mode func(string) (uint8, bool)) func(*kindParser) error {
	return func(p *kindParser) error {
		v, err := p.Value()
		if err != nil {
			return err
		}
		proto, ok := mode(v)
		if !ok {
			return words.Invalid("Cannot guess tunnel mode.", v)
		}
		t.proto = proto
		return nil
	}
}

// ipMode is for tunnels over IPv4; only sit takes IPv6.
func ipMode(sit bool) func(string) (uint8, bool) {
	return func(word string) (uint8, bool) {
		switch word {
		case "ipv6/ipv4", "ip6ip":
			return unix.IPPROTO_IPV6, sit
		case "ipv4/ipv4", "ipip", "ip4ip4":
			return unix.IPPROTO_IPIP, true
		case "mpls/ipv4", "mplsip":
			return unix.IPPROTO_MPLS, true
		case "any/ipv4", "any":
			return 0, true
		}
		return 0, false
	}
}

// ip6Mode is for tunnels over IPv6.
func ip6Mode(word string) (uint8, bool) {
	switch word {
	case "ipv6/ipv6", "ip6ip6":
		return unix.IPPROTO_IPV6, true
	case "ip/ipv6", "ipv4/ipv6", "ipip6", "ip4ip6":
		return unix.IPPROTO_IPIP, true
	case "any/ipv6", "any":
		return 0, true
	}
	return 0, false
}

// iptunEnds are the two addresses of a tunnel.
func iptunEnds(family int) []addrAttr {
	return []addrAttr{{family, iptunLocal}, {family, iptunRemote}}
}

// loadIP takes what both families have from a tunnel that is to be changed.
func (t *tunnel) loadIP(at rtnl.Attrs) {
	setBytes(&t.local, at, iptunLocal)
	setBytes(&t.remote, at, iptunRemote)
	setU8(&t.ttl, at, iptunTTL)
	setU32(&t.link, at, iptunLink)
	setU8(&t.proto, at, iptunProto)
	setU32(&t.fwmark, at, iptunFwmark)
	t.external = at.Has(iptunMetadata)
}

func parseIPTunnel(p *kindParser) error {
	sit := p.kind.Name == "sit"
	t := &tunnel{family: unix.AF_INET, pmtudisc: 1}
	at, err := p.existing(append(iptunEnds(unix.AF_INET),
		addrAttr{unix.AF_INET6, iptun6rdPrefix}, addrAttr{unix.AF_INET, iptun6rdRelayPrefix})...)
	if err != nil {
		return err
	}
	t.loadIP(at)
	setU8(&t.pmtudisc, at, iptunPMTUDisc)
	setU8(&t.tos, at, iptunTOS)
	setU16(&t.sitFlags, at, iptunFlags)
	t.encap.load(at, iptunEncapType)
	t.rdPrefix = loadPrefix(at, unix.AF_INET6, iptun6rdPrefix, iptun6rdPrefixLen)
	t.rdRelay = loadPrefix(at, unix.AF_INET, iptun6rdRelayPrefix, iptun6rdRelayPrefLen)
	table := []Option{
		exact("mode", t.readMode(ipMode(sit))),
		exact("remote", t.addressOf(&t.remote)),
		exact("local", t.addressOf(&t.local)),
		prefixed("dev", t.readDev),
		exact("ttl", t.readTTL("invalid TTL\n")),
		exact("hoplimit", t.readTTL("invalid TTL\n")),
		exact("hlim", t.readTTL("invalid TTL\n")),
		exact("tos", t.readTOS),
		exact("tclass", t.readTOS),
		exact("tc", t.readTOS),
		prefixed("dsfield", t.readTOS),
		exact("nopmtudisc", do(func() { t.pmtudisc = 0 })),
		exact("pmtudisc", do(func() { t.pmtudisc = 1 })),
	}
	if sit {
		table = append(table, exact("isatap", do(func() { t.sitFlags |= sitISATAP })))
	}
	table = append(table, t.encap.options()...)
	table = append(table,
		exact("external", do(func() { t.external = true })),
		exact("6rd-prefix", readPrefix(&t.rdPrefix, unix.AF_INET6)),
		exact("6rd-relay_prefix", readPrefix(&t.rdRelay, unix.AF_INET)),
		exact("6rd-reset", t.reset6rd),
		exact("fwmark", t.readFwmark),
	)
	if err := p.tunnelOptions(table); err != nil {
		return err
	}
	if t.ttl != 0 && t.pmtudisc == 0 {
		return object.Abort(object.StatusUsage, "ttl != 0 and nopmtudisc are incompatible")
	}
	t.sendIP(p.r, sit)
	return nil
}

// loadPrefix takes a prefix of two attributes.
func loadPrefix(at rtnl.Attrs, family, addr, length int) format.Prefix {
	b := at.Get(addr)
	if len(b) != format.FamilyBits(family)/8 {
		return format.Prefix{}
	}
	bits, _ := at.U16(length)
	return format.Prefix{Family: family, Addr: append([]byte(nil), b...), Bits: int(bits)}
}

func readPrefix(dst *format.Prefix, family int) func(*kindParser) error {
	return func(p *kindParser) error {
		v, err := p.Value()
		if err != nil {
			return err
		}
		*dst, err = p.c.Prefix(v, family)
		return err
	}
}

// reset6rd goes back to 6to4: 2002::/16 and no relay prefix.
func (t *tunnel) reset6rd(p *kindParser) (err error) {
	t.rdRelay = format.Prefix{}
	t.rdPrefix, err = p.c.Prefix("2002::/16", unix.AF_INET6)
	return err
}

func (t *tunnel) sendIP(r *rtnl.Request, sit bool) {
	r.U8(iptunProto, t.proto)
	if t.external {
		r.Flag(iptunMetadata)
		return
	}
	sendBytes(r, iptunLocal, t.local)
	sendBytes(r, iptunRemote, t.remote)
	r.U8(iptunPMTUDisc, t.pmtudisc)
	r.U8(iptunTOS, t.tos)
	r.U8(iptunTTL, t.ttl)
	r.U32(iptunLink, t.link)
	r.U32(iptunFwmark, t.fwmark)
	t.encap.send(r, iptunEncapType)
	if !sit {
		return
	}
	r.U16(iptunFlags, t.sitFlags)
	if t.rdPrefix.IsInet() {
		r.Attr(iptun6rdPrefix, t.rdPrefix.Addr)
		r.U16(iptun6rdPrefixLen, uint16(t.rdPrefix.Bits))
	}
	if t.rdRelay.IsInet() {
		relay := make([]byte, 4) // "any" has no address
		copy(relay, t.rdRelay.Addr)
		r.Attr(iptun6rdRelayPrefix, relay)
		r.U16(iptun6rdRelayPrefLen, uint16(t.rdRelay.Bits))
	}
}

func parseIP6Tunnel(p *kindParser) error {
	t := &tunnel{
		family: unix.AF_INET6, ttl: defaultTnlHopLimit, encapLimit: defaultTnlEncapLimit,
		encap: tunnelEncap{flags: encapCsum6},
	}
	at, err := p.existing(iptunEnds(unix.AF_INET6)...)
	if err != nil {
		return err
	}
	t.loadIP(at)
	setU8(&t.encapLimit, at, iptunEncapLimit)
	setU32(&t.flags, at, iptunFlags)
	if b := at.Get(iptunFlowInfo); len(b) >= 4 {
		t.flowInfo = binary.BigEndian.Uint32(b)
	}
	table := append([]Option{exact("mode", t.readMode(ip6Mode))}, t.inet6Options(false)...)
	if err := p.tunnelOptions(append(table, t.encap.options()...)); err != nil {
		return err
	}
	r := p.r
	r.U8(iptunProto, t.proto)
	if t.external {
		r.Flag(iptunMetadata)
		return nil
	}
	sendBytes(r, iptunLocal, t.local)
	sendBytes(r, iptunRemote, t.remote)
	r.U8(iptunTTL, t.ttl)
	r.U8(iptunEncapLimit, t.encapLimit)
	r.BE32(iptunFlowInfo, t.flowInfo)
	r.U32(iptunFlags, t.flags)
	r.U32(iptunLink, t.link)
	r.U32(iptunFwmark, t.fwmark)
	t.encap.send(r, iptunEncapType)
	return nil
}

const ipipHelp = `Usage: ... ipip  	[ remote ADDR ]
			[ local ADDR ]
			[ ttl TTL ]
			[ tos TOS ]
			[ [no]pmtudisc ]
			[ 6rd-prefix ADDR ]
			[ 6rd-relay_prefix ADDR ]
			[ 6rd-reset ]
			[ dev PHYS_DEV ]
			[ fwmark MARK ]
			[ external ]
			[ noencap ]
			[ encap { fou | gue | none } ]
			[ encap-sport PORT ]
			[ encap-dport PORT ]
			[ [no]encap-csum ]
			[ [no]encap-csum6 ]
			[ [no]encap-remcsum ]
			[ mode { ipip | mplsip | any } ]

Where:	ADDR := { IP_ADDRESS | any }
	TOS  := { NUMBER | inherit }
	TTL  := { 1..255 | inherit }
	MARK := { 0x0..0xffffffff }
`

const sitHelp = `Usage: ... sit   	[ remote ADDR ]
			[ local ADDR ]
			[ ttl TTL ]
			[ tos TOS ]
			[ [no]pmtudisc ]
			[ 6rd-prefix ADDR ]
			[ 6rd-relay_prefix ADDR ]
			[ 6rd-reset ]
			[ dev PHYS_DEV ]
			[ fwmark MARK ]
			[ external ]
			[ noencap ]
			[ encap { fou | gue | none } ]
			[ encap-sport PORT ]
			[ encap-dport PORT ]
			[ [no]encap-csum ]
			[ [no]encap-csum6 ]
			[ [no]encap-remcsum ]
			[ mode { ip6ip | ipip | mplsip | any } ]
			[ isatap ]

Where:	ADDR := { IP_ADDRESS | any }
	TOS  := { NUMBER | inherit }
	TTL  := { 1..255 | inherit }
	MARK := { 0x0..0xffffffff }
`

const ip6tnlHelp = `Usage: ... ip6tnl	[ remote ADDR ]
			[ local ADDR ]
			[ encaplimit ELIM ]
			[ hoplimit HLIM ]
			[ tclass TCLASS ]
			[ flowlabel FLOWLABEL ]
			[ dscp inherit ]
			[ [no]allow-localremote ]
			[ dev PHYS_DEV ]
			[ fwmark MARK ]
			[ external ]
			[ noencap ]
			[ encap { fou | gue | none } ]
			[ encap-sport PORT ]
			[ encap-dport PORT ]
			[ [no]encap-csum ]
			[ [no]encap-csum6 ]
			[ [no]encap-remcsum ]
			[ mode { ip6ip6 | ipip6 | any } ]

Where:	ADDR	  := IPV6_ADDRESS
	ELIM	  := { none | 0..255 }(default=4)
	HLIM	  := 0..255 (default=64)
	TCLASS    := { 0x0..0xff | inherit }
	FLOWLABEL := { 0x0..0xfffff | inherit }
	MARK	  := { 0x0..0xffffffff | inherit }
`
