package vrf

import (
	"bufio"
	"io"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/namespace"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// The process of a VRF is in a control group whose path ends in /vrf/NAME, below
// a directory NETNS-ns where its network namespace has a name.

const (
	nameMax = 31 // bytes of a name that identify prints
	commMax = 31 // bytes of a command's name that pids prints
)

// identify prints the VRF of a process, if it is in one.
func identify(c *object.Context, args []string) error {
	pid := "self"
	switch {
	case len(args) > 1:
		return words.Invalid("Extra arguments specified\n", args[1])
	case len(args) == 1:
		n, ok := format.ParseU32(args[0], 10)
		if !ok {
			return words.Invalid("Invalid pid\n", args[0])
		}
		pid = strconv.Itoa(int(int32(n)))
	}
	file, err := os.Open("/proc/" + pid + "/cgroup")
	if err != nil {
		return refuse("Failed to lookup vrf association: " + errnoText(err))
	}
	defer file.Close()
	if name := groupVRF(file); name != "" {
		c.Env.Stdout.WriteString(name + "\n")
	}
	return nil
}

func errnoText(err error) string {
	if e, ok := err.(*os.PathError); ok {
		err = e.Err
	}
	if errno, ok := err.(unix.Errno); ok {
		return rtnl.Strerror(errno)
	}
	return err.Error()
}

// groupVRF finds the name of a VRF in a table of control groups, proc(5).
func groupVRF(r io.Reader) string {
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		line := lines.Text()
		if !strings.Contains(line, "::/") {
			continue
		}
		if _, name, ok := strings.Cut(line, "/vrf/"); ok {
			return format.Cut(name, nameMax)
		}
	}
	return ""
}

// groupPath finds the path of the group of the second version in such a table,
// without what names a VRF; it is empty for the root.
func groupPath(r io.Reader) string {
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		_, path, ok := strings.Cut(lines.Text(), "::")
		if !ok || !strings.HasPrefix(path, "/") {
			continue
		}
		path, _, _ = strings.Cut(path, "/vrf")
		if path == "/" {
			return ""
		}
		return path
	}
	return ""
}

// netnsDir is the name of the directory of the calling thread's network
// namespace, empty where the namespace has no name.
func netnsDir() (string, error) {
	name, err := namespace.Identify(namespace.Self)
	if err != nil {
		return "", refuse(err.Error() + "\nFailed to get name of network namespace: " + errnoText(unwrapErrno(err)))
	}
	if name == "" {
		return "", nil
	}
	return name + "-ns", nil
}

// unwrapErrno is the errno that an error wraps.
func unwrapErrno(err error) error {
	for err != nil {
		if errno, ok := err.(unix.Errno); ok {
			return errno
		}
		w, ok := err.(interface{ Unwrap() error })
		if !ok {
			break
		}
		err = w.Unwrap()
	}
	return unix.Errno(0)
}

// pids prints the processes of a VRF.
func pids(c *object.Context, args []string) error {
	if len(args) != 1 {
		return refuse("Invalid arguments")
	}
	_, ok, _, err := get(c, args[0])
	if err != nil {
		return err
	}
	if !ok {
		return refuse(badName)
	}
	return c.Env.Inside(func() error { return pidsIn(c, args[0]) })
}

func pidsIn(c *object.Context, name string) error {
	root, err := groupRoot()
	if err != nil {
		return err
	}
	netns, err := netnsDir()
	if err != nil {
		return err
	}
	w := walk{vrf: name, netns: netns, out: func(pid string) {
		line := format.AppendRight(nil, pid, 5)
		line = append(append(line, "  "...), command(pid)...)
		c.Env.Stdout.Write(append(line, '\n'))
	}}
	if !w.dir(root) {
		return refuse("")
	}
	return nil
}

// walk goes through the tree of control groups.
type walk struct {
	vrf, netns string
	out        func(pid string)
}

// dir looks at a directory and those below it; it is false where one could not
// be read.
func (w *walk) dir(path string) bool {
	d, err := os.Open(path)
	if err != nil {
		return false
	}
	entries, _ := d.Readdirnames(-1)
	d.Close()
	for _, entry := range entries {
		if entry == "vrf" {
			if w.netns == "" || path[strings.LastIndexByte(path, '/')+1:] == w.netns {
				w.group(path + "/vrf/" + w.vrf)
			}
			continue
		}
		var st unix.Stat_t
		sub := path + "/" + entry
		if unix.Lstat(sub, &st) == nil && st.Mode&unix.S_IFMT == unix.S_IFDIR && !w.dir(sub) {
			return false
		}
	}
	return true
}

// group hands out the processes of a control group.
func (w *walk) group(path string) {
	f, err := os.Open(path + procsFile)
	if err != nil {
		return
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		w.out(lines.Text())
	}
}

// command is the name of a process's command.
func command(pid string) string {
	f, err := os.Open("/proc/" + pid + "/status")
	if err != nil {
		return "<terminated?>"
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if _, name, ok := strings.Cut(lines.Text(), "Name:"); ok {
			return format.Cut(strings.TrimLeft(name, " \t"), commMax)
		}
	}
	return ""
}
