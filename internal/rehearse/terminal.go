package rehearse

import (
	"os"
	"os/signal"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
)

// terminal remembers the state of the terminal on stdin before a prompt that has
// job control: such a shell takes the terminal for its own process group, and
// cannot give it back to one that lies outside its PID namespace.
type terminal struct {
	fd    int
	group int
	modes *unix.Termios
}

// openTerminal returns nil when there is nothing to be restored.
func openTerminal(env *applet.Env, plan *Plan) *terminal {
	in, ok := env.Stdin.(*os.File)
	if plan.Shell == "" || !ok {
		return nil
	}
	t := &terminal{fd: int(in.Fd())}
	var err error
	if t.modes, err = unix.IoctlGetTermios(t.fd, unix.TCGETS); err != nil {
		return nil
	}
	if t.group, err = unix.IoctlGetInt(t.fd, unix.TIOCGPGRP); err != nil || t.group != unix.Getpgrp() {
		return nil
	}
	return t
}

// restore makes our process group the terminal's foreground again.
func (t *terminal) restore() {
	if t == nil {
		return
	}
	// Who is in the background is stopped for this, unless it ignores SIGTTOU.
	signal.Ignore(unix.SIGTTOU)
	defer signal.Reset(unix.SIGTTOU)
	unix.IoctlSetPointerInt(t.fd, unix.TIOCSPGRP, t.group)
	unix.IoctlSetTermios(t.fd, unix.TCSETSW, t.modes)
}

// isTerminal tells whether fd is one.
func isTerminal(fd int) bool {
	_, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	return err == nil
}
