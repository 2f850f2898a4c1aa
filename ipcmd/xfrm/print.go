package xfrm

import (
	"time"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
)

// state prints a message about a state that the filter means. It tells whether
// the message was whole.
func (p *pen) state(m *rtnl.Msg, filter *stateFilter, noKeys bool) bool {
	size, verb := sizeSA, ""
	switch m.Type {
	case msgNewSA:
	case msgUpdateSA:
		verb = "Updated "
	case msgDeleteSA:
		size, verb = sizeSAID, "Deleted "
	case msgExpire:
		size, verb = sizeExpire, "Expired "
	default:
		p.notA("state", m)
		return true
	}
	if !p.longEnough(len(m.Data), size) {
		return false
	}
	f := fields{m.Data}
	s := f.sa() // not if it was deleted
	hard := f.u8()
	if m.Type != msgDeleteSA && !filter.match(&s) {
		return true
	}
	var tb table
	at := rtnl.Attrs(tb[:])
	attrs(at, m, size)
	p.text(verb)
	if m.Type == msgDeleteSA {
		b := at.Get(attrSA)
		switch {
		case b == nil:
			p.warn("Buggy XFRM_MSG_DELSA: no XFRMA_SA")
			return false
		case len(b) < sizeSA:
			p.warn("Buggy XFRM_MSG_DELPOLICY: too short XFRMA_POLICY len")
			return false
		}
		f = fields{b}
		s = f.sa()
	}
	p.saInfo(&s, at, noKeys)
	if m.Type == msgExpire {
		p.count("\thard ", uint64(hard), "")
		p.nl()
	}
	p.end()
	return true
}

// saInfo prints a state and its attributes.
func (p *pen) saInfo(s *saInfo, at rtnl.Attrs, noKeys bool) {
	p.transform(s.src, &s.id, s.mode, s.reqID, s.family, isIPsec(s.id.proto), "")
	p.count("\treplay-window ", uint64(s.replayWindow), " ")
	if p.stats {
		p.text("seq 0x", zeros(decimal(uint64(s.seq)), 8), " ") // decimal all the same
	}
	if p.stats || s.flags != 0 {
		p.text("flag ")
		p.flagNames(stateFlags[:], uint32(s.flags))
	}
	if p.stats {
		if at.Has(attrExtraFlags) {
			flags, _ := at.U32(attrExtraFlags)
			p.text("extra_flag ")
			p.flagNames(extraFlags[:], flags)
		}
		p.bits(s.flags)
	}
	p.nl()
	p.attrs(at, s.family, "\t", noKeys)
	if s.sel != (selector{}) {
		p.selector(&s.sel, s.family, "\tsel ")
	}
	if p.stats {
		p.lifetime(&s.life, "\t")
		p.text("\tstats:")
		p.nl()
		p.count("\t  replay-window ", uint64(s.window), "")
		p.count(" replay ", uint64(s.replay), "")
		p.count(" failed ", uint64(s.failed), "")
		p.nl()
	}
	p.context(at)
}

// transform prints what a state and a template have in common: addresses,
// protocol, mode.
func (p *pen) transform(src address, id *identity, mode uint8, reqID uint32, family uint16, spi bool, prefix string) {
	p.addr("src ", family, src, " ")
	p.addr("dst ", family, id.dst, "")
	p.nl()
	p.text(prefix, "\tproto ", protoName(id.proto), " ")
	p.spi(id.spi, spi)
	p.count("reqid ", uint64(reqID), "")
	if p.stats {
		p.hex("(0x", uint64(reqID), 8, ")")
	}
	p.text(" mode ", name(modeRows[:], mode))
	p.nl()
}

// spi prints an SPI unless it is 0; always has it printed all the same.
func (p *pen) spi(v uint32, always bool) {
	if !p.stats && !always && v == 0 {
		return
	}
	p.hex("spi 0x", uint64(v), 8, "")
	if p.stats {
		p.count("(", uint64(v), ")")
	}
	p.text(" ")
}

