package namespace

import (
	"encoding/binary"
	"os"
	"os/exec"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"
)

// firstThread finds the first thread from whichever other it begins on. It runs
// in a process of its own, since the thread is lost to the runtime thereafter.
func TestFirstThread(t *testing.T) {
	if elsewhere(t) {
		return
	}
	err := awayFromFirst(func() error {
		return firstThread(func() error {
			if tid := unix.Gettid(); tid != unix.Getpid() {
				t.Errorf("on thread %d of %d", tid, unix.Getpid())
			}
			return unix.EXDEV
		}, maxHops)
	})
	if err != unix.EXDEV {
		t.Errorf("error %v", err)
	}
}

// elsewhere runs the test in a process of its own, unless this is it.
func elsewhere(t *testing.T) bool {
	t.Helper()
	const child = "NLBOX_TEST_ALONE"
	if os.Getenv(child) != "" {
		return false
	}
	cmd := exec.Command("/proc/self/exe", "-test.run=^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), child+"=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	return true
}

// awayFromFirst runs fn on another thread than the first.
func awayFromFirst(fn func() error) error {
	done := make(chan outcome, 1)
	go capture(func() error {
		runtime.LockOSThread()
		if unix.Gettid() != unix.Getpid() {
			return fn()
		}
		// While the first thread is held here, fn runs on another; then it is
		// given back, for fn to find.
		started, free := make(chan bool), make(chan bool)
		inner := make(chan outcome, 1)
		go capture(func() error {
			runtime.LockOSThread()
			close(started)
			<-free
			return fn()
		}, inner)
		<-started
		runtime.UnlockOSThread()
		close(free)
		return (<-inner).resume()
	}, done)
	return (<-done).resume()
}

// While fn runs no goroutine gets the first thread: not of as many, all locked at
// once, as there cannot be other idle threads for. In a process of its own, as above.
func TestStay(t *testing.T) {
	if elsewhere(t) {
		return
	}
	err := Stay(func() error {
		const many = 4 * maxHops
		got, free := make(chan int, many), make(chan bool)
		for range many {
			go func() {
				runtime.LockOSThread()
				defer runtime.UnlockOSThread()
				got <- unix.Gettid()
				<-free
			}()
		}
		for range many {
			if <-got == unix.Getpid() {
				t.Error("a goroutine has the first thread")
			}
		}
		close(free)
		return unix.EXDEV
	})
	if err != unix.EXDEV {
		t.Errorf("error %v", err)
	}
}

// A thread that has moved does not hop: the first one is elsewhere.
func TestFirstThreadMoved(t *testing.T) {
	err := Thread(func() error {
		if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
			return err
		}
		tid := unix.Gettid()
		return firstThread(func() error {
			if unix.Gettid() != tid {
				t.Error("left its thread")
			}
			return nil
		}, maxHops)
	})
	if err == unix.EPERM {
		t.Skip(err)
	}
	if err != nil {
		t.Error(err)
	}
}

func TestEvents(t *testing.T) {
	type event struct {
		name  string
		added bool
	}
	record := func(mask byte, name string, size byte) []byte {
		b := make([]byte, unix.SizeofInotifyEvent+int(size))
		copy(b[unix.SizeofInotifyEvent:], name)
		binary.NativeEndian.PutUint32(b[4:], uint32(mask)<<8)
		binary.NativeEndian.PutUint32(b[12:], uint32(size))
		return b
	}
	const create, remove, moved = unix.IN_CREATE >> 8, unix.IN_DELETE >> 8, 0
	var all []byte
	all = append(all, record(create, "a", 16)...)
	all = append(all, record(moved, "x", 16)...)
	all = append(all, record(remove, "sixteen-letters!", 16)...)
	all = append(all, record(create, "", 0)...)
	want := []event{{"a", true}, {"sixteen-letters!", false}, {"", true}}
	for cut := range len(all) + 1 {
		var got []event
		events(all[:cut], func(name string, added bool) { got = append(got, event{name, added}) })
		if len(got) > len(want) || cut == len(all) && len(got) != len(want) {
			t.Fatalf("cut at %d: %v", cut, got)
		}
		for i := range got {
			if got[i] != want[i] {
				t.Errorf("cut at %d: %v", cut, got)
			}
		}
	}
}
