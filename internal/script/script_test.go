package script

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/box"
)

// inside marks the process that the tests run in: a script's goroutines run on
// any thread, so it is the process that needs a network of its own.
const inside = "NLBOX_SCRIPT_TEST"

func TestMain(m *testing.M) {
	if name := filepath.Base(os.Args[0]); name != "nlbox" {
		if main, ok := box.Lookup(name); ok {
			os.Exit(applet.Run(main, box.ProcessEnv()))
		}
	}
	if slices.Contains(os.Args, "-test.fuzzworker") {
		// Its parent, which is inside, talks to it by inherited descriptors.
		os.Exit(m.Run())
	}
	if os.Getenv(inside) != "" {
		if err := private(); err != nil {
			fmt.Fprintln(os.Stderr, "no namespaces for tests:", err)
			os.Exit(1)
		}
		os.Exit(m.Run())
	}
	os.Exit(again())
}

// again runs this test binary in new namespaces.
func again() int {
	cmd := exec.Command("/proc/self/exe", os.Args[1:]...)
	cmd.Env = append(os.Environ(), inside+"=1")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWNET | unix.CLONE_NEWNS}
	if os.Geteuid() != 0 {
		cmd.SysProcAttr.Cloneflags |= unix.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{HostID: os.Geteuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{HostID: os.Getegid(), Size: 1}}
	}
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		return exit.ExitCode()
	}
	fmt.Println("SKIP: no namespaces for tests:", err)
	return 0
}

func private() error {
	if err := unix.Mount("", "/", "", unix.MS_PRIVATE|unix.MS_REC, ""); err != nil {
		return err
	}
	if err := unix.Mount("run", "/run", "tmpfs", 0, ""); err != nil {
		return err
	}
	return unix.Mount("sys", "/sys", "sysfs", 0, "")
}

// environ is what the scripts of the tests see.
func environ() []string {
	return []string{"PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", "HOME=/"}
}

// result is what came of a script.
type result struct {
	status      int
	out, errs   string
	ran, forked int64
}

// run runs the text of a script in dir.
func run(t testing.TB, text string, change ...func(*applet.Env, *Plan)) result {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "s.sh"), []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	out, errs := newSink(t), newSink(t)
	env := &applet.Env{
		Name: "nlbox", Stdin: strings.NewReader(""), Stdout: applet.NewOutput(out.w), Stderr: errs.w,
		Vars: environ(), Dir: dir, Lookup: box.Lookup,
	}
	plan := &Plan{File: "s.sh"}
	for _, c := range change {
		c(env, plan)
	}
	var r result
	r.status = applet.Run(func(env *applet.Env) error { return Run(env, plan) }, env)
	r.out, r.errs = out.text(), errs.text()
	return r
}

// sink is the other end of a pipe, so that the script's streams are files.
type sink struct {
	w    *os.File
	done chan string
}

func newSink(t testing.TB) *sink {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	s := &sink{w: w, done: make(chan string, 1)}
	go func() {
		data, _ := io.ReadAll(r)
		r.Close()
		s.done <- string(data)
	}()
	return s
}

func (s *sink) text() string {
	s.w.Close()
	return <-s.done
}

func stats(_ *applet.Env, p *Plan) { p.Stats = true }

// TestWhoRuns: which commands are calls, and which are processes.
func TestWhoRuns(t *testing.T) {
	for _, c := range []struct {
		script             string
		applets, processes int
	}{
		{"ip -V", 1, 0},
		{"ip -V; brctl -V; route -V; arp -V; ping -V", 5, 0},
		{"nlbox ip -V", 1, 0},
		{"command ip -V", 1, 0},
		{"exec ip -V", 1, 0},
		{"ip() { :; }; ip -V", 0, 0},
		{"ip -V | cat", 1, 1},
		{"x=$(ip -V); (ip -V); { ip -V; } >/dev/null", 3, 0},
		{"ip -V & wait", 1, 0},
		{"eval 'ip -V'", 1, 0},
		{"sh -c :", 0, 1},
		{"foo_route x 2>/dev/null", 0, 0},
		{"inet6_route -V", 1, 0},
		{"ip netns add n; ip netns exec n ip -V; ip netns del n", 4, 0},
		{"ip netns add n; ip netns exec n ip netns exec n ip -V; ip netns del n", 5, 0},
		{"ip netns add n; ip netns exec n sh -c :; ip netns del n", 3, 1},
		{"ip netns add n; ip -all netns exec ip -V; ip netns del n", 4, 0},
		{"ip netns add n; nsenter --net=/run/netns/n ip -V; ip netns del n", 3, 0},
		{"nsenter -t $$ -n ip -V", 1, 0},
	} {
		r := run(t, c.script, stats)
		want := fmt.Sprintf("nlbox run: %d applets called, %d processes started, ", c.applets, c.processes)
		if !strings.Contains(r.errs, want) || strings.Count(r.errs, "\n") != 1 {
			t.Errorf("%s: want %q: %q", c.script, want, r.errs)
		}
	}
}

