package ping

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/resolver"
)

// parseWords runs the option parser and returns what it left and what it said.
func parseWords(uid int, words ...string) (o *options, stdout, warned string, err error) {
	var out bytes.Buffer
	var warnings strings.Builder
	p := parser{
		program: "ping", uid: uid, stdout: applet.NewOutput(&out),
		warn:    func(text string) { warnings.WriteString(text) },
		resolve: resolver.New(func(string) string { return "" }),
	}
	o, err = p.parse(words, func() bool { return false })
	p.stdout.Flush()
	return o, out.String(), warnings.String(), err
}

const garbage = "ping: this will become fatal error in the future\n"

// The texts and statuses are those of the original.
func TestOptionErrors(t *testing.T) {
	const max64 = "9223372036854775807"
	for _, c := range []struct {
		words  string
		status int
		text   string // without "ping: "
	}{
		{"-c 0", 1, "invalid argument: '0': out of range: 1 <= value <= " + max64},
		{"-c abc", 1, "invalid argument: 'abc'"},
		{"-c 1x", 1, "invalid argument: '1x'"},
		{"-c 99999999999999999999", 1, "invalid argument: '99999999999999999999': Numerical result out of range"},
		{"-s -1", 1, "invalid argument: '-1': out of range: 0 <= value <= 2147483647"},
		{"-t 256", 1, "invalid argument: '256': out of range: 0 <= value <= 255"},
		{"-l 65537", 1, "invalid argument: '65537': out of range: 1 <= value <= 65536"},
		{"-S 0", 1, "invalid argument: '0': out of range: 1 <= value <= 2147483647"},
		{"-w 2147483648", 1, "invalid argument: '2147483648': out of range: 0 <= value <= 2147483647"},
		{"-e -1", 1, "invalid argument: '-1': out of range: 0 <= value <= 65535"},
		{"-m 4294967296", 1, "invalid argument: '4294967296': out of range: 0 <= value <= 4294967295"},
		{"-i inf", 2, "bad timing interval: inf: Numerical result out of range"},
		{"-i 2147484", 2, "bad timing interval: 2147484"},
		{"-W -1", 2, "bad linger time: -1"},
		{"-W nan", 2, "bad linger time: nan: Numerical result out of range"},
		{"-Q 256", 2, "the decimal value of TOS bits must be in range 0-255: 256"},
		{"-Q 0x1g", 2, "bad TOS value: 0x1g"},
		{"-F 0x100000", 2, "flow value is greater than 20 bits: 0x100000"},
		{"-F -1", 2, "flow value is greater than 20 bits: -1"},
		{"-F x", 2, "bad value for flowinfo: x"},
		{"-M probe", 2, "invalid -M argument: probe"},
		{"-T x", 2, "invalid timestamp type: x"},
		{"-R -T tsonly", 2, "only one of -T or -R may be used"},
		{"-T tsonly -R", 2, "only one of -T or -R may be used"},
		{"-4 -6", 2, "only one -4 or -6 option may be specified"},
		{"-I 1:2", 2, "invalid source address: 1:2"},
		{"-N subject-name=a%averyverylongscope", 1, "too long scope name"},
		{"", 1, "usage error: Destination address required"},
	} {
		_, _, _, err := parseWords(0, strings.Fields(c.words)...)
		status, text := applet.Status(err)
		if status != c.status || text != "ping: "+c.text {
			t.Errorf("%s: status %d, %q, want %d, %q", c.words, status, text, c.status, c.text)
		}
	}
}

func TestUsage(t *testing.T) {
	for _, c := range []struct{ words, warned, text string }{
		{"-h", "", usageText},
		{"-?", "", usageText},
		{"-X a", "ping: invalid option -- 'X'\n", usageText},
		{"--help", "ping: invalid option -- '-'\n", usageText},
		{"a -c", "ping: option requires an argument -- 'c'\n", usageText},
		{"-N foo", "", nodeInfoHelp},
		{"-N ipv4=3", "", nodeInfoHelp},
	} {
		_, _, warned, err := parseWords(0, strings.Fields(c.words)...)
		status, text := applet.Status(err)
		if status != 2 || text != c.text || warned != c.warned {
			t.Errorf("%s: status %d, warned %q, text %.20q", c.words, status, warned, text)
		}
	}
	_, stdout, _, err := parseWords(0, "-N", "help")
	if status, text := applet.Status(err); status != 0 || text != "" || stdout != nodeInfoHelp+"\n" {
		t.Errorf("-N help: status %d, %q", status, text)
	}
	_, stdout, _, err = parseWords(0, "-N", "name", "-N", "ipv4")
	if status, text := applet.Status(err); status != 2 || text != nodeInfoHelp || stdout != "Qtype conflict\n" {
		t.Errorf("two questions: status %d, stdout %q", status, stdout)
	}
}

func TestUserLimits(t *testing.T) {
	if _, _, _, err := parseWords(1000, "-l", "4", "a"); err == nil || err.Error() != "ping: cannot set preload to value greater than 3: 4" {
		t.Errorf("-l 4: %v", err)
	}
	if _, _, _, err := parseWords(1000, "-l", "3", "a"); err != nil {
		t.Errorf("-l 3: %v", err)
	}
}

