package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/box"
)

// actAsBox makes the test binary be nlbox.
const actAsBox = "NLBOX_TEST_ACT"

func TestMain(m *testing.M) {
	if os.Getenv(actAsBox) != "" {
		runtime.LockOSThread()
		if !prelude() {
			os.Exit(99)
		}
		os.Exit(run())
	}
	os.Exit(m.Run())
}

// call runs nlbox in this process.
func call(vars []string, words ...string) (status int, stdout, stderr string) {
	var out, errs bytes.Buffer
	env := &applet.Env{
		Name: "nlbox", Args: words, Vars: vars,
		Stdin: strings.NewReader(""), Stdout: applet.NewOutput(&out), Stderr: &errs,
	}
	status = applet.Run(boxMain, env)
	return status, out.String(), errs.String()
}

func TestList(t *testing.T) {
	status, out, errs := call(nil, "--list")
	if want := strings.Join(box.Names(), "\n") + "\n"; status != 0 || out != want || errs != "" {
		t.Errorf("status %d, %q, %q", status, out, errs)
	}
}

func TestHelp(t *testing.T) {
	_, want, _ := call(nil, "help")
	for _, name := range box.Names() {
		if !strings.Contains(want, " "+name) {
			t.Errorf("the help does not name %s", name)
		}
	}
	for _, words := range []string{"--help", "-h", "-help"} {
		if status, out, errs := call(nil, words); status != 0 || out != want || errs != "" {
			t.Errorf("%s: status %d, %q, %q", words, status, out, errs)
		}
	}
	for _, v := range verbs(&applet.Env{}) {
		status, out, errs := call(nil, "help", v.Name)
		if status != 0 || !strings.HasPrefix(out, "Usage: nlbox "+v.Name) || errs != "" {
			t.Errorf("help %s: status %d, %q, %q", v.Name, status, out, errs)
		}
		if _, other, _ := call(nil, v.Name, "--help"); other != out {
			t.Errorf("%s --help differs from help %s", v.Name, v.Name)
		}
		if !strings.Contains(want, "  "+v.Name+" ") {
			t.Errorf("the overview does not name %s", v.Name)
		}
	}
}

// Errors: one line on stderr that says what to do, nothing on stdout.
func TestErrors(t *testing.T) {
	for _, c := range []struct {
		words  string
		status int
		text   string
	}{
		{"foo", 1, `nlbox: "foo" is neither an applet nor a verb; "nlbox --list" shows the applets, "nlbox help" the verbs`},
		{"foo --help", 1, `nlbox: "foo" is neither an applet nor a verb; "nlbox --list" shows the applets, "nlbox help" the verbs`},
		{"help foo", 1, `nlbox: "foo" is neither an applet nor a verb; "nlbox --list" shows the applets, "nlbox help" the verbs`},
		{"--foo", 2, `nlbox: unknown option --foo; see "nlbox help"`},
		{"-x", 2, `nlbox: unknown option -x; see "nlbox help"`},
		{"--list x", 2, `nlbox: unexpected word x; see "nlbox help"`},
		{"--generate-bash-completion", 2, `nlbox: unknown option --generate-bash-completion; see "nlbox help"`},
		{"version --foo", 2, `nlbox version: unknown option --foo; see "nlbox help version"`},
		{"version x", 2, `nlbox version: unexpected word x; see "nlbox help version"`},
		{"version help", 2, `nlbox version: unexpected word help; see "nlbox help version"`},
		{"install", 2, `nlbox install: no DIR given; see "nlbox help install"`},
		{"install a b", 2, `nlbox install: unexpected word b; see "nlbox help install"`},
		{"install --copy --symlink a", 2, `nlbox install: only one of --symlink, --hardlink and --copy; see "nlbox help install"`},
		{"install -- --force --force", 2, `nlbox install: unexpected word --force; see "nlbox help install"`},
		{"install --force=x a", 2, `nlbox install: option --force takes no value; see "nlbox help install"`},
		{"install /dev/null", 1, `nlbox install: /dev/null is not a directory`},
	} {
		status, out, errs := call(nil, strings.Fields(c.words)...)
		if status != c.status || out != "" || errs != c.text+"\n" {
			t.Errorf("nlbox %s: status %d, %q, %q", c.words, status, out, errs)
		}
	}
	// Called without words it shows the help where errors go.
	_, help, _ := call(nil, "help")
	if status, out, errs := call(nil); status != 2 || out != "" || errs != help {
		t.Errorf("nlbox: status %d, %q, %q", status, out, errs)
	}
}

