package fib

import (
	"encoding/binary"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
)

// ioam6Modes are the words for IOAM6_IPTUNNEL_MODE_*, by number.
var ioam6Modes = [...]string{"", "inline", "encap", "auto"}

// The bounds of a trace's frequency and of its data.
const (
	ioam6MaxFreq  = 1000000
	ioam6MaxTrace = 244
	ioam6FreqLen  = 15 // of the word
)

func (v *View) ioam6(b []byte) {
	var tb [ioam6FreqN + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(b)
	mode, ok := at.U8(ioam6Mode)
	k, ok1 := at.U32(ioam6FreqK)
	n, ok2 := at.U32(ioam6FreqN)
	trace := at.Get(ioam6Trace)
	if !ok || !ok1 || !ok2 || len(trace) < 8 {
		return
	}
	v.P.Uint("freqk", "freq %u", uint64(k))
	v.P.Uint("freqn", "/%u ", uint64(n))
	if mode != ioam6Inline && !at.Has(ioam6Dst) {
		return
	}
	name := "<unknown>"
	if mode != 0 && int(mode) < len(ioam6Modes) {
		name = ioam6Modes[mode]
	}
	v.P.String("mode", "mode %s ", name)
	if mode != ioam6Inline {
		v.Addr(printer.None, "tundst", "tundst %s ", unix.AF_INET6, at.Get(ioam6Dst))
	}
	v.P.Null("trace", "trace ", "")
	v.P.Null("prealloc", "prealloc ", "")
	v.P.Hex("type", "type %#08x ", uint64(binary.BigEndian.Uint32(trace[4:])>>8))
	v.P.Uint("ns", "ns %u ", uint64(binary.BigEndian.Uint16(trace)))
	v.P.Uint("size", "size %u ", uint64(trace[3]&0x7f)*4)
}

// ioam6Words are what the words of ioam6 come to: they have a fixed order.
type ioam6Words struct {
	k, n uint32
	mode uint8
	dst  []byte

	typ   uint32
	ns    uint16
	nsSet bool
	size  uint16
}

func parseIOAM6(w *encapWords) error {
	t := ioam6Words{k: 1, n: 1, mode: ioam6Inline}
	for _, step := range [...]func(*encapWords) error{t.parseFreq, t.parseMode, t.parseDst, t.parseTrace} {
		if err := step(w); err != nil {
			return err
		}
	}
	w.r.U32(ioam6FreqK, t.k)
	w.r.U32(ioam6FreqN, t.n)
	w.r.U8(ioam6Mode, t.mode)
	if t.mode != ioam6Inline {
		w.r.Attr(ioam6Dst, t.dst)
	}
	var trace [8]byte
	binary.BigEndian.PutUint16(trace[:], t.ns)
	trace[3] = byte(t.size / 4)
	binary.BigEndian.PutUint32(trace[4:], t.typ<<8)
	w.r.Attr(ioam6Trace, trace[:])
	return nil
}

// next goes on to the next word, which must be there.
func (w *encapWords) next() error {
	_, err := w.Value()
	return err
}

func (t *ioam6Words) parseFreq(w *encapWords) error {
	if !w.Is("freq") {
		return nil
	}
	word, err := w.Value()
	if err != nil {
		return err
	}
	if len(word) > ioam6FreqLen {
		return words.Invalid("Invalid frequency (too long)", word)
	}
	parts := strings.Split(word, "/")
	if len(parts) != 2 {
		return words.Invalid("Invalid frequency (malformed)", word)
	}
	var ok, ok2 bool
	t.k, ok = format.ParseU32(parts[0], 10)
	t.n, ok2 = format.ParseU32(parts[1], 10)
	switch {
	case !ok || !ok2:
		return words.Invalid("Invalid frequency (malformed)", word)
	case t.k < 1 || t.k > ioam6MaxFreq:
		return words.Invalid(`Out of bound "k" frequency`, word)
	case t.n < 1 || t.n > ioam6MaxFreq:
		return words.Invalid(`Out of bound "n" frequency`, word)
	case t.k > t.n:
		return words.Invalid("Frequency with k > n is forbidden", word)
	}
	return w.next()
}

func (t *ioam6Words) parseMode(w *encapWords) error {
	if !w.Is("mode") {
		return nil
	}
	word, err := w.Value()
	if err != nil {
		return err
	}
	mode, ok := indexOf(ioam6Modes[1:], word)
	if !ok {
		return words.Invalid("Invalid mode", word)
	}
	t.mode = mode + 1
	return w.next()
}

func (t *ioam6Words) parseDst(w *encapWords) error {
	if !w.Is("tundst") {
		if t.mode != ioam6Inline {
			return words.Missing("tundst")
		}
		return nil
	}
	if t.mode == ioam6Inline {
		return words.Invalid("Inline mode does not need tundst", w.Word())
	}
	word, err := w.Value()
	if err != nil {
		return err
	}
	p, err := w.c.Addr(word, unix.AF_INET6)
	if err != nil {
		return err
	}
	if len(p.Addr) != 16 {
		return words.Invalid("Invalid IPv6 address for tundst", word)
	}
	t.dst = p.Addr
	return w.next()
}

func (t *ioam6Words) parseTrace(w *encapWords) error {
	if !w.Is("trace") {
		return words.Missing("trace")
	}
	word, err := w.Value()
	if err != nil {
		return err
	}
	if word != "prealloc" {
		return words.Missing("prealloc")
	}
	// As in the original the cursor stays on the last word of the line, which is
	// then read once more.
	for _, more := w.Peek(); more; _, more = w.Peek() {
		w.Skip()
		taken, err := t.traceOption(w)
		if err != nil {
			return err
		}
		if !taken {
			break
		}
	}
	switch {
	case t.typ == 0:
		return words.Missing("type")
	case !t.nsSet:
		return words.Missing("ns")
	case t.size == 0:
		return words.Missing("size")
	}
	return nil
}

// traceOption reads one of type, ns and size.
func (t *ioam6Words) traceOption(w *encapWords) (taken bool, err error) {
	name := w.Word()
	if name != "type" && name != "ns" && name != "size" {
		return false, nil
	}
	word, err := w.Value()
	if err != nil {
		return false, err
	}
	if err := w.first(name, word); err != nil {
		return false, err
	}
	ok := true
	switch name {
	case "type":
		if t.typ, ok = format.ParseU32(word, 0); !ok || t.typ == 0 {
			return false, words.Invalid("Invalid trace type", word)
		}
	case "ns":
		if t.ns, ok = format.ParseU16(word, 0); !ok {
			return false, words.Invalid("Invalid namespace ID", word)
		}
		t.nsSet = true
	case "size":
		t.size, ok = format.ParseU16(word, 0)
		switch {
		case !ok || t.size == 0:
			return false, words.Invalid("Invalid trace size", word)
		case t.size%4 != 0:
			return false, words.Invalid("Trace size must be a 4-octet multiple", word)
		case t.size > ioam6MaxTrace:
			return false, words.Invalid("Trace size is too big", word)
		}
	}
	return true, nil
}
