package namespace

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
)

// inode is the identity of a namespace.
type inode struct{ dev, ino uint64 }

func inodeOf(st *unix.Stat_t) inode { return inode{uint64(st.Dev), st.Ino} }

func statInode(path string) (inode, error) {
	var st unix.Stat_t
	if err := unix.Stat(path, &st); err != nil {
		return inode{}, err
	}
	return inodeOf(&st), nil
}

// openInode opens a namespace's file and returns which it is. It needs the
// right to open, where stat would be content with less.
func openInode(path string) (inode, error) {
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return inode{}, failed(1, "Cannot open network namespace", err)
	}
	defer unix.Close(fd)
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		return inode{}, failed(1, "Stat of netns failed", err)
	}
	return inodeOf(&st), nil
}

// Self is the calling thread where a process is asked for.
const Self = "self"

// Identify returns the name of the namespace that the process pid (decimal
// digits, taken as they are) is in, or "" when it has none. With several names
// it is the last one of the directory.
func Identify(pid string) (string, error) {
	file := "/proc/" + pid + "/ns/net"
	if pid == Self {
		file = ownNet
	}
	ns, err := openInode(file)
	if err != nil {
		return "", err
	}
	names, err := List()
	if err == unix.ENOENT {
		return "", nil
	}
	if err != nil {
		// iproute2 has no blank after this colon.
		return "", &applet.Exit{Code: 1, Text: "Failed to open directory " + Dir + ":" + errnoText(err), Err: err}
	}
	found := ""
	for _, name := range names {
		if other, err := statInode(Path(name)); err == nil && other == ns {
			found = name
		}
	}
	return found, nil
}

// Pids calls fn for every process whose first thread is in the namespace name,
// in the order of /proc.
func Pids(name string, fn func(pid string)) error {
	ns, err := openInode(Path(name))
	if err != nil {
		return err
	}
	pids, err := entries("/proc/")
	if err != nil {
		return failed(1, "Open of /proc failed", err)
	}
	for _, pid := range pids {
		if !IsPid(pid) {
			continue
		}
		if other, err := statInode("/proc/" + pid + "/ns/net"); err == nil && other == ns {
			fn(pid)
		}
	}
	return nil
}

// IsPid tells whether s holds nothing but digits. The empty string does.
func IsPid(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}
