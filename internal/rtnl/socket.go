package rtnl

import (
	"errors"
	"strconv"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

const (
	// roomSize is more than the longest message: a link with 64 KB of virtual
	// functions. The kernel fills at most 32 KB of a dump at once, whatever the
	// room, unless one message is longer; so the rest of the buffer is address
	// space that no page stands behind, and no call is spent on a length.
	roomSize = 256 << 10
	// sndBuf and rcvBuf are the socket buffers that iproute2 asks for.
	sndBuf = 32 << 10
	rcvBuf = 1 << 20
)

// Options are what Open can be told. The zero value is a connection for
// requests.
type Options struct {
	// RcvBuf is the size of the receive buffer in bytes, 0 for 1 MiB.
	RcvBuf int
	// Groups are multicast groups (RTNLGRP_*) to listen to.
	Groups []uint
	// GroupMask has a bit for each of the first 32 groups to listen to,
	// group 1 the lowest. They are joined as the socket is bound; groups that
	// the kernel does not know are passed over.
	GroupMask uint32
	// AllNSID listens to all namespaces that have an id here.
	AllNSID bool
	// Buffers lend the receive buffer; nil makes one.
	Buffers Buffers
	// NoStrict leaves strict checking of dump requests off: the kernel then
	// ignores filters in a request's header that it does not know.
	NoStrict bool
	// Protocol is the netlink family: NETLINK_ROUTE when 0.
	Protocol int
	// Warn gets what the kernel or the transport has to say beside an answer,
	// as a line without its newline. nil drops it.
	Warn func(line string)
}

// Buffers lend a connection its receive buffer while it is open.
type Buffers interface {
	Get(size int) []byte
	Put([]byte)
}

// Socket is a Conn to the kernel of the namespace that the calling thread is in
// when Open is called; it stays in that namespace.
type Socket struct {
	fd   int
	pid  uint32
	seq  uint32
	buf  []byte
	warn func(string)
	// lender has lent buf, if it is not nil.
	lender Buffers
	// unread says that a dump was not read to its end.
	unread bool
	// msg is handed to callbacks; it is a field so that it does not escape
	// once for each message.
	msg Msg
}

// Open opens a connection with the options that iproute2 sets: extended
// acknowledgements, strict checking (both where the kernel has them), a receive
// buffer of 1 MiB.
func Open(o Options) (*Socket, error) {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, o.Protocol)
	if err != nil {
		return nil, &Transport{"Cannot open netlink socket", err}
	}
	pid, err := prepare(fd, o)
	if err != nil {
		unix.Close(fd)
		return nil, err
	}
	warn := o.Warn
	if warn == nil {
		warn = func(string) {}
	}
	return &Socket{fd: fd, pid: pid, seq: uint32(time.Now().Unix()), warn: warn, lender: o.Buffers}, nil
}

// prepare sets the socket's options, binds it and returns its port id.
//
// nl.GetNetlinkSocketAt is not used: its socket is non-blocking and registered
// with the runtime's poller, which costs a one-shot command four system calls.
func prepare(fd int, o Options) (pid uint32, err error) {
	size := o.RcvBuf
	if size == 0 {
		size = rcvBuf
	}
	set := func(level, option, value int, what string) {
		if e := unix.SetsockoptInt(fd, level, option, value); e != nil && err == nil && what != "" {
			err = &Transport{what, e}
		}
	}
	set(unix.SOL_SOCKET, unix.SO_SNDBUF, sndBuf, "SO_SNDBUF")
	set(unix.SOL_SOCKET, unix.SO_RCVBUF, size, "SO_RCVBUF")
	// Kernels before 4.12 and 4.20 lack these two: do without them.
	set(unix.SOL_NETLINK, unix.NETLINK_EXT_ACK, 1, "")
	if !o.NoStrict {
		set(unix.SOL_NETLINK, unix.NETLINK_GET_STRICT_CHK, 1, "")
	}
	if err != nil {
		return 0, err
	}
	if err := unix.Bind(fd, &unix.SockaddrNetlink{Family: unix.AF_NETLINK, Groups: o.GroupMask}); err != nil {
		return 0, &Transport{"Cannot bind netlink socket", err}
	}
	if o.AllNSID {
		set(unix.SOL_NETLINK, unix.NETLINK_LISTEN_ALL_NSID, 1, "NETLINK_LISTEN_ALL_NSID")
	}
	for _, g := range o.Groups {
		set(unix.SOL_NETLINK, unix.NETLINK_ADD_MEMBERSHIP, int(g), "NETLINK_ADD_MEMBERSHIP")
	}
	if err != nil {
		return 0, err
	}
	name, err := unix.Getsockname(fd)
	if err != nil {
		return 0, &Transport{"Cannot getsockname", err}
	}
	if a, ok := name.(*unix.SockaddrNetlink); ok {
		pid = a.Pid
	}
	return pid, nil
}

