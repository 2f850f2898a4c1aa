package stats

import (
	"errors"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// wish is what show is asked for.
type wish struct {
	dev    string
	leaves []leaf
	help   bool
}

func parseShow(args []string) (w wish, err error) {
	s := newSelection()
	for cur := words.New(args); cur.More(); cur.Skip() {
		switch cur.Word() {
		case "dev":
			w.dev, err = deviceName(cur, w.dev)
		case "help":
			w.help = true
			return w, nil
		default:
			err = parseLevel(s, cur)
		}
		if err != nil {
			return w, err
		}
	}
	if err := s.enable(); err != nil {
		return w, err
	}
	w.leaves = s.chosen()
	return w, nil
}

// parseLevel reads a level and a name. Like the original it takes a name that is
// that of a lower level for the next of them.
func parseLevel(s *selection, cur *words.Cursor) error {
	first := cur.Word()
	found := false
	for level, keyword := range levels {
		if !cur.Is(keyword) {
			continue
		}
		name, err := cur.Value()
		if err != nil {
			return err
		}
		if err := s.choose(level, name); err != nil {
			return err
		}
		found = true
	}
	if !found {
		return unknownWord(first)
	}
	return nil
}

func show(c *object.Context, args []string) error {
	w, err := parseShow(args)
	if err != nil {
		return err
	}
	if w.help {
		return help(c)
	}
	index := int32(0)
	if w.dev != "" {
		if index = c.Links().Index(w.dev); index == 0 {
			return object.NoDevice(w.dev)
		}
	}
	conn, err := c.Conn()
	if err != nil {
		return err
	}
	p := c.Printer()
	pr := newPrinting(c, p)
	p.Open()
	defer p.Close()
	if index != 0 {
		return object.Kernel(conn.Get(request(index, w.leaves), func(m *rtnl.Msg) error {
			pr.message(m, w.leaves)
			return nil
		}))
	}
	return dumpFailed(conn.Dump(request(0, w.leaves), func(m *rtnl.Msg) error {
		if pr.message(m, w.leaves) {
			p.NL()
			p.EndRecord()
		}
		return nil
	}))
}

// dumpFailed words a dump that the kernel refused; a batch goes on after it.
func dumpFailed(err error) error {
	err = object.DumpFailed(err, object.StatusKernel)
	var e *applet.Exit
	if errors.As(err, &e) {
		e.Abort = false
	}
	return err
}

// header is struct if_stats_msg.
func header(index int32, mask uint32) []byte {
	b := make([]byte, headerSize)
	native.PutUint32(b[4:], uint32(index))
	native.PutUint32(b[8:], mask)
	return b
}

// request asks for statistics, of one link or (0) of all.
func request(index int32, want []leaf) *rtnl.Request {
	var mask, offload uint32
	for i := range want {
		mask |= bit(want[i].group)
		offload |= want[i].filter
	}
	req := rtnl.NewRequest(unix.RTM_GETSTATS, 0)
	req.Body(header(index, mask))
	const everything = 1<<offloadL3 - 1
	if offload != 0 && offload != everything {
		nest := req.Nest(getFilters | unix.NLA_F_NESTED)
		req.U32(attrOffload, offload)
		req.End(nest)
	}
	return req
}
