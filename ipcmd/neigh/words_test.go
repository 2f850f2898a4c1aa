package neigh

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
)

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
	const (
		create  = unix.NLM_F_REQUEST | unix.NLM_F_CREATE | unix.NLM_F_EXCL
		replace = unix.NLM_F_REQUEST | unix.NLM_F_CREATE | unix.NLM_F_REPLACE
		change  = unix.NLM_F_REQUEST | unix.NLM_F_REPLACE
	)
	// head is struct ndmsg of an IPv4 entry on interface 2.
	head := func(state, flags string) string { return "0200000002000000" + state + "00" + flags + "00" }
	dst := attr(unix.NDA_DST, "0a000002")
	lla := attr(unix.NDA_LLADDR, "020000000010")
	for _, c := range []struct {
		line  string
		typ   uint16
		flags uint16
		want  string
	}{
		{"add 10.0.0.2 lladdr 2:0:0:0:0:10 dev v0", unix.RTM_NEWNEIGH, create, head("80", "00") + dst + lla},
		{"a to 10.0.0.2 l 2::0:0:0:10 dev v0", 0, 0, ""},
		{"change 10.0.0.2 lladdr null dev v0", unix.RTM_NEWNEIGH, change, head("80", "00") + dst},
		{"chg 10.0.0.2 dev v0", unix.RTM_NEWNEIGH, change, head("80", "00") + dst},
		{"replace 10.0.0.2 dev v0 nud r", unix.RTM_NEWNEIGH, replace, head("02", "00") + dst},
		{"del 10.0.0.2 dev v0", unix.RTM_DELNEIGH, unix.NLM_F_REQUEST, head("80", "00") + dst},
		{"add 10.0.0.2 dev v0 router use e nud none", unix.RTM_NEWNEIGH, create, head("00", "91") + dst},
		{"add 10.0.0.2 dev v0 managed", unix.RTM_NEWNEIGH, create, head("00", "00") + dst + attr(ndaFlagsExt, "01000000")},
		{"add 10.0.0.2 dev v0 prot 9", unix.RTM_NEWNEIGH, create, head("80", "00") + attr(ndaProtocol, "09") + dst},
		{"add pro 10.0.0.2 dev v0", unix.RTM_NEWNEIGH, create, head("80", "08") + dst},
		{"add proxy 10.0.0.2", unix.RTM_NEWNEIGH, create, "02000000000000008000" + "0800" + dst},
		{"add help 10.0.0.2 dev v0", unix.RTM_NEWNEIGH, create, head("80", "00") + dst},
		{"add 10.0.0.2 lladdr 1.2.3.4 dev if2", unix.RTM_NEWNEIGH, create, head("80", "00") + dst + attr(unix.NDA_LLADDR, "01020304")},
	} {
		ctx, replay := context(links(), &bytes.Buffer{})
		err := Main(ctx, strings.Fields(c.line))
		if c.want == "" {
			if err == nil {
				t.Errorf("%s: taken", c.line)
			}
			continue
		}
		if err != nil || len(replay.Sent) != 1 {
			t.Errorf("%s: %v", c.line, err)
			continue
		}
		b := replay.Sent[0]
		if typ := native.Uint16(b[4:]); typ != c.typ {
			t.Errorf("%s: type %d", c.line, typ)
		}
		if flags := native.Uint16(b[6:]) &^ unix.NLM_F_ACK; flags != c.flags {
			t.Errorf("%s: flags %#x, want %#x", c.line, flags, c.flags)
		}
		if got := hex.EncodeToString(b[unix.SizeofNlMsghdr:]); got != c.want {
			t.Errorf("%s\ngot  %s\nwant %s", c.line, got, c.want)
		}
	}
}

func TestMistakes(t *testing.T) {
	const required = "Device and destination are required arguments."
	const incomplete = `Command line is not complete. Try option "help"`
	for _, c := range []struct {
		line, want string
		status     int
		aborts     bool
	}{
		{"add", required, 255, true},
		{"add 10.0.0.2", required, 255, true},
		{"add dev v0", required, 255, true},
		{"add default dev v0", required, 255, true},
		{"add help", incomplete, 255, true},
		{"add proxy help", strings.TrimSuffix(usage, "\n"), 255, true},
		{"add 10.0.0.2 10.0.0.3", `Error: either "to" is duplicate, or "10.0.0.3" is a garbage.`, 255, true},
		{"add 10.0.0.2 proxy 10.0.0.3", `Error: duplicate "address": "10.0.0.3" is the second value.`, 255, true},
		{"add 10.0.0.2 lladdr 1 lladdr 2", `Error: duplicate "lladdr": "2" is the second value.`, 255, true},
		{"add 10.0.0.2 lladdr 1:zz dev nope", `"zz" is invalid lladdr.`, 1, false},
		{"add 10.0.0.2 dev nope", `Cannot find device "nope"`, 1, false},
		{"add 10.0.0.2/8 dev v0", `Error: any valid address is expected rather than "10.0.0.2/8".`, 1, true},
		{"add 10.0.0.2 dev v0 nud bad", `Error: argument "bad" is wrong: nud state is bad`, 255, true},
		{"add 10.0.0.2 dev v0 protocol x", "Error: argument \"x\" is wrong: \"protocol\" value is invalid\n", 255, true},
		{"get", "Device and address are required arguments.", 1, false},
		{"get 10.0.0.2", "Device and address are required arguments.", 1, false},
		{"get help", strings.TrimSuffix(usage, "\n"), 255, true},
		{"get to", incomplete, 255, true},
		{"get 10.0.0.2 dev nope", `Cannot find device "nope"`, 1, false},
		{"show dev v0 dev v1", `Error: duplicate "dev": "v1" is the second value.`, 255, true},
		{"show dev nope", `Cannot find device "nope"`, 1, false},
		{"show master nope", "Error: argument \"nope\" is wrong: Device does not exist\n", 255, true},
		{"show vrf v0", "Error: argument \"v0\" is wrong: Not a valid VRF name\n", 255, true},
		{"show nud x", `Error: argument "x" is wrong: nud state is bad`, 255, true},
		{"show proto x", "Error: argument \"x\" is wrong: invalid \"protocol\"\n", 255, true},
		{"show x", `Error: any valid prefix is expected rather than "x".`, 1, true},
		{"flush", "Flush requires arguments.", 1, false},
		{"foo", `Command "foo" is unknown, try "ip neigh help".`, 255, true},
	} {
		ctx, _ := context(links(), &bytes.Buffer{})
		err := Main(ctx, strings.Fields(c.line))
		status, text := applet.Status(err)
		if status != c.status || text != c.want || applet.Aborts(err) != c.aborts {
			t.Errorf("%s: %d %q (ends a batch: %v), want %d %q", c.line, status, text, applet.Aborts(err), c.status, c.want)
		}
	}
}

