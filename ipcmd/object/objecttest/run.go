package objecttest

import (
	"bytes"
	"io"
	"strings"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// noFiles is no directory: names are the built-in ones.
const noFiles = "/nonexistent/nlbox"

// Run is one run of ip.
type Run struct {
	*object.Context
	// Replay has the requests that were sent.
	Replay   *rtnl.Replay
	out, err bytes.Buffer
}

// New returns a run over the messages of stream, without name files and without
// network namespaces.
func New(stream []byte) *Run {
	r := &Run{Replay: rtnl.NewReplay(stream)}
	r.Context = &object.Context{
		Env:  &applet.Env{Stdin: strings.NewReader(""), Stdout: applet.NewOutput(&r.out), Stderr: &r.err},
		Dial: func() (rtnl.Conn, error) { return r.Replay, nil },
	}
	r.Names().Dir, r.Names().Protocols = noFiles, noFiles
	return r
}

// Main runs an object with the words of a line and returns its status, and what
// it said to stderr, its last words among it.
func (r *Run) Main(main object.Main, line string) (status int, stderr string) {
	status, text := applet.Status(main(r.Context, strings.Fields(line)))
	if text != "" {
		r.err.WriteString(text + "\n")
	}
	return status, r.err.String()
}

// Output is what was printed to stdout.
func (r *Run) Output() string {
	r.Env.Stdout.Flush()
	return r.out.String()
}

// Sent is the payload of the n-th request, nil if there were fewer.
func (r *Run) Sent(n int) []byte {
	if n >= len(r.Replay.Sent) {
		return nil
	}
	return r.Replay.Sent[n][16:] // behind struct nlmsghdr
}

// Message builds a message of the type from a header and attributes.
func Message(typ uint16, header []byte, attrs func(*rtnl.Request)) []byte {
	q := rtnl.NewRequest(typ, 0)
	q.Body(header)
	if attrs != nil {
		attrs(q)
	}
	return append([]byte(nil), q.Bytes()...)
}

// Msg is the message at the beginning of b.
func Msg(b []byte) *rtnl.Msg {
	var found *rtnl.Msg
	rtnl.NewReplay(b).Each(func(m *rtnl.Msg) error {
		found = m
		return rtnl.Stop
	})
	return found
}

// Discard is a run whose output goes nowhere, for fuzzing.
func Discard(stream []byte) *Run {
	r := New(stream)
	r.Env.Stdout, r.Env.Stderr = applet.NewOutput(io.Discard), io.Discard
	return r
}
