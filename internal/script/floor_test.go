package script

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"testing"

	"golang.org/x/sys/unix"
)

// floor makes the article's changes with requests to the kernel alone: what no
// interpreter can go below. Links get the indices that the requests name, so that
// nothing has to be asked; the socket of a namespace is opened when it is made.
type floor struct {
	home, host int // the network namespace at home, and a netlink socket in it
	buf        []byte
	answer     [4096]byte
}

// onFloor runs fn on a thread of its own.
func onFloor(fn func(*floor) error) error {
	done := make(chan error)
	go func() {
		runtime.LockOSThread() // and the thread ends with the goroutine
		done <- func() error {
			f := &floor{}
			var err error
			if f.home, err = unix.Open("/proc/thread-self/ns/net", unix.O_RDONLY|unix.O_CLOEXEC, 0); err != nil {
				return err
			}
			defer unix.Close(f.home)
			if f.host, err = netlinkSocket(); err != nil {
				return err
			}
			defer unix.Close(f.host)
			return fn(f)
		}()
	}()
	return <-done
}

// The indices of the links of copy i; there are none below.
const firstIndex = 10_000

func index(i, link int) uint32 { return uint32(firstIndex + i*8 + link) }

const (
	ethLink = iota
	farLink
	bridgeLink
	vethA
	vethB
)

func (f *floor) again() error {
	if err := f.ethernet("eth0", "far", 0); err != nil {
		return err
	}
	for range copies {
		ns, err := f.build("br0", "ns1", "veth1a", "veth1b", 0)
		if err == nil {
			err = f.tearDown("ns1", ns, 0)
		}
		if err != nil {
			return err
		}
	}
	return f.remove(index(0, ethLink))
}

func (f *floor) many() error {
	var namespaces [copies]int
	for i := range copies {
		n := strconv.Itoa(i)
		err := f.ethernet("eth"+n, "far"+n, i)
		if err == nil {
			namespaces[i], err = f.build("br"+n, "ns"+n, "veth"+n+"a", "veth"+n+"b", i)
		}
		if err != nil {
			return err
		}
	}
	for i := range copies {
		if err := errors.Join(f.tearDown("ns"+strconv.Itoa(i), namespaces[i], i), f.remove(index(i, ethLink))); err != nil {
			return err
		}
	}
	return nil
}

func (f *floor) ethernet(name, peer string, i int) error {
	return errors.Join(f.veth(name, index(i, ethLink), peer, index(i, farLink)), f.up(f.host, index(i, ethLink)))
}

// build does the article's lines; it returns a socket in the new namespace.
func (f *floor) build(bridge, namespace, a, b string, i int) (int, error) {
	br, va, vb := index(i, bridgeLink), index(i, vethA), index(i, vethB)
	if err := errors.Join(f.bridge(bridge, br), f.up(f.host, br), f.address(f.host, br, 10, 211, 55, 122)); err != nil {
		return 0, err
	}
	ns, err := f.addNamespace(namespace)
	if err != nil {
		return 0, err
	}
	return ns, errors.Join(
		f.veth(a, va, b, vb), f.move(va, namespace),
		f.address(ns, va, 10, 244, 1, 2), f.up(ns, va),
		f.up(f.host, vb), f.master(vb, br), f.master(index(i, ethLink), br),
		f.defaultRoute(ns, va))
}

func (f *floor) tearDown(namespace string, ns, i int) error {
	unix.Close(ns)
	return errors.Join(f.remove(index(i, vethB)), f.deleteNamespace(namespace), f.remove(index(i, bridgeLink)))
}

// addNamespace is ip netns add, and opens a socket in it.
func (f *floor) addNamespace(name string) (int, error) {
	path := "/run/netns/" + name
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_CREAT|unix.O_EXCL|unix.O_CLOEXEC, 0)
	if err == nil {
		err = errors.Join(unix.Close(fd), unix.Unshare(unix.CLONE_NEWNET),
			unix.Mount("/proc/thread-self/ns/net", path, "none", unix.MS_BIND, ""))
	}
	if err != nil {
		return 0, err
	}
	ns, err := netlinkSocket()
	return ns, errors.Join(err, unix.Setns(f.home, unix.CLONE_NEWNET))
}

