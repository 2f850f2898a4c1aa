package brctl

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
)

// addPorts adds interfaces to a bridge. It stops at the first that fails; those
// before it stay.
func addPorts(b *box, args []string) error {
	return b.eachPort(args, (*box).addPort)
}

// deletePorts takes interfaces out of a bridge.
func deletePorts(b *box, args []string) error {
	return b.eachPort(args, (*box).deletePort)
}

func (b *box) eachPort(args []string, change func(b *box, br string, dev *device) error) error {
	for _, name := range args[1:] {
		dev, err := b.device(name)
		if err != nil {
			return fail("interface " + name + " does not exist!")
		}
		dev.name = name // as it was typed
		if err := change(b, args[0], dev); err != nil {
			return err
		}
	}
	return nil
}

// addPort adds one interface. rtnetlink moves a port from one master to another
// and takes masters of any kind: the conditions of SIOCBRADDIF are checked here.
func (b *box) addPort(bridge string, dev *device) error {
	br, err := b.bridgeDevice(bridge)
	e := unix.Errno(0)
	switch {
	case err != nil:
		return fail("bridge " + bridge + " does not exist!")
	case !br.isBridge():
		e = unix.EOPNOTSUPP
	case dev.isBridge():
		e = b.refusal(unix.ELOOP)
	case dev.master != 0:
		e = b.refusal(unix.EBUSY)
	default:
		e = b.setMaster(dev.index, br.index)
	}
	switch e {
	case 0:
		return nil
	case unix.EBUSY:
		return fail("device " + dev.name + " is already a member of a bridge; can't add it to bridge " + bridge + ".")
	case unix.ELOOP:
		return fail("device " + dev.name + " is a bridge device itself; can't add a bridge device to a bridge device.")
	}
	return fail("can't add " + dev.name + " to bridge " + bridge + ": " + rtnl.Strerror(e))
}

func (b *box) deletePort(bridge string, dev *device) error {
	br, err := b.bridgeDevice(bridge)
	e := unix.Errno(0)
	switch {
	case err != nil:
		return fail("bridge " + bridge + " does not exist!")
	case !br.isBridge():
		e = unix.EOPNOTSUPP
	case dev.master != br.index:
		e = b.refusal(unix.EINVAL)
	default:
		e = b.setMaster(dev.index, 0)
	}
	switch e {
	case 0:
		return nil
	case unix.EINVAL:
		return fail("device " + dev.name + " is not a port of " + bridge)
	}
	return fail("can't delete " + dev.name + " from " + bridge + ": " + rtnl.Strerror(e))
}

// setMaster gives an interface a master, 0 for none.
func (b *box) setMaster(index, master int32) unix.Errno {
	return b.change(unix.RTM_NEWLINK, 0, index, func(r *rtnl.Request) { r.U32(unix.IFLA_MASTER, uint32(master)) })
}

// setHairpin turns hairpin mode of a port on or off. The bridge has to be there
// and is not looked at further, as in the original.
func setHairpin(b *box, args []string) error {
	on, err := onOff(args[2])
	if err != nil {
		return err
	}
	bridge, name := args[0], args[1]
	dev, err := b.device(name)
	if err != nil {
		return fail("interface " + name + " does not exist!")
	}
	if _, err := b.device(bridge); err != nil {
		return fail("bridge " + bridge + " does not exist!")
	}
	isPort, err := b.isPort(dev, name, bridge)
	if err != nil {
		return err
	}
	e := unix.Errno(0)
	switch _, alias := cutAlias(name); {
	case !isPort:
		e = unix.ENOENT
	case alias:
		// An alias is nothing in sysfs, and there is no ioctl for this.
		e = unix.EOPNOTSUPP
	default:
		e = b.setHairpin(dev.index, on)
	}
	if e != 0 {
		return fail("can't set " + name + " to hairpin on bridge " + bridge + ": " + rtnl.Strerror(b.portRefusal(bridge, e)))
	}
	return nil
}

func (b *box) setHairpin(index int32, on bool) unix.Errno {
	mode := uint8(0)
	if on {
		mode = 1
	}
	return b.change(unix.RTM_NEWLINK, 0, index, func(r *rtnl.Request) {
		info := r.Nest(unix.IFLA_LINKINFO)
		r.Text(unix.IFLA_INFO_SLAVE_KIND, kindBridge)
		data := r.Nest(unix.IFLA_INFO_SLAVE_DATA)
		r.U8(unix.IFLA_BRPORT_MODE, mode)
		r.End(data)
		r.End(info)
	})
}

// isPort tells whether an interface is a port of some bridge. Named by an alias
// it has to be one of this bridge: sysfs, where the original looks first, knows
// no aliases, and the ioctl that it tries next looks among the bridge's ports.
func (b *box) isPort(dev *device, name, bridge string) (bool, error) {
	if dev.master == 0 {
		return false, nil
	}
	if _, alias := cutAlias(name); alias {
		br, err := b.bridgeDevice(bridge)
		return err == nil && dev.master == br.index, nil
	}
	list, err := b.bridges(dev.master)
	if err != nil {
		return false, fail(err.Error())
	}
	return len(list) > 0, nil
}

// onOff reads the words for on and off.
func onOff(word string) (bool, error) {
	switch word {
	case "on", "yes", "1":
		return true, nil
	case "off", "no", "0":
		return false, nil
	}
	return false, fail("expect on/off for argument")
}
