package object

import (
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
)

// Program reads the rest of a BPF program, whose mode is the current word, and
// opens it where it is pinned. Of an object file, which only libbpf loads, the
// answer is -1. after is what follows a refusal.
func (c *Context) Program(cur *words.Cursor, mode, after string) (int, error) {
	elf := mode == "obj" || words.Prefix(mode, "object-file")
	if !elf && !words.Prefix(mode, "object-pinned") && !words.Prefix(mode, "pinned") && !words.Prefix(mode, "fd") {
		return -1, Abort(StatusUsage, `What mode is "`+mode+`"?`+after)
	}
	path, err := cur.Value()
	if err != nil || elf {
		return -1, err
	}
	fd := -1
	err = c.Env.Inside(func() (err error) {
		fd, err = pinnedProgram(path)
		return err
	})
	if errno, ok := err.(unix.Errno); ok {
		return -1, Abort(StatusUsage, "Couldn't retrieve pinned program '"+path+"': "+rtnl.Strerror(errno)+after)
	}
	return fd, err
}

// pinnedProgram opens a program of the BPF file system: bpf(2), BPF_OBJ_GET.
func pinnedProgram(path string) (int, error) {
	p, err := unix.BytePtrFromString(path)
	if err != nil {
		return -1, unix.EINVAL
	}
	attr := struct {
		path  uint64
		fd    uint32
		flags uint32
	}{path: uint64(uintptr(unsafe.Pointer(p)))}
	fd, _, errno := unix.Syscall(unix.SYS_BPF, unix.BPF_OBJ_GET,
		uintptr(unsafe.Pointer(&attr)), unsafe.Sizeof(attr))
	if errno != 0 {
		return -1, errno
	}
	return int(fd), nil
}
