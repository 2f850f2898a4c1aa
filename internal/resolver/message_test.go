package resolver

import (
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/nlbox/nlbox/internal/ipaddr"
)

// response builds the answer to a query from records given as name, type and
// data; a name "@" is a pointer to the question's name.
func response(query []byte, code byte, records ...testRecord) []byte {
	m := append([]byte(nil), query...)
	m[2] |= 0x80
	m[3] = m[3]&0xF0 | code
	be.PutUint16(m[6:], uint16(len(records)))
	for _, r := range records {
		m = appendName(m, r.name)
		m = be.AppendUint16(m, r.typ)
		m = be.AppendUint16(m, classIN)
		m = append(m, 0, 0, 0, 60)
		m = be.AppendUint16(m, uint16(len(r.data)))
		m = append(m, r.data...)
	}
	return m
}

type testRecord struct {
	name string
	typ  uint16
	data []byte
}

func appendName(b []byte, name string) []byte {
	if name == "@" {
		return append(b, 0xC0, dnsHeader)
	}
	for _, l := range strings.Split(name, ".") {
		b = append(append(b, byte(len(l))), l...)
	}
	return append(b, 0)
}

func mustQuery(t testing.TB, name string, typ uint16) []byte {
	q, ok := appendQuery(nil, 0x1234, name, typ)
	if !ok {
		t.Fatalf("no query for %q", name)
	}
	return q
}

func TestAppendQuery(t *testing.T) {
	got := mustQuery(t, "a.bc", typeAAAA)
	if want := "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x01a\x02bc\x00\x00\x1c\x00\x01"; string(got) != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if q := mustQuery(t, ".", typeA); len(q) != dnsHeader+5 {
		t.Errorf("root: %q", q)
	}
	label := strings.Repeat("a", 63)
	if q := mustQuery(t, label+".", typeA); len(q) != dnsHeader+65+4 {
		t.Errorf("longest label: %d bytes", len(q))
	}
	for _, bad := range []string{"a..b", label + "a", strings.Repeat("abcdefg.", 32), ".a"} {
		if _, ok := appendQuery(nil, 0, bad, typeA); ok {
			t.Errorf("%q became a query", bad)
		}
	}
}

func TestAnswers(t *testing.T) {
	q := mustQuery(t, "Host.test", typeA)
	good := response(q, 0)
	good[13] = 'h'
	if !answers(good, q) {
		t.Error("the answer to the question is not taken")
	}
	for name, change := range map[string]func([]byte) []byte{
		"id":       func(b []byte) []byte { b[1]++; return b },
		"query":    func(b []byte) []byte { b[2] &^= 0x80; return b },
		"question": func(b []byte) []byte { b[14] = 'x'; return b },
		"type":     func(b []byte) []byte { b[len(q)-3] = typeAAAA; return b },
		"count":    func(b []byte) []byte { b[5] = 0; return b },
		"short":    func(b []byte) []byte { return b[:len(q)-1] },
	} {
		if answers(change(append([]byte(nil), good...)), q) {
			t.Errorf("an answer with another %s is taken", name)
		}
	}
}

func TestHostAnswer(t *testing.T) {
	q := mustQuery(t, "alias.test", typeA)
	m := response(q, 0,
		testRecord{"@", typeCNAME, appendName(nil, "real.test")},
		testRecord{"other.test", typeA, []byte{9, 9, 9, 9}},
		testRecord{"real.test", typeA, []byte{127, 0, 0, 1}},
		testRecord{"REAL.test", typeA, []byte{127, 0, 0, 2}},
		testRecord{"real.test", typeA, []byte{1, 2, 3}},
	)
	canonical, addrs, ok := hostAnswer(m, q, "alias.test")
	if !ok || canonical != "real.test" || len(addrs) != 2 || addrs[1] != ipaddr.MustParse("127.0.0.2") {
		t.Errorf("got %q %v %v", canonical, addrs, ok)
	}
	m = response(q, 0, testRecord{"@", typeCNAME, appendName(nil, "bad name.test")})
	if _, _, ok := hostAnswer(m, q, "alias.test"); ok {
		t.Error("an alias of what cannot be a host is taken")
	}
}

func TestPointerAnswer(t *testing.T) {
	name := reverseName(ipaddr.MustParse("127.0.0.2"))
	q := mustQuery(t, name, typePTR)
	m := response(q, 0,
		testRecord{"@", typeCNAME, appendName(nil, "x.arpa")},
		testRecord{"x.arpa", typePTR, appendName(nil, "bad name.test")},
		testRecord{"x.arpa", typePTR, appendName(nil, "host.test")},
		testRecord{"x.arpa", typePTR, appendName(nil, "second.test")},
	)
	if host, ok := pointerAnswer(m, q, name); !ok || host != "host.test" {
		t.Errorf("got %q %v", host, ok)
	}
}

func TestReadName(t *testing.T) {
	loop := []byte{1, 'a', 0xC0, 0}
	if _, _, ok := readName(loop, 0); ok {
		t.Error("a name that points to itself is read")
	}
	msg := []byte{1, 'a', 0, 1, 'b', 0xC0, 0, 99}
	if name, next, ok := readName(msg, 3); !ok || name != "b.a" || next != 7 {
		t.Errorf("got %q %d %v", name, next, ok)
	}
}

