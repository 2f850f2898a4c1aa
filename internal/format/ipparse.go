package format

import "encoding/binary"

// ParseIPv4 is iproute2's own reading of an IPv4 address: one to four numbers
// of 0..255 with dots between, each by strtoul base 0. Missing parts are zero:
// "10.8" is 10.8.0.0 (not 10.0.0.8 as with inet_aton), "0x0a.1" is 10.1.0.0 and
// "010.0.0.9" is 8.0.0.9.
func ParseIPv4(s string) (a [4]byte, ok bool) {
	// What nearly all are is read alike, and sooner.
	if a, ok := ParsePton4(s); ok {
		return a, true
	}
	for i := 0; ; i++ {
		v, n, _ := Strtoul(s, 0)
		if n == 0 || v > 255 {
			return [4]byte{}, false
		}
		a[i] = byte(v)
		if n == len(s) {
			return a, true
		}
		if i == 3 || s[n] != '.' {
			return [4]byte{}, false
		}
		s = s[n+1:]
	}
}

// ParsePton4 is inet_pton(3) for AF_INET: exactly four decimal numbers without
// leading zeros.
func ParsePton4(s string) (a [4]byte, ok bool) {
	part, digits, v := 0, 0, 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			if digits > 0 && v == 0 {
				return [4]byte{}, false
			}
			v = v*10 + int(c-'0')
			if v > 255 {
				return [4]byte{}, false
			}
			digits++
		case c == '.' && digits > 0 && part < 3:
			a[part] = byte(v)
			part, digits, v = part+1, 0, 0
		default:
			return [4]byte{}, false
		}
	}
	if part != 3 || digits == 0 {
		return [4]byte{}, false
	}
	a[3] = byte(v)
	return a, true
}

// ParseIPv6 is inet_pton(3) for AF_INET6 as glibc does it: groups of up to four
// hex digits, one "::" that stands for at least one group, and optionally a
// dotted quad at the end. There are no zones.
func ParseIPv6(s string) (a [16]byte, ok bool) {
	p := ipv6Parser{gap: -1}
	if !p.run(s) {
		return [16]byte{}, false
	}
	return p.result()
}

// ipv6Parser holds what was read: n bytes of a, and where the "::" was (gap, -1
// for none).
type ipv6Parser struct {
	a      [16]byte
	n, gap int
	digits int // of the group being read
	group  uint32
}

func (p *ipv6Parser) run(s string) bool {
	if s == "" {
		return false
	}
	i := 0
	if s[0] == ':' { // only as the first half of "::"
		if len(s) < 2 || s[1] != ':' {
			return false
		}
		i = 1
	}
	token := i
	for ; i < len(s); i++ {
		c := s[i]
		if d := digit(c); d < 16 {
			if p.digits == 4 {
				return false
			}
			p.group = p.group<<4 | uint32(d)
			p.digits++
			continue
		}
		switch {
		case c == ':':
			token = i + 1
			if !p.colon(token == len(s)) {
				return false
			}
		case c == '.' && p.n <= 12:
			return p.dotted(s[token:])
		default:
			return false
		}
	}
	return p.digits == 0 || p.put()
}

// colon handles the colon behind a group, or the second one of "::".
func (p *ipv6Parser) colon(last bool) bool {
	if p.digits == 0 {
		if p.gap >= 0 {
			return false
		}
		p.gap = p.n
		return true
	}
	return !last && p.put()
}

func (p *ipv6Parser) put() bool {
	if p.n > 14 {
		return false
	}
	binary.BigEndian.PutUint16(p.a[p.n:], uint16(p.group))
	p.n, p.digits, p.group = p.n+2, 0, 0
	return true
}

func (p *ipv6Parser) dotted(s string) bool {
	v4, ok := ParsePton4(s)
	if !ok {
		return false
	}
	p.n += copy(p.a[p.n:], v4[:])
	return true
}

// result spreads what was read around the gap.
func (p *ipv6Parser) result() (a [16]byte, ok bool) {
	switch {
	case p.gap < 0:
		return p.a, p.n == 16
	case p.n == 16: // "::" may not stand for nothing
		return a, false
	}
	copy(a[:], p.a[:p.gap])
	copy(a[16-(p.n-p.gap):], p.a[p.gap:p.n])
	return a, true
}

// ParseMPLS reads a label stack "100/200" of numbers below 2^20 (strtoul base
// 0) into the bytes of its entries; the last one carries the bottom bit. max is
// the greatest number of labels; tooMany tells that it was exceeded, which
// iproute2 reports with a line of its own.
func ParseMPLS(s string, max int) (stack []byte, tooMany, ok bool) {
	for range max {
		v, n, _ := Strtoul(s, 0)
		if n == 0 || v > mplsMaxLabel {
			return nil, false, false
		}
		entry := uint32(v) << mplsLabelShift
		if n == len(s) {
			return binary.BigEndian.AppendUint32(stack, entry|mplsBottom), false, true
		}
		if s[n] != '/' {
			return nil, false, false
		}
		stack = binary.BigEndian.AppendUint32(stack, entry)
		s = s[n+1:]
	}
	return nil, true, false
}
