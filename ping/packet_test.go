package ping

import (
	"bytes"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/ipaddr"
	"github.com/nlbox/nlbox/internal/resolver"
)

// testSession is a session without a socket that prints into a buffer. Its
// target is 10.0.0.9 or fd00::9, its identifier 0x1234.
func testSession(words ...string) (s *session, stdout, stderr *bytes.Buffer) {
	stdout, stderr = &bytes.Buffer{}, &bytes.Buffer{}
	env := &applet.Env{Name: "ping", Stdout: applet.NewOutput(stdout), Stderr: stderr}
	s = newSession(env)
	s.uid = 0
	o, _, _, err := parseWords(0, append(words, "-n", "target")...)
	if err != nil {
		panic(err)
	}
	s.opt = *o
	s.sock = socket{-1, unix.SOCK_RAW}
	s.ident = 0x1234
	s.timing = s.opt.size >= stampSize
	s.filtered = true
	if err := s.fillPacket(); err != nil {
		panic(err)
	}
	return s, stdout, stderr
}

func test4(words ...string) (e *echo4, stdout, stderr *bytes.Buffer) {
	s, stdout, stderr := testSession(words...)
	e = &echo4{session: s}
	e.to.Addr = [4]byte{10, 0, 0, 9}
	s.proto = e
	s.stats.sent()
	return e, stdout, stderr
}

func test6(words ...string) (e *echo6, stdout, stderr *bytes.Buffer) {
	s, stdout, stderr := testSession(words...)
	e = &echo6{session: s}
	e.to.Addr = ipaddr.MustParse("fd00::9").As16()
	s.proto = e
	s.stats.sent()
	return e, stdout, stderr
}

func from(a string) resolver.Address { return resolver.Address{Addr: ipaddr.MustParse(a)} }

// ip4 puts an IPv4 header with a TTL of 60 in front of a message.
func ip4(options string, icmp []byte) []byte {
	n := ipHeader + len(options)
	b := make([]byte, ipHeader, n+len(icmp))
	b[0] = 0x40 | byte(n/4)
	be.PutUint16(b[2:], uint16(n+len(icmp)))
	be.PutUint16(b[4:], 0xabcd)
	b[8], b[9] = 60, 1
	copy(b[12:], []byte{10, 0, 0, 1})
	copy(b[16:], []byte{10, 0, 0, 9})
	return append(append(b, options...), icmp...)
}

// message builds an ICMP message with its checksum.
func message(typ, code byte, rest uint32, data []byte) []byte {
	b := append([]byte{typ, code, 0, 0}, 0, 0, 0, 0)
	be.PutUint32(b[4:], rest)
	b = append(b, data...)
	be.PutUint16(b[2:], checksum(b))
	return b
}

// answer4 is the reply to probe seq, which takes 45 µs.
func (s *session) answer4(seq uint16, options string, change func(icmp []byte) []byte) *received {
	data := append([]byte(nil), s.packet[icmpHeader:]...)
	if s.timing {
		clear(data[:stampSize])
		native.PutUint64(data, 1000)
	}
	icmp := change(message(icmpEchoReply, 0, 0x1234<<16|uint32(seq), data))
	return &received{data: ip4(options, icmp), from: from("10.0.0.9"), when: 1000*1e6 + 45}
}

func same(icmp []byte) []byte { return icmp }

func TestBuildEcho(t *testing.T) {
	p := append(make([]byte, icmpHeader), "abc"...)
	buildEcho4(p, 0x1234, 0x0102, false)
	if want := "\x08\x00\x20\x67\x12\x34\x01\x02abc"; string(p) != want {
		t.Errorf("IPv4: %q, want %q", p, want)
	}
	if checksum(p) != 0 {
		t.Error("the checksum is wrong")
	}
	buildEcho6(p, 0x1234, 0x0102, false)
	if want := "\x80\x00\x00\x00\x12\x34\x01\x02abc"; string(p) != want {
		t.Errorf("IPv6: %q, want %q", p, want)
	}
	p = make([]byte, icmpHeader+stampSize)
	buildEcho4(p, 1, 1, true)
	if checksum(p) != 0 || native.Uint64(p[icmpHeader:]) < 1e9 || native.Uint64(p[icmpHeader+8:]) >= 1e6 {
		t.Errorf("with a time: %x", p)
	}
}

