package ipaddr

import (
	"net/netip"
	"testing"
)

// same compares what an address says of itself with what netip says of it.
func same(t *testing.T, a Addr, want netip.Addr) {
	t.Helper()
	for _, c := range []struct {
		what      string
		got, want bool
	}{
		{"IsValid", a.IsValid(), want.IsValid()},
		{"Is4", a.Is4(), want.Is4()},
		{"Is6", a.Is6(), want.Is6()},
		{"Is4In6", a.Is4In6(), want.Is4In6()},
		{"IsLoopback", a.IsLoopback(), want.IsLoopback()},
		{"IsMulticast", a.IsMulticast(), want.IsMulticast()},
		{"IsLinkLocalMulticast", a.IsLinkLocalMulticast(), want.IsLinkLocalMulticast()},
		{"IsLinkLocalUnicast", a.IsLinkLocalUnicast(), want.IsLinkLocalUnicast()},
		{"Unmap", a.Unmap().Is4(), want.Unmap().Is4()},
	} {
		if c.got != c.want {
			t.Errorf("%v: %s is %v, want %v", want, c.what, c.got, c.want)
		}
	}
	if a.As16() != want.As16() || string(a.AsSlice()) != string(want.AsSlice()) {
		t.Errorf("%v: %v, %v", want, a.As16(), a.AsSlice())
	}
	if want.Unmap().Is4() && a.As4() != want.As4() {
		t.Errorf("%v: %v", want, a.As4())
	}
	// They differ where inet_ntop writes dots and RFC 5952 does not.
	if back, ok := Parse(a.String()); !ok || back != a {
		t.Errorf("%v: written as %s", want, a)
	}
}

func texts() []string {
	return []string{
		"0.0.0.0", "127.0.0.1", "127.255.0.9", "128.0.0.1", "169.254.1.1", "169.253.1.1", "223.255.255.255", "224.0.0.0",
		"224.0.0.251", "224.0.1.1", "239.1.2.3", "240.0.0.1", "255.255.255.255", "10.0.0.1",
		"::", "::1", "::2", "fe80::1", "febf::", "fec0::1", "ff02::1", "ff12::1", "ff05::2", "fd00::1", "2001:db8::1",
		"::ffff:127.0.0.1", "::ffff:224.0.0.1", "::ffff:169.254.0.1", "::ffff:10.1.1.1", "::fffe:10.1.1.1", "1:2:3:4:5:6:7:8",
	}
}

func TestLikeNetip(t *testing.T) {
	for _, s := range texts() {
		a, ok := Parse(s)
		if !ok {
			t.Errorf("%s is no address", s)
			continue
		}
		want := netip.MustParseAddr(s)
		same(t, a, want)
		if other, ok := FromSlice(want.AsSlice()); !ok || other != a {
			t.Errorf("%s: from its bytes %v", s, other)
		}
	}
	for _, s := range []string{"", "1", "1.2.3", "01.2.3.4", "1.2.3.256", "1.2.3.4.5", "1.2.3.4 ", ":", ":::", "1::2::3", "fe80::1%1", "12345::", "g::"} {
		if a, ok := Parse(s); ok {
			t.Errorf("%q is %v", s, a)
		}
	}
	if a, ok := FromSlice(make([]byte, 5)); ok || a.IsValid() || a.AsSlice() != nil || a.IsLoopback() || a.IsMulticast() {
		t.Errorf("five bytes: %v", a)
	}
}

func TestContains(t *testing.T) {
	for _, p := range []string{"10.0.0.0", "10.1.2.3", "::", "fe80::", "::ffff:10.0.0.0"} {
		for bits := -1; bits <= 129; bits++ {
			ours, _ := Parse(p)
			theirs := netip.PrefixFrom(netip.MustParseAddr(p), bits).Masked()
			for _, s := range texts() {
				a, _ := Parse(s)
				if got, want := (Prefix{ours, bits}).Contains(a), theirs.Contains(netip.MustParseAddr(s)); got != want {
					t.Errorf("%s/%d contains %s: %v", p, bits, s, got)
				}
			}
		}
	}
	if (Prefix{}).Contains(Addr{}) {
		t.Error("none contains none")
	}
}

func FuzzLikeNetip(f *testing.F) {
	for _, s := range texts() {
		f.Add(s, netip.MustParseAddr(s).AsSlice())
	}
	f.Fuzz(func(t *testing.T, s string, b []byte) {
		want, err := netip.ParseAddr(s)
		a, ok := Parse(s)
		if ok != (err == nil && want.Zone() == "") {
			t.Fatalf("%q: %v, netip: %v, %v", s, a, want, err)
		}
		if ok {
			same(t, a, want)
		}
		if want, valid := netip.AddrFromSlice(b); valid {
			a, _ := FromSlice(b)
			same(t, a, want)
		}
	})
}
