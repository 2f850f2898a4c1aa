// Package topology draws who is plugged into whom: namespaces as boxes, bridges
// with their ports, veth pairs as wires, addresses, default routes.
//
//	topology.go      the map as plain data, built from snapshots
//	ascii.go         for a terminal of 80 columns
//	mermaid.go dot.go svg.go
//
// A map depends on the snapshots alone, and equal snapshots give equal maps to
// the byte. It may import the standard library and internal/snapshot.
package topology

import (
	"slices"
	"strconv"
	"strings"

	"github.com/nlbox/nlbox/internal/snapshot"
)

// Site is a machine, or whatever else has namespaces of its own.
type Site struct {
	// Name stands before the names of its namespaces; empty when there is only
	// one site.
	Name     string
	Snapshot *snapshot.Snapshot
}

// LAN is an Ethernet segment that joins interfaces of sites, and that no
// snapshot shows: the cable behind eth0.
type LAN struct {
	Name    string
	Members []Member
}

// Member is an interface on a LAN, in the site's own namespace.
type Member struct{ Site, Interface string }

// Map is what is drawn.
type Map struct {
	Boxes []*Box
	Wires []Wire
}

// Box is a namespace, or a LAN.
type Box struct {
	Title string
	Ports []*Port
	// Routes are the default routes, in the words of `ip route`.
	Routes []string
}

// Port is an interface.
type Port struct {
	Name string
	// Kind is the kind of link, empty for hardware and the ends of wires.
	Kind string
	// State is "up", "down" or "no carrier"; of a bridge's port what the bridge
	// does with it: "forwarding", "blocking", ….
	State string
	Addrs []string
	// On is the link that it lies on: of a VLAN, macvlan or VXLAN.
	On string
	// Inside tells that it is a port of the nearest port above that is not
	// inside of another.
	Inside bool
	// Wire is the number of the wire that is plugged in, from 1; 0 for none.
	Wire int
	box  *Box
}

// Wire is a veth pair, or the cable to a LAN.
type Wire struct {
	Number int
	A, B   *Port
}

// Build makes the map.
func Build(sites []Site, lans []LAN) *Map {
	m := &Map{}
	ports := map[string]*Port{}
	for _, s := range sites {
		for _, n := range s.Snapshot.Namespaces {
			b := &Box{Title: title(s.Name, n.Name), Routes: defaults(n)}
			for _, l := range inOrder(n) {
				p := port(n, l, b)
				ports[portID(s.Name, n.Name, p.Name)] = p
				b.Ports = append(b.Ports, p)
			}
			m.Boxes = append(m.Boxes, b)
		}
	}
	for _, s := range sites {
		m.pairs(s, ports)
	}
	for _, l := range lans {
		m.lan(l, ports)
	}
	return m
}

// Title of the namespace that has no name, on a site without a name.
const thisNamespace = "this network namespace"

func title(site, namespace string) string {
	switch {
	case site == "" && namespace == "":
		return thisNamespace
	case site == "":
		return namespace
	case namespace == "":
		return site
	}
	return site + ": " + namespace
}

func portID(site, namespace, name string) string { return site + "\x00" + namespace + "\x00" + name }

// pairs finds the veth pairs of a site.
func (m *Map) pairs(s Site, ports map[string]*Port) {
	for _, n := range s.Snapshot.Namespaces {
		for _, l := range n.Links {
			if kindOf(l) != "veth" || l.Str("link") == "" {
				continue
			}
			there := n.Name
			if other, ok := l["link_netns"].(string); ok {
				there = other
			}
			m.wire(ports[portID(s.Name, n.Name, l.Str("ifname"))], ports[portID(s.Name, there, l.Str("link"))])
		}
	}
}

// lan adds the box of a LAN, and its cables.
func (m *Map) lan(l LAN, ports map[string]*Port) {
	b := &Box{Title: "LAN " + l.Name}
	for _, member := range l.Members {
		end := &Port{Name: member.Site, State: "up", box: b}
		b.Ports = append(b.Ports, end)
		m.wire(ports[portID(member.Site, "", member.Interface)], end)
	}
	m.Boxes = append(m.Boxes, b)
}

// wire joins two ports, once.
func (m *Map) wire(a, b *Port) {
	if a == nil || b == nil || a.Wire != 0 || b.Wire != 0 {
		return
	}
	w := Wire{len(m.Wires) + 1, a, b}
	a.Wire, b.Wire = w.Number, w.Number
	m.Wires = append(m.Wires, w)
}

// Other is the other end of a port's wire.
func (m *Map) Other(p *Port) *Port {
	w := m.Wires[p.Wire-1]
	if w.A == p {
		return w.B
	}
	return w.A
}

