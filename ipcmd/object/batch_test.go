package object

import (
	"io"
	"slices"
	"strings"
	"testing"
)

func TestSplitWords(t *testing.T) {
	for _, c := range []struct {
		line string
		want []string
		fail string
	}{
		{"", nil, ""},
		{"  \t\r\n", nil, ""},
		{"link set v0\tup\r\n", []string{"link", "set", "v0", "up"}, ""},
		{`a "b c" 'd e'f`, []string{"a", "b c", "d e", "f"}, ""},
		{`a b"c d"`, []string{"a", `b"c`, `d"`}, ""},
		{`a ""`, []string{"a", ""}, ""},
		{`a "b`, nil, "Unterminated quoted string"},
		{strings.Repeat("x ", 512), nil, "Too many arguments to command"},
	} {
		got, err := splitWords(nil, c.line)
		if c.fail != "" {
			if err == nil || err.Error() != c.fail {
				t.Errorf("%q: %v", c.line, err)
			}
			continue
		}
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%q: got %q, %v", c.line, got, err)
		}
	}
}

func TestLines(t *testing.T) {
	var warned string
	l := &lineReader{
		r:    strings.NewReader("a # b\nc \\\nd\n\ne\\\n"),
		warn: func(s string) { warned = s },
	}
	for _, want := range []struct {
		line   string
		number int
	}{{"a ", 1}, {"c d\n", 3}, {"\n", 4}} {
		got, err := l.next()
		if err != nil || got != want.line || l.number != want.number {
			t.Errorf("got %q at %d, %v; want %q at %d", got, l.number, err, want.line, want.number)
		}
	}
	if _, err := l.next(); err != io.EOF || warned != "Missing continuation line" {
		t.Errorf("%v, %q", err, warned)
	}
}

func FuzzBatchLine(f *testing.F) {
	f.Add("link set v0 up # x\n")
	f.Add("a \"b\\\n c\"\n'")
	f.Fuzz(func(t *testing.T, text string) {
		l := &lineReader{r: strings.NewReader(text), warn: func(string) {}}
		for {
			line, err := l.next()
			if err != nil {
				return
			}
			splitWords(nil, line)
		}
	})
}
