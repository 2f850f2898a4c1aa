package format

import "testing"

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		pattern, s string
		want       bool
	}{
		{"", "", true}, {"", "a", false}, {"a", "", false}, {"*", "", true}, {"**", "x", true},
		{"eth*", "eth0:1", true}, {"eth*", "et", false}, {"*0", "eth0", true}, {"*0", "eth01", false},
		{"*a*b*c", "xaybzc", true}, {"*a*b*c", "xaybz", false}, {"?", "a", true}, {"?", "", false},
		{"a/*", "a/b/c", true}, {"*", ".hidden", true},
		{"[a-c]x", "bx", true}, {"[!a-c]x", "bx", false}, {"[^a-c]x", "dx", true},
		{"[]]", "]", true}, {"[!]]", "]", false}, {"[]a]", "a", true}, {"[a-]", "-", true},
		{"[[:digit:]]", "7", true}, {"[[:digit:]]", "a", false}, {"[[:alpha:]_]*", "_x", true},
		{"[", "[", true}, {"[a", "[a", true}, {"[a", "a", false}, {"x[", "x[", true},
		{`\*`, "*", true}, {`\*`, "a", false}, {`a\`, `a\`, false}, {`[\]]`, "]", true},
		{"w0:*", "w0", false}, {"v0", "v0", true},
	} {
		if got := Match(c.pattern, c.s); got != c.want {
			t.Errorf("Match(%q, %q) = %v", c.pattern, c.s, got)
		}
	}
}

// A pattern of plain bytes matches itself and nothing else.
func FuzzMatch(f *testing.F) {
	f.Add("a*b[!c-e]?", "axxbz")
	f.Add("[[:alpha:]", "[")
	f.Fuzz(func(t *testing.T, pattern, s string) {
		Match(pattern, s)
		quoted := []byte(nil)
		for i := range len(s) {
			quoted = append(quoted, '\\', s[i])
		}
		if !Match(string(quoted), s) {
			t.Errorf("%q does not match itself", s)
		}
		if !Match(string(quoted)+"*", s+pattern) {
			t.Errorf("%q is no beginning of %q", s, s+pattern)
		}
	})
}
