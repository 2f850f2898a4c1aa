package ping

import (
	"strings"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/resolver"
)

// ICMP types (RFC 792).
const (
	icmpEchoReply      = 0
	icmpUnreachable    = 3
	icmpSourceQuench   = 4
	icmpRedirect       = 5
	icmpEcho           = 8
	icmpTimeExceeded   = 11
	icmpParameterProb  = 12
	icmpTimestamp      = 13
	icmpTimestampReply = 14
	icmpInfoRequest    = 15
	icmpInfoReply      = 16
	icmpMaskRequest    = 17
	icmpMaskReply      = 18
)

const (
	ipHeader    = 20 // without options
	maxIPHeader = 60
	// errorRoom is what an ICMP error has behind the IP header.
	errorRoom = 76
	// icmpFilter is the ICMP_FILTER option of raw sockets (raw(7)): a set bit
	// drops a type.
	icmpFilter = 1
	// probePort is where the socket is connected to that finds the source.
	probePort = 1025
)

// echo4 pings over IPv4.
type echo4 struct {
	*session
	to      unix.SockaddrInet4
	source  unix.SockaddrInet4
	route   [][4]byte // hops of a source route, or of -T tsprespec
	options int       // bytes of IP options in a probe
	routes  recordedRoute
}

// run pings one address. next tells that the caller should try the next one,
// which it does only for the lack of a route and if this is not the last.
func (e *echo4) run(s *session, a resolver.Address, canonical string, last bool) (next bool, err error) {
	e.session = s
	s.proto = e
	if err := e.takeTargets(a, canonical); err != nil {
		return false, err
	}
	if e.source.Addr = s.opt.source4; e.source.Addr == ([4]byte{}) {
		if next, err := e.findSource(last); next || err != nil {
			return next, err
		}
	} else if s.opt.devices {
		if err := e.bindTo(s.sock.fd, e.to.Addr); err != nil {
			return false, err
		}
	}
	if e.to.Addr == ([4]byte{}) {
		e.to.Addr = e.source.Addr
	}
	for _, step := range [...]func() error{e.checkMulticast, e.bind, e.setErrors, e.setOptions, e.setSending} {
		if err := step(); err != nil {
			return false, err
		}
	}
	s.timing = s.opt.size >= stampSize
	e.printHead()
	if err := s.setUp(); err != nil {
		return false, err
	}
	if s.opt.connect {
		if err := unix.Connect(s.sock.fd, &unix.SockaddrInet4{Port: probePort, Addr: e.firstHop()}); err != nil {
			return false, s.fatal(err, "connect failed")
		}
	}
	return false, s.loop(min(s.opt.size, maxPacket) + maxIPHeader + errorRoom)
}

// takeTargets reads the operands: hops, and the target at the end.
func (e *echo4) takeTargets(a resolver.Address, canonical string) error {
	words := e.opt.targets
	if n := len(words); n > 1 {
		switch {
		case e.opt.recordRoute,
			e.opt.timestampOpt && (e.opt.tsKind != tsPrespec || n > 5),
			!e.opt.timestampOpt && n > 10:
			return applet.Fail(2, usageText)
		}
	}
	e.route = nil
	for i, word := range words {
		last := i == len(words)-1
		// inet_aton(3) takes anything behind a blank.
		head, _, _ := strings.Cut(word, " ")
		if v, ok := resolver.ParseIPv4(head); ok {
			e.to.Addr, e.hostname = v.As4(), word
			if last {
				e.opt.numeric = true
			}
		} else if last {
			e.to.Addr, e.hostname = a.Addr.As4(), canonical
		} else {
			host, err := e.resolve.Lookup(word, resolver.IPv4)
			if err != nil {
				return e.fail(2, 0, word+": "+err.Error())
			}
			e.to.Addr, e.hostname = host.Addrs[0].Addr.As4(), host.Canonical
		}
		if !last {
			e.route = append(e.route, e.to.Addr)
		}
	}
	return nil
}

