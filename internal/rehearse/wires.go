package rehearse

import (
	"errors"
	"net"
	"net/netip"
	"os"
	"strconv"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
)

// The lab is wired by vishvananda/netlink's typed calls: a few interfaces, made
// once, and nobody waits for it. (Three things they need to be told: NewVeth
// keeps the peer's queue length, a broadcast address is given rather than
// invented, and a default route has the destination 0.0.0.0/0.)

// newSwitch makes the switch of a LAN in the namespace of h and returns its
// interface index. It forwards at once and takes part in no spanning tree: a
// bridge without STP has no forward delay.
func newSwitch(h *netlink.Handle, name string) (int, error) {
	attrs := netlink.NewLinkAttrs()
	attrs.Name = name
	snooping := false
	lan := &netlink.Bridge{LinkAttrs: attrs, MulticastSnooping: &snooping}
	if err := h.LinkAdd(lan); err != nil {
		return 0, &wireError{"make a bridge", "bridge", err}
	}
	return lan.Index, setUp(h, name)
}

// plug makes a cable from the switch, where its end is called port, to an
// interface of a host.
func plug(h *netlink.Handle, port string, lan int, host *os.File, i *Interface) error {
	attrs := netlink.NewLinkAttrs()
	attrs.Name, attrs.MasterIndex, attrs.Flags = port, lan, net.FlagUp
	cable := netlink.NewVeth(attrs)
	cable.PeerName = i.Name
	cable.PeerNamespace = netlink.NsFd(host.Fd())
	if i.MAC != (MAC{}) {
		cable.PeerHardwareAddr = i.MAC[:]
	}
	if i.MTU != 0 {
		cable.MTU, cable.PeerMTU = i.MTU, uint32(i.MTU)
	}
	if err := h.LinkAdd(cable); err != nil {
		return &wireError{"make a pair of veth interfaces", "veth", err}
	}
	return nil
}

// configure brings up a host's interfaces with their addresses, and its default
// route. h is in its namespace.
func configure(h *netlink.Handle, host *Host) error {
	if err := setUp(h, "lo"); err != nil {
		return err
	}
	for i := range host.Interfaces {
		own := &host.Interfaces[i]
		for _, a := range own.Addrs {
			if err := addAddress(h, own, a); err != nil {
				return err
			}
		}
		if err := setUp(h, own.Name); err != nil {
			return err
		}
		if err := addDirect(h, own); err != nil {
			return err
		}
		if own.Metric != 0 {
			if err := addNetworks(h, own); err != nil {
				return err
			}
		}
	}
	for _, g := range host.Gateways {
		if err := addDefaultRoute(h, g, host.toward(g)); err != nil {
			return err
		}
	}
	return nil
}

func setUp(h *netlink.Handle, name string) error {
	link, err := h.LinkByName(name)
	if err == nil {
		err = h.LinkSetUp(link)
	}
	if err != nil {
		return &wireError{"set " + name + " up", "", err}
	}
	return nil
}

// addAddress adds an address of an interface. With a metric the network's route is
// not the kernel's to make: see addNetworks.
func addAddress(h *netlink.Handle, i *Interface, p netip.Prefix) error {
	link, err := h.LinkByName(i.Name)
	if err == nil {
		a := &netlink.Addr{IPNet: ipNet(p)}
		if p.Addr().Is4() {
			a.Broadcast, a.Label = broadcast(p).AsSlice(), i.Name
		}
		if i.Metric != 0 {
			a.Flags |= unix.IFA_F_NOPREFIXROUTE
		}
		err = h.AddrAdd(link, a)
	}
	if err != nil {
		return &wireError{"add the address " + p.String(), "", err}
	}
	return nil
}

func ipNet(p netip.Prefix) *net.IPNet {
	return &net.IPNet{IP: p.Addr().AsSlice(), Mask: net.CIDRMask(p.Bits(), p.Addr().BitLen())}
}

// addNetworks adds the routes to an interface's networks with its metric, as
// NetworkManager does.
func addNetworks(h *netlink.Handle, i *Interface) error {
	link, err := h.LinkByName(i.Name)
	if err != nil {
		return &wireError{"find " + i.Name, "", err}
	}
	for _, p := range i.Addrs {
		r := &netlink.Route{
			LinkIndex: link.Attrs().Index, Dst: ipNet(p.Masked()), Protocol: unix.RTPROT_KERNEL, Priority: int(i.Metric),
		}
		if p.Addr().Is4() {
			r.Scope, r.Src = netlink.SCOPE_LINK, p.Addr().AsSlice()
		}
		if err := h.RouteAdd(r); err != nil {
			return &wireError{"add the route to " + p.Masked().String(), "", err}
		}
	}
	return nil
}

// addDirect adds routes to the hosts on the LAN that are in none of the networks.
func addDirect(h *netlink.Handle, i *Interface) error {
	for _, a := range i.Direct {
		link, err := h.LinkByName(i.Name)
		if err == nil {
			err = h.RouteAdd(&netlink.Route{
				LinkIndex: link.Attrs().Index, Dst: ipNet(netip.PrefixFrom(a, a.BitLen())), Scope: netlink.SCOPE_LINK, Protocol: unix.RTPROT_BOOT,
			})
		}
		if err != nil && !errors.Is(err, unix.EEXIST) {
			return &wireError{"add the route to " + a.String(), "", err}
		}
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

// addDefaultRoute adds the route by way of a gateway; i is the interface that it is
// behind.
func addDefaultRoute(h *netlink.Handle, via netip.Addr, i *Interface) error {
	link, err := h.LinkByName(i.Name)
	if err != nil {
		return &wireError{"find " + i.Name, "", err}
	}
	everything := netip.PrefixFrom(via, 0).Masked()
	r := &netlink.Route{Dst: ipNet(everything), Gw: via.AsSlice(), LinkIndex: link.Attrs().Index, Protocol: unix.RTPROT_BOOT}
	if i.Metric != 0 {
		r.Priority, r.Protocol = int(i.Metric), unix.RTPROT_STATIC
	}
	if err := h.RouteAdd(r); err != nil {
		return &wireError{"add the default route via " + via.String(), "", err}
	}
	return nil
}

// wireError is a refusal of the kernel while the LANs are made.
type wireError struct {
	what string
	// kind is the kind of interface that was to be made, or empty.
	kind string
	err  error
}

func (e *wireError) Error() string {
	var errno unix.Errno
	why := e.err.Error()
	if errors.As(e.err, &errno) {
		why = rtnl.Strerror(errno)
	}
	switch errno {
	case unix.EOPNOTSUPP, unix.ENODEV, unix.EAFNOSUPPORT:
		if e.kind != "" {
			why = "this kernel has no " + e.kind + " interfaces; as root: modprobe " + e.kind
		}
	}
	return "cannot " + e.what + ": " + why
}

func (e *wireError) Unwrap() error { return e.err }

// portName is the name of the nth cable's end at the switch.
func portName(n int) string { return "port" + strconv.Itoa(n) }

// switchName is the name of the nth LAN's switch.
func switchName(n int) string { return "lan" + strconv.Itoa(n) }
