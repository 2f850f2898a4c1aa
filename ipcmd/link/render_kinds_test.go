package link_test

import (
	"encoding/binary"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object/objecttest"
)

// number32 and the like are rows of attributes with numbers of a width; each
// value is the attribute's own number, so that none looks like another.
func numbers8(r *rtnl.Request, attrs ...uint16) {
	for _, a := range attrs {
		r.U8(a, uint8(a))
	}
}

func numbers16(r *rtnl.Request, attrs ...uint16) {
	for _, a := range attrs {
		r.U16(a, a*100)
	}
}

func numbers32(r *rtnl.Request, attrs ...uint16) {
	for _, a := range attrs {
		r.U32(a, uint32(a)*1000)
	}
}

func numbers64(r *rtnl.Request, attrs ...uint16) {
	for _, a := range attrs {
		r.U64(a, uint64(a)*10000)
	}
}

func TestBridge(t *testing.T) {
	kind(t, "bridge", func(r *rtnl.Request) {
		numbers32(r, unix.IFLA_BR_FORWARD_DELAY, unix.IFLA_BR_HELLO_TIME, unix.IFLA_BR_MAX_AGE,
			unix.IFLA_BR_AGEING_TIME, unix.IFLA_BR_STP_STATE, unix.IFLA_BR_ROOT_PATH_COST,
			unix.IFLA_BR_MCAST_HASH_ELASTICITY, unix.IFLA_BR_MCAST_HASH_MAX,
			unix.IFLA_BR_MCAST_LAST_MEMBER_CNT, unix.IFLA_BR_MCAST_STARTUP_QUERY_CNT)
		numbers16(r, unix.IFLA_BR_PRIORITY, unix.IFLA_BR_ROOT_PORT, unix.IFLA_BR_VLAN_DEFAULT_PVID,
			unix.IFLA_BR_GROUP_FWD_MASK)
		numbers8(r, unix.IFLA_BR_VLAN_FILTERING, unix.IFLA_BR_TOPOLOGY_CHANGE,
			unix.IFLA_BR_TOPOLOGY_CHANGE_DETECTED, unix.IFLA_BR_VLAN_STATS_ENABLED,
			unix.IFLA_BR_VLAN_STATS_PER_PORT, unix.IFLA_BR_MCAST_SNOOPING, unix.IFLA_BR_MCAST_ROUTER,
			unix.IFLA_BR_MCAST_QUERY_USE_IFADDR, unix.IFLA_BR_MCAST_QUERIER, unix.IFLA_BR_MCAST_STATS_ENABLED,
			unix.IFLA_BR_MCAST_IGMP_VERSION, unix.IFLA_BR_MCAST_MLD_VERSION, unix.IFLA_BR_NF_CALL_IPTABLES,
			unix.IFLA_BR_NF_CALL_IP6TABLES, unix.IFLA_BR_NF_CALL_ARPTABLES)
		numbers64(r, unix.IFLA_BR_HELLO_TIMER, unix.IFLA_BR_TCN_TIMER, unix.IFLA_BR_TOPOLOGY_CHANGE_TIMER,
			unix.IFLA_BR_MCAST_LAST_MEMBER_INTVL, unix.IFLA_BR_MCAST_MEMBERSHIP_INTVL,
			unix.IFLA_BR_MCAST_QUERIER_INTVL, unix.IFLA_BR_MCAST_QUERY_INTVL,
			unix.IFLA_BR_MCAST_QUERY_RESPONSE_INTVL, unix.IFLA_BR_MCAST_STARTUP_QUERY_INTVL)
		r.U64(unix.IFLA_BR_GC_TIMER, 7)
		r.BE16(unix.IFLA_BR_VLAN_PROTOCOL, unix.ETH_P_8021AD)
		// The root is the bridge itself: of another, iproute2 6.1 shows the wrong id.
		id := append([]byte{0x80, 0x01}, mac...)
		r.Attr(unix.IFLA_BR_ROOT_ID, id)
		r.Attr(unix.IFLA_BR_BRIDGE_ID, id)
		r.Attr(unix.IFLA_BR_GROUP_ADDR, []byte{1, 0x80, 0xc2, 0, 0, 0})
		r.Attr(unix.IFLA_BR_MULTI_BOOLOPT, words(2, 3))
	})
}

