package brctl

import (
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/netdev"
)

// Requests of the bridge's first interface (linux/if_bridge.h, BRCTL_*), and the
// ioctl by which a bridge takes them. It answers a reader without rights, too;
// a 32-bit program on a 64-bit kernel is refused.
const (
	devicePrivate = 0x89f0 // SIOCDEVPRIVATE
	getPortList   = 7
	getFDBEntries = 18
	// maxPorts is BR_MAX_PORTS (net/bridge/br_private.h): the numbers of ports are
	// less.
	maxPorts = 1 << 10
)

// bridgeRequest are the words of a request.
type bridgeRequest struct {
	request     uintptr
	buf         unsafe.Pointer
	max, offset uintptr
}

// do hands the request to the bridge and returns what the ioctl does. It goes on
// after a signal. A process that is alone leaves the Go scheduler out of it: see
// rtnl.Options.
func (q *bridgeRequest) do(fd int, bridge string, alone bool) (n int, errno unix.Errno) {
	var r struct {
		name [unix.IFNAMSIZ]byte
		data unsafe.Pointer
		_    [24 - unsafe.Sizeof(uintptr(0))]byte
	}
	copy(r.name[:unix.IFNAMSIZ-1], bridge)
	r.data = unsafe.Pointer(q)
	for errno = unix.EINTR; errno == unix.EINTR; {
		var ret uintptr
		if alone {
			ret, _, errno = unix.RawSyscall(unix.SYS_IOCTL, uintptr(fd), devicePrivate, uintptr(unsafe.Pointer(&r)))
		} else {
			ret, _, errno = unix.Syscall(unix.SYS_IOCTL, uintptr(fd), devicePrivate, uintptr(unsafe.Pointer(&r)))
		}
		n = int(ret)
	}
	runtime.KeepAlive(q)
	return n, errno
}

// ioctlPorts reads the names of the bridge's ports from the bridge: what rtnetlink
// tells of a port is a kilobyte. ok is false where it could not.
func (b *box) ioctlPorts(fd int, bridge string) (names []string, ok bool) {
	indexes := new([maxPorts]int32)
	q := &bridgeRequest{request: getPortList, buf: unsafe.Pointer(indexes), max: maxPorts}
	n, errno := q.do(fd, bridge, b.env.Alone)
	runtime.KeepAlive(indexes)
	if errno != 0 || n > maxPorts {
		return nil, false
	}
	for _, index := range indexes[:n] {
		if index == 0 {
			continue // no port has this number
		}
		if d, ok := netdev.NameOf(fd, index); ok {
			names = append(names, d)
		}
	}
	return names, true
}
