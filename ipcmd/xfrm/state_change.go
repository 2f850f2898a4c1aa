package xfrm

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// stateWords is what the words of add and update say.
type stateWords struct {
	info  saInfo
	id    idWords
	sel   selWords
	algos algoSet

	mark, outputMark                mark
	window, seq, oseq, seqHi, oseqH uint32
	extraFlags, ifID, tfcPad        uint32
	index                           int32
	offloadDir                      uint8

	hasID, hasCoa, hasCtx, hasIfID, offload bool
}

// changeState is add or update.
func changeState(typ uint16) object.Main {
	return func(c *object.Context, args []string) error {
		r := rtnl.NewRequest(typ, 0)
		if err := parseState(c, r, args); err != nil {
			return err
		}
		return change(c, r)
	}
}

// parseState reads the words of add and update into a request.
func parseState(c *object.Context, r *rtnl.Request, args []string) error {
	p := newParser(c, args)
	m := message{r, c}
	r.Raw(make([]byte, sizeSA)) // written last
	w := &stateWords{info: saInfo{life: lifetime{limits: unlimited()}}}
	w.id.family = p.family
	if err := p.each(func() error { return w.word(p, m) }); err != nil {
		return err
	}
	if err := w.put(m); err != nil {
		return err
	}
	w.info.id, w.info.src, w.info.family, w.info.sel = w.id.id, w.id.src, w.id.family, w.sel.selector
	if w.info.family == unix.AF_UNSPEC {
		w.info.family = unix.AF_INET
	}
	copy(r.Payload(), w.info.append(nil))
	return nil
}

// word reads a keyword. Some become attributes at once.
func (w *stateWords) word(p *parser, m message) error {
	switch p.Word() {
	case "mode":
		return p.mode(&w.info.mode)
	case "mark":
		return p.mark(&w.mark)
	case "reqid":
		return p.reqID(&w.info.reqID)
	case "seq":
		return p.seq(&w.info.seq)
	case "flag":
		return p.flags(&w.info.flags, stateFlags[:])
	case "extra-flag":
		return w.extra(p)
	case "sel":
		return w.selector(p)
	case "limit":
		return p.limit(&w.info.life.limits)
	case "encap":
		return encap(p, m)
	case "coa":
		return w.coa(p, m)
	case "ctx":
		b, err := p.context(&w.hasCtx)
		if err == nil {
			m.attr(attrSecCtx, b, roomy)
		}
		return err
	case "offload":
		return w.offloadWords(p)
	case "output-mark":
		if err := p.u32(&w.outputMark.value, `value after "output-mark" is invalid`); err != nil {
			return err
		}
		_, err := p.mask(&w.outputMark.mask, "mask value is invalid\n")
		return err
	}
	if into := w.plain(p.Word()); into != nil {
		return p.u32(into, `value after "`+p.Word()+`" is invalid`)
	}
	if kind, ok := number(algoRows[:], p.Word()); ok {
		return w.algos.word(p, m, kind)
	}
	if w.hasID {
		return p.unknown()
	}
	w.hasID = true
	err := p.id(&w.id, true)
	if p.family == unix.AF_UNSPEC {
		p.family = w.id.family
	}
	return err
}

// plain finds where the number of a keyword goes.
func (w *stateWords) plain(keyword string) *uint32 {
	switch keyword {
	case "replay-window":
		return &w.window
	case "replay-seq":
		return &w.seq
	case "replay-seq-hi":
		return &w.seqHi
	case "replay-oseq":
		return &w.oseq
	case "replay-oseq-hi":
		return &w.oseqH
	case "if_id":
		w.hasIfID = true
		return &w.ifID
	case "tfcpad":
		return &w.tfcPad
	}
	return nil
}

// extra reads extra flags: their names, or one number in hex.
func (w *stateWords) extra(p *parser) error {
	word, err := p.Value()
	if err != nil {
		return err
	}
	if isHex(word) {
		v, ok := format.ParseU32(word, 16)
		if !ok {
			return words.Invalid(`"EXTRA-FLAG" is invalid`, word)
		}
		w.extraFlags = v
		return nil
	}
	return p.group(func() (bool, error) {
		v, ok := number(extraFlags[:], p.Word())
		w.extraFlags |= uint32(v)
		return ok, nil
	})
}

// selector reads the selector, which decides about the family of what follows.
func (w *stateWords) selector(p *parser) error {
	if _, err := p.Value(); err != nil {
		return err
	}
	p.family = unix.AF_UNSPEC
	err := p.selector(&w.sel)
	p.family = w.sel.family
	return err
}

