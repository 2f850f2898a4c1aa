package bridge

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// Attributes inside IFLA_AF_SPEC of a bridge, and their values
// (linux/if_bridge.h).
const (
	attrFlags      = 0 // IFLA_BRIDGE_FLAGS
	attrMode       = 1 // IFLA_BRIDGE_MODE
	attrVLANInfo   = 2
	attrTunnelInfo = 3

	flagMaster = 1 // BRIDGE_FLAGS_MASTER
	flagSelf   = 2

	modeVEB  = 0
	modeVEPA = 1
)

// setSwitch is a word of link set that takes on or off.
type setSwitch struct {
	name string
	attr uint16
}

// setSwitches are in the order in which they are sent. A port's multicast
// router is a number; see portSet.
var setSwitches = [...]setSwitch{
	{"guard", unix.IFLA_BRPORT_GUARD},
	{"hairpin", unix.IFLA_BRPORT_MODE},
	{"fastleave", unix.IFLA_BRPORT_FAST_LEAVE},
	{"root_block", unix.IFLA_BRPORT_PROTECT},
	{"flood", unix.IFLA_BRPORT_UNICAST_FLOOD},
	{"mcast_router", unix.IFLA_BRPORT_MULTICAST_ROUTER},
	{"mcast_flood", unix.IFLA_BRPORT_MCAST_FLOOD},
	{"bcast_flood", unix.IFLA_BRPORT_BCAST_FLOOD},
	{"mcast_to_unicast", unix.IFLA_BRPORT_MCAST_TO_UCAST},
	{"learning", unix.IFLA_BRPORT_LEARNING},
	{"learning_sync", unix.IFLA_BRPORT_LEARNING_SYNC},
	{"neigh_suppress", unix.IFLA_BRPORT_NEIGH_SUPPRESS},
	{"vlan_tunnel", unix.IFLA_BRPORT_VLAN_TUNNEL},
	{"isolated", unix.IFLA_BRPORT_ISOLATED},
	{"locked", unix.IFLA_BRPORT_LOCKED},
}

// lateSwitches is where the flags begin that follow the numbers.
const lateSwitches = 11

// portSet is what link set is told. Numbers are as wide as the original's, and
// below 0 where they were not given.
type portSet struct {
	t        *tool
	dev      string
	hasDev   bool
	switches [len(setSwitches)]int8
	cost     uint32 // 0 for none
	priority int16
	state    int8
	mode     int16
	flags    uint16
	backup   int32
}

// linkSet changes a port.
func linkSet(t *tool, args []string) error {
	s := portSet{t: t, priority: -1, state: -1, mode: -1, backup: -1}
	for i := range s.switches {
		s.switches[i] = -1
	}
	for cur := words.New(args); cur.More(); cur.Skip() {
		if err := s.parseWord(cur); err != nil {
			return err
		}
	}
	r, err := s.request()
	if err != nil {
		return err
	}
	return t.do(r)
}

func (s *portSet) parseWord(cur *words.Cursor) error {
	switch cur.Word() {
	case "self":
		s.flags |= flagSelf
		return nil
	case "master":
		s.flags |= flagMaster
		return nil
	case "nobackup_port":
		s.backup = 0
		return nil
	}
	key := cur.Word()
	set := s.setter(key)
	if set == nil {
		return words.Usage(linkUsage)
	}
	word, err := cur.Value()
	if err != nil {
		return err
	}
	return set(word)
}

// setter finds what takes the value of a keyword.
func (s *portSet) setter(key string) func(word string) error {
	switch key {
	case "dev":
		return func(word string) error {
			s.dev, s.hasDev = word, true
			return nil
		}
	case "cost":
		return func(word string) error {
			s.cost = uint32(format.Atoi(word))
			return nil
		}
	case "priority":
		return func(word string) error {
			s.priority = short(word)
			return nil
		}
	case "state":
		return s.setState
	case "hwmode":
		return s.setMode
	case "backup_port":
		return s.setBackup
	}
	for i := range setSwitches {
		if setSwitches[i].name == key {
			return func(word string) error { return s.setSwitch(i, word) }
		}
	}
	return nil
}

func (s *portSet) setSwitch(i int, word string) error {
	switch {
	case setSwitches[i].attr == unix.IFLA_BRPORT_MULTICAST_ROUTER:
		s.switches[i] = int8(format.Atoi(word))
	case word == "on":
		s.switches[i] = 1
	case word == "off":
		s.switches[i] = 0
	default:
		return object.Fail(statusSwitch,
			`Error: argument of "`+setSwitches[i].name+`" must be one of "off", "on", not "`+word+`"`)
	}
	return nil
}

// setState reads a state of the spanning tree: its name or its number.
func (s *portSet) setState(word string) error {
	if v, ok := leadingInt(word); ok {
		s.state = int8(v)
		return nil
	}
	state, ok := stateID(word)
	if !ok {
		return failed("Error: invalid STP port state")
	}
	s.state = int8(state)
	return nil
}

// setMode reads the mode of hardware, which only the device itself has: master
// is forgotten.
func (s *portSet) setMode(word string) error {
	s.flags = flagSelf
	switch word {
	case "vepa":
		s.mode = modeVEPA
	case "veb":
		s.mode = modeVEB
	default:
		return failed(`Mode argument must be "vepa" or "veb".`)
	}
	return nil
}

func (s *portSet) setBackup(word string) error {
	if s.backup = s.t.c.Links().Index(word); s.backup == 0 {
		return failed("Error: device " + word + " does not exist")
	}
	return nil
}

func (s *portSet) request() (*rtnl.Request, error) {
	if !s.hasDev {
		return nil, failed("Device is a required argument.")
	}
	index := s.t.c.Links().Index(s.dev)
	if index == 0 {
		return nil, noBridge(s.dev)
	}
	r := rtnl.NewRequest(unix.RTM_SETLINK, 0)
	r.Link(unix.AF_BRIDGE, 0, index, 0, 0)
	info := r.Nest(unix.IFLA_PROTINFO | unix.NLA_F_NESTED)
	s.appendSwitches(r, 0, lateSwitches)
	if s.cost != 0 {
		r.U32(unix.IFLA_BRPORT_COST, s.cost)
	}
	if s.priority >= 0 {
		r.U16(unix.IFLA_BRPORT_PRIORITY, uint16(s.priority))
	}
	if s.state >= 0 {
		r.U8(unix.IFLA_BRPORT_STATE, uint8(s.state))
	}
	s.appendSwitches(r, lateSwitches, len(setSwitches))
	if s.backup != -1 {
		r.U32(unix.IFLA_BRPORT_BACKUP_PORT, uint32(s.backup))
	}
	r.End(info)
	if s.flags != 0 {
		spec := r.Nest(unix.IFLA_AF_SPEC)
		r.U16(attrFlags, s.flags)
		if s.mode >= 0 {
			r.U16(attrMode, uint16(s.mode))
		}
		r.End(spec)
	}
	return r, nil
}

func (s *portSet) appendSwitches(r *rtnl.Request, from, to int) {
	for i := from; i < to; i++ {
		if s.switches[i] >= 0 {
			r.U8(setSwitches[i].attr, uint8(s.switches[i]))
		}
	}
}
