package fib

import (
	"encoding/binary"
	"strconv"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

func (v *View) mpls(b []byte) {
	var tb [mplsTTL + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(b)
	if at.Has(mplsDst) {
		v.host(printer.None, "dst", " %s ", unix.AF_MPLS, at.Get(mplsDst))
	}
	if ttl, ok := at.U8(mplsTTL); ok {
		v.P.Uint("ttl", "ttl %u ", uint64(ttl))
	}
}

// parseMPLS reads a label stack and an optional TTL.
func parseMPLS(w *encapWords) error {
	if err := w.addr(mplsDst, w.Word(), unix.AF_MPLS); err != nil {
		return err
	}
	w.Skip()
	return w.options([]encapOption{{name: "ttl", set: func(w *encapWords, word string) error {
		return w.u8(mplsTTL, "ttl", word)
	}}})
}

// Identifier-locator addressing (linux/ila.h).
var (
	ilaCsumModes  = [...]string{"adj-transport", "neutral-map", "no-action", "neutral-map-auto"}
	ilaIdentTypes = [...]string{"iid", "luid", "virt-v4", "virt-uni-v6", "virt-multi-v6", "nonlocal-addr"}
	ilaHookTypes  = [...]string{"output", "input"}
)

const (
	ilaIdentLUID      = 1
	ilaIdentUseFormat = 32 // the type is part of the identifier
)

func (v *View) ila(b []byte) {
	var tb [ilaHookType + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(b)
	if l := at.Get(ilaLocator); len(l) >= 8 {
		v.buf = appendLocator(v.buf[:0], l)
		v.P.Bytes(printer.None, "locator", " %s ", v.buf)
	}
	if m, ok := at.U8(ilaCsumMode); ok {
		v.P.String("csum_mode", " csum-mode %s ", nth(ilaCsumModes[:], m))
	}
	if t, ok := at.U8(ilaIdentType); ok {
		name := nth(ilaIdentTypes[:], t)
		if t == ilaIdentUseFormat {
			name = "use-format"
		}
		v.P.String("ident_type", " ident-type %s ", name)
	}
	if h, ok := at.U8(ilaHookType); ok {
		v.P.String("hook_type", " hook-type %s ", nth(ilaHookTypes[:], h))
	}
}

func nth(names []string, i uint8) string {
	if int(i) < len(names) {
		return names[i]
	}
	return "unknown"
}

// appendLocator appends 64 bits as four groups of hex.
func appendLocator(dst, b []byte) []byte {
	for i := range 4 {
		if i > 0 {
			dst = append(dst, ':')
		}
		dst = strconv.AppendUint(dst, uint64(binary.BigEndian.Uint16(b[2*i:])), 16)
	}
	return dst
}

// parseLocator reads up to four groups of hex; those that are missing are zero.
func parseLocator(word string) (b [8]byte, ok bool) {
	for i := range 4 {
		n, used, _ := format.Strtoul(word, 16)
		if used == 0 || n > 0xffff {
			return b, false
		}
		binary.BigEndian.PutUint16(b[2*i:], uint16(n))
		if used == len(word) {
			return b, true
		}
		if word[used] != ':' {
			return b, false
		}
		word = word[used+1:]
	}
	return b, false
}

func parseILA(w *encapWords) error {
	locator, ok := parseLocator(w.Word())
	if !ok {
		return object.Abort(object.StatusLocal, "Bad locator: "+w.Word())
	}
	w.r.Attr(ilaLocator, locator[:])
	w.Skip()
	for w.More() {
		name := w.Word()
		attr, find := ilaOption(name)
		if find == nil {
			return nil
		}
		word, err := w.Value()
		if err != nil {
			return err
		}
		n, ok := find(word)
		if !ok {
			return words.Invalid(`"`+name+"\" value is invalid\n", word)
		}
		w.r.U8(attr, n)
		w.Skip()
	}
	return nil
}

// ilaOption returns the attribute of an option and the look-up of its values.
func ilaOption(name string) (attr uint16, find func(string) (uint8, bool)) {
	switch name {
	case "csum-mode":
		return ilaCsumMode, func(word string) (uint8, bool) { return indexOf(ilaCsumModes[:], word) }
	case "ident-type":
		return ilaIdentType, func(word string) (uint8, bool) {
			switch word { // the kernel takes no others
			case "luid":
				return ilaIdentLUID, true
			case "use-format":
				return ilaIdentUseFormat, true
			}
			return 0, false
		}
	case "hook-type":
		return ilaHookType, func(word string) (uint8, bool) { return indexOf(ilaHookTypes[:], word) }
	}
	return 0, nil
}

func indexOf(names []string, word string) (uint8, bool) {
	for i, name := range names {
		if name == word {
			return uint8(i), true
		}
	}
	return 0, false
}

func (v *View) bpf(b []byte) {
	var tb [bpfHeadroom + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(b)
	if at.Has(bpfIn) {
		v.bpfProg("in", at.Get(bpfIn))
	}
	if at.Has(bpfOut) {
		v.bpfProg("out", at.Get(bpfOut))
	}
	if at.Has(bpfXmit) {
		v.bpfProg("xmit", at.Get(bpfXmit))
	}
	if n, ok := at.U32(bpfHeadroom); ok {
		v.P.Uint("headroom", " %u ", uint64(n))
	}
}

const bpfUsage = `Usage: ip route ... encap bpf [ in BPF ] [ out BPF ] [ xmit BPF ] [...]
BPF := obj FILE [ section NAME ] [ verbose ]
`

func parseBPF(w *encapWords) error {
	headroom := false
	for w.More() {
		switch word := w.Word(); word {
		case "in", "out", "xmit":
			if _, err := w.Value(); err != nil {
				return err
			}
			return noBPF()
		case "headroom":
			word, err := w.Value()
			if err != nil {
				return err
			}
			n, ok := format.ParseU32(word, 0)
			if !ok || n == 0 {
				return words.Invalid("headroom is invalid\n", word)
			}
			if !headroom {
				w.r.U32(bpfHeadroom, n)
			}
			headroom = true
		case "help":
			return words.Usage(bpfUsage)
		default:
			return nil
		}
		w.Skip()
	}
	return nil
}

// noBPF refuses what would load a BPF program.
func noBPF() error {
	return object.Abort(object.StatusUsage, "ip route: loading BPF programs is not supported by nlbox; use iproute2's ip for it")
}

func (v *View) xfrm(b []byte) {
	var tb [xfrmLink + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(b)
	if id, ok := at.U32(xfrmIfID); ok {
		v.P.Uint("if_id", "if_id %u ", uint64(id))
	}
	if link, ok := at.S32(xfrmLink); ok {
		v.P.String("link_dev", "link_dev %s ", v.Link(link))
	}
}

const xfrmUsage = "Usage: ip route ... encap xfrm if_id IF_ID [ link_dev LINK ]\n"

// parseXfrm takes all words to the end of the line: those that it does not know
// are passed over, as in the original.
func parseXfrm(w *encapWords) error {
	table := [...]encapOption{
		{name: "if_id", set: func(w *encapWords, word string) error {
			id, ok := format.ParseU32(word, 0)
			if !ok || id == 0 {
				return words.Invalid("\"if_id\" value is invalid\n", word)
			}
			w.r.U32(xfrmIfID, id)
			return nil
		}},
		{name: "link_dev", set: func(w *encapWords, word string) error { return w.device(xfrmLink, word) }},
	}
	for ; w.More(); w.Skip() {
		if w.Is("help") {
			return words.Usage(xfrmUsage)
		}
		if o := findOption(table[:], w.Word()); o != nil {
			if err := w.option(o); err != nil {
				return err
			}
		}
	}
	if !w.has("if_id") {
		return words.Usage(xfrmUsage)
	}
	return nil
}
