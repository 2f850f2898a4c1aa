package object

import (
	"errors"
	"io"
	"os"
	"runtime"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// maxWords is how many words a line may have, less one.
const maxWords = 512

// Line is one command of a batch.
type Line struct {
	Run func(c *Context, args []string) error
	// Waits says that the command may be run while changes of earlier lines are
	// waiting: it reads nothing and says nothing before it asks for the connection.
	Waits bool
}

// RunBatch runs the commands of a file, "-" for stdin, one a line; find tells
// what a line's words run. It stops at the first that fails unless -force goes
// on; its status is then 1 all the same.
func (c *Context) RunBatch(name string, find func(args []string) Line) error {
	if !c.Env.Alone {
		// What one line mounts, later ones are to find.
		return c.Env.Inside(func() error { return c.runBatch(name, find) })
	}
	return c.runBatch(name, find)
}

func (c *Context) runBatch(name string, find func(args []string) Line) error {
	in, err := openBatch(c, name)
	if err != nil {
		return err
	}
	defer in.Close()
	if f, ok := in.(*os.File); ok {
		// What the commands read, and those that they start, is the file.
		env := *c.Env
		env.Stdin = f
		c.Env = &env
	}
	c.pipe = c.newPipe(name)
	defer func() { c.pipe = nil }()
	b := batch{Context: c, name: name, family: c.Opt.Family, find: find}
	b.lines = lineReader{r: in, warn: c.Warn, wait: b.wait}
	err = b.run()
	c.settle()
	if err == nil && (b.failed || c.pipe != nil && c.pipe.failed) {
		return applet.Silent(StatusLocal)
	}
	return err
}

// batch is a batch under way.
type batch struct {
	*Context
	name   string
	family int
	find   func(args []string) Line
	lines  lineReader
	args   []string // of the current line
	chunks int
	failed bool
}

// collectEvery is after how many chunks a batch that has the process for itself
// clears up: the runtime would let some 4 MB gather first.
const collectEvery = 256

// wait is called before the batch waits for its next lines.
func (b *batch) wait() {
	b.settle()
	if b.chunks++; b.chunks%collectEvery == 0 && b.Env.Alone {
		runtime.GC()
	}
}

// run runs all lines. Its error is one that ends the batch without a word about
// the line.
func (b *batch) run() error {
	for {
		line, err := b.lines.next()
		if err != nil {
			return nil // the end, and what cannot be read (a directory) has ended
		}
		if b.args, err = splitWords(b.args[:0], line); err != nil {
			return err
		}
		if len(b.args) == 0 {
			continue
		}
		if err := b.line(); err != nil {
			return err
		}
		if b.failed && !b.Opt.Force {
			return nil
		}
	}
}

// line runs one line.
func (b *batch) line() error {
	l := b.find(b.args)
	if b.pipe != nil {
		b.pipe.line = b.lines.number
		if !l.Waits {
			b.settle()
		}
	}
	b.Opt.Family = b.family
	err := l.Run(b.Context, b.args)
	if err == nil {
		return nil
	}
	b.settle()
	if applet.Aborts(err) {
		return err
	}
	if code, _ := applet.Status(err); code == 0 {
		b.Env.Report(err)
		return nil
	}
	b.failedLine(b.name, b.lines.number, err)
	b.failed = true
	return nil
}

func openBatch(c *Context, name string) (io.ReadCloser, error) {
	if name == "-" {
		return io.NopCloser(c.Env.Stdin), nil
	}
	f, err := os.Open(c.Env.Path(name))
	if err != nil {
		var errno unix.Errno
		errors.As(err, &errno)
		return nil, Fail(StatusLocal,
			`Cannot open file "`+name+`" for reading: `+rtnl.Strerror(errno))
	}
	return f, nil
}

// chunk is how much of a batch is read at once: as much as the C library reads,
// since a command that a line starts finds the file behind it.
const chunk = 4096

// lineReader reads commands: comments go, and a backslash before the newline
// joins a line with the next. Lines lie in the chunk that they came with, which
// is one piece of memory for all of them.
type lineReader struct {
	r      io.Reader
	number int
	warn   func(string)
	// wait is called before the file is read, which may take any time.
	wait func()

	buf  []byte
	rest string // what of the last chunk is not read yet
	err  error  // how the file ended
}

// next returns the next command. number is then that of its last line.
func (l *lineReader) next() (string, error) {
	line, err := l.read()
	if err != nil {
		return "", err
	}
	for {
		head, more := strings.CutSuffix(line, "\\\n")
		if !more {
			return line, nil
		}
		next, err := l.read()
		if err != nil {
			l.warn("Missing continuation line")
			return "", err
		}
		line = head + next
	}
}

// read returns one line with its newline, without its comment. A zero byte
// ends it as well: the original's lines are C strings.
func (l *lineReader) read() (string, error) {
	line, err := l.whole()
	if err != nil {
		return "", err
	}
	l.number++
	for _, end := range []byte{'#', 0} {
		if i := strings.IndexByte(line, end); i >= 0 {
			line = line[:i]
		}
	}
	return line, nil
}

// whole returns one line as it is. The last one may have no newline.
func (l *lineReader) whole() (string, error) {
	head := ""
	for {
		if i := strings.IndexByte(l.rest, '\n'); i >= 0 {
			line := head + l.rest[:i+1]
			l.rest = l.rest[i+1:]
			return line, nil
		}
		head += l.rest
		l.rest = ""
		if l.err != nil {
			break
		}
		l.fill()
	}
	if head == "" {
		return "", l.err
	}
	return head, nil
}

// fill reads the next chunk.
func (l *lineReader) fill() {
	if l.wait != nil {
		l.wait()
	}
	if l.buf == nil {
		l.buf = make([]byte, chunk)
	}
	n, err := l.r.Read(l.buf)
	l.rest, l.err = string(l.buf[:n]), err
}

func isBlank(b byte) bool { return b <= ' ' && (b == ' ' || b == '\t' || b == '\r' || b == '\n') }

// splitWords cuts a line at its blanks, and appends the words to args. A word that
// begins with a quote goes to the next quote of its kind; a quote inside a word is
// nothing special.
func splitWords(args []string, line string) ([]string, error) {
	for at := 0; ; at++ {
		for at < len(line) && isBlank(line[at]) {
			at++
		}
		if at >= len(line) {
			return args, nil
		}
		if len(args) >= maxWords-1 {
			return nil, Abort(StatusLocal, "Too many arguments to command")
		}
		from := at
		if quote := line[at]; quote == '\'' || quote == '"' {
			from++
			n := strings.IndexByte(line[from:], quote)
			if n < 0 {
				return nil, Abort(StatusLocal, "Unterminated quoted string")
			}
			at = from + n
		} else {
			for at < len(line) && !isBlank(line[at]) {
				at++
			}
		}
		args = append(args, line[from:at])
	}
}
