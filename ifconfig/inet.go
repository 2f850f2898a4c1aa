package ifconfig

import (
	"encoding/binary"
	"math/bits"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/netdev"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// plan is what the kernel makes of an ioctl about an IPv4 address: the address
// with the label is taken away, and comes back changed (devinet_ioctl in
// net/ipv4/devinet.c).
type plan struct {
	remove, insert bool
	next           address // what to insert
	// checked tells that the ioctl fails if the insertion does.
	checked bool
	errno   unix.Errno
}

// planner makes a plan. old is the address with the label, nil for none.
type planner func(d *device, label string, old *address, value [4]byte) plan

// plannerOf returns the plan of an ioctl by its name.
func plannerOf(ioctl string) planner {
	switch ioctl {
	case setsAddress:
		return planAddress
	case setsBroadcast:
		return planBroadcast
	case setsPeer:
		return planPeer
	}
	return planMask
}

// The ioctls of IPv4 addresses.
const (
	setsAddress   = "SIOCSIFADDR"
	setsBroadcast = "SIOCSIFBRDADDR"
	setsPeer      = "SIOCSIFDSTADDR"
	setsMask      = "SIOCSIFNETMASK"
)

// inet makes an ioctl on the interface and reports its failure.
func (c *call) inet(ioctl string, value [4]byte) {
	before := c.status
	if err := c.inetIoctl(c.name, ioctl, value); err != nil {
		c.refuse(ioctl, err)
		if ioctl == setsMask && before != 0 {
			// This failure alone does not take the place of one before.
			c.status = before
		}
	}
}

// inetIoctl makes an ioctl about an IPv4 address on the family's socket.
func (c *call) inetIoctl(name, ioctl string, value [4]byte) error {
	if err := c.family.reach(); err != nil {
		return err
	}
	switch {
	case c.family.inet():
		conn, err := c.connection()
		if err != nil {
			return err
		}
		return sendInet(conn, name, plannerOf(ioctl), value)
	case c.family.number == unix.AF_INET6 && (ioctl == setsPeer || ioctl == setsAddress):
		// For IPv6 these have another structure, whose index is, in what the
		// original hands over, that of no device.
		return unix.ENODEV
	}
	return unix.ENOTTY
}

// sendInet finds the address, makes the plan and carries it out.
func sendInet(conn rtnl.Conn, name string, plan planner, value [4]byte) error {
	s, err := readOne(conn, name)
	if errnoOf(err) == unix.ENODEV {
		return unlessForbidden(conn, unix.ENODEV)
	} else if err != nil {
		return err
	}
	d := &s.devices[0]
	old := s.address(d.index, name)
	p := plan(d, label(d, name), old, value)
	if p.errno != 0 || !p.remove && !p.insert {
		return unlessForbidden(conn, p.errno)
	}
	if p.remove {
		if err := deleteAddress(conn, old); err != nil {
			return err
		}
	}
	if p.insert {
		if err := insertAddress(conn, &p.next); err != nil && p.checked {
			return err
		}
	}
	return nil
}

// label is that of a new address: the name with its alias, or the device's own.
func label(d *device, name string) string {
	if _, alias := netdev.Name(name); alias != "" {
		return name
	}
	return d.name
}

// planAddress sets the address (SIOCSIFADDR) with the netmask of its class. The
// address 0.0.0.0 is none.
func planAddress(d *device, label string, old *address, value [4]byte) (p plan) {
	length, ok := classBits(value)
	if !ok {
		return plan{errno: unix.EINVAL}
	}
	p.next = address{index: d.index, label: label}
	if old != nil {
		if old.local == value {
			return plan{}
		}
		p.remove, p.next = true, *old
	}
	a := &p.next
	a.local, a.peer, a.brd, a.scope, a.lifetime = value, value, [4]byte{}, unix.RT_SCOPE_UNIVERSE, nil
	a.bits = 32
	if d.flags&unix.IFF_POINTOPOINT == 0 {
		a.bits = length
		if d.flags&unix.IFF_BROADCAST != 0 && length < 31 {
			a.brd = lastOf(value, a.mask())
		}
	}
	if value[0] == 127 {
		a.scope = unix.RT_SCOPE_HOST
	}
	p.insert, p.checked = value != [4]byte{}, true
	return p
}

// planBroadcast sets the broadcast address (SIOCSIFBRDADDR).
func planBroadcast(_ *device, _ string, old *address, value [4]byte) (p plan) {
	switch {
	case old == nil:
		return plan{errno: unix.EADDRNOTAVAIL}
	case old.brd == value:
		return p
	}
	p = plan{remove: true, insert: true, next: *old}
	p.next.brd = value
	return p
}

// planPeer sets the address of the other end (SIOCSIFDSTADDR).
func planPeer(_ *device, _ string, old *address, value [4]byte) (p plan) {
	switch {
	case old == nil:
		return plan{errno: unix.EADDRNOTAVAIL}
	case old.peer == value:
		return p
	}
	if _, ok := classBits(value); !ok {
		return plan{errno: unix.EINVAL}
	}
	p = plan{remove: true, insert: true, next: *old}
	p.next.peer = value
	return p
}

// planMask sets the netmask (SIOCSIFNETMASK). A broadcast address that was the
// network's last follows.
func planMask(d *device, _ string, old *address, value [4]byte) (p plan) {
	if old == nil {
		return plan{errno: unix.EADDRNOTAVAIL}
	}
	hosts := ^binary.BigEndian.Uint32(value[:])
	if hosts&(hosts+1) != 0 {
		return plan{errno: unix.EINVAL}
	}
	before := old.mask()
	if before == value {
		return p
	}
	p = plan{remove: true, insert: true, next: *old}
	a := &p.next
	a.bits = uint8(32 - bits.Len32(hosts))
	if d.flags&unix.IFF_BROADCAST != 0 && a.bits < 31 && old.brd == lastOf(old.local, before) {
		a.brd = lastOf(old.local, value)
	}
	return p
}

// lastOf is the last address of a network.
func lastOf(a, mask [4]byte) (last [4]byte) {
	for i := range a {
		last[i] = a[i] | ^mask[i]
	}
	return last
}

// classBits is the length of an address's network by its class, 0 for the
// addresses 0.0.0.0 and 255.255.255.255; ok is false for multicast.
func classBits(a [4]byte) (n uint8, ok bool) {
	switch {
	case a == [4]byte{}, a == [4]byte{255, 255, 255, 255}:
		return 0, true
	case a[0] < 128:
		return 8, true
	case a[0] < 192:
		return 16, true
	case a[0] < 224:
		return 24, true
	}
	return 32, a[0] >= 240
}

// addressRequest names an address in full: of several with one label it is this
// one.
func addressRequest(typ, flags uint16, a *address) *rtnl.Request {
	r := rtnl.NewRequest(typ, flags)
	r.Addr(unix.AF_INET, a.bits, 0, a.scope, uint32(a.index))
	r.Attr(unix.IFA_LOCAL, a.local[:])
	r.Attr(unix.IFA_ADDRESS, a.peer[:])
	r.Str(unix.IFA_LABEL, a.label)
	return r
}

func deleteAddress(conn rtnl.Conn, a *address) error {
	return conn.Do(addressRequest(unix.RTM_DELADDR, 0, a), nil)
}

// insertAddress adds an address with all that it had before. What the kernel
// decides itself (secondary, permanent) is left to it.
func insertAddress(conn rtnl.Conn, a *address) error {
	r := addressRequest(unix.RTM_NEWADDR, unix.NLM_F_CREATE|unix.NLM_F_EXCL, a)
	if a.brd != [4]byte{} {
		r.Attr(unix.IFA_BROADCAST, a.brd[:])
	}
	if flags := a.flags &^ (unix.IFA_F_SECONDARY | unix.IFA_F_PERMANENT); flags != 0 {
		r.U32(unix.IFA_FLAGS, flags)
	}
	if a.metric != 0 {
		r.U32(unix.IFA_RT_PRIORITY, a.metric)
	}
	if len(a.protocol) > 0 {
		r.Attr(attrProtocol, a.protocol)
	}
	if a.lifetime != nil {
		r.Attr(unix.IFA_CACHEINFO, a.lifetime)
	}
	return conn.Do(r, nil)
}
