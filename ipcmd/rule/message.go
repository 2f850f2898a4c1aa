package rule

import (
	"encoding/binary"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/byteorder"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// native is the byte order of rtnetlink.
var native byteorder.Native

// header is struct fib_rule_hdr (linux/fib_rules.h).
type header struct {
	family, dstLen, srcLen, tos uint8
	table, action               uint8
	flags                       uint32
}

const headerSize = 12

// Bits of header.flags.
const (
	flagInvert      = 0x2
	flagUnresolved  = 0x4
	flagIIfDetached = 0x8
	flagOIfDetached = 0x10
)

// Actions (FR_ACT_*); those from 6 on are route types (RTN_*), and so is nat.
const (
	actUnspec = 0
	actTable  = 1
	actGoto   = 2
	actNop    = 3
	actNAT    = unix.RTN_NAT
)

// attrGateway is RTA_GATEWAY, which rules with nat borrow from routes.
const attrGateway = unix.RTA_GATEWAY

// attrMax is the greatest attribute type that is looked at.
const attrMax = unix.FRA_DPORT_RANGE

func (h *header) put(b []byte) {
	b[0], b[1], b[2], b[3] = h.family, h.dstLen, h.srcLen, h.tos
	b[4], b[5], b[6], b[7] = h.table, 0, 0, h.action
	native.PutUint32(b[8:], h.flags)
}

// record is a rule as the kernel tells it.
type record struct {
	header
	deleted bool
	at      rtnl.Attrs
	tb      [attrMax + 1][]byte
}

// decode reads a RTM_NEWRULE or RTM_DELRULE. The record is good as long as the
// message is.
func (r *record) decode(m *rtnl.Msg) bool {
	if m.Type != unix.RTM_NEWRULE && m.Type != unix.RTM_DELRULE || len(m.Data) < headerSize {
		return false
	}
	d := m.Data
	r.header = header{
		family: d[0], dstLen: d[1], srcLen: d[2], tos: d[3],
		table: d[4], action: d[7], flags: native.Uint32(d[8:]),
	}
	r.deleted = m.Type == unix.RTM_DELRULE
	r.at = rtnl.Attrs(r.tb[:])
	r.at.Parse(d[headerSize:])
	return true
}

// tableID is the routing table: that of the attribute where there is one.
func (r *record) tableID() uint32 {
	if t, ok := r.at.U32(unix.FRA_TABLE); ok {
		return t
	}
	return uint32(r.table)
}

// u32 is the value of an attribute, 0 without it.
func (r *record) u32(t int) uint32 {
	v, _ := r.at.U32(t)
	return v
}

// u8 is the value of an attribute, 0 without it.
func (r *record) u8(t int) uint8 {
	v, _ := r.at.U8(t)
	return v
}

// tunID is the tunnel id, which alone is in network order.
func (r *record) tunID() (uint64, bool) {
	b := r.at.Get(unix.FRA_TUN_ID)
	if len(b) < 8 {
		return 0, false
	}
	return binary.BigEndian.Uint64(b), true
}

// uidRange is struct fib_rule_uid_range.
func (r *record) uidRange() (start, end uint32, ok bool) {
	b := r.at.Get(unix.FRA_UID_RANGE)
	if len(b) < 8 {
		return 0, 0, false
	}
	return native.Uint32(b), native.Uint32(b[4:]), true
}

// ports is a struct fib_rule_port_range.
type ports struct{ start, end uint16 }

func (p ports) bytes() []byte {
	return native.AppendUint16(native.AppendUint16(nil, p.start), p.end)
}

func (r *record) ports(t int) (ports, bool) {
	b := r.at.Get(t)
	if len(b) < 4 {
		return ports{}, false
	}
	return ports{native.Uint16(b), native.Uint16(b[2:])}, true
}
