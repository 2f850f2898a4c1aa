package rtnl

import (
	"golang.org/x/sys/unix"
)

// Refusal is the kernel's answer to one request of a pipeline.
type Refusal struct {
	// Index is the request's place in the pipeline, from 0.
	Index int
	Err   *Error
}

// Pipeline sends many changes in one sendmsg. The requests are independent:
// the kernel goes on after one that fails. The errors come back in the order
// of the requests.
//
// No acknowledgement is asked for: rtnetlink handles a request inside the send,
// so that an error is already queued when the send returns.
func (c *Socket) Pipeline(requests []*Request) ([]Refusal, error) {
	if len(requests) == 0 {
		return nil, nil
	}
	c.drain()
	first := c.seq + 1
	var out []byte
	for _, r := range requests {
		b := r.Bytes()
		c.seq++
		native.PutUint32(b[8:], c.seq)
		native.PutUint32(b[12:], 0)
		out = append(out, b...)
		for len(out)&3 != 0 {
			out = append(out, 0)
		}
	}
	if err := c.sendRaw(out); err != nil {
		return nil, &Transport{"Cannot talk to rtnetlink", err}
	}
	var refused []Refusal
	for {
		b, err := c.receive(unix.MSG_DONTWAIT)
		if err == unix.EAGAIN {
			return refused, nil
		}
		if err != nil {
			return refused, receiveError(err)
		}
		m := &c.msg
		for ok := true; len(b) > 0; {
			if b, ok = m.parse(b); !ok {
				break
			}
			i := int(m.Seq - first)
			if m.Type != unix.NLMSG_ERROR || m.Pid != c.pid || i < 0 || i >= len(requests) {
				continue
			}
			err, warning := verdict(m)
			c.warning(warning)
			if err != nil {
				refused = append(refused, Refusal{i, err})
			}
		}
	}
}
