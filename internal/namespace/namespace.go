// Package namespace is the room of the named network namespaces: the files
// below /run/netns that iproute2 and everybody else agree on. It adds, attaches,
// deletes, lists and identifies them, and runs code inside of them.
//
// A namespace belongs to a thread, not to a process. Whoever enters one does so
// on a goroutine that is locked to its thread and never unlocked (Do), so that
// the thread dies with the goroutine and no other goroutine is ever run in the
// wrong namespace; or the call has the process for itself and ends with it
// (Enter, Run).
//
// All paths are taken in the mount namespace of the calling thread. A thread
// with a /run of its own therefore has named namespaces of its own.
//
// Errors are *applet.Exit values with the words and the exit status of ip(8) of
// iproute2 6.1, and wrap the errno.
//
// The package may import internal/applet, internal/rtnl and the two modules of
// vishvananda's; applets import it, it imports none of them.
package namespace

import (
	"strings"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// Dir is the directory of the named namespaces.
const Dir = "/run/netns"

// EtcDir holds a directory for each name, whose files stand for those of /etc
// inside of that namespace.
const EtcDir = "/etc/netns"

// nameMax is the longest name of a file (NAME_MAX of linux/limits.h).
const nameMax = 255

// Path is the file of the namespace called name.
func Path(name string) string { return Dir + "/" + name }

// ValidName tells whether name can be that of a file in Dir.
func ValidName(name string) bool {
	return name != "" && len(name) <= nameMax && name != "." && name != ".." &&
		!strings.Contains(name, "/")
}

// List returns the names in the order of the directory, which is not sorted.
// The error is the errno of opening Dir; a directory that is missing is an
// error too (ENOENT).
func List() ([]string, error) { return entries(Dir) }

// Each calls fn for every name, in the order of the directory, until fn
// returns false. A directory that is missing is an empty one.
func Each(fn func(name string) bool) error {
	names, err := List()
	if err != nil {
		if err == unix.ENOENT {
			return nil
		}
		return failed(1, "Failed to open directory "+Dir, err)
	}
	for _, name := range names {
		if !fn(name) {
			break
		}
	}
	return nil
}

// failed is the refusal "what: text of the errno".
func failed(code int, what string, err error) *applet.Exit {
	return &applet.Exit{Code: code, Text: what + ": " + errnoText(err), Err: err}
}

// errnoText is strerror(3) for what a system call returned.
func errnoText(err error) string {
	if errno, ok := err.(unix.Errno); ok {
		return rtnl.Strerror(errno)
	}
	return err.Error()
}
