package xfrm

import (
	"bytes"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
	"github.com/nlbox/nlbox/ipcmd/object/objecttest"
)

// original is the ip that the golden is written by.
const original = "iproute2-6.1.0"

// monitorCommands are the commands of testdata/monitor.golden; FILE is a file of
// the messages of events.
var monitorCommands = [...]string{
	"ip xfrm monitor file FILE",
	"ip -s xfrm monitor nokeys file FILE",
	"ip -s -s -o xfrm monitor all-nsid SA file FILE",
	"ip -o xfrm monitor file FILE",
	"ip -6 xfrm monitor nokeys all-nsid policy file FILE",
	"ip -4 -s xfrm monitor file FILE",
}

// TestMonitor compares what a file of messages looks like with the golden, which
// the original writes with `go test -run TestMonitor -args -oracle`: a line
// "$ COMMAND", its stdout, and the lines of its stderr with "2|" before them.
func TestMonitor(t *testing.T) {
	if binary.NativeEndian.Uint16([]byte{1, 0}) != 1 {
		t.Skip("the golden is little-endian")
	}
	file := filepath.Join(t.TempDir(), "events.nl")
	if err := os.WriteFile(file, slices.Concat(events()...), 0o600); err != nil {
		t.Fatal(err)
	}
	run := ours
	if objecttest.Oracle() {
		if v, err := exec.Command("ip", "-V").Output(); err != nil || !bytes.Contains(v, []byte(original)) {
			t.Skip("the golden is written by " + original)
		}
		run = theirs
	}
	var got bytes.Buffer
	for _, c := range monitorCommands {
		out, errs := run(t, strings.Fields(strings.Replace(c, "FILE", file, 1))[1:])
		got.WriteString("$ " + c + "\n" + out)
		for line := range strings.Lines(errs) {
			got.WriteString("2|" + line)
		}
	}
	const golden = "testdata/monitor.golden"
	if objecttest.Oracle() {
		if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	w, g := strings.Split(string(want), "\n"), strings.Split(got.String(), "\n")
	command := ""
	for i := range min(len(w), len(g)) {
		if strings.HasPrefix(w[i], "$ ") {
			command = w[i]
		}
		if w[i] != g[i] {
			t.Fatalf("%s\nline %d\ngot  %q\nwant %q", command, i+1, g[i], w[i])
		}
	}
	if len(w) != len(g) {
		t.Errorf("%d lines, want %d", len(g), len(w))
	}
}

func theirs(t *testing.T, words []string) (stdout, stderr string) {
	var out, errs bytes.Buffer
	cmd := exec.Command("ip", words...)
	cmd.Env = []string{"TZ=UTC"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWUSER | unix.CLONE_NEWNET} // without interfaces
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	return out.String(), errs.String()
}

func ours(t *testing.T, words []string) (stdout, stderr string) {
	local := time.Local
	time.Local = time.UTC
	defer func() { time.Local = local }()
	run := newRun(t, &peer{})
	words = options(&run.Opt, words)
	status, said := run.Main(Main, strings.Join(words[1:], " "))
	if status != 0 {
		t.Fatal(status)
	}
	return run.Output(), said
}

// inet6 is an address of inet6.
func inet6(last byte) address { return address{0xfd, 15: last} }

// fullSA is a state with every number set.
func fullSA(set func(*saInfo)) []byte {
	s := saInfo{
		src: inet6(1), id: identity{inet6(2), 0x12345678, unix.IPPROTO_ESP},
		life:   lifetime{limits{1, 2, 3, 4, 5, 6, 7, infinite}, 8, 9, 1700000000, 0},
		window: 1, replay: 2, failed: 3, seq: 0x01000000, reqID: 77, family: unix.AF_INET6,
		mode: modeTunnel, replayWindow: 32, flags: 0x83,
	}
	s.sel = selector{dst: inet6(3), src: inet6(4), dport: 443, dportMask: allBits, family: unix.AF_INET6,
		dstBits: 128, srcBits: 64, proto: unix.IPPROTO_TCP, index: 77, user: 1000}
	if set != nil {
		set(&s)
	}
	return s.append(nil)
}

func plainSA(b *saInfo) {
	*b = saInfo{src: address{10, 0, 0, 1}, id: identity{address{10, 0, 0, 2}, 0, unix.IPPROTO_AH}, family: unix.AF_INET}
}

func fullPolicy(set func(*policyInfo)) []byte {
	p := policyInfo{
		life:     lifetime{unlimited(), 1, 2, 1700000000, 1700000001},
		priority: 7, index: 9, dir: 1, action: actionBlock, flags: 0x07, share: 3,
	}
	p.sel = selector{dst: address{10, 1}, src: address{10, 2}, family: unix.AF_INET, dstBits: 16, srcBits: 15}
	if set != nil {
		set(&p)
	}
	return p.append(nil)
}

// algorithm is the payload of an algorithm; length is the number behind the key
// of a long one.
func algorithm(name string, bits uint32, length []uint32, key string) []byte {
	b := append([]byte(name), make([]byte, algoNameSize-len(name))...)
	return append(append(native.AppendUint32(b, bits), u32s(length...)...), key...)
}

// u32s are numbers in a row.
func u32s(v ...uint32) (b []byte) {
	for _, n := range v {
		b = native.AppendUint32(b, n)
	}
	return b
}

func stateAttrs(r *rtnl.Request) {
	r.Attr(attrMark, u32s(0x10, 0))
	r.U32(attrOutputMark, 5)
	r.U32(attrOutputMask, 0xff)
	r.Attr(attrAuth, algorithm("hmac(sha256)", 32, nil, "auth"))
	r.Attr(attrAuthTrunc, algorithm("hmac(sha256)", 32, []uint32{96}, "auth"))
	r.Attr(attrAEAD, algorithm("rfc4106(gcm(aes))", 40, []uint32{128}, "\x01\x02\x03\xfe\xff"))
	r.Attr(attrCrypt, algorithm("cbc(aes)", 0, nil, ""))
	r.Attr(attrComp, algorithm("deflate", 800, nil, "short"))
	encap := append([]byte{2, 0, 0x11, 0x94, 0, 1, 0, 0}, padded(address{0xfd, 15: 9}.bytes())...)
	r.Attr(attrEncap, encap)
	coa := inet6(7)
	r.Attr(attrCoAddr, coa[:])
	r.U64(attrLastUsed, 1700000000)
	r.Attr(attrReplay, u32s(2, 1, 3))
	r.Attr(attrReplayESN, u32s(9, 1, 2, 0, 4, 288, 10, 11, 12, 13, 14, 15, 16, 17, 18))
	r.Attr(attrOffload, []byte{77, 0, 0, 0, offloadIn, 0, 0, 0})
	r.U32(attrIfID, 0x42)
	r.U32(attrTFCPad, 1500)
	r.U32(attrExtraFlags, 0x13)
	r.Attr(attrSecCtx, append([]byte{12, 0, attrSecCtx, 0, 1, 1, 4, 0}, "a:b\x00"...))
}

func (a address) bytes() []byte { return a[:] }

func policyAttrs(r *rtnl.Request) {
	tmpls := []tmpl{
		{id: identity{inet6(2), 5, unix.IPPROTO_ESP}, family: unix.AF_INET6, src: inet6(1), reqID: 3, mode: modeBeet, share: 2, optional: 1, crypts: 0xff},
		{id: identity{address{}, 0, 99}, mode: 9, share: 9, optional: 9},
		{id: identity{address{10}, 0, unix.IPPROTO_DSTOPTS}, family: unix.AF_INET, mode: modeInTrigger},
	}
	var b []byte
	for i := range tmpls {
		b = tmpls[i].append(b)
	}
	r.Attr(attrTmpl, b)
	r.Attr(attrPolicyType, policyTypeBytes(1))
	r.U32(attrOutputMark, 0)
	r.U32(attrIfID, 0)
	r.Attr(attrSecCtx, append([]byte{9, 0, attrSecCtx, 0, 1, 1, 1, 0}, 0))
}

// events has a message of each kind, whole and broken.
func events() (list [][]byte) {
	add := func(typ uint16, header []byte, attrs func(*rtnl.Request)) {
		list = append(list, objecttest.Message(typ, header, attrs))
	}
	cut := func(attr uint16, n int) func(*rtnl.Request) {
		return func(r *rtnl.Request) { r.Attr(attr, make([]byte, n)) }
	}
	expire := func(b []byte, hard byte) []byte { return append(b, hard, 0, 0, 0, 0, 0, 0, 0) }

	add(msgNewSA, fullSA(nil), stateAttrs)
	add(msgNewSA, fullSA(plainSA), nil)
	add(msgUpdateSA, fullSA(func(s *saInfo) { s.mode, s.flags, s.id.proto = 9, 0, unix.IPPROTO_ROUTING }), func(r *rtnl.Request) {
		r.U32(attrOutputMark, 0)
		r.Attr(attrEncap, append([]byte{1, 1, 0, 1, 0, 2, 0, 0}, make([]byte, 16)...))
	})
	add(msgExpire, expire(fullSA(nil), 1), nil)
	add(msgExpire, expire(fullSA(plainSA), 0), func(r *rtnl.Request) { r.Attr(attrAuth, algorithm("md5", 16, nil, "k1")) })
	add(msgDeleteSA, make([]byte, sizeSAID), func(r *rtnl.Request) { r.Attr(attrSA, fullSA(plainSA)) })
	add(msgDeleteSA, make([]byte, sizeSAID), nil)
	add(msgDeleteSA, make([]byte, sizeSAID), cut(attrSA, 100))
	add(msgNewSA, make([]byte, 8), nil)
	for _, c := range []struct {
		attr uint16
		n    int
	}{
		{attrEncap, 23}, {attrTmpl, 63}, {attrCoAddr, 15}, {attrLastUsed, 7}, {attrReplay, 11}, {attrReplayESN, 23}, {attrOffload, 7},
		{attrCrypt, 67}, {attrAuth, 0},
	} {
		add(msgNewSA, fullSA(plainSA), func(r *rtnl.Request) {
			r.Attr(c.attr, make([]byte, c.n))
			r.U32(attrTFCPad, 1)
		})
	}

	add(msgNewPolicy, fullPolicy(nil), policyAttrs)
	add(msgUpdatePolicy, fullPolicy(func(p *policyInfo) { p.dir, p.action, p.flags = 5, actionAllow, 0 }), nil)
	add(msgPolicyExpire, expire(fullPolicy(func(p *policyInfo) { p.dir, p.action, p.sel.family = 8, 9, 0 }), 1), nil)
	add(msgDeletePolicy, make([]byte, sizePolicyID), func(r *rtnl.Request) { r.Attr(attrPolicy, fullPolicy(nil)) })
	add(msgDeletePolicy, make([]byte, sizePolicyID), nil)
	add(msgDeletePolicy, make([]byte, sizePolicyID), cut(attrPolicy, 100))
	add(msgNewPolicy, fullPolicy(nil), cut(attrPolicyType, 2))
	add(msgNewPolicy, make([]byte, 8), nil)
	for _, proto := range []uint8{unix.IPPROTO_TCP, unix.IPPROTO_ICMP, unix.IPPROTO_ICMPV6, unix.IPPROTO_GRE, protoMH, 254} {
		add(msgNewPolicy, fullPolicy(func(p *policyInfo) {
			p.sel.proto, p.sel.sport, p.sel.sportMask, p.sel.dport, p.sel.dportMask = proto, 0x102, allBits, 0x304, allBits
		}), nil)
	}

	acquire := func(spi uint32) []byte {
		id := identity{address{10, 0, 0, 9}, spi, unix.IPPROTO_ESP}
		b := append(id.append(nil), address{10, 0, 0, 8}.bytes()...)
		s := selector{src: address{10, 3}, dst: address{10, 4}, sport: 9, sportMask: allBits}
		b = append(s.append(b), fullPolicy(nil)...)
		return append(b, u32s(1, 2, 3, 4)...)
	}
	add(msgAcquire, acquire(0), policyAttrs)
	add(msgAcquire, acquire(5), nil)
	add(msgAcquire, acquire(5)[:100], nil)
	add(msgFlushSA, []byte{unix.IPPROTO_AH, 0, 0, 0}, nil)
	add(msgFlushSA, []byte{0, 0, 0, 0}, nil)
	add(msgFlushSA, nil, nil)
	add(msgFlushPolicy, nil, nil)
	add(msgFlushPolicy, nil, func(r *rtnl.Request) { r.Attr(attrPolicyType, policyTypeBytes(7)) })
	report := func(s selector) []byte { return s.append([]byte{unix.IPPROTO_DSTOPTS, 0, 0, 0}) }
	add(msgReport, report(selector{src: inet6(1), dst: inet6(2), family: unix.AF_INET6, srcBits: 128, dstBits: 128}), stateAttrs)
	add(msgReport, report(selector{}), nil)
	add(msgReport, make([]byte, 8), nil)
	id := identity{inet6(3), 0xabcd, unix.IPPROTO_ESP}
	said := append(native.AppendUint16(id.append(nil)[:20], unix.AF_INET6), unix.IPPROTO_ESP, 0)
	for _, flags := range []uint32{0, aeReplay, aeTimer | aePolicy | 1} {
		add(msgNewAE, append(append(slices.Clone(said), inet6(4).bytes()...), u32s(flags, 0x99)...), nil)
	}
	add(msgMapping, slices.Concat(said, u32s(0x99), inet6(4).bytes(), inet6(5).bytes(), []byte{0x11, 0x94, 0, 1}), nil)
	add(msgGetDefault, []byte{0, 1, 2, 0}, nil)
	add(msgGetDefault, []byte{3, 3, 3, 0}, nil)
	add(msgGetDefault, nil, nil)
	add(msgGetSA, u32s(1, 2), nil)
	add(0x99, u32s(1, 2), nil)
	add(unix.NLMSG_DONE, u32s(0), nil)
	return list
}

// TestTimestamps: what stands before a message.
func TestTimestamps(t *testing.T) {
	local := time.Local
	time.Local = time.UTC
	defer func() { time.Local = local }()
	for _, c := range []struct {
		short bool
		nsid  int32
		want  string
	}{
		{false, -1, "Timestamp: Tue Nov 14 22:13:20 2023 123456 usec\n[nsid current]Flushed policy \n"},
		{true, 7, "[2023-11-14T22:13:20.123456] [nsid 7]Flushed policy \n"},
	} {
		run := newRun(t, &peer{})
		run.Opt.Timestamp, run.Opt.TimestampShort = true, c.short
		s := newScreen(run.Context, &wish{allNSID: true})
		s.now = func() time.Time { return time.Unix(1700000000, 123456789) }
		m := objecttest.Msg(objecttest.Message(msgFlushPolicy, nil, nil))
		m.NSID = c.nsid
		if s.message(m); run.Output() != c.want {
			t.Errorf("got %q, want %q", run.Output(), c.want)
		}
	}
}

func TestMonitorWords(t *testing.T) {
	for line, want := range map[string]wish{
		"":                      {groups: ^uint32(0)},
		"all":                   {groups: ^uint32(0)},
		"all nokeys a":          {groups: ^uint32(0), noKeys: true, allNSID: true},
		"ac SA ae":              {groups: 1<<0 | 1<<2 | 1<<4},
		"expire policy r":       {groups: 1<<1 | 1<<3 | 1<<5},
		"file x file y e":       {groups: 1 << 1, file: "y", byFile: true},
		"acquire acquire acqui": {groups: 1},
	} {
		if got, err := parseMonitor(strings.Fields(line)); err != nil || *got != want {
			t.Errorf("%s: %+v, %v", line, got, err)
		}
	}
	for line, want := range map[string]string{
		"file": `Command line is not complete. Try option "help"`,
		"sa":   `Argument "sa" is unknown, try "ip xfrm monitor help".`,
		"all h": "Usage: ip xfrm monitor [ nokeys ] [ all-nsid ] [ all | OBJECTS | help ]\n" +
			"OBJECTS := { acquire | expire | SA | aevent | policy | report }",
	} {
		if _, err := parseMonitor(strings.Fields(line)); err == nil || err.Error() != want {
			t.Errorf("%s: %v", line, err)
		}
	}
}

// TestBrokenFile: a file that ends in the middle of a message is of no use from
// there on.
func TestBrokenFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "m")
	whole := objecttest.Message(msgFlushPolicy, nil, nil)
	if err := os.WriteFile(file, append(whole, whole[:10]...), 0o600); err != nil {
		t.Fatal(err)
	}
	run := newRun(t, &peer{})
	status, said := run.Main(Main, "monitor file "+file)
	if status != 1 || said != "rtnl-from_file: truncated message\n" || run.Output() != "Flushed policy \n" {
		t.Errorf("%d %q %q", status, said, run.Output())
	}
}

