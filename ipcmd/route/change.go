package route

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// modify reads the words of a change and has the kernel make it.
func modify(c *object.Context, args []string, typ, flags uint16) error {
	ch := newChange(c, typ, flags)
	if err := ch.parse(args); err != nil {
		return err
	}
	if c.Opt.Echo {
		conn, err := c.Conn()
		if err != nil {
			return err
		}
		return echo(c, conn, ch.req)
	}
	return c.ChangeLater(ch.req)
}

func add(c *object.Context, args []string) error {
	return modify(c, args, unix.RTM_NEWROUTE, unix.NLM_F_CREATE|unix.NLM_F_EXCL)
}

func changeRoute(c *object.Context, args []string) error {
	return modify(c, args, unix.RTM_NEWROUTE, unix.NLM_F_REPLACE)
}

func replace(c *object.Context, args []string) error {
	return modify(c, args, unix.RTM_NEWROUTE, unix.NLM_F_CREATE|unix.NLM_F_REPLACE)
}

func prepend(c *object.Context, args []string) error {
	return modify(c, args, unix.RTM_NEWROUTE, unix.NLM_F_CREATE)
}

func appendRoute(c *object.Context, args []string) error {
	return modify(c, args, unix.RTM_NEWROUTE, unix.NLM_F_CREATE|unix.NLM_F_APPEND)
}

func test(c *object.Context, args []string) error {
	return modify(c, args, unix.RTM_NEWROUTE, unix.NLM_F_EXCL)
}

func remove(c *object.Context, args []string) error {
	return modify(c, args, unix.RTM_DELROUTE, 0)
}

// echo makes the change and prints what the kernel made of it. The object in an
// object is the original's.
func echo(c *object.Context, conn rtnl.Conn, req *rtnl.Request) error {
	answer, err := object.Echo(conn, req)
	if err != nil {
		return err
	}
	p := c.Printer()
	pr := newPrinter(c, p, &filter{family: uint8(c.Opt.Family)})
	defer pr.Close()
	p.Open()
	p.OpenObject("")
	if answer != nil {
		err = pr.each(answer)
	}
	p.CloseObject()
	p.Close()
	return err
}
