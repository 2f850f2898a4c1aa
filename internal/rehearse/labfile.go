package rehearse

import (
	"fmt"
	"io"
	"net/netip"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"
)

// A lab file is a txtar archive: lines that describe the lab, and below them the
// scripts, each behind its "-- NAME --". docs/lab.md is its description, and
// `nlbox rehearse --print-lab article` shows one.
//
//	lan NAME
//	host NAME [forward]
//	interface NAME LAN [mac MAC] [metric N] [ADDRESS/LENGTH]…
//	gateway ADDRESS
//	run HOST SCRIPT

// ReadLab reads a lab file. The lab is one that can be built, and the steps name
// its hosts. An error begins with its line. A script that is not in the archive is
// a file.
func ReadLab(r io.Reader) (*Lab, []Step, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, nil, err
	}
	archive := txtar.Parse(text)
	p := labParser{lab: &Lab{}, scripts: map[string]string{}, lines: map[string]int{}}
	for _, f := range archive.Files {
		p.scripts[f.Name] = string(f.Data)
	}
	for line := range strings.Lines(string(archive.Comment)) {
		p.line++
		if err := p.parse(line); err != nil {
			return nil, nil, fmt.Errorf("line %d: %w", p.line, err)
		}
	}
	if err := p.lab.Check(); err != nil {
		return nil, nil, fmt.Errorf("line %d: %w", p.lineOf(err), err)
	}
	for _, s := range p.steps {
		if _, ok := p.lab.Host(s.Host); !ok {
			return nil, nil, fmt.Errorf("line %d: there is no host %q; there are %s", p.lines[runLine+s.Host], s.Host, p.lab.HostNames())
		}
	}
	return p.lab, p.steps, nil
}

// labParser reads the lines of a lab file.
type labParser struct {
	lab     *Lab
	steps   []Step
	scripts map[string]string
	line    int
	// lines are where names stand, for errors that are found later: LANs and hosts
	// by their names, interfaces and gateways by their host's and their own, runs
	// by runLine and the host's.
	lines map[string]int
}

const runLine = "run "

// labKeyword is a line's first word: how many words follow at least, how they are
// called, and who reads them.
type labKeyword struct {
	name  string
	words int
	usage string
	read  func(*labParser, []string) error
}

func labKeywords() []labKeyword {
	return []labKeyword{
		{"lan", 1, "NAME", (*labParser).lan},
		{"host", 1, "NAME [forward]", (*labParser).host},
		{"interface", 2, "NAME LAN [mac MAC] [metric N] [ADDRESS/LENGTH]…", (*labParser).netInterface},
		{"gateway", 1, "ADDRESS", (*labParser).gateway},
		{"run", 2, "HOST SCRIPT", (*labParser).run},
	}
}

func (p *labParser) parse(line string) error {
	line, _, _ = strings.Cut(line, "#")
	words := strings.Fields(line)
	if len(words) == 0 {
		return nil
	}
	var names []string
	for _, k := range labKeywords() {
		if k.name != words[0] {
			names = append(names, k.name)
			continue
		}
		if len(words)-1 < k.words {
			return fmt.Errorf("%s needs more words: %s %s", k.name, k.name, k.usage)
		}
		return k.read(p, words[1:])
	}
	return fmt.Errorf("unknown word %q; a line begins with one of: %s", words[0], strings.Join(names, ", "))
}

// surplus refuses words behind the last that a line has use for.
func surplus(words []string) error {
	if len(words) > 0 {
		return fmt.Errorf("unexpected word %q", words[0])
	}
	return nil
}

func (p *labParser) lan(words []string) error {
	p.lab.LANs = append(p.lab.LANs, words[0])
	p.lines[words[0]] = p.line
	return surplus(words[1:])
}

func (p *labParser) host(words []string) error {
	h := Host{Name: words[0]}
	p.lines[h.Name] = p.line
	words = words[1:]
	if len(words) > 0 && words[0] == "forward" {
		h.Forward = true
		words = words[1:]
	}
	p.lab.Hosts = append(p.lab.Hosts, h)
	return surplus(words)
}

// current is the host that a line belongs to.
func (p *labParser) current() (*Host, error) {
	if len(p.lab.Hosts) == 0 {
		return nil, fmt.Errorf("this belongs to a host; there is none above")
	}
	return &p.lab.Hosts[len(p.lab.Hosts)-1], nil
}

