package route

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/ipaddr"
	"github.com/nlbox/nlbox/internal/namespace"
	"github.com/nlbox/nlbox/internal/namespace/nstest"
	"github.com/nlbox/nlbox/internal/rtnl"
)

func TestMain(m *testing.M) { os.Exit(nstest.Main(m)) }

// rtentry is struct rtentry (linux/route.h), as the original fills it.
type rtentry struct {
	pad1               uint
	dst, gateway, mask [16]byte
	flags              uint16
	pad2               int16
	pad3               uint
	pad4               uintptr
	metric             int16
	device             unsafe.Pointer
	mtu, window        uint
	irtt               uint16
}

func sockaddr(a [4]byte) (s [16]byte) {
	binary.NativeEndian.PutUint16(s[:], unix.AF_INET)
	copy(s[4:], a[:])
	return s
}

// ioctlInet makes the request by ioctl.
func ioctlInet(deleting bool, rt *inetRoute) unix.Errno {
	e := rtentry{dst: sockaddr(rt.dst), mask: sockaddr(rt.mask), flags: uint16(rt.flags), metric: rt.metric,
		mtu: uint(rt.mss), window: uint(rt.window), irtt: rt.irtt}
	if rt.flags&flagGateway != 0 {
		e.gateway = sockaddr(rt.gateway)
	}
	name := append([]byte(rt.device), make([]byte, 16)...)
	if rt.hasDevice {
		e.device = unsafe.Pointer(&name[0])
	}
	return ioctl(unix.AF_INET, deleting, unsafe.Pointer(&e), name)
}

func ioctlInet6(deleting bool, rt *inet6Route, index int32) unix.Errno {
	m := in6Rtmsg{dst: rt.dst, gateway: rt.gateway, dstLen: uint16(rt.prefixLen), metric: rt.metric, flags: rt.flags, index: index}
	return ioctl(unix.AF_INET6, deleting, unsafe.Pointer(&m), nil)
}

func ioctl(family int, deleting bool, arg unsafe.Pointer, keep []byte) unix.Errno {
	fd, err := unix.Socket(family, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err.(unix.Errno)
	}
	defer unix.Close(fd)
	req := uintptr(unix.SIOCADDRT)
	if deleting {
		req = unix.SIOCDELRT
	}
	_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), req, uintptr(arg))
	runtime.KeepAlive(keep)
	return errno
}

// lan makes a bridge b0 with 10.0.0.1/24 and 2001:db8::1/64, and one b1 with
// 10.1.0.1/24, whose label is b1:lab; b2 is down.
func lan(t *testing.T, c *rtnl.Socket) (index map[string]int32) {
	index = map[string]int32{"lo": 1}
	for i, name := range []string{"b0", "b1", "b2"} {
		r := rtnl.NewRequest(unix.RTM_NEWLINK, unix.NLM_F_CREATE|unix.NLM_F_EXCL)
		flags := uint32(unix.IFF_UP)
		if name == "b2" {
			flags = 0
		}
		index[name] = int32(100 + i)
		r.Link(unix.AF_UNSPEC, 0, index[name], flags, unix.IFF_UP)
		r.Str(unix.IFLA_IFNAME, name)
		r.Attr(unix.IFLA_ADDRESS, []byte{2, 0, 0, 0, 0, byte(i)})
		n := r.Nest(unix.IFLA_LINKINFO)
		r.Text(unix.IFLA_INFO_KIND, "bridge")
		r.End(n)
		if err := c.Do(r, nil); err != nil {
			t.Skip("no bridges here: ", err)
		}
	}
	address := func(device string, family, bits uint8, a []byte, label string) {
		r := rtnl.NewRequest(unix.RTM_NEWADDR, unix.NLM_F_CREATE)
		r.Addr(family, bits, unix.IFA_F_NODAD, 0, uint32(index[device]))
		r.Attr(unix.IFA_LOCAL, a)
		r.Attr(unix.IFA_ADDRESS, a)
		if label != "" {
			r.Str(unix.IFA_LABEL, label)
		}
		if err := c.Do(r, nil); err != nil {
			t.Log("address: ", err)
		}
	}
	six := ipaddr.MustParse("2001:db8::1").As16()
	address("b0", unix.AF_INET, 24, []byte{10, 0, 0, 1}, "")
	address("b1", unix.AF_INET, 24, []byte{10, 1, 0, 1}, "b1:lab")
	address("b0", unix.AF_INET6, 64, six[:], "")
	return index
}

