package xfrm

import (
	"encoding/binary"
	"math"
)

// Messages (linux/xfrm.h).
const (
	msgNewSA        = 0x10
	msgDeleteSA     = 0x11
	msgGetSA        = 0x12
	msgNewPolicy    = 0x13
	msgDeletePolicy = 0x14
	msgGetPolicy    = 0x15
	msgAllocSPI     = 0x16
	msgAcquire      = 0x17
	msgExpire       = 0x18
	msgUpdatePolicy = 0x19
	msgUpdateSA     = 0x1a
	msgPolicyExpire = 0x1b
	msgFlushSA      = 0x1c
	msgFlushPolicy  = 0x1d
	msgNewAE        = 0x1e
	msgReport       = 0x20
	msgGetSADInfo   = 0x23
	msgNewSPDInfo   = 0x24
	msgGetSPDInfo   = 0x25
	msgMapping      = 0x26
	msgSetDefault   = 0x27
	msgGetDefault   = 0x28
)

// Attributes (linux/xfrm.h, enum xfrm_attr_type_t).
const (
	attrAuth          = 1 // struct xfrm_algo
	attrCrypt         = 2 // struct xfrm_algo
	attrComp          = 3 // struct xfrm_algo
	attrEncap         = 4 // struct xfrm_encap_tmpl
	attrTmpl          = 5 // a row of struct xfrm_user_tmpl
	attrSA            = 6 // struct xfrm_usersa_info
	attrPolicy        = 7 // struct xfrm_userpolicy_info
	attrSecCtx        = 8 // struct xfrm_user_sec_ctx
	attrReplay        = 10
	attrSrcAddr       = 13
	attrCoAddr        = 14
	attrLastUsed      = 15 // 64 bits
	attrPolicyType    = 16
	attrAEAD          = 18 // struct xfrm_algo_aead
	attrAuthTrunc     = 20 // struct xfrm_algo_auth
	attrMark          = 21
	attrTFCPad        = 22 // 32 bits
	attrReplayESN     = 23
	attrExtraFlags    = 24 // 32 bits
	attrProto         = 25 // 8 bits
	attrAddressFilter = 26
	attrOffload       = 28
	attrOutputMark    = 29 // 32 bits
	attrOutputMask    = 30 // 32 bits
	attrIfID          = 31 // 32 bits
)

// Attributes of the counts of both databases.
const (
	sadCount = 1 // 32 bits
	sadHash  = 2

	spdCounts      = 1
	spdHash        = 2
	spdThresholds4 = 3
	spdThresholds6 = 4
)

// Sizes of the structures, with the padding at their end.
const (
	sizeSelector   = 56
	sizeSA         = 224
	sizeSAID       = 24
	sizeExpire     = 232
	sizePolicy     = 168
	sizePolicyID   = 64
	sizePolExpire  = 176
	sizeAcquire    = 280
	sizeReport     = 60
	sizeTmpl       = 64
	sizeAlgo       = 68
	sizeLongAlgo   = 72 // struct xfrm_algo_aead, struct xfrm_algo_auth
	sizeEncap      = 24
	sizeReplay     = 12
	sizeReplayESN  = 24
	sizeOffload    = 8
	sizeSecCtx     = 8
	sizePolicyType = 6
	sizeDefault    = 3

	algoNameSize = 64 // the room for the name of an algorithm
)

// infinite is XFRM_INF: no limit.
const infinite = math.MaxUint64

// address is xfrm_address_t: 4 bytes of inet, or 16 of inet6.
type address [16]byte

// fields reads a structure. What is missing at its end is zeros.
type fields struct{ b []byte }

func (f *fields) bytes(into []byte) {
	n := copy(into, f.b)
	f.b = f.b[n:]
}

func (f *fields) skip(n int) { f.b = f.b[min(n, len(f.b)):] }

func (f *fields) u8() uint8 {
	var v [1]byte
	f.bytes(v[:])
	return v[0]
}

func (f *fields) u16() uint16 {
	var v [2]byte
	f.bytes(v[:])
	return native.Uint16(v[:])
}

func (f *fields) be16() uint16 {
	var v [2]byte
	f.bytes(v[:])
	return binary.BigEndian.Uint16(v[:])
}

func (f *fields) u32() uint32 {
	var v [4]byte
	f.bytes(v[:])
	return native.Uint32(v[:])
}

func (f *fields) be32() uint32 {
	var v [4]byte
	f.bytes(v[:])
	return binary.BigEndian.Uint32(v[:])
}

func (f *fields) u64() uint64 {
	var v [8]byte
	f.bytes(v[:])
	return native.Uint64(v[:])
}

func (f *fields) addr() (a address) {
	f.bytes(a[:])
	return a
}

// selector is struct xfrm_selector: the packets that are meant. Ports are in the
// machine's order here.
type selector struct {
	dst, src         address
	dport, dportMask uint16
	sport, sportMask uint16
	family           uint16
	dstBits, srcBits uint8
	proto            uint8
	index            int32
	user             uint32
}

func (f *fields) selector() (s selector) {
	s.dst, s.src = f.addr(), f.addr()
	s.dport, s.dportMask = f.be16(), f.be16()
	s.sport, s.sportMask = f.be16(), f.be16()
	s.family = f.u16()
	s.dstBits, s.srcBits, s.proto = f.u8(), f.u8(), f.u8()
	f.skip(3)
	s.index, s.user = int32(f.u32()), f.u32()
	return s
}

