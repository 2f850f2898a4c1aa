package topology

import (
	"fmt"
	"strings"
)

// Measures of the drawing, in pixels. The font is monospaced, so that widths are
// known without measuring text.
const (
	letter   = 7.9
	rowStep  = 22
	margin   = 24
	inset    = 14
	boxGap   = 26
	channel  = 16
	wireRoom = 30
)

// wireColours take turns, so that wires that run side by side can be told apart.
var wireColours = [...]string{"#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e", "#17becf", "#8c564b", "#e377c2"}

// SVG draws the map as a picture that any browser shows: boxes below each other,
// wires at their right.
func (m *Map) SVG() string {
	d := &drawing{at: map[*Port]float64{}}
	d.width = m.textWidth()*letter + 4*inset
	d.lanes = m.lanes()
	for _, box := range m.Boxes {
		d.box(box)
	}
	for i := range m.Wires {
		d.wire(&m.Wires[i])
	}
	total := margin + d.width + margin + wireRoom + float64(d.laneCount())*channel
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%.0f" viewBox="0 0 %.0f %.0f" font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, monospace" font-size="13">`+"\n",
		total, d.y+margin, total, d.y+margin)
	b.WriteString(`<rect width="100%" height="100%" fill="#ffffff"/>` + "\n")
	b.WriteString(d.shapes.String())
	b.WriteString("</svg>\n")
	return b.String()
}

type drawing struct {
	shapes strings.Builder
	width  float64
	// y is where the last shape ended; at is the height of each port's row.
	y     float64
	at    map[*Port]float64
	lanes []int
}

func (d *drawing) laneCount() int {
	n := 0
	for _, l := range d.lanes {
		n = max(n, l+1)
	}
	return n
}

// row is what stands in a port's row.
func (p *Port) row() string {
	return strings.Join(append([]string{p.describe()}, p.Addrs...), "  ")
}

// textWidth is the length of the longest row, in letters.
func (m *Map) textWidth() float64 {
	widest := 30
	for _, box := range m.Boxes {
		widest = max(widest, width(box.Title)+2)
		for _, p := range box.Ports {
			widest = max(widest, box.nameWidth()+2+width(p.row()))
		}
		for _, r := range box.Routes {
			widest = max(widest, width(r))
		}
	}
	return float64(widest)
}

func (box *Box) nameWidth() int {
	n := 0
	for _, p := range box.Ports {
		w := width(p.Name)
		if p.Inside {
			w += 2
		}
		n = max(n, w)
	}
	return n
}

// box draws a box and remembers where its ports are.
func (d *drawing) box(box *Box) {
	top := d.y + boxGap
	if d.y == 0 {
		top = margin
	}
	y := top + rowStep + 8
	var inner strings.Builder
	d.masters(&inner, box, y)
	for _, p := range box.Ports {
		x := float64(margin + inset)
		if p.Inside {
			x += 2 * letter
		}
		svgText(&inner, x, y+15, "#1b1f24", "600", p.Name)
		svgText(&inner, margin+inset+float64(box.nameWidth()+2)*letter, y+15, stateColour(p.State), "", p.row())
		d.at[p] = y + rowStep/2
		y += rowStep
	}
	for _, r := range box.Routes {
		svgText(&inner, margin+inset, y+15, "#57606a", "", r)
		y += rowStep
	}
	if len(box.Ports)+len(box.Routes) == 0 {
		svgText(&inner, margin+inset, y+15, "#57606a", "", "(nothing)")
		y += rowStep
	}
	y += 8
	fmt.Fprintf(&d.shapes, `<rect x="%d" y="%.0f" width="%.0f" height="%.0f" rx="8" fill="%s" stroke="#8c959f"/>`+"\n",
		margin, top, d.width, y-top, boxColour(box))
	svgText(&d.shapes, margin+inset, top+18, "#0969da", "700", box.Title)
	d.shapes.WriteString(inner.String())
	d.y = y
}

// masters draws a frame around each bridge and its ports.
func (d *drawing) masters(b *strings.Builder, box *Box, y float64) {
	for i := 0; i < len(box.Ports); i++ {
		n := 1
		for i+n < len(box.Ports) && box.Ports[i+n].Inside {
			n++
		}
		if k := box.Ports[i].Kind; n > 1 || k == "bridge" || k == "bond" || k == "vrf" {
			fmt.Fprintf(b, `<rect x="%.0f" y="%.0f" width="%.0f" height="%d" rx="5" fill="#ddf4ff" stroke="#54aeff"/>`+"\n",
				float64(margin+inset/2), y+float64(i*rowStep)+1, d.width-inset, n*rowStep-2)
		}
		i += n - 1
	}
}

func boxColour(box *Box) string {
	if strings.HasPrefix(box.Title, "LAN ") {
		return "#fff8c5"
	}
	return "#f6f8fa"
}

func stateColour(state string) string {
	switch state {
	case "up", "forwarding":
		return "#116329"
	case "down", "disabled", "blocking", "no carrier":
		return "#cf222e"
	}
	return "#57606a"
}

// lanes gives each wire a channel of its own beside the boxes where it would
// cover another.
func (m *Map) lanes() []int {
	row := map[*Port]int{}
	n := 0
	for _, box := range m.Boxes {
		for _, p := range box.Ports {
			row[p] = n
			n++
		}
		n++
	}
	lanes := make([]int, len(m.Wires))
	for i := range m.Wires {
		for used := true; used; {
			used = false
			for k := range i {
				if lanes[k] == lanes[i] && overlap(row[m.Wires[i].A], row[m.Wires[i].B], row[m.Wires[k].A], row[m.Wires[k].B]) {
					lanes[i]++
					used = true
				}
			}
		}
	}
	return lanes
}

func overlap(a, b, c, d int) bool {
	return max(min(a, b), min(c, d)) <= min(max(a, b), max(c, d))
}

// wire draws a wire from port to port, by way of its channel.
func (d *drawing) wire(w *Wire) {
	x := margin + d.width
	right := x + wireRoom + float64(d.lanes[w.Number-1])*channel
	colour := wireColours[(w.Number-1)%len(wireColours)]
	ya, yb := d.at[w.A], d.at[w.B]
	bend := 8.0
	if yb < ya {
		bend = -bend
	}
	if ya == yb {
		return
	}
	fmt.Fprintf(&d.shapes, `<path d="M %.0f %.0f H %.0f Q %.0f %.0f %.0f %.0f V %.0f Q %.0f %.0f %.0f %.0f H %.0f" fill="none" stroke="%s" stroke-width="2"/>`+"\n",
		x, ya, right-8, right, ya, right, ya+bend, yb-bend, right, yb, right-8, yb, x, colour)
	for _, y := range []float64{ya, yb} {
		fmt.Fprintf(&d.shapes, `<circle cx="%.0f" cy="%.0f" r="4" fill="%s"/>`+"\n", x, y, colour)
	}
}

func svgText(b *strings.Builder, x, y float64, colour, weight, text string) {
	fmt.Fprintf(b, `<text x="%.1f" y="%.0f" fill="%s" xml:space="preserve"`, x, y, colour)
	if weight != "" {
		fmt.Fprintf(b, ` font-weight="%s"`, weight)
	}
	b.WriteString(">")
	b.WriteString(strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(printable(text)))
	b.WriteString("</text>\n")
}
