package main

import "github.com/nlbox/nlbox/internal/applet"

// entry is one applet: the command that the binary is under that name.
type entry struct {
	name string
	main applet.Main
}

// applets returns the table of applets, in the order of --list. It is a
// function, not a variable, so that no start-up pays for it.
func applets() []entry {
	return []entry{}
}

// lookup finds an applet by its name.
func lookup(name string) (applet.Main, bool) {
	for _, e := range applets() {
		if e.name == name {
			return e.main, true
		}
	}
	return nil, false
}