// The example of RFC 1071, 3.
func TestChecksum(t *testing.T) {
	b := []byte{0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7}
	if got := checksum(b); got != ^uint16(0xddf2) {
		t.Errorf("%#x", got)
	}
	if got := checksum([]byte{1}); got != ^uint16(0x0100) {
		t.Errorf("odd: %#x", got)
	}
	if got := checksum(bytes.Repeat([]byte{0xff}, 200000)); got != 0 {
		t.Errorf("long: %#x", got)
	}
}

func TestReply4(t *testing.T) {
	const head = "64 bytes from 10.0.0.9: icmp_seq=1"
	const route = "\x07\x0b\x0c\x0a\x09\x08\x07\x01\x02\x03\x04\x00"
	for _, c := range []struct {
		name, words, options string
		change               func([]byte) []byte
		want                 string
	}{
		{"plain", "", "", same, head + " ttl=60 time=0.045 ms\n"},
		{"verbose", "-v", "", same, head + " ident=4660 ttl=60 time=0.045 ms\n"},
		{"audible", "-a", "", same, head + " ttl=60 time=0.045 ms\a\n"},
		{"quiet", "-q", "", same, ""},
		{"flood", "-f", "", same, "\b \b"},
		{"short", "-s 4", "", same, "12 bytes from 10.0.0.9: icmp_seq=1 ttl=60\n"},
		{"truncated", "", "", func(b []byte) []byte { return b[:30] }, "30 bytes from 10.0.0.9: icmp_seq=1 ttl=60 (truncated)\n"},
		{"longer", "", "", func(b []byte) []byte { return append(b, "zz"...) }, "66 bytes from 10.0.0.9: icmp_seq=1 ttl=60 time=0.045 ms\n"},
		{"other ident", "", "", func(b []byte) []byte { b[4]++; return b }, ""},
		{"wrong byte", "-s 18", "", func(b []byte) []byte { b[25] = 0xee; return b },
			"26 bytes from 10.0.0.9: icmp_seq=1 ttl=60 time=0.045 ms\nwrong data byte #17 should be 0x11 but was 0xee\n#16\t10 ee \n"},
		{"route", "", route, same, head + " ttl=60 time=0.045 ms\nRR: \t10.9.8.7\n\t1.2.3.4\n\n"},
		{"loose route", "", "\x01\x83\x0b\x0c\x0a\x09\x08\x07\x01\x02\x03\x04", same,
			head + " ttl=60 time=0.045 ms\nNOP\nLSRR: \t12.10.9.8\n\t7.1.2.3\n\n"},
		{"times", "", "\x44\x0c\x0d\x20\x00\x00\x01\x00\x80\x00\x00\x05", same,
			head + " ttl=60 time=0.045 ms\nTS: \t256 absolute\n\t5 absolute not-standard\nUnrecorded hops: 2\n\n"},
		{"router alert", "", "\x94\x04\x00\x00", same, head + " ttl=60 time=0.045 ms\nunknown option 94\n"},
		{"broken option", "", "\x07\x28\x04\x00", same, head + " ttl=60 time=0.045 ms\n"},
	} {
		e, stdout, stderr := test4(strings.Fields(c.words)...)
		e.reply(e.answer4(1, c.options, c.change))
		e.out.Flush()
		if got := stdout.String(); got != c.want || stderr.Len() > 0 {
			t.Errorf("%s:\n got %q\nwant %q\nstderr %q", c.name, got, c.want, stderr)
		}
	}
}

func TestSameRoute(t *testing.T) {
	e, stdout, _ := test4()
	for seq := uint16(1); seq < 3; seq++ {
		e.reply(e.answer4(seq, "\x07\x07\x08\x0a\x09\x08\x07\x00", same))
	}
	if !strings.HasSuffix(stdout.String(), "icmp_seq=2 ttl=60 time=0.045 ms\t(same route)\n") {
		t.Errorf("%q", stdout)
	}
}

