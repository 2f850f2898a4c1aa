package format

import "strconv"

// Scale chooses how AppendCount writes large numbers.
type Scale uint8

const (
	ScaleNone Scale = iota // all digits
	ScaleSI                // powers of 1000: 36.0M (ip -h)
	ScaleIEC               // powers of 1024: 34.3Mi (ip -h -iec)
)

// AppendCount appends v. A scaled number of at least one unit has two decimals
// below 10, one below 100 and else none, and a suffix of k M G T P E, with an i
// for ScaleIEC; smaller ones are written out.
func AppendCount(dst []byte, v uint64, scale Scale) []byte {
	base := uint64(1000)
	if scale == ScaleIEC {
		base = 1024
	}
	if scale == ScaleNone || v < base {
		return strconv.AppendUint(dst, v, 10)
	}
	const suffixes = "kMGTPE"
	unit, s := base, 0
	for v/base >= unit && s < len(suffixes)-1 {
		unit *= base
		s++
	}
	decimals := 0
	switch {
	case v/unit < 10:
		decimals = 2
	case v/unit < 100:
		decimals = 1
	}
	dst = strconv.AppendFloat(dst, float64(v)/float64(unit), 'f', decimals, 64)
	dst = append(dst, suffixes[s])
	if scale == ScaleIEC {
		dst = append(dst, 'i')
	}
	return dst
}

// blanks is the padding that AppendBlanks cuts its pieces from.
const blanks = "                                "

// AppendBlanks appends n spaces, none when n is negative.
func AppendBlanks(dst []byte, n int) []byte {
	for n > len(blanks) {
		dst = append(dst, blanks...)
		n -= len(blanks)
	}
	if n > 0 {
		dst = append(dst, blanks[:n]...)
	}
	return dst
}

// AppendRight appends s right-justified in width columns, as %*s does.
func AppendRight(dst []byte, s string, width int) []byte {
	return append(AppendBlanks(dst, width-len(s)), s...)
}

// AppendLeft appends s left-justified in width columns, as %-*s does.
func AppendLeft(dst []byte, s string, width int) []byte {
	return AppendBlanks(append(dst, s...), width-len(s))
}

// AppendCountRight is AppendCount right-justified in width columns.
func AppendCountRight(dst []byte, v uint64, scale Scale, width int) []byte {
	start := len(dst)
	return RightFrom(AppendCount(dst, v, scale), start, width)
}

// RightFrom moves what was appended since start to the right, so that it fills
// width columns.
func RightFrom(dst []byte, start, width int) []byte {
	n := len(dst) - start
	pad := width - n
	if pad <= 0 {
		return dst
	}
	dst = AppendBlanks(dst, pad)
	copy(dst[start+pad:], dst[start:start+n])
	for i := start; i < start+pad; i++ {
		dst[i] = ' '
	}
	return dst
}
