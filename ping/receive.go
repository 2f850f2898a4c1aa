package ping

import (
	"strconv"
	"time"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/byteorder"
	"github.com/nlbox/nlbox/internal/ipaddr"
	"github.com/nlbox/nlbox/internal/resolver"
)

var (
	native byteorder.Native
	be     byteorder.Big
)

const (
	// icmpHeader is the size of the header of an echo message (RFC 792).
	icmpHeader = 8
	// stampSize is the size of the time in front of a probe's data: seconds and
	// microseconds in the machine's byte order, as its struct timeval.
	stampSize = 16
	// controlSize has room for the ancillary data of a packet: a time, a hop
	// limit, the IP options.
	controlSize = 1024
)

// received is a packet from the socket.
type received struct {
	data    []byte // from the IP header on if the socket is a raw one of IPv4
	control []byte // ancillary data
	from    resolver.Address
	when    int64 // microseconds since 1970
}

// controls calls each for the ancillary messages of one level.
func (r *received) controls(level int32, each func(typ int32, data []byte)) {
	for b := r.control; len(b) >= unix.SizeofCmsghdr; {
		h, data, rest, err := unix.ParseOneSocketControlMessage(b)
		if err != nil {
			return
		}
		if h.Level == level {
			each(h.Type, data)
		}
		b = rest
	}
}

// receiver holds the buffers for packets.
type receiver struct {
	data, control []byte
	received
}

func newReceiver(size int) *receiver {
	return &receiver{data: make([]byte, size), control: make([]byte, controlSize)}
}

// receive takes what is there, packets and errors, until nothing is on its way
// or nothing is left. failed tells that the socket has an error.
func (s *session) receive(r *receiver, failed bool) {
	for {
		n, oobn, _, from, err := unix.Recvmsg(s.sock.fd, r.data, r.control, unix.MSG_DONTWAIT)
		notOurs := false
		if err != nil {
			if err == unix.EAGAIN && !failed || err == unix.EINTR {
				return
			}
			failed = false
			errno, _ := err.(unix.Errno)
			k, left := s.proto.takeError(errno)
			if k == 0 && left != 0 {
				s.complain(left, "recvmsg")
				return
			}
			notOurs = k == 0
		} else {
			r.received = received{data: r.data[:n], control: r.control[:oobn], from: fromSockaddr(from)}
			r.when = s.arrival(&r.received)
			notOurs = s.proto.reply(&r.received)
		}
		if notOurs && s.sock.raw() {
			s.installFilter()
		}
		if s.stats.inFlight() == 0 {
			return
		}
	}
}

// installFilter makes the kernel drop echo replies to others, once the first of
// them has come.
func (s *session) installFilter() {
	if s.filtered {
		return
	}
	s.filtered = true
	code := s.proto.filter()
	prog := unix.SockFprog{Len: uint16(len(code)), Filter: &code[0]}
	if err := unix.SetsockoptSockFprog(s.sock.fd, unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, &prog); err != nil {
		errno, _ := err.(unix.Errno)
		s.complain(errno, "WARNING: failed to install socket filter")
	}
}

// arrival is the time when the packet came in, by the kernel's stamp, or that of
// now with -U.
func (s *session) arrival(r *received) int64 {
	when := int64(-1)
	if !s.opt.userLatency {
		r.controls(unix.SOL_SOCKET, func(typ int32, data []byte) {
			if typ != unix.SO_TIMESTAMP {
				return
			}
			switch len(data) {
			case 16:
				when = int64(native.Uint64(data))*1e6 + int64(native.Uint64(data[8:]))
			case 8: // a machine of 32 bits
				when = int64(int32(native.Uint32(data)))*1e6 + int64(int32(native.Uint32(data[4:])))
			}
		})
	}
	if when < 0 {
		when = time.Now().UnixMicro()
	}
	return when
}

// putStamp writes the time of now into a probe's data.
func putStamp(data []byte) {
	now := time.Now()
	native.PutUint64(data, uint64(now.Unix()))
	native.PutUint64(data[8:], uint64(now.Nanosecond()/1000))
}

func addr4(b [4]byte) ipaddr.Addr   { return ipaddr.From4(b) }
func addr16(b [16]byte) ipaddr.Addr { return ipaddr.From16(b) }

