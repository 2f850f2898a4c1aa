package route

import (
	"strconv"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// lookup is the question of `ip route get` under construction.
type lookup struct {
	*words.Cursor
	c   *object.Context
	req *rtnl.Request
	header

	in, out       string // interfaces by name
	hasIn, hasOut bool
	mark          uint32

	hasDst, hasFrom, connected, fibMatch bool
}

// lookupWords are in the order of precedence.
var lookupWords = [...]applet.Row[func(*lookup) error]{
	{Name: "tos", Exact: true, Value: lookupTOS},
	{Name: "dsfield", Value: lookupTOS},
	{Name: "from", Value: lookupFrom},
	{Name: "iif", Value: lookupIn},
	{Name: "mark", Value: lookupMark},
	{Name: "oif", Value: lookupOut},
	{Name: "dev", Exact: true, Value: lookupOut},
	{Name: "notify", Value: lookupNotify},
	{Name: "connected", Value: lookupConnected},
	{Name: "vrf", Value: lookupVRF},
	{Name: "uid", Value: lookupUID},
	{Name: "fibmatch", Value: lookupFIBMatch},
	{Name: "as", Exact: true, Value: lookupAs},
	{Name: "sport", Value: lookupSport},
	{Name: "dport", Value: lookupDport},
	{Name: "ipproto", Value: lookupIPProto},
}

// parse reads the words into the request. Warnings about them are printed at
// once, as they come before an error in a later word.
func (l *lookup) parse(args []string) error {
	l.Cursor = words.New(args)
	l.family = uint8(l.c.Opt.Family)
	for ; l.More(); l.Skip() {
		parse, ok := applet.Find(lookupWords[:], l.Word())
		if !ok {
			parse = lookupTo
		}
		if err := parse(l); err != nil {
			return err
		}
	}
	if !l.hasDst {
		return object.Fail(object.StatusLocal, "need at least a destination address")
	}
	return l.finish()
}

func (l *lookup) finish() error {
	if l.hasIn {
		if err := l.device(unix.RTA_IIF, l.in); err != nil {
			return err
		}
	}
	if l.hasOut {
		if err := l.device(unix.RTA_OIF, l.out); err != nil {
			return err
		}
	}
	if l.mark != 0 {
		l.req.U32(unix.RTA_MARK, l.mark)
	}
	if l.family == unix.AF_UNSPEC {
		l.family = unix.AF_INET
	}
	if l.family == unix.AF_INET {
		l.flags |= unix.RTM_F_LOOKUP_TABLE // only IPv4 has it
	}
	if l.fibMatch {
		l.flags |= unix.RTM_F_FIB_MATCH
	}
	l.put(l.req.Payload())
	return nil
}

func (l *lookup) device(attr uint16, name string) error {
	index := l.c.Links().Index(name)
	if index == 0 {
		return object.NoDevice(name)
	}
	l.req.U32(attr, uint32(index))
	return nil
}

func lookupTOS(l *lookup) error {
	word, err := l.Value()
	if err != nil {
		return err
	}
	tos, ok := l.c.Names().DSFieldID(word)
	if !ok {
		return words.Invalid("TOS value is invalid\n", word)
	}
	l.tos = tos
	return nil
}

// prefix reads a prefix into an attribute; without a family so far it decides
// the family.
func (l *lookup) prefix(attr uint16, word string) (bits int, err error) {
	if words.Prefix(word, "help") {
		return 0, words.Usage(usage)
	}
	p, err := l.c.Prefix(word, int(l.family))
	if err != nil {
		return 0, err
	}
	if l.family == unix.AF_UNSPEC {
		l.family = uint8(p.Family)
	}
	if len(p.Addr) > 0 {
		l.req.Attr(attr, p.Addr)
	}
	return p.Bits, nil
}

func lookupFrom(l *lookup) error {
	word, err := l.Value()
	if err != nil {
		return err
	}
	l.hasFrom = true
	bits, err := l.prefix(unix.RTA_SRC, word)
	l.srcLen = uint8(bits)
	return err
}

// lookupTo reads `[to] ADDRESS`. A length that is not a host's is warned of.
func lookupTo(l *lookup) error {
	if l.Is("to") {
		if _, err := l.Value(); err != nil {
			return err
		}
	}
	bits, err := l.prefix(unix.RTA_DST, l.Word())
	if err != nil {
		return err
	}
	host := format.FamilyBits(int(l.family))
	if (l.family == unix.AF_INET || l.family == unix.AF_INET6) && bits != host {
		l.c.Warn("Warning: /" + strconv.Itoa(bits) + " as prefix is invalid, only /" +
			strconv.Itoa(host) + " (or none) is supported.")
		bits = host
	}
	l.dstLen = uint8(bits)
	l.hasDst = true
	return nil
}

func lookupIn(l *lookup) (err error) {
	l.in, err = l.Value()
	l.hasIn = true
	return err
}

func lookupOut(l *lookup) (err error) {
	l.out, err = l.Value()
	l.hasOut = true
	return err
}

func lookupVRF(l *lookup) error {
	word, err := l.Value()
	if err != nil {
		return err
	}
	l.out, l.hasOut = word, true
	_, err = l.c.VRF(word)
	return err
}

func lookupMark(l *lookup) error {
	word, err := l.Value()
	if err != nil {
		return err
	}
	mark, ok := format.ParseU32(word, 0)
	if !ok {
		return words.Invalid("invalid mark value", word)
	}
	l.mark = mark
	return nil
}

func lookupNotify(l *lookup) error {
	l.flags |= unix.RTM_F_NOTIFY
	return nil
}

func lookupConnected(l *lookup) error {
	l.connected = true
	return nil
}

func lookupFIBMatch(l *lookup) error {
	l.fibMatch = true
	return nil
}

func lookupUID(l *lookup) error {
	word, err := l.Value()
	if err != nil {
		return err
	}
	uid, ok := format.ParseU32(word, 0)
	if !ok {
		return words.Invalid("invalid UID\n", word)
	}
	l.req.U32(unix.RTA_UID, uid)
	return nil
}

func lookupAs(l *lookup) error {
	word, err := optionalTo(l.Cursor)
	if err != nil {
		return err
	}
	p, err := l.c.Addr(word, int(l.family))
	if err != nil {
		return err
	}
	if l.family == unix.AF_UNSPEC {
		l.family = uint8(p.Family)
	}
	l.req.Attr(unix.RTA_NEWDST, p.Addr)
	return nil
}

func lookupSport(l *lookup) error { return l.port(unix.RTA_SPORT, "sport") }
func lookupDport(l *lookup) error { return l.port(unix.RTA_DPORT, "dport") }

func (l *lookup) port(attr uint16, name string) error {
	word, err := l.Value()
	if err != nil {
		return err
	}
	port, ok := format.ParseU16(word, 0)
	if !ok {
		return words.Invalid("invalid "+name+"\n", word)
	}
	l.req.BE16(attr, port)
	return nil
}

func lookupIPProto(l *lookup) error {
	word, err := l.Value()
	if err != nil {
		return err
	}
	id, ok := l.c.Names().IPProtoID(word)
	if !ok {
		return words.Invalid("Invalid \"ipproto\" value\n", word)
	}
	l.req.U8(unix.RTA_IP_PROTO, uint8(id))
	return nil
}

// get asks which way a packet would take, and prints it.
func get(c *object.Context, args []string) error {
	l := &lookup{c: c, req: newRequest(unix.RTM_GETROUTE, 0)}
	if err := l.parse(args); err != nil {
		return err
	}
	conn, err := c.Conn()
	if err != nil {
		return err
	}
	p := c.Printer()
	pr := newPrinter(c, p, &filter{family: uint8(c.Opt.Family), cloned: anyClones})
	defer pr.Close()
	lone := false // there is no source that a socket could be bound to
	err = conn.Get(l.req, func(m *rtnl.Msg) error {
		p.Open()
		pr.Print(m)
		lone = !pr.r.at.Has(unix.RTA_PREFSRC) && !pr.r.at.Has(unix.RTA_SRC)
		if !l.connected || l.hasFrom || !lone {
			p.Close()
		}
		return nil
	})
	if err != nil || !l.connected || l.hasFrom {
		return object.Kernel(err)
	}
	return getAgain(c, conn, l.req, lone)
}

// getAgain asks the same once more for `connected`: the original means to ask as
// a socket would that is bound to the answer's source, but sends the old
// question, and prints the answer as text.
func getAgain(c *object.Context, conn rtnl.Conn, req *rtnl.Request, lone bool) error {
	if lone {
		return object.Fail(object.StatusLocal, "Failed to connect the route")
	}
	p := textPrinter(c)
	pr := newPrinter(c, p, &filter{family: uint8(c.Opt.Family), cloned: anyClones})
	defer pr.Close()
	return object.Kernel(conn.Get(req, pr.each))
}
