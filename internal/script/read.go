package script

import (
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
	"mvdan.cc/sh/v3/interp"
	"mvdan.cc/sh/v3/syntax"
)

// reading is read with the options that the interpreter lacks, or has otherwise.
type reading struct {
	raw, array, exactly bool
	prompt              string
	delimiter           byte
	most                int           // characters, -1 for any number
	timeout             time.Duration // -1 for none
	descriptor          int
	names               []string
}

// statusTimeout is that of a read which nothing came to: of one that SIGALRM ended.
const statusTimeout = 128 + int(unix.SIGALRM)

// errInvalidOption is a letter that bash does not know.
type errInvalidOption struct{ letter string }

func (e errInvalidOption) Error() string { return "-" + e.letter + ": invalid option" }

const readUsage = "read: usage: read [-ers] [-a array] [-d delim] [-i text] [-n nchars] [-N nchars] [-p prompt] [-t timeout] [-u fd] [name ...]\n"

// takesOptions tells whether a read has more than -r and names.
func takesOptions(words []string) bool {
	if len(words) > 0 && words[0] == "-r" {
		words = words[1:]
	}
	return len(words) == 0 || slices.ContainsFunc(words, func(word string) bool { return !syntax.ValidName(word) })
}

// parseRead reads the words of a read. The error is a complaint.
func parseRead(words []string, bash bool) (*reading, error) {
	r := &reading{delimiter: '\n', most: -1, timeout: -1}
	for len(words) > 0 && len(words[0]) > 1 && words[0][0] == '-' {
		letters := words[0][1:]
		words = words[1:]
		if letters == "-" {
			break
		}
		for letters != "" {
			letter := letters[:1]
			letters = letters[1:]
			known, valued := "rp", "p"
			if bash {
				known, valued = "raspeidtnNu", "apidtnNu"
			}
			if !strings.Contains(known, letter) {
				if bash {
					return nil, errInvalidOption{letter}
				}
				return nil, errors.New("Illegal option -" + letter)
			}
			if !strings.Contains(valued, letter) {
				r.raw = r.raw || letter == "r"
				continue
			}
			value := letters
			if letters = ""; value == "" {
				if len(words) == 0 && !bash {
					return nil, errors.New("No arg for -" + letter + " option")
				}
				if len(words) == 0 {
					return nil, errors.New("-" + letter + ": option requires an argument")
				}
				value, words = words[0], words[1:]
			}
			if err := r.option(letter[0], value); err != nil {
				return nil, err
			}
		}
	}
	r.names = append(r.names, words...)
	return r, nil
}

func (r *reading) option(letter byte, value string) error {
	n, err := strconv.Atoi(value)
	switch letter {
	case 'p':
		r.prompt = value
	case 'a':
		r.array, r.names = true, []string{value}
	case 'd':
		r.delimiter = (value + "\x00")[0]
	case 'n', 'N':
		if err != nil || n < 0 {
			return errors.New(value + ": invalid number")
		}
		r.most, r.exactly = n, letter == 'N'
	case 'u':
		if err != nil || n < 0 {
			return errors.New(value + ": invalid file descriptor specification")
		}
		r.descriptor = n
	case 't':
		seconds, err := strconv.ParseFloat(value, 64)
		if err != nil || seconds < 0 {
			return errors.New(value + ": invalid timeout specification")
		}
		r.timeout = time.Duration(seconds * float64(time.Second))
	}
	return nil
}

