package tuntap

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// driver is the device that devices are made with. A descriptor belongs to the
// network namespace of the thread that opened it.
const driver = "/dev/net/tun"

// add is `ip tuntap add`: a device that stays when nobody has it open.
func add(_ *object.Context, args []string) error {
	d, err := parse(args, true)
	if err != nil {
		return err
	}
	// One that is there already is not taken over.
	d.flags |= unix.IFF_TUN_EXCL
	return attached(d, func(fd int) error {
		if d.user != nobody {
			if err := unix.IoctlSetInt(fd, unix.TUNSETOWNER, int(d.user)); err != nil {
				return refused("ioctl(TUNSETOWNER)", err)
			}
		}
		if d.group != nobody {
			if err := unix.IoctlSetInt(fd, unix.TUNSETGROUP, int(d.group)); err != nil {
				return refused("ioctl(TUNSETGROUP)", err)
			}
		}
		return persist(fd, 1)
	})
}

// remove is `ip tuntap delete`: the device goes when it is closed. One that was
// not there comes and goes.
func remove(_ *object.Context, args []string) error {
	d, err := parse(args, false)
	if err != nil {
		return err
	}
	return attached(d, func(fd int) error { return persist(fd, 0) })
}

func persist(fd, on int) error {
	if err := unix.IoctlSetInt(fd, unix.TUNSETPERSIST, on); err != nil {
		return refused("ioctl(TUNSETPERSIST)", err)
	}
	return nil
}

// attached runs fn with a descriptor that is the other end of the device, which
// the kernel makes if it is not there.
func attached(d device, fn func(fd int) error) error {
	fd, err := unix.Open(driver, unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		return refused("open", err)
	}
	defer unix.Close(fd)
	ifr, err := unix.NewIfreq(d.name)
	if err != nil {
		return refused("ioctl(TUNSETIFF)", err)
	}
	ifr.SetUint16(d.flags)
	if err := unix.IoctlIfreq(fd, unix.TUNSETIFF, ifr); err != nil {
		return refused("ioctl(TUNSETIFF)", err)
	}
	return fn(fd)
}

// refused is perror(3).
func refused(what string, err error) error {
	text := err.Error()
	if errno, ok := err.(unix.Errno); ok {
		text = rtnl.Strerror(errno)
	}
	return &applet.Exit{Code: object.StatusLocal, Text: what + ": " + text, Err: err}
}
