package install

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/nlbox/nlbox/internal/applet"
)

// binary makes something to be linked to.
func binary(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "nlbox")
	write(t, path, "the binary", 0o755)
	return path
}

func write(t *testing.T, path, text string, mode fs.FileMode) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
}

// newJob is a job into a directory that does not exist yet.
func newJob(t *testing.T) Job {
	t.Helper()
	source := binary(t)
	return Job{
		Dir:    filepath.Join(filepath.Dir(source), "a", "b", "bin"),
		Names:  []string{"ip", "brctl", "route"},
		Source: source,
	}
}

// tree lists what is below dir: path, mode, and content or target.
func tree(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		b.WriteString(strings.TrimPrefix(path, dir) + " " + info.Mode().String())
		switch {
		case info.Mode().IsRegular():
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			b.WriteString(" " + string(text))
		case info.Mode()&fs.ModeSymlink != 0:
			to, _ := os.Readlink(path)
			b.WriteString(" -> " + to)
		}
		b.WriteString("\n")
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func states(r *Result) string {
	var s []string
	for _, e := range r.Entries {
		s = append(s, e.Name+[]string{" made", " replaced", " already"}[e.State])
	}
	return strings.Join(s, ", ")
}

// refused checks that err says all of words and ends with status 1.
func refused(t *testing.T, err error, words ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error; want one that says %q", words)
	}
	code, text := applet.Status(err)
	if code != 1 {
		t.Errorf("status %d, want 1", code)
	}
	for _, w := range words {
		if !strings.Contains(text, w) {
			t.Errorf("error %q does not say %q", text, w)
		}
	}
}

