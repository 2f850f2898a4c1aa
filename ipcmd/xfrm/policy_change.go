package xfrm

import (
	"math"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// maxTmpls is how many templates a policy of the original may have.
const maxTmpls = 16

// What a request has room for where the original counts its header in.
const (
	roomyPolicy   = roomy + unix.SizeofNlMsghdr + sizePolicy
	roomyPolicyID = roomy + unix.SizeofNlMsghdr + sizePolicyID
)

// found are the keywords that policies are told apart by, for add, update, get
// and delete.
type found struct {
	ptype uint8
	mark  mark
	ifID  uint32
	ctx   []byte

	hasDir, hasType, hasCtx, hasIfID, hasSel, hasIndex bool
}

// word reads a keyword if it is one of these.
func (w *found) word(p *parser, dir *uint8) (taken bool, err error) {
	switch p.Word() {
	case "dir":
		if err := p.once(&w.hasDir, "dir"); err != nil {
			return true, err
		}
		return true, p.value(dir, dirRows[:], "DIR value is invalid")
	case "ctx":
		w.ctx, err = p.context(&w.hasCtx)
		return true, err
	case "mark":
		return true, p.mark(&w.mark)
	case "ptype":
		if err := p.once(&w.hasType, "ptype"); err != nil {
			return true, err
		}
		return true, p.policyType(&w.ptype)
	case "if_id":
		w.hasIfID = true
		return true, p.u32(&w.ifID, "IF_ID value is invalid")
	}
	return false, nil
}

func (p *parser) policyType(into *uint8) error {
	return p.value(into, policyTypeRows[:], "PTYPE value is invalid")
}

// policyTypeBytes is a struct xfrm_userpolicy_type.
func policyTypeBytes(ptype uint8) []byte { return []byte{ptype, 0, 0, 0, 0, 0} }

// noDir is the error for a policy without a direction.
func noDir() error { return local("Not enough information: DIR is required.") }

// policyWords is what the words of add and update say.
type policyWords struct {
	found
	info  policyInfo
	sel   selWords
	tmpls []tmpl
}

// changePolicy is add or update.
func changePolicy(typ uint16) object.Main {
	return func(c *object.Context, args []string) error {
		r := rtnl.NewRequest(typ, 0)
		if err := parsePolicy(c, r, args); err != nil {
			return err
		}
		return change(c, r)
	}
}

// parsePolicy reads the words of add and update into a request.
func parsePolicy(c *object.Context, r *rtnl.Request, args []string) error {
	p := newParser(c, args)
	w := &policyWords{info: policyInfo{life: lifetime{limits: unlimited()}}}
	w.sel.family = p.family
	if err := p.each(func() error { return w.word(p) }); err != nil {
		return err
	}
	if !w.hasDir {
		return noDir()
	}
	w.info.sel = w.sel.selector
	if w.info.sel.family == unix.AF_UNSPEC {
		w.info.sel.family = unix.AF_INET
	}
	r.Raw(w.info.append(nil))
	return w.put(message{r, c})
}

func (w *policyWords) word(p *parser) error {
	if taken, err := w.found.word(p, &w.info.dir); taken {
		return err
	}
	switch p.Word() {
	case "index":
		return p.u32(&w.info.index, "INDEX value is invalid")
	case "action":
		return p.value(&w.info.action, actionRows[:], "ACTION value is invalid\n")
	case "priority":
		return p.u32(&w.info.priority, "PRIORITY value is invalid")
	case "flag":
		return p.flags(&w.info.flags, policyFlags[:])
	case "limit":
		return p.limit(&w.info.life.limits)
	case "tmpl":
		return w.tmpl(p)
	}
	if w.hasSel {
		return words.Duplicate("unknown", p.Word())
	}
	w.hasSel = true
	err := p.selector(&w.sel)
	if p.family == unix.AF_UNSPEC {
		p.family = w.sel.family
	}
	return err
}

// tmpl reads a template. Its addresses decide about the family of what follows.
func (w *policyWords) tmpl(p *parser) error {
	if len(w.tmpls) == maxTmpls {
		return local("Too many tmpls: buffer overflow")
	}
	t := tmpl{family: p.family, auths: math.MaxUint32, crypts: math.MaxUint32, compers: math.MaxUint32}
	if _, err := p.Value(); err != nil {
		return err
	}
	hasID := false
	err := p.group(func() (bool, error) {
		switch {
		case p.Is("mode"):
			return true, p.mode(&t.mode)
		case p.Is("reqid"):
			return true, p.reqID(&t.reqID)
		case p.Is("level"):
			return true, p.value(&t.optional, levelRows[:], "LEVEL value is invalid\n")
		case hasID:
			return false, nil
		}
		hasID = true
		return true, p.tmplID(&t)
	})
	w.tmpls = append(w.tmpls, t)
	return err
}

func (p *parser) tmplID(t *tmpl) error {
	p.family = unix.AF_UNSPEC
	id := idWords{family: t.family}
	if err := p.id(&id, true); err != nil {
		return err
	}
	t.id, t.src, t.family = id.id, id.src, id.family
	p.family = t.family
	return nil
}

// put appends the attributes in the original's order.
func (w *policyWords) put(m message) error {
	if w.hasType {
		m.attr(attrPolicyType, policyTypeBytes(w.ptype), roomyPolicy)
	}
	if len(w.tmpls) > 0 {
		var b []byte
		for i := range w.tmpls {
			b = w.tmpls[i].append(b)
		}
		m.attr(attrTmpl, b, roomyPolicy)
	}
	if w.mark.mask != 0 {
		m.attr(attrMark, w.mark.bytes(), roomy)
	}
	if w.hasCtx {
		m.attr(attrSecCtx, w.ctx, roomyPolicy)
	}
	if w.hasIfID {
		m.u32(attrIfID, w.ifID, roomy)
	}
	return nil
}
