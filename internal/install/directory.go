package install

import (
	"errors"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// directoryPerm is for directories that a job makes.
const directoryPerm = 0o755

// heldDirectory is a job's directory, held open and locked against other jobs.
type heldDirectory struct {
	file *os.File
	// made are the directories that did not exist, the innermost last.
	made []string
}

// maxVanished is how often a directory on the way may be taken away by another
// job that failed, before the file system is believed to have no place for it
// (as /proc has none).
const maxVanished = 100

// openDirectory makes the directory if it is missing, and locks it.
func openDirectory(dir string) (*heldDirectory, error) {
	d := &heldDirectory{}
	for vanished := 0; ; {
		err := d.make(dir)
		if errors.Is(err, unix.ENOENT) && vanished < maxVanished {
			vanished++
			continue
		}
		if err != nil {
			d.removeMade()
			return nil, err
		}
		held, err := d.lock(dir)
		if err != nil {
			d.removeMade()
			return nil, err
		}
		if held {
			return d, nil
		}
	}
}

// make makes what is missing of the path.
func (d *heldDirectory) make(dir string) error {
	info, err := os.Stat(dir)
	switch {
	case err == nil && info.IsDir():
		return nil
	case err == nil:
		return fail(dir + " is not a directory")
	case !os.IsNotExist(err):
		return refuse(err)
	}
	if parent := filepath.Dir(dir); parent != dir {
		if err := d.make(parent); err != nil {
			return err
		}
	}
	err = os.Mkdir(dir, directoryPerm)
	if err == nil {
		d.made = append(d.made, dir)
		return nil
	}
	if !os.IsExist(err) {
		return &makeError{fail("cannot make " + dir + ": " + errno(err)), err}
	}
	// Another job was quicker, or a symlink leads nowhere.
	if info, err := os.Lstat(dir); err == nil && !info.IsDir() {
		return fail(dir + " is not a directory")
	}
	return nil
}

// makeError is a refusal to make a directory, with its cause.
type makeError struct {
	error
	cause error
}

func (e *makeError) Unwrap() []error { return []error{e.error, e.cause} }

// lock waits for other jobs on the directory. One of them may have failed and
// taken the directory away meanwhile: then it is not held.
func (d *heldDirectory) lock(dir string) (bool, error) {
	f, err := os.Open(dir)
	if os.IsNotExist(err) {
		return false, nil
	}
	if err != nil {
		return false, refuse(err)
	}
	// A file system without locks has only careful users.
	for unix.Flock(int(f.Fd()), unix.LOCK_EX) == unix.EINTR {
	}
	held, err := f.Stat()
	if err == nil {
		if now, err := os.Stat(dir); err == nil && os.SameFile(held, now) {
			d.file = f
			return true, nil
		}
	}
	f.Close()
	return false, nil
}

// removeMade takes the directories away again that nobody else has begun to use.
func (d *heldDirectory) removeMade() {
	for i := len(d.made) - 1; i >= 0; i-- {
		os.Remove(d.made[i])
	}
	d.made = nil
}

func (d *heldDirectory) close() { d.file.Close() }
