package script

import (
	"strings"
	"testing"

	"mvdan.cc/sh/v3/syntax"

	"github.com/nlbox/nlbox/internal/applet"
)

// TestConditionsOnce: a subshell in a long chain of conditions is changed once, not
// for every one that it is part of.
func TestConditionsOnce(t *testing.T) {
	s := &shell{env: &applet.Env{}, plan: &Plan{File: "s.sh"}}
	file, err := s.prepare([]byte("if (a; b) && c && d || e; then :; fi"), nil)
	var b strings.Builder
	if err != nil || printScript(&b, file) != nil || strings.Count(b.String(), wordUntested) != 1 {
		t.Errorf("%v %q", err, b.String())
	}
}

// FuzzPrepare: no text makes the parser or the rewriting fall over, and what is
// evaluated can be read again.
func FuzzPrepare(f *testing.F) {
	for _, seed := range []string{
		"a | b & wait $!", "x=1 y=2 z >f 2>&1 <<E\nhere\nE\n", "if (a; b); then c; fi", "f() { ! (a) && b; }", "echo {a,b} ${!x} $!",
		"for V in $((V += 1)) ${V:=1}; do ((V++)); done & ! a >$((V = 1)) && (b; c) || d",
		strings.Repeat("(a; b) && ", 300) + "c", strings.Repeat("{ $((", 50) + "V = 1" + strings.Repeat(")); }", 50),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s := &shell{env: &applet.Env{}, plan: &Plan{File: "s.sh"}}
		s.traced = true
		file, err := s.prepare([]byte(text), map[uint]prefixed{})
		if err != nil || !printable(parsed(text)) {
			return
		}
		if !printable(file) {
			t.Errorf("%q", text)
		}
	})
}

func parsed(text string) *syntax.File {
	file, _ := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(text), "")
	return file
}

// printable tells whether what the printer makes of a script is one again. That of
// some texts, with odd blanks, is none.
func printable(file *syntax.File) bool {
	var b strings.Builder
	return file != nil && printScript(&b, file) == nil && parsed(b.String()) != nil
}

func TestDialect(t *testing.T) {
	for _, c := range []struct {
		name, text string
		bash       bool
	}{
		{"x", "#!/bin/bash\n", true}, {"x", "#! /usr/bin/env bash", true}, {"x.bash", "echo", true},
		{"x.bash", "#!/bin/sh", false}, {"x.sh", "", false}, {"bash", "echo bash", false}, {"x", "#!/bin/bash -e\n", true},
	} {
		if got := isBash(c.name, []byte(c.text)); got != c.bash {
			t.Errorf("%s %q: %v", c.name, c.text, got)
		}
	}
}
