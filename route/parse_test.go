package route

import (
	"reflect"
	"strings"
	"testing"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/ipaddr"
	"github.com/nlbox/nlbox/internal/resolver"
)

// fakeNames knows numbers, default, the host gw.test and the network labnet.
type fakeNames struct{}

func (fakeNames) Target(word string, hostFirst bool) (a [4]byte, isNet, ok bool) {
	switch word {
	case "default":
		return a, true, true
	case "labnet":
		return [4]byte{10, 77, 0, 0}, true, true
	case "gw.test":
		return [4]byte{10, 0, 0, 9}, false, true
	}
	addr, ok := resolver.ParseIPv4(word)
	if ok {
		a = addr.As4()
	}
	return a, false, ok
}

func (fakeNames) Addr6(word string) (a [16]byte, err resolver.Error) {
	if word == "six.test" {
		return ipaddr.MustParse("2001:db8::6").As16(), 0
	}
	return a, resolver.NoName
}

func (fakeNames) Herror(name string) string { return name + ": Unknown host" }

// outcome is the first line of an error with its status, "" for none. The usage
// is told by its name.
func outcome(err error) string {
	if err == nil {
		return ""
	}
	code, text := applet.Status(err)
	line, _, _ := strings.Cut(text, "\n")
	line, _, _ = strings.Cut(line, " [")
	return string(rune('0'+code)) + " " + line
}

func TestParseInet(t *testing.T) {
	ip := func(s string) [4]byte { return ipaddr.MustParse(s).As4() }
	all := ip("255.255.255.255")
	const up, host, via = flagUp, flagHost, flagGateway
	for _, c := range []struct {
		line string
		want inetRoute
	}{
		{"#net 10.5.0.0/16 dev v0", inetRoute{flags: up, dst: ip("10.5.0.0"), mask: ip("255.255.0.0"), device: "v0", hasDevice: true}},
		{"#net 10.5.0.0 netmask 255.255.0.0 v0", inetRoute{flags: up, dst: ip("10.5.0.0"), mask: ip("255.255.0.0"), device: "v0", hasDevice: true}},
		{"10.5.0.9 v0", inetRoute{flags: up | host, dst: ip("10.5.0.9"), mask: all, device: "v0", hasDevice: true}},
		{"default gw gw.test", inetRoute{flags: up | via, gateway: ip("10.0.0.9")}},
		{"#host default v0", inetRoute{flags: up | host, mask: all, device: "v0", hasDevice: true}},
		{"labnet v0", inetRoute{flags: up, dst: ip("10.77.0.0"), device: "v0", hasDevice: true}},
		{"#net 10.8.0.0/13 gateway 10.0.0.2 metric 7 device v0",
			inetRoute{flags: up | via, dst: ip("10.8.0.0"), mask: ip("255.248.0.0"), gateway: ip("10.0.0.2"), metric: 8, device: "v0", hasDevice: true}},
		{"#net 10.5.0.0/16 reject", inetRoute{flags: up | flagReject, dst: ip("10.5.0.0"), mask: ip("255.255.0.0"), device: "lo", hasDevice: true}},
		{"#net 10.5.0.0/0x10 mss 1400 window 4096 irtt 300",
			inetRoute{flags: up | flagMSS | flagWindow | flagIRTT, dst: ip("10.5.0.0"), mask: ip("255.255.0.0"), mss: 1400, window: 4096, irtt: 300}},
		{"#net 10.5.0.0/16 mtu 65536 window -1 irtt 65537 mod dyn reinstate",
			inetRoute{flags: up | flagMSS | flagWindow | flagIRTT | flagModified | flagDynamic | flagReinstate,
				dst: ip("10.5.0.0"), mask: ip("255.255.0.0"), mss: 65536, window: 4294967295, irtt: 1}},
		{"#net 10.5.0.0/16 metric 40000", inetRoute{flags: up, dst: ip("10.5.0.0"), mask: ip("255.255.0.0"), metric: -25535}},
		{"#net 128.0.0.0/33 v0", inetRoute{flags: up, dst: ip("128.0.0.0"), mask: ip("128.0.0.0"), device: "v0", hasDevice: true}},
		{"#net 10.1.2.3/32 v0", inetRoute{flags: up, dst: ip("10.1.2.3"), device: "v0", hasDevice: true}},
		{"#net 10.5.0.0/0 netmask 255.255.0.0", inetRoute{flags: up, dst: ip("10.5.0.0"), mask: ip("255.255.0.0")}},
	} {
		got, err := parseInet(fakeNames{}, strings.Fields(c.line), true)
		if err != nil || !reflect.DeepEqual(*got, c.want) {
			t.Errorf("%s:\ngot  %+v %v\nwant %+v", c.line, got, err, c.want)
		}
	}
}

