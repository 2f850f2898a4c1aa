package rule

import (
	"encoding/binary"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/names"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

func add(c *object.Context, args []string) error {
	return modify(c, unix.RTM_NEWRULE, "add", args)
}

func del(c *object.Context, args []string) error {
	return modify(c, unix.RTM_DELRULE, "del", args)
}

// modify parses the words of add or del and has the kernel do it.
func modify(c *object.Context, typ uint16, name string, args []string) error {
	if len(args) == 0 {
		return object.Fail(object.StatusLocal, `"ip rule `+name+`" requires arguments.`)
	}
	ch := newChange(c, typ)
	if err := ch.parse(args); err != nil {
		return err
	}
	conn, err := c.Conn()
	if err != nil {
		return err
	}
	if !c.Opt.Echo {
		return object.Kernel(conn.Do(ch.req, nil))
	}
	return echo(c, conn, ch.req)
}

// echo makes the change and prints what the kernel made of it. The object in an
// object is the original's.
func echo(c *object.Context, conn rtnl.Conn, req *rtnl.Request) error {
	answer, err := object.Echo(conn, req)
	if err != nil {
		return err
	}
	var r record
	if answer != nil && r.decode(answer) {
		p := c.Printer()
		p.Open()
		p.OpenObject("")
		print(p, newView(c), &r)
		p.CloseObject()
		p.Close()
	}
	return nil
}

// change is a rule under construction: the request and what of its header is
// known only at the end.
type change struct {
	c   *object.Context
	req *rtnl.Request
	header
	isNew bool
	// tableID is that of the keyword table, 0 without it.
	tableID uint32
	// decided says that the action or the table is given: no default is needed.
	decided bool
	l3mdev  bool
}

func newChange(c *object.Context, typ uint16) *change {
	ch := &change{c: c, isNew: typ == unix.RTM_NEWRULE}
	ch.family = uint8(c.Opt.Family)
	flags := uint16(0)
	if ch.isNew {
		flags = unix.NLM_F_CREATE | unix.NLM_F_EXCL
		ch.action = actTable
	}
	ch.req = rtnl.NewRequest(typ, flags)
	ch.req.Body(make([]byte, headerSize))
	return ch
}

// parse reads the words into the request.
func (ch *change) parse(args []string) error {
	table := changeWords()
	cur := words.New(args)
	for ; cur.More(); cur.Skip() {
		k, ok := applet.Find(table, cur.Word())
		switch {
		case !ok:
			if err := ch.parseAction(cur); err != nil {
				return err
			}
			continue
		case k.flag != nil:
			k.flag(ch)
			continue
		}
		word, err := cur.Value()
		if err != nil {
			return err
		}
		if err := k.value(ch, word); err != nil {
			return err
		}
	}
	return ch.finish()
}

// finish checks what was read together and fills in the header.
func (ch *change) finish() error {
	if ch.l3mdev && ch.tableID != 0 {
		return object.Fail(int(unix.EINVAL), "table can not be specified for l3mdev rules")
	}
	if ch.family == unix.AF_UNSPEC {
		ch.family = unix.AF_INET
	}
	if !ch.decided && ch.isNew {
		ch.table = unix.RT_TABLE_MAIN
	}
	ch.put(ch.req.Payload())
	return nil
}

// parseAction reads what is no keyword: an action, perhaps behind "type".
func (ch *change) parseAction(cur *words.Cursor) error {
	if cur.Is("type") {
		if _, err := cur.Value(); err != nil {
			return err
		}
	}
	switch {
	case cur.Prefix("help"):
		return words.Usage(usage)
	case cur.Prefix("goto"):
		ch.action = actGoto
		word, err := cur.Value()
		if err != nil {
			return err
		}
		target, ok := format.ParseU32(word, 0)
		if !ok {
			return words.Invalid("invalid target\n", word)
		}
		ch.req.U32(unix.FRA_GOTO, target)
	case cur.Prefix("nop"):
		ch.action = actNop
	default:
		typ, ok := names.RouteTypeID(cur.Word())
		if !ok {
			return words.Invalid("Failed to parse rule type", cur.Word())
		}
		ch.action = typ
	}
	ch.decided = true
	return nil
}

// changeWord is a keyword of add and del: one without a value, or with one.
type changeWord struct {
	flag  func(*change)
	value func(*change, string) error
}

// changeWords are the keywords in the order in which ip tests them.
func changeWords() []applet.Row[changeWord] {
	type row = applet.Row[changeWord]
	value := func(f func(*change, string) error) changeWord { return changeWord{value: f} }
	flag := func(f func(*change)) changeWord { return changeWord{flag: f} }
	return []row{
		{Name: "not", Exact: true, Value: flag(func(ch *change) { ch.flags |= flagInvert })},
		{Name: "from", Exact: true, Value: value((*change).setFrom)},
		{Name: "to", Exact: true, Value: value((*change).setTo)},
		{Name: "preference", Value: value((*change).setPreference)},
		{Name: "order", Value: value((*change).setPreference)},
		{Name: "priority", Value: value((*change).setPreference)},
		{Name: "tos", Exact: true, Value: value((*change).setTOS)},
		{Name: "dsfield", Value: value((*change).setTOS)},
		{Name: "fwmark", Exact: true, Value: value((*change).setMark)},
		{Name: "realms", Value: value((*change).setRealms)},
		{Name: "protocol", Value: value((*change).setProtocol)},
		{Name: "tun_id", Value: value((*change).setTunID)},
		{Name: "table", Value: value((*change).setTable)},
		{Name: "lookup", Exact: true, Value: value((*change).setTable)},
		{Name: "suppress_prefixlength", Value: value((*change).setSuppressLength)},
		{Name: "sup_pl", Exact: true, Value: value((*change).setSuppressLength)},
		{Name: "suppress_ifgroup", Value: value((*change).setSuppressGroup)},
		{Name: "sup_group", Exact: true, Value: value((*change).setSuppressGroup)},
		{Name: "dev", Exact: true, Value: value((*change).setIIf)},
		{Name: "iif", Exact: true, Value: value((*change).setIIf)},
		{Name: "oif", Exact: true, Value: value((*change).setOIf)},
		{Name: "l3mdev", Exact: true, Value: flag((*change).setL3mdev)},
		{Name: "uidrange", Exact: true, Value: value((*change).setUIDs)},
		{Name: "nat", Exact: true, Value: value((*change).setNAT)},
		{Name: "map-to", Value: value((*change).setNAT)},
		{Name: "ipproto", Exact: true, Value: value((*change).setIPProto)},
		{Name: "sport", Exact: true, Value: value(func(ch *change, word string) error {
			return ch.setPorts(unix.FRA_SPORT_RANGE, word, "invalid port range\n")
		})},
		{Name: "dport", Exact: true, Value: value(func(ch *change, word string) error {
			return ch.setPorts(unix.FRA_DPORT_RANGE, word, "invalid dport range\n")
		})},
	}
}

func (ch *change) setFrom(word string) error {
	p, err := ch.c.Prefix(word, int(ch.family))
	if err != nil {
		return err
	}
	ch.srcLen = uint8(p.Bits)
	ch.req.Attr(unix.FRA_SRC, p.Addr)
	return nil
}

func (ch *change) setTo(word string) error {
	p, err := ch.c.Prefix(word, int(ch.family))
	if err != nil {
		return err
	}
	ch.dstLen = uint8(p.Bits)
	ch.req.Attr(unix.FRA_DST, p.Addr)
	return nil
}

func (ch *change) setPreference(word string) error {
	v, err := parsePreference(word)
	if err != nil {
		return err
	}
	ch.req.U32(unix.FRA_PRIORITY, v)
	return nil
}

func (ch *change) setTOS(word string) error {
	v, ok := ch.c.Names().DSFieldID(word)
	if !ok {
		return words.Invalid("TOS value is invalid\n", word)
	}
	ch.tos = v
	return nil
}

func (ch *change) setMark(word string) error {
	mark, mask, masked, err := parseMark(word)
	if err != nil {
		return err
	}
	ch.req.U32(unix.FRA_FWMARK, mark)
	if masked {
		ch.req.U32(unix.FRA_FWMASK, mask)
	}
	return nil
}

func (ch *change) setRealms(word string) error {
	v, ok := ch.c.Names().RealmsID(word)
	if !ok {
		return words.Invalid("invalid realms\n", word)
	}
	ch.req.U32(unix.FRA_FLOW, v)
	return nil
}

func (ch *change) setProtocol(word string) error {
	v, ok := ch.c.Names().ProtoID(word)
	if !ok {
		return words.Invalid("\"protocol\" value is invalid\n", word)
	}
	ch.req.U8(unix.FRA_PROTOCOL, v)
	return nil
}

func (ch *change) setTunID(word string) error {
	v, ok := format.ParseU64(word, 0)
	if !ok {
		return words.Invalid("\"tun_id\" value is invalid\n", word)
	}
	ch.req.Attr(unix.FRA_TUN_ID, binary.BigEndian.AppendUint64(nil, v))
	return nil
}

// setTable puts small numbers into the header, where old kernels look for them.
func (ch *change) setTable(word string) error {
	id, ok := ch.c.Names().TableID(word)
	if !ok {
		return words.Invalid("invalid table ID\n", word)
	}
	ch.tableID, ch.decided = id, true
	if id < 256 {
		ch.table = uint8(id)
		return nil
	}
	ch.table = unix.RT_TABLE_UNSPEC
	ch.req.U32(unix.FRA_TABLE, id)
	return nil
}

func (ch *change) setSuppressLength(word string) error {
	v, ok := format.ParseS32(word, 0)
	if !ok || v < 0 {
		return words.Invalid("suppress_prefixlength value is invalid\n", word)
	}
	ch.req.U32(unix.FRA_SUPPRESS_PREFIXLEN, uint32(v))
	return nil
}

func (ch *change) setSuppressGroup(word string) error {
	v, ok := ch.c.Names().GroupID(word)
	if !ok {
		return words.Invalid("Invalid \"suppress_ifgroup\" value\n", word)
	}
	ch.req.U32(unix.FRA_SUPPRESS_IFGROUP, v)
	return nil
}

func (ch *change) setIIf(word string) error {
	if !format.ValidIfname(word) {
		return words.Invalid(`"iif"/"dev" not a valid ifname`, word)
	}
	ch.req.Str(unix.FRA_IIFNAME, word)
	return nil
}

func (ch *change) setOIf(word string) error {
	if !format.ValidIfname(word) {
		return words.Invalid(`"oif" not a valid ifname`, word)
	}
	ch.req.Str(unix.FRA_OIFNAME, word)
	return nil
}

func (ch *change) setL3mdev() {
	ch.req.U8(unix.FRA_L3MDEV, 1)
	ch.l3mdev, ch.decided = true, true
}

func (ch *change) setUIDs(word string) error {
	start, end, err := parseUIDs(word)
	if err != nil {
		return err
	}
	ch.req.Attr(unix.FRA_UID_RANGE, native.AppendUint32(native.AppendUint32(nil, start), end))
	return nil
}

func (ch *change) setNAT(word string) error {
	ch.c.Warn("Warning: route NAT is deprecated")
	p, err := format.ParseAddr(word, format.FamilyInet)
	if err != nil {
		return object.Abort(object.StatusLocal,
			`Error: an IP address is expected rather than "`+word+`"`)
	}
	var a [4]byte // zeros for the words default, any and all
	copy(a[:], p.Addr)
	ch.req.Attr(attrGateway, a[:])
	ch.action = actNAT
	return nil
}

func (ch *change) setIPProto(word string) error {
	v, ok := ch.c.Names().IPProtoID(word)
	if !ok {
		return words.Invalid("Invalid \"ipproto\" value\n", word)
	}
	ch.req.U8(unix.FRA_IP_PROTO, uint8(v))
	return nil
}

func (ch *change) setPorts(attr uint16, word, problem string) error {
	p, err := parsePorts(word, problem)
	if err != nil {
		return err
	}
	ch.req.Attr(attr, p.bytes())
	return nil
}
