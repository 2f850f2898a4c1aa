package fib

import (
	"strconv"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// NexthopHeader is struct nhmsg of linux/nexthop.h.
type NexthopHeader struct {
	Family, Scope, Protocol uint8
	Flags                   uint32
}

// NexthopHeaderSize is its size in a message.
const NexthopHeaderSize = 8

// Decode reads the header off a payload and returns the attributes behind it.
func (h *NexthopHeader) Decode(b []byte) (attrs []byte, ok bool) {
	if len(b) < NexthopHeaderSize {
		return nil, false
	}
	*h = NexthopHeader{b[0], b[1], b[2], native.Uint32(b[4:])}
	return b[NexthopHeaderSize:], true
}

// Put writes the header into a payload.
func (h *NexthopHeader) Put(b []byte) {
	b[0], b[1], b[2], b[3] = h.Family, h.Scope, h.Protocol, 0
	native.PutUint32(b[4:], h.Flags)
}

// GroupEntrySize is the size of struct nexthop_grp.
const GroupEntrySize = 8

// BadNexthop is the error for a message that cannot be printed.
type BadNexthop struct {
	// Notice is what the original prints where the record would have gone.
	Notice string
}

func (e *BadNexthop) Error() string { return "Error parsing nexthop: Invalid argument" }

// Nexthop prints a next hop object without a newline: b is the payload of a
// RTM_NEWNEXTHOP or RTM_DELNEXTHOP. key is the object's name in JSON, empty in
// an array. The error is a *BadNexthop; nothing is printed then.
func (v *View) Nexthop(key string, b []byte, deleted bool) error {
	var h NexthopHeader
	attrs, ok := h.Decode(b)
	if !ok {
		return &BadNexthop{}
	}
	var tb [NhaResBucket + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(attrs)
	if err := checkNexthop(at); err != nil {
		return err
	}
	v.P.OpenObject(key)
	if deleted {
		v.P.Bool("deleted", "Deleted ", true)
	}
	id, _ := at.U32(unix.NHA_ID)
	v.P.Uint("id", "id %u ", uint64(id))
	v.group(at)
	v.nexthopPath(&h, at)
	v.P.CloseObject()
	return nil
}

// checkNexthop tells whether gateway and group have possible lengths.
func checkNexthop(at rtnl.Attrs) error {
	id, _ := at.U32(unix.NHA_ID)
	head := "<nexthop id " + strconv.FormatUint(uint64(id), 10)
	if n := len(at.Get(unix.NHA_GATEWAY)); n > 16 {
		return &BadNexthop{head + " invalid gateway length " + strconv.Itoa(n) + ">\n"}
	}
	if at.Has(unix.NHA_GROUP) {
		if n := len(at.Get(unix.NHA_GROUP)); n == 0 || n%GroupEntrySize != 0 {
			return &BadNexthop{head + " invalid nexthop group>"}
		}
	}
	return nil
}

// group prints what a group of next hops has.
func (v *View) group(at rtnl.Attrs) {
	if b := at.Get(unix.NHA_GROUP); b != nil {
		v.P.OpenArray("group", "group ")
		for i := 0; i+GroupEntrySize <= len(b); i += GroupEntrySize {
			v.P.OpenObject("")
			if i > 0 {
				v.P.Text("/")
			}
			v.P.Uint("id", "%u", uint64(native.Uint32(b[i:])))
			if weight := b[i+4]; weight > 0 {
				v.P.Uint("weight", ",%u", uint64(weight)+1)
			}
			v.P.CloseObject()
		}
		v.P.CloseArray(" ")
	}
	switch typ, _ := at.U16(unix.NHA_GROUP_TYPE); typ {
	case GroupMultipath:
	case GroupResilient:
		v.P.String("type", "type %s ", "resilient")
	default:
		v.P.String("type", "type %s ", "<unknown type>")
	}
	if at.Has(NhaResGroup) {
		v.resilient(at.Get(NhaResGroup))
	}
}

// resilient prints the buckets and timers of a resilient group.
func (v *View) resilient(b []byte) {
	var tb [resGroupUnbalancedTime + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(b)
	buckets, _ := at.U16(ResGroupBuckets)
	idle, _ := at.U32(ResGroupIdleTimer)
	timer, _ := at.U32(ResGroupUnbalancedTimer)
	time, _ := at.U64(resGroupUnbalancedTime)
	v.P.OpenObject("resilient_args")
	v.P.Uint("buckets", "buckets %u ", uint64(buckets))
	v.ticks("idle_timer", "idle_timer %g ", uint64(idle))
	v.ticks("unbalanced_timer", "unbalanced_timer %g ", uint64(timer))
	v.ticks("unbalanced_time", "unbalanced_time %g ", time)
	v.P.CloseObject()
}

// ticks prints a time in clock ticks of 1/100 s as seconds.
func (v *View) ticks(key, form string, n uint64) {
	us := 10000 * n // wraps around as the original's does
	v.P.Float(key, form, float64(us/1000000)+float64(us%1000000)/1000000)
}

// nexthopPath prints where a single next hop leads.
func (v *View) nexthopPath(h *NexthopHeader, at rtnl.Attrs) {
	if at.Has(unix.NHA_ENCAP) {
		v.Encap(at.Get(unix.NHA_ENCAP_TYPE), at.Get(unix.NHA_ENCAP))
	}
	if gw := at.Get(unix.NHA_GATEWAY); len(gw) > 0 {
		v.Gateway(int(h.Family), gw)
	}
	if oif, _ := at.U32(unix.NHA_OIF); oif != 0 {
		v.Device("dev", oif)
	}
	if h.Scope != unix.RT_SCOPE_UNIVERSE || v.Details > 0 {
		v.P.String("scope", "scope %s ", v.Names.Scope(h.Scope))
	}
	if at.Has(unix.NHA_BLACKHOLE) {
		v.P.Null("blackhole", "blackhole ", "")
	}
	if h.Protocol != protUnspec || v.Details > 0 {
		v.P.String("protocol", "proto %s ", v.Names.Proto(h.Protocol))
	}
	v.Flags(h.Flags)
	if at.Has(NhaFDB) {
		v.P.Null("fdb", "fdb", "")
	}
}

// Bucket prints a bucket of a resilient group with its newline: b is the payload
// of a RTM_NEWNEXTHOPBUCKET.
func (v *View) Bucket(b []byte, deleted bool) bool {
	var h NexthopHeader
	attrs, ok := h.Decode(b)
	if !ok {
		return false
	}
	var tb [NhaResBucket + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(attrs)
	v.P.OpenObject("")
	if deleted {
		v.P.Bool("deleted", "Deleted ", true)
	}
	if id, ok := at.U32(unix.NHA_ID); ok {
		v.P.Uint("id", "id %u ", uint64(id))
	}
	if at.Has(NhaResBucket) {
		v.bucket(at.Get(NhaResBucket))
	}
	v.Flags(h.Flags)
	v.P.Text("\n")
	v.P.CloseObject()
	return true
}

func (v *View) bucket(b []byte) {
	var tb [BucketNexthop + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(b)
	v.P.OpenObject("bucket")
	if i, ok := at.U16(BucketIndex); ok {
		v.P.Uint("index", "index %u ", uint64(i))
	}
	if t, ok := at.U64(bucketIdleTime); ok {
		v.ticks("idle_time", "idle_time %g ", t)
	}
	if id, ok := at.U32(BucketNexthop); ok {
		v.P.Uint("nhid", "nhid %u ", uint64(id))
	}
	v.P.CloseObject()
}

// Cache asks for next hop objects, each once, by a socket of its own: it may be
// used in the course of a dump.
type Cache struct {
	c    *object.Context
	conn rtnl.Conn
	byID map[uint32][]byte
}

// NewCache returns a cache that has asked for nothing yet.
func NewCache(c *object.Context) *Cache { return &Cache{c: c} }

// Get returns the payload of the message that describes a next hop, nil when
// there is none. The kernel's refusal is told on stderr.
func (n *Cache) Get(id uint32) []byte {
	if b, ok := n.byID[id]; ok {
		return b
	}
	if n.conn == nil {
		conn, err := n.c.Another()
		if err != nil {
			return nil
		}
		n.conn = conn
	}
	var found []byte
	err := n.conn.Get(NexthopRequest(n.c, id), func(m *rtnl.Msg) error {
		found = append([]byte(nil), m.Data...)
		return nil
	})
	if err != nil {
		n.c.Warn(err.Error())
		return nil
	}
	if n.byID == nil {
		n.byID = map[uint32][]byte{}
	}
	n.byID[id] = found
	return found
}

// Put takes up what a message told about a next hop, or that there is none any
// more: nil.
func (n *Cache) Put(id uint32, b []byte) {
	if b == nil {
		delete(n.byID, id)
		return
	}
	if n.byID == nil {
		n.byID = map[uint32][]byte{}
	}
	n.byID[id] = append([]byte(nil), b...)
}

// Remember takes up the payload of a message about a next hop, which routes are
// later printed with.
func (v *View) Remember(b []byte, deleted bool) {
	var h NexthopHeader
	attrs, ok := h.Decode(b)
	if !ok || v.cache == nil {
		return
	}
	var tb [unix.NHA_ID + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(attrs)
	id, _ := at.U32(unix.NHA_ID)
	if deleted {
		b = nil
	}
	v.cache.Put(id, b)
}

// Close gives the socket back.
func (n *Cache) Close() {
	if n.conn != nil {
		n.conn.Close()
		n.conn = nil
	}
}

// NexthopRequest asks for one next hop.
func NexthopRequest(c *object.Context, id uint32) *rtnl.Request {
	r := rtnl.NewRequest(unix.RTM_GETNEXTHOP, 0)
	r.Body(make([]byte, NexthopHeaderSize))
	h := NexthopHeader{Family: uint8(c.Opt.Family)}
	h.Put(r.Payload())
	r.U32(unix.NHA_ID, id)
	return r
}
