package ping

import (
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/resolver"
)

// Node information queries (RFC 4620): question types, subject types and flags.
const (
	nodeNone    = -1
	nodeName    = 2
	nodeIPv6    = 3
	nodeIPv4    = 4
	subjectIPv6 = 0
	subjectName = 1
	subjectIPv4 = 2

	nodeTruncated = 1 << 0
	nodeAll       = 1 << 1
	nodeCompat    = 1 << 2
	nodeLinkLocal = 1 << 3
	nodeSiteLocal = 1 << 4
	nodeGlobal    = 1 << 5

	// nodeHeader is the ICMP header with the nonce behind it.
	nodeHeader = 16
	nonceSize  = 8
)

// nodeQuery is what -N asks.
type nodeQuery struct {
	raw     bool // -N was given: it needs a raw socket
	query   int  // type of the question, nodeNone without one
	flags   uint16
	kind    int // type of the subject, nodeNone without one
	subject []byte
	nonce   [nonceSize - 2]byte // what this run's replies have behind the number
	packet  []byte
}

func newNodeQuery() nodeQuery { return nodeQuery{query: nodeNone, kind: nodeNone} }

func (q *nodeQuery) enabled() bool { return q.query >= 0 }

// nodeInfo takes -N.
func (p *parser) nodeInfo(arg string) error {
	p.opt.node.raw = true
	if arg == "help" {
		p.stdout.WriteString(nodeInfoHelp + "\n")
		return applet.Silent(0)
	}
	word, value, has := strings.Cut(arg, "=")
	var err error
	ok := false
	if has {
		ok, err = p.nodeSubject(word, value)
	} else {
		ok = p.nodeQuestion(word)
	}
	if err == nil && !ok {
		err = applet.Fail(2, nodeInfoHelp)
	}
	return err
}

// nodeQuestion takes a type of question.
func (p *parser) nodeQuestion(word string) bool {
	query, flag := nodeIPv6, uint16(0)
	switch word {
	case "name", "fqdn":
		query = nodeName
	case "ipv6":
	case "ipv6-all":
		flag = nodeAll
	case "ipv6-compatible":
		flag = nodeCompat
	case "ipv6-linklocal":
		flag = nodeLinkLocal
	case "ipv6-sitelocal":
		flag = nodeSiteLocal
	case "ipv6-global":
		flag = nodeGlobal
	case "ipv4":
		query = nodeIPv4
	case "ipv4-all":
		query, flag = nodeIPv4, nodeAll
	default:
		return false
	}
	q := &p.opt.node
	if q.enabled() && q.query != query {
		p.stdout.WriteString("Qtype conflict\n")
		return false
	}
	q.query = query
	q.flags |= flag
	return true
}

// nodeSubject takes whom or what the question is about.
func (p *parser) nodeSubject(word, value string) (ok bool, err error) {
	kind, family := subjectName, resolver.Any
	switch word {
	case "subject-ipv6":
		kind, family = subjectIPv6, resolver.IPv6
	case "subject-ipv4":
		kind, family = subjectIPv4, resolver.IPv4
	case "subject-name", "subject-fqdn":
	default:
		return false, nil
	}
	q := &p.opt.node
	if q.subject != nil && q.kind != kind {
		p.stdout.WriteString("Subject type conflict\n")
		return false, nil
	}
	q.kind = kind
	if kind == subjectName {
		return p.nameSubject(value, word == "subject-fqdn")
	}
	host, err := p.resolve.Lookup(value, family)
	if err != nil {
		p.warn(errorText(p.program, 0, value+": "+err.Error()) + "\n")
		return false, nil
	}
	q.subject = host.Addrs[0].Addr.AsSlice()
	return true, nil
}

// nameSubject takes a name as the subject: in lower case, in the form of DNS,
// and with one more zero behind it if it is not to be taken for a full one.
func (p *parser) nameSubject(name string, short bool) (ok bool, err error) {
	name, scope, scoped := strings.Cut(name, "%")
	if scoped && len(scope) >= unix.IFNAMSIZ {
		return false, p.fail(1, 0, "too long scope name")
	}
	name = strings.ToLower(name)
	short = short || !strings.Contains(name, ".")
	b, ok := appendName(nil, name)
	if !ok {
		p.warn(errorText(p.program, 0, "inappropriate subject name: "+name) + "\n")
		return false, applet.Silent(1)
	}
	if short {
		b = append(b, 0)
	}
	p.opt.node.subject = b
	return true, nil
}

// appendName appends a domain name as RFC 1035, 3.1 has it, uncompressed.
func appendName(b []byte, name string) (out []byte, ok bool) {
	start := len(b)
	name = strings.TrimSuffix(name, ".")
	for name != "" {
		label, rest, more := strings.Cut(name, ".")
		if label == "" || len(label) > 63 || more && rest == "" {
			return b, false
		}
		b = append(append(b, byte(len(label))), label...)
		name = rest
	}
	b = append(b, 0)
	return b, len(b)-start <= 255
}