func (f *floor) deleteNamespace(name string) error {
	return errors.Join(unix.Unmount("/run/netns/"+name, unix.MNT_DETACH), unix.Unlink("/run/netns/"+name))
}

func netlinkSocket() (int, error) {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.NETLINK_ROUTE)
	if err != nil {
		return 0, err
	}
	return fd, unix.Bind(fd, &unix.SockaddrNetlink{Family: unix.AF_NETLINK})
}

func (f *floor) bridge(name string, at uint32) error {
	f.link(unix.RTM_NEWLINK, unix.NLM_F_CREATE|unix.NLM_F_EXCL, at, 0)
	f.text(unix.IFLA_IFNAME, name)
	f.nest(unix.IFLA_LINKINFO, func() { f.text(unix.IFLA_INFO_KIND, "bridge") })
	return f.send(f.host)
}

func (f *floor) veth(name string, at uint32, peer string, peerAt uint32) error {
	f.link(unix.RTM_NEWLINK, unix.NLM_F_CREATE|unix.NLM_F_EXCL, at, 0)
	f.text(unix.IFLA_IFNAME, name)
	f.nest(unix.IFLA_LINKINFO, func() {
		f.text(unix.IFLA_INFO_KIND, "veth")
		f.nest(unix.IFLA_INFO_DATA, func() {
			f.nest(1, func() { // VETH_INFO_PEER
				f.bytes(0, 0, 0, 0)
				f.number(peerAt)
				f.bytes(0, 0, 0, 0, 0, 0, 0, 0)
				f.text(unix.IFLA_IFNAME, peer)
			})
		})
	})
	return f.send(f.host)
}

func (f *floor) up(socket int, at uint32) error {
	f.link(unix.RTM_NEWLINK, 0, at, unix.IFF_UP)
	return f.send(socket)
}

func (f *floor) master(at, bridge uint32) error {
	f.link(unix.RTM_NEWLINK, 0, at, 0)
	f.nest(unix.IFLA_MASTER, func() { f.number(bridge) })
	return f.send(f.host)
}

