package script

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
	"mvdan.cc/sh/v3/interp"

	"github.com/nlbox/nlbox/internal/applet"
)

// invocation is one command that is neither a function nor a builtin.
type invocation struct {
	*shell
	ctx context.Context
	hc  interp.HandlerContext
	job *job

	// reading guards vars, which an applet's goroutine may ask for when the script
	// goes on without it.
	reading sync.Mutex
	vars    []string
}

// environ is the command's environment. Few applets ask for it.
func (c *invocation) environ() []string {
	if c.vars == nil {
		c.vars = environment(c.hc.Env)
	}
	return c.vars
}

// environOf is environ for an applet, which ends when it was left behind: the
// variables are the script's then.
func (c *invocation) environOf(left *atomic.Bool) []string {
	c.reading.Lock()
	defer c.reading.Unlock()
	if left.Load() {
		runtime.Goexit()
	}
	return c.environ()
}

// leave leaves a call behind.
func (c *invocation) leave(left *atomic.Bool) {
	c.reading.Lock()
	defer c.reading.Unlock()
	left.Store(true)
}

// exec runs such commands, and the words of ours.
func (s *shell) exec(ctx context.Context, words []string) error {
	hc := interp.HandlerCtx(ctx)
	if name, ok := strings.CutPrefix(words[0], mark); ok {
		return s.word(ctx, hc, name, words[1:])
	}
	c := &invocation{shell: s, ctx: ctx, hc: hc, job: s.jobOf(hc)}
	return status(c.run(words))
}

// status is an exit status as the interpreter wants it.
func status(code int) error {
	if code == 0 {
		return nil
	}
	return interp.ExitStatus(uint8(code))
}

func (c *invocation) run(words []string) int {
	if main, words, ok := c.applet(words); ok && !c.outlives(words) {
		if !becomesChild(words) {
			c.job.resolve(0)
		}
		return c.callApplet(main, words)
	}
	if code, ok := c.nsenter(words); ok {
		return code
	}
	return c.start(words)
}

// start finds a command in PATH and runs it as a process.
func (c *invocation) start(words []string) int {
	line := int(c.hc.Pos.Line())
	path, err := c.find(words[0])
	if err == nil {
		if strings.Contains(words[0], "/") && path != selfExe {
			path = words[0] // a script finds it in its $0
		}
		var code int
		var killed bool
		if code, killed, err = c.process(path, words, c.environ()); err == nil {
			if killed {
				c.killed(unix.Signal(code - 128))
			}
			return code
		}
	}
	code, text := 126, "Permission denied"
	switch {
	case err == unix.ENOENT && c.bash && !strings.Contains(words[0], "/"):
		code, text = 127, "command not found"
	case err == unix.ENOENT && !c.bash:
		code, text = 127, "not found"
	case words[0] == "":
		code = 127
	case c.bash && c.isDirectory(words[0]):
		text = "Is a directory"
	case err == unix.ENOENT:
		code, text = 127, errnoText(err)
	case err != unix.EACCES:
		text = errnoText(err)
	}
	c.complain(c.hc.Stderr, line, words[0]+": "+text)
	return code
}

// killed says which signal ended a command, as dash does where the command
// was waited for.
func (c *invocation) killed(sig unix.Signal) {
	if c.job != nil {
		c.job.mu.Lock()
		defer c.job.mu.Unlock()
		c.job.endedBy = sig
		return
	}
	to := c.errs
	if c.isMain(c.hc) {
		to = traceTo(c.hc.Stderr)
	}
	c.sayKilled(to, sig)
}

func (s *shell) sayKilled(to io.Writer, sig unix.Signal) {
	if !s.bash && sig != 0 && sig != unix.SIGINT && sig != unix.SIGPIPE {
		io.WriteString(to, signalText(sig)+"\n")
	}
}

// signalText is strsignal(3): Go's words but for the first letter.
func signalText(sig unix.Signal) string {
	text := sig.String()
	return strings.ToUpper(text[:1]) + text[1:]
}

