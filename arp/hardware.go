package arp

import (
	"strings"

	"github.com/nlbox/nlbox/internal/format"
)

// hardware is a type of network hardware. The kernel's numbers are ARPHRD_*
// (linux/if_arp.h).
type hardware struct {
	name string
	kind uint16
	// length is that of an address, 0 for a type without ARP.
	length int
	// parse reads an address into a, which holds what was there before; nil
	// takes none.
	parse func(word string, length int, a *hardwareAddr) (complaint string, ok bool)
	// separator stands between the bytes of an address that is shown; 0 is
	// the form of unknown types.
	separator byte
	upper     bool
}

// hardwareAddr is the room for an address in a struct sockaddr.
type hardwareAddr [14]byte

// hardwareTypes are the types that net-tools knows, in its order.
var hardwareTypes = [...]hardware{
	{name: "loop", kind: 772},
	{name: "slip", kind: 256},
	{name: "cslip", kind: 257},
	{name: "slip6", kind: 258},
	{name: "cslip6", kind: 259},
	{name: "adaptive", kind: 264},
	{name: "ash", kind: 781, length: 64, parse: parseAsh},
	{name: "ether", kind: 1, length: 6, parse: parseHex, separator: ':'},
	{name: "ax25", kind: 3, length: 7, parse: parseCallSign},
	{name: "netrom", kind: 0, length: 7, parse: parseCallSign},
	{name: "rose", kind: 270, length: 10, parse: parseRose},
	{name: "tunnel", kind: 768},
	{name: "ppp", kind: 512},
	{name: "hdlc", kind: 513},
	{name: "lapb", kind: 516},
	{name: "arcnet", kind: 7, length: 1, parse: parseFullHex, separator: ':', upper: true},
	{name: "dlci", kind: 15, length: 3},
	{name: "frad", kind: 770},
	{name: "sit", kind: 776},
	{name: "fddi", kind: 774, length: 6, parse: parseFullHex, separator: '-', upper: true},
	{name: "hippi", kind: 780, length: 6, parse: parseFullHex, separator: ':', upper: true},
	{name: "irda", kind: 783, length: 2},
	{name: "ec", kind: 782},
	{name: "x25", kind: 271, length: 15, parse: parseX25},
	{name: "eui64", kind: 27, length: 8, parse: parseHex, separator: ':', upper: true},
	{name: "unspec", kind: unspecified},
}

// unspecified stands for the type of no device.
const unspecified = 0xffff

// defaultType is the type that is meant without -H.
const defaultType = "ether"

// findHardware returns the type with the name.
func findHardware(name string) (hardware, bool) {
	for _, h := range hardwareTypes {
		if h.name == name {
			return h, true
		}
	}
	return hardware{}, false
}

// hardwareName is the name of the type with the kernel's number. One that has
// none passes for Ethernet.
func hardwareName(kind uint16) string {
	for i := range hardwareTypes {
		if h := &hardwareTypes[i]; h.kind == kind && kind != unspecified {
			return h.name
		}
	}
	return defaultType
}

// parseHex reads up to length bytes in hexadecimal: two digits or one, with or
// without colons. There may be fewer; what is behind them is not looked at.
func parseHex(word string, length int, a *hardwareAddr) (string, bool) {
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
func parseFullHex(word string, length int, a *hardwareAddr) (string, bool) {
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

// parseCallSign reads a call sign of up to six letters and digits, with a
// station behind a dash: the address of an amateur's AX.25 or NET/ROM.
func parseCallSign(word string, _ int, a *hardwareAddr) (string, bool) {
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
func parseRose(word string, length int, a *hardwareAddr) (string, bool) {
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
func parseX25(word string, length int, a *hardwareAddr) (string, bool) {
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
func parseAsh(word string, length int, a *hardwareAddr) (string, bool) {
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

// describe is a device's type and address as -v shows them. A type without a
// form of its own shows all of the room for an address, and two bytes beyond.
func describe(kind uint16, a hardwareAddr) (name, text string) {
	for _, h := range hardwareTypes {
		if h.kind != kind {
			continue
		}
		if h.name == "tunnel" {
			return h.name, ""
		}
		if h.separator != 0 {
			return h.name, hexText(a[:h.length], h.separator, h.upper)
		}
	}
	return "unspec", hexText(append(a[:], 0, 0), '-', true)
}

func hexText(b []byte, separator byte, upper bool) string {
	text := string(format.AppendMAC(nil, b))
	if upper {
		text = strings.ToUpper(text)
	}
	return strings.ReplaceAll(text, ":", string(separator))
}
