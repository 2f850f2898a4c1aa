package ifconfig

import (
	"bytes"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/resolver"
)

// run calls the applet and returns its status and what it has written.
func run(words ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	env := &applet.Env{Name: "ifconfig", Args: words, Stdout: applet.NewOutput(&out), Stderr: &errs}
	code = applet.Run(Main, env)
	return code, out.String(), errs.String()
}

const fullUsage = "(usage)"

// TestEndings are calls that end before the kernel is asked anything.
func TestEndings(t *testing.T) {
	usage := usageText + hardwareList() + familiesText + familyList()
	for _, c := range []struct {
		line           string
		code           int
		stdout, stderr string
	}{
		{"-h", 0, usageText + familiesText, hardwareList() + familyList()},
		{"-a -? x", 0, usageText + familiesText, hardwareList() + familyList()},
		{"-s -V", 0, "net-tools 2.10\n", ""},
		{"-x", 1, "", "ifconfig: option `-x' not recognised.\n" + helpHint + "\n"},
		{"-as", 1, "", "ifconfig: option `-as' not recognised.\n" + helpHint + "\n"},
		{"x mtu", 3, "", fullUsage},
		{"x hw", 3, "", fullUsage},
		{"x hw foo 1", 3, "", fullUsage},
		{"x hw ether", 3, "", fullUsage},
		{"x hw loop 1 netmask", 3, "", "hw address type `loop' has no handler to set address. failed.\n" + fullUsage},
		{"x hw loop", 1, "", "hw address type `loop' has no handler to set address. failed.\n"},
		{"-v x hw ether zz", 1, "", "zz: invalid ether address.\nWARNING: at least one error occured. (1)\n"},
		{"x hw ash z", 1, "", "Malformed Ash addressz: invalid ash address.\n"},
		{"x media foo", 1, "", "Unknown media type.\n"},
		{"x 1.2.3.4/x", 3, "", fullUsage},
		{"x add 2001:db8::1/129", 3, "", fullUsage},
		{"x tunnel 1.2.3.4", 1, "", "1.2.3.4: Resolver Error 0 (no error)\n"},
		{"x unix 1.2.3.4", 1, "", "ifconfig: Cannot set address for this protocol family.\n"},
		{"x unix broadcast 1.2.3.4", 1, "", "ifconfig: Cannot set address for this protocol family.\n"},
		{"x ax25 ab,c", 1, "", "ab,c: Invalid callsign\n" + helpHint + "\n"},
		{"x ax25 AB", 1, "", "Don't know how to set addresses for family 3.\n"},
		{"x ec 1.2", 1, "", "No support for ECONET on this system.\n"},
		{"x ipx 1:ab", 1, "", "ifconfig: error resolving '1:AB' to set address for af=ipx\n" + helpHint + "\n"},
		{"x x25 broadcast 1234567890123456 pointopoint 1/1", 1, "", "1234567890123456: Invalid address\n1: Invalid address\n"},
		{"x unspec up", 255, "", "x: ERROR while getting interface flags: Inappropriate ioctl for device\n"},
		{"x unspec up mtu 5", 1, "", "x: ERROR while getting interface flags: Inappropriate ioctl for device\nSIOCSIFMTU: Inappropriate ioctl for device\n"},
		{"x rose netmask 1234567890 -broadcast", 255, "", "SIOCSIFNETMASK: Bad file descriptor\nx: ERROR while getting interface flags: Bad file descriptor\nx: ERROR while testing interface flags: Bad file descriptor\n"},
		{"x rose -arp netmask 1234567890", 255, "", "x: ERROR while getting interface flags: Bad file descriptor\nSIOCSIFNETMASK: Bad file descriptor\n"},
	} {
		code, stdout, stderr := run(strings.Fields(c.line)...)
		if want := strings.ReplaceAll(c.stderr, fullUsage, usage); code != c.code || stdout != c.stdout || stderr != want {
			t.Errorf("%s: %d\n%s%s", c.line, code, stdout, stderr)
		}
	}
}

func TestParseOptions(t *testing.T) {
	for _, c := range []struct {
		line    string
		letters string
		rest    string
	}{
		{"", "", ""},
		{"-a -s -v lo", "asv", "lo"},
		{"-v -h -x", "vh", ""},
		{"-V lo", "V", ""},
		{"lo -a", "", "lo -a"},
	} {
		o, err := parseOptions(strings.Fields(c.line))
		letters := ""
		for _, l := range []struct {
			letter string
			set    bool
		}{{"a", o.all}, {"s", o.short}, {"v", o.verbose}, {"h", o.help}, {"V", o.version}} {
			if l.set {
				letters += l.letter
			}
		}
		if err != nil || letters != c.letters || strings.Join(o.rest, " ") != c.rest {
			t.Errorf("%s: %+v %v", c.line, o, err)
		}
	}
}

