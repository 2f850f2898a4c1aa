package resolver

import (
	"strings"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/ipaddr"
)

// hostsFile returns the text of /etc/hosts.
func (r *Resolver) hostsFile() string {
	if !r.haveHost {
		r.hosts, r.haveHost = readFile("/etc/hosts"), true
	}
	return r.hosts
}

// readFile returns the text of a file, or "" when it cannot be read.
func readFile(name string) string {
	text, _ := readText(name)
	return text
}

// readText is readFile that tells whether there is such a file. It avoids
// package os, whose files start the runtime's poller.
func readText(name string) (text string, ok bool) {
	fd, err := unix.Open(name, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return "", false
	}
	defer unix.Close(fd)
	var b []byte
	for {
		if cap(b)-len(b) < 512 {
			b = append(make([]byte, 0, 2*cap(b)+4096), b...)
		}
		n, err := unix.Read(fd, b[len(b):cap(b)])
		if err == unix.EINTR {
			continue
		}
		if n <= 0 || err != nil {
			return string(b), true
		}
		b = b[:len(b)+n]
	}
}

// lines calls each for the words of every line of a configuration file, without
// what stands behind one of the comment marks, until each returns false.
func lines(text, comments string, each func(words []string) bool) {
	for text != "" {
		line, rest, _ := strings.Cut(text, "\n")
		text = rest
		if i := strings.IndexAny(line, comments); i >= 0 {
			line = line[:i]
		}
		if words := strings.Fields(line); len(words) > 0 && !each(words) {
			return
		}
	}
}

// findHost collects the addresses that hosts(5) has for a name, from all its
// lines. The first name of the first line is the official one. Asked for IPv4 it
// takes what counts as that.
func findHost(hosts, name string, family Family) (Host, bool) {
	var h Host
	lines(hosts, "#", func(words []string) bool {
		if !named(words[1:], name) {
			return true
		}
		a, ok := ipaddr.Parse(words[0])
		if v4, is := as4(a); ok && is && family == IPv4 {
			a = ipaddr.From4(v4)
		}
		if !ok || !family.has(a) {
			return true
		}
		if h.Addrs == nil {
			h.Canonical = words[1]
		}
		h.Addrs = append(h.Addrs, Address{Addr: a})
		return true
	})
	return h, h.Addrs != nil
}

func named(names []string, name string) bool {
	for _, n := range names {
		if strings.EqualFold(n, name) {
			return true
		}
	}
	return false
}

// hostsIndex is /etc/hosts by address.
func (r *Resolver) hostsIndex() map[ipaddr.Addr]string {
	if r.byAddr == nil {
		r.byAddr = indexHosts(r.hostsFile())
	}
	return r.byAddr
}

// indexHosts gives each address of hosts(5) the official name of its first
// line. A line that those who ask for IPv4 see as IPv4 stands under both.
func indexHosts(hosts string) map[ipaddr.Addr]string {
	index := make(map[ipaddr.Addr]string)
	add := func(a ipaddr.Addr, name string) {
		if _, ok := index[a]; !ok {
			index[a] = name
		}
	}
	lines(hosts, "#", func(words []string) bool {
		a, ok := ipaddr.Parse(words[0])
		if ok && len(words) > 1 {
			add(a, words[1])
			if v4, ok := as4(a); ok {
				add(ipaddr.From4(v4), words[1])
			}
		}
		return true
	})
	return index
}