func TestBridgeSlave(t *testing.T) {
	slave(t, "bridge", func(r *rtnl.Request) {
		numbers8(r, unix.IFLA_BRPORT_MODE, unix.IFLA_BRPORT_GUARD, unix.IFLA_BRPORT_PROTECT,
			unix.IFLA_BRPORT_FAST_LEAVE, unix.IFLA_BRPORT_LEARNING, unix.IFLA_BRPORT_PROXYARP,
			unix.IFLA_BRPORT_PROXYARP_WIFI, unix.IFLA_BRPORT_MULTICAST_ROUTER, unix.IFLA_BRPORT_MCAST_FLOOD,
			unix.IFLA_BRPORT_MCAST_TO_UCAST, unix.IFLA_BRPORT_NEIGH_SUPPRESS, unix.IFLA_BRPORT_ISOLATED,
			unix.IFLA_BRPORT_LOCKED, unix.IFLA_BRPORT_TOPOLOGY_CHANGE_ACK)
		r.U8(unix.IFLA_BRPORT_STATE, 3)
		r.U8(unix.IFLA_BRPORT_UNICAST_FLOOD, 0)
		r.U8(unix.IFLA_BRPORT_BCAST_FLOOD, 0)
		r.U8(unix.IFLA_BRPORT_VLAN_TUNNEL, 0)
		r.U8(unix.IFLA_BRPORT_CONFIG_PENDING, 0)
		numbers16(r, unix.IFLA_BRPORT_PRIORITY, unix.IFLA_BRPORT_ID, unix.IFLA_BRPORT_NO,
			unix.IFLA_BRPORT_DESIGNATED_PORT, unix.IFLA_BRPORT_DESIGNATED_COST)
		r.U16(unix.IFLA_BRPORT_GROUP_FWD_MASK, 0x400d)
		r.U32(unix.IFLA_BRPORT_COST, 100)
		r.Attr(unix.IFLA_BRPORT_ROOT_ID, append([]byte{0, 1}, mac2...))
		r.Attr(unix.IFLA_BRPORT_BRIDGE_ID, append([]byte{0x80, 0}, mac...))
		numbers64(r, unix.IFLA_BRPORT_MESSAGE_AGE_TIMER, unix.IFLA_BRPORT_FORWARD_DELAY_TIMER, unix.IFLA_BRPORT_HOLD_TIMER)
		r.U32(unix.IFLA_BRPORT_BACKUP_PORT, 8)
	})
}

func TestPortStates(t *testing.T) {
	render(t, "port_states", []string{"ip -d link show", "ip -d -j link show"}, func(s *objecttest.Stream) {
		for state := range uint8(6) {
			s.Link(int32(state)+1, "p"+string(rune('0'+state)), func(r *rtnl.Request) {
				objecttest.Slave(r, "bridge", func() {
					r.U8(unix.IFLA_BRPORT_STATE, state)
					r.U16(unix.IFLA_BRPORT_GROUP_FWD_MASK, 1<<state&^1)
				})
			})
		}
	})
}

