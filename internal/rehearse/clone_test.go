package rehearse

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/netip"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/box"
	"github.com/nlbox/nlbox/internal/namespace/nstest"
	"github.com/nlbox/nlbox/internal/snapshot"
)

func TestMain(m *testing.M) { os.Exit(nstest.Main(m)) }

// original is an Original from JSON: of the namespace without a name, and of the
// neighbours.
func original(t testing.TB, namespace, neighbours string) *Original {
	t.Helper()
	text := `{"hostname":"live","snapshot":{"format":1,"namespaces":[` + namespace + `]},"neighbours":[` + neighbours + `]}`
	o, err := readOriginal(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	standIns(o.Snapshot)
	return o
}

// ether is a link; more are further fields.
func ether(name string, last int, more string) string {
	return fmt.Sprintf(`{"ifname":%q,"link_type":"ether","address":"02:00:00:00:01:%02x","mtu":1500,"flags":["UP"]%s}`, name, last, more)
}

// outline is a lab in lines.
func outline(l *Lab) string {
	var b strings.Builder
	for _, h := range l.Hosts {
		b.WriteString(h.Name)
		for _, i := range h.Interfaces {
			fmt.Fprintf(&b, " %s/%s %v mtu %d", i.Name, i.LAN, i.MAC, i.MTU)
			if i.Down {
				b.WriteString(" down")
			}
			for _, a := range i.Addrs {
				b.WriteString(" " + a.String())
			}
			for _, a := range i.Direct {
				b.WriteString(" direct " + a.String())
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func TestOriginalLab(t *testing.T) {
	const hw = `,"linkinfo":{}`
	for _, c := range []struct {
		name, namespace, neighbours string
		want, warnings              string
	}{
		{"hardware, a gateway nobody has seen, one with two addresses, and who does not count",
			`{"links":[{"ifname":"lo","link_type":"loopback"},` + ether("eth0", 1, hw) + `],
			"addresses":[{"dev":"eth0","local":"10.0.0.9","prefixlen":24}],
			"routes":[{"dst":"10.8.0.0/16","gateway":"10.0.0.2","dev":"eth0"},{"dst":"default","gateway":"10.0.0.1","dev":"eth0"},
				{"dst":"10.7.0.0/16","gateway":"172.16.0.1","dev":"eth0"},{"dst":"10.6.0.0/16","gateway":"10.0.0.9","dev":"eth0"}]}`,
			`{"dst":"10.0.0.4","dev":"eth0","lladdr":"02:00:00:00:00:03","state":["STALE"]},
			{"dst":"10.0.0.3","dev":"eth0","lladdr":"02:00:00:00:00:03","state":["PERMANENT"]},
			{"dst":"10.0.0.5","dev":"eth0","lladdr":"02:00:00:00:00:05","state":["FAILED"]},
			{"dst":"10.0.0.6","dev":"eth0","state":["INCOMPLETE"]},
			{"dst":"10.0.0.7","dev":"eth0","lladdr":"03:00:00:00:00:07","state":["STALE"]},
			{"dst":"10.1.0.7","dev":"eth0","lladdr":"02:00:00:00:00:07","state":["STALE"]},
			{"dst":"10.0.0.8","dev":"lo","lladdr":"02:00:00:00:00:08","state":["STALE"]},
			{"dst":"10.0.0.2","dev":"eth0","lladdr":"02:00:00:00:00:02","state":["DELAY"]}`,
			`live eth0/lan 02:00:00:00:01:01 mtu 1500 10.0.0.9/24
gateway eth0/lan 02:00:0a:00:00:01 mtu 1500 10.0.0.1/24
gateway2 eth0/lan 02:00:00:00:00:02 mtu 1500 10.0.0.2/24
gateway3 eth0/lan 02:00:ac:10:00:01 mtu 1500 172.16.0.1/32 direct 10.0.0.9
10.0.0.3 eth0/lan 02:00:00:00:00:03 mtu 1500 10.0.0.3/24 10.0.0.4/24
`, ""},
		{"a gateway behind a bridge of hardware, and one of IPv6",
			`{"links":[` + ether("br0", 1, `,"linkinfo":{"info_kind":"bridge"}`) + `,` + ether("v0", 2, `,"link":"v1","master":"br0","linkinfo":{"info_kind":"veth"}`) +
				`,` + ether("eth1", 3, `,"master":"br0","linkinfo":{"info_slave_kind":"bridge"}`) + `],
			"addresses":[{"dev":"br0","local":"10.0.0.9","prefixlen":24}],
			"routes":[{"dst":"default","gateway":"10.0.0.1","dev":"br0"},{"dst":"default","gateway":"fe80::1","dev":"br0"}]}`, ``,
			`live eth1/lan 02:00:00:00:01:03 mtu 1500
gateway eth0/lan 02:00:0a:00:00:01 mtu 1500 10.0.0.1/24
gateway2 eth0/lan 02:06:e0:84:32:e8 mtu 1500 fe80::1/64
`, ""},
		{"a host with one address, multipath, another family's gateway",
			`{"links":[` + ether("eth0", 1, "") + `],"addresses":[{"dev":"eth0","local":"10.0.0.5","prefixlen":32}],
			"routes":[{"dst":"default","nexthops":[{"gateway":"10.0.0.1","dev":"eth0"},{"via":{"family":"inet6","host":"fe80::7"},"dev":"eth0"}]}]}`, ``,
			`live eth0/lan 02:00:00:00:01:01 mtu 1500 10.0.0.5/32
gateway eth0/lan 02:00:0a:00:00:01 mtu 1500 10.0.0.1/32 direct 10.0.0.5
gateway2 eth0/lan 02:06:e6:84:3c:5a mtu 1500 fe80::7/64
`, ""},
		{"an uplink out of sight, one that is down, a VLAN",
			`{"links":[` + ether("eth0", 1, `,"linkinfo":{"info_kind":"veth"}`) + `,{"ifname":"eth1","link_type":"ether","address":"02:00:00:00:01:02","mtu":9000,"flags":[]},` +
				ether("eth0.5", 1, `,"link":"eth0","linkinfo":{"info_kind":"vlan"}`) + `,` + ether("mv0", 4, `,"link":"eth1","linkinfo":{"info_kind":"macvlan"}`) + `],
			"addresses":[{"dev":"eth0.5","local":"10.5.0.9","prefixlen":24},{"dev":"mv0","local":"10.6.0.9","prefixlen":24}]}`,
			`{"dst":"10.5.0.1","dev":"eth0.5","lladdr":"02:00:00:00:00:05","state":["STALE"]},{"dst":"10.5.0.2","dev":"eth0.5","lladdr":"02:00:00:00:00:06","state":["STALE"]},
			{"dst":"10.6.0.1","dev":"mv0","lladdr":"02:00:00:00:00:07","state":["REACHABLE"]}`,
			`live eth0/lan 02:00:00:00:01:01 mtu 1500 eth1/lan2 02:00:00:00:01:02 mtu 9000 down
10.6.0.1 eth0/lan2 02:00:00:00:00:07 mtu 9000 10.6.0.1/24
`, "no hosts are there behind the VLAN eth0.5"},
		{"one address on two LANs, and links without end",
			`{"links":[` + ether("eth0", 1, "") + `,` + ether("eth1", 2, "") + `,` + ether("br0", 3, `,"master":"br0","linkinfo":{"info_kind":"bridge"}`) + `],
			"addresses":[{"dev":"eth0","local":"10.0.0.9","prefixlen":24},{"dev":"eth1","local":"10.0.0.8","prefixlen":24},{"dev":"br0","local":"10.0.0.7","prefixlen":24}]}`,
			`{"dst":"10.0.0.1","dev":"eth0","lladdr":"02:00:00:00:00:05","state":["STALE"]},{"dst":"10.0.0.1","dev":"eth1","lladdr":"02:00:00:00:00:05","state":["STALE"]},
			{"dst":"10.0.0.1","dev":"br0","lladdr":"02:00:00:00:00:05","state":["STALE"]}`,
			`live eth0/lan 02:00:00:00:01:01 mtu 1500 10.0.0.9/24 eth1/lan2 02:00:00:00:01:02 mtu 1500 10.0.0.8/24
10.0.0.1 eth0/lan 02:00:00:00:00:05 mtu 1500 10.0.0.1/24
peer eth0/lan2 02:00:00:00:00:05 mtu 1500 10.0.0.1/24
`, ""},
	} {
		lab, warnings := original(t, c.namespace, c.neighbours).Lab()
		if got := outline(lab); got != c.want {
			t.Errorf("%s: got:\n%s", c.name, got)
		}
		if got := strings.Join(warnings, "\n"); got != c.warnings {
			t.Errorf("%s: warnings %q", c.name, got)
		}
	}
}

func TestManyPeers(t *testing.T) {
	var list []string
	for i := range 2 * maxPeers {
		list = append(list, fmt.Sprintf(`{"dst":"10.0.1.%d","dev":"eth0","lladdr":"02:00:00:00:02:%02x","state":["STALE"]}`, i, i))
	}
	lab, warnings := original(t, `{"links":[`+ether("eth0", 1, "")+`],"addresses":[{"dev":"eth0","local":"10.0.0.5","prefixlen":16}]}`, strings.Join(list, ",")).Lab()
	if len(lab.Hosts) != 1+maxPeers || len(warnings) != 1 || !strings.Contains(warnings[0], "64 of the 128") {
		t.Errorf("%d hosts, %q", len(lab.Hosts), warnings)
	}
}

func TestHostName(t *testing.T) {
	for in, want := range map[string]string{
		"": "this", "web-1.example.org": "web-1.example.o", "..": "this", "bär": "br", "a,b:c/d": "abcd", ".hidden": "hidden",
	} {
		got := hostName(in)
		if got != want || checkName("host", got, map[string]bool{}) != nil {
			t.Errorf("%q: %q", in, got)
		}
	}
}

// What is handed over is what comes, and nothing else is taken.
func TestHandOver(t *testing.T) {
	o := original(t, `{"links":[`+ether("eth0", 1, "")+`]}`, "")
	f, err := o.write()
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	back, err := readOriginal(f)
	if err != nil || back.Hostname != "live" || len(back.interfaces()) != 1 || back.interfaces()[0].MTU != 1500 {
		t.Errorf("%v: %+v", err, back)
	}
	for _, text := range []string{"", "{}", `{"snapshot":{}}`, `{"snapshot":{"namespaces":[null]}}`, `{"snapshot":7}`} {
		if _, err := readOriginal(strings.NewReader(text)); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}

// FuzzReadOriginal: whatever is handed over becomes a lab, or is refused.
func FuzzReadOriginal(f *testing.F) {
	o := original(f, `{"links":[`+ether("eth0", 1, `,"linkinfo":{"info_kind":"veth","info_data":{"x":[1,null]}}`)+`],
		"addresses":[{"dev":"eth0","local":"10.0.0.5","prefixlen":16}],"routes":[{"dst":"default","gateway":"10.0.0.1","dev":"eth0","nexthops":[{"via":{"host":"fe80::1"},"dev":"eth0"}]}]}`,
		`{"dst":"10.0.0.3","dev":"eth0","lladdr":"02:00:00:00:00:03","state":["PERMANENT"]}`)
	text, err := json.Marshal(o)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Fuzz(func(t *testing.T, text []byte) {
		o, err := readOriginal(bytes.NewReader(text))
		if err != nil {
			return
		}
		standIns(o.Snapshot)
		lab, _ := o.Lab()
		seen := map[string]bool{}
		for _, lan := range lab.LANs {
			if err := checkName("LAN", lan, seen); err != nil {
				t.Error(err)
			}
		}
		for _, h := range lab.Hosts {
			if err := checkName("host", h.Name, seen); err != nil {
				t.Error(err)
			}
			h.sysctls()
		}
	})
}

// quiet is for applets whose output nobody reads.
func quiet() *applet.Env {
	return &applet.Env{
		Stdin: strings.NewReader(""), Stdout: applet.NewOutput(&bytes.Buffer{}), Stderr: &bytes.Buffer{}, Lookup: box.Lookup,
	}
}

// What cannot be rebuilt is told in a line each, with what goes along, and the
// rest is rebuilt.
func TestRebuildWarnings(t *testing.T) {
	const named = `,{"name":"inner","links":[` // a NIC in a namespace
	o := original(t, `{"links":[`+ether("eth0", 1, `,"master":"x0"`)+`,`+ether("x0", 2, `,"linkinfo":{"info_kind":"nosuchkind"}`)+`,`+
		ether("x0.5", 3, `,"link":"x0","linkinfo":{"info_kind":"vlan","info_data":{"id":5}}`)+`,`+ether("br0", 4, `,"linkinfo":{"info_kind":"bridge"}`)+`],
		"addresses":[{"dev":"x0","family":"inet","local":"10.0.0.5","prefixlen":16},{"dev":"br0","family":"inet","local":"10.1.0.5","prefixlen":16,"scope":"global"}],
		"routes":[{"dst":"10.1.0.0/16","dev":"br0","family":"inet","protocol":"kernel","spec":"10.1.0.0/16 dev br0 proto kernel"},
			{"dst":"default","dev":"x0","family":"inet","spec":"default dev x0"},{"dst":"10.9.0.0/16","dev":"br0","family":"inet","spec":"10.9.0.0/16 nonsense dev br0"},
			{"dst":"10.8.0.0/16","gateway":"10.1.0.1","dev":"br0","family":"inet","spec":"10.8.0.0/16 via 10.1.0.1 dev br0"}]}`+
		named+ether("nic0", 5, "")+`]}`, "")
	nstest.World(t, func() {
		env := quiet()
		if _, err := env.Call(strings.Fields("ip link add eth0 type bridge")); err != nil {
			t.Skip("no bridges: ", err)
		}
		warnings := rebuild(env, o)
		var got []string
		for _, w := range warnings {
			if strings.Contains(w, "\n") {
				t.Errorf("more than one line: %q", w)
			}
			head, _, _ := strings.Cut(w, ": ")
			got = append(got, head)
		}
		want := []string{"namespace inner", "x0 is missing", "x0.5 is missing", "not rebuilt", "x0"}
		for _, w := range want[:4] {
			if !strings.Contains(strings.Join(got, "|"), w) {
				t.Errorf("nothing of %q in %q", w, warnings)
			}
		}
		s, err := snapshot.Take(env, true)
		if err != nil {
			t.Fatal(err)
		}
		n := s.Namespaces[0]
		if l, ok := n.Link("eth0"); !ok || !l.Up() {
			t.Errorf("eth0, whose master is missing, is not up: %v", l)
		}
		found := false
		for _, g := range n.Gateways() {
			found = found || g.Addr == netip.MustParseAddr("10.1.0.1")
		}
		if !found {
			t.Errorf("the good route is not there: %v", n.Routes)
		}
	})
}

func TestSysctlsOfClone(t *testing.T) {
	o := original(t, `{"links":[`+ether("eth0", 1, "")+`]}`, "")
	o.Sysctls = map[string]string{"ipv4/ip_forward": "1", "ipv4/conf/eth0/rp_filter": "2", "kernel/panic": "1"}
	lab, _ := o.Lab()
	got := map[string]string{}
	for _, s := range lab.Hosts[0].sysctls() {
		got[s[0]] = s[1]
	}
	if got["ipv4/ip_forward"] != "1" || got["ipv4/conf/eth0/rp_filter"] != "2" || got["ipv4/conf/all/rp_filter"] != "0" || got["kernel/panic"] != "" {
		t.Errorf("%v", got)
	}
}

// A file in memory has no name that remains.
func TestMemory(t *testing.T) {
	f, err := memory("x")
	if err != nil {
		t.Skip(err)
	}
	defer f.Close()
	var st unix.Stat_t
	if err := unix.Fstat(int(f.Fd()), &st); err != nil || st.Nlink != 0 {
		t.Errorf("%v, %d links", err, st.Nlink)
	}
}
