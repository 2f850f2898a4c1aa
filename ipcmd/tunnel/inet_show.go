package tunnel

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/names"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/link"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// tunnel is what there is to print of a tunnel of IPv4.
type tunnel struct {
	params
	// dev is the name of the device that it leaves by, empty for any.
	dev string
	// routers are those of an ISATAP tunnel.
	routers []router
	// rapid is the prefix of a 6rd tunnel, if it has one.
	rapid rapidPrefix
}

// ask asks for what belongs to a tunnel besides its parameters.
func ask(c *object.Context, t params) *tunnel {
	full := &tunnel{params: t}
	if t.link != 0 {
		full.dev = c.Links().Name(t.link)
	}
	if t.proto == protoIPv6 {
		if t.inFlags&isISATAP != 0 {
			full.routers = getRouters(c, t.name)
		}
		full.rapid = getRapid(c, t.name)
	}
	return full
}

func show(c *object.Context, args []string) error {
	want, err := parse(c, ioctlGet, args)
	if err != nil {
		return err
	}
	if want.base() == "" {
		return list(c, want)
	}
	name := want.name
	if name == "" {
		name = want.base()
	}
	t, err := getParams(c, name)
	if err != nil {
		return err
	}
	p := textPrinter(c)
	print(p, newView(c), ask(c, t))
	p.Text("\n")
	p.EndRecord()
	return nil
}

// textPrinter prints text, with -json too.
func textPrinter(c *object.Context) *printer.Printer {
	return printer.New(c.Env.Stdout, printer.Mode{
		Oneline: c.Opt.Oneline, Palette: c.Opt.Color, Terminal: c.Env.Terminal(),
	})
}

// match tells whether t is what want asks for.
func (want *params) match(t *params) bool {
	return (want.link == 0 || want.link == t.link) &&
		(want.name == "" || want.name == t.name) &&
		(want.remote == [4]byte{} || want.remote == t.remote) &&
		(want.local == [4]byte{} || want.local == t.local) &&
		(want.inKey == 0 || want.inKey == t.inKey)
}

// list prints the tunnels that match.
func list(c *object.Context, want *params) error {
	v := newView(c)
	return eachTunnel(c, want.name, func(p *printer.Printer, name string) bool {
		t, err := getParams(c, name)
		if err != nil {
			c.Warn(err.Error())
			return false
		}
		if !want.match(&t) {
			return false
		}
		print(p, v, ask(c, t))
		return true
	}, unix.ARPHRD_TUNNEL, unix.ARPHRD_IPGRE, unix.ARPHRD_SIT)
}

// eachTunnel has one print every device of the types, or the one called name;
// one tells whether it did. Behind it come the counters, with -stats.
func eachTunnel(c *object.Context, only string, one func(*printer.Printer, string) bool, types ...uint16) error {
	conn, err := c.Conn()
	if err != nil {
		return err
	}
	req := rtnl.NewRequest(unix.RTM_GETLINK, 0)
	req.Link(uint8(c.Opt.Family), 0, 0, 0, 0)
	p := c.Printer()
	p.Open()
	var tb [unix.IFLA_STATS64 + 1][]byte
	at := rtnl.Attrs(tb[:])
	err = conn.Dump(req, func(m *rtnl.Msg) error {
		name, ok := decodeLink(m, at, types)
		if !ok || only != "" && only != name || !one(p, name) {
			return nil
		}
		if c.Opt.Stats > 0 {
			if counters, ok := link.Counters(at); ok {
				p.EndRecord()
				c.Env.Stdout.Write(appendStats(nil, counters, c.Opt.Oneline))
			}
		}
		p.EndRecord()
		c.Env.Stdout.WriteString("\n") // in JSON, too
		return nil
	})
	p.Close()
	return dumpFailed(err)
}

// decodeLink reads the attributes of a link of one of the types.
func decodeLink(m *rtnl.Msg, at rtnl.Attrs, types []uint16) (name string, ok bool) {
	if m.Type != unix.RTM_NEWLINK || len(m.Data) < unix.SizeofIfInfomsg {
		return "", false
	}
	for _, t := range types {
		if native.Uint16(m.Data[2:]) == t {
			at.Parse(m.Data[unix.SizeofIfInfomsg:])
			return at.Str(unix.IFLA_IFNAME)
		}
	}
	return "", false
}