// inOrder lists a namespace's links: those with ports first, each with its ports
// behind it, then the others; all by name. A loopback that only loops is no news.
func inOrder(n *snapshot.Namespace) []snapshot.Record {
	byName := slices.Clone(n.Links)
	slices.SortStableFunc(byName, func(a, b snapshot.Record) int { return natural(a.Str("ifname"), b.Str("ifname")) })
	ports := map[string][]snapshot.Record{}
	for _, l := range byName {
		ports[l.Str("master")] = append(ports[l.Str("master")], l)
	}
	var out, single []snapshot.Record
	for _, l := range ports[""] {
		name := l.Str("ifname")
		switch {
		case isMaster(l):
			out = append(append(out, l), withPorts(ports, name, 1)...)
		case l.Str("link_type") == "loopback" && len(addrs(n, name)) == 0:
		default:
			single = append(single, l)
		}
	}
	return append(out, single...)
}

// maxNesting bounds a bridge of bonds of …; a circle cannot be, but a file may
// say so.
const maxNesting = 8

func withPorts(ports map[string][]snapshot.Record, master string, depth int) []snapshot.Record {
	if depth > maxNesting {
		return nil
	}
	var out []snapshot.Record
	for _, l := range ports[master] {
		out = append(append(out, l), withPorts(ports, l.Str("ifname"), depth+1)...)
	}
	return out
}

func kindOf(l snapshot.Record) string { return l.Sub("linkinfo").Str("info_kind") }

func isMaster(l snapshot.Record) bool {
	switch kindOf(l) {
	case "bridge", "bond", "team", "vrf":
		return true
	}
	return false
}

func port(n *snapshot.Namespace, l snapshot.Record, b *Box) *Port {
	p := &Port{
		Name: l.Str("ifname"), Kind: kindOf(l), State: state(l), Addrs: addrs(n, l.Str("ifname")),
		On: l.Str("link"), Inside: l.Str("master") != "", box: b,
	}
	if lower := l.Sub("linkinfo").Sub("info_data").Str("link"); lower != "" {
		p.On = lower
	}
	if there, ok := l["link_netns"].(string); ok && p.On != "" {
		p.On += " of " + title("", there)
	}
	if p.Kind == "veth" {
		p.Kind, p.On = "", ""
	}
	return p
}

func state(l snapshot.Record) string {
	if s := l.Sub("linkinfo").Sub("info_slave_data").Str("state"); s != "" {
		return s
	}
	switch {
	case !slices.Contains(l.Strings("flags"), "UP"):
		return "down"
	case l.Str("operstate") == "DOWN" || l.Str("operstate") == "LOWERLAYERDOWN":
		return "no carrier"
	}
	return "up"
}

// addrs are the addresses of an interface, but for those that every interface
// has: link-local and loopback ones.
func addrs(n *snapshot.Namespace, dev string) []string {
	var out []string
	for _, a := range n.Addresses {
		local := a.Str("local")
		if a.Str("dev") != dev || strings.HasPrefix(local, "fe80:") || local == "::1" || local == "127.0.0.1" {
			continue
		}
		text := local + "/" + number(a["prefixlen"])
		if peer := a.Str("address"); peer != "" {
			text = local + " peer " + peer + "/" + number(a["prefixlen"])
		}
		out = append(out, text)
	}
	return out
}

func number(v any) string {
	switch v := v.(type) {
	case interface{ String() string }:
		return v.String()
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return "?"
}

// defaults are the default routes of the main table.
func defaults(n *snapshot.Namespace) []string {
	var out []string
	for _, r := range n.Routes {
		spec := r.Str("spec")
		if r.Str("dst") == "default" && (r.Str("table") == "" || r.Str("table") == "main") && !slices.Contains(out, spec) {
			out = append(out, spec)
		}
	}
	return out
}

// natural orders names as people count: eth2 before eth10.
func natural(a, b string) int {
	for len(a) > 0 && len(b) > 0 {
		da, db := digits(a), digits(b)
		if da > 0 && db > 0 {
			x, y := strings.TrimLeft(a[:da], "0"), strings.TrimLeft(b[:db], "0")
			if len(x) != len(y) {
				return len(x) - len(y)
			}
			if c := strings.Compare(x, y); c != 0 {
				return c
			}
			a, b = a[da:], b[db:]
			continue
		}
		if a[0] != b[0] {
			return int(a[0]) - int(b[0])
		}
		a, b = a[1:], b[1:]
	}
	return len(a) - len(b)
}

func digits(s string) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}

// printable keeps control characters out of drawings.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 {
			return '?'
		}
		return r
	}, s)
}
