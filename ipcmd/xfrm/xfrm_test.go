package xfrm

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
	"github.com/nlbox/nlbox/ipcmd/object/objecttest"
)

// peer stands in for the kernel: it keeps what it was asked for, and answers
// with messages.
type peer struct {
	sent     []sent
	messages [][]byte
	// changed is called for every change.
	changed func(b []byte)
	refuse  error
}

// sent is the type of a request and what is behind its struct nlmsghdr.
type sent struct {
	typ     uint16
	payload []byte
}

func (p *peer) keep(r *rtnl.Request) {
	p.sent = append(p.sent, sent{r.Type(), bytes.Clone(r.Payload())})
}

func (p *peer) Dump(r *rtnl.Request, each func(*rtnl.Msg) error) error {
	p.keep(r)
	if p.refuse != nil {
		return p.refuse
	}
	for _, b := range p.messages {
		if err := each(objecttest.Msg(b)); err != nil {
			return err
		}
	}
	return nil
}

func (p *peer) Do(r *rtnl.Request, _ func(*rtnl.Msg) error) error {
	p.keep(r)
	if p.changed != nil {
		p.changed(bytes.Clone(r.Payload()))
	}
	return p.refuse
}

func (p *peer) Get(r *rtnl.Request, each func(*rtnl.Msg) error) error {
	p.keep(r)
	if p.refuse != nil || len(p.messages) == 0 {
		return p.refuse
	}
	return each(objecttest.Msg(p.messages[0]))
}

func (p *peer) Close() error { return nil }

// protocols is what protocols(5) of many machines has.
const protocols = "icmp 1\ntcp 6 TCP\nudp 17\ndccp 33\ngre 47\nesp 50\nah 51\nipv6-icmp 58\nipcomp 108\nsctp 132\nmobility-header 135\n"

// newRun is a run of ip over a peer, without a single interface.
func newRun(t testing.TB, p *peer) *objecttest.Run {
	t.Helper()
	run := objecttest.New(nil)
	run.Names().Protocols = filepath.Join(t.TempDir(), "protocols")
	if err := os.WriteFile(run.Names().Protocols, []byte(protocols), 0o600); err != nil {
		t.Fatal(err)
	}
	run.Conn() // the one that interfaces are looked for with
	run.Dial = func() (rtnl.Conn, error) { return p, nil }
	return run
}

// options takes the options of a command off its words.
func options(o *object.Options, words []string) []string {
	for ; strings.HasPrefix(words[0], "-"); words = words[1:] {
		switch words[0] {
		case "-s":
			o.Stats++
		case "-o":
			o.Oneline = true
		case "-4":
			o.Family = unix.AF_INET
		case "-6":
			o.Family = unix.AF_INET6
		default:
			panic("no option " + words[0])
		}
	}
	return words
}

// TestRequests compares requests with those of the original, byte for byte:
// testdata/requests.golden has commands, and for each the type of its message
// and what is behind the netlink header, with "*N" for N bytes of zeros.
func TestRequests(t *testing.T) {
	if binary.NativeEndian.Uint16([]byte{1, 0}) != 1 {
		t.Skip("the requests are little-endian")
	}
	data, err := os.ReadFile("testdata/requests.golden")
	if err != nil {
		t.Fatal(err)
	}
	command, n := "", 0
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "$ ip ") {
			command = line[len("$ ip "):]
			continue
		}
		p := &peer{}
		run := newRun(t, p)
		words := options(&run.Opt, strings.Fields(command))
		status, said := run.Main(Main, strings.Join(words[1:], " "))
		if len(p.sent) != 1 {
			t.Errorf("%s: %d requests; %d %q", command, len(p.sent), status, said)
			continue
		}
		if got := folded(p.sent[0]); got != line {
			t.Errorf("%s\ngot  %s\nwant %s", command, got, line)
		}
		n++
	}
	if n < 40 {
		t.Errorf("%d requests only", n)
	}
}