func TestNextStep(t *testing.T) {
	flag := func(word string, set bool, bits uint16) step {
		return step{verb: setFlag, flag: flagWord{word: word, set: set, bits: bits}}
	}
	for _, c := range []struct {
		line string
		want step
		rest int // words that are left
	}{
		{"up 1.2.3.4", flag("up", true, unix.IFF_UP|unix.IFF_RUNNING), 1},
		{"down", flag("down", false, unix.IFF_UP), 0},
		{"arp", flag("arp", false, unix.IFF_NOARP), 0},
		{"-arp", flag("-arp", true, unix.IFF_NOARP), 0},
		{"-trailers", flag("-trailers", true, unix.IFF_NOTRAILERS), 0},
		{"media auto up", flag("media", true, unix.IFF_AUTOMEDIA), 2},
		{"port AUTO", flag("port", true, unix.IFF_AUTOMEDIA), 1},
		{"media utp", step{verb: setMedia, operand: "utp", has: true}, 0},
		{"mtu 1400 up", step{verb: setMTU, operand: "1400", has: true}, 1},
		{"broadcast", step{verb: setBroadcast}, 0},
		{"broadcast up", step{verb: setBroadcast, operand: "up", has: true}, 0},
		{"pointtopoint", step{verb: setPointToPoint}, 0},
		{"pointopoint 1.2.3.4 x", step{verb: setPointToPoint, operand: "1.2.3.4", has: true}, 1},
		{"hw ether 1 2", step{verb: setHardware, kind: "ether", operand: "1", has: true}, 1},
		{"hw loop", step{verb: setHardware, kind: "loop"}, 0},
		{"add 1.2.3.4 add 5", step{verb: addAddress, operand: "1.2.3.4", has: true}, 2},
		{"metric 5", step{verb: setAddress, operand: "metric", has: true}, 1},
		{"UP", step{verb: setAddress, operand: "UP", has: true}, 0},
	} {
		s, rest, ok := nextStep(strings.Fields(c.line))
		if !ok || s != c.want || len(rest) != c.rest {
			t.Errorf("%s: %+v %q %v", c.line, s, rest, ok)
		}
	}
	for _, word := range []string{"mtu", "media", "port", "keepalive", "outfill", "dstaddr", "netmask", "txqueuelen", "name", "mem_start", "io_addr", "irq", "add", "del", "tunnel", "hw"} {
		if _, _, ok := nextStep([]string{word}); ok {
			t.Errorf("%s needs an operand", word)
		}
	}
}

// TestStill: the words that look whether a flag is really gone.
func TestStill(t *testing.T) {
	for _, word := range []string{"-promisc", "-multicast", "-allmulti", "-dynamic", "-broadcast", "-pointopoint", "-pointtopoint"} {
		if f, ok := findFlagWord(word); !ok || f.set || f.still == "" {
			t.Errorf("%+v", f)
		}
	}
}

func newCall() *call {
	return &call{resolver: resolver.New(func(string) string { return "" }), family: defaultFamily()}
}

func TestInput(t *testing.T) {
	for _, c := range []struct {
		family, word string
		ok           bool
		complaint    string
	}{
		{"inet", "10.1", true, ""},
		{"inet", "default", true, ""},
		{"ax25", "ab1-99", true, ""},
		{"ax25", "-", true, ""},
		{"ax25", "ABCDEFG", false, "ABCDEFG: Callsign too long"},
		{"ax25", "ABCDEF-1", true, ""},
		{"netrom", "a{", false, "a{: Invalid callsign"},
		{"netrom", "a[", false, "a[: Invalid callsign"},
		{"rose", "abcdefghij", true, ""},
		{"rose", "1", false, "1: Node address must be ten digits"},
		{"x25", "123/3", true, ""},
		{"x25", "123/4", false, "123/4: Invalid address"},
		{"x25", "", false, ": Invalid address"},
		{"x25", "1234567890123456789", false, "1234567890123456789: Address can't exceed eighteen digits with sigdigits"},
		{"ec", "1", true, ""},
		{"ec", "x", false, ""},
		{"ipx", "1:0000000000ab", true, ""},
		{"ipx", "1:0000000000abjunk", true, ""},
		{"ipx", "0:0000000000ab", false, ""},
		{"ipx", "ffffffff:0000000000ab", false, ""},
		{"ipx", "1:ffffffffffff", false, ""},
		{"ipx", "1", false, ""},
		{"ipx", "1:", false, ""},
	} {
		f, _ := findFamily(c.family)
		p, complaint := f.input(newCall(), c.word)
		if p.ok != c.ok || complaint != c.complaint {
			t.Errorf("%s %q: %+v %q", c.family, c.word, p, complaint)
		}
	}
}

