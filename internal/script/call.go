package script

import (
	"context"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
	"mvdan.cc/sh/v3/interp"
	"mvdan.cc/sh/v3/syntax"
)

// call sees every simple command, its words expanded, before it runs: functions,
// builtins, commands. It traces, stops what is to stop, and puts our words in the
// place of builtins that the interpreter lacks or has otherwise than sh.
func (s *shell) call(ctx context.Context, words []string) ([]string, error) {
	hc := interp.HandlerCtx(ctx)
	if strings.HasPrefix(words[0], mark) {
		return words, nil
	}
	if s.splits.Load() {
		words = unmarked(words)
	}
	j := s.jobOf(hc)
	if sig := j.killedBy(); sig != 0 {
		return []string{"exit", strconv.Itoa(128 + int(sig))}, nil
	}
	if prints(words[0]) && hc.Stdout != s.out && readerGone(hc.Stdout) {
		return []string{"exit", strconv.Itoa(128 + int(unix.SIGPIPE))}, nil
	}
	replaced, unopened := s.unopenedCall(hc, words)
	if j != nil && (j.called() || interp.IsBuiltin(words[0])) {
		j.resolve(0)
	}
	if hc.Env.Get(varTrace).Str != "" && !unopened {
		s.traceWords(hc, words)
	}
	main := s.isMain(hc)
	s.mu.Lock()
	if j == nil {
		s.last = command{int(hc.Pos.Line()), words}
	}
	if main {
		s.unset = ""
		s.exitAsked = !unopened && (words[0] == "exit" || words[0] == "exec" || words[0] == "return")
	}
	s.mu.Unlock()
	if unopened {
		return replaced, nil
	}
	if !main {
		return s.replace(ctx, hc, words), nil
	}
	if s.traps.any() {
		return append([]string{wordTrapped}, words...), nil
	}
	return s.replace(ctx, hc, words), nil
}

func prints(word string) bool { return word == "echo" || word == "printf" }

// replace chooses who runs the command.
func (s *shell) replace(ctx context.Context, hc interp.HandlerContext, words []string) []string {
	if s.isFunction(words[0]) {
		return words
	}
	for len(words) > 2 && words[0] == "command" && words[1] == "-p" {
		words = slices.Concat(words[:1], words[2:])
	}
	bare, commanded := words, false
	for len(bare) > 1 && (bare[0] == "command" && !strings.HasPrefix(bare[1], "-") || bare[0] == "builtin") {
		bare, commanded = bare[1:], true
	}
	changed, ok := s.ours(ctx, hc, bare)
	switch {
	case !ok:
		return words
	case commanded && changed[0] == wordFatal: // behind command it does not end the shell
		return []string{mark + "status", changed[1]}
	}
	return changed
}

