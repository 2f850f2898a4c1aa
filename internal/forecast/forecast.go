// Package forecast tells which hosts a machine would lose by a change of its
// network, from the states before and after, without a packet: by the route that
// the kernel would take to each of them.
//
// A host is lost when the way to it goes out by an interface that is a port of a
// bridge: the answers to ARP and neighbour discovery then arrive on the bridge, and
// the port learns nothing of them. It is lost as well when there was a route and
// there is none any more. And the peer of an SSH session is lost when the address
// that it talks to is gone.
//
//	forecast.go  whom to look for, and how to reach them, asked of the kernel
//	loss.go      what is lost, why, and what helps
//
// It may import the standard library, internal/applet and internal/snapshot.
package forecast

import (
	"encoding/json"
	"errors"
	"net/netip"
	"strings"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/snapshot"
)

// Target is a host that the machine reaches, or should.
type Target struct {
	Addr netip.Addr
	// Roles are what it is to the machine: gateway, neighbour, SSH client.
	Roles []string
	// Dev is the link that a link-local address belongs to, empty for others.
	Dev string
	// Local is the machine's own address that an SSH session is with; not valid
	// for others.
	Local netip.Addr
}

// The roles.
const (
	gateway   = "the default gateway"
	neighbour = "a neighbour"
	sshClient = "your SSH session's client"
)

// Targets lists whom a machine should still reach: the gateways of its default
// routes, the hosts of its neighbour table, and the peer of the SSH session that
// SSH_CONNECTION, or else SSH_CLIENT, names. n is the state of its namespace, and
// neighbours are the records of `ip -j neigh`.
func Targets(n *snapshot.Namespace, neighbours []snapshot.Record, env *applet.Env) []Target {
	var out []Target
	add := func(t Target, role string) {
		if t.Addr.IsLinkLocalUnicast() && t.Addr.Is6() {
			if t.Dev == "" {
				return
			}
		} else {
			t.Dev = ""
		}
		for i := range out {
			if out[i].Addr == t.Addr && out[i].Dev == t.Dev {
				out[i].Roles = append(out[i].Roles, role)
				out[i].Local = t.Local
				return
			}
		}
		t.Roles = []string{role}
		out = append(out, t)
	}
	for _, g := range n.Gateways() {
		if g.Default {
			add(Target{Addr: g.Addr, Dev: g.Dev}, gateway)
		}
	}
	gateways := len(out)
	for _, h := range neighbours {
		addr, err := netip.ParseAddr(h.Str("dst"))
		// A link-local one is nobody's to be reached by, but for the gateway.
		if err != nil || h.Str("lladdr") == "" || addr.IsLinkLocalUnicast() || addr.IsMulticast() || onlyTried(h) {
			continue
		}
		known := false
		for _, t := range out[:gateways] {
			known = known || t.Addr == addr
		}
		if !known {
			add(Target{Addr: addr}, neighbour)
		}
	}
	if t, ok := session(env); ok {
		add(t, sshClient)
	}
	return out
}

// onlyTried: a neighbour that did not answer.
func onlyTried(h snapshot.Record) bool {
	for _, s := range h.Strings("state") {
		if s == "FAILED" || s == "INCOMPLETE" {
			return true
		}
	}
	return false
}

// session is the peer of the SSH session that the environment tells of: "CLIENT
// PORT SERVER PORT", or "CLIENT PORT PORT" (ssh(1)).
func session(env *applet.Env) (Target, bool) {
	text := env.Getenv("SSH_CONNECTION")
	if text == "" {
		text = env.Getenv("SSH_CLIENT")
	}
	fields := strings.Fields(text)
	if len(fields) == 0 {
		return Target{}, false
	}
	addr, err := netip.ParseAddr(fields[0])
	if err != nil || addr.IsLoopback() {
		return Target{}, false
	}
	t := Target{Addr: addr.Unmap().WithZone(""), Dev: addr.Zone()}
	if len(fields) == 4 {
		if local, err := netip.ParseAddr(fields[2]); err == nil {
			t.Local = local.Unmap().WithZone("")
		}
	}
	return t, true
}

// State is a machine's network, and its ways to the targets, in their order.
type State struct {
	Snapshot *snapshot.Snapshot
	Ways     []Way
}

// Way is the kernel's answer to how a host is reached: by a link, via a gateway or
// directly. Without a route Dev is empty.
type Way struct{ Dev, Via string }

// Take asks the kernel of the namespace of the calling thread.
func Take(env *applet.Env, targets []Target) (*State, error) {
	s, err := snapshot.Take(env, true)
	if err != nil {
		return nil, err
	}
	state := &State{Snapshot: s}
	for i := range targets {
		w, err := way(env, targets[i].ask(s.Namespaces[0]))
		if err != nil {
			return nil, err
		}
		state.Ways = append(state.Ways, w)
	}
	return state, nil
}

// ask is the question for a target. A link-local address is looked for where a
// route names it, or else where it was.
func (t *Target) ask(n *snapshot.Namespace) []string {
	words := []string{"ip", "-j", "route", "get", t.Addr.String()}
	if t.Dev == "" {
		return words
	}
	dev := t.Dev
	for _, g := range n.Gateways() {
		if g.Addr == t.Addr && g.Default {
			dev = g.Dev
		}
	}
	return append(words, "dev", dev)
}

// way asks for a route. A refusal is an answer: there is none.
func way(env *applet.Env, words []string) (Way, error) {
	text, err := env.Call(words)
	var refused *applet.Answer
	if errors.As(err, &refused) {
		return Way{}, nil
	}
	if err != nil {
		return Way{}, err
	}
	return readWay(text)
}

// readWay reads what `ip -j route get` prints.
func readWay(text []byte) (Way, error) {
	var routes []struct{ Type, Dev, Gateway string }
	if err := json.Unmarshal(text, &routes); err != nil {
		return Way{}, err
	}
	for _, r := range routes {
		switch r.Type {
		case "unreachable", "blackhole", "prohibit", "throw":
			return Way{}, nil
		}
		return Way{r.Dev, r.Gateway}, nil
	}
	return Way{}, nil
}
