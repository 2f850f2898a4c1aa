package arp

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/hwtype"
	"github.com/nlbox/nlbox/internal/namespace/nstest"
	"github.com/nlbox/nlbox/internal/rtnl"
)

func TestMain(m *testing.M) { os.Exit(nstest.Main(m)) }

// arpreq is struct arpreq (linux/if_arp.h).
type arpreq struct {
	protocol, hardware [16]byte
	flags              int32
	mask               [16]byte
	device             [16]byte
}

// byIoctl makes the request by ioctl.
func byIoctl(deleting bool, e *entry) unix.Errno {
	r := arpreq{flags: int32(e.flags)}
	native.PutUint16(r.protocol[:], unix.AF_INET)
	copy(r.protocol[4:], e.address[:])
	native.PutUint16(r.hardware[:], e.kind)
	copy(r.hardware[2:], e.hardware[:])
	copy(r.mask[4:], e.mask[:])
	copy(r.device[:15], e.device)
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err.(unix.Errno)
	}
	defer unix.Close(fd)
	req := uintptr(unix.SIOCSARP)
	if deleting {
		req = unix.SIOCDARP
	}
	_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), req, uintptr(unsafe.Pointer(&r)))
	return errno
}

// lan makes two ends of a cable, b0 with 10.0.0.1/24 and b1 with 10.1.0.1/24,
// and some routes. (A device without a carrier loses its entries at some time.)
func lan(t *testing.T, c *rtnl.Socket) {
	do := func(r *rtnl.Request) {
		if err := c.Do(r, nil); err != nil {
			t.Error("setting up: ", err)
		}
	}
	end := func(r *rtnl.Request, i byte) {
		r.Link(unix.AF_UNSPEC, 0, 100+int32(i), 0, 0)
		r.Str(unix.IFLA_IFNAME, "b"+string('0'+rune(i)))
		r.Attr(unix.IFLA_ADDRESS, []byte{2, 0, 0, 0, 0, i})
	}
	r := rtnl.NewRequest(unix.RTM_NEWLINK, unix.NLM_F_CREATE|unix.NLM_F_EXCL)
	end(r, 0)
	info := r.Nest(unix.IFLA_LINKINFO)
	r.Text(unix.IFLA_INFO_KIND, "veth")
	data := r.Nest(unix.IFLA_INFO_DATA)
	peer := r.Nest(1) // VETH_INFO_PEER
	end(r, 1)
	r.End(peer)
	r.End(data)
	r.End(info)
	if err := c.Do(r, nil); err != nil {
		t.Skip("no cables here: ", err)
	}
	for i := range byte(2) {
		r := rtnl.NewRequest(unix.RTM_NEWLINK, 0)
		r.Link(unix.AF_UNSPEC, 0, 100+int32(i), unix.IFF_UP, unix.IFF_UP)
		do(r)
		r = rtnl.NewRequest(unix.RTM_NEWADDR, unix.NLM_F_CREATE)
		r.Addr(unix.AF_INET, 24, 0, 0, 100+uint32(i))
		r.Attr(unix.IFA_LOCAL, []byte{10, i, 0, 1})
		do(r)
	}
	route := func(dst [4]byte, length, scope, kind uint8, device uint32, gateway []byte) {
		r := rtnl.NewRequest(unix.RTM_NEWROUTE, unix.NLM_F_CREATE)
		r.Body((&[unix.SizeofRtMsg]byte{unix.AF_INET, length, 0, 0, unix.RT_TABLE_MAIN, unix.RTPROT_BOOT, scope, kind})[:])
		r.Attr(unix.RTA_DST, dst[:])
		if device != 0 {
			r.U32(unix.RTA_OIF, device)
		}
		if gateway != nil {
			r.Attr(unix.RTA_GATEWAY, gateway)
		}
		do(r)
	}
	gw := []byte{10, 0, 0, 2}
	route(ip4("20.1.0.0"), 16, unix.RT_SCOPE_LINK, unix.RTN_UNICAST, 101, nil)
	route(ip4("20.1.5.0"), 24, unix.RT_SCOPE_UNIVERSE, unix.RTN_UNICAST, 0, gw)
	route(ip4("20.1.6.0"), 24, unix.RT_SCOPE_UNIVERSE, unix.RTN_UNREACHABLE, 0, nil)
	route(ip4("20.1.7.0"), 24, unix.RT_SCOPE_HOST, unix.RTN_UNREACHABLE, 0, nil)
	route(ip4("20.1.8.0"), 24, unix.RT_SCOPE_HOST, unix.RTN_PROHIBIT, 0, nil)
	route(ip4("20.2.0.0"), 16, unix.RT_SCOPE_UNIVERSE, unix.RTN_UNICAST, 0, gw)
}

