package testscripts

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// rootOfUserNamespace makes a child root of a new user namespace, with network
// and mount namespaces that belong to it.
func rootOfUserNamespace() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{
		Cloneflags:  unix.CLONE_NEWUSER | unix.CLONE_NEWNET | unix.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Geteuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getegid(), Size: 1}},
		Pdeathsig:   syscall.SIGKILL,
	}
}

// nonroot is a program for scripts: `nonroot CMD ARG…` runs CMD without any
// capability and without a way to gain one, which is what the kernel looks at
// when it refuses an ordinary user. The user id stays, because a user namespace
// of one user has no other.
func nonroot() {
	if err := dropPrivilege(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "nonroot:", err)
	}
	os.Exit(126)
}

func dropPrivilege(argv []string) error {
	if len(argv) == 0 {
		return errors.New("usage: nonroot CMD ARG…")
	}
	path, err := exec.LookPath(argv[0])
	if err != nil {
		return err
	}
	runtime.LockOSThread()
	// No new capabilities for uid 0 on exec, and no going back on that.
	if err := unix.Prctl(unix.PR_SET_SECUREBITS, 0x2f, 0, 0, 0); err != nil {
		return fmt.Errorf("set securebits: %w", err)
	}
	if err := unix.Prctl(unix.PR_CAP_AMBIENT, unix.PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0); err != nil {
		return fmt.Errorf("clear ambient capabilities: %w", err)
	}
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var none [2]unix.CapUserData
	_, _, errno := unix.Syscall(unix.SYS_CAPSET, uintptr(unsafe.Pointer(&header)), uintptr(unsafe.Pointer(&none[0])), 0)
	if errno != 0 {
		return fmt.Errorf("drop capabilities: %w", errno)
	}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("no new privileges: %w", err)
	}
	return unix.Exec(path, argv, os.Environ())
}

// ownPrograms returns the directory of this test's programs. With -oracle it is
// one that holds nonroot alone, for the machine's tools are to be found.
func ownPrograms(work string) (string, error) {
	program, err := exec.LookPath("nonroot")
	if err != nil || !*oracle {
		return filepath.Dir(program), err
	}
	dir := filepath.Join(work, ".nonroot")
	if err := os.Mkdir(dir, 0o755); err != nil {
		return "", err
	}
	return dir, os.Symlink(program, filepath.Join(dir, "nonroot"))
}
