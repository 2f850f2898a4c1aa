package format

import "strconv"

// AppendIntLeft appends v in decimal and blanks up to width bytes (%-*d).
func AppendIntLeft(dst []byte, v int64, width int) []byte {
	start := len(dst)
	dst = strconv.AppendInt(dst, v, 10)
	return AppendBlanks(dst, width-(len(dst)-start))
}

// AppendIntRight appends blanks and v in decimal (%*d).
func AppendIntRight(dst []byte, v int64, width int) []byte {
	start := len(dst)
	return RightFrom(strconv.AppendInt(dst, v, 10), start, width)
}

// Cut is at most the first n bytes of s (%.*s).
func Cut(s string, n int) string { return s[:min(n, len(s))] }
