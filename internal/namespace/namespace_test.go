package namespace_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/namespace"
	"github.com/nlbox/nlbox/internal/namespace/nstest"
)

func TestMain(m *testing.M) { os.Exit(nstest.Main(m)) }

// TestInUserNamespace runs all the other tests once more as root of a user
// namespace.
func TestInUserNamespace(t *testing.T) {
	if os.Getenv("NLBOX_TEST_NESTED") != "" {
		t.Skip("is nested")
	}
	cmd := nstest.UserNS("-test.v")
	cmd.Env = append(cmd.Env, "NLBOX_TEST_NESTED=1")
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Skip("no user namespace: ", err)
	}
	if err != nil || !strings.Contains(string(out), "--- PASS: TestAddListDelete") {
		t.Errorf("%v\n%s", err, out)
	}
}

// here is the network namespace of the calling thread.
func here(t testing.TB) uint64 { return inode(t, "/proc/thread-self/ns/net") }

func inode(t testing.TB, path string) uint64 {
	t.Helper()
	var st unix.Stat_t
	if err := unix.Stat(path, &st); err != nil {
		t.Fatal(path, ": ", err)
	}
	return st.Ino
}

func add(t testing.TB, names ...string) {
	t.Helper()
	for _, name := range names {
		if err := namespace.Add(name, nil); err != nil {
			t.Fatal(err)
		}
	}
}

// wantExit checks the status and the text of an error.
func wantExit(t testing.TB, err error, code int, text string) {
	t.Helper()
	if c, s := applet.Status(err); c != code || s != text {
		t.Errorf("got status %d and %q, want %d and %q", c, s, code, text)
	}
}

func TestAddListDelete(t *testing.T) {
	nstest.World(t, func() {
		home := here(t)
		if _, err := namespace.List(); err != unix.ENOENT {
			t.Errorf("List without a directory: %v", err)
		}
		names := []string{"a", "b", "-x", strings.Repeat("n", 255)}
		add(t, names...)
		if here(t) != home {
			t.Error("Add left the thread in the new namespace")
		}
		got, err := namespace.List()
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(got)
		want := slices.Sorted(slices.Values(names))
		if !slices.Equal(got, want) {
			t.Errorf("List: %q, want %q", got, want)
		}
		seen := map[uint64]bool{home: true}
		for _, name := range names {
			ino := inode(t, namespace.Path(name))
			if seen[ino] {
				t.Errorf("%q is not a namespace of its own", name)
			}
			seen[ino] = true
		}
		if st, err := os.Stat(namespace.Dir); err != nil || st.Mode().Perm() != 0o755 {
			t.Errorf("directory: %v %v", st.Mode(), err)
		}
		for _, name := range names {
			if err := namespace.Delete(name); err != nil {
				t.Error(err)
			}
		}
		if got, _ := namespace.List(); len(got) != 0 {
			t.Errorf("left over: %q", got)
		}
	})
}

func TestErrors(t *testing.T) {
	nstest.World(t, func() {
		add(t, "a")
		if err := os.WriteFile(namespace.Path("stale"), nil, 0o644); err != nil {
			t.Fatal(err)
		}
		nothing := func() error { return nil }
		for _, c := range []struct {
			what string
			err  error
			code int
			text string
		}{
			{"add twice", namespace.Add("a", nil), 1, `Cannot create namespace file "/run/netns/a": File exists`},
			{"add in a directory", namespace.Add("no/x", nil), 1, `Cannot create namespace file "/run/netns/no/x": No such file or directory`},
			{"add a long name", namespace.Add(strings.Repeat("n", 256), nil), 1,
				`Cannot create namespace file "/run/netns/` + strings.Repeat("n", 256) + `": File name too long`},
			{"delete", namespace.Delete("nope"), 1, `Cannot remove namespace file "/run/netns/nope": No such file or directory`},
			{"attach", namespace.Attach("b", 999999999, nil), 1,
				`Bind /proc/999999999/ns/net -> /run/netns/b failed: No such file or directory`},
			{"attach twice", namespace.Attach("a", os.Getpid(), nil), 1, `Cannot create namespace file "/run/netns/a": File exists`},
			{"enter", namespace.Do("nope", nil, nothing), 255, `Cannot open network namespace "nope": No such file or directory`},
			{"enter a stale one", namespace.Do("stale", nil, nothing), 255, `setting the network namespace "stale" failed: Invalid argument`},
			{"enter nothing", namespace.Do("", nil, nothing), 255, `setting the network namespace "" failed: Invalid argument`},
			{"net only", namespace.DoNet("nope", nothing), 255, `Cannot open network namespace "nope": No such file or directory`},
			{"pids", namespace.Pids("nope", nil), 1, `Cannot open network namespace: No such file or directory`},
		} {
			if code, text := applet.Status(c.err); code != c.code || text != c.text {
				t.Errorf("%s: status %d, %q; want %d, %q", c.what, code, text, c.code, c.text)
			}
		}
		_, err := namespace.Identify("999999999")
		wantExit(t, err, 1, "Cannot open network namespace: No such file or directory")
		if !errors.Is(err, unix.ENOENT) {
			t.Error("the errno is not in the error")
		}
		// A failed attach leaves nothing; a stale file can be deleted.
		if err := namespace.Delete("stale"); err != nil {
			t.Error(err)
		}
		if got, _ := namespace.List(); !slices.Equal(got, []string{"a"}) {
			t.Errorf("left: %q", got)
		}
	})
}

