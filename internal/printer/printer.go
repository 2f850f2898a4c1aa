// Package printer prints records once for all forms of output: a field is named
// and formatted in one call and comes out as text, as -oneline, in colour or as
// JSON, byte for byte as iproute2 prints it.
//
//	p.Uint("mtu", "mtu %d ", mtu)   // text: mtu 1500   JSON: "mtu":1500
//
// A record is gathered in memory and leaves with EndRecord in one write; no
// call allocates once the buffer has its size.
//
// It imports the standard library only.
package printer

import (
	"io"
	"strconv"
	"unsafe"
)

// Mode says which form the output has.
type Mode struct {
	// JSON prints JSON and no text; Pretty spreads it over lines.
	JSON, Pretty bool
	// Oneline prints a backslash for every newline inside a record.
	Oneline bool
	// Palette is the set of colours, Plain for none. JSON has none.
	Palette Palette
	// Terminal says that a terminal reads along: control characters in values
	// are then shown as '?'.
	Terminal bool
}

// Printer writes records to one writer.
type Printer struct {
	w    io.Writer
	mode Mode
	buf  []byte
	json jsonState
}

// recordSize is what nearly all records fit in.
const recordSize = 4 << 10

// New returns a Printer on w.
func New(w io.Writer, mode Mode) *Printer {
	if mode.JSON {
		mode.Palette = Plain
	}
	return &Printer{w: w, mode: mode, buf: make([]byte, 0, recordSize)}
}

// JSON tells whether the output is JSON, for the few places where text and JSON
// differ in more than their form.
func (p *Printer) JSON() bool { return p.mode.JSON }

// Oneline tells whether -oneline is on.
func (p *Printer) Oneline() bool { return p.mode.Oneline }

// EndRecord hands what was gathered to the writer.
func (p *Printer) EndRecord() {
	if len(p.buf) > 0 {
		p.w.Write(p.buf)
		p.buf = p.buf[:0]
	}
}

// Text prints s in text output only.
func (p *Printer) Text(s string) {
	if !p.mode.JSON {
		p.buf = append(p.buf, s...)
	}
}

// NL prints a newline inside a record: a backslash with -oneline. Text only.
func (p *Printer) NL() {
	switch {
	case p.mode.JSON:
	case p.mode.Oneline:
		p.buf = append(p.buf, '\\')
	default:
		p.buf = append(p.buf, '\n')
	}
}

// String prints a text. format holds one %s, perhaps with a width (%-16s), or
// none: then text is format alone. An empty key makes an element of an array.
func (p *Printer) String(key, format, v string) { p.ColorString(None, key, format, v) }

// ColorString is String in a colour, which covers all of format.
func (p *Printer) ColorString(c Color, key, format, v string) {
	if p.mode.JSON {
		p.jsonName(key)
		p.jsonString(v)
		return
	}
	p.begin(c)
	if at := plain(format); at >= 0 && format[at+1] == 's' {
		p.around(format[:at], p.clean(v), format[at+2:])
	} else {
		f := split(format)
		p.buf = append(p.buf, f.head...)
		if f.kind != 0 {
			p.buf = pad(p.buf, f, p.clean(v))
		}
		p.buf = append(p.buf, f.tail...)
	}
	p.end(c)
}

// around appends v with what a format has before and behind it: mostly nothing
// and one blank.
func (p *Printer) around(head, v, tail string) {
	b := p.buf
	if head != "" {
		b = append(b, head...)
	}
	b = append(b, v...)
	if len(tail) == 1 {
		b = append(b, tail[0])
	} else {
		b = append(b, tail...)
	}
	p.buf = b
}

// Bytes is ColorString for a value that lies in a message or a scratch buffer.
// The value is read during the call only.
func (p *Printer) Bytes(c Color, key, format string, v []byte) {
	p.ColorString(c, key, format, bytesString(v))
}

// bytesString is v as a string, which is good only as long as v is not changed.
func bytesString(v []byte) string { return unsafe.String(unsafe.SliceData(v), len(v)) }

// Uint prints a number. format holds one of %d, %u, %x, %#x, %o, perhaps with a
// width and a zero (%02x). JSON has it in decimal.
func (p *Printer) Uint(key, format string, v uint64) { p.ColorUint(None, key, format, v) }

