package netdev

import (
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A few requests have no message in rtnetlink, and remain ioctls on a socket of
// the calling thread's namespace.

// SocketError says that there was no socket to make the ioctl on.
type SocketError struct{ Err error }

func (e *SocketError) Error() string { return e.Err.Error() }

// Unwrap returns the errno.
func (e *SocketError) Unwrap() error { return e.Err }

// ifreq is struct ifreq (linux/if.h): a name and 24 bytes that hold a value or a
// pointer to one.
type ifreq struct {
	name [unix.IFNAMSIZ]byte
	data [24]byte
}

// ioctl makes a request on a datagram socket of the family. Errors are a
// *SocketError or the request's errno.
func ioctl(family int, request uintptr, r *ifreq) error {
	fd, err := unix.Socket(family, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return &SocketError{err}
	}
	defer unix.Close(fd)
	if _, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), request, uintptr(unsafe.Pointer(r))); errno != 0 {
		return errno
	}
	return nil
}

// HardwareIoctl makes a request about a device and a hardware address
// (SIOCADDMULTI): addr are at most 14 bytes.
func HardwareIoctl(family int, request uintptr, name string, addr []byte) error {
	var r ifreq
	copy(r.name[:unix.IFNAMSIZ-1], name)
	copy(r.data[2:16], addr) // behind the family of struct sockaddr
	return ioctl(family, request, &r)
}

// DataIoctl makes a request about a device that reads or writes a structure
// (SIOCGETTUNNEL): data are its bytes.
func DataIoctl(family int, request uintptr, name string, data []byte) error {
	var r struct {
		name [unix.IFNAMSIZ]byte
		data unsafe.Pointer
		_    [24 - unsafe.Sizeof(uintptr(0))]byte
	}
	copy(r.name[:unix.IFNAMSIZ-1], name)
	r.data = unsafe.Pointer(unsafe.SliceData(data))
	err := ioctl(family, request, (*ifreq)(unsafe.Pointer(&r)))
	runtime.KeepAlive(data)
	return err
}

// StructIoctl makes a request with a structure that begins with the name of a
// device and is as long as struct ifreq, or has another one of that length in
// its place (struct in6_ifreq, linux/ipv6.h). The kernel may write into it.
func StructIoctl(family int, request uintptr, b *[40]byte) error {
	return ioctl(family, request, (*ifreq)(unsafe.Pointer(b)))
}

// Named is a struct ifreq with the name of a device, cut to 15 bytes.
func Named(name string) (b [40]byte) {
	copy(b[:unix.IFNAMSIZ-1], name)
	return b
}
