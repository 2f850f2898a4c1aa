package script

import (
	"io"
	"strings"
	"testing"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/interp"
)

// bare is a shell for builtins that print nothing but complaints.
func bare(bash bool) (*shell, interp.HandlerContext) {
	s := &shell{plan: &Plan{File: "fuzz"}}
	s.bash = bash
	return s, interp.HandlerContext{Stderr: io.Discard, Env: expand.ListEnviron("LANG=C.UTF-8")}
}

// Any format and any words end, and are printed in so many bytes as they ask for.
func FuzzPrintf(f *testing.F) {
	for _, format := range []string{"%5.2s|%-*d", "%99999999999999999999d", "%.*f", "%b\\c", "\\0777\\x41\\u263a", "%q", "%'d", "%+ #08x", "%", "%z", "%.%"} {
		f.Add(format, "1 2 -99999999999999999999 'a 0x", true)
		f.Add(format, "1 2 -99999999999999999999 'a 0x", false)
	}
	f.Fuzz(func(t *testing.T, format, words string, bash bool) {
		if !knownFormat(format) || strings.Count(format, "%") > 8 {
			return
		}
		s, hc := bare(bash)
		p := &printf{shell: s, hc: hc, words: strings.Fields(words)}
		if len(p.words) > 8 {
			return
		}
		_ = p.all(format)
		if p.out.Len() > 9*9*3*(maxSize+len(format)+len(words)+400) {
			t.Errorf("%q %q: %d bytes", format, words, p.out.Len())
		}
	})
}

// Any words of test are true, false or complained of.
func FuzzCondition(f *testing.F) {
	for _, words := range []string{"a = a", "! ( a -o b ) -a c", "-n", "-t 99999999999999999999", "1 -eq 1x", "( ( (", "-e / -ef /", "a -nt b -ot c", "! ! !", "-v x"} {
		f.Add(words, true)
		f.Add(words, false)
	}
	f.Fuzz(func(t *testing.T, words string, bash bool) {
		s, hc := bare(bash)
		_ = s.test(hc, "test", strings.Fields(words))
		_ = s.test(hc, "[", append(strings.Fields(words), "]"))
	})
}
