package rehearse

import (
	"hash/fnv"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/nlbox/nlbox/internal/snapshot"
)

// Lab is a copy of the original: the host itself, whose hardware is plugged into
// LANs, and on these the hosts that it knows of. The warnings say, a line each,
// who is left out.
func (o *Original) Lab() (*Lab, []string) {
	c := &cloner{original: o, lab: &Lab{}}
	host := Host{Name: hostName(o.Hostname), Like: o}
	for _, s := range o.interfaces() {
		c.standIns = append(c.standIns, s)
		c.lab.LANs = append(c.lab.LANs, s.LAN)
		host.Interfaces = append(host.Interfaces, s.Interface)
	}
	c.lab.Hosts = []Host{host}
	gateways := o.own().Gateways()
	// That of the default route is "gateway".
	slices.SortStableFunc(gateways, func(a, b snapshot.Gateway) int {
		switch {
		case a.Default == b.Default:
			return 0
		case a.Default:
			return -1
		}
		return 1
	})
	for _, g := range gateways {
		c.peer(g.Addr, g.Dev, c.macOf(g.Addr, g.Dev), "gateway")
	}
	neighbours := slices.Clone(o.Neighbours)
	slices.SortStableFunc(neighbours, func(a, b snapshot.Record) int {
		x, _ := netip.ParseAddr(a.Str("dst"))
		y, _ := netip.ParseAddr(b.Str("dst"))
		return x.Compare(y)
	})
	for _, n := range neighbours {
		if addr, mac, ok := validNeighbour(n); ok {
			c.peer(addr, n.Str("dev"), mac, "")
		}
	}
	if c.left > 0 {
		c.warnings = append(c.warnings, "only "+strconv.Itoa(maxPeers)+" of the "+
			strconv.Itoa(maxPeers+c.left)+" neighbours and gateways are there")
	}
	return c.lab, c.warnings
}

// maxPeers is how many hosts beside the clone are built at most: each takes some
// milliseconds, and a thread.
const maxPeers = 64

// cloner makes the lab.
type cloner struct {
	original *Original
	lab      *Lab
	standIns []standIn
	warnings []string
	// left counts the peers beyond maxPeers.
	left int
}

// hostName is the hostname as the name of a host: what is allowed of it.
func hostName(hostname string) string {
	name := strings.Map(func(c rune) rune {
		if strings.ContainsRune(nameLetters, c) {
			return c
		}
		return -1
	}, hostname)
	name = strings.TrimLeft(name, ".")
	if name = name[:min(len(name), maxName)]; name == "" {
		return "this"
	}
	return name
}

// numbered is word, word2, word3 ….
func numbered(word string, n int) string {
	if n > 1 {
		word += strconv.Itoa(n)
	}
	return word
}

// validNeighbour reads an entry of the neighbour table that has the Ethernet
// address of one host.
func validNeighbour(n snapshot.Record) (netip.Addr, MAC, bool) {
	addr, err := netip.ParseAddr(n.Str("dst"))
	mac, unicast := parseMAC(n.Str("lladdr"))
	valid := slices.ContainsFunc(n.Strings("state"), func(s string) bool {
		switch s { // NUD_VALID of net/neighbour.h, but for NOARP
		case "PERMANENT", "REACHABLE", "PROBE", "STALE", "DELAY":
			return true
		}
		return false
	})
	return addr, mac, err == nil && valid && unicast
}

// macOf finds a gateway's Ethernet address among the neighbours; zero for none.
func (c *cloner) macOf(addr netip.Addr, dev string) MAC {
	for _, n := range c.original.Neighbours {
		if a, mac, ok := validNeighbour(n); ok && a == addr && n.Str("dev") == dev {
			return mac
		}
	}
	return MAC{}
}

