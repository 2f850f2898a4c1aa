package arp

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
)

// del deletes an entry: the one for the host if there is one, else the one that
// is published for it; pub and priv choose.
func (c *call) del(words []string) error {
	e := entry{flags: flagPermanent, device: c.device}
	if err := e.target(c.resolver, words); err != nil {
		return err
	}
	if c.options.chosen {
		e.kind = c.options.hardware.Kind
	}
	private, public := false, false
	for words = words[1:]; len(words) > 0; {
		c.say("args=" + words[0])
		used := 1
		var err error
		switch words[0] {
		case "pub":
			public = true
		case "priv":
			private = true
		default:
			used, err = e.modifier(c.resolver, words)
		}
		if err != nil {
			return err
		}
		words = words[used:]
	}
	if !private && !public {
		private, public = true, true
	}
	return c.delEntry(&e, private, public)
}

// delEntry asks the kernel for one deletion or the other.
func (c *call) delEntry(e *entry, private, public bool) error {
	conn, err := c.connection()
	if err != nil {
		return err
	}
	if private {
		c.say("arp: SIOCDARP(dontpub)")
		err := deleteEntry(conn, e)
		switch {
		case err == nil:
			return nil
		case !missing(err):
			return fail("SIOCDARP(dontpub): " + reason(err))
		case !public:
			return c.none(e)
		}
	}
	e.flags |= flagPublic
	c.say("arp: SIOCDARP(pub)")
	switch err := deleteEntry(conn, e); {
	case err == nil:
		return nil
	case missing(err):
		return c.none(e)
	default:
		return fail("SIOCDARP(pub): " + reason(err))
	}
}

// missing tells whether the kernel knows of no such entry.
func missing(err error) bool {
	errno := rtnl.Errno(err)
	return errno == unix.ENXIO || errno == unix.ENOENT
}

// none says on stdout that there is no entry.
func (c *call) none(e *entry) error {
	c.env.Stdout.WriteString("No ARP entry for " + e.host + "\n")
	return fail("")
}
