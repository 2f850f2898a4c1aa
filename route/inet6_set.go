package route

import (
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/netdev"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// changeInet6 adds or deletes an IPv6 route.
func changeInet6(env *applet.Env, deleting bool, rt *inet6Route) error {
	conn, err := connect(env)
	if err != nil {
		return err
	}
	defer conn.Close()
	var dev netdev.Device
	if rt.hasDevice {
		if dev, err = netdev.ByName(conn, rt.device); err != nil {
			return refused("SIOGIFINDEX", err) // sic
		}
	}
	table := dev.Table
	if table == 0 {
		table = unix.RT_TABLE_MAIN
	}
	return refused(routeIoctl(deleting), sendInet6(conn, deleting, rt, table, dev.Index))
}

// sendInet6 makes the request that the kernel makes of the ioctl.
func sendInet6(conn rtnl.Conn, deleting bool, rt *inet6Route, table uint32, index int32) error {
	if !deleting && rt.beyondRtnetlink() {
		return rt.addByIoctl(index)
	}
	through := uint32(index)
	if deleting && rt.flags&flagGateway == 0 {
		hop, several, err := rt.firstHop(conn, table, index)
		if err != nil {
			return err
		}
		if several {
			rt.flags |= flagGateway
			rt.gateway, through = hop.gateway, hop.index
		}
	}
	return conn.Do(rt.message(deleting, table, through), nil)
}

// message is the request for a route, as the kernel makes it of the ioctl
// (rtmsg_to_fib6_config in net/ipv6/route.c).
//
// The flag that says "host" has the number of RTNH_F_ONLINK, and the kernel
// takes it for that, too: it is on the link that the message asks for.
func (rt *inet6Route) message(deleting bool, table, index uint32) *rtnl.Request {
	r := routeMessage(deleting, unix.AF_INET6, rt.prefixLen, table, unix.RTPROT_BOOT,
		unix.RT_SCOPE_UNIVERSE, unix.RTN_UNICAST, rt.flags&flagHost)
	r.Attr(unix.RTA_DST, rt.dst[:])
	r.U32(unix.RTA_PRIORITY, rt.metric)
	if index != 0 {
		r.U32(unix.RTA_OIF, index)
	}
	if rt.flags&flagGateway != 0 {
		r.Attr(unix.RTA_GATEWAY, rt.gateway[:])
	}
	return r
}

// in6Rtmsg is struct in6_rtmsg (linux/ipv6_route.h).
type in6Rtmsg struct {
	dst, src, gateway [16]byte
	kind              uint32
	dstLen, srcLen    uint16
	metric            uint32
	info              uint // unsigned long
	flags             uint32
	index             int32
}

// beyondRtnetlink tells whether a route that is to be added has something that a
// message cannot carry: the flags mod and dyn, for which it has no field, or the
// end of ::1 behind a prefix, of which it has the prefix only. (By that end the
// kernel knows that a route over lo is for loopback, and not one that refuses.)
func (rt *inet6Route) beyondRtnetlink() bool {
	return rt.flags&(flagDynamic|flagModified) != 0 || rt.dst == [16]byte{15: 1} && rt.prefixLen <= 120
}

// addByIoctl adds a route as the original does.
func (rt *inet6Route) addByIoctl(index int32) error {
	fd, err := unix.Socket(unix.AF_INET6, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	m := in6Rtmsg{
		dst:     rt.dst,
		gateway: rt.gateway,
		dstLen:  uint16(rt.prefixLen),
		metric:  rt.metric,
		flags:   rt.flags,
		index:   index,
	}
	_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), unix.SIOCADDRT, uintptr(unsafe.Pointer(&m)))
	if errno != 0 {
		return &rtnl.Error{Errno: errno}
	}
	return nil
}
