package bridge

import (
	"testing"

	"github.com/nlbox/nlbox/ipcmd/object/objecttest"
)

// What the kernel is asked for, byte for byte, also by kernels without VLANs.
// Goldens are written by the original: see render_test.go.

func TestGoldenLinkSet(t *testing.T) {
	var s objecttest.Stream
	names(&s)
	bridgeTool().Golden(t, "testdata/link_set.golden", &s,
		"bridge link set dev v0",
		"bridge link set dev v0 guard on hairpin off fastleave on root_block off learning on learning_sync off flood on mcast_router 2 mcast_flood off bcast_flood on mcast_to_unicast off neigh_suppress on vlan_tunnel off isolated on locked off",
		"bridge link set dev v0 cost 4294967295 priority 40000 state 3", "bridge link set dev v0 cost 0 priority 63 state blocking",
		"bridge link set dev v0 state 300", "bridge link set dev v0 state -1", `bridge link set dev v0 state ""`,
		"bridge link set dev v0 backup_port v2", "bridge link set dev v0 backup_port v2 nobackup_port", "bridge link set dev v0 backup_port nope",
		"bridge link set dev v0 self", "bridge link set dev v0 master self", "bridge link set dev v0 hwmode veb",
		"bridge link set dev v0 master hwmode vepa", "bridge link set dev v0 hwmode vepa master", "bridge link set dev v0 hwmode x",
		"bridge link set dev v0 mcast_router 300", "bridge link set dev v0 mcast_router -3", "bridge link set dev v0 isolated x",
		"bridge link set dev if99 cost 5", "bridge link set dev nope", "bridge link set dev v0 dev v2 cost 1 cost 2")
}

func TestGoldenFDBChange(t *testing.T) {
	var s objecttest.Stream
	names(&s)
	bridgeTool().Golden(t, "testdata/fdb_change.golden", &s,
		"bridge fdb add 02:00:00:00:00:aa dev v0", "bridge fdb append to 2:0:0:0:0:bb dev v0 master",
		"bridge fdb replace 02:00:00:00:00:aa dev v0 self master use router extern_learn sticky dynamic vlan 5",
		"bridge fdb add 02:00:00:00:00:aa dev v0 static local", "bridge fdb add 02:00:00:00:00:aa dev v0 vlan 70000",
		"bridge fdb add 02:00:00:00:00:aa dev v0 vlan -7", "bridge fdb add 02:00:00:00:00:aa dev v0 vlan -7 vlan 8",
		"bridge fdb add 02:00:00:00:00:aa dev v0 dst 10.0.0.1 port 4789 vni 77 src_vni 0x10 via v2",
		"bridge fdb add 02:00:00:00:00:aa dev v0 dst fd00::1 port 0", "bridge fdb add 02:00:00:00:00:aa dev v0 dst any",
		"bridge fdb add 02:00:00:00:00:aa dev v0 dst default", "bridge -4 fdb add 02:00:00:00:00:aa dev v0 dst default",
		"bridge fdb add 02:00:00:00:00:aa dev v0 nhid 7", "bridge fdb del 02:00:00:00:00:aa dev v0 nhid 0 vni 0",
		"bridge fdb add 02:00:00:00:00:aa dev v0 vni 18446744073709551615", "bridge fdb add 02:00:00:00:00:aa dev v0 via nope",
		"bridge fdb flush dev br0", "bridge fdb flush dev br0 brport v0 vlan 5 master", "bridge fdb flush dev br0 vlan -1 self",
		"bridge fdb flush dev br0 permanent", "bridge fdb flush dev br0 nopermanent", "bridge fdb flush dev br0 static",
		"bridge fdb flush dev br0 nostatic", "bridge fdb flush dev br0 dynamic", "bridge fdb flush dev br0 nodynamic",
		"bridge fdb flush dev br0 permanent dynamic", "bridge fdb flush dev br0 permanent static dynamic", "bridge fdb flush dev br0 nodynamic dynamic",
		"bridge fdb flush dev br0 added_by_user extern_learn sticky offloaded",
		"bridge fdb flush dev br0 noadded_by_user noextern_learn nosticky nooffloaded", "bridge fdb flush dev br0 sticky nosticky extern_learn")
}

func TestGoldenVLANChange(t *testing.T) {
	var s objecttest.Stream
	names(&s)
	bridgeTool().Golden(t, "testdata/vlan_change.golden", &s,
		"bridge vlan add vid 5 dev v0", "bridge vlan add dev v0 vid 5 pvid untagged", "bridge vlan del vid 5 dev br0 self",
		"bridge vlan add vid 5 dev v0 self master", "bridge vlan add vid 5-7 dev v0 untagged", "bridge vlan del vid 5-7 dev v0",
		"bridge vlan add vid 5-7 vid 9 dev v0", "bridge vlan add vid 5-7 vid 6 dev v0", "bridge vlan add vid 5-7 dev v0 pvid",
		"bridge vlan add vid -5 dev v0", "bridge vlan add vid -5--4 dev v0", "bridge vlan add vid 0 dev v0", "bridge vlan add vid 4095 dev v0",
		"bridge vlan add vid 4096 dev v0", "bridge vlan add vid 65541 dev v0", "bridge vlan add vid x dev v0", "bridge vlan add vid 5x-7y dev v0",
		"bridge vlan add vid 5-5 dev v0", "bridge vlan add vid -1 dev v0", "bridge vlan add vid 5- dev v0", "bridge vlan add pvi vid 5 dev v0",
		"bridge vlan add vid 5 dev v0 tunnel_info id 100", "bridge vlan add vid 5-7 dev v0 tunnel_info id 100-102",
		"bridge vlan add vid 5-7 dev v0 tunnel_info id 100", "bridge vlan add vid 5 dev v0 tunnel_info id 100-102 pvid",
		"bridge vlan del vid 5-7 dev v0 self tunnel_info i 0x64-0x66", "bridge vlan add vid 5 dev v0 tunnel_info id 16777216",
		"bridge vlan add vid 5 dev v0 tunnel_info id 5-16777216", "bridge vlan add vid 5 dev v0 tunnel_info id -1",
		"bridge vlan add vid 5 dev v0 tunnel_info x", "bridge vlan add vid 5 dev v0 h", "bridge vlan add vid 5 dev v0 h x",
		"bridge vlan add vid 40000-40001 dev v0", "bridge vlan add vid 40000-5 dev v0 tunnel_info id 1-2", "bridge vlan add vid 5 dev nope")
}

