package script

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
	"mvdan.cc/sh/v3/interp"
)

// open opens what a redirection names, or another name for one of the
// script's streams; see rewrite.
func (s *shell) open(ctx context.Context, path string, flag int, perm os.FileMode) (io.ReadWriteCloser, error) {
	hc := interp.HandlerCtx(ctx)
	if file, ok := strings.CutPrefix(path, mark+"source"); ok {
		return s.openSource(hc, file)
	}
	var line, kind string
	if i := strings.LastIndex(path, mark); i > 0 {
		path, kind, line = path[:i], path[i+1:i+2], path[i+2:]
	}
	after, overwriting := strings.CutPrefix(line, overwrites)
	line = after
	var reword func([]byte) []byte
	if after, ok := strings.CutPrefix(line, errorsTo); ok {
		line, reword = after, s.unbound
	}
	var trace io.Writer
	if kind != kindCompound {
		trace = traceTo(hc.Stderr)
	}
	_, failed := s.unopened.Load(s.runnerOf(hc))
	if kind == kindCalled && failed {
		return nothing(flag)
	}
	streams := []io.Writer{nil, hc.Stdout, hc.Stderr}
	switch path {
	case mark + "dup1", "/dev/stdout", "/dev/fd/1":
		return newStream(hc.Stdout, nil, trace).rewording(reword), nil
	case mark + "dup2", "/dev/stderr", "/dev/fd/2":
		return newStream(hc.Stderr, nil, trace).rewording(reword), nil
	case mark + "hold1", mark + "hold2":
		w := streams[path[len(path)-1]-'0']
		f, err := duplicate(w)
		if err != nil || f == nil {
			return newStream(w, nil, traceOf(w)).rewording(rewordOf(w)), err
		}
		return newStream(f, f, traceOf(w)).rewording(rewordOf(w)), nil
	case "/dev/stdin", "/dev/fd/0":
		if f, ok := hc.Stdin.(*os.File); ok {
			return duplicate(f)
		}
	}
	reads := flag&(os.O_WRONLY|os.O_RDWR) == 0
	if n, ok := strings.CutPrefix(path, mark+"fd"); ok {
		d, err := s.duplicateOf(hc, n, line)
		switch {
		case err != nil:
			return s.unopenable(hc, kind, flag, err)
		case d.f == nil && reads:
			return nothing(flag)
		case d.f == nil:
			return newStream(d.w, nil, trace).rewording(reword), nil
		case reads:
			return d.f, nil
		}
		return newStream(d.f, s.own(d.f), trace).rewording(reword), nil
	}
	f, err := s.openFile(hc, path, s.clobbering(hc, path, flag, overwriting))
	switch {
	case err != nil:
		return s.unopenable(hc, kind, flag, s.cannotOpen(line, path, flag, err))
	case reads:
		return f, nil
	}
	return newStream(f, s.own(f), trace).rewording(reword), nil
}

// owned is an output that is closed when the shell is, if not before: that of an
// exec is never closed by the interpreter.
type owned struct {
	*os.File
	shell *shell
}

func (s *shell) own(f *os.File) owned {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.outputs[f] = true
	return owned{f, s}
}

// Close implements io.Closer.
func (o owned) Close() error {
	o.shell.mu.Lock()
	delete(o.shell.outputs, o.File)
	o.shell.mu.Unlock()
	return o.File.Close()
}

// clobbering is flag, which set -C keeps from emptying a file that is there.
func (s *shell) clobbering(hc interp.HandlerContext, path string, flag int, overwriting bool) int {
	if flag&os.O_TRUNC == 0 || overwriting || hc.Env.Get(varNoClobber).Str == "" {
		return flag
	}
	st, err := os.Stat((&invocation{shell: s, hc: hc}).absolute(path))
	if err == nil && !st.Mode().IsRegular() {
		return flag &^ os.O_TRUNC
	}
	return flag | os.O_EXCL
}

// openFile opens a file of the calling shell's directory.
func (s *shell) openFile(hc interp.HandlerContext, path string, flag int) (f *os.File, err error) {
	name := path
	if path != "" && !filepath.IsAbs(path) {
		name = filepath.Join(hc.Dir, path)
	}
	err = s.withUmask(hc, func() (err error) {
		f, err = os.OpenFile(name, flag, 0o666)
		return err
	})
	return f, err
}

// unopenable is the end of a redirection that failed.
func (s *shell) unopenable(hc interp.HandlerContext, kind string, flag int, err error) (io.ReadWriteCloser, error) {
	if kind != kindCalled {
		return nil, err
	}
	io.WriteString(hc.Stderr, err.Error()+"\n")
	s.unopened.Store(s.runnerOf(hc), true)
	return nothing(flag)
}

// nothing stands for what could not be opened.
func nothing(flag int) (io.ReadWriteCloser, error) {
	if flag&(os.O_WRONLY|os.O_RDWR) == 0 {
		return os.Open(os.DevNull)
	}
	return newStream(io.Discard, nil, nil), nil
}

// unopenedCall takes the place of a command whose redirection has failed: in sh its
// status is 2, where the interpreter's is 1, and a special builtin ends the shell.
func (s *shell) unopenedCall(hc interp.HandlerContext, words []string) ([]string, bool) {
	if _, failed := s.unopened.LoadAndDelete(s.runnerOf(hc)); !failed {
		return nil, false
	}
	if special(words[0]) {
		return []string{"exit", "2"}, true
	}
	return []string{mark + "status", "2"}, true
}

// special tells whether a builtin is one of those that POSIX calls special.
func special(name string) bool {
	switch name {
	case ".", ":", "break", "continue", "eval", "exec", "exit", "return", "set", "shift", "times", "trap", "unset":
		return true
	}
	return false
}

// rewordOf is what a stream that stands for w does with texts.
func rewordOf(w io.Writer) func([]byte) []byte {
	if s, ok := w.(*stream); ok {
		return s.reword
	}
	return nil
}

// traceOf is what a stream that stands for w keeps of it.
func traceOf(w io.Writer) io.Writer {
	if s, ok := w.(*stream); ok {
		return s.trace
	}
	return nil
}

// cannotOpen is the shell's complaint about a redirection. The interpreter
// prints a PathError as "Op Path: Err".
func (s *shell) cannotOpen(line, path string, flag int, err error) error {
	text := reason(err)
	if s.bash && errors.Is(err, unix.EEXIST) {
		text = "cannot overwrite existing file"
	}
	if s.bash {
		return &os.PathError{Op: s.plan.name() + ": line " + line + ":", Path: path, Err: errors.New(text)}
	}
	op := "cannot open"
	if flag&os.O_CREATE != 0 {
		op = "cannot create"
	}
	if errors.Is(err, unix.ENOENT) {
		text = "No such file"
		if flag&os.O_CREATE != 0 {
			text = "Directory nonexistent"
		}
	}
	return &os.PathError{Op: s.plan.name() + ": " + line + ": " + op, Path: path, Err: errors.New(text)}
}