// step is what one command did: the errno and the cache.
type step struct {
	line  string
	errno unix.Errno
	cache string
}

// cache is all entries and the devices that answer for others, sorted: the
// kernel's order is that of a hash.
func cache(c *rtnl.Socket) string {
	var rows []string
	for _, flags := range []uint8{0, unix.NTF_PROXY} {
		c.Dump(entriesRequest(flags), func(m *rtnl.Msg) error {
			var tb [unix.NDA_LLADDR + 1][]byte
			at := rtnl.Attrs(tb[:])
			at.Parse(m.Data[unix.SizeofNdMsg:])
			rows = append(rows, fmt.Sprintf("%x %x %x", m.Data[:11], at.Get(unix.NDA_DST), at.Get(unix.NDA_LLADDR)))
			return nil
		})
	}
	slices.Sort(rows)
	for _, device := range []string{"b0", "b1", "all"} {
		v, _ := os.ReadFile("/proc/sys/net/ipv4/conf/" + device + "/proxy_arp")
		rows = append(rows, device+" "+string(v))
	}
	return strings.Join(rows, "\n")
}

// parse makes an entry of a command: set or del, then the words.
func parse(t *testing.T, words []string) (deleting bool, e entry) {
	deleting = words[0] == "del"
	e.flags = flagPermanent
	if err := e.target(numbersOnly{}, words[1:]); err != nil {
		t.Fatal(err)
	}
	words = words[2:]
	if !deleting {
		e.flags |= flagComplete
		h, _ := hwtype.ByName("ether")
		if strings.Contains(words[0], "/") {
			kind, word, _ := strings.Cut(words[0], "/")
			h, _ = hwtype.ByName(kind)
			words[0] = word
		}
		if err := e.hardwareWord(h, words[0]); err != nil {
			t.Fatal(err)
		}
		words = words[1:]
	}
	for len(words) > 0 {
		if words[0] == "pub" {
			e.flags |= flagPublic
			words = words[1:]
			continue
		}
		used, err := e.modifier(numbersOnly{}, words)
		if err != nil {
			t.Fatal(err)
		}
		words = words[used:]
	}
	return deleting, e
}

func history(t *testing.T, lines []string, ioctl bool) (steps []step) {
	nstest.World(t, func() {
		c, err := rtnl.Open(rtnl.Options{})
		if err != nil {
			t.Error(err)
			return
		}
		defer c.Close()
		lan(t, c)
		for _, line := range lines {
			deleting, e := parse(t, strings.Fields(line))
			var errno unix.Errno
			switch {
			case ioctl:
				errno = byIoctl(deleting, &e)
			case deleting:
				errno = rtnl.Errno(deleteEntry(c, &e))
			default:
				errno = rtnl.Errno(setEntry(c, &e))
			}
			if deleting && errno == unix.ENOENT {
				errno = unix.ENXIO // both mean that there is none
			}
			steps = append(steps, step{line, errno, cache(c)})
		}
	})
	return steps
}

