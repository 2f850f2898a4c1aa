package netconf

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/names"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// headerSize is the size of struct netconfmsg (linux/netconf.h), a family, with
// its padding.
const headerSize = 4

// Attributes of linux/netconf.h.
const (
	attrIndex        = 1
	attrForwarding   = 2
	attrRPFilter     = 3
	attrMCForwarding = 4
	attrProxyNeigh   = 5
	attrLinkdown     = 6 // ignore_routes_with_linkdown
	attrInput        = 7
	attrMax          = 8
)

// The indexes of what stands for no device.
const (
	indexAll     = -1
	indexDefault = -2
)

// record is a message about the settings of a device.
type record struct {
	family  int
	deleted bool
	index   int32
	at      rtnl.Attrs
	tb      [attrMax + 1][]byte
}

// decode reads a RTM_NEWNETCONF or RTM_DELNETCONF. The record is good as long as
// the message is.
func (r *record) decode(m *rtnl.Msg) bool {
	if m.Type != unix.RTM_NEWNETCONF && m.Type != unix.RTM_DELNETCONF || len(m.Data) < headerSize {
		return false
	}
	r.family, r.deleted = int(m.Data[0]), m.Type == unix.RTM_DELNETCONF
	r.at = rtnl.Attrs(r.tb[:])
	r.at.Parse(m.Data[headerSize:])
	r.index, _ = r.at.S32(attrIndex)
	return true
}

// Print prints a message about settings, for monitors of changes, unless it is
// of another device than index; 0 is any. It tells whether it was one.
func Print(c *object.Context, p *printer.Printer, m *rtnl.Msg, index int32) bool {
	var r record
	if !r.decode(m) {
		return false
	}
	if index == 0 || index == r.index {
		print(p, c.Links().Name, &r)
	}
	return true
}

// print prints one record; name finds the name of a device.
func print(p *printer.Printer, name func(int32) string, r *record) {
	p.OpenObject("")
	if r.deleted {
		p.Bool("deleted", "Deleted ", true)
	}
	p.String("family", "%s ", names.Family(r.family))
	if r.at.Has(attrIndex) {
		p.ColorString(printer.Ifname, "interface", "%s ", device(name, r.index))
	}
	onOff(p, r, attrForwarding, "forwarding", "forwarding %s ")
	printRPFilter(p, r)
	onOff(p, r, attrMCForwarding, "mc_forwarding", "mc_forwarding %s ")
	onOff(p, r, attrProxyNeigh, "proxy_neigh", "proxy_neigh %s ")
	onOff(p, r, attrLinkdown, "ignore_routes_with_linkdown", "ignore_routes_with_linkdown %s ")
	onOff(p, r, attrInput, "input", "input %s ")
	p.CloseObject()
	p.Text("\n")
	p.EndRecord()
}

func device(name func(int32) string, index int32) string {
	switch index {
	case indexAll:
		return "all"
	case indexDefault:
		return "default"
	}
	return name(index)
}

func onOff(p *printer.Printer, r *record, attr int, key, text string) {
	if v, ok := r.at.U32(attr); ok {
		p.OnOff(key, text, v != 0)
	}
}

// printRPFilter prints how the source of a packet is checked (RFC 3704).
func printRPFilter(p *printer.Printer, r *record) {
	v, ok := r.at.U32(attrRPFilter)
	if !ok {
		return
	}
	for i, name := range [...]string{"off", "strict", "loose"} {
		if v == uint32(i) {
			p.String("rp_filter", "rp_filter %s ", name)
			return
		}
	}
	p.Uint("rp_filter", "rp_filter %u ", uint64(v))
}

// request asks for the settings of a family.
func request(family int) *rtnl.Request {
	r := rtnl.NewRequest(unix.RTM_GETNETCONF, 0)
	r.Body([]byte{uint8(family)})
	return r
}