// fromSockaddr is the sender of a packet.
func fromSockaddr(sa unix.Sockaddr) resolver.Address {
	switch a := sa.(type) {
	case *unix.SockaddrInet4:
		return resolver.Address{Addr: addr4(a.Addr)}
	case *unix.SockaddrInet6:
		return resolver.Address{Addr: addr16(a.Addr), Scope: a.ZoneId}
	}
	return resolver.Address{}
}

// echoReply is an answer to one of our probes.
type echoReply struct {
	icmp        []byte // the whole ICMP message
	seq         uint16
	hops        int // time to live or hop limit; -1 when not known
	from        resolver.Address
	when        int64 // microseconds since 1970
	wrongSource bool
	// about appends what the protocol has to say of it.
	about func(b []byte) []byte
}

// count takes a reply into the statistics and prints the begin of its line. done
// tells that the line, if there is one, is complete.
func (s *session) count(e *echoReply) (done bool) {
	st := &s.stats
	st.received++
	st.acknowledge(e.seq)
	trip := s.trip(e)
	duplicate := st.marked(e.seq)
	if duplicate {
		st.repeats++
		st.received--
	} else {
		st.mark(e.seq)
	}
	if s.confirmOK {
		s.confirm = unix.MSG_CONFIRM
	}
	switch {
	case s.events != nil:
		s.replyEvent(e, trip, duplicate)
		return true
	case s.opt.quiet:
		return true
	case s.opt.flood:
		s.print("\b \b")
		return false
	}
	b := append([]byte(s.stamp()), strconv.Itoa(len(e.icmp))...)
	b = append(b, " bytes from "...)
	b = append(b, s.address(e.from)...)
	b = e.about(append(b, ':'))
	if s.opt.verbose && s.ident != -1 {
		b = strconv.AppendInt(append(b, " ident="...), int64(s.ident), 10)
	}
	if e.hops >= 0 {
		b = strconv.AppendInt(append(b, " ttl="...), int64(e.hops), 10)
	}
	if len(e.icmp) < s.opt.size+icmpHeader {
		s.print(string(append(b, " (truncated)\n"...)))
		return true
	}
	if s.timing {
		b = appendTrip(b, trip)
	}
	if duplicate && (!s.multicast || s.opt.verbose) {
		b = append(b, " (DUP!)"...)
	}
	if e.wrongSource {
		b = append(b, " (DIFFERENT ADDRESS!)"...)
	}
	s.out.Write(appendDifference(b, e.icmp[icmpHeader:], s.packet[icmpHeader:], s.opt.size))
	return false
}

// trip is the round-trip time of a reply in microseconds, 0 if it has no time.
func (s *session) trip(e *echoReply) int64 {
	if !s.timing || len(e.icmp) < icmpHeader+stampSize {
		return 0
	}
	data := e.icmp[icmpHeader:]
	sent := int64(native.Uint64(data))*1e6 + int64(native.Uint64(data[8:]))
	trip := e.when - sent
	for trip < 0 {
		s.complain(0, "Warning: time of day goes back ("+itoa(trip)+"us), taking countermeasures")
		trip = 0
		if s.opt.userLatency {
			break
		}
		// The kernel's stamps cannot be trusted any more.
		s.opt.userLatency = true
		trip = time.Now().UnixMicro() - sent
	}
	s.stats.trip(trip)
	if s.opt.adaptive {
		s.adapt()
	}
	return trip
}

// appendDifference compares the data of a reply with the probe's, from behind
// the time on, and appends a dump if they differ.
func appendDifference(b, data, probe []byte, size int) []byte {
	size = min(size, len(data), len(probe))
	for i := stampSize; i < size; i++ {
		if data[i] == probe[i] {
			continue
		}
		b = strconv.AppendInt(append(b, "\nwrong data byte #"...), int64(i), 10)
		b = strconv.AppendUint(append(b, " should be 0x"...), uint64(probe[i]), 16)
		b = strconv.AppendUint(append(b, " but was 0x"...), uint64(data[i]), 16)
		for j := stampSize; j < size; j++ {
			if j%32 == stampSize {
				b = append(strconv.AppendInt(append(b, "\n#"...), int64(j), 10), '\t')
			}
			b = append(strconv.AppendUint(b, uint64(data[j]), 16), ' ')
		}
		break
	}
	return b
}

