package nexthop

import (
	"errors"
	"strconv"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/fib"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// filter is what list, flush and bucket list select by; the kernel selects by
// all but the protocol. Zero fields select everything.
type filter struct {
	groups, fdb bool
	oif, master uint32
	protocol    uint32
	id, nhid    uint32
	// byID says that id was given: list and flush then do without a dump.
	byID bool
}

// A selector reads the words of a filter.
type selector struct {
	*words.Cursor
	*filter
	c *object.Context
}

type selectorRow = applet.Row[func(*selector) error]

// listWords and bucketWords are in the order of precedence.
var listWords = [...]selectorRow{
	{Name: "dev", Value: selectDev},
	{Name: "groups", Value: selectGroups},
	{Name: "master", Value: selectMaster},
	{Name: "vrf", Value: selectVRF},
	{Name: "id", Exact: true, Value: selectID},
	{Name: "protocol", Value: selectProtocol},
	{Name: "fdb", Value: selectFDB},
	{Name: "help", Value: selectHelp},
}

var bucketWords = [...]selectorRow{
	{Name: "dev", Value: selectDev},
	{Name: "master", Value: selectMaster},
	{Name: "vrf", Value: selectVRF},
	{Name: "id", Exact: true, Value: selectID},
	{Name: "nhid", Exact: true, Value: selectNHID},
	{Name: "help", Value: selectHelp},
}

// parseFilter reads a filter. With stopAtID what stands behind an id is not
// looked at.
func parseFilter(c *object.Context, args []string, table []selectorRow, stopAtID bool) (*filter, error) {
	s := &selector{words.New(args), &filter{}, c}
	for ; s.More(); s.Skip() {
		parse, ok := applet.Find(table, s.Word())
		if !ok {
			return nil, words.Invalid("", s.Word())
		}
		if err := parse(s); err != nil {
			return nil, err
		}
		if s.byID && stopAtID {
			break
		}
	}
	return s.filter, nil
}

func selectDev(s *selector) (err error) {
	s.oif, err = device(s.c, s.Cursor)
	return err
}

func selectGroups(s *selector) error {
	s.groups = true
	return nil
}

func selectMaster(s *selector) (err error) {
	s.master, err = device(s.c, s.Cursor)
	return err
}

func selectVRF(s *selector) error {
	word, err := s.Value()
	if err != nil {
		return err
	}
	index, err := s.c.VRF(word)
	s.master = uint32(index)
	return err
}

func selectID(s *selector) (err error) {
	s.id, err = idValue(s.Cursor)
	s.byID = true
	return err
}

func selectNHID(s *selector) (err error) {
	s.nhid, err = idValue(s.Cursor)
	return err
}

// selectProtocol takes numbers only, as the original does.
func selectProtocol(s *selector) error {
	word, err := s.Value()
	if err != nil {
		return err
	}
	n, ok := format.ParseU32(word, 0)
	if !ok {
		return words.Invalid("invalid protocol value", word)
	}
	s.protocol = n
	return nil
}

func selectFDB(s *selector) error {
	s.fdb = true
	return nil
}

func selectHelp(*selector) error { return words.Usage(usage) }

// request asks for what the filter selects.
func (f *filter) request(c *object.Context, typ uint16) *rtnl.Request {
	r := newRequest(typ, 0, c.Opt.Family)
	if f.oif != 0 {
		r.U32(unix.NHA_OIF, f.oif)
	}
	if f.groups {
		r.Flag(unix.NHA_GROUPS)
	}
	if f.master != 0 {
		r.U32(unix.NHA_MASTER, f.master)
	}
	if f.fdb {
		r.Flag(fib.NhaFDB)
	}
	return r
}

// bucketRequest is request for buckets.
func (f *filter) bucketRequest(c *object.Context) *rtnl.Request {
	r := f.request(c, rtmGetBucket)
	if f.id != 0 {
		r.U32(unix.NHA_ID, f.id)
	}
	if f.nhid != 0 {
		nest := r.Nest(fib.NhaResBucket | unix.NLA_F_NESTED)
		r.U32(fib.BucketNexthop, f.nhid)
		r.End(nest)
	}
	return r
}

// match tells whether a next hop has the protocol that was asked for.
func (f *filter) match(m *rtnl.Msg) bool {
	var h fib.NexthopHeader
	if _, ok := h.Decode(m.Data); !ok {
		return true // printing will tell
	}
	return f.protocol == 0 || f.protocol == uint32(h.Protocol)
}

// Print prints a message about a next hop or a bucket, for monitors of changes,
// and has v remember the next hop. What is wrong with a message is an error.
func Print(c *object.Context, v *fib.View, m *rtnl.Msg) error {
	if m.Type == rtmNewBucket || m.Type == rtmDelBucket {
		return printBucket(c, v, m)
	}
	err := print(c, v, m)
	if err == nil {
		v.Remember(m.Data, m.Type == unix.RTM_DELNEXTHOP)
	}
	return err
}

// print prints the next hop of a message. A message that is none, or a broken
// one, ends the dump.
func print(c *object.Context, v *fib.View, m *rtnl.Msg) error {
	if m.Type != unix.RTM_NEWNEXTHOP && m.Type != unix.RTM_DELNEXTHOP {
		c.Warn("Not a nexthop: " + hex8(uint32(len(m.Raw))) + " " + hex8(uint32(m.Type)) + " " + hex8(uint32(m.Flags)))
		return object.Fail(object.StatusLocal, "")
	}
	err := v.Nexthop("", m.Data, m.Type == unix.RTM_DELNEXTHOP)
	var bad *fib.BadNexthop
	if errors.As(err, &bad) {
		v.P.Text(bad.Notice)
		v.P.EndRecord()
		return object.Fail(object.StatusLocal, bad.Error())
	}
	v.P.Text("\n")
	v.P.EndRecord()
	return nil
}

// hex8 is %08x.
func hex8(n uint32) string {
	s := strconv.FormatUint(uint64(n), 16)
	return "00000000"[:8-len(s)] + s
}

// list prints the next hops that the words select.
func list(c *object.Context, args []string) error {
	f, err := parseFilter(c, args, listWords[:], true)
	if err != nil {
		return err
	}
	if f.byID {
		return show(c, f.id, f)
	}
	conn, err := c.Conn()
	if err != nil {
		return err
	}
	p := c.Printer()
	v := fib.NewView(c, p)
	defer v.Close()
	p.Open()
	defer p.Close()
	return dumpFailed(conn.Dump(f.request(c, unix.RTM_GETNEXTHOP), func(m *rtnl.Msg) error {
		if !f.match(m) {
			return nil
		}
		return print(c, v, m)
	}), "Dump terminated")
}

// dumpFailed words a dump that failed: the kernel's words, or those about a bad
// message, and how the command ends. It does not end a batch.
func dumpFailed(err error, end string) error {
	err = object.Kernel(err)
	var e *applet.Exit
	if !errors.As(err, &e) {
		return err
	}
	if e.Text != "" {
		end = e.Text + "\n" + end
	}
	return &applet.Exit{Code: object.StatusKernel, Text: end, Err: e.Err}
}

// show prints one next hop, if its protocol is the filter's.
func show(c *object.Context, id uint32, f *filter) error {
	conn, err := c.Conn()
	if err != nil {
		return err
	}
	p := c.Printer()
	v := fib.NewView(c, p)
	defer v.Close()
	return object.Kernel(conn.Get(fib.NexthopRequest(c, id), func(m *rtnl.Msg) error {
		p.Open()
		defer p.Close()
		if !f.match(m) {
			return nil
		}
		return print(c, v, m)
	}))
}

// get is `ip nexthop get id ID`. Of several ids the last one counts.
func get(c *object.Context, args []string) error {
	id := uint32(0)
	cur := words.New(args)
	for ; cur.More(); cur.Skip() {
		if !cur.Is("id") {
			return words.Usage(usage)
		}
		var err error
		if id, err = idValue(cur); err != nil {
			return err
		}
	}
	if id == 0 {
		return words.Usage(usage)
	}
	return show(c, id, &filter{})
}

// listBuckets prints the buckets that the words select.
func listBuckets(c *object.Context, args []string) error {
	f, err := parseFilter(c, args, bucketWords[:], false)
	if err != nil {
		return err
	}
	conn, err := c.Conn()
	if err != nil {
		return err
	}
	p := c.Printer()
	v := fib.NewView(c, p)
	defer v.Close()
	p.Open()
	defer p.Close()
	return dumpFailed(conn.Dump(f.bucketRequest(c), func(m *rtnl.Msg) error {
		return printBucket(c, v, m)
	}), "Dump terminated")
}

func printBucket(c *object.Context, v *fib.View, m *rtnl.Msg) error {
	if m.Type != rtmNewBucket && m.Type != rtmDelBucket {
		c.Warn("Not a nexthop bucket: " + hex8(uint32(len(m.Raw))) + " " + hex8(uint32(m.Type)) + " " + hex8(uint32(m.Flags)))
		return object.Fail(object.StatusLocal, "")
	}
	if !v.Bucket(m.Data, false) {
		return object.Fail(object.StatusLocal, "BUG: wrong nlmsg len "+strconv.Itoa(len(m.Data)-fib.NexthopHeaderSize))
	}
	v.P.EndRecord()
	return nil
}

// getBucket is `ip nexthop bucket get id ID index INDEX`.
func getBucket(c *object.Context, args []string) error {
	var id uint32
	var index uint16
	indexed := false
	cur := words.New(args)
	for ; cur.More(); cur.Skip() {
		var err error
		switch {
		case cur.Is("id"):
			id, err = idValue(cur)
		case cur.Is("index"):
			index, err = bucketIndex(cur)
			indexed = true
		default:
			err = words.Usage(usage)
		}
		if err != nil {
			return err
		}
	}
	if id == 0 || !indexed {
		return words.Usage(usage)
	}
	return showBucket(c, id, index)
}

func bucketIndex(cur *words.Cursor) (uint16, error) {
	word, err := cur.Value()
	if err != nil {
		return 0, err
	}
	index, ok := format.ParseU16(word, 0)
	if !ok {
		return 0, words.Invalid("invalid bucket index value", word)
	}
	return index, nil
}

func showBucket(c *object.Context, id uint32, index uint16) error {
	conn, err := c.Conn()
	if err != nil {
		return err
	}
	r := newRequest(rtmGetBucket, 0, c.Opt.Family)
	r.U32(unix.NHA_ID, id)
	nest := r.Nest(fib.NhaResBucket | unix.NLA_F_NESTED)
	r.U16(fib.BucketIndex, index)
	r.End(nest)
	p := c.Printer()
	v := fib.NewView(c, p)
	defer v.Close()
	return object.Kernel(conn.Get(r, func(m *rtnl.Msg) error {
		p.Open()
		defer p.Close()
		return printBucket(c, v, m)
	}))
}
