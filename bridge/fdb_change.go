package bridge

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// fdbModify parses the words of add, append, replace and delete and has the
// kernel do it.
func fdbModify(t *tool, typ, flags uint16, args []string) error {
	ch := fdbChange{t: t, vid: -1}
	ch.state = unix.NUD_NOARP
	for cur := words.New(args); cur.More(); cur.Skip() {
		if err := ch.parseWord(cur); err != nil {
			return err
		}
	}
	r, err := ch.request(typ, flags)
	if err != nil {
		return err
	}
	return t.do(r)
}

// fdbTarget is the address that a command is about.
type fdbTarget struct {
	addr    string
	hasAddr bool
}

// parse reads the address, which "to" may stand before.
func (a *fdbTarget) parse(cur *words.Cursor) error {
	if cur.Is("to") {
		if _, err := cur.Value(); err != nil {
			return err
		}
	}
	switch {
	case cur.Prefix("help"):
		return words.Usage(fdbUsage)
	case a.hasAddr:
		return words.Garbage("to", cur.Word())
	}
	a.addr, a.hasAddr = cur.Word(), true
	return nil
}

// mac is the address as six bytes.
func (a *fdbTarget) mac() ([]byte, error) {
	mac, ok := parseMAC(a.addr)
	if !ok {
		return nil, failed("Invalid mac address " + a.addr)
	}
	return mac[:], nil
}

// parseMAC reads six bytes in hex with colons between, as sscanf(3) does: what
// follows them is passed over, and of a number that is too large the low bits
// count.
func parseMAC(s string) (mac [6]byte, ok bool) {
	for i := range mac {
		if i > 0 {
			if s == "" || s[0] != ':' {
				return mac, false
			}
			s = s[1:]
		}
		v, rest, ok := format.ScanHex(s)
		if !ok {
			return mac, false
		}
		mac[i], s = byte(v), rest
	}
	return mac, true
}

// number is an attribute that may be absent.
type number struct {
	v  uint32
	ok bool
}

// fdbChange is what add, append, replace and delete are told.
type fdbChange struct {
	t *tool
	ndmsg
	fdbTarget
	dev    string
	hasDev bool
	dst    format.Prefix
	hasDst bool
	port   uint16 // 0 for none
	vni    number
	srcVNI number
	nhid   uint32
	via    int32
	vid    int16 // below 0 for none
}

func (ch *fdbChange) parseWord(cur *words.Cursor) (err error) {
	switch {
	case cur.Is("dev"):
		ch.dev, err = cur.Value()
		ch.hasDev = true
		return err
	case cur.Is("dst"):
		return ch.parseDst(cur)
	case cur.Is("nhid"):
		word, err := cur.Value()
		if err != nil {
			return err
		}
		id, ok := format.ParseU32(word, 0)
		if !ok {
			return words.Invalid("\"id\" value is invalid\n", word)
		}
		ch.nhid = id
		return nil
	case cur.Is("port"):
		return ch.parsePort(cur)
	case cur.Is("vni"):
		return parseVNI(cur, &ch.vni, "invalid VNI\n")
	case cur.Is("src_vni"):
		return parseVNI(cur, &ch.srcVNI, "invalid src VNI\n")
	case cur.Is("via"):
		word, err := cur.Value()
		if err != nil {
			return err
		}
		if ch.via = ch.t.c.Links().Index(word); ch.via == 0 {
			return object.Abort(statusFailed, `Cannot find device "`+word+`"`)
		}
		return nil
	}
	return ch.parseFlag(cur)
}