// folded writes a request as the golden has it.
func folded(s sent) string {
	out := hex.EncodeToString([]byte{byte(s.typ)})
	for b := s.payload; len(b) > 0; {
		zeros := len(b) - len(bytes.TrimLeft(b, "\x00"))
		if zeros > 3 {
			out += " *" + decimal(uint64(zeros)) + " "
			b = b[zeros:]
			continue
		}
		out += hex.EncodeToString(b[:zeros+min(1, len(b)-zeros)])
		b = b[zeros+min(1, len(b)-zeros):]
	}
	return strings.TrimSpace(strings.ReplaceAll(out, "  ", " "))
}

func TestKeys(t *testing.T) {
	for _, c := range []struct{ word, want, fail string }{
		{"", "", ""},
		{"0x", "0x", ""},
		{"secret", "secret", ""},
		{"0x0", "\x00", ""},
		{"0x123", "\x01\x23", ""},
		{"0xABcd", "\xab\xcd", ""},
		{"0x+1", "\x01", ""}, // strtoul(3) takes two characters at a time
		{"0xzz", "", "ALGO-KEYMAT value is invalid"},
		{"0x1z", "", "ALGO-KEYMAT value is invalid"},
		{"0x" + strings.Repeat("ab", 512), strings.Repeat("\xab", 512), ""},
		{"0x" + strings.Repeat("ab", 512) + "c", "", "ALGO-KEYMAT value makes buffer overflow\n"},
		{strings.Repeat("k", 513), "", "ALGO-KEYMAT value makes buffer overflow\n"},
	} {
		got, err := parseKey(c.word)
		if c.fail != "" {
			if err == nil || !strings.HasSuffix(err.Error(), "is wrong: "+c.fail) {
				t.Errorf("%.20q: %v", c.word, err)
			}
			continue
		}
		if err != nil || string(got) != c.want {
			t.Errorf("%.20q: %q, %v", c.word, got, err)
		}
	}
}

// TestRoom: what the original has no room for is left out, and told.
func TestRoom(t *testing.T) {
	p := &peer{}
	line := "state add proto esp spi 5 enc a k" + strings.Repeat(" encap espinudp 1 2 10.0.0.1", 80)
	_, said := newRun(t, p).Main(Main, line)
	if !strings.HasPrefix(said, "addattr_l ERROR: message exceeded bound of 2048\n") || len(p.sent) != 1 || len(p.sent[0].payload) > 2048-unix.SizeofNlMsghdr {
		t.Errorf("%.100q, %d requests", said, len(p.sent))
	}
	line = "policy add dir in" + strings.Repeat(" tmpl proto esp", 17)
	if status, said := newRun(t, &peer{}).Main(Main, line); status != 1 || said != "Too many tmpls: buffer overflow\n" {
		t.Errorf("%d %q", status, said)
	}
}

// newSA is a state of IPv4 from 10.0.0.n.
func newSA(n byte, set func(*saInfo)) []byte {
	s := saInfo{family: unix.AF_INET, src: address{10, 0, 0, n}}
	s.id.dst, s.id.proto, s.id.spi = address{10, 1, 0, n}, unix.IPPROTO_ESP, uint32(n)
	s.life.limits = unlimited()
	if set != nil {
		set(&s)
	}
	return objecttest.Message(msgNewSA, s.append(nil), nil)
}

// newPolicy is a policy for packets of IPv4 from 10.0.n.0.
func newPolicy(n byte, attrs func(*rtnl.Request), set func(*policyInfo)) []byte {
	p := policyInfo{index: uint32(n)}
	p.sel.family, p.sel.src, p.sel.srcBits = unix.AF_INET, address{10, 0, n}, 24
	p.life.limits = unlimited()
	if set != nil {
		set(&p)
	}
	return objecttest.Message(msgNewPolicy, p.append(nil), attrs)
}

// shown are the part-th bytes of the source addresses of what a list shows.
func shown(out string, part int) (list string) {
	for line := range strings.Lines(out) {
		if rest, ok := strings.CutPrefix(line, "src "); ok {
			addr, _, _ := strings.Cut(rest, " ")
			addr, _, _ = strings.Cut(addr, "/")
			list += strings.Split(addr, ".")[part]
		}
	}
	return list
}

