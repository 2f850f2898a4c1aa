package resolver

import (
	"strings"

	"golang.org/x/sys/unix"
)

// lookupDNS asks for the addresses of a name as it is and with the domains of
// the search list. code is that of the server's answer, see exchange.
func (r *Resolver) lookupDNS(name string, family Family) (h Host, err Error, code int) {
	return r.searchDNS(name, func(full string) (Host, Error, int) { return r.queryHost(full, family) })
}

// searchDNS asks for a name as it is and with the domains of the search list, in
// the order that resolv.conf(5) gives.
func (r *Resolver) searchDNS(name string, ask func(full string) (Host, Error, int)) (Host, Error, int) {
	if !hostName(name) {
		return Host{}, NoName, 0
	}
	c := r.config()
	rooted := strings.HasSuffix(name, ".")
	asIs := false
	var first Error
	var firstCode int
	if strings.Count(name, ".") >= c.ndots || rooted {
		host, err, code := ask(name)
		if final(err, code) || rooted {
			return host, err, code
		}
		first, firstCode, asIs = err, code, true
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
		host, err, code := ask(full)
		switch {
		case final(err, code) || code == refused:
			return host, err, code
		case err == NoData:
			noData = true
		case err == Again && code == rcodeServFail:
			servFail = true
		case err == Again:
			break search
		}
	}
	if !asIs {
		host, err, code := ask(name)
		if final(err, code) || !noData && !servFail {
			return host, err, code
		}
	}
	switch {
	case first != 0:
		return Host{}, first, firstCode
	case noData:
		return Host{}, NoData, 0
	case servFail:
		return Host{}, Again, 0
	}
	return Host{}, NoName, 0
}

// final tells whether an answer ends the search: a name that was found, were it
// without what was asked for.
func final(err Error, code int) bool {
	return err == 0 || err == Interrupted || code == unusable
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
	case n == 1 && hasRecords(&qs[0]):
		// An alias that leads nowhere is an error to the C library when
		// only one family is wanted.
		return Host{}, NoName, unusable
	case h.Canonical != "":
		return Host{}, NoData, code
	}
	return Host{}, NoName, code
}

// hasRecords tells whether a question has an answer with records in it.
func hasRecords(q *question) bool {
	return q.answer != nil && rcode(q.answer) == rcodeOK && be.Uint16(q.answer[6:]) > 0
}

// queryPointer asks for the name that a PTR record gives; it is the canonical
// name of the host that is returned.
func (r *Resolver) queryPointer(name string) (Host, Error, int) {
	var ok bool
	qs := [1]question{{id: randomID()}}
	q := &qs[0]
	if q.query, ok = appendQuery(nil, q.id, name, typePTR); !ok {
		return Host{}, NoName, 0
	}
	err, code := r.exchange(qs[:])
	switch {
	case err != 0:
		return Host{}, err, code
	case rcode(q.answer) != rcodeOK:
		return Host{}, NoName, rcode(q.answer)
	}
	if host, ok := pointerAnswer(q.answer, q.query, name); ok {
		return Host{Canonical: host}, 0, code
	}
	return Host{}, NoName, unusable
}

// randomID is the id of a query: not to be guessed.
func randomID() uint16 {
	var b [2]byte
	unix.Getrandom(b[:], unix.GRND_NONBLOCK)
	return be.Uint16(b[:])
}
