package fib

import (
	"encoding/binary"
	"strconv"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

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
		v.buf = AppendLocator(v.buf[:0], l)
		v.P.Bytes(printer.None, "locator", " %s ", v.buf)
	}
	if m, ok := at.U8(ilaCsumMode); ok {
		v.P.String("csum_mode", " csum-mode %s ", ILACsumMode(m))
	}
	if t, ok := at.U8(ilaIdentType); ok {
		v.P.String("ident_type", " ident-type %s ", ILAIdentType(t))
	}
	if h, ok := at.U8(ilaHookType); ok {
		v.P.String("hook_type", " hook-type %s ", nth(ilaHookTypes[:], h))
	}
}

// AppendLocator appends 64 bits as four groups of hex.
func AppendLocator(dst, b []byte) []byte {
	for i := range 4 {
		if i > 0 {
			dst = append(dst, ':')
		}
		dst = strconv.AppendUint(dst, uint64(binary.BigEndian.Uint16(b[2*i:])), 16)
	}
	return dst
}

// ParseLocator reads up to four groups of hex; those that are missing are zero.
func ParseLocator(word string) (b [8]byte, ok bool) {
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
	locator, ok := ParseLocator(w.Word())
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
		return ilaCsumMode, ILACsumModeID
	case "ident-type":
		return ilaIdentType, ILAIdentTypeID
	case "hook-type":
		return ilaHookType, func(word string) (uint8, bool) { return indexOf(ilaHookTypes[:], word) }
	}
	return 0, nil
}

// ILACsumMode names how checksums are kept right (ILA_CSUM_*).
func ILACsumMode(v uint8) string { return nth(ilaCsumModes[:], v) }

// ILACsumModeID finds the number of such a name.
func ILACsumModeID(word string) (uint8, bool) { return indexOf(ilaCsumModes[:], word) }

// ILAIdentType names a type of identifiers (ILA_ATYPE_*).
func ILAIdentType(v uint8) string {
	if v == ilaIdentUseFormat {
		return "use-format"
	}
	return nth(ilaIdentTypes[:], v)
}

// ILAIdentTypeID finds the number of such a name. The kernel takes two of them
// only.
func ILAIdentTypeID(word string) (uint8, bool) {
	switch word {
	case "luid":
		return ilaIdentLUID, true
	case "use-format":
		return ilaIdentUseFormat, true
	}
	return 0, false
}
