package ping

import (
	"strconv"
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/resolver"
)

// ICMPv6 types (RFC 4443, RFC 2710, RFC 4620).
const (
	icmp6Unreachable   = 1
	icmp6TooBig        = 2
	icmp6TimeExceeded  = 3
	icmp6ParameterProb = 4
	icmp6Echo          = 128
	icmp6EchoReply     = 129
	icmp6MLDQuery      = 130
	icmp6MLDReport     = 131
	icmp6MLDReduction  = 132
	icmp6NodeQuery     = 139
	icmp6NodeReply     = 140
)

const (
	ip6Header    = 40
	fragHeader   = 8
	nextFragment = 44
	// routingRoom is what a reply may have of routing headers.
	routingRoom = 4096
	// icmp6Filter is the ICMPV6_FILTER option (RFC 3542, 3.2).
	icmp6Filter = 1
	// checksumOffset is where ICMPv6 has its checksum, for IPV6_CHECKSUM.
	checksumOffset = 2

	// Flow labels (linux/in6.h): IPV6_FLOWINFO, IPV6_FLOWLABEL_MGR,
	// IPV6_FLOWINFO_SEND, IPV6_FL_A_GET, IPV6_FL_S_EXCL, IPV6_FL_F_CREATE.
	flowInfo      = 11
	flowManager   = 32
	flowSend      = 33
	flowGet       = 0
	flowExclusive = 1
	flowCreate    = 1
)

// echo6 pings over IPv6. It is kept between the addresses of a target: as in the
// original the first hop is that of the first address.
type echo6 struct {
	*session
	to       unix.SockaddrInet6
	source   unix.SockaddrInet6
	firstHop unix.SockaddrInet6
	label    uint32 // flow label in host byte order
	control  []byte // ancillary data of a probe
	anycast  bool   // the target is a subnet's router anycast address
}

// run pings one address; see echo4.run.
func (e *echo6) run(s *session, a resolver.Address, last bool) (next bool, err error) {
	e.session = s
	s.proto = e
	if len(s.opt.targets) > 1 {
		return false, applet.Fail(2, usageText)
	}
	target := s.opt.targets[0]
	if strings.Contains(target, ":") {
		s.opt.numeric = true
	}
	s.hostname = target
	e.to = unix.SockaddrInet6{Port: unix.IPPROTO_ICMPV6, ZoneId: a.Scope, Addr: a.Addr.As16()}
	s.opt.node.start(e.to.Addr)
	if e.firstHop.Addr == ([16]byte{}) {
		e.firstHop.Addr, e.firstHop.ZoneId = e.to.Addr, a.Scope
	}
	if next, err := e.chooseSource(last); next || err != nil {
		return next, err
	}
	for _, step := range [...]func() error{e.bindStrict, e.checkMulticast, e.bind, e.setErrors, e.setSending, e.setFlow} {
		if err := step(); err != nil {
			return false, err
		}
	}
	e.printHead()
	if err := s.setUp(); err != nil {
		return false, err
	}
	return false, s.loop(min(s.opt.size, maxPacket) + icmpHeader + routingRoom + ip6Header + 8)
}

// chooseSource finds the source address, unless -I gave it.
func (e *echo6) chooseSource(last bool) (next bool, err error) {
	if e.source.Addr == ([16]byte{}) {
		e.source.Addr = e.opt.source6
	}
	if e.source.Addr == ([16]byte{}) {
		return e.findSource(last)
	}
	if e.opt.devices && linkLocal(addr16(e.source.Addr)) {
		e.source.ZoneId, err = e.deviceIndex()
	}
	return false, err
}

func (e *echo6) deviceIndex() (uint32, error) {
	index, ok := resolver.InterfaceIndex(e.opt.device)
	if !ok {
		return 0, e.fail(2, 0, "unknown iface: "+e.opt.device)
	}
	return index, nil
}

// findSource asks the kernel which source address it would choose.
func (e *echo6) findSource(last bool) (next bool, err error) {
	fd, err := unix.Socket(unix.AF_INET6, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return false, e.fatal(err, "socket")
	}
	defer unix.Close(fd)
	if e.opt.devices {
		if err := e.bindProbe(fd); err != nil {
			return false, err
		}
	}
	e.setMark(fd)
	// The original forgets the address family of a link-local hop, so that
	// its connect(2) succeeds without a word and the source stays open.
	if !linkLocal(addr16(e.firstHop.Addr)) {
		e.firstHop.Port = probePort
		if err := unix.Connect(fd, &e.firstHop); err != nil {
			if unreachable(err) && !last {
				return true, nil
			}
			return false, e.fatal(err, "connect")
		}
	}
	name, err := unix.Getsockname(fd)
	if err != nil {
		return false, e.fatal(err, "getsockname")
	}
	if a, ok := name.(*unix.SockaddrInet6); ok {
		e.source = *a
		e.source.Port = 0
	}
	if e.opt.devices {
		return false, e.checkDevice(addr16(e.source.Addr), "getifaddrs")
	}
	return false, nil
}

