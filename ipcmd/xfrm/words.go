package xfrm

import (
	"strings"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// parser reads the words of a command.
type parser struct {
	*words.Cursor
	c *object.Context
	// family is the address family that the words are about so far,
	// AF_UNSPEC if that is open.
	family uint16
}

func newParser(c *object.Context, args []string) *parser {
	return &parser{words.New(args), c, uint16(c.Opt.Family)}
}

// each calls keyword for every word that the calls before have left.
func (p *parser) each(keyword func() error) error {
	for ; p.More(); p.Skip() {
		if err := keyword(); err != nil {
			return err
		}
	}
	return nil
}

// group reads words that belong together, as long as keyword takes them. A word
// that it does not take is left for the caller, and the cursor is on the one
// before it.
func (p *parser) group(keyword func() (taken bool, err error)) error {
	for {
		taken, err := keyword()
		if err != nil {
			return err
		}
		if !taken {
			p.Back()
			return nil
		}
		if _, more := p.Peek(); !more {
			return nil
		}
		p.Skip()
	}
}

// u32 reads the value of a keyword. problem is what is wrong with other words.
func (p *parser) u32(into *uint32, problem string) error {
	word, err := p.Value()
	if err != nil {
		return err
	}
	v, ok := format.ParseU32(word, 0)
	if !ok {
		return words.Invalid(problem, word)
	}
	*into = v
	return nil
}

// u16 is u32 for 16 bits.
func (p *parser) u16(into *uint16, problem string) error {
	word, err := p.Value()
	if err != nil {
		return err
	}
	v, ok := format.ParseU16(word, 0)
	if !ok {
		return words.Invalid(problem, word)
	}
	*into = v
	return nil
}

// value reads the value of a keyword, which is one of the names of rows.
func (p *parser) value(into *uint8, rows []row, problem string) error {
	word, err := p.Value()
	if err != nil {
		return err
	}
	v, ok := number(rows, word)
	if !ok {
		return words.Invalid(problem, word)
	}
	*into = v
	return nil
}

// once remembers that a keyword was met. It must not be a second time.
func (p *parser) once(seen *bool, key string) error {
	if *seen {
		return words.Duplicate(key, p.Word())
	}
	*seen = true
	return nil
}

// prefix reads an address behind the keyword, with or without its length.
func (p *parser) prefix(keyword string) (format.Prefix, error) {
	word, err := p.Value()
	if err != nil {
		return format.Prefix{}, err
	}
	a, err := p.c.Prefix(word, int(p.family))
	if err == nil && a.Family == unix.AF_UNSPEC {
		err = words.Invalid(`value after "`+keyword+`" has an unrecognized address family`, word)
	}
	return a, err
}

// pair are the addresses of a row of words.
type pair struct{ src, dst format.Prefix }

// set takes up one of them.
func (a *pair) set(p *parser, into *format.Prefix, addr *address, bits *uint8, family *uint16) error {
	v, err := p.prefix(p.Word())
	if err != nil {
		return err
	}
	*into, *bits, *family = v, uint8(v.Bits), uint16(v.Family)
	*addr = address{}
	copy(addr[:], v.Addr)
	return nil
}

// same tells that both are of one family.
func (a *pair) same(p *parser) error {
	if a.src.Family != 0 && a.dst.Family != 0 && a.src.Family != a.dst.Family {
		return words.Invalid(`the same address family is required between values after "src" and "dst"`, p.Word())
	}
	return nil
}

// idWords is what the words of an ID say.
type idWords struct {
	id     identity
	src    address
	family uint16
	// How many bits of the addresses count, and what else was given, for
	// filters.
	srcBits, dstBits uint8
	hasProto, hasSPI bool
}

// id reads an ID. strict wants a protocol.
func (p *parser) id(w *idWords, strict bool) error {
	var addrs pair
	if err := p.group(func() (bool, error) { return p.idWord(w, &addrs) }); err != nil {
		return err
	}
	if err := addrs.same(p); err != nil {
		return err
	}
	if w.id.spi != 0 && w.id.proto != 0 {
		switch {
		case isRouting(w.id.proto):
			return local(`"spi" is invalid with XFRM-PROTO value "` + protoName(w.id.proto) + `"`)
		case w.id.proto == unix.IPPROTO_COMP && w.id.spi > 0xffff:
			return local(`SPI value is too large with XFRM-PROTO value "` + protoName(w.id.proto) + `"`)
		}
	}
	if strict && w.id.proto == 0 {
		return words.Missing("XFRM-PROTO")
	}
	return nil
}

func (p *parser) idWord(w *idWords, addrs *pair) (taken bool, err error) {
	switch {
	case p.Is("src"):
		return true, addrs.set(p, &addrs.src, &w.src, &w.srcBits, &w.family)
	case p.Is("dst"):
		return true, addrs.set(p, &addrs.dst, &w.id.dst, &w.dstBits, &w.family)
	case p.Is("proto"):
		w.hasProto = true
		return true, p.value(&w.id.proto, protoRows[:], "XFRM-PROTO value is invalid")
	case p.Is("spi"):
		w.hasSPI = true
		return true, p.u32(&w.id.spi, "SPI value is invalid")
	}
	return false, nil
}

// mode reads a mode, which may be abbreviated.
func (p *parser) mode(into *uint8) error {
	word, err := p.Value()
	if err != nil {
		return err
	}
	for i := range modeRows {
		if words.Prefix(word, modeRows[i].name) {
			*into = modeRows[i].value
			return nil
		}
	}
	return words.Invalid("MODE value is invalid", word)
}

func (p *parser) reqID(into *uint32) error { return p.u32(into, "REQID value is invalid") }

// seq reads a sequence number, which lies in the message in network order.
func (p *parser) seq(into *uint32) error {
	if err := p.u32(into, "SEQ value is invalid"); err != nil {
		return err
	}
	*into = swapped(*into)
	return nil
}

// swapped turns network order into the machine's, and back.
func swapped(v uint32) uint32 {
	f := fields{native.AppendUint32(nil, v)}
	return f.be32()
}

// mark reads a mark and its mask, all bits if there is none.
func (p *parser) mark(into *mark) error {
	if err := p.u32(&into.value, "MARK value is invalid\n"); err != nil {
		return err
	}
	given, err := p.mask(&into.mask, "MASK value is invalid\n")
	if err == nil && !given {
		into.mask = 0xffffffff
	}
	return err
}

// mask reads "mask MASK", which may follow.
func (p *parser) mask(into *uint32, problem string) (given bool, err error) {
	if next, ok := p.Peek(); !ok || next != "mask" {
		return false, nil
	}
	p.Skip()
	return true, p.u32(into, problem)
}

// flags reads flags: their names, or one number in hex. Unknown names are left
// to the caller.
func (p *parser) flags(into *uint8, rows []row) error {
	word, err := p.Value()
	if err != nil {
		return err
	}
	if isHex(word) {
		v, ok := format.ParseU8(word, 16)
		if !ok {
			return words.Invalid("FLAG value is invalid", word)
		}
		*into = v
		return nil
	}
	return p.group(func() (bool, error) {
		v, ok := number(rows, p.Word())
		*into |= v
		return ok, nil
	})
}

// isHex tells words like "0x1f".
func isHex(word string) bool { return len(word) > 2 && strings.HasPrefix(word, "0x") }

// limitRows are the keywords of limits, with the indexes of limits.
var limitRows = [...]row{
	{"time-soft", softAdd}, {"time-hard", hardAdd}, {"time-use-soft", softUse}, {"time-use-hard", hardUse},
	{"byte-soft", softBytes}, {"byte-hard", hardBytes}, {"packet-soft", softPackets}, {"packet-hard", hardPackets},
}

// limit reads one limit of a lifetime.
func (p *parser) limit(into *limits) error {
	key, err := p.Value()
	if err != nil {
		return err
	}
	i, ok := number(limitRows[:], key)
	if !ok {
		return words.Invalid("LIMIT value is invalid", key)
	}
	word, err := p.Value()
	if err != nil {
		return err
	}
	v, ok := format.ParseU64(word, 0)
	if !ok {
		return words.Invalid(`value after "`+key+`" is invalid`, word)
	}
	into[i] = v
	return nil
}

// context reads a security context into the payload of its attribute.
func (p *parser) context(seen *bool) ([]byte, error) {
	if err := p.once(seen, "ctx"); err != nil {
		return nil, err
	}
	word, err := p.Value()
	if err != nil {
		return nil, err
	}
	n := len(word) + 1
	b := native.AppendUint16(nil, uint16(sizeSecCtx+n))
	b = native.AppendUint16(b, attrSecCtx)
	b = append(b, 1, 1) // algorithm, domain of interpretation
	b = native.AppendUint16(b, uint16(n))
	return append(append(b, word...), 0), nil
}

// unknown is the error for a word where no second ID or selector may be.
func (p *parser) unknown() error { return words.Invalid("unknown", p.Word()) }
