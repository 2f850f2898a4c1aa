// Command nlbox is brctl, ip, route, arp and ping in one binary, and more under
// its own name. See README.md.
//
// This package turns the end of an applet into an exit status and holds the
// verbs that the binary knows under its own name. It holds the only os.Exit of
// the project.
package main

import (
	"os"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/box"
)

func main() {
	os.Exit(run())
}

func run() int {
	env := box.ProcessEnv()
	main, ok := box.Lookup(env.Name)
	if !ok {
		main = boxMain
	}
	return applet.Run(main, env)
}
