package namespace

import (
	"github.com/vishvananda/netns"
	"golang.org/x/sys/unix"
)

// ownNet is the network namespace of the calling thread. /proc/self/ns/net is
// that of the process's first thread, and of no use here.
const ownNet = "/proc/thread-self/ns/net"

// ownMnt is the mount namespace of the calling thread.
const ownMnt = "/proc/thread-self/ns/mnt"

// noHome is what iproute2 says when it cannot open the namespace that it is in.
const noHome = "Cannot open init namespace"

// entryFailed is the status of whoever cannot enter a namespace.
const entryFailed = 255

// Enter moves the calling thread into the namespace name for good, the way that
// `ip netns exec` and `ip -n` do:
//
//   - the thread gets a mount namespace of its own, whose mounts do not reach
//     the one it comes from;
//   - /sys is mounted anew, so that it shows the namespace;
//   - the entries of /etc/netns/NAME are bound over those of /etc. One that
//     cannot be bound is reported to warn, as a line without its newline, and
//     passed over; nil drops the report.
//
// The caller has locked its thread and never unlocks it. Only a call that has
// the process for itself wants this; the others use Do. After an error the
// thread may be half-way: it must not run anything else.
func Enter(name string, warn func(string)) error {
	if err := enterNet(name); err != nil {
		return err
	}
	return enterMounts(name, warn)
}

// enterMounts is the part of Enter behind the network namespace.
func enterMounts(name string, warn func(string)) error {
	if err := unix.Unshare(unix.CLONE_NEWNS); err != nil {
		return failed(entryFailed, "unshare failed", err)
	}
	if err := unix.Mount("", "/", "none", unix.MS_SLAVE|unix.MS_REC, ""); err != nil {
		return failed(entryFailed, `"mount --make-rslave /" failed`, err)
	}
	if err := mountSys(name); err != nil {
		return failed(entryFailed, "mount of /sys failed", err)
	}
	bindEtc(name, warn)
	return nil
}

// enterNet moves the calling thread into the network namespace alone.
func enterNet(name string) error {
	ns, err := netns.GetFromPath(Path(name))
	if err != nil {
		return failed(entryFailed, "Cannot open network namespace "+quote(name), err)
	}
	defer ns.Close()
	if err := netns.Set(ns); err != nil {
		return failed(entryFailed, "setting the network namespace "+quote(name)+" failed", err)
	}
	return nil
}

// mountSys puts a sysfs of the current network namespace on /sys. Where the old
// one cannot be taken away it is covered, and the kernel lets a read-only sysfs
// be covered by a read-only one only.
func mountSys(source string) error {
	var flags uintptr
	if unix.Unmount("/sys", unix.MNT_DETACH) != nil {
		var fs unix.Statfs_t
		if unix.Statfs("/sys", &fs) == nil && fs.Flags&unix.ST_RDONLY != 0 {
			flags = unix.MS_RDONLY
		}
	}
	return unix.Mount(source, "/sys", "sysfs", flags, "")
}

// bindEtc binds the entries of /etc/netns/NAME over those of /etc, in the order
// of the directory.
func bindEtc(name string, warn func(string)) {
	if len(name) >= nameMax {
		return
	}
	dir := EtcDir + "/" + name
	files, err := entries(dir)
	if err != nil {
		return
	}
	for _, file := range files {
		from, to := dir+"/"+file, "/etc/"+file
		if err := bind(from, to); err != nil && warn != nil {
			warn(bindFailed(from, to, err).Text)
		}
	}
}

// hasEtc tells whether name has files that stand for those of /etc.
func hasEtc(name string) bool { return unix.Access(EtcDir+"/"+name, unix.F_OK) == nil }

func bind(from, to string) error {
	return unix.Mount(from, to, "none", unix.MS_BIND, "")
}

// quote puts s between double quotes, as it is.
func quote(s string) string { return `"` + s + `"` }
