package ntable

import (
	"errors"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// change sets parameters. The kernel's refusal ends a batch.
func change(c *object.Context, args []string) error {
	req, err := parseChange(c, args)
	if err != nil {
		return err
	}
	conn, err := c.Conn()
	if err != nil {
		return err
	}
	err = object.Kernel(conn.Do(req, nil))
	var e *applet.Exit
	if errors.As(err, &e) {
		e.Abort = true
	}
	return err
}

// param is a keyword of change with the attribute that its value goes to: one of
// the table, or of the parameters of a device (device).
type param struct {
	attr   uint16
	wide   bool // 64 bits
	device bool
}

// params are the keywords of change that take a number.
func params() []applet.Row[param] {
	row := func(name string, p param) applet.Row[param] {
		return applet.Row[param]{Name: name, Exact: true, Value: p}
	}
	return []applet.Row[param]{
		row("thresh1", param{attr: tableThresh1}),
		row("thresh2", param{attr: tableThresh2}),
		row("thresh3", param{attr: tableThresh3}),
		row("gc_int", param{attr: tableGCInterval, wide: true}),
		row("base_reachable", param{attr: paramBaseReachableTime, wide: true, device: true}),
		row("retrans", param{attr: paramRetransTime, wide: true, device: true}),
		row("gc_stale", param{attr: paramGCStaletime, wide: true, device: true}),
		row("delay_probe", param{attr: paramDelayProbeTime, wide: true, device: true}),
		row("queue", param{attr: paramQueueLen, device: true}),
		row("app_probes", param{attr: paramAppProbes, device: true}),
		row("ucast_probes", param{attr: paramUcastProbes, device: true}),
		row("mcast_probes", param{attr: paramMcastProbes, device: true}),
		row("anycast_delay", param{attr: paramAnycastDelay, wide: true, device: true}),
		row("proxy_delay", param{attr: paramProxyDelay, wide: true, device: true}),
		row("proxy_queue", param{attr: paramProxyQlen, device: true}),
		row("locktime", param{attr: paramLocktime, wide: true, device: true}),
	}
}

// tableChange is a request under construction.
type tableChange struct {
	req     *rtnl.Request // what is of the table
	own     *rtnl.Request // attributes of the parameters of a device
	named   bool
	changes bool
}

func parseChange(c *object.Context, args []string) (*rtnl.Request, error) {
	ch := &tableChange{
		req: rtnl.NewRequest(unix.RTM_SETNEIGHTBL, unix.NLM_F_REPLACE),
		own: rtnl.NewRequest(0, 0),
	}
	ch.req.Body([]byte{uint8(c.Opt.Family)})
	table := params()
	for cur := words.New(args); cur.More(); cur.Skip() {
		if err := ch.word(c, table, cur); err != nil {
			return nil, err
		}
	}
	if !ch.named {
		return nil, words.Missing("NAME")
	}
	if !ch.changes {
		return nil, object.Abort(object.StatusUsage, "Not enough information: changeable attributes required.")
	}
	if own := ch.own.Payload(); len(own) > 0 {
		ch.req.Attr(tableParams, own)
	}
	return ch.req, nil
}

// word reads a keyword and its value.
func (ch *tableChange) word(c *object.Context, table []applet.Row[param], cur *words.Cursor) error {
	keyword := cur.Word()
	k, numeric := applet.Find(table, keyword)
	if !numeric && keyword != "name" && keyword != "dev" {
		return words.Invalid("unknown", keyword)
	}
	word, err := cur.Value()
	switch {
	case err != nil:
		return err
	case numeric:
		return ch.number(k, keyword, word)
	case keyword == "dev":
		index := c.Links().Index(word)
		if index == 0 {
			return object.NoDevice(word)
		}
		ch.own.U32(paramIfindex, uint32(index))
	case ch.named:
		return words.Duplicate("NAME", word)
	default:
		ch.named = true
		ch.req.Str(tableName, word)
	}
	return nil
}

func (ch *tableChange) number(k param, keyword, word string) error {
	req := ch.req
	if k.device {
		req = ch.own
	}
	ch.changes = true
	if k.wide {
		v, ok := format.ParseU64(word, 0)
		if !ok {
			return invalid(keyword, word)
		}
		req.U64(k.attr, v)
		return nil
	}
	v, ok := format.ParseU32(word, 0)
	if !ok {
		return invalid(keyword, word)
	}
	req.U32(k.attr, v)
	return nil
}

func invalid(keyword, word string) error {
	return words.Invalid(`"`+keyword+`" value is invalid`, word)
}