func TestParseInetDelete(t *testing.T) {
	rt, err := parseInet(fakeNames{}, []string{"10.5.0.9"}, false)
	if err != nil || rt.mask != [4]byte{} {
		t.Errorf("a host to be deleted gets no mask: %+v %v", rt, err)
	}
}

func TestParseInetErrors(t *testing.T) {
	const usage = "3 Usage: inet_route"
	for _, c := range []struct{ line, want string }{
		{"#net", usage},
		{"10.5.0.0/24 v0", "3 route: netmask 000000ff doesn't make sense with host route"},
		{"#net 10.5.0.1/16 v0", "3 route: netmask doesn't match route address"},
		{"#net 10.5.0.0 netmask 255.0.255.0", "3 route: bogus netmask 255.0.255.0"},
		{"#net 10.5.0.0/x", usage},
		{"#net 10.5.0.0/24x", usage},
		{"#net 10.5.0.0/16 netmask 255.255.0.0", usage},
		{"#net 10.5.0.0/16 metric", usage},
		{"#net 10.5.0.0/16 metric x", usage},
		{"#net 10.5.0.0/16 mss 63", "3 route: Invalid MSS/MTU."},
		{"#net 10.5.0.0/16 mss 65537", "3 route: Invalid MSS/MTU."},
		{"#net 10.5.0.0/16 mss -1", "3 route: Invalid MSS/MTU."},
		{"#net 10.5.0.0/16 window 127", "3 route: Invalid window."},
		{"#net 10.5.0.0/16 irtt", usage},
		{"#net 10.5.0.0/16 gw", usage},
		{"#net 10.5.0.0/16 gw 10.0.0.1 gw 10.0.0.2", usage},
		{"#net 10.5.0.0/16 gw labnet", "3 route: labnet: cannot use a NETWORK as gateway!"},
		{"#net 10.5.0.0/16 gw nosuch", "6 nosuch: Unknown host"},
		{"#net 10.5.0.0/16 netmask nosuch", usage},
		{"#net 10.5.0.0 netmask nosuch", "6 nosuch: Unknown host"},
		{"nosuch", "6 nosuch: Unknown host"},
		{"#net 10.5.0.0/16 v0 metric 3", usage},
		{"#net 10.5.0.0/16 v0 dev v1", usage},
		{"#net 10.5.0.0/16 dev v0 v1", usage},
		{"#net 10.5.0.0/16 dev", usage},
	} {
		if _, err := parseInet(fakeNames{}, strings.Fields(c.line), true); outcome(err) != c.want {
			t.Errorf("%s: %q, want %q", c.line, outcome(err), c.want)
		}
	}
}

func TestParseInet6(t *testing.T) {
	ip := func(s string) [16]byte { return ipaddr.MustParse(s).As16() }
	for _, c := range []struct {
		line string
		want inet6Route
	}{
		{"2001:db8:5::/48 dev v0", inet6Route{flags: flagUp, dst: ip("2001:db8:5::"), prefixLen: 48, metric: 1, device: "v0", hasDevice: true}},
		{"2001:db8::5 v0", inet6Route{flags: flagUp | flagHost, dst: ip("2001:db8::5"), prefixLen: 128, metric: 1, device: "v0", hasDevice: true}},
		{"default gw fe80::1 dev v0", inet6Route{flags: flagUp | flagGateway, gateway: ip("fe80::1"), metric: 1, device: "v0", hasDevice: true}},
		{"six.test/64 metric 77 mod dyn", inet6Route{flags: flagUp | flagModified | flagDynamic, dst: ip("2001:db8::6"), prefixLen: 64, metric: 77}},
		{"::/0 metric 0", inet6Route{flags: flagUp}},
		{"2001:db8::/48x dev v0 dev v1", inet6Route{flags: flagUp, dst: ip("2001:db8::"), prefixLen: 48, metric: 1, device: "v1", hasDevice: true}},
		{"2001:db8::/", inet6Route{flags: flagUp, dst: ip("2001:db8::"), metric: 1}},
	} {
		got, err := parseInet6(fakeNames{}, strings.Fields(c.line))
		if err != nil || !reflect.DeepEqual(*got, c.want) {
			t.Errorf("%s:\ngot  %+v %v\nwant %+v", c.line, got, err, c.want)
		}
	}
}

