package link

import "golang.org/x/sys/unix"

func bridgeSlave(name string) Kind {
	return Kind{Name: name, Help: bridgeSlaveHelp, Noun: "option", EndsOnOff: true, Options: bridgeSlaveOptions}
}

func bridgeSlaveOptions() []Option {
	return []Option{
		{Name: "fdb_flush", Value: Empty, Attr: unix.IFLA_BRPORT_FLUSH},
		{Name: "state", Value: U8, Attr: unix.IFLA_BRPORT_STATE, Wrong: "state is invalid"},
		{Name: "priority", Value: U16, Attr: unix.IFLA_BRPORT_PRIORITY, Wrong: "priority is invalid"},
		{Name: "cost", Value: U32, Attr: unix.IFLA_BRPORT_COST, Wrong: "cost is invalid"},
		{Name: "hairpin", Value: OnOff8, Attr: unix.IFLA_BRPORT_MODE},
		{Name: "guard", Value: OnOff8, Attr: unix.IFLA_BRPORT_GUARD},
		{Name: "root_block", Value: OnOff8, Attr: unix.IFLA_BRPORT_PROTECT},
		{Name: "fastleave", Value: OnOff8, Attr: unix.IFLA_BRPORT_FAST_LEAVE},
		{Name: "learning", Value: OnOff8, Attr: unix.IFLA_BRPORT_LEARNING},
		{Name: "flood", Value: OnOff8, Attr: unix.IFLA_BRPORT_UNICAST_FLOOD},
		{Name: "mcast_flood", Value: OnOff8, Attr: unix.IFLA_BRPORT_MCAST_FLOOD},
		{Name: "bcast_flood", Value: OnOff8, Attr: unix.IFLA_BRPORT_BCAST_FLOOD},
		{Name: "mcast_to_unicast", Value: OnOff8, Attr: unix.IFLA_BRPORT_MCAST_TO_UCAST},
		{Name: "proxy_arp", Value: OnOff8, Attr: unix.IFLA_BRPORT_PROXYARP},
		{Name: "proxy_arp_wifi", Value: OnOff8, Attr: unix.IFLA_BRPORT_PROXYARP_WIFI},
		{Name: "mcast_router", Value: U8, Attr: unix.IFLA_BRPORT_MULTICAST_ROUTER, Wrong: "invalid mcast_router"},
		{Name: "mcast_fast_leave", Value: OnOff8, Attr: unix.IFLA_BRPORT_FAST_LEAVE},
		{Name: "neigh_suppress", Value: OnOff8, Attr: unix.IFLA_BRPORT_NEIGH_SUPPRESS},
		{Name: "group_fwd_mask", Value: U16, Attr: unix.IFLA_BRPORT_GROUP_FWD_MASK, Wrong: "invalid group_fwd_mask"},
		{Name: "vlan_tunnel", Value: OnOff8, Attr: unix.IFLA_BRPORT_VLAN_TUNNEL},
		{Name: "isolated", Value: OnOff8, Attr: unix.IFLA_BRPORT_ISOLATED},
		{Name: "locked", Value: OnOff8, Attr: unix.IFLA_BRPORT_LOCKED},
		{Name: "backup_port", Value: Device, Attr: unix.IFLA_BRPORT_BACKUP_PORT},
		{Name: "nobackup_port", Value: Const32, Attr: unix.IFLA_BRPORT_BACKUP_PORT},
		// Newer than iproute2 6.1.
		{Name: "neigh_vlan_suppress", Exact: true, Value: OnOff8, Attr: unix.IFLA_BRPORT_NEIGH_VLAN_SUPPRESS},
		{Name: "mab", Exact: true, Value: OnOff8, Attr: unix.IFLA_BRPORT_MAB},
		{Name: "backup_nhid", Exact: true, Value: U32, Attr: unix.IFLA_BRPORT_BACKUP_NHID, Wrong: "backup_nhid is invalid"},
	}
}

const bridgeSlaveHelp = `Usage: ... bridge_slave [ fdb_flush ]
			[ state STATE ]
			[ priority PRIO ]
			[ cost COST ]
			[ guard {on | off} ]
			[ hairpin {on | off} ]
			[ fastleave {on | off} ]
			[ root_block {on | off} ]
			[ learning {on | off} ]
			[ flood {on | off} ]
			[ proxy_arp {on | off} ]
			[ proxy_arp_wifi {on | off} ]
			[ mcast_router MULTICAST_ROUTER ]
			[ mcast_fast_leave {on | off} ]
			[ mcast_flood {on | off} ]
			[ bcast_flood {on | off} ]
			[ mcast_to_unicast {on | off} ]
			[ group_fwd_mask MASK ]
			[ neigh_suppress {on | off} ]
			[ vlan_tunnel {on | off} ]
			[ isolated {on | off} ]
			[ locked {on | off} ]
			[ backup_port DEVICE ] [ nobackup_port ]
`
