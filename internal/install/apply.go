package install

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// apply makes the entries that are not there yet. The links are prepared in a
// directory of their own inside the job's, on the same file system, and moved.
func (j Job) apply(ctx context.Context, entries []Entry, before func(string) error) error {
	if done(entries) {
		return nil
	}
	stage, err := os.MkdirTemp(j.Dir, ".nlbox-")
	if err != nil {
		return fail("cannot write into " + j.Dir + ": " + errno(err))
	}
	defer os.RemoveAll(stage)
	for _, e := range entries {
		if e.State != Already {
			if err := j.prepare(filepath.Join(stage, e.Name)); err != nil {
				return err
			}
		}
	}
	var undo []func()
	for _, e := range entries {
		if e.State == Already {
			continue
		}
		err := interrupted(ctx)
		if err == nil {
			err = before(e.Name)
		}
		var back func()
		if err == nil {
			back, err = move(filepath.Join(stage, e.Name), e)
		}
		if err != nil {
			for i := len(undo) - 1; i >= 0; i-- {
				undo[i]()
			}
			return fail(reason(err) + "; everything was undone")
		}
		undo = append(undo, back)
	}
	return nil
}

func done(entries []Entry) bool {
	for _, e := range entries {
		if e.State != Already {
			return false
		}
	}
	return true
}

func interrupted(ctx context.Context) error {
	if ctx.Err() != nil {
		return errors.New("interrupted")
	}
	return nil
}

// prepare makes one link or copy under a temporary name.
func (j Job) prepare(path string) error {
	var err error
	switch j.Kind {
	case Symlink:
		err = os.Symlink(j.target(), path)
	case Hardlink:
		err = os.Link(j.Source, path)
	case Copy:
		err = copyFile(j.Source, path)
	}
	switch {
	case err == nil:
		return nil
	case j.Kind == Hardlink && errors.Is(err, unix.EXDEV):
		return fail(j.Dir + " is on another file system than " + j.Source +
			", where no hard link reaches; use --symlink or --copy")
	case j.Kind == Hardlink && errors.Is(err, unix.EPERM):
		return fail("no hard link to " + j.Source + " is allowed here (fs.protected_hardlinks, " +
			"or a file system without them); use --symlink or --copy")
	}
	return fail("cannot make a " + j.Kind.String() + " in " + j.Dir + ": " + errno(err))
}

// target is what a symlink says: the binary's bare name when it is a neighbour,
// so that the directory can be moved.
func (j Job) target() string {
	dir, name := filepath.Split(j.Source)
	if sameDir(dir, j.Dir) {
		return name
	}
	return j.Source
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o700)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if err == nil {
		err = out.Chmod(0o755)
	}
	return errors.Join(err, out.Close())
}

// move brings what was prepared into its place and returns the way back. What
// was replaced takes the temporary name, where it stays until all is done.
func move(from string, e Entry) (back func(), err error) {
	flags, remove := uint(unix.RENAME_NOREPLACE), func() { os.Remove(e.Path) }
	if e.State == Replaced {
		flags, remove = unix.RENAME_EXCHANGE, func() { rename(from, e.Path, unix.RENAME_EXCHANGE) }
	}
	if err := rename(from, e.Path, flags); err != nil {
		return nil, &os.LinkError{Op: "rename", Old: from, New: e.Path, Err: err}
	}
	return remove, nil
}

// rename is renameat2(2) with flags, also on file systems that know none.
func rename(from, to string, flags uint) error {
	err := unix.Renameat2(unix.AT_FDCWD, from, unix.AT_FDCWD, to, flags)
	if err != unix.EINVAL && err != unix.ENOSYS {
		return err
	}
	if flags == unix.RENAME_NOREPLACE {
		if _, err := os.Lstat(to); err == nil {
			return unix.EEXIST
		}
		return unix.Rename(from, to)
	}
	spare := from + ".old"
	if err := unix.Rename(to, spare); err != nil {
		return err
	}
	if err := unix.Rename(from, to); err != nil {
		unix.Rename(spare, to)
		return err
	}
	return unix.Rename(spare, from)
}

// errno is the bare cause, without the temporary names it happened to.
func errno(err error) string {
	var e unix.Errno
	if errors.As(err, &e) {
		return e.Error()
	}
	return err.Error()
}
