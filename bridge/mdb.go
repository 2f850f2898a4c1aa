package bridge

import (
	"strings"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
)

// mdbMain is bridge mdb.
func mdbMain(t *tool, args []string) error {
	return t.dispatch("mdb", []commandRow{
		{Name: "add", Value: func(t *tool, args []string) error {
			return mdbModify(t, unix.RTM_NEWMDB, unix.NLM_F_CREATE|unix.NLM_F_EXCL, args)
		}},
		{Name: "delete", Value: func(t *tool, args []string) error {
			return mdbModify(t, unix.RTM_DELMDB, 0, args)
		}},
		{Name: "show", Value: mdbShow},
		{Name: "lst", Value: mdbShow},
		{Name: "list", Value: mdbShow},
		{Name: "help", Value: help(mdbUsage)},
	}, mdbShow, args)
}

const mdbUsage = `Usage: bridge mdb { add | del } dev DEV port PORT grp GROUP [src SOURCE] [permanent | temp] [vid VID]
       bridge mdb {show} [ dev DEV ] [ vid VID ]
`

// sizeofMDBEntry is the size of struct br_mdb_entry (linux/if_bridge.h): the
// port's index, state, flags, VLAN, 16 bytes for a group, and its protocol.
const sizeofMDBEntry = 28

const (
	mdbPermanent = 1 // MDB_PERMANENT

	mdbSetEntry   = 1 // MDBA_SET_ENTRY
	mdbSetAttrs   = 2 // MDBA_SET_ENTRY_ATTRS, and inside it:
	mdbAttrSource = 1 // MDBE_ATTR_SOURCE
)

// mdbEntry is an entry of the multicast database.
type mdbEntry struct {
	port  int32
	state uint8
	flags uint8
	vid   uint16
	// group is an IPv4, an IPv6 or an Ethernet address.
	group []byte
}

func (e *mdbEntry) bytes() []byte {
	b := make([]byte, sizeofMDBEntry)
	native.PutUint32(b, uint32(e.port))
	b[4], b[5] = e.state, e.flags
	native.PutUint16(b[6:], e.vid)
	copy(b[8:24], e.group)
	switch len(e.group) {
	case 4:
		b[24], b[25] = unix.ETH_P_IP>>8, unix.ETH_P_IP&0xff
	case 16:
		b[24], b[25] = unix.ETH_P_IPV6>>8, unix.ETH_P_IPV6&0xff
	}
	return b
}

// parseMDBEntry reads a struct br_mdb_entry. An unknown protocol is IPv6.
func parseMDBEntry(b []byte) (e mdbEntry, ok bool) {
	if len(b) < sizeofMDBEntry {
		return e, false
	}
	e = mdbEntry{port: int32(native.Uint32(b)), state: b[4], flags: b[5], vid: native.Uint16(b[6:])}
	switch {
	case b[24] == 0 && b[25] == 0:
		e.group = b[8:14]
	case b[24] == unix.ETH_P_IP>>8 && b[25] == unix.ETH_P_IP&0xff:
		e.group = b[8:12]
	default:
		e.group = b[8:24]
	}
	return e, true
}

// mdbChange is what add and delete are told.
type mdbChange struct {
	dev, port, group, source  string
	hasDev, hasPort, hasGroup bool
	hasSource, permanent      bool
	vid                       int16
}

// mdbModify adds a port to a group, or takes it away.
func mdbModify(t *tool, typ, flags uint16, args []string) error {
	var ch mdbChange
	for cur := words.New(args); cur.More(); cur.Skip() {
		if err := ch.parseWord(cur); err != nil {
			return err
		}
	}
	ch.permanent = ch.permanent && typ == unix.RTM_NEWMDB
	r, err := ch.request(t, typ, flags)
	if err != nil {
		return err
	}
	return t.do(r)
}

// parseWord reads a word. Those that it does not know are passed over.
func (ch *mdbChange) parseWord(cur *words.Cursor) (err error) {
	switch cur.Word() {
	case "dev":
		ch.dev, err = cur.Value()
		ch.hasDev = true
	case "grp":
		ch.group, err = cur.Value()
		ch.hasGroup = true
	case "port":
		ch.port, err = cur.Value()
		ch.hasPort = true
	case "src":
		ch.source, err = cur.Value()
		ch.hasSource = true
	case "permanent":
		ch.permanent = true
	case "temp": // what it is without a word
	case "vid":
		var word string
		word, err = cur.Value()
		ch.vid = short(word)
	default:
		if cur.Prefix("help") {
			return words.Usage(mdbUsage)
		}
	}
	return err
}

func (ch *mdbChange) request(t *tool, typ, flags uint16) (*rtnl.Request, error) {
	if !ch.hasDev || !ch.hasGroup || !ch.hasPort {
		return nil, failed("Device, group address and port name are required arguments.")
	}
	index := t.c.Links().Index(ch.dev)
	if index == 0 {
		return nil, noDevice(ch.dev)
	}
	e := mdbEntry{vid: uint16(ch.vid)}
	if e.port = t.c.Links().Index(ch.port); e.port == 0 {
		return nil, noDevice(ch.port)
	}
	var err error
	if e.group, err = parseGroup(t, ch.group); err != nil {
		return nil, err
	}
	if ch.permanent {
		e.state = mdbPermanent
	}
	r := family(typ, flags, 0, index)
	r.Attr(mdbSetEntry, e.bytes())
	if ch.hasSource {
		source, ok := parseIP(ch.source)
		if !ok {
			return nil, failed(`Invalid source address "` + ch.source + `"`)
		}
		n := r.Nest(mdbSetAttrs | unix.NLA_F_NESTED)
		r.Attr(mdbAttrSource, source)
		r.End(n)
	}
	return r, nil
}

// parseIP reads an address as inet_pton(3) does.
func parseIP(word string) ([]byte, bool) {
	if a, ok := format.ParsePton4(word); ok {
		return a[:], true
	}
	a, ok := format.ParseIPv6(word)
	return a[:], ok
}

// parseGroup reads the address of a group: IPv4, IPv6 or Ethernet. Its error
// shows the part that the original has not cut off at a colon by then.
func parseGroup(t *tool, word string) ([]byte, error) {
	if group, ok := parseIP(word); ok {
		return group, nil
	}
	mac, bad, ok := format.ParseLLAddr(word, etherSize)
	if ok && len(mac) == etherSize && strings.Count(word, ":") < etherSize {
		return mac, nil
	}
	if !ok {
		t.c.Warn(`"` + bad + `" is invalid lladdr.`)
	}
	shown := word
	if !strings.Contains(word, ".") {
		shown, _, _ = strings.Cut(word, ":")
	}
	return nil, failed(`Invalid address "` + shown + `"`)
}

const etherSize = 6
