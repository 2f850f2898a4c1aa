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
func keywords() [47]applet.Row[keyword] {
	return [...]applet.Row[keyword]{
		{Name: "up", Exact: true, Value: setUp},
		{Name: "down", Exact: true, Value: setDown},
		{Name: "name", Exact: true, Value: setName},
		{Name: "index", Exact: true, Value: setIndex},
		{Name: "link", Value: setLink},
		{Name: "address", Value: setAddress},
		{Name: "broadcast", Value: setBroadcast},
		{Name: "brd", Exact: true, Value: setBroadcast},
		{Name: "txqueuelen", Value: setTxQueueLen},
		{Name: "qlen", Exact: true, Value: setTxQueueLen},
		{Name: "txqlen", Value: setTxQueueLen},
		{Name: "mtu", Exact: true, Value: setMTU},
		{Name: "xdpgeneric", Exact: true, Value: setXDP},
		{Name: "xdpdrv", Exact: true, Value: setXDP},
		{Name: "xdpoffload", Exact: true, Value: setXDP},
		{Name: "xdp", Exact: true, Value: setXDP},
		{Name: "netns", Exact: true, Value: setNetns},
		{Name: "multicast", Exact: true, Value: setMulticast},
		{Name: "allmulticast", Exact: true, Value: setAllMulticast},
		{Name: "promisc", Exact: true, Value: setPromisc},
		{Name: "trailers", Exact: true, Value: setTrailers},
		{Name: "arp", Exact: true, Value: setARP},
		{Name: "carrier", Exact: true, Value: setCarrier},
		{Name: "vf", Exact: true, Value: setVF},
		{Name: "master", Value: setMaster},
		{Name: "vrf", Exact: true, Value: setVRF},
		{Name: "nomaster", Value: setNoMaster},
		{Name: "dynamic", Value: setDynamic},
		{Name: "type", Value: setType},
		{Name: "alias", Value: setAlias},
		{Name: "group", Exact: true, Value: setGroup},
		{Name: "mode", Exact: true, Value: setMode},
		{Name: "state", Exact: true, Value: setState},
		{Name: "numtxqueues", Value: setNumTxQueues},
		{Name: "numrxqueues", Value: setNumRxQueues},
		{Name: "addrgenmode", Value: setAddrGenMode},
		{Name: "link-netns", Value: setLinkNetns},
		{Name: "link-netnsid", Value: setLinkNetnsID},
		{Name: "protodown", Exact: true, Value: setProtodown},
		{Name: "protodown_reason", Exact: true, Value: setProtodownReason},
		{Name: "gso_max_size", Exact: true, Value: setGSOMaxSize},
		{Name: "gso_max_segs", Exact: true, Value: setGSOMaxSegs},
		{Name: "gro_max_size", Exact: true, Value: setGROMaxSize},
		{Name: "gso_ipv4_max_size", Exact: true, Value: setGSOIPv4MaxSize},
		{Name: "gro_ipv4_max_size", Exact: true, Value: setGROIPv4MaxSize},
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

// The keywords that read one value of a common form.
func setTxQueueLen(x *change, cur *words.Cursor) error {
	return x.number(cur, "txqueuelen", unix.IFLA_TXQLEN)
}
func setMTU(x *change, cur *words.Cursor) error { return x.number(cur, "mtu", unix.IFLA_MTU) }
func setMulticast(x *change, cur *words.Cursor) error {
	return x.flagWord(cur, "multicast", unix.IFF_MULTICAST, false)
}
func setAllMulticast(x *change, cur *words.Cursor) error {
	return x.flagWord(cur, "allmulticast", unix.IFF_ALLMULTI, false)
}
func setPromisc(x *change, cur *words.Cursor) error {
	return x.flagWord(cur, "promisc", unix.IFF_PROMISC, false)
}
func setTrailers(x *change, cur *words.Cursor) error {
	return x.flagWord(cur, "trailers", unix.IFF_NOTRAILERS, true)
}
func setARP(x *change, cur *words.Cursor) error { return x.flagWord(cur, "arp", unix.IFF_NOARP, true) }
func setCarrier(x *change, cur *words.Cursor) error {
	return x.onOffAttr(cur, "carrier", unix.IFLA_CARRIER)
}
func setDynamic(x *change, cur *words.Cursor) error {
	return x.flagWord(cur, "dynamic", unix.IFF_DYNAMIC, false)
}
func setNumTxQueues(x *change, cur *words.Cursor) error {
	return x.number(cur, "numtxqueues", unix.IFLA_NUM_TX_QUEUES)
}
func setNumRxQueues(x *change, cur *words.Cursor) error {
	return x.number(cur, "numrxqueues", unix.IFLA_NUM_RX_QUEUES)
}
func setProtodown(x *change, cur *words.Cursor) error {
	return x.onOffAttr(cur, "protodown", unix.IFLA_PROTO_DOWN)
}
func setGSOMaxSize(x *change, cur *words.Cursor) error {
	return x.unsigned(cur, "gso_max_size", unix.IFLA_GSO_MAX_SIZE, 0)
}
func setGSOMaxSegs(x *change, cur *words.Cursor) error {
	return x.unsigned(cur, "gso_max_segs", unix.IFLA_GSO_MAX_SEGS, maxGSOSegs)
}
func setGROMaxSize(x *change, cur *words.Cursor) error {
	return x.unsigned(cur, "gro_max_size", unix.IFLA_GRO_MAX_SIZE, 0)
}
func setGSOIPv4MaxSize(x *change, cur *words.Cursor) error {
	return x.unsigned(cur, "gso_ipv4_max_size", unix.IFLA_GSO_IPV4_MAX_SIZE, 0)
}
func setGROIPv4MaxSize(x *change, cur *words.Cursor) error {
	return x.unsigned(cur, "gro_ipv4_max_size", unix.IFLA_GRO_IPV4_MAX_SIZE, 0)
}

// flagWord reads on or off for one of the IFF_* flags; inverted flags are set
// by off.
func (x *change) flagWord(cur *words.Cursor, key string, flag uint32, inverted bool) error {
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

// onOffAttr reads on or off into an attribute.
func (x *change) onOffAttr(cur *words.Cursor, key string, attr uint16) error {
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

// number reads a signed number that may be given once.
func (x *change) number(cur *words.Cursor, key string, attr uint16) error {
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

// unsigned reads a number up to most, 0 for no bound but 32 bits.
func (x *change) unsigned(cur *words.Cursor, key string, attr uint16, most uint32) error {
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