func TestVXLAN(t *testing.T) {
	kind(t, "vxlan", func(r *rtnl.Request) {
		numbers8(r, unix.IFLA_VXLAN_COLLECT_METADATA, unix.IFLA_VXLAN_VNIFILTER, unix.IFLA_VXLAN_PROXY,
			unix.IFLA_VXLAN_RSC, unix.IFLA_VXLAN_L2MISS, unix.IFLA_VXLAN_L3MISS, unix.IFLA_VXLAN_TTL,
			unix.IFLA_VXLAN_TOS, unix.IFLA_VXLAN_UDP_CSUM, unix.IFLA_VXLAN_UDP_ZERO_CSUM6_TX,
			unix.IFLA_VXLAN_REMCSUM_TX, unix.IFLA_VXLAN_REMCSUM_RX)
		r.U8(unix.IFLA_VXLAN_LEARNING, 0)
		r.U8(unix.IFLA_VXLAN_UDP_ZERO_CSUM6_RX, 0)
		r.U8(unix.IFLA_VXLAN_DF, 1)
		r.U32(unix.IFLA_VXLAN_ID, 42)
		r.Attr(unix.IFLA_VXLAN_GROUP, []byte{239, 1, 1, 1})
		r.Attr(unix.IFLA_VXLAN_LOCAL, v4)
		r.U32(unix.IFLA_VXLAN_LINK, 8)
		r.Attr(unix.IFLA_VXLAN_PORT_RANGE, []byte{0x80, 0, 0xc0, 0})
		r.BE16(unix.IFLA_VXLAN_PORT, 4789)
		r.BE32(unix.IFLA_VXLAN_LABEL, 0x12345)
		r.U32(unix.IFLA_VXLAN_AGEING, 300)
		r.U32(unix.IFLA_VXLAN_LIMIT, 5)
		r.Flag(unix.IFLA_VXLAN_GBP)
		r.Flag(unix.IFLA_VXLAN_GPE)
	})
	render(t, "vxlan_forms", kindForms, func(s *objecttest.Stream) {
		forms := []func(r *rtnl.Request){
			func(r *rtnl.Request) { r.Attr(unix.IFLA_VXLAN_GROUP, v4); r.U8(unix.IFLA_VXLAN_TTL, 0) },
			func(r *rtnl.Request) { r.Attr(unix.IFLA_VXLAN_GROUP6, v6); r.Attr(unix.IFLA_VXLAN_LOCAL6, v6b) },
			func(r *rtnl.Request) {
				r.Attr(unix.IFLA_VXLAN_GROUP6, []byte{0xff, 5, 15: 1})
				r.U8(unix.IFLA_VXLAN_TOS, 1)
			},
			func(r *rtnl.Request) {
				r.Attr(unix.IFLA_VXLAN_GROUP, make([]byte, 4))
				r.U32(unix.IFLA_VXLAN_AGEING, 0)
			},
			func(r *rtnl.Request) { r.U8(unix.IFLA_VXLAN_TTL_INHERIT, 1); r.U8(unix.IFLA_VXLAN_DF, 2) },
			func(r *rtnl.Request) { r.U8(unix.IFLA_VXLAN_LEARNING, 1); r.U8(unix.IFLA_VXLAN_DF, 0) },
		}
		for i, attrs := range forms {
			s.Link(int32(i)+1, "vx"+string(rune('0'+i)), func(r *rtnl.Request) {
				objecttest.Kind(r, "vxlan", func() { attrs(r) })
			})
		}
	})
}

func TestMacvlan(t *testing.T) {
	source := func(r *rtnl.Request) {
		r.U32(unix.IFLA_MACVLAN_MODE, 16)
		r.U16(unix.IFLA_MACVLAN_FLAGS, 3)
		r.U32(unix.IFLA_MACVLAN_BC_QUEUE_LEN, 1000)
		r.U32(unix.IFLA_MACVLAN_BC_QUEUE_LEN_USED, 2000)
		r.U32(unix.IFLA_MACVLAN_MACADDR_COUNT, 2)
		objecttest.Nest(r, unix.IFLA_MACVLAN_MACADDR_DATA, func() {
			r.Attr(unix.IFLA_MACVLAN_MACADDR, mac)
			r.Attr(unix.IFLA_MACVLAN_MACADDR, mac2)
		})
	}
	kind(t, "macvlan", source)
	kind(t, "macvtap", source)
	render(t, "macvlan_modes", kindForms, func(s *objecttest.Stream) {
		for i, mode := range []uint32{1, 2, 4, 8, 32} {
			s.Link(int32(i)+1, "mv"+string(rune('0'+i)), func(r *rtnl.Request) {
				objecttest.Kind(r, "macvlan", func() { r.U32(unix.IFLA_MACVLAN_MODE, mode) })
			})
		}
	})
}

func TestVLAN(t *testing.T) {
	kind(t, "vlan", func(r *rtnl.Request) {
		r.BE16(unix.IFLA_VLAN_PROTOCOL, unix.ETH_P_8021Q)
		r.U16(unix.IFLA_VLAN_ID, 100)
		r.Attr(unix.IFLA_VLAN_FLAGS, words(0x3f, 0xffffffff))
		objecttest.Nest(r, unix.IFLA_VLAN_INGRESS_QOS, func() {
			r.Attr(1, words(1, 2))
			r.Attr(1, words(3, 4))
		})
		objecttest.Nest(r, unix.IFLA_VLAN_EGRESS_QOS, func() { r.Attr(1, words(5, 6)) })
	})
	render(t, "vlan_flags", kindForms, func(s *objecttest.Stream) {
		for i, flags := range []uint32{0, 1, 0x1f} {
			s.Link(int32(i)+1, "vl"+string(rune('0'+i)), func(r *rtnl.Request) {
				r.U32(unix.IFLA_LINK, 9)
				objecttest.Kind(r, "vlan", func() {
					r.U16(unix.IFLA_VLAN_ID, 5)
					r.Attr(unix.IFLA_VLAN_FLAGS, words(flags, 0xffffffff))
				})
			})
		}
	})
}

