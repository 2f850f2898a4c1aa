package main

import (
	"io"
	"os"
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A prelude is what the test binary does to itself before it acts as nlbox: it
// turns its surroundings, which are a user and mount namespace of its own, into
// ones that a rehearsal cannot live in.
const (
	preludeKey    = "NLBOX_TEST_PRELUDE"
	preludeFailed = "prelude: "
)

// prelude does what the environment asks for and returns false if it cannot.
func prelude() bool {
	name := os.Getenv(preludeKey)
	os.Unsetenv(preludeKey)
	var err error
	switch name {
	case "":
	case "nosh":
		err = bind("/dev/null", "/bin/sh")
	case "norun":
		err = hideRun()
	case "live":
		err = beLive()
	case "live-user":
		if err = beLive(); err == nil {
			err = becomeNobody()
		}
	case "masked":
		// Without privileges, so that the lab gets a user namespace, whose root
		// cannot look below these mounts.
		for _, step := range []func() error{
			func() error { return hide("/proc/sys/fs") }, func() error { return hide("/sys/kernel") },
			hideBelowEtc, dropMost,
		} {
			if err == nil {
				err = step()
			}
		}
	case "limit-user":
		// Root without privileges: who has them needs no user namespace.
		if err = os.WriteFile("/proc/sys/user/max_user_namespaces", []byte("0"), 0); err == nil {
			err = dropMost()
		}
	case "limit-net":
		err = os.WriteFile("/proc/sys/user/max_net_namespaces", []byte("0"), 0)
	case "seccomp":
		err = forbid(unix.SYS_CLONE, unix.CLONE_NEWPID)
	case "seccomp-mount":
		err = forbid(unix.SYS_MOUNT, 0)
	}
	if err != nil {
		io.WriteString(os.Stderr, preludeFailed+err.Error()+"\n")
		return false
	}
	return true
}

func bind(what, where string) error {
	return unix.Mount(what, where, "", unix.MS_BIND, "")
}

func hide(dir string) error {
	return unix.Mount("none", dir, "tmpfs", 0, "")
}

// hideBelowEtc covers a directory of /etc, which then cannot be the base of an
// overlay.
func hideBelowEtc() error {
	entries, err := os.ReadDir("/etc")
	for _, e := range entries {
		if e.IsDir() {
			return hide("/etc/" + e.Name())
		}
	}
	return err
}

// hideRun makes a root directory without /run.
func hideRun() error {
	const root = "/tmp"
	if err := hide(root); err != nil {
		return err
	}
	entries, err := os.ReadDir("/")
	if err != nil {
		return err
	}
	for _, e := range entries {
		from, to := "/"+e.Name(), root+"/"+e.Name()
		switch {
		case e.Name() == "run" || e.Name() == "tmp":
			continue
		case e.Type()&os.ModeSymlink != 0:
			target, err := os.Readlink(from)
			if err == nil {
				err = os.Symlink(target, to)
			}
			if err != nil {
				return err
			}
		case e.IsDir():
			if err := os.Mkdir(to, 0o755); err != nil {
				return err
			}
			if err := unix.Mount(from, to, "", unix.MS_BIND|unix.MS_REC, ""); err != nil {
				return err
			}
		}
	}
	wd, err := os.Getwd()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(root+wd, 0o755); err != nil {
		return err
	}
	if err := bind(".", root+wd); err != nil && !strings.HasPrefix(wd, "/tmp") {
		return err
	}
	if err := unix.Chroot(root); err != nil {
		return err
	}
	return os.Chdir(wd)
}

// dropMost takes the capabilities from this thread, which execve starts from. It
// leaves the one that is needed to make root of a user namespace of oneself
// when one is called root already.
func dropMost() error {
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	const left = 1 << unix.CAP_SETFCAP
	caps := [2]unix.CapUserData{{Effective: left, Permitted: left}}
	return unix.Capset(&header, &caps[0])
}

// forbid installs a filter that answers EPERM to a system call whose first
// argument has all of flags. clone3, whose flags no filter can see, is unknown.
func forbid(nr, flags uint32) error {
	const (
		nrAt, arg0At  = 0, 16 // in struct seccomp_data, little-endian
		allow         = 0x7fff0000
		refuse        = 0x00050000
		load, ret     = unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, unix.BPF_RET | unix.BPF_K
		equal, anyBit = unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, unix.BPF_JMP | unix.BPF_JSET | unix.BPF_K
	)
	filter := []unix.SockFilter{
		{Code: load, K: nrAt},
		{Code: equal, K: unix.SYS_CLONE3, Jt: 3},
		{Code: equal, K: nr, Jf: 4},
		{Code: load, K: arg0At},
		{Code: anyBit, K: flags, Jt: 1, Jf: 2},
		{Code: ret, K: refuse | uint32(unix.ENOSYS)},
		{Code: ret, K: refuse | uint32(unix.EPERM)},
		{Code: ret, K: allow},
	}
	if flags == 0 {
		filter[4] = unix.SockFilter{Code: ret, K: refuse | uint32(unix.EPERM)}
	}
	program := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	const setModeFilter, allThreads = 1, 1
	_, _, errno := unix.Syscall(unix.SYS_SECCOMP, setModeFilter, allThreads, uintptr(unsafe.Pointer(&program)))
	if errno != 0 {
		return errno
	}
	return nil
}
