package link

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/secy"
)

// macsecSwitch is a switch of a MACsec device, which text calls otherwise than
// JSON.
type macsecSwitch struct {
	attr      int
	key, text string
}

var macsecSwitches = [...]macsecSwitch{
	{unix.IFLA_MACSEC_ENCRYPT, "encrypt", "encrypt %s "},
	{unix.IFLA_MACSEC_INC_SCI, "inc_sci", "send_sci %s "},
	{unix.IFLA_MACSEC_ES, "es", "end_station %s "},
	{unix.IFLA_MACSEC_SCB, "scb", "scb %s "},
	{unix.IFLA_MACSEC_REPLAY_PROTECT, "replay_protect", "replay %s "},
}

// showMACsec prints a MACsec device (IEEE 802.1AE).
func showMACsec(v *View, p *printer.Printer, at rtnl.Attrs) {
	if b := at.Get(unix.IFLA_MACSEC_SCI); len(b) >= 8 {
		// The identifier is in network order: its bytes as they come.
		p.Bytes(printer.None, "sci", "sci %s ", v.hex(b[:8]))
	}
	v.field(p, at, &field{unix.IFLA_MACSEC_PROTECT, asOnOff, "protect", "protect %s "})
	if id, ok := at.U64(unix.IFLA_MACSEC_CIPHER_SUITE); ok {
		p.String("cipher_suite", "cipher %s ", secy.CipherName(id))
	}
	v.field(p, at, &field{unix.IFLA_MACSEC_ICV_LEN, asU8, "icv_len", "icvlen %u "})
	v.field(p, at, &field{unix.IFLA_MACSEC_ENCODING_SA, asU8, "encoding_sa", "encodingsa %u "})
	macsecWord(p, at, unix.IFLA_MACSEC_VALIDATION, "validation", "validate %s ", secy.Validations())
	macsecWord(p, at, unix.IFLA_MACSEC_OFFLOAD, "offload", "offload %s ", secy.Offloads())
	for _, s := range macsecSwitches {
		v.field(p, at, &field{s.attr, asOnOff, s.key, s.text})
	}
	v.field(p, at, &field{unix.IFLA_MACSEC_WINDOW, asS32, "window", "window %d "})
}

func macsecWord(p *printer.Printer, at rtnl.Attrs, attr int, key, text string, list []string) {
	if n, ok := at.U8(attr); ok {
		p.String(key, text, secy.NameOf(list, n))
	}
}
