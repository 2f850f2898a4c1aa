package bridge

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
)

// vlanOptions is what set and global set are told. Their words go into the
// message in the order in which they come.
type vlanOptions struct {
	t      *tool
	r      *rtnl.Request
	index  int32
	hasDev bool
	vid    int16 // -1 for none
}

// vlanSet sets the options of a VLAN on one port.
func vlanSet(t *tool, args []string) error {
	s := vlanOptions{t: t, vid: -1}
	return s.set(vlanEntry, args, s.portWord)
}

// vlanGlobalSet sets the options of a VLAN on a bridge.
func vlanGlobalSet(t *tool, args []string) error {
	s := vlanOptions{t: t, vid: -1}
	end := int16(-1)
	return s.set(vlanGlobID, args, func(cur *words.Cursor) error { return s.globalWord(cur, &end) })
}

// set reads the words, builds the message and sends it.
func (s *vlanOptions) set(nest uint16, args []string, word func(*words.Cursor) error) error {
	s.r = family(unix.RTM_NEWVLAN, 0, 0, 0)
	n := s.r.Nest(nest | unix.NLA_F_NESTED)
	for cur := words.New(args); cur.More(); cur.Skip() {
		var err error
		if cur.Is("dev") {
			err = s.parseDev(cur)
		} else {
			err = word(cur)
		}
		if err != nil {
			return err
		}
	}
	s.r.End(n)
	if !s.hasDev || s.vid == -1 {
		return vlanRequired()
	}
	native.PutUint32(s.r.Payload()[4:], uint32(s.index))
	return s.t.do(s.r)
}

func (s *vlanOptions) parseDev(cur *words.Cursor) error {
	word, err := cur.Value()
	if err != nil {
		return err
	}
	s.hasDev = true
	if s.index = s.t.c.Links().Index(word); s.index == 0 {
		return noNetDevice(word)
	}
	return nil
}

// parseVID reads an id or a range of them; end stays what it was where the word
// has none. A range has to end behind its beginning.
func (s *vlanOptions) parseVID(cur *words.Cursor, end *int16) error {
	word, err := cur.Value()
	if err != nil {
		return err
	}
	var isRange bool
	s.vid, *end, isRange = parseVIDs(word, *end)
	if isRange && (s.vid >= *end || *end >= maxVID) {
		return badRange(s.vid, *end)
	}
	if s.vid >= maxVID {
		return badVID(s.vid)
	}
	return nil
}

// portWord reads a word of set. Those that it does not know are passed over, and
// after help another one.
func (s *vlanOptions) portWord(cur *words.Cursor) error {
	switch cur.Word() {
	case "vid":
		end := int16(-1)
		if err := s.parseVID(cur, &end); err != nil {
			return err
		}
		appendVLANInfo(s.r, entryInfo, vlanOnlyOpts, s.vid)
		if end != -1 {
			s.r.U16(entryRange, uint16(end))
		}
	case "state":
		return s.parseState(cur)
	case "mcast_router":
		return s.number(cur, &vlanOption{"mcast_router", entryMcastRouter, 8})
	default:
		if cur.Prefix("help") {
			_, err := cur.Value()
			return err
		}
	}
	return nil
}

// parseState reads a state of the spanning tree: its name or its number.
func (s *vlanOptions) parseState(cur *words.Cursor) error {
	word, err := cur.Value()
	if err != nil {
		return err
	}
	v, ok := leadingInt(word)
	if !ok {
		var state uint8
		state, ok = stateID(word)
		v = int64(state)
	}
	if !ok || int32(v) == -1 {
		return failed("Error: invalid STP state")
	}
	s.r.U8(entryState, uint8(v))
	return nil
}

// vlanOption is a word of global set that takes a number of as many bits.
type vlanOption struct {
	name string
	attr uint16
	bits int
}

// globalOptions are the words of global set, their attributes inside
// BRIDGE_VLANDB_GLOBAL_OPTIONS, and their widths.
var globalOptions = [...]vlanOption{
	{"mcast_snooping", gopSnooping, 8},
	{"mcast_querier", gopQuerier, 8},
	{"mcast_igmp_version", gopIGMPVersion, 8},
	{"mcast_mld_version", gopMLDVersion, 8},
	{"mcast_last_member_count", gopLastMemberCount, 32},
	{"mcast_startup_query_count", gopStartupCount, 32},
	{"mcast_last_member_interval", gopLastMember, 64},
	{"mcast_membership_interval", gopMembership, 64},
	{"mcast_querier_interval", gopQuerierInterval, 64},
	{"mcast_query_interval", gopQuery, 64},
	{"mcast_query_response_interval", gopResponse, 64},
	{"mcast_startup_query_interval", gopStartup, 64},
}

// Attributes inside BRIDGE_VLANDB_GLOBAL_OPTIONS (linux/if_bridge.h).
const (
	gopID              = 1
	gopRange           = 2
	gopSnooping        = 3
	gopIGMPVersion     = 4
	gopMLDVersion      = 5
	gopLastMemberCount = 6
	gopStartupCount    = 7
	gopLastMember      = 8
	gopMembership      = 10
	gopQuerierInterval = 11
	gopQuery           = 12
	gopResponse        = 13
	gopStartup         = 14
	gopQuerier         = 15
	gopRouterPorts     = 16
	gopMax             = 18
)

// globalWord reads a word of global set; end is that of the last range, which
// later single ids keep. Words that it does not know are passed over, and after
// help another one.
func (s *vlanOptions) globalWord(cur *words.Cursor, end *int16) error {
	for i := range globalOptions {
		if o := &globalOptions[i]; cur.Is(o.name) {
			return s.number(cur, o)
		}
	}
	switch cur.Word() {
	case "vid":
		if err := s.parseVID(cur, end); err != nil {
			return err
		}
		s.r.U16(gopID, uint16(s.vid))
		if *end != -1 {
			s.r.U16(gopRange, uint16(*end))
		}
	case "help":
		_, err := cur.Value()
		return err
	}
	return nil
}

// number reads the number of an option and appends it.
func (s *vlanOptions) number(cur *words.Cursor, o *vlanOption) error {
	word, err := cur.Value()
	if err != nil {
		return err
	}
	ok := false
	switch o.bits {
	case 8:
		var v uint8
		v, ok = format.ParseU8(word, 0)
		s.r.U8(o.attr, v)
	case 32:
		var v uint32
		v, ok = format.ParseU32(word, 0)
		s.r.U32(o.attr, v)
	case 64:
		var v uint64
		v, ok = format.ParseU64(word, 0)
		s.r.U64(o.attr, v)
	}
	if !ok {
		return words.Invalid("invalid "+o.name, word)
	}
	return nil
}
