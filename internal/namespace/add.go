package namespace

import (
	"strconv"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
)

// Add makes a new network namespace and names it. warn gets what went wrong
// without stopping it, as a line without its newline; nil drops it.
func Add(name string, warn func(string)) error {
	if err := reserve(name, warn); err != nil {
		return err
	}
	return create(name)
}

// Attach names the network namespace of the process pid.
func Attach(name string, pid int, warn func(string)) error {
	if err := reserve(name, warn); err != nil {
		return err
	}
	from := "/proc/" + strconv.Itoa(pid) + "/ns/net"
	err := bind(from, Path(name))
	if err == nil {
		return nil
	}
	exit := bindFailed(from, Path(name), err)
	if err := unix.Unlink(Path(name)); err != nil {
		exit.Text += "\n" + removeFailed(name, err).Text
	}
	return exit
}

// Delete takes the name away. The namespace itself lives on for as long as
// something is in it or holds it.
func Delete(name string) error {
	// What is not a mount point is unlinked all the same.
	_ = unix.Unmount(Path(name), unix.MNT_DETACH)
	if err := unix.Unlink(Path(name)); err != nil {
		return removeFailed(name, err)
	}
	return nil
}

// reserve prepares Dir and makes the empty file that a namespace will be bound
// to.
func reserve(name string, warn func(string)) error {
	if err := makeDir(); err != nil {
		return err
	}
	if err := shareDir(warn); err != nil {
		return err
	}
	fd, err := unix.Open(Path(name), unix.O_RDONLY|unix.O_CREAT|unix.O_EXCL|unix.O_CLOEXEC, 0)
	if err != nil {
		return failed(1, "Cannot create namespace file "+quote(Path(name)), err)
	}
	unix.Close(fd)
	return nil
}

// makeDir makes Dir if it is missing.
func makeDir() error {
	if err := unix.Mkdir(Dir, 0o755); err != nil && err != unix.EEXIST {
		return failed(1, "mkdir "+Dir+" failed", err)
	}
	return nil
}

// shareDir makes Dir a mount point whose mounts are shared between mount
// namespaces: a name that is deleted in one goes away in all of them. The
// directory is locked meanwhile, or else calls side by side would pile mount on
// mount.
func shareDir(warn func(string)) error {
	lock, err := unix.Open(Dir, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return failed(1, "Cannot open netns runtime directory "+quote(Dir), err)
	}
	// Closing the file gives the lock back.
	defer unix.Close(lock)
	if err := unix.Flock(lock, unix.LOCK_EX); err != nil && warn != nil {
		warn(failed(0, "Warning: could not flock netns runtime directory "+quote(Dir), err).Text)
	}
	share := func() error { return unix.Mount("", Dir, "none", unix.MS_SHARED|unix.MS_REC, "") }
	err = share()
	if err == unix.EINVAL {
		// It is no mount point yet.
		if err := unix.Mount(Dir, Dir, "none", unix.MS_BIND|unix.MS_REC, ""); err != nil {
			return failed(1, "mount --bind "+Dir+" "+Dir+" failed", err)
		}
		err = share()
	}
	if err != nil {
		return failed(1, "mount --make-shared "+Dir+" failed", err)
	}
	return nil
}

// create binds a new namespace to the file of name.
func create(name string) error {
	barred, err := away(func() error { return bindNew(name) })
	if barred != nil {
		// The original is lost in the new namespace, and gives up.
		return &applet.Exit{Code: 1, Text: "setns: " + errnoText(barred), Err: barred, Abort: true}
	}
	if err == nil {
		return nil
	}
	if left := Delete(name); left != nil {
		return applet.Fail(1, err.Error()+"\n"+left.Error())
	}
	return err
}

// bindNew enters a new namespace and binds it to the file of name.
func bindNew(name string) error {
	if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
		return failed(1, "Failed to create a new network namespace "+quote(name), err)
	}
	if err := bind(ownNet, Path(name)); err != nil {
		// The words name the file that the original binds.
		return bindFailed("/proc/self/ns/net", Path(name), err)
	}
	return nil
}

func bindFailed(from, to string, err error) *applet.Exit {
	return failed(1, "Bind "+from+" -> "+to+" failed", err)
}

func removeFailed(name string, err error) *applet.Exit {
	return failed(1, "Cannot remove namespace file "+quote(Path(name)), err)
}
