package link

import (
	"encoding/binary"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// tunnel gathers what the options of an IP tunnel say. A change of a tunnel
// begins with what the tunnel has: the kernel takes all of its attributes anew.
type tunnel struct {
	// family is that of the outer addresses.
	family               int
	local, remote        []byte // nil where unspecified
	link                 uint32
	ttl, tos, proto      uint8
	pmtudisc, ignoreDF   uint8
	fwmark               uint32
	ikey, okey           []byte // 4 bytes as on the wire
	iflags, oflags       uint16
	encap                tunnelEncap
	external             bool
	encapLimit           uint8
	flowInfo             uint32 // in host order
	flags                uint32 // IP6_TNL_F_*
	sitFlags             uint16
	rdPrefix, rdRelay    format.Prefix
	erspanIndex          uint32
	erspanVer, erspanDir uint8
	erspanHwid           uint16
	isErspan             bool
}

// tunnelEncap is the encapsulation in UDP (fou(8)).
type tunnelEncap struct {
	typ, flags, sport, dport uint16
}

// exact makes an option whose word must be whole.
func exact(name string, f func(*kindParser) error) Option {
	return Option{Name: name, Exact: true, Value: Custom, Func: f}
}

// prefixed makes an option whose word may be abbreviated.
func prefixed(name string, f func(*kindParser) error) Option {
	return Option{Name: name, Value: Custom, Func: f}
}

// do makes a function that takes no value out of one that cannot fail.
func do(f func()) func(*kindParser) error {
	return func(*kindParser) error {
		f()
		return nil
	}
}

func (e *tunnelEncap) options() []Option {
	flag := func(bit uint16, on bool) func(*kindParser) error {
		return do(func() {
			e.flags &^= bit
			if on {
				e.flags |= bit
			}
		})
	}
	return []Option{
		exact("noencap", do(func() { e.typ = encapNone })),
		exact("encap", e.readType),
		exact("encap-sport", e.readSport),
		exact("encap-dport", e.readDport),
		exact("encap-csum", flag(encapCsum, true)),
		exact("noencap-csum", flag(encapCsum, false)),
		exact("encap-udp6-csum", flag(encapCsum6, true)),
		exact("noencap-udp6-csum", flag(encapCsum6, false)),
		exact("encap-remcsum", flag(encapRemcsum, true)),
		exact("noencap-remcsum", flag(encapRemcsum, false)),
	}
}

func (e *tunnelEncap) readType(p *kindParser) error {
	v, err := p.Value()
	if err != nil {
		return err
	}
	switch v {
	case "fou":
		e.typ = encapFOU
	case "gue":
		e.typ = encapGUE
	case "none":
		e.typ = encapNone
	default:
		return words.Invalid("Invalid encap type.", v)
	}
	return nil
}

func (e *tunnelEncap) readSport(p *kindParser) error {
	v, err := p.Value()
	if err != nil {
		return err
	}
	if v == "auto" {
		e.sport = 0
		return nil
	}
	e.sport, err = parsed(v, format.ParseU16, "Invalid source port.")
	return err
}

func (e *tunnelEncap) readDport(p *kindParser) (err error) {
	e.dport, err = read(p, format.ParseU16, "Invalid destination port.")
	return err
}

// load reads the four attributes that begin at typ.
func (e *tunnelEncap) load(at rtnl.Attrs, typ int) {
	setU16(&e.typ, at, typ)
	setU16(&e.flags, at, typ+1)
	setU16(&e.sport, at, typ+2)
	setU16(&e.dport, at, typ+3)
}

// send sends the four attributes that begin at typ.
func (e *tunnelEncap) send(r *rtnl.Request, typ uint16) {
	r.U16(typ, e.typ)
	r.U16(typ+1, e.flags)
	r.BE16(typ+2, e.sport)
	r.BE16(typ+3, e.dport)
}

func setU8(dst *uint8, at rtnl.Attrs, t int) {
	if v, ok := at.U8(t); ok {
		*dst = v
	}
}

func setU16(dst *uint16, at rtnl.Attrs, t int) {
	if v, ok := at.U16(t); ok {
		*dst = v
	}
}

func setBE16(dst *uint16, at rtnl.Attrs, t int) {
	if v, ok := at.BE16(t); ok {
		*dst = v
	}
}

func setU32(dst *uint32, at rtnl.Attrs, t int) {
	if v, ok := at.U32(t); ok {
		*dst = v
	}
}

// setBytes keeps a copy of an attribute that has any byte but zero.
func setBytes(dst *[]byte, at rtnl.Attrs, t int) {
	if b := at.Get(t); b != nil && !isZero(b) {
		*dst = append([]byte(nil), b...)
	}
}

// addrAttr is an attribute with an address of a family.
type addrAttr struct {
	family int
	typ    uint16
}

// existing asks for the attributes that the tunnel to be changed has; they are
// good until the next question. A new tunnel has none. Where one of addrs has
// something else than its address, the device is no such tunnel.
func (p *kindParser) existing(addrs ...addrAttr) (rtnl.Attrs, error) {
	table := make(rtnl.Attrs, kindAttrMax+1)
	if p.change.create {
		return table, nil
	}
	failed := func(text string) error {
		return object.Fail(object.StatusLocal, text+"Failed to get existing tunnel info.")
	}
	conn, err := p.c.Conn()
	if err != nil {
		return nil, err
	}
	r := rtnl.NewRequest(unix.RTM_GETLINK, 0)
	r.Link(uint8(p.c.Opt.Family), 0, p.change.index, 0, 0)
	found := false
	err = conn.Get(r, func(m *rtnl.Msg) error {
		var tb [unix.IFLA_LINKINFO + 1][]byte
		var sub [unix.IFLA_INFO_DATA + 1][]byte
		at, info := rtnl.Attrs(tb[:]), rtnl.Attrs(sub[:])
		if len(m.Data) >= infoHeader {
			at.Parse(append([]byte(nil), m.Data[infoHeader:]...))
		}
		found = at.Nested(unix.IFLA_LINKINFO, info) && info.Nested(unix.IFLA_INFO_DATA, table)
		return nil
	})
	if err != nil {
		return nil, failed(object.Kernel(err).Error() + "\n")
	}
	if !found {
		return nil, failed("")
	}
	for _, a := range addrs {
		if b := table.Get(int(a.typ)); b != nil && len(b)*8 != format.FamilyBits(a.family) {
			return nil, failed("")
		}
	}
	return table, nil
}

// addressOf returns the reader of an address of the tunnel's family. All zeros
// and "any" are no address.
func (t *tunnel) addressOf(dst *[]byte) func(*kindParser) error {
	return func(p *kindParser) error {
		v, err := p.Value()
		if err != nil {
			return err
		}
		a, err := p.c.Addr(v, t.family)
		if err != nil {
			return err
		}
		*dst = nil
		if !isZero(a.Addr) {
			*dst = a.Addr
		}
		return nil
	}
}

func (t *tunnel) readDev(p *kindParser) error {
	v, err := p.Value()
	if err != nil {
		return err
	}
	t.link = uint32(p.c.Links().Index(v))
	if t.link == 0 {
		return object.Abort(object.StatusUsage, object.NoDevice(v).Error())
	}
	return nil
}

// readTTL returns the reader of a TTL or hop limit; "inherit" is 0.
func (t *tunnel) readTTL(wrong string) func(*kindParser) error {
	return func(p *kindParser) error {
		v, err := p.Value()
		if err != nil {
			return err
		}
		if v == "inherit" {
			t.ttl = 0
			return nil
		}
		t.ttl, err = parsed(v, format.ParseU8, wrong)
		return err
	}
}

// readTOS reads a type of service; 1 is "inherit".
func (t *tunnel) readTOS(p *kindParser) error {
	v, err := p.Value()
	if err != nil {
		return err
	}
	if v == "inherit" {
		t.tos = 1
		return nil
	}
	var ok bool
	if t.tos, ok = p.c.Names().DSFieldID(v); !ok {
		return words.Invalid("bad TOS value", v)
	}
	return nil
}

func (t *tunnel) readFwmark(p *kindParser) (err error) {
	t.fwmark, err = read(p, format.ParseU32, "invalid fwmark\n")
	return err
}

// readKey reads a key: a number, or four bytes with dots.
func (p *kindParser) readKey(name string) ([]byte, error) {
	v, err := p.Value()
	if err != nil {
		return nil, err
	}
	if strings.Contains(v, ".") {
		a, ok := format.ParseIPv4(v)
		if !ok {
			return nil, object.Abort(object.StatusLocal,
				`Error: an IP address is expected rather than "`+v+`"`)
		}
		return a[:], nil
	}
	n, ok := format.ParseU32(v, 0)
	if !ok {
		return nil, object.Abort(object.StatusUsage, `invalid value for "`+name+`": "`+v+
			`"; it should be an unsigned integer`)
	}
	return binary.BigEndian.AppendUint32(nil, n), nil
}

// sendKey sends a key, zero for none.
func sendKey(r *rtnl.Request, typ uint16, key []byte) {
	if key == nil {
		key = make([]byte, 4)
	}
	r.Attr(typ, key)
}

// sendBytes sends an address, if there is one.
func sendBytes(r *rtnl.Request, typ uint16, a []byte) {
	if a != nil {
		r.Attr(typ, a)
	}
}

// sendLink sends the device, if there is one.
func sendLink(r *rtnl.Request, typ uint16, link uint32) {
	if link != 0 {
		r.U32(typ, link)
	}
}
