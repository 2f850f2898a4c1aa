// Package mroute is `ip mroute`: the cache of multicast routes, which a routing
// daemon fills (ip-mroute(8)).
//
// It may import what an object of ip may: internal/… and ipcmd/object.
package mroute

import (
	"errors"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/byteorder"
	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// Main is ip mroute.
func Main(c *object.Context, args []string) error {
	return object.Dispatch(c, "mroute", []object.Command{
		{Name: "list", Value: list},
		{Name: "show", Value: list},
		{Name: "lst", Value: list},
		{Name: "help", Value: help},
	}, list, args)
}

func help(*object.Context, []string) error { return words.Usage(usage) }

const usage = `Usage: ip mroute show [ [ to ] PREFIX ] [ from PREFIX ] [ iif DEVICE ]
                      [ table TABLE_ID ]
TABLE_ID := [ local | main | default | all | NUMBER ]
`

// native is the byte order of rtnetlink.
var native byteorder.Native

// The families of multicast routes (linux/rtnetlink.h).
const (
	familyIPMR  = 128
	familyIP6MR = 129
)

// filter is which routes list means. The zero value means all.
type filter struct {
	family uint8
	table  uint32
	iif    int32
	dst    format.Prefix
	src    format.Prefix
}

// parse reads the words of list. Addresses are read as of a multicast family,
// which has none: of all prefixes only the words default, any and all are taken.
func (f *filter) parse(c *object.Context, args []string) error {
	device, byDevice := "", false
	for cur := words.New(args); cur.More(); cur.Skip() {
		var err error
		switch {
		case cur.Prefix("table"):
			err = f.setTable(c, cur)
		case cur.Is("iif"):
			device, err = cur.Value()
			byDevice = true
		case cur.Prefix("from"):
			var word string
			if word, err = cur.Value(); err == nil {
				f.src, err = c.Prefix(word, int(f.family))
			}
		default:
			err = f.setDst(c, cur)
		}
		if err != nil {
			return err
		}
	}
	if byDevice {
		if f.iif = c.Links().Index(device); f.iif == 0 {
			return object.NoDevice(device)
		}
	}
	return nil
}

func (f *filter) setTable(c *object.Context, cur *words.Cursor) error {
	word, err := cur.Value()
	if err != nil {
		return err
	}
	table, ok := c.Names().TableID(word)
	switch {
	case ok:
		f.table = table
	case word == "all":
		f.table = 0
	case word == "help":
		return words.Usage(usage)
	default:
		return words.Invalid("table id value is invalid\n", word)
	}
	return nil
}

func (f *filter) setDst(c *object.Context, cur *words.Cursor) (err error) {
	if cur.Is("to") {
		if _, err := cur.Value(); err != nil {
			return err
		}
	}
	if cur.Prefix("help") {
		return words.Usage(usage)
	}
	f.dst, err = c.Prefix(cur.Word(), int(f.family))
	return err
}

// match tells whether the filter wants the route.
func (f *filter) match(r *record) bool {
	return (f.table == 0 || f.table == r.table) &&
		(f.iif == 0 || f.iif == r.iif) &&
		(f.family == 0 || f.family == r.family)
}

func list(c *object.Context, args []string) error {
	f := &filter{}
	switch c.Opt.Family {
	case unix.AF_INET, unix.AF_UNSPEC:
		f.family = familyIPMR
		f.table = unix.RT_TABLE_DEFAULT // where they are without rules
	case unix.AF_INET6:
		f.family = familyIP6MR
	default:
		return nil
	}
	if err := f.parse(c, args); err != nil {
		return err
	}
	conn, err := c.Conn()
	if err != nil {
		return err
	}
	p := c.Printer()
	v := newView(c, f)
	var r record
	p.Open()
	err = conn.Dump(f.request(), func(m *rtnl.Msg) error {
		if err := r.decode(m); err != nil {
			return err
		}
		if f.match(&r) {
			print(p, v, &r)
		}
		return nil
	})
	p.Close()
	var bad badMessage
	if errors.As(err, &bad) {
		return object.Abort(object.StatusLocal, bad.Error()+"\nDump terminated")
	}
	return object.DumpFailed(err, object.StatusLocal)
}

// request asks for the routes of the family, and of the table if one is wanted.
func (f *filter) request() *rtnl.Request {
	req := rtnl.NewRequest(unix.RTM_GETROUTE, 0)
	head := make([]byte, unix.SizeofRtMsg)
	head[0] = f.family
	req.Body(head)
	if f.table != 0 {
		req.U32(unix.RTA_TABLE, f.table)
	}
	return req
}
