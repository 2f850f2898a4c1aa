package route

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/byteorder"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// native is the machine's byte order.
var native byteorder.Native

// header is struct rtmsg of linux/rtnetlink.h.
type header struct {
	family, dstLen, srcLen, tos  uint8
	table, protocol, scope, kind uint8
	flags                        uint32
}

const headerSize = unix.SizeofRtMsg

// decode reads the header off a payload and returns the attributes behind it.
func (h *header) decode(b []byte) (attrs []byte, ok bool) {
	if len(b) < headerSize {
		return nil, false
	}
	*h = header{b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], native.Uint32(b[8:])}
	return b[headerSize:], true
}

// put writes the header into a payload.
func (h *header) put(b []byte) {
	b[0], b[1], b[2], b[3] = h.family, h.dstLen, h.srcLen, h.tos
	b[4], b[5], b[6], b[7] = h.table, h.protocol, h.scope, h.kind
	native.PutUint32(b[8:], h.flags)
}

// newRequest starts a request with room for the header.
func newRequest(typ, flags uint16) *rtnl.Request {
	r := rtnl.NewRequest(typ, flags)
	r.Body(make([]byte, headerSize))
	return r
}

// rtaNHID is RTA_NH_ID of linux/rtnetlink.h, which x/sys lacks: the greatest
// attribute that is looked at.
const rtaNHID = 30

// record is a route as it came: its header and its attributes, which lie in the
// message.
type record struct {
	header
	at      rtnl.Attrs
	seen    rtnl.Set // the types in at
	tb      [rtaNHID + 1][]byte
	deleted bool
}

// decode reads a message. ok is false when it is too short for a route.
func (r *record) decode(m *rtnl.Msg) bool {
	attrs, ok := r.header.decode(m.Data)
	if !ok {
		return false
	}
	r.deleted = m.Type == unix.RTM_DELROUTE
	r.at = rtnl.Attrs(r.tb[:])
	r.seen = r.at.Parse(attrs)
	return true
}

// tableID is the routing table: the attribute has those that do not fit into
// the header.
func (r *record) tableID() uint32 {
	if t, ok := r.at.U32(unix.RTA_TABLE); ok {
		return t
	}
	return uint32(r.table)
}

// cloned tells whether it is a cached route, as `ip route get` answers.
func (r *record) cloned() bool { return r.flags&unix.RTM_F_CLONED != 0 }

// Attributes that few routes have. A printer passes over a group of them at once.
const (
	rareMarks rtnl.Set = 1<<unix.RTA_MARK | 1<<unix.RTA_FLOW | 1<<unix.RTA_UID
	rareState rtnl.Set = 1<<unix.RTA_CACHEINFO | 1<<unix.RTA_METRICS | 1<<unix.RTA_IIF |
		1<<unix.RTA_PREF | 1<<unix.RTA_TTL_PROPAGATE
	rareHops rtnl.Set = 1<<rtaNHID | 1<<unix.RTA_MULTIPATH
)
