package ifconfig

import (
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/format"
)

// change carries out the words behind the interface's name.
func (c *call) change(words []string) error {
	if f, ok := findFamily(words[0]); ok {
		c.family, words = f, words[1:]
	} else if strings.Contains(words[0], ",") {
		c.env.Warn("Please don't supply more than one address family.\n")
	}
	for len(words) > 0 {
		s, rest, ok := nextStep(words)
		if !ok {
			return misuse()
		}
		if err := c.do(s); err != nil {
			return err
		}
		words = rest
	}
	if c.mask != nil {
		c.inet(setsMask, *c.mask)
	}
	return c.outcome()
}

// outcome is the exit status: the low eight bits of what the original returns.
func (c *call) outcome() error {
	if c.status == 0 {
		return nil
	}
	if c.options.verbose {
		c.env.Warn("WARNING: at least one error occured. (" + strconv.Itoa(c.status) + ")\n")
	}
	return applet.Silent(c.status & 0xff)
}

// do carries out one step. It returns an error only to end the call.
func (c *call) do(s step) error {
	switch s.verb {
	case setAddress:
		return c.address(s.operand)
	case setFlag:
		c.flagWord(s.flag)
	case setBroadcast, setPeer, setPointToPoint, setNetmask:
		return c.endpoint(s)
	case setMTU, setQueue, setName:
		c.link(s)
	case setKeepalive:
		c.private("SIOCSKEEPALIVE", siocsKeepalive, s.operand)
	case setOutfill:
		c.private("SIOCSOUTFILL", siocsOutfill, s.operand)
	case setStart, setBase, setIRQ, setMedia:
		c.resource(s)
	case setHardware:
		return c.hardware(s)
	case setTunnel:
		return c.tunnel(s.operand)
	case addAddress, delAddress:
		if strings.Contains(s.operand, ":") {
			return c.changeInet6(s)
		}
		c.alias(s)
	}
	return nil
}

// flagWord sets or clears a flag.
func (c *call) flagWord(f flagWord) {
	if f.set {
		c.mark(c.setFlag(c.name, f.bits))
		return
	}
	c.mark(c.clearFlag(c.name, f.bits))
	if f.still == "" {
		return
	}
	if set, ok := c.testFlag(c.name, f.bits); ok && set {
		c.env.Warn("Warning: Interface " + c.name + " still in " + f.still + "\n")
	}
}

// input reads an address of the call's family; what was wrong with it is said,
// with the line otherwise where the family has no words of its own.
func (c *call) input(word, otherwise string) (p parsed, ok bool) {
	p, complaint := c.family.input(c, word)
	if p.ok {
		return p, true
	}
	if p.word != "" {
		word = p.word
	}
	if complaint == "" {
		complaint = strings.Replace(otherwise, "%s", word, 1)
	}
	c.complain(complaint)
	return p, false
}

// address sets the address of the interface, and brings it up.
func (c *call) address(word string) error {
	word = format.Cut(word, hostSize)
	if c.family.inet() {
		var err error
		if word, err = c.prefixLength(word); err != nil {
			return err
		}
	}
	if c.family.input == nil {
		return c.noAddress()
	}
	p, ok := c.input(word, "ifconfig: error resolving '%s' to set address for af="+c.family.name)
	if !ok {
		return applet.Fail(statusFailed, helpHint)
	}
	switch c.family.number {
	case unix.AF_INET:
	case unix.AF_ECONET:
		return applet.Fail(statusFailed, "No support for ECONET on this system.")
	default:
		return applet.Fail(statusFailed, "Don't know how to set addresses for family "+strconv.Itoa(c.family.number)+".")
	}
	c.inet(setsAddress, p.inet)
	if bringsUp(c.name, p.inet) {
		c.mark(c.setFlag(c.name, unix.IFF_UP|unix.IFF_RUNNING))
	}
	return nil
}

// noAddress ends a call that has an address for a family without any. (With
// some words the original crashes instead.)
func (c *call) noAddress() error {
	return applet.Fail(statusFailed, "ifconfig: Cannot set address for this protocol family.")
}

// prefixLength takes a length behind a slash off an address and keeps the
// netmask that it means. Only the low five bits count, so that 32 is 0.
func (c *call) prefixLength(word string) (host string, err error) {
	host, length, ok := strings.Cut(word, "/")
	if !ok {
		return word, nil
	}
	v, n, _ := format.Strtoul(length, 0)
	if n != len(length) || c.masked {
		return "", misuse()
	}
	m := (&address{bits: uint8(v & 31)}).mask()
	c.mask = &m
	return host, nil
}

// bringsUp tells whether an interface comes up with its address: not an alias
// that the address or a dash at the end of its name deletes.
func bringsUp(name string, a [4]byte) bool {
	return !strings.Contains(name, ":") || !strings.HasSuffix(name, "-") && a != [4]byte{}
}

// endpoint sets the broadcast address, that of the other end, or the netmask.
func (c *call) endpoint(s step) error {
	what, ioctl, flag := "netmask", setsMask, uint16(0)
	switch s.verb {
	case setBroadcast:
		what, ioctl, flag = "broadcast", setsBroadcast, unix.IFF_BROADCAST
	case setPeer:
		what, ioctl = "dstaddr", setsPeer
	case setPointToPoint:
		what, ioctl, flag = "pointopoint", setsPeer, unix.IFF_POINTOPOINT
	}
	if s.verb == setNetmask && c.masked {
		return misuse()
	}
	if s.has {
		if c.family.input == nil {
			return c.noAddress()
		}
		host := format.Cut(s.operand, hostSize)
		p, ok := c.input(host, "ifconfig: Error resolving '%s' for "+what)
		if !ok {
			return nil
		}
		if s.verb == setPointToPoint && p.network {
			// Here alone a network is no address.
			c.complain(p.unfit)
			return nil
		}
		c.masked = c.masked || s.verb == setNetmask
		c.inet(ioctl, p.inet)
	}
	if flag != 0 {
		c.mark(c.setFlag(c.name, flag))
	}
	return nil
}
