package link

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// showMacvlan prints a macvlan or macvtap.
func showMacvlan(v *View, p *printer.Printer, at rtnl.Attrs) {
	mode, ok := at.U32(unix.IFLA_MACVLAN_MODE)
	if !ok {
		return
	}
	p.String("mode", "mode %s ", macvlanMode(mode))
	flags, _ := at.U16(unix.IFLA_MACVLAN_FLAGS)
	if flags&macvlanNoPromisc != 0 {
		p.Bool("nopromisc", "nopromisc ", true)
	}
	if flags&macvlanNoDst != 0 {
		p.Bool("nodst", "nodst ", true)
	}
	v.field(p, at, &field{unix.IFLA_MACVLAN_BC_QUEUE_LEN, asU32, "bcqueuelen", "bcqueuelen %u "})
	v.field(p, at, &field{unix.IFLA_MACVLAN_BC_QUEUE_LEN_USED, asU32, "usedbcqueuelen", "usedbcqueuelen %u "})
	if mode == macvlanSource {
		v.macvlanSources(p, at)
	}
}

// macvlanSource is the mode that goes by the sender's address.
const macvlanSource = 16

// macvlanMode names a mode (enum macvlan_mode), each of which is a bit.
func macvlanMode(mode uint32) string {
	switch mode {
	case 1:
		return "private"
	case 2:
		return "vepa"
	case 4:
		return "bridge"
	case macvlanPassthru:
		return "passthru"
	case macvlanSource:
		return "source"
	}
	return "unknown"
}

// macvlanSources prints the addresses that the mode source lets through.
func (v *View) macvlanSources(p *printer.Printer, at rtnl.Attrs) {
	count, ok := at.S32(unix.IFLA_MACVLAN_MACADDR_COUNT)
	if !ok {
		return
	}
	p.Int("macaddr_count", "remotes (%d) ", int64(count))
	list := at.Get(unix.IFLA_MACVLAN_MACADDR_DATA)
	if list == nil {
		return
	}
	p.OpenArray("macaddr_data", "")
	for typ, b := range rtnl.All(list) {
		if typ == unix.IFLA_MACVLAN_MACADDR && len(b) >= macLen {
			v.buf = format.AppendMAC(v.buf[:0], b[:macLen])
			p.Bytes(printer.None, "", "%s ", v.buf)
		}
	}
	p.CloseArray("")
}
