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

// ipKind is what the encapsulations ip and ip6 differ in: the attributes have
// the same numbers.
type ipKind struct {
	family       int
	tos, ttl     string // words and JSON names
	tosFm, ttlFm string
}

func kindIP() ipKind {
	return ipKind{unix.AF_INET, "tos", "ttl", "tos %u ", "ttl %u "}
}

func kindIP6() ipKind {
	return ipKind{unix.AF_INET6, "tc", "hoplimit", "tc %u ", "hoplimit %u "}
}

func (v *View) ip(b []byte)  { v.ipTunnel(b, kindIP()) }
func (v *View) ip6(b []byte) { v.ipTunnel(b, kindIP6()) }

func (v *View) ipTunnel(b []byte, k ipKind) {
	var tb [ipOpts + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(b)
	if id := at.Get(ipID); len(id) >= 8 {
		v.P.Uint("id", "id %u ", binary.BigEndian.Uint64(id))
	}
	if at.Has(ipSrc) {
		v.Addr(FamilyColor(k.family), "src", "src %s ", k.family, at.Get(ipSrc))
	}
	if at.Has(ipDst) {
		v.Addr(FamilyColor(k.family), "dst", "dst %s ", k.family, at.Get(ipDst))
	}
	if ttl, ok := at.U8(ipTTL); ok {
		v.P.Uint(k.ttl, k.ttlFm, uint64(ttl))
	}
	if tos, ok := at.U8(ipTOS); ok {
		v.P.Uint(k.tos, k.tosFm, uint64(tos))
	}
	if flags, ok := at.BE16(ipFlags); ok {
		if flags&tunnelKey != 0 {
			v.P.Bool("key", "key ", true)
		}
		if flags&tunnelCsum != 0 {
			v.P.Bool("csum", "csum ", true)
		}
		if flags&tunnelSeq != 0 {
			v.P.Bool("seq", "seq ", true)
		}
	}
	v.tunnelOpts(at.Get(ipOpts))
}

// tunnelOpts prints the options of the tunnel's protocol, on a line of their own.
func (v *View) tunnelOpts(b []byte) {
	var tb [optsERSPAN + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(b)
	switch {
	case at.Has(optsGeneve):
		v.openOpts("geneve_opts")
		v.geneve(at.Get(optsGeneve))
	case at.Has(optsVXLAN):
		v.openOpts("vxlan_opts")
		v.vxlan(at.Get(optsVXLAN))
	case at.Has(optsERSPAN):
		v.openOpts("erspan_opts")
		v.erspan(at.Get(optsERSPAN))
	default:
		return
	}
	v.P.CloseArray("")
}

func (v *View) openOpts(name string) {
	v.P.NL()
	v.P.Text("\t")
	v.P.Text(name)
	v.P.Text(" ")
	v.P.OpenArray(name, "")
}

// geneve prints a row of options, each of three attributes.
func (v *View) geneve(b []byte) {
	for len(b) > 0 {
		var tb [geneveData + 1][]byte
		at := rtnl.Attrs(tb[:])
		at.Parse(b)
		class, ok := at.BE16(geneveClass)
		typ, ok2 := at.U8(geneveType)
		data := at.Get(geneveData)
		if !ok || !ok2 || data == nil {
			return
		}
		// 8 bytes each for class and type, 4 for the head of the data.
		b = b[min(20+len(data), len(b)):]
		v.P.OpenObject("")
		v.P.Uint("class", "%u", uint64(class))
		v.P.Uint("type", ":%u", uint64(typ))
		v.buf = v.buf[:0]
		for _, c := range data {
			v.buf = append(v.buf, hexDigits[c>>4], hexDigits[c&15])
		}
		form := ":%s "
		if len(b) > 0 {
			form = ":%s,"
		}
		v.P.Bytes(printer.None, "data", form, v.buf)
		v.P.CloseObject()
	}
}

const hexDigits = "0123456789abcdef"

func (v *View) vxlan(b []byte) {
	var tb [vxlanGBP + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(b)
	gbp, _ := at.U32(vxlanGBP)
	v.P.OpenObject("")
	v.P.Uint("gbp", "%u ", uint64(gbp))
	v.P.CloseObject()
}

// erspan prints version 1 by its index and others by direction and hardware id.
func (v *View) erspan(b []byte) {
	var tb [erspanHWID + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(b)
	var index uint32
	var dir, hwid uint8
	version, _ := at.U8(erspanVersion)
	if version == 1 {
		index, _ = at.BE32(erspanIndex)
	} else {
		dir, _ = at.U8(erspanDir)
		hwid, _ = at.U8(erspanHWID)
	}
	v.P.OpenObject("")
	v.P.Uint("ver", "%u", uint64(version))
	v.P.Uint("index", ":%u", uint64(index))
	v.P.Uint("dir", ":%u", uint64(dir))
	v.P.Uint("hwid", ":%u ", uint64(hwid))
	v.P.CloseObject()
}

func parseIP(w *encapWords) error  { return parseTunnel(w, kindIP()) }
func parseIP6(w *encapWords) error { return parseTunnel(w, kindIP6()) }

func parseTunnel(w *encapWords, k ipKind) error {
	var flags uint16
	bit := func(b uint16) func(*encapWords, string) error {
		return func(*encapWords, string) error { flags |= b; return nil }
	}
	err := w.options([]encapOption{
		{name: "id", set: parseTunnelID},
		{name: "dst", set: func(w *encapWords, word string) error { return w.addr(ipDst, word, k.family) }},
		{name: "src", set: func(w *encapWords, word string) error { return w.addr(ipSrc, word, k.family) }},
		{name: k.tos, set: func(w *encapWords, word string) error {
			v, ok := w.c.Names().DSFieldID(word)
			if !ok {
				return words.Invalid(`"`+k.tos+"\" value is invalid\n", word)
			}
			w.r.U8(ipTOS, v)
			return nil
		}},
		{name: k.ttl, set: func(w *encapWords, word string) error { return w.u8(ipTTL, k.ttl, word) }},
		{name: "geneve_opts", once: "opts", set: parseGeneve},
		{name: "vxlan_opts", once: "opts", set: parseVXLAN},
		{name: "erspan_opts", once: "opts", set: parseERSPAN},
		{name: "key", flag: true, set: bit(tunnelKey)},
		{name: "csum", flag: true, set: bit(tunnelCsum)},
		{name: "seq", flag: true, set: bit(tunnelSeq)},
	})
	if err != nil {
		return err
	}
	if flags != 0 {
		w.r.BE16(ipFlags, flags)
	}
	return nil
}

// u8 reads a number of one byte into an attribute.
func (w *encapWords) u8(attr uint16, name, word string) error {
	v, ok := format.ParseU8(word, 0)
	if !ok {
		return words.Invalid(`"`+name+"\" value is invalid\n", word)
	}
	w.r.U8(attr, v)
	return nil
}

func parseTunnelID(w *encapWords, word string) error {
	id, ok := format.ParseU64(word, 0)
	if !ok {
		return words.Invalid("\"id\" value is invalid\n", word)
	}
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], id)
	w.r.Attr(ipID, b[:])
	return nil
}

// badOpts refuses tunnel options. The original has cut the word up by then: its
// message shows the part up to the first separator.
func badOpts(name, word, separators string) error {
	if i := strings.IndexAny(word, separators); i >= 0 {
		word = word[:i]
	}
	return words.Invalid(`"`+name+"\" value is invalid\n", word)
}

// parseGeneve reads CLASS:TYPE:DATA[,…]. Empty parts are left out; of DATA an
// odd last digit is.
func parseGeneve(w *encapWords, word string) error {
	nest := w.r.Nest(ipOpts | unix.NLA_F_NESTED)
	for _, option := range strings.Split(word, ",") {
		inner := w.r.Nest(optsGeneve | unix.NLA_F_NESTED)
		for i, part := range strings.Split(option, ":") {
			ok := true
			switch {
			case i >= geneveData:
				w.c.Warn(`Unknown "geneve_opts" type`)
				ok = false
			case part == "":
			case i+1 == geneveClass:
				ok = w.be16(geneveClass, part)
			case i+1 == geneveType:
				ok = w.optU8(geneveType, part)
			default:
				ok = w.hex(geneveData, part)
			}
			if !ok {
				return badOpts("geneve_opts", word, ",:")
			}
		}
		w.r.End(inner)
	}
	w.r.End(nest)
	return nil
}

func (w *encapWords) be16(attr uint16, word string) bool {
	v, ok := format.ParseU16(word, 0)
	w.r.BE16(attr, v)
	return ok
}

func (w *encapWords) be32(attr uint16, word string) bool {
	v, ok := format.ParseU32(word, 0)
	w.r.BE32(attr, v)
	return ok
}

func (w *encapWords) optU8(attr uint16, word string) bool {
	v, ok := format.ParseU8(word, 0)
	w.r.U8(attr, v)
	return ok
}

func (w *encapWords) hex(attr uint16, word string) bool {
	data := make([]byte, len(word)/2)
	for i := range data {
		high, low := hexDigit(word[2*i]), hexDigit(word[2*i+1])
		if high < 0 || low < 0 {
			return false
		}
		data[i] = byte(high<<4 | low)
	}
	w.r.Attr(attr, data)
	return true
}

func hexDigit(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

func parseVXLAN(w *encapWords, word string) error {
	nest := w.r.Nest(ipOpts | unix.NLA_F_NESTED)
	inner := w.r.Nest(optsVXLAN | unix.NLA_F_NESTED)
	gbp, ok := format.ParseU32(word, 0)
	if !ok {
		return badOpts("vxlan_opts", word, "")
	}
	w.r.U32(vxlanGBP, gbp)
	w.r.End(inner)
	w.r.End(nest)
	return nil
}

// parseERSPAN reads VERSION:INDEX:DIR:HWID; empty parts are left out.
func parseERSPAN(w *encapWords, word string) error {
	nest := w.r.Nest(ipOpts | unix.NLA_F_NESTED)
	inner := w.r.Nest(optsERSPAN | unix.NLA_F_NESTED)
	for i, part := range strings.Split(word, ":") {
		attr, ok := uint16(i+1), true
		switch {
		case i >= erspanHWID:
			// The text names geneve_opts in the original, too.
			w.c.Warn(`Unknown "geneve_opts" type`)
			ok = false
		case part == "":
		case attr == erspanIndex:
			ok = w.be32(attr, part)
		default:
			ok = w.optU8(attr, part)
		}
		if !ok {
			return badOpts("erspan_opts", word, ":")
		}
	}
	w.r.End(inner)
	w.r.End(nest)
	return nil
}