// The places of counters in struct rtnl_link_stats64 (linux/if_link.h).
const (
	rxPackets = 0
	txPackets = 1
	rxBytes   = 2
	txBytes   = 3
	rxErrors  = 4
	txErrors  = 5
	txDropped = 7
	multicast = 8
	collision = 9
	rxFrame   = 13
	rxFIFO    = 14
	txCarrier = 17
)

// appendStats appends the counters of a tunnel in two tables.
func appendStats(b []byte, s []uint64, oneline bool) []byte {
	nl := "\n"
	if oneline {
		nl = "\\"
	}
	column := func(counter, width int, end string) {
		b = append(format.AppendIntLeft(b, int64(s[counter]), width), end...)
	}
	b = append(b, nl+"RX: Packets    Bytes        Errors CsumErrs OutOfSeq Mcasts"+nl+"    "...)
	column(rxPackets, 10, " ")
	column(rxBytes, 12, " ")
	column(rxErrors, 6, " ")
	column(rxFrame, 8, " ")
	column(rxFIFO, 8, " ")
	column(multicast, 8, nl)
	b = append(b, "TX: Packets    Bytes        Errors DeadLoop NoRoute  NoBufs"+nl+"    "...)
	column(txPackets, 10, " ")
	column(txBytes, 12, " ")
	column(txErrors, 6, " ")
	column(collision, 8, " ")
	column(txCarrier, 8, " ")
	column(txDropped, 6, "")
	return b
}

// view is what print needs to know besides the tunnel.
type view struct {
	names *names.Tables
	// host appends an address, or the name of its host.
	host func(dst []byte, family int, addr []byte) []byte
}

func newView(c *object.Context) *view { return &view{c.Names(), c.AppendHost} }

// print prints a tunnel, without a newline.
func print(p *printer.Printer, v *view, t *tunnel) {
	p.OpenObject("")
	p.ColorString(printer.Ifname, "ifname", "%s: ", t.name)
	p.String("mode", "%s ", protoName(t.proto)+"/ip")
	p.Text("remote ")
	p.Bytes(printer.Inet, "remote", "%s ", endpoint(p, t.remote, v.host))
	p.Text("local ")
	p.Bytes(printer.Inet, "local", "%s", endpoint(p, t.local, format.AppendAddr))
	for _, r := range t.routers {
		key := "pr"
		if r.isDefault {
			key = "pdr"
		}
		p.Bytes(printer.None, key, " "+key+" %s", v.host(nil, unix.AF_INET, r.addr[:]))
	}
	if t.dev != "" {
		p.String("dev", " dev %s", t.dev)
	}
	if t.ttl != 0 {
		p.Uint("ttl", " ttl %u", uint64(t.ttl))
	} else {
		p.Text(" ttl inherit")
	}
	printTOS(p, v, t.tos)
	if t.fragOff&dontFragment == 0 {
		p.Null("nopmtudisc", " nopmtudisc", "")
	}
	t.rapid.print(p, v)
	t.gre.print(p, t.proto)
	p.CloseObject()
}

// endpoint is the text of an address: no address is "any" in text only.
func endpoint(p *printer.Printer, a [4]byte, appendAddr func([]byte, int, []byte) []byte) []byte {
	if a == [4]byte{} && !p.JSON() {
		return []byte("any")
	}
	return appendAddr(nil, unix.AF_INET, a[:])
}

// printTOS prints a TOS whose lowest bit says that it is that of the packet.
func printTOS(p *printer.Printer, v *view, tos uint8) {
	switch {
	case tos == 0:
	case tos == 1:
		p.Text(" tos inherit")
	case tos&1 != 0 && !p.JSON():
		p.String("tos", " tos inherit/%s", v.names.DSField(tos&^1))
	default:
		p.String("tos", " tos %s", v.names.DSField(tos))
	}
}

// dumpFailed words a dump that the kernel refused; a batch goes on after it.
func dumpFailed(err error) error {
	if err == nil {
		return nil
	}
	if err = object.KernelStatus(err, object.StatusLocal); err == nil {
		return nil
	}
	return object.Fail(object.StatusLocal, err.Error()+"\nDump terminated")
}
