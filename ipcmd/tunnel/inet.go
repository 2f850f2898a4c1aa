package tunnel

import (
	"encoding/binary"
	"strings"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// params are struct ip_tunnel_parm (linux/if_tunnel.h).
type params struct {
	name string
	link int32
	gre
	tos, ttl, proto uint8
	fragOff         uint16
	local, remote   [4]byte
}

const paramsSize = 52

// dontFragment is the bit of fragOff that makes packets find out the path's MTU.
const dontFragment = 0x4000

func (t *params) bytes() []byte {
	b := make([]byte, paramsSize)
	copy(b[:format.IfnameSize-1], t.name)
	native.PutUint32(b[16:], uint32(t.link))
	t.gre.put(b[20:])
	ip := b[32:] // struct iphdr
	ip[0] = 4<<4 | 5
	ip[1] = t.tos
	binary.BigEndian.PutUint16(ip[6:], t.fragOff)
	ip[8], ip[9] = t.ttl, t.proto
	copy(ip[12:], t.local[:])
	copy(ip[16:], t.remote[:])
	return b
}

func (t *params) read(b []byte) {
	*t = params{name: cString(b[:16]), link: int32(native.Uint32(b[16:]))}
	t.gre.read(b[20:])
	ip := b[32:]
	t.tos, t.fragOff = ip[1], binary.BigEndian.Uint16(ip[6:])
	t.ttl, t.proto = ip[8], ip[9]
	copy(t.local[:], ip[12:])
	copy(t.remote[:], ip[16:])
}

func cString(b []byte) string {
	s, _, _ := strings.Cut(string(b), "\x00")
	return s
}

// getParams asks for the parameters of a tunnel.
func getParams(c *object.Context, name string) (t params, err error) {
	b := make([]byte, paramsSize)
	if err := get(c, name, b); err != nil {
		return t, err
	}
	t.read(b)
	return t, nil
}

// parser reads the words of a command into params.
type parser struct {
	c *object.Context
	params
	// old reads the parameters of a tunnel that is to be changed; nil for
	// other commands.
	old    func(name string) (params, error)
	device string
	byDev  bool
	isatap bool
	count  int // of words before this one, values not counted
}

func parse(c *object.Context, cmd uintptr, args []string) (*params, error) {
	t := &parser{c: c}
	t.fragOff = dontFragment
	if cmd == ioctlChange {
		t.old = func(name string) (params, error) { return getParams(c, name) }
	}
	for cur := words.New(args); cur.More(); cur.Skip() {
		if err := t.word(cur); err != nil {
			return nil, err
		}
		t.count++
	}
	if err := t.finish(); err != nil {
		return nil, err
	}
	return &t.params, nil
}

func (t *parser) word(cur *words.Cursor) error {
	if known, err := t.gre.word(cur); known {
		return err
	}
	var set func(word string) error
	switch {
	case cur.Is("mode"):
		set = t.setMode
	case cur.Is("nopmtudisc"):
		t.fragOff = 0
		return nil
	case cur.Is("pmtudisc"):
		t.fragOff = dontFragment
		return nil
	case cur.Is("remote"):
		set = func(word string) (err error) { t.remote, err = parseAddr4(word); return err }
	case cur.Is("local"):
		set = func(word string) (err error) { t.local, err = parseAddr4(word); return err }
	case cur.Is("dev"):
		set = func(word string) error { t.device, t.byDev = word, true; return nil }
	case cur.Is("ttl"), cur.Is("hoplimit"), cur.Is("hlim"):
		set = t.setTTL
	case cur.Is("tos"), cur.Is("tclass"), cur.Prefix("dsfield"):
		set = t.setTOS
	case cur.Is("name"):
		set = t.setName
	case cur.Prefix("help"):
		return words.Usage(usage)
	default:
		return t.setName(cur.Word())
	}
	word, err := cur.Value()
	if err != nil {
		return err
	}
	return set(word)
}

func (t *parser) setMode(word string) error {
	var proto uint8
	switch word {
	case "ipip", "ip/ip":
		proto = protoIPIP
	case "gre", "gre/ip":
		proto = protoGRE
	case "sit", "ipv6/ip":
		proto = protoIPv6
	case "isatap":
		proto = protoIPv6
	case "vti":
		proto = protoIPIP
	default:
		return object.Abort(object.StatusUsage, `Unknown tunnel mode "`+word+`"`)
	}
	if t.proto != 0 && t.proto != proto {
		return object.Abort(object.StatusUsage, "You managed to ask for more than one tunnel mode.")
	}
	t.proto = proto
	switch word {
	case "isatap":
		t.isatap = true
	case "vti":
		t.inFlags |= isVTI
	}
	return nil
}

func (t *parser) setTTL(word string) error {
	if word == "inherit" {
		return nil
	}
	v, ok := format.ParseU8(word, 0)
	if !ok {
		return words.Invalid("invalid TTL\n", word)
	}
	t.ttl = v
	return nil
}

// setTOS reads "inherit", "inherit/TOS" or "TOS"; behind the latter a slash and
// what follows does not count.
func (t *parser) setTOS(word string) error {
	head, field, slash := strings.Cut(word, "/")
	t.tos = 1
	if head != "inherit" {
		t.tos = 0
		field, slash = head, true
	}
	if !slash {
		return nil
	}
	v, ok := t.c.Names().DSFieldID(field)
	if !ok {
		return words.Invalid("bad TOS value", head)
	}
	t.tos |= v
	return nil
}

// setName takes the name of the tunnel. In front of all others in the words of a
// change it stands for the parameters that the tunnel has.
func (t *parser) setName(word string) error {
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
		t.params = old
	}
	return err
}

