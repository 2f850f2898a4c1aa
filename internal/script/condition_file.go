package script

import (
	"io"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// unary is a test of one word.
func (c *condition) unary(op byte, word string) (bool, error) {
	switch op {
	case 'n':
		return word != "", nil
	case 'z':
		return word == "", nil
	case 't':
		return c.terminalAt(word)
	case 'v':
		return c.isSet(word), nil
	case 'o', 'R':
		return false, nil
	case 'r', 'w', 'x':
		mode := map[byte]uint32{'r': unix.R_OK, 'w': unix.W_OK, 'x': unix.X_OK}[op]
		return unix.Faccessat(unix.AT_FDCWD, c.path(word), mode, unix.AT_EACCESS) == nil, nil
	}
	return c.file(op, c.path(word)), nil
}

// isSet is bash's -v.
func (c *condition) isSet(word string) bool {
	name, index, element := strings.Cut(strings.TrimSuffix(word, "]"), "[")
	v := c.hc.Env.Get(name)
	switch {
	case !element && v.List != nil:
		return len(v.List) > 0 && (v.Indexes == nil || v.Indexes[0] == 0)
	case !element:
		return v.IsSet() && v.Map == nil
	case v.Map != nil:
		_, ok := v.Map[index]
		return ok
	}
	n, err := c.number(index)
	if err != nil || v.Indexes == nil {
		return err == nil && n >= 0 && int(n) < len(v.List)
	}
	for _, i := range v.Indexes {
		if i == int(n) {
			return true
		}
	}
	return false
}

// file tests what a name stands for.
func (c *condition) file(op byte, path string) bool {
	var st unix.Stat_t
	stat := unix.Stat
	if op == 'h' || op == 'L' {
		stat = unix.Lstat
	}
	if path == "" || stat(path, &st) != nil {
		return false
	}
	kind := st.Mode & unix.S_IFMT
	for _, k := range fileKinds {
		if k.letter == op {
			return kind == k.mode
		}
	}
	switch op {
	case 's':
		return st.Size > 0
	case 'u':
		return st.Mode&unix.S_ISUID != 0
	case 'g':
		return st.Mode&unix.S_ISGID != 0
	case 'k':
		return st.Mode&unix.S_ISVTX != 0
	case 'O':
		return int(st.Uid) == os.Geteuid()
	case 'G':
		return int(st.Gid) == os.Getegid()
	case 'N':
		return st.Mtim.Nano() > st.Atim.Nano()
	}
	return true // -e, and bash's -a
}

// compareFiles: to dash a file that is not there is neither newer nor older.
func (c *condition) compareFiles(left, op, right string) bool {
	x, errX := os.Stat(c.path(left))
	y, errY := os.Stat(c.path(right))
	switch {
	case op == "-ef":
		return errX == nil && errY == nil && os.SameFile(x, y)
	case errX == nil && errY == nil:
		if op == "-ot" {
			x, y = y, x
		}
		return x.ModTime().After(y.ModTime())
	case op == "-nt":
		return c.bash && errX == nil
	}
	return c.bash && errY == nil
}

// path is a file's name for the process, whose directory is another.
func (c *condition) path(name string) string {
	if name == "" {
		return ""
	}
	return (&invocation{shell: c.shell, hc: c.hc}).absolute(name)
}

// terminalAt tells whether a descriptor is a terminal.
func (c *condition) terminalAt(word string) (bool, error) {
	n, err := c.number(word)
	if err != nil {
		if c.bash {
			err = nil
		}
		return false, err
	}
	switch n {
	case 0:
		f, ok := c.hc.Stdin.(io.Writer)
		return ok && terminal(f), nil
	case 1:
		return c.isTerminal(c.hc.Stdout), nil
	case 2:
		return terminal(c.hc.Stderr), nil
	}
	d := c.descriptorOf(c.hc, int(n))
	return d != nil && d.f != nil && terminal(d.f), nil
}

// fileKinds are the tests of what a file is (inode(7)).
var fileKinds = [...]struct {
	letter byte
	mode   uint32
}{
	{'f', unix.S_IFREG}, {'d', unix.S_IFDIR}, {'c', unix.S_IFCHR}, {'b', unix.S_IFBLK}, {'p', unix.S_IFIFO},
	{'S', unix.S_IFSOCK}, {'h', unix.S_IFLNK}, {'L', unix.S_IFLNK},
}
