package snapshot

import (
	"slices"
	"strings"
)

// The words by which records are made: the part behind `ip link add NAME`,
// `ip address add`, ….

// madeOf is the kind of a link, or "".
func madeOf(l Record) string { return l.Sub("linkinfo").Str("info_kind") }

// linkWords are the words of a link's kind: "type bridge stp_state 1".
func linkWords(l Record, kind string) []string {
	if kind == "" {
		return nil
	}
	return append([]string{"type", kind}, optionWords(kind, l.Sub("linkinfo").Sub("info_data"))...)
}

// portWords are the words of a link as a port of its master.
func portWords(l Record) []string {
	kind := l.Sub("linkinfo").Str("info_slave_kind")
	if kind == "" {
		return nil
	}
	words := optionWords(kind+"_slave", l.Sub("linkinfo").Sub("info_slave_data"))
	if words == nil {
		return nil
	}
	return append([]string{"type", kind + "_slave"}, words...)
}

// optionWords are the words for what is otherwise than in a new link.
func optionWords(kind string, data Record) []string {
	var words []string
	k, _ := kindOf(kind)
	for i := range k.fields {
		o := &k.fields[i]
		v, ok := data[o.json]
		if !ok || v == nil || o.isDefault(text(v)) {
			continue
		}
		words = append(words, o.words(v)...)
	}
	return words
}

func (o *option) isDefault(value string) bool {
	return value != "" && slices.Contains(strings.Split(o.def, "|"), value)
}

func (o *option) words(v any) []string {
	word := o.word
	if word == "" {
		word = o.json
	}
	yes := text(v) != "false"
	switch o.form {
	case onOff:
		return []string{word, map[bool]string{true: "on", false: "off"}[yes]}
	case bare:
		if yes {
			return []string{word}
		}
		return nil
	case negated:
		if yes {
			return []string{word}
		}
		return []string{"no" + word}
	case special:
		return specialWords(o.json, v)
	}
	return []string{word, text(v)}
}

// specialWords say what is more than one value.
func specialWords(field string, v any) []string {
	switch field {
	case "port_range":
		low, high := text(Record(v.(map[string]any))["low"]), text(Record(v.(map[string]any))["high"])
		if low == "0" && high == "0" {
			return nil
		}
		return []string{"srcport", low, high}
	case "arp_ip_target", "ns_ip6_target":
		return []string{field, strings.Join(Record{field: v}.Strings(field), ",")}
	case "macaddr_data":
		if list := (Record{field: v}).Strings(field); len(list) > 0 {
			return append([]string{"macaddr", "set"}, list...)
		}
	case "flags":
		return vlanFlags(Record{field: v}.Strings(field))
	case "ingress_qos", "egress_qos":
		return qosMap(field, v)
	}
	return nil
}

// vlanFlags are the flags of a VLAN; a new one reorders headers.
func vlanFlags(set []string) []string {
	var words []string
	for _, f := range []struct{ flag, word string }{
		{"REORDER_HDR", "reorder_hdr"}, {"GVRP", "gvrp"}, {"MVRP", "mvrp"},
		{"LOOSE_BINDING", "loose_binding"}, {"BRIDGE_BINDING", "bridge_binding"},
	} {
		on := slices.ContainsFunc(set, func(s string) bool { return strings.TrimSuffix(s, ",") == f.flag })
		switch {
		case on && f.flag != "REORDER_HDR":
			words = append(words, f.word, "on")
		case !on && f.flag == "REORDER_HDR":
			words = append(words, f.word, "off")
		}
	}
	return words
}

func qosMap(field string, v any) []string {
	var words []string
	for _, m := range asRecords(v) {
		words = append(words, text(m["from"])+":"+text(m["to"]))
	}
	if words == nil {
		return nil
	}
	return append([]string{strings.ReplaceAll(field, "_", "-") + "-map"}, words...)
}

// flagWords are the words of `ip link set` for flags that a new link of its kind
// has not, or has.
func flagWords(l Record) []string {
	flags := l.Strings("flags")
	has := func(f string) bool { return slices.Contains(flags, f) }
	var words []string
	if !has("MULTICAST") && defaultMulticast(l) {
		words = append(words, "multicast", "off")
	}
	for _, f := range []struct{ flag, word, value string }{
		{"ALLMULTI", "allmulticast", "on"}, {"PROMISC", "promisc", "on"}, {"DYNAMIC", "dynamic", "on"},
	} {
		if has(f.flag) {
			words = append(words, f.word, f.value)
		}
	}
	if has("NOARP") && !bornWithoutARP(l) {
		words = append(words, "arp", "off")
	}
	return words
}

// defaultMulticast: lo, ifb and the point-to-point tunnels come without.
func defaultMulticast(l Record) bool {
	switch madeOf(l) {
	case "dummy", "ifb", "ipip", "sit", "gre", "vti", "ip6tnl", "nlmon", "wireguard", "vrf":
		return false
	case "tun":
		return true
	}
	return l.Str("link_type") == "ether"
}