// ours finds the word of ours that stands for a builtin.
func (s *shell) ours(ctx context.Context, hc interp.HandlerContext, words []string) ([]string, bool) {
	rest := words[1:]
	name := words[0]
	if len(rest) > 0 && rest[0] == "--" && s.takesDashes(name) {
		if changed, ok := s.ours(ctx, hc, slices.Concat(words[:1], rest[1:])); ok {
			return changed, true
		}
		return slices.Concat(words[:1], rest[1:]), true
	}
	switch name {
	case "kill", "wait", "jobs", "umask", "trap", "disown", "eval":
	case "mapfile", "readarray":
		if !s.bash {
			return nil, false
		}
	case "test", "[":
		// The options are the interpreter's.
		if s.bash && len(strings.TrimPrefix(name, "test"))+2 == len(rest) && rest[0] == "-o" {
			return nil, false
		}
	case "echo":
	case "set":
		if !setsOurs(rest) {
			return nil, false
		}
	case "return", "exit", "shift", "break", "continue":
		if len(rest) == 0 && name == "return" { // it is 0 to the interpreter
			return []string{name, strconv.Itoa(hc.LastExitStatus)}, true
		}
		return s.counted(hc, words)
	case "exec":
		return s.execOf(ctx, hc, words)
	case "unset":
		for _, name := range rest {
			if syntax.ValidName(name) && rest[0] != "-f" && hc.Env.Get(name).ReadOnly {
				if s.bash {
					s.complain(hc.Stderr, int(hc.Pos.Line()), "unset: "+name+": cannot unset: readonly variable")
					return []string{mark + "status", "1"}, true
				}
				return s.fatal(hc, "2", "unset: "+name+": is read only"), true
			}
		}
		return unsetKept(hc, words)
	case "cd":
		for len(rest) > 0 && (rest[0] == "-P" || rest[0] == "-L" || rest[0] == "--") {
			rest = rest[1:]
		}
	case ".", "source":
		if len(rest) == 0 {
			return nil, false
		}
		if _, err := os.Stat(sourcePath(hc, rest[0])); err != nil {
			return []string{mark + "nosource", words[0], rest[0], reason(err)}, true
		}
		if !s.bash {
			rest = rest[:1] // the parameters stay
		}
		return slices.Concat([]string{".", mark + "source" + rest[0]}, rest[1:]), true
	case "printf":
	case "hash":
	case "type":
		if s.bash {
			return nil, false
		}
	case "command":
		if len(rest) < 2 || s.bash && len(rest) != 2 || rest[0] != "-v" && rest[0] != "-V" {
			return nil, false
		}
		name = "find"
	case "read", "getopts":
		if name == "read" && takesOptions(rest) {
			return append([]string{mark + name}, rest...), true
		}
		if name == "getopts" && !s.bash {
			return append([]string{mark + name}, words...), true
		}
		if name == "read" && readsLine(hc, words) {
			return append([]string{mark + "readline"}, words...), true
		}
		if !slices.ContainsFunc(setByBuiltin(words), func(v string) bool { return forgets(hc, v) }) {
			return nil, false
		}
		name, rest = "keep", words
	default:
		if unknown(name, rest) == nil || !interp.IsBuiltin(name) {
			return nil, false
		}
		name = "unknown"
		rest = words
	}
	return append([]string{mark + name}, rest...), true
}

// takesDashes names the builtins that the interpreter lets not end their options
// by --.
func (s *shell) takesDashes(name string) bool {
	switch name {
	case "exec", "eval", ".", "source", "unset", "wait":
		return true
	case "exit", "return", "shift":
		return s.bash
	}
	return false
}

// setsOurs tells whether set has to do with what we keep ourselves: the trace.
func setsOurs(words []string) bool {
	for i, word := range words {
		if len(word) < 2 || word[0] != '-' && word[0] != '+' || word == "--" {
			return false
		}
		if strings.ContainsAny(word, "xhC") || i > 0 && words[i] == "xtrace" {
			return true
		}
		if strings.HasSuffix(word, "o") && i+1 < len(words) && keepsOption(words[i+1]) {
			return true
		}
	}
	return false
}

// keepsOption names the options that the interpreter does not hear of.
func keepsOption(name string) bool {
	return name == "xtrace" || name == "hashall" || name == "posix" || name == "noclobber"
}

// traceWords shows a command as set -x does: dash shows the bare words.
func (s *shell) traceWords(hc interp.HandlerContext, words []string) {
	shown := words
	if s.bash {
		shown = make([]string, len(words))
		for i, word := range words {
			shown[i] = quoteWord(word)
		}
	}
	s.traceLine(hc, append(s.prefixes(hc, words[0]), shown...))
}

// prefixes are the assignments in front of a command, which belong to its trace.
// Only what stands in the script itself is known.
func (s *shell) prefixes(hc interp.HandlerContext, word string) []string {
	p := s.assigned[hc.Pos.Offset()]
	var shown []string
	for _, name := range p.names {
		if p.word == word {
			shown = append(shown, s.showAssigned(hc, name))
		}
	}
	return shown
}

func (s *shell) showAssigned(hc interp.HandlerContext, name string) string {
	value := hc.Env.Get(name).Str
	if s.bash {
		value = quoteWord(value)
	}
	return name + "=" + value
}

func (s *shell) traceLine(hc interp.HandlerContext, words []string) {
	ps4 := "+ "
	if v := hc.Env.Get("PS4"); v.IsSet() {
		ps4 = v.Str
	}
	io.WriteString(traceTo(hc.Stderr), ps4+strings.Join(words, " ")+"\n")
}
