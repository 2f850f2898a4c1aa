// Package format is the pure text of values, in both directions: bytes of a
// netlink attribute to what the tools print, and words of a command line to
// values. It knows no name tables (package names has those), no sockets and no
// output: everything here is a function of its arguments.
//
// The Append functions add text to a slice and allocate nothing else. The Parse
// functions answer (value, ok); which words an error is reported with is the
// caller's business. Both follow the C library and iproute2 to the byte, also
// where Go's strconv and net/netip are stricter or print otherwise: numbers are
// read by the rules of strtoul(3), IPv6 by those of glibc's inet_pton(3).
//
// It may import the standard library only.
package format

// Address families, from linux/socket.h. They are the numbers of AF_* on every
// Linux; the package has its own so that it need not import x/sys.
const (
	FamilyUnspec = 0
	FamilyInet   = 2
	FamilyBridge = 7
	FamilyInet6  = 10
	FamilyPacket = 17
	FamilyMPLS   = 28
)

// FamilyBits is the length of an address of the family in bits: the prefix
// length of a single host. It is 0 for families without addresses.
func FamilyBits(family int) int {
	switch family {
	case FamilyInet:
		return 32
	case FamilyInet6:
		return 128
	case FamilyMPLS:
		return 20
	}
	return 0
}