func TestDuplicate(t *testing.T) {
	e, stdout, _ := test4()
	for range 2 {
		e.reply(e.answer4(1, "", same))
	}
	if st := &e.stats; st.received != 1 || st.repeats != 1 {
		t.Errorf("received %d, repeats %d", st.received, st.repeats)
	}
	if want := "64 bytes from 10.0.0.9: icmp_seq=1 ttl=60 time=0.045 ms (DUP!)\n"; !strings.HasSuffix(stdout.String(), want) {
		t.Errorf("%q", stdout)
	}
	e.multicast = true
	stdout.Reset()
	e.reply(e.answer4(1, "", same))
	if strings.Contains(stdout.String(), "DUP") {
		t.Errorf("answers of many are no duplicates: %q", stdout)
	}
}

func TestWrongSource(t *testing.T) {
	e, stdout, _ := test4()
	r := e.answer4(1, "", same)
	r.from = from("10.0.0.8")
	e.reply(r)
	if want := "64 bytes from 10.0.0.8: icmp_seq=1 ttl=60 time=0.045 ms (DIFFERENT ADDRESS!)\n"; stdout.String() != want {
		t.Errorf("%q", stdout)
	}
}

func TestClockGoesBack(t *testing.T) {
	e, stdout, stderr := test4()
	r := e.answer4(1, "", same)
	r.when = 999 * 1e6
	e.reply(r)
	if want := "ping: Warning: time of day goes back (-1000000us), taking countermeasures\n"; stderr.String() != want {
		t.Errorf("%q", stderr)
	}
	if !e.opt.userLatency || stdout.Len() == 0 {
		t.Errorf("countermeasures: %v, %q", e.opt.userLatency, stdout)
	}
}

func TestOther4(t *testing.T) {
	probe := message(icmpEcho, 0, 0x1234<<16|7, nil)
	quote := ip4("", probe)
	stranger := ip4("", message(icmpEcho, 0, 0x9999<<16|7, nil))
	for _, c := range []struct {
		name, words string
		icmp        []byte
		want        string
		notOurs     bool
	}{
		{"redirect", "", message(icmpRedirect, 1, 0x0a00004d, quote), "From 10.0.0.2: icmp_seq=7 Redirect Host(New nexthop: 10.0.0.77)\n", true},
		{"bad redirect", "", append(message(icmpRedirect, 9, 0x0a00004d, quote), 1), "From 10.0.0.2: icmp_seq=7 (BAD CHECKSUM)Redirect, Bad Code: 9(New nexthop: 10.0.0.77)\n", true},
		{"quench", "", message(icmpSourceQuench, 0, 0, quote), "From 10.0.0.2: icmp_seq=7 Source Quench\n", true},
		{"quiet quench", "-q", message(icmpSourceQuench, 0, 0, quote), "", true},
		{"unreachable", "", message(icmpUnreachable, 1, 0, quote), "", false},
		{"of others", "", message(icmpUnreachable, 1, 0, stranger), "", true},
		{"short quote", "", message(icmpUnreachable, 1, 0, quote[:20]), "", true},
		{"request", "", message(icmpEcho, 0, 0, nil), "", true},
		{"times", "", message(icmpTimestampReply, 0, 0, nil), "", false},
		{"verbose times", "-v", message(icmpTimestampReply, 0, 0, nil), "From 10.0.0.2: Timestamp Reply\n", false},
		{"broken times", "-v", append(message(icmpMaskReply, 0, 0, nil), 1), "From 10.0.0.2: (BAD CHECKSUM)\n", false},
		{"flood", "-f", message(99, 0, 0, nil), "!E", false},
		{"broken flood", "-f", append(message(99, 0, 0, nil), 1), "!EC", false},
	} {
		e, stdout, stderr := test4(strings.Fields(c.words)...)
		notOurs := e.reply(&received{data: ip4("", c.icmp), from: from("10.0.0.2")})
		e.out.Flush()
		if got := stdout.String(); got != c.want || stderr.Len() > 0 || notOurs != c.notOurs {
			t.Errorf("%s: %v\n got %q\nwant %q\nstderr %q", c.name, notOurs, got, c.want, stderr)
		}
	}
	e, _, stderr := test4("-v")
	if !e.reply(&received{data: make([]byte, 27), from: from("10.0.0.2")}) || stderr.String() != "ping: packet too short (27 bytes) from 10.0.0.2\n" {
		t.Errorf("short packet: %q", stderr)
	}
}