// TestOwnFile: a name with a slash is the applet when the file is this binary.
func TestOwnFile(t *testing.T) {
	self, err := os.Readlink("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	r := run(t, "ln -s "+self+" ip\n./ip -V\nPWD=/ $PWD/ip -V\n", stats)
	if !strings.Contains(r.errs, "2 applets called, 1 processes started") || strings.Count(r.out, "ip utility") != 2 {
		t.Errorf("%+v", r)
	}
}

// thousand is the variable that has TestNamespacesDoNotLeak take its time.
const thousand = "NLBOX_SCRIPT_THOUSAND"

// TestNamespacesDoNotLeak: a hundred namespaces, or a thousand, entered by each of
// the ways in and side by side; every command is where it says, and the next one at
// home.
func TestNamespacesDoNotLeak(t *testing.T) {
	n := 100
	if os.Getenv(thousand) != "" {
		n = 1000
	}
	r := run(t, `
ip link add base0 type bridge
i=0
while [ $i -lt $1 ]; do
	i=$((i + 1))
	ip netns add n$i || exit
	ip -n n$i link add in$i type bridge || exit
	ip link show base0 >/dev/null || exit
done
wrong=0
check() {
	ip netns exec n$1 ip link show in$1 >/dev/null || echo "no in$1 in n$1"
	ip link show base0 >/dev/null || echo "not at home after n$1"
	nsenter --net=/run/netns/n$1 ip link show in$1 >/dev/null || echo "nsenter n$1"
	ip netns exec n$1 ip netns exec n$2 ip link show in$2 >/dev/null || echo "n$2 in n$1"
	ip -n n$1 link show in$2 >/dev/null 2>&1 && echo "in$2 in n$1"
	x=$(ip netns exec n$1 ip -br link | ip netns exec n$2 ip -batch /dev/null; ip netns exec n$1 ip netns identify)
	[ "$x" = n$1 ] || echo "identified $x in n$1"
	ip link show base0 >/dev/null || echo "not at home behind n$1"
}
i=1
while [ $i -lt $1 ]; do
	check $i $((i + 1)) &
	check $((i + 1)) $i
	wait
	i=$((i + 2))
done
ip netns identify
ip -all netns exec ip link show base0
ip -all netns delete
ip link del base0
ip -o link | wc -l
`, func(_ *applet.Env, p *Plan) { p.Args = []string{strconv.Itoa(n)} })
	lines := strings.Split(r.out, "\n")
	if r.status != 0 || strings.Count(r.out, "netns: n") != n || lines[0] != "" || !strings.HasSuffix(r.out, "\n1\n") ||
		strings.Count(r.errs, "Device \"base0\" does not exist.\n") != n || strings.Count(r.errs, "\n") != n {
		t.Errorf("status %d, %q, %q", r.status, r.out[:min(len(r.out), 400)], r.errs[:min(len(r.errs), 400)])
	}
}

// TestApartInPipes: applets side by side share nothing.
func TestApartInPipes(t *testing.T) {
	r := run(t, `
i=0
while [ $i -lt 100 ]; do
	i=$((i + 1))
	ip -j link show lo | ip -batch /dev/null | ip -o link show lo | cut -c1-6
	ip link show nosuch$i 2>&1 | cat &
done | sort | uniq -c | sort -n | tail -1
wait`)
	if strings.TrimSpace(r.out) != "100 1: lo:" || r.status != 0 {
		t.Errorf("%+v", r)
	}
}

// TestBrokenPipe: what writes for ever ends with its reader.
func TestBrokenPipe(t *testing.T) {
	start := time.Now()
	r := run(t, `
while :; do echo y; done | head -1
ip monitor link | head -1 | cut -d: -f2 &
sleep 0.2
ip link add m1 type bridge; ip link del m1; ip link add m2 type bridge; ip link del m2
wait
{ ip -o link show lo; ip -V; } | :
echo end`)
	if r.out != "y\n m1\nend\n" || r.status != 0 || time.Since(start) > 20*time.Second {
		t.Errorf("%+v", r)
	}
}

// TestRefused: nothing has run, and file and line are named.
func TestRefused(t *testing.T) {
	for _, c := range []struct{ script, want string }{
		{"if", "s.sh:1: "},
		{"echo 'x", "s.sh:1: "},
		{"\nexec 100>f", "s.sh:2: descriptor 100: only 0 to 99 can be redirected here"},
		{"exec {fd}>f", "s.sh:1: descriptor {fd}: only 0 to 99 can be redirected here"},
		{"echo >&100", "s.sh:1: only a number can be duplicated here"},
		{"cat <&$x", "s.sh:1: only a number can be duplicated here"},
		{"cat <>f", "s.sh:1: <> is not known here, but with descriptors from 3 on"},
		{"cat 3<<X\nX", "s.sh:1: descriptor 3: << is known only with 0 to 2 here"},
		{"\n\nulimit -n 5", "s.sh:3: ulimit is not known here"},
		{"set -m", "s.sh:1: set -m is not known here"},
		{"(trap 'x' EXIT)", "s.sh:1: trap … EXIT in a subshell is not known here"},
		{"x=$(sleep 1 & echo)", "s.sh:1: a background command that writes into $(…) is not known here; give it an output of its own"},
		{"declare -i x", "s.sh:1: declare -i is not known here"},
		{"time ls", "s.sh:1: the keyword time is not known here; there is nlbox run --stats"},
		{"trap x DEBUG", "s.sh:1: trap … DEBUG is not known here"},
		{"\n: " + strings.Repeat("$((V = (", 200_000), "s.sh:2: parentheses are nested too deep here"},
	} {
		r := run(t, "touch ran >&2\n"[:0]+c.script)
		if r.status != statusRefused || !strings.HasPrefix(r.errs, "nlbox run: "+c.want) ||
			!strings.HasSuffix(r.errs, "\nnothing has been run\n") || r.out != "" {
			t.Errorf("%q: status %d, %q, %q", c.script, r.status, r.out, r.errs)
		}
	}
	// A function of that name is the script's own.
	if r := run(t, "ulimit() { echo own; }; ulimit -n 5; set -eu; set -o errexit; read -r x </dev/null || echo r"); r.status != 0 || r.out != "own\nr\n" {
		t.Errorf("%+v", r)
	}
}

func TestArguments(t *testing.T) {
	r := run(t, `echo "$# $1 $2"; cat`, func(env *applet.Env, p *Plan) {
		p.Args = []string{"-x", "b c"}
		env.Stdin = strings.NewReader("input\n")
	})
	if r.out != "2 -x b c\ninput\n" || r.status != 0 {
		t.Errorf("%+v", r)
	}
	r = run(t, "", func(env *applet.Env, p *Plan) {
		p.File = "-"
		env.Stdin = strings.NewReader("echo from $0; nosuch\n")
	})
	if r.out != "from sh\n" || r.errs != "sh: 1: nosuch: not found\n" || r.status != 127 {
		t.Errorf("%+v", r)
	}
}

func TestEnvironment(t *testing.T) {
	r := run(t, "A=1; export B=2; C=3 env | grep -v PATH | sort; cd /tmp; echo; env | grep ^PWD",
		func(env *applet.Env, _ *Plan) { env.Vars = append(env.Vars, "PWD=/nowhere") })
	if want := "B=2\nC=3\nHOME=/\nLC_ALL=C\nPWD="; !strings.HasPrefix(r.out, want) || !strings.HasSuffix(r.out, "\n\nPWD=/tmp\n") {
		t.Errorf("%+v", r)
	}
}

// TestSideBySide: one process can run any number of scripts at once.
func TestSideBySide(t *testing.T) {
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			name := "s" + strconv.Itoa(i)
			r := run(t, fmt.Sprintf("ip netns add %s; ip netns exec %[1]s ip netns identify; for i in 1 2 3; do ip -n %[1]s -o link | wc -l; done; ip netns del %[1]s", name))
			if r.out != name+"\n1\n1\n1\n" || r.status != 0 {
				t.Errorf("%+v", r)
			}
		})
	}
	all.Wait()
}

