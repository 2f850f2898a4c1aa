package namespace

import (
	"errors"
	"os"
	"path"
	"strings"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
)

const (
	// defaultPath is where commands are looked for without PATH (glibc's
	// _CS_PATH).
	defaultPath = "/bin:/usr/bin"
	shell       = "/bin/sh"
)

// Exec runs the command argv in the calling thread's namespaces, with the rules
// of execvp(3) and the environment of env. What was printed goes out first.
//
// When the command is an applet of this very binary it is run on the spot, without
// the mounts of env.Inside.
// Otherwise env.Exec decides: it replaces the process, and Exec does not return,
// or it runs a child, whose status is the error.
func Exec(env *applet.Env, argv []string) error {
	return execute(env, argv, new(applet.Main))
}

// execute is Exec. own is set to the applet of this binary that the command is.
func execute(env *applet.Env, argv []string, own *applet.Main) error {
	env.Stdout.Flush()
	err := execvp(env, argv, own)
	if errno, ok := err.(unix.Errno); ok {
		return env.Inside(func() error { return failed(1, "exec of "+quote(argv[0])+" failed", errno) })
	}
	return err
}

// execvp looks for the command and starts it. A bare errno means that it
// was not started.
func execvp(env *applet.Env, argv []string, own *applet.Main) error {
	file := argv[0]
	if strings.Contains(file, "/") {
		return start(env, file, argv, own)
	}
	if file == "" {
		return unix.ENOENT
	}
	path, ok := env.LookupEnv("PATH")
	if !ok {
		path = defaultPath
	}
	denied := false
	for {
		dir, rest, more := strings.Cut(path, ":")
		if dir != "" {
			dir += "/"
		}
		err := start(env, dir+file, argv, own)
		switch err {
		case unix.EACCES:
			denied = true
		case unix.ENOENT, unix.ESTALE, unix.ENOTDIR, unix.ENODEV, unix.ETIMEDOUT:
		default:
			return err
		}
		if !more {
			if denied {
				return unix.EACCES
			}
			return err
		}
		path = rest
	}
}

// start runs the file at path. One that the kernel cannot make sense of is a
// script for the shell.
func start(env *applet.Env, path string, argv []string, own *applet.Main) error {
	if main, ok := ownApplet(env, path, argv[0]); ok {
		*own = main
		return runApplet(env, main, argv)
	}
	if env.Exec == nil {
		return unix.ENOSYS
	}
	path = env.Path(path)
	if env.Mounts != nil {
		// Whom the search goes past needs no mounts.
		if err := unix.Faccessat(unix.AT_FDCWD, path, unix.F_OK, unix.AT_EACCESS); err != nil {
			return err
		}
	}
	return env.Inside(func() error {
		err := env.Exec(path, argv, env.Environ())
		if err == unix.ENOEXEC {
			script := append([]string{shell, path}, argv[1:]...)
			err = env.Exec(shell, script, env.Environ())
		}
		return err
	})
}

// ownApplet finds the applet that a file would be if it were started as argv0:
// the file is this binary itself, by whatever link, and not a copy of it.
func ownApplet(env *applet.Env, file, argv0 string) (applet.Main, bool) {
	if env.Lookup == nil {
		return nil, false
	}
	main, ok := env.Lookup(path.Base(argv0))
	if !ok {
		return nil, false
	}
	there, err := statInode(env.Path(file))
	if err != nil {
		return nil, false
	}
	self, err := statInode("/proc/self/exe")
	if err != nil || there != self {
		return nil, false
	}
	// The kernel would refuse to execute it, for its mode or its mount: let it.
	if unix.Faccessat(unix.AT_FDCWD, env.Path(file), unix.X_OK, unix.AT_EACCESS) != nil {
		return nil, false
	}
	return main, true
}

// runApplet runs main as the process that it stands for: it reports its own end,
// and only its status is left to the caller.
func runApplet(env *applet.Env, main applet.Main, argv []string) error {
	call := *env
	call.Name, call.Argv0, call.Args = path.Base(argv[0]), argv[0], argv[1:]
	call.FlushFirst = false
	if code := applet.Run(main, &call); code != 0 {
		return applet.Silent(code)
	}
	return nil
}

// ErrKilled is in the error of a child that a signal ended.
var ErrKilled = errors.New("killed by a signal")

// Forked is env for a command that must not end the process: one of several
// that are run one after the other. It shares the process's streams, but for a Stdin
// that is another file.
func Forked(env *applet.Env) *applet.Env {
	call := *env
	if call.Buffers == nil {
		call.Buffers = new(applet.Buffers)
	}
	if call.StdoutIsTerminal != nil {
		call.StdoutIsTerminal = sync.OnceValue(call.StdoutIsTerminal)
	}
	if call.Alone {
		call.Alone = false
		stdin := uintptr(unix.Stdin)
		if f, ok := call.Stdin.(*os.File); ok {
			stdin = f.Fd()
		}
		call.Exec = func(path string, argv, vars []string) error {
			return spawn(path, &syscall.ProcAttr{
				Env:   vars,
				Files: []uintptr{stdin, uintptr(unix.Stdout), uintptr(unix.Stderr)},
			}, argv)
		}
	}
	return &call
}

// spawn runs a child of the calling thread and waits for it.
func spawn(path string, attr *syscall.ProcAttr, argv []string) error {
	pid, err := syscall.ForkExec(path, argv, attr)
	if err != nil {
		return err
	}
	var status unix.WaitStatus
	for {
		if _, err = unix.Wait4(pid, &status, 0, nil); err != unix.EINTR {
			break
		}
	}
	switch {
	case err != nil:
		return failed(1, "waitpid", err)
	case !status.Exited():
		return &applet.Exit{Code: 1, Err: ErrKilled}
	case status.ExitStatus() != 0:
		return applet.Silent(status.ExitStatus())
	}
	return nil
}
