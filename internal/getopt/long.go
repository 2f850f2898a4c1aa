package getopt

import "strings"

// nextLong takes the long option word, which is without its dashes and may
// hold "=ARG".
func (p *Parser) nextLong(word string) int {
	p.ind++
	name, arg, hasArg := strings.Cut(word, "=")
	i, ok := p.findLong(name)
	switch {
	case ok:
	case i < 0:
		return p.bad(0, "unrecognized option '--", word, "'")
	default:
		return p.bad(0, "option '--", word, "' is ambiguous; possibilities:", p.possibilities(name, i))
	}
	o := &p.long[i]
	switch {
	case hasArg && o.Arg == No:
		return p.bad(o.Val, "option '--", o.Name, "' doesn't allow an argument")
	case hasArg:
		p.setArg(arg)
	case o.Arg == Required && p.ind == len(p.args):
		return p.missing(o.Val, "option '--", o.Name, "' requires an argument")
	case o.Arg == Required:
		p.setArg(p.args[p.ind])
		p.ind++
	}
	p.Index = i
	return o.Val
}

// findLong looks up a long option by its whole name or, if there is none, by a
// prefix. Several options with the prefix are no ambiguity when they mean the
// same; the first stands for them. ok is false when nothing fits (i is -1) or
// more than one thing does (i is the first of them).
func (p *Parser) findLong(name string) (i int, ok bool) {
	i = -1
	ambiguous := false
	for j := range p.long {
		o := &p.long[j]
		switch {
		case o.Name == name:
			return j, true
		case !strings.HasPrefix(o.Name, name):
		case i < 0:
			i = j
		case differs(o, &p.long[i]):
			ambiguous = true
		}
	}
	return i, i >= 0 && !ambiguous
}

// possibilities lists what the prefix name may stand for: the first option
// and those that differ from it.
func (p *Parser) possibilities(name string, first int) string {
	var b strings.Builder
	for j := range p.long {
		o := &p.long[j]
		if !strings.HasPrefix(o.Name, name) {
			continue
		}
		if j == first || differs(o, &p.long[first]) {
			b.WriteString(" '--" + o.Name + "'")
		}
	}
	return b.String()
}

func differs(a, b *Long) bool { return a.Arg != b.Arg || a.Val != b.Val }