func TestStateFilter(t *testing.T) {
	p := &peer{messages: [][]byte{
		newSA(1, func(s *saInfo) { s.mode, s.reqID = modeTunnel, 7 }),
		newSA(2, func(s *saInfo) { s.id.proto, s.flags = unix.IPPROTO_AH, 0x81 }),
		newSA(3, func(s *saInfo) { s.src[1] = 3 }),
	}}
	for words, want := range map[string]string{
		"": "123", "nokeys": "123", "mode tunnel": "1", "reqid 7": "1", "reqid 0": "23", "flag esn": "2", "flag noecn esn": "2",
		"flag icmp": "", "proto esp": "13", "spi 3": "3", "src 10.0.0.0/8": "123", "src 10.0.0.0/16": "12", "dst 10.1.0.3": "3",
		"proto esp spi 1 mode transport": "", "src fd00::1": "",
	} {
		run := newRun(t, p)
		status, said := run.Main(Main, "state list "+words)
		if got := shown(run.Output(), 3); got != want || status != 0 || said != "" {
			t.Errorf("%s: %q, want %q; %d %q", words, got, want, status, said)
		}
	}
	run := newRun(t, p)
	run.Opt.Family = unix.AF_INET6
	if run.Main(Main, "state"); run.Output() != "" {
		t.Errorf("-6: %q", run.Output())
	}
}

func TestPolicyFilter(t *testing.T) {
	p := &peer{messages: [][]byte{
		newPolicy(1, nil, func(p *policyInfo) { p.dir, p.action, p.flags = 1, actionBlock, 1 }),
		newPolicy(2, func(r *rtnl.Request) { r.Attr(attrPolicyType, policyTypeBytes(1)) }, func(p *policyInfo) { p.priority = 5 }),
		newPolicy(3, nil, func(p *policyInfo) {
			p.dir, p.sel.index = dirs+1, 9
			p.sel.proto, p.sel.sport, p.sel.dport = unix.IPPROTO_TCP, 80, 443
		}),
	}}
	for words, want := range map[string]string{
		"": "123", "nosock": "12", "dir out": "1", "dir in": "2", "action block": "1", "action allow": "23", "flag localok": "1",
		"ptype sub": "2", "ptype main": "13", "priority 5": "2", "index 3": "3", "dev if9": "3", "dev none": "12", "src 10.0.0.0/16": "123",
		"src 10.0.2.0/24": "2", "dst fd00::1": "", "proto tcp": "3", "proto tcp sport 80": "3", "sport 81": "", "dport 443 nosock": "",
	} {
		run := newRun(t, p)
		status, said := run.Main(Main, "policy list "+words)
		if got := shown(run.Output(), 2); got != want || status != 0 || said != "" {
			t.Errorf("%s: %q, want %q; %d %q", words, got, want, status, said)
		}
	}
}

// TestDeleteAll: what does not fit into a round goes with the next.
func TestDeleteAll(t *testing.T) {
	p := &peer{}
	for n := range 300 {
		p.messages = append(p.messages, newSA(1, func(s *saInfo) { s.id.spi = uint32(n + 1) }))
	}
	p.messages = append(p.messages, newSA(2, func(s *saInfo) { s.id.proto = unix.IPPROTO_IPIP }))
	p.changed = func(b []byte) {
		for i, m := range p.messages {
			if f, g := (fields{b}), (fields{m[unix.SizeofNlMsghdr+sizeSelector:]}); f.addr() == g.addr() && f.be32() == g.be32() {
				p.messages = append(p.messages[:i], p.messages[i+1:]...)
				return
			}
		}
	}
	run := newRun(t, p)
	run.Opt.Stats = 2
	status, said := run.Main(Main, "state deleteall")
	want := "Delete-all round = 0\nDelete-all nlmsg count = 137\nDelete-all round = 1\nDelete-all nlmsg count = 137\n" +
		"Delete-all round = 2\nDelete-all nlmsg count = 26\nDelete-all round = 3\nDelete-all completed\n"
	if status != 0 || said != want || len(p.messages) != 1 {
		t.Errorf("%d, %d left, %q", status, len(p.messages), said)
	}
	p = &peer{messages: [][]byte{newSA(1, nil)}}
	p.changed = func([]byte) { p.refuse = &rtnl.Error{Errno: unix.ESRCH} }
	if status, said := newRun(t, p).Main(Main, "state deleteall"); status != 1 || said != "Failed to send delete-all request\n: No such process\n" {
		t.Errorf("%d %q", status, said)
	}
}

