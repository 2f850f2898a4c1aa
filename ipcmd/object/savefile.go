package object

import (
	"bufio"
	"errors"
	"io"
	"strconv"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
)

// What the objects write in front of the messages that they save.
const (
	MagicAddr  = 0x47361222
	MagicRoute = 0x45311224
	MagicRule  = 0x71706986
)

// maxSaved is the size of the longest message that is restored.
const maxSaved = 16384

// SaveTo starts a file of saved messages on stdout: it refuses a terminal.
func (c *Context) SaveTo(magic uint32) error {
	if c.Env.Terminal() {
		return Fail(StatusLocal, "Not sending a binary stream to stdout")
	}
	// With stdout closed the original writes into its own socket, and goes on.
	_, err := c.Env.Stdout.Direct().Write(native.AppendUint32(nil, magic))
	if err != nil && !errors.Is(err, unix.EBADF) {
		return Fail(StatusLocal, "Can't write magic to dump file")
	}
	return nil
}

// Saved reads a file of saved messages.
type Saved struct {
	file  io.Reader
	r     *bufio.Reader
	at    uint64 // how far r was read; all ones where file has no position
	first uint64 // where the messages begin
	buf   []byte
}

// RestoreFrom checks the beginning of what is on stdin; kind is "address",
// "route" or "rule".
func (c *Context) RestoreFrom(magic uint32, kind string) (*Saved, error) {
	if f, ok := c.Env.Stdin.(interface{ Fd() uintptr }); ok {
		if _, err := unix.IoctlGetTermios(int(f.Fd()), unix.TCGETS); err == nil {
			return nil, Fail(StatusUsage, "Can't restore "+kind+" dump from a terminal")
		}
	}
	s := MessagesOf(c.Env.Stdin)
	var head [4]byte
	n, _ := io.ReadFull(s.r, head[:])
	s.read(n)
	if got := native.Uint32(head[:]); got != magic {
		return nil, Fail(StatusUsage, "Magic mismatch ("+strconv.Itoa(n/4)+" elems, "+
			strconv.FormatUint(uint64(got), 16)+" magic)")
	}
	s.first = s.at
	return s, nil
}

// MessagesOf reads messages that nothing stands in front of, as
// `ip monitor file` does.
func MessagesOf(r io.Reader) *Saved {
	s := &Saved{file: r, r: bufio.NewReader(r), at: noPosition}
	if f, ok := r.(io.Seeker); ok {
		if pos, err := f.Seek(0, io.SeekCurrent); err == nil {
			s.at = uint64(pos)
		}
	}
	s.first = s.at
	return s
}

// noPosition is the position of a pipe.
const noPosition = ^uint64(0)

// Rewind goes back to the first message. A file that cannot is an error.
func (s *Saved) Rewind() error {
	f, ok := s.file.(io.Seeker)
	if !ok || s.first == noPosition {
		return unix.ESPIPE
	}
	if _, err := f.Seek(int64(s.first), io.SeekStart); err != nil {
		return err
	}
	s.r.Reset(s.file)
	s.at = s.first
	return nil
}

func (s *Saved) read(n int) {
	if s.at != noPosition {
		s.at += uint64(n)
	}
}

// Each hands the messages to f, in their order, until it returns an error. A
// file that is cut short or no file of messages is an error of status 255.
func (s *Saved) Each(f func(*rtnl.Msg) error) error {
	for {
		var head [unix.SizeofNlMsghdr]byte
		n, err := io.ReadFull(s.r, head[:])
		s.read(n)
		if n == 0 && err == io.EOF {
			return nil
		}
		if err != nil {
			return broken(err)
		}
		size := int(int32(native.Uint32(head[:])))
		if size < len(head) || size > maxSaved {
			return Fail(StatusUsage, "!!!malformed message: len="+strconv.Itoa(size)+
				" @"+strconv.FormatUint(s.at, 10))
		}
		s.buf = append(s.buf[:0], head[:]...)
		s.buf = append(s.buf, make([]byte, (size+3)&^3-len(head))...)
		n, err = io.ReadFull(s.r, s.buf[len(head):])
		s.read(n)
		if err != nil {
			return broken(err)
		}
		if err := f(&rtnl.Msg{
			Type:  native.Uint16(head[4:]),
			Flags: native.Uint16(head[6:]),
			Seq:   native.Uint32(head[8:]),
			Pid:   native.Uint32(head[12:]),
			NSID:  -1,
			Data:  s.buf[len(head):size],
			Raw:   s.buf[:size],
		}); err != nil {
			return err
		}
	}
}

// broken words the end of a file in the middle of a message.
func broken(err error) error {
	var errno unix.Errno
	if errors.As(err, &errno) {
		return Fail(StatusUsage, "rtnl_from_file: fread: "+rtnl.Strerror(errno))
	}
	return Fail(StatusUsage, "rtnl-from_file: truncated message")
}
