package resolver

import (
	"time"

	"golang.org/x/sys/unix"
)

// question is one query and what came of it.
type question struct {
	id     uint16
	query  []byte
	answer []byte // nil while there is none
}

// What stands for a response code beside those of RFC 1035.
const (
	// refused: no server listens.
	refused = -1
	// unusable: an answer that has records, but none that was asked for.
	unusable = -2
)

// maxUDP is what a server may send in one datagram without EDNS; larger buffers
// do no harm.
const maxUDP = 4096

// exchange asks the servers, each as often as resolv.conf(5) says, until every
// question is answered. A question that the server keeps dropping while it
// answers the other one stays without answer. code is the response code for
// which a server was passed over, or refused.
func (r *Resolver) exchange(qs []question) (err Error, code int) {
	c := r.config()
	code = refused
	for range max(c.attempts, 1) {
		for i, s := range c.servers {
			timeout := c.timeout << i
			if i > 0 {
				timeout /= len(c.servers)
			}
			n, result := r.askServer(s, qs, time.Duration(max(timeout, 1))*time.Second, c.useTCP)
			switch result {
			case serverDone:
				return 0, n
			case serverInterrupted:
				return Interrupted, n
			case serverNext:
				code = n
			case serverTimeout:
				code = 0
			}
		}
	}
	return Again, code
}

// serverResult is how asking one server ended.
type serverResult uint8

const (
	serverDone        serverResult = iota // all that can be had is there
	serverNext                            // it failed: ask the next one
	serverTimeout                         // it did not answer
	serverInterrupted                     // the descriptor of Resolver.Wake became readable
)

// askServer asks one server. A server that answers one question and not the
// other is asked twice more for the missing one, as there are servers that
// cannot take two at a time.
func (r *Resolver) askServer(s server, qs []question, timeout time.Duration, tcp bool) (code int, result serverResult) {
	for i := range qs {
		qs[i].answer = nil
	}
	if tcp {
		return r.askTCP(s, qs, timeout)
	}
	fd, err := connect(s, unix.SOCK_DGRAM)
	if err != nil {
		return refused, serverNext
	}
	defer unix.Close(fd)
	for range 3 {
		for i := range qs {
			if qs[i].answer == nil {
				if _, err := unix.Write(fd, qs[i].query); err != nil {
					return refused, serverNext
				}
			}
		}
		code, result = r.receive(fd, s, qs, timeout)
		if result != serverTimeout || unanswered(qs) == len(qs) {
			return code, result
		}
	}
	return code, serverDone
}

func unanswered(qs []question) int {
	n := 0
	for i := range qs {
		if qs[i].answer == nil {
			n++
		}
	}
	return n
}

// receive takes datagrams until every question is answered or the time is over.
func (r *Resolver) receive(fd int, s server, qs []question, timeout time.Duration) (code int, result serverResult) {
	buf := make([]byte, maxUDP)
	end := time.Now().Add(timeout)
	for unanswered(qs) > 0 {
		if result := r.wait(fd, unix.POLLIN, end); result != serverDone {
			return 0, result
		}
		n, err := unix.Read(fd, buf)
		switch {
		case err == unix.EINTR || err == unix.EAGAIN:
			continue
		case err != nil:
			return refused, serverNext
		}
		q := match(qs, buf[:n])
		if q == nil {
			continue
		}
		if c, skip := passOver(buf[:n]); skip {
			return c, serverNext
		}
		if truncated(buf[:n]) {
			return r.askTCP(s, qs, timeout)
		}
		q.answer = append([]byte(nil), buf[:n]...)
		code = rcode(q.answer)
	}
	return code, serverDone
}

// match finds the open question that msg answers.
func match(qs []question, msg []byte) *question {
	for i := range qs {
		if qs[i].answer == nil && answers(msg, qs[i].query) {
			return &qs[i]
		}
	}
	return nil
}

// passOver tells whether an answer says more about the server than the name.
func passOver(msg []byte) (code int, yes bool) {
	code = rcode(msg)
	return code, code == rcodeServFail || code == rcodeNotImp || code == rcodeRefused
}

