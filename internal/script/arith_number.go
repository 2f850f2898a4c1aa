package script

import (
	"strconv"
	"strings"
)

// constant reads a number of the text.
func (a *arithmetic) constant() int64 {
	rest := a.text[a.at:]
	if !a.bash {
		n, after, _ := integerOf(rest)
		a.at = len(a.text) - len(after)
		return n
	}
	end := 0
	for end < len(rest) && (isNameByte(rest[end], true) || rest[end] == '#' || rest[end] == '@') {
		end++
	}
	n, why := bashNumber(rest[:end])
	if why != "" {
		a.fail(a.text + ": " + why + " (error token is \"" + rest[:end] + "\")")
	}
	a.at += end
	return n
}

// bashNumber reads BASE#DIGITS, 0x…, 0… and decimals; they wrap around.
func bashNumber(text string) (n int64, why string) {
	base := int64(10)
	switch prefix, digits, found := strings.Cut(text, "#"); {
	case found:
		var err error
		if base, err = strconv.ParseInt(prefix, 10, 32); err != nil || base < 2 || base > 64 {
			return 0, "invalid arithmetic base"
		}
		text = digits
	case strings.HasPrefix(text, "0x"), strings.HasPrefix(text, "0X"):
		base, text = 16, text[2:]
	case strings.HasPrefix(text, "0"):
		base = 8
	}
	for _, c := range []byte(text) {
		d := digitOf(c, base)
		if d >= base {
			return 0, "value too great for base"
		}
		n = n*base + d
	}
	return n, ""
}

// digitOf is the value of a digit: small letters, then capital ones, where the base
// tells them apart.
func digitOf(c byte, base int64) int64 {
	switch {
	case c >= '0' && c <= '9':
		return int64(c - '0')
	case c >= 'a' && c <= 'z':
		return int64(c-'a') + 10
	case c >= 'A' && c <= 'Z' && base <= 36:
		return int64(c-'A') + 10
	case c >= 'A' && c <= 'Z':
		return int64(c-'A') + 36
	case c == '@':
		return 62
	}
	return 63 // _
}
