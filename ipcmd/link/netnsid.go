package link

import (
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
	fd, err := unix.Open(namespace.Path(v), unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return invalidValue("link-netns", v)
	}
	defer unix.Close(fd)
	conn, err := x.c.Conn()
	if err != nil {
		return err
	}
	id := nsid(conn, fd)
	if id < 0 {
		r := rtnl.NewRequest(unix.RTM_NEWNSID, 0)
		r.Gen(unix.AF_UNSPEC)
		r.U32(unix.NETNSA_FD, uint32(fd))
		r.U32(unix.NETNSA_NSID, ^uint32(0))
		// A refusal shows in the id that is still missing.
		_ = conn.Do(r, nil)
		id = nsid(conn, fd)
	}
	if id < 0 {
		return invalidValue("link-netns", v)
	}
	x.r.U32(unix.IFLA_LINK_NETNSID, uint32(id))
	return nil
}

// nsid asks for the id that the namespace behind fd has here; negative for none.
func nsid(conn rtnl.Conn, fd int) int32 {
	r := rtnl.NewRequest(unix.RTM_GETNSID, 0)
	r.Gen(unix.AF_UNSPEC)
	r.U32(unix.NETNSA_FD, uint32(fd))
	id := int32(-1)
	err := conn.Get(r, func(m *rtnl.Msg) error {
		const genHeader = 4 // struct rtgenmsg, padded
		var tb [unix.NETNSA_NSID + 1][]byte
		at := rtnl.Attrs(tb[:])
		if len(m.Data) >= genHeader {
			at.Parse(m.Data[genHeader:])
		}
		if v, ok := at.S32(unix.NETNSA_NSID); ok {
			id = v
		}
		return nil
	})
	if err != nil {
		return -1
	}
	return id
}
