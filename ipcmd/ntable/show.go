package ntable

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// filter is which tables show means: all is its zero value.
type filter struct {
	family  int
	name    string
	hasName bool
	// index is the device whose parameters are wanted; noDevice wants those
	// of no device.
	index int32
}

const noDevice = -1

func parseFilter(c *object.Context, args []string) (*filter, error) {
	f := &filter{family: c.Opt.Family}
	for cur := words.New(args); cur.More(); cur.Skip() {
		switch {
		case cur.Is("dev"):
			word, err := cur.Value()
			if err != nil {
				return nil, err
			}
			if word == "none" {
				f.index = noDevice
			} else if f.index = c.Links().Index(word); f.index == 0 {
				return nil, words.Invalid(`"DEV" is invalid`, word)
			}
		case cur.Is("name"):
			word, err := cur.Value()
			if err != nil {
				return nil, err
			}
			f.name, f.hasName = word, true
		default:
			return nil, words.Invalid("unknown", cur.Word())
		}
	}
	return f, nil
}

// match tells whether the filter wants the table.
func (f *filter) match(r *record) bool {
	if f.family != unix.AF_UNSPEC && f.family != r.family {
		return false
	}
	if name, ok := r.at.Bytes(tableName); ok && f.hasName && string(name) != f.name {
		return false
	}
	switch {
	case !r.hasParams || f.index == 0:
		return true
	case r.hasIndex:
		return f.index == r.index
	}
	return f.index == noDevice
}

func show(c *object.Context, args []string) error {
	f, err := parseFilter(c, args)
	if err != nil {
		return err
	}
	conn, err := c.Conn()
	if err != nil {
		return err
	}
	if err := readLinks(c, conn); err != nil {
		return err
	}
	req := rtnl.NewRequest(unix.RTM_GETNEIGHTBL, 0)
	req.Body([]byte{uint8(f.family)})
	p := c.Printer()
	v := newView(c)
	var r record
	p.Open()
	defer p.Close()
	err = conn.Dump(req, func(m *rtnl.Msg) error {
		if r.decode(m) && f.match(&r) {
			print(p, v, &r)
		}
		return nil
	})
	return object.DumpFailed(err, object.StatusLocal)
}

// readLinks reads all links first, as the original does. That is more than to
// know their names: a kernel that has seen how much the socket takes at a time
// sends all tables at once, and one that has to go on in the middle of a table
// tells its head a second time.
func readLinks(c *object.Context, conn rtnl.Conn) error {
	req := rtnl.NewRequest(unix.RTM_GETLINK, 0)
	req.Link(unix.AF_UNSPEC, 0, 0, 0, 0)
	req.U32(unix.IFLA_EXT_MASK, rtnl.ExtFilterSkipStats)
	err := conn.Dump(req, func(m *rtnl.Msg) error {
		c.Links().Remember(m)
		return nil
	})
	return object.DumpFailed(err, object.StatusLocal)
}
