package link

import (
	"strconv"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/byteorder"
	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/words"
)

var native byteorder.Native

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
