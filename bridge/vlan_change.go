package bridge

import (
	"strings"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
)

// vlanChange is what add and delete are told. Ids are as wide as the original's,
// and -1 where they were not given.
type vlanChange struct {
	dev      string
	hasDev   bool
	vid, end int16
	info     uint16 // bits of struct bridge_vlan_info
	flags    uint16 // BRIDGE_FLAGS_*

	tunnel                bool
	tunnelID, tunnelEndID uint32
}

// vlanModify adds VLANs to a port, or takes them away.
func vlanModify(t *tool, typ uint16, args []string) error {
	ch := vlanChange{vid: -1, end: -1}
	for cur := words.New(args); cur.More(); cur.Skip() {
		if err := ch.parseWord(cur); err != nil {
			return err
		}
	}
	r, err := ch.request(t, typ)
	if err != nil {
		return err
	}
	return t.do(r)
}

// parseWord reads a word. Those that it does not know are passed over, and after
// help another one.
func (ch *vlanChange) parseWord(cur *words.Cursor) (err error) {
	switch cur.Word() {
	case "dev":
		ch.dev, err = cur.Value()
		ch.hasDev = true
	case "vid":
		word, err := cur.Value()
		if err != nil {
			return err
		}
		var isRange bool
		if ch.vid, ch.end, isRange = parseVIDs(word, ch.end); isRange {
			ch.info |= vlanRangeBegin
		}
	case "self":
		ch.flags |= flagSelf
	case "master":
		ch.flags |= flagMaster
	case "pvid":
		ch.info |= vlanPVID
	case "untagged":
		ch.info |= vlanUntagged
	case "tunnel_info":
		ch.tunnel = true
		return ch.parseTunnel(cur)
	default:
		if cur.Prefix("help") {
			_, err = cur.Value()
		}
	}
	return err
}

// parseVIDs reads an id, or two with a dash between. Of one alone the end stays
// what it was.
func parseVIDs(word string, was int16) (vid, end int16, isRange bool) {
	first, last, isRange := strings.Cut(word, "-")
	if isRange {
		was = short(last)
	}
	return short(first), was, isRange
}

// parseTunnel reads the id of a tunnel, or a range of them, behind "id".
func (ch *vlanChange) parseTunnel(cur *words.Cursor) error {
	word, err := cur.Value()
	if err != nil {
		return err
	}
	if !cur.Prefix("id") {
		return words.Invalid("tunnel id expected", word)
	}
	if word, err = cur.Value(); err != nil {
		return err
	}
	first, last, isRange := strings.Cut(word, "-")
	var ok bool
	if ch.tunnelID, ok = parseTunnelID(first); !ok {
		return words.Invalid("invalid tun id", first)
	}
	if !isRange {
		return nil
	}
	if ch.tunnelEndID, ok = parseTunnelID(last); !ok {
		return words.Invalid("invalid tun id", first)
	}
	return nil
}

// parseTunnelID reads a number of 24 bits.
func parseTunnelID(word string) (uint32, bool) {
	id, ok := format.ParseU32(word, 0)
	return id, ok && id < 1<<24
}

// check finds what the kernel need not be asked for.
func (ch *vlanChange) check() error {
	switch {
	case ch.vid >= maxVID:
		return badVID(ch.vid)
	case ch.info&vlanRangeBegin == 0:
		return nil
	case ch.end == -1 || ch.end >= maxVID || ch.vid >= ch.end:
		return badRange(ch.vid, ch.end)
	case ch.info&vlanPVID != 0:
		return failed("pvid cannot be configured for a vlan range")
	}
	return nil
}

func badRange(vid, end int16) error {
	return failed(`Invalid VLAN range "` + ushort(vid) + "-" + ushort(end) + `"`)
}

func (ch *vlanChange) request(t *tool, typ uint16) (*rtnl.Request, error) {
	if !ch.hasDev || ch.vid == -1 {
		return nil, vlanRequired()
	}
	index := t.c.Links().Index(ch.dev)
	if index == 0 {
		return nil, noBridge(ch.dev)
	}
	if err := ch.check(); err != nil {
		return nil, err
	}
	r := rtnl.NewRequest(typ, 0)
	r.Link(unix.AF_BRIDGE, 0, index, 0, 0)
	spec := r.Nest(unix.IFLA_AF_SPEC)
	if ch.flags != 0 {
		r.U16(attrFlags, ch.flags)
	}
	if ch.tunnel {
		ch.appendTunnels(r)
	} else {
		ch.appendVLANs(r)
	}
	r.End(spec)
	return r, nil
}

// appendVLANs appends the VLAN, or the first and the last of a range.
func (ch *vlanChange) appendVLANs(r *rtnl.Request) {
	appendVLANInfo(r, attrVLANInfo, ch.info, ch.vid)
	if ch.end != -1 {
		appendVLANInfo(r, attrVLANInfo, ch.info&^vlanRangeBegin|vlanRangeEnd, ch.end)
	}
}

// appendVLANInfo appends a struct bridge_vlan_info: flags, id.
func appendVLANInfo(r *rtnl.Request, attr, flags uint16, vid int16) {
	var b [4]byte
	native.PutUint16(b[:], flags)
	native.PutUint16(b[2:], uint16(vid))
	r.Attr(attr, b[:])
}

// Attributes inside IFLA_BRIDGE_VLAN_TUNNEL_INFO (linux/if_bridge.h).
const (
	tunnelID    = 1
	tunnelVID   = 2
	tunnelFlags = 3
)

// appendTunnels appends the VLAN and its tunnel, or the firsts and the lasts of
// two ranges.
func (ch *vlanChange) appendTunnels(r *rtnl.Request) {
	one := func(vid int16, id uint32, flags uint16) {
		n := r.Nest(attrTunnelInfo)
		r.U32(tunnelID, id)
		r.U16(tunnelVID, uint16(vid))
		r.U16(tunnelFlags, flags)
		r.End(n)
	}
	if ch.end == -1 || int32(ch.end) <= int32(uint16(ch.vid)) {
		one(ch.vid, ch.tunnelID, 0)
		return
	}
	one(ch.vid, ch.tunnelID, vlanRangeBegin)
	one(ch.end, ch.tunnelEndID, vlanRangeEnd)
}
