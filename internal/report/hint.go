package report

import (
	"os"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
)

// rule gives a hint for failures: all of its conditions that are set must hold.
type rule struct {
	applet string // the applet's name
	word   string // a word of the command line
	errno  unix.Errno
	text   string // a part of the message
	hint   func(env *applet.Env, f *Failure) string
}

// Hint says cause and remedy of a failure in one line, or "" where they are not
// known. The first rule that fits counts.
func Hint(env *applet.Env, f *Failure) string {
	for _, r := range rules() {
		if r.fits(env, f) {
			if h := r.hint(env, f); h != "" {
				return h
			}
		}
	}
	return ""
}

func (r *rule) fits(env *applet.Env, f *Failure) bool {
	return (r.applet == "" || r.applet == env.Name) &&
		(r.word == "" || slices.Contains(env.Args, r.word)) &&
		(r.errno == 0 || r.errno == f.Errno) &&
		(r.text == "" || strings.Contains(f.Text, r.text))
}

func say(text string) func(*applet.Env, *Failure) string {
	return func(*applet.Env, *Failure) string { return text }
}

// rules are the table, the particular before the general.
func rules() []rule {
	return []rule{
		{text: "/run/netns", errno: unix.EPERM, hint: mountRights},
		{text: "mount", errno: unix.EPERM, hint: mountRights},
		{text: "/run/netns", errno: unix.EACCES, hint: mountRights},
		{errno: unix.EPERM, hint: privilege},
		{errno: unix.EACCES, hint: privilege},
		{text: "not a valid ifname", hint: longName},
		{applet: "brctl", word: "addbr", errno: unix.EINVAL, hint: longName},
		{applet: "brctl", word: "addbr", errno: unix.EOPNOTSUPP, hint: say("this kernel has no bridges; as root: modprobe bridge")},
		{applet: "ip", word: "type", errno: unix.EOPNOTSUPP, hint: kindMissing},
		{text: "Unknown device type", hint: kindMissing},
		{applet: "brctl", word: "addif", errno: unix.EBUSY, hint: enslaved},
		{text: "already a member of a bridge", hint: enslaved},
		{word: "master", errno: unix.EBUSY, hint: enslaved},
		{errno: unix.ELOOP, hint: say("a bridge cannot be a port of a bridge; join two bridges by a veth pair")},
		{text: "Nexthop has invalid gateway", hint: offLink},
		{text: "Nexthop device is not up", hint: say("set the interface up first: ip link set DEV up")},
		{errno: unix.ENETDOWN, hint: say("set the interface up first: ip link set DEV up")},
		{text: "Carrier for nexthop device is down", hint: say("the interface has no carrier: its other end is down or missing")},
		{applet: "ping", errno: unix.ENETUNREACH, hint: say("there is no route to this host; see: ip route")},
		{errno: unix.ENETUNREACH, hint: offLink},
		{errno: unix.EHOSTUNREACH, hint: offLink},
		{text: "Cannot open network namespace", hint: say(`"ip netns" lists the namespaces; "ip netns add NAME" makes one`)},
		{text: "does not exist!", hint: say(`"brctl show" lists the bridges of this network namespace`)},
		{errno: unix.ENODEV, hint: say(`"ip link" lists the interfaces of this network namespace; "ip netns" lists the other namespaces`)},
		{word: "route", errno: unix.EEXIST, hint: say("there is such a route already; \"ip route replace\" takes its place")},
		{applet: "route", errno: unix.EEXIST, hint: say("there is such a route already; see: route -n")},
		{word: "netns", errno: unix.EEXIST, hint: say("there is a namespace of this name; see: ip netns")},
		{text: "Address already assigned", hint: say("the interface has this address already")},
		{errno: unix.EEXIST, hint: say("it is there already")},
		{word: "del", errno: unix.ESRCH, hint: say("there is no such route; it must match in destination, gateway, device and metric")},
		{word: "delete", errno: unix.ESRCH, hint: say("there is no such route; it must match in destination, gateway, device and metric")},
		{errno: unix.EADDRNOTAVAIL, hint: say("the interface does not have this address; see: ip address")},
		{applet: "brctl", errno: unix.ERANGE, hint: brctlRange},
		{errno: unix.EAFNOSUPPORT, hint: say("this kernel, or this network namespace, is without that address family (IPv6 disabled?)")},
		{applet: "ping", text: "name resolution", hint: say("no name server answers; see /etc/resolv.conf, or give the address")},
		{applet: "brctl", text: "Incorrect number of arguments", hint: say(`"brctl --help" lists the commands`)},
	}
}

func mountRights(*applet.Env, *Failure) string {
	if os.Geteuid() != 0 {
		return "named namespaces are mounts, which only root makes; try it with: nlbox rehearse --shell"
	}
	return "named namespaces are mounts below /run/netns, which this container may not make: start it with CAP_SYS_ADMIN (docker run --privileged)"
}

func privilege(*applet.Env, *Failure) string {
	if os.Geteuid() != 0 {
		return "only root may do this; without root it can be tried out with: nlbox rehearse --shell"
	}
	return "this root lacks CAP_NET_ADMIN, as in a container: start it with --cap-add NET_ADMIN"
}

// maxName is IFNAMSIZ-1 of linux/if.h.
const maxName = 15

func longName(env *applet.Env, _ *Failure) string {
	for _, w := range env.Args {
		if len(w) > maxName {
			return "an interface's name has at most 15 characters; " + w + " has more"
		}
	}
	return "an interface's name has 1 to 15 characters, without blanks and slashes"
}

// kindMissing names the module of the kind of link behind "type".
func kindMissing(env *applet.Env, _ *Failure) string {
	i := slices.Index(env.Args, "type")
	if i < 0 || i+1 >= len(env.Args) || !slices.Contains(env.Args, "add") && !slices.Contains(env.Args, "a") {
		return ""
	}
	kind := env.Args[i+1]
	module := kind
	switch kind {
	case "vlan":
		module = "8021q"
	case "bond":
		module = "bonding"
	case "gre", "gretap", "erspan":
		module = "ip_gre"
	case "ip6gre", "ip6gretap":
		module = "ip6_gre"
	case "ip6tnl", "vti6":
		module = map[string]string{"ip6tnl": "ip6_tunnel", "vti6": "ip6_vti"}[kind]
	case "vti":
		module = "ip_vti"
	}
	return "this kernel has no " + kind + " interfaces, or lacks an option of them; as root: modprobe " + module
}

func enslaved(env *applet.Env, _ *Failure) string {
	return "the interface is a port of something already, or cannot be one; free it with: ip link set DEV nomaster"
}

func offLink(*applet.Env, *Failure) string {
	return "no interface that is up has an address in the gateway's network; set one first (ip address add), or say onlink"
}

func brctlRange(env *applet.Env, _ *Failure) string {
	limits := map[string]string{
		"setfd": "2 to 30 seconds while STP is on", "sethello": "1 to 10 seconds", "setmaxage": "6 to 40 seconds",
		"setpathcost": "1 to 65535", "setportprio": "0 to 63", "setageing": "0 to some 42949672 seconds",
	}
	for _, w := range env.Args {
		if l, ok := limits[w]; ok {
			return w + " takes " + l
		}
	}
	return ""
}
