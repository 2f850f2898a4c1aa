package bridge

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
)

// Attributes of struct ndmsg and flags that x/sys lacks (linux/neighbour.h,
// linux/netlink.h).
const (
	sizeofNdmsg = 12

	ndaVLAN      = 5
	ndaPort      = 6
	ndaVNI       = 7
	ndaIfindex   = 8
	ndaMaster    = 9
	ndaLinkNSID  = 10
	ndaSrcVNI    = 11
	ndaNhID      = 13
	ndaStateMask = 16
	ndaFlagsMask = 17
	ndaMax       = ndaFlagsMask

	ntfSticky = 0x40
	bulk      = 0x200 // NLM_F_BULK
)

// fdbMain is bridge fdb.
func fdbMain(t *tool, args []string) error {
	change := func(typ, flags uint16) command {
		return func(t *tool, args []string) error { return fdbModify(t, typ, flags, args) }
	}
	const create = unix.NLM_F_CREATE
	return t.dispatch("fdb", []commandRow{
		{Name: "add", Value: change(unix.RTM_NEWNEIGH, create|unix.NLM_F_EXCL)},
		{Name: "append", Value: change(unix.RTM_NEWNEIGH, create|unix.NLM_F_APPEND)},
		{Name: "replace", Value: change(unix.RTM_NEWNEIGH, create|unix.NLM_F_REPLACE)},
		{Name: "delete", Value: change(unix.RTM_DELNEIGH, 0)},
		{Name: "get", Value: fdbGet},
		{Name: "show", Value: fdbShow},
		{Name: "lst", Value: fdbShow},
		{Name: "list", Value: fdbShow},
		{Name: "flush", Exact: true, Value: fdbFlush},
		{Name: "help", Value: help(fdbUsage)},
	}, fdbShow, args)
}

const fdbUsage = `Usage: bridge fdb { add | append | del | replace } ADDR dev DEV
              [ self ] [ master ] [ use ] [ router ] [ extern_learn ]
              [ sticky ] [ local | static | dynamic ] [ vlan VID ]
              { [ dst IPADDR ] [ port PORT] [ vni VNI ] | [ nhid NHID ] }
	       [ via DEV ] [ src_vni VNI ]
       bridge fdb [ show [ br BRDEV ] [ brport DEV ] [ vlan VID ]
              [ state STATE ] [ dynamic ] ]
       bridge fdb get [ to ] LLADDR [ br BRDEV ] { brport | dev } DEV
              [ vlan VID ] [ vni VNI ] [ self ] [ master ] [ dynamic ]
       bridge fdb flush dev DEV [ brport DEV ] [ vlan VID ]
              [ self ] [ master ] [ [no]permanent | [no]static | [no]dynamic ]
              [ [no]added_by_user ] [ [no]extern_learn ] [ [no]sticky ]
              [ [no]offloaded ]
`

// ndmsg is struct ndmsg.
type ndmsg struct {
	index int32
	state uint16 // NUD_*
	flags uint8  // NTF_*
}

func (h *ndmsg) request(typ, flags uint16) *rtnl.Request {
	var b [sizeofNdmsg]byte
	b[0] = unix.AF_BRIDGE
	native.PutUint32(b[4:], uint32(h.index))
	native.PutUint16(b[8:], h.state)
	b[10] = h.flags
	r := rtnl.NewRequest(typ, flags)
	r.Body(b[:])
	return r
}

// fdbFilter is which entries show means; zero values mean all.
type fdbFilter struct {
	index, master int32
	state         uint32 // NUD_* bits
	vlan          uint32
	dynamic       bool
}

// request asks for the entries; the kernel filters by port and bridge.
func (f *fdbFilter) request() *rtnl.Request {
	h := ndmsg{index: f.index}
	r := h.request(unix.RTM_GETNEIGH, 0)
	if f.master != 0 {
		r.U32(ndaMaster, uint32(f.master))
	}
	return r
}

// fdbShow shows the entries that the filter means.
func fdbShow(t *tool, args []string) error {
	if err := t.fdbFilter(args); err != nil {
		return err
	}
	p := t.c.Printer()
	p.Open()
	if err := t.dump(p, t.fdb.request(), func(m *rtnl.Msg) error { return t.printFDB(p, m) }); err != nil {
		return err
	}
	p.Close()
	return nil
}

// fdbFilter reads the words of show. Words that it does not know are passed over.
func (t *tool) fdbFilter(args []string) error {
	f := &t.fdb
	var dev, br string
	var hasDev, hasBr bool
	for cur := words.New(args); cur.More(); cur.Skip() {
		var err error
		switch {
		case cur.Is("brport"), cur.Is("dev"):
			dev, err = cur.Value()
			hasDev = true
		case cur.Is("br"):
			br, err = cur.Value()
			hasBr = true
		case cur.Is("vlan"):
			var word string
			word, err = cur.Value()
			if err == nil && f.vlan != 0 {
				err = words.Duplicate("vlan", word)
			}
			if err == nil {
				f.vlan = uint32(format.Atoi(word))
			}
		case cur.Is("state"):
			err = f.parseState(cur)
		case cur.Is("dynamic"):
			f.dynamic = true
		case cur.Prefix("help"):
			err = words.Usage(fdbUsage)
		}
		if err != nil {
			return err
		}
	}
	if hasBr {
		index := t.c.Links().Index(br)
		if index == 0 {
			return noBridge(br)
		}
		f.master = index
	}
	if hasDev {
		if f.index = t.c.Links().Index(dev); f.index == 0 {
			return noDevice(dev)
		}
	}
	return nil
}

func noBridge(name string) error { return failed(`Cannot find bridge device "` + name + `"`) }

// parseState adds states to those that are meant.
func (f *fdbFilter) parseState(cur *words.Cursor) error {
	word, err := cur.Value()
	if err != nil {
		return err
	}
	bits, ok := fdbState(word)
	if !ok {
		return words.Invalid("invalid state", word)
	}
	f.state |= bits
	return nil
}

// fdbState reads the state of an entry: NUD_* bits.
func fdbState(word string) (bits uint32, ok bool) {
	switch {
	case words.Prefix(word, "permanent"):
		return unix.NUD_PERMANENT, true
	case words.Prefix(word, "static"), words.Prefix(word, "temp"):
		return unix.NUD_NOARP, true
	case words.Prefix(word, "stale"):
		return unix.NUD_STALE, true
	case words.Prefix(word, "reachable"), words.Prefix(word, "dynamic"):
		return unix.NUD_REACHABLE, true
	case word == "all":
		return ^uint32(0), true
	}
	return format.ParseU32(word, 0)
}
