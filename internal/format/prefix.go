package format

import (
	"encoding/binary"
	"math/bits"
	"strings"
)

// What Prefix.Bits says of an address that was read without a length.
const (
	BitsNone = -1 // an address: no length belongs to it
	BitsAny  = -2 // one of the words default, any, all
)

// maxAddrBytes is the room that iproute2 has for an address.
const maxAddrBytes = 256

// Prefix is an address or a prefix as a command line gives it.
type Prefix struct {
	// Family is the family that the word turned out to be of. The words
	// default, any and all have the family that was asked for, which may be
	// FamilyUnspec.
	Family int
	// Addr is the payload of the attribute, in network byte order: 4 bytes for
	// inet, 16 for inet6, a label stack for mpls, any number for link. "any"
	// and "all" have none, "default" has zeros (none without a family).
	Addr []byte
	// Bits is the prefix length from ParsePrefix (0 for default, any, all; the
	// family's length where no length was given), and BitsNone, BitsAny or, for
	// link and mpls, a length in bits from ParseAddr.
	Bits int
	// LenGiven tells that the word had a /length, or was "default".
	LenGiven bool
}

// IsInet tells whether the prefix is of family inet or inet6.
func (p *Prefix) IsInet() bool { return p.Family == FamilyInet || p.Family == FamilyInet6 }

// IsUnspecified tells whether the prefix is of family inet or inet6 and its
// address is all zeros, as that of default, any and all is.
func (p *Prefix) IsUnspecified() bool {
	if !p.IsInet() {
		return false
	}
	for _, b := range p.Addr {
		if b != 0 {
			return false
		}
	}
	return true
}

// IsMulticast tells whether the address is one of 224.0.0.0/4 or ff00::/8.
func (p *Prefix) IsMulticast() bool {
	if len(p.Addr) == 0 {
		return false
	}
	return p.Family == FamilyInet && p.Addr[0]&0xf0 == 0xe0 || p.Family == FamilyInet6 && p.Addr[0] == 0xff
}

// Contains tells whether the first p.Bits bits of addr, of the same family, are
// those of p. A prefix without bits or without a family contains everything.
func (p *Prefix) Contains(addr []byte) bool {
	if p.Family == FamilyUnspec || p.Bits <= 0 {
		return true
	}
	return len(addr)*8 == FamilyBits(p.Family) && SameBits(p.Addr, addr, p.Bits)
}

// SameBits tells whether a and b begin with the same n bits. Missing bytes make
// them differ.
func SameBits(a, b []byte, n int) bool {
	whole, rest := n/8, n%8
	if len(a) < whole || len(b) < whole || string(a[:whole]) != string(b[:whole]) {
		return false
	}
	if rest == 0 {
		return true
	}
	return len(a) > whole && len(b) > whole && (a[whole]^b[whole])>>(8-rest) == 0
}

// AddrError tells that a word is no address or prefix.
type AddrError struct {
	// Notice is a line that iproute2 says before its error message, without
	// the newline; mostly it is empty.
	Notice string
}

func (e *AddrError) Error() string {
	if e.Notice != "" {
		return e.Notice
	}
	return "invalid address"
}

// ParseAddr reads an address of the family, FamilyUnspec for inet or inet6: a
// word with a colon is IPv6, others are IPv4 by ParseIPv4. The words default,
// any and all are taken for every family but mpls. See Prefix for the result.
// The error is always an *AddrError.
func ParseAddr(word string, family int) (Prefix, error) {
	switch word {
	case "default", "all", "any":
		if family == FamilyMPLS {
			return Prefix{}, &AddrError{}
		}
		p := Prefix{Family: family, Bits: BitsAny, LenGiven: word == "default"}
		if word == "default" {
			p.Addr = make([]byte, FamilyBits(family)/8)
		}
		return p, nil
	}
	if family == FamilyPacket {
		a, bad, ok := ParseLLAddr(word, maxAddrBytes)
		if !ok {
			return Prefix{}, &AddrError{Notice: `"` + bad + `" is invalid lladdr.`}
		}
		return Prefix{Family: FamilyPacket, Addr: a, Bits: 8 * len(a)}, nil
	}
	if strings.IndexByte(word, ':') >= 0 {
		a, ok := ParseIPv6(word)
		if !ok || family != FamilyUnspec && family != FamilyInet6 {
			return Prefix{}, &AddrError{}
		}
		return Prefix{Family: FamilyInet6, Addr: a[:], Bits: BitsNone}, nil
	}
	if family == FamilyMPLS {
		return parseMPLSAddr(word)
	}
	a, ok := ParseIPv4(word)
	if !ok || family != FamilyUnspec && family != FamilyInet {
		return Prefix{}, &AddrError{}
	}
	return Prefix{Family: FamilyInet, Addr: a[:], Bits: BitsNone}, nil
}

func parseMPLSAddr(word string) (Prefix, error) {
	stack, tooMany, ok := ParseMPLS(word, maxAddrBytes/4)
	switch {
	case tooMany:
		return Prefix{}, &AddrError{Notice: "Error: too many labels."}
	case !ok:
		return Prefix{}, &AddrError{}
	}
	return Prefix{Family: FamilyMPLS, Addr: stack, Bits: FamilyBits(FamilyMPLS)}, nil
}

// ParsePrefix reads an address by ParseAddr with an optional /length: a number
// (strtoul base 0) or a contiguous dotted mask ("10.8/255.255"). Without one,
// the length is that of a host, or 0 for default, any and all, which take none.
// The error is always an *AddrError.
func ParsePrefix(word string, family int) (Prefix, error) {
	addr, length, slash := strings.Cut(word, "/")
	p, err := ParseAddr(addr, family)
	if err != nil {
		return Prefix{}, err
	}
	host := FamilyBits(p.Family)
	switch {
	case !slash && p.Bits == BitsAny:
		p.Bits = 0
	case !slash:
		p.Bits = host
	default:
		n, ok := parseLength(length)
		if !ok || n > uint32(host) || p.Bits == BitsAny {
			return Prefix{}, &AddrError{}
		}
		p.Bits, p.LenGiven = int(n), true
	}
	return p, nil
}

// parseLength reads what stands behind the slash. The words default, any and
// all are addresses, hence masks of length 0.
func parseLength(s string) (uint32, bool) {
	if n, ok := ParseU32(s, 0); ok {
		return n, true
	}
	switch s {
	case "default", "any", "all":
		return 0, true
	}
	a, ok := ParseIPv4(s)
	if !ok {
		return 0, false
	}
	n := MaskBits(binary.BigEndian.Uint32(a[:]))
	return uint32(n), n >= 0
}

// MaskBits is the length of a contiguous IPv4 netmask, -1 of any other mask.
func MaskBits(mask uint32) int {
	n := bits.LeadingZeros32(^mask)
	if mask<<n != 0 {
		return -1
	}
	return n
}
