package resolver

import (
	"testing"

	"github.com/nlbox/nlbox/internal/ipaddr"
)

// fixed is a Resolver whose files are these texts.
func fixed(nsswitch, hosts, networks string) *Resolver {
	r := New(func(string) string { return "" })
	r.switchText, r.haveSwitch = nsswitch, true
	r.hosts, r.haveHost = hosts, true
	r.networks = parseNetworks(networks)
	return r
}

const (
	filesOnly   = "hosts: files\nnetworks: files\n"
	netdbHosts  = "2001:db8::53 six.test both\n192.0.2.53 names.test names both\n::1 lo6\n::ffff:10.1.1.1 map\n192.0.2.53 second\n"
	netdbNets   = "loopback 127.0.0.0\ntestnet 192.0.2.0 tn TN2 # x\nten 10.77\noct 010.0x1\nbad 1.2.3.4.5\nbad2 1.x\nshort\n"
	unreachable = "hosts: nosuchmodule\nnetworks: nosuchmodule\n"
)

// The expected columns are what glibc 2.36 answers.
func TestHostByName(t *testing.T) {
	for _, c := range []struct {
		name, want string
		herr       HErrno
	}{
		{"names.test", "192.0.2.53", 0},
		{"NAMES", "192.0.2.53", 0},
		{"both", "192.0.2.53", 0},
		{"lo6", "127.0.0.1", 0},
		{"map", "10.1.1.1", 0},
		{"six.test", "", hostNotFound},
		{"nosuch", "", hostNotFound},
		{"", "", hostNotFound},
		{"10.1", "10.0.0.1", 0},
		{"256.1.1.1", "", hostNotFound},
		{"08", "", hostNotFound},
		{"fe80::1", "", hostNotFound},
		{":x", "", hostNotFound},
	} {
		r := fixed(filesOnly, netdbHosts, "")
		a, ok := r.HostByName(c.name)
		if got := text(ipaddr.From4(a), ok); got != c.want || r.HErrno() != c.herr {
			t.Errorf("%q: %q %v, want %q %v", c.name, got, r.HErrno(), c.want, c.herr)
		}
	}
}

func TestAddr6(t *testing.T) {
	for _, c := range []struct {
		name, want string
		err        Error
		herr       HErrno
	}{
		{"six.test", "2001:db8::53", 0, hostNotFound},
		{"both", "2001:db8::53", 0, hostNotFound},
		{"names.test", "", NoName, hostNotFound},
		{"2001:db8::1", "2001:db8::1", 0, 0},
		{"::ffff:10.0.0.1", "::ffff:10.0.0.1", 0, 0},
		{"fe80::1%lo", "fe80::1", 0, 0},
		{"fe80::1%3", "fe80::1", 0, 0},
		{"fe80::1%", "", NoName, 0},
		{"2001:db8::1%lo", "", NoName, 0},
		{"10.0.0.1", "", AddrFamily, 0},
		{"10", "", AddrFamily, 0},
		{"300.1.1.1", "", NoName, hostNotFound},
		{"fe80::x", "", NoName, hostNotFound},
	} {
		r := fixed(filesOnly, netdbHosts, "")
		a, err := r.Addr6(c.name)
		if got := text(ipaddr.From16(a), err == 0); got != c.want || err != c.err || r.HErrno() != c.herr {
			t.Errorf("%q: %q %d %v, want %q %d %v", c.name, got, err, r.HErrno(), c.want, c.err, c.herr)
		}
	}
}

func TestNoService(t *testing.T) {
	r := fixed(unreachable, netdbHosts, netdbNets)
	if _, ok := r.HostByName("names"); ok || r.HErrno() != hostInternal {
		t.Errorf("HostByName: %v %v", ok, r.HErrno())
	}
	if _, err := r.Addr6("six.test"); err != System {
		t.Errorf("Addr6: %d", err)
	}
	if _, ok := r.NetByName("testnet"); ok || r.HErrno() != hostInternal {
		t.Errorf("NetByName: %v %v", ok, r.HErrno())
	}
}

func TestServiceActions(t *testing.T) {
	r := fixed("hosts: nosuchmodule [NOTFOUND=return] files", netdbHosts, "")
	if _, ok := r.HostByName("names"); !ok {
		t.Error("an absent service is unavailable, not without the name")
	}
	r = fixed("hosts: nosuchmodule [UNAVAIL=return] files", netdbHosts, "")
	if _, ok := r.HostByName("names"); ok {
		t.Error("[UNAVAIL=return] was passed over")
	}
}

