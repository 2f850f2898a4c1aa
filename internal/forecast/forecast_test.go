package forecast

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/snapshot"
)

// state is a namespace from JSON.
func state(t testing.TB, text string) *snapshot.Namespace {
	t.Helper()
	s, err := snapshot.Read(strings.NewReader(`{"format":1,"namespaces":[` + text + `]}`))
	if err != nil {
		t.Fatal(err)
	}
	return s.Namespaces[0]
}

func records(t testing.TB, text string) []snapshot.Record {
	t.Helper()
	var list []snapshot.Record
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		t.Fatal(err)
	}
	return list
}

// Who is looked for, and as what.
func TestTargets(t *testing.T) {
	n := state(t, `{"routes":[{"dst":"default","gateway":"10.0.0.1","dev":"eth0"},{"dst":"10.9.0.0/16","gateway":"10.0.0.2","dev":"eth0"},
		{"dst":"default","nexthops":[{"gateway":"fe80::1","dev":"eth0"},{"gateway":"fe80::1","dev":"eth1"}]}]}`)
	list := records(t, `[{"dst":"10.0.0.1","dev":"eth0","lladdr":"02:00:00:00:00:01","state":["STALE"]},
		{"dst":"10.0.0.7","dev":"eth0","lladdr":"02:00:00:00:00:07","state":["STALE"]},
		{"dst":"10.0.0.8","dev":"eth0","lladdr":"02:00:00:00:00:07","state":["FAILED"]},
		{"dst":"10.0.0.9","dev":"eth0","state":["INCOMPLETE"]},
		{"dst":"fe80::5","dev":"eth0","lladdr":"02:00:00:00:00:05","state":["REACHABLE"]},{"dst":"x"}]`)
	for _, c := range []struct{ connection, client, want string }{
		{"", "", ""},
		{"10.9.9.9 1 10.0.0.5 22", "1.1.1.1 1 2", "10.9.9.9: your SSH session's client (with 10.0.0.5)|"},
		{"", "10.9.9.9 1 22", "10.9.9.9: your SSH session's client|"},
		{"::ffff:10.9.9.9 1 ::ffff:10.0.0.5 22", "", "10.9.9.9: your SSH session's client (with 10.0.0.5)|"},
		{"fe80::77%eth0 1 fe80::1%eth0 22", "", "fe80::77%eth0: your SSH session's client (with fe80::1)|"},
		{"127.0.0.1 1 127.0.0.1 22", "", ""},
		{"nonsense", "", ""},
	} {
		env := &applet.Env{Vars: []string{"SSH_CONNECTION=" + c.connection, "SSH_CLIENT=" + c.client}}
		var got strings.Builder
		for _, x := range Targets(n, list, env) {
			got.WriteString(x.host() + ": " + strings.Join(x.Roles, ", "))
			if x.Local.IsValid() {
				got.WriteString(" (with " + x.Local.String() + ")")
			}
			got.WriteString("|")
		}
		want := "10.0.0.1: the default gateway|fe80::1%eth0: the default gateway|fe80::1%eth1: the default gateway|10.0.0.7: a neighbour|" + c.want
		if got.String() != want {
			t.Errorf("%q %q: %s", c.connection, c.client, got.String())
		}
	}
	// One host in two roles is one.
	env := &applet.Env{Vars: []string{"SSH_CLIENT=10.0.0.7 1 22"}}
	if got := Targets(n, list, env); len(got) != 4 || len(got[3].Roles) != 2 {
		t.Errorf("%v", got)
	}
}

// The words that a target is asked for with: a link-local one where a route names
// it afterwards.
func TestAsk(t *testing.T) {
	n := state(t, `{"routes":[{"dst":"default","gateway":"fe80::1","dev":"br0"}]}`)
	for want, target := range map[string]Target{
		"10.0.0.1":         {Addr: netip.MustParseAddr("10.0.0.1")},
		"fe80::1 dev br0":  {Addr: netip.MustParseAddr("fe80::1"), Dev: "eth0"},
		"fe80::2 dev eth0": {Addr: netip.MustParseAddr("fe80::2"), Dev: "eth0"},
	} {
		if got := strings.Join(target.ask(n), " "); got != "ip -j route get "+want {
			t.Error(got)
		}
	}
}

