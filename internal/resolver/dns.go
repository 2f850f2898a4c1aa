package resolver

import (
	"net/netip"
	"strings"

	"golang.org/x/sys/unix"
)

// lookupDNS asks for a name as it is and with the domains of the search list,
// in the order that resolv.conf(5) gives.
func (r *Resolver) lookupDNS(name string, family Family) (Host, Error) {
	if !hostName(name) {
		return Host{}, NoName
	}
	c := r.config()
	dots := strings.Count(name, ".")
	rooted := strings.HasSuffix(name, ".")
	asIs := false
	var first Error
	if dots >= c.ndots || rooted {
		host, err, _ := r.queryHost(name, family)
		if err == 0 || err == Interrupted || rooted {
			return host, err
		}
		first, asIs = err, true
	}
	var noData, servFail bool
search:
	for _, domain := range c.search {
		if rooted {
			break
		}
		domain = strings.TrimPrefix(domain, ".")
		asIs = asIs || domain == ""
		full := name
		if domain != "" {
			full += "." + domain
		}
		host, err, code := r.queryHost(full, family)
		switch {
		case err == 0 || err == Interrupted || code == refused:
			return host, err
		case err == NoData:
			noData = true
		case err == Again && code == rcodeServFail:
			servFail = true
		case err == Again:
			break search
		}
	}
	if !asIs {
		host, err, _ := r.queryHost(name, family)
		if err == 0 || err == Interrupted {
			return host, err
		}
		if !noData && !servFail {
			return host, err
		}
	}
	switch {
	case first != 0:
		return Host{}, first
	case noData:
		return Host{}, NoData
	case servFail:
		return Host{}, Again
	}
	return Host{}, NoName
}

// queryHost asks for the addresses of one full name. code is the last server's
// response code.
func (r *Resolver) queryHost(name string, family Family) (h Host, err Error, code int) {
	var qs [2]question
	n := 0
	add := func(qtype uint16) {
		qs[n].id = randomID()
		q, ok := appendQuery(nil, qs[n].id, name, qtype)
		if !ok {
			err = NoName
		}
		qs[n].query = q
		n++
	}
	if family != IPv6 {
		add(typeA)
	}
	if family != IPv4 {
		add(typeAAAA)
	}
	if err != 0 {
		return h, err, 0
	}
	if err, code = r.exchange(qs[:n]); err != 0 {
		return h, err, code
	}
	for i := range qs[:n] {
		q := &qs[i]
		if q.answer == nil {
			continue
		}
		code = rcode(q.answer)
		if code != rcodeOK {
			continue
		}
		canonical, addrs, ok := hostAnswer(q.answer, q.query, name)
		if !ok {
			continue
		}
		if h.Canonical == "" || len(h.Addrs) == 0 {
			h.Canonical = canonical
		}
		for _, a := range addrs {
			h.Addrs = append(h.Addrs, Address{Addr: a})
		}
	}
	switch {
	case len(h.Addrs) > 0:
		return h, 0, code
	case h.Canonical != "":
		return Host{}, NoData, code
	}
	return Host{}, NoName, code
}

// reverseDNS asks for the name of an address.
func (r *Resolver) reverseDNS(a netip.Addr) (string, Error) {
	name := reverseName(a)
	qs := [1]question{{id: randomID()}}
	qs[0].query, _ = appendQuery(nil, qs[0].id, name, typePTR)
	if err, _ := r.exchange(qs[:]); err != 0 {
		return "", err
	}
	if q := &qs[0]; q.answer != nil && rcode(q.answer) == rcodeOK {
		if host, ok := pointerAnswer(q.answer, q.query, name); ok {
			return host, 0
		}
	}
	return "", NoName
}

// randomID is the id of a query: not to be guessed.
func randomID() uint16 {
	var b [2]byte
	unix.Getrandom(b[:], unix.GRND_NONBLOCK)
	return be.Uint16(b[:])
}
