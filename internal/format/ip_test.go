package format

import (
	"bytes"
	"encoding/hex"
	"net/netip"
	"testing"
)

func TestIPv6(t *testing.T) {
	for _, c := range []struct{ in, out string }{
		{"::", "::"}, {"::1", "::1"}, {"1::", "1::"},
		{"::1.2.3.4", "::1.2.3.4"}, {"::ffff:1.2.3.4", "::ffff:1.2.3.4"}, {"::fffe:1.2.3.4", "::fffe:102:304"},
		{"::1:0", "::0.1.0.0"}, {"::1:2", "::0.1.0.2"}, {"::2:0:0", "::2:0:0"}, {"::ffff:0:0", "::ffff:0.0.0.0"},
		{"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"}, {"1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"},
		{"0:1:0:0:2:0:0:0", "0:1:0:0:2::"}, {"FE80::AbCd", "fe80::abcd"}, {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
		{"::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"}, {"0001:02::3", "1:2::3"}, {"64:ff9b::192.0.2.1", "64:ff9b::c000:201"},
	} {
		a, ok := ParseIPv6(c.in)
		if !ok {
			t.Errorf("ParseIPv6(%q) refused", c.in)
			continue
		}
		if got := string(AppendIPv6(nil, a[:])); got != c.out {
			t.Errorf("%q is printed %q, want %q", c.in, got, c.out)
		}
	}
	for _, s := range []string{
		"", ":", ":::", "1", "1:", ":1", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "1::2::3", "12345::", "g::", "::1%lo",
		"1:2:3:4:5:6:7", "1:2:3:4:5:6:7:1.2.3.4", "::1.2.3", "::1.2.3.04", "::1.2.3.256", "::1.2.3.4:5", " ::1", "::1 ", "::1.2.3.4.5",
	} {
		if a, ok := ParseIPv6(s); ok {
			t.Errorf("ParseIPv6(%q) = %x", s, a)
		}
	}
}

func TestParseIPv4(t *testing.T) {
	for _, c := range []struct{ in, out string }{
		{"10.8", "10.8.0.0"}, {"0x0a.1.1.1", "10.1.1.1"}, {"010.0.0.9", "8.0.0.9"}, {"1", "1.0.0.0"},
		{" 1.+2. 3.-0", "1.2.3.0"}, {"255.255.255.255", "255.255.255.255"},
	} {
		a, ok := ParseIPv4(c.in)
		if got := string(AppendIPv4(nil, a[:])); !ok || got != c.out {
			t.Errorf("%q: %q, %v", c.in, got, ok)
		}
	}
	for _, s := range []string{"", ".", "1.", ".1", "256", "-1", "1.2.3.4.", "1.2.3.4.5", "08.1", "1.2.3.4x", "a", "1,2", "99999999999999999999"} {
		if a, ok := ParseIPv4(s); ok {
			t.Errorf("ParseIPv4(%q) = %v", s, a)
		}
	}
}

func TestAppendAddr(t *testing.T) {
	for _, c := range []struct {
		family int
		hex    string
		want   string
	}{
		{FamilyInet, "0a000001", "10.0.0.1"}, {FamilyInet, "0a0000", "???"},
		{FamilyInet6, "00000000000000000000000000000001", "::1"}, {FamilyInet6, "0a000001", "???"},
		{FamilyMPLS, "00064000000c8100", "100/200"}, {FamilyMPLS, "00064100", "100"}, {FamilyMPLS, "00064000", "100"},
		{FamilyPacket, "020000000010", "02:00:00:00:00:10"}, {FamilyPacket, "", ""},
		{FamilyBridge, "020000000a000001", "10.0.0.1"}, {FamilyBridge, "02", "???"}, {128, "0a000001", "???"},
	} {
		a, _ := hex.DecodeString(c.hex)
		if got := string(AppendAddr(nil, c.family, a)); got != c.want {
			t.Errorf("family %d %s: %q, want %q", c.family, c.hex, got, c.want)
		}
	}
}

func TestParseMPLS(t *testing.T) {
	a, _, ok := ParseMPLS("100/0x10/1048575", 64)
	if got := string(AppendMPLS(nil, a)); !ok || got != "100/16/1048575" {
		t.Errorf("%q, %v", got, ok)
	}
	for _, s := range []string{"", "1048576", "1/", "1.2", "-1"} {
		if _, _, ok := ParseMPLS(s, 64); ok {
			t.Errorf("ParseMPLS took %q", s)
		}
	}
	if _, many, ok := ParseMPLS("1/2/3", 2); ok || !many {
		t.Errorf("three labels in two: many %v, ok %v", many, ok)
	}
}

// Whatever is printed reads back as the same address, and agrees with net/netip
// where both know the form.
func FuzzIPv6(f *testing.F) {
	for _, s := range []string{"::", "::1.2.3.4", "1:2:3:4:5:6:7:8", "fe80::1", "1::2::3", ":::"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, ok := ParseIPv6(s)
		if std, err := netip.ParseAddr(s); err == nil && std.Is6() && std.Zone() == "" {
			if !ok || std.As16() != a {
				t.Fatalf("%q: %x, %v; netip has %v", s, a, ok, std)
			}
		}
		if !ok {
			return
		}
		text := string(AppendIPv6(nil, a[:]))
		if b, ok := ParseIPv6(text); !ok || b != a {
			t.Fatalf("%q is printed %q, which reads as %x, %v", s, text, b, ok)
		}
	})
}

func FuzzPrefix(f *testing.F) {
	for _, s := range []string{"10.8/16", "default", "any/8", "::/0", "1/255.0", "00:11:22", "100/200"} {
		for _, family := range []int{FamilyUnspec, FamilyInet, FamilyInet6, FamilyPacket, FamilyMPLS} {
			f.Add(s, family)
		}
	}
	f.Fuzz(func(t *testing.T, s string, family int) {
		p, err := ParsePrefix(s, family)
		if err != nil {
			return
		}
		if host := FamilyBits(p.Family); p.Bits < 0 || p.Bits > host {
			t.Fatalf("%q: length %d of %d", s, p.Bits, host)
		}
		if p.IsInet() && len(p.Addr) > 0 && !p.Contains(p.Addr) {
			t.Fatalf("%q does not contain its own address", s)
		}
	})
}

func FuzzAppendAddr(f *testing.F) {
	f.Add(FamilyBridge, []byte{2, 0, 0, 0, 1, 2, 3})
	f.Fuzz(func(t *testing.T, family int, a []byte) {
		dst := []byte("x")
		if got := AppendAddr(dst, family, a); !bytes.HasPrefix(got, dst) {
			t.Fatal("the text before was changed")
		}
		AppendLLAddr(nil, a, uint16(family))
		AppendBridgeID(nil, a)
		AppendBridgeIDPadded(nil, a)
	})
}
