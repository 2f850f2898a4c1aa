// Package box is the inside of the binary: the table of its applets, and the
// world that the process gives to one of them. cmd/nlbox and the golden scripts
// start applets through it, so both run the same code from argv to status.
//
// It may import every applet. Only cmd/nlbox and tests import it, and it never
// ends the process: the status is its caller's to use.
package box

import (
	"os"
	"path"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/report"
)

// ProcessEnv is the Env of a call that has the process for itself: the name and
// the words of os.Args, the process's streams and environment.
func ProcessEnv() *applet.Env {
	name, argv0, args := "nlbox", "", []string(nil)
	if len(os.Args) > 0 {
		argv0, args = os.Args[0], os.Args[1:]
		name = path.Base(argv0)
	}
	out := applet.NewOutput(os.Stdout)
	out.LineBuffered = stdoutIsTerminal()
	return &applet.Env{
		Name:             name,
		Argv0:            argv0,
		Args:             args,
		Stdin:            os.Stdin,
		Stdout:           out,
		Stderr:           os.Stderr,
		ReadVars:         os.Environ,
		StdoutIsTerminal: stdoutIsTerminal,
		Alone:            true,
		Lookup:           Lookup,
		Exec:             unix.Exec,
		Reporter:         report.New(),
	}
}

func stdoutIsTerminal() bool {
	_, err := unix.IoctlGetTermios(unix.Stdout, unix.TCGETS)
	return err == nil
}
