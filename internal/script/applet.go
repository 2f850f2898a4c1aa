package script

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/namespace"
)

// selfExe is this very binary.
const selfExe = "/proc/self/exe"

// applet finds the applet that a command is: by its bare name, by a file that is
// this very binary, or as "nlbox APPLET".
func (c *invocation) applet(words []string) (applet.Main, []string, bool) {
	if c.env.Lookup == nil {
		return nil, nil, false
	}
	if words[0] == "nlbox" && len(words) > 1 {
		main, ok := c.env.Lookup(words[1])
		return main, words[1:], ok
	}
	if strings.Contains(words[0], "/") {
		main, ok := c.ownName(words[0])
		return main, words, ok
	}
	main, ok := c.bare(words[0])
	return main, words, ok
}

// bare looks a bare name up. Others may have a command whose name ends in
// _route: it is ours when it is inet_route or inet6_route.
func (c *invocation) bare(name string) (applet.Main, bool) {
	if strings.HasSuffix(name, "_route") && !strings.HasPrefix(name, "inet") {
		return nil, false
	}
	return c.env.Lookup(name)
}

// outlives tells whether an applet in the background is one that goes on until it
// is stopped, and so may go on when the script has ended: ping and the monitors. It
// is started as a process then.
func (c *invocation) outlives(words []string) bool {
	if c.job == nil || !c.job.simple {
		return false
	}
	switch filepath.Base(words[0]) {
	case "ping", "ping4", "ping6":
		return true
	case "ip":
		for i, word := range words[1:] {
			if word == "exec" {
				return c.outlives(words[min(i+3, len(words)-1):])
			}
			if len(word) > 1 && strings.HasPrefix("monitor", word) {
				return true
			}
		}
	}
	return false
}

// becomesChild tells whether an applet may become another command: exec of ip
// netns or ip vrf. $! is that command's process then.
func becomesChild(words []string) bool {
	for _, word := range words[1:] {
		if word != "" && strings.HasPrefix("exec", word) {
			return true
		}
	}
	return false
}

// callApplet runs an applet in this process and returns its status. It has a
// goroutine of its own, which ends early as a process would: when nobody reads
// what it writes. When the job or the run is stopped it is left behind, and ends
// with its next word.
func (c *invocation) callApplet(main applet.Main, words []string) int {
	left := new(atomic.Bool)
	env := c.appletEnv(words, left)
	return c.inGoroutine(left, func() int { return c.runApplet(main, env, words) })
}

func (c *invocation) inGoroutine(left *atomic.Bool, run func() int) int {
	t := &task{run: run, done: make(chan int, 1)}
	select {
	case c.idle <- t:
	default:
		go c.worker(t)
	}
	select {
	case code := <-t.done:
		return code
	case <-c.ctx.Done():
		c.leave(left)
		return 128 + int(unix.SIGINT)
	case <-c.job.stopped():
		c.leave(left)
		return 128 + int(c.job.killedBy())
	}
}

// task is a call that a worker is to make.
type task struct {
	run  func() int
	done chan int
}

// worker makes calls one after the other, so that the stack that a call needs has
// grown once. It ends with a call that ends early, and with the run.
func (s *shell) worker(t *task) {
	for ok := true; ok; {
		t.do()
		select {
		case t, ok = <-s.idle:
		case <-s.over:
			return
		}
	}
}

func (t *task) do() {
	code := 128 + int(unix.SIGPIPE)
	defer func() { t.done <- code }()
	code = t.run()
}

// runApplet is inGoroutine's part: `ip netns exec NAME APPLET` takes the short
// way where it is one.
func (c *invocation) runApplet(main applet.Main, env *applet.Env, words []string) int {
	if code, ok := c.shortExec(env, words); ok {
		return code
	}
	c.count.applets.Add(1)
	return applet.Run(main, env)
}

// shortExec is `ip netns exec NAME APPLET WORD…`, without what ip does before it
// runs the command. Where anything is not plain, ip does it.
func (c *invocation) shortExec(env *applet.Env, words []string) (int, bool) {
	if len(words) < 5 || words[0] != "ip" || words[1] != "netns" || words[2] != "exec" || !namespace.ValidName(words[3]) {
		return 0, false
	}
	inner, ok := c.bare(words[4])
	if !ok {
		return 0, false
	}
	call := *env
	call.Name, call.Argv0, call.Args = words[4], words[4], words[5:]
	code, entered := 0, false
	err := namespace.Run(&call, words[3], func() error {
		entered = true
		c.count.applets.Add(2)
		code = c.runNested(inner, &call, words[4:])
		return nil
	})
	return code, entered || err == nil
}

// runNested runs the command of an ip netns exec, which may be another.
func (c *invocation) runNested(main applet.Main, env *applet.Env, words []string) int {
	if code, ok := c.shortExec(env, words); ok {
		c.count.applets.Add(-1) // it was counted as the command of the outer one
		return code
	}
	return applet.Run(main, env)
}