func TestICMPWords(t *testing.T) {
	for _, c := range []struct {
		typ, code byte
		info      uint32
		want      string
	}{
		{icmpUnreachable, 0, 0, "Destination Net Unreachable"},
		{icmpUnreachable, 1, 0, "Destination Host Unreachable"},
		{icmpUnreachable, 4, 1400, "Frag needed and DF set (mtu = 1400)"},
		{icmpUnreachable, 13, 0, "Packet filtered"},
		{icmpUnreachable, 16, 0, "Dest Unreachable, Bad Code: 16"},
		{icmpTimeExceeded, 0, 0, "Time to live exceeded"},
		{icmpTimeExceeded, 1, 0, "Frag reassembly time exceeded"},
		{icmpTimeExceeded, 2, 0, "Time exceeded, Bad Code: 2"},
		{icmpParameterProb, 0, 20, "Parameter problem: pointer = 20"},
		{icmpInfoReply, 0, 0, "Information Reply"},
		{200, 0, 0, "Bad ICMP type: 200"},
	} {
		e, stdout, _ := test4()
		e.printICMP(c.typ, c.code, c.info, nil)
		e.out.Flush()
		if got := stdout.String(); got != c.want+"\n" {
			t.Errorf("%d/%d: %q, want %q", c.typ, c.code, got, c.want)
		}
	}
	for _, c := range []struct {
		typ, code byte
		info      uint32
		want      string
	}{
		{1, 0, 0, "Destination unreachable: No route"},
		{1, 3, 0, "Destination unreachable: Address unreachable"},
		{1, 5, 0, "Destination unreachable: Unknown code 5"},
		{2, 0, 1280, "Packet too big: mtu=1280"},
		{2, 1, 1280, "Packet too big: mtu=1280, code=1"},
		{3, 0, 0, "Time exceeded: Hop limit"},
		{3, 7, 0, "Time exceeded: code 7"},
		{4, 0, 40, "Parameter problem: Wrong header field at 40"},
		{4, 9, 40, "Parameter problem: code 9 at 40"},
		{132, 0, 0, "MLD Reduction"},
		{77, 0, 0, "unknown icmp type: 77"},
	} {
		if got := icmp6Text(c.typ, c.code, c.info); got != c.want {
			t.Errorf("%d/%d: %q, want %q", c.typ, c.code, got, c.want)
		}
	}
}

// The quoted header with -v, as the original prints it on a little-endian
// machine.
func TestQuotedHeader(t *testing.T) {
	if native.Uint16([]byte{1, 0}) != 1 {
		t.Skip("the sample is of a little-endian machine")
	}
	e, stdout, _ := test4("-v")
	icmp := message(icmpUnreachable, 1, 0, ip4("\x01\x00\x00\x00", message(icmpEcho, 0, 0x1234<<16|7, nil)))
	e.printICMP(icmpUnreachable, 1, 0, icmp)
	e.out.Flush()
	want := "Destination Host Unreachable\n" +
		"Vr HL TOS  Len   ID Flg  off TTL Pro  cks      Src      Dst Data\n" +
		" 4  6  00 2000 cdab   0 0000  3c  01 0000 10.0.0.1  10.0.0.9 \n\nNOP"
	if got := stdout.String(); got != want {
		t.Errorf("\n got %q\nwant %q", got, want)
	}
}

func TestOptionBytes(t *testing.T) {
	if b := recordRouteOption(); len(b) != 40 || string(b[:5]) != "\x01\x07\x27\x04\x00" {
		t.Errorf("record route: %x", b)
	}
	hosts := [][4]byte{{1, 2, 3, 4}, {5, 6, 7, 8}}
	for _, c := range []struct {
		got  []byte
		want string
	}{
		{timestampOption(tsOnly, nil)[:4], "\x44\x28\x05\x00"},
		{timestampOption(tsAndAddr, nil)[:4], "\x44\x24\x05\x01"},
		{timestampOption(tsPrespec, hosts), "\x44\x14\x05\x03\x01\x02\x03\x04\x00\x00\x00\x00\x05\x06\x07\x08\x00\x00\x00\x00"},
		{sourceRouteOption(hosts, false), "\x01\x83\x0b\x04\x01\x02\x03\x04\x05\x06\x07\x08"},
		{sourceRouteOption(hosts[:1], true), "\x01\x89\x07\x04\x01\x02\x03\x04"},
	} {
		if string(c.got) != c.want {
			t.Errorf("%x, want %x", c.got, c.want)
		}
	}
}

