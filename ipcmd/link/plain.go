package link

import "slices"

// kinds are all kinds that `type` knows the options of. A kind that is not
// here can still be made, if the kernel has it: without options.
func kinds() []Kind {
	list := []Kind{
		veth(), bridge(), bridgeSlave(), vxlan(), macvlan(), macvtap(), vlan(), vrf(),
		bond(), bondSlave(), ipvlan(), ipvtap(), vxcan(),
		plain("dummy"), plain("ifb"), plain("nlmon"), plain("team"), plain("vcan"), plain("netdevsim"), geneve(),
		// Its devices are ip tuntap's; words behind it are passed over too.
		{Name: "tun"},
	}
	return slices.Concat(list, greKinds(), ipTunnelKinds(), vtiKinds(), rareKinds())
}

// plain is a kind without options. As with the original, words behind it are
// passed over.
func plain(name string) Kind {
	return Kind{Name: name, Help: "Usage: ... " + name + "\n"}
}