func bornWithoutARP(l Record) bool {
	switch madeOf(l) {
	case "ifb", "dummy", "ipip", "sit", "gre", "vti", "ip6tnl", "nlmon", "vrf", "ipvlan", "wireguard":
		return true
	}
	return l.Str("link_type") != "ether"
}

// newLinkDefaults are the settings that a new link has by itself.
func newLinkDefaults() map[string]string {
	return map[string]string{
		"group": "default", "gso_max_size": "65536", "gso_max_segs": "65535",
		"gro_max_size": "65536", "linkmode": "DEFAULT", "num_tx_queues": "1", "num_rx_queues": "1",
	}
}

// allOnes is the broadcast address of Ethernet.
const allOnes = "ff:ff:ff:ff:ff:ff"

// settings are the words of `ip link set dev NAME`, but for its master, up and what
// belongs to that (ownAddress).
func settings(l Record) []string {
	var words []string
	defaults := newLinkDefaults()
	for _, s := range []struct{ field, word string }{
		{"ifalias", "alias"}, {"group", "group"},
		{"gso_max_size", "gso_max_size"}, {"gso_max_segs", "gso_max_segs"}, {"gro_max_size", "gro_max_size"},
	} {
		v := text(l[s.field])
		if v == "" || v == defaults[s.field] || madeOf(l) == "" && strings.HasPrefix(s.field, "g") && s.field != "group" {
			continue
		}
		words = append(words, s.word, v)
	}
	if b := l.Str("broadcast"); b != "" && b != allOnes && l.Str("link_type") == "ether" {
		words = append(words, "broadcast", b)
	}
	if m := l.Str("linkmode"); m != "" && m != defaults["linkmode"] {
		words = append(words, "mode", strings.ToLower(m))
	}
	if l.has("proto_down") {
		words = append(words, "protodown", "on")
	}
	return append(words, flagWords(l)...)
}

// addressWords make an address: "10.0.0.1/24 brd 10.0.0.255 dev br0".
func addressWords(a Record) []string {
	length := "/" + text(a["prefixlen"])
	words := []string{a.Str("local") + length}
	if peer := a.Str("address"); peer != "" {
		words = []string{a.Str("local"), "peer", peer + length}
	}
	for _, s := range []struct{ field, word string }{
		{"broadcast", "brd"}, {"anycast", "any"}, {"metric", "metric"},
	} {
		if v := text(a[s.field]); v != "" {
			words = append(words, s.word, v)
		}
	}
	words = append(words, "dev", a.Str("dev"))
	if l := a.Str("label"); l != "" && l != a.Str("dev") {
		words = append(words, "label", l)
	}
	if s := a.Str("scope"); s != "" && s != "global" && a.Str("family") == "inet" {
		words = append(words, "scope", s)
	}
	for _, f := range []string{"home", "mngtmpaddr", "nodad", "optimistic", "noprefixroute", "autojoin"} {
		if a.has(f) {
			words = append(words, f)
		}
	}
	for _, s := range []struct{ field, word string }{
		{"valid_life_time", "valid_lft"}, {"preferred_life_time", "preferred_lft"},
	} {
		if v := text(a[s.field]); v != "" {
			words = append(words, s.word, v)
		}
	}
	return words
}

// neighbourWords make a neighbour: "10.0.0.2 lladdr 02:… dev br0 nud permanent".
func neighbourWords(n Record) []string {
	if n.has("proxy") {
		return []string{"proxy", n.Str("dst"), "dev", n.Str("dev")}
	}
	words := []string{n.Str("dst")}
	if a := n.Str("lladdr"); a != "" {
		words = append(words, "lladdr", a)
	}
	words = append(words, "dev", n.Str("dev"))
	if s := n.Strings("state"); len(s) > 0 {
		words = append(words, "nud", strings.ToLower(s[0]))
	}
	for _, flag := range []string{"router", "extern_learn"} {
		if n.has(flag) {
			words = append(words, flag)
		}
	}
	if p := n.Str("protocol"); p != "" {
		words = append(words, "proto", p)
	}
	return words
}

// fdbWords make an entry of a forwarding database, for `bridge fdb append`.
func fdbWords(e Record) []string {
	words := []string{e.Str("mac"), "dev", e.Str("ifname")}
	for _, s := range []struct{ field, word string }{
		{"dst", "dst"}, {"port", "port"}, {"vni", "vni"}, {"src_vni", "src_vni"}, {"viaIf", "via"}, {"vlan", "vlan"},
	} {
		if v := text(e[s.field]); v != "" {
			words = append(words, s.word, v)
		}
	}
	for _, f := range e.Strings("flags") {
		switch f {
		case "self", "router", "extern_learn", "sticky":
			words = append(words, f)
		}
	}
	switch e.Str("master") {
	case "":
	case e.Str("ifname"):
		words = append(words, "self") // a bridge's own
	default:
		words = append(words, "master")
	}
	return append(words, e.Str("state"))
}
