package netdev

import (
	"golang.org/x/sys/unix"
)

// Names are the names and types of devices by their index, asked for when they
// are first needed. In the midst of a dump they are asked by ioctl, on the
// dump's own socket.
type Names struct {
	// Fd is any socket of the namespace.
	Fd    int
	known map[int32]NameType
	// last is the device of index at, which most of a dump's records share.
	last NameType
	at   int32
}

// NameType is a device's name and ARPHRD_* type.
type NameType struct {
	Name string
	Type uint16
}

// Get returns what is known of a device; one that is gone has the name "*".
func (n *Names) Get(index int32) NameType {
	if index == n.at && index != 0 {
		return n.last
	}
	d, ok := n.known[index]
	if !ok {
		if n.known == nil {
			n.known = make(map[int32]NameType)
		}
		d = n.ask(index)
		n.known[index] = d
	}
	n.last, n.at = d, index
	return d
}

func (n *Names) ask(index int32) NameType {
	var r unix.Ifreq
	if !named(n.Fd, index, &r) {
		return NameType{Name: "*"}
	}
	return NameType{Name: r.Name(), Type: hardware(n.Fd, &r)}
}

// Description is what the ioctls tell of a device.
type Description struct {
	Name string
	// Type is the hardware type, ARPHRD_*.
	Type uint16
	// Flags are the lower 16 of the IFF_* bits.
	Flags uint16
}

// Describe asks for a device on any socket of its namespace, which may be in the
// midst of a dump. ok is false when there is none.
func Describe(fd int, index int32) (d Description, ok bool) {
	var r unix.Ifreq
	if !named(fd, index, &r) {
		return Description{}, false
	}
	d = Description{Name: r.Name(), Type: hardware(fd, &r)}
	if unix.IoctlIfreq(fd, unix.SIOCGIFFLAGS, &r) == nil {
		d.Flags = r.Uint16()
	}
	return d, true
}

// NameOf asks for a device's name alone.
func NameOf(fd int, index int32) (name string, ok bool) {
	var r unix.Ifreq
	if !named(fd, index, &r) {
		return "", false
	}
	return r.Name(), true
}

// named puts the name of a device into r.
func named(fd int, index int32, r *unix.Ifreq) bool {
	r.SetUint32(uint32(index))
	return unix.IoctlIfreq(fd, unix.SIOCGIFNAME, r) == nil
}

// hardware is the type of the device that r names: its address begins with the
// family, which is the type.
func hardware(fd int, r *unix.Ifreq) uint16 {
	if unix.IoctlIfreq(fd, unix.SIOCGIFHWADDR, r) != nil {
		return 0
	}
	return r.Uint16()
}