// TestDeletePolicies: marks and interface ids go along, policies of sockets stay.
func TestDeletePolicies(t *testing.T) {
	p := &peer{messages: [][]byte{
		newPolicy(1, nil, func(p *policyInfo) { p.dir = dirs }),
		newPolicy(2, func(r *rtnl.Request) {
			r.Attr(attrMark, mark{5, 7}.bytes())
			r.U32(attrIfID, 9)
		}, nil),
	}}
	p.changed = func([]byte) { p.messages = nil }
	if status, said := newRun(t, p).Main(Main, "policy deleteall"); status != 0 || said != "" {
		t.Errorf("%d %q", status, said)
	}
	if len(p.sent) != 3 || p.sent[1].typ != msgDeletePolicy {
		t.Fatalf("%d requests", len(p.sent))
	}
	var tb table
	at := rtnl.Attrs(tb[:])
	at.Parse(p.sent[1].payload[sizePolicyID:])
	if id, _ := at.U32(attrIfID); id != 9 || !bytes.Equal(at.Get(attrMark), mark{5, 7}.bytes()) {
		t.Errorf("% x", p.sent[1].payload)
	}
}

func TestRefusals(t *testing.T) {
	for line, want := range map[string]string{
		"state":            "RTNETLINK answers: Operation not permitted\nDump terminated",
		"state deleteall":  "RTNETLINK answers: Operation not permitted\nDelete-all terminated",
		"state count":      "RTNETLINK answers: Operation not permitted",
		"policy flush":     "RTNETLINK answers: Operation not permitted",
		"policy getdefaul": "RTNETLINK answers: Operation not permitted",
	} {
		p := &peer{refuse: &rtnl.Error{Errno: unix.EPERM}}
		if _, said := newRun(t, p).Main(Main, line); said != want+"\n" {
			t.Errorf("%s: %q", line, said)
		}
	}
	for _, b := range [][]byte{objecttest.Message(msgNewSA, []byte{1, 2, 3, 4}, nil)} {
		p := &peer{messages: [][]byte{b}}
		for line, want := range map[string]string{
			"state":                     "BUG: wrong nlmsg len -220\nDump terminated\n",
			"state deleteall":           "BUG: wrong nlmsg len -220\nDelete-all terminated\n",
			"state get proto esp":       "BUG: wrong nlmsg len -220\nAn error :-)\n",
			"policy":                    "Not a policy: 00000014 00000010 00000001\n",
			"policy get dir in index 1": "Not a policy: 00000014 00000010 00000001\n",
		} {
			if _, said := newRun(t, p).Main(Main, line); said != want {
				t.Errorf("%s: %q", line, said)
			}
		}
	}
}

func FuzzWords(f *testing.F) {
	f.Add("state add src 10.0.0.1 proto esp spi 5 enc a 0x12 sel src fd00::/8 proto tcp sport 5 mark 1 mask 2 flag esn noecn")
	f.Add("policy update dir in tmpl proto esp mode tunnel level use limit time-soft 5 index 7")
	f.Add("policy delete proto gre key 1.2.3.4 dir out")
	f.Add("monitor all-nsid SA file /dev/null")
	f.Fuzz(func(t *testing.T, line string) {
		words := strings.Fields(line)
		if len(words) > 0 && strings.HasPrefix("monitor", words[0]) {
			parseMonitor(words[1:])
			return
		}
		p := &peer{messages: [][]byte{newSA(1, nil), newPolicy(1, nil, nil)}}
		p.changed = func([]byte) { p.messages = nil }
		run := objecttest.Discard(nil)
		run.Conn() // the one that interfaces are looked for with
		run.Dial = func() (rtnl.Conn, error) { return p, nil }
		Main(run.Context, words)
	})
}