// wait waits for an event on fd until end. serverDone means that it came.
func (r *Resolver) wait(fd int, events int16, end time.Time) serverResult {
	wake := -1 // which poll ignores
	if r.Wake != nil {
		wake = r.Wake()
	}
	for {
		left := time.Until(end)
		if left <= 0 {
			return serverTimeout
		}
		fds := [2]unix.PollFd{{Fd: int32(fd), Events: events}, {Fd: int32(wake), Events: unix.POLLIN}}
		n, err := unix.Poll(fds[:], int((left+time.Millisecond-1)/time.Millisecond))
		switch {
		case err != nil && err != unix.EINTR:
			return serverNext
		case fds[1].Revents != 0:
			return serverInterrupted
		case n > 0 && fds[0].Revents != 0:
			return serverDone
		}
	}
}

// connect opens a socket to a server. Connecting a datagram socket makes the
// kernel report that nobody listens there, and drop what others send.
func connect(s server, typ int) (int, error) {
	domain := unix.AF_INET
	if s.addr.Is6() {
		domain = unix.AF_INET6
	}
	fd, err := unix.Socket(domain, typ|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		return -1, err
	}
	reportUnreachable(fd, domain)
	err = unix.Connect(fd, Address{s.addr, s.scope}.Sockaddr(s.port))
	if err != nil && err != unix.EINPROGRESS {
		unix.Close(fd)
		return -1, err
	}
	return fd, nil
}

// reportUnreachable asks for the errors that a datagram socket passes over by
// itself, such as that of a server whose host is not there: see ip(7), IP_RECVERR.
// Without them the answer is waited for all the same.
func reportUnreachable(fd, domain int) {
	if domain == unix.AF_INET6 {
		unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_RECVERR, 1)
		return
	}
	unix.SetsockoptInt(fd, unix.IPPROTO_IP, unix.IP_RECVERR, 1)
}

// Sockaddr returns the address with a port in host byte order.
func (a Address) Sockaddr(port int) unix.Sockaddr {
	if a.Addr.Is4() {
		return &unix.SockaddrInet4{Port: port, Addr: a.Addr.As4()}
	}
	return &unix.SockaddrInet6{Port: port, ZoneId: a.Scope, Addr: a.Addr.As16()}
}

// askTCP asks all questions over a connection (RFC 7766), one after the other.
func (r *Resolver) askTCP(s server, qs []question, timeout time.Duration) (code int, result serverResult) {
	fd, err := connect(s, unix.SOCK_STREAM)
	if err != nil {
		return refused, serverNext
	}
	defer unix.Close(fd)
	end := time.Now().Add(timeout)
	for i := range qs {
		q := &qs[i]
		msg := be.AppendUint16(nil, uint16(len(q.query)))
		if result := r.writeAll(fd, append(msg, q.query...), end); result != serverDone {
			return refused, result
		}
		var size [2]byte
		if result := r.readAll(fd, size[:], end); result != serverDone {
			return refused, result
		}
		answer := make([]byte, be.Uint16(size[:]))
		if result := r.readAll(fd, answer, end); result != serverDone {
			return refused, result
		}
		if !answers(answer, q.query) {
			return refused, serverNext
		}
		if c, skip := passOver(answer); skip {
			return c, serverNext
		}
		q.answer = answer
		code = rcode(answer)
	}
	return code, serverDone
}

func (r *Resolver) writeAll(fd int, b []byte, end time.Time) serverResult {
	for len(b) > 0 {
		if result := r.wait(fd, unix.POLLOUT, end); result != serverDone {
			return result
		}
		n, err := unix.SendmsgN(fd, b, nil, nil, unix.MSG_NOSIGNAL)
		if err == unix.EAGAIN || err == unix.EINTR {
			continue
		}
		if err != nil {
			return serverNext
		}
		b = b[n:]
	}
	return serverDone
}

func (r *Resolver) readAll(fd int, b []byte, end time.Time) serverResult {
	for len(b) > 0 {
		if result := r.wait(fd, unix.POLLIN, end); result != serverDone {
			return result
		}
		n, err := unix.Read(fd, b)
		if err == unix.EAGAIN || err == unix.EINTR {
			continue
		}
		if err != nil || n <= 0 {
			return serverNext
		}
		b = b[n:]
	}
	return serverDone
}
