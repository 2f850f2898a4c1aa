package netdev

import (
	"bufio"
	"io"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
)

// Table is a table that the kernel writes as text under /proc/net.
type Table struct {
	file  procFile
	lines *bufio.Reader
}

// CheckTable tells whether there is such a table: for those who read what is in
// it from the kernel itself, faster, but are to fail without it.
func CheckTable(name string) error {
	fd, err := unix.Open("/proc/thread-self/net/"+name, unix.O_PATH|unix.O_CLOEXEC, 0)
	if err == nil {
		unix.Close(fd)
	}
	return err
}

// OpenTable opens a table of the calling thread's network namespace. (What
// /proc/net leads to is that of the process's first thread.)
func OpenTable(name string) (*Table, error) {
	fd, err := unix.Open("/proc/thread-self/net/"+name, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	return &Table{procFile(fd), bufio.NewReader(procFile(fd))}, nil
}

// Line returns the next line with its newline; ok is false at the end. The
// bytes are good until the next call. A line of more than 4096 bytes comes in
// parts.
func (t *Table) Line() (line []byte, ok bool) {
	line, _ = t.lines.ReadSlice('\n')
	return line, len(line) > 0
}

// Close closes the table.
func (t *Table) Close() { unix.Close(int(t.file)) }

// ReadFile returns the bytes of a file. One that can be opened but not read,
// such as a directory, is empty.
func ReadFile(name string) ([]byte, error) {
	fd, err := unix.Open(name, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	defer unix.Close(fd)
	b, _ := io.ReadAll(procFile(fd))
	return b, nil
}

// Perror is perror(3)'s line for a table that could not be opened: its name is
// the one under /proc/net that everybody knows.
func Perror(name string, err error) string { return "/proc/net/" + name + ": " + text(err) }

// text is strerror(3).
func text(err error) string {
	if errno, ok := err.(unix.Errno); ok {
		return rtnl.Strerror(errno)
	}
	return err.Error()
}

// procFile reads a file descriptor. Package os would start the runtime's
// poller for it.
type procFile int

func (f procFile) Read(b []byte) (int, error) {
	for {
		n, err := unix.Read(int(f), b)
		switch {
		case err == unix.EINTR:
		case err != nil:
			return 0, err
		case n == 0:
			return 0, io.EOF
		default:
			return n, nil
		}
	}
}

// Field takes the first word off a line, as %s of scanf(3): words are set apart
// by blanks. It is empty at the end.
func Field(line []byte) (word, rest []byte) {
	i := 0
	for i < len(line) && blank(line[i]) {
		i++
	}
	j := i
	for j < len(line) && !blank(line[j]) {
		j++
	}
	return line[i:j], line[j:]
}

func blank(c byte) bool { return c == ' ' || '\t' <= c && c <= '\r' }
