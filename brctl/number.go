package brctl

import (
	"math"
	"strconv"
	"strings"

	"github.com/nlbox/nlbox/internal/format"
)

// scanInt is sscanf's %i: a number with the prefixes of C, whatever follows it,
// cut to 32 bits.
func scanInt(s string) (int32, bool) {
	v, n, _ := format.Strtol(s, 0)
	return int32(v), n > 0
}

// scanFloat is sscanf's %lf: the number that s begins with, in decimal or hex,
// or infinity or NaN.
func scanFloat(s string) (float64, bool) {
	s = strings.TrimLeft(s, " \t\n\v\f\r")
	sign := 1.0
	if s != "" && (s[0] == '-' || s[0] == '+') {
		if s[0] == '-' {
			sign = -1
		}
		s = s[1:]
	}
	lower := strings.ToLower(s)
	switch {
	case strings.HasPrefix(lower, "inf"):
		return math.Inf(int(sign)), true
	case strings.HasPrefix(lower, "nan"):
		return math.NaN(), true
	case strings.HasPrefix(lower, "0x"):
		return scanHexFloat(lower, sign)
	}
	n := mantissa(s, isDigit)
	if n == 0 {
		return 0, false
	}
	n += exponent(s[n:], 'e')
	v, _ := strconv.ParseFloat(s[:n], 64)
	return sign * v, true
}

// scanHexFloat reads 0xH.Hp±D; "0x." without a digit is the number 0, "0x"
// alone is none.
func scanHexFloat(s string, sign float64) (float64, bool) {
	n := mantissa(s[2:], isHexDigit)
	if n == 0 {
		return 0, strings.HasPrefix(s[2:], ".")
	}
	end := 2 + n
	if e := exponent(s[end:], 'p'); e > 0 {
		v, _ := strconv.ParseFloat(s[:end+e], 64)
		return sign * v, true
	}
	v, _ := strconv.ParseFloat(s[:end]+"p0", 64)
	return sign * v, true
}

// mantissa is the length of the digits with at most one point that s begins
// with, 0 when there is no digit.
func mantissa(s string, digit func(byte) bool) int {
	digits, point, i := 0, false, 0
	for ; i < len(s); i++ {
		if s[i] == '.' && !point {
			point = true
		} else if digit(s[i]) {
			digits++
		} else {
			break
		}
	}
	if digits == 0 {
		return 0
	}
	return i
}

// exponent is the length of the exponent that s begins with, 0 for none.
func exponent(s string, letter byte) int {
	if s == "" || s[0]|0x20 != letter {
		return 0
	}
	i := 1
	if i < len(s) && (s[i] == '+' || s[i] == '-') {
		i++
	}
	start := i
	for i < len(s) && isDigit(s[i]) {
		i++
	}
	if i == start {
		return 0
	}
	return i
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isHexDigit(c byte) bool { return isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'f' }
