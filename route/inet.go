package route

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/resolver"
)

// inetRoute is what the words of a command say about an IPv4 route: the struct
// rtentry of the original (linux/route.h).
type inetRoute struct {
	flags              uint32
	dst, mask, gateway [4]byte
	// metric is one more than the metric, in the 16 bits that it has there; 0
	// is none.
	metric      int16
	mss, window uint32
	irtt        uint16
	device      string
	hasDevice   bool
}

// names looks up the names in a command. *resolver.Resolver is one.
type names interface {
	// Target reads an IPv4 address or name.
	Target(word string, hostFirst bool) (a [4]byte, isNet, ok bool)
	// Addr6 reads an IPv6 address or name.
	Addr6(word string) ([16]byte, resolver.Error)
	// Herror words the failure of the last look-up.
	Herror(name string) string
}

// wordSize is how much of an address's word counts.
const wordSize = 127

// editInet adds or deletes an IPv4 route, or tells how to.
func editInet(c *call, a action) error {
	words := c.options.operands()
	switch {
	case a == flush:
		return misuse("Flushing `inet' routing table not supported", inetUsage)
	case c.options.cache:
		return misuse("Modifying `inet' routing cache not supported", inetUsage)
	case len(words) == 0 || a == help:
		return c.usage(inetUsage)
	}
	rt, err := parseInet(c.resolver, words, a == add)
	if err != nil {
		return err
	}
	return changeInet(c.env, a == del, rt)
}

// inetParser reads the words of one route.
type inetParser struct {
	names names
	words []string
	rt    inetRoute
	// netmask is the word that the mask was given with.
	netmask string
}

// parseInet reads what follows add or del.
func parseInet(n names, words []string, adding bool) (*inetRoute, error) {
	p := &inetParser{names: n, words: words, netmask: "default"}
	if err := p.target(); err != nil {
		return nil, err
	}
	for len(p.words) > 0 {
		if err := p.keyword(); err != nil {
			return nil, err
		}
	}
	rt := &p.rt
	if rt.flags&flagReject != 0 && !rt.hasDevice {
		rt.device, rt.hasDevice = "lo", true
	}
	if err := p.check(); err != nil {
		return nil, err
	}
	if adding && rt.flags&flagHost != 0 {
		rt.mask = [4]byte{255, 255, 255, 255}
	}
	return rt, nil
}

// next takes a word off.
func (p *inetParser) next() (word string, ok bool) {
	if len(p.words) == 0 {
		return "", false
	}
	word, p.words = p.words[0], p.words[1:]
	return word, true
}

// target reads -net or -host and the destination. A plain address without
// either is a host, default and the name of a network are networks.
func (p *inetParser) target() error {
	kind := ""
	if p.words[0] == netWord || p.words[0] == hostWord {
		kind, _ = p.next()
	}
	word, ok := p.next()
	if !ok {
		return misuse("", inetUsage)
	}
	word = format.Cut(word, wordSize)
	if word, ok = p.prefix(word); !ok {
		return misuse("", inetUsage)
	}
	a, isNet, ok := p.names.Target(word, kind == hostWord)
	if !ok {
		return applet.Fail(statusLookup, p.names.Herror(word))
	}
	p.rt.dst = a
	p.rt.flags = flagUp
	if kind == hostWord || kind == "" && !isNet {
		p.rt.flags |= flagHost
	}
	return nil
}

// prefix takes "/LENGTH" off the destination and makes the mask of it. The
// length is taken modulo 32, as a processor shifts: /32 makes no mask, and /33
// the one of /1.
func (p *inetParser) prefix(word string) (rest string, ok bool) {
	for i := range len(word) {
		if word[i] != '/' {
			continue
		}
		v, n, _ := format.Strtoul(word[i+1:], 0)
		if n != len(word)-i-1 {
			return "", false
		}
		binary.BigEndian.PutUint32(p.rt.mask[:], ^(uint32(math.MaxUint32) >> (v & 31)))
		return word[:i], true
	}
	return word, true
}

