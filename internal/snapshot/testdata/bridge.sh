ip link add name br0 address 02:00:00:00:00:01 type bridge forward_delay 450 stp_state 1 priority 4096 mcast_snooping 0
# eth0 is this machine's own and is expected to be there
ip link property add dev br0 altname lan
ip link set dev br0 up
ip link set dev eth0 address 02:00:00:00:00:02 mtu 1500
ip link set dev eth0 promisc on master br0 up
ip link set dev eth0 type bridge_slave cost 19 hairpin on isolated on
ip route add 10.0.0.254 dev br0 scope link
for i in $(seq 300); do ip -br link show dev br0 | grep -v ' DOWN ' | grep -q LOWER_UP && break; sleep 0.2; done # until it has a carrier
ip nexthop add id 4 via 10.0.0.254 dev br0 proto static
ip route add default via 10.0.0.254 dev br0
bridge fdb append 02:00:00:00:00:99 dev eth0 vlan 7 master static
