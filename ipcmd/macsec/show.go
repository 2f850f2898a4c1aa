package macsec

import (
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
	"github.com/nlbox/nlbox/ipcmd/secy"
)

// show shows all MACsec devices, or one.
func show(c *object.Context, conn rtnl.Conn, family uint16, args []string) error {
	v := &view{name: c.Links().Name, stats: c.Opt.Stats > 0}
	if len(args) > 0 {
		var err error
		if v.only, err = device(c, args); err != nil {
			return err
		}
	}
	if len(args) > 1 {
		return words.Usage(usage)
	}
	p := c.Printer()
	p.Open()
	defer p.Close()
	err := conn.Dump(rtnl.NewGeneric(family, cmdShow, version, 0), func(m *rtnl.Msg) error { return v.print(p, m) })
	return object.DumpFailed(err, object.StatusLocal)
}

// view prints devices.
type view struct {
	// only is the device to print, 0 for all.
	only int32
	// name finds the name of an interface.
	name func(int32) string
	// stats adds counters.
	stats bool
}

// margin stands before each line below a device.
const margin = "    "

// print prints a device.
func (v *view) print(p *printer.Printer, m *rtnl.Msg) error {
	_, attrs, ok := m.Generic()
	if !ok {
		return nil
	}
	var tb [attrOffload + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(attrs)
	var sub [secySCB + 1][]byte
	entity := rtnl.Attrs(sub[:])
	entity.Parse(at.Get(attrSecY))
	if !complete(at, entity) {
		return object.Abort(object.StatusLocal, "incomplete dump message\nDump terminated")
	}
	index, _ := at.S32(attrIndex)
	if v.only != 0 && v.only != index {
		return nil
	}
	p.OpenObject("")
	p.Uint("ifindex", "%u: ", uint64(uint32(index)))
	p.ColorString(printer.Ifname, "ifname", "%s: ", v.name(index))
	printEntity(p, entity)
	cipher, _ := entity.U64(secyCipher)
	sas := saPrinter{wide: secy.HasXPN(cipher), stats: v.stats}
	if err := v.txChannel(p, at, entity, &sas); err != nil {
		return err
	}
	if err := v.rxChannels(p, at.Get(attrRxSCs), &sas); err != nil {
		return err
	}
	if at.Has(attrOffload) {
		var sub [offloadType + 1][]byte
		inner := rtnl.Attrs(sub[:])
		inner.Parse(at.Get(attrOffload))
		by, _ := inner.U8(offloadType)
		p.String("offload", margin+"offload: %s ", secy.NameOf(secy.Offloads(), by))
		p.NL()
	}
	p.CloseObject()
	p.EndRecord()
	return nil
}

// complete tells whether a message has what the kernel always sends.
func complete(at, entity rtnl.Attrs) bool {
	for _, a := range [...]int{attrIndex, attrSecY, attrTxSAs, attrRxSCs, attrTxSCStats, attrSecYStats} {
		if !at.Has(a) {
			return false
		}
	}
	for a := secySCI; a <= secySCB; a++ {
		if a != secyWindow && !entity.Has(a) {
			return false
		}
	}
	return true
}

// printEntity prints the settings. The states called sc and sa are not sent: as
// in the original, they tell whether the encoding association is another than 0.
func printEntity(p *printer.Printer, at rtnl.Attrs) {
	flag(p, at, "protect", secyProtect)
	validate, _ := at.U8(secyValidate)
	p.String("validate", "validate %s ", secy.NameOf(secy.Validations(), validate))
	flag(p, at, "sc", secyEncodingSA)
	flag(p, at, "sa", secyEncodingSA)
	flag(p, at, "encrypt", secyEncrypt)
	flag(p, at, "send_sci", secySendSCI)
	flag(p, at, "end_station", secyEndStation)
	flag(p, at, "scb", secySCB)
	flag(p, at, "replay", secyReplay)
	if n, ok := at.U32(secyWindow); ok {
		p.Uint("window", "window %u ", uint64(n))
	}
	cipher, _ := at.U64(secyCipher)
	p.NL()
	p.String("cipher_suite", margin+"cipher suite: %s,", secy.CipherName(cipher))
	icv, _ := at.U8(secyICVLen)
	p.Uint("icv_length", " using ICV length %u\n", uint64(icv))
}

func flag(p *printer.Printer, at rtnl.Attrs, key string, attr int) {
	v, _ := at.U8(attr)
	p.Text(key)
	p.OnOff(key, " %s ", v != 0)
}

// sci reads a channel's identifier.
func sci(at rtnl.Attrs, attr int) uint64 {
	high, _ := at.BE32(attr)
	if b := at.Get(attr); len(b) >= 8 {
		return uint64(high)<<32 | uint64(b[4])<<24 | uint64(b[5])<<16 | uint64(b[6])<<8 | uint64(b[7])
	}
	return 0
}

func (v *view) txChannel(p *printer.Printer, at, entity rtnl.Attrs, sas *saPrinter) error {
	p.Text(margin)
	p.Hex0x("sci", "TXSC: %016x", sci(entity, secySCI))
	an, _ := entity.U8(secyEncodingSA)
	p.Uint("encoding_sa", " on SA %d\n", uint64(an))
	if v.stats {
		if err := printStats(p, secyCounters(), at.Get(attrSecYStats)); err != nil {
			return err
		}
		if err := printStats(p, txSCCounters(), at.Get(attrTxSCStats)); err != nil {
			return err
		}
	}
	return sas.list(p, at.Get(attrTxSAs), "%d:", txSACounters())
}

func (v *view) rxChannels(p *printer.Printer, list []byte, sas *saPrinter) error {
	p.OpenArray("rx_sc", "")
	for _, b := range rtnl.All(list) {
		var tb [rxscStats + 1][]byte
		at := rtnl.Attrs(tb[:])
		at.Parse(b)
		p.OpenObject("")
		p.Text(margin)
		p.Hex0x("sci", "RXSC: %016x,", sci(at, rxscSCI))
		printState(p, at, rxscActive, " state %s\n")
		if v.stats && at.Has(rxscStats) {
			if err := printStats(p, rxSCCounters(), at.Get(rxscStats)); err != nil {
				return err
			}
		}
		if err := sas.list(p, at.Get(rxscSAs), "%u:", rxSACounters()); err != nil {
			return err
		}
		p.CloseObject()
	}
	p.CloseArray("")
	return nil
}

// printState prints whether a channel or an association is in use.
func printState(p *printer.Printer, at rtnl.Attrs, attr int, text string) {
	active, _ := at.U8(attr)
	p.OnOff("active", text, active != 0)
}
