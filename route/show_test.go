package route

import (
	"bytes"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/ipaddr"
	"github.com/nlbox/nlbox/internal/resolver"
	"github.com/nlbox/nlbox/internal/rtnl"
)

func ip4(s string) [4]byte { return ipaddr.MustParse(s).As4() }

// The expected rows are net-tools' own.
func TestInetRows(t *testing.T) {
	rows := []inetRow{
		{device: "eth0", gateway: ip4("10.0.0.1"), flags: flagUp | flagGateway, metric: 100},
		{device: "averylongname01", dst: ip4("10.244.16.0"), mask: ip4("255.255.255.0"), flags: flagUp, metric: -1, mss: 1400, window: 4096, irtt: 300},
		{device: "*", dst: ip4("10.244.12.5"), mask: ip4("255.255.255.255"), flags: flagUp | flagHost | flagReject, metric: 7},
		{device: "eth0", dst: ip4("10.244.7.7"), mask: ip4("255.255.255.255"), flags: flagUp | flagHost, dstName: "myhostwithaverylongname.example.org"},
	}
	for _, c := range []struct {
		extend int
		want   string
	}{
		{0, `Destination     Gateway         Genmask         Flags Metric Ref    Use Iface
0.0.0.0         10.0.0.1        0.0.0.0         UG    100    0        0 eth0
10.244.16.0     0.0.0.0         255.255.255.0   U     -1     0        0 averylongname01
10.244.12.5     -               255.255.255.255 !H    7      -        0 -
myhostwithavery 0.0.0.0         255.255.255.255 UH    0      0        0 eth0
`},
		{1, `Destination     Gateway         Genmask         Flags   MSS Window  irtt Iface
0.0.0.0         10.0.0.1        0.0.0.0         UG        0 0          0 eth0
10.244.16.0     0.0.0.0         255.255.255.0   U      1400 4096     300 averylongname01
10.244.12.5     -               255.255.255.255 !H        - -          - -
myhostwithavery 0.0.0.0         255.255.255.255 UH        0 0          0 eth0
`},
		{2, `Destination     Gateway         Genmask         Flags Metric Ref    Use Iface    MSS   Window irtt
0.0.0.0         10.0.0.1        0.0.0.0         UG    100    0        0 eth0     0     0      0
10.244.16.0     0.0.0.0         255.255.255.0   U     -1     0        0 averyl   1400  4096   300
10.244.12.5     -               255.255.255.255 !H    7      -        0 -        -     -      -
myhostwithavery 0.0.0.0         255.255.255.255 UH    0      0        0 eth0     0     0      0
`},
	} {
		l := inetLayout(c.extend)
		got := []byte(l.title)
		for i := range rows {
			got = l.row(got, &rows[i])
		}
		if string(got) != c.want {
			t.Errorf("%d:\n%s", c.extend, got)
		}
	}
}

// inetMessage is a route as the kernel tells it.
func inetMessage(kind, length uint8, attrs func(*rtnl.Request)) *rtnl.Msg {
	r := rtnl.NewRequest(unix.RTM_NEWROUTE, 0)
	r.Body((&[unix.SizeofRtMsg]byte{unix.AF_INET, length, 0, 0, unix.RT_TABLE_MAIN, 0, 0, kind})[:])
	r.U32(unix.RTA_TABLE, unix.RT_TABLE_MAIN)
	attrs(r)
	return &rtnl.Msg{Type: unix.RTM_NEWROUTE, Data: append([]byte(nil), r.Payload()...)}
}

