package neigh

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/names"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// view is what print needs to know besides the entry.
type view struct {
	names *names.Tables
	brief bool
	stats bool
	// hideDev leaves the device out: all entries are of one.
	hideDev bool
	// host appends an address, or the name of its host.
	host func(dst []byte, family int, addr []byte) []byte
	// buf is the room for one value.
	buf []byte
}

func newView(c *object.Context) *view {
	return &view{names: c.Names(), brief: c.Opt.Brief, stats: c.Opt.Stats > 0, host: c.AppendHost}
}

// Print prints a message about a neighbour, for monitors of changes, and tells
// whether it was one. An index other than 0 hides the neighbours of other devices
// and, since all are of one, the name of the device.
func Print(c *object.Context, p *printer.Printer, m *rtnl.Msg, index int32) bool {
	var r record
	if !r.decode(m) {
		return false
	}
	if index != 0 && index != r.index {
		return true
	}
	r.resolve(c)
	v := newView(c)
	v.hideDev = index != 0
	print(p, v, &r)
	return true
}

// print prints one entry.
func print(p *printer.Printer, v *view, r *record) {
	p.OpenObject("")
	switch r.msg {
	case unix.RTM_DELNEIGH:
		p.Bool("deleted", "Deleted ", true)
	case unix.RTM_GETNEIGH:
		p.Null("miss", "%s ", "miss")
	}
	if v.brief {
		printBrief(p, v, r)
	} else {
		printFull(p, v, r)
	}
	p.Text("\n")
	p.CloseObject()
	p.EndRecord()
}

// printBrief prints the columns of -brief.
func printBrief(p *printer.Printer, v *view, r *record) {
	printDst(p, v, r, "%-39s ")
	if !v.hideDev && r.index != 0 {
		p.ColorString(printer.Ifname, "dev", "%-16s ", r.dev)
	}
	printLLAddr(p, v, r, "%s")
}

func printFull(p *printer.Printer, v *view, r *record) {
	printDst(p, v, r, "%s ")
	if !v.hideDev && r.index != 0 {
		p.Text("dev ")
		p.ColorString(printer.Ifname, "dev", "%s ", r.dev)
	}
	if r.at.Has(unix.NDA_LLADDR) {
		p.Text("lladdr ")
	}
	printLLAddr(p, v, r, "%s ")
	printFlags(p, r)
	if v.stats {
		printStats(p, r)
	}
	printState(p, r)
	if proto := r.protocol(); proto != 0 {
		p.String("protocol", "proto %s ", v.names.Proto(proto))
	}
}

func printDst(p *printer.Printer, v *view, r *record, text string) {
	dst := r.at.Get(unix.NDA_DST)
	if dst == nil {
		return
	}
	color := printer.None
	family := r.addrFamily()
	switch family {
	case unix.AF_INET:
		color = printer.Inet
	case unix.AF_INET6:
		color = printer.Inet6
	}
	v.buf = v.host(v.buf[:0], family, dst)
	p.Bytes(color, "dst", text, v.buf)
}

func printLLAddr(p *printer.Printer, v *view, r *record, text string) {
	if a := r.at.Get(unix.NDA_LLADDR); a != nil {
		if len(a) == 0 {
			a = r.behindEmpty()
		}
		v.buf = format.AppendLLAddr(v.buf[:0], a, r.arphrd)
		p.Bytes(printer.MAC, "lladdr", text, v.buf)
	}
}

// behindEmpty is what stands for the link-layer address of a neighbour on a
// device that has none (tun): the byte behind it in the message, which is where
// the next attribute begins with its length. The original prints one at least.
func (r *record) behindEmpty() []byte {
	empty := false
	for typ, v := range rtnl.All(r.raw) {
		if empty {
			return []byte{byte(4 + len(v))}
		}
		empty = typ == unix.NDA_LLADDR
	}
	return nil
}

// printFlags prints the flags, which are members without a value in JSON.
func printFlags(p *printer.Printer, r *record) {
	word := func(set bool, name string) {
		if set {
			p.Null(name, "%s ", name)
		}
	}
	word(r.flags&unix.NTF_ROUTER != 0, "router")
	word(r.flags&unix.NTF_PROXY != 0, "proxy")
	word(r.extFlags()&extManaged != 0, "managed")
	word(r.flags&unix.NTF_EXT_LEARNED != 0, "extern_learn")
	word(r.flags&unix.NTF_OFFLOADED != 0, "offload")
}

// userHZ is the number of clock ticks of user space in a second.
const userHZ = 100

// printStats prints what -stats adds. The missing blank before probes is the
// original's.
func printStats(p *printer.Printer, r *record) {
	if info, ok := r.cacheInfo(); ok {
		if info.refcnt != 0 {
			p.Uint("refcnt", " ref %u", uint64(info.refcnt))
		}
		p.Uint("used", " used %u", uint64(info.used/userHZ))
		p.Uint("confirmed", "/%u", uint64(info.confirmed/userHZ))
		p.Uint("updated", "/%u", uint64(info.updated/userHZ))
	}
	if probes, ok := r.at.U32(unix.NDA_PROBES); ok {
		p.Uint("probes", "probes %u ", uint64(probes))
	}
}

func printState(p *printer.Printer, r *record) {
	if r.state == 0 {
		return
	}
	p.OpenArray("state", "")
	for i := range names.NeighStates {
		s := &names.NeighStates[i]
		if uint32(r.state)&s.Bit != 0 {
			p.String("", "%s ", s.Name)
		}
	}
	p.CloseArray("")
}
