package rehearse

import (
	"bytes"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/snapshot"
)

// rebuild makes the calling thread's network, which has the stand-ins of the
// hardware and nothing else, what the original is. The warnings say, a line each,
// what this kernel, or this user, cannot rebuild.
func rebuild(env *applet.Env, o *Original) []string {
	b := &rebuilder{env: env, missing: map[string]*missing{}}
	for _, n := range o.Snapshot.Namespaces[1:] {
		for _, l := range n.Links {
			if name := l.Str("ifname"); l.Kind() == "" && name != "lo" {
				b.miss(n.Name, name, "this machine's own, and there is no second one")
			}
		}
	}
	// Addresses are good at once, as on a host that has long been up.
	const dad = "ipv6/conf/default/accept_dad"
	sysctl(dad, "0")
	commands, lost := snapshot.Export(o.Snapshot, snapshot.Shell)
	b.warnings = append(b.warnings, lost...)
	for i := range commands {
		b.carryOut(&commands[i])
	}
	sysctl(dad, "1")
	return b.told()
}

// missing is a link that could not be made.
type missing struct {
	namespace, name, why string
	// settings counts what could not be said about it.
	settings int
}

type rebuilder struct {
	env      *applet.Env
	warnings []string
	missing  map[string]*missing
	order    []*missing
}

func (b *rebuilder) miss(ns, name, why string) {
	if key := ns + "/" + name; b.missing[key] == nil {
		m := &missing{namespace: ns, name: name, why: why}
		b.missing[key] = m
		b.order = append(b.order, m)
	}
}

// carryOut does what a line of the exported script says.
func (b *rebuilder) carryOut(c *snapshot.Command) {
	if c.Tool == "" {
		return // Export has warned of it, or it is a stand-in
	}
	words := slices.Clone(c.Words)
	if at := slices.Index(words, "master"); at > 0 && at+1 < len(words) && words[1] == "set" && b.missing[c.Namespace+"/"+words[at+1]] != nil {
		// The rest can be set nevertheless.
		b.missing[c.Namespace+"/"+words[at+1]].settings++
		words = slices.Delete(words, at, at+2)
	}
	for _, name := range concerns(words) {
		if m := b.missing[c.Namespace+"/"+name]; m != nil {
			m.settings++
			b.lose(c, "it lies on "+name+", which is missing")
			return
		}
	}
	if c.Tool == snapshot.AwaitCarrier {
		b.awaitCarrier(c.Namespace, c.Words[0])
		return
	}
	words = append([]string{c.Tool}, words...)
	if c.Namespace != "" {
		words = slices.Insert(words, 1, "-n", c.Namespace)
	}
	_, err := b.env.Call(words)
	if err == nil {
		return
	}
	why := err.Error()
	var answer *applet.Answer
	if errors.As(err, &answer) {
		why = answer.Why()
	}
	if !b.lose(c, why) {
		line, _ := c.Line(snapshot.Shell)
		b.warnings = append(b.warnings, "not rebuilt: "+line+": "+why)
	}
}

// awaitCarrier waits until a link has one: a nexthop object needs it.
func (b *rebuilder) awaitCarrier(ns, name string) {
	words := []string{"ip", "-br", "link", "show", "dev", name}
	if ns != "" {
		words = slices.Insert(words, 1, "-n", ns)
	}
	const step = 20 * time.Millisecond
	for range carrierLimit / step {
		if out, err := b.env.Call(words); err != nil || bytes.Contains(out, []byte("LOWER_UP")) && !bytes.Contains(out, []byte(" DOWN ")) {
			return
		}
		time.Sleep(step)
	}
}

// carrierLimit is how long a carrier is waited for. A bridge that takes part in a
// spanning tree can take longer; what needs it is then warned of.
const carrierLimit = 4 * time.Second

// lose notes the links that a command was to make, and returns false when it was
// to make none.
func (b *rebuilder) lose(c *snapshot.Command, why string) bool {
	names := makes(c)
	for _, name := range names {
		b.miss(c.Namespace, name, why)
	}
	return len(names) > 0
}

// makes lists the links that a command makes.
func makes(c *snapshot.Command) []string {
	if len(c.Words) < 2 || c.Words[1] != "add" || c.Words[0] != "link" && c.Words[0] != "tuntap" {
		return nil
	}
	word := "name"
	if c.Words[0] == "tuntap" {
		word = "dev"
	}
	return valuesOf(c.Words, word)
}

// concerns lists the links that must be there for a command.
func concerns(words []string) []string {
	if len(words) > 1 && words[0] == "tuntap" {
		return nil
	}
	// `link` itself is the first word of ip's object.
	if len(words) > 1 && words[0] == "link" {
		words = words[1:]
	}
	return valuesOf(words, "dev", "link", "master")
}

// valuesOf lists the words that follow one of the keywords.
func valuesOf(words []string, keywords ...string) []string {
	var out []string
	for i := 0; i+1 < len(words); i++ {
		if slices.Contains(keywords, words[i]) {
			i++
			out = append(out, words[i])
		}
	}
	return out
}

// told are the warnings.
func (b *rebuilder) told() []string {
	var out []string
	for _, m := range b.order {
		text := m.name + " is missing: " + m.why
		if m.namespace != "" {
			text = "namespace " + m.namespace + ": " + text
		}
		if m.settings > 0 {
			text += " (with it, " + strconv.Itoa(m.settings) + " settings, addresses and routes)"
		}
		out = append(out, text)
	}
	return append(out, b.warnings...)
}
