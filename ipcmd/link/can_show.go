package link

import (
	"strconv"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// What x/sys/unix lacks of linux/can/netlink.h.
const (
	canTDCAttr     = 16 // IFLA_CAN_TDC
	canCtrlmodeExt = 17 // IFLA_CAN_CTRLMODE_EXT
)

// The attributes inside of those.
const (
	canTDCVMin = 1 + iota
	canTDCVMax
	canTDCOMin
	canTDCOMax
	canTDCFMin
	canTDCFMax
	canTDCV
	canTDCO
	canTDCF

	canCtrlmodeSupported = 1
)

// canModes are CAN_CTRLMODE_* in the order of printing.
var canModes = [...]bitName{
	{0x1, "LOOPBACK"}, {0x2, "LISTEN-ONLY"}, {0x4, "TRIPLE-SAMPLING"},
	{0x8, "ONE-SHOT"}, {0x10, "BERR-REPORTING"}, {0x20, "FD"},
	{0x80, "FD-NON-ISO"}, {0x40, "PRESUME-ACK"}, {0x100, "CC-LEN8-DLC"},
	{0x200, "TDC-AUTO"}, {0x400, "TDC-MANUAL"},
}

// canStates are CAN_STATE_*.
var canStates = [...]string{
	"ERROR-ACTIVE", "ERROR-WARNING", "ERROR-PASSIVE", "BUS-OFF", "STOPPED", "SLEEPING",
}

// canTiming says how the timing of one of the two phases of a frame is printed.
type canTiming struct {
	timing, constant, bitrates int
	// prefix stands before the words of text.
	prefix                           string
	key, constKey, rateKey, ratesKey string
	hasTDC                           bool
}

var (
	canNominal = canTiming{
		timing: unix.IFLA_CAN_BITTIMING, constant: unix.IFLA_CAN_BITTIMING_CONST,
		bitrates: unix.IFLA_CAN_BITRATE_CONST,
		key:      "bittiming", constKey: "bittiming_const",
		rateKey: "bittiming_bitrate", ratesKey: "bitrate_const",
	}
	canData = canTiming{
		timing: unix.IFLA_CAN_DATA_BITTIMING, constant: unix.IFLA_CAN_DATA_BITTIMING_CONST,
		bitrates: unix.IFLA_CAN_DATA_BITRATE_CONST, prefix: "d",
		key: "data_bittiming", constKey: "data_bittiming_const",
		rateKey: "data_bittiming_bitrate", ratesKey: "data_bitrate_const",
		hasTDC: true,
	}
)

// showCAN prints a CAN controller.
func showCAN(v *View, p *printer.Printer, at rtnl.Attrs) {
	if b := at.Get(unix.IFLA_CAN_CTRLMODE); b != nil {
		modes := word(b, 1)
		canMode(p, modes, "ctrlmode")
		if b := at.Get(canCtrlmodeExt); b != nil && p.JSON() {
			canModeSupport(p, b, modes)
		}
	}
	if state, ok := at.U32(unix.IFLA_CAN_STATE); ok {
		p.String("state", "state %s ", nameOf(canStates[:], state))
	}
	if b := at.Get(unix.IFLA_CAN_BERR_COUNTER); len(b) >= 4 {
		p.OpenObject("berr_counter")
		p.Uint("tx", "(berr-counter tx %u", uint64(native.Uint16(b)))
		p.Uint("rx", " rx %u) ", uint64(native.Uint16(b[2:])))
		p.CloseObject()
	}
	v.field(p, at, &field{unix.IFLA_CAN_RESTART_MS, asU32, "restart_ms", "restart-ms %u "})
	canNominal.show(p, at)
	canData.show(p, at)
	canTermination(p, at)
	if b := at.Get(unix.IFLA_CAN_CLOCK); b != nil {
		canLine(p)
		p.Uint("clock", " clock %u ", uint64(word(b, 0)))
	}
}

// canLine starts a line.
func canLine(p *printer.Printer) {
	p.NL()
	p.Text("\t ")
}

func canMode(p *printer.Printer, modes uint32, key string) {
	if modes == 0 {
		return
	}
	p.OpenArray(key, "<")
	if rest := bitNames(p, modes, canModes[:]); rest != 0 {
		p.Hex("", "%x", uint64(rest))
	}
	p.CloseArray("> ")
}

func canModeSupport(p *printer.Printer, b []byte, modes uint32) {
	var tb [canCtrlmodeSupported + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(b)
	if supported, ok := at.U32(canCtrlmodeSupported); ok {
		canMode(p, supported, "ctrlmode_supported")
		canMode(p, modes&^supported, "ctrlmode_static")
	}
}

func (t *canTiming) show(p *printer.Printer, at rtnl.Attrs) {
	timing := at.Get(t.timing)
	if rates := at.Get(t.bitrates); rates != nil {
		t.showBitrates(p, rates, word(timing, 0))
		return
	}
	if timing != nil {
		t.showTiming(p, timing, at)
	}
	if b := at.Get(t.constant); len(b) >= canNameLen {
		t.showConstants(p, b, at)
	}
}

// showTiming prints struct can_bittiming.
func (t *canTiming) showTiming(p *printer.Printer, b []byte, at rtnl.Attrs) {
	number := func(i int, key, name string) {
		if p.JSON() {
			p.Uint(key, "", uint64(word(b, i)))
			return
		}
		p.String("", " %s", t.prefix)
		p.Text(name)
		p.Uint("", " %u", uint64(word(b, i)))
	}
	p.OpenObject(t.key)
	canLine(p)
	number(0, "bitrate", "bitrate")
	sample := strconv.FormatFloat(float64(word(b, 1))/1000, 'f', 3, 64)
	if !p.JSON() {
		p.String("", " %s", t.prefix)
	}
	p.String("sample_point", "sample-point %s", sample[:min(5, len(sample))])
	canLine(p)
	number(2, "tq", "tq")
	number(3, "prop_seg", "prop-seg")
	number(4, "phase_seg1", "phase-seg1")
	number(5, "phase_seg2", "phase-seg2")
	number(6, "sjw", "sjw")
	number(7, "brp", "brp")
	if b := at.Get(canTDCAttr); b != nil && t.hasTDC {
		canTDC(p, b)
	}
	p.CloseObject()
}

// canNameLen is the length of the name that struct can_bittiming_const begins
// with.
const canNameLen = 16

// showConstants prints struct can_bittiming_const.
func (t *canTiming) showConstants(p *printer.Printer, b []byte, at rtnl.Attrs) {
	n := b[canNameLen:]
	p.OpenObject(t.constKey)
	canLine(p)
	p.Bytes(printer.None, "name", " %s:", text(b[:canNameLen]))
	t.minMax(p, "tseg1", word(n, 0), word(n, 1))
	t.minMax(p, "tseg2", word(n, 2), word(n, 3))
	t.minMax(p, "sjw", 1, word(n, 4))
	t.minMax(p, "brp", word(n, 5), word(n, 6))
	if !p.JSON() {
		p.String("", " %s", t.prefix)
	}
	p.Uint("brp_inc", "brp_inc %u", uint64(word(n, 7)))
	if b := at.Get(canTDCAttr); b != nil && t.hasTDC {
		canTDCLimits(p, b)
	}
	p.CloseObject()
}

func (t *canTiming) minMax(p *printer.Printer, name string, least, most uint32) {
	p.Text(" ")
	p.Text(t.prefix)
	canMinMax(p, name, least, most)
}

// canMinMax prints two numbers, which text shows with a sign.
func canMinMax(p *printer.Printer, name string, least, most uint32) {
	p.Text(name)
	if p.JSON() {
		p.OpenObject(name)
		p.Uint("min", "", uint64(least))
		p.Uint("max", "", uint64(most))
		p.CloseObject()
		return
	}
	p.Int("", " %d", int64(int32(least)))
	p.Int("", "..%d", int64(int32(most)))
}

// showBitrates prints the bit rates that a controller has, six a line, and the
// one that it uses.
func (t *canTiming) showBitrates(p *printer.Printer, b []byte, rate uint32) {
	canLine(p)
	if !p.JSON() {
		p.String("", " %s", t.prefix)
	}
	p.Uint(t.rateKey, "bitrate %u", uint64(rate))
	canLine(p)
	p.OpenArray(t.ratesKey, "    [")
	count := len(b) / 4
	for i := range count {
		if i%6 == 0 && i > 0 {
			canLine(p)
			p.Text("     ")
		}
		form := "%8u, "
		if i == count-1 {
			form = "%8u"
		}
		p.Uint("", form, uint64(word(b, i)))
	}
	p.CloseArray(" ]")
}

// canTDC prints the compensation of the transmitter's delay.
func canTDC(p *printer.Printer, b []byte) {
	var tb [canTDCF + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(b)
	if !at.Has(canTDCV) && !at.Has(canTDCO) && !at.Has(canTDCF) {
		return
	}
	p.OpenObject("tdc")
	canLine(p)
	for _, r := range [...]field{
		{canTDCV, asU32, "tdcv", " tdcv %u"}, {canTDCO, asU32, "tdco", " tdco %u"},
		{canTDCF, asU32, "tdcf", " tdcf %u"},
	} {
		numberField(p, at, &r)
	}
	p.CloseObject()
}

func canTDCLimits(p *printer.Printer, b []byte) {
	var tb [canTDCF + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(b)
	p.OpenObject("tdc")
	canLine(p)
	for i, name := range [...]string{"tdcv", "tdco", "tdcf"} {
		least, ok := at.U32(canTDCVMin + 2*i)
		most, both := at.U32(canTDCVMax + 2*i)
		if ok && both {
			p.Text(" ")
			canMinMax(p, name, least, most)
		}
	}
	p.CloseObject()
}

// canTermination prints the resistor at the end of the bus and those that it
// could be, in ohms.
func canTermination(p *printer.Printer, at rtnl.Attrs) {
	value, ok := at.U16(unix.IFLA_CAN_TERMINATION)
	choice := at.Get(unix.IFLA_CAN_TERMINATION_CONST)
	if !ok || choice == nil {
		return
	}
	canLine(p)
	p.Uint("termination", " termination %u [ ", uint64(value))
	p.OpenArray("termination_const", "")
	for ; len(choice) >= 2; choice = choice[2:] {
		form := "%u, "
		if len(choice) < 4 {
			form = "%u"
		}
		p.Uint("", form, uint64(native.Uint16(choice)))
	}
	p.CloseArray(" ]")
}

// canStatsSize is the size of struct can_device_stats.
const canStatsSize = 6 * 4

// showCANStats prints the events of a CAN controller.
func showCANStats(p *printer.Printer, b []byte) {
	if len(b) != canStatsSize {
		return
	}
	canLine(p)
	p.Text(" re-started bus-errors arbit-lost error-warn error-pass bus-off")
	canLine(p)
	for _, r := range [...]struct {
		key string
		at  int
	}{
		{"restarts", 5}, {"bus_error", 0}, {"arbitration_lost", 4},
		{"error_warning", 1}, {"error_passive", 2}, {"bus_off", 3},
	} {
		p.Uint(r.key, " %-10u", uint64(word(b, r.at)))
	}
}