// Close closes the socket.
func (c *Socket) Close() error {
	if c.lender != nil && c.buf != nil {
		c.lender.Put(c.buf)
		c.buf = nil
	}
	return unix.Close(c.fd)
}

// Busy tells whether a dump is under way, during which nothing else can be asked.
func (c *Socket) Busy() bool { return c.unread }

// Fd is the socket's file descriptor, for ioctls on network devices.
func (c *Socket) Fd() int { return c.fd }

const receiveFailed = "netlink receive error"

// Transport is a failure of the socket itself, not a refusal of a request.
type Transport struct {
	What string
	Err  error
}

func (t *Transport) Error() string {
	var errno unix.Errno
	switch {
	case !errors.As(t.Err, &errno):
	case t.What == receiveFailed:
		// iproute2 gives this one as "… error TEXT (NUMBER)".
		return t.What + " " + Strerror(errno) + " (" + strconv.Itoa(int(errno)) + ")"
	default:
		return t.What + ": " + Strerror(errno)
	}
	return t.What + ": " + t.Err.Error()
}

func (t *Transport) Unwrap() error { return t.Err }

// send numbers the request and sends it.
func (c *Socket) send(r *Request, flags uint16) error {
	c.drain()
	r.SetFlags(flags)
	b := r.Bytes()
	c.seq++
	native.PutUint32(b[8:], c.seq)
	native.PutUint32(b[12:], 0)
	return c.sendBytes(b)
}

// sendBytes is send(2): a netlink socket without a peer sends to the kernel, which
// handles the request in it, and needs nobody of this process for that. So the Go
// scheduler is left out, as in recv: to take the processor away for some
// milliseconds and give it back cost a script of changes a third of its time.
// Whoever shares the processor waits.
func (c *Socket) sendBytes(b []byte) error {
	for {
		var errno unix.Errno
		p, n := unsafe.Pointer(&b[0]), uintptr(len(b))
		_, _, errno = unix.RawSyscall6(unix.SYS_SENDTO, uintptr(c.fd), uintptr(p), n, 0, 0, 0)
		switch errno {
		case unix.EINTR:
		case 0:
			return nil
		default:
			return errno
		}
	}
}

// room makes the buffer.
func (c *Socket) room() {
	switch {
	case c.buf != nil:
	case c.lender != nil:
		c.buf = c.lender.Get(roomSize)
	default:
		c.buf = make([]byte, roomSize)
	}
}

// receive returns the next datagram.
func (c *Socket) receive(flags int) ([]byte, error) {
	c.room()
	n, err := recv(c.fd, c.buf, unix.MSG_TRUNC|flags)
	if err != nil {
		return nil, err
	}
	if n > len(c.buf) {
		c.warn("Message truncated")
		n = len(c.buf)
	}
	return c.buf[:n], nil
}

// recv is recvfrom(2). It goes on after a signal, as iproute2 does, passes over
// what does not come from the kernel, and allocates nothing.
//
// What is there, as the answer of rtnetlink is when its request was sent, is taken
// by a system call that the Go scheduler is not told of. Of one that it is told of
// and that lasts longer than 20 µs, as 32 KB of a dump do, it learns by polling: it
// then takes the processor away for others and has to give it back, which costs a
// sixth of a dump. While the raw call lasts, a garbage collection and whoever
// shares the processor wait.
func recv(fd int, b []byte, flags int) (int, error) {
	raw := true
	for {
		var (
			from  unix.RawSockaddrNetlink
			size  = uint32(unix.SizeofSockaddrNetlink)
			n     uintptr
			errno unix.Errno
		)
		p, room := unsafe.Pointer(&b[0]), uintptr(len(b))
		if raw {
			n, _, errno = unix.RawSyscall6(unix.SYS_RECVFROM, uintptr(fd), uintptr(p), room,
				uintptr(flags|unix.MSG_DONTWAIT), uintptr(unsafe.Pointer(&from)), uintptr(unsafe.Pointer(&size)))
		} else {
			n, _, errno = unix.Syscall6(unix.SYS_RECVFROM, uintptr(fd), uintptr(p), room,
				uintptr(flags), uintptr(unsafe.Pointer(&from)), uintptr(unsafe.Pointer(&size)))
		}
		switch {
		case errno == unix.EAGAIN && raw && flags&unix.MSG_DONTWAIT == 0:
			raw = false
		case errno == unix.EINTR:
		case errno != 0:
			return 0, errno
		case from.Pid != 0:
		default:
			return int(n), nil
		}
	}
}

// receiveError words a failed receive.
func receiveError(err error) error { return &Transport{receiveFailed, err} }
