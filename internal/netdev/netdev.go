// Package netdev asks rtnetlink about one network device the way the ioctls of
// netdevice(7) know it: by a name of at most 15 bytes, with an alias behind a
// colon. route(8), arp(8) and ifconfig(8) use it.
//
// It may import internal/rtnl, golang.org/x/sys/unix and the standard library.
package netdev

import (
	"encoding/binary"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
)

// nameSize is IFNAMSIZ - 1: the longest name that an ioctl can carry.
const nameSize = unix.IFNAMSIZ - 1

// Attributes of a VRF device and of its ports (linux/if_link.h).
const (
	vrfTable     = 1 // IFLA_VRF_TABLE in IFLA_INFO_DATA
	vrfPortTable = 1 // IFLA_VRF_PORT_TABLE in IFLA_INFO_SLAVE_DATA
)

// Attributes within IFLA_LINKINFO (linux/if_link.h).
const (
	infoKind      = 1
	infoData      = 2
	infoSlaveKind = 4
	infoSlaveData = 5
)

// Device is what the kernel tells about a device.
type Device struct {
	Index int32
	Type  uint16 // ARPHRD_*
	Addr  []byte // its hardware address, nil if it has none
	// Table is the routing table of the VRF that the device is or belongs
	// to, 0 for none.
	Table uint32
}

// Name cuts a device's name as an ioctl does. alias is the part with the colon
// and what follows, "" for none; both together are the label of an address.
func Name(word string) (name, alias string) {
	if len(word) > nameSize {
		word = word[:nameSize]
	}
	if i := strings.IndexByte(word, ':'); i >= 0 {
		return word[:i], word[i:]
	}
	return word, ""
}

// ByName returns the device with the name, which may be an alternative one. An
// alias is left out. An unknown name is an *rtnl.Error with ENODEV.
func ByName(c rtnl.Conn, word string) (Device, error) {
	name, _ := Name(word)
	return ByExactName(c, name)
}

// ByExactName is ByName that takes a colon for a part of the name.
func ByExactName(c rtnl.Conn, name string) (Device, error) {
	if name == "" || len(name) > nameSize {
		return Device{}, &rtnl.Error{Errno: unix.ENODEV}
	}
	r := request(0)
	r.Str(unix.IFLA_IFNAME, name)
	return get(c, r)
}

// ByIndex returns the device with the index.
func ByIndex(c rtnl.Conn, index int32) (Device, error) { return get(c, request(index)) }

// request asks for a device, without its counters.
func request(index int32) *rtnl.Request {
	r := rtnl.NewRequest(unix.RTM_GETLINK, 0)
	r.Link(unix.AF_UNSPEC, 0, index, 0, 0)
	r.U32(unix.IFLA_EXT_MASK, rtnl.ExtFilterSkipStats)
	return r
}

func get(c rtnl.Conn, r *rtnl.Request) (d Device, err error) {
	err = c.Get(r, func(m *rtnl.Msg) error {
		d, _ = parse(m)
		return nil
	})
	return d, err
}

// Each calls f for every device, in the order of their indexes, until f returns
// false.
func Each(c rtnl.Conn, f func(Device) bool) error {
	return c.Dump(request(0), func(m *rtnl.Msg) error {
		if d, ok := parse(m); ok && !f(d) {
			return rtnl.Stop
		}
		return nil
	})
}

// parse reads a link message: a struct ifinfomsg and attributes.
func parse(m *rtnl.Msg) (d Device, ok bool) {
	if m.Type != unix.RTM_NEWLINK || len(m.Data) < unix.SizeofIfInfomsg {
		return d, false
	}
	d.Type = binary.NativeEndian.Uint16(m.Data[2:])
	d.Index = int32(binary.NativeEndian.Uint32(m.Data[4:]))
	var tb [unix.IFLA_LINKINFO + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(m.Data[unix.SizeofIfInfomsg:])
	d.Addr = append(d.Addr, at.Get(unix.IFLA_ADDRESS)...)
	var info [infoSlaveData + 1][]byte
	if li := rtnl.Attrs(info[:]); at.Nested(unix.IFLA_LINKINFO, li) {
		d.Table = table(li)
	}
	return d, true
}

// table finds the VRF's table.
func table(li rtnl.Attrs) uint32 {
	var data [2][]byte
	vrf := rtnl.Attrs(data[:])
	if kind, _ := li.Str(infoKind); kind == "vrf" && li.Nested(infoData, vrf) {
		t, _ := vrf.U32(vrfTable)
		return t
	}
	if kind, _ := li.Str(infoSlaveKind); kind == "vrf" && li.Nested(infoSlaveData, vrf) {
		t, _ := vrf.U32(vrfPortTable)
		return t
	}
	return 0
}
