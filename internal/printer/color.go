package printer

import "strings"

// Palette is a set of colours.
type Palette uint8

const (
	Plain Palette = iota // no colours
	Light                // for a light background, iproute2's default
	Dark                 // for a dark background
)

// Color is what a field is, as far as colours go.
type Color uint8

const (
	None Color = iota
	Ifname
	MAC
	Inet
	Inet6
	OperUp
	OperDown
)

// codes are the escape sequences of iproute2 6.1.
var codes = [...][2]string{
	Ifname:   {"\x1b[36m", "\x1b[1;36m"},
	MAC:      {"\x1b[33m", "\x1b[1;33m"},
	Inet:     {"\x1b[35m", "\x1b[1;35m"},
	Inet6:    {"\x1b[34m", "\x1b[1;34m"},
	OperUp:   {"\x1b[32m", "\x1b[1;32m"},
	OperDown: {"\x1b[31m", "\x1b[1;31m"},
}

const clearCode = "\x1b[0m"

// begin starts a colour.
func (p *Printer) begin(c Color) {
	if p.mode.Palette != Plain && c != None {
		p.buf = append(p.buf, codes[c][p.mode.Palette-Light]...)
	}
}

// end ends the colour that begin started.
func (p *Printer) end(c Color) {
	if p.mode.Palette != Plain && c != None {
		p.buf = append(p.buf, clearCode...)
	}
}

// PaletteFor chooses the palette by the value of the environment variable
// COLORFGBG: its last field tells the background; 0–6 and 8 are dark.
func PaletteFor(colorFGBG string) Palette {
	i := strings.LastIndexByte(colorFGBG, ';')
	if i < 0 {
		return Light
	}
	bg := colorFGBG[i+1:]
	if len(bg) == 1 && ('0' <= bg[0] && bg[0] <= '6' || bg[0] == '8') {
		return Dark
	}
	return Light
}