// firstHop is where probes go first.
func (e *echo4) firstHop() [4]byte {
	if len(e.route) > 0 {
		return e.route[0]
	}
	return e.to.Addr
}

// findSource asks the kernel which source address it would choose, by connecting
// a datagram socket.
func (e *echo4) findSource(last bool) (next bool, err error) {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return false, e.fatal(err, "socket")
	}
	defer unix.Close(fd)
	if e.opt.devices {
		for _, f := range [...]int{fd, e.sock.fd} {
			if err := e.bindTo(f, e.to.Addr); err != nil {
				return false, err
			}
		}
	}
	if e.opt.tos != 0 {
		if err := unix.SetsockoptInt(fd, unix.IPPROTO_IP, unix.IP_TOS, e.opt.tos); err != nil {
			errno, _ := err.(unix.Errno)
			e.complain(errno, "warning: QOS sockopts")
		}
	}
	e.setMark(fd)
	to := &unix.SockaddrInet4{Port: probePort, Addr: e.firstHop()}
	switch err := unix.Connect(fd, to); {
	case err == nil:
	case err == unix.EACCES:
		if err := e.connectBroadcast(fd, to); err != nil {
			return false, err
		}
	case unreachable(err) && !last:
		return true, nil
	default:
		return false, e.fatal(err, "connect")
	}
	name, err := unix.Getsockname(fd)
	if err != nil {
		return false, e.fatal(err, "getsockname")
	}
	if a, ok := name.(*unix.SockaddrInet4); ok {
		e.source.Addr = a.Addr
	}
	if e.opt.devices {
		return false, e.checkDevice(addr4(e.source.Addr), "gatifaddrs failed")
	}
	return false, nil
}

// connectBroadcast tries again with -b what the kernel refused without.
func (e *echo4) connectBroadcast(fd int, to *unix.SockaddrInet4) error {
	if !e.opt.broadcast {
		return e.fail(2, 0, "Do you want to ping broadcast? Then -b. If not, check your local firewall rules")
	}
	e.env.Warn("WARNING: pinging broadcast address\n")
	if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_BROADCAST, 1); err != nil {
		return e.fatal(err, "cannot set broadcasting")
	}
	if err := unix.Connect(fd, to); err != nil {
		return e.fatal(err, "connect")
	}
	return nil
}

// bindTo binds a socket to the device. For a multicast target choosing the
// device to send from will do.
func (e *echo4) bindTo(fd int, to [4]byte) error {
	err := e.bindDevice(fd)
	if err == nil {
		return nil
	}
	if !addr4(to).IsMulticast() {
		return e.fatal(err, "SO_BINDTODEVICE "+e.opt.device)
	}
	index, ok := resolver.InterfaceIndex(truncateIfname(e.opt.device))
	if !ok {
		return e.fail(2, 0, "unknown iface: "+e.opt.device)
	}
	if err := unix.SetsockoptIPMreqn(fd, unix.IPPROTO_IP, unix.IP_MULTICAST_IF, &unix.IPMreqn{Ifindex: int32(index)}); err != nil {
		return e.fatal(err, "IP_MULTICAST_IF")
	}
	return nil
}

// checkMulticast keeps an ordinary user from asking many hosts too often, and
// sets the path MTU discovery.
func (e *echo4) checkMulticast() error {
	if e.opt.broadcast || addr4(e.to.Addr).IsMulticast() {
		e.multicast = true
		if e.uid != 0 && e.opt.interval < 1000 {
			return e.fail(2, 0, "broadcast ping with too short interval: "+itoa(int64(e.opt.interval)))
		}
		if e.uid != 0 && e.opt.pmtudisc >= 0 && e.opt.pmtudisc != unix.IP_PMTUDISC_DO {
			return e.fail(2, 0, "broadcast ping does not fragment")
		}
		if e.opt.pmtudisc < 0 {
			e.opt.pmtudisc = unix.IP_PMTUDISC_DO
		}
	}
	if e.opt.pmtudisc >= 0 {
		if err := unix.SetsockoptInt(e.sock.fd, unix.IPPROTO_IP, unix.IP_MTU_DISCOVER, e.opt.pmtudisc); err != nil {
			return e.fatal(err, "IP_MTU_DISCOVER")
		}
	}
	return nil
}

