// Package ipaddr is an IP address as a value: comparable, without a zone.
//
// It answers like net/netip, which applets do without: that package fills tables
// of package unique when it is initialised, and starts a goroutine for them, at
// every start of every applet. The verbs, which start behind all that, may use it.
//
// It may import internal/format.
package ipaddr

import "github.com/nlbox/nlbox/internal/format"

// Addr is an IPv4 or IPv6 address. The zero Addr is none at all.
type Addr struct {
	// b is an IPv4 address as an IPv4-mapped one.
	b    [16]byte
	kind kind
}

type kind uint8

const (
	none kind = iota
	four
	six
)

// mapped is how an IPv4-mapped address begins (RFC 4291, 2.5.5.2).
const mapped = "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\xff\xff"

// From4 returns an IPv4 address.
func From4(a [4]byte) Addr {
	addr := Addr{kind: four}
	copy(addr.b[copy(addr.b[:], mapped):], a[:])
	return addr
}

// From16 returns an IPv6 address. An IPv4-mapped one stays one; see Unmap.
func From16(a [16]byte) Addr { return Addr{b: a, kind: six} }

// FromSlice returns the address of 4 or 16 bytes.
func FromSlice(b []byte) (a Addr, ok bool) {
	switch len(b) {
	case 4:
		return From4([4]byte(b)), true
	case 16:
		return From16([16]byte(b)), true
	}
	return Addr{}, false
}

// Parse reads an address as inet_pton(3) does, of whichever family it is.
func Parse(s string) (a Addr, ok bool) {
	if v4, ok := format.ParsePton4(s); ok {
		return From4(v4), true
	}
	v6, ok := format.ParseIPv6(s)
	if !ok {
		return Addr{}, false
	}
	return From16(v6), true
}

// MustParse is Parse for the addresses of a source text: it panics for others.
func MustParse(s string) Addr {
	a, ok := Parse(s)
	if !ok {
		panic("ipaddr: no address: " + s)
	}
	return a
}

// Loopback6 is ::1.
func Loopback6() Addr { return Addr{b: [16]byte{15: 1}, kind: six} }

// IsValid tells whether a is an address at all.
func (a Addr) IsValid() bool { return a.kind != none }

// Is4 tells whether a is IPv4.
func (a Addr) Is4() bool { return a.kind == four }

// Is6 tells whether a is IPv6, IPv4-mapped ones included.
func (a Addr) Is6() bool { return a.kind == six }

// Is4In6 tells whether a is an IPv4-mapped IPv6 address.
func (a Addr) Is4In6() bool { return a.kind == six && string(a.b[:len(mapped)]) == mapped }

// Unmap returns the IPv4 address inside of an IPv4-mapped one, and others as they
// are.
func (a Addr) Unmap() Addr {
	if a.Is4In6() {
		a.kind = four
	}
	return a
}

// As4 returns the four bytes of an IPv4 address, also of a mapped one. It panics
// for others.
func (a Addr) As4() [4]byte {
	if !a.Unmap().Is4() {
		panic("ipaddr: As4 of an address that is not IPv4")
	}
	return [4]byte(a.b[len(mapped):])
}

// As16 returns the bytes of an IPv6 address; IPv4 comes mapped, none as ::.
func (a Addr) As16() [16]byte { return a.b }

// AsSlice returns the 4 or 16 bytes; nil for none.
func (a Addr) AsSlice() []byte {
	switch a.kind {
	case four:
		return append([]byte(nil), a.b[len(mapped):]...)
	case six:
		return append([]byte(nil), a.b[:]...)
	}
	return nil
}

// IsLoopback tells whether a is in 127.0.0.0/8 or ::1. Here and in the methods
// below a mapped address counts as the one inside of it.
func (a Addr) IsLoopback() bool {
	if a = a.Unmap(); a.kind == four {
		return a.b[12] == 127
	}
	return a == Loopback6()
}

// IsMulticast tells whether a is in 224.0.0.0/4 or ff00::/8.
func (a Addr) IsMulticast() bool {
	if a = a.Unmap(); a.kind == four {
		return a.b[12]&0xF0 == 0xE0
	}
	return a.kind == six && a.b[0] == 0xFF
}

// IsLinkLocalMulticast tells whether a is in 224.0.0.0/24 or ff02::/16, whatever
// the flags of the latter.
func (a Addr) IsLinkLocalMulticast() bool {
	if a = a.Unmap(); a.kind == four {
		return a.b[12] == 224 && a.b[13] == 0 && a.b[14] == 0
	}
	return a.kind == six && a.b[0] == 0xFF && a.b[1]&0x0F == 0x02
}

// IsLinkLocalUnicast tells whether a is in 169.254.0.0/16 or fe80::/10.
func (a Addr) IsLinkLocalUnicast() bool {
	if a = a.Unmap(); a.kind == four {
		return a.b[12] == 169 && a.b[13] == 254
	}
	return a.kind == six && a.b[0] == 0xFE && a.b[1]&0xC0 == 0x80
}

// String is the address as inet_ntop(3) writes it.
func (a Addr) String() string {
	switch a.kind {
	case four:
		return string(format.AppendIPv4(nil, a.b[len(mapped):]))
	case six:
		return string(format.AppendIPv6(nil, a.b[:]))
	}
	return "no address"
}

// Prefix is an address and the length of its network's prefix in bits.
type Prefix struct {
	Addr Addr
	Bits int
}

// Contains tells whether a, of the same family, is in the network that p.Addr is
// in. A mapped address is not IPv4 here.
func (p Prefix) Contains(a Addr) bool {
	x, y, size := p.Addr.b[:], a.b[:], 128
	if p.Addr.kind == four {
		x, y, size = x[len(mapped):], y[len(mapped):], 32
	}
	if a.kind != p.Addr.kind || a.kind == none || p.Bits < 0 || p.Bits > size {
		return false
	}
	whole := p.Bits / 8
	if string(x[:whole]) != string(y[:whole]) {
		return false
	}
	rest := p.Bits % 8
	return rest == 0 || (x[whole]^y[whole])>>(8-rest) == 0
}
