package snapshot

import (
	"slices"
	"strconv"
)

// Style is the language of an export.
type Style int

const (
	// Shell is a script of ip and bridge commands.
	Shell Style = iota
	// Batch is a file for `ip -batch`.
	Batch
	// Brctl is Shell with brctl where brctl can say it.
	Brctl
)

// Command is one command of an export: the tool, the namespace it is for ("" for
// the one that the script runs in), and its words. A command without a tool is
// a comment; the tool AwaitCarrier waits for the carrier of the link that its
// word names.
type Command struct {
	Tool      string
	Namespace string
	Words     []string
}

// Export lists the commands that rebuild what s holds, on a machine with equal
// hardware and nothing configured. Warnings name what no command can rebuild.
func Export(s *Snapshot, style Style) (commands []Command, warnings []string) {
	e := &exporter{snapshot: s, style: style, made: map[string]bool{}}
	for _, n := range s.Namespaces {
		if n.Name != "" {
			e.add("ip", "", "netns", "add", n.Name)
		}
	}
	for _, n := range s.Namespaces {
		for _, l := range n.Links {
			e.make(n, l, 0)
		}
	}
	for _, n := range s.Namespaces {
		for _, l := range n.Links {
			e.set(n, l)
		}
	}
	for _, n := range s.Namespaces {
		e.layer3(n)
	}
	e.commands = append(e.commands, e.last...)
	return e.commands, e.warnings
}

type exporter struct {
	snapshot *Snapshot
	style    Style
	commands []Command
	warnings []string
	// made are the links that exist already, by namespace and name.
	made map[string]bool
	// last are the commands that come last.
	last []Command
}

func (e *exporter) add(tool, ns string, words ...string) {
	e.commands = append(e.commands, Command{tool, ns, words})
}

func (e *exporter) warn(ns *Namespace, text string) {
	if ns.Name != "" {
		text = "namespace " + ns.Name + ": " + text
	}
	e.warnings = append(e.warnings, text)
	e.add("", ns.Name, text)
}

func linkID(ns, name string) string { return ns + "/" + name }

// born are the links that the kernel makes by itself in every namespace, when
// their module is there.
func born(l Record) bool {
	switch l.Str("ifname") {
	case "lo", "tunl0", "gre0", "gretap0", "erspan0", "sit0", "ip6tnl0", "ip6gre0", "ip_vti0", "ip6_vti0":
		return true
	}
	return false
}

// maxDepth is how deeply links may lie on each other before it must be a circle.
const maxDepth = 32

// make makes a link, and before it what it lies on.
func (e *exporter) make(ns *Namespace, l Record, depth int) {
	name := l.Str("ifname")
	if e.made[linkID(ns.Name, name)] || depth > maxDepth {
		return
	}
	e.made[linkID(ns.Name, name)] = true
	kind := madeOf(l)
	switch {
	case born(l):
		return
	case kind == "":
		e.add("", ns.Name, name+" is this machine's own and is expected to be there")
		return
	}
	e.makeLower(ns, l, depth)
	switch kind {
	case "veth":
		e.makePair(ns, l)
	case "tun":
		e.makeTun(ns, l)
	case "bridge":
		e.makeBridge(ns, l)
		if l.Str("address") == noAddress {
			e.takeAddress(ns, name)
		}
		if mtu := text(l["mtu"]); mtu != "" && mtu != portsMTU(ns, name) {
			e.add("ip", ns.Name, "link", "set", "dev", name, "mtu", mtu)
		}
	default:
		if _, known := kindOf(kind); !known && l.Sub("linkinfo").Sub("info_data") != nil {
			e.warn(ns, name+": the options of a "+kind+" are not exported")
		}
		e.makeUpper(ns, l, kind)
	}
}

// makeUpper makes a link that may lie on one of another namespace: it is made
// there and handed over, or fetched from the namespace that has no name.
func (e *exporter) makeUpper(ns *Namespace, l Record, kind string) {
	words := newLink(l, linkWords(l, kind)...)
	from := ns.Name
	switch other, elsewhere := l["link_netns"].(string); {
	case !elsewhere:
	case ns.Name != "":
		from = other
		words = append([]string{"netns", ns.Name}, words...)
	default:
		words = append([]string{"link-netns", other}, words...)
	}
	e.add("ip", from, append([]string{"link", "add"}, words...)...)
}