func (f *floor) move(at uint32, namespace string) error {
	fd, err := unix.Open("/run/netns/"+namespace, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	f.link(unix.RTM_NEWLINK, 0, at, 0)
	f.nest(unix.IFLA_NET_NS_FD, func() { f.number(uint32(fd)) })
	return f.send(f.host)
}

func (f *floor) remove(at uint32) error {
	f.link(unix.RTM_DELLINK, 0, at, 0)
	return f.send(f.host)
}

func (f *floor) address(socket int, at uint32, addr ...byte) error {
	f.begin(unix.RTM_NEWADDR, unix.NLM_F_CREATE|unix.NLM_F_EXCL)
	f.bytes(unix.AF_INET, 24, 0, 0)
	f.number(at)
	f.nest(unix.IFA_LOCAL, func() { f.bytes(addr...) })
	f.nest(unix.IFA_ADDRESS, func() { f.bytes(addr...) })
	return f.send(socket)
}

func (f *floor) defaultRoute(socket int, at uint32) error {
	f.begin(unix.RTM_NEWROUTE, unix.NLM_F_CREATE|unix.NLM_F_EXCL)
	f.bytes(unix.AF_INET, 0, 0, 0, unix.RT_TABLE_MAIN, unix.RTPROT_BOOT, unix.RT_SCOPE_LINK, unix.RTN_UNICAST, 0, 0, 0, 0)
	f.nest(unix.RTA_OIF, func() { f.number(at) })
	return f.send(socket)
}

func (f *floor) begin(kind, flags uint16) {
	f.buf = binary.NativeEndian.AppendUint32(f.buf[:0], 0) // the length
	f.buf = binary.NativeEndian.AppendUint16(f.buf, kind)
	f.buf = binary.NativeEndian.AppendUint16(f.buf, flags|unix.NLM_F_REQUEST|unix.NLM_F_ACK)
	f.bytes(0, 0, 0, 0, 0, 0, 0, 0)
}

func (f *floor) link(kind, flags uint16, at, change uint32) {
	f.begin(kind, flags)
	f.bytes(0, 0, 0, 0)
	f.number(at)
	f.number(change) // the flags
	f.number(change) // and which of them
}

func (f *floor) bytes(b ...byte) { f.buf = append(f.buf, b...) }

func (f *floor) number(n uint32) { f.buf = binary.NativeEndian.AppendUint32(f.buf, n) }

func (f *floor) text(kind uint16, text string) {
	f.nest(kind, func() { f.buf = append(append(f.buf, text...), 0) })
}

func (f *floor) nest(kind uint16, fill func()) {
	at := len(f.buf)
	f.buf = binary.NativeEndian.AppendUint16(f.buf, 0)
	f.buf = binary.NativeEndian.AppendUint16(f.buf, kind)
	fill()
	binary.NativeEndian.PutUint16(f.buf[at:], uint16(len(f.buf)-at))
	for len(f.buf)%4 != 0 {
		f.buf = append(f.buf, 0)
	}
}

// send sends the request and waits for the kernel's answer.
func (f *floor) send(socket int) error {
	binary.NativeEndian.PutUint32(f.buf, uint32(len(f.buf)))
	if err := unix.Sendto(socket, f.buf, 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}); err != nil {
		return err
	}
	n, _, err := unix.Recvfrom(socket, f.answer[:], 0)
	if err != nil {
		return err
	}
	if n < 20 || binary.NativeEndian.Uint16(f.answer[4:]) != unix.NLMSG_ERROR {
		return fmt.Errorf("an answer of %d bytes that is no acknowledgement", n)
	}
	if errno := -int32(binary.NativeEndian.Uint32(f.answer[16:])); errno != 0 {
		return fmt.Errorf("message %d: %w", binary.NativeEndian.Uint16(f.buf[4:]), unix.Errno(errno))
	}
	return nil
}

// TestFloor: the floor of the benchmark makes what the article's script makes.
func TestFloor(t *testing.T) {
	os.MkdirAll("/run/netns", 0o755)
	const show = `
ip -o -4 addr | cut -d" " -f2-7; ip -o link show master br0 up | wc -l; ip netns exec ns1 ip route; ip netns exec ns1 ip -o -4 addr | cut -d" " -f2-7
`
	want := run(t, `
ip link add eth0 type veth peer name far; ip link set eth0 up; brctl addbr br0; ip link set br0 up; ip addr add 10.211.55.122/24 dev br0
ip netns add ns1; ip link add veth1a type veth peer name veth1b; ip link set veth1a netns ns1
ip netns exec ns1 ip addr add 10.244.1.2/24 dev veth1a; ip netns exec ns1 ip link set veth1a up; ip link set veth1b up
brctl addif br0 veth1b; brctl addif br0 eth0; ip netns exec ns1 route add default dev veth1a
`+show+"ip link del veth1b; ip netns del ns1; ip link del br0; ip link del eth0")
	var got result
	err := onFloor(func(f *floor) error {
		if err := f.ethernet("eth0", "far", 0); err != nil {
			return err
		}
		ns, err := f.build("br0", "ns1", "veth1a", "veth1b", 0)
		if err != nil {
			return err
		}
		got = run(t, show)
		return errors.Join(f.tearDown("ns1", ns, 0), f.remove(index(0, ethLink)))
	})
	if err != nil || want.out == "" || got != want {
		t.Errorf("%v\n%+v\n%+v", err, got, want)
	}
}
