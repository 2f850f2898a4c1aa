package namespace_test

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/namespace"
	"github.com/nlbox/nlbox/internal/namespace/nstest"
	"github.com/nlbox/nlbox/internal/rtnl"
)

const ownMounts = "/proc/thread-self/ns/mnt"

// inBothWays runs fn for a call that shares its process and for one that has it
// for itself, each on a thread whose mount namespace is passed.
func inBothWays(t *testing.T, fn func(env *applet.Env, asked *[]string, mnt uint64)) {
	for _, alone := range []bool{false, true} {
		nstest.World(t, func() {
			add(t, "a", "b")
			env, asked := call(nil, "PATH=/nowhere:/bin")
			env.Alone = alone
			fn(env, asked, inode(t, ownMounts))
		})
	}
}

// wantPlace checks where the calling thread is. An empty sys means the mounts of
// the caller.
func wantPlace(t *testing.T, what, net, sys string, mnt uint64) {
	t.Helper()
	if here(t) != inode(t, namespace.Path(net)) {
		t.Errorf("%s: not in %q", what, net)
	}
	if own := inode(t, ownMounts); (own == mnt) != (sys == "") {
		t.Errorf("%s: mount namespace of the caller: %v", what, own == mnt)
	}
	if source := sysSource(t); sys != "" && source != sys {
		t.Errorf("%s: /sys is of %q, want %q", what, source, sys)
	}
}

