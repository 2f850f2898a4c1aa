package brctl

import (
	"math"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
)

// timer is one of the times that a bridge has.
type timer struct {
	// bad is what is said of a word that is no time; what is what failed.
	bad, what string
	attr      uint16
}

var (
	ageing       = timer{"bad ageing time value", "set ageing time", unix.IFLA_BR_AGEING_TIME}
	forwardDelay = timer{"bad forward delay value", "set forward delay", unix.IFLA_BR_FORWARD_DELAY}
	hello        = timer{"bad hello timer value", "set hello timer", unix.IFLA_BR_HELLO_TIME}
	maxAge       = timer{"bad max age value", "set max age", unix.IFLA_BR_MAX_AGE}
)

// setTime returns the command that sets t. The kernel has it in 1/100 s.
func setTime(t timer) func(*box, []string) error {
	return func(b *box, args []string) error {
		v, ok := scanFloat(args[1])
		if !ok || math.IsNaN(v) || math.IsInf(v, 0) {
			return fail(t.bad)
		}
		v = math.Round(v * 100)
		if v < 0 || v > math.MaxUint32 {
			e := b.notBridge(args[0])
			if e == 0 {
				e = unix.ERANGE
			}
			return failed(t.what, e)
		}
		return b.setBridge(args[0], t.what, func(r *rtnl.Request) { r.U32(t.attr, uint32(v)) })
	}
}

// setPriority sets a bridge's priority. Only the low 16 bits count.
func setPriority(b *box, args []string) error {
	v, ok := scanInt(args[1])
	if !ok {
		return fail("bad priority")
	}
	return b.setBridge(args[0], "set bridge priority", func(r *rtnl.Request) {
		r.U16(unix.IFLA_BR_PRIORITY, uint16(v))
	})
}

// setSTP turns the spanning tree protocol on or off.
func setSTP(b *box, args []string) error {
	on, err := onOff(args[1])
	if err != nil {
		return err
	}
	state := uint32(0)
	if on {
		state = 1
	}
	return b.setBridge(args[0], "set stp status", func(r *rtnl.Request) { r.U32(unix.IFLA_BR_STP_STATE, state) })
}

func failed(what string, e unix.Errno) error {
	return fail(what + " failed: " + rtnl.Strerror(e))
}

// setBridge sends what data appends as IFLA_INFO_DATA of a bridge.
func (b *box) setBridge(name, what string, data func(*rtnl.Request)) error {
	d, err := b.bridgeDevice(name)
	if err != nil {
		return failed(what, unix.ENODEV)
	}
	if !d.isBridge() {
		return failed(what, unix.EOPNOTSUPP)
	}
	e := b.setInfo(d.index, func(r *rtnl.Request) {
		r.Text(unix.IFLA_INFO_KIND, kindBridge)
		n := r.Nest(unix.IFLA_INFO_DATA)
		data(r)
		r.End(n)
	})
	if e != 0 {
		return failed(what, e)
	}
	return nil
}

// notBridge is the errno with which the original's ioctls refuse a bridge that is
// not there or is none, 0 for a bridge.
func (b *box) notBridge(name string) unix.Errno {
	switch d, err := b.bridgeDevice(name); {
	case err != nil:
		return unix.ENODEV
	case !d.isBridge():
		return unix.EOPNOTSUPP
	}
	return 0
}

// portRefusal is what the original says where sysfs refused e for a port: it
// tries the bridge's ioctl next, and tells how that one failed.
func (b *box) portRefusal(bridge string, e unix.Errno) unix.Errno {
	if no := b.notBridge(bridge); no != 0 {
		return no
	}
	return e
}

// setInfo sends a RTM_NEWLINK with the IFLA_LINKINFO that info appends. It
// returns the kernel's errno, 0 for success.
func (b *box) setInfo(index int32, info func(*rtnl.Request)) unix.Errno {
	return b.change(unix.RTM_NEWLINK, 0, index, func(r *rtnl.Request) {
		n := r.Nest(unix.IFLA_LINKINFO)
		info(r)
		r.End(n)
	})
}

// portValue is one of the numbers that a port has.
type portValue struct {
	bad, what string
	attr      uint16
	wide      bool // 32 bits, not 16
}

var (
	pathCost     = portValue{"bad path cost value", "set path cost", unix.IFLA_BRPORT_COST, true}
	portPriority = portValue{"bad path priority value", "set port priority", unix.IFLA_BRPORT_PRIORITY, false}
)

// setPort returns the command that sets v of a port. As in the original the
// port is found by its own name; the bridge only counts for what is said when
// that fails.
func setPort(v portValue) func(*box, []string) error {
	return func(b *box, args []string) error {
		n, ok := scanInt(args[2])
		if !ok {
			return fail(v.bad)
		}
		d, err := b.device(args[1])
		if err != nil {
			return failed(v.what, unix.ENODEV)
		}
		isPort, err := b.isPort(d, args[1], args[0])
		if err != nil {
			return err
		}
		e := unix.Errno(0)
		switch {
		case !isPort:
			e = unix.ENOENT
		case n < 0, !v.wide && n > math.MaxUint16:
			e = b.refusal(unix.ERANGE)
		default:
			e = b.setPortValue(d.index, v, n)
		}
		if e != 0 {
			return failed(v.what, b.portRefusal(args[0], e))
		}
		return nil
	}
}

func (b *box) setPortValue(index int32, v portValue, n int32) unix.Errno {
	return b.setInfo(index, func(r *rtnl.Request) {
		r.Text(unix.IFLA_INFO_SLAVE_KIND, kindBridge)
		data := r.Nest(unix.IFLA_INFO_SLAVE_DATA)
		if v.wide {
			r.U32(v.attr, uint32(n))
		} else {
			r.U16(v.attr, uint16(n))
		}
		r.End(data)
	})
}