// bindProbe binds the socket that finds the source, and the other one, to the
// device.
func (e *echo6) bindProbe(fd int) error {
	index, err := e.deviceIndex()
	if err != nil {
		return err
	}
	if linkLocal(addr16(e.firstHop.Addr)) {
		e.firstHop.ZoneId = index
	}
	e.caps.raise(unix.CAP_NET_RAW)
	defer e.caps.lower()
	info := string(packetInfo(index))
	for _, f := range [...]int{fd, e.sock.fd} {
		if err := unix.SetsockoptString(f, unix.IPPROTO_IPV6, unix.IPV6_PKTINFO, info); err != nil {
			return e.fatal(err, "setsockopt(IPV6_PKTINFO)")
		}
	}
	for _, f := range [...]int{fd, e.sock.fd} {
		if err := unix.BindToDevice(f, e.opt.device); err != nil {
			return e.fatal(err, "setsockopt(SO_BINDTODEVICE) "+e.opt.device)
		}
	}
	return nil
}

// packetInfo is struct in6_pktinfo (RFC 3542, 4) for an interface and any
// address.
func packetInfo(index uint32) []byte {
	b := make([]byte, 20)
	native.PutUint32(b[16:], index)
	return b
}

// bindStrict makes every probe leave by the device of -I.
func (e *echo6) bindStrict() error {
	if !e.opt.devices {
		return nil
	}
	index, err := e.deviceIndex()
	if err != nil {
		return err
	}
	e.control = appendControl(e.control, unix.IPV6_PKTINFO, packetInfo(index))
	if !e.opt.strictSource {
		return nil
	}
	if err := e.bindDevice(e.sock.fd); err != nil {
		return e.fatal(err, "SO_BINDTODEVICE "+e.opt.device)
	}
	return nil
}

// appendControl appends an ancillary message of level IPPROTO_IPV6.
func appendControl(b []byte, typ int32, data []byte) []byte {
	start := len(b)
	b = append(b, make([]byte, unix.CmsgSpace(len(data)))...)
	h := (*unix.Cmsghdr)(unsafe.Pointer(&b[start]))
	h.Level, h.Type = unix.IPPROTO_IPV6, typ
	h.SetLen(unix.CmsgLen(len(data)))
	copy(b[start+unix.CmsgLen(0):], data)
	return b
}

// checkMulticast is echo4.checkMulticast for IPv6.
func (e *echo6) checkMulticast() error {
	if addr16(e.to.Addr).IsMulticast() {
		e.multicast = true
		if e.uid != 0 && e.opt.interval < 1000 {
			return e.fail(2, 0, "multicast ping with too short interval: "+itoa(int64(e.opt.interval)))
		}
		if e.uid != 0 && e.opt.pmtudisc >= 0 && e.opt.pmtudisc != unix.IPV6_PMTUDISC_DO {
			return e.fail(2, 0, "multicast ping does not fragment")
		}
		if e.opt.pmtudisc < 0 {
			e.opt.pmtudisc = unix.IPV6_PMTUDISC_DO
		}
	}
	// An address that ends in zeros is that of any router of the subnet, if
	// the prefix has the usual 64 bits (RFC 4291, 2.6.1).
	e.anycast = [8]byte(e.to.Addr[8:]) == [8]byte{}
	if e.opt.pmtudisc >= 0 {
		if err := unix.SetsockoptInt(e.sock.fd, unix.IPPROTO_IPV6, unix.IPV6_MTU_DISCOVER, e.opt.pmtudisc); err != nil {
			return e.fatal(err, "IPV6_MTU_DISCOVER")
		}
	}
	return nil
}

// bind sets the source address, and the identifier of a datagram socket.
func (e *echo6) bind() error {
	chosen := e.ident > 0 && !e.sock.raw()
	if chosen {
		e.source.Port = e.ident
	}
	if e.opt.strictSource || chosen {
		if err := unix.Bind(e.sock.fd, &e.source); err != nil {
			return e.fatal(err, "bind icmp socket")
		}
	}
	return nil
}

