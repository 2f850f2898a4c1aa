package tunnel

import (
	"errors"
	"strconv"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/netdev"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// The requests of tunnel devices (linux/if_tunnel.h).
const (
	ioctlGet    = 0x89f0 + iota // SIOCGETTUNNEL
	ioctlAdd                    // SIOCADDTUNNEL
	ioctlDelete                 // SIOCDELTUNNEL
	ioctlChange                 // SIOCCHGTUNNEL
	ioctlGetPRL                 // SIOCGETPRL
	ioctlAddPRL
	ioctlDeletePRL
	_
	ioctlGet6RD // SIOCGET6RD
	ioctlAdd6RD
	ioctlDelete6RD
)

// request makes a request about a device. what words the refusal.
func request(c *object.Context, cmd uintptr, name string, data []byte, what func(name string) string) error {
	err := netdev.DataIoctl(c.Opt.Family, cmd, name, data)
	if err == nil {
		return nil
	}
	return object.Fail(object.StatusLocal, wording(err, what(name)))
}

// wording words a request that failed.
func wording(err error, what string) string {
	var errno unix.Errno
	errors.As(err, &errno)
	var noSocket *netdev.SocketError
	if errors.As(err, &noSocket) {
		what = "create socket"
	}
	return what + " failed: " + rtnl.Strerror(errno)
}

// get reads the parameters of a tunnel into data.
func get(c *object.Context, name string, data []byte) error {
	return request(c, ioctlGet, name, data, func(name string) string { return `get tunnel "` + name + `"` })
}

// put makes a tunnel by the device base, or changes the one called name.
func put(c *object.Context, cmd uintptr, base, name string, data []byte) error {
	if cmd == ioctlChange && name != "" {
		base = name
	}
	return request(c, cmd, base, data, func(name string) string { return `add tunnel "` + name + `"` })
}

// drop deletes a tunnel.
func drop(c *object.Context, base, name string, data []byte) error {
	if name != "" {
		base = name
	}
	return request(c, ioctlDelete, base, data, func(name string) string { return `delete tunnel "` + name + `"` })
}

// private makes a request that only some tunnels know.
func private(c *object.Context, cmd uintptr, name string, data []byte) error {
	return request(c, cmd, name, data, func(name string) string {
		return name + ": ioctl " + strconv.FormatUint(uint64(cmd), 16)
	})
}
