package ping

import (
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/ipaddr"
	"github.com/nlbox/nlbox/internal/resolver"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// tryTargets pings the addresses of the target in turn until one can be
// reached: that is, until the kernel has a route to it.
func (s *session) tryTargets(sock4, sock6 socket) error {
	target := s.opt.targets[len(s.opt.targets)-1]
	s.warnScope(target, sock6)
	// Both families, although one may be wanted: so a scope is understood,
	// and the wrong family has an error of its own.
	host, err := s.resolve.Lookup(target, resolver.Any)
	if err != nil {
		return s.fail(2, 0, target+": "+err.Error())
	}
	var v4 echo4
	var v6 echo6
	for i, a := range host.Addrs {
		last := i == len(host.Addrs)-1
		canonical := ""
		if i == 0 {
			// Only the first address comes with the official name.
			canonical = host.Canonical
		}
		is4 := a.Addr.Is4()
		if s.opt.verbose {
			family := "AF_INET6"
			if is4 {
				family = "AF_INET"
			}
			s.print("ai->ai_family: " + family + ", ai->ai_canonname: '" + canonical + "'\n")
		}
		if f := s.opt.family; f != resolver.Any && is4 != (f == resolver.IPv4) {
			if last {
				return s.fail(2, 0, target+": "+resolver.AddrFamily.Error())
			}
			continue
		}
		var next bool
		if is4 {
			s.sock = sock4
			next, err = v4.run(s, a, canonical, last)
		} else {
			s.sock = sock6
			next, err = v6.run(s, a, last)
		}
		if !next {
			return err
		}
	}
	return nil
}

// warnScope warns of a link-local address without the interface it is on, if
// the socket is a datagram one, which does without -I less well.
func (s *session) warnScope(target string, sock6 socket) {
	if strings.Contains(target, "%") || sock6.kind != unix.SOCK_DGRAM {
		return
	}
	if a, ok := format.ParseIPv6(target); ok && linkLocal(ipaddr.From16(a)) {
		s.complain(0, "Warning: IPv6 link-local address on ICMP datagram socket may require ifname or scope-id"+
			" => use: address%<ifname|scope-id>")
	}
}

// linkLocal tells whether an IPv6 address, unicast or multicast, is of
// link-local scope.
func linkLocal(a ipaddr.Addr) bool {
	return a.Is6() && (a.IsLinkLocalUnicast() || a.IsLinkLocalMulticast())
}

// unreachable tells whether a route is what connect(2) missed.
func unreachable(err error) bool { return err == unix.EHOSTUNREACH || err == unix.ENETUNREACH }

// ownsAddress tells whether the device has the address. For IPv4 it is the
// address's label that is compared, so eth0 does not have what eth0:1 has.
func (s *session) ownsAddress(a ipaddr.Addr) (owns bool, err error) {
	family, index := uint8(unix.AF_INET6), uint32(0)
	if a.Is4() {
		family = unix.AF_INET
	} else {
		index, _ = resolver.InterfaceIndex(s.opt.device)
		if name, ok := interfaceName(index); !ok || name != s.opt.device {
			return false, nil // an alternative name
		}
	}
	conn, err := rtnl.Open(rtnl.Options{})
	if err != nil {
		return false, err
	}
	defer conn.Close()
	req := rtnl.NewRequest(unix.RTM_GETADDR, 0)
	req.Addr(family, 0, 0, 0, 0)
	attrs := make(rtnl.Attrs, unix.IFA_LABEL+1)
	err = conn.Dump(req, func(m *rtnl.Msg) error {
		if m.Type != unix.RTM_NEWADDR || len(m.Data) < unix.SizeofIfAddrmsg {
			return nil
		}
		attrs.Parse(m.Data[unix.SizeofIfAddrmsg:])
		own := attrs.Get(unix.IFA_LOCAL)
		if own == nil {
			own = attrs.Get(unix.IFA_ADDRESS)
		}
		if b, ok := ipaddr.FromSlice(own); !ok || b != a {
			return nil
		}
		label, _ := attrs.Str(unix.IFA_LABEL)
		if a.Is4() && label == s.opt.device || a.Is6() && native.Uint32(m.Data[4:]) == index {
			owns = true
		}
		return nil
	})
	return owns, err
}

// checkDevice warns when the source address is not the device's own.
func (s *session) checkDevice(a ipaddr.Addr, failure string) error {
	owns, err := s.ownsAddress(a)
	if err != nil {
		return s.fatal(err, failure)
	}
	if !owns {
		s.complain(0, "Warning: source address might be selected on device other than: "+s.opt.device)
	}
	return nil
}

// interfaceName is if_indextoname(3).
func interfaceName(index uint32) (string, bool) {
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return "", false
	}
	defer unix.Close(fd)
	ifr, err := unix.NewIfreq("")
	if err != nil {
		return "", false
	}
	ifr.SetUint32(index)
	if unix.IoctlIfreq(fd, unix.SIOCGIFNAME, ifr) != nil {
		return "", false
	}
	return ifr.Name(), true
}

// numeric is an address as text: with its scope if it has one, by the
// interface's name where the scope is the link.
func numeric(a resolver.Address) string {
	if a.Addr.Is4() {
		v := a.Addr.As4()
		return string(format.AppendIPv4(nil, v[:]))
	}
	v := a.Addr.As16()
	b := format.AppendIPv6(nil, v[:])
	if a.Scope == 0 {
		return string(b)
	}
	b = append(b, '%')
	if linkLocal(a.Addr) {
		if name, ok := interfaceName(a.Scope); ok {
			return string(append(b, name...))
		}
	}
	return string(strconv.AppendUint(b, uint64(a.Scope), 10))
}

// nameCache keeps the text of the address that was shown last, so that a name
// server is not asked again for every reply.
type nameCache struct {
	addr resolver.Address
	text string
	full bool // with the name, not just numeric
}

// address is an address as replies show it: "name (address)" unless the run is
// numeric. Whoever has no name is called by the address.
func (s *session) address(a resolver.Address) string {
	byName := !s.opt.numeric && !s.over()
	if c := &s.names; c.text != "" && c.addr == a && c.full == byName {
		return c.text
	}
	text := numeric(a)
	if byName {
		name, ok := s.resolve.Name(a.Addr)
		switch {
		case ok:
			text = name + " (" + text + ")"
		case s.over(): // while waiting for the name
			byName = false
		default:
			text += " (" + text + ")"
		}
	}
	s.names = nameCache{a, text, byName}
	return text
}
