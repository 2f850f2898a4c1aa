package nexthop

import (
	"math"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/names"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/fib"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// change is a next hop under construction: the words, the request, and what of
// the header is known only at the end.
type change struct {
	*words.Cursor
	c   *object.Context
	req *rtnl.Request
	fib.NexthopHeader
}

// changeWords are in the order of precedence.
var changeWords = [...]applet.Row[func(*change) error]{
	{Name: "id", Exact: true, Value: parseID},
	{Name: "dev", Exact: true, Value: parseDev},
	{Name: "via", Exact: true, Value: parseVia},
	{Name: "encap", Exact: true, Value: parseEncap},
	{Name: "blackhole", Exact: true, Value: parseBlackhole},
	{Name: "fdb", Exact: true, Value: parseFDB},
	{Name: "onlink", Exact: true, Value: parseOnlink},
	{Name: "group", Exact: true, Value: parseGroup},
	{Name: "type", Exact: true, Value: parseType},
	{Name: "protocol", Value: parseProtocol},
	{Name: "help", Exact: true, Value: func(*change) error { return words.Usage(usage) }},
}

// modify returns the command that sends a message of the type.
func modify(typ, flags uint16) object.Main {
	return func(c *object.Context, args []string) error {
		ch := newChange(c, typ, flags)
		if err := ch.parse(args); err != nil {
			return err
		}
		conn, err := c.Conn()
		if err != nil {
			return err
		}
		if c.Opt.Echo {
			return echo(c, conn, ch.req)
		}
		return object.Kernel(conn.Do(ch.req, nil))
	}
}

// echo makes the change and prints what the kernel made of it. The object in an
// object is the original's.
func echo(c *object.Context, conn rtnl.Conn, req *rtnl.Request) error {
	answer, err := object.Echo(conn, req)
	if err != nil {
		return err
	}
	p := c.Printer()
	v := fib.NewView(c, p)
	defer v.Close()
	p.Open()
	p.OpenObject("")
	if answer != nil {
		err = print(c, v, answer)
	}
	p.CloseObject()
	p.Close()
	return err
}

func newChange(c *object.Context, typ, flags uint16) *change {
	ch := &change{c: c, req: newRequest(typ, flags, 0)}
	ch.Family = uint8(c.Opt.Family)
	return ch
}

func (ch *change) parse(args []string) error {
	ch.Cursor = words.New(args)
	for ; ch.More(); ch.Skip() {
		parse, ok := applet.Find(changeWords[:], ch.Word())
		if !ok {
			return words.Invalid("", ch.Word())
		}
		if err := parse(ch); err != nil {
			return err
		}
	}
	ch.Put(ch.req.Payload())
	return nil
}

// idValue reads the id of a next hop behind a keyword.
func idValue(cur *words.Cursor) (uint32, error) {
	word, err := cur.Value()
	if err != nil {
		return 0, err
	}
	id, ok := format.ParseU32(word, 0)
	if !ok {
		return 0, words.Invalid("invalid id value", word)
	}
	return id, nil
}

// device reads an interface behind a keyword.
func device(c *object.Context, cur *words.Cursor) (uint32, error) {
	word, err := cur.Value()
	if err != nil {
		return 0, err
	}
	index := c.Links().Index(word)
	if index == 0 {
		return 0, words.Invalid("Device does not exist\n", word)
	}
	return uint32(index), nil
}

// inet makes the family IPv4 if it is not known yet.
func (ch *change) inet() {
	if ch.Family == unix.AF_UNSPEC {
		ch.Family = unix.AF_INET
	}
}

func parseID(ch *change) error {
	id, err := idValue(ch.Cursor)
	if err != nil {
		return err
	}
	ch.req.U32(unix.NHA_ID, id)
	return nil
}

func parseDev(ch *change) error {
	index, err := device(ch.c, ch.Cursor)
	if err != nil {
		return err
	}
	ch.req.U32(unix.NHA_OIF, index)
	ch.inet()
	return nil
}

// parseVia reads `via [FAMILY] ADDRESS`.
func parseVia(ch *change) error {
	word, err := ch.Value()
	if err != nil {
		return err
	}
	family, ok := names.FamilyID(word)
	if !ok {
		family = int(ch.Family)
	} else if word, err = ch.Value(); err != nil {
		return err
	}
	p, err := ch.c.Addr(word, family)
	if err != nil {
		return err
	}
	if ch.Family == unix.AF_UNSPEC {
		ch.Family = uint8(p.Family)
	} else if int(ch.Family) != p.Family {
		if p.Family == unix.AF_PACKET {
			word = object.LinkWord(word)
		}
		return words.Invalid("address family mismatch\n", word)
	}
	ch.req.Attr(unix.NHA_GATEWAY, p.Addr)
	return nil
}

func parseEncap(ch *change) error {
	return fib.ParseEncap(ch.c, ch.Cursor, ch.req, unix.NHA_ENCAP, unix.NHA_ENCAP_TYPE)
}

func parseBlackhole(ch *change) error {
	ch.req.Flag(unix.NHA_BLACKHOLE)
	ch.inet()
	return nil
}

func parseFDB(ch *change) error {
	ch.req.Flag(fib.NhaFDB)
	return nil
}

func parseOnlink(ch *change) error {
	ch.Flags |= unix.RTNH_F_ONLINK
	return nil
}

func parseProtocol(ch *change) error {
	word, err := ch.Value()
	if err != nil {
		return err
	}
	protocol, ok := ch.c.Names().ProtoID(word)
	if !ok {
		return words.Invalid("\"protocol\" value is invalid\n", word)
	}
	ch.Protocol = protocol
	return nil
}

// parseGroup reads `group ID[,WEIGHT]/…` into a row of struct nexthop_grp.
func parseGroup(ch *change) error {
	word, err := ch.Value()
	if err != nil {
		return err
	}
	if word == "" {
		return words.Invalid("\"group\" value is invalid\n", word)
	}
	var b []byte
	for i, part := range strings.Split(word, "/") {
		id, weight, weighted := strings.Cut(part, ",")
		n, ok := format.ParseU32(id, 0)
		if !ok {
			return badGroup(word, part, i)
		}
		w := uint32(1)
		if weighted {
			if w, ok = format.ParseU32(weight, 0); !ok || w == 0 || w > 256 {
				return words.Invalid("\"weight\" is invalid\n", weight)
			}
		}
		b = native.AppendUint32(b, n)
		b = append(b, byte(w-1), 0, 0, 0)
	}
	ch.req.Attr(unix.NHA_GROUP, b)
	return nil
}

// badGroup refuses a group for its part i. The original has cut the word up by
// then: its message shows the beginning of the word up to the first separator.
func badGroup(word, part string, i int) error {
	if i > 0 || len(part) < len(word) || strings.Contains(part, ",") {
		word = word[:strings.IndexAny(word, "/,")]
	}
	return words.Invalid("\"group\" value is invalid\n", word)
}

// parseType reads `type mpath` or `type resilient [OPTION VALUE]…`.
func parseType(ch *change) error {
	word, err := ch.Value()
	if err != nil {
		return err
	}
	switch word {
	case "mpath":
		ch.req.U16(unix.NHA_GROUP_TYPE, fib.GroupMultipath)
	case "resilient":
		if err := ch.parseResilient(); err != nil {
			return err
		}
		ch.req.U16(unix.NHA_GROUP_TYPE, fib.GroupResilient)
	default:
		return words.Invalid("\"type\" value is invalid\n", word)
	}
	return nil
}

// parseResilient reads the options of a resilient group and leaves the cursor on
// the last word that it takes.
func (ch *change) parseResilient() error {
	if _, more := ch.Peek(); !more {
		return nil
	}
	nest := ch.req.Nest(fib.NhaResGroup | unix.NLA_F_NESTED)
	for ch.Skip(); ch.More(); ch.Skip() {
		name := ch.Word()
		if name != "buckets" && name != "idle_timer" && name != "unbalanced_timer" {
			break
		}
		word, err := ch.Value()
		if err != nil {
			return err
		}
		if err := ch.resilientOption(name, word); err != nil {
			return err
		}
	}
	ch.req.End(nest)
	ch.Back()
	return nil
}

func (ch *change) resilientOption(name, word string) error {
	switch name {
	case "buckets":
		n, ok := format.ParseU16(word, 0)
		if !ok {
			return words.Invalid("invalid buckets value", word)
		}
		ch.req.U16(fib.ResGroupBuckets, n)
	case "idle_timer":
		return ch.timer(fib.ResGroupIdleTimer, "invalid idle timer value", word)
	default:
		return ch.timer(fib.ResGroupUnbalancedTimer, "invalid unbalanced timer value", word)
	}
	return nil
}

// timer reads seconds; the message has hundredths of them.
func (ch *change) timer(attr uint16, reason, word string) error {
	n, ok := format.ParseU32(word, 0)
	if !ok || n >= math.MaxUint32/100 {
		return words.Invalid(reason, word)
	}
	ch.req.U32(attr, n*100)
	return nil
}
