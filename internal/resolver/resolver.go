// Package resolver finds the addresses of a host name and the name of an
// address as the C library's getaddrinfo(3) and getnameinfo(3) do: the services
// of nsswitch.conf in their order (files and dns; others count as unavailable),
// /etc/hosts, resolv.conf(5) with its search list, internationalised names, the
// order of RFC 6724, and the same error for the same failure.
//
// Package net's resolver is not used because it asks from goroutines of its
// own: here every socket is opened by the calling thread, so that it is in the
// caller's network namespace, and every file is read in the caller's mount
// namespace. Files are read when the first name needs them, once for a Resolver.
//
// It may import the standard library (without package net),
// golang.org/x/sys/unix and internal/rtnl.
package resolver

import (
	"strings"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/ipaddr"
)

// Family restricts a lookup.
type Family uint8

const (
	Any Family = iota
	IPv4
	IPv6
)

// has tells whether an address belongs to the family.
func (f Family) has(a ipaddr.Addr) bool {
	return f == Any || (f == IPv4) == a.Is4()
}

// Error is why a name has no address, numbered and worded as the EAI_* codes of
// netdb.h with gai_strerror(3).
type Error int8

const (
	// NoName: the name does not exist.
	NoName Error = -2
	// Again: no server gave an answer.
	Again Error = -3
	// NoData: the name exists, but has no address.
	NoData Error = -5
	// AddrFamily: the name has addresses of another family only.
	AddrFamily Error = -9
	// IDNEncode: the name cannot be written in the locale's character set.
	IDNEncode Error = -105
	// Interrupted: what Resolver.Wake returned became readable.
	Interrupted Error = -104
)

func (e Error) Error() string {
	switch e {
	case NoName:
		return "Name or service not known"
	case Again:
		return "Temporary failure in name resolution"
	case NoData:
		return "No address associated with hostname"
	case AddrFamily:
		return "Address family for hostname not supported"
	case IDNEncode:
		return "Parameter string not correctly encoded"
	case Interrupted:
		return "Interrupted by a signal"
	}
	return "Unknown error"
}

// Address is one address of a host.
type Address struct {
	// Addr is never a zoned address: the scope stands beside it.
	Addr ipaddr.Addr
	// Scope is the interface index of an IPv6 address with a scope, else 0.
	Scope uint32
}

// Host is what Lookup finds.
type Host struct {
	// Canonical is the official name, or the name as given for an address.
	Canonical string
	// Addrs are the addresses, best first. There is at least one.
	Addrs []Address
}

// Resolver answers lookups of one call. It is not for use by several
// goroutines at once.
type Resolver struct {
	// Wake, if not nil, is called before a server is waited for. It returns
	// a file descriptor that abandons the lookup when it becomes readable; -1
	// for none.
	Wake func() int

	getenv     func(string) string
	hosts      string
	haveHost   bool
	byAddr     map[ipaddr.Addr]string // the reverse of hosts
	conf       *config
	switchText string
	haveSwitch bool
	services   []service
	networks   []network // nil until they are read
	noNetworks bool
	herrno     HErrno
	labels     map[label]string
}

// New returns a Resolver that reads the environment (LC_ALL, LC_CTYPE, LANG,
// LOCALDOMAIN, RES_OPTIONS) through getenv.
func New(getenv func(string) string) *Resolver {
	return &Resolver{getenv: getenv}
}

// Lookup returns the addresses of name, which may be an address itself.
func (r *Resolver) Lookup(name string, family Family) (Host, error) {
	if a, ok, err := literal(name); ok {
		// The family comes before the scope.
		switch {
		case family.has(a.Addr):
		case a.Addr.Is4In6():
			a = Address{Addr: a.Addr.Unmap()}
		default:
			err = AddrFamily
		}
		return Host{name, []Address{a}}, err
	}
	ascii, err := r.toASCII(name)
	if err != nil {
		return Host{}, err
	}
	host, err := r.search(ascii, family)
	if err != nil {
		return Host{}, err
	}
	host.Canonical = r.toDisplay(host.Canonical)
	sortAddresses(host.Addrs)
	return host, nil
}

// search asks the services in turn.
func (r *Resolver) search(name string, family Family) (Host, error) {
	if name == "" {
		return Host{}, NoName
	}
	last := NoName
	for _, s := range r.serviceList() {
		host, err, status := r.ask(s.name, name, family)
		if status == found {
			return host, nil
		}
		if status != unavailable || err != NoName {
			last = err
		}
		if s.stops(status) || err == Interrupted {
			break
		}
	}
	return Host{}, last
}

