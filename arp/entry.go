package arp

import (
	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/hwtype"
)

// entry is what the words of a command say about an entry: the struct arpreq of
// the original (linux/if_arp.h).
type entry struct {
	host     string // the word that messages name
	address  [4]byte
	kind     uint16 // of the hardware address; 0 leaves it open
	hardware hwtype.Addr
	flags    uint32
	mask     [4]byte // if flags say so
	device   string  // "" for none
}

// wordSize is how much of an address's word counts.
const wordSize = 127

// names looks up the names in a command. *resolver.Resolver is one.
type names interface {
	// Target reads an IPv4 address or name.
	Target(word string, hostFirst bool) (a [4]byte, isNet, ok bool)
	// Herror words the failure of the last look-up.
	Herror(name string) string
}

// target reads the host.
func (e *entry) target(n names, words []string) error {
	if len(words) == 0 {
		return fail("arp: need host name")
	}
	e.host = format.Cut(words[0], wordSize)
	var ok bool
	if e.address, _, ok = n.Target(e.host, false); !ok {
		return fail(n.Herror(e.host))
	}
	return nil
}

// modifier reads one word that set and del share, and its value, and returns
// how many words it took.
func (e *entry) modifier(n names, words []string) (used int, err error) {
	switch words[0] {
	case "temp":
		e.flags &^= flagPermanent
	case "trail":
		e.flags |= flagTrailers
	case "dontpub":
		e.flags |= flagDontPub
	case "auto":
		e.flags |= flagMagic
	case "dev":
		if len(words) < 2 {
			return 0, misuse()
		}
		e.device = format.Cut(words[1], deviceSize)
		return 2, nil
	case "netmask":
		if len(words) < 2 {
			return 0, misuse()
		}
		return 2, e.netmask(n, words[1])
	default:
		return 0, misuse()
	}
	return 1, nil
}

// netmask reads the value of netmask. From then on messages name it for the
// host, as the original does, which has one room for both.
func (e *entry) netmask(n names, word string) error {
	if word == "255.255.255.255" {
		return nil
	}
	e.host = format.Cut(word, wordSize)
	var ok bool
	if e.mask, _, ok = n.Target(e.host, false); !ok {
		return fail(n.Herror(e.host))
	}
	e.flags |= flagNetmask
	return nil
}

// hardwareWord reads a hardware address. What the word does not say is left of
// the host's address, in whose room it is written.
func (e *entry) hardwareWord(h hwtype.Type, word string) error {
	copy(e.hardware[2:], e.address[:])
	complaint, ok := h.Parse(word, &e.hardware)
	if !ok {
		return fail(complaint + "arp: invalid hardware address")
	}
	e.kind = h.Kind
	return nil
}
