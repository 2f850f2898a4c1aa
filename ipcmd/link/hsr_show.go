package link

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// showHSR prints a ring of High-availability Seamless Redundancy (IEC 62439-3).
func showHSR(v *View, p *printer.Printer, at rtnl.Attrs) {
	if at == nil {
		return
	}
	for _, r := range [...]struct{ attr, size int }{
		{unix.IFLA_HSR_SLAVE1, 4}, {unix.IFLA_HSR_SLAVE2, 4},
		{unix.IFLA_HSR_SEQ_NR, 2}, {unix.IFLA_HSR_SUPERVISION_ADDR, etherLen},
	} {
		if at.Has(r.attr) && len(at.Get(r.attr)) < r.size {
			return
		}
	}
	v.hsrPort(p, at, unix.IFLA_HSR_SLAVE1, "slave1", "slave1 %s ")
	v.hsrPort(p, at, unix.IFLA_HSR_SLAVE2, "slave2", "slave2 %s ")
	v.field(p, at, &field{unix.IFLA_HSR_SEQ_NR, asU16, "seq_nr", "sequence %d "})
	v.field(p, at, &field{unix.IFLA_HSR_SUPERVISION_ADDR, asLLAddr, "supervision_addr", "supervision %s "})
	v.field(p, at, &field{unix.IFLA_HSR_PROTOCOL, asU8, "proto", "proto %u "})
}

func (v *View) hsrPort(p *printer.Printer, at rtnl.Attrs, attr int, key, text string) {
	if index, ok := at.S32(attr); ok {
		p.String(key, text, v.Resolver.Name(index))
	} else {
		p.Null(key, text, "<none>")
	}
}
