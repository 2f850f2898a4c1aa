package resolver

import (
	"sort"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/ipaddr"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// sortAddresses puts the best destination first by the rules of RFC 6724 that
// can be told without asking for the state of the own addresses: reachable (1),
// same scope (2), same label (5), precedence (6), smaller scope (8), longest
// common prefix (9, for IPv4 within one subnet only, as the C library does);
// otherwise the order stays (10).
func sortAddresses(addrs []Address) {
	if len(addrs) < 2 {
		return
	}
	list := make([]candidate, len(addrs))
	for i, a := range addrs {
		list[i] = newCandidate(a)
	}
	prefixIPv4(list)
	sort.SliceStable(list, func(i, j int) bool { return list[i].before(&list[j]) })
	for i := range list {
		addrs[i] = list[i].Address
	}
}

// candidate is a destination with the address that would be its source.
type candidate struct {
	Address
	source     ipaddr.Addr
	reachable  bool
	scope      uint8
	sameScope  bool
	sameLabel  bool
	precedence uint8
	prefix     int
}

func newCandidate(a Address) candidate {
	c := candidate{Address: a, scope: scopeOf(a.Addr)}
	var label uint8
	c.precedence, label = policy(a.Addr)
	if c.source, c.reachable = sourceFor(a); c.reachable {
		_, sourceLabel := policy(c.source)
		c.sameScope = scopeOf(c.source) == c.scope
		c.sameLabel = sourceLabel == label
		if a.Addr.Is6() {
			c.prefix = commonBits(a.Addr.As16(), c.source.As16())
		}
	}
	return c
}

// prefixIPv4 fills in the common prefix of the IPv4 candidates that lie in the
// subnet of their source. It asks for the own addresses only if that can matter.
func prefixIPv4(list []candidate) {
	n := 0
	for i := range list {
		if list[i].reachable && list[i].Addr.Is4() {
			n++
		}
	}
	if n < 2 {
		return
	}
	own := ownIPv4()
	for i := range list {
		c := &list[i]
		if !c.reachable || !c.Addr.Is4() {
			continue
		}
		for _, p := range own {
			if p.Addr == c.source && p.Contains(c.Addr) {
				c.prefix = commonBits(c.Addr.As16(), c.source.As16())
			}
		}
	}
}

// ownIPv4 returns the addresses of the interfaces with their prefix lengths.
func ownIPv4() (own []ipaddr.Prefix) {
	conn, err := rtnl.Open(rtnl.Options{})
	if err != nil {
		return nil
	}
	defer conn.Close()
	req := rtnl.NewRequest(unix.RTM_GETADDR, 0)
	req.Addr(unix.AF_INET, 0, 0, 0, 0)
	attrs := make(rtnl.Attrs, unix.IFA_LOCAL+1)
	conn.Dump(req, func(m *rtnl.Msg) error {
		if m.Type != unix.RTM_NEWADDR || len(m.Data) < unix.SizeofIfAddrmsg {
			return nil
		}
		attrs.Parse(m.Data[unix.SizeofIfAddrmsg:])
		local, ok := attrs.Bytes(unix.IFA_LOCAL)
		if a, valid := ipaddr.FromSlice(local); ok && valid {
			own = append(own, ipaddr.Prefix{Addr: a, Bits: int(m.Data[1])})
		}
		return nil
	})
	return own
}

// before tells whether c is the better destination.
func (c *candidate) before(o *candidate) bool {
	switch {
	case c.reachable != o.reachable:
		return c.reachable
	case c.sameScope != o.sameScope:
		return c.sameScope
	case c.sameLabel != o.sameLabel:
		return c.sameLabel
	case c.precedence != o.precedence:
		return c.precedence > o.precedence
	case c.scope != o.scope:
		return c.scope < o.scope
	case c.reachable && c.Addr.Is4() == o.Addr.Is4():
		return c.prefix > o.prefix
	}
	return false
}

// sourceFor asks the kernel which address it would send from, without sending
// anything.
func sourceFor(a Address) (ipaddr.Addr, bool) {
	fd, err := connect(server{a.Addr, a.Scope, dnsPort}, unix.SOCK_DGRAM)
	if err != nil {
		return ipaddr.Addr{}, false
	}
	defer unix.Close(fd)
	name, err := unix.Getsockname(fd)
	if err != nil {
		return ipaddr.Addr{}, false
	}
	switch n := name.(type) {
	case *unix.SockaddrInet4:
		return ipaddr.From4(n.Addr), true
	case *unix.SockaddrInet6:
		return ipaddr.From16(n.Addr), true
	}
	return ipaddr.Addr{}, false
}

// Scopes of RFC 4291, 2.7, into which RFC 6724, 3.2 maps IPv4.
const (
	scopeLinkLocal = 0x2
	scopeSiteLocal = 0x5
	scopeGlobal    = 0xE
)

func scopeOf(a ipaddr.Addr) uint8 {
	b := a.As16()
	switch {
	case a.Is6() && a.IsMulticast():
		return b[1] & 15
	case a.IsLoopback(), a.IsLinkLocalUnicast():
		return scopeLinkLocal
	case a.Is6() && b[0] == 0xFE && b[1]&0xC0 == 0xC0:
		return scopeSiteLocal
	}
	return scopeGlobal
}

// policy is the default policy table: RFC 6724's as the C library has it.
func policy(a ipaddr.Addr) (precedence, label uint8) {
	b := a.As16()
	word := uint16(b[0])<<8 | uint16(b[1])
	switch {
	case a.Is4() || a.Is4In6():
		return 10, 4
	case a == ipaddr.Loopback6():
		return 50, 0
	case word == 0x2002:
		return 30, 2
	case zero(b[:12]):
		return 20, 3
	case b[0] == 0xFE && b[1]&0xC0 == 0xC0:
		return 40, 5
	case b[0]&0xFE == 0xFC:
		return 40, 6
	case word == 0x2001 && b[2] == 0 && b[3] == 0:
		return 40, 7
	}
	return 40, 1
}

func zero(b []byte) bool {
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}

// commonBits is the length of the prefix that two addresses share.
func commonBits(a, b [16]byte) int {
	for i := range a {
		if d := a[i] ^ b[i]; d != 0 {
			n := 8 * i
			for d&0x80 == 0 {
				d <<= 1
				n++
			}
			return n
		}
	}
	return 128
}