func TestHerror(t *testing.T) {
	r := fixed(filesOnly, "", "")
	r.HostByName("nosuch")
	if got := r.Herror("nosuch"); got != "nosuch: Unknown host" {
		t.Error(got)
	}
	if got := r.Herror(""); got != "Unknown host" {
		t.Error(got)
	}
	if got := HErrno(0).String(); got != "Resolver Error 0 (no error)" {
		t.Error(got)
	}
}

func TestNetworks(t *testing.T) {
	r := fixed(filesOnly, "", netdbNets)
	for _, c := range []struct{ name, want string }{
		{"loopback", "127.0.0.0"},
		{"TESTNET", "192.0.2.0"},
		{"tn2", "192.0.2.0"},
		{"ten", "10.77.0.0"},
		{"oct", "8.1.0.0"},
		{"bad", "255.255.255.255"},
		{"bad2", "255.255.255.255"},
		{"short", ""},
		{"nosuch", ""},
	} {
		a, ok := r.NetByName(c.name)
		if got := text(ipaddr.From4(a), ok); got != c.want {
			t.Errorf("%q: %q, want %q", c.name, got, c.want)
		}
	}
	if r.HErrno() != hostNotFound {
		t.Errorf("h_errno: %v", r.HErrno())
	}
	if name, ok := r.NetByAddr([4]byte{192, 0, 2, 0}); name != "testnet" || !ok {
		t.Errorf("%q %v", name, ok)
	}
	if name, ok := r.NetByAddr([4]byte{192, 0, 3, 0}); ok {
		t.Errorf("%q", name)
	}
}

// A networks file that is not there says nothing: what failed before stays.
func TestNoNetworksFile(t *testing.T) {
	r := fixed(filesOnly, "", "")
	r.noNetworks = true
	r.HostByName("nosuch")
	r.herrno = tryLater
	if _, ok := r.NetByName("nosuch"); ok || r.HErrno() != tryLater {
		t.Errorf("%v %v", ok, r.HErrno())
	}
}

func TestHostByAddr(t *testing.T) {
	r := fixed(filesOnly, netdbHosts, "")
	for _, c := range []struct{ addr, want string }{
		{"192.0.2.53", "names.test"},
		{"2001:db8::53", "six.test"},
		{"127.0.0.1", "lo6"},
		{"10.1.1.1", "map"},
		{"192.0.2.54", ""},
	} {
		if name, _ := r.HostByAddr(ipaddr.MustParse(c.addr)); name != c.want {
			t.Errorf("%s: %q, want %q", c.addr, name, c.want)
		}
	}
}

func TestTarget(t *testing.T) {
	r := fixed(filesOnly, "192.0.2.53 names.test both\n", "both 10.9\nnet 10.8\n")
	for _, c := range []struct {
		word      string
		hostFirst bool
		want      string
		isNet     bool
	}{
		{"default", true, "0.0.0.0", true},
		{"10/8", false, "", false},
		{"10", false, "0.0.0.10", false},
		{"10.1.0.0 x", false, "10.1.0.0", false},
		{" 10.1.0.0", false, "", false},
		{"both", false, "10.9.0.0", true},
		{"both", true, "192.0.2.53", false},
		{"net", true, "10.8.0.0", true},
		{"names.test", false, "192.0.2.53", false},
		{"nosuch", false, "", false},
		{"nosuch", true, "", false},
	} {
		a, isNet, ok := r.Target(c.word, c.hostFirst)
		if got := text(ipaddr.From4(a), ok); got != c.want || isNet != c.isNet {
			t.Errorf("%q %v: %q %v", c.word, c.hostFirst, got, isNet)
		}
	}
}

func TestLabel(t *testing.T) {
	r := fixed(filesOnly, "192.0.2.0 host\n", "net 192.0.2.0\n")
	for range 2 {
		if h, n := r.Label([4]byte{192, 0, 2, 0}, true), r.Label([4]byte{192, 0, 2, 0}, false); h != "host" || n != "net" {
			t.Errorf("%q %q", h, n)
		}
		if got := r.Label([4]byte{192, 0, 2, 1}, true); got != "192.0.2.1" {
			t.Errorf("%q", got)
		}
	}
}

func FuzzNetworks(f *testing.F) {
	f.Add(netdbNets)
	f.Fuzz(func(t *testing.T, text string) {
		for _, n := range parseNetworks(text) {
			if len(n.names) == 0 {
				t.Errorf("a network without a name in %q", text)
			}
		}
	})
}
