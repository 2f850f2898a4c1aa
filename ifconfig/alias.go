package ifconfig

import (
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
)

// alias adds or deletes an IPv4 address: an alias of the interface that has it
// is brought up or taken away. Where there is none a new one is made, for del
// too, as the original does. What fails about it does not count.
func (c *call) alias(s step) {
	host := format.Cut(s.operand, hostSize)
	p, complaint := inputInet(c, host)
	if !p.ok {
		if c.family.ownWords() {
			complaint = host + ": " + c.said
		}
		c.complain(complaint)
		return
	}
	if c.list == nil && !c.haveTable() {
		c.complain("Interface " + c.name + " not initialized")
		return
	}
	conn, err := c.connection()
	if err != nil {
		c.complain(err.Error())
		return
	}
	now, err := readAll(conn)
	if err != nil {
		c.complain(reason(err))
		return
	}
	first := c.list == nil
	if first {
		c.list = &list{}
	}
	parent := c.list.add(c.name)
	c.fetch(now, parent)
	if first {
		now.names(c.list)
	}
	free, done := c.useAlias(now, p.inet, s.verb == addAddress)
	if !done && free < aliases {
		c.newAlias(c.name+":"+strconv.Itoa(free), p.inet, parent)
	}
}

// fetch brings an entry up to date, or says why it cannot be.
func (c *call) fetch(now *snapshot, e *entry) bool {
	err := c.family.reach()
	if err == nil {
		var d *device
		if d, err = now.device(e.name); err == nil {
			e.remember(now.shown(d.index, e.name))
			return true
		}
	}
	c.unknown(e.name, err)
	return false
}

// aliases is how many aliases of an interface there can be.
const aliases = 256

// useAlias looks for an alias with the address and, if there is one, brings it
// up or takes it away. Else free is the first number that no alias has.
func (c *call) useAlias(now *snapshot, a [4]byte, up bool) (free int, done bool) {
	var taken [aliases + 1]bool
	for _, e := range c.list.entries {
		if !c.fetch(now, e) || !strings.HasPrefix(e.name, c.name) {
			continue
		}
		_, number, ok := strings.Cut(e.name, ":")
		if !ok || strings.Contains(number, "-") {
			continue
		}
		// At a number beyond the original aborts.
		if i := format.Atoi(number); i >= 0 && i < aliases {
			taken[i] = true
		}
		switch {
		case e.peer != a:
			continue
		case up:
			c.setFlag(e.name, unix.IFF_UP|unix.IFF_RUNNING)
		default:
			c.clearFlag(e.name, unix.IFF_UP)
		}
		return 0, true
	}
	for taken[free] {
		free++
	}
	return free, false
}

// newAlias makes an alias with the netmask and the broadcast address of its
// parent.
func (c *call) newAlias(name string, a [4]byte, parent *entry) {
	if len(name) > unix.IFNAMSIZ {
		return
	}
	name = format.Cut(name, unix.IFNAMSIZ-1)
	for _, r := range [...]struct {
		ioctl string
		value [4]byte
	}{{setsAddress, a}, {setsMask, parent.mask}, {setsBroadcast, parent.brd}} {
		if c.inetIoctl(name, r.ioctl, r.value) != nil {
			return
		}
	}
	c.setFlag(name, unix.IFF_BROADCAST)
}
