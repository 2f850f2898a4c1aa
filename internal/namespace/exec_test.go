package namespace_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/namespace"
	"github.com/nlbox/nlbox/internal/namespace/nstest"
)

// call is an Env whose Exec writes down what it is asked for. The answer for a
// path is that of the table, or ENOENT.
func call(answers map[string]error, vars ...string) (*applet.Env, *[]string) {
	var asked []string
	env := &applet.Env{
		Stdout: applet.NewOutput(new(bytes.Buffer)),
		Stderr: new(bytes.Buffer),
		Vars:   vars,
		Exec: func(path string, argv, vars []string) error {
			asked = append(asked, path+"("+strings.Join(argv, " ")+")")
			if err, ok := answers[path]; ok {
				return err
			}
			return unix.ENOENT
		},
	}
	return env, &asked
}

func TestExecSearch(t *testing.T) {
	child := applet.Silent(3)
	for _, c := range []struct {
		what    string
		vars    []string
		argv    string
		answers map[string]error
		asked   string
		code    int
		text    string
	}{
		{"first hit", []string{"PATH=/a:/b:/c"}, "x y", map[string]error{"/b/x": nil},
			"/a/x(x y) /b/x(x y)", 0, ""},
		{"status of a child", []string{"PATH=/a:/b"}, "x", map[string]error{"/a/x": child},
			"/a/x(x)", 3, ""},
		{"none", []string{"PATH=/a:/b"}, "x", nil,
			"/a/x(x) /b/x(x)", 1, `exec of "x" failed: No such file or directory`},
		{"no PATH", nil, "x", nil,
			"/bin/x(x) /usr/bin/x(x)", 1, `exec of "x" failed: No such file or directory`},
		{"empty PATH", []string{"PATH="}, "x", map[string]error{"x": nil}, "x(x)", 0, ""},
		{"empty elements", []string{"PATH=:/a:"}, "x", nil,
			"x(x) /a/x(x) x(x)", 1, `exec of "x" failed: No such file or directory`},
		{"dot", []string{"PATH=."}, "x", map[string]error{"./x": nil}, "./x(x)", 0, ""},
		{"denied, then found", []string{"PATH=/a:/b"}, "x", map[string]error{"/a/x": unix.EACCES, "/b/x": nil},
			"/a/x(x) /b/x(x)", 0, ""},
		{"denied, then none", []string{"PATH=/a:/b"}, "x", map[string]error{"/a/x": unix.EACCES},
			"/a/x(x) /b/x(x)", 1, `exec of "x" failed: Permission denied`},
		{"the last reason", []string{"PATH=/a:/b"}, "x", map[string]error{"/b/x": unix.ENOTDIR},
			"/a/x(x) /b/x(x)", 1, `exec of "x" failed: Not a directory`},
		{"a reason to stop", []string{"PATH=/a:/b"}, "x", map[string]error{"/a/x": unix.ETXTBSY},
			"/a/x(x)", 1, `exec of "x" failed: Text file busy`},
		{"script", []string{"PATH=/a"}, "x y z", map[string]error{"/a/x": unix.ENOEXEC, "/bin/sh": nil},
			"/a/x(x y z) /bin/sh(/bin/sh /a/x y z)", 0, ""},
		{"script without a shell", []string{"PATH=/a:/b"}, "x", map[string]error{"/a/x": unix.ENOEXEC, "/b/x": nil},
			"/a/x(x) /bin/sh(/bin/sh /a/x) /b/x(x)", 0, ""},
		{"with a slash", []string{"PATH=/a"}, "d/x y", map[string]error{"d/x": unix.EACCES},
			"d/x(d/x y)", 1, `exec of "d/x" failed: Permission denied`},
		{"empty word", []string{"PATH=/a"}, "", nil, "", 1, `exec of "" failed: No such file or directory`},
	} {
		env, asked := call(c.answers, c.vars...)
		err := namespace.Exec(env, strings.Split(c.argv, " "))
		if got := strings.Join(*asked, " "); got != c.asked {
			t.Errorf("%s: tried %s, want %s", c.what, got, c.asked)
		}
		if code, text := applet.Status(err); code != c.code || text != c.text {
			t.Errorf("%s: status %d and %q, want %d and %q", c.what, code, text, c.code, c.text)
		}
	}
}

func TestExecDir(t *testing.T) {
	env, asked := call(nil, "PATH=.:/a")
	env.Dir = "/d"
	namespace.Exec(env, []string{"x"})
	if got := strings.Join(*asked, " "); got != "/d/x(x) /a/x(x)" {
		t.Errorf("tried %s", got)
	}
}

