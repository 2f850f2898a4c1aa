package link_test

import (
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/ipcmd/link"
	"github.com/nlbox/nlbox/ipcmd/object/objecttest"
)

// changes compares what commands send, and how they fail, with the original:
// prefix stands before each line.
func changes(t *testing.T, name, prefix, lines string) {
	t.Helper()
	var s objecttest.Stream
	s.Link(1, "eth0", nil)
	s.LinkOf(unix.ARPHRD_CAN, 0, 2, "can0", nil)
	s.Link(3, "ms0", nil)
	var commands []string
	for line := range strings.Lines(lines) {
		if line = strings.TrimSpace(line); line != "" {
			commands = append(commands, prefix+line)
		}
	}
	objecttest.Changes(t, "testdata/changes/"+name+".golden", &s, mains, commands...)
}

func TestChangeCAN(t *testing.T) {
	changes(t, "can", "ip link set can0 type can ", `
		bitrate 500000
		bitr 500000 sample-point 0.875
		bitrate 0x7a120 sample-point .8 dbitrate 2000000 dsample-point 0.75 fd on
		sample-point 0.5
		bitrate 1 sample-point 0.999
		bitrate 1 sample-point 0.0005
		bitrate 1 sample-point 0.7499999
		bitrate 1 sample-point 1e2
		bitrate 1 sample-point -1
		bitrate 1 sample-point 5000000
		bitrate 1 sample-point 1e30
		bitrate 1 sample-point inf
		bitrate 1 sample-point nan
		bitrate 1 sample-point 0x.8
		bitrate 1 sample-point x
		bitrate 1 sample-point 0.5x
		bitrate 1 sample-point ""
		bitrate 1 dsample-point x
		tq 125 prop-seg 6 phase-seg1 7 phase-seg2 2 sjw 1
		tq 125 prop 6 phase-seg 7 phase-seg2 2 s 1
		dtq 125 dprop-seg 6 dphase-seg1 7 dphase-seg2 2 dsjw 1
		d 4 dt 5 ds 0.1 dsj 3
		prop-seg 6 phase-seg1 7
		bitrate 0 tq 0
		bitrate 1 bitrate 2
		bitrate 500000 dbitrate 2000000 tdcv 1 tdco 2 tdcf 3
		tdco 0
		tdcv 4294967295
		tdcf 5 tdcv 4294967295
		t 1
		td 1
		loopback on
		loopback off
		loopback on loopback off
		loopback off loopback on
		listen-only on triple-sampling on one-shot on berr-reporting on
		li on tr off o on be off
		fd on fd-non-iso on presume-ack on cc-len8-dlc on
		f on fd-n off p on cc off
		l on
		b on
		tdc-mode auto
		tdc-mode manual
		tdc-mode off
		tdc-mode auto tdc-mode off tdc-mode manual
		tdc-mode x
		loopback x
		fd o
		cc-len8-dlc 1
		restart
		r
		re
		restart-ms 100
		restart- 100
		restart-ms 100 restart termination 120 bitrate 7
		termination 65535
		termination 65536
		termination x
		termination -1
		te 0
		restart-ms 4294967296
		restart-ms x
		restart-ms
		bitrate
		bitrate x
		bitrate -5
		bitrate 4294967296
		bitrate ""
		tq x
		prop-seg x
		phase-seg1 x
		phase-seg2 x
		sjw x
		dbitrate x
		dtq x
		dprop-seg x
		dphase-seg1 x
		dphase-seg2 x
		dsjw x
		tdcv x
		tdco x
		tdcf x
		loopback
		tdc-mode
		help
		he
		nosuch
		bitrate 5 nosuch
		""
	`)
	changes(t, "can_add", "ip link ", `
		add can7 type can
		add can7 up type can bitrate 5
		add type can fd on
		add name can7 index 5 mtu 72 type can loopback on restart-ms 5
		set can0 up type can bitrate 5
		set nosuch type can bitrate 5
		set can0 type vcan
		set can0 type can
		help can
		help vcan
		help vxcan
	`)
}

