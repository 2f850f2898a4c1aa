package topology

import (
	"fmt"
	"strings"
)

// Mermaid draws the map as a Mermaid flowchart (mermaid.js.org), which GitHub and
// GitLab show in Markdown.
func (m *Map) Mermaid() string {
	var b strings.Builder
	b.WriteString("flowchart LR\n")
	ids := m.ids()
	for i, box := range m.Boxes {
		fmt.Fprintf(&b, "  subgraph box%d[\"%s\"]\n", i, mermaidText(box.Title))
		for _, p := range box.Ports {
			fmt.Fprintf(&b, "    %s[\"%s\"]\n", ids[p], mermaidText(strings.Join(p.label(), "\n")))
		}
		for k, r := range box.Routes {
			fmt.Fprintf(&b, "    box%dr%d([\"%s\"])\n", i, k, mermaidText(r))
		}
		if len(box.Ports)+len(box.Routes) == 0 {
			fmt.Fprintf(&b, "    box%dempty[\"(nothing)\"]\n", i)
		}
		b.WriteString("  end\n")
	}
	for _, e := range m.edges() {
		fmt.Fprintf(&b, "  %s %s %s\n", ids[e.a], map[string]string{"port": "---", "on": "-.-", "wire": "<==>"}[e.what], ids[e.b])
	}
	return b.String()
}

// mermaidText writes text between Mermaid's quotes: by entities, and <br> for a
// new line.
func mermaidText(s string) string {
	r := strings.NewReplacer("\n", "<br>", `"`, "#quot;", "<", "#lt;", ">", "#gt;", "#", "#35;", "`", "#96;")
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = r.Replace(printable(lines[i]))
	}
	return strings.Join(lines, "<br>")
}

// DOT draws the map in the language of Graphviz.
func (m *Map) DOT() string {
	var b strings.Builder
	b.WriteString("graph nlbox {\n  rankdir=LR;\n  node [shape=box, fontname=\"monospace\"];\n")
	ids := m.ids()
	for i, box := range m.Boxes {
		label := append([]string{box.Title}, box.Routes...)
		fmt.Fprintf(&b, "  subgraph cluster%d {\n    label=%s;\n", i, dotText(label))
		for _, p := range box.Ports {
			fmt.Fprintf(&b, "    %s [label=%s];\n", ids[p], dotText(p.label()))
		}
		if len(box.Ports) == 0 {
			fmt.Fprintf(&b, "    box%dempty [label=\"(nothing)\", shape=plaintext];\n", i)
		}
		b.WriteString("  }\n")
	}
	for _, e := range m.edges() {
		style := map[string]string{"port": "", "on": " [style=dashed]", "wire": " [penwidth=2]"}[e.what]
		fmt.Fprintf(&b, "  %s -- %s%s;\n", ids[e.a], ids[e.b], style)
	}
	b.WriteString("}\n")
	return b.String()
}

func dotText(lines []string) string {
	r := strings.NewReplacer(`\`, `\\`, `"`, `\"`)
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = r.Replace(printable(l))
	}
	return `"` + strings.Join(out, `\n`) + `"`
}

// label is what stands in a port's box, line by line.
func (p *Port) label() []string {
	return append([]string{p.Name, p.describe()}, p.Addrs...)
}

// ids are names for the ports that any language takes.
func (m *Map) ids() map[*Port]string {
	ids := map[*Port]string{}
	for i, box := range m.Boxes {
		for k, p := range box.Ports {
			ids[p] = fmt.Sprintf("box%dp%d", i, k)
		}
	}
	return ids
}

// edge joins two ports: a master and its port, a link and what lies on it, or
// the ends of a wire.
type edge struct {
	what string
	a, b *Port
}

func (m *Map) edges() []edge {
	var out []edge
	for _, box := range m.Boxes {
		var master *Port
		named := map[string]*Port{}
		for _, p := range box.Ports {
			named[p.Name] = p
			switch {
			case !p.Inside:
				master = p
			case master != nil:
				out = append(out, edge{"port", master, p})
			}
		}
		for _, p := range box.Ports {
			if lower := named[p.On]; lower != nil {
				out = append(out, edge{"on", lower, p})
			}
		}
	}
	for _, w := range m.Wires {
		out = append(out, edge{"wire", w.A, w.B})
	}
	return out
}
