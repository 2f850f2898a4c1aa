package hwtype

import (
	"strings"

	"github.com/nlbox/nlbox/internal/format"
)

// parseHex reads up to length bytes in hexadecimal: two digits or one, with or
// without colons. There may be fewer; what is behind them is not looked at.
func parseHex(word string, length int, a *Addr) (string, bool) {
	for i := 0; i < length && word != ""; i++ {
		v, ok := hexDigit(word[0])
		if !ok {
			return "", false
		}
		word = word[1:]
		if word != "" {
			if low, ok := hexDigit(word[0]); ok {
				v = v<<4 | low
			} else if word[0] != ':' {
				return "", false
			}
			word = word[1:]
		}
		a[i] = v
		word = strings.TrimPrefix(word, ":")
	}
	return "", true
}

// parseFullHex is parseHex that takes no single digit.
func parseFullHex(word string, length int, a *Addr) (string, bool) {
	for i := 0; i < length && word != ""; i++ {
		if len(word) < 2 {
			return "", false
		}
		high, ok1 := hexDigit(word[0])
		low, ok2 := hexDigit(word[1])
		if !ok1 || !ok2 {
			return "", false
		}
		a[i] = high<<4 | low
		word = strings.TrimPrefix(word[2:], ":")
	}
	return "", true
}

func hexDigit(c byte) (byte, bool) {
	switch {
	case '0' <= c && c <= '9':
		return c - '0', true
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10, true
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}

// parseNone takes no word.
func parseNone(string, int, *Addr) (string, bool) { return "", false }

// parseCallSign reads a call sign of up to six letters and digits, with a
// station behind a dash: the address of an amateur's AX.25 or NET/ROM.
func parseCallSign(word string, _ int, a *Addr) (string, bool) {
	i := 0
	for ; word != "" && word[0] != '-' && i < 6; i++ {
		c := word[0]
		if 'a' <= c && c <= 'z' {
			c -= 'a' - 'A'
		}
		if (c < 'A' || c > 'Z') && (c < '0' || c > '9') {
			return "", false
		}
		a[i], word = c<<1, word[1:]
	}
	if word != "" && word[0] != '-' {
		return "", false
	}
	for ; i < 6; i++ {
		a[i] = ' ' << 1
	}
	a[6] = 0
	if word != "" {
		a[6] = byte(format.Atoi(word[1:]) << 1)
	}
	return "", true
}

// parseRose reads an address of ten digits.
func parseRose(word string, length int, a *Addr) (string, bool) {
	if len(word) != length {
		return "", false
	}
	for i := range length / 2 {
		a[i] = (word[2*i]-'0')<<4 | (word[2*i+1] - '0')
	}
	return "", true
}

// parseX25 reads an address of up to 15 digits, of which the number behind a
// slash are significant.
func parseX25(word string, length int, a *Addr) (string, bool) {
	digits, n := word, len(word)
	if head, tail, ok := strings.Cut(word, "/"); ok {
		digits, n = head, int(format.Atoi(tail))
	}
	if len(word) > 18 || len(digits) < 1 || len(digits) > length || n < 0 || n > len(digits) {
		return "", false
	}
	copy(a[:], digits[:n])
	return "", true
}

// parseAsh reads hops with colons between them, each of which stands in the
// address as a code word of its own.
func parseAsh(word string, length int, a *Addr) (string, bool) {
	const codes = "\x15\x02\x49\x5e\x64\x73\x38\x2f\xd0\xc7\x8c\x9b\xa1\xb6\xfd\xea"
	const none = 0xc9
	for i := range a {
		a[i] = none
	}
	for i := range length {
		hop, n, _ := format.Strtol(word, 16)
		if i < len(a) {
			a[i] = codes[hop&15]
		}
		rest := word[n:]
		if rest == "" {
			break
		}
		if rest[0] != ':' {
			return "Malformed Ash address", false
		}
		word = rest[1:]
	}
	return "", true
}
