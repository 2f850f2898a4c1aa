package snapshot

import (
	"net/netip"
	"slices"
)

// byItself tells whether an address comes with its link, when that is rebuilt:
// those of lo, and the link-local one that is made of the link's own address.
func byItself(n *Namespace, a Record) bool {
	l, ok := n.Link(a.Str("dev"))
	if !ok || !l.Up() {
		return false
	}
	if l.Str("link_type") == "loopback" {
		local := a.Str("local") + "/" + text(a["prefixlen"])
		return local == "127.0.0.1/8" || local == "::1/128"
	}
	addr, err := netip.ParseAddr(a.Str("local"))
	if err != nil || !addr.Is6() || !addr.IsLinkLocalUnicast() {
		return false
	}
	mode := l.Str("inet6_addr_gen_mode")
	return (mode == "eui64" || mode == "") && addr == eui64(l.Str("address")) && getsCarrier(n, l)
}

// loopback takes the addresses of lo away that it got as it came up, and that are not
// there.
func (e *exporter) loopback(n *Namespace) {
	lo, ok := n.Link("lo")
	if !ok || !lo.Up() {
		return
	}
	for _, own := range []string{"127.0.0.1/8", "::1/128"} {
		there := slices.ContainsFunc(n.Addresses, func(a Record) bool {
			return a.Str("dev") == "lo" && a.Str("local")+"/"+text(a["prefixlen"]) == own
		})
		// A kernel without IPv6 has no way to make addresses either.
		if !there && (own != "::1/128" || lo.has("inet6_addr_gen_mode")) {
			e.add("ip", n.Name, "address", "delete", own, "dev", "lo")
		}
	}
}

// takenRoutes takes the routes away that addresses bring along, and that are not
// there.
func (e *exporter) takenRoutes(n *Namespace) {
	type own struct {
		dev string
		net netip.Prefix
	}
	there := map[own]bool{}
	for _, r := range n.Routes {
		if dst, ok := r.destination(); ok && r.Str("protocol") == "kernel" {
			there[own{r.Str("dev"), dst}] = true
		}
	}
	for _, a := range n.Addresses {
		o := own{a.Str("dev"), a.network()}
		l, ok := n.Link(o.dev)
		if !ok || !l.Up() || there[o] || l.Str("link_type") == "loopback" || a.has("noprefixroute") || a.has("temporary") {
			continue
		}
		there[o] = true // for another address of the network
		family := "-4"
		switch addr := o.net.Addr(); {
		case addr.IsLinkLocalUnicast() && addr.Is6():
			continue // not in a snapshot
		case addr.Is6():
			family = "-6"
		case o.net.IsSingleIP() && a.Str("address") == "":
			continue // reaches nothing but itself
		}
		e.add("ip", n.Name, family, "route", "delete", o.net.String(), "dev", o.dev, "proto", "kernel")
	}
}

// ownAddress are the words before a link is up that make it get the link-local
// address that it has, or none. Whether the kernel makes one is decided when the link
// comes up and has a carrier: what must not have one until then is told last how
// it makes them.
func (e *exporter) ownAddress(n *Namespace, l Record) []string {
	const word, none = "addrgenmode", "none"
	mode := l.Str("inet6_addr_gen_mode")
	switch {
	case mode == "", mode == "eui64" && !lacksOwn(n, l):
		return nil
	case mode == "stable_secret":
		e.warn(n, l.Str("ifname")+": the secret that its link-local addresses are made of is not exported")
		return []string{word, none}
	case mode == none, !l.Up():
		return []string{word, mode}
	}
	if getsCarrier(n, l) {
		e.last = append(e.last, Command{AwaitCarrier, n.Name, []string{l.Str("ifname")}})
	}
	e.last = append(e.last, Command{"ip", n.Name, []string{"link", "set", "dev", l.Str("ifname"), word, mode}})
	return []string{word, none}
}

// getsCarrier tells whether a link has a carrier when it is rebuilt and up, which
// the kernel waits for with its link-local address. A bridge without ports that was
// given its address has none, while one that was not has.
func getsCarrier(n *Namespace, l Record) bool { return carrier(n, l, 0) }

func carrier(n *Namespace, l Record, depth int) bool {
	switch l.Str("operstate") {
	case "DOWN", "LOWERLAYERDOWN", "NOTPRESENT":
		return false
	}
	if depth > maxDepth {
		return false // a circle: a file may hold one
	}
	switch madeOf(l) {
	case "veth":
		return true
	case "bridge":
		return slices.ContainsFunc(n.Links, func(port Record) bool {
			return port.Str("master") == l.Str("ifname") && port.Up() && carrier(n, port, depth+1)
		})
	}
	lower, ok := n.Link(l.Str("link"))
	return !ok || l["link_netns"] != nil || carrier(n, lower, depth+1)
}

// lacksOwn tells whether a link has not the link-local address that the kernel
// will give it: somebody has deleted it, or the link has got another hardware
// address since, as a bridge does with its first port.
func lacksOwn(n *Namespace, l Record) bool {
	if !l.Up() || l.Str("link_type") != "ether" || l.Str("inet6_addr_gen_mode") != "eui64" || !getsCarrier(n, l) {
		return false
	}
	switch {
	case madeOf(l) == "vrf", l.Sub("linkinfo").Str("info_slave_kind") == "bond", l.Sub("linkinfo").Str("info_slave_kind") == "team":
		return false // never have one
	}
	own := eui64(l.Str("address")).String()
	return !slices.ContainsFunc(n.Addresses, func(a Record) bool {
		return a.Str("dev") == l.Str("ifname") && a.Str("local") == own
	})
}

// eui64 is the link-local address of an Ethernet interface (RFC 4291, appendix A).
func eui64(mac string) netip.Addr {
	var m [6]byte
	for i := range m {
		j := 3 * i
		if j+2 > len(mac) {
			return netip.Addr{}
		}
		m[i] = hexDigit(mac[j])<<4 | hexDigit(mac[j+1])
	}
	return netip.AddrFrom16([16]byte{0xfe, 0x80, 8: m[0] ^ 2, 9: m[1], 10: m[2], 11: 0xff, 12: 0xfe, 13: m[3], 14: m[4], 15: m[5]})
}

func hexDigit(c byte) byte {
	if c >= 'a' {
		return c - 'a' + 10
	}
	return c - '0'
}
