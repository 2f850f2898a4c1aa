package route

import (
	"strings"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/format"
)

// editX25 reads the words of an X.25 route. The route itself is refused as by
// a kernel without X.25.
func editX25(c *call, a action) error {
	switch {
	case a == flush:
		return misuse("Flushing `x25' routing table not supported", x25Usage)
	case c.options.cache:
		return misuse("Modifying `x25' routing cache not supported", x25Usage)
	case a == help:
		return c.usage(x25Usage)
	}
	if err := parseX25(c.options.operands()); err != nil {
		return err
	}
	return applet.Fail(statusKernel, "socket: Address family not supported by protocol")
}

// parseX25 checks a target and a device.
func parseX25(words []string) error {
	if len(words) == 0 {
		return misuse("", x25Usage)
	}
	if complaint := badX25(words[0]); complaint != "" {
		return applet.Fail(statusLookup, words[0]+": "+complaint)
	}
	device := ""
	for words = words[1:]; len(words) > 0; words = words[1:] {
		if words[0] == "dev" || words[0] == "device" {
			words = words[1:]
		} else if len(words) > 1 {
			return misuse("", x25Usage)
		}
		if len(words) == 0 || device != "" {
			return misuse("", x25Usage)
		}
		device = words[0]
	}
	if device == "" {
		return misuse("", x25Usage)
	}
	return nil
}

// badX25 tells what is wrong with an address: up to 15 digits, of which the
// number behind a slash are significant.
func badX25(word string) string {
	if len(word) > 18 {
		return "Address can't exceed eighteen digits with sigdigits"
	}
	digits, n := word, uint32(len(word))
	if head, tail, ok := strings.Cut(word, "/"); ok {
		digits, n = head, uint32(format.Atoi(tail))
	}
	if len(digits) < 1 || len(digits) > 15 || n > uint32(len(digits)) {
		return "Invalid address"
	}
	return ""
}
