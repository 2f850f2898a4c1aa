package bridge

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
)

// flushWord is a word of flush that selects entries by their state or flags:
// those that have the bits set, or not, of those in mask.
type flushWord struct {
	name            string
	state, notState uint16
	stateMask       uint16
	flag            uint8
	not             bool // the flag must not be set
}

// flushWords are the words of flush. The states are the original's: static
// looks at the bit of permanent entries too, nostatic and nodynamic do not.
var flushWords = [...]flushWord{
	{name: "permanent", state: unix.NUD_PERMANENT, stateMask: unix.NUD_PERMANENT},
	{name: "nopermanent", notState: unix.NUD_PERMANENT, stateMask: unix.NUD_PERMANENT},
	{name: "static", state: unix.NUD_NOARP, stateMask: unix.NUD_NOARP | unix.NUD_PERMANENT},
	{name: "nostatic", notState: unix.NUD_NOARP, stateMask: unix.NUD_NOARP},
	{name: "dynamic", notState: unix.NUD_NOARP, stateMask: unix.NUD_NOARP | unix.NUD_PERMANENT},
	{name: "nodynamic", state: unix.NUD_NOARP, stateMask: unix.NUD_NOARP},
	{name: "added_by_user", flag: unix.NTF_USE},
	{name: "noadded_by_user", flag: unix.NTF_USE, not: true},
	{name: "extern_learn", flag: unix.NTF_EXT_LEARNED},
	{name: "noextern_learn", flag: unix.NTF_EXT_LEARNED, not: true},
	{name: "sticky", flag: ntfSticky},
	{name: "nosticky", flag: ntfSticky, not: true},
	{name: "offloaded", flag: unix.NTF_OFFLOADED},
	{name: "nooffloaded", flag: unix.NTF_OFFLOADED, not: true},
}

// fdbPurge is what flush is told.
type fdbPurge struct {
	ndmsg
	stateMask       uint16
	flagMask        uint8
	dev, port       string
	hasDev, hasPort bool
	vid             int16
}

// fdbFlush deletes the entries that its words select.
func fdbFlush(t *tool, args []string) error {
	f := fdbPurge{vid: -1}
	for cur := words.New(args); cur.More(); cur.Skip() {
		if err := f.parseWord(cur); err != nil {
			return err
		}
	}
	r, err := f.request(t)
	if err != nil {
		return err
	}
	return t.do(r)
}

// parseWord reads a word. Those that it does not know are passed over, and after
// help another one.
func (f *fdbPurge) parseWord(cur *words.Cursor) (err error) {
	switch {
	case cur.Is("dev"):
		f.dev, err = cur.Value()
		f.hasDev = true
	case cur.Is("master"):
		f.flags |= unix.NTF_MASTER
	case cur.Is("self"):
		f.flags |= unix.NTF_SELF
	case cur.Is("brport"):
		if f.hasPort {
			return words.Garbage("brport", cur.Word())
		}
		f.port, err = cur.Value()
		f.hasPort = true
	case cur.Is("vlan"):
		return parseVID(cur, &f.vid)
	case cur.Is("help"):
		_, err = cur.Value()
	default:
		f.selectBy(cur.Word())
	}
	return err
}

func (f *fdbPurge) selectBy(word string) {
	for i := range flushWords {
		w := &flushWords[i]
		if w.name != word {
			continue
		}
		f.state = f.state&^w.notState | w.state
		f.stateMask |= w.stateMask
		f.flagMask |= w.flag
		if w.not {
			f.flags &^= w.flag
		} else {
			f.flags |= w.flag
		}
	}
}

// maxVID is the first number that is no VLAN id.
const maxVID = 4096

// request builds the message. The original keeps the index of the port in 16
// bits, and so do we.
func (f *fdbPurge) request(t *tool) (*rtnl.Request, error) {
	if !f.hasDev {
		return nil, failed("Device is a required argument.")
	}
	if f.index = t.c.Links().Index(f.dev); f.index == 0 {
		return nil, noBridge(f.dev)
	}
	port := int16(-1)
	if f.hasPort {
		if port = int16(t.c.Links().Index(f.port)); port == 0 {
			return nil, failed(`Cannot find bridge port device "` + f.port + `"`)
		}
	}
	if f.vid >= maxVID {
		return nil, badVID(f.vid)
	}
	if f.flags&(unix.NTF_SELF|unix.NTF_MASTER) == 0 {
		f.flags |= unix.NTF_SELF
	}
	r := f.ndmsg.request(unix.RTM_DELNEIGH, bulk)
	if port >= 0 {
		r.U32(ndaIfindex, uint32(port))
	}
	if f.vid >= 0 {
		r.U16(ndaVLAN, uint16(f.vid))
	}
	if f.flagMask != 0 {
		r.U8(ndaFlagsMask, f.flagMask)
	}
	if f.stateMask != 0 {
		r.U16(ndaStateMask, f.stateMask)
	}
	return r, nil
}

func badVID(vid int16) error { return failed(`Invalid VLAN ID "` + ushort(vid) + `"`) }
