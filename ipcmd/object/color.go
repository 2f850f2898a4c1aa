package object

import (
	"strings"

	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/words"
)

// ColorMode is the value of -color.
type ColorMode uint8

// The values of -color; never is the default.
const (
	ColorNever ColorMode = iota
	ColorAuto
	ColorAlways
)

// ColorOption reads -color[=MODE]; the part before = may be abbreviated.
func ColorOption(word string) (ColorMode, bool) {
	name, value, _ := strings.Cut(word, "=")
	if !words.Prefix(name, "-color") {
		return 0, false
	}
	switch value {
	case "", "always":
		return ColorAlways, true
	case "auto":
		return ColorAuto, true
	case "never":
		return ColorNever, true
	}
	return 0, false
}

// Palette chooses the colours for a mode: none for JSON.
func (c *Context) Palette(mode ColorMode) printer.Palette {
	if c.Opt.JSON || mode == ColorNever || mode == ColorAuto && !c.Env.Terminal() {
		return printer.Plain
	}
	return printer.PaletteFor(c.Env.Getenv("COLORFGBG"))
}
