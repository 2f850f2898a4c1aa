package rehearse

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"slices"
	"strings"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/namespace"
	"github.com/nlbox/nlbox/internal/progress"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// network is a lab that was built.
type network struct {
	machines map[string]*machine
	cables   []cable
	// warnings say what could not be built, a line each.
	warnings []string
}

// build makes the lab in the namespaces of the calling thread, which become
// those of the switches. It returns when every interface can send.
func build(env *applet.Env, lab *Lab, line *progress.Line) (*network, error) {
	conn, err := rtnl.Open(rtnl.Options{})
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	// A switch says nothing by itself.
	sysctl("ipv6/conf/all/disable_ipv6", "1")
	sysctl("ipv6/conf/default/disable_ipv6", "1")
	w, err := newWatcher(conn)
	if err != nil {
		return nil, err
	}
	defer w.close()
	line.Say("building " + lab.count())
	n := &network{machines: map[string]*machine{}}
	for i := range lab.Hosts {
		h := &lab.Hosts[i]
		m, err := startMachine(h)
		if err != nil {
			return nil, err
		}
		n.machines[h.Name] = m
	}
	ports, err := n.wire(lab)
	if err != nil {
		return nil, err
	}
	if err := n.bringUp(env, lab, line); err != nil {
		return nil, err
	}
	for _, p := range ports {
		if p.own.Down {
			continue
		}
		if err := w.until(readyLimit, linkUp(p.name)); err != nil {
			return nil, fmt.Errorf("the LAN's %s: %w", p.name, err)
		}
	}
	return n, nil
}

// // port is one of a switch, and what is plugged in there.
type port struct {
	name string
	own  *Interface
}

// wire makes the switches and plugs the hosts in. It returns the switches' ports.
func (n *network) wire(lab *Lab) ([]port, error) {
	handle, err := netlink.NewHandle(unix.NETLINK_ROUTE)
	if err != nil {
		return nil, err
	}
	defer handle.Close()
	switches := map[string]int{}
	for i, lan := range lab.LANs {
		index, err := newSwitch(handle, switchName(i))
		if err != nil {
			return nil, err
		}
		switches[lan] = index
	}
	var ports []port
	for i := range lab.Hosts {
		h := &lab.Hosts[i]
		for k := range h.Interfaces {
			name := portName(len(ports))
			own := &h.Interfaces[k]
			if err := plug(handle, name, switches[own.LAN], n.machines[h.Name].netns, own); err != nil {
				return nil, err
			}
			ports = append(ports, port{name, own})
			n.cables = append(n.cables, cable{name, own.LAN + "-" + h.Name + "-" + own.Name + ".pcap"})
		}
	}
	return ports, nil
}

// bringUp configures all hosts and then waits for all: they come up together.
func (n *network) bringUp(env *applet.Env, lab *Lab, line *progress.Line) error {
	for i := range lab.Hosts {
		h := &lab.Hosts[i]
		if h.Like == nil {
			continue
		}
		line.Say("cloning " + h.Name)
		m := n.machines[h.Name]
		m.do(func() error {
			m.prepare()
			n.warnings = append(n.warnings, rebuild(env, h.Like)...)
			return nil
		})
	}
	line.Say("waiting until " + lab.count() + " are ready")
	for _, step := range []func(*machine) error{(*machine).configure, (*machine).awaitReady} {
		for i := range lab.Hosts {
			m := n.machines[lab.Hosts[i].Name]
			if err := m.do(func() error { return step(m) }); err != nil {
				return fmt.Errorf("%s: %w", m.Name, err)
			}
		}
	}
	return nil
}

// sysctls are the kernel's own defaults, but for a router's: a new namespace takes over what
// this machine has set for itself instead.
func (h *Host) sysctls() [][2]string {
	list := h.defaults()
	if h.Like == nil {
		return list
	}
	for i, s := range list {
		if v, ok := h.Like.Sysctls[s[0]]; ok {
			list[i][1] = v
		}
	}
	return list
}

func (h *Host) defaults() [][2]string {
	forward := "0"
	if h.Forward {
		forward = "1"
	}
	// That of IPv4 first: writing it resets others.
	list := [][2]string{{"ipv4/ip_forward", forward}, {"ipv6/conf/all/forwarding", forward}, {"ipv4/icmp_echo_ignore_all", "0"}}
	which := []string{"all", "default", "lo"}
	if h.Like != nil {
		list = append(list, [2]string{"ipv6/conf/all/disable_ipv6", "0"}, [2]string{"ipv6/conf/default/disable_ipv6", "0"})
		for _, i := range h.Interfaces {
			which = append(which, i.Name)
		}
	}
	for _, which := range which {
		for _, key := range []string{"rp_filter", "arp_filter", "arp_ignore", "arp_announce", "proxy_arp"} {
			list = append(list, [2]string{"ipv4/conf/" + which + "/" + key, "0"})
		}
	}
	return list
}