// ColorUint is Uint in a colour.
func (p *Printer) ColorUint(c Color, key, format string, v uint64) {
	if p.mode.JSON {
		p.jsonName(key)
		p.jsonSep()
		p.buf = strconv.AppendUint(p.buf, v, 10)
		return
	}
	p.begin(c)
	p.number(format, v, false)
	p.end(c)
}

// Int prints a signed number. Where format says %u, text has its 32 bits without
// the sign, as with C; JSON has the sign.
func (p *Printer) Int(key, format string, v int64) {
	if p.mode.JSON {
		p.jsonName(key)
		p.jsonSep()
		p.buf = strconv.AppendInt(p.buf, v, 10)
		return
	}
	if v < 0 {
		p.number(format, uint64(-v), true)
		return
	}
	p.number(format, uint64(v), false)
}

// Hex0x prints a number that JSON has as a text "0x2a"; zero is "0", as with
// C's %#x.
func (p *Printer) Hex0x(key, format string, v uint64) {
	if p.mode.JSON {
		var b [24]byte
		p.jsonName(key)
		p.jsonText(appendVerb(b[:0], verb{kind: 'x', alt: true}, v, false))
		return
	}
	p.number(format, v, false)
}

// Hex prints a number that JSON has as a text "2a".
func (p *Printer) Hex(key, format string, v uint64) {
	if p.mode.JSON {
		var b [24]byte
		p.jsonName(key)
		p.jsonText(strconv.AppendUint(b[:0], v, 16))
		return
	}
	p.number(format, v, false)
}

// Float prints a number: format holds one %g, %f or %.Nf; JSON has it as %g.
func (p *Printer) Float(key, format string, v float64) {
	if p.mode.JSON {
		p.jsonName(key)
		p.jsonSep()
		p.buf = appendG(p.buf, v)
		return
	}
	f := split(format)
	p.buf = append(p.buf, f.head...)
	if f.kind == 'g' {
		p.buf = appendG(p.buf, v)
	} else {
		p.buf = strconv.AppendFloat(p.buf, v, 'f', f.prec, 64)
	}
	p.buf = append(p.buf, f.tail...)
}

// Literal prints a value that is JSON as it is: a number with a fixed number of
// decimals. format holds one %s.
func (p *Printer) Literal(key, format string, v []byte) {
	if p.mode.JSON {
		p.jsonName(key)
		p.jsonSep()
		p.buf = append(p.buf, v...)
		return
	}
	p.Bytes(None, key, format, v)
}

// Bool prints "true" or "false" in text and JSON.
func (p *Printer) Bool(key, format string, v bool) { p.truth(key, format, v, "true", "false") }

// OnOff prints "on" or "off" in text, a truth value in JSON.
func (p *Printer) OnOff(key, format string, v bool) { p.truth(key, format, v, "on", "off") }

func (p *Printer) truth(key, format string, v bool, yes, no string) {
	if p.mode.JSON {
		p.jsonName(key)
		p.jsonSep()
		p.buf = strconv.AppendBool(p.buf, v)
		return
	}
	word := no
	if v {
		word = yes
	}
	p.ColorString(None, key, format, word)
}

// Null prints v in text and null in JSON.
func (p *Printer) Null(key, format, v string) {
	if p.mode.JSON {
		p.jsonName(key)
		p.jsonSep()
		p.buf = append(p.buf, "null"...)
		return
	}
	p.ColorString(None, key, format, v)
}

// number prints v by format; neg puts a minus before it.
func (p *Printer) number(format string, v uint64, neg bool) {
	if at := plain(format); at >= 0 && !neg && (format[at+1] == 'd' || format[at+1] == 'u') {
		var b [20]byte
		p.around(format[:at], bytesString(strconv.AppendUint(b[:0], v, 10)), format[at+2:])
		return
	}
	f := split(format)
	p.buf = append(p.buf, f.head...)
	p.buf = appendVerb(p.buf, f, v, neg)
	p.buf = append(p.buf, f.tail...)
}

// clean takes control characters out of what a terminal will show.
func (p *Printer) clean(s string) string {
	if !p.mode.Terminal {
		return s
	}
	for i := 0; i < len(s); i++ {
		if isControl(s[i]) {
			return string(cleanBytes([]byte(s)))
		}
	}
	return s
}

func isControl(b byte) bool { return b < ' ' || b == 0x7f }

func cleanBytes(b []byte) []byte {
	for i, c := range b {
		if isControl(c) {
			b[i] = '?'
		}
	}
	return b
}
