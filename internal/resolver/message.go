package resolver

import (
	"strings"

	"github.com/nlbox/nlbox/internal/byteorder"
	"github.com/nlbox/nlbox/internal/ipaddr"
)

// Types and codes of RFC 1035 and RFC 3596.
const (
	typeA     = 1
	typeCNAME = 5
	typePTR   = 12
	typeAAAA  = 28
	classIN   = 1

	rcodeOK       = 0
	rcodeServFail = 2
	rcodeNXDomain = 3
	rcodeNotImp   = 4
	rcodeRefused  = 5

	flagResponse  = 1 << 15
	flagTruncated = 1 << 9
	flagRecursion = 1 << 8

	dnsHeader = 12
	maxName   = 255
	maxLabel  = 63
	// maxPointers bounds the compression pointers of one name.
	maxPointers = 64
)

var be byteorder.Big

// appendQuery appends a query for one name. ok is false when the name cannot be
// written: an empty or too long label, or a name of more than 255 bytes.
func appendQuery(b []byte, id uint16, name string, qtype uint16) (msg []byte, ok bool) {
	b = be.AppendUint16(b, id)
	b = be.AppendUint16(b, flagRecursion)
	b = append(b, 0, 1, 0, 0, 0, 0, 0, 0)
	start := len(b)
	name = strings.TrimSuffix(name, ".")
	for name != "" {
		label, rest, more := strings.Cut(name, ".")
		if label == "" || len(label) > maxLabel || more && rest == "" {
			return b, false
		}
		b = append(b, byte(len(label)))
		b = append(b, label...)
		name = rest
	}
	b = append(b, 0)
	if len(b)-start > maxName {
		return b, false
	}
	b = be.AppendUint16(b, qtype)
	return be.AppendUint16(b, classIN), true
}

// answers tells whether msg is the response to query: the same id and the same
// question.
func answers(msg, query []byte) bool {
	if len(msg) < len(query) || msg[0] != query[0] || msg[1] != query[1] ||
		be.Uint16(msg[2:])&flagResponse == 0 || be.Uint16(msg[4:]) != 1 {
		return false
	}
	for i := dnsHeader; i < len(query); i++ {
		if lower(msg[i]) != lower(query[i]) {
			return false
		}
	}
	return true
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}

func rcode(msg []byte) int      { return int(msg[3] & 15) }
func truncated(msg []byte) bool { return be.Uint16(msg[2:])&flagTruncated != 0 }

// readName reads a domain name at off. next is the offset behind it.
func readName(msg []byte, off int) (name string, next int, ok bool) {
	var b []byte
	next = -1
	for pointers := 0; off < len(msg); {
		n := int(msg[off])
		off++
		switch {
		case n == 0:
			if next < 0 {
				next = off
			}
			if len(b) > 0 {
				b = b[:len(b)-1]
			}
			return string(b), next, true
		case n&0xC0 == 0xC0:
			if off >= len(msg) || pointers == maxPointers {
				return "", 0, false
			}
			if next < 0 {
				next = off + 1
			}
			off = n&0x3F<<8 | int(msg[off])
			pointers++
		case n > maxLabel || off+n > len(msg) || len(b)+n+1 > maxName:
			return "", 0, false
		default:
			b = append(b, msg[off:off+n]...)
			b = append(b, '.')
			off += n
		}
	}
	return "", 0, false
}

// record is one resource record; data lies within the message at off.
type record struct {
	name string
	typ  uint16
	off  int
	data []byte
}

// answerRecords calls each for the records of the answer section that can be
// read. The question has been checked by answers, so query tells its length.
func answerRecords(msg, query []byte, each func(record)) {
	off := len(query)
	for n := be.Uint16(msg[6:]); n > 0; n-- {
		name, next, ok := readName(msg, off)
		if !ok || next+10 > len(msg) {
			return
		}
		size := int(be.Uint16(msg[next+8:]))
		data := next + 10
		if data+size > len(msg) {
			return
		}
		if be.Uint16(msg[next+2:]) == classIN {
			each(record{name, be.Uint16(msg[next:]), data, msg[data : data+size]})
		}
		off = data + size
	}
}

// hostAnswer takes the addresses out of an answer, following aliases, and the
// name that they belong to. ok is false when the answer has a name that no host
// can have.
func hostAnswer(msg, query []byte, name string) (canonical string, addrs []ipaddr.Addr, ok bool) {
	canonical, ok = strings.TrimSuffix(name, "."), true
	answerRecords(msg, query, func(r record) {
		if !strings.EqualFold(r.name, canonical) {
			return
		}
		switch {
		case r.typ == typeCNAME:
			target, _, readable := readName(msg, r.off)
			if !readable || !hostName(target) {
				ok = false
				return
			}
			canonical = target
		case r.typ == typeA && len(r.data) == 4, r.typ == typeAAAA && len(r.data) == 16:
			a, _ := ipaddr.FromSlice(r.data)
			addrs = append(addrs, a)
		}
	})
	return canonical, addrs, ok
}

// pointerAnswer takes the first host name out of the answer to a PTR question.
func pointerAnswer(msg, query []byte, name string) (host string, ok bool) {
	answerRecords(msg, query, func(r record) {
		if ok || !strings.EqualFold(r.name, name) {
			return
		}
		target, _, readable := readName(msg, r.off)
		switch {
		case !readable:
		case r.typ == typeCNAME:
			name = target
		case r.typ == typePTR && target != "" && hostName(target):
			host, ok = target, true
		}
	})
	return host, ok
}

// hostName tells whether a name may be a host's: letters, digits, '-', '_' and
// dots, with no '-' in front and no empty label.
func hostName(name string) bool {
	if name == "" || name[0] == '-' {
		return false
	}
	name = strings.TrimSuffix(name, ".")
	if name == "" {
		return true // the root
	}
	dot := true
	for i := 0; i < len(name); i++ {
		switch c := lower(name[i]); {
		case c == '.':
			if dot {
				return false
			}
			dot = true
			continue
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9', c == '-', c == '_':
		default:
			return false
		}
		dot = false
	}
	return !dot
}

// reverseName is the name whose PTR record names an address.
func reverseName(a ipaddr.Addr) string {
	const hex = "0123456789abcdef"
	if a.Is4() {
		v := a.As4()
		return ipaddr.From4([4]byte{v[3], v[2], v[1], v[0]}).String() + ".in-addr.arpa"
	}
	v := a.As16()
	b := make([]byte, 0, 72)
	for i := 15; i >= 0; i-- {
		b = append(b, hex[v[i]&15], '.', hex[v[i]>>4], '.')
	}
	return string(append(b, "ip6.arpa"...))
}
