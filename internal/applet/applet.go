// Package applet is what every command of the box has in common: where it
// reads and writes (Env), how it ends (Exit), and how it finds a command word
// in an ordered table (Find).
//
// It may import the standard library only, so that every room of the house may
// import it.
package applet

import (
	"errors"
	"io"
	"path"
	"strings"
)

// Main runs one applet. It returns nil for status 0, or an error that Status
// turns into a text and an exit status. It never ends the process itself.
type Main func(*Env) error

// Env is the whole world of one applet call. Nothing below cmd/ touches
// os.Args, os.Stdout or os.Exit, so that one process can run any number of
// calls one after the other or side by side.
//
// The network and mount namespaces of a call are those of the calling thread:
// whoever needs others runs the applet inside namespace.Run or namespace.Do.
type Env struct {
	// Name is the command's name: the last element of argv[0], or the word
	// after "nlbox".
	Name string
	// Argv0 is argv[0] as it was given, with its path, which getopt's messages
	// begin with; empty means Name. See Program.
	Argv0 string
	// Args are the words behind the name.
	Args []string

	Stdin  io.Reader
	Stdout *Output
	Stderr io.Writer

	// Vars is the environment as KEY=VALUE; see Environ.
	Vars []string
	// ReadVars gives the environment where Vars is nil. It is called when the
	// first variable is asked for: few calls ask, and the runtime builds an
	// index of all variables for the first.
	ReadVars func() []string
	// Dir is what relative file names are relative to; empty means the
	// process's working directory.
	Dir string

	// FlushFirst makes Warn write out stdout first, as a program does that
	// flushes every record it prints (ip). The others leave stdout to the end.
	FlushFirst bool

	// Reporter words errors in another way than the originals do; nil means as
	// they do.
	Reporter Reporter

	// StdoutIsTerminal tells whether stdout is a terminal; nil means no.
	StdoutIsTerminal func() bool

	// Alone says that the call has the process for itself and that the process
	// ends with it: the call may change its thread's namespaces for good.
	Alone bool

	// Pinned says that the calling goroutine is on the process's first thread and
	// stays there, as during the initialisation of packages.
	Pinned bool

	// Buffers are for the calls of a process that runs several; nil means that
	// each has its own.
	Buffers *Buffers

	// Mounts runs fn in the mount namespace that belongs to the network namespace
	// of the call, which few calls look at; nil means that they are there. See
	// Inside.
	Mounts func(fn func() error) error

	// Lookup finds another applet by its name, for commands that start
	// commands (ip netns exec). nil finds nothing.
	Lookup func(name string) (Main, bool)

	// Exec replaces the process by argv[0] with the environment vars, or,
	// where the call shares its process with others, runs it as a child and
	// returns its status as an *Exit. It returns only for a child or on
	// failure. nil means that no command can be started.
	Exec func(path string, argv, vars []string) error
}

// Reporter writes what goes wrong to env.Stderr. See internal/report.
type Reporter interface {
	// Warn is given a text that would go to stderr as it is.
	Warn(env *Env, text string)
	// Fail is given an error that ends a call, with its status and text. The text
	// may be empty: then all was said before.
	Fail(env *Env, err error, code int, text string)
}

// Program is what getopt and the like call the program in their messages.
func (e *Env) Program() string {
	if e.Argv0 != "" {
		return e.Argv0
	}
	return e.Name
}

// Getenv returns the value of the variable key, or "" when it is unset.
// The last setting wins.
func (e *Env) Getenv(key string) string {
	v, _ := e.LookupEnv(key)
	return v
}

// LookupEnv is Getenv that also tells whether the variable is set.
func (e *Env) LookupEnv(key string) (string, bool) {
	vars := e.Environ()
	for i := len(vars) - 1; i >= 0; i-- {
		if k, v, ok := strings.Cut(vars[i], "="); ok && k == key {
			return v, true
		}
	}
	return "", false
}

// Environ is the environment as KEY=VALUE.
func (e *Env) Environ() []string {
	if e.Vars == nil && e.ReadVars != nil {
		e.Vars = e.ReadVars()
	}
	return e.Vars
}

// Posix tells whether POSIXLY_CORRECT is set, which getopt(3) looks at.
func (e *Env) Posix() bool {
	_, set := e.LookupEnv("POSIXLY_CORRECT")
	return set
}

// Path returns name as seen from Dir.
func (e *Env) Path(name string) string {
	if e.Dir == "" || path.IsAbs(name) {
		return name
	}
	return path.Join(e.Dir, name)
}

// Inside runs fn, which mounts something, starts a program or reads /sys, in the
// mount namespace of the call. Whoever does none of these needs it not.
func (e *Env) Inside(fn func() error) error {
	if e.Mounts == nil {
		return fn()
	}
	return e.Mounts(fn)
}

// Terminal tells whether stdout is a terminal.
func (e *Env) Terminal() bool {
	return e.StdoutIsTerminal != nil && e.StdoutIsTerminal()
}

// Warn writes text to stderr as it is. What was printed before goes out first
// where stdio would have written it by now: on a terminal, or with FlushFirst.
func (e *Env) Warn(text string) {
	if e.FlushFirst || e.Stdout.LineBuffered {
		e.Stdout.Flush()
	}
	if e.Reporter != nil {
		e.Reporter.Warn(e, text)
		return
	}
	io.WriteString(e.Stderr, text)
}

// Report says on stderr how a call ended, and returns its status.
func (e *Env) Report(err error) (code int) {
	code, text := Status(err)
	switch {
	case e.Reporter != nil && err != nil:
		if e.FlushFirst || e.Stdout.LineBuffered {
			e.Stdout.Flush()
		}
		e.Reporter.Fail(e, err, code, text)
	case text != "":
		e.Warn(text + "\n")
	}
	return code
}

// Exit is how an applet ends when it does not end well.
type Exit struct {
	// Code is the exit status, 0..255.
	Code int
	// Text goes to stderr, followed by a newline; nothing is printed when it
	// is empty. It may hold several lines.
	Text string
	// Err is the cause, if there is one (an *rtnl.Error, an errno).
	Err error
	// Abort says that the original calls exit(3) on the spot here: ip -batch
	// ends with it, without a word about the line and in spite of -force.
	Abort bool
}

func (e *Exit) Error() string { return e.Text }

// Aborts returns Abort.
func (e *Exit) Aborts() bool { return e.Abort }

// Unwrap returns the cause.
func (e *Exit) Unwrap() error { return e.Err }

// ExitCode returns Code.
func (e *Exit) ExitCode() int { return e.Code }

// Fail is short for an *Exit with a status and a text.
func Fail(code int, text string) error { return &Exit{Code: code, Text: text} }

// Aborts tells whether err ends a batch on the spot: see Exit.Abort.
func Aborts(err error) bool {
	var a interface{ Aborts() bool }
	return errors.As(err, &a) && a.Aborts()
}

// Silent ends with a status and without a word: all was said before.
func Silent(code int) error { return &Exit{Code: code} }

// Status returns the exit status and the text of err. An error with a method
// ExitCode() int, here or in what it wraps, chooses its status; any other
// error is 1.
func Status(err error) (code int, text string) {
	if err == nil {
		return 0, ""
	}
	var c interface{ ExitCode() int }
	if errors.As(err, &c) {
		return c.ExitCode(), err.Error()
	}
	return 1, err.Error()
}

// Run calls main with env, reports how it ended on env.Stderr and returns the
// exit status. stdout is flushed.
func Run(main Main, env *Env) int {
	code := env.Report(main(env))
	env.Stdout.Flush()
	return code
}