func TestCounts(t *testing.T) {
	spd := objecttest.Message(0x24, u32s(0), func(r *rtnl.Request) {
		r.Attr(spdCounts, u32s(1, 2, 3, 4, 5, 0xffffffff))
		r.Attr(spdHash, u32s(7, 1048576))
		r.Attr(spdThresholds4, []byte{24, 32})
		r.Attr(spdThresholds6, []byte{64, 128})
	})
	sad := objecttest.Message(0x22, u32s(0), func(r *rtnl.Request) {
		r.U32(sadCount, 5)
		r.Attr(sadHash, u32s(8, 0xffffffff))
	})
	for _, c := range []struct {
		message []byte
		words   string
		stats   int
		oneline bool
		want    string
		said    string
	}{
		{spd, "policy count", 0, false, "\t SPD IN  1 OUT 2 FWD 3\n", ""},
		{spd, "policy count", 1, true, "\t SPD IN  1 OUT 2 FWD 3 (Sock: IN 4 OUT 5 FWD -1)\\\n", ""},
		{spd, "policy count", 2, false, "\t SPD IN  1 OUT 2 FWD 3 (Sock: IN 4 OUT 5 FWD -1)\n\t SPD buckets: count 7 Max 1048576\n" +
			"\t SPD IPv4 thresholds: local 24 remote 32\n\t SPD IPv6 thresholds: local 64 remote 128\n", ""},
		{objecttest.Message(0x24, nil, nil), "policy count", 0, false, "", "SPDinfo: Wrong len -4\n"},
		{objecttest.Message(0x24, u32s(0), func(r *rtnl.Request) { r.U32(spdCounts, 1) }), "policy count", 0, false, "\t SPD", "SPDinfo: Wrong len 8\n"},
		{sad, "state count", 0, false, "\t SAD count 5\n", ""},
		{sad, "state count", 1, true, "\t SAD count 5 (buckets count 8 Max -1)\n", ""},
		{objecttest.Message(0x22, u32s(0), nil), "state count", 0, false, "BAD SAD info returned\n", ""},
		{objecttest.Message(0x22, nil, nil), "state count", 0, false, "", "SADinfo: Wrong len -4\n"},
	} {
		run := newRun(t, &peer{messages: [][]byte{c.message}})
		run.Opt.Stats, run.Opt.Oneline = c.stats, c.oneline
		status, said := run.Main(Main, c.words)
		if status != 0 || said != c.said || run.Output() != c.want {
			t.Errorf("%s: %d %q %q, want %q", c.words, status, said, run.Output(), c.want)
		}
	}
}

func FuzzMessage(f *testing.F) {
	for _, b := range events() {
		m := objecttest.Msg(b)
		f.Add(m.Type, bytes.Clone(m.Data))
	}
	f.Fuzz(func(t *testing.T, typ uint16, payload []byte) {
		run := objecttest.Discard(nil)
		run.Opt = object.Options{Stats: 2, Oneline: true}
		m := objecttest.Msg(objecttest.Message(typ, payload, nil))
		s := newScreen(run.Context, &wish{noKeys: len(payload)%2 == 0})
		s.message(m)
		s.sadInfo(m)
		s.spdInfo(m)
		p := &peer{messages: [][]byte{m.Raw}}
		p.changed = func([]byte) { p.messages = nil }
		run.Conn()
		run.Dial = func() (rtnl.Conn, error) { return p, nil }
		deleteStates(run.Context, nil)
		deletePolicies(run.Context, nil)
	})
}
