package neigh

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/byteorder"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// native is the byte order of rtnetlink.
var native byteorder.Native

// header is struct ndmsg (linux/neighbour.h).
type header struct {
	family uint8
	index  int32 // of the interface
	state  uint16
	flags  uint8
	typ    uint8
}

const headerSize = 12

// What x/sys/unix lacks of linux/neighbour.h.
const (
	ndaProtocol = 12 // NDA_PROTOCOL: RTPROT_*, one byte
	ndaFlagsExt = 15 // NDA_FLAGS_EXT: more flags, 32 bits
	attrMax     = ndaFlagsExt

	extManaged = 1 << 0 // NTF_EXT_MANAGED
)

func (h *header) bytes() []byte {
	b := make([]byte, headerSize)
	b[0] = h.family
	native.PutUint32(b[4:], uint32(h.index))
	native.PutUint16(b[8:], h.state)
	b[10], b[11] = h.flags, h.typ
	return b
}

// record is a neighbour as the kernel tells it.
type record struct {
	header
	// msg is the type of the message: RTM_GETNEIGH is the kernel asking for a
	// neighbour that it does not know.
	msg uint16
	at  rtnl.Attrs
	tb  [attrMax + 1][]byte
	raw []byte // the attributes one after the other

	// dev and arphrd are the interface's name and hardware type.
	dev    string
	arphrd uint16
	// resolved is the index that they belong to, 0 for none yet.
	resolved int32
}

// decode reads a RTM_NEWNEIGH, RTM_DELNEIGH or RTM_GETNEIGH. The record is good
// as long as the message is.
func (r *record) decode(m *rtnl.Msg) bool {
	switch m.Type {
	case unix.RTM_NEWNEIGH, unix.RTM_DELNEIGH, unix.RTM_GETNEIGH:
	default:
		return false
	}
	d := m.Data
	if len(d) < headerSize {
		return false
	}
	r.header = header{
		family: d[0],
		index:  int32(native.Uint32(d[4:])),
		state:  native.Uint16(d[8:]),
		flags:  d[10],
		typ:    d[11],
	}
	r.msg = m.Type
	r.at = rtnl.Attrs(r.tb[:])
	r.raw = d[headerSize:]
	r.at.Parse(r.raw)
	// The entries of a dump come device by device: what resolve found stands.
	if r.index != r.resolved || r.index == 0 {
		r.dev, r.arphrd, r.resolved = "", noType, 0
	}
	return true
}

// noType is ARPHRD_VOID: the type of an interface that is not there.
const noType = 0xffff

// protocol is who made the entry (RTPROT_*), 0 when it does not say.
func (r *record) protocol() uint8 {
	v, _ := r.at.U8(ndaProtocol)
	return v
}

// extFlags are the flags that found no room in the header.
func (r *record) extFlags() uint32 {
	v, _ := r.at.U32(ndaFlagsExt)
	return v
}

// addrFamily is the family of the address: that of an entry of a bridge is told
// by its length.
func (r *record) addrFamily() int {
	if r.family != unix.AF_BRIDGE {
		return int(r.family)
	}
	if len(r.at.Get(unix.NDA_DST)) == 16 {
		return unix.AF_INET6
	}
	return unix.AF_INET
}

// cacheInfo is struct nda_cacheinfo; times are in ticks of 1/100 s before now.
type cacheInfo struct {
	confirmed, used, updated, refcnt uint32
}

func (r *record) cacheInfo() (cacheInfo, bool) {
	b := r.at.Get(unix.NDA_CACHEINFO)
	if len(b) < 16 {
		return cacheInfo{}, false
	}
	return cacheInfo{
		confirmed: native.Uint32(b), used: native.Uint32(b[4:]),
		updated: native.Uint32(b[8:]), refcnt: native.Uint32(b[12:]),
	}, true
}