// read is the builtin with options.
func (s *shell) read(ctx context.Context, hc interp.HandlerContext, words []string) error {
	r, err := parseRead(words, s.bash)
	if err == nil && !s.bash && len(r.names) == 0 {
		err = errors.New("arg count")
	}
	if err != nil {
		s.complain(hc.Stderr, int(hc.Pos.Line()), "read: "+err.Error())
		if _, unknown := err.(errInvalidOption); unknown {
			io.WriteString(hc.Stderr, readUsage)
		} else if s.bash {
			return status(1)
		}
		return status(2)
	}
	for _, name := range r.names {
		if !syntax.ValidName(name) {
			if s.bash {
				s.complain(hc.Stderr, int(hc.Pos.Line()), "read: `"+name+"': not a valid identifier")
				return status(1)
			}
			s.complain(hc.Stderr, int(hc.Pos.Line()), "read: "+name+": bad variable name")
			return status(2)
		}
	}
	f, ok := hc.Stdin.(*os.File)
	if r.descriptor > 2 {
		d := s.descriptorOf(hc, r.descriptor)
		if ok = d != nil && d.f != nil; ok {
			f = d.f
		}
	}
	if !ok || f == nil {
		s.complain(hc.Stderr, int(hc.Pos.Line()), "read: "+strconv.Itoa(r.descriptor)+": invalid file descriptor: Bad file descriptor")
		return status(1)
	}
	if r.prompt != "" && terminal(f) {
		io.WriteString(hc.Stderr, r.prompt)
	}
	if r.timeout == 0 {
		return status(map[bool]int{false: 1}[readable(f, 0)])
	}
	line, quoted, code := r.line(ctx, f)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err := s.assignRead(ctx, hc, r, line, quoted); err != nil {
		return err
	}
	return status(code)
}

// readable waits for something to read.
func readable(f *os.File, wait time.Duration) bool {
	ready := false
	control(f, func(fd uintptr) error {
		polled := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
		n, err := unix.Poll(polled, int(wait.Milliseconds()))
		ready = err == nil && n > 0
		return nil
	})
	return ready
}

// line reads up to the delimiter, the end, or what the options say.
func (r *reading) line(ctx context.Context, f *os.File) (line []byte, quoted []bool, code int) {
	const slice = 20 * time.Millisecond
	end := time.Now().Add(r.timeout)
	escaped := false
	for chars := 0; chars != r.most; {
		for !readable(f, slice) {
			if ctx.Err() != nil {
				return line, quoted, 1
			}
			if r.timeout > 0 && time.Now().After(end) {
				return line, quoted, statusTimeout
			}
		}
		var b [1]byte
		if n, _ := f.Read(b[:]); n == 0 {
			return line, quoted, 1
		}
		switch {
		case escaped && b[0] == '\n':
			escaped = false
			continue
		case !escaped && b[0] == '\\' && !r.raw:
			escaped = true
			continue
		case !escaped && b[0] == r.delimiter && !r.exactly:
			return line, quoted, 0
		case b[0] == 0:
			continue
		}
		line, quoted = append(line, b[0]), append(quoted, escaped)
		escaped = false
		if b[0]&0xc0 != 0x80 {
			chars++
		}
	}
	return line, quoted, 0
}

// assignRead gives the names what was read.
func (s *shell) assignRead(ctx context.Context, hc interp.HandlerContext, r *reading, line []byte, quoted []bool) error {
	var text strings.Builder
	names := r.names
	switch {
	case r.array:
		values := readFields(line, quoted, fieldSeparators(hc), len(line)+1)
		for len(values) > 0 && values[len(values)-1] == "" {
			values = values[:len(values)-1]
		}
		text.WriteString(names[0] + "=(")
		for _, value := range values {
			text.WriteString(" " + quoteSingle(value))
		}
		text.WriteString(" )")
	case len(names) == 0:
		names = []string{"REPLY"}
		text.WriteString("REPLY=" + quoteSingle(string(line)))
	default:
		values := readFields(line, quoted, fieldSeparators(hc), len(names))
		if r.exactly {
			values = slices.Concat([]string{string(line)}, make([]string, len(names)))
		}
		for i, name := range names {
			text.WriteString(name + "=" + quoteSingle(values[i]) + "\n")
		}
	}
	hc.LastExitStatus = 0
	if err := s.note(ctx, hc, names); err != nil {
		return err
	}
	return hc.Builtin(ctx, []string{"eval", text.String()})
}
