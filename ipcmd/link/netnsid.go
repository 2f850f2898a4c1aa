package link

import (
	"errors"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/namespace"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
)

// setLinkNetns gives the namespace that the link's other end is in by its name;
// one that has no id here is given one.
func setLinkNetns(x *change, cur *words.Cursor) error {
	v, err := cur.Value()
	if err != nil {
		return err
	}
	if err := x.first("link-netns/link-netnsid", v); err != nil {
		return err
	}
	conn, err := x.c.Conn()
	if err != nil {
		return err
	}
	// What the kernel says is said each time.
	warn := func(err error) {
		var refused *rtnl.Error
		if errors.As(err, &refused) {
			x.c.Warn(refused.Error())
		}
	}
	id, err := namespace.NSIDOf(conn, v)
	if err != nil || id < 0 {
		warn(err)
		warn(namespace.SetNSID(conn, v, namespace.NSIDNone))
		id, err = namespace.NSIDOf(conn, v)
		warn(err)
	}
	if err != nil || id < 0 {
		return invalidValue("link-netns", v)
	}
	x.r.U32(unix.IFLA_LINK_NETNSID, uint32(id))
	return nil
}
