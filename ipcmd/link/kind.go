package link

import (
	"strings"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/names"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// Kind is a link type as `type NAME` knows it: one row of kinds.
type Kind struct {
	// Name is IFLA_INFO_KIND; one that ends in _slave is what a port of that
	// kind of master has.
	Name string
	// Help is the text of `ip link help NAME` and of a wrong option.
	Help string
	// HelpOut says that the help goes to stdout even after a wrong option.
	HelpOut bool
	// Noun is what the kind calls a word it does not know: "unknown NOUN".
	Noun string
	// WholeHelp says that the word help has no abbreviation.
	WholeHelp bool
	// EndsOnOff says that a value that is neither on nor off ends a batch too.
	EndsOnOff bool
	// Options are the kind's keywords, in the order in which they are tested.
	Options func() []Option
	// Parse reads the whole option line, for kinds that have more than
	// Options; nil for the others.
	Parse func(*kindParser) error
}

// Option is one keyword of a kind.
type Option struct {
	Name string
	// Exact takes the whole word only.
	Exact bool
	Value ValueType
	// Attr is the attribute that the value goes into.
	Attr uint16
	// Wrong is the reason given for a bad value.
	Wrong string
	// Names are the words of an Enum8 or Enum32, by their number; of a Const8,
	// Const is the number.
	Names []string
	Const uint64
	// Func reads the value where no ValueType fits.
	Func func(*kindParser) error
}

// ValueType says how the value of an option is read and sent.
type ValueType uint8

const (
	// Empty has no value and sends an attribute without payload.
	Empty ValueType = iota
	U8
	U16
	U32
	U64
	S32
	// Const8 and Const32 have no value and send Option.Const.
	Const8
	Const32
	// OnOff8 is "on" or "off" by parse_on_off: beginnings will do.
	OnOff8
	// Enum8 and Enum32 are one of Option.Names, or its number.
	Enum8
	Enum32
	// EtherProto is an Ethernet protocol, sent in network order.
	EtherProto
	// LLAddr is a link-layer address.
	LLAddr
	// Device is an interface, sent as its index; its absence is a wrong value.
	Device
	// DeviceName is the same, but its absence is "Cannot find device".
	DeviceName
	// Custom calls Option.Func.
	Custom
)

// kindParser reads the options behind `type KIND`.
type kindParser struct {
	*words.Cursor
	c    *object.Context
	r    *rtnl.Request
	kind *Kind
	// change is the command that the options belong to.
	change *change
	// seen marks the attributes that a keyword may set only once.
	seen uint64
}

// parse reads all options of the kind.
func (p *kindParser) parse() error {
	if p.kind.Parse != nil {
		return p.kind.Parse(p)
	}
	if p.kind.Options == nil {
		return nil
	}
	return p.options(p.kind.Options())
}

// options reads the words by the table.
func (p *kindParser) options(table []Option) error {
	for ; p.More(); p.Skip() {
		o := findOption(table, p.Word())
		if o == nil {
			return p.unknown()
		}
		if err := p.option(o); err != nil {
			return err
		}
	}
	return nil
}

func findOption(table []Option, word string) *Option {
	for i := range table {
		if word == table[i].Name || !table[i].Exact && words.Prefix(word, table[i].Name) {
			return &table[i]
		}
	}
	return nil
}

// unknown refuses the current word, or gives the help that it asks for.
func (p *kindParser) unknown() error {
	text := ""
	if !p.Prefix("help") || p.kind.WholeHelp && !p.Is("help") {
		text = p.kind.Name + ": unknown " + p.kind.Noun + ` "` + p.Word() + "\"?\n"
	}
	return p.explain(text)
}

// explain fails with text and the kind's help.
func (p *kindParser) explain(text string) error {
	if p.kind.HelpOut {
		p.c.Env.Stdout.WriteString(p.kind.Help)
		return object.Fail(object.StatusLocal, strings.TrimSuffix(text, "\n"))
	}
	return object.Fail(object.StatusLocal, text+strings.TrimSuffix(p.kind.Help, "\n"))
}

// read reads the value of a keyword as a number; wrong is the reason given for
// one that is none.
func read[T any](p *kindParser, parse func(string, int) (T, bool), wrong string) (n T, err error) {
	v, err := p.Value()
	if err != nil {
		return n, err
	}
	return parsed(v, parse, wrong)
}

// readOnce is read for a keyword that may set its attribute once.
func readOnce[T any](p *kindParser, attr uint16, key string, parse func(string, int) (T, bool), wrong string) (n T, err error) {
	v, err := p.valueOnce(attr, key)
	if err != nil {
		return n, err
	}
	return parsed(v, parse, wrong)
}

func parsed[T any](v string, parse func(string, int) (T, bool), wrong string) (T, error) {
	n, ok := parse(v, 0)
	if !ok {
		return n, words.Invalid(wrong, v)
	}
	return n, nil
}

// upTo is format.ParseU32 with an upper bound.
func upTo(most uint32) func(string, int) (uint32, bool) {
	return func(s string, base int) (uint32, bool) {
		n, ok := format.ParseU32(s, base)
		return n, ok && n <= most
	}
}

// valueOnce reads the value of a keyword that may be given once.
func (p *kindParser) valueOnce(attr uint16, key string) (string, error) {
	v, err := p.Value()
	if err != nil {
		return "", err
	}
	return v, p.once(attr, key)
}

// has tells whether a keyword for the attribute was read.
func (p *kindParser) has(attr uint16) bool { return p.seen&(1<<attr) != 0 }

// once fails when the attribute was set before.
func (p *kindParser) once(attr uint16, key string) error {
	if p.seen&(1<<attr) != 0 {
		return words.Garbage(key, p.Word())
	}
	p.seen |= 1 << attr
	return nil
}

// option reads and sends one option.
func (p *kindParser) option(o *Option) error {
	switch o.Value {
	case Empty:
		p.r.Flag(o.Attr)
		return nil
	case Const8:
		p.r.U8(o.Attr, uint8(o.Const))
		return nil
	case Const32:
		p.r.U32(o.Attr, uint32(o.Const))
		return nil
	case Custom:
		return o.Func(p)
	}
	v, err := p.Value()
	if err != nil {
		return err
	}
	return p.value(o, v)
}

// value sends the value v of an option.
func (p *kindParser) value(o *Option, v string) error {
	ok := true
	switch o.Value {
	case U8:
		var n uint8
		if n, ok = format.ParseU8(v, 0); ok {
			p.r.U8(o.Attr, n)
		}
	case U16:
		var n uint16
		if n, ok = format.ParseU16(v, 0); ok {
			p.r.U16(o.Attr, n)
		}
	case U32:
		var n uint32
		if n, ok = format.ParseU32(v, 0); ok {
			p.r.U32(o.Attr, n)
		}
	case U64:
		var n uint64
		if n, ok = format.ParseU64(v, 0); ok {
			p.r.U64(o.Attr, n)
		}
	case S32:
		var n int32
		if n, ok = format.ParseS32(v, 0); ok {
			p.r.U32(o.Attr, uint32(n))
		}
	case OnOff8:
		on, err := onOff(o.Name, v)
		if err != nil && p.kind.EndsOnOff {
			return object.Abort(object.StatusLocal, err.Error())
		}
		if err != nil {
			return err
		}
		p.r.U8(o.Attr, on)
	case Enum8, Enum32:
		var n int
		if n, ok = enum(o.Names, v); ok {
			p.sendEnum(o, n)
		}
	case EtherProto:
		var n uint16
		if n, ok = names.EtherProtoID(v); ok {
			p.r.BE16(o.Attr, n)
		}
	case LLAddr:
		a, err := llAddr(v)
		if err != nil {
			return err
		}
		p.r.Attr(o.Attr, a)
	case Device, DeviceName:
		return p.device(o, v)
	}
	if !ok {
		return words.Invalid(o.Wrong, v)
	}
	return nil
}

func (p *kindParser) sendEnum(o *Option, n int) {
	if o.Value == Enum32 {
		p.r.U32(o.Attr, uint32(n))
	} else {
		p.r.U8(o.Attr, uint8(n))
	}
}

func (p *kindParser) device(o *Option, name string) error {
	index := p.c.Links().Index(name)
	switch {
	case index != 0:
		p.r.U32(o.Attr, uint32(index))
		return nil
	case o.Value == DeviceName:
		return object.NoDevice(name)
	}
	return words.Invalid("Device does not exist\n", name)
}

// enum finds a word, or its number, in a list.
func enum(list []string, word string) (int, bool) {
	if n, ok := format.ParseS32(word, 10); ok && n >= 0 && int(n) < len(list) {
		return int(n), true
	}
	for i, name := range list {
		if name == word {
			return i, true
		}
	}
	return 0, false
}

// onOff is parse_on_off: a beginning of "off" or "on", "o" being off.
func onOff(key, word string) (uint8, error) {
	n, err := object.OneOf(key, word, []string{"off", "on"})
	return uint8(n), err
}

// strictOnOff takes the whole words "on" and "off" only.
func strictOnOff(key, word string) (bool, error) {
	switch word {
	case "on":
		return true, nil
	case "off":
		return false, nil
	}
	return false, object.Fail(object.StatusLocal,
		`Error: argument of "`+key+`" must be "on" or "off", not "`+word+`"`)
}

// maxLLAddr is the room that ip has for a link-layer address.
const maxLLAddr = 32

// llAddr reads a link-layer address.
func llAddr(word string) ([]byte, error) {
	a, bad, ok := format.ParseLLAddr(word, maxLLAddr)
	if !ok {
		return nil, object.Fail(object.StatusLocal, `"`+bad+`" is invalid lladdr.`)
	}
	return a, nil
}