// control builds ancillary data with one message.
func control(level, typ int32, data []byte) []byte {
	b := appendControl(nil, typ, data)
	native.PutUint32(b[unix.CmsgLen(0)-8:], uint32(level))
	return b
}

func TestReply6(t *testing.T) {
	e, stdout, _ := test6()
	data := append([]byte(nil), e.packet[icmpHeader:]...)
	clear(data[:stampSize])
	native.PutUint64(data, 1000)
	var hops [4]byte
	native.PutUint32(hops[:], 63)
	r := &received{
		data: message(icmp6EchoReply, 0, 0x1234<<16|1, data), from: from("fd00::9"), when: 1000*1e6 + 12345,
		control: control(unix.IPPROTO_IPV6, unix.IPV6_HOPLIMIT, hops[:]),
	}
	if e.reply(r) || stdout.String() != "64 bytes from fd00::9: icmp_seq=1 ttl=63 time=12.3 ms\n" {
		t.Errorf("%q", stdout)
	}
	stdout.Reset()
	r.from = resolver.Address{Addr: ipaddr.MustParse("fe80::1"), Scope: 4000000000}
	r.control = nil
	e.reply(r)
	if want := "64 bytes from fe80::1%4000000000: icmp_seq=1 time=12.3 ms (DUP!) (DIFFERENT ADDRESS!)\n"; stdout.String() != want {
		t.Errorf("%q", stdout)
	}
	r.data[4]++
	if !e.reply(r) {
		t.Error("the reply to another ping is taken")
	}
}

func TestDatagram(t *testing.T) {
	e, stdout, _ := test4("-v")
	e.sock.kind = unix.SOCK_DGRAM
	e.ident = -1
	r := e.answer4(1, "", same)
	r.data = r.data[ipHeader:]
	var ttl [4]byte
	native.PutUint32(ttl[:], 64)
	r.control = control(unix.IPPROTO_IP, unix.IP_TTL, ttl[:])
	r.control = append(r.control, control(unix.IPPROTO_IP, unix.IP_RETOPTS, []byte("\x07\x07\x08\x0a\x09\x08\x07\x00"))...)
	e.reply(r)
	if want := "64 bytes from 10.0.0.9: icmp_seq=1 ttl=64 time=0.045 ms\nRR: \t10.9.8.7\n\n"; stdout.String() != want {
		t.Errorf("%q", stdout)
	}
}

func TestQueued(t *testing.T) {
	b := make([]byte, extendedErr)
	native.PutUint32(b, uint32(unix.EHOSTUNREACH))
	b[4], b[5], b[6] = unix.SO_EE_ORIGIN_ICMP, icmpUnreachable, 1
	native.PutUint32(b[8:], 1400)
	sa := make([]byte, 16)
	native.PutUint16(sa, unix.AF_INET)
	copy(sa[4:], []byte{10, 0, 0, 2})
	var q queued
	if !q.parse(append(b, sa...)) || q.errno != unix.EHOSTUNREACH || q.origin != unix.SO_EE_ORIGIN_ICMP || q.typ != 3 || q.code != 1 ||
		q.info != 1400 || q.from.Addr.String() != "10.0.0.2" {
		t.Errorf("%+v", q)
	}
	q = queued{}
	if q.parse(b[:15]) {
		t.Error("a cut entry is read")
	}
	if !q.parse(b) || q.from.Addr.IsValid() {
		t.Errorf("without an address: %+v", q)
	}
}