// shown runs a command and returns the last numbers of the addresses it shows.
func shown(t *testing.T, c *object.Context, out *bytes.Buffer, line string) string {
	t.Helper()
	if err := Main(c, strings.Fields(line)); err != nil {
		t.Errorf("%s: %v", line, err)
	}
	c.Env.Stdout.Flush()
	var found []string
	for l := range strings.Lines(out.String()) {
		dst, _, _ := strings.Cut(l, " ")
		found = append(found, strings.TrimPrefix(dst, "10.0.0."))
	}
	return strings.Join(found, " ")
}

func TestFilter(t *testing.T) {
	for _, c := range []struct{ line, want string }{
		{"", "2 3 5 7"},
		{"show nud all", "2 3 4 5 6 7"},
		{"show nud permanent", "2 5"},
		{"show nud stale nud noarp", "3 4 5"},
		{"show nud none", "5 6"},
		{"show dev v0", "2 3 5 7"}, {"show dev tunl0 nud noarp", "4"},
		{"show 10.0.0.2/31", "2 3"}, {"show to 10.0.0.7", "7"}, {"show default", "2 3 5 7"}, {"show fd00::/8", ""},
		{"show unused", "2 5 7"}, {"show proto static", "2"}, {"show proto all", "2 3 5 7"}, {"show protocol kernel", ""},
	} {
		var out bytes.Buffer
		ctx, _ := context(entries(), &out)
		if got := shown(t, ctx, &out, c.line); got != c.want {
			t.Errorf("%s: %s, want %s", c.line, got, c.want)
		}
	}
}

// A replay never loses its entries, so that a flush runs into its limit.
func TestFlush(t *testing.T) {
	var out bytes.Buffer
	ctx, replay := context(entries(), &out)
	ctx.Opt.Stats = 1
	err := Main(ctx, []string{"flush", "dev", "v0"})
	if status, text := applet.Status(err); status != 255 || text != "" {
		t.Errorf("status %d %q", status, text)
	}
	ctx.Env.Stdout.Flush()
	// Stale, learned, stateless and failed entries; the last once only.
	if !strings.HasPrefix(out.String(), "\n*** Round 1, deleting 4 entries ***\n\n*** Round 2, deleting 3 entries ***\n") ||
		!strings.HasSuffix(out.String(), "\n*** Round 10, deleting 3 entries ***\n*** Flush not complete bailing out after 10 rounds\n") {
		t.Errorf("said %q", out.String())
	}
	if len(replay.Sent) != 4+9*3 {
		t.Errorf("%d requests", len(replay.Sent))
	}
	for _, b := range replay.Sent {
		if typ := native.Uint16(b[4:]); typ != unix.RTM_DELNEIGH {
			t.Errorf("request of type %d", typ)
		}
	}
	out.Reset()
	if shown(t, ctx, &out, "flush 10.0.0.99"); out.String() != "Nothing to flush.\n" {
		t.Errorf("said %q", out.String())
	}
}

func TestFlushRefused(t *testing.T) {
	ctx, replay := context(entries(), &bytes.Buffer{})
	replay.Refuse = func(typ uint16) *rtnl.Error {
		if typ == unix.RTM_DELNEIGH {
			return &rtnl.Error{Errno: unix.EPERM, Msg: "words of the kernel"}
		}
		return nil
	}
	err := Main(ctx, []string{"flush", "all"})
	status, text := applet.Status(err)
	if status != 1 || text != "Failed to send flush request: Operation not permitted" || !applet.Aborts(err) {
		t.Errorf("%d %q", status, text)
	}
}

func FuzzWords(f *testing.F) {
	for _, s := range []string{"add 10.0.0.2 lladdr 1:2 dev v0", "show nud all dev v0", "get proxy 1.2.3.4", "flush to 10/8"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		c, _ := context(entries(), &bytes.Buffer{})
		Main(c, strings.Fields(line))
	})
}
