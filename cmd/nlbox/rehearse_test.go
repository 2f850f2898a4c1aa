package main

import (
	"bytes"
	"errors"
	"flag"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

var update = flag.Bool("update", false, "write the goldens")

// nobody is an ordinary user.
const nobody = 65534

// lab is one call of `nlbox rehearse`.
type lab struct {
	*exec.Cmd
	out, errs bytes.Buffer
	// mark is in the environment of all processes of the lab, and only there.
	mark string
}

// newLab is this binary as nlbox, in a directory that holds the files.
func newLab(t *testing.T, files map[string]string, words ...string) *lab {
	t.Helper()
	dir := t.TempDir()
	// For the ordinary user.
	if err := os.Chmod(filepath.Dir(dir), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	l := &lab{
		// Not by its path: an ordinary user may not get there.
		Cmd:  exec.Command("/proc/self/exe", append([]string{"rehearse"}, words...)...),
		mark: "NLBOX_TEST_MARK=" + t.Name() + strconv.FormatUint(rand.Uint64(), 36),
	}
	l.Args[0] = "nlbox"
	l.Dir = dir
	l.Env = append(os.Environ(), actAsBox+"=1", l.mark, "LC_ALL=C", "GORACE=atexit_sleep_ms=0")
	l.Stdout, l.Stderr = &l.out, &l.errs
	t.Cleanup(func() {
		if l.Process != nil {
			l.Process.Kill() // nothing, after Wait
		}
	})
	return l
}

// asUser makes an ordinary user of the caller.
func (l *lab) asUser() *lab {
	if os.Geteuid() == 0 {
		l.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	}
	return l
}

// before lets the process do something to itself first; see preludes.
func (l *lab) before(prelude string, cloneFlags uintptr) *lab {
	l.Env = append(l.Env, preludeKey+"="+prelude)
	l.SysProcAttr = &syscall.SysProcAttr{Cloneflags: cloneFlags}
	if cloneFlags&unix.CLONE_NEWUSER != 0 {
		l.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{HostID: os.Geteuid(), Size: 1}}
		l.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{HostID: os.Getegid(), Size: 1}}
	}
	return l
}

// run returns the status, and skips the test where the kernel lets nobody have
// a lab.
func (l *lab) run(t *testing.T) int {
	t.Helper()
	err := l.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	skipRefused(t, l.errs.String())
	return l.ProcessState.ExitCode()
}

func skipRefused(t *testing.T, stderr string) {
	t.Helper()
	for _, why := range []string{"namespaces are switched off", "kernel refuses new namespaces", "seccomp filter forbids",
		"root lacks CAP_SYS_ADMIN", "AppArmor leaves", "was built without"} {
		if strings.Contains(stderr, why) {
			t.Skip(strings.TrimSpace(stderr))
		}
	}
}

// processes are those whose environment has the mark, dead ones apart.
func (l *lab) processes(t *testing.T) []string {
	t.Helper()
	var found []string
	files, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, f := range files {
		env, err := os.ReadFile(f)
		if err == nil && bytes.Contains(env, []byte(l.mark)) {
			cmdline, _ := os.ReadFile(filepath.Join(filepath.Dir(f), "cmdline"))
			found = append(found, f+" "+strings.ReplaceAll(string(cmdline), "\x00", " "))
		}
	}
	return found
}

// traces is what a lab could leave on this machine.
func traces(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		t.Fatal(err)
	}
	b.Write(mounts)
	links, err := filepath.Glob("/sys/class/net/*")
	if err != nil {
		t.Fatal(err)
	}
	names, _ := filepath.Glob("/run/netns/*")
	work, _ := filepath.Glob("/run/nlbox*")
	hostname, _ := os.Hostname()
	b.WriteString(strings.Join(append(append(append(links, names...), work...), hostname), "\n"))
	return b.String()
}

// needTools skips the test where neither the binary nor the machine has what
// the article calls.
func needTools(t *testing.T) {
	t.Helper()
	for _, tool := range []string{"ip", "brctl", "route", "arp", "ping"} {
		if _, out, _ := call(nil, "--list"); strings.Contains("\n"+out, "\n"+tool+"\n") {
			continue
		}
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip("neither an applet nor a command: ", tool)
		}
	}
}

// maskArticle removes what differs between two runs: times, timers, and random
// Ethernet addresses.
func maskArticle(out string) string {
	for _, m := range [][2]string{
		{`time=[0-9.]+ ms`, "time=T ms"},
		{`= [0-9.]+/[0-9.]+/[0-9.]+/[0-9.]+ ms`, "= T/T/T/T ms"},
		// Whether the kernel's first IPv6 messages came by, and from whom.
		{`(?m)^  [12]\t.*\n`, ""},
		{`timer[ \t]+[0-9]+\.[0-9]{2}`, "timer T"},
	} {
		out = regexp.MustCompile(m[0]).ReplaceAllString(out, m[1])
	}
	return out
}

