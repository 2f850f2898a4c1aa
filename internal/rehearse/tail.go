package rehearse

import (
	"bytes"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// tailSize is how many bytes of the scripts' output are kept.
const tailSize = 64 << 10

// tail is a pipe, and the end of what was written to it.
type tail struct {
	// input is for the scripts.
	input  *os.File
	output *os.File
	over   chan struct{} // closed when nobody reads any more
	kept   []byte
	cut    int64 // bytes that were dropped
}

func newTail() (*tail, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	t := &tail{input: w, output: r, over: make(chan struct{})}
	go t.read()
	return t, nil
}

func (t *tail) read() {
	defer close(t.over)
	chunk := make([]byte, 32<<10)
	for {
		n, err := t.output.Read(chunk)
		t.keep(chunk[:n])
		if err != nil {
			return
		}
	}
}

// keep adds to what is kept, of which there is never more than twice the size.
func (t *tail) keep(text []byte) {
	if n := len(text) - tailSize; n > 0 {
		t.drop(len(t.kept))
		t.cut, text = t.cut+int64(n), text[n:]
	}
	if len(t.kept)+len(text) > 2*tailSize {
		t.drop(len(t.kept) - tailSize)
	}
	t.kept = append(t.kept, text...)
}

func (t *tail) drop(n int) {
	t.cut += int64(n)
	t.kept = t.kept[:copy(t.kept, t.kept[n:])]
}

// end returns the last lines that were written up to now, and how many bytes came
// before them. What a process writes that goes on is not waited for.
func (t *tail) end() (text []byte, cut int64) {
	t.input.Close()
	t.output.SetReadDeadline(time.Now())
	<-t.over
	t.rest()
	if n := len(t.kept) - tailSize; n > 0 {
		t.drop(n)
	}
	if line := bytes.IndexByte(t.kept, '\n'); t.cut > 0 && line >= 0 {
		t.drop(line + 1)
	}
	return t.kept, t.cut
}

// rest reads what is still in the pipe: no more than it holds, since somebody may
// go on writing.
func (t *tail) rest() {
	raw, err := t.output.SyscallConn()
	if err != nil {
		return
	}
	raw.Control(func(fd uintptr) {
		size, err := unix.FcntlInt(fd, unix.F_GETPIPE_SZ, 0)
		if err != nil {
			return
		}
		chunk := make([]byte, size)
		for read := 0; read < size; {
			n, err := unix.Read(int(fd), chunk[:size-read])
			if err == unix.EINTR {
				continue
			}
			if n <= 0 {
				return // the pipe does not block: it is empty, or nobody writes
			}
			t.keep(chunk[:n])
			read += n
		}
	})
}

// close gives the pipe back.
func (t *tail) close() {
	t.input.Close()
	t.output.Close()
	<-t.over
}
