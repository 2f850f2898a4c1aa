package main

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rehearse"
)

// byRootAndUser runs a test as the caller, and as an ordinary user.
func byRootAndUser(t *testing.T, test func(t *testing.T, user bool)) {
	for name, user := range map[string]bool{"caller": false, "user": true} {
		t.Run(name, func(t *testing.T) { test(t, user) })
	}
}

// newPlan is a call of `nlbox plan`.
func newPlan(t *testing.T, files map[string]string, words ...string) *lab {
	l := newLab(t, files)
	l.Args = append([]string{"nlbox", "plan"}, words...)
	return l
}

// A clone has the name, the hardware, the addresses and the routes of the live
// host, and its gateways and neighbours answer.
func TestClone(t *testing.T) {
	const script = `
hostname
cat /sys/class/net/eth0/address /sys/class/net/eth0/mtu
ip -4 -br addr show scope global | sed 's/@[^ ]*//; s/  */ /g; s/ $//'
ip route
ip -6 route show default
ip route show table 77
ip rule show pref 32765
for a in 10.211.55.1 10.211.55.7 10.211.55.8 10.7.0.2 2001:db8::9 fe80::1%eth0; do
	ping -c 1 -W 5 $a >/dev/null && echo $a answers
done
ping -c 1 -W 1 10.211.55.99 >/dev/null || echo 10.211.55.99 does not
ip neigh show 10.211.55.7 | sed 's/.*lladdr \([^ ]*\).*/\1/'
`
	const want = `live.example
02:00:0a:d3:37:7a
1400
eth0 UP 10.211.55.122/24
br7 UP 10.7.0.1/24
default via 10.211.55.1 dev eth0 
10.7.0.0/24 dev br7 proto kernel scope link src 10.7.0.1 
10.211.55.0/24 dev eth0 proto kernel scope link src 10.211.55.122 
default via fe80::1 dev eth0 metric 1024 pref medium
10.77.0.0/16 via 10.7.0.2 dev br7 
32765:	from 10.7.0.0/24 lookup 77
10.211.55.1 answers
10.211.55.7 answers
10.211.55.8 answers
10.7.0.2 answers
2001:db8::9 answers
fe80::1%eth0 answers
10.211.55.99 does not
02:00:00:00:00:07
`
	byRootAndUser(t, func(t *testing.T, user bool) {
		before := traces(t)
		// To an ordinary user the pod is out of sight, and a host beside the clone.
		l := newLab(t, map[string]string{"s.sh": script}, "--clone", "s.sh").live(t, user)
		status := l.runLive(t)
		if status != 0 || l.out.String() != want || l.errs.Len() > 0 {
			t.Errorf("status %d, got:\n%s%s", status, l.out.String(), l.errs.String())
		}
		if after := traces(t); after != before {
			t.Errorf("before:\n%s\nafter:\n%s", before, after)
		}
		if left := l.processes(t); len(left) > 0 {
			t.Errorf("left: %q", left)
		}
	})
}

// The hosts beside the clone have names, and scripts of their own.
func TestCloneHosts(t *testing.T) {
	l := newLab(t, nil, "--clone", "--on", "gateway", "hostname; ip -br -4 addr show dev eth0 | sed 's/@[^ ]*//; s/  */ /g; s/ $//'; cat /proc/sys/net/ipv4/ip_forward",
		"--on", "10.211.55.7", "ip -br -4 addr show dev eth0 | sed 's/@[^ ]*//; s/  */ /g; s/ $//'", "--on", "live.example", "ip -n pod -br -4 addr show dev v1 | sed 's/@[^ ]*//; s/  */ /g; s/ $//'").live(t, false)
	const want = `gateway
eth0 UP 10.211.55.1/24
0
eth0 UP 10.211.55.7/24 10.211.55.8/24
v1 UP 10.7.0.2/24
`
	if status := l.runLive(t); status != 0 || l.out.String() != want || l.errs.Len() > 0 {
		t.Errorf("status %d, got:\n%s%s", status, l.out.String(), l.errs.String())
	}
}

