package script

import (
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/sys/unix"
	"mvdan.cc/sh/v3/interp"
)

// echo is that of dash, which knows backslashes, or that of bash, which knows options.
func (s *shell) echo(hc interp.HandlerContext, words []string) int {
	end, expands := "\n", !s.bash
	for len(words) > 0 && s.echoOption(words[0]) {
		for _, c := range words[0][1:] {
			switch c {
			case 'n':
				end = ""
			default:
				expands = c == 'e'
			}
		}
		if words = words[1:]; !s.bash {
			break
		}
	}
	text, stopped := strings.Join(words, " "), false
	if expands {
		text, stopped = s.escapes(hc).expand(text)
	}
	if stopped {
		end = ""
	}
	if !s.write(hc, "echo", text+end) {
		return 1
	}
	return 0
}

// write prints the text of a builtin, or complains; of a pipe that nobody reads a shell
// does not.
func (s *shell) write(hc interp.HandlerContext, name, text string) bool {
	err := error(nil)
	if hc.Stdout == io.Discard && text != "" { // >&-
		err = unix.EBADF
	} else {
		_, err = io.WriteString(hc.Stdout, text)
	}
	switch {
	case err == nil:
		return true
	case errors.Is(err, unix.EPIPE):
	case s.bash:
		s.complain(hc.Stderr, int(hc.Pos.Line()), name+": write error: "+reason(err))
	default:
		s.complain(hc.Stderr, int(hc.Pos.Line()), name+": "+name+": I/O error")
	}
	return false
}

func (s *shell) echoOption(word string) bool {
	if !s.bash {
		return word == "-n"
	}
	return len(word) > 1 && word[0] == '-' && strings.Trim(word[1:], "neE") == ""
}

// escapes are the backslashes that a shell knows.
type escapes struct {
	// bash: \E, \x and \u are known. short: \1 to \7 are.
	bash, utf8, short bool
	// format: those of a format, in which \0 has no digit of its own and \c is
	// nothing special.
	format bool
}

func (s *shell) escapes(hc interp.HandlerContext) escapes {
	return escapes{bash: s.bash, utf8: isUTF8(hc), short: !s.bash}
}

// isUTF8 tells whether characters are those of UTF-8.
func isUTF8(hc interp.HandlerContext) bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := hc.Env.Get(name).String(); v != "" {
			v = strings.ToUpper(v)
			return strings.Contains(v, "UTF-8") || strings.Contains(v, "UTF8")
		}
	}
	return false
}

// expand expands the backslashes of a text; \c ends it.
func (e escapes) expand(text string) (string, bool) {
	if !strings.Contains(text, `\`) {
		return text, false
	}
	var b strings.Builder
	for i := 0; i < len(text); {
		if text[i] != '\\' || i+1 == len(text) {
			b.WriteByte(text[i])
			i++
			continue
		}
		if text[i+1] == 'c' && !e.format {
			return b.String(), true
		}
		value, size := e.one(text[i+1:])
		b.WriteString(value)
		i += 1 + size
	}
	return b.String(), false
}

// one is what a backslash and the text behind it are, and how much of that it takes.
func (e escapes) one(text string) (string, int) {
	const letters, values = `abfnrtv\`, "\a\b\f\n\r\t\v\\"
	c := text[0]
	if at := strings.IndexByte(letters, c); at >= 0 {
		return values[at : at+1], 1
	}
	switch {
	case c == 'e', c == 'E' && e.bash:
		return "\x1b", 1
	case (c == '"' || c == '\'') && e.bash && e.format:
		return text[:1], 1
	case c == '0' && !e.format:
		n, size := digits(text[1:], 8, 3)
		return string([]byte{byte(n)}), 1 + size
	case c >= '0' && c <= '7' && e.short:
		n, size := digits(text, 8, 3)
		return string([]byte{byte(n)}), size
	case c == 'x' && e.bash:
		if n, size := digits(text[1:], 16, 2); size > 0 {
			return string([]byte{byte(n)}), 1 + size
		}
	case (c == 'u' || c == 'U') && e.bash:
		if n, size := digits(text[1:], 16, map[byte]int{'u': 4, 'U': 8}[c]); size > 0 {
			return e.character(n), 1 + size
		}
	}
	return `\` + text[:1], 1
}

// character is one by its number, as the locale has it.
func (e escapes) character(n int64) string {
	switch {
	case n < utf8.RuneSelf || e.utf8:
		return string(rune(n))
	case n > 0xffff:
		return `\U` + padded(n, 8)
	}
	return `\u` + padded(n, 4)
}

func padded(n int64, width int) string {
	text := strings.ToUpper(strconv.FormatInt(n, 16))
	return strings.Repeat("0", max(0, width-len(text))) + text
}

// digits reads up to most digits.
func digits(text string, base, most int) (n int64, size int) {
	for size < min(most, len(text)) {
		d, err := strconv.ParseInt(text[size:size+1], base, 8)
		if err != nil {
			break
		}
		n = n*int64(base) + d
		size++
	}
	return n, size
}
