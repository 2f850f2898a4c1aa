package names

import "syscall"

// fileSize is what most of the files fit in.
const fileSize = 4 << 10

// readFile returns the text of a file; ok is false when it cannot be opened or
// read. It does without package os, whose files start the runtime's poller.
func readFile(path string) (text string, ok bool) {
	fd, err := open(path, 0)
	if err != nil {
		return "", false
	}
	defer syscall.Close(fd)
	b := make([]byte, 0, fileSize)
	for {
		if len(b) == cap(b) {
			b = append(b, 0)[:len(b)]
		}
		n, err := syscall.Read(fd, b[len(b):cap(b)])
		switch {
		case err == syscall.EINTR:
		case err != nil:
			return "", false
		case n == 0:
			return string(b), true
		default:
			b = b[:len(b)+n]
		}
	}
}

// entries lists a directory in its own order, without "." and ".."; nothing
// when it cannot be opened.
func entries(dir string) (names []string) {
	fd, err := open(dir, syscall.O_DIRECTORY)
	if err != nil {
		return nil
	}
	defer syscall.Close(fd)
	buf := make([]byte, fileSize)
	for {
		n, err := syscall.ReadDirent(fd, buf)
		if err == syscall.EINTR {
			continue
		}
		if err != nil || n <= 0 {
			return names
		}
		_, _, names = syscall.ParseDirent(buf[:n], -1, names)
	}
}

// open opens a file for reading.
func open(path string, flags int) (fd int, err error) {
	for {
		fd, err = syscall.Open(path, syscall.O_RDONLY|syscall.O_CLOEXEC|flags, 0)
		if err != syscall.EINTR {
			return fd, err
		}
	}
}