func TestCloneErrors(t *testing.T) {
	for _, c := range []struct {
		words  string
		status int
		text   string
	}{
		{"--clone", 2, "what is to be done in this lab"},
		{"--clone --lab x s.sh", 2, "one of --lab and --clone at a time"},
		{"--clone --nm s.sh", 2, "--nm is not for --clone"},
		{"--clone --on nobody=s.sh", 2, `there is no host "nobody"; there are live.example, gateway, gateway2, 10.211.55.7, peer`},
	} {
		l := newLab(t, map[string]string{"s.sh": "echo ran"}, strings.Fields(c.words)...).live(t, false)
		if status := l.runLive(t); status != c.status || l.out.Len() > 0 || !strings.Contains(l.errs.String(), c.text) {
			t.Errorf("%s: status %d, %q, %q", c.words, status, l.out.String(), l.errs.String())
		}
	}
	for _, word := range []string{rehearse.InsideWord, rehearse.PlanInsideWord} {
		l := newLab(t, nil)
		l.Args = []string{"nlbox", word, "--clone", "s.sh"}
		if word == rehearse.PlanInsideWord {
			l.Args = []string{"nlbox", word, "s.sh"}
		}
		if status := l.run(t); status != 1 || !strings.HasSuffix(l.errs.String(), word+" is for nlbox itself\n") {
			t.Errorf("by hand: status %d, %q", status, l.errs.String())
		}
	}
}

// maskPlan removes what is made of random Ethernet addresses.
func maskPlan(text string) string {
	return regexp.MustCompile(`fe80::[0-9a-f:]*ff:fe[0-9a-f:]*`).ReplaceAllString(text, "fe80::EUI64")
}

const (
	lostGateway = "nlbox plan: warning: 10.211.55.1, the default gateway, would become unreachable: "
	lostSSH     = "nlbox plan: warning: 10.9.9.9, your SSH session's client, would become unreachable: "
	byPort      = "the route to it goes out by eth0, a port of the bridge br0, and answers to ARP arrive on br0\n"
)

func TestPlan(t *testing.T) {
	master, err := rehearse.ArticleScript("master.sh")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, script, ssh string
		status            int
		out, errs         []string // lines that are there; nil for none at all
		not               string
	}{
		{name: "nothing", script: "ip addr; echo shown to nobody; echo >&2 nor this", status: 0},
		{name: "undone", script: "ip link add dd0 type bridge; ip link set eth0 down; ip link del dd0; ip link set eth0 up\n" +
			"ip -6 addr add 2001:db8::122/64 dev eth0 nodad; ip route add default via 10.211.55.1; ip -6 route add default via fe80::1 dev eth0\n" +
			"ip neigh add 10.211.55.8 lladdr 02:00:00:00:00:07 dev eth0 nud permanent", status: 0},
		{name: "the article", script: master, ssh: "10.9.9.9 51000 10.211.55.122 22", status: 2,
			out: []string{"+br0 type bridge up\n", "+  master br0\n", "+10.211.55.122/24 dev br0\n", "@@ links of namespace ns1 @@\n"},
			errs: []string{lostGateway + byPort, lostSSH + byPort, "10.211.55.7, a neighbour", "2001:db8::9, a neighbour", "neighbour discovery arrive on br0", "fe80::1%eth0, the default gateway",
				"\n  ip address del 10.211.55.122/24 dev eth0\n  ip address del 2001:db8::122/64 dev eth0\n", "\n  ip route replace default via 10.211.55.1 dev br0\n"}},
		{name: "the remedy", script: master + `ip address del 10.211.55.122/24 dev eth0
ip address add 2001:db8::122/64 dev br0
ip address del 2001:db8::122/64 dev eth0
ip route replace default via 10.211.55.1 dev br0
ip -6 route replace default via fe80::1 dev br0 metric 1024 pref medium
`, ssh: "10.9.9.9 51000 10.211.55.122 22", status: 2, out: []string{"+default via 10.211.55.1 dev br0\n"}},
		{name: "down", script: "ip link set eth0 down", status: 2, out: []string{"-default via 10.211.55.1 dev eth0\n"},
			errs: []string{lostGateway + "there would be no route to it, since eth0 would be down\n", "\n  ip link set dev eth0 up\n"}},
		{name: "no default route", script: "ip route del default", ssh: "10.9.9.9 1 2", status: 2, out: []string{"-default via 10.211.55.1 dev eth0\n"},
			errs: []string{lostSSH + "there would be no route to it\n", "\n  ip route replace default via 10.211.55.1 dev eth0\n"}, not: "gateway,"},
		{name: "the address of the session", script: "ip addr add 10.211.55.200/24 dev eth0; ip addr del 10.211.55.122/24 dev eth0; ip addr add 10.211.55.200/24 dev eth0; ip route add default via 10.211.55.1",
			ssh: "10.9.9.9 51000 10.211.55.122 22", status: 2, out: []string{"-10.211.55.122/24 brd 10.211.55.255 dev eth0\n"},
			errs: []string{lostSSH + "the session is with 10.211.55.122, which this machine would not have any more\n"}, not: "gateway,"},
		{name: "blackhole", script: "ip route add blackhole 10.9.0.0/16", ssh: "10.9.9.9 1 2", status: 2, out: []string{"+blackhole 10.9.0.0/16\n"},
			errs: []string{lostSSH + "there would be no route to it\n"}, not: "gateway,"},
		{name: "failure", script: "echo words; echo more >&2; ip link add dd0 type bridge; exit 7", status: 1, out: []string{"+dd0 type bridge\n"},
			errs: []string{"words\nmore\nnlbox plan: s.sh ended with status 7\n"}},
		{name: "failure after many words", script: "yes first | head -c 600000; seq 20000; exit 7", status: 1,
			errs: []string{"nlbox plan: the first 643363 bytes of what was printed are left out\n8895\n", "\n20000\nnlbox plan: s.sh ended with status 7\n"}, not: "first\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			byRootAndUser(t, func(t *testing.T, user bool) {
				l := newPlan(t, map[string]string{"s.sh": c.script}, "s.sh")
				l.Env = append(l.Env, "SSH_CONNECTION="+c.ssh, "SSH_CLIENT=")
				if strings.Count(c.ssh, " ") == 2 {
					l.Env = append(l.Env, "SSH_CONNECTION=", "SSH_CLIENT="+c.ssh)
				}
				status := l.live(t, user).runLive(t)
				out, errs := maskPlan(l.out.String()), maskPlan(l.errs.String())
				bad := status != c.status || c.out == nil && out != "" || c.errs == nil && errs != "" || c.not != "" && strings.Contains(errs, c.not)
				for _, s := range c.out {
					bad = bad || !strings.Contains(out, s)
				}
				for _, s := range c.errs {
					bad = bad || !strings.Contains(errs, s)
				}
				if bad || strings.Contains(out, "fe80::EUI64") {
					t.Errorf("status %d, got:\n%s%s", status, out, errs)
				}
			})
		})
	}
}

