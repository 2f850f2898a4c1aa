package snapshot

import (
	"slices"
	"strings"
)

// addresses are the records of one link's addr_info: each with its link's name.
func addresses(link Record) []Record {
	list, _ := link["addr_info"].([]any)
	var out []Record
	for _, v := range list {
		info, _ := v.(map[string]any)
		if len(info) == 0 {
			continue
		}
		a := Record{"dev": link.Str("ifname")}
		for field, value := range info {
			switch field {
			case "tentative", "dadfailed", "deprecated", "secondary", "stable-privacy":
				// What became of it, or how it came to be, not what it is.
			case "valid_life_time", "preferred_life_time":
				if text(value) != forever {
					a[field] = value
				}
			default:
				a[field] = value
			}
		}
		out = append(out, a)
	}
	return out
}

// forever is INFINITY_LIFE_TIME of linux/if_addr.h, in seconds.
const forever = "4294967295"

func addressKey(a Record) string {
	k := a.Str("dev") + " " + a.Str("family") + " " + a.Str("local") + "/" + text(a["prefixlen"])
	if peer := a.Str("address"); peer != "" {
		k += " peer " + peer
	}
	return k
}

// withSpecs joins records with their words, and leaves out what drop says.
func withSpecs(records []Record, specs []string, drop func(Record) bool) []Record {
	var out []Record
	for i, r := range records {
		if drop != nil && drop(r) {
			continue
		}
		spec := cleanSpec(specs[i])
		r[specField] = spec
		delete(r, "flags")
		delete(r, "expires")
		for _, hop := range asRecords(r["nexthops"]) {
			delete(hop, "flags")
		}
		out = append(out, r)
	}
	return out
}

func asRecords(v any) []map[string]any {
	list, _ := v.([]any)
	var out []map[string]any
	for _, e := range list {
		if m, ok := e.(map[string]any); ok {
			out = append(out, m)
		}
	}
	return out
}

// observed are words in the text of a route that the kernel says, and that cannot
// be said to it.
var observed = [...]string{"linkdown", "dead", "offload", "trap", "offload_failed", "rt_offload", "rt_trap", "cache", "unresolved"}

// observedValues are such words that a value follows.
var observedValues = [...]string{"expires", "error", "users", "age", "unbalanced_time"}

// cleanSpec brings a line of `ip -o` to the words that `ip … add` takes.
func cleanSpec(line string) string {
	words := strings.Fields(strings.ReplaceAll(line, "\\", " "))
	out := words[:0]
	for i := 0; i < len(words); i++ {
		switch {
		case slices.Contains(observed[:], words[i]):
		case slices.Contains(observedValues[:], words[i]):
			i++
		default:
			out = append(out, words[i])
		}
	}
	return strings.Join(out, " ")
}

// keptByKernel are the routes that follow from addresses and from links being up.
func keptByKernel(r Record) bool {
	if r.Str("protocol") == "redirect" || r.Str("type") == "multicast" && r.Str("dst") == "ff00::/8" {
		return true
	}
	return r.Str("protocol") == "kernel" && (r.Str("table") == "local" || r.Str("family") == "inet6" && r.Str("dst") == "fe80::/64")
}

func specKey(r Record) string { return strings.TrimSpace(r.Str("family") + " " + r.Str(specField)) }

// neighbours are the entries that were put there. ip shows those that were learned
// elsewhere whatever state it is asked for, some of them twice therefore.
func neighbours(list, proxies []Record) []Record {
	var out []Record
	seen := map[string]bool{}
	for _, n := range append(list, proxies...) {
		states := n.Strings("state")
		if n.has("extern_learn") {
			if seen[neighbourKey(n)] || !slices.Contains(states, "PERMANENT") && !slices.Contains(states, "NOARP") {
				continue
			}
			seen[neighbourKey(n)] = true
		}
		if slices.Contains(states, "NOARP") && !n.has("extern_learn") && n.Str("protocol") == "" {
			continue // multicast and loopback: the kernel's own
		}
		if _, ok := n["proxy"]; ok {
			n["proxy"] = true
		}
		out = append(out, n)
	}
	return out
}

func neighbourKey(n Record) string {
	k := n.Str("dst") + " dev " + n.Str("dev")
	if n.has("proxy") {
		k = "proxy " + k
	}
	return k
}

// fdbEntries are the static entries of bridges and VXLANs, without those that a
// link has of itself: its own address and its multicast groups.
func fdbEntries(list, links []Record) []Record {
	own := map[string]string{}
	for _, l := range links {
		own[l.Str("ifname")] = l.Str("address")
	}
	var out []Record
	for _, e := range list {
		state := e.Str("state")
		mine := e.Str("mac") == own[e.Str("ifname")] || e.Str("mac") == own[e.Str("master")]
		self := slices.Contains(e.Strings("flags"), "self")
		switch {
		case state != "static" && state != "permanent":
		case self && e.Str("dst") == "":
		case !self && mine:
		case self && defaultRemote(e, links):
		default:
			out = append(out, e)
		}
	}
	return out
}

// defaultRemote tells whether an entry is the one that a VXLAN's group or remote
// makes.
func defaultRemote(e Record, links []Record) bool {
	if e.Str("mac") != "00:00:00:00:00:00" {
		return false
	}
	for _, l := range links {
		if l.Str("ifname") != e.Str("ifname") {
			continue
		}
		data := l.Sub("linkinfo").Sub("info_data")
		for _, field := range []string{"group", "remote", "group6", "remote6"} {
			if data.Str(field) == e.Str("dst") && e.Str("dst") != "" {
				return true
			}
		}
	}
	return false
}

func fdbKey(e Record) string {
	k := e.Str("mac") + " dev " + e.Str("ifname")
	for _, f := range []string{"vlan", "master", "dst", "vni", "src_vni", "port"} {
		if v := text(e[f]); v != "" {
			k += " " + f + " " + v
		}
	}
	return k
}