// TestRoom: what is left of an address fills up a hardware address.
func TestRoom(t *testing.T) {
	c := newCall()
	inputInet(c, "192.168.3.4")
	if c.room != [14]byte{2: 192, 168, 3, 4} {
		t.Errorf("%v", c.room)
	}
	c.roomInet6([16]byte{0x20, 1, 0xd, 0xb8, 15: 1})
	if c.room != [14]byte{6: 0x20, 1, 0xd, 0xb8} {
		t.Errorf("%v", c.room)
	}
}

func TestPrefixLength(t *testing.T) {
	for _, c := range []struct {
		word, host string
		mask       [4]byte
	}{
		{"a/24", "a", [4]byte{255, 255, 255, 0}},
		{"a/0x10", "a", [4]byte{255, 255, 0, 0}},
		{"a/", "a", [4]byte{}},
		{"a/32", "a", [4]byte{}}, // as the original
		{"a/33", "a", [4]byte{128, 0, 0, 0}},
		{"a/-1", "a", [4]byte{255, 255, 255, 254}},
	} {
		k := newCall()
		host, err := k.prefixLength(c.word)
		if err != nil || host != c.host || k.mask == nil || *k.mask != c.mask {
			t.Errorf("%s: %q %v %v", c.word, host, k.mask, err)
		}
	}
	k := newCall()
	if host, err := k.prefixLength("a"); host != "a" || err != nil || k.mask != nil {
		t.Error(host, err)
	}
	if _, err := k.prefixLength("a/8/9"); err == nil {
		t.Error("a second slash")
	}
	k.masked = true
	if _, err := k.prefixLength("a/8"); err == nil {
		t.Error("a length behind netmask")
	}
}

func TestCutPrefix(t *testing.T) {
	for _, c := range []struct {
		word, host string
		bits       uint8
		ok         bool
	}{
		{"::1", "::1", 128, true},
		{"::1/64", "::1", 64, true},
		{"::1/64x", "::1", 64, true},
		{"::1/x", "::1", 0, true},
		{"::1/128", "::1", 128, true},
		{"::1/129", "", 0, false},
		{"::1/-1", "", 0, false},
		{"::1/256", "", 0, false},
	} {
		host, bits, ok := cutPrefix(c.word)
		if ok != c.ok || ok && (host != c.host || bits != c.bits) {
			t.Errorf("%s: %q %d %v", c.word, host, bits, ok)
		}
	}
}

func TestMediaPort(t *testing.T) {
	for word, want := range map[string]int{"10baseT": 2, "UTP": 2, "coax": 1, "db15": 3, "100basefx": 6, "3": 3, "-1": -1, "": 0, "foo": -1, "3x": -1} {
		if got := mediaPort(word); got != want {
			t.Errorf("%q: %d", word, got)
		}
	}
}

func TestBringsUp(t *testing.T) {
	a, none := [4]byte{10, 0, 0, 1}, [4]byte{}
	for _, c := range []struct {
		name string
		a    [4]byte
		want bool
	}{
		{"v0", a, true}, {"v0", none, true}, {"v0-", none, true},
		{"v0:1", a, true}, {"v0:1", none, false}, {"v0:1-", a, false},
	} {
		if got := bringsUp(c.name, c.a); got != c.want {
			t.Errorf("%s %v: %v", c.name, c.a, got)
		}
	}
}

// FuzzWords feeds words to the parsers: steps, addresses of all families,
// prefixes, media and names.
func FuzzWords(f *testing.F) {
	f.Add("10.0.0.5/24 netmask 255.255.255.0 hw ether 02:00:00:00:00:05 add ::1/64 up")
	f.Add("1:00000000000a media auto -arp 123/2 AB1-2 eth0:1 eth01:01")
	f.Fuzz(func(t *testing.T, line string) {
		words := strings.Fields(line)
		for left := words; len(left) > 0; {
			_, rest, ok := nextStep(left)
			if !ok {
				break
			}
			if len(rest) >= len(left) {
				t.Fatalf("%q: no word was taken", left)
			}
			left = rest
		}
		c := newCall()
		c.resolver = nil // no reader below looks a name up
		for i, w := range words {
			for _, family := range families() {
				switch family.number {
				case unix.AF_INET, unix.AF_INET6:
					continue
				}
				if family.input != nil {
					family.input(c, w)
				}
			}
			c.mask, c.masked = nil, false
			c.prefixLength(w)
			cutPrefix(w)
			mediaPort(w)
			if i > 0 && compareNames(w, words[i-1]) != -compareNames(words[i-1], w) {
				t.Errorf("%q, %q: no order", w, words[i-1])
			}
			if compareNames(w, w) != 0 {
				t.Errorf("%q is not itself", w)
			}
		}
	})
}