// makeLower makes what a link lies on, wherever that is.
func (e *exporter) makeLower(ns *Namespace, l Record, depth int) {
	for _, name := range []string{l.Str("link"), l.Sub("linkinfo").Sub("info_data").Str("link")} {
		there := ns
		if other, ok := l["link_netns"].(string); ok && name == l.Str("link") {
			there, _ = e.snapshot.Namespace(other)
		}
		if name == "" || madeOf(l) == "veth" || there == nil {
			continue
		}
		if lower, ok := there.Link(name); ok {
			e.make(there, lower, depth+1)
		}
	}
}

// newLink are the words of `ip link add` in the middle of which the name stands.
func newLink(l Record, typeWords ...string) []string {
	var words []string
	if lower := l.Str("link"); lower != "" && madeOf(l) != "veth" {
		words = append(words, "link", lower)
	}
	words = append(words, "name", l.Str("ifname"))
	words = append(words, firstSettings(l)...)
	return append(words, typeWords...)
}

// firstSettings are the words that a link is made with: its address, sizes and
// queues.
func firstSettings(l Record) []string {
	var words []string
	if a := l.Str("address"); a != "" && a != noAddress && l.Str("link_type") == "ether" {
		words = append(words, "address", a)
	}
	if m := text(l["mtu"]); m != "" && m != defaultMTU(l) {
		words = append(words, "mtu", m)
	}
	if q := text(l["txqlen"]); q != "" && q != defaultQueue(madeOf(l)) {
		words = append(words, "txqueuelen", q)
	}
	for _, s := range []struct{ field, word string }{{"num_tx_queues", "numtxqueues"}, {"num_rx_queues", "numrxqueues"}} {
		if n := text(l[s.field]); n != "" && n != "1" {
			words = append(words, s.word, n)
		}
	}
	return words
}

// defaultMTU is that of a new link where it is always the same. A bridge's is
// left to portsMTU.
func defaultMTU(l Record) string {
	switch madeOf(l) {
	case "veth", "dummy", "ifb":
		return "1500"
	case "bridge":
		return text(l["mtu"])
	}
	if l.Str("ifname") == "lo" {
		return "65536"
	}
	return ""
}

// defaultQueue is the length of the queue that a new link has.
func defaultQueue(kind string) string {
	switch kind {
	case "ifb":
		return "32"
	case "tun":
		return ""
	}
	return "1000"
}

// makePair makes both ends of a veth pair at once, if the other end is known.
func (e *exporter) makePair(ns *Namespace, l Record) {
	peerNS := ns
	if other, ok := l["link_netns"].(string); ok {
		peerNS, _ = e.snapshot.Namespace(other)
	}
	var peer Record
	if peerNS != nil {
		peer, _ = peerNS.Link(l.Str("link"))
	}
	if peer == nil || madeOf(peer) != "veth" {
		e.warn(ns, l.Str("ifname")+": the other end of this veth is elsewhere; a new pair stands in for it")
		e.add("ip", ns.Name, append([]string{"link", "add"}, append(newLink(l), "type", "veth")...)...)
		return
	}
	e.made[linkID(peerNS.Name, peer.Str("ifname"))] = true
	words := append([]string{"link", "add"}, newLink(l)...)
	words = append(words, "type", "veth", "peer", "name", peer.Str("ifname"))
	words = append(words, firstSettings(peer)...)
	if peerNS != ns {
		// The namespaces without a name is the first, and makes its pairs first.
		words = append(words, "netns", peerNS.Name)
	}
	e.add("ip", ns.Name, words...)
}

// makeTun makes a persistent tun or tap; another belongs to its program.
func (e *exporter) makeTun(ns *Namespace, l Record) {
	data := l.Sub("linkinfo").Sub("info_data")
	name := l.Str("ifname")
	if !data.has("persist") {
		e.warn(ns, name+": this tun belongs to a program and goes with it")
		return
	}
	e.add("ip", ns.Name, append([]string{"tuntap", "add", "dev", name}, optionWords("tun", data)...)...)
	if words := firstSettings(l); len(words) > 0 {
		e.add("ip", ns.Name, append([]string{"link", "set", "dev", name}, words...)...)
	}
}

