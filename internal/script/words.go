package script

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
	"mvdan.cc/sh/v3/interp"
)

// word runs a word of ours: see shell.ours and rewrite.
func (s *shell) word(ctx context.Context, hc interp.HandlerContext, name string, words []string) error {
	switch mark + name {
	case wordJob:
		return s.startJob(ctx, hc, words[0])
	case wordStarted:
		return s.started(ctx, hc)
	case wordJobEnd:
		code, _ := strconv.Atoi(words[0])
		if j := s.jobOf(hc); j != nil {
			j.end(code)
		}
		return nil
	case wordAssigned:
		return s.traceAssigned(hc, words)
	case wordUntested:
		return hc.Builtin(ctx, []string{"set", "+e"})
	case wordTrapped:
		return s.trapped(ctx, hc, words)
	case wordNote:
		return s.note(ctx, hc, words)
	case wordFdOpen:
		return s.fdOpen(ctx, hc, words)
	case wordFdClose:
		return s.fdClose(ctx, hc, words)
	case wordArith:
		return s.arith(ctx, hc, words)
	case wordWritable:
		return s.isWritable(ctx, hc, words)
	case wordFatal:
		return hc.Builtin(ctx, []string{"exit", words[0]})
	case wordGoing:
		return s.going(hc)
	case wordLoopless:
		return s.loopless(ctx, hc, words)
	case wordCopy:
		return copyInput(ctx, hc)
	case wordGiven:
		if words[0] == "" {
			return status(1)
		}
		return nil
	case wordFields:
		return printFields(hc, words)
	case wordPattern:
		_, err := io.WriteString(hc.Stdout, quotePattern(words[0]))
		return err
	case wordSoft, wordReset, wordWas:
		return s.softStatus(hc, mark+name, words)
	case wordNext:
		if err := hc.Builtin(ctx, []string{"eval", words[0] + "=${" + forPrefix + words[0] + "//" + fieldMarks + "}"}); err != nil {
			return err
		}
		return status(hc.LastExitStatus)
	}
	switch name {
	case "eval":
		return hc.Builtin(ctx, []string{"eval", s.text(strings.Join(words, " "))})
	case "trap":
		return s.trap(ctx, hc, words)
	case "set":
		return s.set(ctx, hc, words)
	case "cd":
		return s.changeDir(ctx, hc, words)
	case "hash":
		return status(s.hash(ctx, hc, words))
	case "type":
		return status(s.describe(hc, "", words))
	case "find":
		if !s.bash {
			return status(s.describe(hc, words[0], words[1:2]))
		}
		return s.findCommand(ctx, hc, words[0], words[1])
	case "wait":
		return status(s.wait(ctx, hc, words))
	case "kill":
		code := s.kill(hc, words)
		if s.isMain(hc) { // a trap of a signal to ourselves runs at once
			ran := false
			for _, action := range s.traps.take() {
				ran = true
				if err := hc.Builtin(ctx, []string{"eval", s.text(action)}); err != nil && s.main.Exited() {
					return err
				}
			}
			if ran && code == 0 { // not that of the trap
				return hc.Builtin(ctx, []string{"eval", ":"})
			}
		}
		return status(code)
	case "echo":
		return status(s.echo(hc, words))
	case "test", "[":
		return s.test(hc, name, words)
	case "umask":
		return s.setUmask(ctx, hc, words)
	case "jobs":
		for _, j := range s.children(hc) {
			io.WriteString(hc.Stdout, strconv.Itoa(j.id())+"\n")
		}
		return nil
	case "disown":
		return nil
	case "printf":
		return s.printf(ctx, hc, words)
	case "status":
		code, _ := strconv.Atoi(words[0])
		return status(code)
	case "keep":
		return s.keepBuiltin(ctx, hc, words)
	case "getopts":
		return s.getopts(ctx, hc, words)
	case "read":
		return s.read(ctx, hc, words)
	case "mapfile", "readarray":
		return s.mapfile(ctx, hc, name, words)
	case "readline":
		return s.readLine(ctx, hc, words)
	case "nosource":
		return s.noSource(ctx, hc, words)
	}
	return errors.New("line " + strconv.Itoa(int(hc.Pos.Line())) + ": " + unknown(words[0], words[1:]).Error())
}

// wordTrapped stands before a command before which signals are seen to.
const wordTrapped = mark + "trapped"

// traceAssigned traces assignments; its status is theirs.
func (s *shell) traceAssigned(hc interp.HandlerContext, names []string) error {
	if hc.Env.Get(varTrace).Str != "" {
		var words []string
		for _, name := range names {
			if !strings.HasPrefix(name, ourPrefix) {
				words = append(words, s.showAssigned(hc, name))
			}
		}
		if len(words) > 0 {
			s.traceLine(hc, words)
		}
	}
	return status(hc.LastExitStatus)
}