// What a forecast says without a packet is what packets say: after the article's
// commands the gateway does not answer, and after the remedy it does.
func TestPlanMeasured(t *testing.T) {
	master, err := rehearse.ArticleScript("master.sh")
	if err != nil {
		t.Fatal(err)
	}
	l := newPlan(t, map[string]string{"s.sh": master}, "-j", "s.sh").live(t, false)
	if status := l.runLive(t); status != 2 {
		t.Fatalf("status %d: %s", status, l.errs.String())
	}
	var outlook struct {
		Changes     []any
		Unreachable []struct {
			Host, Why string
			Remedy    []string
		}
	}
	if err := json.Unmarshal(l.out.Bytes(), &outlook); err != nil || len(outlook.Changes) == 0 {
		t.Fatal(err, l.out.String())
	}
	var remedy []string
	for _, u := range outlook.Unreachable {
		if u.Host == "10.211.55.1" {
			remedy = u.Remedy
		}
	}
	if len(remedy) == 0 {
		t.Fatalf("no remedy: %s", l.out.String())
	}
	// Hosts are asked for anew, as after some seconds.
	const ask = "\nip neigh flush all\nping -c 1 -W 1 10.211.55.1 >/dev/null 2>&1; echo $?\n"
	script := ask + master + ask + strings.Join(remedy, "\n") + ask
	l = newLab(t, map[string]string{"s.sh": script}, "--clone", "s.sh").live(t, false)
	if status := l.runLive(t); status != 0 || l.out.String() != "0\n1\n0\n" {
		t.Errorf("status %d: %q %q, with the remedy %q", status, l.out.String(), l.errs.String(), remedy)
	}
}

// A plan reads the live network, and changes nothing of it.
func TestPlanOnlyReads(t *testing.T) {
	l := newPlan(t, map[string]string{"s.sh": "ip link del br7; ip link set eth0 down; ip netns del pod; hostname other"})
	l.Env = append(l.Env, liveScript+`=
"$NLBOX" snapshot -o before.json && "$NLBOX" ip -s neigh >neigh.before
"$NLBOX" plan s.sh >plan.out; echo $?
"$NLBOX" diff before.json; echo $?
"$NLBOX" ip -s neigh >neigh.after; hostname; ls /run /run/netns`)
	status := l.live(t, false).runLive(t)
	if status != 0 || l.out.String() != "2\n0\nlive.example\n/run:\nnetns\n\n/run/netns:\npod\n" {
		t.Errorf("status %d: %q, %q", status, l.out.String(), l.errs.String())
	}
}

