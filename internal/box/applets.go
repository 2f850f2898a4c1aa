package box

import (
	"strings"

	"github.com/nlbox/nlbox/arp"
	"github.com/nlbox/nlbox/brctl"
	"github.com/nlbox/nlbox/bridge"
	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/ipcmd"
	"github.com/nlbox/nlbox/ping"
	"github.com/nlbox/nlbox/route"
)

// entry is one applet: the command that the binary is under that name.
type entry struct {
	name string
	main applet.Main
}

// applets returns the table of applets, in the order of --list. It is a
// function, not a variable, so that no start-up pays for it.
func applets() []entry {
	return []entry{
		{"brctl", brctl.Main},
		{"bridge", bridge.Main},
		{"ip", ipcmd.Main},
		{"route", route.Main},
		{"arp", arp.Main},
		{"ping", ping.Main},
	}
}

// Lookup finds an applet by its name.
func Lookup(name string) (applet.Main, bool) {
	for _, e := range applets() {
		if e.name == name {
			return e.main, true
		}
	}
	switch name {
	case "ping4", "ping6":
		// ping for one family: it looks at its name itself.
		return ping.Main, true
	}
	if strings.HasSuffix(name, "_route") {
		// inet6_route is route for inet6: it looks at its name itself.
		return route.Main, true
	}
	return nil, false
}

// Names returns the names of the applets, in the order of the table.
func Names() []string {
	var names []string
	for _, e := range applets() {
		names = append(names, e.name)
	}
	return names
}
