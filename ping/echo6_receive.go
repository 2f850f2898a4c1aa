package ping

import (
	"strconv"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/resolver"
)

// takeError implements protocol.
func (e *echo6) takeError(failed unix.Errno) (int, unix.Errno) {
	return e.takeQueued(unix.IPPROTO_IPV6, unix.IPV6_RECVERR, unix.SO_EE_ORIGIN_ICMP6, failed, "mtu: ",
		func(q *queued) bool {
			return q.probeBytes >= icmpHeader && q.to.Addr == addr16(e.to.Addr) && q.probe[0] == icmp6Echo && e.ours(q.id())
		},
		func(q *queued) { e.print(icmp6Text(q.typ, q.code, q.info) + "\n") })
}

// reply implements protocol.
func (e *echo6) reply(r *received) (notOurs bool) {
	icmp := r.data
	if len(icmp) < icmpHeader {
		if e.opt.verbose {
			e.complain(0, "packet too short: "+strconv.Itoa(len(icmp))+" bytes")
		}
		return true
	}
	reply := &echoReply{icmp: icmp, hops: hopLimit(r), from: r.from, when: r.when}
	switch icmp[0] {
	case icmp6EchoReply:
		if !e.ours(int(be.Uint16(icmp[4:]))) {
			return true
		}
		reply.seq = be.Uint16(icmp[6:])
		reply.wrongSource = !e.multicast && !e.anycast && r.from.Addr != addr16(e.to.Addr)
		reply.about = func(b []byte) []byte {
			return strconv.AppendUint(append(b, " icmp_seq="...), uint64(reply.seq), 10)
		}
	case icmp6NodeReply:
		seq, ok := e.opt.node.check(icmp)
		if !ok {
			return true
		}
		reply.seq = seq
		reply.about = func(b []byte) []byte { return appendNodeReply(b, icmp) }
	default:
		return e.other(icmp, r.from)
	}
	if e.count(reply) {
		e.out.Flush()
		return false
	}
	e.endLine(func() {})
	return false
}

// hopLimit is the hop limit that a packet came with, or -1.
func hopLimit(r *received) int {
	hops := -1
	r.controls(unix.IPPROTO_IPV6, func(typ int32, data []byte) {
		if (typ == unix.IPV6_HOPLIMIT || typ == unix.IPV6_2292HOPLIMIT) && len(data) >= 4 {
			hops = int(int32(native.Uint32(data)))
		}
	})
	return hops
}

// other deals with what is no reply. The socket's filter lets nothing of that
// through, unless it is a datagram socket's.
func (e *echo6) other(icmp []byte, from resolver.Address) (notOurs bool) {
	quoted := icmp[icmpHeader:]
	if len(quoted) < ip6Header+icmpHeader || [16]byte(quoted[24:40]) != e.to.Addr {
		return true
	}
	next, probe := quoted[6], quoted[ip6Header:]
	if next == nextFragment {
		next, probe = probe[0], probe[fragHeader:]
	}
	if next == unix.IPPROTO_ICMPV6 {
		if len(probe) < icmpHeader || probe[0] != icmp6Echo || !e.ours(int(be.Uint16(probe[4:]))) {
			return true
		}
		e.stats.acknowledge(be.Uint16(probe[6:]))
		return false
	}
	if !e.opt.verbose || e.uid != 0 {
		return true
	}
	e.print(e.stamp() + "From " + e.address(from) + ": " + icmp6Text(icmp[0], icmp[1], be.Uint32(icmp[4:])))
	e.endLine(func() {})
	return false
}

// filter implements protocol; an IPv6 raw socket's packets have no IP header.
func (e *echo6) filter() []unix.SockFilter {
	return []unix.SockFilter{
		{Code: unix.BPF_LD | unix.BPF_H | unix.BPF_ABS, K: 4}, // identifier
		{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, Jf: 1, K: uint32(uint16(e.ident))},
		{Code: unix.BPF_RET | unix.BPF_K, K: ^uint32(0)},
		{Code: unix.BPF_LD | unix.BPF_B | unix.BPF_ABS}, // type
		{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, Jt: 1, K: icmp6EchoReply},
		{Code: unix.BPF_RET | unix.BPF_K, K: ^uint32(0)},
		{Code: unix.BPF_RET | unix.BPF_K},
	}
}
