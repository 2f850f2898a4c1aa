package resolver

import (
	"github.com/nlbox/nlbox/internal/ipaddr"
)

// HErrno is h_errno (netdb.h), by which the older look-ups of the C library
// (gethostbyname and getnetbyname) tell why they failed.
type HErrno int8

const (
	hostInternal HErrno = -1 // no service could be asked
	hostNotFound HErrno = 1
	tryLater     HErrno = 2
	noRecovery   HErrno = 3 // an answer without what was asked for
	noAddress    HErrno = 4
)

// String is hstrerror(3).
func (h HErrno) String() string {
	switch h {
	case hostInternal:
		return "Resolver internal error"
	case 0:
		return "Resolver Error 0 (no error)"
	case hostNotFound:
		return "Unknown host"
	case tryLater:
		return "Host name lookup failure"
	case noRecovery:
		return "Unknown server error"
	case noAddress:
		return "No address associated with name"
	}
	return "Unknown resolver error"
}

// System is EAI_SYSTEM: no service could be asked. Only Addr6 returns it.
const System Error = -11

// HErrno is what h_errno holds: the last failure of HostByName, NetByName and
// Addr6. As in C a failure that has nothing to say leaves it, and a success too,
// but for that of Addr6.
func (r *Resolver) HErrno() HErrno { return r.herrno }

// Herror is herror(3): the line, without its newline, that tells what was
// wrong with name. An empty name is left out.
func (r *Resolver) Herror(name string) string {
	if name == "" {
		return r.herrno.String()
	}
	return name + ": " + r.herrno.String()
}

// asked asks the services of a database in turn until one has an answer or ends
// the search, and keeps h_errno. ask returns 0 for a code that it does not set.
func (r *Resolver) asked(list []service, ask func(service string) (HErrno, status)) bool {
	known, code := false, HErrno(0)
	for _, s := range list {
		h, st := unknownService, unavailable
		if s.name == "files" || s.name == "dns" {
			known = true
			h, st = ask(s.name)
		}
		if st == found {
			return true
		}
		if h != 0 {
			code = h
		}
		if s.stops(st) {
			break
		}
	}
	if !known {
		code = hostInternal
	}
	if code != 0 {
		r.herrno = code
	}
	return false
}

// unknownService is what a service that we do not have says: nothing.
const unknownService HErrno = 0

// HostByName is gethostbyname(3): the first IPv4 address of a host. A name that
// looks like an address is one or does not exist; nobody is asked about it.
func (r *Resolver) HostByName(name string) (a [4]byte, ok bool) {
	if addr, ok, is := dotted(name); is {
		if !ok {
			r.herrno = hostNotFound
		}
		return addr, ok
	}
	ok = r.asked(r.serviceList(), func(service string) (h HErrno, st status) {
		if service == "dns" {
			var found ipaddr.Addr
			if found, h, st = r.addrDNS(name, IPv4); st == 0 {
				a = found.As4()
			}
			return h, st
		}
		if a, ok = findHost4(r.hostsFile(), name); ok {
			return 0, found
		}
		return hostNotFound, notFound
	})
	return a, ok
}

// Addr6 is getaddrinfo(3) for IPv6 alone, without translation of international
// names: the first address. On failure err is the number that it returns.
func (r *Resolver) Addr6(name string) (a [16]byte, err Error) {
	if lit, ok, bad := literal(name); ok {
		switch {
		case bad != nil:
			return a, NoName
		case !lit.Addr.Is6():
			return a, AddrFamily
		}
		return lit.Addr.As16(), 0
	}
	if name == "*" {
		// To getaddrinfo this is no name at all; nobody is asked.
		return a, NoName
	}
	ok := r.asked(r.serviceList(), func(service string) (h HErrno, st status) {
		if service == "dns" {
			var found ipaddr.Addr
			if found, h, st = r.addrDNS(name, IPv6); st == 0 {
				a = found.As16()
				r.herrno = 0
			}
			return h, st
		}
		if host, ok := findHost(r.hostsFile(), name, IPv6); ok {
			a = host.Addrs[0].Addr.As16()
			// The C library reads on to the end of the file.
			r.herrno = hostNotFound
			return 0, found
		}
		return hostNotFound, notFound
	})
	if ok {
		return a, 0
	}
	switch r.herrno {
	case tryLater:
		return a, Again
	case noAddress:
		return a, NoData
	case hostInternal:
		return a, System
	}
	return a, NoName
}

// addrDNS asks DNS for the first address of a family.
func (r *Resolver) addrDNS(name string, family Family) (ipaddr.Addr, HErrno, status) {
	if name == "" {
		return ipaddr.Addr{}, noRecovery, notFound
	}
	host, err, code := r.lookupDNS(name, family)
	h, st := dnsFailure(err, code)
	if st == found {
		return host.Addrs[0].Addr, 0, found
	}
	return ipaddr.Addr{}, h, st
}

// dnsFailure is how the C library files a failed question.
func dnsFailure(err Error, code int) (HErrno, status) {
	switch {
	case err == 0:
		return 0, found
	case code == refused:
		return tryLater, unavailable
	case err == Again || err == Interrupted:
		return tryLater, tryAgain
	case err == NoData:
		return noAddress, notFound
	case code == unusable:
		return noRecovery, notFound
	}
	return hostNotFound, notFound
}

// dotted is how gethostbyname reads a name that looks like an address: digits
// and dots with no dot at the end, or anything with a colon that begins like
// IPv6. is tells whether it looks like one, ok whether it is one.
func dotted(name string) (a [4]byte, ok, is bool) {
	if name == "" {
		return a, false, false
	}
	digits, colon := true, name[0] == ':'
	for i := 0; i < len(name); i++ {
		digits = digits && (name[i] == '.' || digit(name[i]) < 10)
		colon = colon || name[i] == ':' && digit(name[0]) < 16
	}
	if digits && name[0] != '.' && name[len(name)-1] != '.' {
		addr, ok := ParseIPv4(name)
		if ok {
			a = addr.As4()
		}
		return a, ok, true
	}
	return a, false, colon
}

// findHost4 is findHost for IPv4 as gethostbyname does it: the first line with
// the name that has an IPv4 address in any form.
func findHost4(hosts, name string) (a [4]byte, ok bool) {
	lines(hosts, "#", func(words []string) bool {
		if named(words[1:], name) {
			if addr, valid := ipaddr.Parse(words[0]); valid {
				a, ok = as4(addr)
			}
		}
		return !ok
	})
	return a, ok
}

// as4 is an address of hosts(5) for those who ask for IPv4: a mapped address
// and the IPv6 loopback count as IPv4.
func as4(a ipaddr.Addr) (v4 [4]byte, ok bool) {
	switch {
	case a.Is4() || a.Is4In6():
		return a.Unmap().As4(), true
	case a == ipaddr.Loopback6():
		return [4]byte{127, 0, 0, 1}, true
	}
	return v4, false
}

// HostByAddr is gethostbyaddr(3): the name of an address, as the services have
// it.
func (r *Resolver) HostByAddr(a ipaddr.Addr) (string, bool) { return r.reverse(a) }
