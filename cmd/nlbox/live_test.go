package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/box"
)

// liveScript, in the environment, is what /bin/sh does in the live host instead of
// the call of nlbox, which is $NLBOX there.
const liveScript = "NLBOX_TEST_LIVE"

// liveHost is the network of a host as the article's, with an uplink whose other
// end nobody sees, a gateway, two neighbours, one of them with two addresses, and
// something of its own: a bridge with a pair to a namespace.
const liveHost = `
ip link set lo up
ip link set eth0 mtu 1400 up
ip addr add 10.211.55.122/24 brd + dev eth0
ip addr add 2001:db8::122/64 dev eth0 nodad
ip route add default via 10.211.55.1
ip -6 route add default via fe80::1 dev eth0
ip neigh add 10.211.55.1 lladdr 02:00:00:00:00:01 dev eth0 nud stale
ip neigh add 10.211.55.7 lladdr 02:00:00:00:00:07 dev eth0 nud reachable
ip neigh add 10.211.55.8 lladdr 02:00:00:00:00:07 dev eth0 nud permanent
ip neigh add 2001:db8::9 lladdr 02:00:00:00:00:09 dev eth0 nud stale
ip neigh add 10.211.55.99 dev eth0 nud failed
ip netns add pod
ip link add br7 type bridge
ip link add v0 type veth peer name v1 netns pod
ip link set v0 master br7 up
ip link set br7 up
ip addr add 10.7.0.1/24 dev br7
ip -n pod link set v1 up
ip -n pod addr add 10.7.0.2/24 dev v1
ip route add 10.77.0.0/16 via 10.7.0.2 table 77
ip rule add from 10.7.0.0/24 lookup 77
`

// beLive makes the process's namespaces, which are new, those of the live host.
func beLive() error {
	if err := unix.Sethostname([]byte("live.example")); err != nil {
		return err
	}
	for _, m := range [][3]string{{"", "/", ""}, {"sysfs", "/sys", "sysfs"}, {"tmpfs", "/run", "tmpfs"}} {
		flags := uintptr(0)
		if m[2] == "" {
			flags = unix.MS_REC | unix.MS_PRIVATE
		}
		if err := unix.Mount(m[0], m[1], m[2], flags, ""); err != nil {
			return err
		}
	}
	far, err := elsewhere()
	if err != nil {
		return err
	}
	for _, line := range append([]string{
		"ip link add eth0 address 02:00:0a:d3:37:7a type veth peer name far",
		"ip link set far up",
		"ip link set far netns /proc/self/fd/" + far.number,
	}, strings.Split(strings.TrimSpace(liveHost), "\n")...) {
		if err := applets(line); err != nil {
			return err
		}
	}
	if err := far.do("ip link set far up"); err != nil {
		return err
	}
	if err := haveLinkLocal("eth0", "br7"); err != nil {
		return err
	}
	if script := os.Getenv(liveScript); script != "" {
		self, err := os.Executable()
		if err != nil {
			return err
		}
		return unix.Exec("/bin/sh", []string{"sh", "-c", script}, append(withoutPrelude(), "NLBOX="+self))
	}
	return nil
}

// haveLinkLocal waits until the interfaces have the address that the kernel gives
// them some time after they are up: it is no change that a script makes.
func haveLinkLocal(names ...string) error {
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		table, err := os.ReadFile("/proc/thread-self/net/if_inet6")
		if errors.Is(err, fs.ErrNotExist) {
			return nil // no IPv6 here
		}
		missing := slices.DeleteFunc(slices.Clone(names), func(name string) bool {
			return slices.ContainsFunc(strings.Split(string(table), "\n"), func(line string) bool {
				return strings.HasPrefix(line, "fe80") && strings.HasSuffix(line, " "+name)
			})
		})
		switch {
		case err != nil || len(missing) == 0:
			return err
		case time.Now().After(deadline):
			return fmt.Errorf("%v got no link-local address", missing)
		}
	}
}

// becomeNobody starts the binary anew as an ordinary user, who may look at his own
// /proc again then. Where we are none but root of a user namespace it only gives
// up the capabilities.
func becomeNobody() error {
	if err := syscall.Setgid(nobody); err != nil {
		return dropMost()
	}
	if err := syscall.Setuid(nobody); err != nil {
		return dropMost()
	}
	return unix.Exec("/proc/self/exe", os.Args, withoutPrelude())
}

func withoutPrelude() []string {
	var vars []string
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, preludeKey+"=") && !strings.HasPrefix(v, liveScript+"=") {
			vars = append(vars, v)
		}
	}
	return vars
}

// place is a network namespace that nobody has a name for, held by a descriptor
// that outlives exec.
type place struct {
	number string
	calls  chan func()
}

func elsewhere() (*place, error) {
	p := &place{calls: make(chan func())}
	ready := make(chan error)
	go func() {
		runtime.LockOSThread()
		err := unix.Unshare(unix.CLONE_NEWNET)
		var fd int
		if err == nil {
			fd, err = unix.Open("/proc/thread-self/ns/net", unix.O_RDONLY, 0)
		}
		p.number = strconv.Itoa(fd)
		ready <- err
		for call := range p.calls {
			call()
		}
	}()
	return p, <-ready
}

// do runs an applet there.
func (p *place) do(line string) error {
	done := make(chan error)
	p.calls <- func() { done <- applets(line) }
	return <-done
}

// applets runs a line in this process, on the calling thread.
func applets(line string) error {
	env := &applet.Env{Stdin: strings.NewReader(""), Stdout: applet.NewOutput(&bytes.Buffer{}), Stderr: &bytes.Buffer{}, Lookup: box.Lookup}
	_, err := env.Call(strings.Fields(line))
	return err
}

// live makes the lab's surroundings those of a live host.
func (l *lab) live(t *testing.T, user bool) *lab {
	t.Helper()
	flags := uintptr(unix.CLONE_NEWNET | unix.CLONE_NEWNS | unix.CLONE_NEWUTS)
	if os.Geteuid() != 0 {
		flags |= unix.CLONE_NEWUSER
	}
	if user {
		return l.before("live-user", flags)
	}
	return l.before("live", flags)
}

// runLive is run for a lab in a live host: it skips where there can be none.
func (l *lab) runLive(t *testing.T) int {
	t.Helper()
	err := l.Start()
	if errors.Is(err, unix.EPERM) {
		t.Skip("no namespaces: ", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	status := l.status(t)
	if strings.Contains(l.errs.String(), preludeFailed) {
		t.Skip(l.errs.String())
	}
	skipRefused(t, l.errs.String())
	return status
}
