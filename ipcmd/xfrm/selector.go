package xfrm

import (
	"strings"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// allBits is the mask of a port, type or code that is meant exactly.
const allBits = 0xffff

// selWords is what the words of a SELECTOR say.
type selWords struct {
	selector
	// What was given, for filters.
	hasDev, hasProto, hasSport, hasDport bool
}

// selector reads a SELECTOR.
func (p *parser) selector(w *selWords) error {
	var addrs pair
	upper := false
	err := p.group(func() (bool, error) {
		switch {
		case p.Is("src"):
			return true, addrs.set(p, &addrs.src, &w.src, &w.srcBits, &w.family)
		case p.Is("dst"):
			return true, addrs.set(p, &addrs.dst, &w.dst, &w.dstBits, &w.family)
		case p.Is("dev"):
			return true, p.dev(w)
		case upper:
			return false, nil
		}
		upper = true
		return true, p.upper(w)
	})
	if err != nil {
		return err
	}
	return addrs.same(p)
}

// dev reads the device, "none" for any.
func (p *parser) dev(w *selWords) error {
	word, err := p.Value()
	if err != nil {
		return err
	}
	w.index, w.hasDev = 0, true
	if word == "none" {
		return nil
	}
	if w.index = p.c.Links().Index(word); w.index <= 0 {
		return words.Invalid("DEV value is invalid", word)
	}
	return nil
}

// met are the keywords of an UPSPEC that were met.
type met struct{ ports, types, key bool }

// upper reads an UPSPEC: what is meant of the protocol above IP.
func (p *parser) upper(w *selWords) error {
	var m met
	if err := p.group(func() (bool, error) { return p.upperWord(w, &m) }); err != nil {
		return err
	}
	bad := ""
	switch {
	case m.ports && !hasPorts(w.proto):
		bad = `"sport" and "dport" are`
	case m.types && w.proto != unix.IPPROTO_ICMP && w.proto != unix.IPPROTO_ICMPV6 && w.proto != protoMH:
		bad = `"type" and "code" are`
	case m.key && w.proto != unix.IPPROTO_GRE:
		bad = `"key" is`
	}
	if bad != "" {
		return local(bad + ` invalid with PROTO value "` + ipProto(p.c, w.proto) + `"`)
	}
	return nil
}

// hasPorts tells the protocols with ports; no protocol in particular is one too.
func hasPorts(proto uint8) bool {
	switch proto {
	case unix.IPPROTO_TCP, unix.IPPROTO_UDP, unix.IPPROTO_SCTP, unix.IPPROTO_DCCP, unix.IPPROTO_IP:
		return true
	}
	return false
}

func (p *parser) upperWord(w *selWords, m *met) (taken bool, err error) {
	switch {
	case p.Is("proto"):
		w.hasProto = true
		return true, p.ipProto(&w.proto)
	case p.Is("sport"):
		m.ports, w.hasSport = true, true
		return true, p.port(&w.sport, &w.sportMask)
	case p.Is("dport"):
		m.ports, w.hasDport = true, true
		return true, p.port(&w.dport, &w.dportMask)
	case p.Is("type"):
		m.types, w.hasSport, w.sportMask = true, true, allBits
		return true, p.icmp(&w.sport)
	case p.Is("code"):
		m.types, w.hasDport, w.dportMask = true, true, allBits
		return true, p.icmp(&w.dport)
	case p.Is("key"):
		m.key, w.hasDport = true, true
		return true, p.greKey(w)
	}
	return false, nil
}

// ipProto reads a protocol: "any", a name of protocols(5) or a number.
func (p *parser) ipProto(into *uint8) error {
	word, err := p.Value()
	if err != nil {
		return err
	}
	if word == "any" {
		*into = 0
		return nil
	}
	v, ok := format.ParseU8(word, 0)
	if !ok {
		var id int32
		id, ok = p.c.Names().IPProtoID(word)
		v = uint8(id)
	}
	if !ok {
		return words.Invalid("PROTO value is invalid", word)
	}
	*into = v
	return nil
}

// ipProto names a protocol as getprotobynumber(3) does, or writes its number.
func ipProto(c *object.Context, v uint8) string {
	if name, ok := c.Names().IPProtoByNumber(v); ok {
		return name
	}
	return decimal(uint64(v))
}

// port reads a port; 0 leaves the mask as it was.
func (p *parser) port(into, mask *uint16) error {
	key := p.Word()
	if err := p.u16(into, `value after "`+key+`" is invalid`); err != nil {
		return err
	}
	if *into != 0 {
		*mask = allBits
	}
	return nil
}

// icmp reads a type or code, which stands where others have a port.
func (p *parser) icmp(into *uint16) error {
	problem := `value after "` + p.Word() + `" is invalid`
	if err := p.u16(into, problem); err != nil {
		return err
	}
	if *into > 0xff {
		return words.Invalid(problem, p.Word())
	}
	return nil
}

// greKey reads the key of GRE, a number or a dotted quad.
func (p *parser) greKey(w *selWords) error {
	word, err := p.Value()
	if err != nil {
		return err
	}
	var key uint32
	if strings.IndexByte(word, '.') >= 0 {
		a, ok := format.ParseIPv4(word)
		if !ok {
			return local(`Error: an IP address is expected rather than "` + word + `"`)
		}
		f := fields{a[:]}
		key = f.be32()
	} else {
		v, ok := format.ParseU32(word, 0)
		if !ok {
			return object.Abort(object.StatusUsage, `value after "key" is invalid`)
		}
		key = v
	}
	w.sport, w.sportMask = uint16(key>>16), allBits
	w.dport, w.dportMask = uint16(key), allBits
	return nil
}
