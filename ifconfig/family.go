package ifconfig

import (
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/netdev"
)

// family is an address family. The words behind one go to the kernel over its
// socket, which decides what they can reach.
type family struct {
	name, title string
	number      int // AF_*
	// input reads an address; nil is a family that has none.
	input func(c *call, word string) (parsed, string)
}

// parsed is what became of the word for an address.
type parsed struct {
	ok bool
	// network tells that the word was default or a network's name, or is one
	// of X.25; unfit is the complaint where that will not do.
	network bool
	unfit   string
	// inet is the address of family inet.
	inet [4]byte
	// word is how the word is named from then on, where reading has changed
	// it.
	word string
}

// families are all families, in the order of net-tools.
func families() [12]family {
	return [...]family{
		{"unix", "UNIX Domain", unix.AF_UNIX, nil},
		{"inet", "DARPA Internet", unix.AF_INET, inputInet},
		{"inet6", "IPv6", unix.AF_INET6, inputInet6},
		{"ax25", "AMPR AX.25", unix.AF_AX25, inputCallSign},
		{"netrom", "AMPR NET/ROM", unix.AF_NETROM, inputCallSign},
		{"rose", "AMPR ROSE", unix.AF_ROSE, inputRose},
		{"ipx", "Novell IPX", unix.AF_IPX, inputIPX},
		{"ddp", "Appletalk DDP", unix.AF_APPLETALK, nil},
		{"ec", "Econet", unix.AF_ECONET, inputEconet},
		{"ash", "Ash", unix.AF_ASH, nil},
		{"x25", "CCITT X.25", unix.AF_X25, inputX25},
		{"unspec", "UNSPEC", unix.AF_UNSPEC, nil},
	}
}

func findFamily(name string) (family, bool) {
	for _, f := range families() {
		if f.name == name {
			return f, true
		}
	}
	return family{}, false
}

func defaultFamily() family {
	f, _ := findFamily("inet")
	return f
}

// inet tells whether the ioctls of family inet, which know aliases, can be
// reached.
func (f *family) inet() bool { return f.number == unix.AF_INET }

// reach is what every ioctl over the family's socket fails with, or nil. The
// original opens only the sockets of families that the kernel has, which are
// those of the first three at most, and takes its standard input for the socket
// of unspec, where no ioctl on an interface has a meaning.
func (f *family) reach() error {
	switch f.number {
	case unix.AF_UNIX, unix.AF_INET:
		return nil
	case unix.AF_INET6:
		if hasInet6() {
			return nil
		}
	case unix.AF_UNSPEC:
		return unix.ENOTTY
	}
	return unix.EBADF
}

// hasInet6 tells whether the kernel has IPv6, the way that the original does:
// by its table, unless there are no tables at all.
func hasInet6() bool { return netdev.CheckTable("if_inet6") == nil || netdev.CheckTable("") != nil }

// ownWords tells whether the family keeps its complaints itself. Where there is
// one about an address of family inet it is told in these words, whatever they
// were about.
func (f *family) ownWords() bool {
	switch f.number {
	case unix.AF_AX25, unix.AF_NETROM, unix.AF_ROSE, unix.AF_X25:
		return true
	}
	return false
}

// hostSize is how much of an address's word counts.
const hostSize = 127

// The readers of addresses return what they have read, and for a mistake the
// line that tells it. An empty one leaves the words to the caller.

func inputInet(c *call, word string) (p parsed, complaint string) {
	p.inet, p.network, p.ok = c.resolver.Target(word, false)
	if !p.ok {
		return p, c.resolver.Herror(word)
	}
	c.room[0], c.room[1] = 0, 0 // the port
	copy(c.room[2:], p.inet[:])
	p.unfit = c.resolver.Herror(word)
	return p, ""
}

func inputInet6(c *call, word string) (p parsed, complaint string) {
	a, err := c.resolver.Addr6(word)
	if err != 0 {
		return p, "getaddrinfo: " + word + ": " + strconv.Itoa(int(err)) + "\n" + c.resolver.Herror(word)
	}
	c.roomInet6(a)
	return parsed{ok: true}, ""
}

// roomInet6 leaves the head of a struct sockaddr_in6 in the room.
func (c *call) roomInet6(a [16]byte) {
	clear(c.room[:6])
	copy(c.room[6:], a[:])
}

// saying is a complaint about a word in the family's own words, which it keeps.
func (c *call) saying(word, text string) (p parsed, complaint string) {
	c.said = text
	return p, word + ": " + text
}

// inputCallSign reads an amateur's call sign of at most six letters and digits,
// with a station behind a dash.
func inputCallSign(c *call, word string) (p parsed, complaint string) {
	for i := range len(word) {
		b := word[i]
		letter := 'a' <= b|0x20 && b|0x20 <= 'z'
		switch {
		case b == '-':
			return parsed{ok: true}, ""
		case i == 6:
			return c.saying(word, "Callsign too long")
		case !letter && (b < '0' || b > '9'):
			return c.saying(word, "Invalid callsign")
		}
	}
	return parsed{ok: true}, ""
}

func inputRose(c *call, word string) (p parsed, complaint string) {
	if len(word) != 10 {
		return c.saying(word, "Node address must be ten digits")
	}
	return parsed{ok: true}, ""
}

func inputX25(c *call, word string) (p parsed, complaint string) {
	if len(word) > 18 {
		return c.saying(word, "Address can't exceed eighteen digits with sigdigits")
	}
	digits, n := word, len(word)
	if head, tail, ok := strings.Cut(word, "/"); ok {
		digits, n = head, int(format.Atoi(tail))
	}
	if len(digits) < 1 || len(digits) > 15 || n < 0 || n > len(digits) {
		return c.saying(word, "Invalid address")
	}
	return parsed{ok: true, network: n > 0, unfit: digits + ": " + c.said}, ""
}

// inputIPX reads a network and a node with a colon between.
func inputIPX(_ *call, word string) (p parsed, complaint string) {
	network, n, _ := format.Strtoul(word, 16)
	if network == 0 || network == 0xffffffff || n == len(word) || word[n] != ':' {
		return p, ""
	}
	node := strings.ToUpper(word[n+1:])
	for i := range 12 {
		if i == len(node) || !strings.Contains("0123456789ABCDEF", node[i:i+1]) {
			read := min(i+1, len(node))
			p.word = word[:n+1] + node[:read] + word[n+1+read:]
			return p, ""
		}
	}
	p.word = word[:n+1] + node[:12] + word[n+13:]
	p.ok = node[:12] != "000000000000" && node[:12] != "FFFFFFFFFFFF"
	return p, ""
}

func inputEconet(_ *call, word string) (p parsed, complaint string) {
	_, _, p.ok = format.ScanInt(word)
	return p, ""
}
