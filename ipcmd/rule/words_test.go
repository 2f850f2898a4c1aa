package rule

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// sent is the body of the request that the words lead to.
func sent(t *testing.T, line string) (string, error) {
	t.Helper()
	c, replay := context(nil, &bytes.Buffer{})
	err := Main(c, strings.Fields(line))
	if len(replay.Sent) == 0 {
		return "", err
	}
	return hex.EncodeToString(replay.Sent[0][unix.SizeofNlMsghdr:]), err
}

// attr is an attribute as hex: 16 bits of length and of type, and the payload.
func attr(typ byte, payload string) string {
	n := 4 + len(payload)/2
	pad := strings.Repeat("00", (4-n%4)%4)
	return hex.EncodeToString([]byte{byte(n), 0, typ, 0}) + payload + pad
}

// The payloads are written for little-endian machines.
func TestChange(t *testing.T) {
	if native.Uint16([]byte{1, 0}) != 1 {
		t.Skip("expectations are little-endian")
	}
	const plain = "02000000" + "fe000001" + "00000000" // inet, table main, lookup
	for _, c := range []struct{ line, want string }{
		{"add from 10.0.0.0/8", "02000800fe00000100000000" + attr(unix.FRA_SRC, "0a000000")},
		{"add from all", plain + attr(unix.FRA_SRC, "")},
		{"add to 10.1/16 table 7", "02100000" + "07000001" + "00000000" + attr(unix.FRA_DST, "0a010000")},
		{"add table 1000", "020000000000000100000000" + attr(unix.FRA_TABLE, "e8030000")},
		{"add not pref 5", "02000000fe00000102000000" + attr(unix.FRA_PRIORITY, "05000000")},
		{"add tos 10", "02000010fe00000100000000"},
		{"add fwmark 0x10/0xff", plain + attr(unix.FRA_FWMARK, "10000000") + attr(unix.FRA_FWMASK, "ff000000")},
		{"add realms 1/2", plain + attr(unix.FRA_FLOW, "02000100")},
		{"add proto static", plain + attr(unix.FRA_PROTOCOL, "04")},
		{"add tun 5", plain + attr(unix.FRA_TUN_ID, "0000000000000005")},
		{"add t 5", plain + attr(unix.FRA_TUN_ID, "0000000000000005")},
		{"add ta 5", "020000000500000100000000"},
		{"add sup_pl 0", plain + attr(unix.FRA_SUPPRESS_PREFIXLEN, "00000000")},
		{"add sup_group 3", plain + attr(unix.FRA_SUPPRESS_IFGROUP, "03000000")},
		{"add iif lo", plain + attr(unix.FRA_IIFNAME, "6c6f00")},
		{"add oif lo", plain + attr(unix.FRA_OIFNAME, "6c6f00")},
		{"add l3mdev", "020000000000000100000000" + attr(unix.FRA_L3MDEV, "01")},
		{"add uidrange 1-2", plain + attr(unix.FRA_UID_RANGE, "0100000002000000")},
		{"add ipproto 6", plain + attr(unix.FRA_IP_PROTO, "06")},
		{"add sport 80", plain + attr(unix.FRA_SPORT_RANGE, "50005000")},
		{"add dport 80-90", plain + attr(unix.FRA_DPORT_RANGE, "50005a00")},
		{"add nat 1.2.3.4", "02000000fe00000a00000000" + attr(attrGateway, "01020304")},
		{"add nat any", "02000000fe00000a00000000" + attr(attrGateway, "00000000")},
		{"add goto 5", "020000000000000200000000" + attr(unix.FRA_GOTO, "05000000")},
		{"add type nop", "020000000000000300000000"},
		{"add un", "020000000000000700000000"},
		{"add blackhole", "020000000000000600000000"},
		{"del pref 5", "020000000000000000000000" + attr(unix.FRA_PRIORITY, "05000000")},
		{"del table main", "02000000fe00000000000000"},
	} {
		if got, err := sent(t, c.line); err != nil || got != c.want {
			t.Errorf("%s\ngot  %s, %v\nwant %s", c.line, got, err, c.want)
		}
	}
}