func TestChangeMACsec(t *testing.T) {
	changes(t, "macsec", "ip link add link eth0 ms1 type macsec ", `
		port 5
		port 0x10
		port 65535
		port 65536
		port 0
		port x
		port
		port 5 encrypt on
		port 5 address 02:00:00:00:00:01
		port 5 port 6
		address 02:00:00:00:00:01 port 5
		address 02:00:00:00:00:01 address 04:00:00:00:00:01 port 5
		address 02:00:00:00:00:01
		address 02:00:00:00:00:01 encrypt on
		address 1.2.3.4 port 1
		address 1.2.3 port 1
		address 1.2.x port 1
		address 2:3 port 1
		address 1:2:3:4:5:6:7:8 port 1
		address 02:zz port 1
		address 02:100 port 1
		address zz port 1
		address "" port 1
		address
		address 02:00:00:00:00:01 sci 5
		sci 0102030405060708
		sci 0x102030405060708
		sci ffffffffffffffff
		sci 10000000000000000
		sci 0
		sci x
		sci
		sci 1 sci 2
		sci 1 port 2
		cipher default
		cipher gcm-aes-128
		cipher GCM-AES-128
		cipher gcm-aes-256
		cipher GCM-AES-256
		cipher gcm-aes-xpn-128
		cipher GCM-AES-XPN-128
		cipher gcm-aes-xpn-256
		cipher GCM-AES-XPN-256
		cipher Gcm-aes-128
		cipher gcm
		cipher
		cipher default cipher default
		cipher default cipher x
		icvlen 8
		icvlen 16
		icvlen 7
		icvlen 17
		icvlen 0x10
		icvlen x
		icvlen
		icvlen 8 icvlen 9
		cipher default icvlen 12
		encrypt on
		encrypt off
		encrypt o
		encrypt x
		encrypt
		encrypt on encrypt off
		send_sci on
		send_sci off
		send_sci x
		end_station on
		end_station o
		end_station x
		scb on
		scb off
		scb x
		protect on
		protect off
		protect x
		replay on
		replay off
		replay on window 0
		replay off window 5
		replay x
		window 5
		window 0x20 replay on
		window 4294967295
		replay on window 4294967295
		window 4294967296
		window x
		window
		validate strict
		validate s
		validate check
		validate disabled
		validate d
		validate x
		validate
		encodingsa 0
		encodingsa 3
		encodingsa 4
		encodingsa x
		encodingsa
		encodingsa 1 encodingsa 2
		encodingsa 255 encodingsa 2
		offload mac
		offload m
		offload phy
		offload off
		offload x
		offload ""
		send_sci on end_station on
		send_sci on scb on
		end_station on scb on
		send_sci off end_station on
		send_sci on send_sci off scb on
		flag 1
		encr on
		help
		encrypt on help
		nosuch
		""
		port 11 cipher gcm-aes-256 icvlen 16 encrypt on send_sci on end_station off scb off protect on replay on window 32 validate strict encodingsa 1 offload phy
		encodingsa 2 validate check replay on window 1 protect off scb on end_station off send_sci off encrypt off cipher gcm-aes-xpn-128
	`)
	changes(t, "macsec_set", "ip link ", `
		set ms0 type macsec encrypt on
		set ms0 type macsec port 5 encrypt on
		set dev ms0 type macsec validate strict replay off
		set ms0 type macsec
		add link eth0 type macsec
		add link eth0 name ms7 address 02:00:00:00:00:07 type macsec encrypt on
		add link nosuch type macsec port 5
		del ms0 type macsec
		help macsec
	`)
}

// FuzzChange reads any words behind a kind: nothing may panic.
func FuzzChange(f *testing.F) {
	for _, seed := range []string{
		"can bitrate 5 sample-point .5 tdcv 1 fd on", "macsec port 5 cipher default replay on window 1",
		"macsec address 02:00:00:00:00:01 sci 1", "vxlan id 5 group 239.1.1.1 dev eth0", "bridge stp_state 1",
		"bond mode 1 arp_ip_target 10.0.0.1,10.0.0.2", "gre local any remote 10.0.0.1 key 1.2.3.4", "sit 6rd-prefix fd00::/16",
		"vlan id 5 egress-qos-map 1:2 3:4", "macvlan mode source macaddr set 02:00:00:00:00:01", "geneve id 1 remote ::1 ttl auto",
		"hsr slave1 eth0 slave2 can0", "veth peer name x mtu 5 type veth", "amt mode relay local 1.1.1.1 dev eth0",
	} {
		f.Add(seed)
	}
	var s objecttest.Stream
	s.Link(1, "eth0", nil)
	s.LinkOf(unix.ARPHRD_CAN, 0, 2, "can0", nil)
	f.Fuzz(func(t *testing.T, line string) {
		run := objecttest.Discard(s.Bytes())
		run.Main(link.Main, "add link eth0 x0 type "+line)
		run.Main(link.Main, "set can0 type "+line)
	})
}

// TestChangeOthers holds details of other kinds.
func TestChangeOthers(t *testing.T) {
	changes(t, "others", "ip link add link eth0 new0 type ", `
		bond arp_ip_target any
		bond arp_ip_target 10.0.0.1,any,10.0.0.2
		bond arp_ip_target x
		bond ns_ip6_target any,fd00::1
		bond ns_ip6_target x
		sit 6rd-relay_prefix any
		sit 6rd-prefix fd00::/16 6rd-relay_prefix 10.0.0.0/8
		amt h
		amt help
		dsa h
		dsa help
		hsr slave1 eth0 slave2 can0 proto 1
		hsr slave1 ""
		bareudp dstport 5 ethertype mpls_uc
		gtp role sgsn hsize 5
		ipoib pkey 0x8001 mode connected
		rmnet mux_id 5
		wwan linkid 5
		batadv ra BATMAN_V
		xfrm dev eth0 if_id 5
		ip6erspan erspan_ver 2 erspan_dir egress erspan_hwid 5
	`)
}