// encap reads the encapsulation: its type, both ports and the original address.
func encap(p *parser, m message) error {
	var typ uint8
	var sport, dport uint16
	if err := p.value(&typ, encapRows[:], "ENCAP-TYPE value is invalid"); err != nil {
		return err
	}
	if err := p.u16(&sport, `SPORT value after "encap" is invalid`); err != nil {
		return err
	}
	if err := p.u16(&dport, `DPORT value after "encap" is invalid`); err != nil {
		return err
	}
	word, err := p.Value()
	if err != nil {
		return err
	}
	from, err := p.c.Addr(word, unix.AF_UNSPEC)
	if err != nil {
		return err
	}
	b := native.AppendUint16(nil, uint16(typ))
	b = append(b, byte(sport>>8), byte(sport), byte(dport>>8), byte(dport), 0, 0)
	m.attr(attrEncap, append(b, padded(from.Addr)...), roomy)
	return nil
}

// padded is an address with the zeros that it lies in a message with.
func padded(a []byte) []byte {
	var b address
	copy(b[:], a)
	return b[:]
}

func (w *stateWords) coa(p *parser, m message) error {
	if err := p.once(&w.hasCoa, "coa"); err != nil {
		return err
	}
	a, err := p.prefix("coa")
	if err == nil {
		m.attr(attrCoAddr, padded(a.Addr), roomy)
	}
	return err
}

// offloadWords reads "offload [dev DEV] dir DIR".
func (w *stateWords) offloadWords(p *parser) error {
	w.offload = true
	word, err := p.Value()
	if err != nil {
		return err
	}
	if word == "dev" {
		if word, err = p.Value(); err != nil {
			return err
		}
		if w.index = p.c.Links().Index(word); w.index == 0 {
			return words.Invalid(`value after "offload dev" is invalid`, word)
		}
		if word, err = p.Value(); err != nil {
			return err
		}
	}
	if word != "dir" {
		return words.Invalid(`value after "offload dir" is invalid`, word)
	}
	return p.value(&w.offloadDir, offloadRows[:], "DIR value is invalid")
}

// put appends the attributes that are made of more than one keyword, in the
// original's order, and finds what is wrong with the words together.
func (w *stateWords) put(m message) error {
	esn := w.info.flags&flagESN != 0
	if esn && w.window == 0 {
		return object.Abort(object.StatusUsage, "Error: esn flag set without replay-window.")
	}
	if w.window > maxReplayWindow {
		return object.Abort(object.StatusUsage, "Error: replay-window ("+decimal(uint64(w.window))+
			") > XFRMA_REPLAY_ESN_MAX ("+decimal(maxReplayWindow)+").")
	}
	if w.offload {
		b := native.AppendUint32(nil, uint32(w.index))
		m.attr(attrOffload, append(b, w.offloadDir, 0, 0, 0), roomy)
	}
	w.putReplay(m, esn || w.window > 32)
	if w.extraFlags != 0 {
		m.u32(attrExtraFlags, w.extraFlags, roomy)
	}
	if !w.hasID {
		return local("Not enough information: ID is required")
	}
	if w.mark.mask != 0 && !m.attr(attrMark, w.mark.bytes(), roomy) {
		return local("XFRMA_MARK failed")
	}
	if w.hasIfID {
		m.u32(attrIfID, w.ifID, roomy)
	}
	if w.tfcPad != 0 {
		m.u32(attrTFCPad, w.tfcPad, roomy)
	}
	if problem := w.problem(); problem != "" {
		return local(problem)
	}
	if w.outputMark.value != 0 {
		m.u32(attrOutputMark, w.outputMark.value, roomy)
	}
	if w.outputMark.mask != 0 {
		m.u32(attrOutputMask, w.outputMark.mask, roomy)
	}
	return nil
}

// putReplay appends the state of the replay protection: a window of more than 32
// packets does not fit into the header.
func (w *stateWords) putReplay(m message, large bool) {
	switch {
	case large:
		var b []byte
		for _, v := range [...]uint32{(w.window + 31) / 32, w.oseq, w.seq, w.oseqH, w.seqHi, w.window} {
			b = native.AppendUint32(b, v)
		}
		m.attr(attrReplayESN, b, roomy)
		return
	case w.seq != 0 || w.oseq != 0:
		b := native.AppendUint32(native.AppendUint32(nil, w.oseq), w.seq)
		m.attr(attrReplay, append(b, 0, 0, 0, 0), roomy)
	}
	w.info.replayWindow = uint8(w.window)
}
