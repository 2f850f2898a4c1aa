// Command nlbox is brctl, ip, route, arp and ping in one binary, and more under
// its own name. See README.md.
//
// This package finds the applet, hands it the process's streams and turns its
// end into an exit status. It holds the only os.Exit of the project.
package main

import (
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
)

func main() {
	os.Exit(run())
}

func run() int {
	name := "nlbox"
	if len(os.Args) > 0 {
		name = filepath.Base(os.Args[0])
	}
	var args []string
	if len(os.Args) > 1 {
		args = os.Args[1:]
	}
	env := processEnv(name, args)
	main, ok := lookup(name)
	if !ok {
		main = boxMain
	}
	return applet.Run(main, env)
}

// processEnv is the Env of a call that has the process for itself.
func processEnv(name string, args []string) *applet.Env {
	out := applet.NewOutput(os.Stdout)
	terminal := func() bool {
		_, err := unix.IoctlGetTermios(1, unix.TCGETS)
		return err == nil
	}
	out.LineBuffered = terminal()
	return &applet.Env{
		Name:             name,
		Args:             args,
		Stdin:            os.Stdin,
		Stdout:           out,
		Stderr:           os.Stderr,
		Vars:             os.Environ(),
		StdoutIsTerminal: terminal,
		Lookup:           lookup,
		Exec:             unix.Exec,
	}
}
