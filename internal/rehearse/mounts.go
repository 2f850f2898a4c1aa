package rehearse

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"golang.org/x/sys/unix"
)

// Places in the file systems of the laboratory. All lie on a tmpfs that nothing
// else sees.
const (
	runDir  = "/run"
	workDir = runDir + "/nlbox"
	// binDir comes first in PATH: there the binary stands under the names of
	// its applets.
	binDir = workDir + "/bin"
	// tmpDir is TMPDIR: what scripts leave there is gone with the laboratory.
	tmpDir = workDir + "/tmp"
	// etcDir holds what the hosts change in /etc.
	etcDir = runDir + "/etc"
)

// mountError is a mount that failed.
type mountError struct {
	what, where string
	err         error
}

func (e *mountError) Error() string {
	return "cannot mount " + e.what + " on " + e.where + ": " + cause(e.err)
}

func (e *mountError) Unwrap() error { return e.err }

func mount(what, where, fstype string, flags uintptr, data string) error {
	if err := unix.Mount(what, where, fstype, flags, data); err != nil {
		if fstype != "" {
			what = fstype
		}
		return &mountError{what, where, err}
	}
	return nil
}

// mountLab makes the mounts that the hosts have in common. The caller is alone
// in a new mount namespace.
func mountLab(applets []string) error {
	// From here on no mount reaches the namespace that we come from, or comes
	// from there.
	if err := mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return err
	}
	if _, err := os.Stat(runDir); err != nil {
		return errors.New("there is no directory " + runDir + " here, on which each host gets a file system of its own; make one")
	}
	if err := mountRun(); err != nil {
		return err
	}
	mountProc()
	for _, dir := range []string{workDir, binDir, tmpDir, etcDir} {
		if err := os.Mkdir(dir, 0o755); err != nil {
			return err
		}
	}
	if err := os.Chmod(tmpDir, 0o777|os.ModeSticky); err != nil {
		return err
	}
	return linkApplets(applets)
}

// mountRun covers /run, and /var/run where that is another directory.
func mountRun() error {
	if err := mount("nlbox", runDir, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, "mode=0755"); err != nil {
		return err
	}
	const old = "/var/run"
	run, err := os.Stat(runDir)
	if err != nil {
		return err
	}
	if info, err := os.Stat(old); err == nil && info.IsDir() && !os.SameFile(info, run) {
		return mount(runDir, old, "", unix.MS_BIND, "")
	}
	return nil
}

// mountProc shows the processes of the laboratory only. A container that hides
// parts of /proc gets no other one: then the old one must do.
func mountProc() {
	mount("proc", "/proc", "proc", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, "")
	// What root could set there beside the network belongs to the whole machine.
	const sys, net = "/proc/sys", "/proc/sys/net"
	if mount(sys, sys, "", unix.MS_BIND, "") == nil && mount(net, net, "", unix.MS_BIND, "") == nil {
		mount("", sys, "", unix.MS_REMOUNT|unix.MS_BIND|unix.MS_RDONLY|unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, "")
	}
	const trigger = "/proc/sysrq-trigger"
	if mount(trigger, trigger, "", unix.MS_BIND, "") == nil {
		mount("", trigger, "", unix.MS_REMOUNT|unix.MS_BIND|unix.MS_RDONLY|unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, "")
	}
}

// mountHost gives the calling thread, which is in a mount namespace and a
// network namespace of its own, the file systems of the host.
func mountHost(name string) error {
	mountEtc(name)
	work, err := unix.Open(workDir, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return &os.PathError{Op: "open", Path: workDir, Err: err}
	}
	defer unix.Close(work)
	if err := mountRun(); err != nil {
		return err
	}
	if err := os.Mkdir(workDir, 0o755); err != nil {
		return err
	}
	if err := mount("/proc/thread-self/fd/"+strconv.Itoa(work), workDir, "", unix.MS_BIND, ""); err != nil {
		return err
	}
	// Where the machine's own is mounted read-only, only such a one is allowed.
	for _, readOnly := range []uintptr{0, unix.MS_RDONLY} {
		if mount("sysfs", "/sys", "sysfs", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC|readOnly, "") == nil {
			return nil
		}
	}
	// A container that hides parts of /sys gets no other one. An empty one is
	// better than one that shows another network.
	return mount("nlbox", "/sys", "tmpfs", unix.MS_RDONLY, "")
}

// mountEtc gives a host its own /etc: what is changed there lies in memory.
// Where the kernel has no overlays for us, nothing can be changed there.
func mountEtc(name string) {
	upper, work := filepath.Join(etcDir, name, "upper"), filepath.Join(etcDir, name, "work")
	for _, dir := range []string{upper, work} {
		if os.MkdirAll(dir, 0o755) != nil {
			return
		}
	}
	options := "lowerdir=/etc,upperdir=" + upper + ",workdir=" + work
	// Without privilege over the machine the overlay's marks must be user.*
	// attributes; older kernels know only trusted.*, and need the privilege.
	for _, o := range []string{options + ",userxattr", options} {
		if mount("nlbox", "/etc", "overlay", 0, o) == nil {
			return
		}
	}
	if mount("/etc", "/etc", "", unix.MS_BIND|unix.MS_REC, "") == nil {
		mount("", "/etc", "", unix.MS_REMOUNT|unix.MS_BIND|unix.MS_RDONLY, "")
	}
}

// linkApplets puts the binary into binDir under its own name and the applets'.
func linkApplets(applets []string) error {
	const self = "/proc/self/exe"
	target, err := os.Readlink(self)
	if err != nil {
		return err
	}
	if !sameFile(target, self) {
		// It was removed, or lies where the laboratory has something else.
		target = filepath.Join(workDir, "nlbox")
		if err := copyFile(self, target); err != nil {
			return err
		}
	}
	for _, name := range append([]string{"nlbox"}, applets...) {
		if err := os.Symlink(target, filepath.Join(binDir, name)); err != nil {
			return err
		}
	}
	return nil
}

func sameFile(a, b string) bool {
	x, err := os.Stat(a)
	if err != nil {
		return false
	}
	y, err := os.Stat(b)
	return err == nil && os.SameFile(x, y)
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o755)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
