package xfrm

import "github.com/nlbox/nlbox/internal/rtnl"

// policyType is the type of a policy, main where none is given. A type that is
// cut short is told of.
func (p *pen) policyType(at rtnl.Attrs) (ptype uint8, ok bool) {
	b := at.Get(attrPolicyType)
	if b != nil && len(b) < sizePolicyType {
		p.warn("too short XFRMA_POLICY_TYPE len")
		return 0, false
	}
	f := fields{b}
	return f.u8(), true
}

// policy prints a message about a policy that the filter means. It tells whether
// the message was whole.
func (p *pen) policy(m *rtnl.Msg, filter *policyFilter) bool {
	size, verb := sizePolicy, ""
	switch m.Type {
	case msgNewPolicy:
	case msgUpdatePolicy:
		verb = "Updated "
	case msgDeletePolicy:
		size, verb = sizePolicyID, "Deleted "
	case msgPolicyExpire:
		size, verb = sizePolExpire, "Expired "
	default:
		p.notA("policy", m)
		return true
	}
	if !p.longEnough(len(m.Data), size) {
		return false
	}
	f := fields{m.Data}
	info := f.policy() // not if it was deleted
	hard := f.u8()
	var tb table
	at := rtnl.Attrs(tb[:])
	attrs(at, m, size)
	ptype, ok := p.policyType(at)
	if !ok {
		return false
	}
	if m.Type != msgDeletePolicy && !filter.match(&info, ptype) {
		return true
	}
	p.text(verb)
	if m.Type == msgDeletePolicy {
		b := at.Get(attrPolicy)
		switch {
		case b == nil:
			p.warn("Buggy XFRM_MSG_DELPOLICY: no XFRMA_POLICY")
			return false
		case len(b) < sizePolicy:
			p.warn("Buggy XFRM_MSG_DELPOLICY: too short XFRMA_POLICY len")
			return false
		}
		f = fields{b}
		info = f.policy()
	}
	p.policyInfo(&info, at, "", "")
	if m.Type == msgPolicyExpire {
		p.count("\thard ", uint64(hard), "")
		p.nl()
	}
	p.end()
	return true
}

// policyInfo prints a policy and its attributes: title before its first line,
// prefix before the second.
func (p *pen) policyInfo(info *policyInfo, at rtnl.Attrs, prefix, title string) {
	p.selector(&info.sel, p.family, title)
	p.context(at)
	p.text(prefix, "\t")
	p.direction(info.dir)
	switch {
	case info.action != actionAllow:
		p.text("action ", name(actionRows[:], info.action), " ")
	case p.stats:
		p.text("action allow ")
	}
	if p.stats {
		p.count("index ", uint64(info.index), " ")
	}
	p.count("priority ", uint64(info.priority), " ")
	p.ptype(at)
	if p.stats {
		p.text("share ", name(shareRows[:], info.share), " ")
	}
	if p.stats || info.flags != 0 {
		p.text("flag ")
		p.flagNames(policyFlags[:], uint32(info.flags))
	}
	if p.stats {
		p.bits(info.flags)
	}
	p.nl()
	prefix += "\t"
	if p.stats {
		p.lifetime(&info.life, prefix)
	}
	p.attrs(at, info.sel.family, prefix, false)
}

// direction prints the direction of a policy; those of sockets are counted on.
func (p *pen) direction(dir uint8) {
	if dir >= dirs {
		p.text("socket ")
		dir -= dirs
	} else {
		p.text("dir ")
	}
	p.text(name(dirRows[:], dir), " ")
}

// ptype prints the type of a policy if it is given.
func (p *pen) ptype(at rtnl.Attrs) {
	b := at.Get(attrPolicyType)
	if b == nil {
		return
	}
	p.text("ptype ")
	if len(b) < sizePolicyType {
		p.text("(ERROR truncated)")
	}
	f := fields{b}
	p.text(name(policyTypeRows[:], f.u8()), " ")
}

// defaultName names what happens to packets without a policy.
func defaultName(v uint8) string {
	switch v {
	case 0:
		return "unspec"
	case 1, 2:
		return name(defaultRows[:], v)
	}
	return "unknown"
}

// defaults prints what happens to packets without a policy.
func (p *pen) defaults(m *rtnl.Msg) {
	const need = 20 // with struct nlmsghdr and its padding
	if len(m.Raw) < need {
		p.warn("BUG: short nlmsg len " + decimal(uint64(len(m.Raw))) + " (expect " + decimal(need) + ") for XFRM_MSG_GETDEFAULT")
		return
	}
	f := fields{m.Data}
	p.text("Default policies:\n")
	p.text(" in:  ", defaultName(f.u8()), "\n")
	p.text(" fwd: ", defaultName(f.u8()), "\n")
	p.text(" out: ", defaultName(f.u8()), "\n")
}
