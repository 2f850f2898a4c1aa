package ifconfig

import (
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// TestLong: what is shown of interfaces, also of kinds that few kernels have.
func TestLong(t *testing.T) {
	ether := iface{
		name: "eth0", flags: unix.IFF_UP | unix.IFF_BROADCAST | unix.IFF_RUNNING | unix.IFF_MULTICAST, kind: unix.ARPHRD_ETHER, mtu: 1500, queue: 1000,
		hardware: [8]byte{2, 0, 0, 0, 0, 0xab},
		inet:     &shown{local: [4]byte{10, 0, 0, 1}, peer: [4]byte{10, 0, 0, 1}, brd: [4]byte{10, 0, 0, 255}, mask: [4]byte{255, 255, 255, 0}},
		inet6:    []inet6Address{{address: [16]byte{0xfe, 0x80, 15: 1}, bits: 64, scope: 0x20}},
		resource: resource{start: 0xfe000000, end: 0xfe00ffff, base: 0x300, irq: 11, dma: 3},
		stats: &[statsFields]uint64{rxPackets: 1, rxBytes: 1025, rxErrors: 2, rxDropped: 3, rxMissedErrors: 4, rxFifoErrors: 5,
			rxLengthErrors: 1, rxOverErrors: 2, rxCRCErrors: 3, rxFrameErrors: 4, rxCompressed: 9,
			txPackets: 6, txBytes: 7, txErrors: 8, txDropped: 9, txFifoErrors: 10, collisions: 11,
			txCarrierErrors: 1, txAbortedErrors: 2, txWindowErrors: 3, txHeartbeatErrors: 4, txCompressed: 12},
	}
	serial := iface{name: "sl0", flags: unix.IFF_POINTOPOINT | dynamic, kind: unix.ARPHRD_CSLIP, mtu: 296, queue: -1,
		inet: &shown{local: [4]byte{1, 2, 3, 4}, peer: [4]byte{5, 6, 7, 8}, mask: [4]byte{255, 255, 255, 255}}, outfill: 3, keepalive: 7,
		stats: &[statsFields]uint64{rxCompressed: 9, txCompressed: 12}}
	card := iface{name: "c0", flags: unix.IFF_PORTSEL | unix.IFF_AUTOMEDIA, kind: 0xfffe, resource: resource{port: 2}}
	alias := iface{name: "eth0:1", kind: unix.ARPHRD_LOOPBACK, queue: 5}
	for _, c := range []struct {
		i    iface
		want string
	}{
		{ether, `eth0: flags=4163<UP,BROADCAST,RUNNING,MULTICAST>  mtu 1500
        inet 10.0.0.1  netmask 255.255.255.0  broadcast 10.0.0.255
        inet6 fe80::1  prefixlen 64  scopeid 0x20<link>
        ether 02:00:00:00:00:ab  txqueuelen 1000  (Ethernet)
        RX packets 1  bytes 1025 (1.0 KiB)
        RX errors 2  dropped 7  overruns 5  frame 10
        TX packets 6  bytes 7 (7.0 B)
        TX errors 8  dropped 9 overruns 10  carrier 10  collisions 11
        device interrupt 11  base 0x300  memory 0xfe000000-fe00ffff    dma 0x3

`},
		{serial, `sl0: flags=-32752<POINTOPOINT,DYNAMIC>  mtu 296  outfill 3  keepalive 7
        inet 1.2.3.4  netmask 255.255.255.255  destination 5.6.7.8
        cslip  (VJ Serial Line IP)
        RX packets 0  bytes 0 (0.0 B)
        RX compressed:9
        RX errors 0  dropped 0  overruns 0  frame 0
        TX packets 0  bytes 0 (0.0 B)
        TX compressed 12
        TX errors 0  dropped 0 overruns 0  carrier 0  collisions 0

`},
		{card, `c0: flags=24576  mtu 0
        unspec 00-00-00-00-00-00-00-00-00-00-00-00-00-00-00-00  txqueuelen 0  (UNSPEC)
        media 10baseTautoselect

`},
		{alias, "eth0:1: flags=0<  mtu 0\n        loop  txqueuelen 5  (Local Loopback)\n\n"},
	} {
		if got := string(appendLong(nil, &c.i)); got != c.want {
			t.Errorf("got\n%swant\n%s", got, c.want)
		}
	}
}

func TestShort(t *testing.T) {
	stats := &[statsFields]uint64{rxPackets: 123456789, rxErrors: 1, rxDropped: 2, rxMissedErrors: 1, rxFifoErrors: 4, txPackets: 5, txErrors: 6, txDropped: 7, txFifoErrors: 8}
	for _, c := range []struct {
		i    iface
		want string
	}{
		{iface{name: "eth0", mtu: 1500, stats: stats, flags: unix.IFF_UP | unix.IFF_RUNNING | unix.IFF_BROADCAST}, "eth0             1500 123456789      1      3 4             5      6      7      8 BRU\n"},
		{iface{name: "averylongname01", mtu: 65536}, "averylongname01 65536      - no statistics available -                        [NO FLAGS]\n"},
		{iface{name: "x", flags: -1}, "x                   0      - no statistics available -                        ABDLMdPNOPsmRU\n"},
	} {
		if got := string(appendShort(nil, &c.i)); got != c.want {
			t.Errorf("got\n%swant\n%s", got, c.want)
		}
	}
}

func TestHardware(t *testing.T) {
	a := [8]byte{0x82, 0x84, 0x62, 0x40, 0x40, 0x40, 0x04, 0xff}
	for _, c := range []struct {
		kind uint16
		want string
	}{
		{unix.ARPHRD_ETHER, "ether 82:84:62:40:40:40  txqueuelen 0  (Ethernet)"},
		{unix.ARPHRD_LOOPBACK, "loop  txqueuelen 0  (Local Loopback)"},
		{unix.ARPHRD_SIT, "sit  txqueuelen 0  (IPv6-in-IPv4)"},
		{unix.ARPHRD_TUNNEL, "tunnel   txqueuelen 0  (IPIP Tunnel)"},
		{unix.ARPHRD_PPP, "ppp  txqueuelen 0  (Point-to-Point Protocol)"},
		{unix.ARPHRD_NONE, "unspec 82-84-62-40-40-40-04-FF-00-00-00-00-00-00-00-00  txqueuelen 0  (UNSPEC)"},
		{unix.ARPHRD_TUNNEL6, "unspec 82-84-62-40-40-40-04-FF-00-00-00-00-00-00-00-00  txqueuelen 0  (UNSPEC)"},
		{unix.ARPHRD_INFINIBAND, "unspec 82-84-62-40-40-40-04-FF-00-00-00-00-00-00-00-00  txqueuelen 0  (UNSPEC)"},
		{unix.ARPHRD_VOID, "unspec 82-84-62-40-40-40-04-FF-00-00-00-00-00-00-00-00  txqueuelen 0  (UNSPEC)"},
		{unix.ARPHRD_FDDI, "fddi 82-84-62-40-40-40  txqueuelen 0  (Fiber Distributed Data Interface)"},
		{unix.ARPHRD_HIPPI, "hippi 82:84:62:40:40:40  txqueuelen 0  (HIPPI)"},
		{unix.ARPHRD_ARCNET, "arcnet 82  txqueuelen 0  (ARCnet)"},
		{unix.ARPHRD_EUI64, "eui64 82:84:62:40:40:40:04:FF  txqueuelen 0  (Generic EUI-64)"},
		{unix.ARPHRD_AX25, "ax25 AB1-2  txqueuelen 0  (AMPR AX.25)"},
		{unix.ARPHRD_NETROM, "netrom AB1-2  txqueuelen 0  (AMPR NET/ROM)"},
		{unix.ARPHRD_ROSE, "rose 8284624040  txqueuelen 0  (AMPR ROSE)"},
		{unix.ARPHRD_DLCI, "dlci -31614  txqueuelen 0  (Frame Relay DLCI)"},
		{unix.ARPHRD_IRDA, "irda 40:62:fffff  txqueuelen 0  (IrLAP)"},
		{unix.ARPHRD_X25, "x25 \x82\x84b@@@\x04\xff  txqueuelen 0  (generic X.25)"},
	} {
		got := string(appendHardware(nil, &iface{kind: c.kind, hardware: a}))
		if want := indent + c.want + "\n"; got != want {
			t.Errorf("%d: got %q, want %q", c.kind, got, want)
		}
	}
	if got := string(appendHardware(nil, &iface{kind: unix.ARPHRD_ASH})); got != indent+"ash  txqueuelen 0  (Ash)\n" {
		t.Error(got)
	}
	if got := string(appendHardware(nil, &iface{kind: unix.ARPHRD_ASH, hardware: [8]byte{1, 2, 0xc9, 3}})); got != indent+"ash [12]  txqueuelen 0  (Ash)\n" {
		t.Error(got)
	}
}

func TestInet6Line(t *testing.T) {
	for _, c := range []struct {
		line, name, want string
	}{
		{"00000000000000000000000000000001 01 80 10 80       lo\n", "lo", "inet6 ::1  prefixlen 128  scopeid 0x10<host>"},
		{"20010db8000000000000000000000001 64 40 00 80 averylongname01\n", "averylongname01", "inet6 2001:db8::1  prefixlen 64  scopeid 0x0<global>"},
		{"fe800000000000000000000000000001 64 40 20 80       v0\n", "v0", "inet6 fe80::1  prefixlen 64  scopeid 0x20<link>"},
		{"fec00000000000000000000000000001 64 40 40 80       v0\n", "v0", "inet6 fec0::1  prefixlen 64  scopeid 0x40<site>"},
		{"00000000000000000000000001020304 64 60 80 80       v0\n", "v0", "inet6 ::1.2.3.4  prefixlen 96  scopeid 0x80<compat,global>"},
		{"00000000000000000000ffff01020304 64 60 00 80       v0\n", "v0", "inet6 1.2.3.4  prefixlen 96  scopeid 0x0<global>"},
		{"00000000000000000000ffff01020304 64 60 04 80       v0\n", "v0", "inet6 1.2.3.4  prefixlen 96  scopeid 0x4"},
	} {
		name, a, ok := parseInet6([]byte(c.line))
		if got := string(appendInet6(nil, &a)); !ok || name != c.name || strings.TrimSpace(got) != c.want {
			t.Errorf("%s %q", name, got)
		}
	}
	for _, line := range []string{"", "x", "0 01 80 10 80 lo", "zz000000000000000000000000000001 01 80 10 80 lo", "00000000000000000000000000000001 01 80 10 80", "00000000000000000000000000000001 01 800 10 80 lo"} {
		if _, _, ok := parseInet6([]byte(line)); ok {
			t.Errorf("%q", line)
		}
	}
}

func TestSize(t *testing.T) {
	for _, c := range []struct {
		n    uint64
		want string
	}{
		{0, "0.0 B"}, {1024, "1024.0 B"}, {1025, "1.0 KiB"}, {1536, "1.5 KiB"}, {1<<20 - 1, "1023.9 KiB"}, {1 << 20, "1024.0 KiB"}, {1<<20 + 1, "1.0 MiB"},
		{1<<30 + 1, "1.0 GiB"}, {1<<40 + 1, "1.0 TiB"}, {1<<50 + 1, "1.0 PiB"}, {1 << 60, "1024.0 PiB"}, {1<<60 + 1, "1.0 EiB"}, {1<<64 - 1, "16.0 EiB"},
	} {
		if got := string(appendSize(nil, c.n)); got != c.want {
			t.Errorf("%d: %s, want %s", c.n, got, c.want)
		}
	}
}

func TestMedia(t *testing.T) {
	i := iface{flags: unix.IFF_PORTSEL, resource: resource{port: 7}}
	if got := string(appendMedia(nil, &i)); got != indent+"media (null)\n" {
		t.Error(got)
	}
	if got := appendMedia(nil, &iface{flags: unix.IFF_AUTOMEDIA}); got != nil {
		t.Errorf("%s", got)
	}
}
