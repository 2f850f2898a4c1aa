package ping

import (
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/resolver"
)

// socket is an ICMP socket, or its absence.
type socket struct {
	fd   int
	kind int // SOCK_RAW or SOCK_DGRAM as tried last, 0 when not tried
}

func (s socket) raw() bool { return s.kind == unix.SOCK_RAW }

func (s socket) close() {
	if s.fd >= 0 {
		unix.Close(s.fd)
	}
}

func kindName(kind int) string {
	switch kind {
	case unix.SOCK_RAW:
		return "SOCK_RAW"
	case unix.SOCK_DGRAM:
		return "SOCK_DGRAM"
	}
	return "0"
}

// openSockets opens a socket for each family that may be needed: a datagram
// socket if the kernel allows this user one (net.ipv4.ping_group_range), else a
// raw one. The second family may go without when the first has its socket.
func (s *session) openSockets() (sock4, sock6 socket, err error) {
	sock4.fd, sock6.fd = -1, -1
	kind := unix.SOCK_DGRAM
	if s.opt.node.raw {
		kind = unix.SOCK_RAW
	}
	if s.opt.ident == 0 {
		// The kernel takes 0 for "choose one".
		if s.opt.verbose {
			s.complain(0, "WARNING: ident 0 => forcing raw socket")
		}
		kind = unix.SOCK_RAW
	}
	family := s.opt.family
	if family != resolver.IPv6 {
		if sock4, err = s.openSocket(unix.AF_INET, kind, unix.IPPROTO_ICMP, family == resolver.IPv4); err != nil {
			return sock4, sock6, err
		}
	}
	if family != resolver.IPv4 {
		if sock6, err = s.openSocket(unix.AF_INET6, kind, unix.IPPROTO_ICMPV6, sock4.fd < 0); err != nil {
			return sock4, sock6, err
		}
	}
	switch {
	case family != resolver.Any:
	case sock4.fd < 0:
		s.opt.family = resolver.IPv6
	case sock6.fd < 0:
		s.opt.family = resolver.IPv4
	}
	s.describeSockets(sock4, sock6)
	return sock4, sock6, s.setTOS(sock4, sock6)
}

// openSocket opens one socket. A needed one that cannot be had is an error.
func (s *session) openSocket(family, kind, protocol int, needed bool) (socket, error) {
	s.caps.raise(unix.CAP_NET_RAW)
	defer s.caps.lower()
	fd, err := -1, error(nil)
	if kind == unix.SOCK_DGRAM {
		fd, err = unix.Socket(family, kind|unix.SOCK_CLOEXEC, protocol)
		// No permission, or a kernel without such sockets.
		if err == unix.EACCES || err == unix.EPROTONOSUPPORT || err == unix.EAFNOSUPPORT && family == unix.AF_INET {
			kind = unix.SOCK_RAW
		}
	}
	if kind == unix.SOCK_RAW {
		fd, err = unix.Socket(family, kind|unix.SOCK_CLOEXEC, protocol)
	}
	if err == nil {
		return socket{fd, kind}, nil
	}
	errno, _ := err.(unix.Errno)
	if needed || s.opt.verbose {
		s.complain(0, "socktype: "+kindName(kind))
	}
	switch {
	case needed && kind == unix.SOCK_RAW && unix.Geteuid() != 0:
		s.complain(errno, "socket")
		return socket{-1, kind}, s.fail(2, 0, "=> missing cap_net_raw+p capability or setuid?")
	case needed:
		return socket{-1, kind}, s.fail(2, errno, "socket")
	case s.opt.verbose:
		s.complain(errno, "socket")
	}
	return socket{-1, kind}, nil
}

// describeSockets is what -v tells. The numbers are those of a process that has
// nothing open but its three streams.
func (s *session) describeSockets(sock4, sock6 socket) {
	if !s.opt.verbose {
		return
	}
	next := 3
	number := func(sock socket) string {
		if sock.fd < 0 {
			return "-1"
		}
		next++
		return strconv.Itoa(next - 1)
	}
	family := "AF_UNSPEC"
	switch s.opt.family {
	case resolver.IPv4:
		family = "AF_INET"
	case resolver.IPv6:
		family = "AF_INET6"
	}
	s.complain(0, "sock4.fd: "+number(sock4)+" (socktype: "+kindName(sock4.kind)+"), sock6.fd: "+number(sock6)+
		" (socktype: "+kindName(sock6.kind)+"), hints.ai_family: "+family+"\n")
}

// setTOS sets what -Q gave on both sockets.
func (s *session) setTOS(sock4, sock6 socket) error {
	if s.opt.tos == 0 {
		return nil
	}
	if sock4.fd >= 0 {
		if err := unix.SetsockoptInt(sock4.fd, unix.IPPROTO_IP, unix.IP_TOS, s.opt.tos); err != nil {
			return s.fatal(err, "setsockopt")
		}
	}
	if sock6.fd >= 0 {
		if err := unix.SetsockoptInt(sock6.fd, unix.IPPROTO_IPV6, unix.IPV6_TCLASS, s.opt.tos); err != nil {
			return s.fatal(err, "setsockopt")
		}
	}
	return nil
}

// setMark sets what -m gave. It needs CAP_NET_ADMIN; without, the ping goes on.
func (s *session) setMark(fd int) {
	if !s.opt.marks {
		return
	}
	s.caps.raise(unix.CAP_NET_ADMIN)
	err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_MARK, int(s.opt.mark))
	s.caps.lower()
	if errno, bad := err.(unix.Errno); bad {
		s.complain(errno, "WARNING: failed to set mark: "+itoa(int64(s.opt.mark)))
	}
}

// bindDevice sets SO_BINDTODEVICE, which may need CAP_NET_RAW.
func (s *session) bindDevice(fd int) error {
	s.caps.raise(unix.CAP_NET_RAW)
	defer s.caps.lower()
	return unix.BindToDevice(fd, s.opt.device)
}

// setBuffers sizes the socket's buffers. packet is what one probe takes there.
func (s *session) setBuffers(packet int32) {
	const least = 65536
	send := int(packet)
	if s.opt.sndbuf != 0 {
		send = s.opt.sndbuf
	}
	unix.SetsockoptInt(s.sock.fd, unix.SOL_SOCKET, unix.SO_SNDBUF, send)
	want := packet * s.opt.preload
	unix.SetsockoptInt(s.sock.fd, unix.SOL_SOCKET, unix.SO_RCVBUF, int(max(want, least)))
	got, err := unix.GetsockoptInt(s.sock.fd, unix.SOL_SOCKET, unix.SO_RCVBUF)
	if err == nil && int32(got) < want {
		s.complain(0, "WARNING: probably, rcvbuf is not enough to hold preload")
	}
}

// truncateIfname cuts an interface's name to what struct ifreq holds.
func truncateIfname(name string) string {
	name, _, _ = strings.Cut(name, "\x00")
	return name[:min(len(name), unix.IFNAMSIZ-1)]
}
