package script

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/interp"
	"mvdan.cc/sh/v3/syntax"
)

// mapping is mapfile: an array of lines. That of the interpreter is unset to set -u.
type mapping struct {
	trim                         bool
	most, skip, from, descriptor int
	delimiter                    byte
	name                         string
}

func parseMapfile(words []string) (*mapping, error) {
	m := &mapping{delimiter: '\n', name: "MAPFILE"}
	for len(words) > 0 && len(words[0]) > 1 && words[0][0] == '-' {
		letter, value := words[0][1:2], words[0][2:]
		words = words[1:]
		if letter == "-" {
			break
		}
		if letter == "t" {
			if m.trim = true; value != "" {
				words = append([]string{"-" + value}, words...)
			}
			continue
		}
		if !strings.Contains("dnOsu", letter) {
			return nil, errInvalidOption{letter}
		}
		if value == "" {
			if len(words) == 0 {
				return nil, errors.New("-" + letter + ": option requires an argument")
			}
			value, words = words[0], words[1:]
		}
		if letter == "d" {
			m.delimiter = (value + "\x00")[0]
			continue
		}
		n, err := strconv.Atoi(value)
		if err != nil || n < 0 {
			return nil, errors.New(value + ": invalid number")
		}
		*map[string]*int{"n": &m.most, "O": &m.from, "s": &m.skip, "u": &m.descriptor}[letter] = n
	}
	if len(words) > 0 {
		m.name = words[0]
	}
	if !syntax.ValidName(m.name) {
		return nil, errors.New("`" + m.name + "': not a valid identifier")
	}
	return m, nil
}

// mapfile is the builtin of bash.
func (s *shell) mapfile(ctx context.Context, hc interp.HandlerContext, name string, words []string) error {
	m, err := parseMapfile(words)
	if err != nil {
		s.complain(hc.Stderr, int(hc.Pos.Line()), name+": "+err.Error())
		if _, unknown := err.(errInvalidOption); unknown {
			io.WriteString(hc.Stderr, name+": usage: "+name+" [-d delim] [-n count] [-O origin] [-s count] [-t] [-u fd] [-C callback] [-c quantum] [array]\n")
			return status(2)
		}
		return status(1)
	}
	in := io.Reader(nil)
	if hc.Stdin != nil {
		in = hc.Stdin
	}
	if m.descriptor > 2 {
		if d := s.descriptorOf(hc, m.descriptor); d != nil && d.f != nil {
			in = d.f
		} else {
			s.complain(hc.Stderr, int(hc.Pos.Line()), name+": "+strconv.Itoa(m.descriptor)+": invalid file descriptor: Bad file descriptor")
			return status(1)
		}
	}
	var text strings.Builder
	open := m.name + "=("
	if m.from > 0 {
		open = m.name + "+=("
	}
	text.WriteString(open)
	for i, line := range m.lines(ctx, in) {
		text.WriteString(" [" + strconv.Itoa(m.from+i) + "]=" + quoteSingle(line))
	}
	text.WriteString(" )")
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return hc.Builtin(ctx, []string{"eval", text.String()})
}

// lines reads what is asked for, and no more than that.
func (m *mapping) lines(ctx context.Context, in io.Reader) (lines []string) {
	if in == nil {
		return nil
	}
	if m.most == 0 {
		all, _ := io.ReadAll(in)
		for len(all) > 0 {
			end := bytes.IndexByte(all, m.delimiter)
			if end < 0 {
				end = len(all) - 1
			}
			lines = append(lines, m.text(all[:end+1]))
			all = all[end+1:]
		}
		return lines[min(m.skip, len(lines)):]
	}
	f, ok := in.(*os.File)
	for ok && len(lines) < m.skip+m.most && ctx.Err() == nil {
		var line []byte
		var b [1]byte
		for n := 1; n > 0 && (len(line) == 0 || line[len(line)-1] != m.delimiter); {
			if n, _ = f.Read(b[:]); n > 0 {
				line = append(line, b[0])
			}
		}
		if len(line) == 0 {
			break
		}
		lines = append(lines, m.text(line))
	}
	return lines[min(m.skip, len(lines)):]
}

// text is a line as it is kept.
func (m *mapping) text(line []byte) string {
	if m.trim || m.delimiter == 0 {
		line = bytes.TrimSuffix(line, []byte{m.delimiter})
	}
	return strings.ReplaceAll(string(line), "\x00", "")
}
