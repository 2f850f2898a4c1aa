package fib

import (
	"strings"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// seg6Actions are the words for SEG6_LOCAL_ACTION_*, by number.
var seg6Actions = [...]string{
	"", "End", "End.X", "End.T", "End.DX2", "End.DX6", "End.DX4", "End.DT6",
	"End.DT4", "End.B6", "End.B6.Encaps", "End.BM", "End.S", "End.AS",
	"End.AM", "End.BPF", "End.DT46",
}

const actionB6Encaps = 10 // the one whose header has no place for the destination

// seg6Flavors are the words for SEG6_LOCAL_FLV_OP_*, by number.
var seg6Flavors = [...]string{"", "psp", "usp", "usd", "next-csid"}

const flavorNextCSID = 4

func (v *View) seg6Local(b []byte) {
	var tb [localFlavors + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(b)
	action, ok := at.U32(localAction)
	if !ok {
		return
	}
	v.P.String("action", "action %s ", seg6Action(action))
	if at.Has(localSRH) {
		v.P.OpenObject("srh")
		v.srh(at.Get(localSRH))
		v.P.CloseObject()
	}
	if t, ok := at.U32(localTable); ok {
		v.P.String("table", "table %s ", v.Names.Table(t))
	}
	if t, ok := at.U32(localVRFTable); ok {
		v.P.String("vrftable", "vrftable %s ", v.Names.Table(t))
	}
	if at.Has(localNH4) {
		v.Addr(printer.None, "nh4", "nh4 %s ", unix.AF_INET, at.Get(localNH4))
	}
	if at.Has(localNH6) {
		v.Addr(printer.None, "nh6", "nh6 %s ", unix.AF_INET6, at.Get(localNH6))
	}
	if i, ok := at.S32(localIIF); ok {
		v.P.String("iif", "iif %s ", v.Link(i))
	}
	if i, ok := at.S32(localOIF); ok {
		v.P.String("oif", "oif %s ", v.Link(i))
	}
	if at.Has(localBPF) {
		v.bpfProg("endpoint", at.Get(localBPF))
	}
	if at.Has(localCounters) && v.Stats > 0 {
		v.seg6Counters(at.Get(localCounters))
	}
	if at.Has(localFlavors) {
		v.flavors(at.Get(localFlavors))
	}
}

func seg6Action(action uint32) string {
	switch {
	case action >= uint32(len(seg6Actions)):
		return "<invalid>"
	case action == 0:
		return "<unknown>"
	}
	return seg6Actions[action]
}

func (v *View) seg6Counters(b []byte) {
	var tb [counterErrors + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(b)
	v.P.OpenObject("stats64")
	v.counter("packets", at, counterPackets)
	v.counter("bytes", at, counterBytes)
	v.counter("errors", at, counterErrors)
	v.P.CloseObject()
}

func (v *View) counter(key string, at rtnl.Attrs, attr int) {
	n, _ := at.U64(attr)
	v.count(key, n)
}

// count prints a number by -human-readable.
func (v *View) count(key string, n uint64) {
	if v.P.JSON() {
		v.P.Uint(key, "", n)
		return
	}
	v.P.Text(key)
	v.buf = append(v.buf[:0], ' ')
	v.buf = append(format.AppendCount(v.buf, n, v.Scale), ' ')
	v.P.Bytes(printer.None, key, "%s", v.buf)
}

func (v *View) flavors(b []byte) {
	var tb [flavorNodeBits + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(b)
	if ops, ok := at.U32(flavorOperation); ok {
		v.P.OpenArray("flavors", "flavors ")
		form := "%s"
		for i, name := range seg6Flavors {
			if name != "" && ops&(1<<i) != 0 {
				v.P.String("", form, name)
				form = ",%s"
			}
		}
		v.P.CloseArray(" ")
	}
	if n, ok := at.U8(flavorBlockBits); ok {
		v.count("lblen", uint64(n))
	}
	if n, ok := at.U8(flavorNodeBits); ok {
		v.count("nflen", uint64(n))
	}
}

// seg6LocalWords are what the words of seg6local come to.
type seg6LocalWords struct {
	action uint32
	segs   string
	srh    bool
	hmac   uint32
}

func parseSeg6Local(w *encapWords) error {
	var l seg6LocalWords
	for w.More() {
		stop, err := l.next(w)
		if err != nil {
			return err
		}
		if stop {
			break
		}
	}
	if l.action == 0 {
		return object.Abort(object.StatusUsage, "Missing action type")
	}
	if !l.srh {
		return nil
	}
	b, err := w.appendSRH(nil, l.segs, l.hmac, l.action == actionB6Encaps)
	if err != nil {
		return err
	}
	w.r.Attr(localSRH, b)
	return nil
}

// next reads one option; stop tells that the current word is none.
func (l *seg6LocalWords) next(w *encapWords) (stop bool, err error) {
	if w.Is("srh") {
		return l.parseSRH(w)
	}
	table := [...]encapOption{
		{name: "action", set: l.parseAction},
		{name: "table", set: tableOption(localTable, "invalid table id\n")},
		{name: "vrftable", set: tableOption(localVRFTable, "invalid vrf table id\n")},
		{name: "nh4", set: func(w *encapWords, word string) error { return w.addr(localNH4, word, unix.AF_INET) }},
		{name: "nh6", set: func(w *encapWords, word string) error { return w.addr(localNH6, word, unix.AF_INET6) }},
		{name: "iif", set: func(w *encapWords, word string) error { return w.device(localIIF, word) }},
		{name: "oif", set: func(w *encapWords, word string) error { return w.device(localOIF, word) }},
		{name: "count", flag: true, set: newCounters},
		{name: "flavors", set: parseFlavors},
		{name: "endpoint", set: (*encapWords).program},
	}
	o := findOption(table[:], w.Word())
	if o == nil {
		return true, nil
	}
	err = w.option(o)
	w.Skip()
	return false, err
}

func (l *seg6LocalWords) parseAction(w *encapWords, word string) error {
	for i, name := range seg6Actions {
		if name == word && i > 0 {
			l.action = uint32(i)
			w.r.U32(localAction, l.action)
			return nil
		}
	}
	return words.Invalid("\"action\" value is invalid\n", word)
}

func tableOption(attr uint16, reason string) func(*encapWords, string) error {
	return func(w *encapWords, word string) error {
		id, ok := w.c.Names().TableID(word)
		if !ok {
			return words.Invalid(reason, word)
		}
		w.r.U32(attr, id)
		return nil
	}
}

// newCounters asks for counters, which the kernel starts at zero.
func newCounters(w *encapWords, _ string) error {
	nest := w.r.Nest(localCounters | unix.NLA_F_NESTED)
	w.r.U64(counterPackets, 0)
	w.r.U64(counterBytes, 0)
	w.r.U64(counterErrors, 0)
	w.r.End(nest)
	return nil
}

// parseSRH reads `srh segs LIST [hmac KEY]`. As in the original the cursor stays
// on LIST when nothing follows it, so that LIST is then read as a destination.
func (l *seg6LocalWords) parseSRH(w *encapWords) (stop bool, err error) {
	word, err := w.Value()
	if err != nil {
		return true, err
	}
	if err := w.first("srh", word); err != nil {
		return true, err
	}
	l.srh = true
	if word != "segs" {
		return true, words.Invalid("missing \"segs\" attribute for srh\n", word)
	}
	if l.segs, err = w.Value(); err != nil {
		return true, err
	}
	if err := w.first("segs", l.segs); err != nil {
		return true, err
	}
	if _, more := w.Peek(); !more {
		return true, nil
	}
	w.Skip()
	if !w.Is("hmac") {
		return false, nil
	}
	word, err = w.Value()
	if err != nil {
		return true, err
	}
	if err := w.first("hmac", word); err != nil {
		return true, err
	}
	l.hmac, _ = format.ParseU32(word, 0)
	w.Skip()
	return false, nil
}

// parseFlavors reads FLAVOR[,…], and behind next-csid the two lengths that it
// has.
func parseFlavors(w *encapWords, word string) error {
	nest := w.r.Nest(localFlavors | unix.NLA_F_NESTED)
	mask, ok := flavorMask(word)
	if !ok {
		return words.Invalid("invalid \"flavors\" attribute\n", word)
	}
	w.r.U32(flavorOperation, mask)
	if mask&(1<<flavorNextCSID) != 0 {
		w.Skip()
		if err := w.flavorLength("lblen", "locator-block", flavorBlockBits); err != nil {
			return err
		}
		if err := w.flavorLength("nflen", "locator-node function", flavorNodeBits); err != nil {
			return err
		}
		w.Back()
	}
	w.r.End(nest)
	return nil
}

func (w *encapWords) flavorLength(name, what string, attr uint16) error {
	if !w.Is(name) {
		return nil
	}
	word, err := w.Value()
	if err != nil {
		return err
	}
	n, ok := format.ParseU8(word, 0)
	if !ok {
		return words.Invalid("\""+what+" length\" value is invalid\n", word)
	}
	w.r.U8(attr, n)
	w.Skip()
	return nil
}

// flavorMask reads names in any case, each at most once. Empty parts count for
// nothing, but an empty word is none.
func flavorMask(word string) (mask uint32, ok bool) {
	if word == "" {
		return 0, false
	}
	for _, part := range strings.Split(word, ",") {
		if part == "" {
			continue
		}
		bit := uint32(0)
		for i, name := range seg6Flavors {
			if i > 0 && strings.EqualFold(name, part) {
				bit = 1 << i
			}
		}
		if bit == 0 || mask&bit != 0 {
			return 0, false
		}
		mask |= bit
	}
	return mask, true
}
