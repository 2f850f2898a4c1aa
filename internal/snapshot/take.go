package snapshot

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/namespace"
)

// Take takes a snapshot of the namespace of the calling thread and, where all is
// set, of the named ones. env.Lookup finds the applets ip and bridge.
func Take(env *applet.Env, all bool) (*Snapshot, error) {
	s := &Snapshot{Format: Format, Taken: time.Now().UTC().Truncate(time.Second), ThisNetns: !all}
	names := []string{""}
	if all {
		named, err := namespace.List()
		if err != nil && !errors.Is(err, unix.ENOENT) {
			return nil, err
		}
		slices.Sort(named)
		names = append(names, named...)
	}
	var raws []*raw
	for _, name := range names {
		r, err := ask(env, name)
		if err != nil {
			if name != "" {
				err = fmt.Errorf("namespace %s: %w", name, err)
			}
			return nil, err
		}
		raws = append(raws, r)
	}
	for _, r := range raws {
		s.Namespaces = append(s.Namespaces, r.namespace(raws))
	}
	return s, nil
}

// raw is what the applets say of one namespace.
type raw struct {
	name string
	// links as `ip -d -j link` shows them, with their indexes.
	links, addresses         []Record
	nexthops, routes, rules  []Record
	neighbours, proxies, fdb []Record
	ids                      []Record
	linkNames                map[string]string
	nexthopSpecs, routeSpecs []string
	ruleSpecs                []string
}

// question is one call of an applet whose answer is a list of records, and, where
// specs is set, a second one that asks for the same list as text.
type question struct {
	records *[]Record
	specs   *[]string
	words   string
}

// ask asks everything about the namespace name; "" is the one we are in.
func ask(env *applet.Env, name string) (*raw, error) {
	r := &raw{name: name}
	for _, q := range []question{
		{&r.links, nil, "ip -d -j link show"},
		{&r.addresses, nil, "ip -d -j address show"},
		{&r.nexthops, &r.nexthopSpecs, "ip -d -j nexthop show"},
		{&r.routes, &r.routeSpecs, "ip -4 -d -j route show table all"},
		{&r.routes, &r.routeSpecs, "ip -6 -d -j route show table all"},
		{&r.rules, &r.ruleSpecs, "ip -4 -d -j rule show"},
		{&r.rules, &r.ruleSpecs, "ip -6 -d -j rule show"},
		{&r.neighbours, nil, "ip -j neigh show nud permanent"},
		{&r.neighbours, nil, "ip -j neigh show nud noarp"},
		{&r.proxies, nil, "ip -j neigh show proxy"},
		{&r.ids, nil, "ip -j netns list-id"},
		{&r.fdb, nil, "bridge -d -j fdb show"},
	} {
		if err := q.ask(env, name); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// tries is how often a list is asked for that changes between two answers, and
// pause the time between: what the kernel does by itself when an interface comes
// up (addresses that were tentative get their routes) is over in milliseconds.
const (
	tries = 25
	pause = 20 * time.Millisecond
)

func (q *question) ask(env *applet.Env, ns string) error {
	words := strings.Fields(q.words)
	for range tries {
		list, lines, err := q.once(env, ns, words)
		if err != nil {
			// A kernel without the feature has nothing of it.
			return ignoreMissing(words, err)
		}
		if q.specs == nil || agree(list, lines) {
			q.add(list, lines, words[1])
			return nil
		}
		time.Sleep(pause)
	}
	return fmt.Errorf("%s: the list changed each time it was read; try again", q.words)
}

// once asks for the records and, where they are wanted, for the lines.
func (q *question) once(env *applet.Env, ns string, words []string) (list []Record, lines []string, err error) {
	out, err := call(env, ns, words)
	if err != nil {
		return nil, nil, err
	}
	if list, err = decode(out); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", q.words, err)
	}
	if q.specs == nil {
		return list, nil, nil
	}
	text, err := call(env, ns, asText(words))
	if len(text) > 0 {
		lines = strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	}
	return list, lines, err
}

// add keeps an answer. option is what chose the family, where lines are asked for.
func (q *question) add(list []Record, lines []string, option string) {
	if q.specs != nil {
		family := map[string]string{"-4": "inet", "-6": "inet6"}[option]
		for _, r := range list {
			r["family"] = family
		}
		*q.specs = append(*q.specs, lines...)
	}
	*q.records = append(*q.records, list...)
}

// agree tells whether line i is about record i, as far as what names a route, a
// rule or a nexthop goes.
func agree(list []Record, lines []string) bool {
	if len(list) != len(lines) {
		return false
	}
	for i, r := range list {
		for _, key := range []string{"dst", "priority", "id"} {
			if name, ok := r[key]; ok && !strings.Contains(lines[i], fmt.Sprint(name)) {
				return false
			}
		}
	}
	return true
}

// asText is the same question, answered in lines of text. Of routes and nexthops
// the details would be lines of their own, and say nothing that `add` needs.
func asText(words []string) []string {
	out := slices.Clone(words)
	for i, w := range out {
		if w == "-j" {
			out[i] = "-o"
		}
	}
	if slices.Contains(words, "rule") {
		return out
	}
	return slices.DeleteFunc(out, func(w string) bool { return w == "-d" })
}

// ignoreMissing passes over the refusal of a kernel that lacks an object.
func ignoreMissing(words []string, err error) error {
	var a *applet.Answer
	if errors.As(err, &a) && a.Status == 2 && strings.Contains(a.Text, "not supported") && words[len(words)-2] != "link" {
		return nil
	}
	return err
}

// call runs an applet with the words, in the namespace ns, and returns what it
// prints.
func call(env *applet.Env, ns string, words []string) ([]byte, error) {
	if ns == "" {
		return env.Call(words)
	}
	return env.Call(append([]string{words[0], "-n", ns}, words[1:]...))
}

// decode reads a list of records. An empty answer is an empty list.
func decode(text []byte) ([]Record, error) {
	if len(bytes.TrimSpace(text)) == 0 {
		return nil, nil
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var list []Record
	if err := d.Decode(&list); err != nil {
		return nil, err
	}
	// ip -j leaves holes for what it does not show.
	return slices.DeleteFunc(list, func(r Record) bool { return len(r) == 0 }), nil
}