// peer adds an address to the host that has the Ethernet address mac, on the LAN
// that dev is plugged into, and makes the host if need be. A zero mac is that of
// a host that is only known by this address. role is "gateway", or empty.
func (c *cloner) peer(addr netip.Addr, dev string, mac MAC, role string) {
	addr = addr.WithZone("")
	network, direct, ok := c.network(addr, dev, role != "")
	if !ok {
		return
	}
	s := c.under(dev, map[string]bool{})
	if s == nil {
		return
	}
	if mac == (MAC{}) {
		mac = inventMAC(addr)
	}
	if mac == s.MAC {
		return
	}
	for i := range c.lab.Hosts[1:] {
		h := &c.lab.Hosts[i+1]
		if own := &h.Interfaces[0]; own.LAN == s.LAN && own.MAC == mac {
			if !slices.ContainsFunc(own.Addrs, func(p netip.Prefix) bool { return p.Addr() == addr }) {
				own.Addrs = append(own.Addrs, network)
				own.Direct = append(own.Direct, direct...)
			}
			return
		}
	}
	if len(c.lab.Hosts) > maxPeers {
		c.left++
		return
	}
	c.lab.Hosts = append(c.lab.Hosts, Host{Name: c.name(addr, role), Interfaces: []Interface{{
		Name: "eth0", LAN: s.LAN, MAC: mac, MTU: s.MTU, Addrs: []netip.Prefix{network}, Direct: direct,
	}}})
}

// network is addr with the length of the prefix of dev's network that it is in. A
// gateway that is on the link without such a network, as those of hosts with a /32
// are, is alone in its own, and reaches the host's addresses directly.
func (c *cloner) network(addr netip.Addr, dev string, gateway bool) (network netip.Prefix, direct []netip.Addr, ok bool) {
	if addr.Is6() && addr.IsLinkLocalUnicast() {
		return netip.PrefixFrom(addr, 64), nil, true
	}
	for _, a := range c.original.own().Addresses {
		p := a.Prefix()
		switch {
		case a.Str("dev") != dev || !p.IsValid() || p.Addr().Is4() != addr.Is4():
		case p.Addr() == addr:
			return netip.Prefix{}, nil, false
		case p.Contains(addr):
			return netip.PrefixFrom(addr, p.Bits()), nil, true
		case !p.Addr().IsLinkLocalUnicast() || addr.Is4():
			direct = append(direct, p.Addr())
		}
	}
	return netip.PrefixFrom(addr, addr.BitLen()), direct, gateway && direct != nil
}

// under finds the stand-in by which a link reaches its LAN: itself, one of its
// ports, or what it lies on. nil when there is none. seen are those that were looked
// at already.
func (c *cloner) under(dev string, seen map[string]bool) *standIn {
	for i := range c.standIns {
		if c.standIns[i].Name == dev {
			return &c.standIns[i]
		}
	}
	l, ok := c.original.own().Link(dev)
	if !ok || seen[dev] {
		return nil
	}
	seen[dev] = true
	switch l.Kind() {
	case "bridge", "bond", "team":
		for _, port := range c.original.own().Links {
			if port.Str("master") != dev {
				continue
			}
			if s := c.under(port.Str("ifname"), seen); s != nil {
				return s
			}
		}
	case "macvlan", "ipvlan":
		return c.under(l.Str("link"), seen)
	case "vlan":
		c.warn("no hosts are there behind the VLAN " + dev)
	}
	return nil
}

func (c *cloner) warn(text string) {
	if !slices.Contains(c.warnings, text) {
		c.warnings = append(c.warnings, text)
	}
}

// name is a peer's: gateway, gateway2 …; its IPv4 address; or peer, peer2 ….
func (c *cloner) name(addr netip.Addr, role string) string {
	word := role
	switch {
	case word == "" && addr.Is4():
		word = addr.String()
	case word == "":
		word = "peer"
	}
	taken := func(name string) bool {
		_, ok := c.lab.Host(name)
		return ok || slices.Contains(c.lab.LANs, name)
	}
	if !taken(word) {
		return word
	}
	if addr.Is4() && word == addr.String() {
		word = "peer" // the same address behind another interface
	}
	for n := 1; ; n++ {
		if name := numbered(word, n); !taken(name) {
			return name
		}
	}
}

// inventMAC is the locally administered Ethernet address of a host that is known
// by its address alone.
func inventMAC(a netip.Addr) MAC {
	if a.Is4() {
		return MACOf(a)
	}
	// Two hosts may end alike: all of the address counts.
	ip, sum := a.As16(), fnv.New32a()
	sum.Write(ip[:])
	return MAC(sum.Sum([]byte{0x02, 0x06}))
}
