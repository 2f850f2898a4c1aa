package snapshot

import (
	"net/netip"
	"slices"
)

// Gateway is a next hop that a route names.
type Gateway struct {
	Addr netip.Addr
	// Dev is the link that it is behind; Default tells that a default route
	// leads there.
	Dev     string
	Default bool
}

// Gateways lists the gateways that the routes of all tables name, or their nexthop
// objects do, in their order, each one once for each link.
func (n *Namespace) Gateways() []Gateway {
	var out []Gateway
	add := func(r Record, isDefault bool) {
		host := r.Str("gateway")
		if host == "" {
			host = r.Sub("via").Str("host")
		}
		addr, err := netip.ParseAddr(host)
		if err != nil || r.Str("dev") == "" {
			return
		}
		for i := range out {
			if out[i].Addr == addr && out[i].Dev == r.Str("dev") {
				out[i].Default = out[i].Default || isDefault
				return
			}
		}
		out = append(out, Gateway{addr, r.Str("dev"), isDefault})
	}
	for _, r := range n.Routes {
		isDefault := r.Str("dst") == "default"
		add(r, isDefault)
		for _, hop := range asRecords(r["nexthops"]) {
			add(hop, isDefault)
		}
	}
	return out
}

// Prefix is the address of a record of Addresses with the length of its network's
// prefix. It is not valid where the record holds none.
func (r Record) Prefix() netip.Prefix {
	p, _ := netip.ParsePrefix(r.Str("local") + "/" + text(r["prefixlen"]))
	return p
}

// Up tells whether a link is set up.
func (r Record) Up() bool {
	return slices.Contains(r.Strings("flags"), "UP")
}

// Kind is the kind of a link ("bridge", "veth" …), empty for hardware.
func (r Record) Kind() string { return madeOf(r) }

// PortOf is the kind of the link that a link is a port of: "bridge", "bond" ….
func (r Record) PortOf() string { return r.Sub("linkinfo").Str("info_slave_kind") }

// Number is a field as a number, 0 where it is none.
func (r Record) Number(field string) int {
	n := 0
	for _, c := range text(r[field]) {
		if c < '0' || c > '9' || n > 1<<30 {
			return 0
		}
		n = n*10 + int(c-'0')
	}
	return n
}

// WithoutOwn is the snapshot without the addresses that come by themselves, and
// some time after what they follow from: the link-local ones of IPv6.
func (s *Snapshot) WithoutOwn() *Snapshot {
	out := *s
	out.Namespaces = nil
	for _, n := range s.Namespaces {
		c := *n
		c.Addresses = []Record{}
		for _, a := range n.Addresses {
			if a.Str("dev") == "lo" || !byItself(n, a) && !ofHardware(a.Prefix()) {
				c.Addresses = append(c.Addresses, a)
			}
		}
		out.Namespaces = append(out.Namespaces, &c)
	}
	return &out
}

// ofHardware tells whether an address is link-local and made of an Ethernet address
// (RFC 4291, appendix A), be it one that the link had before.
func ofHardware(p netip.Prefix) bool {
	if !p.IsValid() || !p.Addr().Is6() || !p.Addr().IsLinkLocalUnicast() {
		return false
	}
	b := p.Addr().As16()
	return b[11] == 0xff && b[12] == 0xfe
}

// follows tells whether a route of the kernel's is there because of an address,
// which brings it along. One that a program made in the kernel's name, as
// NetworkManager does for addresses without such a route, is not.
func (n *Namespace) follows(r Record) bool {
	if r.Str("protocol") != "kernel" {
		return false
	}
	dst, ok := r.destination()
	if !ok {
		return true // multicast, anycast, unreachable defaults: the kernel's
	}
	found := false
	for _, a := range n.Addresses {
		if a.Str("dev") == r.Str("dev") && a.network() == dst {
			if !a.has("noprefixroute") {
				return true
			}
			found = true
		}
	}
	return !found
}

// destination is where a route leads to, if that is one prefix.
func (r Record) destination() (netip.Prefix, bool) {
	if dst, err := netip.ParsePrefix(r.Str("dst")); err == nil {
		return dst, true
	}
	addr, err := netip.ParseAddr(r.Str("dst"))
	return netip.PrefixFrom(addr, addr.BitLen()), err == nil
}

// network is what an address, or that of its peer, makes reachable.
func (r Record) network() netip.Prefix {
	p := r.Prefix()
	if peer, err := netip.ParseAddr(r.Str("address")); err == nil {
		p = netip.PrefixFrom(peer, p.Bits())
	}
	return p.Masked()
}
