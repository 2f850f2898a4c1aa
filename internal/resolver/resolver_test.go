package resolver

import (
	"reflect"
	"testing"

	"github.com/nlbox/nlbox/internal/ipaddr"
)

func TestParseIPv4(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"127.0.0.1", "127.0.0.1"},
		{"127.1", "127.0.0.1"},
		{"1.2.515", "1.2.2.3"},
		{"0x7f000001", "127.0.0.1"},
		{"2130706433", "127.0.0.1"},
		{"017.1", "15.0.0.1"},
		{"0", "0.0.0.0"},
		{"1.0xff.077.0", "1.255.63.0"},
		{"256.1.1.1", ""},
		{"1.256.1", ""},
		{"1.2.65536", ""},
		{"1.16777216", ""},
		{"4294967296", ""},
		{"1.2.3.4.5", ""},
		{"1.2.3.", ""},
		{"", ""},
		{"09", ""},
		{"0x", ""},
		{"1.2.3.4 x", ""},
		{"-1", ""},
	} {
		a, ok := ParseIPv4(c.in)
		if got := text(a, ok); got != c.want {
			t.Errorf("ParseIPv4(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func text(a ipaddr.Addr, ok bool) string {
	if !ok {
		return ""
	}
	return a.String()
}

func TestLiteral(t *testing.T) {
	for _, c := range []struct {
		in    string
		addr  string
		scope uint32
		err   error
	}{
		{"10.1", "10.0.0.1", 0, nil},
		{"::1", "::1", 0, nil},
		{"::1%7", "::1", 7, nil},
		{"::1%lo", "::1", 0, NoName},
		{"fe80::1%", "fe80::1", 0, NoName},
		{"fe80::1%4294967295", "fe80::1", 4294967295, nil},
		{"fe80::1%4294967296", "fe80::1", 0, NoName},
		{"fe80::1%99999999999999999999", "fe80::1", 0, NoName},
		{"::ffff:1.2.3.4", "::ffff:1.2.3.4", 0, nil},
		{"1::2::3", "", 0, nil},
		{"host", "", 0, nil},
		{"1.2.3.4%lo", "", 0, nil},
	} {
		a, ok, err := literal(c.in)
		if got := text(a.Addr, ok); got != c.addr || err != c.err || err == nil && a.Scope != c.scope {
			t.Errorf("literal(%q) = %q %d %v, want %q %d %v", c.in, got, a.Scope, err, c.addr, c.scope, c.err)
		}
	}
}

func TestLookupLiteral(t *testing.T) {
	r := New(func(string) string { return "" })
	h, err := r.Lookup("0x7f.1", Any)
	if err != nil || h.Canonical != "0x7f.1" || len(h.Addrs) != 1 || h.Addrs[0].Addr.String() != "127.0.0.1" {
		t.Errorf("got %v %v", h, err)
	}
	if _, err := r.Lookup("::1", IPv4); err != AddrFamily {
		t.Errorf("::1 as IPv4: %v", err)
	}
	if _, err := r.Lookup("fe80::1%nosuch", IPv4); err != AddrFamily {
		t.Errorf("fe80::1%%nosuch as IPv4: %v", err)
	}
	if h, err := r.Lookup("::ffff:1.2.3.4%5", IPv4); err != nil || h.Addrs[0].Addr.String() != "1.2.3.4" {
		t.Errorf("::ffff:1.2.3.4%%5 as IPv4: %v %v", h, err)
	}
	if _, err := r.Lookup("::ffff:1.2.3.4%lo", IPv4); err != NoName {
		t.Errorf("::ffff:1.2.3.4%%lo as IPv4: %v", err)
	}
	if _, err := r.Lookup("", Any); err != NoName {
		t.Errorf("empty name: %v", err)
	}
}

const hostsText = `# comment
127.0.0.1	localhost lo4 # not this
::1 localhost ip6-localhost
127.0.0.5 multi.example multi
127.0.0.6 other MULTI
127.1 short
fe80::1%lo scoped
::ffff:10.0.0.7 mapped
1.2.3.4
`

func TestFindHost(t *testing.T) {
	for _, c := range []struct {
		name   string
		family Family
		canon  string
		addrs  string
	}{
		{"localhost", Any, "localhost", "127.0.0.1 ::1 "},
		{"LOCALHOST", IPv6, "localhost", "::1 "},
		{"lo4", Any, "localhost", "127.0.0.1 "},
		{"lo4", IPv6, "", ""},
		{"multi", Any, "multi.example", "127.0.0.5 127.0.0.6 "},
		{"ip6-localhost", IPv4, "localhost", "127.0.0.1 "},
		{"mapped", IPv4, "mapped", "10.0.0.7 "},
		{"mapped", IPv6, "mapped", "::ffff:10.0.0.7 "},
		{"not", Any, "", ""},
		{"short", Any, "", ""},
		{"scoped", Any, "", ""},
		{"localhost.", Any, "", ""},
		{"127.0.0.1", Any, "", ""},
	} {
		h, ok := findHost(hostsText, c.name, c.family)
		addrs := ""
		for _, a := range h.Addrs {
			addrs += a.Addr.String() + " "
		}
		if ok != (c.addrs != "") || addrs != c.addrs || h.Canonical != c.canon {
			t.Errorf("%s: %q %q", c.name, h.Canonical, addrs)
		}
	}
}

func TestFindAddr(t *testing.T) {
	index := indexHosts(hostsText)
	for _, c := range []struct{ addr, name string }{
		{"127.0.0.1", "localhost"},
		{"::1", "localhost"},
		{"127.0.0.6", "other"},
		{"1.2.3.4", ""},
		{"9.9.9.9", ""},
	} {
		if name, ok := index[ipaddr.MustParse(c.addr)]; name != c.name || ok != (c.name != "") {
			t.Errorf("%s: %q %v", c.addr, name, ok)
		}
	}
}

func TestParseServices(t *testing.T) {
	const all = 1<<found | 1<<notFound | 1<<unavailable | 1<<tryAgain
	for _, c := range []struct {
		in   string
		want []service
	}{
		{"", []service{{"files", 1 << found}, {"dns", 1 << found}}},
		{"hosts: files dns", []service{{"files", 1 << found}, {"dns", 1 << found}}},
		{"passwd: files\nhosts:\tfiles mdns4_minimal [NOTFOUND=return] dns # x",
			[]service{{"files", 1 << found}, {"mdns4_minimal", 1<<found | 1<<notFound}, {"dns", 1 << found}}},
		{"hosts: dns [!UNAVAIL=return]files", []service{{"dns", all &^ (1 << unavailable)}, {"files", 1 << found}}},
		{"hosts: files [SUCCESS=continue TRYAGAIN=return bogus=x] dns", []service{{"files", 1 << tryAgain}, {"dns", 1 << found}}},
		{"hosts:", []service{}},
	} {
		if got := parseServices(c.in, "hosts"); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%q: %v, want %v", c.in, got, c.want)
		}
	}
}

func TestParseConfig(t *testing.T) {
	c := parseConfig("; c\n# d\nnameserver 10.0.0.1\nnameserver fe80::2%3\nnameserver bogus\nnameserver 1.1.1.1\nnameserver 2.2.2.2\n" +
		"domain old\nsearch a.b c.d\noptions ndots:99 timeout:3 attempts:4 rotate use-vc\n")
	want := &config{
		servers: []server{
			{ipaddr.MustParse("10.0.0.1"), 0, 53},
			{ipaddr.MustParse("fe80::2"), 3, 53},
			{ipaddr.MustParse("1.1.1.1"), 0, 53},
		},
		search: []string{"a.b", "c.d"}, ndots: 15, timeout: 3, attempts: 4, useTCP: true,
	}
	if !reflect.DeepEqual(c, want) {
		t.Errorf("got %+v, want %+v", c, want)
	}
	c = parseConfig("domain one two\n")
	want = &config{servers: []server{{ipaddr.MustParse("127.0.0.1"), 0, 53}}, search: []string{"one"}, ndots: 1, timeout: 5, attempts: 2}
	if !reflect.DeepEqual(c, want) {
		t.Errorf("got %+v, want %+v", c, want)
	}
}

func TestHostName(t *testing.T) {
	for _, c := range []struct {
		name string
		ok   bool
	}{
		{"a", true}, {"a.b", true}, {"a.b.", true}, {"_x-1.test", true}, {"1.2.3.4.5", true}, {".", true},
		{"", false}, {"-a", false}, {"a..b", false}, {"..", false}, {"a b", false}, {"a/b", false}, {".a", false}, {`a\.b`, false}, {"ü", false},
	} {
		if got := hostName(c.name); got != c.ok {
			t.Errorf("%q: %v", c.name, got)
		}
	}
}

func TestReverseName(t *testing.T) {
	for _, c := range []struct{ addr, want string }{
		{"1.2.3.40", "40.3.2.1.in-addr.arpa"},
		{"2001:db8::1", "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"},
	} {
		if got := reverseName(ipaddr.MustParse(c.addr)); got != c.want {
			t.Errorf("%s: %s", c.addr, got)
		}
	}
}

// The samples are those of RFC 3492, 7.1, and names in use.
func TestPunycode(t *testing.T) {
	for _, c := range []struct{ text, code string }{
		{"ü", "tda"},
		{"bücher", "bcher-kva"},
		{"他们为什么不说中文", "ihqwcrb4cv8a8dqg056pqjye"},
		{"3年b組金八先生", "3b-ww4c5e180e575a65lsy2b"},
		{"-> $1.00 <-", "-> $1.00 <--"},
	} {
		if got, ok := encodePunycode(c.text); !ok || got != c.code {
			t.Errorf("encode %q: %q", c.text, got)
		}
		if got, ok := decodePunycode(c.code); !ok || got != c.text {
			t.Errorf("decode %q: %q", c.code, got)
		}
	}
	for _, bad := range []string{"!", "99999999", "ü", "a-9"} {
		if got, ok := decodePunycode(bad); ok {
			t.Errorf("decode %q: %q", bad, got)
		}
	}
}

func TestIDN(t *testing.T) {
	locale := func(v string) *Resolver {
		return New(func(key string) string {
			if key == "LANG" {
				return v
			}
			return ""
		})
	}
	utf, c := locale("C.UTF-8"), locale("")
	if got, err := utf.toASCII("Ü.Test"); got != "xn--tda.test" || err != nil {
		t.Errorf("toASCII: %q %v", got, err)
	}
	if _, err := c.toASCII("ü.test"); err != IDNEncode {
		t.Errorf("toASCII in C: %v", err)
	}
	if _, err := utf.toASCII("\xff"); err != IDNEncode {
		t.Errorf("toASCII of broken UTF-8: %v", err)
	}
	if got := utf.toDisplay("xn--tda.test"); got != "ü.test" {
		t.Errorf("toDisplay: %q", got)
	}
	if got := utf.toDisplay("xn--a-9.test"); got != "xn--a-9.test" {
		t.Errorf("toDisplay of what is no punycode: %q", got)
	}
	if got := c.toDisplay("xn--tda.test"); got != "xn--tda.test" {
		t.Errorf("toDisplay in C: %q", got)
	}
}

func TestPolicy(t *testing.T) {
	for _, c := range []struct {
		addr              string
		precedence, label uint8
		scope             uint8
	}{
		{"::1", 50, 0, scopeLinkLocal},
		{"2001:db8::1", 40, 1, scopeGlobal},
		{"2002::1", 30, 2, scopeGlobal},
		{"::5", 20, 3, scopeGlobal},
		{"::ffff:1.2.3.4", 10, 4, scopeGlobal},
		{"10.0.0.1", 10, 4, scopeGlobal},
		{"127.0.0.1", 10, 4, scopeLinkLocal},
		{"169.254.1.1", 10, 4, scopeLinkLocal},
		{"fec0::1", 40, 5, scopeSiteLocal},
		{"fd00::1", 40, 6, scopeGlobal},
		{"2001::1", 40, 7, scopeGlobal},
		{"fe80::1", 40, 1, scopeLinkLocal},
		{"ff05::1", 40, 1, 5},
	} {
		a := ipaddr.MustParse(c.addr)
		p, l := policy(a)
		if s := scopeOf(a); p != c.precedence || l != c.label || s != c.scope {
			t.Errorf("%s: precedence %d label %d scope %#x", c.addr, p, l, s)
		}
	}
}

func TestOrder(t *testing.T) {
	cand := func(f func(*candidate)) candidate {
		c := candidate{Address: Address{Addr: ipaddr.MustParse("2001:db8::1")}, reachable: true, sameScope: true,
			sameLabel: true, precedence: 40, scope: scopeGlobal, prefix: 64}
		f(&c)
		return c
	}
	base := cand(func(*candidate) {})
	for name, worse := range map[string]candidate{
		"reachable":  cand(func(c *candidate) { c.reachable = false }),
		"scope":      cand(func(c *candidate) { c.sameScope = false }),
		"label":      cand(func(c *candidate) { c.sameLabel = false }),
		"precedence": cand(func(c *candidate) { c.precedence = 10 }),
		"prefix":     cand(func(c *candidate) { c.prefix = 63 }),
	} {
		if !base.before(&worse) || worse.before(&base) {
			t.Errorf("rule of %s does not decide", name)
		}
	}
	if base.before(&base) {
		t.Error("equal candidates must keep their order")
	}
	near := cand(func(c *candidate) { c.scope = scopeLinkLocal; c.prefix = 0 })
	if !near.before(&base) {
		t.Error("the smaller scope goes before the longer prefix")
	}
	if got := commonBits([16]byte{0xff, 0x80}, [16]byte{0xff, 0xC0}); got != 9 {
		t.Errorf("commonBits: %d", got)
	}
}