// finish checks what was read together, and fills in what follows from it.
func (t *parser) finish() error {
	t.guessMode()
	if (t.inFlags|t.outFlags)&greKey != 0 && t.inFlags&isVTI == 0 && t.proto != protoGRE {
		return object.Fail(object.StatusLocal, "Keys are not allowed with ipip and sit tunnels")
	}
	if t.byDev {
		if t.link = t.c.Links().Index(t.device); t.link == 0 {
			return object.NoDevice(t.device)
		}
	}
	if t.remote[0]>>4 == 0xe { // multicast
		group := binary.BigEndian.Uint32(t.remote[:])
		if t.inKey == 0 {
			t.inKey = group
			t.inFlags |= greKey
		}
		if t.outKey == 0 {
			t.outKey = group
			t.outFlags |= greKey
		}
		if t.local == [4]byte{} {
			return object.Fail(object.StatusLocal, "A broadcast tunnel requires a source address")
		}
	}
	if t.isatap {
		t.inFlags |= isISATAP
	}
	return nil
}

// guessMode chooses a mode by the beginning of the tunnel's name.
func (t *parser) guessMode() {
	if t.proto != 0 {
		return
	}
	switch {
	case strings.HasPrefix(t.name, "gre"):
		t.proto = protoGRE
	case strings.HasPrefix(t.name, "ipip"):
		t.proto = protoIPIP
	case strings.HasPrefix(t.name, "sit"):
		t.proto = protoIPv6
	case strings.HasPrefix(t.name, "isatap"):
		t.proto = protoIPv6
		t.isatap = true
	case strings.HasPrefix(t.name, "vti"):
		t.proto = protoIPIP
		t.inFlags |= isVTI
	}
}

// base is the device that tunnels of the mode are made by, empty without a mode.
func (t *params) base() string {
	switch t.proto {
	case protoIPIP:
		if t.inFlags&isVTI != 0 {
			return "ip_vti0"
		}
		return "tunl0"
	case protoGRE:
		return "gre0"
	case protoIPv6:
		return "sit0"
	}
	return ""
}

// change is add or change.
func change(cmd uintptr) object.Main {
	return func(c *object.Context, args []string) error {
		t, err := parse(c, cmd, args)
		switch {
		case err != nil:
			return err
		case t.ttl != 0 && t.fragOff == 0:
			return object.Fail(object.StatusLocal, "ttl != 0 and nopmtudisc are incompatible")
		case t.base() == "":
			return object.Fail(object.StatusLocal, "cannot determine tunnel mode (ipip, gre, vti or sit)")
		}
		return put(c, cmd, t.base(), t.name, t.bytes())
	}
}

func remove(c *object.Context, args []string) error {
	t, err := parse(c, ioctlDelete, args)
	if err != nil {
		return err
	}
	return drop(c, t.base(), t.name, t.bytes())
}
