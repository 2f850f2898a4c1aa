package rehearse

import (
	"net/netip"
	"os"
	"strconv"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
)

// vethInfoPeer is VETH_INFO_PEER of linux/veth.h.
const vethInfoPeer = 1

// create are the flags of a request that makes something new.
const create = unix.NLM_F_CREATE | unix.NLM_F_EXCL

// newSwitch makes the switch of a LAN in the namespace of conn and returns its
// interface index. It forwards at once and takes part in no spanning tree.
func newSwitch(conn rtnl.Conn, name string) (int32, error) {
	r := rtnl.NewRequest(unix.RTM_NEWLINK, create)
	r.Link(unix.AF_UNSPEC, 0, 0, unix.IFF_UP, unix.IFF_UP)
	r.Str(unix.IFLA_IFNAME, name)
	info := r.Nest(unix.IFLA_LINKINFO)
	r.Text(unix.IFLA_INFO_KIND, "bridge")
	data := r.Nest(unix.IFLA_INFO_DATA)
	r.U32(unix.IFLA_BR_FORWARD_DELAY, 0)
	r.U32(unix.IFLA_BR_STP_STATE, 0)
	r.U8(unix.IFLA_BR_MCAST_SNOOPING, 0)
	r.End(data)
	r.End(info)
	if err := conn.Do(r, nil); err != nil {
		return 0, &wireError{"make a bridge", "bridge", err}
	}
	return indexOf(conn, name)
}

// plug makes a cable from the switch, where its end is called port, to an
// interface of a host.
func plug(conn rtnl.Conn, port string, lan int32, host *os.File, i *Interface) error {
	r := rtnl.NewRequest(unix.RTM_NEWLINK, create)
	r.Link(unix.AF_UNSPEC, 0, 0, unix.IFF_UP, unix.IFF_UP)
	r.Str(unix.IFLA_IFNAME, port)
	r.U32(unix.IFLA_MASTER, uint32(lan))
	info := r.Nest(unix.IFLA_LINKINFO)
	r.Text(unix.IFLA_INFO_KIND, "veth")
	data := r.Nest(unix.IFLA_INFO_DATA)
	peer := r.Nest(vethInfoPeer)
	r.Link(unix.AF_UNSPEC, 0, 0, 0, 0)
	r.Str(unix.IFLA_IFNAME, i.Name)
	if i.MAC != (MAC{}) {
		r.Attr(unix.IFLA_ADDRESS, i.MAC[:])
	}
	r.U32(unix.IFLA_NET_NS_FD, uint32(host.Fd()))
	r.End(peer)
	r.End(data)
	r.End(info)
	if err := conn.Do(r, nil); err != nil {
		return &wireError{"make a pair of veth interfaces", "veth", err}
	}
	return nil
}

// configure brings up a host's interfaces with their addresses, and its default
// route. conn is in its namespace.
func configure(conn rtnl.Conn, h *Host) error {
	if err := setUp(conn, "lo"); err != nil {
		return err
	}
	for i := range h.Interfaces {
		own := &h.Interfaces[i]
		if own.Addr.IsValid() {
			if err := addAddress(conn, own); err != nil {
				return err
			}
		}
		if err := setUp(conn, own.Name); err != nil {
			return err
		}
	}
	if h.Gateway.IsValid() {
		return addDefaultRoute(conn, h.Gateway)
	}
	return nil
}

func setUp(conn rtnl.Conn, name string) error {
	r := rtnl.NewRequest(unix.RTM_NEWLINK, 0)
	r.Link(unix.AF_UNSPEC, 0, 0, unix.IFF_UP, unix.IFF_UP)
	r.Str(unix.IFLA_IFNAME, name)
	if err := conn.Do(r, nil); err != nil {
		return &wireError{"set " + name + " up", "", err}
	}
	return nil
}

func addAddress(conn rtnl.Conn, i *Interface) error {
	index, err := indexOf(conn, i.Name)
	if err != nil {
		return err
	}
	addr, brd := i.Addr.Addr().As4(), broadcast(i.Addr).As4()
	r := rtnl.NewRequest(unix.RTM_NEWADDR, create)
	r.Addr(unix.AF_INET, uint8(i.Addr.Bits()), 0, unix.RT_SCOPE_UNIVERSE, uint32(index))
	r.Attr(unix.IFA_LOCAL, addr[:])
	r.Attr(unix.IFA_ADDRESS, addr[:])
	r.Attr(unix.IFA_BROADCAST, brd[:])
	r.Str(unix.IFA_LABEL, i.Name)
	if err := conn.Do(r, nil); err != nil {
		return &wireError{"add the address " + i.Addr.String(), "", err}
	}
	return nil
}

// broadcast is the last address of the network.
func broadcast(p netip.Prefix) netip.Addr {
	a := p.Addr().As4()
	for bit := p.Bits(); bit < 32; bit++ {
		a[bit/8] |= 0x80 >> (bit % 8)
	}
	return netip.AddrFrom4(a)
}

func addDefaultRoute(conn rtnl.Conn, via netip.Addr) error {
	gateway := via.As4()
	r := rtnl.NewRequest(unix.RTM_NEWROUTE, create)
	// struct rtmsg: family, lengths of destination and source, tos, table,
	// protocol, scope, type, and 32 bits of flags.
	r.Body([]byte{unix.AF_INET, 0, 0, 0, unix.RT_TABLE_MAIN, unix.RTPROT_BOOT, unix.RT_SCOPE_UNIVERSE, unix.RTN_UNICAST, 0, 0, 0, 0})
	r.Attr(unix.RTA_GATEWAY, gateway[:])
	if err := conn.Do(r, nil); err != nil {
		return &wireError{"add the default route via " + via.String(), "", err}
	}
	return nil
}

// indexOf asks for the index of an interface.
func indexOf(conn rtnl.Conn, name string) (int32, error) {
	var index int32
	err := getLink(conn, name, func(l *link) { index = l.index })
	return index, err
}

// wireError is a refusal of the kernel while the LANs are made.
type wireError struct {
	what string
	// kind is the kind of interface that was to be made, or empty.
	kind string
	err  error
}

func (e *wireError) Error() string {
	switch rtnl.Errno(e.err) {
	case unix.EOPNOTSUPP, unix.ENODEV, unix.EAFNOSUPPORT:
		if e.kind != "" {
			return "cannot " + e.what + ": this kernel has no " + e.kind + " interfaces; as root: modprobe " + e.kind
		}
	}
	return "cannot " + e.what + ": " + e.err.Error()
}

func (e *wireError) Unwrap() error { return e.err }

// portName is the name of the nth cable's end at the switch.
func portName(n int) string { return "port" + strconv.Itoa(n) }

// switchName is the name of the nth LAN's switch.
func switchName(n int) string { return "lan" + strconv.Itoa(n) }
