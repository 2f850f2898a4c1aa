package snapshot

import (
	"fmt"
	"strings"
	"testing"
)

func namespaceOf(t *testing.T, text string) *Namespace {
	t.Helper()
	s, err := Read(strings.NewReader(`{"format":1,"namespaces":[` + text + `]}`))
	if err != nil {
		t.Fatal(err)
	}
	return s.Namespaces[0]
}

func TestGateways(t *testing.T) {
	n := namespaceOf(t, `{"routes":[
		{"dst":"10.9.0.0/16","gateway":"10.0.0.1","dev":"eth0"},{"dst":"default","gateway":"10.0.0.1","dev":"eth0"},
		{"dst":"default","gateway":"10.0.0.1","dev":"eth1"},{"dst":"10.0.0.0/24","dev":"eth0"},{"dst":"default","gateway":"x","dev":"eth0"},
		{"dst":"10.8.0.0/16","via":{"family":"inet6","host":"fe80::1"},"dev":"eth0"},
		{"dst":"default","nexthops":[{"gateway":"10.0.0.2","dev":"eth0"},{"gateway":"10.0.0.3"}]}]}`)
	want := "[{10.0.0.1 eth0 true} {10.0.0.1 eth1 true} {fe80::1 eth0 false} {10.0.0.2 eth0 true}]"
	if got := fmt.Sprint(n.Gateways()); got != want {
		t.Error(got)
	}
}

// Of the routes with the kernel's name, those that come with an address are left to
// the kernel; NetworkManager's, whose addresses bring none, are made.
func TestExportKernelRoutes(t *testing.T) {
	const addr = `{"links":[{"ifname":"eth0","flags":["UP"]}],"addresses":[{"dev":"eth0","family":"inet","local":"10.0.0.5","prefixlen":24%s},
		{"dev":"eth0","family":"inet","local":"10.5.0.1","address":"10.5.0.2","prefixlen":32}],
		"routes":[{"dst":"10.0.0.0/24","dev":"eth0","protocol":"kernel","family":"inet","spec":"10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.5 metric 100"},
		{"dst":"10.5.0.2","dev":"eth0","protocol":"kernel","family":"inet","spec":"10.5.0.2 dev eth0 proto kernel scope link src 10.5.0.1"},
		{"dst":"10.99.0.0/16","dev":"eth0","protocol":"kernel","family":"inet","spec":"10.99.0.0/16 dev eth0 proto kernel"}]}`
	for field, want := range map[string]string{
		"":                       "",
		`,"noprefixroute":true`:  "10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.5 metric 100",
		`,"noprefixroute":false`: "",
	} {
		s := &Snapshot{Namespaces: []*Namespace{namespaceOf(t, fmt.Sprintf(addr, field))}}
		commands, _ := Export(s, Shell)
		got := ""
		for _, c := range commands {
			if len(c.Words) > 1 && c.Words[0] == "route" {
				got += strings.Join(c.Words[2:], " ")
			}
		}
		if got != want {
			t.Errorf("%s: %q", field, got)
		}
	}
}

func TestWithoutOwn(t *testing.T) {
	s := &Snapshot{Namespaces: []*Namespace{namespaceOf(t, `{"links":[{"ifname":"eth0","flags":["UP"],"address":"02:00:00:00:00:01","inet6_addr_gen_mode":"eui64"}],
		"addresses":[{"dev":"lo","local":"127.0.0.1","prefixlen":8},{"dev":"eth0","local":"10.0.0.1","prefixlen":24},
		{"dev":"eth0","local":"fe80::ff:fe00:1","prefixlen":64},{"dev":"eth0","local":"fe80::12:34ff:fe00:1","prefixlen":64},{"dev":"eth0","local":"fe80::1","prefixlen":64}]}`)}}
	var got []string
	for _, a := range s.WithoutOwn().Namespaces[0].Addresses {
		got = append(got, a.Str("local"))
	}
	if strings.Join(got, " ") != "127.0.0.1 10.0.0.1 fe80::1" || len(s.Namespaces[0].Addresses) != 5 {
		t.Error(got)
	}
}

// What a new namespace has by itself, and what a new port has, goes without saying.
func TestDiffTextDefaults(t *testing.T) {
	before := &Snapshot{Namespaces: []*Namespace{namespaceOf(t, `{"links":[{"ifname":"eth0","flags":["UP"]}]}`)}}
	after, err := Read(strings.NewReader(`{"format":1,"namespaces":[
		{"links":[{"ifname":"eth0","flags":["UP"],"master":"br0","linkinfo":{"info_slave_kind":"bridge","info_slave_data":{"hairpin":false,"flood":false,"priority":32}}}]},
		{"name":"a","links":[{"ifname":"lo","flags":[]},{"ifname":"v","flags":[]}],
		"rules":[{"family":"inet","spec":"0: from all lookup local proto kernel"},{"family":"inet","spec":"5: from all lookup 7"}]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	const want = `--- a
+++ b
@@ links @@
 eth0
+  info_slave_data.flood false
+  info_slave_kind bridge
+  master br0
@@ namespaces @@
+a
@@ links of namespace a @@
+v
@@ rules of namespace a @@
+5: from all lookup 7
`
	if got := DiffText(Diff(before, after), "a", "b", false); got != want {
		t.Errorf("got:\n%s", got)
	}
}