// A diff with the present looks at the named namespaces where the file did.
func TestDiffNamespaces(t *testing.T) {
	l := newPlan(t, nil)
	l.Env = append(l.Env, liveScript+`=
mount -t tmpfs none /run/netns
"$NLBOX" snapshot -o all.json && "$NLBOX" snapshot --this-netns -o here.json
ip netns add q
"$NLBOX" diff all.json; echo $?
"$NLBOX" diff here.json; echo $?
"$NLBOX" snapshot -o q.json; "$NLBOX" diff q.json here.json; echo $?; "$NLBOX" diff all.json q.json | tail -n +3`)
	status := l.live(t, false).runLive(t)
	const q = "@@ namespaces @@\n+q\n"
	if status != 0 || l.out.String() != "--- all.json\n+++ now\n"+q+"1\n0\n0\n"+q {
		t.Errorf("status %d: %q, %q", status, l.out.String(), l.errs.String())
	}
}

func TestPlanErrors(t *testing.T) {
	for words, want := range map[string]string{
		"":                  `which SCRIPT?; see "nlbox help plan"`,
		"--bogus":           `unknown option --bogus; see "nlbox help plan"`,
		"--color=x s.sh":    `--color is always, never or auto; see "nlbox help plan"`,
		"nosuch.sh":         "cannot read nosuch.sh: no such file or directory",
		"-j -x --color=why": `which SCRIPT?; see "nlbox help plan"`,
	} {
		l := newPlan(t, map[string]string{"s.sh": "echo ran"}, strings.Fields(words)...).live(t, false)
		// Status 2 would say that something changes.
		if status := l.runLive(t); status != 1 || l.out.Len() > 0 || l.errs.String() != "nlbox plan: "+want+"\n" {
			t.Errorf("%s: status %d, %q, %q", words, status, l.out.String(), l.errs.String())
		}
	}
}

// The colours are those of diff, and a script may come from the standard input.
func TestPlanColour(t *testing.T) {
	l := newPlan(t, nil, "--color", "always", "-").live(t, false)
	l.Stdin = strings.NewReader("ip link del br7")
	if status := l.runLive(t); status != 2 || !strings.Contains(l.out.String(), "\x1b[31m-br7 type bridge up\x1b[m\n") {
		t.Errorf("status %d, %q, %q", status, l.out.String(), l.errs.String())
	}
}

// On a terminal a plan that takes its time says what it does, and wipes that away.
func TestPlanProgress(t *testing.T) {
	l := newPlan(t, map[string]string{"slow.sh": "sleep 2"}, "slow.sh").live(t, false)
	c := l.onConsole(t)
	c.expect("\r\x1b[Krunning slow.sh …")
	if status := l.status(t); status != 0 {
		t.Errorf("status %d: %q", status, c.rest())
		return
	}
	c.expect("\r\x1b[K")
}

// Whenever a lab or a clone is killed, nothing of it remains: ten random moments
// of each.
func TestLabKilled(t *testing.T) {
	const script = "ip netns add ns1; ip link add br0 type bridge; (setsid sleep 1000 &); sleep 1000"
	const file = `lan left
lan right
host a
	interface eth0 left 10.0.1.1/24
	gateway 10.0.1.254
host router forward
	interface eth0 left 10.0.1.254/24
	interface eth1 right 10.0.2.254/24
host b
	interface eth0 right 10.0.2.1/24
	gateway 10.0.2.254
run a s.sh
`
	before := traces(t)
	for _, words := range []string{"rehearse --lab lab", "rehearse --clone s.sh", "plan s.sh"} {
		for round := range 10 {
			l := newLab(t, map[string]string{"s.sh": script, "lab": file})
			l.Args = append([]string{"nlbox"}, strings.Fields(words)...)
			l.live(t, round%2 == 1)
			if err := l.Start(); err != nil {
				t.Skip("no namespaces: ", err)
			}
			after := time.Duration(rand.IntN(400)) * time.Millisecond
			time.Sleep(after)
			l.Process.Signal(unix.SIGKILL)
			l.Wait()
			if strings.Contains(l.errs.String(), preludeFailed) {
				t.Skip(l.errs.String())
			}
			skipRefused(t, l.errs.String())
			for deadline := time.Now().Add(5 * time.Second); len(l.processes(t)) > 0 && time.Now().Before(deadline); {
				time.Sleep(time.Millisecond)
			}
			if left := l.processes(t); len(left) > 0 {
				t.Fatalf("%s, killed after %v, left %q", words, after, left)
			}
			if files, _ := os.ReadDir(l.Dir); len(files) != 2 {
				t.Errorf("%s, killed after %v, left files: %v", words, after, files)
			}
		}
	}
	if after := traces(t); after != before {
		t.Errorf("before:\n%s\nafter:\n%s", before, after)
	}
}
