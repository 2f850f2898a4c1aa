package link

import (
	"strings"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/names"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// setVF reads `vf NUM …`: what is set of one virtual function of a device. All
// its structures are those of linux/if_link.h (struct ifla_vf_*).
func setVF(x *change, cur *words.Cursor) error {
	v, err := cur.Value()
	if err != nil {
		return err
	}
	n, ok := format.ParseS32(v, 0)
	if !ok {
		return invalidValue("vf", v)
	}
	if x.dev == "" {
		return words.Missing("dev")
	}
	list := x.r.Nest(unix.IFLA_VFINFO_LIST)
	info := x.r.Nest(unix.IFLA_VF_INFO)
	f := &vf{x: x, cur: cur, num: uint32(n), minRate: -1, maxRate: -1}
	if err := f.read(); err != nil {
		return kindError(err)
	}
	x.r.End(info)
	x.r.End(list)
	x.forgetNamed(true)
	return nil
}

// vf reads the words of one virtual function.
type vf struct {
	x   *change
	cur *words.Cursor
	num uint32
	// newRate says that min_tx_rate or max_tx_rate is among the words; a plain
	// rate is then part of the same structure.
	newRate, hasMax  bool
	minRate, maxRate int32
}

type vfWord struct {
	name string
	read func(*vf, string) error
}

// vfWords is in the order in which the words are tested; beginnings will do.
func vfWords() []vfWord {
	return []vfWord{
		{"mac", (*vf).mac},
		{"vlan", (*vf).vlan},
		{"rate", (*vf).rate},
		{"max_tx_rate", (*vf).setMax},
		{"min_tx_rate", (*vf).setMin},
		{"spoofchk", vfSwitch("spoofchk", unix.IFLA_VF_SPOOFCHK)},
		{"query_rss", vfSwitch("query_rss", unix.IFLA_VF_RSS_QUERY_EN)},
		{"trust", vfSwitch("trust", unix.IFLA_VF_TRUST)},
		{"state", (*vf).state},
		{"node_guid", vfGUID(unix.IFLA_VF_IB_NODE_GUID)},
		{"port_guid", vfGUID(unix.IFLA_VF_IB_PORT_GUID)},
	}
}

func (f *vf) read() error {
	for _, w := range f.cur.Rest()[1:] {
		f.hasMax = f.hasMax || words.Prefix(w, "max_tx_rate")
		f.newRate = f.newRate || words.Prefix(w, "max_tx_rate") || words.Prefix(w, "min_tx_rate")
	}
	count := 0
	for {
		w, ok := f.cur.Peek()
		if !ok {
			break
		}
		read := findVFWord(w)
		if read == nil {
			break
		}
		count++
		f.cur.Skip()
		v, err := f.cur.Value()
		if err != nil {
			return err
		}
		if err := read(f, v); err != nil {
			return err
		}
	}
	if f.newRate {
		if err := f.sendRates(); err != nil {
			return err
		}
	}
	if count == 0 {
		return words.Incomplete()
	}
	return nil
}

func findVFWord(w string) func(*vf, string) error {
	for _, row := range vfWords() {
		if words.Prefix(w, row.name) {
			return row.read
		}
	}
	return nil
}

// attr sends a structure of 32-bit numbers that begins with the function's.
func (f *vf) attr(typ uint16, fields ...uint32) {
	b := native.AppendUint32(nil, f.num)
	for _, v := range fields {
		b = native.AppendUint32(b, v)
	}
	f.x.r.Attr(typ, b)
}

func (f *vf) mac(v string) error {
	have, err := addrLen(f.x.c, f.x.dev)
	if err != nil {
		f.x.c.Warn(err.Error())
	}
	a, err := llAddr(v)
	if err != nil {
		return err
	}
	if have > 0 && len(a) != have {
		return object.Fail(object.StatusLocal, "Invalid address length "+itoa(len(a))+
			" - must be "+itoa(have)+" bytes")
	}
	b := native.AppendUint32(nil, f.num)
	b = append(b, make([]byte, maxLLAddr)...)
	copy(b[4:], a)
	f.x.r.Attr(unix.IFLA_VF_MAC, b)
	return nil
}

const (
	maxVLAN    = 4095
	proto8021Q = 0x8100
	proto8021A = 0x88a8
)

// vfVLAN is one `vlan ID [qos N] [proto P]`.
type vfVLAN struct {
	id, qos uint32
	proto   uint16
}

func (f *vf) readVLAN(v string) (l vfVLAN, err error) {
	id, ok := format.ParseU32(v, 0)
	if !ok || id > maxVLAN {
		return l, invalidValue("vlan", v)
	}
	l = vfVLAN{id: id, proto: proto8021Q}
	if w, more := f.cur.Peek(); more && words.Prefix(w, "qos") {
		f.cur.Skip()
		if v, err = f.cur.Value(); err != nil {
			return l, err
		}
		if l.qos, ok = format.ParseU32(v, 0); !ok {
			return l, invalidValue("qos", v)
		}
	}
	if w, more := f.cur.Peek(); more && words.Prefix(w, "proto") {
		f.cur.Skip()
		if v, err = f.cur.Value(); err != nil {
			return l, err
		}
		if l.proto, ok = names.EtherProtoID(v); !ok {
			return l, words.Invalid("protocol is invalid\n", v)
		}
		if l.proto != proto8021Q && l.proto != proto8021A {
			return l, words.Invalid("Invalid \"vlan protocol\" value - supported 802.1Q, 802.1ad\n", v)
		}
	}
	return l, nil
}

// vlan sends the old structure for 802.1Q, and a list for 802.1ad.
func (f *vf) vlan(v string) error {
	l, err := f.readVLAN(v)
	if err != nil {
		return err
	}
	if l.proto == proto8021Q {
		f.attr(unix.IFLA_VF_VLAN, l.id, l.qos)
		return nil
	}
	list := f.x.r.Nest(unix.IFLA_VF_VLAN_LIST)
	for {
		b := native.AppendUint32(nil, f.num)
		b = native.AppendUint32(b, l.id)
		b = native.AppendUint32(b, l.qos)
		b = append(b, byte(l.proto>>8), byte(l.proto), 0, 0)
		f.x.r.Attr(unix.IFLA_VF_VLAN_INFO, b)
		w, more := f.cur.Peek()
		if !more || !words.Prefix(w, "vlan") {
			break
		}
		f.cur.Skip()
		if v, err = f.cur.Value(); err != nil {
			return err
		}
		if l, err = f.readVLAN(v); err != nil {
			return err
		}
	}
	f.x.r.End(list)
	return nil
}

func (f *vf) rate(v string) error {
	n, ok := format.ParseU32(v, 0)
	if !ok {
		return invalidValue("rate", v)
	}
	if !f.newRate {
		f.attr(unix.IFLA_VF_TX_RATE, n)
	} else if !f.hasMax {
		f.maxRate = int32(n)
	}
	return nil
}

func (f *vf) setMax(v string) error { return readRate(&f.maxRate, "max tx rate", v) }
func (f *vf) setMin(v string) error { return readRate(&f.minRate, "min tx rate", v) }

func readRate(dst *int32, key, v string) error {
	n, ok := format.ParseU32(v, 0)
	if !ok {
		return invalidValue(key, v)
	}
	*dst = int32(n)
	return nil
}

// sendRates sends both rates; one that was not given stays as it is.
func (f *vf) sendRates() error {
	if f.minRate == -1 || f.maxRate == -1 {
		low, high, err := vfRates(f.x.c, f.x.dev, f.num)
		if err != nil {
			return err
		}
		if f.minRate == -1 {
			f.minRate = low
		}
		if f.maxRate == -1 {
			f.maxRate = high
		}
	}
	if f.maxRate != 0 && f.minRate > f.maxRate {
		return object.Fail(object.StatusLocal, "Invalid min_tx_rate "+itoa(int(f.minRate))+
			" - must be <= max_tx_rate "+itoa(int(f.maxRate)))
	}
	f.attr(unix.IFLA_VF_RATE, uint32(f.minRate), uint32(f.maxRate))
	return nil
}

// vfRates asks for the rates that a virtual function has.
func vfRates(c *object.Context, dev string, num uint32) (low, high int32, err error) {
	index := c.Links().Index(dev)
	if index == 0 {
		return 0, 0, object.Abort(object.StatusLocal, "Device "+dev+" does not exist")
	}
	conn, err := c.Conn()
	if err != nil {
		return 0, 0, err
	}
	r := rtnl.NewRequest(unix.RTM_GETLINK, 0)
	r.Link(uint8(c.Opt.Family), 0, index, 0, 0)
	r.U32(unix.IFLA_EXT_MASK, rtnl.ExtFilterVF)
	err = conn.Get(r, func(m *rtnl.Msg) error {
		var tb [unix.IFLA_VFINFO_LIST + 1][]byte
		at := rtnl.Attrs(tb[:])
		if len(m.Data) >= infoHeader {
			at.Parse(m.Data[infoHeader:])
		}
		for _, info := range rtnl.All(at.Get(unix.IFLA_VFINFO_LIST)) {
			var sub [unix.IFLA_VF_RATE + 1][]byte
			in := rtnl.Attrs(sub[:])
			in.Parse(info)
			if b := in.Get(unix.IFLA_VF_RATE); len(b) >= 12 && native.Uint32(b) == num {
				low, high = int32(native.Uint32(b[4:])), int32(native.Uint32(b[8:]))
			}
		}
		return nil
	})
	return low, high, object.KernelStatus(err, object.StatusLocal)
}

func vfSwitch(key string, attr uint16) func(*vf, string) error {
	return func(f *vf, v string) error {
		on, err := onOff(key, v)
		if err != nil {
			return err
		}
		f.attr(attr, uint32(on))
		return nil
	}
}

func (f *vf) state(v string) error {
	for i, name := range [...]string{"auto", "enable", "disable"} {
		if words.Prefix(v, name) {
			f.attr(unix.IFLA_VF_LINK_STATE, uint32(i))
			return nil
		}
	}
	return invalidValue("state", v)
}

func vfGUID(attr uint16) func(*vf, string) error {
	return func(f *vf, v string) error {
		guid, ok := parseGUID(v)
		if !ok {
			return words.Invalid("Invalid GUID format\n", v)
		}
		b := native.AppendUint32(nil, f.num)
		b = append(b, 0, 0, 0, 0) // struct ifla_vf_guid: the guid is at 8
		f.x.r.Attr(attr, native.AppendUint64(b, guid))
		return nil
	}
}

// parseGUID reads eight bytes as xx:xx:xx:xx:xx:xx:xx:xx.
func parseGUID(s string) (uint64, bool) {
	parts := strings.Split(s, ":")
	if len(parts) != 8 {
		return 0, false
	}
	var guid uint64
	for _, p := range parts {
		b, ok := format.ParseU8(p, 16)
		if len(p) != 2 || !ok {
			return 0, false
		}
		guid = guid<<8 | uint64(b)
	}
	return guid, true
}
