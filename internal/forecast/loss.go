package forecast

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/nlbox/nlbox/internal/snapshot"
)

// Loss is a host that the machine reached before and would not reach afterwards.
type Loss struct {
	Host string `json:"host"`
	// Roles are what it is to the machine.
	Roles []string `json:"roles"`
	// Why begins with what would be so.
	Why string `json:"why"`
	// Remedy are commands that help, in their order; there may be none.
	Remedy []string `json:"remedy"`
}

// Text is the loss in one line.
func (l *Loss) Text() string {
	return l.Host + ", " + strings.Join(l.Roles, " and ") + ", would become unreachable: " + l.Why
}

// Remedies lists what helps against all of the losses, each command once.
func Remedies(losses []Loss) []string {
	var out []string
	for _, l := range losses {
		for _, c := range l.Remedy {
			if !slices.Contains(out, c) {
				out = append(out, c)
			}
		}
	}
	return out
}

// Losses lists the targets that were within reach before, and are not after.
func Losses(targets []Target, before, after *State) []Loss {
	var out []Loss
	was, is := before.Snapshot.Namespaces[0], after.Snapshot.Namespaces[0]
	for i := range targets {
		t := &targets[i]
		if reach(was, before.Ways[i]) != within {
			continue
		}
		l := Loss{Host: t.host(), Roles: t.Roles, Remedy: []string{}}
		way := after.Ways[i]
		switch r := reach(is, way); {
		case r == behindPort:
			l.Why, l.Remedy = portWords(is, way.Dev, t.Addr)
		case r == noRoute:
			l.Why, l.Remedy = routeWords(was, is, before.Ways[i])
		case t.Local.IsValid() && has(was, t.Local) && !has(is, t.Local):
			l.Why = "the session is with " + t.Local.String() + ", which this machine would not have any more"
		default:
			continue
		}
		out = append(out, l)
	}
	return out
}

func (t *Target) host() string {
	if t.Dev != "" {
		return t.Addr.String() + "%" + t.Dev
	}
	return t.Addr.String()
}

// What can be said of the way to a host.
type reached int

const (
	within reached = iota
	noRoute
	behindPort
)

func reach(n *snapshot.Namespace, w Way) reached {
	if w.Dev == "" {
		return noRoute
	}
	if l, ok := n.Link(w.Dev); ok && l.PortOf() == "bridge" {
		return behindPort
	}
	return within
}

func has(n *snapshot.Namespace, addr netip.Addr) bool {
	return slices.ContainsFunc(n.Addresses, func(a snapshot.Record) bool { return a.Prefix().Addr() == addr })
}

// portWords: the port's addresses and routes belong to the bridge. The addresses of
// the port go last, since the routes by way of them go along.
func portWords(n *snapshot.Namespace, dev string, to netip.Addr) (why string, remedy []string) {
	l, _ := n.Link(dev)
	bridge := l.Str("master")
	asking := "ARP"
	if to.Is6() {
		asking = "neighbour discovery"
	}
	why = "the route to it goes out by " + dev + ", a port of the bridge " + bridge +
		", and answers to " + asking + " arrive on " + bridge
	if b, ok := n.Link(bridge); ok && !b.Up() {
		remedy = append(remedy, "ip link set dev "+bridge+" up")
	}
	var last []string
	for _, a := range n.Addresses {
		p := a.Prefix()
		if a.Str("dev") != dev || !p.IsValid() || p.Addr().Is6() && p.Addr().IsLinkLocalUnicast() {
			continue
		}
		if !onLink(n, p, bridge) {
			remedy = append(remedy, addressWords(a, p, bridge))
		}
		last = append(last, "ip address del "+p.String()+" dev "+dev)
	}
	remedy = append(remedy, last...)
	for _, r := range n.Routes {
		if words, ok := moved(r, dev, bridge); ok {
			remedy = append(remedy, words)
		}
	}
	return why, append([]string{}, remedy...)
}

// onLink tells whether a link has an address.
func onLink(n *snapshot.Namespace, p netip.Prefix, dev string) bool {
	return slices.ContainsFunc(n.Addresses, func(a snapshot.Record) bool { return a.Str("dev") == dev && a.Prefix() == p })
}

// addressWords is the command that gives an address to a link.
func addressWords(a snapshot.Record, p netip.Prefix, dev string) string {
	words := "ip address add " + p.String()
	if b := a.Str("broadcast"); b != "" {
		words += " brd " + b
	}
	return words + " dev " + dev
}

// moved is the command for a route of dev to go out by another link. The kernel's
// own come with the addresses.
func moved(r snapshot.Record, dev, to string) (string, bool) {
	words := strings.Fields(r.Str("spec"))
	at := slices.Index(words, "dev")
	if r.Str("protocol") == "kernel" || r.Str("dev") != dev || at < 0 || at+1 >= len(words) || words[at+1] != dev {
		return "", false
	}
	words[at+1] = to
	return family(r) + " route replace " + strings.Join(words, " "), true
}

func family(r snapshot.Record) string {
	if r.Str("family") == "inet6" {
		return "ip -6"
	}
	return "ip"
}

// routeWords: what the way needed before, and is gone.
func routeWords(was, is *snapshot.Namespace, before Way) (why string, remedy []string) {
	remedy = []string{}
	l, there := is.Link(before.Dev)
	switch {
	case !there:
		return "there would be no route to it: " + before.Dev + " would be gone", remedy
	case !l.Up():
		why = "there would be no route to it, since " + before.Dev + " would be down"
		remedy = append(remedy, "ip link set dev "+before.Dev+" up")
	default:
		why = "there would be no route to it"
	}
	for _, a := range was.Addresses {
		p := a.Prefix()
		if a.Str("dev") != before.Dev || !p.IsValid() || has(is, p.Addr()) || p.Addr().Is6() && p.Addr().IsLinkLocalUnicast() {
			continue
		}
		remedy = append(remedy, addressWords(a, p, before.Dev))
	}
	specs := map[string]bool{}
	for _, r := range is.Routes {
		specs[r.Str("spec")] = true
	}
	for _, r := range was.Routes {
		if words, ok := moved(r, before.Dev, before.Dev); ok && !specs[r.Str("spec")] {
			remedy = append(remedy, words)
		}
	}
	return why, remedy
}
