package main

import (
	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/box"
)

// boxMain is the binary under its own name: an applet's name as the first word,
// or one of the verbs.
func boxMain(env *applet.Env) error {
	if len(env.Args) > 0 {
		if main, ok := box.Lookup(env.Args[0]); ok {
			env.Name, env.Argv0, env.Args = env.Args[0], "", env.Args[1:]
			return main(env)
		}
	}
	return applet.Fail(1, "nlbox: no such applet or verb")
}