func TestParseInetRow(t *testing.T) {
	attr := func(r *rtnl.Request, typ uint16, s string) { a := ip4(s); r.Attr(typ, a[:]) }
	hop := func(r *rtnl.Request, index uint8, gateway string) {
		r.Raw([]byte{16, 0, 0, 0, index, 0, 0, 0})
		attr(r, unix.RTA_GATEWAY, gateway)
	}
	for name, c := range map[string]struct {
		m    *rtnl.Msg
		row  inetRow
		hop  inetHop
		gone bool
	}{
		"default via a gateway": {
			m: inetMessage(unix.RTN_UNICAST, 0, func(r *rtnl.Request) {
				attr(r, unix.RTA_GATEWAY, "10.0.0.1")
				r.U32(unix.RTA_OIF, 5)
				r.U32(unix.RTA_PRIORITY, 4294967295)
			}),
			row: inetRow{flags: flagUp, metric: -1},
			hop: inetHop{device: 5, gateway: ip4("10.0.0.1"), via: true},
		},
		"metrics": {
			m: inetMessage(unix.RTN_UNICAST, 16, func(r *rtnl.Request) {
				attr(r, unix.RTA_DST, "10.5.0.0")
				r.U32(unix.RTA_OIF, 5)
				n := r.Nest(unix.RTA_METRICS)
				r.U32(unix.RTAX_WINDOW, 4096)
				r.U32(unix.RTAX_RTT, 2407)
				r.U32(unix.RTAX_ADVMSS, 1360)
				r.End(n)
			}),
			row: inetRow{flags: flagUp, dst: ip4("10.5.0.0"), mask: ip4("255.255.0.0"), mss: 1400, window: 4096, irtt: 300},
			hop: inetHop{device: 5},
		},
		"rejected host": {
			m:   inetMessage(unix.RTN_UNREACHABLE, 32, func(r *rtnl.Request) { attr(r, unix.RTA_DST, "10.5.0.9") }),
			row: inetRow{flags: flagUp | flagReject | flagHost, dst: ip4("10.5.0.9"), mask: ip4("255.255.255.255")},
		},
		"several hops": {
			m: inetMessage(unix.RTN_UNICAST, 8, func(r *rtnl.Request) {
				attr(r, unix.RTA_DST, "10.0.0.0")
				n := r.Nest(unix.RTA_MULTIPATH)
				hop(r, 3, "10.0.0.3")
				hop(r, 4, "10.0.0.4")
				r.End(n)
			}),
			row: inetRow{flags: flagUp, dst: ip4("10.0.0.0"), mask: ip4("255.0.0.0")},
			hop: inetHop{device: 3, gateway: ip4("10.0.0.3"), via: true},
		},
		"an IPv6 gateway": {
			m: inetMessage(unix.RTN_UNICAST, 8, func(r *rtnl.Request) {
				attr(r, unix.RTA_DST, "10.0.0.0")
				r.U32(unix.RTA_OIF, 5)
				r.Attr(unix.RTA_VIA, append([]byte{unix.AF_INET6, 0, 0xfe, 0x80, 13: 0}, 0, 0, 0, 5))
			}),
			row: inetRow{flags: flagUp, dst: ip4("10.0.0.0"), mask: ip4("255.0.0.0")},
			hop: inetHop{device: 5, via: true},
		},
		"a nexthop object alone": {
			m: inetMessage(unix.RTN_UNICAST, 8, func(r *rtnl.Request) {
				attr(r, unix.RTA_DST, "10.0.0.0")
				r.U32(rtaNHID, 9)
			}),
			row: inetRow{flags: flagUp, dst: ip4("10.0.0.0"), mask: ip4("255.0.0.0")},
			hop: inetHop{object: 9},
		},
		"broadcast is not shown": {m: inetMessage(unix.RTN_BROADCAST, 32, func(*rtnl.Request) {}), gone: true},
	} {
		row, hop, ok := parseInetRow(c.m, make(rtnl.Attrs, rtaNHID+1))
		if ok == c.gone || ok && (row != c.row || hop != c.hop) {
			t.Errorf("%s:\ngot  %+v %+v %v\nwant %+v %+v", name, row, hop, ok, c.row, c.hop)
		}
	}
}

func TestNexthopObject(t *testing.T) {
	object := func(attrs func(*rtnl.Request)) *rtnl.Msg {
		r := rtnl.NewRequest(unix.RTM_NEWNEXTHOP, 0)
		r.Body(make([]byte, sizeofNhMsg))
		attrs(r)
		return &rtnl.Msg{Type: unix.RTM_NEWNEXTHOP, Data: r.Payload()}
	}
	hop := inetHop{object: 3}
	hop.parseObject(object(func(r *rtnl.Request) { r.Attr(nhaGroup, []byte{7, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0}) }))
	if hop != (inetHop{object: 7}) {
		t.Errorf("group: %+v", hop)
	}
	hop.parseObject(object(func(r *rtnl.Request) { r.U32(nhaOIF, 4); r.Attr(nhaGateway, []byte{10, 0, 0, 2}) }))
	if hop != (inetHop{device: 4, gateway: ip4("10.0.0.2"), via: true, object: 7}) {
		t.Errorf("hop: %+v", hop)
	}
}

// ipv6Route is what a kernel has written into /proc/net/ipv6_route.
const ipv6Route = `20010db8000000000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000002 00000000 00000001       v0
20010db8000400000000000000000005 80 00000000000000000000000000000000 00 00000000000000000000000000000000 00000001 00000004 00000000 00000005       v0
20010db8000600000000000000000000 40 00000000000000000000000000000000 00 20010db8000000000000000000000009 00000001 00000001 0000000a 00000033       v0
00000000000000000000ffff0a000001 80 00000000000000000000000000000000 00 00000000000000000000000000000000 00000001 00000001 00000000 00000005       v0
00000000000000000000000000000000 00 00000000000000000000000000000000 00 00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo
20010db8000000000000000000000001 80 00000000000000000000000000000000 00 00000000000000000000000000000000 00000000 00000002 00000000 80200001       v0
`

