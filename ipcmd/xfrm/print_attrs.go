package xfrm

import (
	"encoding/hex"

	"github.com/nlbox/nlbox/internal/rtnl"
)

// attrs prints the attributes that states and policies have; prefix stands
// before most of their lines. One that is too short ends it.
func (p *pen) attrs(at rtnl.Attrs, family uint16, prefix string, noKeys bool) {
	p.marks(at)
	p.algos(at, prefix, noKeys)
	for _, a := range [...]struct {
		attr int
		size int // what the attribute has at least
		head string
		show func(p *pen, f fields, family uint16, prefix string)
	}{
		{attrEncap, sizeEncap, "encap ", (*pen).encap},
		{attrTmpl, 0, "", (*pen).tmpls},
		{attrCoAddr, len(address{}), "coa ", func(p *pen, f fields, family uint16, _ string) { p.addr("", family, f.addr(), "") }},
		{attrLastUsed, 8, "lastused ", func(p *pen, f fields, _ uint16, _ string) { p.time("", f.u64()) }},
		{attrReplay, sizeReplay, "anti-replay context: ", (*pen).replay},
		{attrReplayESN, sizeReplayESN, "anti-replay esn context:", (*pen).replayESN},
		{attrOffload, sizeOffload, "crypto offload parameters: ", (*pen).offload},
		{attrIfID, 0, "if_id ", func(p *pen, f fields, _ uint16, _ string) { p.hex0x("", f.u32(), "") }},
		{attrTFCPad, 0, "tfcpad ", func(p *pen, f fields, _ uint16, _ string) { p.count("", uint64(f.u32()), "") }},
	} {
		b := at.Get(a.attr)
		if b == nil {
			continue
		}
		if a.attr != attrTmpl {
			p.text(prefix, a.head)
		}
		if len(b) < a.size {
			p.truncated()
			return
		}
		a.show(p, fields{b}, family, prefix)
		if a.attr != attrTmpl {
			p.nl()
		}
	}
}

// marks prints the mark that packets must have, and the one that they get.
func (p *pen) marks(at rtnl.Attrs) {
	b := at.Get(attrMark)
	if b == nil && !at.Has(attrOutputMark) {
		return
	}
	p.text("\t")
	if b != nil {
		f := fields{b}
		p.hex0x("mark ", f.u32(), "/")
		p.hex0x("", f.u32(), " ")
	}
	if at.Has(attrOutputMark) {
		v, _ := at.U32(attrOutputMark)
		p.hex("output-mark 0x", uint64(v), 0, "")
		if at.Has(attrOutputMask) {
			mask, _ := at.U32(attrOutputMask)
			p.hex("/0x", uint64(mask), 0, "")
		}
	}
	p.nl()
}

// algos prints the algorithms. One for authentication is there twice, for
// programs that do not know how it is truncated.
func (p *pen) algos(at rtnl.Attrs, prefix string, noKeys bool) {
	for _, attr := range [...]uint8{attrAuth, attrAuthTrunc, attrAEAD, attrCrypt, attrComp} {
		b := at.Get(int(attr))
		if b == nil || attr == attrAuth && at.Has(attrAuthTrunc) {
			continue
		}
		p.text(prefix, algoKind(attr), " ")
		p.algo(b, attr == attrAuthTrunc || attr == attrAEAD, noKeys)
		p.nl()
	}
}

// algo prints an algorithm and its key. A long one has the length of what it
// makes between both.
func (p *pen) algo(b []byte, long, noKeys bool) {
	f := fields{b}
	head := fields{b}
	head.skip(algoNameSize)
	bits, length := head.u32(), uint32(0)
	if long {
		length = head.u32()
		defer func() { p.signed(" ", length, "") }()
	}
	if len(b) < sizeAlgo {
		p.text("(ERROR truncated)")
		return
	}
	var algo [algoNameSize]byte
	f.bytes(algo[:])
	p.b = append(append(p.b, upToNUL(algo[:])...), ' ')
	n := int(bits / 8)
	switch {
	case len(b)-sizeAlgo < n:
		p.text("(ERROR truncated)")
	case noKeys:
		p.text("<<Keys hidden>>")
	case n > 0:
		key := make([]byte, n)
		head.bytes(key)
		p.b = hex.AppendEncode(append(p.b, "0x"...), key)
		if p.stats {
			p.signed(" (", bits, " bits)")
		}
	}
}

func (p *pen) encap(f fields, family uint16, _ string) {
	typ := f.u16()
	p.text("type ")
	if typ < 0x100 {
		p.text(name(encapRows[:], uint8(typ)))
	} else {
		p.count("", uint64(typ), "")
	}
	p.count(" sport ", uint64(f.be16()), "")
	p.count(" dport ", uint64(f.be16()), "")
	f.skip(2)
	p.addr(" addr ", family, f.addr(), "")
}

// tmpls prints the templates of a policy, each with its own family.
func (p *pen) tmpls(f fields, _ uint16, prefix string) {
	if len(f.b) < sizeTmpl {
		p.text(prefix, `(ERROR "tmpl" truncated)`)
		p.nl()
		return
	}
	for len(f.b) >= sizeTmpl {
		t := f.tmpl()
		p.text(prefix, "tmpl ")
		p.transform(t.src, &t.id, t.mode, t.reqID, t.family, false, prefix)
		if p.stats || t.optional != 0 {
			p.text(prefix, "\tlevel ", name(levelRows[:], t.optional), " ")
			if p.stats {
				p.text("share ", name(shareRows[:], t.share), " ")
			}
			p.nl()
		}
		if p.stats {
			p.text(prefix, "\t")
			p.masks(t.crypts, t.auths, t.compers)
			p.nl()
		}
	}
}

// masks prints which algorithms may be.
func (p *pen) masks(crypts, auths, compers uint32) {
	p.hex("enc-mask ", uint64(crypts), 8, " ")
	p.hex("auth-mask ", uint64(auths), 8, " ")
	p.hex("comp-mask ", uint64(compers), 8, "")
}

func (p *pen) replay(f fields, _ uint16, _ string) {
	oseq := f.u32()
	p.hex("seq 0x", uint64(f.u32()), 0, ", ")
	p.hex("oseq 0x", uint64(oseq), 0, ", ")
	p.hex("bitmap 0x", uint64(f.u32()), 8, "")
}

// replayESN prints the replay protection of 64-bit sequence numbers, and its
// bitmap, the last word first.
func (p *pen) replayESN(f fields, _ uint16, prefix string) {
	n, oseq, seq := f.u32(), f.u32(), f.u32()
	oseqHi, seqHi, window := f.u32(), f.u32(), f.u32()
	p.nl()
	p.hex(prefix+" seq-hi 0x", uint64(seqHi), 0, "")
	p.hex(", seq 0x", uint64(seq), 0, "")
	p.hex(", oseq-hi 0x", uint64(oseqHi), 0, "")
	p.hex(", oseq 0x", uint64(oseq), 0, "")
	p.nl()
	p.count(prefix+" replay_window ", uint64(window), "")
	p.count(", bitmap-length ", uint64(n), "")
	words := min(int(n), len(f.b)/4) // a message cannot hold more
	for i := range words {
		if i%8 == 0 {
			p.nl()
			p.text(prefix, " ")
		}
		word := fields{f.b[4*(words-1-i):]}
		p.hex("", uint64(word.u32()), 8, " ")
	}
}

func (p *pen) offload(f fields, _ uint16, _ string) {
	index, flags := int32(f.u32()), f.u8()
	dir := "out"
	if flags&offloadIn != 0 {
		dir = "in"
	}
	p.text("dev ", p.device(index), " dir ", dir)
}