// makeBridge makes a bridge.
func (e *exporter) makeBridge(ns *Namespace, l Record) {
	name := l.Str("ifname")
	if e.style != Brctl {
		e.add("ip", ns.Name, append([]string{"link", "add"}, newLink(l, linkWords(l, "bridge")...)...)...)
		return
	}
	e.add("brctl", ns.Name, "addbr", name)
	rest := l.Sub("linkinfo").Sub("info_data")
	for _, c := range brctlBridge() {
		rest = e.brctl(ns, c, []string{name}, rest)
	}
	words := append([]string{"link", "set", "dev", name}, firstSettings(l)...)
	words = append(words, typed("bridge", optionWords("bridge", rest))...)
	if len(words) > 4 {
		e.add("ip", ns.Name, words...)
	}
}

// noAddress is what a bridge has that has lost its last port, and that no command
// can give it.
const noAddress = "00:00:00:00:00:00"

// passingPort is the name of a port that a bridge has for a moment only.
const passingPort = "nlbox-port"

// takeAddress gives a bridge a port and takes it away again.
func (e *exporter) takeAddress(ns *Namespace, bridge string) {
	e.add("ip", ns.Name, "link", "add", "name", passingPort, "master", bridge, "type", "veth", "peer", "name", passingPort+"2")
	e.add("ip", ns.Name, "link", "delete", "dev", passingPort)
}

// portsMTU is what a bridge has by itself: the least MTU of its ports. One that it is
// given when it is made does not outlive its first port, one that is set does.
func portsMTU(n *Namespace, bridge string) string {
	least := uint64(0)
	for _, port := range n.Links {
		mtu, err := strconv.ParseUint(text(port["mtu"]), 10, 32)
		if err == nil && port.Str("master") == bridge && (least == 0 || mtu < least) {
			least = mtu
		}
	}
	if least == 0 {
		return "1500"
	}
	return strconv.FormatUint(least, 10)
}

// typed puts "type KIND" before the options of a kind, if there are any.
func typed(kind string, options []string) []string {
	if options == nil {
		return nil
	}
	return append([]string{"type", kind}, options...)
}

// set configures a link: its settings, its master, and whether it is up.
func (e *exporter) set(ns *Namespace, l Record) {
	name := l.Str("ifname")
	if name == "lo" || madeOf(l) == "" && !born(l) {
		e.setFirst(ns, l)
	}
	for _, alt := range l.Strings("altnames") {
		e.add("ip", ns.Name, "link", "property", "add", "dev", name, "altname", alt)
	}
	words := settings(l)
	if m := l.Str("master"); m != "" {
		words = append(words, e.master(ns, l, m)...)
	}
	words = append(words, e.ownAddress(ns, l)...)
	set := func(words ...string) { e.add("ip", ns.Name, append([]string{"link", "set", "dev", name}, words...)...) }
	if l.Up() {
		if slices.Contains(words, "addrgenmode") || slices.Contains(words, "protodown") {
			// The kernel brings a link up before it looks at these words.
			set(words...)
			words = nil
		}
		words = append(words, "up")
	}
	if len(words) > 0 {
		set(words...)
	}
	if port := portWords(l); port != nil {
		e.setPort(ns, l, port)
	}
}

// setFirst gives a link that is there already its address and size.
func (e *exporter) setFirst(ns *Namespace, l Record) {
	if words := firstSettings(l); len(words) > 0 {
		e.add("ip", ns.Name, append([]string{"link", "set", "dev", l.Str("ifname")}, words...)...)
	}
}

func (e *exporter) master(ns *Namespace, l Record, master string) []string {
	if e.style == Brctl && l.Sub("linkinfo").Str("info_slave_kind") == "bridge" {
		e.add("brctl", ns.Name, "addif", master, l.Str("ifname"))
		return nil
	}
	return []string{"master", master}
}

// setPort sets the options of a port of a bridge or bond.
func (e *exporter) setPort(ns *Namespace, l Record, words []string) {
	name := l.Str("ifname")
	if e.style == Brctl && l.Sub("linkinfo").Str("info_slave_kind") == "bridge" {
		rest := l.Sub("linkinfo").Sub("info_slave_data")
		for _, c := range brctlPort() {
			rest = e.brctl(ns, c, []string{l.Str("master"), name}, rest)
		}
		words = typed("bridge_slave", optionWords("bridge_slave", rest))
	}
	if words != nil {
		e.add("ip", ns.Name, append([]string{"link", "set", "dev", name}, words...)...)
	}
}