// find looks for a command as execvp(3) does.
func (c *invocation) find(name string) (string, error) {
	if _, _, ok := c.applet([]string{name}); ok {
		return selfExe, nil
	}
	if strings.Contains(name, "/") {
		return c.absolute(name), executable(c.absolute(name))
	}
	if name == "" && c.bash {
		return "", unix.ENOENT
	}
	return c.inPath(name)
}

func (c *invocation) inPath(name string) (string, error) {
	missing := error(unix.ENOENT)
	for _, dir := range filepath.SplitList(c.hc.Env.Get("PATH").String()) {
		path := dir + "/" + name
		if dir == "" {
			path = "./" + name
		}
		switch err := executable(c.absolute(path)); err {
		case nil:
			return path, nil
		case unix.EACCES:
			missing = err
		}
	}
	return "", missing
}

func (c *invocation) isDirectory(name string) bool {
	st, err := os.Stat(c.absolute(name))
	return err == nil && st.IsDir()
}

func (c *invocation) absolute(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(c.hc.Dir, name)
}

func executable(path string) error {
	var st unix.Stat_t
	if err := unix.Stat(path, &st); err != nil {
		if err != unix.EACCES {
			err = unix.ENOENT
		}
		return err
	}
	if st.Mode&unix.S_IFMT == unix.S_IFDIR || unix.Faccessat(unix.AT_FDCWD, path, unix.X_OK, unix.AT_EACCESS) != nil {
		return unix.EACCES
	}
	return nil
}

// patience is how long the end of a run waits for the children that a signal
// was passed on to.
const patience = 2 * time.Second

// process runs a program in the namespaces of the calling thread and returns its
// status, 128 and the signal's number for one that was killed. The error is the
// errno when it was not started.
func (c *invocation) process(path string, argv, vars []string) (code int, killed bool, err error) {
	cmd := c.command(path, argv, vars)
	err = c.startProcess(cmd)
	if errors.Is(err, unix.ENOEXEC) {
		cmd = c.command("/bin/sh", append([]string{"sh", path}, argv[1:]...), vars)
		err = c.startProcess(cmd)
	}
	if err != nil {
		var errno unix.Errno
		if errors.As(err, &errno) {
			return 0, false, errno
		}
		return 0, false, err
	}
	c.count.processes.Add(1)
	c.job.resolve(cmd.Process.Pid)
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	select {
	case <-done:
	case <-c.ctx.Done():
		select {
		case <-done:
		case <-time.After(patience):
			return 128 + int(unix.SIGKILL), true, nil
		}
	}
	c.mu.Lock()
	delete(c.processes, cmd.Process.Pid)
	c.mu.Unlock()
	ended, ok := cmd.ProcessState.Sys().(syscall.WaitStatus)
	if ok && ended.Signaled() {
		return 128 + int(ended.Signal()), true, nil
	}
	return cmd.ProcessState.ExitCode(), false, nil
}

func (c *invocation) command(path string, argv, vars []string) *exec.Cmd {
	cmd := &exec.Cmd{Path: path, Args: argv, Env: vars, Stdout: under(c.hc.Stdout), Stderr: under(c.hc.Stderr)}
	if c.hc.Stdin != nil {
		cmd.Stdin = c.hc.Stdin
	}
	cmd.ExtraFiles = c.inherited(c.hc)
	if c.hc.Dir != c.dir || c.env.Dir != "" {
		cmd.Dir = c.hc.Dir
	}
	return cmd
}

func (c *invocation) startProcess(cmd *exec.Cmd) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	err := c.withUmask(c.hc, cmd.Start)
	if err == nil {
		c.processes[cmd.Process.Pid] = c.job
	}
	return err
}

// ownName finds the applet for a name with a slash: when that file is this very
// binary.
func (c *invocation) ownName(name string) (applet.Main, bool) {
	if !strings.Contains(name, "/") || c.env.Lookup == nil {
		return nil, false
	}
	main, ok := c.env.Lookup(filepath.Base(name))
	if !ok || c.self == nil {
		return nil, false
	}
	st, err := os.Stat(c.absolute(name))
	if err != nil || !os.SameFile(st, c.self) || executable(c.absolute(name)) != nil {
		return nil, false
	}
	return main, true
}
