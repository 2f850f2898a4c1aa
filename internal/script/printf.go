package script

import (
	"context"
	"errors"
	"io"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/interp"
	"mvdan.cc/sh/v3/syntax"
)

// printf is the builtin as the shells have it. The interpreter's takes what is no
// number for one.
type printf struct {
	*shell
	hc    interp.HandlerContext
	words []string // that are left
	out   strings.Builder
	// failed: some word was no number. stopped: by \c.
	failed, stopped bool
}

// errDirective ends a format.
type errDirective struct{ text string }

func (e errDirective) Error() string { return e.text }

// printf runs it.
func (s *shell) printf(ctx context.Context, hc interp.HandlerContext, words []string) error {
	name := ""
	if s.bash && len(words) > 1 && words[0] == "-v" {
		name, words = words[1], words[2:]
	}
	switch {
	case len(words) > 0 && words[0] == "--":
		words = words[1:]
	case len(words) > 0 && len(words[0]) > 1 && words[0][0] == '-':
		if !s.bash {
			s.complain(hc.Stderr, int(hc.Pos.Line()), "printf: Illegal option -"+words[0][1:2])
			return status(2)
		}
		s.complain(hc.Stderr, int(hc.Pos.Line()), "printf: "+words[0][:2]+": invalid option")
		words = nil
	}
	if len(words) == 0 {
		if s.bash {
			io.WriteString(hc.Stderr, "printf: usage: printf [-v var] format [arguments]\n")
		} else {
			s.complain(hc.Stderr, int(hc.Pos.Line()), "printf: usage: printf format [arg ...]")
		}
		return status(2)
	}
	if !knownFormat(words[0]) && name == "" {
		c := &invocation{shell: s, ctx: ctx, hc: hc, job: s.jobOf(hc)}
		return status(c.start(append([]string{"printf"}, words...)))
	}
	p := &printf{shell: s, hc: hc, words: words[1:]}
	err := p.all(words[0])
	if name != "" {
		return p.assign(ctx, name, err)
	}
	return p.end(err)
}

// knownFormat tells whether a format has nothing but what is known here.
func knownFormat(format string) bool {
	for {
		_, after, found := strings.Cut(format, "%")
		if !found {
			return true
		}
		after = strings.TrimLeft(after, "-+ #'0123456789.*")
		if after != "" && strings.IndexByte("aA(", after[0]) >= 0 {
			return false
		}
		format = strings.TrimPrefix(after, "%")
	}
}

// end prints what came out, and is the status.
func (p *printf) end(err error) error {
	if !p.write(p.hc, "printf", p.out.String()) {
		return status(1)
	}
	var directive errDirective
	switch {
	case errors.As(err, &directive):
		p.say(directive.text)
		if p.bash {
			return status(1)
		}
		return status(2)
	case p.failed:
		return status(1)
	}
	return nil
}

// assign is -v.
func (p *printf) assign(ctx context.Context, name string, err error) error {
	base, _, _ := strings.Cut(name, "[")
	if !syntax.ValidName(base) {
		p.say("`" + name + "': not a valid identifier")
		return status(2)
	}
	text := p.out.String()
	p.out.Reset()
	code := p.end(err)
	if err := p.hc.Builtin(ctx, []string{"eval", name + "=" + quoteSingle(text)}); err != nil {
		return err
	}
	return code
}

func (p *printf) say(text string) {
	p.complain(p.hc.Stderr, int(p.hc.Pos.Line()), "printf: "+text)
}

// all goes through the format until no word is left.
func (p *printf) all(format string) error {
	for {
		before := len(p.words)
		if err := p.once(format); err != nil || p.stopped {
			return err
		}
		if len(p.words) == 0 || len(p.words) == before {
			return nil
		}
	}
}

func (p *printf) once(format string) error {
	escapes := p.escapes(p.hc)
	escapes.short, escapes.format = true, true
	for format != "" {
		switch {
		case format[0] == '\\' && len(format) > 1:
			value, size := escapes.one(format[1:])
			p.out.WriteString(value)
			format = format[1+size:]
		case format[0] == '%':
			rest, err := p.directive(format)
			if err != nil || p.stopped {
				return err
			}
			format = rest
		default:
			p.out.WriteByte(format[0])
			format = format[1:]
		}
	}
	return nil
}

