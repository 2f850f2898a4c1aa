package rehearse

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
)

// TestLabFileRoundTrip: what WriteLab writes, ReadLab reads.
func TestLabFileRoundTrip(t *testing.T) {
	lab := ArticleLab()
	steps := []Step{{Host: "master", Text: "ip a\n\necho 'x: y' # z\n"}, {Host: "slave", File: "b.sh"}}
	lab.Hosts[2].Forward = true
	lab.Hosts[0].Interfaces[0].Metric = 100
	var b bytes.Buffer
	if err := WriteLab(&b, lab, steps); err != nil {
		t.Fatal(err)
	}
	got, gotSteps, err := ReadLab(strings.NewReader(b.String()))
	if err != nil {
		t.Fatalf("%v\n%s", err, b.String())
	}
	if !reflect.DeepEqual(got, lab) || !reflect.DeepEqual(gotSteps, steps) {
		t.Errorf("got %+v %+v\nfrom\n%s", got, gotSteps, b.String())
	}
}

const goodLab = `# two subnets
lan a
lan b
host h1
	interface eth0 a 10.0.1.1/24 2001:db8::1/64
	gateway 10.0.1.254
host router forward # it forwards
	interface eth0 a 10.0.1.254/24 mac 02:00:00:00:00:fe
	interface eth1 b metric 7 10.0.2.254/24

run h1 first.sh
run router other.sh
-- first.sh --
ping -c 1 10.0.2.254
`

func TestReadLab(t *testing.T) {
	lab, steps, err := ReadLab(strings.NewReader(goodLab))
	if err != nil {
		t.Fatal(err)
	}
	h1, _ := lab.Host("h1")
	router, _ := lab.Host("router")
	if len(lab.Hosts) != 2 || len(h1.Interfaces[0].Addrs) != 2 || h1.Gateways[0].String() != "10.0.1.254" ||
		h1.Interfaces[0].MAC != (MAC{2, 0, 10, 0, 1, 1}) || h1.Forward || !router.Forward ||
		router.Interfaces[0].MAC != (MAC{2, 0, 0, 0, 0, 0xfe}) || router.Interfaces[1].Metric != 7 {
		t.Errorf("%+v", lab)
	}
	want := []Step{{Host: "h1", Text: "ping -c 1 10.0.2.254\n"}, {Host: "router", File: "other.sh"}}
	if !reflect.DeepEqual(steps, want) {
		t.Errorf("%+v", steps)
	}
}

// Every mistake is named with its line.
func TestLabFileErrors(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{"lan a", "lane a", `line 2: unknown word "lane"; a line begins with one of: lan, host,`},
		{"lan b", "lan", "line 3: lan needs more words: lan NAME"},
		{"lan b", "lan b c", `line 3: unexpected word "c"`},
		{"lan a", "gateway 10.0.0.1", "line 2: this belongs to a host"},
		{"10.0.1.1/24", "10.0.1.1", `line 5: "10.0.1.1" is no address with a prefix length`},
		{"gateway 10.0.1.254", "gateway 10.0.9.254", "line 6: h1: the gateway 10.0.9.254 is in no network"},
		{"gateway 10.0.1.254", "gateway nope", `line 6: "nope" is no address`},
		{"eth1 b", "eth1 c", `line 9: router eth1: there is no LAN "c"`},
		{"eth1 b", "eth0 b", "line 9: interface of router eth0: the name is taken"},
		{"host router", "host h1", "line 7: host h1: the name is taken"},
		{"02:00:00:00:00:fe", "03:00:00:00:00:fe", `line 8: "03:00:00:00:00:fe" is no Ethernet address`},
		{"mac 02:00:00:00:00:fe", "mac", "line 8: mac needs a value"},
		{"metric 7", "metric x", `line 9: "x" is no metric`},
		{"run h1", "run h9", `line 11: there is no host "h9"; there are h1, router`},
		{"run router other.sh", "run router", "line 12: run needs more words"},
		{"ping -c 1 10.0.2.254\n", "", "line 11: the script first.sh is empty"},
		{goodLab, "", "line 1: there is no host"},
	} {
		_, _, err := ReadLab(strings.NewReader(strings.Replace(goodLab, c.old, c.new, 1)))
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%q -> %q: %v, want %q", c.old, c.new, err, c.want)
		}
	}
}

func FuzzReadLab(f *testing.F) {
	f.Add(goodLab)
	f.Fuzz(func(t *testing.T, text string) {
		lab, steps, err := ReadLab(strings.NewReader(text))
		if err != nil {
			return
		}
		if err := lab.Check(); err != nil {
			t.Error(err)
		}
		for _, s := range steps {
			if _, ok := lab.Host(s.Host); !ok {
				t.Errorf("a step on %q", s.Host)
			}
		}
	})
}