// bind sets the source address, and the identifier of a datagram socket.
func (e *echo4) bind() error {
	chosen := e.ident > 0 && !e.sock.raw()
	if chosen {
		e.source.Port = e.ident
	}
	if !e.opt.strictSource && !chosen {
		return nil
	}
	if err := unix.Bind(e.sock.fd, &e.source); err != nil {
		return e.fatal(err, "bind")
	}
	return nil
}

// filterTypes lets only some ICMP types through.
func (e *echo4) filterTypes(types ...uint) error {
	drop := ^uint32(0)
	for _, t := range types {
		drop &^= 1 << t
	}
	return unix.SetsockoptInt(e.sock.fd, unix.SOL_RAW, icmpFilter, int(int32(drop)))
}

// setErrors makes the socket report ICMP errors and what else comes beside a
// reply.
func (e *echo4) setErrors() error {
	warn := func(err error, text string) {
		if errno, bad := err.(unix.Errno); bad {
			e.complain(errno, text)
		}
	}
	fd := e.sock.fd
	if e.sock.raw() {
		warn(e.filterTypes(icmpSourceQuench, icmpUnreachable, icmpTimeExceeded, icmpParameterProb, icmpRedirect, icmpEchoReply),
			"WARNING: setsockopt(ICMP_FILTER)")
	}
	if unix.SetsockoptInt(fd, unix.IPPROTO_IP, unix.IP_RECVERR, 1) != nil {
		e.complain(0, "WARNING: your kernel is veeery old. No problems.")
	}
	if !e.sock.raw() {
		warn(unix.SetsockoptInt(fd, unix.IPPROTO_IP, unix.IP_RECVTTL, 1), "WARNING: setsockopt(IP_RECVTTL)")
		warn(unix.SetsockoptInt(fd, unix.IPPROTO_IP, unix.IP_RETOPTS, 1), "WARNING: setsockopt(IP_RETOPTS)")
	}
	return nil
}

// setOptions puts IP options into the probes: -R, -T or a source route.
func (e *echo4) setOptions() error {
	set := func(option []byte) error {
		e.options = maxIPHeader - ipHeader
		return unix.SetsockoptString(e.sock.fd, unix.IPPROTO_IP, unix.IP_OPTIONS, string(option))
	}
	switch {
	case e.opt.recordRoute:
		if err := set(recordRouteOption()); err != nil {
			return e.fatal(err, "record route")
		}
	case e.opt.timestampOpt:
		option := timestampOption(e.opt.tsKind, e.route)
		if set(option) == nil {
			return nil
		}
		option[3] = 2
		if err := set(option); err != nil {
			return e.fatal(err, "ts option")
		}
	case len(e.route) > 0:
		if err := set(sourceRouteOption(e.route, e.opt.dontRoute)); err != nil {
			return e.fatal(err, "record route")
		}
	}
	return nil
}

// setSending sizes the buffers and sets what else concerns sending.
func (e *echo4) setSending() error {
	hold := int32(e.opt.size) + icmpHeader
	// A rough estimate of what a probe takes in the kernel.
	hold += ((hold + 511) / 512) * int32(e.options+20+16+64+160)
	e.setBuffers(hold)
	fd := e.sock.fd
	if e.opt.broadcast {
		if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_BROADCAST, 1); err != nil {
			return e.fatal(err, "cannot set broadcasting")
		}
	}
	if e.opt.noLoop {
		if err := unix.SetsockoptInt(fd, unix.IPPROTO_IP, unix.IP_MULTICAST_LOOP, 0); err != nil {
			return e.fatal(err, "cannot disable multicast loopback")
		}
	}
	if e.opt.ttl >= 0 {
		if err := unix.SetsockoptInt(fd, unix.IPPROTO_IP, unix.IP_MULTICAST_TTL, e.opt.ttl); err != nil {
			return e.fatal(err, "cannot set multicast time-to-live")
		}
		if err := unix.SetsockoptInt(fd, unix.IPPROTO_IP, unix.IP_TTL, e.opt.ttl); err != nil {
			return e.fatal(err, "cannot set unicast time-to-live")
		}
	}
	return nil
}

