package namespace

import (
	"bytes"
	"encoding/binary"

	"golang.org/x/sys/unix"
)

// watchSize is the size of the buffer for events: some dozens of short names.
const watchSize = 4096

// Watch makes Dir if it is missing and calls fn for every name that is added or
// deleted, for ever. It returns only when it fails.
func Watch(fn func(name string, added bool)) error {
	fd, err := unix.InotifyInit1(unix.IN_CLOEXEC)
	if err != nil {
		return failed(1, "inotify_init failed", err)
	}
	defer unix.Close(fd)
	if err := makeDir(); err != nil {
		return err
	}
	if _, err := unix.InotifyAddWatch(fd, Dir, unix.IN_CREATE|unix.IN_DELETE); err != nil {
		return failed(1, "inotify_add_watch failed", err)
	}
	buf := make([]byte, watchSize)
	for {
		n, err := unix.Read(fd, buf)
		switch {
		case err == unix.EINTR:
		case err != nil:
			return failed(1, "read failed", err)
		default:
			events(buf[:n], fn)
		}
	}
}

// events takes a buffer of struct inotify_event apart (inotify(7)).
func events(b []byte, fn func(name string, added bool)) {
	for len(b) >= unix.SizeofInotifyEvent {
		mask := binary.NativeEndian.Uint32(b[4:])
		size := unix.SizeofInotifyEvent + int(binary.NativeEndian.Uint32(b[12:]))
		if size > len(b) {
			return
		}
		name, _, _ := bytes.Cut(b[unix.SizeofInotifyEvent:size], []byte{0})
		if mask&unix.IN_CREATE != 0 {
			fn(string(name), true)
		}
		if mask&unix.IN_DELETE != 0 {
			fn(string(name), false)
		}
		b = b[size:]
	}
}