// start readies the query for a target: the one that it asks is the subject,
// unless there is another.
func (q *nodeQuery) start(target [16]byte) {
	if !q.enabled() {
		return
	}
	unix.Getrandom(q.nonce[:], unix.GRND_NONBLOCK)
	if q.subject == nil {
		q.kind, q.subject = subjectIPv6, target[:]
	}
}

// build makes the message with the number seq, which is the first part of the
// nonce.
func (q *nodeQuery) build(seq uint16) []byte {
	b := append(q.packet[:0], icmp6NodeQuery, byte(q.kind), 0, 0)
	b = be.AppendUint16(b, uint16(q.query))
	b = be.AppendUint16(b, q.flags)
	b = be.AppendUint16(b, seq)
	b = append(b, q.nonce[:]...)
	q.packet = append(b, q.subject...)
	return q.packet
}

// check returns the number of the query that a message answers.
func (q *nodeQuery) check(icmp []byte) (seq uint16, ok bool) {
	if !q.enabled() || len(icmp) < nodeHeader || [nonceSize - 2]byte(icmp[10:nodeHeader]) != q.nonce {
		return 0, false
	}
	return be.Uint16(icmp[8:]), true
}

// appendNodeReply appends what an answer says. The message has its header.
func appendNodeReply(b, icmp []byte) []byte {
	query := int(be.Uint16(icmp[4:]))
	switch code := icmp[1]; {
	case code == 1:
		b = append(b, " refused"...)
	case code == 2:
		b = append(b, " unknown"...)
	case code != 0:
		b = append(appendHex(append(b, " unknown code("...), uint(code), 2), ')')
	case query == nodeName:
		b = appendNodeNames(b, icmp)
	case query == nodeIPv4 || query == nodeIPv6:
		b = appendNodeAddresses(b, icmp, query)
	default:
		b = append(appendHex(append(b, " unknown qtype(0x"...), uint(query), 2), ')')
	}
	b = strconv.AppendUint(append(b, "; seq="...), uint64(be.Uint16(icmp[8:])), 10)
	return append(b, ';')
}

// appendNodeNames appends the names behind the time to live.
func appendNodeNames(b, icmp []byte) []byte {
	data := icmp[nodeHeader:]
	if len(data) < 4 {
		return append(b, " parse error (too short)"...)
	}
	for off, first := 4, true; off < len(data); first = false {
		if !first {
			b = append(b, ',')
		}
		name, next, ok := expandName(data, off)
		if !ok {
			return append(b, " parse error (truncated)"...)
		}
		b = append(b, ' ')
		for i := range len(name) {
			b = appendPrintable(b, name[i])
		}
		off = next
		if off < len(data) && data[off] == 0 {
			off++ // not a full name
		} else {
			b = append(b, '.')
		}
	}
	return b
}

// appendPrintable appends a character, or its octal escape.
func appendPrintable(b []byte, c byte) []byte {
	if ' ' <= c && c <= '~' {
		return append(b, c)
	}
	return append(b, '\\', '0'+c>>6, '0'+c>>3&7, '0'+c&7)
}

// expandName reads the domain name at off of a message (RFC 1035, 4.1.4). next
// is the offset behind it.
func expandName(msg []byte, off int) (name string, next int, ok bool) {
	var b []byte
	next = -1
	for steps := 0; off < len(msg) && steps <= len(msg); steps++ {
		n := int(msg[off])
		off++
		switch {
		case n == 0:
			if next < 0 {
				next = off
			}
			return string(b), next, true
		case n&0xC0 == 0xC0:
			if off >= len(msg) {
				return "", 0, false
			}
			if next < 0 {
				next = off + 1
			}
			off = n&0x3F<<8 | int(msg[off])
		case n > 63 || off+n > len(msg):
			return "", 0, false
		default:
			if len(b) > 0 {
				b = append(b, '.')
			}
			b = append(b, msg[off:off+n]...)
			off += n
		}
	}
	return "", 0, false
}

// appendNodeAddresses appends the addresses, each with a time to live before it.
func appendNodeAddresses(b, icmp []byte, query int) []byte {
	size := 16
	if query == nodeIPv4 {
		size = 4
	}
	data := icmp[nodeHeader:]
	for first := true; len(data) > 0; first = false {
		if !first {
			b = append(b, ',')
		}
		if len(data) < 4+size {
			b = append(b, " parse error (truncated)"...)
			break
		}
		b = append(b, ' ')
		if size == 4 {
			b = format.AppendIPv4(b, data[4:])
		} else {
			b = format.AppendIPv6(b, data[4:])
		}
		data = data[4+size:]
	}
	if be.Uint16(icmp[6:])&nodeTruncated != 0 {
		b = append(b, " (truncated)"...)
	}
	return b
}
