package arp

import (
	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/printer"
)

// JSON is by an option that the original has not. The fields are those of
// `ip -j neigh` wherever it has them. Addresses are numbers always.

// flagNames are the flags in the words of linux/if_arp.h (ATF_*).
func flagNames() []struct {
	flag uint32
	name string
} {
	return []struct {
		flag uint32
		name string
	}{
		{flagComplete, "COMPLETE"}, {flagPermanent, "PERMANENT"}, {flagPublic, "PUBLISHED"},
		{flagTrailers, "USETRAILERS"}, {flagNetmask, "NETMASK"}, {flagDontPub, "DONTPUB"}, {flagMagic, "MAGIC"},
	}
}

func jsonRow(p *printer.Printer, r *row) {
	p.OpenObject("")
	p.Bytes(printer.None, "dst", "", format.AppendIPv4(nil, r.address[:]))
	p.String("dev", "", r.device)
	if r.flags&flagComplete != 0 {
		p.Bytes(printer.None, "lladdr", "", r.appendHardware(nil))
	}
	p.String("link_type", "", typeName(r.kind))
	p.OpenArray("flags", "")
	for _, f := range flagNames() {
		if r.flags&f.flag != 0 {
			p.String("", "", f.name)
		}
	}
	p.CloseArray("")
	p.CloseObject()
	p.EndRecord()
}