// conversion is what stands between % and its letter.
type conversion struct {
	flags     string
	width     int
	precision int // -1 is none
}

// directive prints one and returns the format behind it.
func (p *printf) directive(format string) (string, error) {
	at := 1
	if strings.HasPrefix(format[1:], "%") {
		p.out.WriteByte('%')
		return format[2:], nil
	}
	flags := "#-+ 0"
	if p.bash {
		flags += "'"
	}
	for at < len(format) && strings.IndexByte(flags, format[at]) >= 0 {
		at++
	}
	c := conversion{flags: format[1:at], precision: -1}
	at, c.width = p.size(format, at)
	if c.width < 0 {
		c.flags, c.width = c.flags+"-", -c.width
	}
	if at < len(format) && format[at] == '.' {
		at, c.precision = p.size(format, at+1)
	}
	for p.bash && at < len(format) && strings.IndexByte("hjlLtz", format[at]) >= 0 {
		at++
	}
	if at >= len(format) {
		if p.bash {
			return "", errDirective{"`" + format + "': missing format character"}
		}
		return "", errDirective{"missing format character"}
	}
	switch letter := format[at]; {
	case letter == 's':
		p.pad(c, p.cut(c, p.next()))
	case letter == 'q' && p.bash:
		p.pad(c, quoteBackslash(p.next()))
	case letter == 'c':
		p.pad(c, (p.next() + "\x00")[:1])
	case letter == 'b':
		p.expanded(c)
	case strings.IndexByte("diuoxX", letter) >= 0:
		p.integer(c, letter)
	case strings.IndexByte("eEfFgG", letter) >= 0:
		p.float(c, letter)
	case p.bash:
		return "", errDirective{"`" + format[at:at+1] + "': invalid format character"}
	default:
		return "", errDirective{format[:at+1] + ": invalid directive"}
	}
	return format[at+1:], nil
}

// maxSize is as wide as anything gets. The shells give up beyond 2^31.
const maxSize = 1 << 20

// size reads a width or precision: digits, or * for the next word.
func (p *printf) size(format string, at int) (int, int) {
	if at < len(format) && format[at] == '*' {
		return at + 1, int(max(-maxSize, min(maxSize, p.number())))
	}
	n := 0
	for ; at < len(format) && format[at] >= '0' && format[at] <= '9'; at++ {
		n = min(n*10+int(format[at]-'0'), maxSize)
	}
	return at, n
}

func (p *printf) next() string {
	if len(p.words) == 0 {
		return ""
	}
	word := p.words[0]
	p.words = p.words[1:]
	return word
}

func (p *printf) cut(c conversion, text string) string {
	if c.precision >= 0 {
		text = text[:min(c.precision, len(text))]
	}
	return text
}

// pad writes a text in its width.
func (p *printf) pad(c conversion, text string) {
	blanks := strings.Repeat(" ", max(0, c.width-len(text)))
	if strings.Contains(c.flags, "-") {
		text += blanks
	} else {
		text = blanks + text
	}
	p.out.WriteString(text)
}

// expanded is %b.
func (p *printf) expanded(c conversion) {
	escapes := p.escapes(p.hc)
	escapes.short = true
	text, stopped := escapes.expand(p.next())
	p.pad(c, p.cut(c, text))
	p.stopped = stopped
}

// quoteBackslash is %q.
func quoteBackslash(text string) string {
	switch {
	case text == "":
		return "''"
	case strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f }):
		var b strings.Builder
		for i := range len(text) {
			switch at := strings.IndexByte("\a\b\t\n\v\f\r\x1b'\\", text[i]); {
			case at >= 0:
				b.WriteString(`\` + `abtnvfrE'\`[at:at+1])
			case text[i] < ' ' || text[i] == 0x7f:
				b.WriteString(`\` + padded8(text[i]))
			default:
				b.WriteByte(text[i])
			}
		}
		return "$'" + b.String() + "'"
	}
	var b strings.Builder
	for i := range len(text) {
		special := strings.IndexByte(" !\"$&'()*,;<>?[\\]^`{|}", text[i]) >= 0 || i == 0 && (text[i] == '#' || text[i] == '~')
		if special {
			b.WriteByte('\\')
		}
		b.WriteByte(text[i])
	}
	return b.String()
}

func padded8(c byte) string {
	text := strconv.FormatInt(int64(c), 8)
	return strings.Repeat("0", 3-len(text)) + text
}
