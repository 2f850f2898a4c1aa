package format

import (
	"strconv"
	"testing"
)

func TestAppendByte(t *testing.T) {
	for i := range 256 {
		if got, want := string(appendByte(nil, byte(i))), strconv.Itoa(i); got != want {
			t.Errorf("%d: %q", i, got)
		}
	}
}

func TestAppendGroup(t *testing.T) {
	for i := range 1 << 16 {
		if got, want := string(appendGroup(nil, byte(i>>8), byte(i))), strconv.FormatUint(uint64(i), 16); got != want {
			t.Fatalf("%x: %q", i, got)
		}
	}
}

func BenchmarkAppend(b *testing.B) {
	v4, v6 := []byte{192, 0, 2, 17}, []byte{0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0xc0, 0, 2, 0x11}
	mac := []byte{2, 0, 0, 0, 0, 0x10}
	for _, c := range []struct {
		name string
		add  func([]byte) []byte
	}{
		{"ipv4", func(dst []byte) []byte { return AppendIPv4(dst, v4) }},
		{"ipv6", func(dst []byte) []byte { return AppendIPv6(dst, v6) }},
		{"mac", func(dst []byte) []byte { return AppendMAC(dst, mac) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			buf := make([]byte, 0, 64)
			b.ReportAllocs()
			for b.Loop() {
				buf = c.add(buf[:0])
			}
		})
	}
}