// prepare sets what addresses and routes depend on. It is done on the machine's
// thread.
func (m *machine) prepare() {
	for _, s := range m.sysctls() {
		// Read-only in some containers, and then mostly so already.
		sysctl(s[0], s[1])
	}
	for i := range m.Interfaces {
		m.settled = append(m.settled, hush(m.Interfaces[i].Name))
	}
}

// configure is done on the machine's thread.
func (m *machine) configure() error {
	if m.Like == nil {
		m.prepare()
	}
	var err error
	if m.conn, err = rtnl.Open(rtnl.Options{}); err != nil {
		return err
	}
	if m.watch, err = newWatcher(m.conn); err != nil {
		return err
	}
	if m.Like != nil {
		return nil // rebuilt
	}
	handle, err := netlink.NewHandle(unix.NETLINK_ROUTE)
	if err != nil {
		return err
	}
	defer handle.Close()
	return configure(handle, m.Host)
}

// awaitReady waits for the interfaces, on the machine's thread.
func (m *machine) awaitReady() error {
	defer m.conn.Close()
	defer m.watch.close()
	for i := range m.Interfaces {
		name := m.Interfaces[i].Name
		unhush := m.settled[i]
		if m.Like != nil {
			if err := m.awaitStandIn(&m.Interfaces[i]); err != nil {
				return err
			}
			if unhush != nil {
				unhush()
			}
			continue
		}
		if err := m.watch.until(readyLimit, linkUp(name)); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if unhush == nil {
			continue
		}
		// Without the address the host is good for everything else.
		if err := m.watch.until(ipv6Limit, hasIPv6(name)); err != nil && err != errLate {
			return err
		}
		unhush()
	}
	if m.Like != nil {
		return m.awaitSettled()
	}
	return nil
}

// awaitSettled waits for all that was rebuilt, in the host's own namespaces too.
func (m *machine) awaitSettled() error {
	await := func() error {
		conn, err := rtnl.Open(rtnl.Options{})
		if err != nil {
			return err
		}
		defer conn.Close()
		watch, err := newWatcher(conn)
		if err != nil {
			return err
		}
		defer watch.close()
		if err := watch.until(cloneLimit, settled); err != errLate {
			return err
		}
		return nil
	}
	for _, n := range m.Like.Snapshot.Namespaces {
		if n.Name == "" {
			if err := await(); err != nil {
				return err
			}
			continue
		}
		// One that could not be made was warned of.
		if err := namespace.DoNet(n.Name, await); err != nil && !errors.Is(err, unix.ENOENT) {
			return err
		}
	}
	return nil
}

// awaitStandIn waits for an interface of a clone, which may be anything but an
// ordinary host's: a port of a bridge, say. What does not come up stays down.
func (m *machine) awaitStandIn(i *Interface) error {
	if i.Down {
		return nil
	}
	switch err := m.watch.until(cloneLimit, linkSends(i.Name)); err {
	case nil:
	case errLate:
		i.Down = true
		return nil
	default:
		return err
	}
	if !slices.ContainsFunc(i.Addrs, func(p netip.Prefix) bool { return p.Addr().IsLinkLocalUnicast() && p.Addr().Is6() }) {
		return nil
	}
	if err := m.watch.until(cloneLimit, hasIPv6(i.Name)); err != nil && err != errLate {
		return err
	}
	return nil
}

// hush makes an interface's IPv6 begin as on a host that has long been up: the
// link-local address is good at once, and no router is looked for. The function
// returned restores what is so for later; it is nil when there is no IPv6, or no
// way to hush it.
func hush(name string) func() {
	dir := "ipv6/conf/" + name + "/"
	if value, err := os.ReadFile("/proc/sys/net/" + dir + "disable_ipv6"); err != nil || strings.TrimSpace(string(value)) != "0" {
		return nil
	}
	// This machine may have chosen otherwise for its own interfaces.
	sysctl(dir+"addr_gen_mode", "0")
	var before [][2]string
	for _, key := range []string{"accept_dad", "router_solicitations"} {
		old, err := os.ReadFile("/proc/sys/net/" + dir + key)
		if err != nil || sysctl(dir+key, "0") != nil {
			return nil
		}
		before = append(before, [2]string{dir + key, string(old)})
	}
	return func() {
		for _, s := range before {
			sysctl(s[0], s[1])
		}
	}
}