func TestParseInet6Errors(t *testing.T) {
	const usage = "3 Usage: inet6_route"
	for _, c := range []struct{ line, want string }{
		{"", usage},
		{"2001:db8::/129", usage},
		{"2001:db8::/-1", usage},
		{"nosuch", "1 getaddrinfo: nosuch: -2"},
		{"2001:db8::/48 metric", usage},
		{"2001:db8::/48 metric x", usage},
		{"2001:db8::/48 gw", usage},
		{"2001:db8::/48 gw six.test", "6 six.test: Unknown host"},
		{"2001:db8::/48 gw fe80::1 gw fe80::2", usage},
		{"2001:db8::/48 dev", usage},
		{"2001:db8::/48 v0 v1", usage},
	} {
		if _, err := parseInet6(fakeNames{}, strings.Fields(c.line)); outcome(err) != c.want {
			t.Errorf("%s: %q, want %q", c.line, outcome(err), c.want)
		}
	}
}

func TestParseX25(t *testing.T) {
	for _, c := range []struct{ line, want string }{
		{"12345 lo", ""},
		{"12345/3 dev lo", ""},
		{"12345", "3 Usage: x25_route"},
		{"12345 dev", "3 Usage: x25_route"},
		{"12345 lo x", "3 Usage: x25_route"},
		{"123/5 lo", "6 123/5: Invalid address"},
		{"1234567890123456789 lo", "6 1234567890123456789: Address can't exceed eighteen digits with sigdigits"},
	} {
		if err := parseX25(strings.Fields(c.line)); outcome(err) != c.want {
			t.Errorf("%s: %q, want %q", c.line, outcome(err), c.want)
		}
	}
}

func TestParseOptions(t *testing.T) {
	type brief struct {
		families              string
		extend                int
		numeric, cache, fib   bool
		version, help         bool
		complaints, rest, err string
	}
	for _, c := range []struct {
		name, line string
		want       brief
	}{
		{"route", "", brief{families: "inet"}},
		{"route", "-nee", brief{families: "inet", extend: 2, numeric: true}},
		{"route", "-N", brief{families: "inet", numeric: true}},
		{"route", "-FC", brief{families: "inet", cache: true, fib: true}},
		{"route", "-6 -4 --inet6", brief{families: "inet6,inet,inet6"}},
		{"route", "-A inet,ip6 --appletalk", brief{families: "inet,inet6,ddp"}},
		{"route", "-A foo", brief{err: "1 Unknown address family `foo'."}},
		{"route", "-A inet,", brief{families: "inet", err: "1 Unknown address family `'."}},
		{"route", "--tcpip", brief{families: "inet", complaints: "route.c: Internal Error `longopts 1 range'."}},
		{"route", "-x -n", brief{help: true, numeric: true, complaints: "route: invalid option -- 'x'"}},
		{"route", "-V -x", brief{version: true}},
		{"route", "-6 -h", brief{families: "inet6", help: true}},
		{"route", "add -net 10.5.0.0/16 -n dev v0", brief{families: "inet", numeric: true, rest: "add #net 10.5.0.0/16 dev v0"}},
		{"route", "-- -host", brief{families: "inet", rest: "#host"}},
		{"inet6_route", "-n", brief{families: "inet6", numeric: true}},
		{"x_y_route", "", brief{families: "x", complaints: "Unknown address family `x'."}},
		{"inet6_route", "-h", brief{help: true}},
	} {
		o, err := parseOptions(&applet.Env{Name: c.name, Args: strings.Fields(c.line)})
		got := brief{o.families, o.extend, o.numeric, o.cache, o.fib, o.version, o.help,
			strings.Join(o.complaints, "\n"), strings.Join(o.rest, " "), outcome(err)}
		if got != c.want {
			t.Errorf("%s %s:\ngot  %+v\nwant %+v", c.name, c.line, got, c.want)
		}
	}
}

func TestTooManyFamilies(t *testing.T) {
	o, err := parseOptions(&applet.Env{Name: "route", Args: []string{"-A", strings.Repeat("inet6,", 60) + "inet"}})
	if err != nil || len(o.families) >= 256 || len(o.complaints) != 1 {
		t.Errorf("%d bytes, %q, %v", len(o.families), o.complaints, err)
	}
}

// FuzzParse feeds words to the parsers of all families.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"#net 10.5.0.0/16 gw 10.0.0.2 metric 7 dev v0", "default reject", "2001:db8::/48 gw fe80::1 mod v0", "12/3 dev lo"} {
		f.Add(s, true)
	}
	f.Fuzz(func(t *testing.T, line string, adding bool) {
		words := strings.Fields(line)
		if len(words) == 0 {
			return
		}
		if rt, err := parseInet(fakeNames{}, words, adding); err == nil {
			rt.message(!adding, inetPlace{index: 7})
		}
		if rt, err := parseInet6(fakeNames{}, words); err == nil {
			if rt.prefixLen > 128 {
				t.Errorf("%q: /%d", line, rt.prefixLen)
			}
			rt.message(!adding, 254, 7)
		}
		parseX25(words)
	})
}
