package format

import "math"

// isSpace is isspace(3) in the C locale.
func isSpace(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' }

// digit returns the value of c as a digit, or 99.
func digit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'z':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'Z':
		return int(c-'A') + 10
	}
	return 99
}

// scanner state shared by strtoul and strtol: where the digits of s start, the
// sign and the base after its prefix was read.
func numberHead(s string, base int) (at, realBase int, negative bool) {
	for at < len(s) && isSpace(s[at]) {
		at++
	}
	if at < len(s) && (s[at] == '+' || s[at] == '-') {
		negative = s[at] == '-'
		at++
	}
	if (base == 0 || base == 16) && at+2 < len(s) && s[at] == '0' && s[at+1]|0x20 == 'x' && digit(s[at+2]) < 16 {
		return at + 2, 16, negative
	}
	if base == 0 {
		base = 10
		if at < len(s) && s[at] == '0' {
			base = 8
		}
	}
	return at, base, negative
}

// magnitude reads digits of s from at on. end is at when there are none.
func magnitude(s string, at, base int) (v uint64, end int, overflow bool) {
	b := uint64(base)
	for ; at < len(s); at++ {
		d := digit(s[at])
		if d >= base {
			break
		}
		if v > (math.MaxUint64-uint64(d))/b {
			overflow = true
		}
		v = v*b + uint64(d)
	}
	return v, at, overflow
}

// Strtoul is strtoul(3) on a 64-bit machine: leading blanks, a sign, and with
// base 0 the prefixes 0x and 0 (octal). n is the number of bytes read, 0 when s
// starts with no number. A negative number wraps around, as in C; overflow is
// C's ERANGE, with v the largest value.
func Strtoul(s string, base int) (v uint64, n int, overflow bool) {
	at, base, negative := numberHead(s, base)
	v, end, overflow := magnitude(s, at, base)
	switch {
	case end == at:
		return 0, 0, false
	case overflow:
		return math.MaxUint64, end, true
	case negative:
		v = -v
	}
	return v, end, false
}

// Strtol is strtol(3) on a 64-bit machine; see Strtoul. On overflow v is the
// nearest int64.
func Strtol(s string, base int) (v int64, n int, overflow bool) {
	at, base, negative := numberHead(s, base)
	u, end, overflow := magnitude(s, at, base)
	switch {
	case end == at:
		return 0, 0, false
	case negative && (overflow || u > 1<<63):
		return math.MinInt64, end, true
	case negative:
		return -int64(u), end, false
	case overflow || u > math.MaxInt64:
		return math.MaxInt64, end, true
	}
	return int64(u), end, false
}

// parseUint reads the whole of s as a number of at most max.
func parseUint(s string, base int, max uint64) (uint64, bool) {
	v, n, overflow := Strtoul(s, base)
	if n == 0 || n != len(s) || overflow || v > max {
		return 0, false
	}
	return v, true
}

// ParseU8 reads the whole of s as a number 0..255. Base 0 takes decimal, 0x hex
// and 0 octal; leading blanks and a sign are taken as strtoul(3) does, so that
// "-0" is 0 but "-1" is out of range. The same holds for the other widths.
func ParseU8(s string, base int) (uint8, bool) {
	v, ok := parseUint(s, base, math.MaxUint8)
	return uint8(v), ok
}

// ParseU16 reads the whole of s as a number 0..65535; see ParseU8.
func ParseU16(s string, base int) (uint16, bool) {
	v, ok := parseUint(s, base, math.MaxUint16)
	return uint16(v), ok
}

// ParseU32 reads the whole of s as a number 0..4294967295; see ParseU8.
func ParseU32(s string, base int) (uint32, bool) {
	v, ok := parseUint(s, base, math.MaxUint32)
	return uint32(v), ok
}

// ParseU64 reads the whole of s as a 64-bit number; see ParseU8. Here a
// negative number wraps around: "-1" is the largest one.
func ParseU64(s string, base int) (uint64, bool) {
	return parseUint(s, base, math.MaxUint64)
}

// ParseS32 reads the whole of s as a number of 32 bits with a sign; the rest is
// as with ParseU8.
func ParseS32(s string, base int) (int32, bool) {
	v, ok := ParseS64(s, base)
	if !ok || v < math.MinInt32 || v > math.MaxInt32 {
		return 0, false
	}
	return int32(v), true
}

// ParseS64 reads the whole of s as a number of 64 bits with a sign.
func ParseS64(s string, base int) (int64, bool) {
	v, n, overflow := Strtol(s, base)
	if n == 0 || n != len(s) || overflow {
		return 0, false
	}
	return v, true
}

// Atoi is atoi(3): the number that s starts with, 0 when it starts with none,
// and the low 32 bits of one that is too large.
func Atoi(s string) int32 {
	v, _, _ := Strtol(s, 10)
	return int32(v)
}

// ScanUint is the conversion %u of sscanf(3): the decimal number that s starts
// with and the rest of s behind it. Blanks before the number and a sign are
// taken. Narrow the value yourself, as %u (32 bits) and %hu (16 bits) do.
func ScanUint(s string) (v uint64, rest string, ok bool) {
	v, n, _ := Strtoul(s, 10)
	return v, s[n:], n > 0
}

// ScanInt is the conversion %d of sscanf(3): see ScanUint. The value is cut to
// 32 bits as C does it.
func ScanInt(s string) (v int32, rest string, ok bool) {
	l, n, _ := Strtol(s, 10)
	return int32(l), s[n:], n > 0
}

// ScanHex is the conversion %x of sscanf(3), cut to 32 bits: see ScanUint. It
// differs from strtoul(3) where "0x" is followed by no digit: sscanf has read
// the x, and the number is 0.
func ScanHex(s string) (v uint32, rest string, ok bool) {
	l, n, _ := Strtoul(s, 16)
	if n > 0 && n < len(s) && s[n-1] == '0' && s[n]|0x20 == 'x' && hexPrefixOnly(s[:n]) {
		n++
	}
	return uint32(l), s[n:], n > 0
}

// hexPrefixOnly tells whether s is blanks, a sign at most, and a single 0.
func hexPrefixOnly(s string) bool {
	at, _, _ := numberHead(s, 10)
	return at == len(s)-1
}
