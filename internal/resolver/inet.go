package resolver

import (
	"strings"

	"github.com/nlbox/nlbox/internal/ipaddr"
)

// Target reads an IPv4 address or name as route(8) and arp(8) do: "default",
// then inet_aton(3), then a network's name and a host's, the host's first if
// hostFirst. isNet tells that it was default or a network. On failure h_errno
// is set.
func (r *Resolver) Target(word string, hostFirst bool) (a [4]byte, isNet, ok bool) {
	if word == "default" {
		return a, true, true
	}
	if addr, ok := ParseIPv4(beforeSpace(word)); ok {
		return addr.As4(), false, true
	}
	if hostFirst {
		if a, ok = r.HostByName(word); ok {
			return a, false, true
		}
	}
	if a, ok = r.NetByName(word); ok {
		return a, true, true
	}
	if hostFirst {
		return a, false, false
	}
	a, ok = r.HostByName(word)
	return a, false, ok
}

// beforeSpace cuts a word at white space, behind which inet_aton(3) does not
// look.
func beforeSpace(word string) string {
	if i := strings.IndexAny(word, " \t\n\v\f\r"); i >= 0 {
		return word[:i]
	}
	return word
}

// label is what a Label was asked for.
type label struct {
	addr ipaddr.Addr
	host bool
}

// Label returns the name of a host or a network, or its number if it has none.
// Each is looked up once.
func (r *Resolver) Label(a [4]byte, host bool) string {
	addr := ipaddr.From4(a)
	name, ok := r.once(label{addr, host}, func() (string, bool) {
		if host {
			return r.reverse(addr)
		}
		return r.NetByAddr(a)
	})
	if !ok {
		return addr.String()
	}
	return name
}

// Label6 returns the name of an IPv6 host; ok is false if it has none.
func (r *Resolver) Label6(a [16]byte) (name string, ok bool) {
	addr := ipaddr.From16(a)
	return r.once(label{addr, true}, func() (string, bool) { return r.reverse(addr) })
}

// once remembers what look returned for a label. An empty name is none.
func (r *Resolver) once(key label, look func() (string, bool)) (name string, ok bool) {
	name, known := r.labels[key]
	if known {
		return name, name != ""
	}
	if name, ok = look(); !ok {
		name = ""
	}
	if r.labels == nil {
		r.labels = make(map[label]string)
	}
	r.labels[key] = name
	return name, ok
}
