package link

import (
	"strconv"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
	"github.com/nlbox/nlbox/ipcmd/secy"
)

// The lengths of an integrity check value that ip takes, in bytes.
const (
	macsecMinICV = 8
	macsecMaxICV = 16
)

// Values of options that were not given.
const (
	macsecNoWindow = 1<<32 - 1
	macsecNoAN     = 0xff
)

// macsecOpts are the options that are sent behind the others, or are looked at
// together.
type macsecOpts struct {
	cipher uint64
	icvLen uint8
	window uint32
	an     uint8
	// hasReplay says that replay was given.
	replay, hasReplay        bool
	sendSCI, endStation, scb bool
}

func parseMACsec(p *kindParser) error {
	channel, given, err := secy.ReadChannel(p.Cursor, true, true)
	if err != nil {
		return err
	}
	switch {
	case channel.HasSCI():
		p.r.Attr(unix.IFLA_MACSEC_SCI, channel.SCI[:])
	case given:
		p.r.BE16(unix.IFLA_MACSEC_PORT, channel.Port)
	}
	o := &macsecOpts{window: macsecNoWindow, an: macsecNoAN}
	table := o.options()
	for ; p.More(); p.Skip() {
		option := findOption(table, p.Word())
		if option == nil { // help is no word of this kind
			return p.explain(`macsec: unknown command "` + p.Word() + "\"?\n")
		}
		if err := p.option(option); err != nil {
			return err
		}
	}
	if err := o.check(); err != nil {
		return err
	}
	o.send(p)
	return nil
}

func (o *macsecOpts) options() []Option {
	return []Option{
		exact("cipher", o.readCipher),
		exact("icvlen", o.readICVLen),
		{Name: "encrypt", Exact: true, Value: OnOff8, Attr: unix.IFLA_MACSEC_ENCRYPT},
		macsecFlag("send_sci", unix.IFLA_MACSEC_INC_SCI, &o.sendSCI),
		macsecFlag("end_station", unix.IFLA_MACSEC_ES, &o.endStation),
		macsecFlag("scb", unix.IFLA_MACSEC_SCB, &o.scb),
		{Name: "protect", Exact: true, Value: OnOff8, Attr: unix.IFLA_MACSEC_PROTECT},
		exact("replay", o.readReplay),
		exact("window", func(p *kindParser) (err error) {
			o.window, err = read(p, format.ParseU32, "expected replay window size")
			return err
		}),
		macsecEnum("validate", unix.IFLA_MACSEC_VALIDATION, secy.Validations()),
		exact("encodingsa", o.readEncodingSA),
		macsecEnum("offload", unix.IFLA_MACSEC_OFFLOAD, secy.Offloads()),
	}
}

// macsecFlag is a switch that is remembered too.
func macsecFlag(name string, attr uint16, into *bool) Option {
	return exact(name, func(p *kindParser) error {
		v, err := p.Value()
		if err != nil {
			return err
		}
		on, err := onOff(name, v)
		if err != nil {
			return err
		}
		*into = on != 0
		p.r.U8(attr, on)
		return nil
	})
}

func macsecEnum(name string, attr uint16, list []string) Option {
	return exact(name, func(p *kindParser) error {
		v, err := p.Value()
		if err != nil {
			return err
		}
		n, err := object.OneOf(name, v, list)
		if err != nil {
			return err
		}
		p.r.U8(attr, uint8(n))
		return nil
	})
}

func (o *macsecOpts) readCipher(p *kindParser) error {
	v, err := p.Value()
	switch {
	case err != nil:
		return err
	case o.cipher != 0:
		return words.Duplicate("cipher", v)
	}
	var ok bool
	if o.cipher, ok = secy.CipherID(v); !ok {
		return words.Invalid("expected: default, gcm-aes-128, gcm-aes-256, gcm-aes-xpn-128 or gcm-aes-xpn-256", v)
	}
	return nil
}

func (o *macsecOpts) readICVLen(p *kindParser) error {
	v, err := p.Value()
	switch {
	case err != nil:
		return err
	case o.icvLen != 0:
		return words.Duplicate("icvlen", v)
	}
	n, ok := format.ParseU8(v, 10)
	switch {
	case !ok:
		return words.Invalid("expected ICV length", v)
	case n < macsecMinICV || n > macsecMaxICV:
		return words.Invalid("ICV length must be in the range {8..16}", v)
	}
	o.icvLen = n
	return nil
}

func (o *macsecOpts) readReplay(p *kindParser) error {
	v, err := p.Value()
	if err != nil {
		return err
	}
	on, err := onOff("replay", v)
	o.replay, o.hasReplay = on != 0, true
	return err
}

func (o *macsecOpts) readEncodingSA(p *kindParser) error {
	if o.an != macsecNoAN {
		return words.Garbage("encodingsa", "encodingsa")
	}
	v, err := p.Value()
	if err != nil {
		return err
	}
	o.an, err = secy.AN(v)
	return err
}

// check refuses options that do not go together.
func (o *macsecOpts) check() error {
	switch {
	case o.sendSCI && (o.endStation || o.scb), o.endStation && o.scb:
		return object.Fail(object.StatusLocal, "invalid combination of send_sci/end_station/scb")
	case o.window != macsecNoWindow && !o.hasReplay:
		return object.Fail(object.StatusLocal, "replay window set, but replay protection not enabled."+
			" did you mean 'replay on window "+strconv.FormatUint(uint64(o.window), 10)+"'?")
	case o.window == macsecNoWindow && o.replay:
		return object.Fail(object.StatusLocal, "replay protection enabled, but no window set."+
			" did you mean 'replay on window VALUE'?")
	}
	return nil
}

func (o *macsecOpts) send(p *kindParser) {
	if o.cipher != 0 {
		p.r.U64(unix.IFLA_MACSEC_CIPHER_SUITE, o.cipher)
	}
	if o.icvLen != 0 {
		p.r.U8(unix.IFLA_MACSEC_ICV_LEN, o.icvLen)
	}
	if o.hasReplay {
		p.r.U32(unix.IFLA_MACSEC_WINDOW, o.window)
		on := uint8(0)
		if o.replay {
			on = 1
		}
		p.r.U8(unix.IFLA_MACSEC_REPLAY_PROTECT, on)
	}
	if o.an != macsecNoAN {
		p.r.U8(unix.IFLA_MACSEC_ENCODING_SA, o.an)
	}
}

const macsecHelp = `Usage: ... macsec [ [ address <lladdr> ] port { 1..2^16-1 } | sci <u64> ]
                  [ cipher { default | gcm-aes-128 | gcm-aes-256 | gcm-aes-xpn-128 | gcm-aes-xpn-256 } ]
                  [ icvlen { 8..16 } ]
                  [ encrypt { on | off } ]
                  [ send_sci { on | off } ]
                  [ end_station { on | off } ]
                  [ scb { on | off } ]
                  [ protect { on | off } ]
                  [ replay { on | off} window { 0..2^32-1 } ]
                  [ validate { strict | check | disabled } ]
                  [ encodingsa { 0..3 } ]
                  [ offload { mac | phy | off } ]
`
