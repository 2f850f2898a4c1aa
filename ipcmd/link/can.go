package link

import (
	"math"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// The modes of a controller that keywords set (linux/can/netlink.h).
const (
	canLoopback      = 0x1
	canListenOnly    = 0x2
	canTriple        = 0x4
	canOneShot       = 0x8
	canBerrReporting = 0x10
	canFD            = 0x20
	canPresumeAck    = 0x40
	canFDNonISO      = 0x80
	canLen8DLC       = 0x100
	canTDCAuto       = 0x200
	canTDCManual     = 0x400
)

// canBitTiming is struct can_bittiming, in the units of the keywords: bit/s, the
// sample point in 1/1000 of a bit, ns, and time quanta for the rest.
type canBitTiming struct {
	bitrate, samplePoint, tq, propSeg, phaseSeg1, phaseSeg2, sjw, brp uint32
}

// canOpts are the options that are sent together, behind all others.
type canOpts struct {
	nominal, data canBitTiming
	mode, mask    uint32
	// tdc are TDCV, TDCO and TDCF; canNoTDC is one that was not given.
	tdc [3]uint32
}

const canNoTDC = math.MaxUint32

func parseCAN(p *kindParser) error {
	o := &canOpts{tdc: [3]uint32{canNoTDC, canNoTDC, canNoTDC}}
	table := o.options()
	for ; p.More(); p.Skip() {
		option := findOption(table, p.Word())
		switch {
		case option == nil && p.Prefix("help"):
			return p.explain("")
		case option == nil:
			return p.explain(`can: unknown option "` + p.Word() + "\"\n")
		}
		if err := p.option(option); err != nil {
			return err
		}
	}
	o.send(p)
	return nil
}

func (o *canOpts) options() []Option {
	table := append(o.nominal.options(""), o.data.options("d")...)
	for i, name := range [...]string{"tdcv", "tdco", "tdcf"} {
		table = append(table, canNumber(name, &o.tdc[i]))
	}
	return append(table,
		o.switches("loopback", canLoopback),
		o.switches("listen-only", canListenOnly),
		o.switches("triple-sampling", canTriple),
		o.switches("one-shot", canOneShot),
		o.switches("berr-reporting", canBerrReporting),
		o.switches("fd", canFD),
		o.switches("fd-non-iso", canFDNonISO),
		o.switches("presume-ack", canPresumeAck),
		o.switches("cc-len8-dlc", canLen8DLC),
		prefixed("tdc-mode", o.readTDCMode),
		Option{Name: "restart", Value: Const32, Attr: unix.IFLA_CAN_RESTART, Const: 1},
		Option{Name: "restart-ms", Value: U32, Attr: unix.IFLA_CAN_RESTART_MS, Wrong: canWrong("restart-ms")},
		Option{Name: "termination", Value: U16, Attr: unix.IFLA_CAN_TERMINATION, Wrong: canWrong("termination")},
	)
}

// options are the keywords of one phase of a frame, with prefix before them.
func (t *canBitTiming) options(prefix string) []Option {
	return []Option{
		canNumber(prefix+"bitrate", &t.bitrate),
		canFraction(prefix+"sample-point", &t.samplePoint),
		canNumber(prefix+"tq", &t.tq),
		canNumber(prefix+"prop-seg", &t.propSeg),
		canNumber(prefix+"phase-seg1", &t.phaseSeg1),
		canNumber(prefix+"phase-seg2", &t.phaseSeg2),
		canNumber(prefix+"sjw", &t.sjw),
	}
}

func canWrong(name string) string { return `invalid "` + name + "\" value\n" }

func canNumber(name string, into *uint32) Option {
	return prefixed(name, func(p *kindParser) (err error) {
		*into, err = read(p, format.ParseU32, canWrong(name))
		return err
	})
}

// canFraction is a number between 0 and 1, kept in thousandths. As in the
// original it is multiplied in single precision and not checked.
func canFraction(name string, into *uint32) Option {
	return prefixed(name, func(p *kindParser) error {
		v, err := p.Value()
		if err != nil {
			return err
		}
		f, n := format.Strtof(v)
		if n == 0 || n != len(v) {
			return words.Invalid(canWrong(name), v)
		}
		*into = format.Truncate32(float64(f * 1000))
		return nil
	})
}

func (o *canOpts) switches(name string, mode uint32) Option {
	return prefixed(name, func(p *kindParser) error {
		v, err := p.Value()
		if err != nil {
			return err
		}
		on, err := strictOnOff(name, v)
		if err != nil {
			return object.Abort(object.StatusUsage, err.Error())
		}
		o.mask |= mode
		if on {
			o.mode |= mode
		}
		return nil
	})
}

func (o *canOpts) readTDCMode(p *kindParser) error {
	v, err := p.Value()
	switch {
	case err != nil:
		return err
	case v == "auto":
		o.mode |= canTDCAuto
		o.mask |= canTDCAuto
	case v == "manual":
		o.mode |= canTDCManual
		o.mask |= canTDCManual
	case v == "off":
		o.mask |= canTDCAuto | canTDCManual
	default:
		return object.Abort(object.StatusUsage,
			`Error: argument of "tdc-mode" must be "auto", "manual" or "off", not "`+v+`"`)
	}
	return nil
}

func (o *canOpts) send(p *kindParser) {
	o.nominal.send(p, unix.IFLA_CAN_BITTIMING)
	o.data.send(p, unix.IFLA_CAN_DATA_BITTIMING)
	if o.mask != 0 {
		p.r.Attr(unix.IFLA_CAN_CTRLMODE, appendWords(nil, o.mask, o.mode)) // struct can_ctrlmode
	}
	if o.tdc == [3]uint32{canNoTDC, canNoTDC, canNoTDC} {
		return
	}
	nest := p.r.Nest(canTDCAttr | unix.NLA_F_NESTED)
	for i, n := range o.tdc {
		if n != canNoTDC {
			p.r.U32(canTDCV+uint16(i), n)
		}
	}
	p.r.End(nest)
}

// send appends a timing. The other values count with a bit rate or a length of
// the quantum only.
func (t *canBitTiming) send(p *kindParser, attr uint16) {
	if t.bitrate != 0 || t.tq != 0 {
		p.r.Attr(attr, appendWords(nil, t.bitrate, t.samplePoint, t.tq,
			t.propSeg, t.phaseSeg1, t.phaseSeg2, t.sjw, t.brp))
	}
}

func appendWords(b []byte, words ...uint32) []byte {
	for _, w := range words {
		b = native.AppendUint32(b, w)
	}
	return b
}

const canHelp = `Usage: ip link set DEVICE type can
	[ bitrate BITRATE [ sample-point SAMPLE-POINT] ] |
	[ tq TQ prop-seg PROP_SEG phase-seg1 PHASE-SEG1
 	  phase-seg2 PHASE-SEG2 [ sjw SJW ] ]

	[ dbitrate BITRATE [ dsample-point SAMPLE-POINT] ] |
	[ dtq TQ dprop-seg PROP_SEG dphase-seg1 PHASE-SEG1
 	  dphase-seg2 PHASE-SEG2 [ dsjw SJW ] ]
	[ tdcv TDCV tdco TDCO tdcf TDCF ]

	[ loopback { on | off } ]
	[ listen-only { on | off } ]
	[ triple-sampling { on | off } ]
	[ one-shot { on | off } ]
	[ berr-reporting { on | off } ]
	[ fd { on | off } ]
	[ fd-non-iso { on | off } ]
	[ presume-ack { on | off } ]
	[ cc-len8-dlc { on | off } ]
	[ tdc-mode { auto | manual | off } ]

	[ restart-ms TIME-MS ]
	[ restart ]

	[ termination { 0..65535 } ]

	Where: BITRATE	:= { NUMBER in bps }
		  SAMPLE-POINT	:= { 0.000..0.999 }
		  TQ		:= { NUMBER in ns }
		  PROP-SEG	:= { NUMBER in tq }
		  PHASE-SEG1	:= { NUMBER in tq }
		  PHASE-SEG2	:= { NUMBER in tq }
		  SJW		:= { NUMBER in tq }
		  TDCV		:= { NUMBER in tc }
		  TDCO		:= { NUMBER in tc }
		  TDCF		:= { NUMBER in tc }
		  RESTART-MS	:= { 0 | NUMBER in ms }
`
