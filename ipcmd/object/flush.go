package object

import (
	"errors"
	"strconv"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
)

// flushSize is how many bytes of requests go to the kernel at once.
const flushSize = 4096 - 512

// Flush is one round of a flush: it gathers what a dump shows and has it
// deleted.
type Flush struct {
	// Gone is the errno that says that what was to go is gone already: it is
	// not an error. 0 for none.
	Gone unix.Errno

	del      uint16
	requests []*rtnl.Request
}

// NewFlush returns an empty round. del is the type of the requests
// (RTM_DELNEIGH).
func NewFlush(del uint16) *Flush { return &Flush{del: del} }

// Add takes up a message of the dump.
func (f *Flush) Add(m *rtnl.Msg) {
	r := rtnl.NewRequest(f.del, 0)
	r.Raw(m.Data)
	f.requests = append(f.requests, r)
}

// Len is how many messages the round has.
func (f *Flush) Len() int { return len(f.requests) }

// FlushError is the kernel's refusal of a round. Its details are not printed.
type FlushError struct {
	Errno unix.Errno
	// Early says that the refused requests were not the round's last: the
	// original sends the others in the course of the dump, which then ends
	// with "Flush terminated".
	Early bool
}

func (e *FlushError) Error() string {
	text := "Failed to send flush request: " + rtnl.Strerror(e.Errno)
	if e.Early {
		text += "\nFlush terminated"
	}
	return text
}

// Unwrap makes errors.Is(err, unix.EPERM) work.
func (e *FlushError) Unwrap() error { return e.Errno }

// Send sends the round and empties it. The error is a *FlushError, or one of
// the transport.
func (f *Flush) Send(conn rtnl.Conn) error {
	todo := f.requests
	f.requests = f.requests[:0]
	for len(todo) > 0 {
		n, size := 0, 0
		for n < len(todo) && (n == 0 || size+todo[n].Len() <= flushSize) {
			size += todo[n].Len()
			n++
		}
		err := SendAll(conn, todo[:n])
		todo = todo[n:]
		var refused *rtnl.Error
		if errors.As(err, &refused) {
			if f.Gone != 0 && refused.Errno == f.Gone {
				continue
			}
			return &FlushError{Errno: refused.Errno, Early: len(todo) > 0}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// SendAll sends requests at once where the connection can, and returns the first
// refusal.
func SendAll(conn rtnl.Conn, requests []*rtnl.Request) error {
	if p, ok := conn.(interface {
		Pipeline(*rtnl.Changes) ([]rtnl.Refusal, error)
	}); ok {
		refused, err := p.Pipeline(rtnl.NewChanges(requests))
		if len(refused) > 0 {
			return refused[0].Err
		}
		return err
	}
	for _, r := range requests {
		if err := conn.Do(r, nil); err != nil {
			return err
		}
	}
	return nil
}

// Rounds are the words of -stats for a flush of what (in the plural, like
// "entries").
type Rounds struct {
	c    *Context
	what string
	n    int
}

// NewRounds returns the counter of a flush.
func (c *Context) NewRounds(what string) *Rounds { return &Rounds{c: c, what: what} }

// N is the number of rounds so far.
func (r *Rounds) N() int { return r.n }

// Next counts a round, before it is sent.
func (r *Rounds) Next() { r.n++ }

// Sent reports a round that deleted so many.
func (r *Rounds) Sent(deleted int) {
	if r.c.Opt.Stats > 0 {
		r.c.Env.Stdout.WriteString("\n*** Round " + strconv.Itoa(r.n) + ", deleting " +
			strconv.Itoa(deleted) + " " + r.what + " ***\n")
	}
}

// Done reports that a round found nothing any more.
func (r *Rounds) Done() {
	if r.c.Opt.Stats == 0 {
		return
	}
	if r.n == 0 {
		r.c.Env.Stdout.WriteString("Nothing to flush.\n")
		return
	}
	text := "*** Flush is complete after " + strconv.Itoa(r.n) + " round"
	if r.n > 1 {
		text += "s"
	}
	r.c.Env.Stdout.WriteString(text + " ***\n")
}
