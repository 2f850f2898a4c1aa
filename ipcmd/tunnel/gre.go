package tunnel

import (
	"encoding/binary"
	"strings"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// gre are the fields that both families have for GRE (RFC 2890): what is in the
// header of packets that come in, and of those that go out. In messages they are
// in network order.
type gre struct {
	inFlags, outFlags uint16
	inKey, outKey     uint32
}

// Bits of its flags (linux/if_tunnel.h). The last has two meanings of its own.
const (
	greCsum = 0x8000
	greKey  = 0x2000
	greSeq  = 0x1000

	isVTI    = 0x0001 // VTI_ISVTI
	isISATAP = 0x0001 // SIT_ISATAP
)

func (g *gre) put(b []byte) {
	binary.BigEndian.PutUint16(b, g.inFlags)
	binary.BigEndian.PutUint16(b[2:], g.outFlags)
	binary.BigEndian.PutUint32(b[4:], g.inKey)
	binary.BigEndian.PutUint32(b[8:], g.outKey)
}

func (g *gre) read(b []byte) {
	g.inFlags, g.outFlags = binary.BigEndian.Uint16(b), binary.BigEndian.Uint16(b[2:])
	g.inKey, g.outKey = binary.BigEndian.Uint32(b[4:]), binary.BigEndian.Uint32(b[8:])
}

// word reads a keyword that is about GRE; known is false for others.
func (g *gre) word(cur *words.Cursor) (known bool, err error) {
	keyword := cur.Word()
	in, out := true, true
	name := keyword
	switch {
	case strings.HasPrefix(keyword, "i"):
		out, name = false, keyword[1:]
	case strings.HasPrefix(keyword, "o"):
		in, name = false, keyword[1:]
	}
	var flag uint16
	switch name {
	case "key":
		flag = greKey
	case "seq":
		flag = greSeq
	case "csum":
		flag = greCsum
	default:
		return false, nil
	}
	var key uint32
	if flag == greKey {
		word, err := cur.Value()
		if err == nil {
			key, err = parseKey(keyword, word)
		}
		if err != nil {
			return true, err
		}
	}
	if in {
		g.inFlags |= flag
		if flag == greKey {
			g.inKey = key
		}
	}
	if out {
		g.outFlags |= flag
		if flag == greKey {
			g.outKey = key
		}
	}
	return true, nil
}

// parseKey reads a key: a number or a dotted quad.
func parseKey(keyword, word string) (uint32, error) {
	if strings.IndexByte(word, '.') >= 0 {
		a, err := parseAddr4(word)
		return binary.BigEndian.Uint32(a[:]), err
	}
	v, ok := format.ParseU32(word, 0)
	if !ok {
		return 0, object.Abort(object.StatusUsage, `invalid value for "`+keyword+`": "`+word+
			`"; it should be an unsigned integer`)
	}
	return v, nil
}

// parseAddr4 reads an IPv4 address; default, any and all are zeros.
func parseAddr4(word string) (a [4]byte, err error) {
	p, err := format.ParseAddr(word, format.FamilyInet)
	if err != nil {
		return a, object.Abort(object.StatusLocal, `Error: an IP address is expected rather than "`+word+`"`)
	}
	copy(a[:], p.Addr)
	return a, nil
}

// print prints the keys, and of a GRE tunnel the checks.
func (g *gre) print(p *printer.Printer, proto uint8) {
	if g.inFlags&greKey != 0 && g.outFlags&greKey != 0 && g.inKey == g.outKey {
		p.Uint("key", " key %u", uint64(g.inKey))
	} else {
		if g.inFlags&greKey != 0 {
			p.Uint("ikey", " ikey %u", uint64(g.inKey))
		}
		if g.outFlags&greKey != 0 {
			p.Uint("okey", " okey %u", uint64(g.outKey))
		}
	}
	if proto != protoGRE {
		return
	}
	p.OpenArray("flags", "")
	for _, f := range [...]struct {
		set       bool
		key, text string
	}{
		{g.inFlags&greSeq != 0, "rx_drop_ooseq", "  Drop packets out of sequence."},
		{g.inFlags&greCsum != 0, "rx_csum", "  Checksum in received packet is required."},
		{g.outFlags&greSeq != 0, "tx_seq", "  Sequence packets on output."},
		{g.outFlags&greCsum != 0, "tx_csum", "  Checksum output packets."},
	} {
		if f.set {
			p.NL()
			p.String("", f.text, f.key)
		}
	}
	p.CloseArray("")
}
