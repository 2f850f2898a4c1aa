package link

import (
	"strings"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/names"
	"github.com/nlbox/nlbox/internal/namespace"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// The readers of the keywords that are not one flag or one number.

func setUp(x *change, _ *words.Cursor) error {
	x.setFlag(unix.IFF_UP, true)
	return nil
}

func setDown(x *change, _ *words.Cursor) error {
	x.setFlag(unix.IFF_UP, false)
	return nil
}

func setName(x *change, cur *words.Cursor) error {
	v, err := cur.Value()
	if err != nil {
		return err
	}
	if x.name != "" {
		return words.Duplicate("name", v)
	}
	if !format.ValidIfname(v) {
		return words.Invalid(`"name" not a valid ifname`, v)
	}
	x.name = v
	if x.dev == "" {
		x.dev = v
	}
	return nil
}

func setIndex(x *change, cur *words.Cursor) error {
	v, err := cur.Value()
	if err != nil {
		return err
	}
	if x.index != 0 {
		return words.Duplicate("index", v)
	}
	if x.index = format.Atoi(v); x.index <= 0 {
		return words.Invalid(`Invalid "index" value`, v)
	}
	return nil
}

func setLink(x *change, cur *words.Cursor) (err error) {
	x.linkGiven = true
	x.link, err = cur.Value()
	return err
}

// address reads a link-layer address into an attribute.
func (x *change) address(cur *words.Cursor, attr uint16) (int, error) {
	v, err := cur.Value()
	if err != nil {
		return 0, err
	}
	a, err := llAddr(v)
	if err != nil {
		return 0, err
	}
	if len(a) == maxLLAddr && strings.Count(v, ":") >= maxLLAddr {
		a = append(a, 0) // one byte too many, for the kernel to refuse
	}
	x.r.Attr(attr, a)
	return len(a), nil
}

func setAddress(x *change, cur *words.Cursor) (err error) {
	x.addrLen, err = x.address(cur, unix.IFLA_ADDRESS)
	return err
}

func setBroadcast(x *change, cur *words.Cursor) error {
	_, err := x.address(cur, unix.IFLA_BROADCAST)
	return err
}

// setNetns moves the link into a namespace, given by its name, by a path, or by
// a process in it.
func setNetns(x *change, cur *words.Cursor) error {
	v, err := cur.Value()
	if err != nil {
		return err
	}
	if err := x.first("netns", v); err != nil {
		return err
	}
	path := v
	if !strings.Contains(v, "/") {
		path = namespace.Path(v)
	}
	x.moveNetns = true
	if fd, err := unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC, 0); err == nil {
		x.fds = append(x.fds, fd)
		x.r.U32(unix.IFLA_NET_NS_FD, uint32(fd))
		return nil
	}
	pid, ok := format.ParseS32(v, 0)
	if !ok {
		return invalidValue("netns", v)
	}
	x.r.U32(unix.IFLA_NET_NS_PID, uint32(pid))
	return nil
}

func (x *change) setMasterTo(cur *words.Cursor, wrong string, fits func(name string) bool) error {
	v, err := cur.Value()
	if err != nil {
		return err
	}
	index := x.c.Links().Index(v)
	if index == 0 || !fits(v) {
		return words.Invalid(wrong, v)
	}
	x.r.U32(unix.IFLA_MASTER, uint32(index))
	return nil
}

func setMaster(x *change, cur *words.Cursor) error {
	return x.setMasterTo(cur, "Device does not exist\n", func(string) bool { return true })
}

func setVRF(x *change, cur *words.Cursor) error {
	return x.setMasterTo(cur, "Not a valid VRF name\n", func(name string) bool {
		return kindOf(x.c, name) == "vrf"
	})
}

// kindOf asks for the kind of an interface; "" when there is none.
func kindOf(c *object.Context, name string) string {
	conn, err := c.Conn()
	if err != nil {
		return ""
	}
	r := rtnl.NewRequest(unix.RTM_GETLINK, 0)
	r.Link(unix.AF_UNSPEC, 0, 0, 0, 0)
	r.Str(unix.IFLA_IFNAME, name)
	kind := ""
	_ = conn.Get(r, func(m *rtnl.Msg) error {
		var tb [unix.IFLA_LINKINFO + 1][]byte
		var sub [unix.IFLA_INFO_KIND + 1][]byte
		at, info := rtnl.Attrs(tb[:]), rtnl.Attrs(sub[:])
		if len(m.Data) >= infoHeader {
			at.Parse(m.Data[infoHeader:])
		}
		at.Nested(unix.IFLA_LINKINFO, info)
		kind, _ = info.Str(unix.IFLA_INFO_KIND)
		return nil
	})
	return kind
}

