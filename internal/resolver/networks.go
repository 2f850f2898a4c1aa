package resolver

import (
	"strings"

	"github.com/nlbox/nlbox/internal/ipaddr"
)

// network is one line of networks(5).
type network struct {
	number [4]byte // missing bytes are zero
	names  []string
}

// networkServices returns the services for networks.
func (r *Resolver) networkServices() []service {
	return parseServices(r.nsswitch(), "networks")
}

// networkFile returns the lines of /etc/networks, read once. ok is false where
// there is no such file.
func (r *Resolver) networkFile() (list []network, ok bool) {
	if r.networks == nil {
		text, ok := readText("/etc/networks")
		r.noNetworks = !ok
		r.networks = parseNetworks(text)
	}
	return r.networks, !r.noNetworks
}

// parseNetworks reads networks(5): a name, a number, aliases.
func parseNetworks(text string) []network {
	list := []network{}
	lines(text, "#", func(words []string) bool {
		if len(words) > 1 {
			names := append([]string{words[0]}, words[2:]...)
			list = append(list, network{networkNumber(words[1]), names})
		}
		return true
	})
	return list
}

// networkNumber reads a network number of one to four bytes as inet_network(3)
// does: each decimal, octal (0…) or hexadecimal (0x…). What is none counts as
// 255.255.255.255.
func networkNumber(s string) (a [4]byte) {
	parts := strings.SplitN(s, ".", 5)
	for i, p := range parts {
		v, ok := number(p)
		if i > 3 || !ok || v > 255 {
			return [4]byte{255, 255, 255, 255}
		}
		a[i] = byte(v)
	}
	return a
}

// NetByName is getnetbyname(3): the number of a network.
func (r *Resolver) NetByName(name string) (a [4]byte, ok bool) {
	ok = r.asked(r.networkServices(), func(service string) (HErrno, status) {
		if service == "dns" {
			return r.netDNS(name)
		}
		list, readable := r.networkFile()
		if !readable {
			return 0, unavailable
		}
		for i := range list {
			if named(list[i].names, name) {
				a = list[i].number
				return 0, found
			}
		}
		return hostNotFound, notFound
	})
	return a, ok
}

// netDNS asks DNS for a network's number (RFC 1101). Nobody publishes these, so
// an answer counts as none; it is the failure that callers report. It reaches
// h_errno directly, and what another service says comes after it.
func (r *Resolver) netDNS(name string) (HErrno, status) {
	_, err, code := r.searchDNS(name, r.queryPointer)
	h, st := dnsFailure(err, code)
	if st == found {
		h, st = hostNotFound, notFound
	}
	r.herrno = h
	return 0, st
}

// NetByAddr is getnetbyaddr(3): the name of a network. It leaves h_errno.
func (r *Resolver) NetByAddr(a [4]byte) (name string, ok bool) {
	kept := r.herrno
	ok = r.asked(r.networkServices(), func(service string) (HErrno, status) {
		if service == "dns" {
			host, err, code := r.queryPointer(reverseName(ipaddr.From4(a)))
			name = host.Canonical
			return dnsFailure(err, code)
		}
		list, _ := r.networkFile()
		for i := range list {
			if list[i].number == a {
				name = list[i].names[0]
				return 0, found
			}
		}
		return hostNotFound, notFound
	})
	r.herrno = kept
	return name, ok
}
