package object

import (
	"errors"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// Generic opens a connection to generic netlink and finds the number of a
// family. A kernel without it ends a batch. The caller closes the connection.
func (c *Context) Generic(name string) (conn rtnl.Conn, family uint16, err error) {
	if c.Dial != nil {
		conn, err = c.Dial()
	} else {
		conn, err = c.Socket(rtnl.Options{Protocol: unix.NETLINK_GENERIC})
	}
	if err != nil {
		return nil, 0, err
	}
	family, err = rtnl.GenericFamily(conn, name)
	if err == nil {
		return conn, family, nil
	}
	conn.Close()
	err = KernelStatus(err, StatusLocal)
	var e *applet.Exit
	if errors.As(err, &e) {
		err = &applet.Exit{Code: StatusLocal, Text: e.Text + "\nError talking to the kernel", Err: e.Err, Abort: true}
	}
	return nil, 0, err
}
