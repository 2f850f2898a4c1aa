package snapshot

import (
	"slices"
	"strings"
)

// layer3 gives a namespace its addresses, routes, rules, neighbours and entries
// of forwarding databases. Its links are up by then where they are to be.
func (e *exporter) layer3(n *Namespace) {
	e.loopback(n)
	for _, a := range n.Addresses {
		switch {
		case a.has("temporary"):
			e.warn(n, a.Str("local")+": a temporary address comes by itself, as another one")
		case byItself(n, a):
		case a.Prefix().Addr().Is6() && a.Prefix().Addr().IsLinkLocalUnicast():
			// It may have come by itself all the same.
			e.add("ip", n.Name, append([]string{"address", "replace"}, addressWords(a)...)...)
		default:
			e.add("ip", n.Name, append([]string{"address", "add"}, addressWords(a)...)...)
		}
	}
	e.takenRoutes(n)
	direct, via := byReach(n)
	e.routes(n, direct, nil)
	lost := e.nexthops(n)
	e.routes(n, via, lost)
	e.rules(n)
	for _, h := range n.Neighbours {
		e.add("ip", n.Name, append([]string{"neigh", "add"}, neighbourWords(h)...)...)
	}
	for _, f := range n.FDB {
		e.add("bridge", n.Name, append([]string{"fdb", "append"}, fdbWords(f)...)...)
	}
}

// nexthops makes the nexthop objects, whose gateways the direct routes reach, and
// returns the ids of those that cannot be made.
func (e *exporter) nexthops(n *Namespace) (lost []string) {
	// A group comes after what is in it, which no group is.
	all := slices.Clone(n.Nexthops)
	slices.SortStableFunc(all, func(a, b Record) int { return len(asRecords(a["group"])) - len(asRecords(b["group"])) })
	awaited := map[string]bool{}
	for _, h := range all {
		dev, id := h.Str("dev"), text(h["id"])
		l, ok := n.Link(dev)
		switch {
		case ok && !getsCarrier(n, l):
			e.warn(n, "nexthop "+id+": "+dev+" has no carrier when it is rebuilt")
		case slices.ContainsFunc(asRecords(h["group"]), func(m map[string]any) bool { return slices.Contains(lost, text(m["id"])) }):
			e.warn(n, "nexthop "+id+": one of its group is not rebuilt")
		default:
			if dev != "" && !awaited[dev] {
				awaited[dev] = true
				e.add(AwaitCarrier, n.Name, dev)
			}
			e.add("ip", n.Name, append([]string{"nexthop", "add"}, nexthopWords(h)...)...)
			continue
		}
		lost = append(lost, id)
	}
	return lost
}

// routes makes routes, but for those by nexthops that are lost.
func (e *exporter) routes(n *Namespace, routes []Record, lost []string) {
	for _, r := range routes {
		words := append([]string{"route", "add"}, routeWords(r)...)
		if at := slices.Index(words, "nhid"); at > 0 && at+1 < len(words) && slices.Contains(lost, words[at+1]) {
			e.warn(n, "route "+r.Str("dst")+": nexthop "+words[at+1]+" is not rebuilt")
			continue
		}
		if r.Str("family") == "inet6" {
			words = append([]string{"-6"}, words...)
		}
		e.add("ip", n.Name, words...)
	}
}

// byReach parts the routes without a gateway from the others, which can be added
// only when their gateway is reachable. What the kernel adds with an address is
// left out.
func byReach(n *Namespace) (direct, via []Record) {
	for _, r := range n.Routes {
		words := strings.Fields(r.Str(specField))
		switch {
		case n.follows(r):
		case slices.Contains(words, "via") || slices.Contains(words, "nhid"):
			via = append(via, r)
		default:
			direct = append(direct, r)
		}
	}
	return direct, via
}

// routeWords are the words of a route. One that uses a nexthop object does not
// repeat what that says.
func routeWords(r Record) []string {
	words := strings.Fields(r.Str(specField))
	if i := slices.Index(words, "rto_min"); i >= 0 && i+1 < len(words) && words[i+1] == "lock" {
		words = slices.Delete(words, i+1, i+2) // it always is
	}
	at := slices.Index(words, "nhid")
	if at < 0 || at+2 > len(words) {
		return words
	}
	var out []string
	for i := 0; i < len(words); i++ {
		switch words[i] {
		case "nexthop":
			return out
		case "via", "dev":
			i++
			if words[i-1] == "via" && i < len(words) && (words[i] == "inet" || words[i] == "inet6") {
				i++
			}
		default:
			out = append(out, words[i])
		}
	}
	return out
}

// nexthopWords are the words of a nexthop object; its scope follows from the rest.
func nexthopWords(h Record) []string {
	words := strings.Fields(h.Str(specField))
	if i := slices.Index(words, "scope"); i >= 0 && i+2 <= len(words) {
		words = slices.Delete(words, i, i+2)
	}
	return words
}

// bornRules are the rules of a new namespace by their family, as priority and
// words.
func bornRules() map[string][]string {
	return map[string][]string{
		"inet":  {"pref 0 from all lookup local", "pref 32766 from all lookup main", "pref 32767 from all lookup default"},
		"inet6": {"pref 0 from all lookup local", "pref 32766 from all lookup main"},
	}
}

// rules adds the rules that a new namespace has not, and takes away what it has
// and the snapshot has not.
func (e *exporter) rules(n *Namespace) {
	born := bornRules()
	seen, families := map[string]bool{}, map[string]bool{}
	var add []Command
	for _, r := range n.Rules {
		families[r.Str("family")] = true
		words := ruleWords(r)
		spec := strings.Join(dropProto(words), " ")
		if slices.Contains(born[r.Str("family")], spec) {
			seen[r.Str("family")+spec] = true
			continue
		}
		add = append(add, Command{"ip", n.Name, append([]string{familyOption(r.Str("family")), "rule", "add"}, words...)})
	}
	for _, family := range []string{"inet", "inet6"} {
		if !families[family] {
			continue // a kernel without it
		}
		for _, spec := range born[family] {
			if !seen[family+spec] {
				e.add("ip", n.Name, append([]string{familyOption(family), "rule", "delete"}, strings.Fields(spec)...)...)
			}
		}
	}
	e.commands = append(e.commands, add...)
}

func familyOption(family string) string {
	if family == "inet6" {
		return "-6"
	}
	return "-4"
}

// ruleWords turn "50: from all lookup 7" into "pref 50 from all lookup 7".
func ruleWords(r Record) []string {
	words := strings.Fields(r.Str(specField))
	if len(words) == 0 {
		return nil
	}
	out := []string{"pref", strings.TrimSuffix(words[0], ":")}
	for i := 1; i < len(words); i++ {
		switch w := words[i]; {
		case w == "lookup" && i+1 < len(words) && words[i+1] == "[l3mdev-table]":
			out = append(out, "l3mdev")
			i++
		case strings.HasPrefix(w, "["): // [detached], [unresolved]
		default:
			out = append(out, w)
		}
	}
	return out
}

// dropProto leaves out who made a rule.
func dropProto(words []string) []string {
	out := slices.Clone(words)
	for _, w := range []string{"proto", "protocol"} {
		if i := slices.Index(out, w); i >= 0 && i+2 <= len(out) {
			out = slices.Delete(out, i, i+2)
		}
	}
	return out
}
