package link

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
)

var (
	macsecValidations = [...]string{"disabled", "check", "strict"}
	macsecOffloads    = [...]string{"off", "phy", "mac"}
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
		p.String("cipher_suite", "cipher %s ", macsecCipher(id))
	}
	v.field(p, at, &field{unix.IFLA_MACSEC_ICV_LEN, asU8, "icv_len", "icvlen %u "})
	v.field(p, at, &field{unix.IFLA_MACSEC_ENCODING_SA, asU8, "encoding_sa", "encodingsa %u "})
	macsecWord(p, at, unix.IFLA_MACSEC_VALIDATION, "validation", "validate %s ", macsecValidations[:])
	macsecWord(p, at, unix.IFLA_MACSEC_OFFLOAD, "offload", "offload %s ", macsecOffloads[:])
	for _, s := range macsecSwitches {
		v.field(p, at, &field{s.attr, asOnOff, s.key, s.text})
	}
	v.field(p, at, &field{unix.IFLA_MACSEC_WINDOW, asS32, "window", "window %d "})
}

// unknownWord stands for a number without a name.
const unknownWord = "(unknown)"

func macsecWord(p *printer.Printer, at rtnl.Attrs, attr int, key, text string, list []string) {
	n, ok := at.U8(attr)
	switch {
	case !ok:
	case int(n) < len(list):
		p.String(key, text, list[n])
	default:
		p.String(key, text, unknownWord)
	}
}

// macsecCipher names a cipher suite (linux/if_macsec.h).
func macsecCipher(id uint64) string {
	switch id {
	case 0x0080020001000001, 0x0080c20001000001:
		return "GCM-AES-128"
	case 0x0080c20001000002:
		return "GCM-AES-256"
	case 0x0080c20001000003:
		return "GCM-AES-XPN-128"
	case 0x0080c20001000004:
		return "GCM-AES-XPN-256"
	}
	return unknownWord
}
