package format

import "strconv"

// AppendLeft appends s and blanks up to width bytes, as printf's %-*s does.
func AppendLeft(dst []byte, s string, width int) []byte {
	return appendBlanks(append(dst, s...), width-len(s))
}

// AppendRight appends blanks and s, together at least width bytes, as %*s does.
func AppendRight(dst []byte, s string, width int) []byte {
	return append(appendBlanks(dst, width-len(s)), s...)
}

// AppendIntLeft appends v in decimal and blanks up to width bytes (%-*d).
func AppendIntLeft(dst []byte, v int64, width int) []byte {
	start := len(dst)
	dst = strconv.AppendInt(dst, v, 10)
	return appendBlanks(dst, width-(len(dst)-start))
}

// AppendIntRight appends blanks and v in decimal (%*d).
func AppendIntRight(dst []byte, v int64, width int) []byte {
	var digits [20]byte
	return AppendRight(dst, string(strconv.AppendInt(digits[:0], v, 10)), width)
}

// Cut is at most the first n bytes of s (%.*s).
func Cut(s string, n int) string { return s[:min(n, len(s))] }

func appendBlanks(dst []byte, n int) []byte {
	for ; n > 0; n-- {
		dst = append(dst, ' ')
	}
	return dst
}