func (p *labParser) netInterface(words []string) error {
	h, err := p.current()
	if err != nil {
		return err
	}
	i := Interface{Name: words[0], LAN: words[1]}
	p.lines[h.Name+" "+i.Name] = p.line
	for words = words[2:]; len(words) > 0; words = words[1:] {
		switch w := words[0]; {
		case (w == "mac" || w == "metric") && len(words) == 1:
			return fmt.Errorf("%s needs a value", w)
		case w == "mac":
			var ok bool
			if i.MAC, ok = parseMAC(words[1]); !ok {
				return fmt.Errorf("%q is no Ethernet address of an interface, such as 02:00:00:00:00:01", words[1])
			}
			words = words[1:]
		case w == "metric":
			n, err := strconv.ParseUint(words[1], 10, 32)
			if err != nil {
				return fmt.Errorf("%q is no metric", words[1])
			}
			i.Metric = uint32(n)
			words = words[1:]
		default:
			a, err := netip.ParsePrefix(w)
			if err != nil {
				return fmt.Errorf("%q is no address with a prefix length, such as 10.0.0.1/24", w)
			}
			i.Addrs = append(i.Addrs, a)
		}
	}
	if i.MAC == (MAC{}) {
		i.MAC = firstMAC(i.Addrs)
	}
	h.Interfaces = append(h.Interfaces, i)
	return nil
}

// firstMAC is an Ethernet address that shows the first IPv4 address, if there is
// one; otherwise the kernel chooses.
func firstMAC(addrs []netip.Prefix) MAC {
	for _, a := range addrs {
		if a.Addr().Is4() {
			return MACOf(a.Addr())
		}
	}
	return MAC{}
}

func (p *labParser) gateway(words []string) error {
	h, err := p.current()
	if err != nil {
		return err
	}
	a, err := netip.ParseAddr(words[0])
	if err != nil {
		return fmt.Errorf("%q is no address of a gateway", words[0])
	}
	h.Gateways = append(h.Gateways, a)
	p.lines[h.Name+" "+words[0]] = p.line
	return surplus(words[1:])
}

func (p *labParser) run(words []string) error {
	s := Step{Host: words[0], File: words[1]}
	if text, ok := p.scripts[s.File]; ok {
		if strings.TrimSpace(text) == "" {
			return fmt.Errorf("the script %s is empty", s.File)
		}
		s.File, s.Text = "", text
	}
	p.steps = append(p.steps, s)
	if _, known := p.lines[runLine+s.Host]; !known {
		p.lines[runLine+s.Host] = p.line
	}
	return surplus(words[2:])
}

// parseMAC reads a unicast Ethernet address that is not all zeros.
func parseMAC(s string) (m MAC, ok bool) {
	parts := strings.Split(s, ":")
	if len(parts) != len(m) {
		return m, false
	}
	for i, p := range parts {
		if len(p) != 2 {
			return m, false
		}
		if _, err := fmt.Sscanf(p, "%02x", &m[i]); err != nil {
			return m, false
		}
	}
	return m, m[0]&1 == 0 && m != MAC{}
}

// lineOf finds the line that an error of Lab.Check is about: it names what is
// wrong, the host's name before the interface's or gateway's.
func (p *labParser) lineOf(err error) int {
	text := err.Error()
	best, found := "", 1
	for name, line := range p.lines {
		if strings.HasPrefix(name, runLine) {
			continue
		}
		all := true
		for _, w := range strings.Fields(name) {
			all = all && strings.Contains(text, w)
		}
		if all && (len(name) > len(best) || len(name) == len(best) && line > found) {
			best, found = name, line
		}
	}
	return found
}

// WriteLab writes a lab and its steps as a lab file.
func WriteLab(w io.Writer, lab *Lab, steps []Step) error {
	var b strings.Builder
	b.WriteString("# A lab for `nlbox rehearse --lab FILE`: hosts, the LANs between them, and which\n" +
		"# script runs where. docs/lab.md describes the format.\n")
	for _, l := range lab.LANs {
		b.WriteString("lan " + l + "\n")
	}
	for i := range lab.Hosts {
		lab.Hosts[i].write(&b)
	}
	if len(steps) > 0 {
		b.WriteByte('\n')
	}
	var archive txtar.Archive
	for i, s := range steps {
		file := s.File
		if s.Text != "" {
			file = fmt.Sprintf("%d-%s.sh", i+1, s.Host)
			archive.Files = append(archive.Files, txtar.File{Name: file, Data: []byte(s.Text)})
		}
		b.WriteString("run " + s.Host + " " + file + "\n")
	}
	archive.Comment = []byte(b.String())
	_, err := w.Write(txtar.Format(&archive))
	return err
}

func (h *Host) write(b *strings.Builder) {
	b.WriteString("\nhost " + h.Name)
	if h.Forward {
		b.WriteString(" forward")
	}
	b.WriteByte('\n')
	for _, i := range h.Interfaces {
		b.WriteString("\tinterface " + i.Name + " " + i.LAN)
		if i.MAC != firstMAC(i.Addrs) {
			b.WriteString(" mac " + i.MAC.String())
		}
		if i.Metric != 0 {
			fmt.Fprintf(b, " metric %d", i.Metric)
		}
		for _, a := range i.Addrs {
			b.WriteString(" " + a.String())
		}
		b.WriteByte('\n')
	}
	for _, g := range h.Gateways {
		b.WriteString("\tgateway " + g.String() + "\n")
	}
}

func (m MAC) String() string {
	return fmt.Sprintf("%02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1], m[2], m[3], m[4], m[5])
}
