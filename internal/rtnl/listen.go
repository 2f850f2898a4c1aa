package rtnl

import (
	"errors"

	"golang.org/x/sys/unix"
)

// ErrTruncated says that a datagram was longer than the buffer and that even its
// first message is lost.
var ErrTruncated = errors.New("Truncated message")

// Join listens to a multicast group more. Groups that the kernel does not know
// are refused.
func (c *Socket) Join(group uint) error {
	return unix.SetsockoptInt(c.fd, unix.SOL_NETLINK, unix.NETLINK_ADD_MEMBERSHIP, int(group))
}

// Next waits for one datagram of the multicast groups and hands its messages to
// each. It returns the callback's error. Lost messages (ENOBUFS) are an error
// of the transport that the caller may go on after.
func (c *Socket) Next(each func(*Msg) error) error {
	c.room()
	var oob [64]byte
	var n, on, flags int
	var err error
	for {
		n, on, flags, _, err = unix.Recvmsg(c.fd, c.buf, oob[:], 0)
		if err != unix.EINTR {
			break
		}
	}
	if err != nil {
		return receiveError(err)
	}
	nsid := peerNSID(oob[:on])
	b := c.buf[:n]
	for ok := true; len(b) > 0; {
		if b, ok = c.msg.parse(b); !ok {
			if flags&unix.MSG_TRUNC != 0 {
				return ErrTruncated
			}
			return nil
		}
		c.msg.NSID = nsid
		if err := each(&c.msg); err != nil {
			return err
		}
	}
	if flags&unix.MSG_TRUNC != 0 {
		c.warn("Message truncated")
	}
	return nil
}

// peerNSID finds the namespace id that NETLINK_LISTEN_ALL_NSID puts beside a
// message; -1 for the own namespace.
func peerNSID(oob []byte) int32 {
	msgs, err := unix.ParseSocketControlMessage(oob)
	if err != nil {
		return -1
	}
	for _, m := range msgs {
		if m.Header.Level == unix.SOL_NETLINK && m.Header.Type == unix.NETLINK_LISTEN_ALL_NSID && len(m.Data) >= 4 {
			return int32(native.Uint32(m.Data))
		}
	}
	return -1
}