// parseFlag reads what may be abbreviated. Its order decides what an
// abbreviation means.
func (ch *fdbChange) parseFlag(cur *words.Cursor) error {
	switch {
	case cur.Is("self"):
		ch.flags |= unix.NTF_SELF
	case cur.Prefix("master"):
		ch.flags |= unix.NTF_MASTER
	case cur.Prefix("router"):
		ch.flags |= unix.NTF_ROUTER
	case cur.Prefix("local"), cur.Prefix("permanent"):
		ch.state |= unix.NUD_PERMANENT
	case cur.Prefix("temp"), cur.Prefix("static"):
		ch.state |= unix.NUD_REACHABLE
	case cur.Prefix("dynamic"):
		ch.state |= unix.NUD_REACHABLE
		ch.state &^= unix.NUD_NOARP
	case cur.Prefix("vlan"):
		return parseVID(cur, &ch.vid)
	case cur.Prefix("use"):
		ch.flags |= unix.NTF_USE
	case cur.Prefix("extern_learn"):
		ch.flags |= unix.NTF_EXT_LEARNED
	case cur.Prefix("sticky"):
		ch.flags |= ntfSticky
	default:
		return ch.fdbTarget.parse(cur)
	}
	return nil
}

// parseVID reads the value of vlan. A second one is told by its keyword.
func parseVID(cur *words.Cursor, vid *int16) error {
	if *vid >= 0 {
		return words.Garbage("vlan", cur.Word())
	}
	word, err := cur.Value()
	*vid = short(word)
	return err
}

func (ch *fdbChange) parseDst(cur *words.Cursor) error {
	word, err := cur.Value()
	if err != nil {
		return err
	}
	if ch.hasDst {
		return words.Garbage("dst", word)
	}
	ch.dst, err = ch.t.c.Addr(word, ch.t.c.Opt.Family)
	ch.hasDst = true
	return err
}

// parsePort reads a UDP port: a number or the name of a service.
func (ch *fdbChange) parsePort(cur *words.Cursor) error {
	word, err := cur.Value()
	if err != nil {
		return err
	}
	v, n, _ := format.Strtoul(word, 0)
	if n < len(word) {
		port, ok := udpService(word)
		if !ok {
			return words.Invalid("invalid port\n", word)
		}
		ch.port = port
		return nil
	}
	if v > 0xffff {
		return words.Invalid("invalid port\n", word)
	}
	ch.port = uint16(v)
	return nil
}

// parseVNI reads a VXLAN network identifier (RFC 7348): 24 bits.
func parseVNI(cur *words.Cursor, into *number, problem string) error {
	word, err := cur.Value()
	if err != nil {
		return err
	}
	v, n, _ := format.Strtoul(word, 0)
	if n < len(word) || v>>24 != 0 {
		return words.Invalid(problem, word)
	}
	*into = number{uint32(v), true}
	return nil
}

// request builds the message. Where neither self nor master was asked for it is
// self; an entry is permanent unless told otherwise.
func (ch *fdbChange) request(typ, flags uint16) (*rtnl.Request, error) {
	if !ch.hasDev || !ch.hasAddr {
		return nil, failed("Device and address are required arguments.")
	}
	if ch.nhid != 0 && (ch.hasDst || ch.port != 0 || ch.vni.ok) {
		return nil, failed("dst, port, vni are mutually exclusive with nhid")
	}
	if ch.flags&(unix.NTF_SELF|unix.NTF_MASTER) == 0 {
		ch.flags |= unix.NTF_SELF
	}
	if ch.state&(unix.NUD_PERMANENT|unix.NUD_REACHABLE) == 0 {
		ch.state |= unix.NUD_PERMANENT
	}
	mac, err := ch.mac()
	if err != nil {
		return nil, err
	}
	if ch.index = ch.t.c.Links().Index(ch.dev); ch.index == 0 {
		return nil, noDevice(ch.dev)
	}
	r := ch.ndmsg.request(typ, flags)
	r.Attr(unix.NDA_LLADDR, mac)
	if ch.hasDst {
		r.Attr(unix.NDA_DST, ch.dst.Addr)
	}
	if ch.vid >= 0 {
		r.U16(ndaVLAN, uint16(ch.vid))
	}
	if ch.nhid != 0 {
		r.U32(ndaNhID, ch.nhid)
	}
	if ch.port != 0 {
		r.BE16(ndaPort, ch.port)
	}
	if ch.vni.ok {
		r.U32(ndaVNI, ch.vni.v)
	}
	if ch.srcVNI.ok {
		r.U32(ndaSrcVNI, ch.srcVNI.v)
	}
	if ch.via != 0 {
		r.U32(ndaIfindex, uint32(ch.via))
	}
	return r, nil
}
