package l2tp

import (
	"encoding/hex"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// params are a tunnel or a session: what the words say of it, or what the kernel
// does. An id of 0 is none.
type params struct {
	// tunnel and session are which of the two is meant.
	tunnel, session bool

	tunnelID, peerTunnelID   uint32
	sessionID, peerSessionID uint32
	encap                    uint16
	local, peer              addr
	localPort, peerPort      uint16
	checksum                 bool
	checksum6Tx, checksum6Rx bool
	cookie, peerCookie       []byte
	recvSeq, sendSeq         bool
	// timeout is how long packets wait to be put in order, in ms.
	timeout               uint32
	name                  string
	hasName               bool
	l2SpecType, l2SpecLen uint8
}

// addr is an address of either family, AF_UNSPEC for none.
type addr struct {
	family int
	buf    [16]byte
}

func (a *addr) bytes() []byte { return a.buf[:format.FamilyBits(a.family)/8] }

func (a *addr) set(family int, b []byte) {
	a.family = family
	copy(a.buf[:], b)
}

// parse reads the words of any command. All of them take all keywords.
func parse(c *object.Context, args []string) (*params, error) {
	if len(args) == 0 {
		return nil, words.Usage(usage)
	}
	p := &params{l2SpecType: l2SpecDefault, l2SpecLen: l2SpecLen, checksum6Tx: true, checksum6Rx: true}
	for cur := words.New(args); cur.More(); cur.Skip() {
		if err := p.word(c, cur); err != nil {
			return nil, err
		}
	}
	return p, nil
}

func (p *params) word(c *object.Context, cur *words.Cursor) error {
	key := cur.Word()
	switch key {
	case "tunnel":
		p.tunnel = true
		return nil
	case "session":
		p.session = true
		return nil
	}
	read := p.keyword(c, key)
	if read == nil {
		if words.Prefix(key, "help") {
			return words.Usage(usage)
		}
		return object.Abort(object.StatusUsage, "Unknown command: "+key+"\n"+usage[:len(usage)-1])
	}
	word, err := cur.Value()
	if err != nil {
		return err
	}
	return read(word)
}

// keyword finds the reader of a keyword's value, nil for a word that is none.
func (p *params) keyword(c *object.Context, key string) func(string) error {
	switch key {
	case "encap":
		return p.setEncap
	case "name":
		return p.setName
	case "remote":
		return setAddr(c, &p.peer)
	case "local":
		return setAddr(c, &p.local)
	case "tunnel_id", "tid":
		return setNumber(&p.tunnelID, format.ParseU32, "invalid ID\n")
	case "peer_tunnel_id", "ptid":
		return setNumber(&p.peerTunnelID, format.ParseU32, "invalid ID\n")
	case "session_id", "sid":
		return setNumber(&p.sessionID, format.ParseU32, "invalid ID\n")
	case "peer_session_id", "psid":
		return setNumber(&p.peerSessionID, format.ParseU32, "invalid ID\n")
	case "udp_sport":
		return setNumber(&p.localPort, format.ParseU16, "invalid port\n")
	case "udp_dport":
		return setNumber(&p.peerPort, format.ParseU16, "invalid port\n")
	case "udp_csum":
		return setSwitch(&p.checksum, key)
	case "udp6_csum_rx":
		return setSwitch(&p.checksum6Rx, key)
	case "udp6_csum_tx":
		return setSwitch(&p.checksum6Tx, key)
	case "offset", "peer_offset":
		c.Warn(`Ignoring option "` + key + `"`)
		return func(string) error { return nil }
	case "cookie":
		return setCookie(&p.cookie)
	case "peer_cookie":
		return setCookie(&p.peerCookie)
	case "l2spec_type":
		return p.setL2Spec
	case "seq":
		return p.setSeq
	}
	return nil
}

func (p *params) setEncap(word string) error {
	switch word {
	case "ip":
		p.encap = encapIP
	case "udp":
		p.encap = encapUDP
	default:
		return object.Abort(object.StatusUsage, `Unknown tunnel encapsulation "`+word+`"`)
	}
	return nil
}

func (p *params) setName(word string) error {
	if !format.ValidIfname(word) {
		return words.Invalid(`"name" not a valid ifname`, word)
	}
	p.name, p.hasName = word, true
	return nil
}

func setAddr(c *object.Context, into *addr) func(string) error {
	return func(word string) error {
		a, err := c.Addr(word, unix.AF_UNSPEC)
		if err != nil {
			return err
		}
		*into = addr{}
		into.set(a.Family, a.Addr)
		return nil
	}
}

func setNumber[T uint16 | uint32](into *T, parse func(string, int) (T, bool), wrong string) func(string) error {
	return func(word string) error {
		n, ok := parse(word, 0)
		if !ok {
			return words.Invalid(wrong, word)
		}
		*into = n
		return nil
	}
}

func setSwitch(into *bool, key string) func(string) error {
	return func(word string) error {
		if word != "on" && word != "off" {
			return words.Invalid("invalid option for "+key+"\n", word)
		}
		*into = word == "on"
		return nil
	}
}

func setCookie(into *[]byte) func(string) error {
	return func(word string) error {
		if len(word) != 8 && len(word) != 16 {
			return words.Invalid("cookie must be either 8 or 16 hex digits\n", word)
		}
		b, err := hex.DecodeString(word)
		if err != nil {
			return words.Invalid("cookie must be a hex string\n", word)
		}
		*into = b
		return nil
	}
}

func (p *params) setL2Spec(word string) error {
	switch {
	case strings.EqualFold(word, "default"):
		p.l2SpecType, p.l2SpecLen = l2SpecDefault, l2SpecLen
	case strings.EqualFold(word, "none"):
		p.l2SpecType, p.l2SpecLen = l2SpecNone, 0
	default:
		return object.Abort(object.StatusUsage, `Unknown layer2specific header type "`+word+`"`)
	}
	return nil
}

// setSeq adds a direction; only none takes any away.
func (p *params) setSeq(word string) error {
	both := strings.EqualFold(word, "both")
	switch {
	case both || strings.EqualFold(word, "recv"):
		p.recvSeq = true
		p.sendSeq = p.sendSeq || both
	case strings.EqualFold(word, "send"):
		p.sendSeq = true
	case strings.EqualFold(word, "none"):
		p.recvSeq, p.sendSeq = false, false
	default:
		return object.Abort(object.StatusUsage, `Unknown seq value "`+word+`"`)
	}
	return nil
}
