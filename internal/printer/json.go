package printer

import "unicode/utf8"

// jsonState is where in the document the next value goes.
type jsonState struct {
	depth int
	// comma is true when a value stands before the next one.
	comma bool
}

// Open starts the document: in JSON an array of records.
func (p *Printer) Open() {
	if p.mode.JSON {
		p.jsonBegin('[')
		if p.mode.Pretty {
			p.buf = append(p.buf, ' ')
		}
	}
}

// Close ends the document that Open started, and hands it on.
func (p *Printer) Close() {
	if p.mode.JSON {
		p.closeArray()
		p.buf = append(p.buf, '\n')
		p.json = jsonState{}
	}
	p.EndRecord()
}

// OpenObject starts an object, in an array when key is empty.
func (p *Printer) OpenObject(key string) {
	if p.mode.JSON {
		p.jsonObject(key)
	}
}

func (p *Printer) jsonObject(key string) {
	p.jsonName(key)
	p.jsonBegin('{')
}

// CloseObject ends it.
func (p *Printer) CloseObject() {
	if p.mode.JSON {
		p.jsonEnd('}')
	}
}

// OpenArray starts an array; text prints open instead.
func (p *Printer) OpenArray(key, open string) {
	if !p.mode.JSON {
		p.buf = append(p.buf, open...)
		return
	}
	p.jsonName(key)
	p.jsonBegin('[')
	if p.mode.Pretty {
		p.buf = append(p.buf, ' ')
	}
}

// CloseArray ends it; text prints close instead.
func (p *Printer) CloseArray(close string) {
	if !p.mode.JSON {
		p.buf = append(p.buf, close...)
		return
	}
	p.closeArray()
}

func (p *Printer) closeArray() {
	if p.mode.Pretty && p.json.comma {
		p.buf = append(p.buf, ' ')
	}
	p.json.comma = false
	p.jsonEnd(']')
}

// jsonSep puts the comma before a value that follows another.
func (p *Printer) jsonSep() {
	if p.json.comma {
		p.buf = append(p.buf, ',')
	}
	p.json.comma = true
}

// jsonName writes a member's name; an empty one is no member. Names are the
// house's own words: there is nothing in them to escape.
func (p *Printer) jsonName(key string) {
	if key == "" {
		return
	}
	if p.json.comma {
		p.buf = append(p.buf, ',')
	}
	p.jsonLine()
	p.json.comma = false
	p.buf = append(append(append(p.buf, '"'), key...), `":`...)
	if p.mode.Pretty {
		p.buf = append(p.buf, ' ')
	}
}

// jsonLine starts a line of pretty output.
func (p *Printer) jsonLine() {
	if p.mode.Pretty {
		p.buf = append(p.buf, '\n')
		p.buf = spaces(p.buf, 4*p.json.depth)
	}
}

func (p *Printer) jsonBegin(c byte) {
	p.jsonSep()
	p.buf = append(p.buf, c)
	p.json.depth++
	p.json.comma = false
}

func (p *Printer) jsonEnd(c byte) {
	p.json.depth--
	if p.json.comma {
		p.jsonLine()
	}
	p.buf = append(p.buf, c)
	p.json.comma = true
}

func (p *Printer) jsonString(s string) {
	p.jsonSep()
	p.jsonQuote(s)
}

// jsonText is jsonString for plain ASCII.
func (p *Printer) jsonText(b []byte) {
	p.jsonSep()
	p.buf = append(p.buf, '"')
	p.buf = append(p.buf, b...)
	p.buf = append(p.buf, '"')
}

// asItIs tells whether a byte stands for itself in a JSON string.
func asItIs(c byte) bool { return c >= ' ' && c < utf8.RuneSelf && c != '"' && c != '\\' }

const hexDigits = "0123456789abcdef"

// jsonQuote writes a JSON string: the escapes of iproute2, \u00XX for the other
// control characters (iproute2 has it since 7.0), and U+FFFD for what is not
// UTF-8, so that the document always is JSON.
func (p *Printer) jsonQuote(s string) {
	p.buf = append(p.buf, '"')
	from := 0
	for from < len(s) && asItIs(s[from]) {
		from++
	}
	p.buf = append(p.buf, s[:from]...)
	for i := from; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			p.buf = utf8.AppendRune(p.buf, r)
			i += n
			continue
		}
		i++
		switch c {
		case '\t':
			p.buf = append(p.buf, `\t`...)
		case '\n':
			p.buf = append(p.buf, `\n`...)
		case '\r':
			p.buf = append(p.buf, `\r`...)
		case '\f':
			p.buf = append(p.buf, `\f`...)
		case '\b':
			p.buf = append(p.buf, `\b`...)
		case '\\':
			p.buf = append(p.buf, `\\`...)
		case '"':
			p.buf = append(p.buf, `\"`...)
		default:
			if c < ' ' {
				p.buf = append(p.buf, `\u00`...)
				p.buf = append(p.buf, hexDigits[c>>4], hexDigits[c&15])
				continue
			}
			p.buf = append(p.buf, c)
		}
	}
	p.buf = append(p.buf, '"')
}
