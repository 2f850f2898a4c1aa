package brctl

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
)

// addBridge makes a bridge.
func addBridge(b *box, args []string) error {
	name := args[0]
	e := unix.Errno(0)
	if name == "" {
		e = b.refusal(unix.EINVAL)
	} else {
		e = b.change(unix.RTM_NEWLINK, unix.NLM_F_CREATE|unix.NLM_F_EXCL, 0, func(r *rtnl.Request) {
			r.Str(unix.IFLA_IFNAME, cutName(name))
			info := r.Nest(unix.IFLA_LINKINFO)
			r.Text(unix.IFLA_INFO_KIND, kindBridge)
			r.End(info)
		})
	}
	switch e {
	case 0:
		return nil
	case unix.EEXIST:
		return fail("device " + name + " already exists; can't create bridge with the same name")
	}
	return fail("add bridge failed: " + rtnl.Strerror(e))
}

// deleteBridge deletes a bridge that is down. rtnetlink would delete any
// device, up or down: the conditions of SIOCBRDELBR are checked here.
func deleteBridge(b *box, args []string) error {
	name := args[0]
	d, err := b.bridgeDevice(name)
	_, alias := cutAlias(cutName(name))
	e := unix.Errno(0)
	switch {
	case err != nil, alias:
		e = b.refusal(unix.ENXIO)
	case !d.isBridge():
		e = unix.EPERM
	case d.up:
		e = b.refusal(unix.EBUSY)
	default:
		e = b.change(unix.RTM_DELLINK, 0, d.index, func(*rtnl.Request) {})
	}
	switch e {
	case 0:
		return nil
	case unix.ENXIO:
		return fail("bridge " + name + " doesn't exist; can't delete it")
	case unix.EBUSY:
		return fail("bridge " + name + " is still up; can't delete it")
	}
	return fail("can't delete bridge " + name + ": " + rtnl.Strerror(e))
}

// change sends one change of a link, index 0 for a new one, with the attributes
// that attrs appends. It returns the kernel's errno, 0 for success.
func (b *box) change(typ, flags uint16, index int32, attrs func(*rtnl.Request)) unix.Errno {
	conn, err := b.ask()
	if err != nil {
		return errno(err)
	}
	r := rtnl.NewRequest(typ, flags)
	r.Link(unix.AF_UNSPEC, 0, index, 0, 0)
	attrs(r)
	if err := conn.Do(r, nil); err != nil {
		return errno(err)
	}
	return 0
}

// refusal is the errno for what is refused here before the kernel was asked:
// EPERM for who would not have been allowed to try, as with the original's
// ioctls, which look at that first.
func (b *box) refusal(e unix.Errno) unix.Errno {
	conn, err := b.ask()
	if err != nil {
		return e
	}
	// A change of no link: refused as such, or for lack of CAP_NET_ADMIN.
	r := rtnl.NewRequest(unix.RTM_NEWLINK, 0)
	r.Link(unix.AF_UNSPEC, 0, 0, 0, 0)
	if rtnl.Errno(conn.Do(r, nil)) == unix.EPERM {
		return unix.EPERM
	}
	return e
}
