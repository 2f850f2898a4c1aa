package names

import "github.com/nlbox/nlbox/internal/format"

// Family names an address family (AF_*) as iproute2's options do; others are
// "???".
func Family(family int) string {
	switch family {
	case format.FamilyInet:
		return "inet"
	case format.FamilyInet6:
		return "inet6"
	case format.FamilyPacket:
		return "link"
	case format.FamilyMPLS:
		return "mpls"
	case format.FamilyBridge:
		return "bridge"
	}
	return "???"
}

// FamilyID finds an address family by its name; "any" and the like are not
// known here.
func FamilyID(word string) (family int, ok bool) {
	switch word {
	case "inet":
		return format.FamilyInet, true
	case "inet6":
		return format.FamilyInet6, true
	case "link":
		return format.FamilyPacket, true
	case "mpls":
		return format.FamilyMPLS, true
	case "bridge":
		return format.FamilyBridge, true
	}
	return format.FamilyUnspec, false
}

// FamilyExpected is the name of a family in iproute2's messages about
// addresses: "any valid" where none was asked for.
func FamilyExpected(family int) string {
	if family == format.FamilyUnspec {
		return "any valid"
	}
	return Family(family)
}