// step is what one command did: the errno and the routing tables.
type step struct {
	line   string
	errno  unix.Errno
	tables string
}

// tables is what was added to both routing tables. What the kernel adds itself,
// and whether a link has a carrier, changes when it likes.
func tables(c *rtnl.Socket) string {
	var b strings.Builder
	for _, family := range []uint8{unix.AF_INET, unix.AF_INET6} {
		r := rtnl.NewRequest(unix.RTM_GETROUTE, 0)
		r.Body((&[unix.SizeofRtMsg]byte{family})[:])
		c.Dump(r, func(m *rtnl.Msg) error {
			head := m.Data[:unix.SizeofRtMsg]
			if head[5] != unix.RTPROT_BOOT {
				return nil
			}
			head[8] &^= unix.RTNH_F_LINKDOWN
			fmt.Fprintf(&b, "%x", head)
			for typ, v := range rtnl.All(m.Data[unix.SizeofRtMsg:]) {
				if typ == unix.RTA_MULTIPATH {
					// The flags of its hops.
					for hop := v; len(hop) >= unix.SizeofRtNexthop; hop = hop[binary.NativeEndian.Uint16(hop):] {
						hop[2] &^= unix.RTNH_F_LINKDOWN
					}
				}
				if typ != unix.RTA_CACHEINFO {
					fmt.Fprintf(&b, " %d:%x", typ, v)
				}
			}
			b.WriteByte('\n')
			return nil
		})
	}
	text, _ := os.ReadFile("/proc/thread-self/net/ipv6_route")
	for line := range strings.Lines(string(text)) {
		// The flags of IPv6 routes, which rtnetlink does not show.
		if row, ok := parseInet6Row([]byte(line)); ok && row.flags&(flagNoNextHop|flagAddrConf) == 0 && row.metric < 256 {
			fmt.Fprintf(&b, "%x/%d %x %d %x\n", row.dst, row.prefixLen, row.gateway, row.metric, row.flags)
		}
	}
	return b.String()
}

// history runs commands, by ioctl or by what we send, in a network of its own.
func history(t *testing.T, lines []string, byIoctl bool) (steps []step) {
	nstest.World(t, func() {
		c, err := rtnl.Open(rtnl.Options{})
		if err != nil {
			t.Error(err)
			return
		}
		defer c.Close()
		index := lan(t, c)
		for _, line := range lines {
			words := strings.Fields(line)
			deleting, six := words[0] == "del", words[1] == "-6"
			var errno unix.Errno
			if six {
				rt, err := parseInet6(fakeNames{}, words[2:])
				if err != nil {
					t.Errorf("%s: %v", line, err)
					continue
				}
				if byIoctl {
					errno = ioctlInet6(deleting, rt, index[rt.device])
				} else {
					errno = rtnl.Errno(sendInet6(c, deleting, rt, unix.RT_TABLE_MAIN, index[rt.device]))
				}
			} else {
				rt, err := parseInet(fakeNames{}, words[1:], !deleting)
				if err != nil {
					t.Errorf("%s: %v", line, err)
					continue
				}
				if byIoctl {
					errno = ioctlInet(deleting, rt)
				} else {
					errno = rtnl.Errno(sendInet(c, deleting, rt))
				}
			}
			steps = append(steps, step{line, errno, tables(c)})
		}
	})
	return steps
}

