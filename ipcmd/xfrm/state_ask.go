package xfrm

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// noID is the error for a state without a name.
func noID() error { return local("Not enough information: ID is required") }

// The SPIs that allocspi may choose by default (PF_KEY has the same). IPComp's
// have 16 bits.
const (
	minSPI     = 0x100
	maxSPI     = 0x0fffffff
	maxCompSPI = 0xffff
)

// spiWords is what the words of allocspi say.
type spiWords struct {
	info                  saInfo
	id                    idWords
	mark                  mark
	min, max              uint32
	hasID, hasMin, hasMax bool
}

// allocSPI has the kernel make a state with an SPI of its choice, and shows it.
func allocSPI(c *object.Context, args []string) error {
	r := rtnl.NewRequest(msgAllocSPI, 0)
	if err := parseAllocSPI(c, r, args); err != nil {
		return err
	}
	return askState(c, r)
}

// askState shows the state that answers a request.
func askState(c *object.Context, r *rtnl.Request) error {
	return ask(c, r, func(m *rtnl.Msg) error {
		p := newPen(c)
		ok := p.state(m, nil, false)
		p.flush()
		return whole(ok)
	})
}

// whole is the error for an answer that makes no sense.
func whole(ok bool) error {
	if !ok {
		return local("An error :-)")
	}
	return nil
}

func parseAllocSPI(c *object.Context, r *rtnl.Request, args []string) error {
	p := newParser(c, args)
	w := &spiWords{}
	w.id.family = p.family
	if err := p.each(func() error { return w.word(p) }); err != nil {
		return err
	}
	if !w.hasID {
		return noID()
	}
	switch {
	case w.hasMin && !w.hasMax:
		return local(`"max" is missing`)
	case w.hasMax && !w.hasMin:
		return local(`"min" is missing`)
	case w.min > w.max:
		return local(`value after "min" is larger than value after "max"`)
	case !w.hasMin && w.id.id.proto == unix.IPPROTO_COMP:
		w.min, w.max = minSPI, maxCompSPI
	case !w.hasMin:
		w.min, w.max = minSPI, maxSPI
	}
	w.info.id, w.info.src, w.info.family = w.id.id, w.id.src, w.id.family
	if w.info.family == unix.AF_UNSPEC {
		w.info.family = unix.AF_INET
	}
	b := native.AppendUint32(w.info.append(nil), w.min)
	r.Raw(native.AppendUint32(b, w.max))
	putMark(message{r, c}, w.mark)
	return nil
}

// putMark appends the mark that a state or policy is found by.
func putMark(m message, k mark) {
	if k.mask&k.value != 0 {
		m.attr(attrMark, k.bytes(), roomy)
	}
}

func (w *spiWords) word(p *parser) error {
	switch p.Word() {
	case "mode":
		return p.mode(&w.info.mode)
	case "mark":
		return p.mark(&w.mark)
	case "reqid":
		return p.reqID(&w.info.reqID)
	case "seq":
		return p.seq(&w.info.seq)
	case "min":
		if err := p.once(&w.hasMin, "min"); err != nil {
			return err
		}
		return p.u32(&w.min, `value after "min" is invalid`)
	case "max":
		if err := p.once(&w.hasMax, "max"); err != nil {
			return err
		}
		return p.u32(&w.max, `value after "max" is invalid`)
	}
	if w.hasID {
		return p.unknown()
	}
	w.hasID = true
	if err := p.id(&w.id, true); err != nil {
		return err
	}
	if w.id.id.spi != 0 {
		return local(`"spi" is invalid`)
	}
	if p.family == unix.AF_UNSPEC {
		p.family = w.id.family
	}
	return nil
}

func getState(c *object.Context, args []string) error {
	r := rtnl.NewRequest(msgGetSA, 0)
	if err := parseStateID(c, r, args); err != nil {
		return err
	}
	return askState(c, r)
}

func deleteState(c *object.Context, args []string) error {
	r := rtnl.NewRequest(msgDeleteSA, 0)
	if err := parseStateID(c, r, args); err != nil {
		return err
	}
	return change(c, r)
}