// TestInterrupted: the signal reaches the children, and ends the run.
func TestInterrupted(t *testing.T) {
	for sig, status := range map[syscall.Signal]int{unix.SIGINT: 130, unix.SIGTERM: 143} {
		for _, script := range []string{"sleep 30", "ip monitor", "while :; do :; done", "sleep 30 | cat", "x=$(sleep 30)", "f() { sleep 30; }; f & wait"} {
			start := time.Now()
			s := make(chan *shell, 1)
			done := make(chan int, 1)
			go func() {
				env := &applet.Env{Stdout: applet.NewOutput(io.Discard), Stderr: io.Discard, Vars: environ(), Lookup: box.Lookup}
				sh, err := newShell(env, &Plan{File: "s.sh"}, false)
				if err != nil {
					t.Error(err)
				}
				file, err := sh.prepare([]byte(script), nil)
				if err != nil {
					t.Error(err)
				}
				sh.file = file
				s <- sh
				done <- sh.run(file)
				sh.close()
			}()
			sh := <-s
			time.Sleep(100 * time.Millisecond)
			sh.passOn(sig)
			sh.signal(sig)
			if got := <-done; got != status || time.Since(start) > 10*time.Second {
				t.Errorf("%v, %s: status %d after %v", sig, script, got, time.Since(start))
			}
			left := func() int {
				sh.mu.Lock()
				defer sh.mu.Unlock()
				return len(sh.processes)
			}
			for end := time.Now().Add(5 * time.Second); left() > 0 && time.Now().Before(end); time.Sleep(time.Millisecond) {
			}
			if n := left(); n != 0 {
				t.Errorf("%v, %s: %d processes left", sig, script, n)
			}
		}
	}
}

func TestEscapes(t *testing.T) {
	for in, want := range map[string]string{
		`a\tb`: "a\tb", `\\n`: `\n`, `\0101\101`: "AA", `x\cy`: "x", `\q`: `\q`, `end\`: `end\`, "": "",
	} {
		if got, _ := (escapes{short: true}).expand(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
