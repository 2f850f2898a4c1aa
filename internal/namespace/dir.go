package namespace

import "golang.org/x/sys/unix"

// entries lists a directory in the order that the kernel gives, without "." and
// "..". The error is an errno, of opening it; an error while reading ends the
// list, as the end of the directory does.
func entries(dir string) ([]string, error) {
	fd, err := unix.Open(dir, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	defer unix.Close(fd)
	var names []string
	buf := make([]byte, 4<<10) // on the stack, which need not grow for it
	for {
		n, err := unix.ReadDirent(fd, buf)
		if err != nil || n <= 0 {
			return names, nil
		}
		_, _, names = unix.ParseDirent(buf[:n], -1, names)
	}
}
