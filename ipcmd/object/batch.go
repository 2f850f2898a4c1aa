package object

import (
	"bufio"
	"errors"
	"io"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// maxWords is how many words a line may have, less one.
const maxWords = 512

// RunBatch has run run the commands of a file, "-" for stdin, one a line. It
// stops at the first that fails unless -force goes on; its status is then 1 all
// the same.
func (c *Context) RunBatch(name string, run func(c *Context, args []string) error) error {
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
	lines := &lineReader{r: bufio.NewReader(in), warn: c.Warn}
	family := c.Opt.Family
	failed := false
	for {
		line, err := lines.next()
		if err != nil {
			break // the end, and what cannot be read (a directory) has ended
		}
		args, err := splitWords(line)
		if err != nil {
			return err
		}
		if len(args) == 0 {
			continue
		}
		c.Opt.Family = family
		if err := run(c, args); err != nil {
			if applet.Aborts(err) {
				return err
			}
			if code := c.Env.Report(err); code == 0 {
				continue
			}
			c.Warn("Command failed " + name + ":" + strconv.Itoa(lines.number))
			failed = true
			if !c.Opt.Force {
				break
			}
		}
	}
	if failed {
		return applet.Silent(StatusLocal)
	}
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

// lineReader reads commands: comments go, and a backslash before the newline
// joins a line with the next.
type lineReader struct {
	r      *bufio.Reader
	number int
	warn   func(string)
}

// next returns the next command. number is then that of its last line.
func (l *lineReader) next() (string, error) {
	line, err := l.read()
	if err != nil {
		return "", err
	}
	for {
		i := strings.Index(line, "\\\n")
		if i < 0 {
			return line, nil
		}
		more, err := l.read()
		if err != nil {
			l.warn("Missing continuation line")
			return "", err
		}
		line = line[:i] + more
	}
}

// read returns one line with its newline, without its comment. A zero byte
// ends it as well: the original's lines are C strings.
func (l *lineReader) read() (string, error) {
	line, err := l.r.ReadString('\n')
	if line == "" {
		return "", err
	}
	l.number++
	if i := strings.IndexAny(line, "#\x00"); i >= 0 {
		line = line[:i]
	}
	return line, nil
}

const blanks = " \t\r\n"

// splitWords cuts a line at its blanks. A word that begins with a quote goes to
// the next quote of its kind; a quote inside a word is nothing special.
func splitWords(line string) ([]string, error) {
	var args []string
	for {
		line = strings.TrimLeft(line, blanks)
		if line == "" {
			return args, nil
		}
		if len(args) >= maxWords-1 {
			return nil, Abort(StatusLocal, "Too many arguments to command")
		}
		end := 0
		if line[0] == '\'' || line[0] == '"' {
			quote := line[0]
			line = line[1:]
			if end = strings.IndexByte(line, quote); end < 0 {
				return nil, Abort(StatusLocal, "Unterminated quoted string")
			}
		} else if end = strings.IndexAny(line, blanks); end < 0 {
			end = len(line)
		}
		args = append(args, line[:end])
		line = line[min(end+1, len(line)):]
	}
}
