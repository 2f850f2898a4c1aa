package rtnl

import (
	"golang.org/x/sys/unix"
)

// Generic netlink (linux/genetlink.h): families that have a name, whose number
// the kernel chooses. Its sockets are opened with Options.Protocol
// NETLINK_GENERIC.

// GenericHeaderSize is the size of struct genlmsghdr, which stands before the
// attributes.
const GenericHeaderSize = 4

// NewGeneric starts a message of the family with a command.
func NewGeneric(family uint16, cmd, version uint8, flags uint16) *Request {
	r := NewRequest(family, flags)
	r.Body([]byte{cmd, version, 0, 0})
	return r
}

// Generic takes the header off the payload of a message of generic netlink.
func (m *Msg) Generic() (cmd uint8, attrs []byte, ok bool) {
	if len(m.Data) < GenericHeaderSize {
		return 0, nil, false
	}
	return m.Data[0], m.Data[GenericHeaderSize:], true
}

// GenericFamily asks for the number of the family called name. ENOENT means that
// the kernel has none.
func GenericFamily(c Conn, name string) (id uint16, err error) {
	r := NewGeneric(unix.GENL_ID_CTRL, unix.CTRL_CMD_GETFAMILY, 0, 0)
	r.Str(unix.CTRL_ATTR_FAMILY_NAME, name)
	err = c.Get(r, func(m *Msg) error {
		var tb [unix.CTRL_ATTR_FAMILY_ID + 1][]byte
		at := Attrs(tb[:])
		if _, attrs, ok := m.Generic(); ok {
			at.Parse(attrs)
		}
		id, _ = at.U16(unix.CTRL_ATTR_FAMILY_ID)
		return nil
	})
	return id, err
}

// Attributes of a multicast group in the description of a family.
const (
	groupName = 1 // CTRL_ATTR_MCAST_GRP_NAME
	groupID   = 2 // CTRL_ATTR_MCAST_GRP_ID
)

// GenericGroup asks for the number of a multicast group of the family called
// family, for Socket.Join. ENOENT means that the family has none of the name.
func GenericGroup(c Conn, family, group string) (id uint32, err error) {
	r := NewGeneric(unix.GENL_ID_CTRL, unix.CTRL_CMD_GETFAMILY, 0, 0)
	r.Str(unix.CTRL_ATTR_FAMILY_NAME, family)
	found := false
	err = c.Get(r, func(m *Msg) error {
		var tb [unix.CTRL_ATTR_MCAST_GROUPS + 1][]byte
		at := Attrs(tb[:])
		if _, attrs, ok := m.Generic(); ok {
			at.Parse(attrs)
		}
		for _, b := range All(at.Get(unix.CTRL_ATTR_MCAST_GROUPS)) {
			var sub [groupID + 1][]byte
			one := Attrs(sub[:])
			one.Parse(b)
			if name, _ := one.Bytes(groupName); string(name) == group && !found {
				id, found = one.U32(groupID)
			}
		}
		return nil
	})
	if err == nil && !found {
		err = unix.ENOENT
	}
	return id, err
}
