package xfrm

import (
	"strconv"

	"github.com/nlbox/nlbox/internal/rtnl"
)

// sadInfo prints how many states there are.
func (p *pen) sadInfo(m *rtnl.Msg) {
	var tb [sadHash + 1][]byte
	at := rtnl.Attrs(tb[:])
	if !p.info(at, m, "SADinfo") {
		return
	}
	if !at.Has(sadCount) {
		p.text("BAD SAD info returned\n")
		return
	}
	n, _ := at.U32(sadCount)
	p.count("\t SAD count ", uint64(n), "")
	if b := at.Get(sadHash); p.stats && b != nil {
		if len(b) < 8 {
			p.text("BAD SAD length returned\n")
			return
		}
		f := fields{b}
		p.signed(" (buckets count ", f.u32(), "")
		p.signed(" Max ", f.u32(), ")")
	}
	p.text("\n")
}

// spdInfo prints how many policies there are.
func (p *pen) spdInfo(m *rtnl.Msg) {
	var tb [spdThresholds6 + 1][]byte
	at := rtnl.Attrs(tb[:])
	if !p.info(at, m, "SPDinfo") {
		return
	}
	p.text("\t SPD")
	for _, row := range [...]struct {
		attr, size int
		show       func(*pen, fields)
		more       bool // with -stats twice only
	}{
		{spdCounts, 24, (*pen).spdCounts, false},
		{spdHash, 8, func(p *pen, f fields) {
			p.signed("\t SPD buckets: count ", f.u32(), "")
			p.signed(" Max ", f.u32(), "")
		}, true},
		{spdThresholds4, 2, func(p *pen, f fields) { p.thresholds("IPv4", f) }, true},
		{spdThresholds6, 2, func(p *pen, f fields) { p.thresholds("IPv6", f) }, true},
	} {
		b := at.Get(row.attr)
		if b == nil || row.more && !p.moreStats {
			continue
		}
		if len(b) < row.size {
			p.wrongLen("SPDinfo", m)
			return
		}
		row.show(p, fields{b})
		p.nl()
	}
	p.end()
}

func (p *pen) spdCounts(f fields) {
	p.signed(" IN  ", f.u32(), "")
	p.signed(" OUT ", f.u32(), "")
	p.signed(" FWD ", f.u32(), "")
	if p.stats {
		p.signed(" (Sock: IN ", f.u32(), "")
		p.signed(" OUT ", f.u32(), "")
		p.signed(" FWD ", f.u32(), ")")
	}
}

func (p *pen) thresholds(family string, f fields) {
	p.count("\t SPD "+family+" thresholds: local ", uint64(f.u8()), "")
	p.count(" remote ", uint64(f.u8()), "")
}

// sizeFlags is what stands before the attributes of the counts: 32 bits.
const sizeFlags = 4

// info parses the attributes of an answer about the counts.
func (p *pen) info(at rtnl.Attrs, m *rtnl.Msg, what string) bool {
	if len(m.Data) < sizeFlags {
		p.wrongLen(what, m)
		return false
	}
	attrs(at, m, sizeFlags)
	return true
}

func (p *pen) wrongLen(what string, m *rtnl.Msg) {
	p.warn(what + ": Wrong len " + strconv.Itoa(len(m.Data)-sizeFlags))
}