// The article's rehearsal from its first line to its last, as root and as an
// ordinary user.
func TestRehearseArticle(t *testing.T) {
	if testing.Short() {
		t.Skip("the lost ping takes ten seconds")
	}
	needTools(t)
	golden, err := os.ReadFile("testdata/article.golden")
	if err != nil && !*update {
		t.Fatal(err)
	}
	for _, user := range []bool{false, true} {
		t.Run(map[bool]string{false: "caller", true: "user"}[user], func(t *testing.T) {
			t.Parallel()
			l := newLab(t, nil)
			if user {
				l.asUser()
			}
			before := traces(t)
			if status := l.run(t); status != 0 || l.errs.Len() > 0 {
				t.Errorf("status %d, stderr %q", status, l.errs.String())
			}
			got := maskArticle(l.out.String())
			if *update {
				if err := os.WriteFile("testdata/article.golden", []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if got != string(golden) {
				t.Errorf("got:\n%s", got)
			}
			if after := traces(t); after != before {
				t.Errorf("before:\n%s\nafter:\n%s", before, after)
			}
			if left := l.processes(t); len(left) > 0 {
				t.Errorf("left: %q", left)
			}
		})
	}
}

// -q leaves the end of the story.
func TestRehearseQuiet(t *testing.T) {
	if testing.Short() {
		t.Skip("the lost ping takes ten seconds")
	}
	needTools(t)
	t.Parallel()
	golden, err := os.ReadFile("testdata/article.golden")
	if err != nil {
		t.Fatal(err)
	}
	l := newLab(t, nil, "-q")
	status := l.run(t)
	_, want, _ := strings.Cut(string(golden), "\nWhat happened")
	if got := l.out.String(); status != 0 || got != "What happened"+want || l.errs.Len() > 0 {
		t.Errorf("status %d, %q, %q", status, got, l.errs.String())
	}
}

// A host has an identity, a network and files of its own; all are root's.
func TestRehearseHost(t *testing.T) {
	const script = `
hostname
id -u
cat /sys/class/net/eth0/address /sys/class/net/eth0/operstate
ls /sys/class/net /run
echo mine >/etc/mine && cat /etc/mine
echo pid $$ of $(ls -d /proc/[0-9]* | wc -l) | grep -c 'of [3-9]$'
cat /proc/sys/net/ipv4/ip_forward
mktemp | sed 's,/[^/]*$,,'
`
	for _, user := range []bool{false, true} {
		for host, mac := range map[string]string{"master": "7a", "slave": "7b", "gateway": "01"} {
			l := newLab(t, map[string]string{"s.sh": script}, "--on", host+"=s.sh")
			if user {
				l.asUser()
			}
			want := host + "\n0\n02:00:0a:d3:37:" + mac + "\nup\n/run:\nnlbox\n\n/sys/class/net:\neth0\nlo\nmine\n1\n0\n/run/nlbox/tmp\n"
			if status := l.run(t); status != 0 || l.out.String() != want || l.errs.Len() > 0 {
				t.Errorf("%s: status %d, %q, %q", host, status, l.out.String(), l.errs.String())
			}
			if _, err := os.Stat("/etc/mine"); err == nil {
				t.Error("/etc/mine is on this machine")
			}
		}
	}
}

// Scripts run in the order of the words, each on its host, and the first that
// fails gives the status.
func TestRehearseOrder(t *testing.T) {
	files := map[string]string{
		"a.sh": "echo a $(hostname)\n", "b.sh": "echo b $(hostname); exit 3\n",
		"c.sh": "echo c $(hostname); exit 4\n", "-d.sh": "echo d $(hostname)\n",
		"in.sh": "cat; echo err >&2\n",
	}
	for _, c := range []struct {
		words     string
		status    int
		out, errs string
	}{
		{"a.sh", 0, "a master\n", ""},
		{"b.sh", 3, "b master\n", ""},
		{"--on slave=a.sh", 0, "a slave\n", ""},
		{"a.sh --on slave=b.sh c.sh", 3, "a master\nb slave\nc master\n",
			"nlbox rehearse: b.sh on slave ended with status 3\nnlbox rehearse: c.sh on master ended with status 4\n"},
		{"--on=gateway=c.sh a.sh", 4, "c gateway\na master\n", "nlbox rehearse: c.sh on gateway ended with status 4\n"},
		{"-- -d.sh a.sh", 0, "d master\na master\n", ""},
		{"-x a.sh", 0, "a master\n", "+ hostname\n+ echo a master\n"},
		{"--on slave=- a.sh", 0, "slave\na master\n", ""},
		{"-x -", 0, "master\n", "+ hostname\n"},
		{"--shell=gateway a.sh", 0, "a master\ngateway\n", ""},
		{"in.sh", 0, "from stdin", "err\n"},
		{"--shell slave a.sh", 0, "a master\nslave\n", ""},
		{"a.sh --shell -q", 0, "a master\nmaster\n", ""},
	} {
		l := newLab(t, files, strings.Fields(c.words)...)
		l.Stdin = strings.NewReader("hostname\n")
		if c.words == "in.sh" {
			l.Stdin = strings.NewReader("from stdin")
		}
		if status := l.run(t); status != c.status || l.out.String() != c.out || l.errs.String() != c.errs {
			t.Errorf("%s: status %d, %q, %q", c.words, status, l.out.String(), l.errs.String())
		}
	}
}

func TestRehearseStatus(t *testing.T) {
	for script, want := range map[string]int{
		"true": 0, "exit 1": 1, "exit 255": 255, "nosuchcommand 2>/dev/null": 127,
		"kill -TERM $$": 143, "kill -9 $$": 137, "kill -INT $$": 130, "sleep 100 & exit 6": 6,
	} {
		l := newLab(t, map[string]string{"s.sh": script}, "s.sh")
		if status := l.run(t); status != want || l.out.Len()+l.errs.Len() > 0 {
			t.Errorf("%s: status %d, want %d; %q %q", script, status, want, l.out.String(), l.errs.String())
		}
	}
}

func TestRehearseErrors(t *testing.T) {
	for _, c := range []struct {
		words  string
		status int
		text   string
	}{
		{"nosuch.sh", 1, "nlbox rehearse: cannot read nosuch.sh: no such file or directory"},
		{"s.sh --on slave=nosuch.sh", 1, "nlbox rehearse: cannot read nosuch.sh: no such file or directory"},
		{".", 1, "nlbox rehearse: cannot read .: is a directory"},
		{"--on nobody=s.sh", 2, `nlbox rehearse: option --on: there is no host "nobody"; ` +
			`there are master, slave, gateway; see "nlbox help rehearse"`},
		{"--on s.sh", 2, `nlbox rehearse: option --on: say --on HOST=FILE, or --on HOST 'COMMAND'; see "nlbox help rehearse"`},
		{"--on slave=", 2, `nlbox rehearse: option --on "slave=": the FILE is empty; see "nlbox help rehearse"`},
		{"--on", 2, `nlbox rehearse: option --on needs a value; see "nlbox help rehearse"`},
		{"--shell=nobody", 2, `nlbox rehearse: option --shell: there is no host "nobody"; ` +
			`there are master, slave, gateway; see "nlbox help rehearse"`},
		{"--bogus", 2, `nlbox rehearse: unknown option --bogus; see "nlbox help rehearse"`},
	} {
		l := newLab(t, map[string]string{"s.sh": "echo ran"}, strings.Fields(c.words)...)
		if status := l.run(t); status != c.status || l.out.Len() > 0 || l.errs.String() != c.text+"\n" {
			t.Errorf("%s: status %d, %q, %q", c.words, status, l.out.String(), l.errs.String())
		}
	}
	status, out, errs := call(nil, "rehearse:inside")
	if status != 1 || out != "" || errs != "nlbox rehearse: rehearse:inside is for nlbox itself\n" {
		t.Errorf("by hand: status %d, %q, %q", status, out, errs)
	}
}

// Two labs at once do not know of each other.
func TestRehearseTwice(t *testing.T) {
	// The first waits, with its namespace made, until the second is done.
	dir := t.TempDir()
	fifo := filepath.Join(dir, "fifo")
	if err := unix.Mkfifo(fifo, 0o666); err != nil {
		t.Fatal(err)
	}
	first := newLab(t, map[string]string{"s.sh": "ip netns add one && ip link add one type bridge && echo ready >" + fifo + " && read x <" + fifo + " && ip netns list && ls /sys/class/net"}, "s.sh")
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	opened := make(chan []byte, 1)
	go func() {
		b, _ := os.ReadFile(fifo)
		opened <- b
	}()
	ended := make(chan error, 1)
	go func() { ended <- first.Wait() }()
	select {
	case <-opened:
	case <-ended:
		skipRefused(t, first.errs.String())
		t.Fatalf("the first: %q %q", first.out.String(), first.errs.String())
	}
	second := newLab(t, map[string]string{"s.sh": "ip netns add one && ip link add one type bridge && ip netns list && ls /sys/class/net"}, "s.sh").asUser()
	status := second.run(t)
	if err := os.WriteFile(fifo, []byte("go on\n"), 0); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil || status != 0 {
		t.Errorf("%v, %d: %q %q", err, status, first.errs.String(), second.errs.String())
	}
	for _, l := range []*lab{first, second} {
		if l.out.String() != "one\neth0\nlo\none\n" {
			t.Errorf("%q", l.out.String())
		}
	}
}

// However and whenever a rehearsal ends, nothing of it remains.
func TestRehearseKilled(t *testing.T) {
	const script = "ip netns add ns1; ip link add br0 type bridge; sleep 1000 & (setsid sleep 1000 &) ; trap '' INT TERM HUP; echo up; sleep 1000; sleep 1000"
	before := traces(t)
	for sig, status := range map[syscall.Signal]int{
		unix.SIGKILL: -1, unix.SIGINT: 130, unix.SIGTERM: 143, unix.SIGHUP: 129, unix.SIGQUIT: 131,
	} {
		if sig == unix.SIGHUP && signal.Ignored(sig) {
			continue // under nohup(1) it ends nothing
		}
		for round := range 12 {
			l := newLab(t, map[string]string{"s.sh": script}, "s.sh")
			if round%2 == 1 {
				l.asUser()
			}
			if err := l.Start(); err != nil {
				t.Fatal(err)
			}
			// From before it began to when all is up.
			time.Sleep(time.Duration(round) * 10 * time.Millisecond)
			l.Process.Signal(sig)
			l.Wait()
			skipRefused(t, l.errs.String())
			// Too early for us to have our say: the signal itself, or the
			// runtime's answer to SIGQUIT.
			early := l.ProcessState.Sys().(syscall.WaitStatus).Signaled() || strings.HasPrefix(l.errs.String(), "SIGQUIT")
			if got := l.ProcessState.ExitCode(); got != status && !early {
				t.Errorf("%v after %d ms: status %d, want %d; %q", sig, round*10, got, status, l.errs.String())
			}
			if !early && strings.Count(l.errs.String(), "\n") != 1 {
				t.Errorf("%v after %d ms: not one line: %q", sig, round*10, l.errs.String())
			}
			if sig == unix.SIGKILL || early {
				// Nobody waits for them: the kernel is still at it.
				for deadline := time.Now().Add(5 * time.Second); len(l.processes(t)) > 0 && time.Now().Before(deadline); {
					time.Sleep(time.Millisecond)
				}
			}
			if left := l.processes(t); len(left) > 0 {
				t.Fatalf("%v after %d ms left %q", sig, round*10, left)
			}
			if files, _ := os.ReadDir(l.Dir); len(files) != 1 {
				t.Errorf("left files: %v", files)
			}
		}
	}
	if after := traces(t); after != before {
		t.Errorf("before:\n%s\nafter:\n%s", before, after)
	}
}

// What the kernel, a container or the machine does not allow is told in one
// line with its remedy.
func TestRehearseRefused(t *testing.T) {
	const userns = unix.CLONE_NEWUSER | unix.CLONE_NEWNS
	for _, c := range []struct {
		prelude string
		words   []string
	}{
		{"nosh", []string{"no /bin/sh", "install a shell"}},
		{"limit-user", []string{"user.max_user_namespaces is 0", "sysctl -w user.max_user_namespaces="}},
		{"limit-net", []string{"user.max_net_namespaces is 0", "sysctl -w user.max_net_namespaces="}},
		{"seccomp", []string{"seccomp filter forbids new namespaces", "--privileged"}},
		{"seccomp-mount", []string{"cannot mount", "operation not permitted", "--privileged"}},
		{"norun", []string{"no directory /run"}},
	} {
		t.Run(c.prelude, func(t *testing.T) {
			l := newLab(t, map[string]string{"s.sh": "echo ran"}, "s.sh").before(c.prelude, userns)
			err := l.Run()
			errs := l.errs.String()
			if strings.Contains(errs, preludeFailed) || l.ProcessState == nil {
				t.Skipf("%v %s", err, errs)
			}
			if status := l.ProcessState.ExitCode(); status != 1 || l.out.Len() > 0 || strings.Count(errs, "\n") != 1 {
				t.Errorf("status %d, %q, %q", status, l.out.String(), errs)
			}
			for _, w := range c.words {
				if !strings.Contains(errs, w) {
					t.Errorf("%q does not say %q", errs, w)
				}
			}
		})
	}
}

// Where parts of /sys, /proc and /etc are hidden, as in containers, there are no
// new ones; the lab works without.
func TestRehearseMasked(t *testing.T) {
	l := newLab(t, map[string]string{"s.sh": "hostname; ls /sys | wc -l; ip link show eth0 | wc -l; test -w /etc || echo read-only"}, "s.sh").
		before("masked", unix.CLONE_NEWUSER|unix.CLONE_NEWNS)
	status := l.run(t)
	if strings.Contains(l.errs.String(), preludeFailed) {
		t.Skip(l.errs.String())
	}
	if status != 0 || l.out.String() != "master\n0\n2\nread-only\n" || l.errs.Len() > 0 {
		t.Errorf("status %d, %q, %q", status, l.out.String(), l.errs.String())
	}
}
