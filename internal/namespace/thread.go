package namespace

import (
	"runtime"

	"github.com/vishvananda/netns"
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
)

// Do runs fn inside of the namespace name, on a thread of its own that has
// entered it as Enter does, and returns its error. The caller waits and stays
// where it is. Calls may run side by side and inside of each other: an inner one
// begins where its caller is.
//
// Goroutines that fn starts are not in the namespace, since they run on other
// threads. A socket stays in the namespace that it was opened in, whoever uses
// it.
func Do(name string, warn func(string), fn func() error) error {
	return Thread(func() error {
		if err := Enter(name, warn); err != nil {
			return err
		}
		return fn()
	})
}

// DoNet is Do for an fn that reads neither /sys nor /etc, mounts nothing and does
// not move its thread: the calling thread itself enters the network namespace,
// and comes back. It costs a fraction of Do.
func DoNet(name string, fn func() error) error {
	_, err := away(func() error {
		if err := enterNet(name); err != nil {
			return err
		}
		return fn()
	})
	return err
}

// away runs fn, which may move to other network namespaces, on the calling
// thread, and brings it back. Where the kernel bars the way back, because the
// namespace belongs to a user namespace that we have no rights in, fn is run on
// a thread of its own, and barred says why.
func away(fn func() error) (barred, err error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	home, err := netns.GetFromPath(ownNet)
	if err != nil {
		return nil, failed(1, noHome, err)
	}
	defer home.Close()
	// To come back takes the same rights as to come from where we are.
	if barred := netns.Set(home); barred != nil {
		return barred, Thread(fn)
	}
	defer func() {
		if err := netns.Set(home); err != nil {
			panic("namespace: no way back: " + err.Error())
		}
	}()
	return nil, fn()
}

// Run runs fn, the rest of an applet's call, inside of the namespace name. Where
// the call has the process for itself it enters the namespace for good, as the
// original does; another comes back.
//
// A mount namespace costs more than most calls, and no applet looks at what is
// special in it, save for files of /etc/netns/NAME: without them only the network
// namespace is entered, and env.Inside enters the other for those who want it.
func Run(env *applet.Env, name string, fn func() error) error {
	warn := func(line string) { env.Warn(line + "\n") }
	etc := hasEtc(name)
	if env.Alone {
		stay := func() error {
			if err := enterNet(name); err != nil {
				return err
			}
			env.Mounts = mountsHere(name, warn)
			if etc {
				return env.Inside(fn)
			}
			return fn()
		}
		if env.Pinned {
			// To lock the thread once more would start another.
			return stay()
		}
		return firstThread(stay, maxHops)
	}
	_, err := away(func() error { return visit(env, name, etc, warn, fn) })
	return err
}

// visit runs fn in the namespace name. The calling thread stays in it, unless fn
// needs files of /etc/netns and so a thread of its own.
func visit(env *applet.Env, name string, etc bool, warn func(string), fn func() error) error {
	defer func(outer func(func() error) error) { env.Mounts = outer }(env.Mounts)
	if etc {
		env.Mounts = nil
		return Do(name, warn, fn)
	}
	env.Mounts = mountsAway(name, warn)
	if err := enterNet(name); err != nil {
		return err
	}
	return fn()
}

// mountsHere is Env.Mounts of a call that stays in the namespace name: the
// calling thread enters the mount namespace, once.
func mountsHere(name string, warn func(string)) func(func() error) error {
	done := false
	return func(fn func() error) error {
		if !done {
			if err := enterMounts(name, warn); err != nil {
				return err
			}
			done = true
		}
		return fn()
	}
}

// mountsAway is Env.Mounts of a call that leaves the namespace name again, which
// no thread does that has left the mount namespace of the others.
func mountsAway(name string, warn func(string)) func(func() error) error {
	inside := false
	return func(fn func() error) error {
		if inside {
			return fn()
		}
		return Thread(func() error {
			if err := enterMounts(name, warn); err != nil {
				return err
			}
			inside = true
			defer func() { inside = false }()
			return fn()
		})
	}
}

// maxHops is more than the threads that the Go runtime has when a call begins.
const maxHops = 16

// firstThread runs fn on the process's first thread, which the others see the
// process by: what it is in, `ip netns pids` finds the process in. The main
// goroutine is there, save that the runtime has moved it once in a while. Each
// hop then takes a thread away from the runtime, until the first one is left.
func firstThread(fn func() error, hops int) error {
	runtime.LockOSThread()
	if unix.Gettid() == unix.Getpid() || hops == 0 || !withFirst() {
		return fn()
	}
	done := make(chan outcome, 1)
	go capture(func() error { return firstThread(fn, hops-1) }, done)
	return (<-done).resume()
}

// Stay runs fn on another goroutine while the process's first thread waits where
// it is: others see the process there (`ip netns pids`, `ip link set … netns PID`),
// whatever namespaces fn visits in the meantime. The caller's thread is not given
// back.
func Stay(fn func() error) error {
	return firstThread(func() error {
		done := make(chan outcome, 1)
		go capture(fn, done)
		return (<-done).resume()
	}, maxHops)
}

