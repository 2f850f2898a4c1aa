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
	peek := r.Type() == unix.RTM_GETLINK
	interrupted := false
	for {
		b, err := c.receive(peek, 0)
		if err != nil {
			return receiveError(err)
		}
		for len(b) > 0 {
			m, rest, ok := parseMsg(b)
			if !ok {
				break
			}
			b = rest
			if m.Seq != c.seq || m.Pid != c.pid {
				continue
			}
			interrupted = interrupted || m.Flags&unix.NLM_F_DUMP_INTR != 0
			switch m.Type {
			case unix.NLMSG_DONE:
				return c.dumpDone(&m, interrupted)
			case unix.NLMSG_ERROR:
				if err, _ := verdict(&m); err != nil {
					// iproute2 gives the errno alone here.
					err.Msg = ""
					return err
				}
				continue
			}
			c.msg = m
			if err := each(&c.msg); err == Stop {
				return nil
			} else if err != nil {
				return err
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
	for {
		b, err := c.receive(true, 0)
		if err != nil {
			return receiveError(err)
		}
		for len(b) > 0 {
			m, rest, ok := parseMsg(b)
			if !ok {
				break
			}
			b = rest
			if m.Seq != c.seq || m.Pid != c.pid {
				continue
			}
			if m.Type == unix.NLMSG_ERROR {
				err, warning := verdict(&m)
				if err != nil {
					return err
				}
				c.warning(warning)
				return nil
			}
			c.msg = m
			if each != nil {
				if err := each(&c.msg); err != nil && err != Stop {
					return err
				}
			}
			if flags&unix.NLM_F_ACK == 0 {
				return nil
			}
		}
	}
}
