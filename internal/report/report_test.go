package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
)

// fail runs an applet that fails, and returns what is on its stderr.
func fail(t *testing.T, variable, line string, err error) (status int, stderr string) {
	t.Helper()
	argv := strings.Fields(line)
	var errs bytes.Buffer
	env := &applet.Env{
		Name: argv[0], Args: argv[1:], Vars: []string{"PATH=/bin", variable},
		Stdout: applet.NewOutput(&bytes.Buffer{}), Stderr: &errs,
	}
	env.Reporter = New()
	status = applet.Run(func(e *applet.Env) error {
		e.Warn("Warning: first\n")
		return err
	}, env)
	return status, errs.String()
}

func mtuError() error {
	return &applet.Exit{Code: 2, Text: "Error: mtu less than device minimum.", Err: &rtnl.Error{
		Errno: unix.EINVAL, Msg: "mtu less than device minimum",
		Attr: &rtnl.Attr{Message: unix.RTM_NEWLINK, Offset: 44, Path: []uint16{unix.IFLA_MTU}},
	}}
}

// Without a variable, and with one that asks for nothing, nothing changes.
func TestPlain(t *testing.T) {
	for _, v := range []string{"", "NLBOX_HINT=", "NLBOX_HINT=0", "NLBOX_ERRORS=text"} {
		status, got := fail(t, v, "ip link set x mtu 5", mtuError())
		if status != 2 || got != "Warning: first\nError: mtu less than device minimum.\n" {
			t.Errorf("%q: %d %q", v, status, got)
		}
	}
}

func TestJSON(t *testing.T) {
	status, got := fail(t, "NLBOX_ERRORS=json", "ip link set x mtu 5", mtuError())
	const want = `{"applet":"ip","command":["link","set","x","mtu","5"],"severity":"warning","message":"Warning: first"}
{"applet":"ip","command":["link","set","x","mtu","5"],"severity":"error","status":2,"message":"Error: mtu less than device minimum.",` +
		`"errno":{"name":"EINVAL","number":22},"kernel":"mtu less than device minimum","attribute":{"offset":44,"name":"IFLA_MTU","path":[4]}}
`
	if status != 2 || got != want {
		t.Errorf("%d\n%s", status, got)
	}
}

// Whatever the message holds, each line is a JSON document.
func TestJSONIsJSON(t *testing.T) {
	for _, text := range []string{"two\nlines\n", "\x1b[31mred", "\xff\xfe", `"quotes" \ and more`} {
		_, got := fail(t, "NLBOX_ERRORS=json", "ip a", applet.Fail(1, text))
		for line := range strings.Lines(got) {
			if !json.Valid([]byte(line)) {
				t.Errorf("%q: %s", text, line)
			}
		}
	}
}

// A silent end says nothing, and keeps its status.
func TestSilent(t *testing.T) {
	for _, v := range []string{"NLBOX_ERRORS=json", "NLBOX_HINT=1"} {
		status, got := fail(t, v, "ping x", applet.Silent(7))
		if status != 7 || strings.Count(got, "\n") != 1 {
			t.Errorf("%s: %d %q", v, status, got)
		}
	}
}

func TestExamine(t *testing.T) {
	for _, c := range []struct {
		line  string
		err   error
		errno unix.Errno
		word  string
	}{
		{"ip link set x mtu abc", words.Invalid("Invalid \"mtu\" value\n", "abc"), 0, "abc"},
		{"route add default gw 1.2.3.4", applet.Fail(7, "SIOCADDRT: Network is unreachable"), unix.ENETUNREACH, ""},
		{"ip link set nope up", applet.Fail(1, `Cannot find device "nope"`), unix.ENODEV, "nope"},
		{"brctl addbr b", &applet.Exit{Code: 1, Text: "add bridge failed: File exists", Err: errors.New("x")}, unix.EEXIST, ""},
		{"arp -d x", applet.Fail(255, "x: Unknown host"), 0, ""},
	} {
		argv := strings.Fields(c.line)
		f := Examine(&applet.Env{Name: argv[0], Args: argv[1:]}, c.err, c.err.Error())
		if f.Errno != c.errno || f.Word != c.word {
			t.Errorf("%s: %d %q", c.line, f.Errno, f.Word)
		}
	}
}

