package format

import (
	"math"
	"testing"
)

func TestStrtoul(t *testing.T) {
	for _, c := range []struct {
		s        string
		base     int
		v        uint64
		n        int
		overflow bool
	}{
		{"", 0, 0, 0, false},
		{"10", 0, 10, 2, false},
		{"010", 0, 8, 3, false},
		{"08", 0, 0, 1, false},
		{"0x1F", 0, 31, 4, false},
		{"0x", 0, 0, 1, false},
		{"0xg", 16, 0, 1, false},
		{"1_0", 0, 1, 1, false},
		{"0b1", 0, 0, 1, false},
		{" \t\n\v\f\r+7x", 0, 7, 8, false},
		{"- 7", 0, 0, 0, false},
		{"-1", 0, math.MaxUint64, 2, false},
		{"-18446744073709551615", 0, 1, 21, false},
		{"18446744073709551615", 0, math.MaxUint64, 20, false},
		{"18446744073709551616", 0, math.MaxUint64, 20, true},
		{"-18446744073709551616", 0, math.MaxUint64, 21, true},
		{"ff", 16, 255, 2, false},
		{"0xff", 10, 0, 1, false},
	} {
		v, n, overflow := Strtoul(c.s, c.base)
		if v != c.v || n != c.n || overflow != c.overflow {
			t.Errorf("Strtoul(%q, %d) = %d, %d, %v", c.s, c.base, v, n, overflow)
		}
	}
}

func TestStrtol(t *testing.T) {
	for _, c := range []struct {
		s        string
		v        int64
		n        int
		overflow bool
	}{
		{"-0x10", -16, 5, false},
		{"9223372036854775807", math.MaxInt64, 19, false},
		{"9223372036854775808", math.MaxInt64, 19, true},
		{"-9223372036854775808", math.MinInt64, 20, false},
		{"-9223372036854775809", math.MinInt64, 20, true},
		{"99999999999999999999", math.MaxInt64, 20, true},
	} {
		v, n, overflow := Strtol(c.s, 0)
		if v != c.v || n != c.n || overflow != c.overflow {
			t.Errorf("Strtol(%q) = %d, %d, %v", c.s, v, n, overflow)
		}
	}
}

func TestBounds(t *testing.T) {
	u8 := func(s string) bool { _, ok := ParseU8(s, 0); return ok }
	u16 := func(s string) bool { _, ok := ParseU16(s, 0); return ok }
	u32 := func(s string) bool { _, ok := ParseU32(s, 0); return ok }
	u64 := func(s string) bool { _, ok := ParseU64(s, 0); return ok }
	s32 := func(s string) bool { _, ok := ParseS32(s, 0); return ok }
	s64 := func(s string) bool { _, ok := ParseS64(s, 0); return ok }
	for _, c := range []struct {
		parse func(string) bool
		s     string
		ok    bool
	}{
		{u8, "255", true}, {u8, "256", false}, {u8, "-0", true}, {u8, "-1", false}, {u8, " 1", true}, {u8, "1 ", false}, {u8, "", false},
		{u16, "0xffff", true}, {u16, "65536", false},
		{u32, "4294967295", true}, {u32, "4294967296", false}, {u32, "-1", false}, {u32, "-18446744073709551615", true},
		{u64, "-1", true}, {u64, "18446744073709551616", false},
		{s32, "-2147483648", true}, {s32, "-2147483649", false}, {s32, "2147483648", false},
		{s64, "-9223372036854775808", true}, {s64, "9223372036854775808", false},
	} {
		if got := c.parse(c.s); got != c.ok {
			t.Errorf("%q: accepted %v, want %v", c.s, got, c.ok)
		}
	}
}

func TestScan(t *testing.T) {
	if v, rest, ok := ScanUint(" 10-20"); v != 10 || rest != "-20" || !ok {
		t.Errorf("ScanUint = %d, %q, %v", v, rest, ok)
	}
	if _, _, ok := ScanUint("-"); ok {
		t.Error(`ScanUint took "-"`)
	}
	if v, _, ok := ScanInt("-99999999999999999999"); v != 0 || !ok {
		t.Errorf("ScanInt of the least long = %d, %v", v, ok)
	}
	for _, c := range []struct {
		s, rest string
		v       uint32
		ok      bool
	}{
		{"1f:2", ":2", 31, true}, {"0x1f", "", 31, true}, {"0x", "", 0, true}, {"0xg", "g", 0, true},
		{"00x1", "x1", 0, true}, {"-1", "", 0xffffffff, true}, {"100000005", "", 5, true},
		{"g", "g", 0, false}, {"", "", 0, false}, {"+", "+", 0, false},
	} {
		if v, rest, ok := ScanHex(c.s); v != c.v || ok != c.ok || ok && rest != c.rest {
			t.Errorf("ScanHex(%q) = %d, %q, %v", c.s, v, rest, ok)
		}
	}
}

func FuzzNumbers(f *testing.F) {
	for _, s := range []string{"0", "0x1f", "-017", " +9", "0x", "99999999999999999999", "1e3", "0x1.8p3", ".5s", "inf"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, base := range []int{0, 10, 16} {
			u, n, over := Strtoul(s, base)
			l, m, overL := Strtol(s, base)
			if n != m {
				t.Fatalf("%q base %d: strtoul reads %d bytes, strtol %d", s, base, n, m)
			}
			if !over && !overL && u != uint64(l) {
				t.Fatalf("%q base %d: strtoul %d, strtol %d", s, base, u, l)
			}
			if n > 0 { // what was read reads the same alone
				if v, k, _ := Strtoul(s[:n], base); v != u || k != n {
					t.Fatalf("%q base %d: %d alone", s[:n], base, v)
				}
			}
		}
		ScanHex(s)
		ScanInt(s)
		if _, n := Strtod(s); n < 0 || n > len(s) {
			t.Fatalf("Strtod read %d of %d bytes", n, len(s))
		}
		ParseTimeRTT(s)
	})
}