func (e *echo4) printHead() {
	e.startEvent(dotted(e.to.Addr))
	head := "PING " + e.hostname + " (" + dotted(e.to.Addr) + ") "
	if e.opt.devices || e.opt.strictSource {
		head += "from " + dotted(e.source.Addr) + " " + e.opt.device + ": "
	}
	size := int64(e.opt.size)
	e.print(head + itoa(size) + "(" + itoa(size+int64(icmpHeader+e.options+ipHeader)) + ") bytes of data.\n")
}

func dotted(a [4]byte) string { return numeric(resolver.Address{Addr: addr4(a)}) }

// send implements protocol.
func (e *echo4) send() error {
	seq := uint16(e.stats.transmitted + 1)
	e.stats.unmark(seq)
	buildEcho4(e.packet, e.ident, seq, e.timing)
	return unix.Sendto(e.sock.fd, e.packet, 0, &e.to)
}

// buildEcho4 fills in the header of an echo request, and the time if there is
// to be one. The data stand already.
func buildEcho4(packet []byte, ident int, seq uint16, timing bool) {
	packet[0], packet[1], packet[2], packet[3] = icmpEcho, 0, 0, 0
	be.PutUint16(packet[4:], uint16(ident))
	be.PutUint16(packet[6:], seq)
	if timing {
		putStamp(packet[icmpHeader:])
	}
	be.PutUint16(packet[2:], checksum(packet))
}

// checksum is the Internet checksum (RFC 1071). That of a message with its
// checksum in place is 0.
func checksum(b []byte) uint16 {
	sum := uint32(0)
	for ; len(b) > 1; b = b[2:] {
		sum += uint32(be.Uint16(b))
		sum = sum>>16 + sum&0xFFFF
	}
	if len(b) > 0 {
		sum += uint32(b[0]) << 8
		sum = sum>>16 + sum&0xFFFF
	}
	return ^uint16(sum)
}

// takeError implements protocol.
func (e *echo4) takeError(failed unix.Errno) (int, unix.Errno) {
	return e.takeQueued(unix.IPPROTO_IP, unix.IP_RECVERR, unix.SO_EE_ORIGIN_ICMP, failed, "mtu=",
		func(q *queued) bool {
			if q.probeBytes < icmpHeader || q.to.Addr != addr4(e.to.Addr) || q.probe[0] != icmpEcho || !e.ours(q.id()) {
				return false
			}
			e.stats.acknowledge(q.seq())
			if e.sock.raw() {
				// From now on errors come by the queue alone.
				e.filterTypes(icmpSourceQuench, icmpRedirect, icmpEchoReply)
			}
			return true
		},
		func(q *queued) { e.printICMP(q.typ, q.code, q.info, nil) })
}

// ours tells whether an identifier is this run's. The kernel sees to that for
// datagram sockets.
func (s *session) ours(ident int) bool { return !s.sock.raw() || ident == s.ident }

// filter implements protocol: echo replies pass if they have our identifier,
// all else passes.
func (e *echo4) filter() []unix.SockFilter {
	return []unix.SockFilter{
		{Code: unix.BPF_LDX | unix.BPF_B | unix.BPF_MSH},      // length of the IP header
		{Code: unix.BPF_LD | unix.BPF_H | unix.BPF_IND, K: 4}, // identifier
		{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, Jf: 1, K: uint32(uint16(e.ident))},
		{Code: unix.BPF_RET | unix.BPF_K, K: ^uint32(0)},
		{Code: unix.BPF_LD | unix.BPF_B | unix.BPF_IND}, // type
		{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, Jt: 1, K: icmpEchoReply},
		{Code: unix.BPF_RET | unix.BPF_K, K: 0xFFFFFFF},
		{Code: unix.BPF_RET | unix.BPF_K},
	}
}
