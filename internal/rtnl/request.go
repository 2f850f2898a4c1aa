package rtnl

import (
	"encoding/binary"

	"golang.org/x/sys/unix"
)

// Request is a message under construction. It can be used again after Reset,
// and then allocates nothing. The zero Request has no header: it gathers
// attributes, for Attrs.
type Request struct {
	b []byte
}

// NewRequest starts a message of the type with NLM_F_REQUEST and flags.
// A family header (AppendLink and its like, or Body) comes next, then the
// attributes.
func NewRequest(typ, flags uint16) *Request {
	r := &Request{b: make([]byte, 0, 256)}
	r.Reset(typ, flags)
	return r
}

// Reset starts the message anew.
func (r *Request) Reset(typ, flags uint16) {
	r.b = append(r.b[:0], make([]byte, headerSize)...)
	native.PutUint16(r.b[4:], typ)
	native.PutUint16(r.b[6:], flags|unix.NLM_F_REQUEST)
}

// Type is the message type.
func (r *Request) Type() uint16 { return native.Uint16(r.b[4:]) }

// Flags are the message's NLM_F_* flags.
func (r *Request) Flags() uint16 { return native.Uint16(r.b[6:]) }

// SetFlags adds NLM_F_* flags.
func (r *Request) SetFlags(flags uint16) {
	native.PutUint16(r.b[6:], r.Flags()|flags)
}

// Bytes closes the message and returns it. It stays valid until the next change.
func (r *Request) Bytes() []byte {
	native.PutUint32(r.b, uint32(len(r.b)))
	return r.b
}

// Payload returns what follows the netlink header, for callers that set a field
// of the family header late.
func (r *Request) Payload() []byte { return r.b[headerSize:] }

// Attrs returns the attributes of what was the zero Request.
func (r *Request) Attrs() []byte { return r.b }

// Len is the length of the message so far.
func (r *Request) Len() int { return len(r.b) }

// Body appends a raw header, padded to 4 bytes.
func (r *Request) Body(b []byte) {
	r.b = append(r.b, b...)
	r.pad()
}

// Tail appends what ends a message without attributes. It is not padded.
func (r *Request) Tail(b []byte) { r.b = append(r.b, b...) }

func (r *Request) pad() {
	for len(r.b)&3 != 0 {
		r.b = append(r.b, 0)
	}
}

// Link appends a struct ifinfomsg (linux/rtnetlink.h).
func (r *Request) Link(family uint8, typ uint16, index int32, flags, change uint32) {
	r.b = append(r.b, family, 0)
	r.b = native.AppendUint16(r.b, typ)
	r.b = native.AppendUint32(r.b, uint32(index))
	r.b = native.AppendUint32(r.b, flags)
	r.b = native.AppendUint32(r.b, change)
}

// Addr appends a struct ifaddrmsg (linux/if_addr.h).
func (r *Request) Addr(family, prefixLen, flags, scope uint8, index uint32) {
	r.b = append(r.b, family, prefixLen, flags, scope)
	r.b = native.AppendUint32(r.b, index)
}

// Gen appends a struct rtgenmsg, padded to 4 bytes.
func (r *Request) Gen(family uint8) { r.b = append(r.b, family, 0, 0, 0) }

// attr appends the head of an attribute with n bytes of payload.
func (r *Request) attr(t uint16, n int) {
	r.b = native.AppendUint16(r.b, uint16(4+n))
	r.b = native.AppendUint16(r.b, t)
}

// Attr appends an attribute.
func (r *Request) Attr(t uint16, v []byte) {
	r.attr(t, len(v))
	r.b = append(r.b, v...)
	r.pad()
}

// Flag appends an attribute without payload.
func (r *Request) Flag(t uint16) { r.attr(t, 0) }

// Str appends a NUL-terminated text.
func (r *Request) Str(t uint16, s string) {
	r.attr(t, len(s)+1)
	r.b = append(r.b, s...)
	r.b = append(r.b, 0)
	r.pad()
}

// Text appends a text without NUL.
func (r *Request) Text(t uint16, s string) {
	r.attr(t, len(s))
	r.b = append(r.b, s...)
	r.pad()
}

// U8 appends a byte.
func (r *Request) U8(t uint16, v uint8) {
	r.attr(t, 1)
	r.b = append(r.b, v, 0, 0, 0)
}

// U16 appends 16 bits in the machine's order.
func (r *Request) U16(t uint16, v uint16) {
	r.attr(t, 2)
	r.b = append(native.AppendUint16(r.b, v), 0, 0)
}

// U32 appends 32 bits in the machine's order.
func (r *Request) U32(t uint16, v uint32) {
	r.attr(t, 4)
	r.b = native.AppendUint32(r.b, v)
}

// U64 appends 64 bits in the machine's order.
func (r *Request) U64(t uint16, v uint64) {
	r.attr(t, 8)
	r.b = native.AppendUint64(r.b, v)
}

// BE16 appends 16 bits in network order.
func (r *Request) BE16(t uint16, v uint16) {
	r.attr(t, 2)
	r.b = append(binary.BigEndian.AppendUint16(r.b, v), 0, 0)
}

// BE32 appends 32 bits in network order.
func (r *Request) BE32(t uint16, v uint32) {
	r.attr(t, 4)
	r.b = binary.BigEndian.AppendUint32(r.b, v)
}

// Nest opens a nested attribute; End closes it. Type flags (NLA_F_NESTED) are
// the caller's.
//
//	n := r.Nest(unix.IFLA_LINKINFO)
//	r.Text(nl.IFLA_INFO_KIND, "bridge")
//	r.End(n)
func (r *Request) Nest(t uint16) int {
	mark := len(r.b)
	r.attr(t, 0)
	return mark
}

// End closes the nested attribute that Nest returned mark for.
func (r *Request) End(mark int) {
	native.PutUint16(r.b[mark:], uint16(len(r.b)-mark))
}

// Drop takes the message back to mark: what was appended since is gone. Used
// for a nested attribute that turned out empty.
func (r *Request) Drop(mark int) { r.b = r.b[:mark] }

// Raw appends bytes that are already laid out, padded to 4.
func (r *Request) Raw(b []byte) { r.Body(b) }
