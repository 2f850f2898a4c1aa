package rehearse

import (
	"os"
	"runtime"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
)

// machine is a host that runs: a thread that holds its namespaces and from which
// its processes are started.
type machine struct {
	*Host
	calls chan func()
	// netns is the network namespace, for others to put interfaces there.
	netns *os.File
	// conn and watch serve until the interfaces are ready; settled holds what
	// is to be done with each of them then.
	conn    *rtnl.Socket
	watch   *watcher
	settled []func()
}

// startMachine makes the namespaces of a host: network, mount and UTS (the
// hostname).
func startMachine(h *Host) (*machine, error) {
	m := &machine{Host: h, calls: make(chan func())}
	ready := make(chan error)
	go func() {
		// Never unlocked: the namespaces are this thread's for good.
		runtime.LockOSThread()
		err := m.settle()
		ready <- err
		if err != nil {
			return
		}
		for call := range m.calls {
			call()
		}
	}()
	return m, <-ready
}

// settle moves the calling thread into the new namespaces.
func (m *machine) settle() error {
	if err := unix.Unshare(unix.CLONE_NEWNET | unix.CLONE_NEWNS | unix.CLONE_NEWUTS); err != nil {
		return &os.SyscallError{Syscall: "unshare", Err: err}
	}
	if err := unix.Sethostname([]byte(m.Name)); err != nil {
		return &os.SyscallError{Syscall: "sethostname", Err: err}
	}
	if err := mountHost(m.Name); err != nil {
		return err
	}
	netns, err := os.Open("/proc/thread-self/ns/net")
	if err != nil {
		return err
	}
	m.netns = netns
	for _, c := range hazards() {
		if err := unix.Prctl(unix.PR_CAPBSET_DROP, c, 0, 0, 0); err != nil && err != unix.EINVAL {
			return &os.SyscallError{Syscall: "prctl", Err: err}
		}
	}
	return nil
}

// do runs f on the machine's thread, and so in its namespaces.
func (m *machine) do(f func() error) error {
	done := make(chan error)
	m.calls <- func() { done <- f() }
	return <-done
}

// hazards are the capabilities of root that reach beyond every namespace: over
// the kernel's modules, its memory and ports, its clock. No process of a host
// gets them.
func hazards() []uintptr {
	return []uintptr{
		unix.CAP_SYS_MODULE, unix.CAP_SYS_RAWIO, unix.CAP_SYS_TIME, unix.CAP_SYS_BOOT,
		unix.CAP_SYSLOG, unix.CAP_WAKE_ALARM, unix.CAP_MAC_ADMIN, unix.CAP_MAC_OVERRIDE,
		unix.CAP_AUDIT_CONTROL, unix.CAP_MKNOD,
	}
}
