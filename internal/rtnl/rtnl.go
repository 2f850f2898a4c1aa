// Package rtnl is the only door of the house to rtnetlink (RFC 3549,
// rtnetlink(7)): it builds requests, sends them, streams the replies and keeps
// the kernel's own words when it refuses.
//
// Its receive loop has one buffer for a whole dump and no allocation per
// message or attribute, and keeps warnings and dump errors. Conn is an interface, so
// that recorded messages (Replay) can stand in for the kernel and a Recorder
// can write them down.
//
// It may import the standard library and golang.org/x/sys/unix, and nothing of
// the house.
package rtnl

import (
	"errors"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/byteorder"
)

// native is the byte order of rtnetlink: that of the machine, except for the
// attributes whose description says network order.
var native byteorder.Native

// headerSize is the size of struct nlmsghdr (linux/netlink.h).
const headerSize = unix.SizeofNlMsghdr

// align rounds a length up to the 4 bytes that messages and attributes start at.
func align(n int) int { return (n + 3) &^ 3 }

// Msg is one netlink message. Data lies in the receive buffer and is good only
// until the callback that was given the message returns.
type Msg struct {
	Type  uint16
	Flags uint16
	Seq   uint32
	Pid   uint32
	// NSID is the network namespace that a message comes from, on a
	// connection that listens to all of them; -1 is our own.
	NSID int32
	// Data is the payload behind the nlmsghdr.
	Data []byte
	// Raw is the whole message with its header.
	Raw []byte
}

// parse reads the first message of b into m and returns what is behind it. ok is
// false when b holds no whole message.
func (m *Msg) parse(b []byte) (rest []byte, ok bool) {
	if len(b) < headerSize {
		return nil, false
	}
	n := int(native.Uint32(b))
	if n < headerSize || n > len(b) {
		return nil, false
	}
	m.Type = native.Uint16(b[4:])
	m.Flags = native.Uint16(b[6:])
	m.Seq = native.Uint32(b[8:])
	m.Pid = native.Uint32(b[12:])
	m.NSID = -1
	m.Data = b[headerSize:n]
	m.Raw = b[:n]
	return b[min(align(n), len(b)):], true
}

// Conn asks the kernel. A Conn is not for use by several goroutines at once.
type Conn interface {
	// Dump sends r with NLM_F_DUMP and calls each for every message of the
	// answer. An error of each ends the call and is returned; the rest of the
	// answer is then dropped by the next request. The kernel's refusal is an
	// *Error.
	Dump(r *Request, each func(*Msg) error) error
	// Do sends r and waits for its acknowledgement. Messages that come before
	// it (NLM_F_ECHO) go to each, which may be nil.
	Do(r *Request, each func(*Msg) error) error
	// Get sends r and hands the one message that answers it to each.
	Get(r *Request, each func(*Msg) error) error
	// Close gives the socket back.
	Close() error
}

// Stop is what a Dump's callback returns to end it early without an error.
var Stop = errors.New("rtnl: stop")
