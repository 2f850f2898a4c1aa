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
	none := NameType{Name: "*"}
	ifr, err := unix.NewIfreq("")
	if err != nil {
		return none
	}
	ifr.SetUint32(uint32(index))
	if unix.IoctlIfreq(n.Fd, unix.SIOCGIFNAME, ifr) != nil {
		return none
	}
	d := NameType{Name: ifr.Name()}
	// The address begins with its family, which is the type.
	if unix.IoctlIfreq(n.Fd, unix.SIOCGIFHWADDR, ifr) == nil {
		d.Type = ifr.Uint16()
	}
	return d
}
