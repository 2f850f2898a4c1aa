package testscripts

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
)

// goldenKernel is the kernel series that the goldens were written on. On
// another one, lines in the kernel's own words are not compared by the letter.
const goldenKernel = "6.18"

// condition answers the [conditions] of scripts beyond testscript's own.
func condition(cond string) (bool, error) {
	switch {
	case cond == "root":
		return os.Getenv(inUserNamespace) == "" && os.Geteuid() == 0, nil
	case cond == "hostroot":
		return wholeUserNamespace(), nil
	case cond == "userns":
		return os.Getenv(inUserNamespace) != "", nil
	case cond == "oracle":
		return *oracle, nil
	case cond == "goldenkernel":
		return onGoldenKernel(), nil
	case cond == "tun":
		return opensTUN(), nil
	case cond == "xfrm":
		return kernelHasXFRM(), nil
	case strings.HasPrefix(cond, "kernel:"):
		return kernelHasKind(strings.TrimPrefix(cond, "kernel:")), nil
	case strings.HasPrefix(cond, "family:"):
		return kernelHasFamily(strings.TrimPrefix(cond, "family:")), nil
	case strings.HasPrefix(cond, "kernel>="):
		return kernelAtLeast(strings.TrimPrefix(cond, "kernel>="))
	}
	return false, errors.New("unknown condition")
}

// opensTUN tells whether the caller may make TUN and TAP devices: some machines
// keep /dev/net/tun for root.
func opensTUN() bool {
	fd, err := unix.Open("/dev/net/tun", unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		return false
	}
	unix.Close(fd)
	return true
}

// wholeUserNamespace tells whether this is the machine's first user namespace,
// or one as wide.
func wholeUserNamespace() bool {
	data, err := os.ReadFile("/proc/self/uid_map")
	return err == nil && strings.Join(strings.Fields(string(data)), " ") == "0 0 4294967295"
}

func onGoldenKernel() bool {
	release := kernelRelease()
	return release == goldenKernel || strings.HasPrefix(release, goldenKernel+".") || strings.HasPrefix(release, goldenKernel+"-")
}

var kernelRelease = sync.OnceValue(func() string {
	var name unix.Utsname
	if unix.Uname(&name) != nil {
		return ""
	}
	return unix.ByteSliceToString(name.Release[:])
})

// kernelAtLeast compares the running kernel with MAJOR.MINOR.
func kernelAtLeast(want string) (bool, error) {
	var wantMajor, wantMinor, major, minor int
	if _, err := fmt.Sscanf(want, "%d.%d", &wantMajor, &wantMinor); err != nil {
		return false, fmt.Errorf("kernel>=%s: want MAJOR.MINOR", want)
	}
	if _, err := fmt.Sscanf(kernelRelease(), "%d.%d", &major, &minor); err != nil {
		return false, fmt.Errorf("kernel release %q: %w", kernelRelease(), err)
	}
	return major > wantMajor || major == wantMajor && minor >= wantMinor, nil
}

// kernelHasXFRM tells whether the kernel transforms packets and can be asked to.
func kernelHasXFRM() bool {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.NETLINK_XFRM)
	if err != nil {
		return false
	}
	unix.Close(fd)
	return true
}

// kernelHasFamily tells whether the kernel knows a family of generic netlink.
func kernelHasFamily(name string) bool {
	conn, err := rtnl.Open(rtnl.Options{Protocol: unix.NETLINK_GENERIC})
	if err != nil {
		return false
	}
	defer conn.Close()
	_, err = rtnl.GenericFamily(conn, name)
	return err == nil
}

var kinds sync.Map // kind → func() bool

// kernelHasKind tells whether the kernel knows a kind of link, by asking for
// one in a network namespace that is thrown away.
func kernelHasKind(kind string) bool {
	probe, _ := kinds.LoadOrStore(kind, sync.OnceValue(func() bool {
		err := onNewThread(func() error {
			if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
				return err
			}
			return requestLink(kind)
		})
		// Any other answer comes from the kind itself: it is there.
		return !errors.Is(err, unix.EOPNOTSUPP)
	}))
	return probe.(func() bool)()
}

// requestLink sends one RTM_NEWLINK with nothing but a kind and returns the
// kernel's answer.
func requestLink(kind string) error {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.NETLINK_ROUTE)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	info := attribute(unix.IFLA_LINKINFO, attribute(unix.IFLA_INFO_KIND, append([]byte(kind), 0)))
	order := binary.NativeEndian
	msg := make([]byte, unix.SizeofNlMsghdr+unix.SizeofIfInfomsg, 64)
	msg = append(msg, info...)
	order.PutUint32(msg[0:], uint32(len(msg)))
	order.PutUint16(msg[4:], unix.RTM_NEWLINK)
	order.PutUint16(msg[6:], unix.NLM_F_REQUEST|unix.NLM_F_ACK|unix.NLM_F_CREATE|unix.NLM_F_EXCL)
	if err := unix.Sendto(fd, msg, 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}); err != nil {
		return err
	}
	answer := make([]byte, 4096)
	n, _, err := unix.Recvfrom(fd, answer, 0)
	if err != nil || n < unix.SizeofNlMsghdr+4 {
		return errors.Join(err, errors.New("short answer"))
	}
	if code := int32(order.Uint32(answer[unix.SizeofNlMsghdr:])); code != 0 {
		return unix.Errno(-code)
	}
	return nil
}

// attribute is a netlink attribute, padded.
func attribute(kind uint16, value []byte) []byte {
	a := make([]byte, unix.SizeofRtAttr, unix.SizeofRtAttr+len(value)+3)
	binary.NativeEndian.PutUint16(a[0:], uint16(unix.SizeofRtAttr+len(value)))
	binary.NativeEndian.PutUint16(a[2:], kind)
	a = append(a, value...)
	for len(a)%unix.RTA_ALIGNTO != 0 {
		a = append(a, 0)
	}
	return a
}

// originals are the versions that the goldens speak for.
func originals() []struct{ command, version string } {
	return []struct{ command, version string }{
		{"ip -V", "iproute2-6.1.0"},
		{"brctl -V", "bridge-utils, 1.7"},
		{"route -V", "net-tools 2.10"},
		{"arp -V", "net-tools 2.10"},
		{"ifconfig -V", "net-tools 2.10"},
		{"ping -V", "iputils"},
	}
}

// checkOracle returns why the machine's tools cannot be the oracle.
func checkOracle() error {
	for _, o := range originals() {
		cmd := exec.Command("sh", "-c", o.command)
		cmd.Env = append(os.Environ(), "PATH="+world.path)
		out, err := cmd.CombinedOutput()
		if err != nil && len(out) == 0 {
			return fmt.Errorf("no oracle: %s: %w", o.command, err)
		}
		if !strings.Contains(string(out), o.version) {
			return fmt.Errorf("no oracle: %s says %s, the goldens speak for %s",
				o.command, strconv.Quote(strings.TrimSpace(string(out))), o.version)
		}
	}
	return nil
}