// selector prints a selector. family is that of its addresses where it does not
// tell itself.
func (p *pen) selector(s *selector, family uint16, prefix string) {
	switch {
	case s.family != unix.AF_UNSPEC:
		family = s.family
	case family == unix.AF_UNSPEC:
		family = p.family
	}
	p.addr(prefix+"src ", family, s.src, "/")
	p.count("", uint64(s.srcBits), " ")
	p.addr("dst ", family, s.dst, "/")
	p.count("", uint64(s.dstBits), " ")
	if s.proto != 0 {
		p.text("proto ", p.proto(s.proto), " ")
	}
	p.ports(s)
	if s.index > 0 {
		p.text("dev ", p.device(s.index), " ")
	}
	if p.stats {
		p.count("uid ", uint64(s.user), "")
	}
	p.nl()
}

// ports prints the ports, or what the protocol has in their place.
func (p *pen) ports(s *selector) {
	first, second := "sport ", "dport "
	switch s.proto {
	case unix.IPPROTO_ICMP, unix.IPPROTO_ICMPV6:
		first, second = "type ", "code "
	case unix.IPPROTO_GRE:
		if s.sportMask != 0 || s.dportMask != 0 {
			p.count("key ", uint64(s.sport)<<16+uint64(s.dport), " ")
		}
		return
	case protoMH:
		if s.sportMask != 0 {
			p.count("type ", uint64(s.sport), " ")
		}
		if s.dportMask != 0 && p.stats {
			raw := native.Uint16([]byte{byte(s.dport >> 8), byte(s.dport)})
			p.hex("(dport) 0x", uint64(raw), 4, " ")
		}
		return
	}
	if s.sportMask != 0 {
		p.count(first, uint64(s.sport), " ")
	}
	if s.dportMask != 0 {
		p.count(second, uint64(s.dport), " ")
	}
}

// limit prints a limit and its unit.
func (p *pen) limit(before string, v uint64, unit string) {
	if v == infinite {
		p.text(before, "(INF)", unit)
		return
	}
	p.count(before, v, unit)
}

// lifetime prints the limits of a state or policy, and what was used of them.
func (p *pen) lifetime(l *lifetime, prefix string) {
	p.text(prefix + "lifetime config:")
	p.nl()
	p.limit(prefix+"  limit: soft ", l.limits[softBytes], "(bytes),")
	p.limit(" hard ", l.limits[hardBytes], "(bytes)")
	p.nl()
	p.limit(prefix+"  limit: soft ", l.limits[softPackets], "(packets),")
	p.limit(" hard ", l.limits[hardPackets], "(packets)")
	p.nl()
	p.count(prefix+"  expire add: soft ", l.limits[softAdd], "(sec), ")
	p.count("hard ", l.limits[hardAdd], "(sec)")
	p.nl()
	p.count(prefix+"  expire use: soft ", l.limits[softUse], "(sec), ")
	p.count("hard ", l.limits[hardUse], "(sec)")
	p.nl()
	p.text(prefix + "lifetime current:")
	p.nl()
	p.count(prefix+"  ", l.bytes, "(bytes), ")
	p.count("", l.packets, "(packets)")
	p.nl()
	p.time(prefix+"  add ", l.added)
	p.time(" use ", l.used)
	p.nl()
}

// time prints a time in seconds of the Epoch, "-" for none.
func (p *pen) time(before string, seconds uint64) {
	p.text(before)
	if seconds == 0 {
		p.text("-")
		return
	}
	p.b = time.Unix(int64(seconds), 0).AppendFormat(p.b, "2006-01-02 15:04:05")
}

// context prints the security context.
func (p *pen) context(at rtnl.Attrs) {
	b := at.Get(attrSecCtx)
	if b == nil {
		return
	}
	p.text("\tsecurity context ")
	if len(b) < sizeSecCtx {
		p.text("(ERROR truncated)")
	}
	f := fields{b}
	f.skip(6)
	n := int(f.u16())
	text := f.b[:min(n, len(f.b))]
	p.b = append(p.b, upToNUL(text)...)
	p.text(" ")
	p.nl()
}

// upToNUL is the text that ends with the first NUL, or with b.
func upToNUL(b []byte) []byte {
	for i, c := range b {
		if c == 0 {
			return b[:i]
		}
	}
	return b
}