// ask asks one service for the addresses of name.
func (r *Resolver) ask(service, name string, family Family) (Host, Error, status) {
	switch service {
	case "files":
		if host, ok := findHost(r.hostsFile(), name, family); ok {
			return host, 0, found
		}
		return Host{}, NoName, notFound
	case "dns":
		host, err, code := r.lookupDNS(name, family)
		_, st := dnsFailure(err, code)
		return host, err, st
	}
	return Host{}, NoName, unavailable
}

// Name returns the name of an address; ok is false when it has none.
func (r *Resolver) Name(a ipaddr.Addr) (name string, ok bool) {
	if name, ok = r.reverse(a); ok {
		name = r.toDisplay(name)
	}
	return name, ok
}

// reverse asks the services for the name of an address.
func (r *Resolver) reverse(a ipaddr.Addr) (name string, ok bool) {
	for _, s := range r.serviceList() {
		st := unavailable
		switch s.name {
		case "files":
			st = notFound
			if name, ok = r.hostsIndex()[a]; ok {
				return name, true
			}
		case "dns":
			host, err, code := r.queryPointer(reverseName(a))
			if err == Interrupted {
				return "", false
			}
			if _, st = dnsFailure(err, code); st == found {
				return host.Canonical, true
			}
		}
		if s.stops(st) {
			break
		}
	}
	return "", false
}

// literal takes name for an address, with an optional scope behind a '%' if it
// is IPv6. ok is false when it is none; err tells that the scope is no
// interface.
func literal(name string) (a Address, ok bool, err error) {
	if v4, ok := ParseIPv4(name); ok {
		return Address{Addr: v4}, true, nil
	}
	text, scope, scoped := strings.Cut(name, "%")
	addr, valid := ipaddr.Parse(text)
	if !valid || !addr.Is6() {
		return Address{}, false, nil
	}
	a.Addr = addr
	if scoped {
		a.Scope, err = scopeID(addr, scope)
	}
	return a, true, err
}

// scopeID reads the part behind the '%': an interface's name, which only an
// address of link-local scope may have, or a number.
func scopeID(a ipaddr.Addr, scope string) (uint32, error) {
	if a.IsLinkLocalUnicast() || a.IsLinkLocalMulticast() {
		if i, ok := InterfaceIndex(scope); ok {
			return i, nil
		}
	}
	n, rest := uint64(0), scope
	for rest != "" && '0' <= rest[0] && rest[0] <= '9' && n <= 1<<32 {
		n, rest = 10*n+uint64(rest[0]-'0'), rest[1:]
	}
	if scope == "" || rest != "" || n >= 1<<32 {
		return 0, NoName
	}
	return uint32(n), nil
}

// InterfaceIndex is if_nametoindex(3): the index of an interface of the calling
// thread's namespace.
func InterfaceIndex(name string) (uint32, bool) {
	ifr, err := unix.NewIfreq(name)
	if err != nil {
		return 0, false
	}
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return 0, false
	}
	defer unix.Close(fd)
	if unix.IoctlIfreq(fd, unix.SIOCGIFINDEX, ifr) != nil {
		return 0, false
	}
	return ifr.Uint32(), true
}

// ParseIPv4 reads an address as inet_aton(3): one to four numbers, decimal,
// octal (0…) or hexadecimal (0x…), of which the last fills the rest.
func ParseIPv4(s string) (ipaddr.Addr, bool) {
	var parts [4]uint32
	n := 0
	for {
		word, rest, more := strings.Cut(s, ".")
		v, ok := number(word)
		if !ok || n == 4 {
			return ipaddr.Addr{}, false
		}
		parts[n] = v
		n++
		if !more {
			break
		}
		s = rest
	}
	v := parts[n-1]
	if n > 1 && uint64(v) >= 1<<(8*uint(5-n)) {
		return ipaddr.Addr{}, false
	}
	for i, p := range parts[:n-1] {
		if p > 255 {
			return ipaddr.Addr{}, false
		}
		v |= p << (24 - 8*uint(i))
	}
	return ipaddr.From4([4]byte{byte(v >> 24), byte(v >> 16), byte(v >> 8), byte(v)}), true
}

// number reads a C integer that fits 32 bits.
func number(s string) (uint32, bool) {
	base := uint64(10)
	switch {
	case len(s) > 2 && (s[:2] == "0x" || s[:2] == "0X"):
		base, s = 16, s[2:]
	case len(s) > 1 && s[0] == '0':
		base, s = 8, s[1:]
	}
	v := uint64(0)
	for i := 0; i < len(s); i++ {
		d := uint64(digit(s[i]))
		if d >= base {
			return 0, false
		}
		if v = v*base + d; v >= 1<<32 {
			return 0, false
		}
	}
	return uint32(v), s != ""
}

// digit is the value of a hexadecimal digit, or 255.
func digit(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return c - '0'
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10
	}
	return 255
}
