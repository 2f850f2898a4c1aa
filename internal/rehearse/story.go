package rehearse

import (
	"errors"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/nlbox/nlbox/internal/progress"
)

// act is one of the article's scripts, on the host that it belongs to.
type act struct {
	host, file, title string
	// ping says what the script's ping is, empty when it has none.
	ping pingRole
}

// pingRole tells the article's pings apart.
type pingRole string

const (
	firstPing  pingRole = "first"
	secondPing pingRole = "second"
)

// acts is the article's order.
func acts() []act {
	return []act{
		{masterHost, "master.sh", "a bridge, a namespace, and a veth pair that joins them; eth0 becomes a port of the bridge", ""},
		{masterHost, "inspect.sh", "the bridge, seen with brctl", ""},
		{masterHost, "request.sh", "a ping from the namespace to the slave; it waits up to 10 seconds for the reply", firstPing},
		{slaveHost, "slave.sh", "a route back to the namespace's network", ""},
		{masterHost, "verify.sh", "the ping again", secondPing},
	}
}

// What ping(8) ends with.
const (
	pingAnswered = 0
	pingLost     = 1
)

// story is what the article's commands showed.
type story struct {
	// pings are the statuses.
	pings map[pingRole]int
	// undelivered are packets that the gateway got meanwhile and had no use
	// for, by the first ping; -1 when that cannot be told.
	undelivered int
	// failed are the other commands that did not end with 0.
	failed []string
}

// tell runs the article's commands, line by line, shows what they do, and says
// in the end what happened. The status is 0 if that is what the article tells.
func (r *runner) tell(plan *Plan) (int, error) {
	s := story{pings: map[pingRole]int{}, undelivered: -1}
	if plan.Quiet {
		// Nothing else is on the terminal.
		r.line = progress.New(r.env.Stderr)
		defer r.line.End()
	} else {
		r.env.Stdout.WriteString("Hosts on one LAN, made of namespaces; this machine's own network is not touched.\n" +
			plan.Lab.describe() + "\n")
	}
	for _, a := range acts() {
		text, err := ArticleScript(a.file)
		if err != nil {
			return 0, err
		}
		if !plan.Quiet {
			r.env.Stdout.WriteString("--- " + a.host + ", " + a.file + ": " + a.title + "\n")
		}
		r.line.Say("running " + a.file + " on " + a.host)
		before, known := r.undelivered()
		if err := r.act(&s, plan, a, scriptLines(text)); err != nil {
			return 0, err
		}
		after, still := r.undelivered()
		if a.ping == firstPing && known && still {
			s.undelivered = after - before
		}
		if !plan.Quiet {
			r.env.Stdout.WriteString("\n")
		}
	}
	r.line.End()
	if !plan.Quiet {
		r.drawEnd(plan.Lab)
	}
	text, ok := s.ending()
	r.env.Stdout.WriteString(text)
	if !ok {
		return 1, nil
	}
	return 0, nil
}

// drawEnd shows the network as it is in the end. The story does without where that
// cannot be asked for.
func (r *runner) drawEnd(lab *Lab) {
	m, err := r.topology(lab)
	if err != nil {
		r.env.Warn("nlbox rehearse: there is no map: " + err.Error() + "\n")
		return
	}
	r.env.Stdout.WriteString("The network in the end\n" + m.ASCII() + "\n")
}

// act runs the lines of a script.
func (r *runner) act(s *story, plan *Plan, a act, lines []string) error {
	for _, line := range lines {
		if !plan.Quiet {
			r.env.Stdout.WriteString(a.host + "# " + line + "\n")
		}
		status, err := r.run(a.host, command{argv: []string{"-c", line}, noStdin: true, noOutput: plan.Quiet})
		if err != nil {
			return err
		}
		switch {
		case a.ping != "" && isPing(line):
			s.pings[a.ping] = status
		case status != 0:
			s.failed = append(s.failed, a.host+"# "+line+" (status "+strconv.Itoa(status)+")")
		}
	}
	return nil
}

// isPing finds the line of a script that pings.
func isPing(line string) bool {
	return slices.Contains(strings.Fields(line), "ping")
}

// ending says what happened, and whether that is what the article tells.
func (s *story) ending() (string, bool) {
	var b strings.Builder
	b.WriteString("What happened\n")
	first, second := s.pings[firstPing], s.pings[secondPing]
	ok := len(s.failed) == 0
	switch {
	case first != pingLost:
		ok = false
		b.WriteString("  The first ping was to be lost, but ping ended with status " + strconv.Itoa(first) + ".\n")
	case s.undelivered > 0:
		b.WriteString("  The first ping was lost. It reached the slave, but the slave's reply did not\n" +
			"  come back: 10.244.1.2 lies outside of the slave's network, so it handed the\n" +
			"  reply to its gateway, which does not know the way and dropped it.\n")
	case s.undelivered == 0:
		ok = false
		b.WriteString("  The first ping was lost, but not as the article tells: no reply of the slave\n  came to the gateway.\n")
	default:
		b.WriteString("  The first ping was lost.\n")
	}
	if len(s.failed) == 0 {
		b.WriteString("  Then the slave got a route to 10.244.1.0/24 through its own eth0.\n")
	}
	if second == pingAnswered {
		b.WriteString("  The second ping was answered: now the slave asks on the LAN for 10.244.1.2\n" +
			"  itself, and the bridge br0 carries question and reply to the namespace.\n")
	} else {
		ok = false
		b.WriteString("  The second ping was to be answered, but ping ended with status " + strconv.Itoa(second) + ".\n")
	}
	for _, line := range s.failed {
		b.WriteString("  This failed: " + line + "\n")
	}
	if !ok {
		b.WriteString("That is not what the article tells.\n")
	}
	return b.String(), ok
}

// undelivered counts the packets that came to the gateway, were for somebody
// else, and were dropped since it forwards nothing.
func (r *runner) undelivered() (int, bool) {
	var text []byte
	err := r.network.machines[gatewayHost].do(func() error {
		var err error
		text, err = os.ReadFile("/proc/thread-self/net/snmp")
		return err
	})
	if err != nil {
		return 0, false
	}
	n, err := snmpValue(string(text), "Ip", "InAddrErrors")
	return n, err == nil
}

// snmpValue reads one value of /proc/net/snmp, where a line of names stands
// before each line of values.
func snmpValue(text, group, name string) (int, error) {
	var names []string
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) == 0 || fields[0] != group+":" {
			continue
		}
		if names == nil {
			names = fields
			continue
		}
		for i, n := range names {
			if n == name && i < len(fields) {
				return strconv.Atoi(fields[i])
			}
		}
	}
	return 0, errors.New("no " + group + " " + name)
}
