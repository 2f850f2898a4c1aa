// Package script is `nlbox run`: it interprets a shell script in this process,
// and calls the applets in it as functions. Everything else is executed as a
// shell would.
//
// The interpreter is mvdan.cc/sh. What it lacks of a shell that scripts of the
// network need (traps of signals, kill, $!, umask, the trace, a pipe whose reader has
// gone) is added here in three places: the script's syntax tree is changed before
// it runs (rewrite.go), every simple command passes a handler (call.go), and
// commands that are no builtins another (exec.go). Builtins and expressions that it has
// otherwise than the shells are words of ours, in files of their own: test, printf,
// echo, read, getopts, trap, umask, $((…)). What is lacking still is refused with its
// line before anything has run (check.go).
//
// It may import internal/applet, internal/namespace and mvdan.cc/sh, and it is
// imported by cmd/nlbox alone: no applet's start pays for it.
package script

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/interp"
	"mvdan.cc/sh/v3/syntax"

	"github.com/nlbox/nlbox/internal/applet"
)

// Exit statuses of the verb itself; the others are the script's.
const (
	statusRefused  = 2   // the script is not one that can be run: nothing has run
	statusUnset    = 2   // dash's, where set -u ends a script
	statusNoScript = 127 // it cannot be read, as sh has it
)

// Plan says what to run and how.
type Plan struct {
	// File is the script; "-" is the standard input.
	File string
	// Args are $1 and what follows.
	Args []string
	// Trace and ErrExit are set -x and set -e.
	Trace, ErrExit bool
	// Stats asks for a line at the end about what was run.
	Stats bool
}

// name is what messages and $0 call the script.
func (p *Plan) name() string {
	if p.File == "-" {
		return "sh"
	}
	return p.File
}

// Run runs a script. The status of the script is that of the error.
func Run(env *applet.Env, plan *Plan) error {
	start := time.Now()
	text, err := read(env, plan.File)
	if err != nil {
		return applet.Fail(statusNoScript, "nlbox run: cannot open "+plan.File+": "+reason(err))
	}
	s, err := newShell(env, plan, isBash(plan.File, text))
	if err != nil {
		return applet.Fail(1, "nlbox run: "+err.Error())
	}
	defer s.close()
	s.traced = plan.Trace || maySet(string(text), "xtrace", 'x')
	s.assigned = map[uint]prefixed{}
	file, err := s.prepare(text, s.assigned)
	if err != nil {
		return applet.Fail(statusRefused, "nlbox run: "+err.Error()+"\nnothing has been run")
	}
	s.file = file
	env.Stdout.Flush()
	status := s.run(file)
	if plan.Stats {
		io.WriteString(env.Stderr, s.count.line(time.Since(start)))
	}
	if status != 0 {
		return applet.Silent(status)
	}
	return nil
}

func read(env *applet.Env, file string) ([]byte, error) {
	if file == "-" {
		if env.Stdin == nil {
			return nil, nil
		}
		return io.ReadAll(env.Stdin)
	}
	return os.ReadFile(env.Path(file))
}

// reason is the cause of an error without the file's name.
func reason(err error) string {
	var p *os.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	return errnoText(err)
}

// isBash tells whether a script is one of bash: by its first line, or by its
// name when there is no such line.
func isBash(name string, text []byte) bool {
	first, _, _ := bytes.Cut(text, []byte("\n"))
	if line, ok := bytes.CutPrefix(first, []byte("#!")); ok {
		for _, word := range strings.Fields(string(line)) {
			if filepath.Base(word) == "bash" {
				return true
			}
		}
		return false
	}
	return filepath.Ext(name) == ".bash"
}

// prepare parses a script, refuses what cannot be run and rewrites the rest.
//
// Every script is read as one of bash, that of sh too: bash's grammar has nearly all
// of dash's, `local` and the like, where the parser's POSIX takes the standard by
// the word. Where the two differ in what they do, it is done here by s.bash.
//
// assigned is filled with the commands that have assignments in front; nil for
// what is evaluated later, whose places are others.
func (s *shell) prepare(text []byte, assigned map[uint]prefixed) (*syntax.File, error) {
	file, err := s.parse(text, s.plan.name())
	if err != nil {
		return nil, err
	}
	s.rewrite(file, text, assigned)
	return file, nil
}

// rewrite rewrites what was parsed of a text.
func (s *shell) rewrite(file *syntax.File, text []byte, assigned map[uint]prefixed) {
	if splits(file) && !maySet(string(text), "nounset", 'u') {
		s.splits.Store(true)
	}
	if maySet(string(text), "nounset", 'u') {
		s.nounset.Store(true)
	}
	if s.plan.ErrExit || maySet(string(text), "errexit", 'e') {
		s.errexit.Store(true)
	}
	rewrite(file, &style{main: assigned != nil, bash: s.bash, traced: s.traced, splits: s.splits.Load(), assigned: assigned,
		isFunction: s.isFunction, isReadonly: s.mayBeReadonly, text: text, nounset: s.nounset.Load(), errexit: s.errexit.Load(), prefix: s.nextText()})
}

