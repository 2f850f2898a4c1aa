package format

import (
	"math"
	"testing"
)

func TestStrtof(t *testing.T) {
	for _, c := range []struct {
		s string
		v float32
		n int
	}{
		{"0.875", 0.875, 5},
		{" +.5x", 0.5, 4},
		{"1e2", 100, 3},
		{"1e", 1, 1},
		{"0x.8", 0.5, 4},
		{"0x1p3z", 8, 5},
		{"-1", -1, 2},
		{"", 0, 0},
		{"x", 0, 0},
		{".", 0, 0},
		{"infinity", float32(math.Inf(1)), 8},
		{"1e39", float32(math.Inf(1)), 4},
		// Rounded once: by way of a double it would become 1.
		{"1.00000005960464477540", math.Nextafter32(1, 2), 22},
	} {
		if v, n := Strtof(c.s); v != c.v || n != c.n {
			t.Errorf("Strtof(%q) = %v, %d", c.s, v, n)
		}
	}
	if v, n := Strtof("nan"); v == v || n != 3 {
		t.Errorf("nan: %v, %d", v, n)
	}
}

func TestTruncate32(t *testing.T) {
	for _, c := range []struct {
		f float64
		n uint32
	}{
		{0, 0}, {875.9, 875}, {-1, math.MaxUint32}, {1 << 32, 0}, {1<<32 + 5, 5}, {1e30, 0},
	} {
		if n := Truncate32(c.f); n != c.n {
			t.Errorf("Truncate32(%v) = %d, want %d", c.f, n, c.n)
		}
	}
}
