package printer

import "strconv"

// verb is a format string taken apart: one conversion and what is around it.
type verb struct {
	head, tail string
	kind       byte // s d u x o g f, 0 for none
	left       bool // '-'
	zero       bool // '0'
	alt        bool // '#'
	width      int
	prec       int // -1 for none
}

// plain finds the conversion of a format whose conversion has neither flags nor
// width: most have none. It is -1 for the others. The letter is at the next place.
func plain(format string) int {
	for i := 0; i+1 < len(format); i++ {
		if format[i] == '%' {
			if format[i+1] >= 'a' {
				return i
			}
			break
		}
	}
	return -1
}

// split takes a format with at most one conversion apart. "%%" is not known.
func split(format string) verb {
	f := verb{prec: -1}
	i := 0
	for i < len(format) && format[i] != '%' {
		i++
	}
	f.head = format[:i]
	if i == len(format) {
		return f
	}
	for i++; i < len(format); i++ {
		switch format[i] {
		case '-':
			f.left = true
			continue
		case '0':
			f.zero = true
			continue
		case '#':
			f.alt = true
			continue
		}
		break
	}
	f.width, i = digits(format, i)
	if i < len(format) && format[i] == '.' {
		f.prec, i = digits(format, i+1)
	}
	if i < len(format) {
		f.kind = format[i]
		f.tail = format[i+1:]
	}
	return f
}

func digits(s string, i int) (n, next int) {
	for i < len(s) && '0' <= s[i] && s[i] <= '9' {
		n = n*10 + int(s[i]-'0')
		i++
	}
	return n, i
}

// pad appends s by the width and precision of f.
func pad[T string | []byte](dst []byte, f verb, s T) []byte {
	if f.prec >= 0 && len(s) > f.prec {
		s = s[:f.prec]
	}
	n := f.width - len(s)
	if !f.left {
		dst = spaces(dst, n)
	}
	dst = append(dst, s...)
	if f.left {
		dst = spaces(dst, n)
	}
	return dst
}

func spaces(dst []byte, n int) []byte {
	for ; n > 0; n-- {
		dst = append(dst, ' ')
	}
	return dst
}

// appendVerb appends a number as C's printf would: sign, 0x (not for 0), zeros
// or blanks to the width.
func appendVerb(dst []byte, f verb, v uint64, neg bool) []byte {
	var tmp [24]byte
	b := tmp[:0]
	if neg && f.kind == 'u' { // an int of 32 bits without its sign
		v, neg = uint64(uint32(-v)), false
	}
	if neg {
		b = append(b, '-')
	}
	base := 10
	switch f.kind {
	case 'x':
		base = 16
		if f.alt && v != 0 {
			b = append(b, "0x"...)
		}
	case 'o':
		base = 8
	}
	sign := len(b)
	b = strconv.AppendUint(b, v, base)
	n := f.width - len(b)
	if f.zero && !f.left {
		dst = append(dst, b[:sign]...)
		for ; n > 0; n-- {
			dst = append(dst, '0')
		}
		return append(dst, b[sign:]...)
	}
	return pad(dst, verb{width: f.width, left: f.left, prec: -1}, b)
}

// appendG appends v as C's %g does: six significant digits, no trailing zeros,
// an exponent of at least two digits below 1e-4 and from 1e6.
func appendG(dst []byte, v float64) []byte {
	var tmp [32]byte
	b := strconv.AppendFloat(tmp[:0], v, 'e', 5, 64)
	exp := 0
	for i := len(b) - 1; i >= 0; i-- {
		if b[i] == 'e' {
			exp, _ = strconv.Atoi(string(b[i+1:]))
			break
		}
	}
	if exp < -4 || exp >= 6 {
		mant, tail, _ := cut(b, 'e')
		dst = append(dst, trimZeros(mant)...)
		return append(append(dst, 'e'), tail...)
	}
	return append(dst, trimZeros(strconv.AppendFloat(tmp[:0], v, 'f', 5-exp, 64))...)
}

func cut(b []byte, sep byte) (before, after []byte, ok bool) {
	for i := range b {
		if b[i] == sep {
			return b[:i], b[i+1:], true
		}
	}
	return b, nil, false
}

func trimZeros(b []byte) []byte {
	if _, _, ok := cut(b, '.'); !ok {
		return b
	}
	for b[len(b)-1] == '0' {
		b = b[:len(b)-1]
	}
	if b[len(b)-1] == '.' {
		b = b[:len(b)-1]
	}
	return b
}