// endLine finishes the line of a reply: the bell of -a, what options have to
// say, the newline.
func (s *session) endLine(options func()) {
	if s.opt.audible {
		s.print("\a")
	}
	if !s.opt.flood && s.events == nil {
		options()
		s.out.WriteString("\n")
		s.out.Flush()
	}
}

// queued is an entry of a socket's error queue (ip(7), IP_RECVERR).
type queued struct {
	errno      unix.Errno
	origin     uint8 // SO_EE_ORIGIN_*
	typ, code  uint8
	info       uint32
	from       resolver.Address // who sent the ICMP error
	to         resolver.Address // where the probe was sent
	probe      [icmpHeader]byte // the head of the probe
	probeBytes int
}

// Sizes of linux/errqueue.h: struct sock_extended_err, with the address of the
// sender behind it.
const extendedErr = 16

// parseQueued reads the IP_RECVERR or IPV6_RECVERR message of an entry.
func (q *queued) parse(data []byte) bool {
	if len(data) < extendedErr {
		return false
	}
	q.errno = unix.Errno(native.Uint32(data))
	q.origin, q.typ, q.code = data[4], data[5], data[6]
	q.info = native.Uint32(data[8:])
	sa := data[extendedErr:]
	if len(sa) < 2 {
		return true
	}
	switch native.Uint16(sa) {
	case unix.AF_INET:
		if len(sa) >= 8 {
			q.from.Addr = addr4([4]byte(sa[4:8]))
		}
	case unix.AF_INET6:
		if len(sa) >= 28 {
			q.from = resolver.Address{Addr: addr16([16]byte(sa[8:24])), Scope: native.Uint32(sa[24:])}
		}
	}
	return true
}

// readQueue takes one entry off the error queue. err is recvmsg's; an entry
// without a description is none.
func (s *session) readQueue(level, typ int32) (q queued, err error) {
	var control [512]byte
	n, oobn, _, to, err := unix.Recvmsg(s.sock.fd, q.probe[:], control[:], unix.MSG_ERRQUEUE|unix.MSG_DONTWAIT)
	if err != nil {
		return q, err
	}
	q.probeBytes, q.to = n, fromSockaddr(to)
	r := received{control: control[:oobn]}
	found := false
	r.controls(level, func(t int32, data []byte) {
		if t == typ {
			found = q.parse(data)
		}
	})
	if !found {
		return q, unix.EBADMSG
	}
	return q, nil
}

// takeQueued is what both protocols do with an entry of the error queue. ours
// decides whether an ICMP error is about one of our probes and notes that; show
// prints it.
func (s *session) takeQueued(level, typ int32, icmpOrigin uint8, failed unix.Errno, tooLong string,
	ours func(*queued) bool, show func(*queued)) (int, unix.Errno) {
	q, err := s.readQueue(level, typ)
	switch {
	case err == unix.EAGAIN || err == unix.EINTR:
		return -1, failed
	case err != nil:
		return 0, failed
	case q.origin == unix.SO_EE_ORIGIN_LOCAL:
		s.localError(&q, tooLong)
		return -1, failed
	case q.origin != icmpOrigin:
		return 0, failed
	case !ours(&q):
		return 0, 0
	}
	s.stats.errors++
	switch {
	case s.events != nil:
		s.icmpErrorEvent(&q)
	case s.opt.quiet:
	case s.opt.flood:
		s.print("\bE")
	default:
		s.print(s.stamp() + "From " + s.address(q.from) + " icmp_seq=" +
			itoa(int64(q.seq())) + " ")
		show(&q)
		s.out.Flush()
	}
	return 1, failed
}

// seq is the sequence number of the probe.
func (q *queued) seq() uint16 { return be.Uint16(q.probe[6:]) }

// id is the identifier of the probe.
func (q *queued) id() int { return int(be.Uint16(q.probe[4:])) }

// localError reports that this host did not send a probe. With -q it does not
// even count.
func (s *session) localError(q *queued, tooLong string) {
	switch {
	case s.opt.quiet:
		return
	case s.opt.flood:
		s.print("E")
	case q.errno == unix.EMSGSIZE:
		s.complain(0, "local error: message too long, "+tooLong+strconv.FormatUint(uint64(q.info), 10))
	default:
		s.complain(q.errno, "local error")
	}
	s.stats.errors++
}
