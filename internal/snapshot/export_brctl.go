package snapshot

import (
	"maps"
	"strconv"
)

// brctlCommand is a command of brctl and the field that it sets.
type brctlCommand struct {
	name, json string
	// form brings the field's text to what brctl takes, "" when it takes no such value.
	form func(value string) string
}

func brctlBridge() []brctlCommand {
	return []brctlCommand{
		{"stp", "stp_state", onOffText}, {"setbridgeprio", "priority", same}, {"setfd", "forward_delay", seconds},
		{"sethello", "hello_time", seconds}, {"setmaxage", "max_age", seconds}, {"setageing", "ageing_time", seconds},
	}
}

func brctlPort() []brctlCommand {
	return []brctlCommand{
		{"setpathcost", "cost", same}, {"setportprio", "priority", same}, {"hairpin", "hairpin", onOffText},
	}
}

// brctl says one field by brctl, unless it is what a new bridge or port has, and
// returns the data without it. What brctl cannot say stays there, for ip.
func (e *exporter) brctl(ns *Namespace, c brctlCommand, names []string, data Record) Record {
	v, ok := data[c.json]
	if !ok || c.form(text(v)) == "" {
		return data
	}
	kind := "bridge"
	if len(names) > 1 {
		kind = "bridge_slave"
	}
	k, _ := kindOf(kind)
	for i := range k.fields {
		if k.fields[i].json == c.json && !k.fields[i].isDefault(text(v)) {
			e.add("brctl", ns.Name, append(append([]string{c.name}, names...), c.form(text(v)))...)
		}
	}
	rest := maps.Clone(data)
	delete(rest, c.json)
	return rest
}

func same(value string) string { return value }

func onOffText(value string) string {
	if value == "0" || value == "false" {
		return "off"
	}
	return "on"
}

// seconds brings 1/100 s, the unit of IFLA_BR_* times, to seconds. Of fractions brctl
// takes a half as it is, and cuts others short.
func seconds(value string) string {
	n, err := strconv.ParseUint(value, 10, 64)
	if err != nil || n%50 != 0 {
		return ""
	}
	return strconv.FormatFloat(float64(n)/100, 'f', -1, 64)
}