const (
	hardware = `{"ifname":"eth0","flags":["UP"]}`
	asPort   = `{"ifname":"eth0","flags":["UP"],"master":"br0","linkinfo":{"info_slave_kind":"bridge"}}`
	ofBond   = `{"ifname":"eth0","flags":["UP"],"master":"bond0","linkinfo":{"info_slave_kind":"bond"}}`
	down     = `{"ifname":"eth0","flags":[]}`
	bridge   = `{"ifname":"br0","flags":["UP"],"linkinfo":{"info_kind":"bridge"}}`
	sleeping = `{"ifname":"br0","flags":[],"linkinfo":{"info_kind":"bridge"}}`
	address  = `{"dev":"eth0","family":"inet","local":"10.0.0.5","prefixlen":24,"broadcast":"10.0.0.255"}`
	onBridge = `{"dev":"br0","family":"inet","local":"10.0.0.5","prefixlen":24}`
	linkRt   = `{"dst":"10.0.0.0/24","dev":"eth0","protocol":"kernel","family":"inet","spec":"10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.5"}`
	defRoute = `{"dst":"default","gateway":"10.0.0.1","dev":"eth0","protocol":"boot","family":"inet","spec":"default via 10.0.0.1 dev eth0 metric 100"}`
)

// The rule, on hand-made states.
func TestLosses(t *testing.T) {
	text := func(links, addresses, routes string) string {
		return `{"links":[` + links + `],"addresses":[` + addresses + `],"routes":[` + routes + `]}`
	}
	before := text(hardware, address, linkRt+","+defRoute)
	target := Target{Addr: netip.MustParseAddr("10.0.0.1"), Roles: []string{gateway}}
	six := Target{Addr: netip.MustParseAddr("2001:db8::1"), Roles: []string{neighbour}}
	ssh := Target{Addr: netip.MustParseAddr("10.9.9.9"), Roles: []string{sshClient}, Local: netip.MustParseAddr("10.0.0.5")}
	eth0, none := Way{"eth0", ""}, Way{}
	for _, c := range []struct {
		name      string
		target    Target
		was, is   Way
		state     string
		why       string // empty: not lost
		remedyAre string
	}{
		{"nothing", target, eth0, eth0, before, "", ""},
		{"a port", target, eth0, eth0, text(asPort+","+bridge, address, linkRt+","+defRoute),
			"the route to it goes out by eth0, a port of the bridge br0, and answers to ARP arrive on br0",
			"ip address add 10.0.0.5/24 brd 10.0.0.255 dev br0|ip address del 10.0.0.5/24 dev eth0|ip route replace default via 10.0.0.1 dev br0 metric 100"},
		{"a port, whose bridge is down and has the address", six, eth0, eth0, text(asPort+","+sleeping, address+","+onBridge, linkRt),
			"the route to it goes out by eth0, a port of the bridge br0, and answers to neighbour discovery arrive on br0",
			"ip link set dev br0 up|ip address del 10.0.0.5/24 dev eth0"},
		{"moved to the bridge", target, eth0, Way{"br0", ""}, text(asPort+","+bridge, onBridge, ""), "", ""},
		{"a port of a bond", target, eth0, eth0, text(ofBond, address, linkRt), "", ""},
		{"lost before", target, none, none, text(down, "", ""), "", ""},
		{"found", target, none, eth0, before, "", ""},
		{"down", target, eth0, none, text(down, address, ""), "there would be no route to it, since eth0 would be down",
			"ip link set dev eth0 up|ip route replace default via 10.0.0.1 dev eth0 metric 100"},
		{"no address", target, eth0, none, text(hardware, "", ""), "there would be no route to it",
			"ip address add 10.0.0.5/24 brd 10.0.0.255 dev eth0|ip route replace default via 10.0.0.1 dev eth0 metric 100"},
		{"no route", ssh, eth0, none, text(hardware, address, linkRt), "there would be no route to it", "ip route replace default via 10.0.0.1 dev eth0 metric 100"},
		{"gone", target, eth0, none, text("", "", ""), "there would be no route to it: eth0 would be gone", ""},
		{"the session's address is gone", ssh, eth0, eth0, text(hardware, "", ""), "the session is with 10.0.0.5, which this machine would not have any more", ""},
		{"the session's address has moved", ssh, eth0, Way{"br0", ""}, text(bridge, onBridge, ""), "", ""},
	} {
		was := &State{&snapshot.Snapshot{Namespaces: []*snapshot.Namespace{state(t, before)}}, []Way{c.was}}
		is := &State{&snapshot.Snapshot{Namespaces: []*snapshot.Namespace{state(t, c.state)}}, []Way{c.is}}
		losses := Losses([]Target{c.target}, was, is)
		if c.why == "" {
			if len(losses) > 0 {
				t.Errorf("%s: %+v", c.name, losses)
			}
			continue
		}
		if len(losses) != 1 {
			t.Errorf("%s: %d losses", c.name, len(losses))
			continue
		}
		l := losses[0]
		if got := strings.Join(l.Remedy, "|"); l.Why != c.why || got != c.remedyAre || l.Remedy == nil {
			t.Errorf("%s: %s, %s", c.name, l.Why, got)
		}
		if want := fmt.Sprintf("%v, %s, would become unreachable: %s", c.target.Addr, c.target.Roles[0], c.why); l.Text() != want {
			t.Errorf("%s: %s", c.name, l.Text())
		}
	}
}

