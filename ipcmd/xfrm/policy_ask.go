package xfrm

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

func getPolicy(c *object.Context, args []string) error {
	r := rtnl.NewRequest(msgGetPolicy, 0)
	if err := parsePolicyID(c, r, args); err != nil {
		return err
	}
	return ask(c, r, func(m *rtnl.Msg) error {
		p := newPen(c)
		ok := p.policy(m, nil)
		p.flush()
		return whole(ok)
	})
}

func deletePolicy(c *object.Context, args []string) error {
	r := rtnl.NewRequest(msgDeletePolicy, 0)
	if err := parsePolicyID(c, r, args); err != nil {
		return err
	}
	return change(c, r)
}

// parsePolicyID reads the words of get and delete.
func parsePolicyID(c *object.Context, r *rtnl.Request, args []string) error {
	p := newParser(c, args)
	w := &found{}
	var sel selWords
	var dir uint8
	var index uint32
	err := p.each(func() error {
		if taken, err := w.word(p, &dir); taken {
			return err
		}
		if p.Is("index") {
			if err := p.once(&w.hasIndex, "index"); err != nil {
				return err
			}
			return p.u32(&index, "INDEX value is invalid")
		}
		if w.hasSel {
			return p.unknown()
		}
		w.hasSel = true
		err := p.selector(&sel)
		if p.family == unix.AF_UNSPEC {
			p.family = sel.family
		}
		return err
	})
	switch {
	case err != nil:
		return err
	case !w.hasDir:
		return noDir()
	case !w.hasSel && !w.hasIndex:
		return local("Not enough information: either SELECTOR or INDEX is required.")
	case w.hasSel && w.hasIndex:
		return words.Garbage("SELECTOR", "INDEX")
	}
	if sel.family == unix.AF_UNSPEC {
		sel.family = unix.AF_INET
	}
	putPolicyID(r, &sel.selector, index, dir)
	m := message{r, c}
	if w.hasType {
		m.attr(attrPolicyType, policyTypeBytes(w.ptype), roomyPolicyID)
	}
	putMark(m, w.mark)
	if w.hasCtx {
		m.attr(attrSecCtx, w.ctx, roomyPolicyID)
	}
	if w.hasIfID {
		m.u32(attrIfID, w.ifID, roomy)
	}
	return nil
}

// putPolicyID appends a struct xfrm_userpolicy_id.
func putPolicyID(r *rtnl.Request, sel *selector, index uint32, dir uint8) {
	b := native.AppendUint32(sel.append(nil), index)
	r.Raw(append(b, dir, 0, 0, 0))
}

// parsePolicyList reads the words of list and deleteall.
func parsePolicyList(c *object.Context, args []string) (*policyFilter, error) {
	p := newParser(c, args)
	f := &policyFilter{}
	f.sel.family = p.family
	hasSel := false
	err := p.each(func() error {
		switch p.Word() {
		case "dir":
			f.hasDir = true
			return p.value(&f.dir, dirRows[:], "DIR value is invalid")
		case "index":
			f.hasIndex = true
			return p.u32(&f.index, "INDEX value is invalid")
		case "ptype":
			f.hasType = true
			return p.policyType(&f.ptype)
		case "action":
			f.hasAct = true
			return p.value(&f.action, actionRows[:], "ACTION value is invalid\n")
		case "priority":
			f.hasPriority = true
			return p.u32(&f.priority, "PRIORITY value is invalid")
		case "flag":
			f.hasFlag = true
			return p.flags(&f.flags, policyFlags[:])
		case "nosock":
			f.noSockets = true
			return nil
		}
		if hasSel {
			return p.unknown()
		}
		hasSel = true
		return p.selector(&f.sel)
	})
	return f, err
}

func listPolicies(c *object.Context, args []string) error {
	filter, err := parsePolicyList(c, args)
	if err != nil {
		return err
	}
	return list(c, rtnl.NewRequest(msgGetPolicy, 0), func(p *pen, m *rtnl.Msg) bool {
		p.family = filter.sel.family
		return p.policy(m, filter)
	})
}

// flushPolicies deletes all policies of a type, or all.
func flushPolicies(c *object.Context, args []string) error {
	p := newParser(c, args)
	var ptype uint8
	seen := false
	err := p.each(func() error {
		if !p.Is("ptype") {
			return p.unknown()
		}
		if err := p.once(&seen, "ptype"); err != nil {
			return err
		}
		return p.policyType(&ptype)
	})
	if err != nil {
		return err
	}
	if c.Opt.Stats > 1 {
		c.Warn("Flush policy")
	}
	r := rtnl.NewRequest(msgFlushPolicy, 0)
	if seen {
		r.Attr(attrPolicyType, policyTypeBytes(ptype))
	}
	return change(c, r)
}

// countPolicies shows how many policies there are, with -stats those of sockets,
// with -stats twice the hash table and its thresholds.
func countPolicies(c *object.Context, _ []string) error {
	return count(c, msgGetSPDInfo, (*pen).spdInfo)
}