func TestVersion(t *testing.T) {
	status, out, errs := call(nil, "version", "--json")
	var v struct{ Version, Go, OS, Arch string }
	if err := json.Unmarshal([]byte(out), &v); err != nil || status != 0 || errs != "" {
		t.Fatalf("status %d, %q, %q: %v", status, out, errs, err)
	}
	if v.Version == "" || v.Go != runtime.Version() || v.OS != runtime.GOOS || v.Arch != runtime.GOARCH {
		t.Errorf("%+v", v)
	}
	_, text, _ := call(nil, "version")
	if want := "nlbox " + v.Version + " " + v.Go + " " + v.OS + "/" + v.Arch + "\n"; text != want {
		t.Errorf("%q, want %q", text, want)
	}
	for _, words := range []string{"--version", "-V"} {
		if _, other, _ := call(nil, words); other != text {
			t.Errorf("%s: %q", words, other)
		}
	}
}

func TestInstall(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "bin")
	status, out, errs := call([]string{"PATH=/nowhere"}, "install", dir, "--symlink")
	if status != 0 || errs != "" {
		t.Fatalf("status %d, %q", status, errs)
	}
	for _, name := range box.Names() {
		if !strings.Contains(out, "made "+filepath.Join(dir, name)+", a symlink of ") {
			t.Errorf("no word of %s: %q", name, out)
		}
	}
	if !strings.Contains(out, "export PATH="+dir+":$PATH\n") {
		t.Errorf("no hint about PATH: %q", out)
	}
	status, out, errs = call([]string{"PATH=" + dir}, "install", "--", dir)
	var want strings.Builder
	for _, name := range box.Names() {
		want.WriteString("already there: " + filepath.Join(dir, name) + "\n")
	}
	if status != 0 || errs != "" || out != want.String() {
		t.Errorf("again: status %d, %q, %q", status, out, errs)
	}
}

// The name that the binary is called by decides what it is, by way of a path,
// a link of either kind or a copy.
func TestDispatch(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	binary := filepath.Join(dir, "nlbox-1.0")
	if err := os.WriteFile(binary, data, 0o755); err != nil {
		t.Fatal(err)
	}
	copied := func(path string) error { return os.Rename(binary, path) }
	for i, c := range []struct {
		name, want string
		make       func(path string) error
	}{
		{"ip", "ip utility, ", func(path string) error { return os.Symlink(self, path) }},
		{"nlbox", "nlbox ", func(path string) error { return os.Symlink(self, path) }},
		{"something", "nlbox ", func(path string) error { return os.Symlink(self, path) }},
		{"ip", "ip utility, ", func(path string) error { return os.Link(binary, path) }},
		{"nlbox-2", "nlbox ", func(path string) error { return os.Link(binary, path) }},
		{"ip", "ip utility, ", copied},
	} {
		path := filepath.Join(dir, strconv.Itoa(i), c.name)
		if err := os.Mkdir(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := c.make(path); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(path, "-V")
		cmd.Env = []string{actAsBox + "=1", "GORACE=atexit_sleep_ms=0"}
		out, err := cmd.CombinedOutput()
		if err != nil || !strings.HasPrefix(string(out), c.want) {
			t.Errorf("%s: %q, %v", path, out, err)
		}
	}
	cmd := exec.Command(self, "ip", "-V")
	cmd.Env = []string{actAsBox + "=1", "GORACE=atexit_sleep_ms=0"}
	if out, err := cmd.CombinedOutput(); err != nil || !strings.HasPrefix(string(out), "ip utility, ") {
		t.Errorf("nlbox ip: %q, %v", out, err)
	}
}

// A signal that an applet does not use ends it, as it ends any program: the
// runtime would drop it, or print its stacks.
func TestSignalsEndApplets(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ip := filepath.Join(t.TempDir(), "ip")
	if err := os.Symlink(self, ip); err != nil {
		t.Fatal(err)
	}
	for _, s := range []syscall.Signal{syscall.SIGUSR1, syscall.SIGALRM, syscall.SIGQUIT, syscall.SIGPIPE} {
		var errs bytes.Buffer
		cmd := exec.Command(ip, "monitor")
		cmd.Stderr = &errs
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(200 * time.Millisecond) // it waits for news by then
		cmd.Process.Signal(s)
		late := time.AfterFunc(5*time.Second, func() { cmd.Process.Kill() })
		cmd.Wait()
		late.Stop()
		if ws := cmd.ProcessState.Sys().(syscall.WaitStatus); !ws.Signaled() || ws.Signal() != s || errs.Len() > 0 {
			t.Errorf("%v: %v, %q", s, cmd.ProcessState, errs.String())
		}
	}
}

func TestParseWords(t *testing.T) {
	var got []string
	err := parseWords(strings.Fields("a - b -- -c -- d"), nil, func(w string) error {
		got = append(got, w)
		return nil
	})
	if s := strings.Join(got, ","); err != nil || s != "a,-,b,-c,--,d" {
		t.Errorf("%q, %v", s, err)
	}
}
