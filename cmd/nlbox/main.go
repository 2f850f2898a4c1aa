// An applet's process is over before the number of processors changes, and
// before anybody reads the names of its mappings:
//go:debug updatemaxprocs=0
//go:debug decoratemappings=0

// Command nlbox is brctl, ip, route, arp, ifconfig and ping in one binary, and
// more under its own name. See README.md.
//
// This package turns the end of an applet into an exit status and holds the
// verbs that the binary knows under its own name. It and package early hold the
// only os.Exit of the project.
package main

import (
	"os"

	"github.com/nlbox/nlbox/cmd/nlbox/first"
	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/box"
)

func main() {
	os.Exit(run())
}

// run is nlbox under its own name: package early has dealt with the others.
func run() int {
	first.Widen()
	return applet.Run(boxMain, box.ProcessEnv())
}
