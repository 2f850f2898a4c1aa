package vrf

import (
	"bufio"
	"errors"
	"os"
	"runtime"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/namespace"
	"github.com/nlbox/nlbox/internal/netdev"
	"github.com/nlbox/nlbox/ipcmd/object"
)

const (
	// groupMount is where the control groups are mounted if they are nowhere.
	groupMount = "/var/run/cgroup2"
	groupType  = "cgroup2"
	procsFile  = "/cgroup.procs"
)

// defaultVRF is the name of no VRF.
const defaultVRF = "default"

// exec runs a command in a VRF: the process moves into a control group whose
// sockets a BPF program binds to the device.
func exec(c *object.Context, args []string) error {
	switch len(args) {
	case 0:
		return refuse("No VRF name specified")
	case 1:
		return refuse("No command specified")
	}
	return c.Env.Inside(func() error { return execIn(c, args[0], args[1:]) })
}

func execIn(c *object.Context, name string, argv []string) error {
	back, err := enter(c, name)
	var e *applet.Exit
	if errors.As(err, &e) {
		return object.InChild(object.Fail(object.StatusUsage, e.Text))
	}
	if err != nil {
		return err
	}
	env := c.Env
	if c.Batch {
		env = namespace.Forked(env)
	}
	if env.Alone {
		if err := dropCapabilities(); err != nil {
			return err
		}
	}
	err = namespace.Exec(env, argv)
	back() // there is a caller to come back to only after a child
	return err
}

// enter moves the process into the group of a VRF. back undoes it.
func enter(c *object.Context, name string) (back func(), err error) {
	var index int32
	if name != defaultVRF {
		d, ok, _, err := get(c, name)
		if err != nil {
			return nil, err
		}
		if !ok {
			return nil, refuse(badName)
		}
		index = d.index
	}
	root, err := groupRoot()
	if err != nil {
		return nil, err
	}
	netns, err := netnsDir()
	if err != nil {
		return nil, err
	}
	own, err := os.Open("/proc/self/cgroup")
	if err != nil {
		return nil, refuse("Failed to get base cgroup path: " + errnoText(err))
	}
	base := groupPath(own)
	own.Close()
	if index == 0 {
		name = ""
	}
	path := root + groupOf(base, netns, name)
	if err := makePath(path); err != nil {
		return nil, refuse(err.Error() + "\nFailed to setup vrf cgroup2 directory")
	}
	if index != 0 {
		if err := bindGroup(path, index); err != nil {
			return nil, err
		}
	}
	if err := join(path); err != nil {
		return nil, err
	}
	return func() { join(root + base) }, nil
}

// groupOf is the path of a VRF's group below the root of all groups: base is
// that of the process without its VRF, netns the directory of its network
// namespace or empty, name that of the VRF or empty.
func groupOf(base, netns, name string) string {
	if netns != "" {
		at := strings.LastIndexByte(base, '/') + 1
		if base[at:] == netns {
			base = base[:at]
		}
		netns += "/"
	}
	return base + "/" + netns + "vrf/" + name
}

// join moves the process into a group.
func join(path string) error {
	fd, err := unix.Open(strings.TrimSuffix(path, "/")+procsFile, unix.O_RDWR|unix.O_APPEND|unix.O_CLOEXEC, 0)
	if err != nil {
		return refuse("Failed to open cgroups.procs file: " + errnoText(err) + ".")
	}
	defer unix.Close(fd)
	if _, err := unix.Write(fd, strconv.AppendInt(nil, int64(unix.Getpid()), 10)); err != nil {
		return refuse("Failed to join cgroup")
	}
	return nil
}

// groupRoot is where the control groups of the second version are mounted; they
// are mounted if they are not.
func groupRoot() (string, error) {
	f, err := os.Open("/proc/thread-self/mounts")
	if err != nil {
		return "", refuse("Failed to open mounts file: " + errnoText(err))
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		_, rest := netdev.Field(lines.Bytes())
		path, rest := netdev.Field(rest)
		if kind, _ := netdev.Field(rest); string(kind) == groupType {
			return string(path), nil
		}
	}
	if err := makePath(groupMount); err != nil {
		return "", refuse(err.Error() + "\nFailed to setup cgroup2 directory")
	}
	switch err := unix.Mount("none", groupMount, groupType, 0, ""); err {
	case nil, unix.EBUSY:
		return groupMount, nil
	case unix.ENODEV:
		return "", refuse("Failed to mount cgroup2. Are CGROUPS enabled in your kernel?")
	default:
		return "", refuse("Failed to mount cgroup2: " + errnoText(err))
	}
}

// makePath makes a directory and those above it.
func makePath(path string) error {
	for i := 1; i <= len(path); i++ {
		if i < len(path) && path[i] != '/' {
			continue
		}
		dir := path[:i]
		if err := unix.Mkdir(dir, 0o755); err != nil && err != unix.EEXIST {
			return refuse("mkdir failed for " + dir + ": " + errnoText(err))
		}
		if i == len(path)-1 {
			break
		}
	}
	return nil
}

// dropCapabilities takes an ordinary user's capabilities, which an administrator
// gave to the file of this program, away before it runs another, unless they
// are meant to be passed on.
func dropCapabilities() error {
	if unix.Getuid() == 0 || unix.Geteuid() == 0 {
		return nil
	}
	runtime.LockOSThread() // the thread that becomes the command
	head := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	if unix.Capget(&head, &data[0]) != nil {
		return refuse("")
	}
	if data[0].Inheritable&(1<<unix.CAP_NET_ADMIN) != 0 {
		return nil
	}
	data = [2]unix.CapUserData{}
	if unix.Capset(&head, &data[0]) != nil {
		return refuse("")
	}
	return nil
}
