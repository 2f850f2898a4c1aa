package tuntap

import (
	"errors"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// process has a device open.
type process struct {
	name string
	pid  int
}

// openDevices goes through the descriptors of all processes but this one and
// finds those that are the other end of a device, by the device's name. The name
// is all that is known: a device of another namespace may be meant. warn gets
// the descriptors that could not be looked at, as lines without a newline.
func openDevices(warn func(string)) map[string][]process {
	found := make(map[string][]process)
	for _, dir := range numbered("/proc") {
		pid, err := strconv.Atoi(dir)
		if err != nil || pid == os.Getpid() {
			continue
		}
		base := "/proc/" + dir
		for _, fd := range numbered(base + "/fd") {
			target, err := os.Readlink(base + "/fd/" + fd)
			if err != nil {
				warnErrno(warn, "readlink", err)
				continue
			}
			if target != driver {
				continue
			}
			info, err := os.ReadFile(base + "/fdinfo/" + fd)
			if err != nil {
				warnErrno(warn, "fopen", err)
				continue
			}
			for _, name := range attachedTo(string(info)) {
				found[name] = append(found[name], process{comm(base), pid})
			}
		}
	}
	return found
}

// attachedTo returns the devices that a file of /proc/PID/fdinfo names.
func attachedTo(info string) (names []string) {
	for line := range strings.Lines(info) {
		if key, value, ok := strings.Cut(line, ":"); ok && key == "iff" {
			if f := strings.Fields(value); len(f) > 0 {
				names = append(names, f[0])
			}
		}
	}
	return names
}

// comm is the name of a process.
func comm(base string) string {
	b, err := os.ReadFile(base + "/comm")
	if err != nil {
		return "<NULL>"
	}
	return strings.TrimSuffix(string(b), "\n")
}

// numbered lists the entries of a directory whose names begin with a digit, in
// the order of the directory.
func numbered(dir string) (names []string) {
	d, err := os.Open(dir)
	if err != nil {
		return nil
	}
	defer d.Close()
	all, _ := d.Readdirnames(-1)
	for _, name := range all {
		if '0' <= name[0] && name[0] <= '9' {
			names = append(names, name)
		}
	}
	return names
}

func warnErrno(warn func(string), what string, err error) {
	var errno unix.Errno
	if errors.As(err, &errno) {
		warn(refused(what, errno).Error())
	}
}