func TestKinds(t *testing.T) {
	for _, kind := range []Kind{Symlink, Hardlink, Copy} {
		t.Run(kind.String(), func(t *testing.T) {
			j := newJob(t)
			j.Kind = kind
			r, err := j.Run(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			if got := states(r); got != "ip made, brctl made, route made" {
				t.Error(got)
			}
			first := tree(t, j.Dir)
			if strings.Count(first, "\n") != 4 {
				t.Errorf("there is more than the links:\n%s", first)
			}
			source, _ := os.Stat(j.Source)
			for _, name := range j.Names {
				link, err := os.Lstat(filepath.Join(j.Dir, name))
				if err != nil {
					t.Fatal(err)
				}
				end, _ := os.Stat(filepath.Join(j.Dir, name))
				same := os.SameFile(end, source)
				if isLink := link.Mode()&fs.ModeSymlink != 0; isLink != (kind == Symlink) || same == (kind == Copy) {
					t.Errorf("%s: symlink %v, same file %v", name, isLink, same)
				}
				if end.Mode().Perm() != 0o755 {
					t.Errorf("%s: mode %v", name, end.Mode())
				}
			}
			r, err = j.Run(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			if got := states(r); got != "ip already, brctl already, route already" {
				t.Error(got)
			}
			if again := tree(t, j.Dir); again != first {
				t.Errorf("the second run changed something:\n%s%s", first, again)
			}
		})
	}
}

// What is already ours may be turned into another kind without --force.
func TestChangeKind(t *testing.T) {
	j := newJob(t)
	for _, kind := range []Kind{Symlink, Copy, Hardlink, Symlink, Hardlink, Copy, Symlink} {
		j.Kind = kind
		if _, err := j.Run(context.Background()); err != nil {
			t.Fatal(kind, err)
		}
		r, err := j.Run(context.Background())
		if err != nil || states(r) != "ip already, brctl already, route already" {
			t.Errorf("%v: %v %v", kind, r, err)
		}
	}
}

// Beside the binary a symlink is relative.
func TestNeighbour(t *testing.T) {
	j := newJob(t)
	j.Dir = filepath.Dir(j.Source)
	j.Names = []string{"ip", "nlbox"}
	for range 2 {
		if _, err := j.Run(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	if to, _ := os.Readlink(filepath.Join(j.Dir, "ip")); to != "nlbox" {
		t.Errorf("ip -> %q", to)
	}
	if text, err := os.ReadFile(j.Source); err != nil || string(text) != "the binary" {
		t.Errorf("the binary itself: %q %v", text, err)
	}
}

func TestForeignFiles(t *testing.T) {
	put := map[string]func(path string) error{
		"file":     func(p string) error { return os.WriteFile(p, []byte("theirs"), 0o644) },
		"sized":    func(p string) error { return os.WriteFile(p, []byte("the bonary"), 0o755) },
		"dangling": func(p string) error { return os.Symlink("nowhere", p) },
		"symlink":  func(p string) error { return os.Symlink("/bin/sh", p) },
	}
	for name, make := range put {
		t.Run(name, func(t *testing.T) {
			j := newJob(t)
			if err := os.MkdirAll(j.Dir, 0o755); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(j.Dir, "brctl")
			if err := make(path); err != nil {
				t.Fatal(err)
			}
			before := tree(t, j.Dir)
			_, err := j.Run(context.Background())
			refused(t, err, path, "not ours", "--force")
			if now := tree(t, j.Dir); now != before {
				t.Errorf("before:\n%safter:\n%s", before, now)
			}
			j.Force = true
			r, err := j.Run(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			if got := states(r); got != "ip made, brctl replaced, route made" {
				t.Error(got)
			}
			if to, _ := os.Readlink(path); to != j.Source {
				t.Errorf("%s -> %q", path, to)
			}
			if n := strings.Count(tree(t, j.Dir), "\n"); n != 4 {
				t.Errorf("something was left behind:\n%s", tree(t, j.Dir))
			}
		})
	}
}

func TestDirectoryInTheWay(t *testing.T) {
	j := newJob(t)
	j.Force = true
	path := filepath.Join(j.Dir, "ip")
	if err := os.MkdirAll(path, 0o755); err != nil {
		t.Fatal(err)
	}
	_, err := j.Run(context.Background())
	refused(t, err, path, "is a directory")
}

func TestDirIsNoDirectory(t *testing.T) {
	j := newJob(t)
	parent := filepath.Dir(j.Source)
	for name, put := range map[string]func(string) error{
		"file":     func(p string) error { return os.WriteFile(p, nil, 0o644) },
		"dangling": func(p string) error { return os.Symlink("nowhere", p) },
	} {
		path := filepath.Join(parent, name)
		if err := put(path); err != nil {
			t.Fatal(err)
		}
		j.Dir = path
		_, err := j.Run(context.Background())
		refused(t, err, path, "not a directory")
		j.Dir = filepath.Join(path, "below")
		_, err = j.Run(context.Background())
		refused(t, err, path)
	}
}

func TestUnwritable(t *testing.T) {
	j := newJob(t)
	// Nobody, root included, makes files there.
	j.Dir = "/proc/self/bin"
	_, err := j.Run(context.Background())
	refused(t, err, "cannot make /proc/self/bin")
	j.Dir = "/proc/self/task"
	_, err = j.Run(context.Background())
	refused(t, err, "cannot write into /proc/self/task")
}

func TestUnwritableForUsers(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may write everywhere")
	}
	j := newJob(t)
	parent := filepath.Join(filepath.Dir(j.Source), "ro")
	if err := os.Mkdir(parent, 0o555); err != nil {
		t.Fatal(err)
	}
	j.Dir = filepath.Join(parent, "x", "y")
	_, err := j.Run(context.Background())
	refused(t, err, "cannot make "+filepath.Join(parent, "x"), "permission denied")
	j.Dir = parent
	_, err = j.Run(context.Background())
	refused(t, err, "cannot write into "+parent, "permission denied")
}

func TestMissingSource(t *testing.T) {
	j := newJob(t)
	j.Source += "-gone"
	_, err := j.Run(context.Background())
	refused(t, err, j.Source)
	if _, err := os.Stat(j.Dir); !os.IsNotExist(err) {
		t.Errorf("%s was made", j.Dir)
	}
}

// A failure halfway takes everything back: links, replaced files, directories.
func TestUndo(t *testing.T) {
	for _, existing := range []bool{false, true} {
		for failing := range 3 {
			j := newJob(t)
			j.Force = true
			if existing {
				if err := os.MkdirAll(j.Dir, 0o755); err != nil {
					t.Fatal(err)
				}
				write(t, filepath.Join(j.Dir, "ip"), "theirs", 0o640)
				write(t, filepath.Join(j.Dir, "other"), "x", 0o600)
			}
			top := filepath.Dir(j.Source)
			before := tree(t, top)
			_, err := j.run(context.Background(), func(name string) error {
				if name == j.Names[failing] {
					return errors.New("the disk is on fire")
				}
				return nil
			})
			refused(t, err, "the disk is on fire", "everything was undone")
			if now := tree(t, top); now != before {
				t.Errorf("existing %v, failing at %d: before:\n%safter:\n%s", existing, failing, before, now)
			}
		}
	}
}

func TestInterrupted(t *testing.T) {
	j := newJob(t)
	before := tree(t, filepath.Dir(j.Source))
	ctx, cancel := context.WithCancel(context.Background())
	_, err := j.run(ctx, func(name string) error {
		if name == "brctl" {
			cancel()
		}
		return nil
	})
	refused(t, err, "interrupted", "undone")
	if now := tree(t, filepath.Dir(j.Source)); now != before {
		t.Errorf("before:\n%safter:\n%s", before, now)
	}
}

// A file that appears between the check and the move is not ours to replace.
func TestSurprise(t *testing.T) {
	j := newJob(t)
	_, err := j.run(context.Background(), func(name string) error {
		if name == "brctl" {
			write(t, filepath.Join(j.Dir, "brctl"), "theirs", 0o755)
		}
		return nil
	})
	refused(t, err, filepath.Join(j.Dir, "brctl"), "file exists")
	if got := tree(t, j.Dir); strings.Count(got, "\n") != 2 || !strings.Contains(got, "theirs") {
		t.Errorf("left:\n%s", got)
	}
}

func TestShadow(t *testing.T) {
	j := newJob(t)
	real := t.TempDir()
	write(t, filepath.Join(real, "route"), "real", 0o755)
	write(t, filepath.Join(real, "ip"), "not executable", 0o644)
	if err := os.Symlink(j.Source, filepath.Join(real, "brctl")); err != nil {
		t.Fatal(err)
	}
	theirs, own := filepath.Join(real, "route"), filepath.Join(j.Dir, "route")
	for _, c := range []struct {
		name, path string
		words      []string
		shadowed   string
	}{
		{"later", j.Dir + ":" + real, []string{own + " would hide " + theirs, "--force"}, ""},
		{"earlier", "/nowhere:" + real + "/.:" + j.Dir, []string{theirs + " stands before " + own, "--force"}, theirs},
		{"both", real + ":" + j.Dir + ":" + real, []string{"stands before"}, theirs},
		{"outside", real, nil, ""},
		{"alone", j.Dir, nil, ""},
		{"empty", "", nil, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			j := j
			j.Path = c.path
			if c.words != nil {
				_, err := j.Run(context.Background())
				refused(t, err, c.words...)
				if strings.Contains(err.Error(), "brctl") || strings.Contains(err.Error(), "/ip") {
					t.Errorf("says too much: %v", err)
				}
				if _, err := os.Stat(j.Dir); !os.IsNotExist(err) {
					t.Errorf("%s was made", j.Dir)
				}
				j.Force = true
			}
			r, err := j.Run(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			if got := r.Entries[2].Shadowed; got != c.shadowed {
				t.Errorf("shadowed by %q, want %q", got, c.shadowed)
			}
			if want := strings.Contains(c.path, j.Dir); r.InPath != want {
				t.Errorf("InPath %v, want %v", r.InPath, want)
			}
			os.RemoveAll(j.Dir)
		})
	}
}

// Once installed, and put into PATH as we ask for it, a second run has nothing to
// object to; a name that is new has.
func TestShadowAgain(t *testing.T) {
	j := newJob(t)
	if _, err := j.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	real := t.TempDir()
	for _, name := range append(j.Names, "ping") {
		write(t, filepath.Join(real, name), "real", 0o755)
	}
	j.Path = j.Dir + ":" + real
	r, err := j.Run(context.Background())
	if err != nil || states(r) != "ip already, brctl already, route already" {
		t.Errorf("%v %v", r, err)
	}
	j.Names = append(j.Names, "ping")
	before := tree(t, j.Dir)
	_, err = j.Run(context.Background())
	refused(t, err, filepath.Join(j.Dir, "ping")+" would hide "+filepath.Join(real, "ping"), "--force")
	if strings.Contains(err.Error(), "/ip") {
		t.Errorf("says too much: %v", err)
	}
	if now := tree(t, j.Dir); now != before {
		t.Errorf("before:\n%safter:\n%s", before, now)
	}
}

// Jobs side by side on one directory, some of which fail, leave all or nothing:
// everything here, since one succeeds.
func TestConcurrent(t *testing.T) {
	j := newJob(t)
	var wg sync.WaitGroup
	errs := make([]error, 16)
	for i := range errs {
		wg.Go(func() {
			_, errs[i] = j.run(context.Background(), func(name string) error {
				if i%2 == 1 && name == "route" {
					return errors.New("on purpose")
				}
				return nil
			})
		})
	}
	wg.Wait()
	for i, err := range errs {
		if err != nil && (i%2 == 0 || !strings.Contains(err.Error(), "on purpose")) {
			t.Errorf("run %d: %v", i, err)
		}
	}
	if got := tree(t, j.Dir); strings.Count(got, "\n") != 4 {
		t.Errorf("left:\n%s", got)
	}
}