// parse parses a text and refuses what cannot be run.
func (s *shell) parse(text []byte, name string) (*syntax.File, error) {
	if line := tooDeep(text); line > 0 {
		return nil, refusal(name, syntax.NewPos(0, uint(line), 1), "parentheses are nested too deep here")
	}
	file, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(bytes.NewReader(text), name)
	if err != nil {
		return nil, syntaxError(name, err)
	}
	if err := check(file, name); err != nil {
		return nil, err
	}
	s.learn(file)
	return file, nil
}

// maxNesting is how many parentheses may be open at once. A level of arithmetic
// takes the parser 11 KB of stack, and the runtime ends the process at 1 GB.
const maxNesting = 10_000

// tooDeep returns the line at which more are open, or 0.
func tooDeep(text []byte) int {
	open, line := 0, 1
	for _, c := range text {
		switch c {
		case '\n':
			line++
		case '(':
			if open++; open > maxNesting {
				return line
			}
		case ')':
			open = max(0, open-1)
		}
	}
	return 0
}

// syntaxError is "NAME:LINE: what is wrong".
func syntaxError(name string, err error) error {
	var parse syntax.ParseError
	var lang syntax.LangError
	switch {
	case errors.As(err, &parse):
		return refusal(name, parse.Pos, parse.Text)
	case errors.As(err, &lang):
		_, text, _ := strings.Cut(strings.TrimPrefix(lang.Error(), name+":"), ": ")
		return refusal(name, lang.Pos, text)
	}
	return errors.New(name + ": " + err.Error())
}

func refusal(name string, pos syntax.Pos, text string) error {
	return errors.New(name + ":" + strconv.FormatUint(uint64(pos.Line()), 10) + ": " + text)
}

// newRunner makes the interpreter.
func (s *shell) newRunner() (*interp.Runner, error) {
	dir := s.env.Dir
	if dir == "" {
		var err error
		if dir, err = os.Getwd(); err != nil {
			return nil, err
		}
	}
	s.dir = dir
	vars := startVars(s.env.Environ())
	if s.plan.Trace {
		vars = append(vars, varTrace+"=1")
	}
	return interp.New(
		interp.Env(expand.ListEnviron(vars...)),
		interp.Dir(dir),
		interp.StdIO(s.env.Stdin, s.out, s.errs),
		interp.CallHandler(s.call),
		interp.ExecHandlers(func(interp.ExecHandlerFunc) interp.ExecHandlerFunc { return s.exec }),
		interp.OpenHandler(s.open),
		// dash expands aliases in scripts too.
		interp.Interactive(!s.bash),
	)
}

// run runs the prepared script and returns its status.
func (s *shell) run(file *syntax.File) int {
	if s.plan.ErrExit {
		interp.Params("-e")(s.main)
	}
	s.main.Params = s.plan.Args
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	s.cancel = cancel
	defer s.listen()()

	s.bashVariables(ctx)
	err := s.main.Run(ctx, file)
	status := s.statusOf(err)
	if s.unset != "" && s.main.Exited() && !s.bash {
		status = statusUnset
	}
	if sig := s.diedOf(); sig != 0 {
		status = 128 + int(sig)
	} else {
		s.explain(err, status)
		s.pendingTraps(ctx)
	}
	if s.diedOf() == 0 || s.bash {
		status = s.exitTrap(status)
	}
	s.waitForJobs()
	return status
}

// statusOf is the status that the interpreter ended with.
func (s *shell) statusOf(err error) int {
	var status interp.ExitStatus
	switch {
	case err == nil:
		return 0
	case errors.As(err, &status):
		return int(status)
	case errors.Is(err, context.Canceled):
		return 1
	}
	io.WriteString(s.errs, "nlbox run: "+s.plan.name()+": "+err.Error()+"\n")
	return 1
}

// explain names the command that ended the script before its end.
func (s *shell) explain(err error, status int) {
	if err == nil || !s.main.Exited() {
		return
	}
	s.mu.Lock()
	last, asked := s.last, s.exitAsked
	s.mu.Unlock()
	if asked || last.words == nil {
		return
	}
	io.WriteString(s.errs, "nlbox run: "+s.plan.name()+":"+strconv.Itoa(last.line)+": "+
		strings.Join(last.words, " ")+": status "+strconv.Itoa(status)+" ends the script\n")
}

// maySet tells whether a script may switch an option on: whether anything in it looks
// like set with its letter, or like its name.
func maySet(text, name string, letter rune) bool {
	if strings.Contains(text, name) {
		return true
	}
	setting := false
	for _, word := range strings.Fields(text) {
		if setting = setting && len(word) > 0 && (word[0] == '-' || word[0] == '+'); setting && strings.ContainsRune(word, letter) {
			return true
		}
		setting = setting || strings.HasSuffix(word, "set")
	}
	return false
}
