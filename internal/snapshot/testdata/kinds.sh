ip netns add 'red one'
# eth0 is this machine's own and is expected to be there
ip link add link eth0 name eth0.7 address 02:00:00:00:00:01 mtu 1500 type vlan protocol 802.1ad id 7 reorder_hdr off gvrp on egress-qos-map 1:2
ip link add name bond0 address 02:00:00:00:00:02 mtu 1500 type bond mode active-backup miimon 100 arp_ip_target 10.0.0.1,10.0.0.2
ip link add name d0 address 02:00:00:00:00:03 type dummy
ip link add name red address 02:00:00:00:00:04 mtu 65575 type vrf table 10
ip link add name g7 address 02:00:00:00:00:05 mtu 1450 type geneve id 7 remote 10.0.0.9 noudpcsum udp6zerocsumrx
ip tuntap add dev tun0 mode tun user nobody
ip link set dev tun0 mtu 1500 txqueuelen 500
# odd: the options of a novel are not exported
ip link add name odd address 02:00:00:00:00:06 mtu 1500 type novel
ip link add name vr0 address 02:00:00:00:00:07 type veth peer name vr1 address 02:00:00:00:00:08 netns 'red one'
ip link set dev eth0 address 02:00:00:00:00:01 mtu 1500
ip link set dev eth0 up
ip link set dev d0 master bond0
ip link set dev d0 type bond_slave queue_id 3
ip link set dev red up
ip link set dev tun0 multicast off
ip address add 2001:db8::5/64 dev eth0 mngtmpaddr noprefixroute valid_lft 100 preferred_lft 50
# 2001:db8::6: a temporary address comes by itself, as another one
ip -4 rule delete pref 32766 from all lookup main
ip -4 rule delete pref 32767 from all lookup default
ip -4 rule add pref 1000 from all l3mdev
ip -4 rule add pref 32766 from all iif gone lookup main
WARNING odd: the options of a novel are not exported
WARNING 2001:db8::6: a temporary address comes by itself, as another one
