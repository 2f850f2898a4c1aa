package route

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/fib"
)

// The values of the keywords of a change, one function a keyword; the table is in
// parse_change.go.

func parseFrom(ch *change, _ *keyword) error {
	word, err := ch.Value()
	if err != nil {
		return err
	}
	p, err := ch.prefix(word)
	if err != nil {
		return err
	}
	if len(p.Addr) > 0 {
		ch.req.Attr(unix.RTA_SRC, p.Addr)
	}
	ch.srcLen = uint8(p.Bits)
	return nil
}

func parseTOS(ch *change, _ *keyword) error {
	word, err := ch.Value()
	if err != nil {
		return err
	}
	tos, ok := ch.c.Names().DSFieldID(word)
	if !ok {
		return words.Invalid("\"tos\" value is invalid\n", word)
	}
	ch.tos = tos
	return nil
}

// number reads the value of a keyword into an attribute.
func (ch *change) number(attr uint16, name string) (uint32, error) {
	word, err := ch.Value()
	if err != nil {
		return 0, err
	}
	n, ok := format.ParseU32(word, 0)
	if !ok {
		return 0, words.Invalid(`"`+name+"\" value is invalid\n", word)
	}
	ch.req.U32(attr, n)
	return n, nil
}

func parseExpires(ch *change, _ *keyword) error {
	_, err := ch.number(unix.RTA_EXPIRES, "expires")
	return err
}

func parsePriority(ch *change, _ *keyword) error {
	_, err := ch.number(unix.RTA_PRIORITY, "metric")
	return err
}

func parseNHID(ch *change, _ *keyword) error {
	id, err := ch.number(rtaNHID, "id")
	ch.hasNHID = id != 0
	return err
}

func parseScope(ch *change, _ *keyword) error {
	word, err := ch.Value()
	if err != nil {
		return err
	}
	scope, ok := ch.c.Names().ScopeID(word)
	if !ok {
		return words.Invalid("invalid \"scope\" value\n", word)
	}
	ch.scope, ch.hasScope = scope, true
	return nil
}

func parseRealms(ch *change, _ *keyword) error {
	word, err := ch.Value()
	if err != nil {
		return err
	}
	realms, ok := ch.c.Names().RealmsID(word)
	if !ok {
		return words.Invalid("\"realm\" value is invalid\n", word)
	}
	ch.req.U32(unix.RTA_FLOW, realms)
	return nil
}

func parseOnlink(ch *change, _ *keyword) error {
	ch.flags |= unix.RTNH_F_ONLINK
	return nil
}

func parseProtocol(ch *change, _ *keyword) error {
	word, err := ch.Value()
	if err != nil {
		return err
	}
	protocol, ok := ch.c.Names().ProtoID(word)
	if !ok {
		return words.Invalid("\"protocol\" value is invalid\n", word)
	}
	ch.protocol = protocol
	return nil
}

func parseTable(ch *change, _ *keyword) error {
	word, err := ch.Value()
	if err != nil {
		return err
	}
	id, ok := ch.c.Names().TableID(word)
	if !ok {
		return words.Invalid("\"table\" value is invalid\n", word)
	}
	ch.setTable(id)
	return nil
}

func parseVRF(ch *change, _ *keyword) error {
	word, err := ch.Value()
	if err != nil {
		return err
	}
	id, err := ch.c.VRFTable(word)
	if err != nil {
		return err
	}
	ch.setTable(id)
	return nil
}

// setTable puts the table into the header, or, if it does not fit, into an
// attribute.
func (ch *change) setTable(id uint32) {
	ch.hasTable = true
	if id < 256 {
		ch.table = uint8(id)
		return
	}
	ch.table = unix.RT_TABLE_UNSPEC
	ch.req.U32(unix.RTA_TABLE, id)
}

func parseDev(ch *change, _ *keyword) (err error) {
	ch.dev, err = ch.Value()
	ch.hasDev = true
	return err
}

// Router preferences of RFC 4191.
const (
	prefMedium = 0
	prefHigh   = 1
	prefLow    = 3
)

func parsePref(ch *change, _ *keyword) error {
	word, err := ch.Value()
	if err != nil {
		return err
	}
	pref, ok := uint8(0), true
	switch word {
	case "low":
		pref = prefLow
	case "medium":
		pref = prefMedium
	case "high":
		pref = prefHigh
	default:
		pref, ok = format.ParseU8(word, 0)
	}
	if !ok {
		return words.Invalid("\"pref\" value is invalid\n", word)
	}
	ch.req.U8(unix.RTA_PREF, pref)
	return nil
}

func parseEncap(ch *change, _ *keyword) error {
	return fib.ParseEncap(ch.c, &ch.Cursor, ch.req, unix.RTA_ENCAP, unix.RTA_ENCAP_TYPE)
}

func parseTTLPropagate(ch *change, _ *keyword) error {
	word, err := ch.Value()
	if err != nil {
		return err
	}
	switch {
	case words.Prefix(word, "enabled"):
		ch.req.U8(unix.RTA_TTL_PROPAGATE, 1)
	case words.Prefix(word, "disabled"):
		ch.req.U8(unix.RTA_TTL_PROPAGATE, 0)
	default:
		return words.Invalid("\"ttl-propagate\" value is invalid\n", word)
	}
	return nil
}
