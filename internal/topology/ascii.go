package topology

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// columns is the width of the drawing.
const columns = 80

// ASCII draws the map with letters alone. A wire is "--N--" at both of its ends,
// each of which names the other.
func (m *Map) ASCII() string {
	var b strings.Builder
	for _, box := range m.Boxes {
		m.asciiBox(&b, box)
	}
	return b.String()
}

func (m *Map) asciiBox(b *strings.Builder, box *Box) {
	head := "+-- " + printable(box.Title) + " "
	b.WriteString(head + strings.Repeat("-", max(0, columns-1-width(head))) + "+\n")
	name, state := 0, 0
	for _, p := range box.Ports {
		name = max(name, width(p.indented()))
		state = max(state, width(p.describe()))
	}
	for _, p := range box.Ports {
		left := pad(p.indented(), name) + "  " + pad(p.describe(), state)
		var rest []string
		if p.Wire != 0 {
			rest = append(rest, m.wireNote(p))
		}
		asciiRow(b, left, append(rest, p.Addrs...))
	}
	for _, r := range box.Routes {
		asciiRow(b, printable(r), nil)
	}
	if len(box.Ports)+len(box.Routes) == 0 {
		asciiRow(b, "(nothing)", nil)
	}
	b.WriteString("+" + strings.Repeat("-", columns-2) + "+\n")
}

// indented is a port's name, at its place.
func (p *Port) indented() string {
	if p.Inside {
		return "  o " + printable(p.Name)
	}
	return printable(p.Name)
}

// describe is what a port is, and in which state.
func (p *Port) describe() string {
	text := p.State
	if p.Kind != "" {
		text = printable(p.Kind) + " " + text
	}
	if p.On != "" {
		text += " on " + printable(p.On)
	}
	return text
}

// wireNote names the other end of a wire.
func (m *Map) wireNote(p *Port) string {
	other := m.Other(p)
	to := other.Name
	if other.box != p.box {
		to = other.box.Title
		if !strings.HasPrefix(to, "LAN ") {
			to += " " + other.Name
		}
	}
	return "--" + strconv.Itoa(p.Wire) + "-- " + printable(to)
}

// asciiRow writes left and, beside it, as many of rest as there is room for; the
// others follow in rows of their own.
func asciiRow(b *strings.Builder, left string, rest []string) {
	const room = columns - 4
	line := left
	flush := func() {
		for width(line) > room {
			cut := runes(line, room)
			b.WriteString("| " + cut + " |\n")
			line = line[len(cut):]
		}
		b.WriteString("| " + pad(line, room) + " |\n")
	}
	for _, r := range rest {
		r = printable(r)
		if width(line)+2+width(r) > room {
			flush()
			line = strings.Repeat(" ", max(0, min(width(left), room-2-width(r))))
		}
		line += "  " + r
	}
	flush()
}

func width(s string) int { return utf8.RuneCountInString(s) }

// runes are the first n letters of s.
func runes(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}

func pad(s string, n int) string { return s + strings.Repeat(" ", max(0, n-width(s))) }
