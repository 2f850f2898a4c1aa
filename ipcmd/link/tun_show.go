package link

import (
	"strconv"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// showTun prints a tun or tap.
func showTun(v *View, p *printer.Printer, at rtnl.Attrs) {
	if at == nil {
		return
	}
	if typ, ok := at.U8(unix.IFLA_TUN_TYPE); ok {
		p.String("type", "type %s ", tunType(typ))
	}
	v.field(p, at, &field{unix.IFLA_TUN_PI, asOnOff, "pi", "pi %s "})
	v.field(p, at, &field{unix.IFLA_TUN_VNET_HDR, asOnOff, "vnet_hdr", "vnet_hdr %s "})
	v.tunQueues(p, at)
	v.field(p, at, &field{unix.IFLA_TUN_PERSIST, asOnOff, "persist", "persist %s "})
	if id, ok := at.U32(unix.IFLA_TUN_OWNER); ok {
		tunOwner(p, "user", "user %s ", "user %u ", id, v.Resolver.User)
	}
	if id, ok := at.U32(unix.IFLA_TUN_GROUP); ok {
		tunOwner(p, "group", "group %s ", "group %u ", id, v.Resolver.Group)
	}
}

func tunType(typ uint8) string {
	switch typ {
	case unix.IFF_TUN:
		return "tun"
	case unix.IFF_TAP:
		return "tap"
	}
	return "UNKNOWN:" + strconv.Itoa(int(typ))
}

func (v *View) tunQueues(p *printer.Printer, at rtnl.Attrs) {
	if on, _ := at.U8(unix.IFLA_TUN_MULTI_QUEUE); on == 0 {
		if p.JSON() {
			p.Bool("multi_queue", "", false)
		}
		return
	}
	p.Bool("multi_queue", "multi_queue ", true)
	v.field(p, at, &field{unix.IFLA_TUN_NUM_QUEUES, asU32, "numqueues", "numqueues %u "})
	v.field(p, at, &field{unix.IFLA_TUN_NUM_DISABLED_QUEUES, asU32, "numdisabled", "numdisabled %u "})
}

// tunOwner prints who may use the device, by name or by number.
func tunOwner(p *printer.Printer, key, named, numbered string, id uint32, name func(uint32) (string, bool)) {
	if n, ok := name(id); ok {
		p.String(key, named, n)
	} else {
		p.Uint(key, numbered, uint64(id))
	}
}