func TestGoldenVLANSet(t *testing.T) {
	var s objecttest.Stream
	names(&s)
	bridgeTool().Golden(t, "testdata/vlan_set.golden", &s,
		"bridge vlan set vid 5 dev v0", "bridge vlan set dev v0 vid 5-7 state forwarding mcast_router 2",
		"bridge vlan set state 300 vid 5 vid 6-7 vid 8 dev v0 dev v2", "bridge vlan set vid 5 dev v0 state -2", "bridge vlan set vid 5 dev v0 state -1",
		"bridge vlan set vid 5 dev v0 state listening", "bridge vlan set vid 5 dev v0 state listenin", "bridge vlan set vid -7 dev v0",
		"bridge vlan set vid 5 dev v0 mcast_router 256", "bridge vlan set vid 5 dev v0 mcast_router 0x2", "bridge vlan set vid 5-4 dev v0",
		"bridge vlan set vid 4096 dev v0", "bridge vlan set dev nope vid x", "bridge vlan set vid 5 dev v0 bogus", "bridge vlan set vid 5 dev v0 he",
		"bridge vlan global set vid 5 dev br0", "bridge vlan global set dev br0 vid 5-7 vid 9",
		"bridge vlan global set vid 5 dev br0 mcast_snooping 1 mcast_querier 0 mcast_igmp_version 3 mcast_mld_version 2 mcast_last_member_count 4294967295 mcast_last_member_interval 18446744073709551615 mcast_startup_query_count 5 mcast_startup_query_interval 0x10 mcast_membership_interval 7 mcast_querier_interval 8 mcast_query_interval 9 mcast_query_response_interval 10",
		"bridge vlan global set vid 5 dev br0 mcast_snooping -1", "bridge vlan global set vid 5 dev br0 mcast_last_member_count 4294967296",
		"bridge vlan global set vid 5 dev br0 mcast_query_interval 18446744073709551616", "bridge vlan global set vid 5 dev br0 mcast_query_interval -1",
		"bridge vlan global set vid 5 dev br0 mcast_snoop 1", "bridge vlan global set vid 5 dev br0 hel", "bridge vlan global set vid 5 dev br0 help",
		"bridge vlan global set vid 5 vid 4-3 dev br0", "bridge vlan global bogus", "bridge vlan glob")
}

func TestGoldenMDBAndVNIChange(t *testing.T) {
	var s objecttest.Stream
	names(&s)
	bridgeTool().Golden(t, "testdata/mdb_change.golden", &s,
		"bridge mdb add dev br0 port v0 grp 239.1.1.1", "bridge mdb add dev br0 port v0 grp 239.1.1.1 permanent vid 5 src 10.0.0.1",
		"bridge mdb del dev br0 port v0 grp ff0e::1 permanent src fd00::1", "bridge mdb add dev br0 port v0 grp 01:00:5e:01:02:0x3",
		"bridge mdb add dev br0 port v0 grp 239.1.1.1 permanent temp vid 70000", "bridge mdb add dev br0 port v0 grp 239.1.1.1 src fd00::1",
		"bridge mdb add dev br0 port v0 grp 239.1.1.1 src 10.0.0.0001", "bridge mdb add dev br0 port v0 grp 239.1.1.1 src ::ffff:1.2.3.4",
		"bridge mdb add dev br0 port v0 grp 1:2:3", "bridge mdb add dev br0 port v0 grp 1.2:3", "bridge mdb add dev br0 port v0 grp 1:2.3:4",
		`bridge mdb add dev br0 port v0 grp ""`, "bridge mdb add dev br0 port v0 grp 1:2:3:4:5:6:7", "bridge mdb add dev br0 port v0 grp 1:2:3:4:5:",
		"bridge mdb add dev br0 port v0 grp 1:2:3:4:5:-6", "bridge mdb add dev br0 port v0 grp 1:2:3:4:5:6zz", "bridge mdb add dev br0 port v0 grp 1.2.3.4.5",
		"bridge vni add vni 5 dev v0", "bridge vni add vni 5-7,9,x,11- dev v0", "bridge vni delete vni -5,4294967295 dev v0",
		"bridge vni add vni 5 remote 10.0.0.1 dev v0", "bridge vni add vni 5,6 group ff0e::1 dev v0", "bridge vni add vni 5 remote any dev v0",
		"bridge vni add vni 5 remote default dev v0", "bridge vni add vni 5-6-7 dev v0", `bridge vni add vni "" dev v0`, "bridge vni add vni ,, dev v0",
		"bridge vni add vni 5 remote 10.0.0.1 group 239.1.1.1 dev v0", "bridge vni add vni 5 dev nope", "bridge vni ad vni 5 dev v0", "bridge vni del vni 5 dev v0")
}
