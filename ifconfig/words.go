package ifconfig

import (
	"strings"

	"golang.org/x/sys/unix"
)

// step is one thing to do to the interface: a word and what belongs to it.
type step struct {
	verb    verb
	operand string
	// has tells an empty operand from none.
	has bool
	// flag is the row of a word about a flag.
	flag flagWord
	// kind is the word for the hardware type.
	kind string
}

// verb is what a step does.
type verb uint8

const (
	setAddress verb = iota
	setFlag
	setBroadcast
	setPeer // dstaddr, and pointopoint, which sets a flag too
	setPointToPoint
	setNetmask
	setMTU
	setQueue
	setName
	setKeepalive
	setOutfill
	setStart // mem_start
	setBase  // io_addr
	setIRQ
	setMedia
	setHardware
	addAddress
	delAddress
	setTunnel
)

// flagWord is a word that sets or clears a flag of the interface.
type flagWord struct {
	word string
	set  bool
	bits uint16
	// still is what the interface is called that keeps a flag which was to be
	// cleared. Where it is empty nobody looks.
	still string
}

func findFlagWord(word string) (flagWord, bool) {
	for _, f := range [...]flagWord{
		{"arp", false, unix.IFF_NOARP, ""},
		{"-arp", true, unix.IFF_NOARP, ""},
		{"trailers", false, unix.IFF_NOTRAILERS, ""},
		{"-trailers", true, unix.IFF_NOTRAILERS, ""},
		{"promisc", true, unix.IFF_PROMISC, ""},
		{"-promisc", false, unix.IFF_PROMISC, "promisc mode... maybe other application is running?"},
		{"multicast", true, unix.IFF_MULTICAST, ""},
		{"-multicast", false, unix.IFF_MULTICAST, "MULTICAST mode."},
		{"allmulti", true, unix.IFF_ALLMULTI, ""},
		{"-allmulti", false, unix.IFF_ALLMULTI, "ALLMULTI mode."},
		{"up", true, unix.IFF_UP | unix.IFF_RUNNING, ""},
		{"down", false, unix.IFF_UP, ""},
		{"dynamic", true, unix.IFF_DYNAMIC, ""},
		{"-dynamic", false, unix.IFF_DYNAMIC, "DYNAMIC mode."},
		{"-broadcast", false, unix.IFF_BROADCAST, "BROADCAST mode."},
		{"-pointopoint", false, unix.IFF_POINTOPOINT, "POINTOPOINT mode."},
		{"-pointtopoint", false, unix.IFF_POINTOPOINT, "POINTOPOINT mode."},
	} {
		if f.word == word {
			return f, true
		}
	}
	return flagWord{}, false
}

// valueWord is a word with an operand.
type valueWord struct {
	word string
	verb verb
	// optional tells that the operand may be missing; at the end of the line
	// only, for any word will do for it.
	optional bool
}

func findValueWord(word string) (valueWord, bool) {
	for _, v := range [...]valueWord{
		{"media", setMedia, false},
		{"port", setMedia, false},
		{"mtu", setMTU, false},
		{"keepalive", setKeepalive, false},
		{"outfill", setOutfill, false},
		{"broadcast", setBroadcast, true},
		{"dstaddr", setPeer, false},
		{"netmask", setNetmask, false},
		{"txqueuelen", setQueue, false},
		{"name", setName, false},
		{"mem_start", setStart, false},
		{"io_addr", setBase, false},
		{"irq", setIRQ, false},
		{"pointopoint", setPointToPoint, true},
		{"pointtopoint", setPointToPoint, true},
		{"add", addAddress, false},
		{"del", delAddress, false},
		{"tunnel", setTunnel, false},
	} {
		if v.word == word {
			return v, true
		}
	}
	return valueWord{}, false
}

// nextStep reads the first step of words, which are not empty. ok is false for
// a word whose operand is missing.
func nextStep(words []string) (s step, rest []string, ok bool) {
	word, rest := words[0], words[1:]
	if f, found := findFlagWord(word); found {
		return step{verb: setFlag, flag: f}, rest, true
	}
	if word == "hw" {
		return hardwareStep(rest)
	}
	v, found := findValueWord(word)
	switch {
	case !found:
		return step{verb: setAddress, operand: word, has: true}, rest, true
	case len(rest) == 0:
		return step{verb: v.verb}, rest, v.optional
	case v.verb == setMedia && strings.EqualFold(rest[0], "auto"):
		// The operand of this one is taken for a word of its own as well.
		return step{verb: setFlag, flag: flagWord{word, true, unix.IFF_AUTOMEDIA, ""}}, rest, true
	}
	return step{verb: v.verb, operand: rest[0], has: true}, rest[1:], true
}

// hardwareStep reads what is behind hw: a type and an address. Whether there
// must be one depends on the type.
func hardwareStep(words []string) (s step, rest []string, ok bool) {
	if len(words) == 0 {
		return s, nil, false
	}
	s = step{verb: setHardware, kind: words[0]}
	if len(words) == 1 {
		return s, nil, true
	}
	s.operand, s.has = words[1], true
	return s, words[2:], true
}
