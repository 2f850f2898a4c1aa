package format

import (
	"strconv"
	"testing"
)

// The short ways through ParseIPv4 and ParseLLAddr read what the long ones do.
func TestShortWays(t *testing.T) {
	long := func(s string) (a [4]byte, ok bool) {
		for i := 0; ; i++ {
			v, n, _ := Strtoul(s, 0)
			if n == 0 || v > 255 || i == 4 {
				return [4]byte{}, false
			}
			a[i] = byte(v)
			if n == len(s) {
				return a, true
			}
			if i == 3 || s[n] != '.' {
				return [4]byte{}, false
			}
			s = s[n+1:]
		}
	}
	for _, s := range []string{"1.2.3.4", "0.0.0.0", "255.255.255.255", "01.2.3.4", "1.2.3", "0x1.2.3.4", "256.1.1.1", "1.2.3.4.5", "1..2.3", "", "00.0.0.0"} {
		a, ok := ParseIPv4(s)
		if b, want := long(s); a != b || ok != want {
			t.Errorf("%q: %v %v, want %v %v", s, a, ok, b, want)
		}
	}
	for i := range 256 {
		s := strconv.FormatUint(uint64(i)|0x100, 16)[1:]
		for _, word := range []string{s + ":" + s, s, s + ":"} {
			a, _, ok := ParseLLAddr(word, 20)
			if want := word != s+":"; ok != want || ok && (a[0] != byte(i) || a[len(a)-1] != byte(i)) {
				t.Errorf("%q: %x %v", word, a, ok)
			}
		}
	}
}

func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		ParsePrefix("198.51.100.0/24", FamilyUnspec)
		ParseLLAddr("02:00:00:00:00:10", 20)
	}
}
