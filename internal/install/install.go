// Package install gives the binary the names of its applets: links or copies in
// a directory, all of them or none.
//
// A run first looks at everything that could stand in its way, then prepares
// every link under a temporary name and only then moves them into place. What
// goes wrong on the way is undone, the directory included. Runs on one directory
// wait for each other.
//
// It may import the standard library, x/sys/unix and internal/applet.
package install

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"github.com/nlbox/nlbox/internal/applet"
)

// Kind is how a name leads to the binary.
type Kind int

// The kinds. A symlink follows the binary when it is replaced by a newer one; a
// hard link needs the same file system; a copy stands alone.
const (
	Symlink Kind = iota
	Hardlink
	Copy
)

// String is the kind in words.
func (k Kind) String() string {
	switch k {
	case Hardlink:
		return "hard link"
	case Copy:
		return "copy"
	}
	return "symlink"
}

// Job is one installation.
type Job struct {
	// Dir is made, with its parents, when it is missing.
	Dir string
	// Names are the applets.
	Names []string
	// Source is the path of the binary.
	Source string
	Kind   Kind
	// Force replaces files that are not ours, and shadows others.
	Force bool
	// Path is the value of PATH: where other commands of these names could be.
	Path string
}

// State is what became of a name.
type State int

// The states.
const (
	Made State = iota
	Replaced
	Already
)

// Entry is what became of one name. Shadowed is the path of a command of that
// name which stands earlier in PATH, so that it is run instead, or empty.
type Entry struct {
	Name, Path string
	State      State
	Shadowed   string
}

// Result is what a job did.
type Result struct {
	// Dir is the absolute path.
	Dir     string
	Entries []Entry
	// InPath tells whether Dir stands in PATH.
	InPath bool
}

// Run does the job. When ctx ends, it stops and undoes what it did. Every error
// is an *applet.Exit with status 1 that says what stands in the way and what to
// do about it; there may be several lines.
func (j Job) Run(ctx context.Context) (*Result, error) {
	return j.run(ctx, func(string) error { return nil })
}

// run calls before with each name before it is moved into place; a test's error
// there stands for any failure halfway.
func (j Job) run(ctx context.Context, before func(name string) error) (*Result, error) {
	dir, err := filepath.Abs(j.Dir)
	if err != nil {
		return nil, refuse(err)
	}
	j.Dir = dir
	source, err := os.Stat(j.Source)
	if err != nil {
		return nil, fail("cannot find the binary itself: " + reason(err))
	}
	others := j.others(source)
	if _, err := os.Stat(dir); os.IsNotExist(err) {
		// Not even made when it would not be used.
		if err := j.checkShadow(others, nil); err != nil {
			return nil, err
		}
	}
	d, err := openDirectory(dir)
	if err != nil {
		return nil, err
	}
	defer d.close()
	entries, err := j.inspect(source)
	if err == nil {
		err = j.checkShadow(others, entries)
	}
	if err == nil {
		err = j.apply(ctx, entries, before)
	}
	if err != nil {
		d.removeMade()
		return nil, err
	}
	for i := range entries {
		if o := find(others, entries[i].Name); o != nil && o.earlier {
			entries[i].Shadowed = o.path
		}
	}
	_, inPath := position(j.Path, dir)
	return &Result{Dir: dir, Entries: entries, InPath: inPath}, nil
}

func fail(text string) error { return applet.Fail(1, "nlbox install: "+text) }

// refuse is for errors that need no more words.
func refuse(err error) error { return fail(reason(err)) }

// reason is the error's text in one line, beginning with the path it is about.
func reason(err error) string {
	switch e := err.(type) {
	case *os.PathError:
		return e.Path + ": " + e.Err.Error()
	case *os.LinkError:
		return e.New + ": " + e.Err.Error()
	}
	return err.Error()
}

// failAll is one error of several lines.
func failAll(lines []string) error {
	return fail(strings.Join(lines, "\nnlbox install: "))
}
