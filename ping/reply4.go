package ping

import (
	"strconv"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/resolver"
)

// packet4 is a received IPv4 packet taken apart.
type packet4 struct {
	icmp    []byte
	options []byte // of the IP header
	ttl     int
}

// split4 takes a packet apart: a raw socket's begins with its IP header, a
// datagram socket's has what matters of that beside it. ok is false when it is
// too short.
func split4(r *received, raw bool) (p packet4, ok bool) {
	if !raw {
		p.icmp = r.data
		r.controls(unix.IPPROTO_IP, func(typ int32, data []byte) {
			switch {
			case typ == unix.IP_TTL && len(data) >= 4:
				p.ttl = int(uint8(native.Uint32(data)))
			case typ == unix.IP_RETOPTS:
				p.options = data
			}
		})
		return p, len(p.icmp) >= icmpHeader
	}
	if len(r.data) < ipHeader {
		return p, false
	}
	n := int(r.data[0]&15) * 4
	if n < ipHeader || len(r.data) < n+icmpHeader {
		return p, false
	}
	return packet4{icmp: r.data[n:], options: r.data[ipHeader:n], ttl: int(r.data[8])}, true
}

// reply implements protocol.
func (e *echo4) reply(r *received) (notOurs bool) {
	p, ok := split4(r, e.sock.raw())
	if !ok {
		if e.opt.verbose {
			e.complain(0, "packet too short ("+strconv.Itoa(len(r.data))+" bytes) from "+e.address(r.from))
		}
		return true
	}
	if p.icmp[0] != icmpEchoReply {
		return e.other(p.icmp, r.from)
	}
	if !e.ours(int(be.Uint16(p.icmp[4:]))) {
		return true
	}
	seq := be.Uint16(p.icmp[6:])
	done := e.count(&echoReply{
		icmp: p.icmp, seq: seq, hops: p.ttl, from: r.from, when: r.when,
		wrongSource: !e.opt.broadcast && !e.multicast && r.from.Addr != addr4(e.to.Addr),
		about: func(b []byte) []byte {
			return strconv.AppendUint(append(b, " icmp_seq="...), uint64(seq), 10)
		},
	})
	if done {
		e.out.Flush()
		return false
	}
	e.endLine(func() { e.printOptions(p.options) })
	return false
}

// other deals with all that is no echo reply.
func (e *echo4) other(icmp []byte, from resolver.Address) (notOurs bool) {
	broken := checksum(icmp) != 0
	switch icmp[0] {
	case icmpEcho:
		return true
	case icmpSourceQuench, icmpRedirect, icmpUnreachable, icmpTimeExceeded, icmpParameterProb:
		return e.aboutProbe(icmp, from, broken)
	}
	switch {
	case e.opt.flood && !e.opt.verbose && !e.opt.quiet:
		if broken {
			e.print("!EC")
		} else {
			e.print("!E")
		}
		return false
	case !e.opt.verbose || e.uid != 0:
		return false
	}
	text := ""
	if e.opt.timestamps {
		text = timeOfDay() + " "
	}
	e.print(text + "From " + e.address(from) + ": ")
	if broken {
		e.print("(BAD CHECKSUM)\n")
		return false
	}
	e.printICMP(icmp[0], icmp[1], be.Uint32(icmp[4:]), icmp)
	return false
}

// aboutProbe deals with a message that quotes the packet it is about. Errors are
// only noted: they come by the error queue too. The others are printed.
func (e *echo4) aboutProbe(icmp []byte, from resolver.Address, broken bool) (notOurs bool) {
	quoted := icmp[icmpHeader:]
	if len(quoted) < ipHeader+icmpHeader {
		return true
	}
	n := int(quoted[0]&15) * 4
	if len(quoted) < n+icmpHeader {
		return true
	}
	probe := quoted[n:]
	if probe[0] != icmpEcho || [4]byte(quoted[16:20]) != e.to.Addr || !e.ours(int(be.Uint16(probe[4:]))) {
		return true
	}
	seq := be.Uint16(probe[6:])
	if icmp[0] != icmpRedirect && icmp[0] != icmpSourceQuench {
		e.stats.acknowledge(seq)
		return false
	}
	if e.opt.quiet || e.opt.flood {
		return true
	}
	e.print(e.stamp() + "From " + e.address(from) + ": icmp_seq=" + itoa(int64(seq)) + " ")
	if broken {
		e.print("(BAD CHECKSUM)")
	}
	e.printICMP(icmp[0], icmp[1], be.Uint32(icmp[4:]), icmp)
	return true
}
