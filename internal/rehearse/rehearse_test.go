package rehearse

import (
	"errors"
	"net/netip"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
)

func TestArticleScripts(t *testing.T) {
	entries, err := articleFiles.ReadDir("article")
	if err != nil || len(entries) == 0 {
		t.Fatal(entries, err)
	}
	for _, a := range acts() {
		text, err := ArticleScript(a.file)
		if err != nil {
			t.Fatal(err)
		}
		pings := 0
		for _, line := range scriptLines(text) {
			if isPing(line) {
				pings++
			}
		}
		if want := a.ping != ""; (pings == 1) != want {
			t.Errorf("%s: %d pings", a.file, pings)
		}
	}
	if _, err := ArticleScript("nothing.sh"); err == nil {
		t.Error("no error for a script that does not exist")
	}
}

func TestScriptLines(t *testing.T) {
	got := strings.Join(scriptLines("# a\n\nip a\n  brctl show \r\nlast"), "|")
	if got != "ip a|brctl show|last" {
		t.Errorf("%q", got)
	}
}

func TestLabCheck(t *testing.T) {
	if err := ArticleLab().Check(); err != nil {
		t.Errorf("the article's lab: %v", err)
	}
	change := func(f func(l *Lab)) *Lab {
		l := ArticleLab()
		f(l)
		return l
	}
	for want, l := range map[string]*Lab{
		"no host":                {LANs: []string{"lan"}},
		"the name is taken":      change(func(l *Lab) { l.Hosts[1].Name = "master" }),
		"lan: the name is taken": change(func(l *Lab) { l.LANs = append(l.LANs, "lan") }),
		`"" is no name`:          change(func(l *Lab) { l.Hosts[0].Name = "" }),
		`"../x" is no name`:      change(func(l *Lab) { l.Hosts[0].Name = "../x" }),
		`"a,b" is no name`:       change(func(l *Lab) { l.Hosts[0].Name = "a,b" }),
		`no LAN "wan"`:           change(func(l *Lab) { l.Hosts[2].Interfaces[0].LAN = "wan" }),
		"lo: the name is taken":  change(func(l *Lab) { l.Hosts[0].Interfaces[0].Name = "lo" }),
		`"a234567890123456" is no name`: change(func(l *Lab) {
			l.Hosts[0].Interfaces[0].Name = "a234567890123456"
		}),
		"no address with a prefix length": change(func(l *Lab) {
			l.Hosts[0].Interfaces[0].Addrs = []netip.Prefix{{}}
		}),
		"in no network of its interfaces": change(func(l *Lab) {
			l.Hosts[0].Gateways = []netip.Addr{netip.MustParseAddr("10.9.9.9")}
		}),
		"two gateways of one family": change(func(l *Lab) {
			l.Hosts[0].Gateways = append(l.Hosts[0].Gateways, netip.MustParseAddr("10.211.55.2"))
		}),
	} {
		if err := l.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

func TestAddresses(t *testing.T) {
	if got := MACOf(netip.MustParseAddr("10.211.55.122")); got != (MAC{2, 0, 10, 211, 55, 122}) {
		t.Errorf("%x", got)
	}
	for prefix, want := range map[string]string{
		"10.211.55.122/24": "10.211.55.255",
		"10.0.0.1/8":       "10.255.255.255",
		"10.0.0.9/30":      "10.0.0.11",
		"10.0.0.9/32":      "10.0.0.9",
		"10.0.0.9/0":       "255.255.255.255",
	} {
		if got := broadcast(netip.MustParsePrefix(prefix)); got.String() != want {
			t.Errorf("%s: %v, want %s", prefix, got, want)
		}
	}
}

func TestEnding(t *testing.T) {
	good := func() *story {
		return &story{pings: map[pingRole]int{firstPing: 1, secondPing: 0}, undelivered: 1}
	}
	for _, c := range []struct {
		name   string
		change func(*story)
		ok     bool
		words  []string
	}{
		{"good", func(*story) {}, true, []string{"first ping was lost", "got a route", "second ping was answered"}},
		{"no counter", func(s *story) { s.undelivered = -1 }, true, []string{"first ping was lost."}},
		{"answered at once", func(s *story) { s.pings[firstPing] = 0 }, false, []string{"was to be lost", "status 0", "not what the article"}},
		{"ping fails", func(s *story) { s.pings[firstPing] = 127 }, false, []string{"status 127"}},
		{"lost elsewhere", func(s *story) { s.undelivered = 0 }, false, []string{"no reply of the slave"}},
		{"lost again", func(s *story) { s.pings[secondPing] = 1 }, false, []string{"was to be answered", "status 1"}},
		{"a command fails", func(s *story) { s.failed = []string{"slave# route add (status 7)"} }, false,
			[]string{"This failed: slave# route add (status 7)", "not what the article"}},
	} {
		s := good()
		c.change(s)
		text, ok := s.ending()
		if ok != c.ok {
			t.Errorf("%s: %v", c.name, ok)
		}
		for _, w := range c.words {
			if !strings.Contains(text, w) {
				t.Errorf("%s: does not say %q:\n%s", c.name, w, text)
			}
		}
	}
}

func TestSnmpValue(t *testing.T) {
	const text = "Ip: Forwarding DefaultTTL InAddrErrors\nIp: 2 64 17\nIcmp: InMsgs InErrors\nIcmp: 3 4\n"
	for _, c := range []struct {
		text, group, name string
		want              int
		ok                bool
	}{
		{text, "Ip", "InAddrErrors", 17, true},
		{text, "Icmp", "InErrors", 4, true},
		{text, "Icmp", "InAddrErrors", 0, false},
		{text, "Udp", "InErrors", 0, false},
		{"Ip: A B\nIp: 1\n", "Ip", "B", 0, false},
		{"Ip: A\nIp: x\n", "Ip", "A", 0, false},
		{"", "Ip", "A", 0, false},
	} {
		if n, err := snmpValue(c.text, c.group, c.name); n != c.want || (err == nil) != c.ok {
			t.Errorf("%s %s: %d, %v", c.group, c.name, n, err)
		}
	}
	if real, err := os.ReadFile("/proc/thread-self/net/snmp"); err == nil {
		if _, err := snmpValue(string(real), "Ip", "InAddrErrors"); err != nil {
			t.Errorf("this machine's: %v", err)
		}
	}
}

func TestSearchPath(t *testing.T) {
	if got := searchPath("/sbin:/x"); got != "/run/nlbox/bin:/sbin:/x:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/bin" {
		t.Error(got)
	}
}

// Every refusal names its cause and a remedy, in one line.
func TestExplain(t *testing.T) {
	for _, c := range []struct {
		name   string
		system system
		errno  unix.Errno
		words  []string
	}{
		{"Debian", system{userns: "0"}, unix.EPERM,
			[]string{"kernel.unprivileged_userns_clone is 0", "sysctl -w kernel.unprivileged_userns_clone=1", "as root"}},
		{"Ubuntu", system{apparmor: "1"}, unix.EACCES,
			[]string{"AppArmor", "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"}},
		{"both switches harmless", system{userns: "1", apparmor: "0"}, unix.EPERM,
			[]string{"refuses new namespaces to ordinary users", "run this as root"}},
		{"limit", system{limits: map[string]int{"user": 0}}, unix.ENOSPC,
			[]string{"user.max_user_namespaces is 0", "sysctl -w user.max_user_namespaces="}},
		{"limit that root does not meet", system{root: true, privileged: true, limits: map[string]int{"user": 0, "net": 0}}, unix.ENOSPC,
			[]string{"user.max_net_namespaces is 0"}},
		{"all in use", system{limits: map[string]int{"user": 5}}, unix.ENOSPC, []string{"limit", "raise user.max_user_namespaces"}},
		{"no user namespaces", system{missing: []string{"user"}}, unix.EINVAL,
			[]string{"without user namespaces", "run this as root"}},
		{"no network namespaces", system{missing: []string{"user", "network"}, root: true, privileged: true}, unix.EINVAL,
			[]string{"without network namespaces", "use a kernel"}},
		{"seccomp", system{seccomp: true, root: true}, unix.EPERM, []string{"seccomp", "--privileged"}},
		{"container", system{root: true}, unix.EPERM, []string{"CAP_SYS_ADMIN", "--privileged"}},
		{"root otherwise", system{root: true, privileged: true}, unix.EPERM, []string{"operation not permitted", "--privileged"}},
		{"user otherwise", system{}, unix.ENOMEM, []string{"cannot allocate memory", "run this as root"}},
	} {
		text := c.system.explain(c.errno)
		if strings.Contains(text, "\n") {
			t.Errorf("%s: more than one line: %s", c.name, text)
		}
		for _, w := range c.words {
			if !strings.Contains(text, w) {
				t.Errorf("%s: %q does not say %q", c.name, text, w)
			}
		}
	}
}

// Inside must not do a thing where Run did not start it.
func TestInsideAlone(t *testing.T) {
	if l, err := onLeash(); err == nil || l != nil {
		t.Error("it goes on")
	}
}

// What is said where the kernel refuses to make an interface.
func TestWireError(t *testing.T) {
	for _, c := range []struct {
		err  wireError
		want string
	}{
		{wireError{"make a bridge", "bridge", unix.EOPNOTSUPP}, "cannot make a bridge: this kernel has no bridge interfaces; as root: modprobe bridge"},
		{wireError{"make a pair of veth interfaces", "veth", unix.EEXIST}, "cannot make a pair of veth interfaces: File exists"},
		{wireError{"set lo up", "", unix.ENODEV}, "cannot set lo up: No such device"},
		{wireError{"set lo up", "", errors.New("why")}, "cannot set lo up: why"},
	} {
		if got := c.err.Error(); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func FuzzParseLink(f *testing.F) {
	r := rtnl.NewRequest(unix.RTM_NEWLINK, 0)
	r.Link(unix.AF_UNSPEC, 0, 7, 0, 0)
	r.U8(unix.IFLA_OPERSTATE, operUp)
	info := r.Nest(unix.IFLA_LINKINFO)
	slave := r.Nest(unix.IFLA_INFO_SLAVE_DATA)
	r.U8(unix.IFLA_BRPORT_STATE, portForwarding)
	r.End(slave)
	r.End(info)
	if l := parseLink(r.Payload()); *l != (link{7, operUp, portForwarding}) {
		f.Errorf("%+v", l)
	}
	f.Add(r.Payload())
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) >= unix.SizeofIfInfomsg {
			parseLink(b)
		}
	})
}

func FuzzSnmpValue(f *testing.F) {
	f.Add("Ip: A B\nIp: 1 2\n")
	f.Fuzz(func(t *testing.T, text string) { snmpValue(text, "Ip", "B") })
}

func TestOwnUsers(t *testing.T) {
	for m, want := range map[string]bool{
		"         0          0 4294967295": false,
		"         0       1000          1": true,
		"         0     100000      65536": true,
		"0 0 1\n1 100000 65536":            true,
		"":                                 false,
	} {
		if ownUsers(m) != want {
			t.Errorf("%q", m)
		}
	}
}
