package rtnl

import (
	"golang.org/x/sys/unix"
)

// Next waits for one datagram of the multicast groups and hands its messages to
// each. It returns the callback's error. Lost messages (ENOBUFS) are an error
// of the transport that the caller may go on after.
func (c *Socket) Next(each func(*Msg) error) error {
	if c.buf == nil {
		c.buf = make([]byte, recvSize)
	}
	var oob [64]byte
	var n, on int
	var err error
	for {
		n, on, _, _, err = unix.Recvmsg(c.fd, c.buf, oob[:], 0)
		if err != unix.EINTR {
			break
		}
	}
	if err != nil {
		return receiveError(err)
	}
	nsid := peerNSID(oob[:on])
	b := c.buf[:n]
	for len(b) > 0 {
		m, rest, ok := parseMsg(b)
		if !ok {
			return nil
		}
		b = rest
		c.msg = m
		c.msg.NSID = nsid
		if err := each(&c.msg); err != nil {
			return err
		}
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
