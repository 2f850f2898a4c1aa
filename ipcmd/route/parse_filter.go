package route

import (
	"strings"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/names"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// selector reads the words of list, flush and save into a filter.
type selector struct {
	*words.Cursor
	*filter
	c *object.Context
	// in and out are interfaces by name: they are looked up at the end.
	in, out       string
	hasIn, hasOut bool
}

// selectorWords are in the order of precedence.
var selectorWords = [...]applet.Row[func(*selector) error]{
	{Name: "table", Value: selectTable},
	{Name: "vrf", Value: selectVRF},
	{Name: "cached", Value: selectCached},
	{Name: "cloned", Value: selectCached},
	{Name: "tos", Exact: true, Value: selectTOS},
	{Name: "dsfield", Value: selectTOS},
	{Name: "protocol", Value: selectProtocol},
	{Name: "scope", Value: selectScope},
	{Name: "type", Value: selectType},
	{Name: "dev", Exact: true, Value: selectOut},
	{Name: "oif", Exact: true, Value: selectOut},
	{Name: "iif", Exact: true, Value: selectIn},
	{Name: "mark", Exact: true, Value: selectMark},
	{Name: "metric", Value: selectMetric},
	{Name: "priority", Value: selectMetric},
	{Name: "preference", Exact: true, Value: selectMetric},
	{Name: "via", Exact: true, Value: selectVia},
	{Name: "src", Exact: true, Value: selectSrc},
	{Name: "realms", Value: selectRealms},
	{Name: "from", Value: selectFrom},
}

// parseFilter reads a filter. Without a table it selects the table main.
func parseFilter(c *object.Context, args []string) (*filter, error) {
	s := &selector{Cursor: words.New(args), c: c, filter: &filter{
		family: uint8(c.Opt.Family),
		table:  unix.RT_TABLE_MAIN,
	}}
	for ; s.More(); s.Skip() {
		parse, ok := applet.Find(selectorWords[:], s.Word())
		if !ok {
			parse = selectTo
		}
		if err := parse(s); err != nil {
			return nil, err
		}
	}
	return s.filter, s.lookUp()
}

// lookUp finds the interfaces.
func (s *selector) lookUp() error {
	if s.hasIn {
		index := s.c.Links().Index(s.in)
		if index == 0 {
			return object.NoDevice(s.in)
		}
		s.iif, s.byIIF = uint32(index), true
	}
	if s.hasOut {
		index := s.c.Links().Index(s.out)
		if index == 0 {
			return object.NoDevice(s.out)
		}
		s.oif, s.byOIF = uint32(index), true
	}
	return nil
}

func selectTable(s *selector) error {
	word, err := s.Value()
	if err != nil {
		return err
	}
	id, ok := s.c.Names().TableID(word)
	switch {
	case ok:
		s.table = id
	case word == "all":
		s.table = 0
	case word == "cache":
		s.cloned = onlyClones
	case word == "help":
		return words.Usage(usage)
	default:
		return words.Invalid("table id value is invalid\n", word)
	}
	return nil
}

// selectVRF selects the table of a VRF without the routes to its own addresses.
func selectVRF(s *selector) error {
	word, err := s.Value()
	if err != nil {
		return err
	}
	id, err := s.c.VRFTable(word)
	if err != nil {
		return err
	}
	s.table = id
	s.kinds = ^(kindBit(unix.RTN_LOCAL) | kindBit(unix.RTN_BROADCAST))
	return nil
}

func selectCached(s *selector) error {
	s.cloned = onlyClones
	return nil
}

func selectTOS(s *selector) error {
	word, err := s.Value()
	if err != nil {
		return err
	}
	tos, ok := s.c.Names().DSFieldID(word)
	if !ok {
		return words.Invalid("TOS value is invalid\n", word)
	}
	s.tos, s.byTOS = tos, true
	return nil
}

func selectProtocol(s *selector) error {
	word, err := s.Value()
	if err != nil {
		return err
	}
	id, ok := s.c.Names().ProtoID(word)
	if !ok && word != "all" {
		return words.Invalid("invalid \"protocol\"\n", word)
	}
	s.protocol, s.byProtocol = id, ok
	return nil
}

func selectScope(s *selector) error {
	word, err := s.Value()
	if err != nil {
		return err
	}
	id, ok := s.c.Names().ScopeID(word)
	if !ok && word != "all" {
		return words.Invalid("invalid \"scope\"\n", word)
	}
	s.scope, s.byScope = id, ok
	return nil
}

func selectType(s *selector) error {
	word, err := s.Value()
	if err != nil {
		return err
	}
	kind, ok := names.RouteTypeID(word)
	if !ok {
		return words.Invalid("node type value is invalid\n", word)
	}
	s.kinds = kindBit(kind)
	return nil
}

func selectOut(s *selector) (err error) {
	s.out, err = s.Value()
	s.hasOut = true
	return err
}

func selectIn(s *selector) (err error) {
	s.in, err = s.Value()
	s.hasIn = true
	return err
}

func selectMark(s *selector) error {
	word, err := s.Value()
	if err != nil {
		return err
	}
	mark, ok := format.ParseU32(word, 0)
	if !ok {
		return words.Invalid("invalid mark value", word)
	}
	s.mark, s.byMark = mark, true
	return nil
}

func selectMetric(s *selector) error {
	word, err := s.Value()
	if err != nil {
		return err
	}
	metric, ok := format.ParseU32(word, 0)
	if !ok {
		return words.Invalid("\"metric\" value is invalid\n", word)
	}
	s.metric, s.byMetric = metric, true
	return nil
}

func selectVia(s *selector) error {
	word, err := s.Value()
	if err != nil {
		return err
	}
	family := int(s.family)
	if f, ok := names.FamilyID(word); ok {
		family = f
		if word, err = s.Value(); err != nil {
			return err
		}
	}
	s.via, err = s.c.Prefix(word, family)
	return err
}

func selectSrc(s *selector) error {
	word, err := s.Value()
	if err != nil {
		return err
	}
	s.prefSrc, err = s.c.Prefix(word, int(s.family))
	return err
}

// selectRealms reads FROM/TO, of which either may be missing: it is then not
// compared.
func selectRealms(s *selector) error {
	word, err := s.Value()
	if err != nil {
		return err
	}
	realms, ok := s.c.Names().RealmsID(word)
	if !ok {
		return words.Invalid("invalid realms\n", word)
	}
	s.realms, s.realmMask = realms, allRealms
	if realms&0xffff == 0 && strings.HasSuffix(word, "/") {
		s.realmMask &^= 0xffff
	}
	if realms&0xffff0000 == 0 && (!strings.Contains(word, "/") || word[0] == '/') {
		s.realmMask &^= 0xffff0000
	}
	return nil
}

// allRealms is the mask of a filter that gives both realms.
const allRealms = ^uint32(0)

// selectFrom reads `from [root|match|exact] PREFIX`.
func selectFrom(s *selector) error {
	if _, err := s.Value(); err != nil {
		return err
	}
	return s.prefixes(&s.srcRoot, &s.srcMatch)
}

// selectTo reads `[to] [root|match|exact] PREFIX`.
func selectTo(s *selector) error {
	if s.Prefix("to") {
		if _, err := s.Value(); err != nil {
			return err
		}
	}
	return s.prefixes(&s.dstRoot, &s.dstMatch)
}

func (s *selector) prefixes(root, match *prefixFilter) error {
	switch {
	case s.Prefix("root"):
		return s.prefixAfter(root)
	case s.Prefix("match"):
		return s.prefixAfter(match)
	case s.Prefix("exact"):
		if _, err := s.Value(); err != nil {
			return err
		}
	}
	err := s.prefix(match)
	*root = *match
	return err
}

func (s *selector) prefixAfter(p *prefixFilter) error {
	if _, err := s.Value(); err != nil {
		return err
	}
	return s.prefix(p)
}

func (s *selector) prefix(p *prefixFilter) (err error) {
	p.Prefix, err = s.c.Prefix(s.Word(), int(s.family))
	p.set = true
	return err
}
