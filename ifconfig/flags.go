package ifconfig

import (
	"strings"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
)

// isAlias tells whether a name is that of an alias: an address with a label.
func isAlias(name string) bool { return strings.Contains(name, ":") }

// mark keeps in mind that a flag could not be set.
func (c *call) mark(ok bool) {
	if !ok {
		c.status = -1
	}
}

// setFlag sets flags of an interface, over the family's socket.
func (c *call) setFlag(name string, bits uint16) bool {
	return c.changeFlags(name, bits, 0, c.family.reach(), c.family.inet() && isAlias(name))
}

// clearFlag clears flags of an interface. For an alias it is family inet that
// does it, whatever the call's: the others would take the whole interface.
func (c *call) clearFlag(name string, bits uint16) bool {
	if isAlias(name) {
		return c.changeFlags(name, 0, bits, nil, true)
	}
	return c.changeFlags(name, 0, bits, c.family.reach(), false)
}

// testFlag tells whether a flag is set. ok is false, after a word about it,
// where the flags cannot be read.
func (c *call) testFlag(name string, bits uint16) (set, ok bool) {
	var reach error
	if !isAlias(name) {
		reach = c.family.reach()
	}
	s, err := c.reachable(name, reach)
	if err != nil {
		c.env.Warn(name + ": ERROR while testing interface flags: " + reason(err) + "\n")
		return false, false
	}
	// The sign of the 16 bits makes IFF_DYNAMIC look unset.
	return bits != unix.IFF_DYNAMIC && uint16(s.devices[0].flags)&bits != 0, true
}

// reachable asks for an interface, unless no ioctl can reach it.
func (c *call) reachable(name string, reach error) (*snapshot, error) {
	if reach != nil {
		return nil, reach
	}
	conn, err := c.connection()
	if err != nil {
		return nil, err
	}
	return readOne(conn, name)
}

// changeFlags is what setFlag and clearFlag have in common.
func (c *call) changeFlags(name string, set, clear uint16, reach error, alias bool) bool {
	s, err := c.reachable(name, reach)
	if err != nil {
		c.env.Warn(name + ": ERROR while getting interface flags: " + reason(err) + "\n")
		return false
	}
	flags := uint16(s.devices[0].flags)&^clear | set
	if alias {
		err = changeAlias(c.conn, s, name, flags)
	} else {
		err = changeDevice(c.conn, s.devices[0].index, flags)
	}
	if err != nil {
		c.env.Warn("SIOCSIFFLAGS: " + reason(err) + "\n")
	}
	return err == nil
}

// changeDevice sets the flags of a device. Those that the kernel keeps for
// itself it passes over, as it does with the ioctl.
func changeDevice(conn rtnl.Conn, index int32, flags uint16) error {
	r := rtnl.NewRequest(unix.RTM_SETLINK, 0)
	r.Link(unix.AF_UNSPEC, 0, index, uint32(flags), 0xffff)
	return conn.Do(r, nil)
}

// changeAlias sets the flags of an alias: it has none, and is deleted if it is
// not to be up (devinet_ioctl in net/ipv4/devinet.c).
func changeAlias(conn rtnl.Conn, s *snapshot, name string, flags uint16) error {
	a := s.address(s.devices[0].index, name)
	switch {
	case a == nil:
		return unlessForbidden(conn, unix.EADDRNOTAVAIL)
	case flags&unix.IFF_UP != 0:
		return unlessForbidden(conn, 0)
	}
	return deleteAddress(conn, a)
}

// unlessForbidden returns errno, which we know that the kernel would answer
// with, 0 for success, unless the caller may not change anything at all: that
// is what the kernel looks at first. It is asked with a message that is too
// short to do anything.
func unlessForbidden(conn rtnl.Conn, errno unix.Errno) error {
	r := rtnl.NewRequest(unix.RTM_NEWROUTE, 0)
	r.Gen(unix.AF_INET)
	if err := conn.Do(r, nil); rtnl.Errno(err) == unix.EPERM {
		return err
	}
	if errno == 0 {
		return nil
	}
	return errno
}
