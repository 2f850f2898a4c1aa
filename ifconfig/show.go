package ifconfig

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/hwtype"
	"github.com/nlbox/nlbox/internal/netdev"
	"github.com/nlbox/nlbox/internal/printer"
)

// showAll prints all interfaces, without -a those that are up. The first one
// that cannot be asked ends it.
func (c *call) showAll() error {
	c.title()
	defer c.end()
	conn, err := c.connection()
	if err != nil {
		return applet.Fail(statusFailed, err.Error())
	}
	s, err := readAll(conn)
	if err != nil {
		return applet.Fail(statusFailed, err.Error())
	}
	var l list
	known := c.haveTable()
	if known {
		s.names(&l)
	} else {
		s.labels(&l)
	}
	inet6 := c.inet6()
	var buf []byte
	for _, e := range l.entries {
		i, err := describe(s, e.name)
		if err != nil {
			c.unknown(e.name, err)
			return applet.Silent(statusFailed)
		}
		if i.flags&unix.IFF_UP == 0 && !c.options.all {
			continue
		}
		if !known {
			i.stats = nil
		}
		i.inet6 = inet6[e.name]
		buf = c.print(buf[:0], &i)
	}
	return nil
}

// showOne prints one interface, whether it is up or not.
func (c *call) showOne() error {
	c.title()
	defer c.end()
	if !c.haveTable() {
		return applet.Silent(statusFailed)
	}
	conn, err := c.connection()
	if err != nil {
		return applet.Fail(statusFailed, err.Error())
	}
	s, err := readOne(conn, c.name)
	if err != nil {
		c.unknown(c.name, err)
		return applet.Silent(statusFailed)
	}
	i, err := describe(s, c.name)
	if err != nil {
		c.unknown(c.name, err)
		return applet.Silent(statusFailed)
	}
	i.inet6 = c.inet6()[c.name]
	c.print(nil, &i)
	return nil
}

// inet6 are the IPv6 addresses, which the short form does without.
func (c *call) inet6() map[string][]inet6Address {
	if c.options.short && !c.options.json {
		return nil
	}
	return inet6Addresses()
}

func (c *call) title() {
	switch {
	case c.options.json:
		c.json = printer.New(c.env.Stdout, printer.Mode{JSON: true, Pretty: c.options.pretty})
		c.json.Open()
	case c.options.short:
		c.env.Stdout.WriteString("Iface      MTU    RX-OK RX-ERR RX-DRP RX-OVR    TX-OK TX-ERR TX-DRP TX-OVR Flg\n")
	}
}

// end closes the document that title has opened, if it is one of JSON.
func (c *call) end() {
	if c.json != nil {
		c.json.Close()
	}
}

// print prints an interface by way of buf, which it returns.
func (c *call) print(buf []byte, i *iface) []byte {
	if c.json != nil {
		jsonInterface(c.json, i)
		return buf
	}
	if c.options.short {
		buf = appendShort(buf, i)
	} else {
		c.lineParameters(i)
		buf = appendLong(buf, i)
	}
	c.env.Stdout.Write(buf)
	return buf
}

// haveTable tells whether the kernel has its table of devices, which the
// original reads; without it there is a warning.
func (c *call) haveTable() bool {
	err := netdev.CheckTable("dev")
	if err != nil {
		c.env.Warn("Warning: cannot open /proc/net/dev (" + reason(err) + "). Limited output.\n")
	}
	return err == nil
}

// unknown reports an interface that could not be asked.
func (c *call) unknown(name string, err error) {
	text := "Device not found"
	if errnoOf(err) != unix.ENODEV {
		text = reason(err)
	}
	c.env.Warn(name + ": error fetching interface information: " + text + "\n")
}

// iface is an interface as it is shown.
type iface struct {
	name     string
	flags    int16 // the ioctl has room for no more
	kind     uint16
	mtu      int32
	queue    int32
	hardware [hardwareSize]byte
	resource resource
	inet     *shown // nil for none
	inet6    []inet6Address
	stats    *[statsFields]uint64 // nil for an alias
	// outfill and keepalive are those of a serial line.
	outfill, keepalive int32
}

// hardwareSize is how much of a hardware address the original keeps. What it
// shows of longer ones are zeros.
const hardwareSize = 8

// describe puts together what is shown of an interface.
func describe(s *snapshot, name string) (i iface, err error) {
	d, err := s.device(name)
	if err != nil {
		return i, err
	}
	i = iface{
		name:     name,
		flags:    int16(d.flags),
		kind:     d.kind,
		mtu:      int32(d.mtu),
		queue:    int32(d.queue),
		resource: d.resource,
		inet:     s.shown(d.index, name),
	}
	copy(i.hardware[:], d.hardware)
	if d.name == name {
		i.stats = &d.stats
	}
	return i, nil
}

// The private requests of serial lines (linux/if_slip.h).
const (
	siocsKeepalive = unix.SIOCDEVPRIVATE
	siocgKeepalive = unix.SIOCDEVPRIVATE + 1
	siocsOutfill   = unix.SIOCDEVPRIVATE + 2
	siocgOutfill   = unix.SIOCDEVPRIVATE + 3
)

// lineParameters asks for what only serial lines have, by ioctl: their drivers
// answer to nothing else.
func (c *call) lineParameters(i *iface) {
	switch i.kind {
	case unix.ARPHRD_SLIP, unix.ARPHRD_CSLIP, unix.ARPHRD_SLIP6, unix.ARPHRD_CSLIP6, unix.ARPHRD_ADAPT:
		i.outfill = privateValue(i.name, siocgOutfill)
		i.keepalive = privateValue(i.name, siocgKeepalive)
	}
}

// privateValue asks for a number, 0 for a refusal.
func privateValue(name string, request uintptr) int32 {
	r := netdev.Named(name)
	if netdev.StructIoctl(unix.AF_INET, request, &r) != nil {
		return 0
	}
	return int32(native.Uint32(r[unix.IFNAMSIZ:]))
}

// hardwareType is the type that an interface is shown as.
func (i *iface) hardwareType() hwtype.Type {
	if h, ok := hwtype.ByKind(i.kind); ok {
		return h
	}
	return hwtype.Unspec()
}