func TestVRF(t *testing.T) {
	kind(t, "vrf", func(r *rtnl.Request) { r.U32(unix.IFLA_VRF_TABLE, 10) })
	slave(t, "vrf", func(r *rtnl.Request) { r.U32(unix.IFLA_VRF_PORT_TABLE, 10) })
}

func TestBond(t *testing.T) {
	kind(t, "bond", func(r *rtnl.Request) {
		r.U8(unix.IFLA_BOND_MODE, 4)
		r.U32(unix.IFLA_BOND_ACTIVE_SLAVE, 8)
		r.U32(unix.IFLA_BOND_PRIMARY, 8)
		numbers32(r, unix.IFLA_BOND_MIIMON, unix.IFLA_BOND_UPDELAY, unix.IFLA_BOND_DOWNDELAY,
			unix.IFLA_BOND_PEER_NOTIF_DELAY, unix.IFLA_BOND_ARP_INTERVAL, unix.IFLA_BOND_RESEND_IGMP,
			unix.IFLA_BOND_MIN_LINKS, unix.IFLA_BOND_LP_INTERVAL, unix.IFLA_BOND_PACKETS_PER_SLAVE)
		numbers8(r, unix.IFLA_BOND_USE_CARRIER, unix.IFLA_BOND_MISSED_MAX, unix.IFLA_BOND_NUM_PEER_NOTIF,
			unix.IFLA_BOND_ALL_SLAVES_ACTIVE, unix.IFLA_BOND_TLB_DYNAMIC_LB)
		objecttest.Nest(r, unix.IFLA_BOND_ARP_IP_TARGET, func() { r.Attr(0, v4); r.Attr(1, v4b) })
		objecttest.Nest(r, unix.IFLA_BOND_NS_IP6_TARGET, func() { r.Attr(0, v6); r.Attr(1, v6b) })
		r.U32(unix.IFLA_BOND_ARP_VALIDATE, 3)
		r.U32(unix.IFLA_BOND_ARP_ALL_TARGETS, 1)
		r.U8(unix.IFLA_BOND_PRIMARY_RESELECT, 2)
		r.U8(unix.IFLA_BOND_FAIL_OVER_MAC, 1)
		r.U8(unix.IFLA_BOND_XMIT_HASH_POLICY, 5)
		r.U8(unix.IFLA_BOND_AD_LACP_ACTIVE, 1)
		r.U8(unix.IFLA_BOND_AD_LACP_RATE, 1)
		r.U8(unix.IFLA_BOND_AD_SELECT, 2)
		objecttest.Nest(r, unix.IFLA_BOND_AD_INFO, func() {
			numbers16(r, unix.IFLA_BOND_AD_INFO_AGGREGATOR, unix.IFLA_BOND_AD_INFO_NUM_PORTS,
				unix.IFLA_BOND_AD_INFO_ACTOR_KEY, unix.IFLA_BOND_AD_INFO_PARTNER_KEY)
			r.Attr(unix.IFLA_BOND_AD_INFO_PARTNER_MAC, mac)
		})
		numbers16(r, unix.IFLA_BOND_AD_ACTOR_SYS_PRIO, unix.IFLA_BOND_AD_USER_PORT_KEY)
		r.Attr(unix.IFLA_BOND_AD_ACTOR_SYSTEM, mac2)
	})
	render(t, "bond_unknown", kindForms, func(s *objecttest.Stream) {
		s.Link(1, "bond0", func(r *rtnl.Request) {
			objecttest.Kind(r, "bond", func() {
				r.U8(unix.IFLA_BOND_MODE, 77)
				r.U32(unix.IFLA_BOND_ACTIVE_SLAVE, 0)
				r.U32(unix.IFLA_BOND_ARP_VALIDATE, 0)
				objecttest.Nest(r, unix.IFLA_BOND_ARP_IP_TARGET, func() {})
				r.U8(unix.IFLA_BOND_AD_SELECT, 9)
			})
		})
	})
}

