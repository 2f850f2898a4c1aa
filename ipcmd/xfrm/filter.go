package xfrm

import "github.com/nlbox/nlbox/internal/format"

// stateFilter tells which states are meant. The zero value means all.
type stateFilter struct {
	id                          idWords
	reqID                       uint32
	mode, flags                 uint8
	hasMode, hasReqID, hasFlags bool
}

func (f *stateFilter) match(s *saInfo) bool {
	if f == nil {
		return true
	}
	id := &f.id
	return (id.family == 0 || id.family == s.family) &&
		format.SameBits(s.src[:], id.src[:], int(id.srcBits)) &&
		format.SameBits(s.id.dst[:], id.id.dst[:], int(id.dstBits)) &&
		(!id.hasProto || id.id.proto == s.id.proto) &&
		(!id.hasSPI || id.id.spi == s.id.spi) &&
		(!f.hasMode || f.mode == s.mode) &&
		(!f.hasReqID || f.reqID == s.reqID) &&
		(!f.hasFlags || f.flags&s.flags != 0)
}

// policyFilter tells which policies are meant. The zero value means all.
type policyFilter struct {
	sel                              selWords
	index, priority                  uint32
	dir, ptype, action, flags        uint8
	hasIndex, hasPriority            bool
	hasDir, hasType, hasAct, hasFlag bool
	noSockets                        bool
}

func (f *policyFilter) match(p *policyInfo, ptype uint8) bool {
	if f == nil {
		return true
	}
	return (f.sel.family == 0 || f.sel.family == p.sel.family) &&
		(!f.hasDir || f.dir == p.dir) &&
		(!f.noSockets || p.dir < dirs) &&
		(!f.hasType || f.ptype == ptype) &&
		f.sel.match(&p.sel) &&
		(!f.hasIndex || f.index == p.index) &&
		(!f.hasAct || f.action == p.action) &&
		(!f.hasPriority || f.priority == p.priority) &&
		(!f.hasFlag || f.flags&p.flags != 0)
}

func (w *selWords) match(s *selector) bool {
	return format.SameBits(s.src[:], w.src[:], int(w.srcBits)) &&
		format.SameBits(s.dst[:], w.dst[:], int(w.dstBits)) &&
		(!w.hasDev || w.index == s.index) &&
		(!w.hasProto || w.proto == s.proto) &&
		(!w.hasSport || w.sport == s.sport) &&
		(!w.hasDport || w.dport == s.dport)
}
