package tuntap

import (
	"encoding/binary"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// kind is what rtnetlink calls the devices.
const kind = "tun"

// row is a device to be shown.
type row struct {
	device
	persist bool
	// processes have the device open; they are looked for with -details only.
	processes []process
}

// show is `ip tuntap show`. Its words are not looked at.
func show(c *object.Context, _ []string) error {
	conn, err := c.Conn()
	if err != nil {
		return err
	}
	var open map[string][]process
	if c.Opt.Details > 0 {
		open = openDevices(c.Warn)
	}
	p := c.Printer()
	p.Open()
	err = conn.Dump(request(), func(m *rtnl.Msg) error {
		if r, ok := parseLink(m); ok {
			r.processes = open[r.name]
			printRow(p, &r, c.Opt.Details > 0)
		}
		return nil
	})
	p.Close()
	return object.DumpFailed(err, object.StatusLocal)
}

// request asks for all links of the kind.
func request() *rtnl.Request {
	r := rtnl.NewRequest(unix.RTM_GETLINK, 0)
	r.Link(unix.AF_UNSPEC, 0, 0, 0, 0)
	info := r.Nest(unix.IFLA_LINKINFO | unix.NLA_F_NESTED)
	r.Text(unix.IFLA_INFO_KIND, kind)
	r.End(info)
	return r
}

// parseLink reads a link; ok is false for one that is no tun or tap.
func parseLink(m *rtnl.Msg) (r row, ok bool) {
	if m.Type != unix.RTM_NEWLINK && m.Type != unix.RTM_DELLINK || len(m.Data) < unix.SizeofIfInfomsg {
		return r, false
	}
	switch binary.NativeEndian.Uint16(m.Data[2:]) {
	case unix.ARPHRD_NONE, unix.ARPHRD_ETHER:
	default:
		return r, false
	}
	var tb [unix.IFLA_LINKINFO + 1][]byte
	var infoTb [unix.IFLA_INFO_DATA + 1][]byte
	var dataTb [unix.IFLA_TUN_NUM_DISABLED_QUEUES + 1][]byte
	link, info, data := rtnl.Attrs(tb[:]), rtnl.Attrs(infoTb[:]), rtnl.Attrs(dataTb[:])
	link.Parse(m.Data[unix.SizeofIfInfomsg:])
	link.Nested(unix.IFLA_LINKINFO, info)
	if k, _ := info.Bytes(unix.IFLA_INFO_KIND); string(k) != kind {
		return r, false
	}
	if r.name, ok = link.Str(unix.IFLA_IFNAME); !ok {
		return r, false
	}
	info.Nested(unix.IFLA_INFO_DATA, data)
	r.fill(data)
	return r, true
}

// fill takes over the attributes IFLA_TUN_* (linux/if_link.h).
func (r *row) fill(data rtnl.Attrs) {
	typ, _ := data.U8(unix.IFLA_TUN_TYPE)
	r.flags = uint16(typ)
	on := func(attr int) bool {
		v, _ := data.U8(attr)
		return v != 0
	}
	if !on(unix.IFLA_TUN_PI) {
		r.flags |= unix.IFF_NO_PI
	}
	if on(unix.IFLA_TUN_MULTI_QUEUE) {
		r.flags |= unix.IFF_MULTI_QUEUE
	}
	if on(unix.IFLA_TUN_VNET_HDR) {
		r.flags |= unix.IFF_VNET_HDR
	}
	r.persist = on(unix.IFLA_TUN_PERSIST)
	r.user, r.group = nobody, nobody
	if id, ok := data.U32(unix.IFLA_TUN_OWNER); ok {
		r.user = id
	}
	if id, ok := data.U32(unix.IFLA_TUN_GROUP); ok {
		r.group = id
	}
}

// printRow prints a device, with its processes if details are asked for.
func printRow(p *printer.Printer, r *row, details bool) {
	p.OpenObject("")
	p.ColorString(printer.Ifname, "ifname", "%s:", r.name)
	p.OpenArray("flags", "")
	printFlags(p, r)
	p.CloseArray("")
	if r.user != nobody {
		p.Uint("user", " user %d", uint64(r.user))
	}
	if r.group != nobody {
		p.Uint("group", " group %d", uint64(r.group))
	}
	if details {
		printProcesses(p, r.processes)
	}
	p.CloseObject()
	p.Text("\n")
	p.EndRecord()
}

// printFlags prints the flags in iproute2's order. A device that hands the
// packet information out says "pi" in the beginning and "filter" at the end: the
// two once were different flags with one value.
func printFlags(p *printer.Printer, r *row) {
	word := func(on bool, text string) {
		if on {
			p.String("", " %s", text)
		}
	}
	pi := r.flags&unix.IFF_NO_PI == 0
	word(r.flags&unix.IFF_TUN != 0, "tun")
	word(r.flags&unix.IFF_TAP != 0, "tap")
	word(pi, "pi")
	word(r.flags&unix.IFF_MULTI_QUEUE != 0, "multi_queue")
	word(r.flags&unix.IFF_VNET_HDR != 0, "vnet_hdr")
	word(r.persist, "persist")
	word(pi, "filter")
}

// printProcesses prints who has the device open.
func printProcesses(p *printer.Printer, all []process) {
	if !p.JSON() {
		p.NL()
	}
	p.Text("\tAttached to processes:")
	p.OpenArray("processes", "")
	for _, proc := range all {
		p.OpenObject("")
		p.String("name", "%s", proc.name)
		p.Uint("pid", "(%d)", uint64(proc.pid))
		p.CloseObject()
	}
	p.CloseArray("")
}
