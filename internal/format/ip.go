package format

import (
	"encoding/binary"
	"strconv"
)

const hexDigits = "0123456789abcdef"

// AppendIPv4 appends the dotted text of the first 4 bytes of a.
func AppendIPv4(dst []byte, a []byte) []byte {
	_ = a[3]
	dst = append(appendByte(dst, a[0]), '.')
	dst = append(appendByte(dst, a[1]), '.')
	dst = append(appendByte(dst, a[2]), '.')
	return appendByte(dst, a[3])
}

// appendByte appends b in decimal. Dumps are made of it: strconv takes three
// times as long.
func appendByte(dst []byte, b byte) []byte {
	switch {
	case b >= 100:
		return append(dst, '0'+b/100, '0'+b/10%10, '0'+b%10)
	case b >= 10:
		return append(dst, '0'+b/10, '0'+b%10)
	}
	return append(dst, '0'+b)
}

// appendGroup appends 16 bits in hex without leading zeros.
func appendGroup(dst []byte, hi, lo byte) []byte {
	switch {
	case hi >= 0x10:
		return append(dst, hexDigits[hi>>4], hexDigits[hi&15], hexDigits[lo>>4], hexDigits[lo&15])
	case hi > 0:
		return append(dst, hexDigits[hi&15], hexDigits[lo>>4], hexDigits[lo&15])
	case lo >= 0x10:
		return append(dst, hexDigits[lo>>4], hexDigits[lo&15])
	}
	return append(dst, hexDigits[lo&15])
}

// AppendIPv6 appends the text of the first 16 bytes of a as inet_ntop(3) of
// glibc writes it: the first of the longest runs of two or more zero groups
// becomes "::", and v4-mapped (::ffff:1.2.3.4) and v4-compatible (::1.2.3.4)
// addresses end in a dotted quad. net/netip differs in the latter.
func AppendIPv6(dst []byte, a []byte) []byte {
	_ = a[15]
	start, length := longestZeros(a)
	for i := 0; i < 8; i++ {
		if length > 0 && i == start {
			dst = append(dst, ':')
			i += length - 1
			if i == 7 {
				dst = append(dst, ':')
			}
			continue
		}
		if i > 0 {
			dst = append(dst, ':')
		}
		if i == 6 && start == 0 && (length == 6 || length == 5 && a[10] == 0xff && a[11] == 0xff) {
			return AppendIPv4(dst, a[12:16])
		}
		dst = appendGroup(dst, a[2*i], a[2*i+1])
	}
	return dst
}

// longestZeros finds the first longest run of zero groups; length is 0 when
// there is none of at least two.
func longestZeros(a []byte) (start, length int) {
	run := 0
	for i := range 8 {
		if a[2*i] != 0 || a[2*i+1] != 0 {
			run = 0
			continue
		}
		run++
		if run > length {
			start, length = i-run+1, run
		}
	}
	if length < 2 {
		return 0, 0
	}
	return start, length
}

// AppendAddr appends the text of a network address of the family: inet, inet6,
// link and mpls. Other families, and a payload that is too short for its
// family, are "???". An address of family bridge is a sockaddr that starts with
// its own family in host byte order.
func AppendAddr(dst []byte, family int, a []byte) []byte {
	switch {
	case family == FamilyInet && len(a) >= 4:
		return AppendIPv4(dst, a)
	case family == FamilyInet6 && len(a) >= 16:
		return AppendIPv6(dst, a)
	case family == FamilyMPLS && len(a) >= 4:
		return AppendMPLS(dst, a)
	case family == FamilyPacket:
		return AppendMAC(dst, a)
	case family == FamilyBridge && len(a) >= 2:
		return appendSockaddr(dst, a)
	}
	return append(dst, "???"...)
}

// appendSockaddr appends the address of a sockaddr_in or sockaddr_in6.
func appendSockaddr(dst []byte, a []byte) []byte {
	switch family := binary.NativeEndian.Uint16(a); {
	case family == FamilyInet && len(a) >= 8:
		return AppendIPv4(dst, a[4:])
	case family == FamilyInet6 && len(a) >= 24:
		return AppendIPv6(dst, a[8:])
	}
	return append(dst, "???"...)
}

// The fields of an MPLS label stack entry (RFC 3032).
const (
	mplsLabelShift = 12
	mplsBottom     = 1 << 8
	mplsMaxLabel   = 1<<20 - 1
)

// AppendMPLS appends an MPLS label stack as "100/200". It ends at the entry
// with the bottom-of-stack bit, or with the payload.
func AppendMPLS(dst []byte, a []byte) []byte {
	for i := 0; len(a) >= 4; i++ {
		entry := binary.BigEndian.Uint32(a)
		if i > 0 {
			dst = append(dst, '/')
		}
		dst = strconv.AppendUint(dst, uint64(entry>>mplsLabelShift), 10)
		if entry&mplsBottom != 0 {
			break
		}
		a = a[4:]
	}
	return dst
}
