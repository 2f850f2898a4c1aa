package vrf

import (
	"os"

	"github.com/nlbox/nlbox/ipcmd/object"
)

// Leave moves the process out of the VRF that it is in, if it is in one: a
// command that is run in another network namespace must not have its sockets
// bound to a device of this one. Why it cannot is reported, and no reason to
// stop.
func Leave(c *object.Context) {
	file, err := os.Open("/proc/self/cgroup")
	if err != nil {
		return
	}
	name := groupVRF(file)
	file.Close()
	if name == "" {
		return
	}
	err = c.Env.Inside(func() error {
		_, err := enter(c, defaultVRF)
		return err
	})
	if err != nil {
		c.Warn(err.Error())
	}
}
