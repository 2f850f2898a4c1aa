// Package nstest gives tests a network of their own: a thread with a network
// and a mount namespace that nothing else sees, with an empty /run, its own
// /sys and loopback. It works as root and, by way of a user namespace, as an
// ordinary user.
//
// It is for tests only and may import the standard library, x/sys/unix and
// internal/namespace.
package nstest

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/namespace"
)

// inside marks a process that Main has put into a user namespace; its value is
// empty, or why there is none.
const inside = "NLBOX_TEST_USERNS"

// Main is a TestMain: as an ordinary user it runs the tests as root of a user
// namespace. Where the kernel refuses that, World skips. It returns the status
// for os.Exit.
func Main(m *testing.M) int {
	if _, again := os.LookupEnv(inside); os.Geteuid() == 0 || again {
		return m.Run()
	}
	cmd := UserNS(os.Args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		return exit.ExitCode()
	}
	os.Setenv(inside, "no user namespace: "+err.Error())
	return m.Run()
}

// UserNS is this test binary as root of a new user namespace, with network and
// mount namespaces that belong to it.
func UserNS(args ...string) *exec.Cmd {
	cmd := exec.Command("/proc/self/exe", args...)
	cmd.Env = append(os.Environ(), inside+"=")
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  unix.CLONE_NEWUSER | unix.CLONE_NEWNET | unix.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Geteuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getegid(), Size: 1}},
	}
	return cmd
}

// World runs fn in a network and mount namespace of its own. Tests may call it
// in parallel. It skips the test where the kernel allows none.
func World(t testing.TB, fn func()) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("needs root or a user namespace: " + os.Getenv(inside))
	}
	err := namespace.Thread(func() error {
		if err := private(); err != nil {
			return err
		}
		fn()
		return nil
	})
	if errors.Is(err, unix.EPERM) {
		t.Skip("no namespaces for tests: ", err)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// private moves the calling thread into new namespaces.
func private() error {
	if err := unix.Unshare(unix.CLONE_NEWNET | unix.CLONE_NEWNS); err != nil {
		return &os.SyscallError{Syscall: "unshare", Err: err}
	}
	for _, m := range []struct {
		fstype, dir string
		flags       uintptr
	}{
		{"", "/", unix.MS_REC | unix.MS_PRIVATE},
		{"tmpfs", "/run", 0},
		{"sysfs", "/sys", 0},
	} {
		if err := unix.Mount("nstest", m.dir, m.fstype, m.flags, ""); err != nil {
			return &os.PathError{Op: "mount", Path: m.dir, Err: err}
		}
	}
	return nil
}