// FuzzAnswer feeds the parsers with any bytes as an answer.
func FuzzAnswer(f *testing.F) {
	q := mustQuery(f, "alias.test", typeA)
	f.Add(response(q, 0, testRecord{"@", typeCNAME, appendName(nil, "a.test")}, testRecord{"a.test", typeA, []byte{1, 2, 3, 4}}))
	f.Add(response(q, 3))
	f.Add(append(response(q, 0, testRecord{"@", typePTR, []byte{0xC0, 0xC0}}), 0xC0))
	f.Fuzz(func(t *testing.T, msg []byte) {
		if !answers(msg, q) {
			// Make it one, so that the records are looked at.
			if len(msg) < len(q) {
				return
			}
			copy(msg, q[:2])
			copy(msg[dnsHeader:], q[dnsHeader:])
		}
		if host, ok := pointerAnswer(msg, q, "alias.test"); ok && !hostName(host) {
			t.Errorf("%q is no host", host)
		}
		canonical, _, ok := hostAnswer(msg, q, "alias.test")
		if ok && !hostName(canonical) {
			t.Errorf("%q is no host", canonical)
		}
		passOver(msg)
		truncated(msg)
	})
}

// fakeServer answers questions on the loopback interface until the test ends. answer
// returns nil to keep silent.
func fakeServer(t *testing.T, answer func(name string, typ uint16, query []byte) []byte) *Resolver {
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Skip("no loopback interface to serve on: ", err)
	}
	t.Cleanup(func() { conn.Close() })
	go func() {
		b := make([]byte, 512)
		for {
			n, from, err := conn.ReadFromUDP(b)
			if err != nil {
				return
			}
			q := b[:n]
			name, next, _ := readName(q, dnsHeader)
			if m := answer(name, be.Uint16(q[next:]), q); m != nil {
				conn.WriteToUDP(m, from)
			}
		}
	}()
	r := New(func(string) string { return "" })
	r.services = []service{{"dns", 1 << found}}
	r.conf = &config{ndots: 1, timeout: 1, attempts: 1,
		servers: []server{{ipaddr.MustParse("127.0.0.1"), 0, conn.LocalAddr().(*net.UDPAddr).Port}}}
	return r
}

func TestDNS(t *testing.T) {
	r := fakeServer(t, func(name string, typ uint16, q []byte) []byte {
		switch {
		case name == "both.test" && typ == typeA:
			return response(q, 0, testRecord{"@", typeA, []byte{127, 0, 0, 1}})
		case name == "both.test":
			return response(q, 0, testRecord{"@", typeAAAA, ipaddr.Loopback6().AsSlice()})
		case name == "short.dom.test" && typ == typeA:
			return response(q, 0, testRecord{"@", typeA, []byte{127, 0, 0, 3}})
		case name == "half.test" && typ == typeA:
			return response(q, 0, testRecord{"@", typeA, []byte{127, 0, 0, 4}})
		case name == "half.test":
			return response(q, 3)
		case name == "nodata.test", name == "short.dom.test":
			return response(q, 0)
		case name == "servfail.test":
			return response(q, rcodeServFail)
		case name == "1.0.0.127.in-addr.arpa":
			return response(q, 0, testRecord{"@", typePTR, appendName(nil, "rev.test")})
		}
		return response(q, rcodeNXDomain)
	})
	r.conf.search = []string{"dom.test"}
	for _, c := range []struct {
		name, canon string
		n           int
		err         error
	}{
		{"both.test", "both.test", 2, nil},
		{"short", "short.dom.test", 1, nil},
		{"half.test", "half.test", 1, nil},
		{"nodata.test", "", 0, NoData},
		{"servfail.test", "", 0, Again},
		{"nosuch.test", "", 0, NoName},
		{"nosuch", "", 0, NoName},
	} {
		h, err := r.Lookup(c.name, Any)
		if err != c.err || h.Canonical != c.canon || len(h.Addrs) != c.n {
			t.Errorf("%s: %+v %v", c.name, h, err)
		}
	}
	if name, ok := r.Name(ipaddr.MustParse("127.0.0.1")); !ok || name != "rev.test" {
		t.Errorf("reverse: %q %v", name, ok)
	}
	if name, ok := r.Name(ipaddr.MustParse("127.0.0.9")); ok {
		t.Errorf("reverse of a nameless address: %q", name)
	}
}

// A server of which nothing is heard is waited for once, and Wake ends that.
func TestSilence(t *testing.T) {
	r := fakeServer(t, func(string, uint16, []byte) []byte { return nil })
	start := time.Now()
	if _, err := r.Lookup("host.test", IPv4); err != Again {
		t.Errorf("got %v", err)
	}
	if d := time.Since(start); d < 900*time.Millisecond {
		t.Errorf("gave up after %v", d)
	}
	ear, mouth, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer ear.Close()
	mouth.Close()
	r.Wake = func() int { return int(ear.Fd()) }
	r.conf.timeout = 30
	if _, err := r.Lookup("host.test", Any); err != Interrupted {
		t.Errorf("got %v", err)
	}
}

func TestNobodyListens(t *testing.T) {
	r := fakeServer(t, func(string, uint16, []byte) []byte { return nil })
	// A port that was just given back.
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Skip("no loopback interface: ", err)
	}
	r.conf.servers[0].port = conn.LocalAddr().(*net.UDPAddr).Port
	conn.Close()
	r.conf.timeout = 30
	if _, err := r.Lookup("host.test", Any); err != Again {
		t.Errorf("got %v", err)
	}
}