func TestHints(t *testing.T) {
	for _, c := range []struct {
		line string
		err  error
		want string
	}{
		{"ip link add averyverylongnameindeed type bridge", applet.Fail(255, `Error: argument "averyverylongnameindeed" is wrong: "name" not a valid ifname`), "averyverylongnameindeed has more"},
		{"ip link add v type vlan id 7", &applet.Exit{Code: 2, Text: "Error: Unknown device type.", Err: &rtnl.Error{Errno: unix.EOPNOTSUPP}}, "modprobe 8021q"},
		{"ip link set x type bridge", applet.Fail(2, "RTNETLINK answers: Operation not supported"), ""},
		{"brctl addif b x", applet.Fail(1, "device x is already a member of a bridge; can't enslave it to bridge b."), "nomaster"},
		{"ip route add 10.0.0.0/8 via 1.1.1.1", applet.Fail(2, "Error: Nexthop has invalid gateway."), "address in the gateway's network"},
		{"brctl setfd b 99", applet.Fail(1, "set forward delay failed: Numerical result out of range"), "2 to 30"},
		{"ip -n nope link", applet.Fail(255, `Cannot open network namespace "nope": No such file or directory`), "ip netns"},
		{"ip netns add x", applet.Fail(1, "mount --make-shared /run/netns failed: Operation not permitted"), "named namespaces are mounts"},
		{"ip foo", applet.Fail(1, `Object "foo" is unknown, try "ip help".`), ""},
	} {
		_, got := fail(t, "NLBOX_HINT=1", c.line, c.err)
		_, hint, _ := strings.Cut(got, "nlbox: hint: ")
		if c.want == "" && hint != "" || !strings.Contains(hint, c.want) {
			t.Errorf("%s: %q", c.line, got)
		}
		if !strings.HasPrefix(got, "Warning: first\n"+c.err.Error()+"\n") {
			t.Errorf("%s: the original's text changed: %q", c.line, got)
		}
	}
}

// Every name of the lists stands at its number.
func TestAttrNames(t *testing.T) {
	for _, c := range []struct {
		message uint16
		typ     int
		want    string
	}{
		{unix.RTM_NEWLINK, unix.IFLA_MTU, "IFLA_MTU"}, {unix.RTM_SETLINK, unix.IFLA_GRO_MAX_SIZE, "IFLA_GRO_MAX_SIZE"},
		{unix.RTM_NEWLINK, unix.IFLA_PROTO_DOWN, "IFLA_PROTO_DOWN"}, {unix.RTM_NEWADDR, unix.IFA_RT_PRIORITY, "IFA_RT_PRIORITY"},
		{unix.RTM_DELROUTE, unix.RTA_GATEWAY, "RTA_GATEWAY"}, {unix.RTM_NEWROUTE, unix.RTA_DPORT, "RTA_DPORT"},
		{unix.RTM_NEWNEIGH, 15, "NDA_FLAGS_EXT"}, {unix.RTM_NEWRULE, unix.FRA_DPORT_RANGE, "FRA_DPORT_RANGE"},
		{unix.RTM_NEWNEXTHOP, 13, "NHA_RES_BUCKET"}, {unix.RTM_NEWNEXTHOP, 99, ""}, {unix.RTM_NEWQDISC, 1, ""},
	} {
		if got := attrName(&rtnl.Attr{Message: c.message, Path: []uint16{uint16(c.typ)}}); got != c.want {
			t.Errorf("%d %d: %q", c.message, c.typ, got)
		}
	}
}
