package fib

import (
	"encoding/binary"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
)

// The segment routing header (RFC 8754, linux/seg6.h): eight bytes and the
// segments, last one first.
const (
	srhSize    = 8
	srhType    = 4
	srhHMAC    = 1 << 3 // flag: a TLV with an HMAC follows
	srhHMACTLV = 5
	hmacSize   = 40 // of that TLV
	segment    = 16
)

// maxSegments is how much of the word with the segments is read.
const maxSegments = 1023

// seg6Modes are the words for SEG6_IPTUN_MODE_*, by number.
var seg6Modes = [...]string{"inline", "encap", "l2encap", "encap.red", "l2encap.red"}

func (v *View) seg6(b []byte) {
	var tb [seg6SRH + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(b)
	b = at.Get(seg6SRH)
	if len(b) < 4+srhSize {
		return
	}
	mode := "<unknown>"
	if m := native.Uint32(b); m < uint32(len(seg6Modes)) {
		mode = seg6Modes[m]
	}
	v.P.String("mode", "mode %s ", mode)
	v.srh(b[4:])
}

// srh prints the segments of a header, and the number of its HMAC key.
func (v *View) srh(b []byte) {
	if len(b) < srhSize {
		return
	}
	first := int(b[4])
	v.segments(b[srhSize:], first+1, first)
	if b[5]&srhHMAC == 0 {
		return
	}
	at := (int(b[1])+1)*8 - hmacSize
	if at < 0 || at+8 > len(b) {
		return
	}
	key := uint64(binary.BigEndian.Uint32(b[at+4:]))
	if v.P.JSON() {
		v.P.Hex0x("hmac", "", key)
		return
	}
	v.P.Text("hmac ")
	v.P.Text(strings.ToUpper(strconv.FormatUint(key, 16)))
	v.P.Text(" ")
}

// segments prints a row of addresses from the last one to the first.
func (v *View) segments(b []byte, count, last int) {
	v.P.OpenArray("segs", "segs ")
	v.P.Text(strconv.Itoa(count))
	v.P.Text(" [ ")
	for i := last; i >= 0; i-- {
		if at := i * segment; at+segment <= len(b) {
			v.inet6("", "%s ", b[at:at+segment])
		}
	}
	v.P.CloseArray("] ")
}

func parseSeg6(w *encapWords) error {
	mode, segs, hmac := int32(-1), "", uint32(0)
	err := w.options([]encapOption{
		{name: "mode", set: func(_ *encapWords, word string) error {
			for i, name := range seg6Modes {
				if name == word {
					mode = int32(i)
					return nil
				}
			}
			return words.Invalid("\"mode\" value is invalid\n", word)
		}},
		{name: "segs", set: func(_ *encapWords, word string) error {
			if mode < 0 {
				return words.Invalid("\"segs\" provided before \"mode\"\n", word)
			}
			segs = word
			return nil
		}},
		{name: "hmac", set: func(_ *encapWords, word string) error {
			hmac, _ = format.ParseU32(word, 0)
			return nil
		}},
	})
	if err != nil {
		return err
	}
	var head [4]byte
	native.PutUint32(head[:], uint32(mode))
	b, err := w.appendSRH(head[:], segs, hmac, mode != 0)
	if err != nil {
		return err
	}
	w.r.Attr(seg6SRH, b)
	return nil
}

// splitSegments cuts the word at its commas; count also counts empty parts,
// which are left out.
func splitSegments(word string) (parts []string, count int) {
	word = word[:min(len(word), maxSegments)]
	parts = strings.FieldsFunc(word, func(r rune) bool { return r == ',' })
	return parts, strings.Count(word, ",") + 1
}

// appendSRH appends a header with the segments of word. Without encapsulation
// the first segment is kept free for the packet's own destination. hmac is the
// number of the key, 0 for none.
func (w *encapWords) appendSRH(dst []byte, word string, hmac uint32, encap bool) ([]byte, error) {
	parts, count := splitSegments(word)
	if !encap {
		count++
	}
	size := srhSize + segment*count
	if hmac != 0 {
		size += hmacSize
	}
	b := make([]byte, size)
	b[1] = byte(size/8 - 1)
	b[2] = srhType
	b[3] = byte(count - 1)
	b[4] = byte(count - 1)
	// The number of the first segment has one byte, and so it is counted.
	at := int(b[4])
	for _, part := range parts {
		if err := w.segment(b[srhSize:], at, part); err != nil {
			return nil, err
		}
		at--
	}
	if hmac != 0 {
		b[5] |= srhHMAC
		tlv := b[size-hmacSize:]
		tlv[0], tlv[1] = srhHMACTLV, hmacSize-2
		binary.BigEndian.PutUint32(tlv[4:], hmac)
	}
	return append(dst, b...), nil
}

// segment reads an address into its place of a row.
func (w *encapWords) segment(row []byte, i int, word string) error {
	p, err := w.c.Addr(word, unix.AF_INET6)
	if err != nil {
		return err
	}
	if i >= 0 && (i+1)*segment <= len(row) {
		copy(row[i*segment:], p.Addr)
	}
	return nil
}

// The source route of RPL (RFC 6554) has eight bytes before its segments, too.
const rplType = 3

func (v *View) rpl(b []byte) {
	var tb [rplSRH + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(b)
	b = at.Get(rplSRH)
	if len(b) < srhSize {
		return
	}
	left := int(b[3])
	v.segments(b[srhSize:], left, left-1)
}

func parseRPL(w *encapWords) error {
	segs := ""
	err := w.options([]encapOption{{name: "segs", set: func(_ *encapWords, word string) error {
		segs = word
		return nil
	}}})
	if err != nil {
		return err
	}
	parts, count := splitSegments(segs)
	b := make([]byte, srhSize+segment*count)
	b[1] = byte(len(b)/8 - 1)
	b[2] = rplType
	b[3] = byte(count)
	at := count - 1
	for _, part := range parts {
		if err := w.segment(b[srhSize:], at, part); err != nil {
			return err
		}
		at--
	}
	w.r.Attr(rplSRH, b)
	return nil
}

// bpfProg prints the name of a BPF program.
func (v *View) bpfProg(key string, b []byte) {
	var tb [bpfProgName + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(b)
	name, ok := at.Bytes(bpfProgName)
	if v.P.JSON() {
		if !ok {
			name = []byte("<unknown>")
		}
		v.P.Bytes(printer.None, key, "", name)
		return
	}
	v.P.Text(key)
	v.P.Text(" ")
	if ok {
		v.P.Bytes(printer.None, key, "%s ", name)
	}
}
