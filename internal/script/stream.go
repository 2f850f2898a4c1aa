package script

import (
	"errors"
	"io"
	"os"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// stream is a file that the script's output is redirected to, or another name for
// one of its streams.
type stream struct {
	w io.Writer
	// trace is where the trace of a command goes whose stderr this is; nil
	// means here. A shell traces before it redirects.
	trace io.Writer
	// A background job holds its streams beyond the end of the command that it
	// stands in.
	refs   atomic.Int32
	closer io.Closer
	// reword changes what the interpreter and the builtins write.
	reword func([]byte) []byte
}

func newStream(w io.Writer, closer io.Closer, trace io.Writer) *stream {
	s := &stream{w: under(w), closer: closer, trace: trace}
	s.refs.Store(1)
	return s
}

// rewording has texts changed on their way.
func (s *stream) rewording(reword func([]byte) []byte) *stream {
	s.reword = reword
	return s
}

// Write implements io.Writer.
func (s *stream) Write(p []byte) (int, error) {
	if s.reword != nil {
		if changed := s.reword(p); changed != nil {
			if _, err := s.w.Write(changed); err != nil {
				return 0, err
			}
			return len(p), nil
		}
	}
	return s.w.Write(p)
}

// Read implements io.Reader: what is read is never a stream.
func (s *stream) Read([]byte) (int, error) { return 0, errors.ErrUnsupported }

func (s *stream) hold() { s.refs.Add(1) }

// Close closes the file when nobody holds it any more.
func (s *stream) Close() error {
	if s.refs.Add(-1) > 0 || s.closer == nil {
		return nil
	}
	return s.closer.Close()
}

// under is the writer below, which a process can inherit if it is a file.
func under(w io.Writer) io.Writer {
	if s, ok := w.(*stream); ok {
		return s.w
	}
	return w
}

// traceTo is where the trace goes for a command with this stderr.
func traceTo(w io.Writer) io.Writer {
	if s, ok := w.(*stream); ok && s.trace != nil {
		return s.trace
	}
	return w
}

// duplicate is another descriptor of w, if it is a file.
func duplicate(w io.Writer) (*os.File, error) {
	f, ok := under(w).(*os.File)
	if !ok {
		return nil, nil
	}
	var fd int
	err := control(f, func(n uintptr) (err error) {
		fd, err = unix.FcntlInt(n, unix.F_DUPFD_CLOEXEC, 3)
		return err
	})
	if err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(fd), f.Name()), nil
}

// control calls fn with f's descriptor. f.Fd would make it blocking, for good.
func control(f *os.File, fn func(fd uintptr) error) error {
	raw, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var inner error
	if err := raw.Control(func(fd uintptr) { inner = fn(fd) }); err != nil {
		return err
	}
	return inner
}

// terminal tells whether w is a terminal.
func terminal(w io.Writer) bool {
	f, ok := under(w).(*os.File)
	return ok && control(f, func(fd uintptr) error {
		_, err := unix.IoctlGetTermios(int(fd), unix.TCGETS)
		return err
	}) == nil
}

// isTerminal is terminal, which is asked once about the script's own output.
func (s *shell) isTerminal(w io.Writer) bool {
	if under(w) == under(s.out) {
		return s.outIsTerminal
	}
	return terminal(w)
}

// readerGone tells whether w is a pipe that nobody reads any more.
func readerGone(w io.Writer) bool {
	f, ok := under(w).(*os.File)
	if !ok {
		return false
	}
	gone := false
	control(f, func(fd uintptr) error {
		polled := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLOUT}}
		n, err := unix.Poll(polled, 0)
		gone = err == nil && n == 1 && polled[0].Revents&unix.POLLERR != 0
		return nil
	})
	return gone
}
