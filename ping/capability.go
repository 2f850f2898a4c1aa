package ping

import "golang.org/x/sys/unix"

// capabilities is the calling thread's capability state (capabilities(7)) while
// a ping runs. As the original does, ping keeps its effective set empty and
// raises one capability for the calls that need it. What the kernel allows is
// then the same for everybody: a source route, for one, is refused to root.
//
// The sets belong to the thread, so the goroutine must be locked to it.
type capabilities struct {
	saved [2]unix.CapUserData
	known bool
}

func capHeader() *unix.CapUserHeader {
	return &unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
}

// dropCapabilities empties the effective set. restore brings it back.
func dropCapabilities() *capabilities {
	c := &capabilities{}
	if unix.Capget(capHeader(), &c.saved[0]) == nil {
		c.known = true
		c.setEffective(0)
	}
	return c
}

// raise makes one capability effective, if it is permitted.
func (c *capabilities) raise(capability uint) { c.setEffective(1 << capability) }

// lower empties the effective set.
func (c *capabilities) lower() { c.setEffective(0) }

// setEffective makes the permitted capabilities among bits effective, and no
// others. All that ping needs are below 32.
func (c *capabilities) setEffective(bits uint32) {
	if !c.known || c.saved[0].Permitted == 0 && c.saved[1].Permitted == 0 {
		return
	}
	data := c.saved
	data[0].Effective, data[1].Effective = bits&data[0].Permitted, 0
	unix.Capset(capHeader(), &data[0])
}

// restore puts the set back as it was.
func (c *capabilities) restore() {
	if c.known {
		data := c.saved
		unix.Capset(capHeader(), &data[0])
	}
}
