package route

import (
	"strconv"
	"strings"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/format"
)

// inet6Route is what the words of a command say about an IPv6 route: the struct
// in6_rtmsg of the original (linux/ipv6_route.h).
type inet6Route struct {
	flags     uint32
	dst       [16]byte
	prefixLen uint8
	gateway   [16]byte
	metric    uint32
	device    string
	hasDevice bool
}

// editInet6 adds or deletes an IPv6 route, or tells how to.
func editInet6(c *call, a action) error {
	switch a {
	case flush:
		return misuse("Flushing `inet6' routing table not supported", inet6Usage)
	case help:
		return c.usage(inet6Usage)
	}
	rt, err := parseInet6(c.resolver, c.options.operands())
	if err != nil {
		return err
	}
	return changeInet6(c.env, a == del, rt)
}

// parseInet6 reads what follows add or del.
func parseInet6(n names, words []string) (*inet6Route, error) {
	if len(words) == 0 {
		return nil, misuse("", inet6Usage)
	}
	rt := &inet6Route{flags: flagUp, metric: 1}
	if err := rt.target(n, format.Cut(words[0], wordSize)); err != nil {
		return nil, err
	}
	for words = words[1:]; len(words) > 0; {
		used, err := rt.keyword(n, words)
		if err != nil {
			return nil, err
		}
		words = words[used:]
	}
	return rt, nil
}

// target reads the destination. Without a length it is a host.
func (rt *inet6Route) target(n names, word string) error {
	if word == "default" {
		return nil
	}
	length := int32(128)
	if name, text, ok := strings.Cut(word, "/"); ok {
		if length = format.Atoi(text); length < 0 || length > 128 {
			return misuse("", inet6Usage)
		}
		word = name
	}
	a, ok := format.ParseIPv6(word)
	if !ok {
		addr, err := n.Addr6(word)
		if err != 0 {
			return applet.Fail(statusFailed, "getaddrinfo: "+word+": "+strconv.Itoa(int(err))+"\n"+n.Herror(word))
		}
		a = addr
	}
	rt.dst, rt.prefixLen = a, uint8(length)
	if length == 128 {
		rt.flags |= flagHost
	}
	return nil
}

// keyword reads one keyword with its value and returns how many words it took.
func (rt *inet6Route) keyword(n names, words []string) (used int, err error) {
	value, has := "", len(words) > 1
	if has {
		value = words[1]
	}
	switch words[0] {
	case "metric":
		if value == "" || value[0] < '0' || value[0] > '9' {
			return 0, misuse("", inet6Usage)
		}
		rt.metric = uint32(format.Atoi(value))
	case "gw", "gateway":
		if !has || rt.flags&flagGateway != 0 {
			return 0, misuse("", inet6Usage)
		}
		value = format.Cut(value, wordSize)
		a, ok := format.ParseIPv6(value)
		if !ok {
			return 0, applet.Fail(statusLookup, n.Herror(value))
		}
		rt.gateway = a
		rt.flags |= flagGateway
	case "mod":
		rt.flags |= flagModified
		return 1, nil
	case "dyn":
		rt.flags |= flagDynamic
		return 1, nil
	case "dev", "device":
		if !has {
			return 0, misuse("", inet6Usage)
		}
		rt.device, rt.hasDevice = value, true
	default:
		// Any other word is the device, and the last one.
		if has {
			return 0, misuse("", inet6Usage)
		}
		rt.device, rt.hasDevice = words[0], true
		return 1, nil
	}
	return 2, nil
}
