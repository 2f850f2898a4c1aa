package format

import (
	"fmt"
	"testing"
)

func TestPad(t *testing.T) {
	for _, s := range []string{"", "a", "abcd", "abcdef"} {
		for _, w := range []int{-1, 0, 1, 4, 9} {
			if got, want := string(AppendLeft(nil, s, w)), fmt.Sprintf("%-*s", max(w, 0), s); got != want {
				t.Errorf("left %d: %q, want %q", w, got, want)
			}
			if got, want := string(AppendRight(nil, s, w)), fmt.Sprintf("%*s", max(w, 0), s); got != want {
				t.Errorf("right %d: %q, want %q", w, got, want)
			}
		}
		if got, want := Cut(s, 4), fmt.Sprintf("%.4s", s); got != want {
			t.Errorf("cut: %q, want %q", got, want)
		}
	}
	for _, v := range []int64{0, -1, 7, 4294967295, -9223372036854775808} {
		if got, want := string(AppendIntLeft(nil, v, 6)), fmt.Sprintf("%-6d", v); got != want {
			t.Errorf("%q, want %q", got, want)
		}
		if got, want := string(AppendIntRight(nil, v, 6)), fmt.Sprintf("%6d", v); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
