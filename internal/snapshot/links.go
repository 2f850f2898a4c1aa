package snapshot

import (
	"encoding/json"
	"slices"
	"strings"
)

// configFlags are the flags of an interface that are set, not observed
// (netdevice(7)).
var configFlags = [...]string{"ALLMULTI", "DYNAMIC", "MULTICAST", "NOARP", "PROMISC", "UP"}

// linkFields are the fields of a link that are kept as they are. What is the
// kernel's default is dropped by dropDefaults.
var linkFields = [...]string{
	"ifname", "mtu", "txqlen", "group", "link_type", "address", "broadcast", "master", "link",
	"ifalias", "altnames", "inet6_addr_gen_mode", "num_tx_queues", "num_rx_queues",
	"gso_max_size", "gso_max_segs", "gro_max_size", "linkmode", "proto_down", "parentbus", "parentdev", "operstate",
}

func linkKey(l Record) string { return l.Str("ifname") }

// namespace makes the records out of what was asked. all are the answers of all
// namespaces, in which a link's other end may be.
func (r *raw) namespace(all []*raw) *Namespace {
	n := &Namespace{Name: r.name}
	for _, l := range r.links {
		n.Links = append(n.Links, r.link(l, all))
	}
	for _, l := range r.addresses {
		n.Addresses = append(n.Addresses, addresses(l)...)
	}
	n.Nexthops = withSpecs(r.nexthops, r.nexthopSpecs, nil)
	n.Routes = withSpecs(r.routes, r.routeSpecs, keptByKernel)
	n.Rules = withSpecs(r.rules, r.ruleSpecs, nil)
	n.Neighbours = neighbours(r.neighbours, r.proxies)
	n.FDB = fdbEntries(r.fdb, r.links)
	for _, s := range n.sections() {
		if *s.records == nil {
			*s.records = []Record{}
		}
		if slices.Contains(ordered[:], s.name) {
			continue
		}
		slices.SortStableFunc(*s.records, func(a, b Record) int { return strings.Compare(s.key(a), s.key(b)) })
	}
	return n
}

// link is the configuration of one link.
func (r *raw) link(l Record, all []*raw) Record {
	out := Record{}
	for _, f := range linkFields {
		if v, ok := l[f]; ok {
			out[f] = v
		}
	}
	var flags []any
	for _, f := range l.Strings("flags") {
		if slices.Contains(configFlags[:], f) {
			flags = append(flags, f)
		}
	}
	slices.SortFunc(flags, func(a, b any) int { return strings.Compare(a.(string), b.(string)) })
	out["flags"] = flags
	if flags == nil {
		out["flags"] = []any{}
	}
	if info := linkInfo(l.Sub("linkinfo")); len(info) > 0 {
		out["linkinfo"] = info
	}
	switch madeOf(out) {
	case "", "veth":
		// As many as the hardware, or the machine's processors, want.
		delete(out, "num_tx_queues")
		delete(out, "num_rx_queues")
	}
	r.otherEnd(out, l, all)
	return out
}

// linkInfo is what of a kind's data is configuration.
func linkInfo(info Record) Record {
	out := Record{}
	for _, part := range []struct{ kind, data, suffix string }{
		{"info_kind", "info_data", ""},
		{"info_slave_kind", "info_slave_data", "_slave"},
	} {
		name := info.Str(part.kind)
		if name == "" {
			continue
		}
		out[part.kind] = name
		data := config(name+part.suffix, info.Sub(part.data))
		if text(info.Sub(part.data)["topology_change"]) == "1" {
			// Shortened for as long as the topology changes (IEEE 802.1D).
			delete(data, "ageing_time")
		}
		if len(data) > 0 {
			out[part.data] = data
		}
	}
	return out
}

// config keeps the fields that can be set, by the table of the kind; a kind that
// is not in the table keeps all.
func config(kind string, data Record) Record {
	k, known := kindOf(kind)
	if !known {
		return data
	}
	out := Record{}
	for i := range k.fields {
		f := &k.fields[i]
		if v, ok := data[f.json]; ok && v != nil {
			out[f.json] = v
		}
	}
	return out
}

// otherEnd names the link that a link lies on, or is the other end of, when that
// is in another namespace: by the namespace's name rather than by numbers.
func (r *raw) otherEnd(out, l Record, all []*raw) {
	index := text(l["link_index"])
	if index == "" || l["link_netnsid"] == nil {
		return
	}
	there := r.named(text(l["link_netnsid"]), all)
	if there == nil {
		there = pointsBack(r, l, index, all)
	}
	if there == nil {
		return // in a namespace that we know nothing of
	}
	for _, o := range there.links {
		if text(o["ifindex"]) == index {
			out["link"] = o.Str("ifname")
			out["link_netns"] = there.name
		}
	}
}

// named finds the namespace that has a number here.
func (r *raw) named(id string, all []*raw) *raw {
	for _, i := range r.ids {
		if text(i["nsid"]) != id {
			continue
		}
		for _, o := range all {
			if o.name != "" && o.name == i.Str("name") {
				return o
			}
		}
	}
	return nil
}

// pointsBack finds the namespace that a link's other end is in when it has no
// name there: the one with the veth of that index whose other end is l. What a
// link of another kind lies on does not point back; for it that can only be the
// namespace that we are in.
func pointsBack(r *raw, l Record, index string, all []*raw) *raw {
	own := text(l["ifindex"])
	if madeOf(l) != "veth" {
		all = all[:1]
	}
	for _, o := range all {
		if o == r {
			continue
		}
		for _, p := range o.links {
			if text(p["ifindex"]) != index {
				continue
			}
			if madeOf(l) != "veth" || madeOf(p) == "veth" && text(p["link_index"]) == own {
				return o
			}
		}
	}
	return nil
}

// text is a scalar as text: "" for what is missing.
func text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		if v {
			return "true"
		}
		return "false"
	}
	return ""
}

// ordered are the lists whose order means something: which link was made first,
// which address is the primary one.
var ordered = [...]string{"links", "addresses", "nexthops", "rules"}