func TestBondSlave(t *testing.T) {
	slave(t, "bond", func(r *rtnl.Request) {
		r.U8(unix.IFLA_BOND_SLAVE_STATE, 1)
		r.U8(unix.IFLA_BOND_SLAVE_MII_STATUS, 3)
		r.U32(unix.IFLA_BOND_SLAVE_LINK_FAILURE_COUNT, 5)
		r.Attr(unix.IFLA_BOND_SLAVE_PERM_HWADDR, mac2)
		r.U16(unix.IFLA_BOND_SLAVE_QUEUE_ID, 6)
		r.U32(unix.IFLA_BOND_SLAVE_PRIO, 0xfffffffe)
		r.U16(unix.IFLA_BOND_SLAVE_AD_AGGREGATOR_ID, 7)
		r.U8(unix.IFLA_BOND_SLAVE_AD_ACTOR_OPER_PORT_STATE, 0xff)
		r.U16(unix.IFLA_BOND_SLAVE_AD_PARTNER_OPER_PORT_STATE, 5)
	})
	render(t, "bond_slave_unknown", kindForms, func(s *objecttest.Stream) {
		s.Link(1, "p0", func(r *rtnl.Request) {
			objecttest.Slave(r, "bond", func() {
				r.U8(unix.IFLA_BOND_SLAVE_STATE, 9)
				r.U8(unix.IFLA_BOND_SLAVE_MII_STATUS, 9)
				r.U8(unix.IFLA_BOND_SLAVE_AD_ACTOR_OPER_PORT_STATE, 0)
			})
		})
	})
}

func TestTun(t *testing.T) {
	kind(t, "tun", func(r *rtnl.Request) {
		r.U8(unix.IFLA_TUN_TYPE, unix.IFF_TAP)
		r.U8(unix.IFLA_TUN_PI, 0)
		numbers8(r, unix.IFLA_TUN_VNET_HDR, unix.IFLA_TUN_MULTI_QUEUE, unix.IFLA_TUN_PERSIST)
		numbers32(r, unix.IFLA_TUN_NUM_QUEUES, unix.IFLA_TUN_NUM_DISABLED_QUEUES)
		r.U32(unix.IFLA_TUN_OWNER, 0)
		r.U32(unix.IFLA_TUN_GROUP, 3999999999)
	})
	render(t, "tun_types", kindForms, func(s *objecttest.Stream) {
		for i, typ := range []uint8{unix.IFF_TUN, 9} {
			s.Link(int32(i)+1, "tun"+string(rune('0'+i)), func(r *rtnl.Request) {
				objecttest.Kind(r, "tun", func() { r.U8(unix.IFLA_TUN_TYPE, typ) })
			})
		}
		s.Link(3, "tun3", func(r *rtnl.Request) { objecttest.Kind(r, "tun", nil) })
	})
}

func TestIPvlan(t *testing.T) {
	for _, name := range []string{"ipvlan", "ipvtap"} {
		kind(t, name, func(r *rtnl.Request) {
			r.U16(unix.IFLA_IPVLAN_MODE, 2)
			r.U16(unix.IFLA_IPVLAN_FLAGS, 0)
		})
	}
	render(t, "ipvlan_flags", kindForms, func(s *objecttest.Stream) {
		for i := range uint16(4) {
			s.Link(int32(i)+1, "iv"+string(rune('0'+i)), func(r *rtnl.Request) {
				objecttest.Kind(r, "ipvlan", func() {
					r.U16(unix.IFLA_IPVLAN_MODE, i)
					r.U16(unix.IFLA_IPVLAN_FLAGS, i)
				})
			})
		}
	})
}

// Kinds that have nothing to tell, and one that nobody knows.
func TestPlainKinds(t *testing.T) {
	render(t, "plain_kinds", kindForms, func(s *objecttest.Stream) {
		for i, name := range []string{
			"dummy", "ifb", "nlmon", "wireguard", "netdevsim", "vcan", "vxcan", "batadv",
			"virt_wifi", "team", "veth", "nosuchkind",
		} {
			s.Link(int32(i)+1, "k"+string(rune('a'+i)), func(r *rtnl.Request) {
				objecttest.Kind(r, name, func() { r.U32(1, 5) })
			})
		}
		s.Link(20, "slave0", func(r *rtnl.Request) { objecttest.Slave(r, "team", func() { r.U32(1, 5) }) })
	})
}

