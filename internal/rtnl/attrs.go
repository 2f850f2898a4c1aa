package rtnl

import (
	"bytes"
	"encoding/binary"

	"golang.org/x/sys/unix"
)

// typeMask takes NLA_F_NESTED and NLA_F_NET_BYTEORDER off an attribute's type.
const typeMask = ^uint16(unix.NLA_F_NESTED | unix.NLA_F_NET_BYTEORDER)

// Attrs is a table of attribute payloads, indexed by attribute type. It is made
// on the caller's stack:
//
//	var tb [unix.IFLA_MAX + 1][]byte
//	at := rtnl.Attrs(tb[:])
//	at.Parse(b)
//
// An absent attribute is nil, a present one without payload is empty and not
// nil. The accessors answer ok=false for an absent attribute and for one that
// is too short, and never panic.
type Attrs [][]byte

// Parse fills the table from b, a row of struct rtattr. What was in it goes.
// Types beyond the table are passed over; of two with one type the first wins,
// as in iproute2's parse_rtattr. Parsing ends silently at an attribute that is cut short.
//
// The result is the set of the types found that are below 64, for those who
// would else ask for many attributes that are seldom there.
func (a Attrs) Parse(b []byte) (found Set) {
	clear(a)
	// The loop of All, in line: this is where dumps spend their time.
	for len(b) >= 4 {
		n := int(native.Uint16(b))
		if n < 4 || n > len(b) {
			break
		}
		if typ := int(native.Uint16(b[2:]) & typeMask); typ < len(a) && a[typ] == nil {
			a[typ] = b[4:n:n]
			found |= 1 << typ
		}
		if n = align(n); n > len(b) {
			break
		}
		b = b[n:]
	}
	return found
}

// Set is a set of attribute types below 64: bit 1<<t for the type t.
type Set uint64

// All walks the attributes in b in their order.
func All(b []byte) func(yield func(typ uint16, v []byte) bool) {
	return func(yield func(uint16, []byte) bool) {
		for len(b) >= 4 {
			n := int(native.Uint16(b))
			if n < 4 || n > len(b) {
				return
			}
			if !yield(native.Uint16(b[2:])&typeMask, b[4:n:n]) {
				return
			}
			b = b[min(align(n), len(b)):]
		}
	}
}

// Has tells whether the attribute is there.
func (a Attrs) Has(t int) bool { return t < len(a) && a[t] != nil }

// Get returns the payload, nil when the attribute is absent.
func (a Attrs) Get(t int) []byte {
	if t >= len(a) {
		return nil
	}
	return a[t]
}

// Nested parses the attribute's payload into sub and tells whether it is there.
func (a Attrs) Nested(t int, sub Attrs) bool {
	sub.Parse(a.Get(t))
	return a.Has(t)
}

// sized returns the payload if it has at least n bytes.
func (a Attrs) sized(t, n int) ([]byte, bool) {
	b := a.Get(t)
	return b, len(b) >= n
}

// U8 reads a byte.
func (a Attrs) U8(t int) (uint8, bool) {
	if b, ok := a.sized(t, 1); ok {
		return b[0], true
	}
	return 0, false
}

// U16 reads 16 bits in the machine's order.
func (a Attrs) U16(t int) (uint16, bool) {
	if b, ok := a.sized(t, 2); ok {
		return native.Uint16(b), true
	}
	return 0, false
}

// U32 reads 32 bits in the machine's order.
func (a Attrs) U32(t int) (uint32, bool) {
	if b, ok := a.sized(t, 4); ok {
		return native.Uint32(b), true
	}
	return 0, false
}

// S32 reads 32 signed bits in the machine's order.
func (a Attrs) S32(t int) (int32, bool) {
	v, ok := a.U32(t)
	return int32(v), ok
}

// U64 reads 64 bits in the machine's order.
func (a Attrs) U64(t int) (uint64, bool) {
	if b, ok := a.sized(t, 8); ok {
		return native.Uint64(b), true
	}
	return 0, false
}

// BE16 reads 16 bits in network order.
func (a Attrs) BE16(t int) (uint16, bool) {
	if b, ok := a.sized(t, 2); ok {
		return binary.BigEndian.Uint16(b), true
	}
	return 0, false
}

// BE32 reads 32 bits in network order.
func (a Attrs) BE32(t int) (uint32, bool) {
	if b, ok := a.sized(t, 4); ok {
		return binary.BigEndian.Uint32(b), true
	}
	return 0, false
}

// Bytes returns the bytes of a text up to its NUL. They lie in the message.
func (a Attrs) Bytes(t int) ([]byte, bool) {
	b := a.Get(t)
	if b == nil {
		return nil, false
	}
	if i := bytes.IndexByte(b, 0); i >= 0 {
		b = b[:i]
	}
	return b, true
}

// Str is Bytes as a string of its own.
func (a Attrs) Str(t int) (string, bool) {
	b, ok := a.Bytes(t)
	return string(b), ok
}
