package format

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"time"
)

// appendPad2 appends v with at least two digits.
func appendPad2(dst []byte, v int) []byte { return appendPad(dst, v, 2, '0') }

// appendPad appends v, filled up on the left to width.
func appendPad(dst []byte, v, width int, fill byte) []byte {
	start := len(dst)
	dst = RightFrom(strconv.AppendInt(dst, int64(v), 10), start, width)
	for i := start; dst[i] == ' '; i++ {
		dst[i] = fill
	}
	return dst
}

// AppendTicks appends a time in clock ticks of 1/100 s (USER_HZ, what the
// kernel gives user space) as seconds with two decimals, the seconds
// right-justified in width columns: width 4 is the "%4i.%02i" of timers. Widths
// up to 0 do not pad.
func AppendTicks(dst []byte, ticks uint64, width int) []byte {
	us := 10000 * ticks // wraps around as the original's does
	sec := int32(us / 1000000)
	start := len(dst)
	dst = RightFrom(strconv.AppendInt(dst, int64(sec), 10), start, width)
	return appendPad2(append(dst, '.'), int(us%1000000)/10000)
}

// AppendTimestamp appends the line before a record of ip -t monitor, with its
// newline: "Timestamp: Sun Nov 22 19:07:49 2026 893849 usec". t is in the zone
// to print.
func AppendTimestamp(dst []byte, t time.Time) []byte {
	dst = append(dst, "Timestamp: "...)
	dst = AppendAsctime(dst, t)
	dst = append(dst, ' ')
	dst = strconv.AppendInt(dst, int64(t.Nanosecond()/1000), 10)
	return append(dst, " usec\n"...)
}

// AppendTimestampShort appends what stands before a record of ip -ts monitor:
// "[2026-11-22T19:07:49.893936] ", with the blank.
func AppendTimestampShort(dst []byte, t time.Time) []byte {
	return t.AppendFormat(dst, "[2006-01-02T15:04:05.000000] ")
}

// AppendAsctime appends t as asctime(3) does, without the newline.
func AppendAsctime(dst []byte, t time.Time) []byte {
	return t.AppendFormat(dst, "Mon Jan _2 15:04:05 2006")
}

// ParseTimeRTT reads a time of route metrics (rtt, rttvar, rto_min) in
// milliseconds: a number, with a dot in it a floating-point one, and a unit s,
// sec, secs, ms, msec or msecs in any case. raw tells that there was no unit:
// what the number then means is up to the metric. Fractions are rounded up.
func ParseTimeRTT(word string) (ms uint32, raw, ok bool) {
	var t float64
	var unit string
	if strings.IndexByte(word, '.') >= 0 {
		v, n := Strtod(word)
		if n == 0 || v < 0 || v != v || v > 1e300 {
			return 0, false, false
		}
		t, unit = v, word[n:]
	} else {
		v, n, overflow := Strtoul(word, 0)
		if n == 0 || overflow {
			return 0, false, false
		}
		t, unit = float64(v), word[n:]
	}
	switch {
	case unit == "":
		raw = true
	case equalFoldAny(unit, "s", "sec", "secs"):
		t *= 1000
	case !equalFoldAny(unit, "ms", "msec", "msecs"):
		return 0, false, false
	}
	ms = Truncate32(t)
	if float64(ms) < t {
		ms++
	}
	return ms, raw, true
}

// Truncate32 converts a number as C on amd64 does: by way of a 64-bit integer.
func Truncate32(t float64) uint32 {
	if t >= 1<<63 {
		return 0
	}
	return uint32(int64(t))
}

func equalFoldAny(s string, words ...string) bool {
	for _, w := range words {
		if strings.EqualFold(s, w) {
			return true
		}
	}
	return false
}

// Strtod is strtod(3): the floating-point number that s starts with, in decimal
// or (0x) hex, or inf or nan; n is the number of bytes read, 0 for none.
func Strtod(s string) (v float64, n int) { return strtofloat(s, 64) }

// Strtof is strtof(3): Strtod in single precision, rounded once.
func Strtof(s string) (v float32, n int) {
	f, n := strtofloat(s, 32)
	return float32(f), n
}

func strtofloat(s string, bits int) (v float64, n int) {
	at := 0
	for at < len(s) && isSpace(s[at]) {
		at++
	}
	end := floatEnd(s, at)
	if end == at {
		return 0, 0
	}
	text := s[at:end]
	if isHexFloat(text) && strings.IndexAny(text, "pP") < 0 {
		text += "p0" // strconv wants the exponent
	}
	v, err := strconv.ParseFloat(text, bits)
	if errors.Is(err, strconv.ErrSyntax) { // a nan with a sign
		v = math.NaN()
	}
	return v, end // out of range is ±Inf, as in C
}

func isHexFloat(s string) bool {
	s = strings.TrimLeft(s, "+-")
	return len(s) > 1 && s[0] == '0' && s[1]|0x20 == 'x'
}

// floatEnd finds the end of the longest number at s[at:]; at when there is none.
func floatEnd(s string, at int) int {
	i := at
	if i < len(s) && (s[i] == '+' || s[i] == '-') {
		i++
	}
	for _, word := range [...]string{"infinity", "inf", "nan"} {
		if len(s)-i >= len(word) && strings.EqualFold(s[i:i+len(word)], word) {
			return i + len(word)
		}
	}
	if i+2 < len(s) && s[i] == '0' && s[i+1]|0x20 == 'x' {
		if end, ok := mantissaEnd(s, i+2, 16); ok {
			return exponentEnd(s, end, 'p')
		}
	}
	if end, ok := mantissaEnd(s, i, 10); ok {
		return exponentEnd(s, end, 'e')
	}
	return at
}

// mantissaEnd skips digits with at most one dot; ok means that there was a digit.
func mantissaEnd(s string, i, base int) (end int, ok bool) {
	dot := false
	for ; i < len(s); i++ {
		switch {
		case digit(s[i]) < base:
			ok = true
		case s[i] == '.' && !dot:
			dot = true
		default:
			return i, ok
		}
	}
	return i, ok
}

// exponentEnd skips an exponent if a whole one stands at s[i].
func exponentEnd(s string, i int, letter byte) int {
	j := i
	if j >= len(s) || s[j]|0x20 != letter {
		return i
	}
	j++
	if j < len(s) && (s[j] == '+' || s[j] == '-') {
		j++
	}
	if j >= len(s) || s[j] < '0' || s[j] > '9' {
		return i
	}
	for j < len(s) && s[j] >= '0' && s[j] <= '9' {
		j++
	}
	return j
}
