package xfrm

import (
	"strconv"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// pen writes messages as text. What it has written leaves with flush.
type pen struct {
	b   []byte
	out *applet.Output
	// warn says what is wrong with a message.
	warn func(line string)

	stats, oneline bool
	moreStats      bool // -stats twice
	// family is that of addresses whose message does not tell.
	family uint16
	// device names an interface, proto an IP protocol.
	device func(index int32) string
	proto  func(uint8) string
}

func newPen(c *object.Context) *pen {
	return &pen{
		out: c.Env.Stdout, warn: c.Warn,
		stats: c.Opt.Stats > 0, moreStats: c.Opt.Stats > 1, oneline: c.Opt.Oneline,
		family: uint16(c.Opt.Family),
		device: c.Links().Name,
		proto:  func(v uint8) string { return ipProto(c, v) },
	}
}

func (p *pen) flush() {
	p.out.Write(p.b)
	p.b = p.b[:0]
}

// text writes words one after the other.
func (p *pen) text(words ...string) {
	for _, w := range words {
		p.b = append(p.b, w...)
	}
}

// count writes a number between two texts.
func (p *pen) count(before string, v uint64, behind string) {
	p.b = append(strconv.AppendUint(append(p.b, before...), v, 10), behind...)
}

// signed is count for a number that the original takes for one with a sign.
func (p *pen) signed(before string, v uint32, behind string) {
	p.b = append(strconv.AppendInt(append(p.b, before...), int64(int32(v)), 10), behind...)
}

// hex writes a number in hex with at least width digits.
func (p *pen) hex(before string, v uint64, width int, behind string) {
	p.b = append(append(p.b, before...), zeros(strconv.FormatUint(v, 16), width)...)
	p.text(behind)
}

// hex0x writes a number as C's %#x does: 0 is "0".
func (p *pen) hex0x(before string, v uint32, behind string) {
	if v != 0 {
		before += "0x"
	}
	p.hex(before, uint64(v), 0, behind)
}

// zeros fills a number up with zeros.
func zeros(number string, width int) string {
	const many = "00000000"
	return many[:min(max(width-len(number), 0), len(many))] + number
}

func (p *pen) addr(before string, family uint16, a address, behind string) {
	p.b = format.AppendAddr(append(p.b, before...), int(family), a[:])
	p.text(behind)
}

// nl ends a line of a message.
func (p *pen) nl() {
	if p.oneline {
		p.b = append(p.b, '\\')
	} else {
		p.b = append(p.b, '\n')
	}
}

// end ends a message.
func (p *pen) end() {
	if p.oneline {
		p.b = append(p.b, '\n')
	}
}

// truncated takes the place of what a message has not got to the end.
func (p *pen) truncated() {
	p.text("(ERROR truncated)")
	p.nl()
}

// flagNames writes the names of flags, and in hex what has none.
func (p *pen) flagNames(rows []row, flags uint32) {
	for i := range rows {
		bit := uint32(rows[i].value)
		if flags&bit == 0 {
			continue
		}
		flags &^= bit
		p.text(rows[i].name)
		if flags != 0 {
			p.text(" ")
		}
	}
	if flags != 0 {
		p.hex("", uint64(flags), 0, "")
	}
}

// bits writes flags as bits.
func (p *pen) bits(flags uint8) {
	p.text(" (0x", zeros(strconv.FormatUint(uint64(flags), 2), 8), ")")
}

// longEnough tells whether the payload of a message holds its structure, with
// its padding.
func (p *pen) longEnough(have, size int) bool {
	if short := have - (size+3)&^3; short < 0 {
		p.warn("BUG: wrong nlmsg len " + strconv.Itoa(short))
		return false
	}
	return true
}

// notA tells of a message of a type that has no place in an answer.
func (p *pen) notA(what string, m *rtnl.Msg) {
	hex := func(v uint64) string { return zeros(strconv.FormatUint(v, 16), 8) }
	p.warn("Not a " + what + ": " + hex(uint64(len(m.Raw))) + " " + hex(uint64(m.Type)) + " " + hex(uint64(m.Flags)))
}

// attrs parses the attributes behind a structure of a size.
func attrs(at rtnl.Attrs, m *rtnl.Msg, size int) {
	at.Parse(m.Data[min((size+3)&^3, len(m.Data)):])
}

// table has room for the attributes that are printed.
type table [attrIfID + 1][]byte
