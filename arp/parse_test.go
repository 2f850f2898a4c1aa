package arp

import (
	"bytes"
	"encoding/hex"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/hwtype"
	"github.com/nlbox/nlbox/internal/ipaddr"
	"github.com/nlbox/nlbox/internal/resolver"
)

var _ names = (*resolver.Resolver)(nil)

func ip4(s string) [4]byte { return ipaddr.MustParse(s).As4() }

// run calls the applet and returns its status and what it has written.
func run(dir string, words ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	env := &applet.Env{Name: "arp", Args: words, Dir: dir, Stdout: applet.NewOutput(&out), Stderr: &errs}
	code = applet.Run(Main, env)
	return code, out.String(), errs.String()
}

func TestUsages(t *testing.T) {
	for _, c := range []struct {
		line           string
		code           int
		stdout, stderr string
	}{
		{"-h", 0, usageText, typeList},
		{"--help -x", 0, usageText, typeList},
		{"-V", 0, versionText, ""},
		{"-x", 3, "", "arp: invalid option -- 'x'\n" + usageText + typeList},
		{"-?", 3, "", usageText + typeList},
		{"-N -h", 0, usageText, "arp: -N not yet supported.\n" + typeList},
		{"-A", 3, "", "arp: option requires an argument -- 'A'\n" + usageText + typeList},
		{"-A foo", 255, "", "arp: foo: unknown address family.\n"},
		{"-p inet,inet6", 255, "", "Please don't supply more than one address family.\narp: inet,inet6: unknown address family.\n"},
		{"-A inet6", 255, "", "arp: inet6: kernel only supports 'inet'.\n"},
		{"-H foo", 255, "", "arp: foo: unknown hardware type.\n"},
		{"-t loop", 255, "", "arp: loop: hardware type without ARP support.\n"},
		{"-s", 255, "", "arp: need host name\n"},
		{"-d", 255, "", "arp: need host name\n"},
		{"-s 10.0.0.5", 255, "", "arp: need hardware address\n"},
		{"-s 10.0.0.5 zz", 255, "", "arp: invalid hardware address\n"},
		{"-H ash -s 10.0.0.5 zz", 255, "", "Malformed Ash addressarp: invalid hardware address\n"},
		{"-s 10.0.0.5 02:00:00:00:00:05 junk", 3, "", usageText + typeList},
		{"-s 10.0.0.5 02:00:00:00:00:05 dev", 3, "", usageText + typeList},
		{"-vd 10.0.0.5 temp junk", 3, "", "args=temp\nargs=junk\n" + usageText + typeList},
		{"-f nosuchfile", 255, "", "arp: cannot open etherfile nosuchfile !\n"},
	} {
		code, stdout, stderr := run(t.TempDir(), strings.Fields(c.line)...)
		if code != c.code || stdout != c.stdout || stderr != c.stderr {
			t.Errorf("%s: %d\n%s%s", c.line, code, stdout, stderr)
		}
	}
}

func TestParseOptions(t *testing.T) {
	for _, c := range []struct {
		line   string
		action action
		want   string // of all, linux, numeric, verbose, useDevice: their letters
		device string
		kind   string
		rest   string
	}{
		{"", show, "", "", "ether", ""},
		{"-an", showBSD, "an", "", "ether", ""},
		{"-d -a", showBSD, "a", "", "ether", ""},
		{"-a -d 10.0.0.1", del, "a", "", "ether", "10.0.0.1"},
		{"-Ds 10.0.0.1 v0 pub", set, "D", "", "ether", "10.0.0.1 v0 pub"},
		{"-ve -i averylongdevicename", show, "ev", "averylongdevice", "ether", ""},
		{"x -f --hw-type=ax25 --dev v0", readFile, "", "v0", "ax25", "x"},
		{"-A inet6 -p inet", show, "", "", "ether", ""},
	} {
		o, err := parseOptions(&applet.Env{Name: "arp", Args: strings.Fields(c.line)})
		letters := ""
		for _, l := range []struct {
			letter string
			set    bool
		}{{"a", o.all}, {"e", o.linux}, {"n", o.numeric}, {"v", o.verbose}, {"D", o.useDevice}} {
			if l.set {
				letters += l.letter
			}
		}
		if err != nil || o.action != c.action || letters != c.want || o.device != c.device || o.hardware.Name != c.kind || strings.Join(o.rest, " ") != c.rest {
			t.Errorf("%s: %v %+v", c.line, err, o)
		}
	}
}

func TestHardwareAddresses(t *testing.T) {
	for _, c := range []struct{ kind, word, want string }{
		{"ether", "02:AB:cd:00:00:05", "02abcd000005"},
		{"ether", "02abcd000005", "02abcd000005"},
		{"ether", "2:a:b:c:d:7", "020a0b0c0d07"},
		{"ether", "2::0::0:0:0:17", "020000000017"},
		{"ether", "02::00:00:00:00:17", ""},
		{"ether", "02:00:00:00:00:12:13", "020000000012"},
		{"ether", "02:00:00:00:00:14x", "020000000014"},
		{"ether", "02-00", ""},
		{"ether", ":02", ""},
		{"ether", "g2", ""},
		{"ether", "02:00:00:00:00", "020000000009"}, // the rest is the host's address
		{"ether", "", "00000a000009"},
		{"fddi", "00:11:22:33:44:55", "001122334455"},
		{"fddi", "0:11", ""},
		{"arcnet", "12", "12"},
		{"arcnet", "1", ""},
		{"eui64", "00:11:22:33:44:55:66:77", "0011223344556677"},
		{"ax25", "ab1-2", "82846240404004"},
		{"ax25", "AB1CDEFG", ""},
		{"netrom", "A:B", ""},
		{"rose", "1234567890", "1234567890"},
		{"rose", "123456789", ""},
		{"x25", "123/2", "3132"},
		{"x25", "123/4", ""},
		{"ash", "1:f", "02ea"},
		{"ash", "1:z", ""},
		{"dlci", "16", ""},
	} {
		h, ok := hwtype.ByName(c.kind)
		if !ok {
			t.Fatal(c.kind)
		}
		e := entry{address: ip4("10.0.0.9")}
		err := e.hardwareWord(h, c.word)
		got := ""
		if err == nil {
			got = hex.EncodeToString(e.hardware[:len(c.want)/2])
		}
		if got != c.want || err == nil && e.kind != h.Kind {
			t.Errorf("%s %q: %q %v, want %q", c.kind, c.word, got, err, c.want)
		}
	}
}