func (s *selector) append(b []byte) []byte {
	b = append(append(b, s.dst[:]...), s.src[:]...)
	for _, v := range [...]uint16{s.dport, s.dportMask, s.sport, s.sportMask} {
		b = binary.BigEndian.AppendUint16(b, v)
	}
	b = native.AppendUint16(b, s.family)
	b = append(b, s.dstBits, s.srcBits, s.proto, 0, 0, 0)
	b = native.AppendUint32(b, uint32(s.index))
	return native.AppendUint32(b, s.user)
}

// identity is struct xfrm_id, what names a state.
type identity struct {
	dst   address
	spi   uint32
	proto uint8
}

func (f *fields) identity() (id identity) {
	id.dst, id.spi, id.proto = f.addr(), f.be32(), f.u8()
	f.skip(3)
	return id
}

func (id *identity) append(b []byte) []byte {
	b = append(b, id.dst[:]...)
	b = binary.BigEndian.AppendUint32(b, id.spi)
	return append(b, id.proto, 0, 0, 0)
}

// The limits of a lifetime, struct xfrm_lifetime_cfg. Times are in seconds.
const (
	softBytes = iota
	hardBytes
	softPackets
	hardPackets
	softAdd
	hardAdd
	softUse
	hardUse
)

type limits [8]uint64

// unlimited are the limits of who asks for none.
func unlimited() limits { return limits{infinite, infinite, infinite, infinite} }

// lifetime is limits and what was used of them.
type lifetime struct {
	limits
	// bytes and packets so far, and the times in seconds of the Epoch, 0 for
	// never (struct xfrm_lifetime_cur).
	bytes, packets, added, used uint64
}

func (f *fields) lifetime() (l lifetime) {
	for i := range l.limits {
		l.limits[i] = f.u64()
	}
	l.bytes, l.packets, l.added, l.used = f.u64(), f.u64(), f.u64(), f.u64()
	return l
}

func (l *lifetime) append(b []byte) []byte {
	for _, v := range l.limits {
		b = native.AppendUint64(b, v)
	}
	for _, v := range [...]uint64{l.bytes, l.packets, l.added, l.used} {
		b = native.AppendUint64(b, v)
	}
	return b
}

// saInfo is struct xfrm_usersa_info: a state.
type saInfo struct {
	sel  selector
	id   identity
	src  address
	life lifetime
	// window, replay and failed are the statistics (struct xfrm_stats).
	window, replay, failed uint32
	seq                    uint32 // as it lies in the message
	reqID                  uint32
	family                 uint16
	mode, replayWindow     uint8
	flags                  uint8
}

func (f *fields) sa() (s saInfo) {
	s.sel, s.id, s.src, s.life = f.selector(), f.identity(), f.addr(), f.lifetime()
	s.window, s.replay, s.failed = f.u32(), f.u32(), f.u32()
	s.seq, s.reqID, s.family = f.u32(), f.u32(), f.u16()
	s.mode, s.replayWindow, s.flags = f.u8(), f.u8(), f.u8()
	f.skip(7)
	return s
}

func (s *saInfo) append(b []byte) []byte {
	b = s.id.append(s.sel.append(b))
	b = s.life.append(append(b, s.src[:]...))
	for _, v := range [...]uint32{s.window, s.replay, s.failed, s.seq, s.reqID} {
		b = native.AppendUint32(b, v)
	}
	b = native.AppendUint16(b, s.family)
	return append(b, s.mode, s.replayWindow, s.flags, 0, 0, 0, 0, 0, 0, 0)
}

// policyInfo is struct xfrm_userpolicy_info: a policy.
type policyInfo struct {
	sel             selector
	life            lifetime
	priority, index uint32
	dir, action     uint8
	flags, share    uint8
}

func (f *fields) policy() (p policyInfo) {
	p.sel, p.life = f.selector(), f.lifetime()
	p.priority, p.index = f.u32(), f.u32()
	p.dir, p.action, p.flags, p.share = f.u8(), f.u8(), f.u8(), f.u8()
	f.skip(4)
	return p
}

func (p *policyInfo) append(b []byte) []byte {
	b = p.life.append(p.sel.append(b))
	b = native.AppendUint32(native.AppendUint32(b, p.priority), p.index)
	return append(b, p.dir, p.action, p.flags, p.share, 0, 0, 0, 0)
}

// tmpl is struct xfrm_user_tmpl: a state that a policy asks for.
type tmpl struct {
	id                     identity
	family                 uint16
	src                    address
	reqID                  uint32
	mode, share, optional  uint8
	auths, crypts, compers uint32 // the algorithms that may be, as bits
}

func (f *fields) tmpl() (t tmpl) {
	t.id, t.family = f.identity(), f.u16()
	f.skip(2)
	t.src, t.reqID = f.addr(), f.u32()
	t.mode, t.share, t.optional = f.u8(), f.u8(), f.u8()
	f.skip(1)
	t.auths, t.crypts, t.compers = f.u32(), f.u32(), f.u32()
	return t
}

func (t *tmpl) append(b []byte) []byte {
	b = native.AppendUint16(t.id.append(b), t.family)
	b = append(append(b, 0, 0), t.src[:]...)
	b = native.AppendUint32(b, t.reqID)
	b = append(b, t.mode, t.share, t.optional, 0)
	for _, v := range [...]uint32{t.auths, t.crypts, t.compers} {
		b = native.AppendUint32(b, v)
	}
	return b
}

// mark is struct xfrm_mark.
type mark struct{ value, mask uint32 }

func (m mark) bytes() []byte {
	return native.AppendUint32(native.AppendUint32(nil, m.value), m.mask)
}
