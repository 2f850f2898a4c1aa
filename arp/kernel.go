package arp

import (
	"bytes"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/netdev"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// setEntry does what the kernel does for SIOCSARP (arp_req_set in
// net/ipv4/arp.c), with its checks in their order.
func setEntry(conn rtnl.Conn, e *entry) error {
	dev, err := prepare(conn, e)
	if err != nil {
		return unlessForbidden(conn, err)
	}
	if e.flags&flagPublic != 0 {
		return publish(conn, e, dev)
	}
	if e.kind != dev.Type && !(dev.Type == unix.ARPHRD_FDDI && (e.kind == unix.ARPHRD_ETHER || e.kind == unix.ARPHRD_IEEE802)) {
		return unlessForbidden(conn, &rtnl.Error{Errno: unix.EINVAL})
	}
	state := uint16(unix.NUD_STALE)
	if e.flags&flagPermanent != 0 {
		state = unix.NUD_PERMANENT
	}
	r := neighbour(unix.RTM_NEWNEIGH, unix.NLM_F_CREATE|unix.NLM_F_REPLACE, dev.Index, state, 0, e.address)
	r.Attr(unix.NDA_LLADDR, e.hardware[:min(len(dev.Addr), len(e.hardware))])
	return conn.Do(r, nil)
}

// deleteEntry does what the kernel does for SIOCDARP (arp_req_delete). ENXIO
// and ENOENT mean that there is no such entry.
func deleteEntry(conn rtnl.Conn, e *entry) error {
	dev, err := prepare(conn, e)
	switch {
	case err != nil:
		return unlessForbidden(conn, err)
	case e.flags&flagPublic == 0:
		return deletePrivate(conn, e, dev)
	case e.allHosts():
		return proxyARP(conn, dev, false)
	}
	return conn.Do(neighbour(unix.RTM_DELNEIGH, 0, dev.Index, 0, unix.NTF_PROXY, e.address), nil)
}

// deletePrivate deletes an entry that is not published. One for which nothing
// is asked (a broadcast address, say) goes, but counts as none.
func deletePrivate(conn rtnl.Conn, e *entry, dev netdev.Device) error {
	state := uint16(unix.NUD_PERMANENT)
	conn.Get(neighbour(unix.RTM_GETNEIGH, 0, dev.Index, 0, 0, e.address), func(m *rtnl.Msg) error {
		if m.Type == unix.RTM_NEWNEIGH && len(m.Data) >= unix.SizeofNdMsg {
			state = native.Uint16(m.Data[8:])
		}
		return nil
	})
	err := conn.Do(neighbour(unix.RTM_DELNEIGH, 0, dev.Index, 0, 0, e.address), nil)
	if err == nil && state&^unix.NUD_NOARP == 0 {
		return &rtnl.Error{Errno: unix.ENXIO}
	}
	return err
}

// publish makes the kernel answer for the host: on the device, or on the one
// that has the hardware address.
func publish(conn rtnl.Conn, e *entry, dev netdev.Device) error {
	if dev.Index == 0 {
		if err := byAddress(conn, e, &dev); err != nil {
			return unlessForbidden(conn, err)
		}
	}
	if e.allHosts() {
		return proxyARP(conn, dev, true)
	}
	// The entry is not to outlive the loss of the carrier: it has no state.
	return conn.Do(neighbour(unix.RTM_NEWNEIGH, unix.NLM_F_CREATE|unix.NLM_F_REPLACE, dev.Index, 0, unix.NTF_PROXY, e.address), nil)
}

// byAddress finds the first device with the hardware address.
func byAddress(conn rtnl.Conn, e *entry, dev *netdev.Device) error {
	found := false
	err := netdev.Each(conn, func(d netdev.Device) bool {
		found = d.Type == e.kind && len(d.Addr) <= len(e.hardware) && bytes.Equal(d.Addr, e.hardware[:len(d.Addr)])
		if found {
			*dev = d
		}
		return !found
	})
	if err == nil && !found {
		err = &rtnl.Error{Errno: unix.ENODEV}
	}
	return err
}

// prepare makes the checks that both requests begin with, and finds the device:
// by its name, or as the one that the host is reached over without a gateway. A
// published entry without a name has none; its index is 0.
func prepare(conn rtnl.Conn, e *entry) (dev netdev.Device, err error) {
	invalid := &rtnl.Error{Errno: unix.EINVAL}
	switch {
	case e.flags&flagPublic == 0 && e.flags&(flagNetmask|flagDontPub) != 0:
		return dev, invalid
	case e.flags&flagNetmask != 0 && e.mask != [4]byte{} && e.mask != [4]byte{255, 255, 255, 255}:
		return dev, invalid
	case e.device != "":
		if dev, err = netdev.ByExactName(conn, e.device); err != nil {
			return dev, err
		}
		if e.kind == 0 {
			e.kind = dev.Type
		}
		if e.flags&flagComplete != 0 && e.kind != dev.Type {
			return dev, invalid
		}
		return dev, nil
	case e.flags&flagPublic != 0:
		return dev, nil
	}
	index, err := onLink(conn, e.address)
	if err != nil {
		return dev, err
	}
	return netdev.ByIndex(conn, index)
}

// allHosts tells whether the entry is for every host: its mask is empty.
func (e *entry) allHosts() bool { return e.flags&flagNetmask != 0 && e.mask == [4]byte{} }

// neighbour starts a message about a neighbour: a struct ndmsg
// (linux/neighbour.h) and the address.
func neighbour(typ, flags uint16, index int32, state uint16, ntf uint8, address [4]byte) *rtnl.Request {
	r := rtnl.NewRequest(typ, flags)
	head := [unix.SizeofNdMsg]byte{0: unix.AF_INET, 10: ntf}
	native.PutUint32(head[4:], uint32(index))
	native.PutUint16(head[8:], state)
	r.Body(head[:])
	r.Attr(unix.NDA_DST, address[:])
	return r
}

// unlessForbidden returns err, which we know that the kernel would answer with,
// unless the caller may not change entries at all: that is what the kernel looks
// at first. It is asked with a message that is too short to do anything.
func unlessForbidden(conn rtnl.Conn, err error) error {
	r := rtnl.NewRequest(unix.RTM_NEWNEIGH, 0)
	r.Gen(unix.AF_INET)
	if refusal := conn.Do(r, nil); rtnl.Errno(refusal) == unix.EPERM {
		return refusal
	}
	return err
}
