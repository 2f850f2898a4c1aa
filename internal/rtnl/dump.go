package rtnl

import (
	"golang.org/x/sys/unix"
)

// Interrupted is the notice that a dump may be inconsistent because the table
// changed meanwhile (NLM_F_DUMP_INTR). As in iproute2 the data stand and the
// notice goes to Options.Warn.
const Interrupted = "Dump was interrupted and may be inconsistent."

// Dump implements Conn.
func (c *Socket) Dump(r *Request, each func(*Msg) error) error {
	if err := c.send(r, unix.NLM_F_DUMP); err != nil {
		return &Transport{"Cannot send dump request", err}
	}
	m, interrupted := &c.msg, false
	c.unread = true
	for {
		b, err := c.receive(0)
		if err != nil {
			c.unread = false
			return receiveError(err)
		}
		for ok := true; len(b) > 0; {
			if b, ok = m.parse(b); !ok {
				break
			}
			if m.Seq != c.seq || m.Pid != c.pid {
				continue
			}
			interrupted = interrupted || m.Flags&unix.NLM_F_DUMP_INTR != 0
			switch m.Type {
			case unix.NLMSG_DONE:
				c.unread = false
				return c.dumpDone(m, interrupted)
			case unix.NLMSG_ERROR:
				if err, _ := verdict(m); err != nil {
					c.unread = false
					// iproute2 gives the errno alone here.
					err.Msg = ""
					return err
				}
				continue
			}
			if err := each(m); err == Stop {
				return nil
			} else if err != nil {
				return err
			}
		}
	}
}

// drain reads what a dump that was stopped has left: the kernel refuses a second
// one while the first is under way.
func (c *Socket) drain() {
	for c.unread {
		b, err := c.receive(0)
		c.unread = err == nil
		for ok := true; len(b) > 0; {
			if b, ok = c.msg.parse(b); !ok {
				break
			}
			if c.msg.Type == unix.NLMSG_DONE || c.msg.Type == unix.NLMSG_ERROR {
				c.unread = false
			}
		}
	}
}

// dumpDone ends a dump.
func (c *Socket) dumpDone(m *Msg, interrupted bool) error {
	err, warning := doneVerdict(m)
	if err != nil {
		return err
	}
	c.warning(warning)
	if interrupted {
		c.warn(Interrupted)
	}
	return nil
}

// warning passes on a text that came with a success.
func (c *Socket) warning(msg string) {
	if msg != "" {
		c.warn(sentence("Warning: ", msg))
	}
}

// Do implements Conn.
func (c *Socket) Do(r *Request, each func(*Msg) error) error {
	return c.talk(r, unix.NLM_F_ACK, each)
}

// Get implements Conn.
func (c *Socket) Get(r *Request, each func(*Msg) error) error {
	return c.talk(r, 0, each)
}

// talk sends one request and reads until its acknowledgement, or, without
// NLM_F_ACK, until the first message that answers it.
func (c *Socket) talk(r *Request, flags uint16, each func(*Msg) error) error {
	if err := c.send(r, flags); err != nil {
		return &Transport{"Cannot talk to rtnetlink", err}
	}
	m := &c.msg
	for {
		b, err := c.receive(0)
		if err != nil {
			return receiveError(err)
		}
		for ok := true; len(b) > 0; {
			if b, ok = m.parse(b); !ok {
				break
			}
			if m.Seq != c.seq || m.Pid != c.pid {
				continue
			}
			if m.Type == unix.NLMSG_ERROR {
				err, warning := verdict(m)
				if err != nil {
					return err
				}
				c.warning(warning)
				return nil
			}
			if each != nil {
				if err := each(m); err != nil && err != Stop {
					return err
				}
			}
			if flags&unix.NLM_F_ACK == 0 {
				return nil
			}
		}
	}
}
