package ping

import (
	"bytes"
	"strconv"

	"github.com/nlbox/nlbox/internal/resolver"
)

// IP options (RFC 791, 3.1) and where their fields are.
const (
	optEnd         = 0
	optNop         = 1
	optRecordRoute = 7
	optTimestamp   = 68
	optLooseRoute  = 131
	optStrictRoute = 137

	optFirst      = 4 // the pointer of a route without entries
	optFirstStamp = 5
	optRouteSlots = 9
)

// recordRouteOption is -R: room for nine addresses.
func recordRouteOption() []byte {
	b := make([]byte, 3+4*optRouteSlots+1)
	b[0] = optNop
	b[1], b[2], b[3] = optRecordRoute, byte(len(b)-1), optFirst
	return b
}

// timestampOption is -T: room for nine times, for four with the addresses, or
// for those of the given hosts.
func timestampOption(kind byte, hosts [][4]byte) []byte {
	size := 36
	switch kind {
	case tsOnly:
		size = 40
	case tsPrespec:
		size = 4 + 8*len(hosts)
	}
	b := make([]byte, size)
	b[0], b[1], b[2], b[3] = optTimestamp, byte(size), optFirstStamp, kind
	if kind == tsPrespec {
		for i, h := range hosts {
			copy(b[4+8*i:], h[:])
		}
	}
	return b
}

// sourceRouteOption leads a probe by way of the given hosts: strictly with -r.
func sourceRouteOption(hosts [][4]byte, strict bool) []byte {
	b := []byte{optNop, optLooseRoute, byte(3 + 4*len(hosts)), optFirst}
	if strict {
		b[1] = optStrictRoute
	}
	for _, h := range hosts {
		b = append(b, h[:]...)
	}
	return b
}

// recordedRoute is the route of the last reply, so that the same one is not
// printed again.
type recordedRoute []byte

// printOptions prints the options of an IP header.
func (e *echo4) printOptions(options []byte) {
	for len(options) > 0 && options[0] != optEnd {
		if options[0] == optNop {
			e.print("\nNOP")
			options = options[1:]
			continue
		}
		if len(options) < 2 {
			return
		}
		n := int(options[1])
		if n < 2 || n > len(options) {
			return
		}
		option := options[:n]
		switch option[0] {
		case optStrictRoute, optLooseRoute:
			e.printSourceRoute(option)
		case optRecordRoute:
			e.printRecordRoute(option)
		case optTimestamp:
			e.printTimestamps(option)
		default:
			e.print("\nunknown option " + strconv.FormatUint(uint64(option[0]), 16))
		}
		options = options[n:]
	}
}

// hop prints an address of a route.
func (e *echo4) hop(a []byte) {
	addr := [4]byte(a)
	if addr == ([4]byte{}) {
		e.print("\t0.0.0.0")
		return
	}
	e.print("\t" + e.address(resolver.Address{Addr: addr4(addr)}))
}

// printSourceRoute prints a whole source route, whatever its pointer says.
func (e *echo4) printSourceRoute(option []byte) {
	kind := "\nLSRR: "
	if option[0] == optStrictRoute {
		kind = "\nSSRR: "
	}
	e.print(kind)
	left := int(option[1])
	// The addresses begin behind the pointer; the original begins with it.
	for b := option[2:]; left > optFirst && len(b) >= 4; b = b[4:] {
		e.hop(b)
		e.print("\n")
		left -= 4
	}
}

// printRecordRoute prints the addresses that a recorded route has so far.
func (e *echo4) printRecordRoute(option []byte) {
	if len(option) < 3 {
		return
	}
	n := min(int(option[2]), int(option[1])) - optFirst
	if n <= 0 {
		return
	}
	// What is compared begins with the pointer.
	route := option[2:min(2+n, len(option))]
	if bytes.Equal(route, e.routes) && !e.opt.flood {
		e.print("\t(same route)")
		return
	}
	e.routes = append(e.routes[:0], route...)
	e.print("\nRR: ")
	for b := option[3:]; n > 0 && len(b) >= 4; b = b[4:] {
		e.hop(b)
		e.print("\n")
		n -= 4
	}
}

// printTimestamps prints the times of an Internet timestamp option: the first as
// it is, the others as the difference from the one before.
func (e *echo4) printTimestamps(option []byte) {
	if len(option) < 4 {
		return
	}
	n := min(int(option[2]), int(option[1])) - optFirstStamp
	if n <= 0 {
		return
	}
	flags := option[3]
	e.print("\nTS: ")
	var standard, other stampClock
	for b := option[4:]; n > 0; {
		if flags&15 != tsOnly {
			if len(b) < 4 {
				break
			}
			e.hop(b)
			b = b[4:]
			if n -= 4; n <= 0 {
				break
			}
		}
		if len(b) < 4 {
			break
		}
		v := int64(be.Uint32(b))
		b = b[4:]
		if v&0x80000000 != 0 {
			e.print("\t" + other.next(v&0x7fffffff) + " not-standard")
		} else {
			e.print("\t" + standard.next(v))
		}
		e.print("\n")
		n -= 4
	}
	if flags>>4 != 0 {
		e.print("Unrecorded hops: " + strconv.Itoa(int(flags>>4)) + "\n")
	}
}

// stampClock is the last time of one kind: milliseconds since midnight UT, or
// something else (RFC 791).
type stampClock int64

func (c *stampClock) next(v int64) string {
	last := *c
	*c = stampClock(v)
	if last == 0 {
		return itoa(v) + " absolute"
	}
	return itoa(v - int64(last))
}
