package namespace_test

import (
	"errors"
	"os"
	"slices"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/namespace"
	"github.com/nlbox/nlbox/internal/namespace/nstest"
	"github.com/nlbox/nlbox/internal/rtnl"
)

func dial(t testing.TB) rtnl.Conn {
	t.Helper()
	conn, err := rtnl.Open(rtnl.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

func TestNSID(t *testing.T) {
	nstest.World(t, func() {
		add(t, "a", "b")
		conn := dial(t)
		defer conn.Close()
		if id, err := namespace.NSIDOf(conn, "a"); id != namespace.NSIDNone || err != nil {
			t.Errorf("before: %d, %v", id, err)
		}
		if err := namespace.SetNSID(conn, "a", 5); err != nil {
			t.Fatal(err)
		}
		if err := namespace.SetNSID(conn, namespace.Path("b"), namespace.NSIDNone); err != nil {
			t.Fatal(err)
		}
		if err := namespace.SetNSID(conn, "a", 6); !errors.Is(err, unix.EEXIST) {
			t.Errorf("second id: %v", err)
		}
		if id, err := namespace.NSIDOf(conn, "a"); id != 5 || err != nil {
			t.Errorf("after: %d, %v", id, err)
		}
		var ids []int32
		err := namespace.DumpNSIDs(conn, namespace.NSIDNone, func(n namespace.NSID) error {
			ids = append(ids, n.ID)
			return nil
		})
		slices.Sort(ids)
		if !slices.Equal(ids, []int32{0, 5}) || err != nil {
			t.Errorf("dump: %v, %v", ids, err)
		}
		// What a has b by, and what b is here.
		err = namespace.Do("a", nil, func() error {
			conn := dial(t)
			defer conn.Close()
			return namespace.SetNSID(conn, "b", 9)
		})
		if err != nil {
			t.Fatal(err)
		}
		got, err := namespace.GetNSID(conn, 0, 5)
		if want := (namespace.NSID{ID: 9, Current: 0, HasCurrent: true}); got != want || err != nil {
			t.Errorf("seen by a: %+v, %v; want %+v", got, err, want)
		}
		if _, err := namespace.GetNSID(conn, 77, namespace.NSIDNone); err == nil {
			t.Error("an id that nobody has")
		}
		if _, err := namespace.NSIDOf(conn, "nope"); err != unix.ENOENT {
			t.Errorf("a name that is not there: %v", err)
		}
	})
}

func TestNames(t *testing.T) {
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
		dialed, warned := 0, 0
		names := namespace.NewNames(func() (rtnl.Conn, error) {
			dialed++
			return dial(t), nil
		}, func(string) { warned++ })
		defer names.Close()
		if name, ok := names.Name(namespace.NSIDNone); ok || dialed > 0 {
			t.Errorf("no id is called %q, after %d connections", name, dialed)
		}
		if name, _ := names.Name(5); name != "a" {
			t.Errorf("5 is %q", name)
		}
		if name, ok := names.Name(6); ok {
			t.Errorf("6 is %q", name)
		}
		// One file is no namespace: the kernel says so once.
		if dialed != 1 || warned != 1 {
			t.Errorf("%d connections, %d warnings", dialed, warned)
		}
		if name, _ := names.Take(5); name != "a" {
			t.Errorf("took %q", name)
		}
		if name, ok := names.Name(5); ok {
			t.Errorf("after it was taken: %q", name)
		}
		if name, _ := names.Search(5); name != "a" {
			t.Errorf("found %q", name)
		}
		if name, _ := names.Name(5); name != "a" {
			t.Errorf("after it was found: %q", name)
		}
	})
}
