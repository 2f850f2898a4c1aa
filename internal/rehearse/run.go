package rehearse

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/progress"
)

// endedError is the end of a command by the end of the laboratory.
type endedError struct{ status int }

func (*endedError) Error() string { return "the laboratory was ended" }

// command is what is to be run on a host.
type command struct {
	// argv follows the shell's own name: {"-c", "ip a"}.
	argv []string
	vars []string
	// foreground: on the terminal that stdin is, with job control.
	foreground bool
	// noStdin, noOutput: /dev/null instead of ours.
	noStdin, noOutput bool
	// output, where it is set, gets what the command prints.
	output *os.File
}

// runner runs commands on the hosts of a network.
type runner struct {
	leash    *leash
	env      *applet.Env
	network  *network
	children *children
	// output, where it is set, gets what the steps print, and line says which of
	// them runs.
	output *os.File
	line   *progress.Line
}

// run runs the shell on a host and returns its status, 128 plus the signal when
// one killed it.
func (r *runner) run(host string, c command) (int, error) {
	m := r.network.machines[host]
	r.env.Stdout.Flush()
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return 0, err
	}
	defer null.Close()
	files := []uintptr{0, 1, 2}
	if c.noStdin {
		files[0] = null.Fd()
	}
	if c.noOutput {
		files[1], files[2] = null.Fd(), null.Fd()
	}
	if c.output != nil {
		files[1], files[2] = c.output.Fd(), c.output.Fd()
	}
	attr := &syscall.ProcAttr{Env: r.vars(c.vars), Files: files}
	if c.foreground {
		attr.Sys = &syscall.SysProcAttr{Foreground: true, Ctty: 0}
	}
	var status <-chan syscall.WaitStatus
	err = m.do(func() error {
		var err error
		_, status, err = r.children.start(shell, append([]string{"sh"}, c.argv...), attr)
		return err
	})
	if err != nil {
		return 0, errors.New("cannot run " + shell + " on " + host + ": " + cause(err))
	}
	select {
	case s := <-status:
		// Ctrl-C reaches the command as well, and may end it first.
		select {
		case sig := <-r.leash.signals:
			return 0, &endedError{r.leash.end(sig)}
		default:
			return exitStatus(s), nil
		}
	case sig := <-r.leash.signals:
		return 0, &endedError{r.leash.end(sig)}
	case <-r.leash.cut:
		return 0, &endedError{1}
	}
}

// holder starts a process on a host that does nothing, and returns its number.
func (r *runner) holder(host string) (pid int, err error) {
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return 0, err
	}
	defer null.Close()
	attr := &syscall.ProcAttr{Env: r.vars(nil), Files: []uintptr{null.Fd(), null.Fd(), null.Fd()}}
	err = r.network.machines[host].do(func() error {
		var err error
		pid, _, err = r.children.start(shell, []string{"sh", "-c", "while :; do sleep 1000; done"}, attr)
		return err
	})
	return pid, err
}

// vars is the environment of a command: ours, with the applets first in PATH.
func (r *runner) vars(more []string) []string {
	vars := append([]string{}, r.env.Environ()...)
	vars = append(vars, "PATH="+searchPath(r.env.Getenv("PATH")), "TMPDIR="+tmpDir)
	return append(vars, more...)
}

// searchPath puts the applets before path, and behind it the directories of
// root's tools, which an ordinary user's PATH may lack.
func searchPath(path string) string {
	dirs := append([]string{binDir}, filepath.SplitList(path)...)
	for _, d := range []string{"/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"} {
		if !slices.Contains(dirs, d) {
			dirs = append(dirs, d)
		}
	}
	return strings.Join(dirs, ":")
}

// steps runs the plan's scripts. All are run; the first that fails gives the
// status.
func (r *runner) steps(plan *Plan) (int, error) {
	first := 0
	for _, s := range plan.Steps {
		if err := r.visible(s); err != nil {
			return 0, err
		}
		r.line.Say("running " + s.name())
		status, err := r.run(s.Host, command{argv: s.words(plan.Trace), output: r.output})
		if err != nil {
			return 0, err
		}
		if status == 0 {
			continue
		}
		if first == 0 {
			first = status
		}
		if len(plan.Steps) > 1 {
			r.env.Warn(plan.title() + s.name() + " on " + s.Host + " ended with status " + strconv.Itoa(status) + "\n")
		}
	}
	return first, nil
}

// visible makes sure that a host sees the script: what lies below /run does not.
func (r *runner) visible(s Step) error {
	if s.File == Stdin || s.Text != "" {
		return nil
	}
	return r.network.machines[s.Host].do(func() error {
		if err := unix.Access(s.File, unix.R_OK); err != nil {
			return errors.New(s.Host + " does not see " + s.File + " (" + cause(err) +
				"): each host has a " + runDir + " of its own; put the file elsewhere")
		}
		return nil
	})
}

// words are the shell's words for running the script.
func (s *Step) words(trace bool) []string {
	var words []string
	if trace {
		words = append(words, "-x")
	}
	file := s.File
	switch {
	case s.Text != "":
		return append(words, "-c", s.Text)
	case file == Stdin:
		return append(words, "-s")
	case strings.HasPrefix(file, "-"):
		return append(words, "./"+file)
	}
	return append(words, file)
}

// prompt gives the terminal to a shell on a host.
func (r *runner) prompt(plan *Plan) (int, error) {
	if !isTerminal(unix.Stdin) {
		return r.run(plan.Shell, command{})
	}
	if !plan.Quiet {
		r.greet(plan)
	}
	return r.run(plan.Shell, command{
		argv:       []string{"-i"},
		vars:       []string{"PS1=" + plan.Shell + "# ", "ENV="},
		foreground: true,
	})
}

func (r *runner) greet(plan *Plan) {
	r.env.Stdout.WriteString(plan.Lab.describe())
	r.env.Stdout.WriteString("You are root of " + plan.Shell + ". \"exit\" ends the rehearsal, and nothing of it remains.\n")
}
