package brctl

import (
	"math"
	"testing"
)

func TestScanFloat(t *testing.T) {
	for _, c := range []struct {
		word string
		want float64
		ok   bool
	}{
		{"3", 3, true}, {"3s", 3, true}, {"2,5", 2, true}, {"1.5", 1.5, true}, {".5e1", 5, true}, {"5.", 5, true},
		{"+5", 5, true}, {" -2", -2, true}, {"1e", 1, true}, {"1e+", 1, true}, {"1e+2x", 100, true},
		{"0x10", 16, true}, {"0x.", 0, true}, {"0x1p3", 8, true}, {"0x.8", 0.5, true},
		{"", 0, false}, {".", 0, false}, {"x", 0, false}, {"-", 0, false}, {"e5", 0, false}, {"0x", 0, false}, {"0xg", 0, false}, {"+0Xp3", 0, false},
		{"inf", math.Inf(1), true}, {"-Infinity", math.Inf(-1), true},
	} {
		got, ok := scanFloat(c.word)
		if got != c.want || ok != c.ok {
			t.Errorf("%q: got %v %v", c.word, got, ok)
		}
	}
	if v, ok := scanFloat("nan"); !ok || !math.IsNaN(v) {
		t.Errorf("nan: %v %v", v, ok)
	}
}

func TestScanInt(t *testing.T) {
	for word, want := range map[string]int32{"7": 7, "0x10z": 16, "010": 8, " 7": 7, "8 ": 8, "-1": -1} {
		if got, ok := scanInt(word); got != want || !ok {
			t.Errorf("%q: got %d %v", word, got, ok)
		}
	}
	for _, word := range []string{"", "x", "-"} {
		if _, ok := scanInt(word); ok {
			t.Errorf("%q is a number", word)
		}
	}
}

func FuzzScanFloat(f *testing.F) {
	f.Add("0x1.8p-3")
	f.Fuzz(func(t *testing.T, s string) { scanFloat(s) })
}

func TestSeconds(t *testing.T) {
	for v, want := range map[uint64]string{0: "   0.00", 1: "   0.01", 2000: "  20.00", 30005: " 300.05", 123456789: "1234567.89"} {
		if got := seconds(v); got != want {
			t.Errorf("%d: got %q, want %q", v, got, want)
		}
	}
}
