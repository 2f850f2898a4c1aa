package rehearse

import (
	"errors"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// Lab is what is to be built: hosts, and the LANs that join them.
type Lab struct {
	// LANs are the names of Ethernet segments, each a switch.
	LANs  []string
	Hosts []Host
}

// Host is a machine with a network, file systems for /run and /sys, and a
// hostname of its own.
type Host struct {
	Name       string
	Interfaces []Interface
	// Gateways are where the default routes lead, at most one of each family.
	Gateways []netip.Addr
	// Forward makes the host a router.
	Forward bool
	// Like is the live host that this one is a copy of, nil for none: addresses,
	// routes and the rest are rebuilt after it.
	Like *Original
}

// Interface is an Ethernet interface of a host, plugged into a LAN.
type Interface struct {
	Name string
	// LAN is the switch that it is plugged into.
	LAN string
	MAC MAC
	// Addrs are its addresses, with the lengths of their networks' prefixes.
	Addrs []netip.Prefix
	// Direct are hosts outside of these networks that are on the LAN as well.
	Direct []netip.Addr
	// Metric is that of the routes which go out here, 0 for none.
	Metric uint32
	// MTU is that of the cable, 0 for Ethernet's.
	MTU int
	// Down leaves it down.
	Down bool
}

// MAC is an Ethernet address.
type MAC [6]byte

// MACOf returns a locally administered address that shows the IPv4 address that
// it belongs to: 02:00:0a:d3:37:7a for 10.211.55.122.
func MACOf(a netip.Addr) MAC {
	ip := a.As4()
	return MAC{0x02, 0x00, ip[0], ip[1], ip[2], ip[3]}
}

// Host finds a host by its name.
func (l *Lab) Host(name string) (*Host, bool) {
	for i := range l.Hosts {
		if l.Hosts[i].Name == name {
			return &l.Hosts[i], true
		}
	}
	return nil, false
}

// nmMetric is the metric of the routes of a wired connection of NetworkManager.
const nmMetric = 100

// NetworkManager gives the routes by way of every eth0 the metric that
// NetworkManager would.
func (l *Lab) NetworkManager() {
	for h := range l.Hosts {
		for i := range l.Hosts[h].Interfaces {
			if l.Hosts[h].Interfaces[i].Name == "eth0" {
				l.Hosts[h].Interfaces[i].Metric = nmMetric
			}
		}
	}
}

// count tells how many hosts there are.
func (l *Lab) count() string {
	if len(l.Hosts) == 1 {
		return "1 host"
	}
	return strconv.Itoa(len(l.Hosts)) + " hosts"
}

// HostNames lists the hosts, for messages.
func (l *Lab) HostNames() string {
	var names []string
	for _, h := range l.Hosts {
		names = append(names, h.Name)
	}
	return strings.Join(names, ", ")
}

// describe lists the hosts with their interfaces, one per line.
func (l *Lab) describe() string {
	var b strings.Builder
	for _, h := range l.Hosts {
		b.WriteString("  " + h.Name)
		for _, i := range h.Interfaces {
			b.WriteString("  " + i.Name)
			for _, a := range i.Addrs {
				b.WriteString(" " + a.String())
			}
		}
		for _, g := range h.Gateways {
			b.WriteString("  default via " + g.String())
		}
		if h.Forward {
			b.WriteString("  forwards")
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// maxName is the longest name of an interface, and therefore of a LAN or host
// whose name the switch's interfaces bear.
const maxName = 15

// Check finds what cannot be built: names that are missing, doubled or no
// names for an interface, and interfaces on LANs that do not exist.
func (l *Lab) Check() error {
	seen := map[string]bool{}
	for _, lan := range l.LANs {
		if err := checkName("LAN", lan, seen); err != nil {
			return err
		}
	}
	lans := len(seen)
	for _, h := range l.Hosts {
		if err := checkName("host", h.Name, seen); err != nil {
			return err
		}
		own := map[string]bool{"lo": true}
		for _, i := range h.Interfaces {
			if err := checkName("interface of "+h.Name, i.Name, own); err != nil {
				return err
			}
			if !slices.Contains(l.LANs, i.LAN) {
				return errors.New(h.Name + " " + i.Name + ": there is no LAN " + strconv.Quote(i.LAN))
			}
			for _, a := range i.Addrs {
				if !a.IsValid() || a.Addr().Zone() != "" || a.Addr().Is4In6() {
					return errors.New(h.Name + " " + i.Name + ": " + a.String() + " is no address with a prefix length")
				}
			}
		}
		if err := h.checkGateways(); err != nil {
			return err
		}
	}
	if len(seen) == lans {
		return errors.New("there is no host")
	}
	return nil
}

// checkGateways: a gateway lies in the network of one of the host's addresses, or
// the kernel takes no route by way of it.
func (h *Host) checkGateways() error {
	for k, g := range h.Gateways {
		for _, other := range h.Gateways[:k] {
			if other.Is4() == g.Is4() {
				return errors.New(h.Name + ": two gateways of one family: " + other.String() + " and " + g.String())
			}
		}
		if h.toward(g) == nil {
			return errors.New(h.Name + ": the gateway " + g.String() + " is in no network of its interfaces")
		}
	}
	return nil
}

// toward finds the interface whose network an address is in, nil for none.
func (h *Host) toward(a netip.Addr) *Interface {
	for i := range h.Interfaces {
		for _, p := range h.Interfaces[i].Addrs {
			if p.Contains(a) {
				return &h.Interfaces[i]
			}
		}
	}
	return nil
}

// nameLetters are what a name may be made of: what is good for a hostname, an
// interface and the options of a mount alike.
const nameLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"

func checkName(what, name string, seen map[string]bool) error {
	switch {
	case name == "" || len(name) > maxName || name[0] == '.' || strings.Trim(name, nameLetters) != "":
		return errors.New(what + ": " + strconv.Quote(name) + " is no name for it (1 to 15 letters, digits, . _ -)")
	case seen[name]:
		return errors.New(what + " " + name + ": the name is taken")
	}
	seen[name] = true
	return nil
}
