package install

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// other is a command of an applet's name elsewhere in PATH.
type other struct {
	name, path string
	// earlier: it stands before the directory of the job.
	earlier bool
}

// others finds the commands that would hide ours, or that ours would hide. None
// when the job's directory is not in PATH: nobody meets ours by accident then.
func (j Job) others(source fs.FileInfo) []other {
	at, ok := position(j.Path, j.Dir)
	if !ok {
		return nil
	}
	var found []other
	for i, dir := range filepath.SplitList(j.Path) {
		if i == at || sameDir(dir, j.Dir) {
			continue
		}
		for _, name := range j.Names {
			path := filepath.Join(dir, name)
			info, err := os.Stat(path)
			if err != nil || !info.Mode().IsRegular() || info.Mode()&0o111 == 0 ||
				os.SameFile(info, source) || find(found, name) != nil {
				continue
			}
			found = append(found, other{name, path, i < at})
		}
	}
	return found
}

func find(others []other, name string) *other {
	for i := range others {
		if others[i].name == name {
			return &others[i]
		}
	}
	return nil
}

// position finds dir in PATH.
func position(path, dir string) (int, bool) {
	for i, d := range filepath.SplitList(path) {
		if sameDir(d, dir) {
			return i, true
		}
	}
	return 0, false
}

// sameDir tells whether two paths are one directory, which need not exist yet.
// An empty element of PATH is the working directory.
func sameDir(a, b string) bool {
	if a == "" {
		a = "."
	}
	if x, err := filepath.Abs(a); err == nil && x == filepath.Clean(b) {
		return true
	}
	x, err := os.Stat(a)
	if err != nil {
		return false
	}
	y, err := os.Stat(b)
	return err == nil && os.SameFile(x, y)
}

// checkShadow refuses to bring a command beside another of its name. One that is
// already there has been accepted before.
func (j Job) checkShadow(others []other, entries []Entry) error {
	var lines []string
	for _, o := range others {
		own := filepath.Join(j.Dir, o.name)
		switch {
		case j.Force || isThere(entries, o.name):
		case o.earlier:
			lines = append(lines, o.path+" stands before "+own+" in PATH and would be run instead")
		default:
			lines = append(lines, own+" would hide "+o.path+", which stands later in PATH")
		}
	}
	if len(lines) == 0 {
		return nil
	}
	lines = append(lines, "nothing was changed; choose a directory outside PATH, or say --force")
	return failAll(lines)
}

func isThere(entries []Entry, name string) bool {
	for _, e := range entries {
		if e.Name == name {
			return e.State == Already
		}
	}
	return false
}

// inspect says for every name what is to be done. It reports all files that are
// in the way at once.
func (j Job) inspect(source fs.FileInfo) ([]Entry, error) {
	entries := make([]Entry, 0, len(j.Names))
	var lines []string
	canForce := true
	for _, name := range j.Names {
		e := Entry{Name: name, Path: filepath.Join(j.Dir, name)}
		found, err := j.look(e.Path, source)
		if err != nil {
			return nil, refuse(err)
		}
		switch found {
		case nothing:
			e.State = Made
		case wanted:
			e.State = Already
		case ours:
			e.State = Replaced
		case foreign:
			e.State = Replaced
			if !j.Force {
				lines = append(lines, e.Path+" exists and is not ours"+target(e.Path))
			}
		case directory:
			canForce = false
			lines = append(lines, e.Path+" is a directory")
		}
		entries = append(entries, e)
	}
	if len(lines) == 0 {
		return entries, nil
	}
	remedy := "nothing was changed; say --force to replace what is not ours"
	if !canForce {
		remedy = "nothing was changed; move the directory away first"
	}
	return nil, failAll(append(lines, remedy))
}

// target says where a symlink leads.
func target(path string) string {
	to, err := os.Readlink(path)
	if err != nil {
		return ""
	}
	return " (a symlink to " + to + ")"
}

// presence is what stands under a name.
type presence int

const (
	nothing presence = iota
	wanted           // what the job would make
	ours             // this binary, in another way
	foreign
	directory
)

func (j Job) look(path string, source fs.FileInfo) (presence, error) {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nothing, nil
	case err != nil:
		return foreign, err
	case info.IsDir():
		return directory, nil
	case os.SameFile(info, source):
		// A hard link, or the binary itself, which must stay what it is.
		if j.Kind == Hardlink || j.isSource(path) {
			return wanted, nil
		}
		return ours, nil
	case info.Mode()&fs.ModeSymlink != 0:
		return j.lookSymlink(path, source), nil
	case info.Mode().IsRegular() && info.Size() == source.Size():
		same, err := sameBytes(path, j.Source)
		if err != nil || !same {
			return foreign, err
		}
		if j.Kind == Copy {
			return wanted, nil
		}
		return ours, nil
	}
	return foreign, nil
}

// isSource tells whether path is the very name that the binary was found by.
func (j Job) isSource(path string) bool {
	return sameDir(filepath.Dir(path), filepath.Dir(j.Source)) && filepath.Base(path) == filepath.Base(j.Source)
}

func (j Job) lookSymlink(path string, source fs.FileInfo) presence {
	end, err := os.Stat(path)
	switch {
	case err != nil || !os.SameFile(end, source):
		return foreign
	case j.Kind == Symlink:
		return wanted
	}
	return ours
}

// sameBytes compares two files of one size.
func sameBytes(a, b string) (bool, error) {
	x, err := os.Open(a)
	if err != nil {
		return false, err
	}
	defer x.Close()
	y, err := os.Open(b)
	if err != nil {
		return false, err
	}
	defer y.Close()
	p, q := make([]byte, 1<<16), make([]byte, 1<<16)
	for {
		n, errX := io.ReadFull(x, p)
		m, errY := io.ReadFull(y, q)
		if !bytes.Equal(p[:n], q[:m]) {
			return false, nil
		}
		if errX != nil || errY != nil {
			return ended(errX) && ended(errY), nil
		}
	}
}

func ended(err error) bool { return err == io.EOF || err == io.ErrUnexpectedEOF }
