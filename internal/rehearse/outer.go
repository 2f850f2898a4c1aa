package rehearse

import (
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/progress"
)

// InsideWord is the first word of the command line by which the binary calls
// itself; Inside takes such a call. It is nothing that a person types.
const InsideWord = "rehearse:inside"

// PlanInsideWord is the same for a forecast.
const PlanInsideWord = "plan:inside"

// shell runs scripts and the prompt.
const shell = "/bin/sh"

// leashFd is where the process inside finds the reading end of a pipe that the
// process outside holds open for as long as it lives.
const leashFd = 3

// holdersFd is where it writes which processes hold the hosts, for --keep.
const holdersFd = 4

// Run carries out the plan in new namespaces. It calls this binary again, as
// `nlbox rehearse:inside WORDS…`; the words must yield the same plan there. The
// status is the scripts'; after a signal it is 128 plus its number.
func Run(env *applet.Env, plan *Plan, words []string) error {
	return plan.voiced(runOutside(env, plan, words))
}

func runOutside(env *applet.Env, plan *Plan, words []string) error {
	if err := check(env, plan); err != nil {
		return err
	}
	// The kernel kills the process inside when the thread that started it ends.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()

	signals := make(chan os.Signal, 1)
	signal.Notify(signals, caught()...)
	defer signal.Stop(signals)
	terminal := openTerminal(env, plan)
	defer terminal.restore()

	in, leash, holders, err := start(env, plan, words)
	if err != nil {
		return err
	}
	defer leash.Close()
	go tellHolders(env, plan.title(), in.Process.Pid, holders)
	ended := make(chan error, 1)
	go func() { ended <- in.Wait() }()
	select {
	case err = <-ended:
		select {
		case sig := <-signals:
			return interrupted(sig.(syscall.Signal))
		default:
			return result(err)
		}
	case sig := <-signals:
		in.Process.Kill()
		<-ended
		progress.Erase(env.Stderr)
		return interrupted(sig.(syscall.Signal))
	}
}

// check finds what can be found wrong before anything is built.
func check(env *applet.Env, plan *Plan) error {
	if plan.Original == nil {
		// A clone has names as they come; those of its hosts are good.
		if err := plan.Lab.Check(); err != nil {
			return fail(err.Error())
		}
	}
	if unix.Access(shell, unix.X_OK) != nil {
		return fail("there is no " + shell + " here, which runs the scripts; install a shell (dash, bash or busybox)")
	}
	for _, s := range plan.Steps {
		if s.File == Stdin || s.Text != "" {
			continue
		}
		f, err := os.Open(env.Path(s.File))
		if err == nil {
			var info os.FileInfo
			if info, err = f.Stat(); err == nil && info.IsDir() {
				err = unix.EISDIR
			}
			f.Close()
		}
		if err != nil {
			return fail("cannot read " + s.File + ": " + cause(err))
		}
	}
	return nil
}

// caught are the signals that end the rehearsal. SIGHUP is left alone where it
// was ignored from the start, as nohup(1) does.
func caught() []os.Signal {
	s := []os.Signal{unix.SIGINT, unix.SIGTERM, unix.SIGQUIT}
	if !signal.Ignored(unix.SIGHUP) {
		s = append(s, unix.SIGHUP)
	}
	return s
}

// start calls the binary again. The file returned keeps the process inside alive.
func start(env *applet.Env, plan *Plan, words []string) (cmd *exec.Cmd, leash, holders *os.File, err error) {
	hold, leash, err := os.Pipe()
	if err != nil {
		return nil, nil, nil, fail(cause(err))
	}
	defer hold.Close()
	holders, tell, err := os.Pipe()
	if err != nil {
		leash.Close()
		return nil, nil, nil, fail(cause(err))
	}
	defer tell.Close()
	files := []*os.File{leashFd - 3: hold, holdersFd - 3: tell}
	if plan.Original != nil {
		original, err := plan.Original.write()
		if err != nil {
			leash.Close()
			holders.Close()
			return nil, nil, nil, fail("cannot hand the state of this network over: " + cause(err))
		}
		defer original.Close()
		files = append(files, original)
	}
	cmd = &exec.Cmd{
		Path:       "/proc/self/exe",
		Args:       append([]string{"nlbox", plan.insideWord()}, words...),
		Env:        env.Environ(),
		Dir:        env.Dir,
		Stdin:      env.Stdin,
		Stdout:     env.Stdout.Direct(),
		Stderr:     env.Stderr,
		ExtraFiles: files,
	}
	system := inquire()
	cmd.SysProcAttr = namespaces(&system)
	if err := cmd.Start(); err != nil {
		leash.Close()
		holders.Close()
		return nil, nil, nil, fail(system.explain(err))
	}
	return cmd, leash, holders, nil
}

// namespaces asks for all kinds, so that nothing that is done inside is seen
// outside. A caller who lacks the privilege for that becomes root of a user
// namespace.
func namespaces(system *system) *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{
		Cloneflags: unix.CLONE_NEWNET | unix.CLONE_NEWNS | unix.CLONE_NEWPID | unix.CLONE_NEWUTS | unix.CLONE_NEWIPC,
		Pdeathsig:  unix.SIGKILL,
	}
	if !system.privileged {
		attr.Cloneflags |= unix.CLONE_NEWUSER
		attr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Geteuid(), Size: 1}}
		attr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getegid(), Size: 1}}
	}
	return attr
}

// result turns the end of the process inside into ours. It has told its errors.
func result(err error) error {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &exit):
		return fail(cause(err))
	case exit.ExitCode() >= 0:
		return applet.Silent(exit.ExitCode())
	}
	sig := exit.Sys().(syscall.WaitStatus).Signal()
	return applet.Fail(128+int(sig), "the laboratory was ended by a signal: "+sig.String())
}

func interrupted(sig syscall.Signal) error {
	what := "ended by signal " + strconv.Itoa(int(sig)) + " (" + sig.String() + ")"
	if sig == unix.SIGINT {
		what = "interrupted"
	}
	return applet.Fail(128+int(sig), what+"; the laboratory is gone")
}

// fail ends with status 1 and the text, which Plan.voiced puts a title before.
func fail(text string) error { return applet.Fail(1, text) }

// cause is the errno's text, or the whole error's where there is none.
func cause(err error) string {
	var errno syscall.Errno
	if errors.As(err, &errno) {
		return errno.Error()
	}
	return err.Error()
}
