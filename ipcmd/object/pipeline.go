package object

import (
	"errors"
	"strconv"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// ChangeRequest starts the request of the one change that a command makes. The
// room for it is the run's: it is good until the next call.
func (c *Context) ChangeRequest(typ, flags uint16) *rtnl.Request {
	if c.request == nil {
		c.request = rtnl.NewRequest(typ, flags)
	} else {
		c.request.Reset(typ, flags)
	}
	return c.request
}

// Change makes a change that the kernel answers with nothing but a refusal, as
// that of a route or a neighbour. In a batch no acknowledgement is asked for.
func (c *Context) Change(r *rtnl.Request) error {
	conn, err := c.Conn()
	if err != nil {
		return err
	}
	if s, ok := conn.(*rtnl.Socket); ok && c.Batch {
		return Kernel(s.Change(r))
	}
	return Kernel(conn.Do(r, nil))
}

// ChangeLater is Change for one that no later line looks at but through the
// kernel, and whose refusal does not end a batch. With -force, which goes on
// after a refusal anyhow, such changes are gathered and sent together; the
// refusals are reported as if each had come at its line.
//
// They are sent before anything else is asked, changed or said: by Conn, by
// Warn, by every line that is not known to do without (see RunBatch), and before
// the batch waits for its next line.
func (c *Context) ChangeLater(r *rtnl.Request) error {
	p := c.pipe
	if p == nil {
		return c.Change(r)
	}
	if p.changes.Len() == maxPipe || p.changes.Size()+r.Len() > maxPipeSize {
		c.settle()
	}
	p.lines[p.changes.Len()] = p.line
	p.changes.Add(r)
	return nil
}

// Bounds of a pipeline: its refusals have to find room in the socket's receive
// buffer, which is some 200 KB where the system allows no more and takes one to
// two KB for each.
const (
	maxPipe     = 96
	maxPipeSize = 12 << 10
)

// pipe holds the changes that wait.
type pipe struct {
	changes rtnl.Changes
	lines   [maxPipe]int
	// line is the number of the current line, name the batch's.
	line   int
	name   string
	failed bool
}

// newPipe returns the pipe of a batch, nil for none: without -force no line may
// run after one that failed, and a receive buffer of the user's choice may be
// too small.
func (c *Context) newPipe(name string) *pipe {
	if !c.Opt.Force || c.Opt.RcvBuf != 0 || c.Dial != nil {
		return nil
	}
	return &pipe{name: name}
}

// settle sends the changes that wait and reports those that were refused.
func (c *Context) settle() {
	p := c.pipe
	if p == nil || p.changes.Len() == 0 {
		return
	}
	// Whatever asks for a connection from here on finds nothing waiting.
	c.pipe = nil
	defer func() {
		p.changes.Reset()
		c.pipe = p
	}()
	conn, err := c.Conn()
	if s, ok := conn.(*rtnl.Socket); ok {
		refused, failure := s.Pipeline(&p.changes)
		for i := range refused {
			c.refused(p, refused[i].Index, refused[i].Err)
		}
		if err = failure; err == nil {
			return
		}
	}
	c.one(p, err)
}

// one is settle where nothing could be sent at once.
func (c *Context) one(p *pipe, err error) {
	i := 0
	p.changes.Each(func(r *rtnl.Request) error {
		if conn, e := c.Conn(); e == nil {
			err = conn.Do(r, nil)
		}
		if err != nil {
			c.refused(p, i, err)
		}
		i++
		return nil
	})
}

// refused reports a line of the batch that failed.
func (c *Context) refused(p *pipe, index int, err error) {
	c.failedLine(p.name, p.lines[index], Kernel(err))
	p.failed = true
}

// failedLine says why a line failed, and which.
func (c *Context) failedLine(name string, number int, err error) {
	c.Env.Report(err)
	which := "Command failed " + name + ":" + strconv.Itoa(number)
	c.Warn(which)
	if errors.Is(err, errInChild) {
		c.Warn(which)
	}
}

// errInChild is in the error of a line whose child failed.
var errInChild = errors.New("failed in the child")

// InChild marks the error of a line for which the original forks, where the
// child comes back from what failed: it names the line as its parent does, and
// ends. (With -force it would go on beside its parent; ours does not.)
func InChild(err error) error {
	var e *applet.Exit
	if !errors.As(err, &e) {
		return err
	}
	marked := *e
	marked.Err = errors.Join(errInChild, e.Err)
	return &marked
}
