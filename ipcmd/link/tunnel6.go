package link

import (
	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/words"
)

// inet6Options are the options that the tunnels over IPv6 share. abbreviate says
// that the words of the first rows may be; the others must be whole.
func (t *tunnel) inet6Options(abbreviate bool) []Option {
	first := exact
	if abbreviate {
		first = prefixed
	}
	rows := []Option{
		first("remote", t.addressOf(&t.remote)),
		first("local", t.addressOf(&t.local)),
		prefixed("dev", t.readDev),
		first("ttl", t.readTTL("invalid HLIM\n")),
		first("hoplimit", t.readTTL("invalid HLIM\n")),
		first("hlim", t.readTTL("invalid HLIM\n")),
		first("tos", t.readTclass),
		first("tclass", t.readTclass),
	}
	if !abbreviate {
		rows = append(rows, exact("tc", t.readTclass))
	}
	return append(rows,
		prefixed("dsfield", t.readTclass),
		exact("flowlabel", t.readFlowlabel),
		exact("fl", t.readFlowlabel),
		exact("dscp", t.readDSCP),
		exact("encaplimit", t.readEncapLimit),
		exact("fwmark", t.readFwmark6),
		exact("allow-localremote", do(func() { t.flags |= ip6AllowLocalRemote })),
		exact("noallow-localremote", do(func() { t.flags &^= ip6AllowLocalRemote })),
		exact("external", do(func() { t.external = true })),
	)
}

// inherit reads a value, or the word inherit, which sets flag.
func (t *tunnel) inherit(p *kindParser, flag uint32, read func(v string) error) error {
	v, err := p.Value()
	if err != nil {
		return err
	}
	if v == "inherit" {
		t.flags |= flag
		return nil
	}
	if err := read(v); err != nil {
		return err
	}
	t.flags &^= flag
	return nil
}

// readTclass reads a traffic class in hex.
func (t *tunnel) readTclass(p *kindParser) error {
	t.flowInfo &^= flowInfoTclass
	return t.inherit(p, ip6UseOrigTclass, func(v string) error {
		n, ok := format.ParseU8(v, 16)
		if !ok {
			return words.Invalid("invalid TClass", v)
		}
		t.flowInfo |= uint32(n) << 20
		return nil
	})
}

// readFlowlabel reads a flow label in hex.
func (t *tunnel) readFlowlabel(p *kindParser) error {
	t.flowInfo &^= flowInfoFlowlabel
	return t.inherit(p, ip6UseOrigFlowlabel, func(v string) error {
		n, ok := format.ParseU32(v, 16)
		if !ok || n > flowInfoFlowlabel {
			return words.Invalid("invalid Flowlabel", v)
		}
		t.flowInfo |= n
		return nil
	})
}

func (t *tunnel) readFwmark6(p *kindParser) error {
	return t.inherit(p, ip6UseOrigFwmark, func(v string) (err error) {
		t.fwmark, err = parsed(v, format.ParseU32, "invalid fwmark\n")
		return err
	})
}

func (t *tunnel) readDSCP(p *kindParser) error {
	v, err := p.Value()
	if err != nil {
		return err
	}
	if v != "inherit" {
		return words.Invalid("not inherit", v)
	}
	t.flags |= ip6RcvDSCPCopy
	return nil
}

func (t *tunnel) readEncapLimit(p *kindParser) error {
	v, err := p.Value()
	if err != nil {
		return err
	}
	if v == "none" {
		t.flags |= ip6IgnEncapLimit
		return nil
	}
	n, ok := format.ParseU8(v, 0)
	if !ok {
		return words.Invalid("invalid ELIM", v)
	}
	t.encapLimit = n
	t.flags &^= ip6IgnEncapLimit
	return nil
}