func TestOptionValues(t *testing.T) {
	o, _, _, err := parseWords(0, "host", "-c", "+3", "-s", "0", "-i", "0.25", "-W", "1.5", "-w7", "-Q0x10", "-t", "0", "-e0",
		"-m", "4294967295", "-M", "want", "-T", "tsprespec", "-F", "0xfffff", "-p", "ab", "-l", "2", "-S9", "-nqvfABbCdDLOrUa", "hop")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Join(o.targets, " ") != "host hop" {
		t.Errorf("targets: %q", o.targets)
	}
	if o.count != 3 || o.size != 0 || o.interval != 250 || !o.intervalP || o.linger != 1500 || o.deadline != 7 || o.tos != 16 ||
		o.ttl != 0 || o.ident != 0 || o.mark != 4294967295 || !o.marks || o.pmtudisc != 1 || !o.timestampOpt || o.tsKind != tsPrespec ||
		o.flowLabel != 0xfffff || !o.flow || o.pattern != "ab" || o.preload != 2 || o.sndbuf != 9 {
		t.Errorf("values: %+v", o)
	}
	if !(o.numeric && o.quiet && o.verbose && o.flood && o.adaptive && o.strictSource && o.broadcast && o.connect && o.debug &&
		o.timestamps && o.noLoop && o.outstanding && o.dontRoute && o.userLatency && o.audible) {
		t.Errorf("flags: %+v", o)
	}
	if o, _, _, _ := parseWords(0, "-V", "-c", "0"); o == nil || !o.version {
		t.Error("-V does not end the command line")
	}
}

func TestSource(t *testing.T) {
	for _, c := range []struct {
		arg, device string
		devices     bool
		v4, v6      byte // the last byte of the address
	}{
		{"eth0", "eth0", true, 0, 0},
		{"", "", true, 0, 0},
		{"1.2.3.4", "", false, 4, 0},
		{"01.2.3.4", "01.2.3.4", true, 0, 0},
		{"fe80::5", "", false, 0, 5},
		{"fe80::5%eth0", "eth0", true, 0, 5},
		{"fe80::5%", "", true, 0, 5},
	} {
		o, _, _, err := parseWords(0, "-I", c.arg, "a")
		if err != nil || o.device != c.device || o.devices != c.devices || o.source4[3] != c.v4 || o.source6[15] != c.v6 ||
			o.strictSource != (c.v4 != 0 || c.v6 != 0) {
			t.Errorf("-I %q: %v %+v", c.arg, err, o)
		}
	}
}

func TestSeconds(t *testing.T) {
	for _, c := range []struct {
		arg     string
		ms      int32
		garbage string
	}{
		{"0", 0, ""},
		{"1", 1000, ""},
		{"0.0019", 1, ""},
		{"-1", -1000, ""},
		{"0x1p-1", 500, ""},
		{" 1", 1000, ""},
		{"1x", 1000, "x"},
		{"1,5", 1000, ",5"},
		{"x", 0, "x"},
		{"0x", 0, "x"},
		{"1e", 1000, "e"},
		{"1e-999", 0, "\x00"},
		{"-1e300", math.MinInt32, ""},
	} {
		o, _, warned, err := parseWords(0, "-i", c.arg, "a")
		want := ""
		if c.garbage != "" {
			want = "ping: option argument contains garbage: " + strings.Trim(c.garbage, "\x00") + "\n" + garbage
		}
		if err != nil || o.interval != c.ms || warned != want {
			t.Errorf("-i %q: %v, %d, %q", c.arg, err, o.interval, warned)
		}
	}
}

func TestParsePattern(t *testing.T) {
	for _, c := range []struct{ in, want, bad string }{
		{"ff", "\xff", ""},
		{"f", "\x0f", ""},
		{"abc", "\xab\x0c", ""},
		{"", "", ""},
		{"0123456789abcdefABCDEF9876543210ff", "\x01\x23\x45\x67\x89\xab\xcd\xef\xAB\xCD\xEF\x98\x76\x54\x32\x10", ""},
		{"0x1", "", "x1"},
		{"1g", "", "g"},
	} {
		if got, bad := parsePattern(c.in); string(got) != c.want || bad != c.bad {
			t.Errorf("%q: %x %q", c.in, got, bad)
		}
	}
}

// FuzzOptions: whatever is typed, the parser ends in options or in an error that
// has a status.
func FuzzOptions(f *testing.F) {
	f.Add("-c 3 -i 0.2 -W 1 host")
	f.Add("-N ipv6-all -N subject-name=a.b host")
	f.Add("-Q 0x -F 0x1 -p f -I ::1%lo -e 0 host")
	f.Fuzz(func(t *testing.T, line string) {
		words := strings.Fields(line)
		for _, w := range words {
			if strings.Contains(w, "subject-ipv") {
				return // would ask a name server
			}
		}
		o, _, _, err := parseWords(1000, words...)
		if (o == nil) == (err == nil) {
			t.Fatalf("%q: %v %v", line, o, err)
		}
		if err == nil && (o.preload < 1 || o.size < 0 || o.ident > maxIdent || o.ttl > 255 || o.tos > maxTOS) {
			t.Errorf("%q: %+v", line, o)
		}
	})
}
