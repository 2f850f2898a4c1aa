package route

import (
	"strings"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/names"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// change is a route under construction: the words, the request, and what of the
// header is known only at the end.
type change struct {
	words.Cursor
	c   *object.Context
	req *rtnl.Request
	header
	del bool

	// metrics gathers the attributes of RTA_METRICS and locked the bits of its
	// RTAX_LOCK.
	metrics rtnl.Request
	locked  uint32

	dev                       string
	hasDev                    bool
	hasDst, hasVia, hasNHID   bool
	hasScope, hasTable, typed bool
}

func newChange(c *object.Context, typ, flags uint16) *change {
	// One is enough for all lines of a batch.
	ch, ok := c.Scratch.(*change)
	if !ok {
		ch = new(change)
		c.Scratch = ch
	}
	*ch = change{c: c, req: c.ChangeRequest(typ, flags)}
	ch.req.Body((&[headerSize]byte{})[:])
	ch.family = uint8(c.Opt.Family)
	ch.table = unix.RT_TABLE_MAIN
	ch.scope = unix.RT_SCOPE_NOWHERE
	if ch.del = typ == unix.RTM_DELROUTE; !ch.del {
		ch.protocol = unix.RTPROT_BOOT
		ch.scope = unix.RT_SCOPE_UNIVERSE
		ch.kind = unix.RTN_UNICAST
	}
	return ch
}

// A keyword reads its words, the cursor on the keyword, and leaves the cursor on
// the last word that it takes.
type keyword struct {
	parse func(*change, *keyword) error
	// metric says which attribute a metric's value goes to.
	metric metric
}

// keywords are in the order of precedence.
var keywords = [...]applet.Row[keyword]{
	{Name: "src", Exact: true, Value: keyword{parse: parseSrc}},
	{Name: "as", Exact: true, Value: keyword{parse: parseAs}},
	{Name: "via", Exact: true, Value: keyword{parse: parseVia}},
	{Name: "from", Exact: true, Value: keyword{parse: parseFrom}},
	{Name: "tos", Exact: true, Value: keyword{parse: parseTOS}},
	{Name: "dsfield", Value: keyword{parse: parseTOS}},
	{Name: "expires", Exact: true, Value: keyword{parse: parseExpires}},
	{Name: "metric", Value: keyword{parse: parsePriority}},
	{Name: "priority", Value: keyword{parse: parsePriority}},
	{Name: "preference", Exact: true, Value: keyword{parse: parsePriority}},
	{Name: "scope", Exact: true, Value: keyword{parse: parseScope}},
	{Name: "mtu", Exact: true, Value: keyword{parseMetric, metric{attr: unix.RTAX_MTU, name: "mtu"}}},
	{Name: "hoplimit", Exact: true, Value: keyword{parseMetric, metric{attr: unix.RTAX_HOPLIMIT, name: "hoplimit", max: 255}}},
	{Name: "advmss", Exact: true, Value: keyword{parseMetric, metric{attr: unix.RTAX_ADVMSS, name: "mss"}}},
	{Name: "reordering", Value: keyword{parseMetric, metric{attr: unix.RTAX_REORDERING, name: "reordering"}}},
	{Name: "rtt", Exact: true, Value: keyword{parseTime, metric{attr: unix.RTAX_RTT, name: "rtt", unit: 8}}},
	{Name: "rto_min", Exact: true, Value: keyword{parse: parseRTOMin}},
	{Name: "window", Value: keyword{parseMetric, metric{attr: unix.RTAX_WINDOW, name: "window"}}},
	{Name: "cwnd", Value: keyword{parseMetric, metric{attr: unix.RTAX_CWND, name: "cwnd"}}},
	{Name: "initcwnd", Value: keyword{parseMetric, metric{attr: unix.RTAX_INITCWND, name: "initcwnd"}}},
	{Name: "initrwnd", Value: keyword{parseMetric, metric{attr: unix.RTAX_INITRWND, name: "initrwnd"}}},
	{Name: "features", Value: keyword{parse: parseFeatures}},
	{Name: "quickack", Value: keyword{parseBit, metric{attr: unix.RTAX_QUICKACK, name: "quickack"}}},
	{Name: "congctl", Value: keyword{parse: parseCongestion}},
	{Name: "rttvar", Value: keyword{parseTime, metric{attr: unix.RTAX_RTTVAR, name: "rttvar", unit: 4}}},
	{Name: "ssthresh", Value: keyword{parseMetric, metric{attr: unix.RTAX_SSTHRESH, name: "ssthresh"}}},
	{Name: "realms", Value: keyword{parse: parseRealms}},
	{Name: "onlink", Exact: true, Value: keyword{parse: parseOnlink}},
	{Name: "nhid", Exact: true, Value: keyword{parse: parseNHID}},
	{Name: "protocol", Value: keyword{parse: parseProtocol}},
	{Name: "table", Value: keyword{parse: parseTable}},
	{Name: "vrf", Value: keyword{parse: parseVRF}},
	{Name: "dev", Exact: true, Value: keyword{parse: parseDev}},
	{Name: "oif", Exact: true, Value: keyword{parse: parseDev}},
	{Name: "pref", Value: keyword{parse: parsePref}},
	{Name: "encap", Exact: true, Value: keyword{parse: parseEncap}},
	{Name: "ttl-propagate", Exact: true, Value: keyword{parse: parseTTLPropagate}},
	{Name: "fastopen_no_cookie", Value: keyword{parseBit, metric{attr: unix.RTAX_FASTOPEN_NO_COOKIE, name: "fastopen_no_cookie"}}},
}

// parse reads the words into the request.
func (ch *change) parse(args []string) error {
	ch.Cursor = *words.New(args)
	nexthops := false
	for ; ch.More(); ch.Skip() {
		// It stands before the keyword that it is a prefix of no other.
		if nexthops = ch.Is("nexthop"); nexthops {
			break
		}
		err := error(nil)
		if k := findKeyword(ch.Word()); k != nil {
			err = k.parse(ch, k)
		} else {
			err = parseDst(ch)
		}
		if err != nil {
			return err
		}
	}
	if !ch.hasDst {
		return words.Usage(usage)
	}
	return ch.finish(nexthops)
}

func findKeyword(word string) *keyword {
	if word == "" || '0' <= word[0] && word[0] <= '9' {
		return nil // an address, in most of all words
	}
	for i := range keywords {
		row := &keywords[i]
		if row.Name[0] != word[0] {
			continue
		}
		if word == row.Name || !row.Exact && words.Prefix(word, row.Name) {
			return &row.Value
		}
	}
	return nil
}

// finish adds what stands at the end of the request and fills in the header.
func (ch *change) finish(nexthops bool) error {
	if ch.hasDev {
		index := ch.c.Links().Index(ch.dev)
		if index == 0 {
			return object.NoDevice(ch.dev)
		}
		ch.req.U32(unix.RTA_OIF, uint32(index))
	}
	ch.putMetrics()
	if nexthops {
		if err := ch.parseNexthops(); err != nil {
			return err
		}
	}
	ch.defaults(nexthops)
	ch.put(ch.req.Payload())
	return nil
}

// defaults chooses what the words did not say.
func (ch *change) defaults(nexthops bool) {
	if ch.family == unix.AF_UNSPEC {
		ch.family = unix.AF_INET
	}
	if !ch.hasTable {
		switch ch.kind {
		case unix.RTN_LOCAL, unix.RTN_BROADCAST, unix.RTN_NAT, unix.RTN_ANYCAST:
			ch.table = unix.RT_TABLE_LOCAL
		}
	}
	if !ch.hasScope {
		ch.defaultScope(nexthops)
	}
	if !ch.typed && ch.family == unix.AF_MPLS {
		ch.kind = unix.RTN_UNICAST
	}
}

func (ch *change) defaultScope(nexthops bool) {
	if ch.family == unix.AF_INET6 || ch.family == unix.AF_MPLS {
		ch.scope = unix.RT_SCOPE_UNIVERSE
		return
	}
	switch ch.kind {
	case unix.RTN_LOCAL, unix.RTN_NAT:
		ch.scope = unix.RT_SCOPE_HOST
	case unix.RTN_BROADCAST, unix.RTN_MULTICAST, unix.RTN_ANYCAST:
		ch.scope = unix.RT_SCOPE_LINK
	case unix.RTN_UNICAST, unix.RTN_UNSPEC:
		switch {
		case ch.del:
			ch.scope = unix.RT_SCOPE_NOWHERE
		case !ch.hasVia && !nexthops && !ch.hasNHID:
			ch.scope = unix.RT_SCOPE_LINK
		}
	}
}

// addr reads an address; without a family so far it decides the family.
func (ch *change) addr(word string) (format.Prefix, error) {
	p, err := ch.c.Addr(word, int(ch.family))
	if err == nil && ch.family == unix.AF_UNSPEC {
		ch.family = uint8(p.Family)
	}
	return p, err
}

// prefix is addr for a prefix.
func (ch *change) prefix(word string) (format.Prefix, error) {
	p, err := ch.c.Prefix(word, int(ch.family))
	if err == nil && ch.family == unix.AF_UNSPEC {
		ch.family = uint8(p.Family)
	}
	return p, err
}

func parseSrc(ch *change, _ *keyword) error {
	word, err := ch.Value()
	if err != nil {
		return err
	}
	p, err := ch.addr(word)
	if err != nil {
		return err
	}
	ch.req.Attr(unix.RTA_PREFSRC, p.Addr)
	return nil
}

// parseAs reads `as [to] ADDRESS`.
func parseAs(ch *change, _ *keyword) error {
	word, err := optionalTo(&ch.Cursor)
	if err != nil {
		return err
	}
	p, err := ch.addr(word)
	if err != nil {
		return err
	}
	ch.req.Attr(unix.RTA_NEWDST, p.Addr)
	return nil
}

// optionalTo returns the value of a keyword, which the word to may stand before.
func optionalTo(cur *words.Cursor) (string, error) {
	word, err := cur.Value()
	if err == nil && word == "to" {
		return cur.Value()
	}
	return word, err
}

func parseVia(ch *change, _ *keyword) error {
	if ch.hasVia {
		return words.Invalid("use nexthop syntax to specify multiple via\n", ch.Word())
	}
	ch.hasVia = true
	p, err := viaAddr(ch.c, &ch.Cursor, int(ch.family))
	if err != nil {
		return err
	}
	ch.gateway(&p)
	return nil
}

// viaAddr reads `via [FAMILY] ADDRESS`; without the word the address is of the
// route's family.
func viaAddr(c *object.Context, cur *words.Cursor, family int) (format.Prefix, error) {
	word, err := cur.Value()
	if err != nil {
		return format.Prefix{}, err
	}
	if f, ok := names.FamilyID(word); ok {
		family = f
		if word, err = cur.Value(); err != nil {
			return format.Prefix{}, err
		}
	}
	return c.Addr(word, family)
}

// gateway adds the attribute of a gateway: RTA_VIA for one of another family
// than the route's.
func (ch *change) gateway(p *format.Prefix) {
	if ch.family == unix.AF_UNSPEC {
		ch.family = uint8(p.Family)
	}
	if p.Family == int(ch.family) {
		ch.req.Attr(unix.RTA_GATEWAY, p.Addr)
		return
	}
	b := native.AppendUint16(nil, uint16(p.Family))
	ch.req.Attr(unix.RTA_VIA, append(b, p.Addr...))
}

// parseDst reads what is no keyword: `[to] [TYPE] PREFIX`. A word that begins
// with a digit is no type.
func parseDst(ch *change) error {
	if ch.Is("to") {
		if _, err := ch.Value(); err != nil {
			return err
		}
	}
	if word := ch.Word(); !startsWithDigit(word) {
		if kind, ok := names.RouteTypeID(word); ok {
			if _, err := ch.Value(); err != nil {
				return err
			}
			ch.kind, ch.typed = kind, true
		}
	}
	word := ch.Word()
	if words.Prefix(word, "help") {
		return words.Usage(usage)
	}
	if ch.hasDst {
		return words.Garbage("to", word)
	}
	p, err := ch.prefix(word)
	if err != nil {
		return err
	}
	ch.dstLen = uint8(p.Bits)
	ch.hasDst = true
	if len(p.Addr) > 0 {
		ch.req.Attr(unix.RTA_DST, p.Addr)
	}
	return nil
}

func startsWithDigit(word string) bool {
	return strings.IndexByte("0123456789", firstByte(word)) >= 0
}

func firstByte(word string) byte {
	if word == "" {
		return 0
	}
	return word[0]
}