// parseStateID reads the words of get and delete. Without any the kernel is left
// to refuse the request, as in the original.
func parseStateID(c *object.Context, r *rtnl.Request, args []string) error {
	p := newParser(c, args)
	var k mark
	id := idWords{family: p.family}
	hasID := false
	err := p.each(func() error {
		if p.Is("mark") {
			return p.mark(&k)
		}
		if hasID {
			return p.unknown()
		}
		hasID = true
		return p.id(&id, true)
	})
	if err != nil {
		return err
	}
	if id.family == unix.AF_UNSPEC {
		id.family = unix.AF_INET
	}
	putStateID(r, &id.id, id.family)
	if hasID {
		r.Attr(attrSrcAddr, id.src[:])
	}
	putMark(message{r, c}, k)
	return nil
}

// putStateID appends a struct xfrm_usersa_id.
func putStateID(r *rtnl.Request, id *identity, family uint16) {
	b := id.append(nil)
	b = native.AppendUint16(b[:20], family)
	r.Raw(append(b, id.proto, 0))
}

// flushStates deletes all states of a protocol, or all.
func flushStates(c *object.Context, args []string) error {
	p := newParser(c, args)
	var proto uint8
	seen := false
	err := p.each(func() error {
		if !p.Is("proto") {
			return p.unknown()
		}
		if err := p.once(&seen, "proto"); err != nil {
			return err
		}
		return p.value(&proto, protoRows[:], "XFRM-PROTO value is invalid")
	})
	if err != nil {
		return err
	}
	if c.Opt.Stats > 1 {
		c.Warn(`Flush state with XFRM-PROTO value "` + protoName(proto) + `"`)
	}
	r := rtnl.NewRequest(msgFlushSA, 0)
	r.Tail([]byte{proto})
	return change(c, r)
}

// stateListWords is what the words of list and deleteall say.
type stateListWords struct {
	filter stateFilter
	noKeys bool
	hasID  bool
}

func parseStateList(c *object.Context, args []string) (*stateListWords, error) {
	p := newParser(c, args)
	w := &stateListWords{}
	f := &w.filter
	f.id.family = p.family
	err := p.each(func() error {
		switch p.Word() {
		case "nokeys":
			w.noKeys = true
			return nil
		case "mode":
			f.hasMode = true
			return p.mode(&f.mode)
		case "reqid":
			f.hasReqID = true
			return p.reqID(&f.reqID)
		case "flag":
			f.hasFlags = true
			return p.flags(&f.flags, stateFlags[:])
		}
		if w.hasID {
			return p.unknown()
		}
		w.hasID = true
		return p.id(&f.id, false)
	})
	return w, err
}

// listStates shows states. The kernel looks at the protocol and the addresses.
func listStates(c *object.Context, args []string) error {
	w, err := parseStateList(c, args)
	if err != nil {
		return err
	}
	id := &w.filter.id
	r := rtnl.NewRequest(msgGetSA, 0)
	if id.id.proto != 0 {
		r.U8(attrProto, id.id.proto)
	}
	b := append(append([]byte(nil), id.src[:]...), id.id.dst[:]...)
	b = native.AppendUint16(b, id.family)
	r.Attr(attrAddressFilter, append(b, id.srcBits, id.dstBits))
	return list(c, r, func(p *pen, m *rtnl.Msg) bool { return p.state(m, &w.filter, w.noKeys) })
}

// countStates shows how many states there are, with -stats the hash table, too.
func countStates(c *object.Context, _ []string) error {
	return count(c, msgGetSADInfo, (*pen).sadInfo)
}

// count asks for a database's counts.
func count(c *object.Context, typ uint16, show func(*pen, *rtnl.Msg)) error {
	r := rtnl.NewRequest(typ, 0)
	r.Raw([]byte{0xff, 0xff, 0xff, 0xff}) // all of them
	return ask(c, r, func(m *rtnl.Msg) error {
		p := newPen(c)
		show(p, m)
		p.flush()
		return nil
	})
}
