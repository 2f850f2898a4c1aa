package xfrm

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
)

// acquire prints that a state is wanted, and the policy that wants it.
func (p *pen) acquire(m *rtnl.Msg) {
	if !p.longEnough(len(m.Data), sizeAcquire) {
		return
	}
	f := fields{m.Data}
	id := f.identity()
	f.skip(len(address{}))
	sel, info := f.selector(), f.policy()
	auths, crypts, compers, seq := f.u32(), f.u32(), f.u32(), f.u32()
	var tb table
	at := rtnl.Attrs(tb[:])
	attrs(at, m, sizeAcquire)
	p.text("acquire proto ", protoName(id.proto), " ")
	p.spi(id.spi, false)
	p.nl()
	p.selector(&sel, info.sel.family, "  sel ")
	p.policyInfo(&info, at, "    ", "  policy ")
	if p.stats {
		p.text("  seq 0x", zeros(decimal(uint64(seq)), 8), " ") // decimal all the same
		p.masks(crypts, auths, compers)
	}
	p.nl()
	p.end()
}

// report prints that a packet of Mobile IPv6 was refused.
func (p *pen) report(m *rtnl.Msg, noKeys bool) {
	if !p.longEnough(len(m.Data), sizeReport) {
		return
	}
	f := fields{m.Data}
	proto := f.u8()
	f.skip(3)
	sel := f.selector()
	var tb table
	at := rtnl.Attrs(tb[:])
	attrs(at, m, sizeReport)
	p.text("report proto ", protoName(proto), " ")
	p.nl()
	p.selector(&sel, unix.AF_UNSPEC, "  sel ")
	family := sel.family
	if family == unix.AF_UNSPEC {
		family = p.family
	}
	p.attrs(at, family, "  ", noKeys)
	p.end()
}

// flushedStates prints that all states of a protocol went.
func (p *pen) flushedStates(m *rtnl.Msg) {
	if !p.longEnough(len(m.Data), 1) {
		return
	}
	p.text("Flushed state proto ", protoName(m.Data[0]))
	p.nl()
	p.end()
}

// flushedPolicies prints that all policies of a type went.
func (p *pen) flushedPolicies(m *rtnl.Msg) {
	var tb table
	at := rtnl.Attrs(tb[:])
	attrs(at, m, 0)
	p.text("Flushed policy ")
	p.ptype(at)
	p.nl()
	p.end()
}

// Why a state tells of itself (XFRM_AE_*).
const (
	aeReplay = 0x10
	aeTimer  = 0x20
	aePolicy = 0x40
)

// asyncEvent prints that a state changed on its way.
func (p *pen) asyncEvent(m *rtnl.Msg) {
	f := fields{m.Data}
	var s stateID
	s.read(&f)
	src, flags := f.addr(), f.u32()
	s.reqID = f.u32()
	p.hex("Async event  (0x", uint64(flags), 0, ") ")
	for _, why := range [...]struct {
		bit  uint32
		text string
	}{
		{aeReplay, " replay update "}, {aeTimer, " timer expired "}, {aePolicy, " policy updated "},
	} {
		if flags&why.bit != 0 {
			p.text(why.text)
		}
	}
	p.addr("\n\tsrc ", s.family, src, " ")
	p.stateID(&s)
}

// mapping prints that a NAT shows another address of a peer.
func (p *pen) mapping(m *rtnl.Msg) {
	f := fields{m.Data}
	var s stateID
	s.read(&f)
	s.reqID = f.u32()
	old, now := f.addr(), f.addr()
	p.addr("Mapping change ", s.family, old, "")
	p.count(":", uint64(f.be16()), " -> ")
	p.addr("", s.family, now, "")
	p.count(":", uint64(f.be16()), "\n\t")
	p.stateID(&s)
}

// stateID is struct xfrm_usersa_id and the id of a request.
type stateID struct {
	identity
	family uint16
	reqID  uint32
}

func (s *stateID) read(f *fields) {
	s.dst, s.spi, s.family, s.proto = f.addr(), f.be32(), f.u16(), f.u8()
	f.skip(1)
}

func (p *pen) stateID(s *stateID) {
	p.addr("dst ", s.family, s.dst, " ")
	p.hex(" reqid 0x", uint64(s.reqID), 0, "")
	p.text(" protocol ", p.proto(s.proto), " ")
	p.hex(" SPI 0x", uint64(s.spi), 0, "\n")
}
