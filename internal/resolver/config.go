package resolver

import (
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/ipaddr"
)

// status is what a service of nsswitch.conf(5) answers.
type status uint8

const (
	found status = iota
	notFound
	unavailable
	tryAgain
)

// service is one entry of the hosts line: a name and the statuses that end the
// search, as bits.
type service struct {
	name  string
	final uint8
}

func (s service) stops(st status) bool { return s.final&(1<<st) != 0 }

// serviceList returns the services for hosts.
func (r *Resolver) serviceList() []service {
	if r.services == nil {
		r.services = parseServices(r.nsswitch(), "hosts")
	}
	return r.services
}

// nsswitch returns the text of /etc/nsswitch.conf.
func (r *Resolver) nsswitch() string {
	if !r.haveSwitch {
		r.switchText, r.haveSwitch = readFile("/etc/nsswitch.conf"), true
	}
	return r.switchText
}

// parseServices reads the line of a database (hosts, networks) in
// nsswitch.conf(5). Without one the C library takes "files dns".
func parseServices(text, database string) []service {
	var list []service
	lines(text, "#", func(words []string) bool {
		line := strings.Join(words, " ")
		db, rest, ok := strings.Cut(line, ":")
		if !ok || strings.TrimSpace(db) != database {
			return true
		}
		list = parseServiceLine(rest)
		return false
	})
	if list == nil {
		return []service{{"files", 1 << found}, {"dns", 1 << found}}
	}
	return list
}

func parseServiceLine(line string) []service {
	list := []service{}
	for line = strings.TrimSpace(line); line != ""; line = strings.TrimSpace(line) {
		if line[0] != '[' {
			i := strings.IndexAny(line, " [")
			if i < 0 {
				i = len(line)
			}
			list = append(list, service{line[:i], 1 << found})
			line = line[i:]
			continue
		}
		actions, rest, _ := strings.Cut(line[1:], "]")
		line = rest
		if len(list) > 0 {
			list[len(list)-1].apply(actions)
		}
	}
	return list
}

// apply takes the [STATUS=ACTION …] behind a service.
func (s *service) apply(actions string) {
	for _, word := range strings.Fields(actions) {
		key, action, _ := strings.Cut(word, "=")
		key, not := strings.CutPrefix(key, "!")
		var bits uint8
		switch strings.ToLower(key) {
		case "success":
			bits = 1 << found
		case "notfound":
			bits = 1 << notFound
		case "unavail":
			bits = 1 << unavailable
		case "tryagain":
			bits = 1 << tryAgain
		default:
			continue
		}
		if not {
			bits = ^bits & (1<<found | 1<<notFound | 1<<unavailable | 1<<tryAgain)
		}
		switch strings.ToLower(action) {
		case "return":
			s.final |= bits
		case "continue", "merge":
			s.final &^= bits
		}
	}
}

// config is resolv.conf(5).
type config struct {
	servers  []server
	search   []string
	ndots    int
	timeout  int // seconds
	attempts int
	useTCP   bool
}

// server is a name server.
type server struct {
	addr  ipaddr.Addr
	scope uint32
	port  int
}

// dnsPort is the port of name servers (RFC 1035, 4.2).
const dnsPort = 53

// Limits of resolv.conf(5).
const (
	maxServers  = 3
	maxNdots    = 15
	maxTimeout  = 30
	maxAttempts = 5
)

// config returns the resolver's configuration.
func (r *Resolver) config() *config {
	if r.conf == nil {
		c := parseConfig(readFile("/etc/resolv.conf"))
		if v := r.getenv("LOCALDOMAIN"); v != "" {
			c.search = strings.Fields(v)
		}
		for _, o := range strings.Fields(r.getenv("RES_OPTIONS")) {
			c.option(o)
		}
		if c.search == nil {
			c.search = hostDomain()
		}
		r.conf = c
	}
	return r.conf
}

// parseConfig reads resolv.conf(5). Without a server it is the one on this host.
func parseConfig(text string) *config {
	c := &config{ndots: 1, timeout: 5, attempts: 2}
	lines(text, ";#", func(words []string) bool {
		args := words[1:]
		switch words[0] {
		case "nameserver":
			if len(args) > 0 && len(c.servers) < maxServers {
				c.addServer(args[0])
			}
		case "domain":
			if len(args) > 0 {
				c.search = args[:1:1]
			}
		case "search":
			c.search = args
		case "options":
			for _, o := range args {
				c.option(o)
			}
		}
		return true
	})
	if c.servers == nil {
		c.servers = []server{{ipaddr.From4([4]byte{127, 0, 0, 1}), 0, dnsPort}}
	}
	return c
}

func (c *config) addServer(word string) {
	if a, ok, err := literal(word); ok && err == nil {
		c.servers = append(c.servers, server{a.Addr, a.Scope, dnsPort})
	}
}

// option takes one word of an options line.
func (c *config) option(word string) {
	key, value, _ := strings.Cut(word, ":")
	n, err := strconv.Atoi(value)
	if err != nil || n < 0 {
		n = 0
	}
	switch key {
	case "ndots":
		c.ndots = min(n, maxNdots)
	case "timeout":
		c.timeout = min(n, maxTimeout)
	case "attempts":
		c.attempts = min(n, maxAttempts)
	case "use-vc":
		c.useTCP = true
	}
}

// hostDomain is the default search list: what stands behind the first dot of
// the host's own name.
func hostDomain() []string {
	var u unix.Utsname
	if unix.Uname(&u) != nil {
		return nil
	}
	_, domain, _ := strings.Cut(unix.ByteSliceToString(u.Nodename[:]), ".")
	if domain == "" {
		return nil
	}
	return []string{domain}
}