func setNoMaster(x *change, _ *words.Cursor) error {
	x.r.U32(unix.IFLA_MASTER, 0)
	return nil
}

func setType(x *change, cur *words.Cursor) error {
	v, err := cur.Value()
	x.kind, x.typed = v, true
	return err
}

// maxAlias is IFALIASZ, the room for an alias with its NUL.
const maxAlias = 256

func setAlias(x *change, cur *words.Cursor) error {
	v, err := cur.Value()
	if err != nil {
		return err
	}
	if len(v) >= maxAlias {
		return words.Invalid("alias too long\n", v)
	}
	x.r.Text(unix.IFLA_IFALIAS, v)
	return nil
}

func setGroup(x *change, cur *words.Cursor) error {
	v, err := cur.Value()
	if err != nil {
		return err
	}
	if err := x.first("group", v); err != nil {
		return err
	}
	group, ok := x.c.Names().GroupID(v)
	if !ok {
		return invalidValue("group", v)
	}
	x.r.U32(unix.IFLA_GROUP, group)
	return nil
}

// named reads a word that stands for a byte.
func (x *change) named(cur *words.Cursor, attr uint16, id func(string) (uint8, bool), wrong string) error {
	v, err := cur.Value()
	if err != nil {
		return err
	}
	n, ok := id(v)
	if !ok {
		return words.Invalid(wrong, v)
	}
	x.r.U8(attr, n)
	return nil
}

func setMode(x *change, cur *words.Cursor) error {
	return x.named(cur, unix.IFLA_LINKMODE, names.LinkModeID, "Invalid link mode\n")
}

func setState(x *change, cur *words.Cursor) error {
	return x.named(cur, unix.IFLA_OPERSTATE, names.OperStateID, "Invalid operstate\n")
}

// inet6AddrGenMode is IFLA_INET6_ADDR_GEN_MODE (linux/if_link.h).
const inet6AddrGenMode = 8

func setAddrGenMode(x *change, cur *words.Cursor) error {
	spec := x.r.Nest(unix.IFLA_AF_SPEC)
	inet6 := x.r.Nest(unix.AF_INET6)
	err := x.named(cur, inet6AddrGenMode, names.AddrGenModeID, "Invalid address generation mode\n")
	x.r.End(inet6)
	x.r.End(spec)
	return err
}

func setLinkNetnsID(x *change, cur *words.Cursor) error {
	v, err := cur.Value()
	if err != nil {
		return err
	}
	if err := x.first("link-netns/link-netnsid", v); err != nil {
		return err
	}
	n, ok := format.ParseS32(v, 0)
	if !ok {
		return invalidValue("link-netnsid", v)
	}
	x.r.U32(unix.IFLA_LINK_NETNSID, uint32(n))
	return nil
}

func setProtodownReason(x *change, cur *words.Cursor) error {
	v, err := cur.Value()
	if err != nil {
		return err
	}
	bit, ok := x.c.Names().ProtodownReasonID(v)
	if !ok {
		return words.Invalid("invalid protodown reason\n", v)
	}
	if v, err = cur.Value(); err != nil {
		return err
	}
	mask := uint32(1) << (bit & 31)
	value := mask
	switch {
	case words.Prefix(v, "on"):
	case words.Prefix(v, "off"):
		value = 0
	default:
		_, err := strictOnOff("protodown_reason", v)
		return err
	}
	reason := x.r.Nest(unix.IFLA_PROTO_DOWN_REASON | unix.NLA_F_NESTED)
	x.r.U32(unix.IFLA_PROTO_DOWN_REASON_MASK, mask)
	x.r.U32(unix.IFLA_PROTO_DOWN_REASON_VALUE, value)
	x.r.End(reason)
	return nil
}

func setParentDev(x *change, cur *words.Cursor) error {
	v, err := cur.Value()
	if err != nil {
		return err
	}
	x.r.Str(unix.IFLA_PARENT_DEV_NAME, v)
	return nil
}

// device takes [dev] NAME.
func (x *change) device(cur *words.Cursor) error {
	v := cur.Word()
	if v == "dev" {
		var err error
		if v, err = cur.Value(); err != nil {
			return err
		}
	}
	if x.devGiven || x.dev != x.name {
		return words.Garbage("dev", v)
	}
	if !format.ValidAltIfname(v) {
		return words.Invalid(`"dev" not a valid ifname`, v)
	}
	x.dev, x.devGiven = v, true
	return nil
}
