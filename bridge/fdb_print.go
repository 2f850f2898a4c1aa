package bridge

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// fdbEntry is an entry as the kernel tells it.
type fdbEntry struct {
	ndmsg
	at rtnl.Attrs
	tb [ndaMax + 1][]byte
}

// match tells whether the filter means the entry.
func (f *fdbFilter) match(e *fdbEntry) bool {
	vid, _ := e.at.U16(ndaVLAN)
	switch {
	case f.index != 0 && f.index != e.index,
		f.state != 0 && uint32(e.state)&f.state == 0,
		f.vlan != 0 && f.vlan != uint32(vid),
		f.dynamic && e.state&unix.NUD_PERMANENT != 0:
		return false
	}
	return true
}

// printFDB prints a message about an entry, if it is of a bridge's table and the
// filter means it.
func (t *tool) printFDB(p *printer.Printer, m *rtnl.Msg) error {
	d := m.Data
	if len(d) < sizeofNdmsg {
		return tooShort(m, sizeofNdmsg)
	}
	if d[0] != unix.AF_BRIDGE {
		return nil
	}
	e := fdbEntry{ndmsg: ndmsg{
		index: int32(native.Uint32(d[4:])),
		state: native.Uint16(d[8:]),
		flags: d[10],
	}}
	e.at = rtnl.Attrs(e.tb[:])
	e.at.Parse(d[sizeofNdmsg:])
	if !t.fdb.match(&e) {
		return nil
	}
	t.head(p, "[NEIGH]")
	p.OpenObject("")
	if m.Type == unix.RTM_DELNEIGH {
		p.Bool("deleted", "Deleted ", true)
	}
	t.fdbKey(p, &e)
	t.fdbTunnel(p, &e)
	t.fdbRest(p, &e)
	p.CloseObject()
	p.EndRecord()
	return nil
}

// fdbKey prints the address and the device.
func (t *tool) fdbKey(p *printer.Printer, e *fdbEntry) {
	if a := e.at.Get(unix.NDA_LLADDR); a != nil {
		arphrd := uint16(0xffff) // ARPHRD_VOID
		if link := t.c.Links().Get(e.index); link != nil {
			arphrd = link.Type
		}
		var b [128]byte
		p.Bytes(printer.MAC, "mac", "%s ", format.AppendLLAddr(b[:0], a, arphrd))
	}
	if t.fdb.index == 0 && e.index != 0 {
		p.Text("dev ")
		p.ColorString(printer.Ifname, "ifname", "%s ", t.c.Links().Name(e.index))
	}
}

// fdbTunnel prints where frames to the address go beyond the device.
func (t *tool) fdbTunnel(p *printer.Printer, e *fdbEntry) {
	if dst := e.at.Get(unix.NDA_DST); dst != nil {
		family, color := unix.AF_INET, printer.Inet
		if len(dst) == 16 {
			family, color = unix.AF_INET6, printer.Inet6
		}
		var b [64]byte
		p.Text("dst ")
		p.Bytes(color, "dst", "%s ", format.AppendAddr(b[:0], family, dst))
	}
	if vid, _ := e.at.U16(ndaVLAN); vid != 0 {
		p.Uint("vlan", "vlan %u ", uint64(vid))
	}
	if port, ok := e.at.BE16(ndaPort); ok {
		p.Uint("port", "port %u ", uint64(port))
	}
	number := func(attr int, key, text string) {
		if v, ok := e.at.U32(attr); ok {
			p.Uint(key, text, uint64(v))
		}
	}
	number(ndaVNI, "vni", "vni %u ")
	number(ndaSrcVNI, "src_vni", "src_vni %u ")
	nsid, hasNSID := e.at.U32(ndaLinkNSID)
	if via, ok := e.at.U32(ndaIfindex); ok && hasNSID {
		p.Uint("viaIfIndex", "via ifindex %u ", uint64(via))
	} else if ok {
		p.String("viaIf", "via %s ", t.c.Links().Name(int32(via)))
	}
	number(ndaNhID, "nhid", "nhid %u ")
	switch {
	case hasNSID && p.JSON():
		p.Uint("linkNetNsId", "", uint64(nsid))
	case hasNSID:
		p.Int("", "link-netnsid %d ", int64(int32(nsid)))
	}
}

// userHZ is the number of clock ticks of user space in a second.
const userHZ = 100

// fdbRest prints times, flags, bridge and state.
func (t *tool) fdbRest(p *printer.Printer, e *fdbEntry) {
	if info := e.at.Get(unix.NDA_CACHEINFO); len(info) >= 16 && t.c.Opt.Stats > 0 {
		p.Uint("used", "used %u", uint64(native.Uint32(info[4:])/userHZ))
		p.Uint("updated", "/%u ", uint64(native.Uint32(info[8:])/userHZ))
	}
	p.OpenArray("flags", "")
	for _, f := range [...]struct {
		bit  uint8
		name string
	}{
		{unix.NTF_SELF, "self"},
		{unix.NTF_ROUTER, "router"},
		{unix.NTF_EXT_LEARNED, "extern_learn"},
		{unix.NTF_OFFLOADED, "offload"},
		{unix.NTF_MASTER, "master"},
		{ntfSticky, "sticky"},
	} {
		if e.flags&f.bit != 0 {
			p.String("", "%s ", f.name)
		}
	}
	p.CloseArray("")
	if master, ok := e.at.S32(ndaMaster); ok {
		p.String("master", "master %s ", t.c.Links().Name(master))
	}
	p.String("state", "%s\n", fdbStateName(e.state, p.JSON()))
}

// fdbStateName names the state of an entry. That of one that was learned has no
// name.
func fdbStateName(state uint16, json bool) string {
	switch {
	case state&unix.NUD_PERMANENT != 0:
		return "permanent"
	case state&unix.NUD_NOARP != 0:
		return "static"
	case state&unix.NUD_STALE != 0:
		return "stale"
	case state&unix.NUD_REACHABLE != 0:
		return ""
	}
	b := make([]byte, 0, 16)
	if !json {
		b = append(b, "state="...)
	}
	return string(appendHex(b, uint64(state)))
}