func TestNodeInfo(t *testing.T) {
	o, _, _, err := parseWords(0, "-N", "ipv6-global", "-N", "ipv6-all", "-N", "subject-name=Foo.Bar", "a")
	if err != nil {
		t.Fatal(err)
	}
	q := &o.node
	q.start([16]byte{1})
	b := q.build(0x0102)
	want := "\x8b\x01\x00\x00\x00\x03\x00\x22\x01\x02" + string(q.nonce[:]) + "\x03foo\x03bar\x00"
	if string(b) != want {
		t.Errorf("query %q, want %q", b, want)
	}
	reply := append([]byte{icmp6NodeReply, 0, 0, 0}, b[4:nodeHeader]...)
	if seq, ok := q.check(reply); !ok || seq != 0x0102 {
		t.Errorf("reply: %d %v", seq, ok)
	}
	reply[10]++
	if _, ok := q.check(reply); ok {
		t.Error("a reply to another query is taken")
	}
	head := func(code byte, query, flags uint16) []byte {
		b := be.AppendUint16([]byte{icmp6NodeReply, code, 0, 0}, query)
		b = be.AppendUint16(b, flags)
		return append(b, 0, 5, 0, 0, 0, 0, 0, 0)
	}
	for _, c := range []struct {
		icmp []byte
		want string
	}{
		{head(1, nodeName, 0), " refused; seq=5;"},
		{head(2, nodeName, 0), " unknown; seq=5;"},
		{head(9, nodeName, 0), " unknown code(09); seq=5;"},
		{head(0, 77, 0), " unknown qtype(0x4d); seq=5;"},
		{head(0, nodeName, 0), " parse error (too short); seq=5;"},
		{append(head(0, nodeName, 0), "\x00\x00\x00\x01\x01h\x04te\x07t\x00\x01h\x00\x00"...), ` h.te\007t., h; seq=5;`},
		{append(head(0, nodeName, 0), "\x00\x00\x00\x01\x09h"...), " parse error (truncated); seq=5;"},
		{append(head(0, nodeIPv4, 1), "\x00\x00\x00\x01\x01\x02\x03\x04\x00\x00\x00\x01\x05\x06\x07\x08"...), " 1.2.3.4, 5.6.7.8 (truncated); seq=5;"},
		{append(head(0, nodeIPv6, 0), "\x00\x00\x00\x01\x01"...), " parse error (truncated); seq=5;"},
	} {
		if got := string(appendNodeReply(nil, c.icmp)); got != c.want {
			t.Errorf("%q: %q, want %q", c.icmp, got, c.want)
		}
	}
}

// FuzzReply4 feeds any packet to an IPv4 ping, with a raw and with a datagram
// socket.
func FuzzReply4(f *testing.F) {
	e, _, _ := test4()
	r := e.answer4(1, "\x07\x07\x08\x0a\x09\x08\x07\x00", same)
	quote := ip4("", message(icmpEcho, 0, 0x1234<<16|7, nil))
	f.Add(r.data, []byte{})
	f.Add(ip4("", message(icmpRedirect, 1, 1, quote)), []byte{})
	f.Add(ip4("\x44\x0c\x0d\x23\x00\x00\x01\x00\x80\x00\x00\x05", message(icmpTimeExceeded, 0, 0, quote)), []byte{})
	f.Add(r.data[28:], control(unix.IPPROTO_IP, unix.IP_RETOPTS, []byte("\x83\x07\x08\x0a\x09\x08\x07\x00")))
	f.Fuzz(func(t *testing.T, data, control []byte) {
		for _, kind := range [...]int{unix.SOCK_RAW, unix.SOCK_DGRAM} {
			e, _, _ := test4("-v", "-D")
			e.sock.kind = kind
			for range 2 {
				r := &received{data: data, control: control, from: from("10.0.0.9"), when: 1}
				r.when = e.arrival(r)
				e.reply(r)
			}
		}
	})
}

// FuzzReply6 feeds any packet to an IPv6 ping that also asks for node
// information, and any bytes to the parser of error queue entries.
func FuzzReply6(f *testing.F) {
	e, _, _ := test6()
	f.Add(message(icmp6EchoReply, 0, 0x1234<<16|1, e.packet[icmpHeader:]), []byte{})
	f.Add(append(message(icmp6NodeReply, 0, nodeName<<16, nil), "\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x01h\xc0\x04"...), []byte{})
	f.Add(message(icmp6Unreachable, 0, 0, append(make([]byte, ip6Header), e.packet...)), control(unix.SOL_SOCKET, unix.SO_TIMESTAMP, make([]byte, 16)))
	f.Fuzz(func(t *testing.T, data, control []byte) {
		e, _, _ := test6("-v", "-D", "-N", "name", "-N", "subject-name=a")
		for range 2 {
			r := &received{data: data, control: control, from: from("fd00::9"), when: 1}
			r.when = e.arrival(r)
			e.reply(r)
		}
		var q queued
		q.parse(data)
	})
}