// appletEnv is the world of a call: the script's streams, variables and
// directory, and a process table in which it is not alone.
func (c *invocation) appletEnv(words []string, left *atomic.Bool) *applet.Env {
	out := c.output(left)
	env := &applet.Env{
		Name:             filepath.Base(words[0]),
		Argv0:            words[0],
		Args:             words[1:],
		Stdin:            c.input(),
		Stdout:           out,
		Stderr:           &pipeWriter{w: under(c.hc.Stderr), left: left},
		ReadVars:         func() []string { return c.environOf(left) },
		Dir:              c.hc.Dir,
		StdoutIsTerminal: func() bool { return c.isTerminal(c.hc.Stdout) },
		Lookup:           c.env.Lookup,
		Reporter:         c.env.Reporter,
		Buffers:          &c.buffers,
	}
	if c.hc.Dir == c.dir {
		env.Dir = c.env.Dir
	}
	env.Exec = func(path string, argv, vars []string) error { return c.execFor(env, left, path, argv, vars) }
	return env
}

// execFor is an applet's Env.Exec: an applet called by its bare name is called
// where the caller is, anything else is a child with the script's streams.
func (c *invocation) execFor(env *applet.Env, left *atomic.Bool, path string, argv, vars []string) error {
	if main, ok := c.bare(argv[0]); ok && !strings.Contains(argv[0], "/") {
		call := *env
		call.Name, call.Argv0, call.Args, call.Vars = argv[0], argv[0], argv[1:], vars
		call.Stdout, call.FlushFirst = c.output(left), false
		c.job.resolve(0)
		c.count.applets.Add(1)
		return exitError(applet.Run(main, &call))
	}
	code, killed, err := c.process(path, argv, vars)
	if err != nil {
		return err
	}
	if killed {
		c.killed(unix.Signal(code - 128))
		// For `ip -batch` and -all, which stop there; see namespace.ErrKilled.
		return &applet.Exit{Code: code, Err: namespace.ErrKilled}
	}
	return exitError(code)
}

func exitError(code int) error {
	if code == 0 {
		return nil
	}
	return applet.Silent(code)
}

func (c *invocation) input() io.Reader {
	if c.hc.Stdin == nil {
		return strings.NewReader("")
	}
	return c.hc.Stdin
}

func (c *invocation) output(left *atomic.Bool) *applet.Output {
	out := applet.NewOutput(&pipeWriter{w: under(c.hc.Stdout), left: left})
	out.LineBuffered = c.isTerminal(c.hc.Stdout)
	return out
}

// pipeWriter ends the calling goroutine where a process would get SIGPIPE, and
// when nobody waits for it any more.
type pipeWriter struct {
	w    io.Writer
	left *atomic.Bool
}

// Write implements io.Writer.
func (p *pipeWriter) Write(b []byte) (int, error) {
	if p.left.Load() {
		runtime.Goexit()
	}
	n, err := p.w.Write(b)
	if errors.Is(err, unix.EPIPE) {
		runtime.Goexit()
	}
	return n, err
}

// nsenter is `nsenter {--net=FILE | -t PID -n} APPLET WORD…`. Everything else of
// it, and what does not work, is left to the program.
func (c *invocation) nsenter(words []string) (int, bool) {
	file, rest := nsenterWords(words)
	if file == "" || len(rest) == 0 {
		return 0, false
	}
	main, ok := c.bare(rest[0])
	if !ok {
		return 0, false
	}
	f, err := os.Open(c.absolute(file))
	if err != nil {
		return 0, false
	}
	defer f.Close()
	left := new(atomic.Bool)
	env := c.appletEnv(rest, left)
	entered := false
	code := c.inGoroutine(left, func() (code int) {
		namespace.Thread(func() error {
			if unix.Setns(int(f.Fd()), unix.CLONE_NEWNET) != nil {
				return nil
			}
			entered = true
			code = c.runApplet(main, env, rest)
			return nil
		})
		return code
	})
	return code, entered
}

// nsenterWords returns the file of the network namespace and the command, or
// nothing if the words are others.
func nsenterWords(words []string) (file string, command []string) {
	if words[0] != "nsenter" {
		return "", nil
	}
	pid, net := "", false
	for words = words[1:]; len(words) > 0; words = words[1:] {
		word := words[0]
		value, long := strings.CutPrefix(word, "--net=")
		target, isTarget := strings.CutPrefix(word, "--target=")
		switch {
		case long:
			file = value
		case isTarget:
			pid = target
		case word == "-n" || word == "--net":
			net = true
		case (word == "-t" || word == "--target") && len(words) > 1:
			pid, words = words[1], words[1:]
		case strings.HasPrefix(word, "-"):
			return "", nil
		default:
			if net && file == "" && pid != "" {
				file = "/proc/" + pid + "/ns/net"
			}
			return file, words
		}
	}
	return "", nil
}