// setErrors makes the socket report ICMP errors, sizes its buffers and drops
// what is no reply.
func (e *echo6) setErrors() error {
	fd := e.sock.fd
	e.timing = e.opt.size >= stampSize && !e.opt.node.enabled()
	if err := unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_RECVERR, 1); err != nil {
		return e.fatal(err, "IPV6_RECVERR")
	}
	hold := int32(e.opt.size) + icmpHeader
	hold += ((hold + 511) / 512) * (40 + 16 + 64 + 160)
	e.setBuffers(hold)
	if !e.sock.raw() {
		return nil
	}
	if err := unix.SetsockoptInt(fd, unix.SOL_RAW, unix.IPV6_CHECKSUM, checksumOffset); err != nil {
		errno, _ := err.(unix.Errno)
		e.complain(errno, "setsockopt(RAW_CHECKSUM) failed - try to continue")
	}
	pass := icmp6EchoReply
	if e.opt.node.enabled() {
		pass = icmp6NodeReply
	}
	var drop unix.ICMPv6Filter
	for i := range drop.Data {
		drop.Data[i] = ^uint32(0)
	}
	drop.Data[pass>>5] &^= 1 << (pass & 31)
	if err := unix.SetsockoptICMPv6Filter(fd, unix.IPPROTO_ICMPV6, icmp6Filter, &drop); err != nil {
		return e.fatal(err, "setsockopt(ICMP6_FILTER)")
	}
	return nil
}

// setSending sets what else concerns sending, and asks for the hop limit of
// replies.
func (e *echo6) setSending() error {
	fd := e.sock.fd
	if e.opt.noLoop {
		if err := unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_MULTICAST_LOOP, 0); err != nil {
			return e.fatal(err, "can't disable multicast loopback")
		}
	}
	if e.opt.ttl >= 0 {
		if err := unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_MULTICAST_HOPS, e.opt.ttl); err != nil {
			return e.fatal(err, "can't set multicast hop limit")
		}
		if err := unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_UNICAST_HOPS, e.opt.ttl); err != nil {
			return e.fatal(err, "can't set unicast hop limit")
		}
	}
	if err := unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_RECVHOPLIMIT, 1); err != nil {
		return e.fatal(err, "can't receive hop limit")
	}
	return nil
}

// setFlow takes a lease of the flow label of -F (RFC 6437); 0 lets the kernel
// choose one.
func (e *echo6) setFlow() error {
	if !e.opt.flow {
		return nil
	}
	fd := e.sock.fd
	// struct in6_flowlabel_req of linux/in6.h. The kernel writes the label
	// that it chose into it: package unix would hand it a copy.
	var req [32]byte
	copy(req[:], e.to.Addr[:])
	be.PutUint32(req[16:], e.opt.flowLabel)
	req[20] = flowGet
	req[21] = flowExclusive
	native.PutUint16(req[22:], flowCreate)
	_, _, errno := unix.Syscall6(unix.SYS_SETSOCKOPT, uintptr(fd), unix.IPPROTO_IPV6, flowManager,
		uintptr(unsafe.Pointer(&req)), unsafe.Sizeof(req), 0)
	if errno != 0 {
		return e.fatal(errno, "can't set flowlabel")
	}
	e.label = be.Uint32(req[16:])
	if err := unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, flowSend, 1); err != nil {
		return e.fatal(err, "can't send flowinfo")
	}
	return nil
}

func (e *echo6) printHead() {
	e.startEvent(numeric(resolver.Address{Addr: addr16(e.to.Addr), Scope: e.to.ZoneId}))
	b := []byte("PING " + e.hostname + "(" + e.address(resolver.Address{Addr: addr16(e.to.Addr), Scope: e.to.ZoneId}) + ") ")
	if e.label != 0 {
		b = appendHex(append(b, ", flow 0x"...), uint(e.label), 5)
		b = append(b, ", "...)
	}
	if e.opt.devices || e.opt.strictSource {
		b = append(b, "from "+numeric(resolver.Address{Addr: addr16(e.source.Addr), Scope: e.source.ZoneId})+" "+e.opt.device+": "...)
	}
	b = strconv.AppendInt(b, int64(e.opt.size), 10)
	e.print(string(append(b, " data bytes\n"...)))
}

// send implements protocol.
func (e *echo6) send() error {
	seq := uint16(e.stats.transmitted + 1)
	e.stats.unmark(seq)
	packet := e.packet
	if e.opt.node.enabled() {
		packet = e.opt.node.build(seq)
		e.opt.size = 0
	} else {
		buildEcho6(packet, e.ident, seq, e.timing)
	}
	flags := e.confirm
	e.confirm = 0
	control := e.control
	if e.label != 0 {
		// A socket address of package unix has no room for the label.
		var info [4]byte
		be.PutUint32(info[:], e.label)
		control = appendControl(control[:len(control):len(control)], flowInfo, info[:])
	}
	_, err := unix.SendmsgN(e.sock.fd, packet, control, &e.to, flags)
	return err
}

// buildEcho6 fills in the header of an echo request; the kernel adds the
// checksum.
func buildEcho6(packet []byte, ident int, seq uint16, timing bool) {
	packet[0], packet[1], packet[2], packet[3] = icmp6Echo, 0, 0, 0
	be.PutUint16(packet[4:], uint16(ident))
	be.PutUint16(packet[6:], seq)
	if timing {
		putStamp(packet[icmpHeader:])
	}
}
