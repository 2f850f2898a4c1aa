package route

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// filter is what list, flush and save select by. A field that is the same in
// all selected routes is not printed: the zero filter selects all routes but
// cached ones, and hides nothing.
type filter struct {
	// family is that of -4, -6 and so on, 0 for any.
	family uint8
	// table is 0 for all.
	table  uint32
	cloned clones

	protocol, scope, tos           uint8
	byProtocol, byScope, byTOS     bool
	kinds                          uint64 // bits by type, 0 for any
	iif, oif, mark, metric         uint32
	byIIF, byOIF, byMark, byMetric bool
	realms, realmMask              uint32
	via, prefSrc                   format.Prefix
	dstRoot, dstMatch              prefixFilter
	srcRoot, srcMatch              prefixFilter
	manyTables6                    bool
	keepDefault6                   bool
}

// clones says what a filter does with cached routes.
type clones uint8

const (
	noClones clones = iota
	onlyClones
	anyClones
)

// prefixFilter is a prefix to compare destinations or sources with.
type prefixFilter struct {
	format.Prefix
	set bool
}

// chosen tells whether the prefix restricts anything: "any" does not.
func (p *prefixFilter) chosen() bool {
	return p.set && (p.Family != unix.AF_UNSPEC || p.LenGiven)
}

// addrRoom is how many bytes of addresses are compared: more than the 255 bits
// of the longest length. Addresses are filled up with zeros.
const addrRoom = 32

// within tells whether addr/bits lies in the prefix (root).
func (p *prefixFilter) within(family uint8, addr []byte, bits uint8) bool {
	if !p.chosen() {
		return true
	}
	return p.sameFamily(family) && p.Bits <= int(bits) && sameBits(addr, p.Addr, p.Bits)
}

// contains tells whether the prefix lies in addr/bits (match).
func (p *prefixFilter) contains(family uint8, addr []byte, bits uint8) bool {
	if !p.chosen() {
		return true
	}
	return p.sameFamily(family) && (p.Bits < 0 || p.Bits >= int(bits)) && sameBits(addr, p.Addr, int(bits))
}

func (p *prefixFilter) sameFamily(family uint8) bool {
	return p.Family == unix.AF_UNSPEC || p.Family == int(family)
}

// sameBits compares the first bits of two addresses.
func sameBits(a, b []byte, bits int) bool {
	var x, y [addrRoom]byte
	copy(x[:], a)
	copy(y[:], b)
	return format.SameBits(x[:], y[:], bits)
}

// match tells whether a route is selected.
func (f *filter) match(r *record) bool {
	return f.matchHeader(r) && f.matchAddresses(r) && f.matchNumbers(r) &&
		!(f.keepDefault6 && isDefaultUnreachable6(r))
}

func (f *filter) matchHeader(r *record) bool {
	if f.family != unix.AF_UNSPEC && r.family != f.family {
		return false
	}
	table := r.tableID()
	if r.family == unix.AF_INET6 && table != unix.RT_TABLE_MAIN {
		f.manyTables6 = true
	}
	switch {
	case f.cloned == noClones && r.cloned(), f.cloned == onlyClones && !r.cloned():
		return false
	case !f.matchTable(r, table):
		return false
	case f.byProtocol && f.protocol != r.protocol, f.byScope && f.scope != r.scope, f.byTOS && f.tos != r.tos:
		return false
	}
	return f.kinds == 0 || f.kinds&kindBit(r.kind) != 0
}

// matchTable has the original's view of kernels whose IPv6 has one table only:
// until a route of another table was seen, the type of an IPv6 route tells
// which table it belongs to.
func (f *filter) matchTable(r *record, table uint32) bool {
	if r.family != unix.AF_INET6 || f.manyTables6 {
		return f.table == 0 || f.table == table
	}
	switch f.table {
	case 0:
		return true
	case unix.RT_TABLE_LOCAL:
		return r.kind == unix.RTN_LOCAL
	case unix.RT_TABLE_MAIN:
		return r.kind != unix.RTN_LOCAL
	}
	return false
}

// kindBit is the bit of a type; C's shift of an int wraps around at 32 and
// carries its sign.
func kindBit(kind uint8) uint64 { return uint64(int64(int32(1) << (kind & 31))) }

// byAddress tells whether the filter is about addresses at all.
func (f *filter) byAddress() bool {
	return f.dstRoot.set || f.dstMatch.set || f.srcRoot.set || f.srcMatch.set ||
		f.via.Family != unix.AF_UNSPEC || f.prefSrc.Family != unix.AF_UNSPEC
}

func (f *filter) matchAddresses(r *record) bool {
	if !f.byAddress() {
		return true
	}
	dst := lengthBytes(r.at.Get(unix.RTA_DST), r.dstLen)
	src := lengthBytes(r.at.Get(unix.RTA_SRC), r.srcLen)
	return f.dstRoot.within(r.family, dst, r.dstLen) && f.dstMatch.contains(r.family, dst, r.dstLen) &&
		f.srcRoot.within(r.family, src, r.srcLen) && f.srcMatch.contains(r.family, src, r.srcLen) &&
		f.matchVia(r) && f.matchPrefSrc(r)
}

// lengthBytes are the bytes of an address that its length in bits reaches into.
func lengthBytes(b []byte, bits uint8) []byte { return b[:min(len(b), (int(bits)+7)/8)] }

func (f *filter) matchVia(r *record) bool {
	if f.via.Family == unix.AF_UNSPEC {
		return true
	}
	family, addr := int(r.family), r.at.Get(unix.RTA_GATEWAY)
	if via := r.at.Get(unix.RTA_VIA); len(via) >= 2 {
		family, addr = int(native.Uint16(via)), via[2:]
	}
	return family == f.via.Family && sameBits(addr, f.via.Addr, f.via.Bits)
}

func (f *filter) matchPrefSrc(r *record) bool {
	if f.prefSrc.Family == unix.AF_UNSPEC {
		return true
	}
	return int(r.family) == f.prefSrc.Family &&
		sameBits(r.at.Get(unix.RTA_PREFSRC), f.prefSrc.Addr, f.prefSrc.Bits)
}

func (f *filter) matchNumbers(r *record) bool {
	if f.realmMask == 0 && !f.byIIF && !f.byOIF && !f.byMark && !f.byMetric {
		return true
	}
	if f.realmMask != 0 {
		if realms, _ := r.at.U32(unix.RTA_FLOW); (realms^f.realms)&f.realmMask != 0 {
			return false
		}
	}
	return matchNumber(r.at, unix.RTA_IIF, f.byIIF, f.iif) &&
		matchNumber(r.at, unix.RTA_OIF, f.byOIF, f.oif) &&
		matchNumber(r.at, unix.RTA_MARK, f.byMark, f.mark) &&
		matchNumber(r.at, unix.RTA_PRIORITY, f.byMetric, f.metric)
}

// matchNumber compares an attribute, which counts as 0 when it is absent.
func matchNumber(at rtnl.Attrs, attr int, by bool, want uint32) bool {
	if !by {
		return true
	}
	v, _ := at.U32(attr)
	return v == want
}

// isDefaultUnreachable6 recognises the route that the kernel keeps for itself: a
// flush leaves it alone.
func isDefaultUnreachable6(r *record) bool {
	metric, ok := r.at.U32(unix.RTA_PRIORITY)
	return r.family == unix.AF_INET6 && r.dstLen == 0 && r.kind == unix.RTN_UNREACHABLE &&
		ok && metric == ^uint32(0)
}
