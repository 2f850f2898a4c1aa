package arp

import (
	"github.com/nlbox/nlbox/internal/netdev"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// set adds an entry.
func (c *call) set(words []string) error {
	e := entry{flags: flagPermanent | flagComplete, device: c.device}
	if err := e.target(c.resolver, words); err != nil {
		return err
	}
	words = words[1:]
	if len(words) == 0 {
		return fail("arp: need hardware address")
	}
	if err := c.hardwareOf(&e, words[0]); err != nil {
		return err
	}
	for words = words[1:]; len(words) > 0; {
		used := 1
		var err error
		switch words[0] {
		case "pub":
			e.flags |= flagPublic
		case "priv":
			e.flags &^= flagPublic
		default:
			used, err = e.modifier(c.resolver, words)
			c.device = e.device
		}
		if err != nil {
			return err
		}
		words = words[used:]
	}
	c.say("arp: SIOCSARP()")
	conn, err := c.connection()
	if err != nil {
		return err
	}
	if err := setEntry(conn, &e); err != nil {
		return fail("SIOCSARP: " + reason(err))
	}
	return nil
}

// hardwareOf reads the hardware address, or takes that of a device.
func (c *call) hardwareOf(e *entry, word string) error {
	if !c.options.useDevice {
		return e.hardwareWord(c.options.hardware, word)
	}
	conn, err := c.connection()
	if err != nil {
		return err
	}
	dev, err := netdev.ByName(conn, word)
	if err != nil {
		return fail("arp: cant get HW-Address for `" + word + "': " + reason(err) + ".")
	}
	if c.options.chosen && dev.Type != c.options.hardware.Kind {
		return fail("arp: protocol type mismatch.")
	}
	e.kind = dev.Type
	copy(e.hardware[:], dev.Addr)
	name, text := describe(e.kind, e.hardware)
	c.say("arp: device `" + word + "' has HW address " + name + " `" + text + "'.")
	return nil
}

// reason is strerror(3) of what the kernel answered.
func reason(err error) string {
	if errno := rtnl.Errno(err); errno != 0 {
		return rtnl.Strerror(errno)
	}
	return err.Error()
}
