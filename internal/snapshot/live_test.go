package snapshot_test

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/box"
	"github.com/nlbox/nlbox/internal/namespace/nstest"
	"github.com/nlbox/nlbox/internal/snapshot"
)

func TestMain(m *testing.M) { os.Exit(nstest.Main(m)) }

// env is for applets whose output nobody reads.
func env() *applet.Env {
	return &applet.Env{
		Stdin: strings.NewReader(""), Stdout: applet.NewOutput(&bytes.Buffer{}), Stderr: &bytes.Buffer{}, Lookup: box.Lookup,
	}
}

// try runs an applet, and returns what it printed.
func try(words ...string) (string, error) {
	main, ok := box.Lookup(words[0])
	if !ok {
		return "", fmt.Errorf("no applet %s", words[0])
	}
	var out, errs bytes.Buffer
	e := env()
	e.Name, e.Args = words[0], words[1:]
	e.Stdout, e.Stderr = applet.NewOutput(&out), &errs
	if status := applet.Run(main, e); status != 0 {
		return "", fmt.Errorf("%s: status %d: %s", strings.Join(words, " "), status, errs.String())
	}
	return out.String(), nil
}

func must(t *testing.T, lines string) {
	t.Helper()
	for line := range strings.Lines(lines) {
		if words := strings.Fields(line); len(words) > 0 {
			if _, err := try(words...); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// carrier waits until a link has one.
func carrier(t *testing.T, ns, dev string) {
	t.Helper()
	words := []string{"ip", "-br", "link", "show", "dev", dev}
	if ns != "" {
		words = []string{"ip", "-n", ns, "-br", "link", "show", "dev", dev}
	}
	for range 500 {
		if out, _ := try(words...); strings.Contains(out, "LOWER_UP") && !strings.Contains(out, " DOWN ") {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatal(dev, "has no carrier")
}

// rich is a namespace with something of everything that this kernel offers
// without modules.
const rich = `
ip netns add a
ip netns add b
ip link set lo up
ip link add br0 type bridge forward_delay 400 hello_time 107 priority 100 mcast_snooping 0
ip link add v0 type veth peer name v1 netns a
ip link set v0 master br0 up
ip link set v0 type bridge_slave cost 7 hairpin on
ip link set br0 up
ip -n a link set v1 up alias there
ip -n a link add w0 type veth peer name w1 mtu 1400 netns b
ip -n a link set w0 up
ip -n b link set w1 up txqueuelen 5
ip link property add dev br0 altname bridge-zero
ip addr del 127.0.0.1/8 dev lo
ip addr add 10.255.0.1/32 dev lo
ip link add br1 type bridge
ip link set br1 mtu 1300
ip link add br2 type bridge
ip link add q0 mtu 1400 type veth peer name q1
ip link set q0 master br1
ip link set q1 master br2
ip addr add 10.0.0.1/24 brd + dev br0
ip addr add 10.0.0.2/24 dev br0 label br0:x
ip addr add 10.5.0.1 peer 10.5.0.2/32 dev br0 scope link
ip addr add 2001:db8::1/64 dev br0 nodad
ip addr add 2001:db8::2/64 dev br0 nodad valid_lft 4000 preferred_lft 3000
ip -n b addr add 10.1.0.2/24 dev w1
`

const richRoutes = `
ip route add 10.2.0.0/16 via 10.0.0.12 rto_min 300ms
ip route add 10.9.0.0/16 nexthop via 10.0.0.12 weight 3 nexthop via 10.0.0.3
ip route add 10.8.0.0/16 via 10.0.0.12 metric 5 mtu lock 1400 window 5000
ip nexthop add id 5 via 10.0.0.4 dev br0
ip nexthop add id 6 via 10.0.0.5 dev br0
ip nexthop add id 3 group 5/6,3
ip route add 10.7.0.0/16 nhid 5
ip route add 10.6.0.0/16 nhid 3
ip route add unreachable 10.3.0.0/16
ip route add 10.4.0.0/16 via inet6 fe80::1 dev br0 onlink
ip route add default via 10.0.0.254 table 100
ip route add 2001:db8:5::/48 via 2001:db8::9
ip -n b route add default via 10.1.0.1
ip rule add from 10.1.0.0/16 fwmark 1/0xff table 100 pref 50
ip rule add not to 10.4.0.0/16 blackhole pref 60
ip -6 rule add from 2001:db8:7::/48 table 7 pref 70
ip neigh add 10.0.0.9 lladdr 02:00:00:00:00:09 dev br0 nud permanent
ip neigh add proxy 10.0.0.77 dev br0
bridge fdb add 02:00:00:00:00:77 dev v0 master static
bridge fdb add 02:00:00:00:00:78 dev br0 self
ip neigh add 10.0.0.10 lladdr 02:00:00:00:00:0a dev br0 nud permanent extern_learn
ip link set lo mtu 1400
ip link set v0 broadcast 02:00:00:00:ff:ff
ip -n b addr add 10.11.0.1/24 dev w1
ip -n b route del 10.11.0.0/24 dev w1
ip -n b addr add 2001:db8:b::1/64 dev w1 nodad
ip -n b -6 route del 2001:db8:b::/64 dev w1
`

func take(t *testing.T) *snapshot.Snapshot {
	t.Helper()
	s, err := snapshot.Take(env(), true)
	if err != nil {
		t.Fatal(err)
	}
	// What goes through a file must come back.
	var file bytes.Buffer
	if err := s.Write(&file); err != nil {
		t.Fatal(err)
	}
	back, err := snapshot.Read(&file)
	if err != nil {
		t.Fatal(err)
	}
	if d := snapshot.Diff(s, back); len(d) != 0 {
		t.Fatal("the file holds something else:\n", snapshot.DiffText(d, "taken", "read", false))
	}
	return back
}

// roundTrip: a snapshot of what build makes, exported, rebuilt in a fresh namespace,
// is equal. settled waits until the kernel has done its own part, there and here.
func roundTrip(t *testing.T, namespaces int, build, settled func()) {
	t.Helper()
	var was *snapshot.Snapshot
	nstest.World(t, func() {
		if _, err := try("ip", "link", "add", "br0", "type", "bridge"); err != nil {
			t.Skip("no bridges: ", err)
		}
		must(t, "ip link del br0")
		build()
		settled()
		was = take(t)
	})
	if t.Skipped() || t.Failed() {
		return
	}
	if n := len(was.Namespaces); n != namespaces {
		t.Fatalf("%d namespaces", n)
	}
	for _, style := range []snapshot.Style{snapshot.Shell, snapshot.Brctl} {
		nstest.World(t, func() {
			commands, warnings := snapshot.Export(was, style)
			if len(warnings) > 0 {
				t.Error(warnings)
			}
			for _, c := range commands {
				rebuild(t, c)
			}
			settled()
			if d := snapshot.Diff(was, take(t)); len(d) > 0 {
				t.Errorf("style %d:\n%s", style, snapshot.DiffText(d, "was", "is", false))
			}
		})
	}
}

func TestRoundTrip(t *testing.T) {
	roundTrip(t, 3, func() {
		must(t, rich)
		carrier(t, "", "br0")
		carrier(t, "b", "w1")
		must(t, richRoutes)
	}, func() { carrier(t, "", "br0") })
}

// Link-local addresses are those that the links have, not those that they would get:
// a bridge keeps that of before its first port, a link that of when it had a carrier.
func TestRoundTripLinkLocal(t *testing.T) {
	if _, err := os.Stat("/proc/net/if_inet6"); err != nil {
		t.Skip("no IPv6: ", err)
	}
	const ports = `
ip link set lo up
ip link add eth0 address 02:00:00:00:00:0b type veth peer name s0
ip link set s0 up
ip link set eth0 up
ip link add p0 type veth peer name p1
ip link set p0 up
ip link set p1 up
ip link add br0 type bridge
ip link set br0 up
ip link add br1 type bridge
ip link set br1 up
ip link add br2 type bridge
ip link add br3 type bridge
ip link set br3 addrgenmode none
ip link set br3 up
ip link add br4 type bridge
ip link set br4 addrgenmode random
ip link set br4 up
ip link add m0 link br1 type macvlan
ip link set m0 up
ip link add x0 type vxlan id 7 dstport 4789
ip link set x0 protodown on
ip link set x0 up
`
	roundTrip(t, 1, func() {
		must(t, ports)
		for _, dev := range []string{"s0", "eth0", "p0", "p1", "br0", "br1", "br4", "m0"} {
			linkLocal(t, dev)
		}
		must(t, `
ip link set eth0 master br0
ip link set p0 master br2
ip link set p0 nomaster
ip link set p1 down`)
		carrier(t, "", "br0")
	}, func() {
		carrier(t, "", "br0")
		for _, dev := range []string{"s0", "eth0", "p0", "br0", "br1", "br4", "m0"} {
			linkLocal(t, dev)
		}
	})
}

// linkLocal waits until a link has an address of its own.
func linkLocal(t *testing.T, dev string) {
	t.Helper()
	for range 500 {
		if out, _ := try("ip", "-6", "addr", "show", "dev", dev, "scope", "link"); out != "" {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatal(dev, "has no link-local address")
}

// rebuild does what a line of the exported script says.
func rebuild(t *testing.T, c snapshot.Command) {
	t.Helper()
	switch {
	case c.Tool == "":
	case c.Tool == "await-carrier":
		carrier(t, c.Namespace, c.Words[0])
	case c.Namespace == "":
		if _, err := try(append([]string{c.Tool}, c.Words...)...); err != nil {
			t.Error(err)
		}
	default:
		if _, err := try(append([]string{c.Tool, "-n", c.Namespace}, c.Words...)...); err != nil {
			t.Error(err)
		}
	}
}

// TestDiffLive: what a command changes is what the comparison shows.
func TestDiffLive(t *testing.T) {
	nstest.World(t, func() {
		must(t, "ip link add v0 type veth peer name v1\nip addr add 10.0.0.1/24 dev v0")
		before := take(t)
		must(t, "ip link set v0 mtu 1400\nip addr del 10.0.0.1/24 dev v0\nip addr add 10.0.0.2/24 dev v0\nip link set v1 up")
		got := snapshot.DiffText(snapshot.Diff(before, take(t)), "a", "b", false)
		want := `--- a
+++ b
@@ links @@
 v1
-  flags ["MULTICAST"]
+  flags ["MULTICAST","UP"]
 v0
-  mtu 1500
+  mtu 1400
@@ addresses @@
-10.0.0.1/24 dev v0
+10.0.0.2/24 dev v0
`
		if got != want {
			t.Errorf("got:\n%s", got)
		}
	})
}
