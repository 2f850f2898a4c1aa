package neigh

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/names"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// filter is which entries show and flush mean.
type filter struct {
	c *object.Context
	// family is AF_UNSPEC for all.
	family int
	// states are the NUD_* bits that are meant; stateNone stands for none.
	states      uint32
	statesGiven bool
	flush       bool

	dev    string
	hasDev bool
	// index is the device's, 0 for all.
	index int32
	// master is the index of a bridge or VRF, -1 for none, 0 for all.
	master   int32
	unused   bool
	proxy    bool
	protocol uint8
	prefix   format.Prefix
}

// stateNone is the filter's bit for entries without a state.
const stateNone = 0x100

// newFilter reads the words of show and flush and looks the device up.
func newFilter(c *object.Context, flush bool, args []string) (*filter, error) {
	f := &filter{c: c, family: c.Opt.Family, flush: flush}
	if flush {
		f.states = ^uint32(unix.NUD_PERMANENT | unix.NUD_NOARP)
	} else {
		f.states = 0xff &^ unix.NUD_NOARP
	}
	for cur := words.New(args); cur.More(); cur.Skip() {
		if err := f.parseWord(cur); err != nil {
			return nil, err
		}
	}
	c.Links().Load()
	if f.hasDev {
		if f.index = c.Links().Index(f.dev); f.index == 0 {
			return nil, object.NoDevice(f.dev)
		}
	}
	return f, nil
}

func (f *filter) parseWord(cur *words.Cursor) error {
	switch {
	case cur.Is("dev"):
		word, err := cur.Value()
		if err == nil && f.hasDev {
			err = words.Duplicate("dev", word)
		}
		f.dev, f.hasDev = word, true
		return err
	case cur.Is("master"):
		return f.parseMaster(cur, "Device does not exist\n", func(string) bool { return true })
	case cur.Is("vrf"):
		return f.parseMaster(cur, "Not a valid VRF name\n", f.isVRF)
	case cur.Is("nomaster"):
		f.master = -1
	case cur.Is("unused"):
		f.unused = true
	case cur.Is("nud"):
		return f.parseState(cur)
	case cur.Is("proxy"):
		f.proxy = true
	case cur.Prefix("protocol"):
		word, err := cur.Value()
		if err != nil {
			return err
		}
		v, ok := f.c.Names().ProtoID(word)
		if !ok && word != "all" {
			return words.Invalid("invalid \"protocol\"\n", word)
		}
		f.protocol = v
	default:
		return f.parseTo(cur)
	}
	return nil
}

// parseMaster reads the name of a device that entries' devices are enslaved to.
func (f *filter) parseMaster(cur *words.Cursor, problem string, good func(name string) bool) error {
	word, err := cur.Value()
	if err != nil {
		return err
	}
	f.master = f.c.Links().Index(word)
	if f.master == 0 || !good(word) {
		return words.Invalid(problem, word)
	}
	return nil
}

// isVRF asks whether the device is a VRF.
func (f *filter) isVRF(name string) bool {
	conn, err := f.c.Conn()
	if err != nil {
		return false
	}
	req := rtnl.NewRequest(unix.RTM_GETLINK, 0)
	req.Link(uint8(f.c.Opt.Family), 0, 0, 0, 0)
	req.Str(unix.IFLA_IFNAME, name)
	is := false
	err = conn.Get(req, func(m *rtnl.Msg) error {
		if len(m.Data) < unix.SizeofIfInfomsg {
			return nil
		}
		var link [unix.IFLA_LINKINFO + 1][]byte
		var info [unix.IFLA_INFO_KIND + 1][]byte
		at, kind := rtnl.Attrs(link[:]), rtnl.Attrs(info[:])
		at.Parse(m.Data[unix.SizeofIfInfomsg:])
		at.Nested(unix.IFLA_LINKINFO, kind)
		k, _ := kind.Str(unix.IFLA_INFO_KIND)
		is = k == "vrf"
		return nil
	})
	return err == nil && is
}

// parseState adds a state to those meant.
func (f *filter) parseState(cur *words.Cursor) error {
	word, err := cur.Value()
	if err != nil {
		return err
	}
	if !f.statesGiven {
		f.statesGiven, f.states = true, 0
	}
	state, ok := names.NeighStateID(word)
	bits := uint32(state)
	switch {
	case !ok && word != "all":
		return words.Invalid("nud state is bad", word)
	case !ok && f.flush:
		bits = ^uint32(unix.NUD_NOARP)
	case !ok:
		bits = ^uint32(0)
	case bits == 0:
		bits = stateNone
	}
	f.states |= bits
	return nil
}

func (f *filter) parseTo(cur *words.Cursor) error {
	if cur.Is("to") {
		if _, err := cur.Value(); err != nil {
			return err
		}
	}
	if cur.Prefix("help") {
		return words.Usage(usage)
	}
	var err error
	f.prefix, err = f.c.Prefix(cur.Word(), f.family)
	if err == nil && f.family == unix.AF_UNSPEC {
		f.family = f.prefix.Family
	}
	return err
}

// request asks for the entries; the kernel filters by device, master and proxy.
func (f *filter) request() *rtnl.Request {
	req := rtnl.NewRequest(unix.RTM_GETNEIGH, 0)
	h := header{family: uint8(f.family)}
	if f.proxy {
		h.flags = unix.NTF_PROXY
	}
	req.Body(h.bytes())
	if f.index != 0 {
		req.U32(unix.NDA_IFINDEX, uint32(f.index))
	}
	if f.master != 0 {
		req.U32(unix.NDA_MASTER, uint32(f.master))
	}
	return req
}

// match tells whether the entry is one of those meant. Proxy entries and those
// learned by others are meant in any state.
func (f *filter) match(r *record) bool {
	switch {
	case f.family != unix.AF_UNSPEC && f.family != int(r.family),
		f.index != 0 && f.index != r.index,
		!f.matchState(r):
		return false
	}
	dst := r.at.Get(unix.NDA_DST)
	if dst != nil && !f.prefix.Contains(dst) {
		return false
	}
	if f.protocol != 0 && f.protocol != r.protocol() {
		return false
	}
	if f.unused {
		if info, ok := r.cacheInfo(); ok && info.refcnt != 0 {
			return false
		}
	}
	return true
}

func (f *filter) matchState(r *record) bool {
	return f.states&uint32(r.state) != 0 ||
		r.flags&(unix.NTF_PROXY|unix.NTF_EXT_LEARNED) != 0 ||
		r.state == 0 && f.states&stateNone != 0
}