// withFirst tells whether the calling thread is where the first one is.
func withFirst() bool {
	for _, ns := range []string{"net", "mnt"} {
		own, err := statInode("/proc/thread-self/ns/" + ns)
		first, err2 := statInode("/proc/self/ns/" + ns)
		if err != nil || err2 != nil || own != first {
			return false
		}
	}
	return true
}

// Thread runs fn on a thread of its own, which begins in the network and mount
// namespaces of the caller, and waits for it. fn may move the thread wherever it
// likes (unshare, setns): the thread ends with it and runs nothing else.
//
// A panic of fn and a runtime.Goexit in it (t.FailNow) go on in the caller.
func Thread(fn func() error) error { return Start(fn)() }

// Start is Thread that does not wait: wait does, and is called once. Each fn
// has a thread for as long as it runs, and the Go runtime ends a process with
// more than 10000 of them (debug.SetMaxThreads).
func Start(fn func() error) (wait func() error) {
	from, err := here()
	if err != nil {
		return func() error { return err }
	}
	done := make(chan outcome, 1)
	go onThread(from, fn, done)
	return func() error { return (<-done).resume() }
}

// onThread runs fn on this goroutine's thread and never gives the thread back.
func onThread(from *place, fn func() error, done chan<- outcome) {
	runtime.LockOSThread()
	if unix.Gettid() == unix.Getpid() {
		// The process's first thread outlives its goroutine: it would stay in
		// the namespace, and hold it, for as long as the process lives. While
		// it is locked here the next goroutine runs on another thread.
		inner := make(chan outcome, 1)
		go onThread(from, fn, inner)
		done <- <-inner
		runtime.UnlockOSThread()
		return
	}
	capture(func() error {
		err := from.follow()
		from.close()
		if err != nil {
			return err
		}
		return fn()
	}, done)
}

// outcome is how a function on another goroutine ended.
type outcome struct {
	err              error
	panic            any
	panicked, goexit bool
}

// capture runs fn and sends how it ended.
func capture(fn func() error, done chan<- outcome) {
	out := outcome{goexit: true}
	defer func() {
		if out.goexit {
			// fn did not return: either it panicked, or recover finds nothing.
			if p := recover(); p != nil {
				out = outcome{panic: p, panicked: true}
			}
		}
		done <- out
	}()
	out = outcome{err: fn()}
}

// resume ends the calling goroutine's part as the function's ended.
func (o outcome) resume() error {
	switch {
	case o.goexit:
		runtime.Goexit()
	case o.panicked:
		panic(o.panic)
	}
	return o.err
}

// place is where a thread is: its namespaces, and its directory in the mounts
// of that namespace.
type place struct {
	net, mnt inode
	// netFd, mntFd and dirFd are for those who are elsewhere.
	netFd, mntFd, dirFd int
}

// here is the place of the calling thread. The descriptors are open in the
// caller's table, which all threads share.
func here() (*place, error) {
	p := &place{netFd: -1, mntFd: -1, dirFd: -1}
	var err error
	if p.net, p.netFd, err = openPlace(ownNet); err == nil {
		p.mnt, p.mntFd, err = openPlace(ownMnt)
	}
	if err == nil {
		p.dirFd, err = unix.Open(".", unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	}
	if err != nil {
		p.close()
		return nil, failed(1, noHome, err)
	}
	return p, nil
}

func openPlace(path string) (inode, int, error) {
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return inode{}, -1, err
	}
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		unix.Close(fd)
		return inode{}, -1, err
	}
	return inodeOf(&st), fd, nil
}

func (p *place) close() {
	for _, fd := range []int{p.netFd, p.mntFd, p.dirFd} {
		if fd >= 0 {
			unix.Close(fd)
		}
	}
}

// follow moves the calling thread to p. A thread that is there already, as all
// are unless the caller has moved its own, is left alone.
func (p *place) follow() error {
	if net, err := statInode(ownNet); err != nil || net != p.net {
		if err := unix.Setns(p.netFd, unix.CLONE_NEWNET); err != nil {
			return failed(entryFailed, "setting the network namespace failed", err)
		}
	}
	if mnt, err := statInode(ownMnt); err == nil && mnt == p.mnt {
		return nil
	}
	// The directory is shared with the other threads until it is unshared, and
	// the kernel gives another mount namespace to no thread that shares it.
	if err := unix.Unshare(unix.CLONE_FS); err != nil {
		return failed(entryFailed, "unshare failed", err)
	}
	if err := unix.Setns(p.mntFd, unix.CLONE_NEWNS); err != nil {
		return failed(entryFailed, "setting the mount namespace failed", err)
	}
	if err := unix.Fchdir(p.dirFd); err != nil {
		return failed(entryFailed, "Cannot change the directory", err)
	}
	return nil
}
