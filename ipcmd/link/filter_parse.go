package link

import (
	"strings"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/names"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// filterParser reads the words of a Filter.
type filterParser struct {
	*words.Cursor
	c *object.Context
	f Filter
	// family is the family that is shown, which a prefix decides where none
	// was asked for.
	family int
}

// filterWord reads the value of a keyword.
type filterWord = func(*filterParser, string) error

func filterWords() []applet.Row[filterWord] {
	return []applet.Row[filterWord]{
		{Name: "label", Exact: true, Value: func(p *filterParser, w string) error {
			p.f.Label, p.f.ByLabel = w, true
			return nil
		}},
		{Name: "group", Exact: true, Value: (*filterParser).group},
		{Name: "master", Exact: true, Value: (*filterParser).master},
		{Name: "vrf", Exact: true, Value: (*filterParser).vrf},
		{Name: "type", Exact: true, Value: (*filterParser).kind},
	}
}

// ParseFilter reads the words of `ip link show` and of `ip address show`,
// `flush` and `save`. family is the family that was asked for; the one that is
// returned is that of the prefix where none was. help is what the word help
// and its beginnings get.
func ParseFilter(c *object.Context, args []string, family int, help func() error) (Filter, int, error) {
	p := &filterParser{Cursor: words.New(args), c: c, family: family}
	for ; p.More(); p.Skip() {
		if err := p.word(help); err != nil {
			return p.f, family, err
		}
	}
	return p.f, p.family, nil
}

// word reads one keyword and its value.
func (p *filterParser) word(help func() error) error {
	switch w := p.Word(); {
	case w == "to":
		return p.value((*filterParser).to)
	case w == "scope":
		return p.value((*filterParser).scope)
	case w == "up":
		p.f.Up = true
		return nil
	case p.flag(w):
		return nil
	case w == "nomaster":
		p.f.Master = NoMaster
		return nil
	case w == "dev":
		return p.value((*filterParser).dev)
	default:
		if read, ok := applet.Find(filterWords(), w); ok {
			return p.value(read)
		}
		if words.Prefix(w, "help") {
			return help()
		}
		return p.dev(w)
	}
}

func (p *filterParser) value(read filterWord) error {
	w, err := p.Value()
	if err != nil {
		return err
	}
	return read(p, w)
}

func (p *filterParser) to(w string) (err error) {
	p.f.Prefix, err = p.c.Prefix(w, p.family)
	if p.family == unix.AF_UNSPEC {
		p.family = p.f.Prefix.Family
	}
	return err
}

// scope reads a scope, or "all".
func (p *filterParser) scope(w string) error {
	scope, ok := p.c.Names().ScopeID(w)
	if !ok && w != "all" {
		return words.Invalid("invalid \"scope\"\n", w)
	}
	p.f.Scope, p.f.ByScope = scope, ok
	return nil
}

// flag reads the name of a flag of addresses, which a minus before it turns
// round, and tells whether it is one.
func (p *filterParser) flag(w string) bool {
	w, not := strings.CutPrefix(w, "-")
	switch w {
	case "dynamic":
		w, not = "permanent", !not
	case "primary":
		w, not = "secondary", !not
	}
	f, ok := names.AddrFlagByName(w)
	if !ok {
		return false
	}
	if not {
		p.f.Flags &^= f.Bit
	} else {
		p.f.Flags |= f.Bit
	}
	p.f.FlagMask |= f.Bit
	return true
}

func (p *filterParser) group(w string) error {
	group, ok := p.c.Names().GroupID(w)
	if !ok {
		return words.Invalid("Invalid \"group\" value\n", w)
	}
	p.f.Group, p.f.ByGroup = group, true
	return nil
}

func (p *filterParser) master(w string) error {
	p.f.Master = p.c.Links().Index(w)
	if p.f.Master == 0 {
		return words.Invalid("Device does not exist\n", w)
	}
	return nil
}

func (p *filterParser) vrf(w string) error {
	p.f.Master = p.c.Links().Index(w)
	if p.f.Master == 0 || kindOf(p.c, w) != "vrf" {
		return words.Invalid("Not a valid VRF name\n", w)
	}
	return nil
}

// slaveSuffix is at the end of the name of what a port of a kind has.
const slaveSuffix = "_slave"

func (p *filterParser) kind(w string) error {
	if kind, ok := strings.CutSuffix(w, slaveSuffix); ok {
		p.f.SlaveKind, p.f.BySlaveKind = kind, true
	} else {
		p.f.Kind, p.f.ByKind = w, true
	}
	return nil
}

func (p *filterParser) dev(w string) error {
	if p.f.ByDev {
		return words.Garbage("dev", w)
	}
	p.f.Dev, p.f.ByDev = w, true
	return nil
}
