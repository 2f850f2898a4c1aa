package link

// kindRow is a kind's name and what makes its description. The name is handed
// on, since kinds that are alike share one.
type kindRow struct {
	name string
	kind func(name string) Kind
}

// kinds are all kinds that `type` knows the options of. A kind that is not
// here can still be made, if the kernel has it: without options.
func kinds() [47]kindRow {
	return [...]kindRow{
		{"veth", veth}, {"vxcan", vxcan}, {"bridge", bridge}, {"bridge_slave", bridgeSlave},
		{"vxlan", vxlan}, {"macvlan", macvlan}, {"macvtap", macvlan}, {"vlan", vlan}, {"vrf", vrf},
		{"bond", bond}, {"bond_slave", bondSlave}, {"ipvlan", ipvlan}, {"ipvtap", ipvlan},
		{"dummy", plain}, {"ifb", plain}, {"nlmon", plain}, {"team", plain}, {"vcan", plain},
		{"netdevsim", plain}, {"team_slave", plain}, {"vrf_slave", silent}, {"geneve", geneve},
		{"tun", silent},
		{"gre", gre}, {"gretap", gre}, {"erspan", erspan},
		{"ip6gre", ip6gre}, {"ip6gretap", ip6gre}, {"ip6erspan", ip6gre},
		{"ipip", ipip}, {"sit", sit}, {"ip6tnl", ip6tnl}, {"vti", vti}, {"vti6", vti6},
		{"xfrm", xfrm}, {"bareudp", bareudp}, {"hsr", hsr}, {"gtp", gtp}, {"amt", amt},
		{"ipoib", ipoib}, {"rmnet", rmnet}, {"dsa", dsa}, {"wwan", wwan}, {"batadv", batadv},
		{"can", can}, {"macsec", macsec}, {"virt_wifi", virtWiFi},
	}
}

// kindByName returns the kind, or nil for one that this ip does not know.
func kindByName(name string) *Kind {
	table := kinds()
	for i := range table {
		if table[i].name == name {
			k := table[i].kind(name)
			return &k
		}
	}
	return nil
}

// plain is a kind without options. As with the original, words behind it are
// passed over.
func plain(name string) Kind {
	return Kind{Name: name, Help: "Usage: ... " + name + "\n"}
}

// silent is a kind without options and help: tun is for ip tuntap, and a port of
// a VRF has nothing that could be set.
func silent(name string) Kind { return Kind{Name: name} }
