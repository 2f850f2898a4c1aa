package route

import (
	"github.com/nlbox/nlbox/internal/applet"
)

// family is an address family: what it can do here. A nil function is what the
// original cannot do either.
type family struct {
	name string
	show func(*call) error
	edit func(*call, action) error
}

// findFamily returns the family with the name.
func findFamily(name string) (family, bool) {
	for _, f := range [...]family{
		{"unix", nil, nil},
		{"inet", showInet, editInet},
		{"inet6", showInet6, editInet6},
		{"ax25", showAX25, nil},
		{"netrom", showNetrom, editNetrom},
		{"rose", showRose, nil},
		{"ipx", showIPX, editIPX},
		{"ddp", showDDP, nil},
		{"ec", nil, nil},
		{"ash", nil, nil},
		{"x25", showX25, editX25},
	} {
		if f.name == name {
			return f, true
		}
	}
	return family{}, false
}

// familyAlias returns the family that a word of -A means.
func familyAlias(word string) (name string, ok bool) {
	switch word {
	case "ax25", "ipx", "rose", "netrom", "inet", "inet6", "ddp", "unix", "x25", "ash", "bluetooth":
		return word, true
	case "ip", "tcpip":
		return "inet", true
	case "ip6":
		return "inet6", true
	case "appletalk":
		return "ddp", true
	case "econet":
		return "ec", true
	}
	return "", false
}

// The families below have no table that could be shown: the kernels of today do
// not have them, and with none configured the original only says so.

func showAX25(c *call) error {
	return c.unconfigured("/proc/net/ax25_route: No such file or directory", "AX.25 not configured in this system.\n")
}

func showNetrom(c *call) error {
	// The second cause is what the C library leaves in errno after it has
	// printed the first.
	return c.unconfigured("/proc/net/nr_nodes: No such file or directory\n/proc/net/nr_neigh: Invalid argument",
		"NET/ROM not configured in this system.\n")
}

func editNetrom(*call, action) error {
	return applet.Fail(statusFailed, "NET/ROM: this needs to be written")
}

func showRose(c *call) error {
	return c.unconfigured("/proc/net/rose_nodes: No such file or directory\nROSE not configured in this system.", "")
}

func showIPX(c *call) error {
	return c.unconfigured("No such file or directory",
		"IPX routing not in file /proc/net/ipx/route or /proc/net/ipx_route found.\n")
}

func editIPX(*call, action) error {
	return applet.Fail(statusFailed, "IPX: this needs to be written")
}

func showDDP(c *call) error {
	return c.unconfigured("Error opening /proc/net/atalk_route: No such file or directory\n"+
		"DDP (AppleTalk) not configured on this system.", "")
}

func showX25(c *call) error {
	return c.unconfigured("", "X.25 not configured in this system.\n")
}

// unconfigured ends with a complaint, and a word on stdout.
func (c *call) unconfigured(complaint, word string) error {
	c.env.Stdout.WriteString(word)
	return applet.Fail(statusFailed, complaint)
}
