package names

import "strings"

// LinkFlags are the flags of a device in the order of printing: IFF_* of
// linux/if.h without IFF_RUNNING, which iproute2 never shows (it says
// NO-CARRIER, before all others, of a device that is UP and not RUNNING). Bits
// that are not here are printed together as hex.
var LinkFlags = [...]Flag{
	{0x8, "LOOPBACK"}, {0x2, "BROADCAST"}, {0x10, "POINTOPOINT"},
	{0x1000, "MULTICAST"}, {0x80, "NOARP"}, {0x200, "ALLMULTI"},
	{0x100, "PROMISC"}, {0x400, "MASTER"}, {0x800, "SLAVE"},
	{0x4, "DEBUG"}, {0x8000, "DYNAMIC"}, {0x4000, "AUTOMEDIA"},
	{0x2000, "PORTSEL"}, {0x20, "NOTRAILERS"}, {0x1, "UP"},
	{0x10000, "LOWER_UP"}, {0x20000, "DORMANT"}, {0x40000, "ECHO"},
}

// operStates are IF_OPER_* of linux/if.h (RFC 2863), by number.
var operStates = [...]string{
	"UNKNOWN", "NOTPRESENT", "DOWN", "LOWERLAYERDOWN", "TESTING", "DORMANT",
	"UP",
}

// OperState names the operational state of a device (IF_OPER_*), if it is known.
func OperState(state uint8) (name string, ok bool) { return nth(operStates[:], state) }

// OperStateID finds an operational state by its name in any case.
func OperStateID(word string) (uint8, bool) {
	for i, name := range operStates {
		if strings.EqualFold(name, word) {
			return uint8(i), true
		}
	}
	return 0, false
}

var linkModes = [...]string{"DEFAULT", "DORMANT"}

// LinkMode names the mode of a device (IF_LINK_MODE_*), if it is known.
func LinkMode(mode uint8) (name string, ok bool) { return nth(linkModes[:], mode) }

// LinkModeID finds a link mode by its name in any case.
func LinkModeID(word string) (uint8, bool) {
	for i, name := range linkModes {
		if strings.EqualFold(name, word) {
			return uint8(i), true
		}
	}
	return 0, false
}

// addrGenModes are IN6_ADDR_GEN_MODE_* of linux/if_link.h.
var addrGenModes = [...]string{"eui64", "none", "stable_secret", "random"}

// AddrGenMode names a way of generating IPv6 addresses, if it is known.
func AddrGenMode(mode uint8) (name string, ok bool) { return nth(addrGenModes[:], mode) }

// AddrGenModeID finds an address generation mode by its name in any case.
func AddrGenModeID(word string) (uint8, bool) {
	for i, name := range addrGenModes {
		if strings.EqualFold(name, word) {
			return uint8(i), true
		}
	}
	return 0, false
}

func nth(names []string, i uint8) (string, bool) {
	if int(i) < len(names) {
		return names[i], true
	}
	return "", false
}

// AddrFlag is a flag of an IP address (IFA_F_* of linux/if_addr.h).
type AddrFlag struct {
	Bit  uint32
	Name string
	// ReadOnly flags are the kernel's own: they can be filtered by, not set.
	ReadOnly bool
	// V6 flags mean something for IPv6 only.
	V6 bool
}

// AddrFlags are the words for the flags of addresses, in the order of printing.
// Two of them are printed in a way of their own: the first bit has the word
// "secondary" for IPv4 and "temporary" for IPv6, and in the place of
// "permanent" an address without that flag is "dynamic".
var AddrFlags = [...]AddrFlag{
	{0x1, "secondary", true, false}, {0x1, "temporary", true, false},
	{0x2, "nodad", false, true}, {0x4, "optimistic", false, true},
	{0x8, "dadfailed", true, true}, {0x10, "home", false, true},
	{0x20, "deprecated", true, true}, {0x40, "tentative", true, true},
	{0x80, "permanent", true, true}, {0x100, "mngtmpaddr", false, true},
	{0x200, "noprefixroute", false, false},
	{0x400, "autojoin", false, false},
	{0x800, "stable-privacy", true, true},
}

// AddrFlagByName finds a flag of addresses by its word.
func AddrFlagByName(word string) (AddrFlag, bool) {
	for i := range AddrFlags {
		if AddrFlags[i].Name == word {
			return AddrFlags[i], true
		}
	}
	return AddrFlag{}, false
}
