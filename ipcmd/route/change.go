package route

import (
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// modify returns the command that sends a message of the type.
func modify(typ, flags uint16) object.Main {
	return func(c *object.Context, args []string) error {
		ch := newChange(c, typ, flags)
		if err := ch.parse(args); err != nil {
			return err
		}
		conn, err := c.Conn()
		if err != nil {
			return err
		}
		if c.Opt.Echo {
			return echo(c, conn, ch.req)
		}
		return object.Kernel(conn.Do(ch.req, nil))
	}
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