// A link to this binary is an applet, whatever it is called on the way; a copy
// is not.
func TestExecOwnApplet(t *testing.T) {
	dir := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	os.Symlink(self, filepath.Join(dir, "known"))
	os.Symlink(self, filepath.Join(dir, "stranger"))
	os.Mkdir(filepath.Join(dir, "copies"), 0o755)
	if data, err := os.ReadFile(self); err != nil {
		t.Fatal(err)
	} else if err := os.WriteFile(filepath.Join(dir, "copies", "known"), data, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		word   string
		inside bool
		code   int
	}{
		{"known", true, 7},
		{dir + "/known", true, 7},
		{"stranger", false, 1},
		{dir + "/copies/known", false, 1},
	} {
		env, asked := call(nil, "PATH="+dir)
		out := new(bytes.Buffer)
		env.Stdout, env.FlushFirst = applet.NewOutput(out), true
		env.Stdout.WriteString("before ")
		env.Lookup = func(name string) (applet.Main, bool) {
			return func(env *applet.Env) error {
				if out.String() != "before " || env.FlushFirst {
					t.Error("the applet does not begin as a process would")
				}
				env.Stdout.WriteString(strings.Join(append([]string{env.Name, env.Argv0}, env.Args...), " "))
				return applet.Fail(7, "bad end")
			}, name == "known"
		}
		err := namespace.Exec(env, []string{c.word, "1", "2"})
		if code, text := applet.Status(err); code != c.code || c.inside && text != "" {
			t.Errorf("%s: status %d, %q", c.word, code, text)
		}
		if c.inside != (len(*asked) == 0) {
			t.Errorf("%s: run on the spot: %v", c.word, !c.inside)
		}
		if want := "before known " + c.word + " 1 2"; c.inside && out.String() != want {
			t.Errorf("%s: printed %q, want %q", c.word, out, want)
		}
		if got := env.Stderr.(*bytes.Buffer).String(); c.inside && got != "bad end\n" {
			t.Errorf("%s: complained %q", c.word, got)
		}
	}
}

// Forked runs children, in the namespaces of the calling thread.
func TestForked(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip(err)
	}
	env, asked := call(nil)
	env.Alone = true
	child := namespace.Forked(env)
	run := func(script string) error { return namespace.Exec(child, []string{sh, "-c", script}) }
	wantExit(t, run("exit 0"), 0, "")
	wantExit(t, run("exit 5"), 5, "")
	err = run("kill -9 $$")
	wantExit(t, err, 1, "")
	if !errors.Is(err, namespace.ErrKilled) {
		t.Error("does not tell that the child was killed: ", err)
	}
	if len(*asked) > 0 || !env.Alone || child.Alone {
		t.Error("Forked changed the Env, or replaced the process")
	}
	// Who shares its process has an Exec for children already.
	env.Alone = false
	namespace.Forked(env).Exec("x", nil, nil)
	if len(*asked) != 1 {
		t.Error("Forked took another Exec")
	}
	nstest.World(t, func() {
		add(t, "a")
		file := filepath.Join(t.TempDir(), "ns")
		err := namespace.Do("a", nil, func() error { return run("readlink /proc/self/ns/net >" + file) })
		if err != nil {
			t.Error(err)
		}
		var want string
		namespace.Do("a", nil, func() (err error) { want, err = os.Readlink("/proc/thread-self/ns/net"); return err })
		if got, err := os.ReadFile(file); strings.TrimSpace(string(got)) != want {
			t.Errorf("the child was in %q, want %q (%v)", got, want, err)
		}
	})
}

func TestRun(t *testing.T) {
	nstest.World(t, func() {
		add(t, "a")
		home := here(t)
		env, _ := call(nil)
		inside := func() error {
			if here(t) != inode(t, namespace.Path("a")) {
				t.Error("not in the namespace")
			}
			return nil
		}
		if err := namespace.Run(env, "a", inside); err != nil {
			t.Error(err)
		}
		if here(t) != home {
			t.Error("Run moved its caller")
		}
		wantExit(t, namespace.Run(env, "nope", inside), 255, `Cannot open network namespace "nope": No such file or directory`)
		// A call that is alone stays there.
		err := namespace.Thread(func() error {
			env.Alone = true
			if err := namespace.Run(env, "a", inside); err != nil {
				return err
			}
			return inside()
		})
		if err != nil {
			t.Error(err)
		}
	})
}