// keyword reads one keyword with its value.
func (p *inetParser) keyword() error {
	word, _ := p.next()
	rt := &p.rt
	switch word {
	case "metric":
		v, ok := p.next()
		if !ok || v == "" || v[0] < '0' || v[0] > '9' {
			return misuse("", inetUsage)
		}
		rt.metric = int16(format.Atoi(v) + 1)
	case "netmask":
		return p.mask()
	case "gw", "gateway":
		return p.gateway()
	case "mss", "mtu":
		return p.size(flagMSS, &rt.mss, 64, 65536, "route: Invalid MSS/MTU.")
	case "window":
		return p.size(flagWindow, &rt.window, 128, math.MaxUint64, "route: Invalid window.")
	case "irtt":
		v, ok := p.next()
		if !ok {
			return misuse("", inetUsage)
		}
		rt.flags |= flagIRTT
		rt.irtt = uint16(format.Atoi(v))
	case "reject":
		rt.flags |= flagReject
	case "mod":
		rt.flags |= flagModified
	case "dyn":
		rt.flags |= flagDynamic
	case "reinstate":
		rt.flags |= flagReinstate
	case "dev", "device":
		v, ok := p.next()
		if !ok || rt.hasDevice {
			return misuse("", inetUsage)
		}
		rt.device, rt.hasDevice = v, true
	default:
		// Any other word is the device, and the last one.
		if rt.hasDevice || len(p.words) > 0 {
			return misuse("", inetUsage)
		}
		rt.device, rt.hasDevice = word, true
	}
	return nil
}

// mask reads the value of netmask.
func (p *inetParser) mask() error {
	word, ok := p.next()
	if !ok || p.rt.mask != [4]byte{} {
		return misuse("", inetUsage)
	}
	p.netmask = format.Cut(word, wordSize)
	if p.rt.mask, _, ok = p.names.Target(p.netmask, false); !ok {
		return applet.Fail(statusLookup, p.names.Herror(p.netmask))
	}
	return nil
}

// gateway reads the value of gw.
func (p *inetParser) gateway() error {
	word, ok := p.next()
	if !ok || p.rt.flags&flagGateway != 0 {
		return misuse("", inetUsage)
	}
	word = format.Cut(word, wordSize)
	a, isNet, ok := p.names.Target(word, true)
	switch {
	case !ok:
		return applet.Fail(statusLookup, p.names.Herror(word))
	case isNet:
		return misuse("route: "+word+": cannot use a NETWORK as gateway!", inetUsage)
	}
	p.rt.gateway = a
	p.rt.flags |= flagGateway
	return nil
}

// size reads a number from least to most into v. A negative one counts as a
// large one.
func (p *inetParser) size(flag uint32, v *uint32, least, most uint64, complaint string) error {
	word, ok := p.next()
	if !ok {
		return misuse("", inetUsage)
	}
	p.rt.flags |= flag
	n := uint64(int64(format.Atoi(word)))
	if n < least || n > most {
		return misuse(complaint, inetUsage)
	}
	*v = uint32(n)
	return nil
}

// check sees whether mask and destination fit each other.
func (p *inetParser) check() error {
	rt := &p.rt
	mask, dst := binary.BigEndian.Uint32(rt.mask[:]), binary.BigEndian.Uint32(rt.dst[:])
	switch hole := ^mask; {
	case mask == 0:
		return nil
	case rt.flags&flagHost != 0 && hole != math.MaxUint32:
		return misuse(fmt.Sprintf("route: netmask %.8x doesn't make sense with host route", hole), inetUsage)
	case hole&(hole+1) != 0:
		return misuse("route: bogus netmask "+p.netmask, inetUsage)
	case dst&hole != 0:
		return misuse("route: netmask doesn't match route address", inetUsage)
	}
	return nil
}
