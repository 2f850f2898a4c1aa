package arp

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/byteorder"
	"github.com/nlbox/nlbox/internal/netdev"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// native is the byte order of rtnetlink.
var native byteorder.Native

const (
	inetConf    = 1 // IFLA_INET_CONF (linux/if_link.h)
	confProxARP = 3 // IPV4_DEVCONF_PROXY_ARP (linux/ip.h)
)

// proxyARP switches a device's answering for all hosts on or off; without a
// device that of all devices.
func proxyARP(conn rtnl.Conn, dev netdev.Device, on bool) error {
	value := uint32(0)
	if on {
		value = 1
	}
	if dev.Index == 0 {
		return proxyARPEverywhere(value)
	}
	r := rtnl.NewRequest(unix.RTM_SETLINK, 0)
	r.Link(unix.AF_UNSPEC, 0, dev.Index, 0, 0)
	spec := r.Nest(unix.IFLA_AF_SPEC | unix.NLA_F_NESTED)
	inet := r.Nest(unix.AF_INET | unix.NLA_F_NESTED)
	conf := r.Nest(inetConf | unix.NLA_F_NESTED)
	r.U32(confProxARP, value)
	r.End(conf)
	r.End(inet)
	r.End(spec)
	err := conn.Do(r, nil)
	if rtnl.Errno(err) == unix.EAFNOSUPPORT {
		// A device without IPv4.
		return &rtnl.Error{Errno: unix.ENXIO}
	}
	return err
}

// proxyARPEverywhere writes the setting of all devices, which rtnetlink only
// shows.
func proxyARPEverywhere(value uint32) error {
	fd, err := unix.Open("/proc/sys/net/ipv4/conf/all/proxy_arp", unix.O_WRONLY|unix.O_CLOEXEC, 0)
	if err == nil {
		_, err = unix.Write(fd, []byte{byte('0' + value), '\n'})
		unix.Close(fd)
	}
	if errno, ok := err.(unix.Errno); ok {
		return &rtnl.Error{Errno: errno}
	}
	return err
}
