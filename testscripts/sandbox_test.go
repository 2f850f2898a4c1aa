package testscripts

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/sys/unix"
)

// etc is the /etc of every script.
//
//go:embed etc
var etc embed.FS

// inUserNamespace marks the test process that an ordinary user's test process
// started as the root of a user namespace.
const inUserNamespace = "NLBOX_TESTSCRIPTS_IN_USERNS"

// reachSandbox makes sure that this process may build sandboxes. Where it may
// not, it starts itself anew as root of a user namespace, and ends with that
// process's status. It returns why neither works.
func reachSandbox() error {
	refused := probeSandbox()
	if refused == nil || os.Getenv(inUserNamespace) != "" {
		return refused
	}
	cmd := exec.Command("/proc/self/exe", os.Args[1:]...)
	cmd.Args[0] = os.Args[0]
	cmd.Env = append(os.Environ(), inUserNamespace+"=1")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.SysProcAttr = rootOfUserNamespace()
	// The child's end of life hangs on the thread that started it.
	runtime.LockOSThread()
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("%w; in a user namespace: %w", refused, err)
	}
	signal.Ignore(os.Interrupt) // the terminal sends it to the child too
	err := cmd.Wait()
	var exit *exec.ExitError
	switch {
	case err == nil:
		os.Exit(0)
	case errors.As(err, &exit) && exit.Exited():
		os.Exit(exit.ExitCode())
	default:
		fmt.Fprintln(os.Stderr, "test process in the user namespace:", err)
		os.Exit(1)
	}
	panic("unreachable")
}

// probeSandbox builds a sandbox on a thread that is then thrown away.
func probeSandbox() error {
	return onNewThread(func() error {
		if err := newHost(); err != nil {
			return err
		}
		return privateEtc()
	})
}

// onNewThread runs f on a thread of its own that no other goroutine will ever
// run on, so that f may leave it in any namespace.
func onNewThread(f func() error) error {
	done := make(chan error)
	go func() {
		runtime.LockOSThread()
		done <- f()
	}()
	return <-done
}

// setup gives a script its world. testscript runs it and every command of the
// script on one goroutine, whose thread stays in the new namespaces and ends
// with it; the kernel then takes the namespaces down.
func setup(env *testscript.Env) error {
	if strings.HasPrefix(env.WorkDir, "/run/") {
		return errors.New("set TMPDIR to a directory outside /run: the scripts have a /run of their own")
	}
	runtime.LockOSThread()
	if err := newHost(); err != nil {
		return err
	}
	if err := privateEtc(); err != nil {
		return err
	}
	// Whoever runs the tests may have a language and a time zone of their own.
	env.Setenv("LC_ALL", "C")
	env.Setenv("TZ", "UTC")
	// Under the race detector every program would sleep a second at its end.
	if os.Getenv("GORACE") == "" {
		env.Setenv("GORACE", "atexit_sleep_ms=0")
	}
	programs, err := ownPrograms(env.WorkDir)
	if err != nil {
		return err
	}
	env.Setenv("PATH", programs+":"+world.path)
	s := &session{work: env.WorkDir, exactKernel: *update || onGoldenKernel()}
	env.Values[sessionKey{}] = s
	env.Defer(s.close)
	env.Defer(func() {
		if *oracle {
			return
		}
		if err := checkSchemas(); err != nil {
			env.T().Fatal("docs/schemas: ", err)
		}
	})
	return s.prepareGolden()
}

// newHost moves the calling thread to a machine of its own: a network
// namespace as the kernel makes it, and below / a private /run and /sys.
func newHost() error {
	if err := unix.Unshare(unix.CLONE_NEWNET | unix.CLONE_NEWNS); err != nil {
		return fmt.Errorf("unshare network and mount namespace: %w", err)
	}
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("make / private: %w", err)
	}
	if err := unix.Mount("tmpfs", "/run", "tmpfs", 0, "mode=0755"); err != nil {
		return fmt.Errorf("mount /run: %w", err)
	}
	if err := unix.Mount("sysfs", "/sys", "sysfs", 0, ""); err != nil {
		return fmt.Errorf("mount /sys: %w", err)
	}
	quietIPv6()
	return nil
}

// quietIPv6 keeps IPv6 from doing things by itself in this network namespace:
// no link-local addresses, no duplicate address detection and no router
// solicitations, whose time of coming no golden could know. A script that shows
// them says `ip link set DEV addrgenmode eui64`.
func quietIPv6() {
	for _, conf := range []string{"all", "default"} {
		for _, knob := range [][2]string{
			{"accept_dad", "0"}, {"dad_transmits", "0"}, {"router_solicitations", "0"},
			{"accept_ra", "0"}, {"autoconf", "0"}, {"addr_gen_mode", "1"},
		} {
			// A kernel without IPv6 has none of the files, and none of the noise.
			os.WriteFile("/proc/sys/net/ipv6/conf/"+conf+"/"+knob[0], []byte(knob[1]), 0)
		}
	}
}

// privateEtc puts a small /etc of fixed files over the machine's, so that names
// mean the same everywhere and nobody asks the DNS. What programs need to start
// at all is taken over.
func privateEtc() error {
	const place = "/run/etc"
	if err := os.Mkdir(place, 0o755); err != nil {
		return err
	}
	if err := unix.Mount("tmpfs", place, "tmpfs", 0, "mode=0755"); err != nil {
		return fmt.Errorf("mount a new /etc: %w", err)
	}
	if err := copyFixed(place); err != nil {
		return err
	}
	if cache, err := os.ReadFile("/etc/ld.so.cache"); err == nil {
		os.WriteFile(place+"/ld.so.cache", cache, 0o644)
	}
	copyLinks("/etc/alternatives", place+"/alternatives")
	if err := unix.Mount(place, "/etc", "", unix.MS_MOVE, ""); err != nil {
		return fmt.Errorf("move the new /etc: %w", err)
	}
	// Newer distributions keep iproute2's name tables here.
	if _, err := os.Stat("/usr/share/iproute2"); err == nil {
		unix.Mount("tmpfs", "/usr/share/iproute2", "tmpfs", 0, "mode=0755")
	}
	return os.Remove(place)
}

// copyFixed writes the embedded etc below place.
func copyFixed(place string) error {
	return fs.WalkDir(etc, "etc", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		to := filepath.Join(place, strings.TrimPrefix(name, "etc"))
		if d.IsDir() {
			return os.MkdirAll(to, 0o755)
		}
		data, err := etc.ReadFile(name)
		if err != nil {
			return err
		}
		return os.WriteFile(to, data, 0o644)
	})
}

// copyLinks makes the symbolic links of one directory in another.
func copyLinks(from, to string) {
	entries, err := os.ReadDir(from)
	if err != nil {
		return
	}
	os.Mkdir(to, 0o755)
	for _, e := range entries {
		if target, err := os.Readlink(filepath.Join(from, e.Name())); err == nil {
			os.Symlink(target, filepath.Join(to, e.Name()))
		}
	}
}
