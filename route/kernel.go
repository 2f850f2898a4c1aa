package route

import (
	"encoding/binary"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// routeMessage starts a message about one route: a struct rtmsg
// (linux/rtnetlink.h) follows the header.
func routeMessage(deleting bool, family, dstLen uint8, table uint32, protocol, scope, kind uint8, flags uint32) *rtnl.Request {
	typ, nlFlags := uint16(unix.RTM_NEWROUTE), uint16(unix.NLM_F_CREATE)
	if deleting {
		typ, nlFlags, protocol = unix.RTM_DELROUTE, 0, unix.RTPROT_UNSPEC
	}
	r := rtnl.NewRequest(typ, nlFlags)
	small := uint8(table)
	if table > 255 {
		small = unix.RT_TABLE_COMPAT
	}
	head := [unix.SizeofRtMsg]byte{family, dstLen, 0, 0, small, protocol, scope, kind}
	binary.NativeEndian.PutUint32(head[8:], flags)
	r.Body(head[:])
	if table > 255 {
		r.U32(unix.RTA_TABLE, table)
	}
	return r
}

// connect opens the connection that a change goes over.
func connect(env *applet.Env) (*rtnl.Socket, error) {
	conn, err := rtnl.Open(rtnl.Options{Buffers: env.Buffers})
	if err != nil {
		return nil, applet.Fail(statusKernel, err.Error())
	}
	return conn, nil
}

// refused ends with the kernel's refusal, worded as that of the ioctl what.
func refused(what string, err error) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	if errno := rtnl.Errno(err); errno != 0 {
		text = rtnl.Strerror(errno)
	}
	return &applet.Exit{Code: statusKernel, Text: what + ": " + text, Err: err}
}

// routeIoctl is the name of the ioctl that the original makes.
func routeIoctl(deleting bool) string {
	if deleting {
		return "SIOCDELRT"
	}
	return "SIOCADDRT"
}

// unlessForbidden returns errno, which we know that the kernel would answer
// with, unless the caller may not change routes at all: that is what the kernel
// looks at first. It is asked with a message that is too short to do anything.
func unlessForbidden(c rtnl.Conn, family uint8, errno unix.Errno) error {
	r := rtnl.NewRequest(unix.RTM_NEWROUTE, 0)
	r.Gen(family)
	if err := c.Do(r, nil); rtnl.Errno(err) == unix.EPERM {
		return err
	}
	return &rtnl.Error{Errno: errno}
}
