package script

import (
	"strings"
	"testing"
)

// The values and complaints are those of dash 0.5.12 and bash 5.2.
func TestArithmetic(t *testing.T) {
	vars := map[string]string{"one": "1", "oct": "010", "sum": "1+1", "bad": "1x", "self": "self"}
	for _, c := range []struct {
		text string
		bash bool
		want int64
		err  string
	}{
		{"1 + 2 * 3", false, 7, ""},
		{"(1 + 2) * 3 - -1", false, 10, ""},
		{"0 && (1/0) || 2", false, 1, ""},
		{"1 ? 2 : 3/0", false, 2, ""},
		{"oct + 0x10", false, 24, ""},
		{"1 << 65", false, 2, ""},
		{"n = 5, 3", false, 0, `arithmetic expression: expecting EOF: "n = 5, 3"`},
		{"1/0", false, 0, `arithmetic expression: division by zero: "1/0"`},
		{"sum", false, 0, "Illegal number: 1+1"},
		{"2 ** 3", false, 0, `arithmetic expression: expecting primary: "2 ** 3"`},
		{"2 ** 3 ** 2", true, 512, ""},
		{"3 ** 9999999999", true, -2661479581325256021, ""},
		{"sum * 2, one", true, 1, ""},
		{"16#fF + 64#_", true, 318, ""},
		{"08", true, 0, `08: value too great for base (error token is "08")`},
		{"bad", true, 0, `1x: value too great for base (error token is "1x")`},
		{"self", true, 0, `self: expression recursion level exceeded (error token is "self")`},
		{strings.Repeat("(", 1e6), true, 0, "any"},
		{strings.Repeat("(", 1e6), false, 0, "any"},
	} {
		a := &arithmetic{bash: c.bash, text: c.text, sets: map[string]int64{}, lookup: func(name string) string { return vars[name] }}
		got := a.value()
		switch {
		case c.err == "any":
		case a.err == nil && (c.err != "" || got != c.want), a.err != nil && a.err.Error() != c.err:
			t.Errorf("%q (bash %v): %d, %v", c.text, c.bash, got, a.err)
		}
	}
}

func FuzzArithmetic(f *testing.F) {
	for _, text := range []string{"1+2*(3-x)", "x=y<<=2", "a?b:c,d", "2**-1", "0x", "08", "16#zz", "((((", "- - -1", "x++ + ++y"} {
		f.Add(text, true)
		f.Add(text, false)
	}
	f.Fuzz(func(t *testing.T, text string, bash bool) {
		a := &arithmetic{bash: bash, text: text, sets: map[string]int64{}, lookup: func(name string) string {
			return strings.Repeat(name, 2)[:len(name)]
		}}
		a.value()
		if a.at > len(text) {
			t.Errorf("%q: at %d", text, a.at)
		}
	})
}