func TestDirIsAFile(t *testing.T) {
	nstest.World(t, func() {
		if err := os.WriteFile(namespace.Dir, nil, 0o644); err != nil {
			t.Fatal(err)
		}
		wantExit(t, namespace.Add("a", nil), 1, `Cannot open netns runtime directory "/run/netns": Not a directory`)
		wantExit(t, namespace.Each(func(string) bool { return true }), 1, "Failed to open directory /run/netns: Not a directory")
		_, err := namespace.Identify("self")
		wantExit(t, err, 1, "Failed to open directory /run/netns:Not a directory")
	})
}

func TestDirCannotBeMade(t *testing.T) {
	nstest.World(t, func() {
		if err := unix.Mount("", "/run", "", unix.MS_REMOUNT|unix.MS_RDONLY, ""); err != nil {
			t.Fatal(err)
		}
		wantExit(t, namespace.Add("a", nil), 1, "mkdir /run/netns failed: Read-only file system")
	})
}

func TestIdentifyAndPids(t *testing.T) {
	nstest.World(t, func() {
		add(t, "a", "b")
		if name, err := namespace.Identify("self"); name != "" || err != nil {
			t.Errorf("outside: %q, %v", name, err)
		}
		err := namespace.Do("b", nil, func() error {
			name, err := namespace.Identify("self")
			if name != "b" {
				t.Errorf("inside: %q", name)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
		child := sleeper(t, "a")
		if name, err := namespace.Identify(child); name != "a" || err != nil {
			t.Errorf("child: %q, %v", name, err)
		}
		var pids []string
		if err := namespace.Pids("a", func(pid string) { pids = append(pids, pid) }); err != nil {
			t.Error(err)
		}
		if !slices.Equal(pids, []string{child}) {
			t.Errorf("pids %q, want %q", pids, child)
		}
		// The directory's last name wins.
		pid, _ := strconv.Atoi(child)
		if err := namespace.Attach("c", pid, nil); err != nil {
			t.Fatal(err)
		}
		names, _ := namespace.List()
		want := "a"
		if slices.Index(names, "c") > slices.Index(names, "a") {
			want = "c"
		}
		if name, _ := namespace.Identify(child); name != want {
			t.Errorf("of %q got %q, want %q", names, name, want)
		}
	})
}

// sleeper starts a process in a namespace and returns its pid.
func sleeper(t testing.TB, name string) string {
	cmd := exec.Command("cat")
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := namespace.Do(name, nil, cmd.Start); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stdin.Close(); cmd.Wait() })
	return strconv.Itoa(cmd.Process.Pid)
}

func TestDo(t *testing.T) {
	nstest.World(t, func() {
		add(t, "a")
		home, mounts := here(t), inode(t, "/proc/thread-self/ns/mnt")
		want := errors.New("of fn")
		err := namespace.Do("a", nil, func() error {
			if here(t) != inode(t, namespace.Path("a")) {
				t.Error("not in the namespace")
			}
			if inode(t, "/proc/thread-self/ns/mnt") == mounts {
				t.Error("not in a mount namespace of its own")
			}
			if source := sysSource(t); source != "a" {
				t.Errorf("/sys is of %q", source)
			}
			if names := ls(t, "/sys/class/net"); !slices.Equal(names, []string{"lo"}) {
				t.Errorf("/sys/class/net: %q", names)
			}
			return want
		})
		if err != want {
			t.Errorf("error %v", err)
		}
		if here(t) != home || sysSource(t) != "nstest" {
			t.Error("the caller was moved")
		}
	})
}

func ls(t testing.TB, dir string) []string {
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Error(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// sysSource is what the uppermost mount on /sys was mounted from.
func sysSource(t testing.TB) string {
	source := ""
	for _, m := range mounts(t) {
		if m.dir == "/sys" {
			source = m.source
		}
	}
	return source
}

type mount struct{ dir, source string }

// mounts are those of the calling thread, from /proc/thread-self/mounts.
func mounts(t testing.TB) []mount {
	data, err := os.ReadFile("/proc/thread-self/mounts")
	if err != nil {
		t.Fatal(err)
	}
	var all []mount
	for line := range strings.Lines(string(data)) {
		f := strings.Fields(line)
		all = append(all, mount{dir: f[1], source: f[0]})
	}
	return all
}

func TestBindEtc(t *testing.T) {
	nstest.World(t, func() {
		// An /etc of our own, so that nothing of the machine's is covered.
		if err := unix.Mount("nstest", "/etc", "tmpfs", 0, ""); err != nil {
			t.Fatal(err)
		}
		write := func(name, text string) {
			os.MkdirAll(filepath.Dir(name), 0o755)
			if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		write("/etc/hosts", "outside")
		write("/etc/netns/a/hosts", "inside")
		write("/etc/netns/a/absent", "")
		write("/etc/iproute2/group", "outside")
		write("/etc/netns/a/iproute2/group", "inside")
		add(t, "a")
		var warnings []string
		err := namespace.Do("a", func(line string) { warnings = append(warnings, line) }, func() error {
			for _, name := range []string{"/etc/hosts", "/etc/iproute2/group"} {
				if data, err := os.ReadFile(name); string(data) != "inside" {
					t.Errorf("%s inside: %q, %v", name, data, err)
				}
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
		if data, _ := os.ReadFile("/etc/hosts"); string(data) != "outside" {
			t.Errorf("/etc/hosts outside: %q", data)
		}
		want := []string{"Bind /etc/netns/a/absent -> /etc/absent failed: No such file or directory"}
		if !slices.Equal(warnings, want) {
			t.Errorf("warnings %q, want %q", warnings, want)
		}
	})
}

// A call inside of a call begins where the outer one is.
func TestNested(t *testing.T) {
	nstest.World(t, func() {
		add(t, "a", "b")
		dir := t.TempDir()
		err := namespace.Do("a", nil, func() error {
			in := inode(t, "/proc/thread-self/ns/mnt")
			if err := unix.Mount("mark", dir, "tmpfs", 0, ""); err != nil {
				t.Error(err)
			}
			if err := unix.Chdir(dir); err != nil {
				t.Error(err)
			}
			err := namespace.Thread(func() error {
				if here(t) != inode(t, namespace.Path("a")) || inode(t, "/proc/thread-self/ns/mnt") != in {
					t.Error("Thread does not begin where its caller is")
				}
				if wd, err := unix.Getwd(); wd != dir || err != nil {
					t.Error("Thread does not begin in its caller's directory: ", wd, err)
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
			return namespace.Do("b", nil, func() error {
				if here(t) != inode(t, namespace.Path("b")) {
					t.Error("not in the inner namespace")
				}
				if !slices.ContainsFunc(mounts(t), func(m mount) bool { return m.source == "mark" }) {
					t.Error("the mounts of the outer call are gone")
				}
				return nil
			})
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// 200 namespaces side by side: every call is in its own, and no other goroutine
// ever is in one of them.
func TestSideBySide(t *testing.T) {
	const n = 200
	quiet := watch(t)
	defer quiet()
	nstest.World(t, func() {
		world := here(t)
		inos := make([]uint64, n)
		calls := make([]func() error, n)
		for i := range n {
			calls[i] = namespace.Start(func() (err error) {
				inos[i], err = liveIn(t, "ns"+strconv.Itoa(i))
				if here(t) != world {
					t.Error("the caller was moved")
				}
				return err
			})
		}
		for _, wait := range calls {
			if err := wait(); err != nil {
				t.Error(err)
			}
		}
		slices.Sort(inos)
		if len(slices.Compact(inos)) != n {
			t.Error("two names for one namespace")
		}
		onDir := 0
		for _, m := range mounts(t) {
			if m.dir == namespace.Dir {
				onDir++
			}
		}
		if onDir != 1 {
			t.Errorf("%d mounts on %s", onDir, namespace.Dir)
		}
	})
}

// liveIn adds a namespace, enters it in every way and returns which it is.
func liveIn(t *testing.T, name string) (uint64, error) {
	if err := namespace.Add(name, nil); err != nil {
		return 0, err
	}
	ino := inode(t, namespace.Path(name))
	check := func() error {
		for range 20 {
			runtime.Gosched()
			if got := here(t); got != ino {
				t.Errorf("%s: in %d, want %d", name, got, ino)
			}
		}
		return nil
	}
	return ino, errors.Join(
		namespace.Do(name, nil, check),
		namespace.DoNet(name, check),
		namespace.Do(name, nil, func() error { return namespace.DoNet(name, check) }))
}

// watch has goroutines look which namespace they are in, until the function
// that it returns is called. It must be the test's own one.
func watch(t *testing.T) (quiet func()) {
	home := here(t)
	var stop atomic.Bool
	var watchers sync.WaitGroup
	for range 2 {
		watchers.Go(func() {
			for !stop.Load() {
				if got := here(t); got != home {
					t.Errorf("a goroutine was run in namespace %d", got)
					return
				}
			}
		})
	}
	return func() {
		stop.Store(true)
		watchers.Wait()
		// The first thread is what the process is seen by.
		if got := inode(t, "/proc/self/ns/net"); got != home {
			t.Errorf("the process was left in namespace %d", got)
		}
	}
}

func TestPanicAndGoexit(t *testing.T) {
	func() {
		defer func() {
			if got := recover(); got != "of fn" {
				t.Errorf("recovered %v", got)
			}
		}()
		namespace.Thread(func() error { panic("of fn") })
	}()
	done := make(chan bool)
	go func() {
		defer close(done)
		namespace.Thread(func() error { runtime.Goexit(); return nil })
		t.Error("went on after Goexit")
	}()
	<-done
}
