package tunnel

import (
	"strconv"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// arphrdIP6GRE is ARPHRD_IP6GRE of linux/if_arp.h.
const arphrdIP6GRE = 823

// show6 prints the tunnels of IPv6. One that is named ends without a newline, as
// in the original, which takes -json for it, too, and -stats for a list.
func show6(c *object.Context, args []string) error {
	want, err := parse6(c, ioctlGet, params6{}, args)
	if err != nil {
		return err
	}
	if want.name == "" || c.Opt.Stats > 0 {
		return list6(c, want)
	}
	t, err := getParams6(c, want.name, *want)
	if err != nil {
		return err
	}
	p := textPrinter(c)
	print6(p, newView(c), &t, deviceName(c, t.link))
	p.EndRecord()
	return nil
}

func deviceName(c *object.Context, index int32) string {
	if index == 0 {
		return ""
	}
	return c.Links().Name(index)
}

// list6 prints the tunnels that match.
func list6(c *object.Context, want *params6) error {
	v := newView(c)
	return eachTunnel(c, want.name, func(p *printer.Printer, name string) bool {
		t, err := getParams6(c, name, params6{proto: protoIPv6})
		if err != nil {
			c.Warn(err.Error())
			return false
		}
		if !want.match(&t) {
			return false
		}
		print6(p, v, &t, deviceName(c, t.link))
		return true
	}, unix.ARPHRD_TUNNEL6, arphrdIP6GRE)
}

// match tells whether t is what want asks for.
func (want *params6) match(t *params6) bool {
	none := [16]byte{}
	differ := want.flowInfo ^ t.flowInfo
	return (want.link == 0 || want.link == t.link) &&
		(want.name == "" || want.name == t.name) &&
		(want.local == none || want.local == t.local) &&
		(want.remote == none || want.remote == t.remote) &&
		(want.proto == 0 || t.proto == 0 || want.proto == t.proto) &&
		(want.encapLimit == 0 || want.encapLimit == t.encapLimit) &&
		(want.hopLimit == 0 || want.hopLimit == t.hopLimit) &&
		(want.flowInfo&flowClass == 0 || differ&flowClass == 0) &&
		(want.flowInfo&flowLabel == 0 || differ&flowLabel == 0) &&
		(want.flags == 0 || want.flags&t.flags != 0)
}

// print6 prints a tunnel, without a newline. dev is the device that it leaves by.
func print6(p *printer.Printer, v *view, t *params6, dev string) {
	var b [64]byte
	p.OpenObject("")
	p.ColorString(printer.Ifname, "ifname", "%s: ", t.name)
	p.String("mode", "%s ", protoName(t.proto)+"/ipv6")
	p.Text("remote ")
	p.Bytes(printer.Inet6, "remote", "%s ", v.host(b[:0], unix.AF_INET6, t.remote[:]))
	p.Text("local ")
	p.Bytes(printer.Inet6, "local", "%s", format.AppendIPv6(b[:0], t.local[:]))
	if dev != "" {
		p.String("link", " dev %s", dev)
	}
	if t.flags&noEncapLimit != 0 {
		p.Null("ip6_tnl_f_ign_encap_limit", " encaplimit none", "")
	} else {
		p.Uint("encap_limit", " encaplimit %u", uint64(t.encapLimit))
	}
	if t.hopLimit != 0 {
		p.Uint("hoplimit", " hoplimit %u", uint64(t.hopLimit))
	} else {
		p.Text(" hoplimit inherit")
	}
	printFlow(p, t)
	if t.flags&inheritDSCP != 0 {
		p.Null("ip6_tnl_f_rcv_dscp_copy", " dscp inherit", "")
	}
	if t.flags&allowLocalRemote != 0 {
		p.Null("ip6_tnl_f_allow_local_remote", " allow-localremote", "")
	}
	t.gre.print(p, t.proto)
	p.CloseObject()
}

// printFlow prints traffic class and flow label, and both as they are sent.
func printFlow(p *printer.Printer, t *params6) {
	if t.flags&inheritClass != 0 {
		p.Null("ip6_tnl_f_use_orig_tclass", " tclass inherit", "")
	} else {
		p.String("tclass", " tclass %s", hex(t.flowInfo&flowClass>>20, 2))
	}
	if t.flags&inheritFlowLabel != 0 {
		p.Null("ip6_tnl_f_use_orig_flowlabel", " flowlabel inherit", "")
	} else {
		p.String("flowlabel", " flowlabel %s", hex(t.flowInfo&flowLabel, 5))
	}
	p.String("flowinfo", " (flowinfo %s)", hex(t.flowInfo, 8))
}

// hex is 0x and v in at least so many digits.
func hex(v uint32, digits int) string {
	s := strconv.FormatUint(uint64(v), 16)
	for len(s) < digits {
		s = "0" + s
	}
	return "0x" + s
}
