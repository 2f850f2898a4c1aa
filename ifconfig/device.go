package ifconfig

import (
	"strings"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/hwtype"
	"github.com/nlbox/nlbox/internal/netdev"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// link sets the MTU, the length of the queue or the name of the device.
func (c *call) link(s step) {
	what, set := "SIOCSIFMTU", func(r *rtnl.Request) unix.Errno {
		r.U32(unix.IFLA_MTU, uint32(format.Atoi(s.operand)))
		return 0
	}
	switch s.verb {
	case setQueue:
		what, set = "SIOCSIFTXQLEN", func(r *rtnl.Request) unix.Errno {
			v, _, _ := format.Strtoul(s.operand, 0)
			if int32(v) < 0 {
				return unix.EINVAL
			}
			r.U32(unix.IFLA_TXQLEN, uint32(v))
			return 0
		}
	case setName:
		what, set = "SIOCSIFNAME", func(r *rtnl.Request) unix.Errno {
			if s.operand == "" {
				return unix.EINVAL
			}
			r.Str(unix.IFLA_IFNAME, format.Cut(s.operand, unix.IFNAMSIZ-1))
			return 0
		}
	}
	if err := c.setLink(set); err != nil {
		c.refuse(what, err)
	}
}

// setLink changes the device with what set adds to the request. set may refuse
// what the kernel would refuse of the ioctl.
func (c *call) setLink(set func(*rtnl.Request) unix.Errno) error {
	s, err := c.device()
	if err != nil {
		return err
	}
	r := rtnl.NewRequest(unix.RTM_SETLINK, 0)
	r.Link(unix.AF_UNSPEC, 0, s.index, 0, 0)
	if errno := set(r); errno != 0 {
		return unlessForbidden(c.conn, errno)
	}
	return c.conn.Do(r, nil)
}

// device asks for the device to change.
func (c *call) device() (*device, error) {
	s, err := c.reachable(c.name, c.family.reach())
	if errnoOf(err) == unix.ENODEV {
		return nil, unlessForbidden(c.conn, unix.ENODEV)
	} else if err != nil {
		return nil, err
	}
	return &s.devices[0], nil
}

// private makes a request of serial lines, by ioctl: only their drivers know it.
func (c *call) private(what string, request uintptr, operand string) {
	err := c.family.reach()
	if err == nil {
		b := netdev.Named(c.name)
		native.PutUint64(b[unix.IFNAMSIZ:], uint64(format.Atoi(operand)))
		err = netdev.StructIoctl(unix.AF_INET, request, &b)
	}
	if err != nil {
		c.refuse(what, err)
	}
}

// resource sets what a card takes of the machine: the rest stays as it is.
func (c *call) resource(s step) {
	what := [...]string{setStart: "mem_start", setBase: "io_addr", setIRQ: "irq", setMedia: "port"}[s.verb]
	port := 0
	if s.verb == setMedia {
		if port = mediaPort(s.operand); port == -1 {
			c.complain("Unknown media type.")
			return
		}
	}
	found, err := c.reachable(c.name, c.family.reach())
	if err != nil {
		c.refuse(what+": SIOCGIFMAP", err)
		return
	}
	d := &found.devices[0]
	m := d.resource
	switch s.verb {
	case setStart:
		m.start, _, _ = format.Strtoul(s.operand, 0)
	case setBase:
		v, _, _ := format.Strtol(s.operand, 0)
		m.base = uint16(v)
	case setIRQ:
		m.irq = uint8(format.Atoi(s.operand))
	case setMedia:
		m.port = uint8(port)
	}
	r := rtnl.NewRequest(unix.RTM_SETLINK, 0)
	r.Link(unix.AF_UNSPEC, 0, d.index, 0, 0)
	r.Attr(unix.IFLA_MAP, m.bytes())
	if err := c.conn.Do(r, nil); err != nil {
		c.refuse(what+": SIOCSIFMAP", err)
	}
}

// bytes is a struct rtnl_link_ifmap.
func (r *resource) bytes() []byte {
	b := make([]byte, 0, resourceSize)
	b = native.AppendUint64(b, r.start)
	b = native.AppendUint64(b, r.end)
	b = native.AppendUint64(b, uint64(r.base))
	b = native.AppendUint16(b, uint16(r.irq))
	return append(b, r.dma, r.port)[:resourceSize]
}

// mediaPort is the number of a medium by its number or one of its names, -1 for
// none.
func mediaPort(word string) int {
	v, n, _ := format.Strtol(word, 10)
	if n == len(word) {
		return int(int32(v))
	}
	for i, names := range portNames() {
		for _, name := range names {
			if strings.EqualFold(name, word) {
				return i
			}
		}
	}
	return -1
}

// hardware sets the hardware address.
func (c *call) hardware(s step) error {
	h, ok := hwtype.ByName(s.kind)
	switch {
	case !ok:
		return misuse()
	case !h.Readable():
		c.complain("hw address type `" + s.kind + "' has no handler to set address. failed.")
		return nil
	case !s.has:
		return misuse()
	}
	word := format.Cut(s.operand, hostSize)
	if complaint, ok := h.Parse(word, &c.room); !ok {
		c.complain(complaint + word + ": invalid " + h.Name + " address.")
		return nil
	}
	if err := c.setHardware(h.Kind); err != nil {
		advice := ""
		if errnoOf(err) == unix.EBUSY {
			advice = " - you may need to down the interface"
		}
		c.complain("SIOCSIFHWADDR: " + reason(err) + advice)
	}
	return nil
}

// setHardware sets the address that is in the room. rtnetlink knows an address
// of the device's own type only; with another one it is an ioctl, whose refusal
// depends on the driver.
func (c *call) setHardware(kind uint16) error {
	d, err := c.device()
	if err != nil {
		return err
	}
	if d.kind != kind || len(d.hardware) > len(c.room) {
		b := netdev.Named(c.name)
		native.PutUint16(b[unix.IFNAMSIZ:], kind)
		copy(b[unix.IFNAMSIZ+2:], c.room[:])
		return netdev.StructIoctl(unix.AF_INET, unix.SIOCSIFHWADDR, &b)
	}
	return c.setLink(func(r *rtnl.Request) unix.Errno {
		r.Attr(unix.IFLA_ADDRESS, c.room[:len(d.hardware)])
		return 0
	})
}
