package link

import (
	"encoding/binary"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/names"
	"github.com/nlbox/nlbox/internal/namespace"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

var native = binary.NativeEndian

func itoa(n int) string { return strconv.Itoa(n) }

// keyword reads one keyword and its values; the cursor is left on the last word
// that belongs to it.
type keyword = func(*change, *words.Cursor) error

// keywords is the table of the words of link add/set/delete in the order in
// which ip tests them. What is not in it is the name of the device.
func keywords() []applet.Row[keyword] {
	return []applet.Row[keyword]{
		{Name: "up", Exact: true, Value: setUp},
		{Name: "down", Exact: true, Value: setDown},
		{Name: "name", Exact: true, Value: setName},
		{Name: "index", Exact: true, Value: setIndex},
		{Name: "link", Value: setLink},
		{Name: "address", Value: setAddress},
		{Name: "broadcast", Value: setBroadcast},
		{Name: "brd", Exact: true, Value: setBroadcast},
		{Name: "txqueuelen", Value: number("txqueuelen", unix.IFLA_TXQLEN)},
		{Name: "qlen", Exact: true, Value: number("txqueuelen", unix.IFLA_TXQLEN)},
		{Name: "txqlen", Value: number("txqueuelen", unix.IFLA_TXQLEN)},
		{Name: "mtu", Exact: true, Value: number("mtu", unix.IFLA_MTU)},
		{Name: "xdpgeneric", Exact: true, Value: setXDP},
		{Name: "xdpdrv", Exact: true, Value: setXDP},
		{Name: "xdpoffload", Exact: true, Value: setXDP},
		{Name: "xdp", Exact: true, Value: setXDP},
		{Name: "netns", Exact: true, Value: setNetns},
		{Name: "multicast", Exact: true, Value: flagWord("multicast", unix.IFF_MULTICAST, false)},
		{Name: "allmulticast", Exact: true, Value: flagWord("allmulticast", unix.IFF_ALLMULTI, false)},
		{Name: "promisc", Exact: true, Value: flagWord("promisc", unix.IFF_PROMISC, false)},
		{Name: "trailers", Exact: true, Value: flagWord("trailers", unix.IFF_NOTRAILERS, true)},
		{Name: "arp", Exact: true, Value: flagWord("arp", unix.IFF_NOARP, true)},
		{Name: "carrier", Exact: true, Value: onOffAttr("carrier", unix.IFLA_CARRIER)},
		{Name: "vf", Exact: true, Value: setVF},
		{Name: "master", Value: setMaster},
		{Name: "vrf", Exact: true, Value: setVRF},
		{Name: "nomaster", Value: setNoMaster},
		{Name: "dynamic", Value: flagWord("dynamic", unix.IFF_DYNAMIC, false)},
		{Name: "type", Value: setType},
		{Name: "alias", Value: setAlias},
		{Name: "group", Exact: true, Value: setGroup},
		{Name: "mode", Exact: true, Value: setMode},
		{Name: "state", Exact: true, Value: setState},
		{Name: "numtxqueues", Value: number("numtxqueues", unix.IFLA_NUM_TX_QUEUES)},
		{Name: "numrxqueues", Value: number("numrxqueues", unix.IFLA_NUM_RX_QUEUES)},
		{Name: "addrgenmode", Value: setAddrGenMode},
		{Name: "link-netns", Value: setLinkNetns},
		{Name: "link-netnsid", Value: setLinkNetnsID},
		{Name: "protodown", Exact: true, Value: onOffAttr("protodown", unix.IFLA_PROTO_DOWN)},
		{Name: "protodown_reason", Exact: true, Value: setProtodownReason},
		{Name: "gso_max_size", Exact: true, Value: unsigned("gso_max_size", unix.IFLA_GSO_MAX_SIZE, 0)},
		{Name: "gso_max_segs", Exact: true, Value: unsigned("gso_max_segs", unix.IFLA_GSO_MAX_SEGS, maxGSOSegs)},
		{Name: "gro_max_size", Exact: true, Value: unsigned("gro_max_size", unix.IFLA_GRO_MAX_SIZE, 0)},
		{Name: "gso_ipv4_max_size", Exact: true, Value: unsigned("gso_ipv4_max_size", unix.IFLA_GSO_IPV4_MAX_SIZE, 0)},
		{Name: "gro_ipv4_max_size", Exact: true, Value: unsigned("gro_ipv4_max_size", unix.IFLA_GRO_IPV4_MAX_SIZE, 0)},
		{Name: "parentdev", Exact: true, Value: setParentDev},
		{Name: "help", Value: func(*change, *words.Cursor) error { return words.Usage(usage) }},
	}
}

// maxGSOSegs is the most that gso_max_segs takes.
const maxGSOSegs = 65535

// invalidValue is the error for a bad value of a keyword, in the form that has
// an empty line behind it.
func invalidValue(key, word string) error {
	return words.Invalid(`Invalid "`+key+"\" value\n", word)
}

// first fails when the keyword was given before.
func (x *change) first(key, word string) error {
	if x.seen[key] {
		return words.Duplicate(key, word)
	}
	if x.seen == nil {
		x.seen = map[string]bool{}
	}
	x.seen[key] = true
	return nil
}

func (x *change) setFlag(flag uint32, on bool) {
	x.mask |= flag
	if on {
		x.flags |= flag
	} else {
		x.flags &^= flag
	}
}

// flagWord reads on or off for one of the IFF_* flags; inverted flags are set
// by off.
func flagWord(key string, flag uint32, inverted bool) keyword {
	return func(x *change, cur *words.Cursor) error {
		v, err := cur.Value()
		if err != nil {
			return err
		}
		on, err := strictOnOff(key, v)
		if err != nil {
			return err
		}
		x.setFlag(flag, on != inverted)
		return nil
	}
}

// onOffAttr reads on or off into an attribute.
func onOffAttr(key string, attr uint16) keyword {
	return func(x *change, cur *words.Cursor) error {
		v, err := cur.Value()
		if err != nil {
			return err
		}
		on, err := onOff(key, v)
		if err != nil {
			return err
		}
		x.r.U8(attr, on)
		return nil
	}
}

// number reads a signed number that may be given once.
func number(key string, attr uint16) keyword {
	return func(x *change, cur *words.Cursor) error {
		v, err := cur.Value()
		if err != nil {
			return err
		}
		if err := x.first(key, v); err != nil {
			return err
		}
		n, ok := format.ParseS32(v, 0)
		if !ok {
			return invalidValue(key, v)
		}
		x.r.U32(attr, uint32(n))
		return nil
	}
}

// unsigned reads a number up to most, 0 for no bound but 32 bits.
func unsigned(key string, attr uint16, most uint32) keyword {
	return func(x *change, cur *words.Cursor) error {
		v, err := cur.Value()
		if err != nil {
			return err
		}
		n, ok := format.ParseU32(v, 0)
		if !ok || most != 0 && n > most {
			return invalidValue(key, v)
		}
		x.r.U32(attr, n)
		return nil
	}
}

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
	if x.dev != x.name {
		return words.Garbage("dev", v)
	}
	if !format.ValidAltIfname(v) {
		return words.Invalid(`"dev" not a valid ifname`, v)
	}
	x.dev = v
	return nil
}