// The mounts are there for those who ask, and nobody pays for them before.
func TestRunMountsOnDemand(t *testing.T) {
	inBothWays(t, func(env *applet.Env, _ *[]string, mnt uint64) {
		err := namespace.Run(env, "a", func() error {
			wantPlace(t, "before", "a", "", mnt)
			err := env.Inside(func() error {
				wantPlace(t, "inside", "a", "a", mnt)
				first := inode(t, ownMounts)
				return env.Inside(func() error {
					if inode(t, ownMounts) != first {
						t.Error("inside of inside there is another mount namespace")
					}
					return nil
				})
			})
			if env.Alone {
				wantPlace(t, "behind", "a", "a", mnt)
			} else {
				wantPlace(t, "behind", "a", "", mnt)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
		if !env.Alone && (env.Mounts != nil || inode(t, ownMounts) != mnt) {
			t.Error("the caller is not as it was")
		}
	})
}

// The inner of two namespaces is the one that /sys shows.
func TestRunNested(t *testing.T) {
	inBothWays(t, func(env *applet.Env, _ *[]string, mnt uint64) {
		err := namespace.Run(env, "a", func() error {
			err := namespace.Run(env, "b", func() error {
				wantPlace(t, "inner", "b", "", mnt)
				return env.Inside(func() error { wantPlace(t, "inner", "b", "b", mnt); return nil })
			})
			if !env.Alone {
				wantPlace(t, "outer", "a", "", mnt)
				return env.Inside(func() error { wantPlace(t, "outer", "a", "a", mnt); return nil })
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// A program finds its /sys; to search for it takes no mounts, and where none is
// found the words are those of before.
func TestRunProgram(t *testing.T) {
	inBothWays(t, func(env *applet.Env, asked *[]string, mnt uint64) {
		inner := env.Exec
		env.Exec = func(path string, argv, vars []string) error {
			wantPlace(t, path, "a", "a", mnt)
			inner(path, argv, vars)
			return nil
		}
		err := namespace.Run(env, "a", func() error { return namespace.Exec(env, []string{"sh", "-c", ":"}) })
		if err != nil || !slices.Equal(*asked, []string{"/bin/sh(sh -c :)"}) {
			t.Errorf("%v, asked for %q", err, *asked)
		}
		err = namespace.Run(env, "a", func() error { return namespace.Exec(env, []string{"nope"}) })
		wantExit(t, err, 1, `exec of "nope" failed: No such file or directory`)
	})
}

// Files of /etc/netns/NAME are there at once.
func TestRunEtc(t *testing.T) {
	inBothWays(t, func(env *applet.Env, _ *[]string, mnt uint64) {
		if err := unix.Mount("nstest", "/etc", "tmpfs", 0, ""); err != nil {
			t.Fatal(err)
		}
		os.MkdirAll("/etc/netns/a", 0o755)
		os.WriteFile("/etc/hosts", []byte("outside"), 0o644)
		os.WriteFile("/etc/netns/a/hosts", []byte("inside"), 0o644)
		err := namespace.Run(env, "a", func() error {
			wantPlace(t, "with files", "a", "a", mnt)
			if data, err := os.ReadFile("/etc/hosts"); string(data) != "inside" {
				t.Errorf("/etc/hosts: %q, %v", data, err)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// Names.List asks once for each name, and for those that the kernel refuses twice
// where the names have not been loaded.
func TestNamesList(t *testing.T) {
	nstest.World(t, func() {
		add(t, "a", "b")
		conn := dial(t)
		defer conn.Close()
		if err := namespace.SetNSID(conn, "a", 5); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(namespace.Path("stale"), nil, 0o644); err != nil {
			t.Fatal(err)
		}
		asked, warned := 0, new(bytes.Buffer)
		names := namespace.NewNames(func() (rtnl.Conn, error) { return counting{dial(t), &asked}, nil },
			func(line string) { warned.WriteString(line + "\n") })
		defer names.Close()
		for _, want := range []struct{ asked, warned int }{{4, 2}, {3, 1}} {
			asked = 0
			warned.Reset()
			list, err := names.List()
			slices.SortFunc(list, func(a, b namespace.Named) int { return strings.Compare(a.Name, b.Name) })
			if want := []namespace.Named{{"a", 5}, {"b", namespace.NSIDNone}, {"stale", namespace.NSIDNone}}; !slices.Equal(list, want) || err != nil {
				t.Errorf("got %v, %v; want %v", list, err, want)
			}
			if n := strings.Count(warned.String(), "\n"); asked != want.asked || n != want.warned {
				t.Errorf("%d questions, %d warnings; want %+v", asked, n, want)
			}
		}
		if name, _ := names.Name(5); name != "a" {
			t.Errorf("5 is %q", name)
		}
	})
}

// counting is a connection that counts its questions.
type counting struct {
	rtnl.Conn
	asked *int
}

func (c counting) Get(r *rtnl.Request, each func(*rtnl.Msg) error) error {
	*c.asked++
	return c.Conn.Get(r, each)
}

// A tour looks for its command once, and anew where a namespace has files of its own.
func TestTourExec(t *testing.T) {
	nstest.World(t, func() {
		add(t, "a", "b", "c", "d")
		if err := unix.Mount("nstest", "/etc", "tmpfs", 0, ""); err != nil {
			t.Fatal(err)
		}
		os.MkdirAll("/etc/netns/b", 0o755)
		env, _ := call(nil)
		looked := 0
		var ran []string
		env.Lookup = func(string) (applet.Main, bool) {
			looked++
			return func(env *applet.Env) error {
				ran = append(ran, env.Args[0])
				return nil
			}, true
		}
		err := namespace.Travel(env, func(tour *namespace.Tour) error {
			for _, name := range []string{"a", "b", "c", "d"} {
				if err := tour.Exec(name, []string{"/proc/self/exe", "in " + name}); err != nil {
					return err
				}
			}
			return nil
		})
		if want := []string{"in a", "in b", "in c", "in d"}; err != nil || !slices.Equal(ran, want) {
			t.Errorf("%v, %q", err, ran)
		}
		if looked != 2 {
			t.Errorf("looked %d times", looked)
		}
	})
}

// A tour goes straight from one namespace to the next, and home in the end, also
// where one of them is not there or has files that stand for those of /etc.
func TestTour(t *testing.T) {
	nstest.World(t, func() {
		add(t, "a", "b", "c")
		if err := unix.Mount("nstest", "/etc", "tmpfs", 0, ""); err != nil {
			t.Fatal(err)
		}
		os.MkdirAll("/etc/netns/b", 0o755)
		env, _ := call(nil)
		home, mnt := here(t), inode(t, ownMounts)
		var seen []string
		err := namespace.Travel(env, func(tour *namespace.Tour) error {
			for _, name := range []string{"a", "b", "nope", "c"} {
				err := tour.Visit(name, func() error {
					seen = append(seen, name)
					if here(t) != inode(t, namespace.Path(name)) {
						t.Errorf("%s: in another", name)
					}
					if own := inode(t, ownMounts) == mnt; own != (name != "b") {
						t.Errorf("%s: mounts of the caller: %v", name, own)
					}
					return nil
				})
				if (err != nil) != (name == "nope") {
					t.Errorf("%s: %v", name, err)
				}
				if env.Mounts != nil {
					t.Errorf("%s left its mounts behind", name)
				}
			}
			return applet.Silent(7)
		})
		wantExit(t, err, 7, "")
		if !slices.Equal(seen, []string{"a", "b", "c"}) {
			t.Errorf("visited %q", seen)
		}
		if here(t) != home || inode(t, ownMounts) != mnt {
			t.Error("the thread did not come home")
		}
	})
}
