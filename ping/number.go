package ping

import (
	"math"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/rtnl"
)

func itoa(v int64) string { return strconv.FormatInt(v, 10) }

// errorText is what error(3) prints: "program: text", and behind it the words
// of errno if it is not 0.
func errorText(program string, errno unix.Errno, text string) string {
	text = program + ": " + text
	if errno != 0 {
		text += ": " + rtnl.Strerror(errno)
	}
	return text
}

// invalid is the complaint about a number: its end is either an errno's words
// or the range.
func (p *parser) invalid(arg string, errno unix.Errno) error {
	return p.fail(1, errno, "invalid argument: '"+arg+"'")
}

func (p *parser) outOfRange(arg, min, max string) error {
	return p.fail(1, 0, "invalid argument: '"+arg+"': out of range: "+min+" <= value <= "+max)
}

// signed reads a decimal number in min..max.
func (p *parser) signed(arg string, min, max int64) (int64, error) {
	v, n, overflow := format.Strtol(arg, 10)
	switch {
	case overflow:
		return 0, p.invalid(arg, unix.ERANGE)
	case n == 0 || n != len(arg):
		return 0, p.invalid(arg, 0)
	case v < min || v > max:
		return 0, p.outOfRange(arg, itoa(min), itoa(max))
	}
	return v, nil
}

// unsigned reads a decimal number in 0..max. A negative one wraps around, as
// strtoul(3) has it, and is then too large.
func (p *parser) unsigned(arg string, max uint64) (uint64, error) {
	v, n, overflow := format.Strtoul(arg, 10)
	switch {
	case overflow:
		return 0, p.invalid(arg, unix.ERANGE)
	case n == 0 || n != len(arg):
		return 0, p.invalid(arg, 0)
	case v > max:
		return 0, p.outOfRange(arg, "0", strconv.FormatUint(max, 10))
	}
	return v, nil
}

// maxSeconds is the longest time whose milliseconds fit an int.
const maxSeconds = float64(math.MaxInt32) / 1000

// seconds takes -i and -W: seconds with a fraction.
func (p *parser) seconds(c int, arg string) error {
	what := "bad timing interval"
	if c == 'W' {
		what = "bad linger time"
	}
	v, err := p.float(arg, what)
	if err != nil {
		return err
	}
	if v > maxSeconds || c == 'W' && v < 0 {
		return p.fail(2, 0, what+": "+arg)
	}
	if c == 'W' {
		p.opt.linger = milliseconds(v)
	} else {
		p.opt.interval, p.opt.intervalP = milliseconds(v), true
	}
	return nil
}

// milliseconds cuts off the fraction of a millisecond. What does not fit an int
// becomes the smallest one, as the conversion of the x86 has it.
func milliseconds(seconds float64) int32 {
	ms := seconds * 1000
	if ms <= math.MinInt32 || ms > math.MaxInt32 {
		return math.MinInt32
	}
	return int32(ms)
}

// float reads a floating-point number. Garbage behind it, or instead of it, is
// only warned of.
func (p *parser) float(arg, what string) (float64, error) {
	if arg == "" {
		return 0, p.fail(2, 0, what+": ")
	}
	v, n := format.Strtod(arg)
	denormal := v != 0 && math.Abs(v) < smallestNormal
	outOfRange := denormal || v == 0 && significant(arg[:n]) || math.IsInf(v, 0) && !spelledInf(arg[:n])
	if n != len(arg) || outOfRange {
		p.warn(errorText(p.program, 0, "option argument contains garbage: "+arg[n:]) + "\n")
		p.warn(errorText(p.program, 0, "this will become fatal error in the future") + "\n")
	}
	if denormal || math.IsInf(v, 0) || math.IsNaN(v) {
		return 0, p.fail(2, unix.ERANGE, what+": "+arg)
	}
	return v, nil
}

// smallestNormal is DBL_MIN.
const smallestNormal = 0x1p-1022

// spelledInf tells "inf" from a number that is too large.
func spelledInf(s string) bool {
	for i := range len(s) {
		if s[i] == 'i' || s[i] == 'I' {
			return true
		}
	}
	return false
}

// significant tells whether a number has a digit other than 0 before its
// exponent: read as 0 it is too small to be told from it.
func significant(s string) bool {
	digits, base := hexOrDecimal(strings.TrimLeft(s, "+- \t\n\v\f\r"))
	for i := range len(digits) {
		d := hexDigit(digits[i])
		if digits[i] != '.' && (d < 0 || d >= base) {
			break
		}
		if d > 0 {
			return true
		}
	}
	return false
}

// hexOrDecimal splits off the 0x of a hexadecimal number.
func hexOrDecimal(arg string) (digits string, base int) {
	if len(arg) > 1 && arg[0] == '0' && arg[1]|0x20 == 'x' {
		return arg[2:], 16
	}
	return arg, 10
}

// trafficClass takes -Q. The value is not bounded below: the kernel judges.
func (p *parser) trafficClass(arg string) error {
	digits, base := hexOrDecimal(arg)
	v, n, _ := format.Strtol(digits, base)
	if n != len(digits) {
		return p.fail(2, 0, "bad TOS value: "+arg)
	}
	tos := int32(v)
	if tos > maxTOS {
		return p.fail(2, 0, "the decimal value of TOS bits must be in range 0-255: "+itoa(int64(tos)))
	}
	p.opt.tos = int(tos)
	return nil
}

// flowLabel takes -F.
func (p *parser) flowLabel(arg string) error {
	digits, base := hexOrDecimal(arg)
	v, n, _ := format.Strtoul(digits, base)
	if n != len(digits) {
		return p.fail(2, 0, "bad value for flowinfo: "+arg)
	}
	if uint32(v)&^flowLabelMask != 0 {
		return p.fail(2, 0, "flow value is greater than 20 bits: "+arg)
	}
	p.opt.flowLabel, p.opt.flow = uint32(v), true
	return nil
}

// maxPattern is how many bytes of a pattern count.
const maxPattern = 16

// parsePattern reads the argument of -p. bad is what stands from the first
// character on that is no hexadecimal digit; it is empty when all are.
func parsePattern(arg string) (pattern []byte, bad string) {
	for i := range len(arg) {
		if hexDigit(arg[i]) < 0 {
			return nil, arg[i:]
		}
	}
	for len(arg) > 0 && len(pattern) < maxPattern {
		v := hexDigit(arg[0])
		arg = arg[1:]
		if arg != "" {
			v = v<<4 | hexDigit(arg[0])
			arg = arg[1:]
		}
		pattern = append(pattern, byte(v))
	}
	return pattern, ""
}

// hexDigit is the value of a hexadecimal digit, or -1.
func hexDigit(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}