func TestRemedies(t *testing.T) {
	got := Remedies([]Loss{{Remedy: []string{"a", "b"}}, {Remedy: []string{"b", "c"}}, {}})
	if strings.Join(got, "") != "abc" {
		t.Error(got)
	}
}

func TestReadWay(t *testing.T) {
	for text, want := range map[string]Way{
		`[{"dst":"8.8.8.8","gateway":"10.0.0.1","dev":"eth0","flags":[]}]`: {"eth0", "10.0.0.1"},
		`[{"type":"local","dst":"10.0.0.5","dev":"lo"}]`:                   {"lo", ""},
		`[{"type":"unreachable","dst":"2001:db8::1","dev":"lo"}]`:          {},
		`[]`: {},
	} {
		if got, err := readWay([]byte(text)); err != nil || got != want {
			t.Errorf("%s: %v, %v", text, got, err)
		}
	}
	if _, err := readWay([]byte("RTNETLINK")); err == nil {
		t.Error("no error")
	}
}

func FuzzReadWay(f *testing.F) {
	f.Add([]byte(`[{"dst":"8.8.8.8","gateway":"10.0.0.1","dev":"eth0"}]`))
	f.Fuzz(func(t *testing.T, text []byte) { readWay(text) })
}

// FuzzSession: the environment is anybody's.
func FuzzSession(f *testing.F) {
	f.Add("10.9.9.9 1 10.0.0.5 22")
	f.Add("fe80::1%eth0 1 2")
	f.Fuzz(func(t *testing.T, text string) {
		s, ok := session(&applet.Env{Vars: []string{"SSH_CONNECTION=" + text}})
		if ok && (!s.Addr.IsValid() || s.Addr.Zone() != "") {
			t.Errorf("%q: %v", text, s)
		}
	})
}

// FuzzLosses: whatever a state holds can be judged.
func FuzzLosses(f *testing.F) {
	f.Add([]byte(`{"format":1,"namespaces":[{"links":[` + asPort + `],"addresses":[` + address + `],"routes":[` + defRoute + `]}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := snapshot.Read(strings.NewReader(string(text)))
		if err != nil {
			return
		}
		n := s.Namespaces[0]
		targets := Targets(n, n.Neighbours, &applet.Env{})
		st := &State{Snapshot: s}
		after := &State{Snapshot: s}
		for i := range targets {
			targets[i].ask(n)
			st.Ways = append(st.Ways, Way{"eth0", ""})
			after.Ways = append(after.Ways, Way{})
		}
		for _, l := range Losses(targets, st, after) {
			l.Text()
		}
	})
}
