package link

import (
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/ipcmd/object"
)

func macvlan(name string) Kind {
	return Kind{Name: name, Help: macvlanHelp(name), Noun: "option", Parse: parseMacvlan}
}

// The modes and flags of linux/if_link.h (enum macvlan_mode, MACVLAN_FLAG_*).
const (
	macvlanPassthru  = 8
	macvlanNoPromisc = 1
	macvlanNoDst     = 2
)

// macvlanOpts gathers what is checked when all words are read.
type macvlanOpts struct {
	mode     uint32
	flags    uint16
	hasFlags bool
}

func parseMacvlan(p *kindParser) error {
	var o macvlanOpts
	err := p.options([]Option{
		{Name: "mode", Value: Custom, Func: o.readMode},
		{Name: "flag", Value: Custom, Func: o.readFlag},
		{Name: "macaddr", Value: Custom, Func: macvlanAddr},
		{Name: "nopromisc", Value: Custom, Func: o.flag(macvlanNoPromisc)},
		{Name: "nodst", Value: Custom, Func: o.flag(macvlanNoDst)},
		{Name: "bcqueuelen", Value: Custom, Func: macvlanQueueLen},
	})
	if err != nil {
		return err
	}
	if o.mode != 0 {
		p.r.U32(unix.IFLA_MACVLAN_MODE, o.mode)
	}
	if !o.hasFlags {
		return nil
	}
	if o.flags&macvlanNoPromisc != 0 && o.mode != macvlanPassthru {
		return p.explain(p.kind.Name + ": nopromisc flag only valid in passthru mode\n")
	}
	p.r.U16(unix.IFLA_MACVLAN_FLAGS, o.flags)
	return nil
}

// oneOf refuses a word that is not in a list.
func oneOf(key, list, word string) error {
	return object.Fail(object.StatusLocal,
		`Error: argument of "`+key+`" must be `+list+`, not "`+word+`"`)
}

func (o *macvlanOpts) readMode(p *kindParser) error {
	v, err := p.Value()
	if err != nil {
		return err
	}
	i := slices.Index([]string{"private", "vepa", "bridge", "passthru", "source"}, v)
	if i < 0 {
		return oneOf("mode", `"private", "vepa", "bridge", "passthru" or "source"`, v)
	}
	o.mode = 1 << i
	return nil
}

func (o *macvlanOpts) readFlag(p *kindParser) error {
	v, err := p.Value()
	if err != nil {
		return err
	}
	switch v {
	case "nopromisc":
		o.flags |= macvlanNoPromisc
	case "nodst":
		o.flags |= macvlanNoDst
	case "null":
	default:
		return oneOf("flag", `"nopromisc", "nodst" or "null"`, v)
	}
	o.hasFlags = true
	return nil
}

func (o *macvlanOpts) flag(bit uint16) func(*kindParser) error {
	return func(*kindParser) error {
		o.flags |= bit
		o.hasFlags = true
		return nil
	}
}

func macvlanQueueLen(p *kindParser) error {
	v, err := p.Value()
	if err != nil {
		return err
	}
	n, ok := format.ParseU32(v, 0)
	if !ok {
		return oneOf("bcqueuelen", "a positive integer [0-4294967295]", v)
	}
	p.r.U32(unix.IFLA_MACVLAN_BC_QUEUE_LEN, n)
	return nil
}

// macLen is the length of an Ethernet address.
const macLen = 6

// macvlanAddr reads what is done to the source addresses that a macvlan of mode
// source takes.
func macvlanAddr(p *kindParser) error {
	v, err := p.Value()
	if err != nil {
		return err
	}
	mode := slices.Index([]string{"add", "del", "flush", "set"}, v)
	if mode < 0 {
		return p.explain("")
	}
	p.r.U32(unix.IFLA_MACVLAN_MACADDR_MODE, uint32(mode))
	switch v {
	case "add", "del":
		if v, err = p.Value(); err != nil {
			return err
		}
		a, err := llAddr(v)
		if err != nil {
			return err
		}
		if len(a) != macLen {
			return object.Fail(object.StatusLocal, "")
		}
		p.r.Attr(unix.IFLA_MACVLAN_MACADDR, a)
	case "set":
		p.macvlanAddrs()
	}
	return nil
}

// macvlanAddrs sends the addresses that follow. The first word that is none
// ends them; like the original it is complained of and then read as an option,
// up to its first colon.
func (p *kindParser) macvlanAddrs() {
	nest := p.r.Nest(unix.IFLA_MACVLAN_MACADDR_DATA)
	for {
		v, ok := p.Peek()
		if !ok {
			break
		}
		a, err := llAddr(v)
		if err != nil {
			p.c.Warn(err.Error())
		}
		if len(a) != macLen {
			if part, _, colon := strings.Cut(v, ":"); colon && !strings.Contains(v, ".") {
				p.Replace(part)
			}
			break
		}
		p.Skip()
		p.r.Attr(unix.IFLA_MACVLAN_MACADDR, a)
	}
	p.r.End(nest)
}

func macvlanHelp(kind string) string {
	return "Usage: ... " + kind + ` mode MODE [flag MODE_FLAG] MODE_OPTS [bcqueuelen BC_QUEUE_LEN]

MODE: private | vepa | bridge | passthru | source
MODE_FLAG: null | nopromisc | nodst
MODE_OPTS: for mode "source":
	macaddr { { add | del } <macaddr> | set [ <macaddr> [ <macaddr>  ... ] ] | flush }
BC_QUEUE_LEN: Length of the rx queue for broadcast/multicast: [0-4294967295]
`
}