func TestMistakes(t *testing.T) {
	for _, c := range []struct {
		line, want string
		status     int
	}{
		{"add", `"ip rule add" requires arguments.`, 1},
		{"del", `"ip rule del" requires arguments.`, 1},
		{"add from", `Command line is not complete. Try option "help"`, 255},
		{"add type", `Command line is not complete. Try option "help"`, 255},
		{"add from x", `Error: any valid prefix is expected rather than "x".`, 1},
		{"add pref x", "Error: argument \"x\" is wrong: preference value is invalid\n", 255},
		{"add fwmark 1/x", "Error: argument \"x\" is wrong: fwmask value is invalid\n", 255},
		{"add fwmark x/1", "Error: argument \"x\" is wrong: fwmark value is invalid\n", 255},
		{"add table foo", "Error: argument \"foo\" is wrong: invalid table ID\n", 255},
		{"add foo", `Error: argument "foo" is wrong: Failed to parse rule type`, 255},
		{"add iif a/b", `Error: argument "a/b" is wrong: "iif"/"dev" not a valid ifname`, 255},
		{"add uidrange 5", "Error: argument \"5\" is wrong: invalid UID range\n", 255},
		{"add sport x", "Error: argument \"x\" is wrong: invalid port range\n", 255},
		{"add l3mdev table 5", "table can not be specified for l3mdev rules", 22},
		{"add nat x", `Error: an IP address is expected rather than "x"`, 1},
		{"add help", strings.TrimSuffix(usage, "\n"), 255},
		{"show from fd00::/8", `Error: inet prefix is expected rather than "fd00::/8".`, 1},
		{"show table foo", "Error: argument \"foo\" is wrong: table id value is invalid\n", 255},
		{"show foo", `Error: inet prefix is expected rather than "foo".`, 1},
		{"save foo", `"ip rule save" does not take any arguments.`, 1},
		{"restore", "Magic mismatch (0 elems, 0 magic)", 255},
		{"foo", `Command "foo" is unknown, try "ip rule help".`, 255},
	} {
		_, err := sent(t, c.line)
		status, text := applet.Status(err)
		if status != c.status || text != c.want {
			t.Errorf("%s: %d %q, want %d %q", c.line, status, text, c.status, c.want)
		}
	}
}

// stream are three rules.
func stream() []byte {
	rule := func(pref uint32, h header, attrs func(*rtnl.Request)) []byte {
		return message(unix.RTM_NEWRULE, h, func(r *rtnl.Request) {
			if pref > 0 {
				r.U32(unix.FRA_PRIORITY, pref)
			}
			if attrs != nil {
				attrs(r)
			}
		})
	}
	b := rule(0, with(v4, func(h *header) { h.table = 255 }), nil)
	b = append(b, rule(100, with(v4, func(h *header) { h.table = 7; h.srcLen = 16; h.tos = 4 }), func(r *rtnl.Request) {
		r.Attr(unix.FRA_SRC, []byte{10, 1, 0, 0})
		r.Str(unix.FRA_IIFNAME, "v0")
		r.Attr(unix.FRA_SPORT_RANGE, ports{80, 90}.bytes())
		r.U8(unix.FRA_IP_PROTO, 6)
		r.U32(unix.FRA_FWMARK, 1)
		r.U32(unix.FRA_FWMASK, 0xffffffff)
		r.U8(unix.FRA_PROTOCOL, 3)
	})...)
	return append(b, rule(200, with(v4, func(h *header) { h.flags = flagInvert }), func(r *rtnl.Request) {
		r.U32(unix.FRA_TABLE, 1000)
		r.Attr(unix.FRA_UID_RANGE, native.AppendUint32(native.AppendUint32(nil, 1), 2))
		r.Attr(unix.FRA_TUN_ID, []byte{0, 0, 0, 0, 0, 0, 0, 9})
		r.U8(unix.FRA_PROTOCOL, 4)
	})...)
}

