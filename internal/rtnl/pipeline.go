package rtnl

import (
	"golang.org/x/sys/unix"
)

// Changes are requests laid out behind one another, for Pipeline. They can be
// used again after Reset, and then allocate nothing.
type Changes struct {
	b []byte
	n int
}

// NewChanges lays out requests.
func NewChanges(requests []*Request) *Changes {
	q := new(Changes)
	for _, r := range requests {
		q.Add(r)
	}
	return q
}

// Add appends a copy of a request.
func (q *Changes) Add(r *Request) {
	q.b = append(q.b, r.Bytes()...)
	for len(q.b)&3 != 0 {
		q.b = append(q.b, 0)
	}
	q.n++
}

// Len is the number of requests, Size that of their bytes.
func (q *Changes) Len() int  { return q.n }
func (q *Changes) Size() int { return len(q.b) }

// Reset drops the requests.
func (q *Changes) Reset() { q.b, q.n = q.b[:0], 0 }

// Each hands every request to f, until it returns an error.
func (q *Changes) Each(f func(*Request) error) error {
	var r Request
	for b := q.b; len(b) >= headerSize; {
		n := int(native.Uint32(b))
		r.b = b[:n:n]
		b = b[min(align(n), len(b)):]
		if err := f(&r); err != nil {
			return err
		}
	}
	return nil
}

// number gives the requests their sequence numbers.
func (q *Changes) number(c *Socket) {
	for b := q.b; len(b) >= headerSize; b = b[min(align(int(native.Uint32(b))), len(b)):] {
		c.seq++
		native.PutUint32(b[8:], c.seq)
		native.PutUint32(b[12:], 0)
	}
}

// Refusal is the kernel's answer to one request of a pipeline.
type Refusal struct {
	// Index is the request's place in the pipeline, from 0.
	Index int
	Err   *Error
}

// Pipeline sends many changes in one sendmsg. The requests are independent:
// the kernel goes on after one that fails. The errors come back in the order
// of the requests. When it returns an error of the transport, nothing was changed.
//
// No acknowledgement is asked for: rtnetlink handles a request inside the send,
// so that an error is already queued when the send returns. The queue is bounded
// (net.core.rmem_default and rmem_max): a hundred refusals have room in it.
func (c *Socket) Pipeline(q *Changes) ([]Refusal, error) {
	if q.n == 0 {
		return nil, nil
	}
	c.drain()
	first := c.seq + 1
	q.number(c)
	if err := c.sendBytes(q.b); err != nil {
		return nil, &Transport{"Cannot talk to rtnetlink", err}
	}
	var refused []Refusal
	err := c.answers(first, q.n, func(i int, err *Error) {
		refused = append(refused, Refusal{i, err})
	})
	return refused, err
}

// Change makes a change as Do does, but asks for no acknowledgement: the kernel
// answers a refusal only, which is there when the send returns. What it has to
// say to a success, a warning, is lost. It is for changes that take microseconds:
// routes and neighbours.
func (c *Socket) Change(r *Request) error {
	if err := c.send(r, 0); err != nil {
		return &Transport{"Cannot talk to rtnetlink", err}
	}
	var refusal *Error
	err := c.answers(c.seq, 1, func(_ int, err *Error) { refusal = err })
	if refusal != nil {
		return refusal
	}
	return err
}

// answers reads the refusals that are queued for n requests from the number
// first on.
func (c *Socket) answers(first uint32, n int, refused func(int, *Error)) error {
	m := &c.msg
	for {
		b, err := c.receive(unix.MSG_DONTWAIT)
		if err == unix.EAGAIN {
			return nil
		}
		if err != nil {
			return receiveError(err)
		}
		for ok := true; len(b) > 0; {
			if b, ok = m.parse(b); !ok {
				break
			}
			i := int(m.Seq - first)
			if m.Type != unix.NLMSG_ERROR || m.Pid != c.pid || i < 0 || i >= n {
				continue
			}
			err, warning := verdict(m)
			c.warning(warning)
			if err != nil {
				refused(i, err)
			}
		}
	}
}
