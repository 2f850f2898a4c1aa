package rule

import (
	"strings"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/words"
)

// parsePreference reads the value of pref.
func parsePreference(word string) (uint32, error) {
	v, ok := format.ParseU32(word, 0)
	if !ok {
		return 0, words.Invalid("preference value is invalid\n", word)
	}
	return v, nil
}

// parseMark reads a firewall mark "MARK" or "MARK/MASK".
func parseMark(word string) (mark, mask uint32, masked bool, err error) {
	head, tail, masked := strings.Cut(word, "/")
	mark, ok := format.ParseU32(head, 0)
	if !ok {
		return 0, 0, false, words.Invalid("fwmark value is invalid\n", head)
	}
	if masked {
		if mask, ok = format.ParseU32(tail, 0); !ok {
			return 0, 0, false, words.Invalid("fwmask value is invalid\n", tail)
		}
	}
	return mark, mask, masked, nil
}

// parseUIDs reads a range "FIRST-LAST" as sscanf(3) does: what follows it does
// not count.
func parseUIDs(word string) (start, end uint32, err error) {
	a, b, n := scanRange(word)
	if n != 2 {
		return 0, 0, words.Invalid("invalid UID range\n", word)
	}
	return uint32(a), uint32(b), nil
}

// parsePorts reads a port or a range "FIRST-LAST".
func parsePorts(word, problem string) (ports, error) {
	a, b, n := scanRange(word)
	switch n {
	case 1:
		return ports{uint16(a), uint16(a)}, nil
	case 2:
		return ports{uint16(a), uint16(b)}, nil
	}
	return ports{}, words.Invalid(problem, word)
}

// scanRange is sscanf(word, "%u-%u"): n is the number of values found.
func scanRange(word string) (a, b uint64, n int) {
	a, rest, ok := format.ScanUint(word)
	if !ok {
		return 0, 0, 0
	}
	tail, dash := strings.CutPrefix(rest, "-")
	if !dash {
		return a, 0, 1
	}
	b, _, ok = format.ScanUint(tail)
	if !ok {
		return a, 0, 1
	}
	return a, b, 2
}