func TestInet6Rows(t *testing.T) {
	var got []byte
	for line := range strings.Lines(ipv6Route) {
		row, ok := parseInet6Row([]byte(line))
		if !ok {
			t.Fatalf("%q", line)
		}
		got = appendInet6Row(got, &row)
	}
	const want = `2001:db8::/64                  ::                         U    256 2      0 v0
2001:db8:4::5/128              ::                         UH   1   4      0 v0
2001:db8:6::/64                2001:db8::9                UGm  1   1     10 v0
10.0.0.1/128                   ::                         UH   1   1      0 v0
::/0                           ::                         !n   -1  1      0 lo
2001:db8::1/128                ::                         Un   0   2      0 v0
`
	if string(got) != want {
		t.Errorf("got\n%s", got)
	}
}

func TestUnmapped(t *testing.T) {
	mapped := ipaddr.MustParse("::ffff:10.0.0.1").As16()
	for _, c := range []struct{ text, want string }{
		{"::ffff:10.0.0.1", "10.0.0.1"},
		{"host.example.org", "host.example.org"},
		{"host", "host"},
	} {
		if got := unmapped(c.text, mapped); got != c.want {
			t.Errorf("%q: %q", c.text, got)
		}
	}
	if got := unmapped("::10.0.0.1", [16]byte{12: 10}); got != "::10.0.0.1" {
		t.Errorf("%q", got)
	}
}

func TestBadInet6Lines(t *testing.T) {
	for _, line := range []string{"", "x", strings.Repeat("0", 32), strings.Replace(ipv6Route[:150], "2001", "zz01", 1)} {
		if row, ok := parseInet6Row([]byte(line)); ok {
			t.Errorf("%q: %+v", line, row)
		}
	}
}

func TestUsages(t *testing.T) {
	for _, c := range []struct {
		line           string
		code           int
		stdout, stderr string
	}{
		{"-h", 0, usageText, familyList},
		{"-V", 0, versionText, ""},
		{"foo", 3, "", usageText + familyList},
		{"-4 -h", 0, inetUsage, ""},
		{"-6 -h", 0, inet6Usage, ""},
		{"-A x25 -h", 0, x25Usage, ""},
		{"add", 0, inetUsage, ""},
		{"-6 add", 3, "", inet6Usage},
		{"flush", 3, "", "Flushing `inet' routing table not supported\n" + inetUsage},
		{"-6 flush", 3, "", "Flushing `inet6' routing table not supported\n" + inet6Usage},
		{"-C del default", 3, "", "Modifying `inet' routing cache not supported\n" + inetUsage},
		{"-A unix", 3, "", "No routing for address family `unix'.\n"},
		{"-A bluetooth", 3, "", "Address family `bluetooth' not supported.\n"},
		{"-A inet,inet6 flush", 3, "", "Please don't supply more than one address family.\nAddress family `inet,inet6' not supported.\n"},
		{"-A ipx add", 1, "", "IPX: this needs to be written\n"},
		{"-A netrom flush", 1, "", "NET/ROM: this needs to be written\n"},
		{"-A rose", 1, "", "/proc/net/rose_nodes: No such file or directory\nROSE not configured in this system.\n"},
		{"-A x25", 1, "X.25 not configured in this system.\n", ""},
	} {
		var stdout, stderr bytes.Buffer
		env := &applet.Env{Name: "route", Args: strings.Fields(c.line), Stdout: applet.NewOutput(&stdout), Stderr: &stderr}
		if code := applet.Run(Main, env); code != c.code || stdout.String() != c.stdout || stderr.String() != c.stderr {
			t.Errorf("%s: %d\n%s%s", c.line, code, stdout.String(), stderr.String())
		}
	}
}

var _ names = (*resolver.Resolver)(nil)

// FuzzRows feeds lines and messages to the readers of the tables.
func FuzzRows(f *testing.F) {
	f.Add([]byte(ipv6Route))
	f.Add(inetMessage(unix.RTN_UNICAST, 24, func(r *rtnl.Request) {
		n := r.Nest(unix.RTA_MULTIPATH)
		r.Raw([]byte{16, 0, 0, 0, 3, 0, 0, 0, 8, 0, 5, 0, 10, 0, 0, 1})
		r.End(n)
	}).Data)
	f.Fuzz(func(t *testing.T, b []byte) {
		if row, ok := parseInet6Row(b); ok {
			appendInet6Row(nil, &row)
		}
		m := &rtnl.Msg{Type: unix.RTM_NEWROUTE, Data: b}
		if row, _, ok := parseInetRow(m, make(rtnl.Attrs, rtaNHID+1)); ok {
			for extend := range 3 {
				inetLayout(extend).row(nil, &row)
			}
		}
		rt := inet6Route{prefixLen: 48}
		rt.match(m, unix.RT_TABLE_MAIN, 0)
		var hop inetHop
		hop.parseObject(&rtnl.Msg{Type: unix.RTM_NEWNEXTHOP, Data: b})
	})
}
