package rehearse

import (
	"errors"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// system is what is known about the machine's readiness to make namespaces.
type system struct {
	// root is the effective user; privileged says that it has the capabilities
	// for namespaces and networks, as root of a container often has not.
	root, privileged bool
	// seccomp: the process runs under a filter of system calls.
	seccomp bool
	// missing are the kinds of namespaces that the kernel was built without.
	missing []string
	// limits are user.max_KIND_namespaces.
	limits map[string]int
	// userns is kernel.unprivileged_userns_clone (Debian), and apparmor
	// kernel.apparmor_restrict_unprivileged_userns (Ubuntu); empty when the
	// kernel has none.
	userns, apparmor string
}

// kinds are the namespaces that a laboratory needs: their files in
// /proc/self/ns, and what they are called.
func kinds() [][2]string {
	return [][2]string{{"user", "user"}, {"net", "network"}, {"mnt", "mount"}, {"pid", "PID"}, {"uts", "UTS"}, {"ipc", "IPC"}}
}

// inquire asks the running system.
func inquire() system {
	s := system{
		root:     os.Geteuid() == 0,
		userns:   readWord("/proc/sys/kernel/unprivileged_userns_clone"),
		apparmor: readWord("/proc/sys/kernel/apparmor_restrict_unprivileged_userns"),
		seccomp:  statusField("Seccomp") == "2",
		limits:   map[string]int{},
	}
	const needed = 1<<unix.CAP_SYS_ADMIN | 1<<unix.CAP_NET_ADMIN | 1<<unix.CAP_NET_RAW
	caps, err := strconv.ParseUint(statusField("CapEff"), 16, 64)
	s.privileged = s.root && err == nil && caps&needed == needed
	for _, k := range kinds() {
		if _, err := os.Lstat("/proc/self/ns/" + k[0]); errors.Is(err, os.ErrNotExist) {
			s.missing = append(s.missing, k[1])
		}
		if n, err := strconv.Atoi(readWord("/proc/sys/user/max_" + k[0] + "_namespaces")); err == nil {
			s.limits[k[0]] = n
		}
	}
	return s
}

// explain says in one line why the namespaces could not be made, and what helps.
func (s *system) explain(err error) string {
	var errno unix.Errno
	if !errors.As(err, &errno) {
		return "cannot start: " + err.Error()
	}
	if _, err := os.Stat("/proc/self/exe"); err != nil {
		return "there is no /proc here; mount it: mount -t proc proc /proc"
	}
	for _, why := range []func(unix.Errno) string{s.notBuilt, s.switchedOff, s.limited, s.filtered} {
		if text := why(errno); text != "" {
			return text
		}
	}
	if s.root {
		return "the kernel refuses new namespaces (" + errno.Error() + "); inside a container, start it with --privileged"
	}
	return "the kernel refuses new namespaces to ordinary users (" + errno.Error() + "); run this as root"
}

// notBuilt: the kernel has no such namespaces.
func (s *system) notBuilt(unix.Errno) string {
	var lacks []string
	for _, kind := range s.missing {
		if kind != "user" || !s.privileged {
			lacks = append(lacks, kind)
		}
	}
	if len(lacks) == 0 {
		return ""
	}
	remedy := "use a kernel that has them"
	if len(lacks) == 1 && lacks[0] == "user" && !s.root {
		remedy = "run this as root, which needs none"
	}
	return "this kernel was built without " + strings.Join(lacks, ", ") + " namespaces; " + remedy
}

// switchedOff: a sysctl keeps ordinary users from user namespaces.
func (s *system) switchedOff(errno unix.Errno) string {
	if s.privileged || (errno != unix.EPERM && errno != unix.EACCES) {
		return ""
	}
	const who = "user namespaces are switched off for ordinary users here ("
	switch {
	case s.userns == "0":
		return who + "kernel.unprivileged_userns_clone is 0); run this as root, or as root: sysctl -w kernel.unprivileged_userns_clone=1"
	case s.apparmor != "" && s.apparmor != "0":
		return "AppArmor leaves ordinary users no privileges in user namespaces here (kernel.apparmor_restrict_unprivileged_userns is " +
			s.apparmor + "); run this as root, or as root: sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"
	}
	return ""
}

// limited: a limit is reached, which may be 0.
func (s *system) limited(errno unix.Errno) string {
	if errno != unix.ENOSPC && errno != unix.EUSERS {
		return ""
	}
	for _, k := range kinds() {
		if n, ok := s.limits[k[0]]; ok && n == 0 && (k[0] != "user" || !s.privileged) {
			name := "user.max_" + k[0] + "_namespaces"
			return k[1] + " namespaces are switched off here (" + name + " is 0); as root: sysctl -w " + name + "=1000"
		}
	}
	return "the limit of namespaces is reached, or they are nested too deep; as root raise user.max_user_namespaces, " +
		"user.max_net_namespaces and their like (sysctl user)"
}

// filtered: what containers do.
func (s *system) filtered(errno unix.Errno) string {
	if errno != unix.EPERM && errno != unix.EACCES && errno != unix.ENOSYS {
		return ""
	}
	const remedy = "start the container with --privileged, or run this outside of it"
	switch {
	case s.seccomp:
		return "a seccomp filter forbids new namespaces here (" + errno.Error() + "), as in a container; " + remedy
	case s.root && !s.privileged:
		return "root lacks CAP_SYS_ADMIN, CAP_NET_ADMIN or CAP_NET_RAW here, as in a container, and gets no user namespace either (" +
			errno.Error() + "); " + remedy
	}
	return ""
}

// readWord is the content of a small file, or empty.
func readWord(path string) string {
	b, _ := os.ReadFile(path)
	return strings.TrimSpace(string(b))
}

// statusField is a value from /proc/thread-self/status, or empty.
func statusField(key string) string {
	b, _ := os.ReadFile("/proc/thread-self/status")
	for line := range strings.Lines(string(b)) {
		if k, v, ok := strings.Cut(line, ":"); ok && k == key {
			return strings.TrimSpace(v)
		}
	}
	return ""
}