// TestSameAsIoctl makes changes by ioctl and by rtnetlink and compares errno and
// cache after each.
func TestSameAsIoctl(t *testing.T) {
	const mac = " 02:aa:bb:cc:dd:01"
	lines := []string{
		"set 10.0.0.5" + mac,
		"set 10.0.0.5 02:aa:bb:cc:dd:02",
		"set 10.0.0.5" + mac + " temp",
		"set 10.0.0.6" + mac + " temp trail auto",
		"set 10.0.0.7" + mac + " dev b1",
		"set 10.0.0.7" + mac + " dev nosuch",
		"set 10.0.0.7" + mac + " dev b0:1",
		"set 10.0.0.8" + mac + " dontpub",
		"set 10.0.0.8" + mac + " netmask 255.255.255.0",
		"set 10.0.0.8" + mac + " netmask 255.255.255.0 pub",
		"set 10.0.0.1" + mac,
		"set 10.0.0.255" + mac,
		"set 127.0.0.1" + mac,
		"set 0.0.0.0" + mac,
		"set 224.0.0.5" + mac,
		"set 20.1.0.1" + mac,
		"set 20.1.5.1" + mac,
		"set 20.1.6.1" + mac,
		"set 20.1.7.1" + mac,
		"set 20.1.8.1" + mac,
		"set 20.2.0.1" + mac,
		"set 99.0.0.1" + mac,
		"set 10.0.0.9 ax25/AB1CD-1",
		"set 10.0.0.9 netrom/AB1CD-1",
		"set 10.0.0.9 netrom/AB1CD-1 dev b0",
		"set 10.0.0.9 netrom/AB1CD-1 dev b0 pub",
		"set 10.0.0.50 02:00:00:00:00:01 pub",
		"set 10.0.0.51" + mac + " pub",
		"set 10.0.0.51" + mac + " pub dev b0",
		"set 10.0.0.0 02:00:00:00:00:00 pub netmask 0.0.0.0",
		"set 10.0.0.0" + mac + " pub dev b1 netmask 0.0.0.0",
		"del 10.0.0.99",
		"del 10.0.0.5",
		"del 10.0.0.5",
		"del 10.0.0.7",
		"del 10.0.0.7 dev b1",
		"del 10.0.0.7 dev nosuch",
		"del 10.0.0.255",
		"del 10.0.0.255",
		"del 10.0.0.1",
		"del 99.0.0.1",
		"del 20.1.6.1",
		"del 10.0.0.6 dontpub",
		"del 10.0.0.50 pub",
		"del 10.0.0.50 pub dev b1",
		"del 10.0.0.51 pub dev b1",
		"del 10.0.0.51 pub dev b0",
		"del 10.0.0.0 pub netmask 0.0.0.0 dev b0",
		"del 10.0.0.0 pub netmask 0.0.0.0",
		"del 10.0.0.0 pub netmask 0.0.0.0 dev b1",
	}
	want, got := history(t, lines, true), history(t, lines, false)
	if len(want) != len(got) || len(want) == 0 {
		t.Fatalf("%d and %d steps", len(want), len(got))
	}
	for i := range want {
		switch {
		case want[i].errno != got[i].errno:
			t.Errorf("%s: %v, want %v", want[i].line, got[i].errno, want[i].errno)
		case want[i].cache != got[i].cache:
			t.Fatalf("%s: the caches differ:\n%s\nwant\n%s", want[i].line, got[i].cache, want[i].cache)
		}
	}
}

// TestForbidden: what we refuse ourselves is refused by the kernel to those who
// may not change entries for that reason first.
func TestForbidden(t *testing.T) {
	conn := rtnl.NewReplay(nil)
	conn.Refuse = func(typ uint16) *rtnl.Error {
		switch typ {
		case unix.RTM_NEWNEIGH, unix.RTM_DELNEIGH:
			return &rtnl.Error{Errno: unix.EPERM}
		}
		return nil
	}
	for _, line := range []string{
		"set 10.0.0.5 02:aa:bb:cc:dd:01 dev nosuch",
		"set 10.0.0.5 02:aa:bb:cc:dd:01 dontpub",
		"set 10.0.0.5 02:aa:bb:cc:dd:01 pub",
		"set 10.0.0.5 02:aa:bb:cc:dd:01",
		"del 10.0.0.5 dev nosuch",
	} {
		deleting, e := parse(t, strings.Fields(line))
		err := setEntry
		if deleting {
			err = deleteEntry
		}
		if got := rtnl.Errno(err(conn, &e)); got != unix.EPERM {
			t.Errorf("%s: %v", line, got)
		}
	}
}

func TestCovers(t *testing.T) {
	for _, c := range []struct {
		dst    string
		length uint8
		addr   string
		want   bool
	}{
		{"0.0.0.0", 0, "1.2.3.4", true},
		{"10.0.0.0", 8, "10.255.0.1", true},
		{"10.0.0.0", 8, "11.0.0.1", false},
		{"10.0.0.128", 25, "10.0.0.129", true},
		{"10.0.0.128", 25, "10.0.0.127", false},
		{"10.0.0.5", 32, "10.0.0.5", true},
		{"10.0.0.5", 32, "10.0.0.4", false},
	} {
		f := fibRoute{dst: ip4(c.dst), length: c.length}
		if got := f.covers(ip4(c.addr)); got != c.want {
			t.Errorf("%s/%d %s: %v", c.dst, c.length, c.addr, got)
		}
	}
}
