package tunnel

import (
	"encoding/binary"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// params6 are struct ip6_tnl_parm2 (linux/ip6_tunnel.h).
type params6 struct {
	name                        string
	link                        int32
	proto, encapLimit, hopLimit uint8
	flowInfo                    uint32
	flags                       uint32
	local, remote               [16]byte
	gre
}

const params6Size = 76

// Bits of its flags and of the flow information.
const (
	noEncapLimit     = 0x01 // IP6_TNL_F_IGN_ENCAP_LIMIT
	inheritClass     = 0x02 // IP6_TNL_F_USE_ORIG_TCLASS
	inheritFlowLabel = 0x04 // IP6_TNL_F_USE_ORIG_FLOWLABEL
	inheritDSCP      = 0x10 // IP6_TNL_F_RCV_DSCP_COPY
	allowLocalRemote = 0x40 // IP6_TNL_F_ALLOW_LOCAL_REMOTE

	flowClass = 0x0ff00000
	flowLabel = 0x000fffff
)

// What a new tunnel has.
const (
	defaultHopLimit   = 64
	defaultEncapLimit = 4
)

func (t *params6) bytes() []byte {
	b := make([]byte, params6Size)
	copy(b[:format.IfnameSize-1], t.name)
	native.PutUint32(b[16:], uint32(t.link))
	b[20], b[21], b[22] = t.proto, t.encapLimit, t.hopLimit
	binary.BigEndian.PutUint32(b[24:], t.flowInfo)
	native.PutUint32(b[28:], t.flags)
	copy(b[32:], t.local[:])
	copy(b[48:], t.remote[:])
	t.gre.put(b[64:])
	return b
}

func (t *params6) read(b []byte) {
	*t = params6{
		name: cString(b[:16]), link: int32(native.Uint32(b[16:])),
		proto: b[20], encapLimit: b[21], hopLimit: b[22],
		flowInfo: binary.BigEndian.Uint32(b[24:]), flags: native.Uint32(b[28:]),
	}
	copy(t.local[:], b[32:])
	copy(t.remote[:], b[48:])
	t.gre.read(b[64:])
}

// getParams6 asks for the parameters of a tunnel. What the kernel leaves alone
// keeps its value.
func getParams6(c *object.Context, name string, start params6) (t params6, err error) {
	b := start.bytes()
	if err := get(c, name, b); err != nil {
		return t, err
	}
	t.read(b)
	return t, nil
}

// mode6 finds a mode by its word.
func mode6(word string) (proto uint8, flags uint16, ok bool) {
	switch word {
	case "ipv6/ipv6", "ip6ip6":
		return protoIPv6, 0, true
	case "vti6":
		return protoIPv6, isVTI, true
	case "ip/ipv6", "ipv4/ipv6", "ipip6", "ip4ip6":
		return protoIPIP, 0, true
	case "ip6gre", "gre/ipv6":
		return protoGRE, 0, true
	case "any/ipv6", "any":
		return 0, 0, true
	}
	return 0, 0, false
}

// parser6 reads the words of a command into params6.
type parser6 struct {
	c *object.Context
	params6
	old    func(name string) (params6, error)
	device string
	byDev  bool
	count  int
}

// parse6 reads the words of a command; what they leave open is as in start.
func parse6(c *object.Context, cmd uintptr, start params6, args []string) (*params6, error) {
	t := &parser6{c: c, params6: start}
	if cmd == ioctlChange {
		t.old = func(name string) (params6, error) { return getParams6(c, name, params6{}) }
	}
	for cur := words.New(args); cur.More(); cur.Skip() {
		if err := t.word(cur); err != nil {
			return nil, err
		}
		t.count++
	}
	if t.byDev {
		if t.link = c.Links().Index(t.device); t.link == 0 {
			return nil, object.NoDevice(t.device)
		}
	}
	return &t.params6, nil
}

func (t *parser6) word(cur *words.Cursor) error {
	if known, err := t.gre.word(cur); known {
		return err
	}
	var set func(word string) error
	switch {
	case cur.Is("mode"):
		set = t.setMode
	case cur.Is("remote"):
		set = func(word string) error { return t.setAddr(&t.remote, word) }
	case cur.Is("local"):
		set = func(word string) error { return t.setAddr(&t.local, word) }
	case cur.Is("dev"):
		set = func(word string) error { t.device, t.byDev = word, true; return nil }
	case cur.Is("encaplimit"):
		set = t.setEncapLimit
	case cur.Is("hoplimit"), cur.Is("ttl"), cur.Is("hlim"):
		set = t.setHopLimit
	case cur.Is("tclass"), cur.Is("tc"), cur.Is("tos"), cur.Prefix("dsfield"):
		set = t.setClass
	case cur.Is("flowlabel"), cur.Is("fl"):
		set = t.setFlowLabel
	case cur.Is("dscp"):
		set = t.setDSCP
	case cur.Is("allow-localremote"):
		t.flags |= allowLocalRemote
		return nil
	case cur.Is("noallow-localremote"):
		t.flags &^= allowLocalRemote
		return nil
	case cur.Is("name"):
		set = t.setName
	case cur.Prefix("help"):
		return words.Usage(usage6)
	default:
		return t.setName(cur.Word())
	}
	word, err := cur.Value()
	if err != nil {
		return err
	}
	return set(word)
}

func (t *parser6) setMode(word string) error {
	proto, flags, ok := mode6(word)
	if !ok {
		return object.Abort(object.StatusUsage, `Unknown tunnel mode "`+word+`"`)
	}
	t.proto = proto
	t.inFlags |= flags
	return nil
}

func (t *parser6) setAddr(into *[16]byte, word string) error {
	a, err := t.c.Addr(word, unix.AF_INET6)
	if err != nil {
		return err
	}
	*into = [16]byte{}
	copy(into[:], a.Addr)
	return nil
}

// setEncapLimit takes what is no number for 0.
func (t *parser6) setEncapLimit(word string) error {
	if word == "none" {
		t.flags |= noEncapLimit
		return nil
	}
	t.encapLimit, _ = format.ParseU8(word, 0)
	t.flags &^= noEncapLimit
	return nil
}

func (t *parser6) setHopLimit(word string) error {
	v, ok := format.ParseU8(word, 0)
	if !ok {
		return words.Invalid("invalid TTL", word)
	}
	t.hopLimit = v
	return nil
}

func (t *parser6) setClass(word string) error {
	t.flowInfo &^= flowClass
	if word == "inherit" {
		t.flags |= inheritClass
		return nil
	}
	v, ok := format.ParseU8(word, 16)
	if !ok {
		return words.Invalid("invalid TClass", word)
	}
	t.flowInfo |= uint32(v) << 20
	t.flags &^= inheritClass
	return nil
}

func (t *parser6) setFlowLabel(word string) error {
	t.flowInfo &^= flowLabel
	if word == "inherit" {
		t.flags |= inheritFlowLabel
		return nil
	}
	v, ok := format.ParseU32(word, 16)
	if !ok || v > flowLabel {
		return words.Invalid("invalid Flowlabel", word)
	}
	t.flowInfo |= v
	t.flags &^= inheritFlowLabel
	return nil
}

func (t *parser6) setDSCP(word string) error {
	if word != "inherit" {
		return words.Invalid("not inherit", word)
	}
	t.flags |= inheritDSCP
	return nil
}

// setName is that of parser for this family.
func (t *parser6) setName(word string) error {
	switch {
	case t.name != "":
		return words.Garbage("name", word)
	case !format.ValidIfname(word):
		return words.Invalid(`"name" not a valid ifname`, word)
	}
	t.name = word
	if t.old == nil || t.count != 0 {
		return nil
	}
	old, err := t.old(word)
	if err == nil {
		t.params6 = old
	}
	return err
}

// newParams6 are those of a new tunnel.
func newParams6() params6 {
	return params6{proto: protoIPv6, hopLimit: defaultHopLimit, encapLimit: defaultEncapLimit}
}

// base is the device that tunnels of the mode are made by.
func (t *params6) base() string {
	switch {
	case t.proto == protoGRE:
		return "ip6gre0"
	case t.inFlags&isVTI != 0:
		return "ip6_vti0"
	}
	return "ip6tnl0"
}

// change6 is add or change.
func change6(cmd uintptr) object.Main {
	return func(c *object.Context, args []string) error {
		t, err := parse6(c, cmd, newParams6(), args)
		if err != nil {
			return err
		}
		if t.name == "" {
			c.Warn("Tunnel interface name not specified") // and the kernel chooses one
		}
		return put(c, cmd, t.base(), t.name, t.bytes())
	}
}

func remove6(c *object.Context, args []string) error {
	t, err := parse6(c, ioctlDelete, newParams6(), args)
	if err != nil {
		return err
	}
	return drop(c, t.base(), t.name, t.bytes())
}