func TestCAN(t *testing.T) {
	const tdc, ctrlmodeExt = 16, 17 // IFLA_CAN_TDC, IFLA_CAN_CTRLMODE_EXT
	timing := words(500000, 875, 125, 6, 7, 2, 1, 4)
	limits := append([]byte("mcp251xfd\x00\x00\x00\x00\x00\x00\x00"), words(2, 256, 1, 128, 128, 1, 256, 1)...)
	forms := append([]string{"ip -d -s link show", "ip -d -s -j -p link show"}, kindForms...)
	render(t, "can", forms, func(s *objecttest.Stream) {
		s.LinkOf(unix.ARPHRD_CAN, unix.IFF_UP|unix.IFF_NOARP|1<<18, 1, "can0", func(r *rtnl.Request) {
			objecttest.Nest(r, unix.IFLA_LINKINFO, func() {
				r.Str(unix.IFLA_INFO_KIND, "can")
				objecttest.Nest(r, unix.IFLA_INFO_DATA, func() {
					r.Attr(unix.IFLA_CAN_CTRLMODE, words(0xffff, 0xfff))
					objecttest.Nest(r, ctrlmodeExt, func() { r.U32(1, 0x7f) })
					r.U32(unix.IFLA_CAN_STATE, 1)
					r.Attr(unix.IFLA_CAN_BERR_COUNTER, binary.NativeEndian.AppendUint16(binary.NativeEndian.AppendUint16(nil, 5), 6))
					r.U32(unix.IFLA_CAN_RESTART_MS, 100)
					r.Attr(unix.IFLA_CAN_BITTIMING, timing)
					r.Attr(unix.IFLA_CAN_BITTIMING_CONST, limits)
					r.Attr(unix.IFLA_CAN_DATA_BITTIMING, timing)
					r.Attr(unix.IFLA_CAN_DATA_BITTIMING_CONST, limits)
					objecttest.Nest(r, tdc, func() {
						for attr := range uint16(9) {
							r.U32(attr+1, uint32(attr)*10)
						}
					})
					r.U16(unix.IFLA_CAN_TERMINATION, 120)
					r.Attr(unix.IFLA_CAN_TERMINATION_CONST, binary.NativeEndian.AppendUint16([]byte{0, 0}, 120))
					r.U32(unix.IFLA_CAN_CLOCK, 40000000)
				})
				r.Attr(unix.IFLA_INFO_XSTATS, words(1, 2, 3, 4, 5, 6))
			})
		})
		s.LinkOf(unix.ARPHRD_CAN, 0, 2, "can1", func(r *rtnl.Request) {
			objecttest.Kind(r, "can", func() {
				r.Attr(unix.IFLA_CAN_CTRLMODE, words(0, 0))
				r.U32(unix.IFLA_CAN_STATE, 99)
				r.Attr(unix.IFLA_CAN_BITTIMING, timing)
				r.Attr(unix.IFLA_CAN_BITRATE_CONST, words(1, 22, 333, 4444, 55555, 666666, 7777777, 8))
				r.Attr(unix.IFLA_CAN_DATA_BITRATE_CONST, words(9))
			})
		})
	})
}

// A bridge that is not the root shows which one is. (iproute2 6.1 shows the
// bridge's own id there, later ones do not.)
func TestBridgeRoot(t *testing.T) {
	var s objecttest.Stream
	s.Link(1, "br0", func(r *rtnl.Request) {
		objecttest.Kind(r, "bridge", func() {
			r.Attr(unix.IFLA_BR_ROOT_ID, append([]byte{0x10, 0}, mac2...))
			r.Attr(unix.IFLA_BR_BRIDGE_ID, append([]byte{0x80, 0}, mac...))
		})
	})
	out, _ := objecttest.Render(s.Bytes(), mains, "ip -d link show")
	const want = "bridge_id 8000.2:0:0:0:0:10 designated_root 1000.2:0:0:ab:0:11 "
	if !strings.Contains(string(out), want) {
		t.Errorf("got %s", out)
	}
}