func TestDescribe(t *testing.T) {
	for _, c := range []struct {
		kind       uint16
		name, text string
	}{
		{1, "ether", "02:00:00:00:01:0a"},
		{774, "fddi", "02-00-00-00-01-0A"},
		{780, "hippi", "02:00:00:00:01:0A"},
		{768, "tunnel", ""},
		{772, "unspec", "02-00-00-00-01-0A-00-00-00-00-00-00-00-00-00-00"},
		{0xfffe, "unspec", "02-00-00-00-01-0A-00-00-00-00-00-00-00-00-00-00"},
	} {
		if name, text := describe(c.kind, hwtype.Addr{2, 0, 0, 0, 1, 10}); name != c.name || text != c.text {
			t.Errorf("%d: %s %s", c.kind, name, text)
		}
	}
}

func TestSplitLine(t *testing.T) {
	for _, c := range []struct {
		line string
		want []string
	}{
		{"10.0.0.5 02:00:00:00:00:05", []string{"10.0.0.5", "02:00:00:00:00:05"}},
		{"  a\tb  ", []string{"a", "b"}},
		{" ", []string{""}},
		{`"a b" 'c d'e f`, []string{"a b", "c d", "e", "f"}},
		{`"a \" b" c`, []string{`a \" b`, "c"}},
		{`"a b`, []string{"a b"}},
		{`a"b c`, []string{`a"b`, "c"}},
		{`""`, []string{""}},
		{strings.Repeat("x ", 40), strings.Fields(strings.Repeat("x ", 31))},
	} {
		if got := splitLine(c.line); !slices.Equal(got, c.want) {
			t.Errorf("%q: %q", c.line, got)
		}
	}
}

func TestTakeLine(t *testing.T) {
	for _, c := range []struct{ text, line string }{
		{"a\nb\n", "a\n"},
		{"a", "a"},
		{"\n", "\n"},
		{strings.Repeat("x", 2000) + "\n", strings.Repeat("x", lineSize)},
	} {
		line, rest := takeLine([]byte(c.text))
		if string(line) != c.line || string(line)+string(rest) != c.text {
			t.Errorf("%.20q: %.20q", c.text, line)
		}
	}
}

// Lines that fail before the kernel is asked.
func TestFileComplaints(t *testing.T) {
	dir := t.TempDir()
	write := func(text string) {
		if err := os.WriteFile(filepath.Join(dir, "e"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("# comment\n\nbogus\n10.0.0.8 zz\n")
	code, stdout, stderr := run(dir, "-f", "e")
	const want = "arp: format error on line 3 of etherfile e !\n" +
		"arp: invalid hardware address\narp: cannot set entry on line 4 of etherfile e !\n"
	if code != 0 || stdout != "" || stderr != want {
		t.Errorf("%d %q %q", code, stdout, stderr)
	}
	write("x")
	if _, _, stderr := run(dir, "-vf", "e"); stderr != ">> xarp: format error on line 1 of etherfile e !\n" {
		t.Errorf("%q", stderr)
	}
	write("10.0.0.8 02:00:00:00:00:08 junk\nbogus\n")
	if code, _, stderr := run(dir, "-f", "e"); code != 3 || stderr != usageText+typeList {
		t.Errorf("a wrong word ends it: %d %q", code, stderr)
	}
	if code, _, stderr := run(dir, "-f", "."); code != 0 || stderr != "" {
		t.Errorf("a directory has no lines: %d %q", code, stderr)
	}
}

// FuzzWords feeds words to the parsers of addresses, entries and lines.
func FuzzWords(f *testing.F) {
	f.Add("10.0.0.5 02:00:00:00:00:05 temp dev v0 netmask 255.255.255.0", 0)
	f.Add(`"a b" 'c`, 3)
	f.Fuzz(func(t *testing.T, line string, kind int) {
		words := splitLine(line)
		if len(words) > maxWords {
			t.Errorf("%d words", len(words))
		}
		h := hwtype.At((kind & 0xff) % hwtype.Count())
		for i, w := range words {
			var e entry
			e.hardwareWord(h, w)
			e.modifier(numbersOnly{}, words[i:])
		}
	})
}

// numbersOnly knows no names.
type numbersOnly struct{}

func (numbersOnly) Target(word string, _ bool) (a [4]byte, isNet, ok bool) {
	addr, ok := resolver.ParseIPv4(word)
	if ok {
		a = addr.As4()
	}
	return a, false, ok
}

func (numbersOnly) Herror(name string) string { return name + ": Unknown host" }