// TestSameAsIoctl makes changes by ioctl and by rtnetlink and compares errno and
// tables after each.
func TestSameAsIoctl(t *testing.T) {
	lines := []string{
		"add #net 20.1.0.0/16 b0",
		"add #net 20.1.0.0/16 b0",
		"add #net 20.1.0.0/16 gw 10.0.0.2",
		"add #net 20.2.0.0/16 gw 10.1.0.2 metric 7 mss 1400 window 4096 irtt 300",
		"add 20.3.0.1 gw 10.0.0.2",
		"add default gw 10.0.0.1",
		"add #net 20.4.0.0 b0",
		"add #net 20.4.0.0 dev nosuch",
		"add #net 20.4.0.0/16 dev nosuch",
		"add #net 20.4.0.0/16 dev b2",
		"add #net 20.4.0.0/16",
		"add #net 20.4.0.0/16 gw 0.0.0.0",
		"add #net 20.4.0.0/16 gw 0.0.0.1 b0",
		"add #net 20.4.0.0/16 gw 224.0.0.1 b0",
		"add #net 20.4.0.0/16 gw 10.0.0.255",
		"add #net 20.4.0.0/16 gw 99.0.0.1",
		"add #net 20.5.0.0/16 dev b1:lab",
		"add #net 20.6.0.0/16 dev b1:nope",
		"add #net 20.7.0.0/16 reject metric 3",
		"add 20.7.0.1 reject dev nosuch",
		"add #net 20.8.0.0/16 metric 40000 b0",
		"add #net 20.9.0.0/16 mod dyn reinstate b0",
		"del #net 20.1.0.0",
		"del #net 20.1.0.0/16 gw 10.0.0.9",
		"del #net 20.1.0.0/16 dev b1",
		"del #net 20.1.0.0/16 gw 10.0.0.2",
		"del #net 20.1.0.0/16",
		"del #net 20.1.0.0/16",
		"del #net 20.2.0.0/16 metric 6",
		"del #net 20.2.0.0/16 metric 7",
		"del 20.3.0.1",
		"del default",
		"del #net 20.7.0.0/16",
		"del #net 20.7.0.0/16 reject",
		"del #net 20.8.0.0/16 metric 40000",
		"add -6 2001:db8:1::/48 b0",
		"add -6 2001:db8:1::/48 b0",
		"add -6 2001:db8:2::/48 gw 2001:db8::2",
		"add -6 2001:db8:2::/48 gw 2001:db8::3",
		"add -6 2001:db8:2::/48 gw 2001:db8::4",
		"add -6 2001:db8:3::1 b0",
		"add -6 2001:db8:3::2 gw 2001:db8::2",
		"add -6 2001:db8:3::2 gw 2001:db8::2 b0",
		"add -6 2001:db8:4::/48 gw fe80::2",
		"add -6 2001:db8:4::/48 gw fe80::2 b0 ",
		"add -6 2001:db8:5::/48",
		"add -6 2001:db8:6::/48 metric 0 b0",
		"add -6 default gw 2001:db8::2 metric 5",
		"add -6 2001:db8:7::/48 mod dyn b0",
		"add -6 ::1/64 lo",
		"add -6 ::1/122 lo",
		"add -6 ::2/64 metric 3 lo",
		"del -6 2001:db8:2::/48 gw 2001:db8::3",
		"del -6 2001:db8:2::/48",
		"del -6 2001:db8:2::/48",
		"del -6 2001:db8:2::/48",
		"del -6 2001:db8:3::1",
		"del -6 2001:db8:6::/48",
		"del -6 2001:db8:6::/48 metric 0",
		"del -6 default",
		"del -6 default metric 5",
		"del -6 2001:db8:7::/48 mod",
	}
	want, got := history(t, lines, true), history(t, lines, false)
	if len(want) != len(got) || len(want) == 0 {
		t.Fatalf("%d and %d steps", len(want), len(got))
	}
	for i := range want {
		switch {
		case want[i].errno != got[i].errno:
			t.Errorf("%s: %v, want %v", want[i].line, got[i].errno, want[i].errno)
		case want[i].tables != got[i].tables:
			t.Fatalf("%s: the tables differ:\n%s\nwant\n%s", want[i].line, got[i].tables, want[i].tables)
		}
	}
}

