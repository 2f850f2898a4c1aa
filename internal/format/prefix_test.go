package format

import (
	"errors"
	"testing"
)

func TestParsePrefix(t *testing.T) {
	for _, c := range []struct {
		word   string
		family int
		text   string // of family and address
		bits   int
		given  bool
	}{
		{"10.8/16", FamilyUnspec, "10.8.0.0", 16, true},
		{"10.0.0.1", FamilyInet, "10.0.0.1", 32, false},
		{"10.0.0.0/255.255.255.0", FamilyInet, "10.0.0.0", 24, true},
		{"10.0.0.0/255.255", FamilyInet, "10.0.0.0", 16, true},
		{"10.0.0.0/0x18", FamilyInet, "10.0.0.0", 24, true},
		{"10.0.0.0/any", FamilyInet, "10.0.0.0", 0, true},
		{"fd00::/64", FamilyUnspec, "fd00::", 64, true},
		{"fd00::1", FamilyInet6, "fd00::1", 128, false},
		{"default", FamilyInet, "0.0.0.0", 0, true},
		{"any", FamilyInet, "", 0, false},
		{"default", FamilyUnspec, "", 0, true},
		{"100", FamilyMPLS, "100", 20, false},
	} {
		p, err := ParsePrefix(c.word, c.family)
		text := ""
		if len(p.Addr) > 0 {
			text = string(AppendAddr(nil, p.Family, p.Addr))
		}
		if err != nil || text != c.text || p.Bits != c.bits || p.LenGiven != c.given {
			t.Errorf("ParsePrefix(%q, %d) = %q %+v, %v", c.word, c.family, text, p, err)
		}
	}
	for _, c := range []struct {
		word   string
		family int
	}{
		{"10.0.0.1/33", FamilyUnspec}, {"10.0.0.0/255.0.255.0", FamilyUnspec}, {"default/8", FamilyInet},
		{"any/0", FamilyInet}, {"10.0.0.0/", FamilyInet}, {"10.0.0.0/8/8", FamilyInet}, {"/8", FamilyInet},
		{"fd00::/129", FamilyUnspec}, {"fd00::1", FamilyInet}, {"10.0.0.1", FamilyInet6}, {"10.0.0.0/-1", FamilyInet},
		{"default", FamilyMPLS}, {"foo", FamilyUnspec}, {"10.0.0.1", 128}, {"fd00::/255.0.0.0", 128},
	} {
		if p, err := ParsePrefix(c.word, c.family); err == nil {
			t.Errorf("ParsePrefix(%q, %d) = %+v", c.word, c.family, p)
		}
	}
}

func TestParseAddrNotice(t *testing.T) {
	_, err := ParseAddr("00:zz", FamilyPacket)
	var e *AddrError
	if !errors.As(err, &e) || e.Notice != `"zz" is invalid lladdr.` {
		t.Errorf("error %#v", err)
	}
	p, err := ParseAddr("any", FamilyInet)
	if err != nil || p.Bits != BitsAny || !p.IsUnspecified() {
		t.Errorf("any: %+v, %v", p, err)
	}
}

func TestContains(t *testing.T) {
	for _, c := range []struct {
		prefix, addr string
		want         bool
	}{
		{"10.0.0.0/8", "10.1.2.3", true}, {"10.0.0.0/8", "11.1.2.3", false}, {"10.1.128.0/17", "10.1.127.255", false},
		{"10.1.128.0/17", "10.1.200.1", true}, {"10.0.0.0/8", "fd00::1", false}, {"0.0.0.0/0", "fd00::1", true},
		{"fd00::/16", "fd00:1::", true}, {"fd00::/16", "fd01::", false}, {"10.0.0.1", "10.0.0.1", true},
	} {
		p, err := ParsePrefix(c.prefix, FamilyUnspec)
		if err != nil {
			t.Fatal(err)
		}
		a, err := ParseAddr(c.addr, FamilyUnspec)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Contains(a.Addr); got != c.want {
			t.Errorf("%s contains %s: %v", c.prefix, c.addr, got)
		}
	}
}

func TestMulticast(t *testing.T) {
	for _, c := range []struct {
		word string
		want bool
	}{{"224.0.0.1", true}, {"239.1", true}, {"240.0.0.0", false}, {"ff02::1", true}, {"fe80::1", false}, {"any", false}} {
		p, err := ParseAddr(c.word, FamilyUnspec)
		if err != nil || p.IsMulticast() != c.want {
			t.Errorf("%s: %v, %v", c.word, p.IsMulticast(), err)
		}
	}
}

func TestIfname(t *testing.T) {
	for _, c := range []struct {
		name         string
		main, altern bool
	}{
		{"eth0", true, true}, {"", false, false}, {"123456789012345", true, true}, {"1234567890123456", false, true},
		{"a/b", false, false}, {"a b", false, false}, {"a\vb", false, false}, {"ä", true, true}, {"..", true, true},
	} {
		if ValidIfname(c.name) != c.main || ValidAltIfname(c.name) != c.altern {
			t.Errorf("%q: %v %v", c.name, ValidIfname(c.name), ValidAltIfname(c.name))
		}
	}
}
