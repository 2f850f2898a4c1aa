package fib

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// An encapsulation is one kind of lightweight tunnel: its word, and how its
// options are read and printed.
type encapsulation struct {
	name  string
	parse func(*encapWords) error
	print func(*View, []byte)
}

// encapsulationOf returns the kind of a number of LWTUNNEL_ENCAP_*. It is a
// function and no table, so that no start-up pays for it.
func encapsulationOf(typ uint16) (e encapsulation, ok bool) {
	switch typ {
	case encapMPLS:
		return encapsulation{"mpls", parseMPLS, (*View).mpls}, true
	case encapIP:
		return encapsulation{"ip", parseIP, (*View).ip}, true
	case encapILA:
		return encapsulation{"ila", parseILA, (*View).ila}, true
	case encapIP6:
		return encapsulation{"ip6", parseIP6, (*View).ip6}, true
	case encapSeg6:
		return encapsulation{"seg6", parseSeg6, (*View).seg6}, true
	case encapBPF:
		return encapsulation{"bpf", parseBPF, (*View).bpf}, true
	case encapSeg6Local:
		return encapsulation{"seg6local", parseSeg6Local, (*View).seg6Local}, true
	case encapRPL:
		return encapsulation{"rpl", parseRPL, (*View).rpl}, true
	case encapIOAM6:
		return encapsulation{"ioam6", parseIOAM6, (*View).ioam6}, true
	case encapXfrm:
		return encapsulation{"xfrm", parseXfrm, (*View).xfrm}, true
	}
	return encapsulation{name: "unknown"}, false
}

// lastEncap is the greatest number of a kind.
const lastEncap = encapXfrm

// Encap prints an encapsulation: typ and b are the payloads of RTA_ENCAP_TYPE
// and RTA_ENCAP, or NHA_ENCAP_TYPE and NHA_ENCAP.
func (v *View) Encap(typ, b []byte) {
	if len(typ) < 2 {
		return
	}
	e, ok := encapsulationOf(native.Uint16(typ))
	v.P.String("encap", " encap %s ", e.name)
	if ok {
		e.print(v, b)
	}
}

// encapWords are the words of an encapsulation: the cursor, and the request that
// the options go to.
type encapWords struct {
	*words.Cursor
	c *object.Context
	r *rtnl.Request
	// given are the options that were read, for those that may be given once.
	given []string
}

// ParseEncap reads an encapsulation into attributes of the two types. The cursor
// stands on the word encap, and afterwards on the last word that was taken.
func ParseEncap(c *object.Context, cur *words.Cursor, r *rtnl.Request, attr, typeAttr uint16) error {
	word, err := cur.Value()
	if err != nil {
		return err
	}
	typ, e := findEncap(word)
	if typ == 0 {
		if word == "help" {
			return encapHelp()
		}
		return words.Invalid("\"encap type\" value is invalid\n", word)
	}
	if _, err := cur.Value(); err != nil {
		return err
	}
	if _, more := cur.Peek(); !more {
		return object.Abort(object.StatusUsage, `Error: unexpected end of line after "encap"`)
	}
	nest := r.Nest(attr | unix.NLA_F_NESTED)
	w := &encapWords{Cursor: cur, c: c, r: r}
	if err := e.parse(w); err != nil {
		return err
	}
	r.End(nest)
	r.U16(typeAttr, typ)
	// The cursor stands behind the options.
	cur.Back()
	return nil
}

func findEncap(name string) (uint16, encapsulation) {
	for typ := uint16(1); typ <= lastEncap; typ++ {
		if e, _ := encapsulationOf(typ); e.name == name {
			return typ, e
		}
	}
	return 0, encapsulation{}
}

// encapHelp lists the kinds, with the words in the original's order.
func encapHelp() error {
	text := "Usage: ip route ... encap TYPE [ OPTIONS ] [...]\n"
	head := "TYPE := "
	for typ := uint16(1); typ <= lastEncap; typ++ {
		e, _ := encapsulationOf(typ)
		text += e.name + " " + head + "\n"
		head = "      "
	}
	return words.Usage(text)
}

// An encapOption is a keyword of an encapsulation. It is refused as a duplicate
// where its name, or that in once, was given before.
type encapOption struct {
	name string
	once string
	// flag options have no value.
	flag bool
	set  func(w *encapWords, word string) error
}

// options reads options until a word is none of them.
func (w *encapWords) options(table []encapOption) error {
	for w.More() {
		o := findOption(table, w.Word())
		if o == nil {
			return nil
		}
		if err := w.option(o); err != nil {
			return err
		}
		w.Skip()
	}
	return nil
}

func findOption(table []encapOption, word string) *encapOption {
	for i := range table {
		if table[i].name == word {
			return &table[i]
		}
	}
	return nil
}

func (w *encapWords) option(o *encapOption) error {
	word := w.Word()
	if o.once != "" {
		// Options that exclude each other are compared before the value.
		if err := w.first(o.once, word); err != nil {
			return err
		}
	}
	if !o.flag {
		var err error
		if word, err = w.Value(); err != nil {
			return err
		}
	}
	if o.once == "" {
		if err := w.first(o.name, word); err != nil {
			return err
		}
	}
	return o.set(w, word)
}

// first refuses the second occurrence of an option.
func (w *encapWords) first(name, word string) error {
	for _, g := range w.given {
		if g == name {
			return words.Garbage(name, word)
		}
	}
	w.given = append(w.given, name)
	return nil
}

// has tells whether an option was given.
func (w *encapWords) has(name string) bool {
	for _, g := range w.given {
		if g == name {
			return true
		}
	}
	return false
}

// addr reads an address into an attribute.
func (w *encapWords) addr(attr uint16, word string, family int) error {
	p, err := w.c.Addr(word, family)
	if err != nil {
		return err
	}
	w.r.Attr(attr, p.Addr)
	return nil
}

// device reads an interface into an attribute. One that is not there ends a
// batch, unlike elsewhere.
func (w *encapWords) device(attr uint16, word string) error {
	index := w.c.Links().Index(word)
	if index == 0 {
		return object.Abort(object.StatusUsage, `Cannot find device "`+word+`"`)
	}
	w.r.U32(attr, uint32(index))
	return nil
}

// inet6 prints an IPv6 address of a field; a payload that is too short is "???".
func (v *View) inet6(key, form string, b []byte) {
	v.Addr(FamilyColor(unix.AF_INET6), key, form, unix.AF_INET6, b)
}
