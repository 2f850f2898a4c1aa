package script

import (
	"context"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
	"mvdan.cc/sh/v3/interp"
)

// wordFatal ends the shell that calls, with a status.
const wordFatal = mark + "fatal"

// fatal is a complaint behind which a shell ends.
func (s *shell) fatal(hc interp.HandlerContext, code, text string) []string {
	s.complain(hc.Stderr, int(hc.Pos.Line()), text)
	s.explained(hc)
	return []string{wordFatal, code}
}

// explained: what ends the script has been complained of.
func (s *shell) explained(hc interp.HandlerContext) {
	if s.isMain(hc) {
		s.mu.Lock()
		s.last.words = nil
		s.mu.Unlock()
	}
}

// count reads a number of a special builtin; dash takes nothing but digits.
func count(word string) (int, bool) {
	n, err := strconv.Atoi(word)
	return n, err == nil && strings.Trim(word, "0123456789") == ""
}

// counted looks at the number behind shift, exit and the like, where the interpreter
// does nothing, or something else, with what is none.
func (s *shell) counted(hc interp.HandlerContext, words []string) ([]string, bool) {
	name, n := words[0], 1
	if len(words) > 1 {
		var ok bool
		n, ok = count(words[1])
		ok = ok && (n > 0 || name != "break" && name != "continue")
		switch {
		case !ok && s.bash:
			return s.countedByBash(hc, name, words[1]), true
		case !ok:
			return s.fatal(hc, "2", name+": Illegal number: "+words[1]), true
		}
		words = words[:2]
	}
	if name != "shift" || n <= len(s.runnerOf(hc).Params) {
		return words, true
	}
	if s.bash {
		return []string{mark + "status", "1"}, true
	}
	return s.fatal(hc, "2", "shift: can't shift that many"), true
}

// countedByBash is what bash does with a number that is none.
func (s *shell) countedByBash(hc interp.HandlerContext, name, word string) []string {
	line := int(hc.Pos.Line())
	n, err := strconv.Atoi(word)
	switch {
	case err == nil && (name == "exit" || name == "return"):
		return []string{name, strconv.Itoa(n & 0xff)}
	case err != nil && name == "shift":
		s.complain(hc.Stderr, line, name+": "+word+": numeric argument required")
		return []string{mark + "status", "1"}
	case err != nil && name == "return":
		s.complain(hc.Stderr, line, name+": "+word+": numeric argument required")
		return []string{name, "2"}
	case err != nil && name == "exit":
		return s.fatal(hc, "2", name+": "+word+": numeric argument required")
	case err != nil:
		return s.fatal(hc, "128", name+": "+word+": numeric argument required")
	case name == "shift":
		s.complain(hc.Stderr, line, name+": "+word+": shift count out of range")
		return []string{mark + "status", "1"}
	}
	s.complain(hc.Stderr, line, name+": "+word+": loop count out of range")
	return []string{"break", strconv.Itoa(1 << 20)} // out of all of them
}

// execOf complains of an exec whose command is not there. Where it is, the shell is not
// there any more at the end.
func (s *shell) execOf(ctx context.Context, hc interp.HandlerContext, words []string) ([]string, bool) {
	if len(words) < 2 || strings.HasPrefix(words[1], "-") {
		return nil, false
	}
	c := &invocation{shell: s, ctx: ctx, hc: hc}
	_, err := c.find(words[1])
	switch {
	case err == unix.ENOENT:
		text := "not found"
		if s.bash && strings.Contains(words[1], "/") {
			text = errnoText(err)
		}
		return s.fatal(hc, "127", "exec: "+words[1]+": "+text), true
	case err != nil && !s.bash:
		return s.fatal(hc, "126", "exec: "+words[1]+": "+errnoText(err)), true
	}
	if s.isMain(hc) {
		s.setTrap(0, "", true)
	}
	return nil, false
}
