package testscripts

import (
	"runtime"

	"golang.org/x/sys/unix"
)

// host is a further machine of a script: network and mount namespaces of their
// own, below the script's, held by a thread that runs what is asked of it.
type host struct {
	name   string
	thread int // its thread's id, good wherever the kernel takes a pid for a namespace
	calls  chan func()
}

// startHost starts a host on a new thread, from the namespaces of the caller.
func startHost(name string) (*host, error) {
	h := &host{name: name, calls: make(chan func())}
	ready := make(chan error)
	// The new thread must be cloned from the script's, to start in its mount
	// namespace: join it by hand, for the runtime clones from any.
	mounts, err := unix.Open("/proc/thread-self/ns/mnt", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	defer unix.Close(mounts)
	go func() {
		runtime.LockOSThread()
		err := unix.Unshare(unix.CLONE_FS)
		if err == nil {
			err = unix.Setns(mounts, unix.CLONE_NEWNS)
		}
		if err == nil {
			err = newHost()
		}
		h.thread = unix.Gettid()
		ready <- err
		if err != nil {
			return
		}
		for call := range h.calls {
			call()
		}
	}()
	return h, <-ready
}

// do runs call on the host's thread and waits for it.
func (h *host) do(call func()) {
	done := make(chan struct{})
	h.calls <- func() {
		defer close(done)
		call()
	}
	<-done
}

// leave ends the thread, and with it the host.
func (h *host) leave() { close(h.calls) }