// TestVirginNamespace: without a table the title stands alone, and it is a
// failure.
func TestVirginNamespace(t *testing.T) {
	err := namespace.Thread(func() error {
		if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
			return err
		}
		for _, c := range []struct {
			word string
			code int
		}{{"-n", 1}, {"-6n", 0}} {
			var stdout, stderr bytes.Buffer
			env := &applet.Env{Name: "route", Args: []string{c.word}, Stdout: applet.NewOutput(&stdout), Stderr: &stderr}
			code := applet.Run(Main, env)
			if code != c.code || stderr.Len() > 0 || !strings.Contains(stdout.String(), "routing table\nDestination ") {
				t.Errorf("%s: %d\n%s%s", c.word, code, stdout.String(), stderr.String())
			}
		}
		return nil
	})
	if err != nil {
		t.Skip("no network namespace: ", err)
	}
}

// link is a device as the kernel tells it, in a recording.
func link(index int32, name string, nest func(*rtnl.Request)) []byte {
	r := rtnl.NewRequest(unix.RTM_NEWLINK, 0)
	r.Link(unix.AF_UNSPEC, unix.ARPHRD_ETHER, index, 0, 0)
	r.Str(unix.IFLA_IFNAME, name)
	n := r.Nest(unix.IFLA_LINKINFO)
	nest(r)
	r.End(n)
	return append([]byte(nil), r.Bytes()...)
}

// TestVRF: the ioctl puts a route into the table of the device's VRF.
func TestVRF(t *testing.T) {
	stream := link(4, "d1", func(r *rtnl.Request) {
		r.Text(4, "vrf") // IFLA_INFO_SLAVE_KIND
		n := r.Nest(5)   // IFLA_INFO_SLAVE_DATA
		r.U32(1, 1234)
		r.End(n)
	})
	stream = append(stream, link(5, "vrf1", func(r *rtnl.Request) {
		r.Text(1, "vrf") // IFLA_INFO_KIND
		n := r.Nest(2)   // IFLA_INFO_DATA
		r.U32(1, 77)
		r.End(n)
	})...)
	for _, c := range []struct {
		device string
		table  uint32
	}{{"d1", 1234}, {"vrf1", 77}} {
		conn := rtnl.NewReplay(stream)
		rt, _ := parseInet(fakeNames{}, []string{"#net", "20.1.0.0/16", c.device}, true)
		if err := sendInet(conn, false, rt); err != nil {
			t.Fatal(err)
		}
		if len(conn.Sent) != 1 {
			t.Fatalf("%d messages", len(conn.Sent))
		}
		b := conn.Sent[0][unix.SizeofNlMsghdr:]
		var tb [unix.RTA_TABLE + 1][]byte
		at := rtnl.Attrs(tb[:])
		at.Parse(b[unix.SizeofRtMsg:])
		table, ok := at.U32(unix.RTA_TABLE)
		if !ok {
			table = uint32(b[4])
		}
		if table != c.table {
			t.Errorf("%s: table %d, want %d", c.device, table, c.table)
		}
	}
}

// TestForbidden: what we refuse ourselves is refused by the kernel to those who
// may not change routes for that reason first.
func TestForbidden(t *testing.T) {
	conn := rtnl.NewReplay(nil)
	conn.Refuse = func(typ uint16) *rtnl.Error {
		if typ == unix.RTM_NEWROUTE {
			return &rtnl.Error{Errno: unix.EPERM}
		}
		return nil
	}
	rt, _ := parseInet(fakeNames{}, strings.Fields("#net 20.1.0.0/16 dev nosuch"), true)
	if err := sendInet(conn, false, rt); rtnl.Errno(err) != unix.EPERM {
		t.Errorf("got %v", err)
	}
}