func TestFilter(t *testing.T) {
	for _, c := range []struct{ words, want string }{
		{"", "0 100 200"},
		{"pref 0", "0"}, {"pri 100", "100"}, {"order 5", ""},
		{"from 10.0.0.0/8", "100"}, {"from 10.1.0.0/16", "100"}, {"from 10.1.0.0/24", ""}, {"from 11.0.0.0/8", ""},
		{"from any", "0 100 200"}, {"from 1.2.3.4", ""}, {"10.0.0.0/8", ""}, {"to any", "0 100 200"},
		{"iif v0", "100"}, {"dev v1", ""}, {"oif v0", ""},
		{"tos 4", "100"}, {"tos 0", "0 200"}, {"not", "200"}, {"l3mdev", ""},
		{"table 7", "100"}, {"lookup 1000", "200"}, {"table local", "0"}, {"table 0", "0 100 200"},
		{"sport 80-90", "100"}, {"sport 80", ""}, {"dport 1", ""}, {"ipproto 6", "100"},
		{"fwmark 1", "100"}, {"fwmark 1/0xff", ""}, {"fwmark 0", "0 100 200"},
		{"uidrange 1-2", "200"}, {"uidrange 1-3", ""}, {"tun_id 9", "200"}, {"tun_id 8", ""},
		{"protocol static", "0 100 200"},
	} {
		var out bytes.Buffer
		ctx, _ := context(stream(), &out)
		if err := list(ctx, strings.Fields(c.words)); err != nil {
			t.Errorf("%s: %v", c.words, err)
			continue
		}
		ctx.Env.Stdout.Flush()
		var prefs []string
		for line := range strings.Lines(out.String()) {
			pref, _, _ := strings.Cut(line, ":")
			prefs = append(prefs, pref)
		}
		if got := strings.Join(prefs, " "); got != c.want {
			t.Errorf("%s: rules %s, want %s", c.words, got, c.want)
		}
	}
}

func TestFlush(t *testing.T) {
	for _, c := range []struct {
		words string
		want  []uint32
	}{
		{"", []uint32{100, 200}},
		{"table 7", []uint32{100}},
		{"protocol static", []uint32{200}},
		{"protocol all", []uint32{100, 200}},
		{"pref 0", nil},
	} {
		ctx, replay := context(stream(), &bytes.Buffer{})
		if err := flush(ctx, strings.Fields(c.words)); err != nil {
			t.Errorf("%s: %v", c.words, err)
		}
		if len(replay.Sent) != len(c.want) {
			t.Errorf("%s: %d rules deleted, want %v", c.words, len(replay.Sent), c.want)
			continue
		}
		for i, b := range replay.Sent {
			var r record
			m := rtnl.Msg{Type: native.Uint16(b[4:]), Data: b[unix.SizeofNlMsghdr:]}
			if !r.decode(&m) || !r.deleted || r.u32(unix.FRA_PRIORITY) != c.want[i] {
				t.Errorf("%s: message %d is % x", c.words, i, b)
			}
		}
	}
}

func TestSaveRestore(t *testing.T) {
	var saved bytes.Buffer
	ctx, _ := context(stream(), &saved)
	if err := save(ctx, nil); err != nil {
		t.Fatal(err)
	}
	ctx.Env.Stdout.Flush()
	ctx, replay := context(nil, &bytes.Buffer{})
	ctx.Env.Stdin = &saved
	if status, text := applet.Status(restore(ctx, nil)); status != 0 || len(replay.Sent) != 3 {
		t.Fatalf("status %d %q, %d rules", status, text, len(replay.Sent))
	}
	want := stream()
	for _, b := range replay.Sent {
		n := int(native.Uint32(want))
		if !bytes.Equal(b[unix.SizeofNlMsghdr:], want[unix.SizeofNlMsghdr:n]) {
			t.Errorf("restored % x", b)
		}
		if flags := native.Uint16(b[6:]); flags&unix.NLM_F_CREATE == 0 {
			t.Errorf("flags %#x", flags)
		}
		want = want[n:]
	}
}

func TestScanRange(t *testing.T) {
	for _, c := range []struct {
		word string
		a, b uint64
		n    int
	}{{"1-2", 1, 2, 2}, {"1", 1, 0, 1}, {"1-", 1, 0, 1}, {"1-2x", 1, 2, 2}, {"x", 0, 0, 0}, {"", 0, 0, 0}, {"1 -2", 1, 0, 1}, {" 1- 2", 1, 2, 2}} {
		if a, b, n := scanRange(c.word); a != c.a || b != c.b || n != c.n {
			t.Errorf("%q: %d %d %d", c.word, a, b, n)
		}
	}
}

func FuzzWords(f *testing.F) {
	for _, s := range []string{"add from 10.0.0.0/8 table 5", "del not fwmark 1/2", "show sport 1-2", "flush 10/8", "add type goto 5"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		c, _ := context(stream(), &bytes.Buffer{})
		Main(c, strings.Fields(line))
	})
}
