package ifconfig

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/printer"
)

// JSON is by an option that the original has not. The fields are those of
// `ip -s -j address` wherever it has them; docs/schemas/ifconfig.json lists them.

func jsonInterface(p *printer.Printer, i *iface) {
	p.OpenObject("")
	p.String("ifname", "", i.name)
	p.OpenArray("flags", "")
	for _, f := range flagNames() {
		if i.flags&f.flag != 0 {
			p.String("", "", f.name)
		}
	}
	p.CloseArray("")
	p.Int("mtu", "", int64(i.mtu))
	if i.queue != -1 {
		p.Int("txqlen", "", int64(i.queue))
	}
	h := i.hardwareType()
	p.String("link_type", "", h.Name)
	if text, ok := hardwareText(h, i.hardware); ok && len(text) > 0 {
		p.Bytes(printer.None, "address", "", text)
	}
	p.OpenArray("addr_info", "")
	jsonInet(p, i)
	for n := range i.inet6 {
		jsonInet6(p, &i.inet6[n])
	}
	p.CloseArray("")
	if i.stats != nil {
		jsonStats(p, i.stats)
	}
	p.CloseObject()
	p.EndRecord()
}

func jsonInet(p *printer.Printer, i *iface) {
	a := i.inet
	if a == nil {
		return
	}
	address := func(key string, b [4]byte) {
		p.Bytes(printer.None, key, "", format.AppendIPv4(nil, b[:]))
	}
	p.OpenObject("")
	p.String("family", "", "inet")
	address("local", a.local)
	if i.flags&unix.IFF_POINTOPOINT != 0 {
		address("address", a.peer)
	}
	address("netmask", a.mask)
	if i.flags&unix.IFF_BROADCAST != 0 {
		address("broadcast", a.brd)
	}
	p.String("label", "", i.name)
	p.CloseObject()
}

func jsonInet6(p *printer.Printer, a *inet6Address) {
	p.OpenObject("")
	p.String("family", "", "inet6")
	p.Bytes(printer.None, "local", "", format.AppendIPv6(nil, a.address[:]))
	p.Uint("prefixlen", "", uint64(a.bits))
	scope := "global"
	switch {
	case a.scope&scopeLink != 0:
		scope = "link"
	case a.scope&scopeSite != 0:
		scope = "site"
	case a.scope&scopeHost != 0:
		scope = "host"
	}
	p.String("scope", "", scope)
	p.CloseObject()
}

// jsonStats prints the counters as the text gathers them.
func jsonStats(p *printer.Printer, s *[statsFields]uint64) {
	type counter struct {
		name  string
		value uint64
	}
	way := func(name string, list ...counter) {
		p.OpenObject(name)
		for _, c := range list {
			p.Uint(c.name, "", c.value)
		}
		p.CloseObject()
	}
	p.OpenObject("stats64")
	way("rx",
		counter{"bytes", s[rxBytes]}, counter{"packets", s[rxPackets]}, counter{"errors", s[rxErrors]}, counter{"dropped", rxDrops(s)},
		counter{"over_errors", s[rxFifoErrors]}, counter{"frame_errors", rxFrames(s)}, counter{"compressed", s[rxCompressed]})
	way("tx",
		counter{"bytes", s[txBytes]}, counter{"packets", s[txPackets]}, counter{"errors", s[txErrors]}, counter{"dropped", s[txDropped]},
		counter{"fifo_errors", s[txFifoErrors]},
		counter{"carrier_errors", s[txCarrierErrors] + s[txAbortedErrors] + s[txWindowErrors] + s[txHeartbeatErrors]},
		counter{"collisions", s[collisions]}, counter{"compressed", s[txCompressed]})
	p.CloseObject()
}