// set keeps -x and -C to itself and leaves the rest to the interpreter, which would
// trace in a way of its own. -h and -o posix change nothing that can be seen.
func (s *shell) set(ctx context.Context, hc interp.HandlerContext, words []string) error {
	rest := []string{"set"}
	trace, clobber := "", ""
	for i := 0; i < len(words); i++ {
		word := words[i]
		if len(word) < 2 || word[0] != '-' && word[0] != '+' || word == "--" {
			rest = append(rest, words[i:]...)
			break
		}
		sign, letters := word[:1], word[1:]
		named := strings.HasSuffix(letters, "o") && i+1 < len(words)
		if named && keepsOption(words[i+1]) {
			switch words[i+1] {
			case "xtrace":
				trace = sign
			case "noclobber":
				clobber = sign
			}
			letters, named = strings.TrimSuffix(letters, "o"), false
			i++
		}
		if strings.Contains(letters, "x") {
			trace = sign
		}
		if strings.Contains(letters, "C") {
			clobber = sign
		}
		if letters = strings.NewReplacer("x", "", "h", "", "C", "").Replace(letters); letters != "" {
			rest = append(rest, sign+letters)
		}
		if named {
			i++
			rest = append(rest, words[i])
		}
	}
	for name, sign := range map[string]string{varTrace: trace, varNoClobber: clobber} {
		if sign == "" {
			continue
		}
		value := map[string]string{"-": "1", "+": ""}[sign]
		if err := hc.Builtin(ctx, []string{"eval", name + "=" + value}); err != nil {
			return err
		}
	}
	if len(rest) == 1 {
		return nil
	}
	return hc.Builtin(ctx, rest)
}

// changeDir words cd's refusal as the script's shell does.
func (s *shell) changeDir(ctx context.Context, hc interp.HandlerContext, words []string) error {
	if len(words) == 1 && words[0] != "-" && words[0] != "" {
		dir := words[0]
		if !filepath.IsAbs(dir) {
			dir = filepath.Join(hc.Dir, dir)
		}
		err := unix.Access(dir, unix.X_OK)
		if st, e := os.Stat(dir); err == nil && e == nil && !st.IsDir() {
			err = unix.ENOTDIR
		}
		switch {
		case err != nil && s.bash:
			s.complain(hc.Stderr, int(hc.Pos.Line()), "cd: "+words[0]+": "+errnoText(err))
			return status(1)
		case err != nil:
			s.complain(hc.Stderr, int(hc.Pos.Line()), "cd: can't cd to "+words[0])
			return status(2)
		}
	}
	return hc.Builtin(ctx, append([]string{"cd"}, words...))
}

// findCommand is command -v: an applet is there even if no file of that name is.
func (s *shell) findCommand(ctx context.Context, hc interp.HandlerContext, option, name string) error {
	if option == "-V" {
		return hc.Builtin(ctx, []string{"type", name})
	}
	if hc.Builtin(ctx, []string{"command", "-v", name}) == nil {
		return nil
	}
	c := &invocation{shell: s, ctx: ctx, hc: hc}
	if _, _, ok := c.applet([]string{name}); ok {
		io.WriteString(hc.Stdout, name+"\n")
		return nil
	}
	return status(1)
}

// kill is the builtin: it knows the jobs that are no process.
func (s *shell) kill(hc interp.HandlerContext, words []string) int {
	line := int(hc.Pos.Line())
	sig := unix.SIGTERM
	if len(words) > 0 && len(words[0]) > 1 && words[0][0] == '-' {
		word := words[0][1:]
		words = words[1:]
		switch {
		case word == "-":
			word = "TERM"
		case word == "l" || word == "L":
			return s.listSignals(hc.Stdout, words)
		case (word == "s" || word == "n") && len(words) > 0:
			word, words = words[0], words[1:]
		}
		var ok bool
		if sig, ok = signalNumber(word); !ok {
			s.complain(hc.Stderr, line, "kill: invalid signal number or name: "+word)
			return 2
		}
		if len(words) > 0 && words[0] == "--" {
			words = words[1:]
		}
	}
	code := 0
	for _, word := range words {
		pid, err := strconv.Atoi(word)
		j := s.findJob(word)
		switch {
		case j != nil && !j.isProcess():
			err = j.kill(sig)
		case j != nil:
			err = unix.Kill(j.id(), sig)
		case pid == os.Getpid() && s.takes(sig):
			// At once, as it is for a shell: before the next command.
			s.signal(sig)
			err = nil
		case err != nil:
			s.complain(hc.Stderr, line, "kill: Illegal number: "+word)
			code = 2
			continue
		default:
			err = unix.Kill(pid, sig)
		}
		if err != nil {
			if s.bash {
				s.complain(hc.Stderr, line, "kill: ("+word+") - "+errnoText(err))
			} else {
				s.complain(hc.Stderr, line, "kill: "+errnoText(err)+"\n")
			}
			code = 1
		}
	}
	return code
}

func (s *shell) listSignals(w io.Writer, words []string) int {
	for _, word := range words {
		n, err := strconv.Atoi(word)
		if err != nil {
			return 1
		}
		io.WriteString(w, strings.TrimPrefix(unix.SignalName(syscall.Signal(n&0x7f)), "SIG")+"\n")
	}
	return 0
}

// sourcePath is the file that "." reads: one in PATH if its name has no slash.
func sourcePath(hc interp.HandlerContext, file string) string {
	path := file
	if !strings.Contains(file, "/") {
		for _, dir := range filepath.SplitList(hc.Env.Get("PATH").String()) {
			if st, err := os.Stat(filepath.Join(dir, file)); err == nil && st.Mode().IsRegular() {
				path = filepath.Join(dir, file)
				break
			}
		}
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(hc.Dir, path)
	}
	return path
}

// noSource: "." is a special builtin, and ends a script of sh when it fails.
func (s *shell) noSource(ctx context.Context, hc interp.HandlerContext, words []string) error {
	line := int(hc.Pos.Line())
	if s.bash {
		s.complain(hc.Stderr, line, words[1]+": "+words[2])
		return status(1)
	}
	text := words[2]
	if text == "No such file or directory" {
		text = "No such file"
	}
	s.complain(hc.Stderr, line, words[0]+": cannot open "+words[1]+": "+text)
	s.explained(hc)
	return hc.Builtin(ctx, []string{"exit", "2"})
}
