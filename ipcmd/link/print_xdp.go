package link

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// XDP_ATTACHED_* of linux/if_link.h: how a program is attached.
const (
	xdpNone = iota
	xdpDriver
	xdpGeneric
	xdpOffload
	xdpMulti
)

// Program is what the kernel tells of a BPF program (struct bpf_prog_info).
type Program struct {
	Name     string
	Tag      []byte
	JIT      bool
	LoadTime uint64 // ns since boot
	UID      uint32 // who loaded it
	BTF      uint32
}

// xdp prints the XDP programs of a link: a word in its first line, or, with
// details, a line for each program. link is true for ip link, which has these
// lines always.
func (v *View) xdp(p *printer.Printer, b []byte, link, details bool) {
	var tb [unix.IFLA_XDP_HW_PROG_ID + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(b)
	mode, ok := at.U8(unix.IFLA_XDP_ATTACHED)
	switch {
	case !ok || mode == xdpNone:
		return
	case p.JSON():
		if !details {
			v.xdpJSON(p, at, mode)
		}
		return
	case !details || !link:
		xdpMode(p, mode)
	}
	one := func(attr int, suffix string) {
		id, ok := at.U32(attr)
		switch {
		case !ok || id == 0:
		case details:
			p.NL()
			p.String("", "    prog/xdp%s ", suffix)
			v.program(p, id)
		case !link && attr == unix.IFLA_XDP_PROG_ID:
			p.Uint("", "/id:%u", uint64(id))
		}
	}
	one(unix.IFLA_XDP_PROG_ID, "")
	if mode == xdpMulti {
		one(unix.IFLA_XDP_SKB_PROG_ID, "generic")
		one(unix.IFLA_XDP_DRV_PROG_ID, "drv")
		one(unix.IFLA_XDP_HW_PROG_ID, "offload")
	}
	if !details || !link {
		p.Text(" ")
	}
}

func xdpMode(p *printer.Printer, mode uint8) {
	switch mode {
	case xdpDriver:
		p.Text("xdp")
	case xdpGeneric:
		p.Text("xdpgeneric")
	case xdpOffload:
		p.Text("xdpoffload")
	case xdpMulti:
		p.Text("xdpmulti")
	default:
		p.Uint("", "xdp[%u]", uint64(mode))
	}
}

func (v *View) xdpJSON(p *printer.Printer, at rtnl.Attrs, mode uint8) {
	p.OpenObject("xdp")
	p.Uint("mode", "", uint64(mode))
	if id, _ := at.U32(unix.IFLA_XDP_PROG_ID); id != 0 {
		v.program(p, id)
	}
	p.OpenArray("attached", "")
	one := func(attr int, mode uint8) {
		if id, ok := at.U32(attr); ok {
			p.OpenObject("")
			p.Uint("mode", "", uint64(mode))
			v.program(p, id)
			p.CloseObject()
		}
	}
	if at.Has(unix.IFLA_XDP_SKB_PROG_ID) || at.Has(unix.IFLA_XDP_DRV_PROG_ID) || at.Has(unix.IFLA_XDP_HW_PROG_ID) {
		one(unix.IFLA_XDP_SKB_PROG_ID, xdpGeneric)
		one(unix.IFLA_XDP_DRV_PROG_ID, xdpDriver)
		one(unix.IFLA_XDP_HW_PROG_ID, xdpOffload)
	} else {
		one(unix.IFLA_XDP_PROG_ID, mode)
	}
	p.CloseArray("")
	p.CloseObject()
}

// program prints a BPF program: its number, and what the kernel tells of it.
func (v *View) program(p *printer.Printer, id uint32) {
	p.OpenObject("prog")
	defer p.CloseObject()
	p.Uint("id", "id %u ", uint64(id))
	prog, ok := v.Resolver.Program(id)
	if !ok {
		return
	}
	p.String("name", "name %s ", prog.Name)
	p.Bytes(printer.None, "tag", "tag %s ", v.hex(prog.Tag))
	switch {
	case p.JSON():
		jited := uint64(0)
		if prog.JIT {
			jited = 1
		}
		p.Uint("jited", "", jited)
	case prog.JIT:
		p.Text("jited ")
	}
	if v.Opt.Details == 0 {
		return
	}
	if prog.LoadTime != 0 {
		p.Uint("load_time", "load_time %u ", prog.LoadTime)
		p.Uint("created_by_uid", "created_by_uid %u ", uint64(prog.UID))
	}
	if prog.BTF != 0 {
		p.Uint("btf_id", "btf_id %u ", uint64(prog.BTF))
	}
}
