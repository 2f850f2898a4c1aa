package format

import (
	"encoding/hex"
	"strings"
	"testing"
	"time"
)

func TestLLAddr(t *testing.T) {
	for _, c := range []struct {
		hex    string
		arphrd uint16
		want   string
	}{
		{"020000000010", 1, "02:00:00:00:00:10"}, {"", 1, ""}, {"0a000001", 1, "0a:00:00:01"},
		{"0a000001", 768, "10.0.0.1"}, {"0a000001", 776, "10.0.0.1"}, {"0a000001", 778, "10.0.0.1"},
		{"fd000000000000000000000000000001", 769, "fd00::1"}, {"fd000000000000000000000000000001", 823, "fd00::1"},
		{"9c6e60404040e0", 3, "N70-0"}, {"40404040404060", 3, "*"}, {"9c6e60404040fe", 0, "N70-15"},
		{"1234567890", 270, "1234567890"},
	} {
		a, _ := hex.DecodeString(c.hex)
		if got := string(AppendLLAddr(nil, a, c.arphrd)); got != c.want {
			t.Errorf("%s of type %d: %q, want %q", c.hex, c.arphrd, got, c.want)
		}
	}
}

func TestParseLLAddr(t *testing.T) {
	for _, c := range []struct {
		word, want string
		max        int
	}{
		{"00:11:22:33:44:55", "00:11:22:33:44:55", 32}, {"2:0:0", "02:00:00", 32}, {"0x1f:+2", "1f:02", 32},
		{"5z", "05", 32}, {"1:2:3", "01:02", 2}, {"10.0.0.1", "0a:00:00:01", 32}, {"0x:1", "00:01", 32}, {"100000005", "05", 32},
	} {
		a, bad, ok := ParseLLAddr(c.word, c.max)
		if got := string(AppendMAC(nil, a)); !ok || got != c.want {
			t.Errorf("%q: %q, %q, %v", c.word, got, bad, ok)
		}
	}
	for _, c := range []struct{ word, bad string }{
		{"zz", "zz"}, {"00:11:zz:33", "zz"}, {"", ""}, {"1:", ""}, {"100", "100"}, {"-1", "-1"}, {"1.2.3.x", "1.2.3.x"}, {"::1.2.3.4", "::1.2.3.4"},
	} {
		if a, bad, ok := ParseLLAddr(c.word, 32); ok || bad != c.bad {
			t.Errorf("%q: %x, %q, %v", c.word, a, bad, ok)
		}
	}
}

func TestBridgeID(t *testing.T) {
	id := []byte{0x80, 0, 2, 0, 0, 0, 0, 0x10}
	if got := string(AppendBridgeID(nil, id)); got != "8000.2:0:0:0:0:10" {
		t.Error(got)
	}
	if got := string(AppendBridgeIDPadded(nil, id)); got != "8000.020000000010" {
		t.Error(got)
	}
	if got := string(AppendBridgeID(nil, id[:7])); got != "" {
		t.Error(got)
	}
}

func TestCount(t *testing.T) {
	for _, c := range []struct {
		v     uint64
		scale Scale
		want  string
	}{
		{12345, ScaleNone, "12345"}, {999, ScaleSI, "999"}, {1000, ScaleSI, "1.00k"}, {1023, ScaleIEC, "1023"},
		{1024, ScaleIEC, "1.00ki"}, {9999, ScaleSI, "10.00k"}, {10000, ScaleSI, "10.0k"}, {99999, ScaleSI, "100.0k"},
		{100000, ScaleSI, "100k"}, {999999, ScaleSI, "1000k"}, {1000000, ScaleSI, "1.00M"}, {36000000, ScaleSI, "36.0M"},
		{36000000, ScaleIEC, "34.3Mi"}, {1<<64 - 1, ScaleSI, "18.4E"}, {1<<64 - 1, ScaleIEC, "16.0Ei"}, {0, ScaleSI, "0"},
	} {
		if got := string(AppendCount(nil, c.v, c.scale)); got != c.want {
			t.Errorf("%d: %q, want %q", c.v, got, c.want)
		}
	}
	if got := string(AppendCountRight([]byte("x"), 36000000, ScaleSI, 7)); got != "x  36.0M" {
		t.Errorf("%q", got)
	}
	if got := string(AppendCountRight(nil, 123456, ScaleNone, 3)); got != "123456" {
		t.Errorf("%q", got)
	}
	if got := string(AppendLeft(AppendRight(nil, "ab", 40), "c", 3)); got != strings.Repeat(" ", 38)+"abc  " {
		t.Errorf("%q", got)
	}
}

func TestTicks(t *testing.T) {
	for _, c := range []struct {
		ticks uint64
		width int
		want  string
	}{{0, 4, "   0.00"}, {199, 4, "   1.99"}, {1234567, 4, "12345.67"}, {5, 0, "0.05"}, {30000, 4, " 300.00"}} {
		if got := string(AppendTicks(nil, c.ticks, c.width)); got != c.want {
			t.Errorf("%d: %q, want %q", c.ticks, got, c.want)
		}
	}
}

func TestTimestamp(t *testing.T) {
	at := time.Date(2026, 11, 2, 19, 7, 49, 93849123, time.UTC)
	if got := string(AppendTimestamp(nil, at)); got != "Timestamp: Mon Nov  2 19:07:49 2026 93849 usec\n" {
		t.Errorf("%q", got)
	}
	if got := string(AppendTimestampShort(nil, at)); got != "[2026-11-02T19:07:49.093849] " {
		t.Errorf("%q", got)
	}
}

func TestParseTimeRTT(t *testing.T) {
	for _, c := range []struct {
		word    string
		ms      uint32
		raw, ok bool
	}{
		{"100", 100, true, true}, {"100ms", 100, false, true}, {"2s", 2000, false, true}, {"1.5S", 1500, false, true},
		{"0.1ms", 1, false, true}, {"0x10", 16, true, true}, {"1.", 1, true, true}, {".5secs", 500, false, true},
		{"", 0, false, false}, {"x", 0, false, false}, {"-1.5", 0, false, false}, {"1m", 0, false, false}, {".", 0, false, false},
		{"1.5e1msec", 15, false, true}, {"99999999999999999999", 0, false, false}, {"0", 0, true, true},
	} {
		if ms, raw, ok := ParseTimeRTT(c.word); ms != c.ms || raw != c.raw || ok != c.ok {
			t.Errorf("%q: %d, %v, %v", c.word, ms, raw, ok)
		}
	}
}

func TestNoAllocations(t *testing.T) {
	dst := make([]byte, 0, 256)
	v6 := []byte{0xfd, 15: 1}
	if n := testing.AllocsPerRun(100, func() {
		dst = AppendIPv6(dst[:0], v6)
		dst = AppendLLAddr(dst, v6[:6], 1)
		dst = AppendBridgeID(dst, v6)
		dst = AppendCountRight(dst, 36000000, ScaleIEC, 10)
		dst = AppendTicks(dst, 1234, 4)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
