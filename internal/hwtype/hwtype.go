// Package hwtype is the table of network hardware that net-tools knows: the
// types' names, their numbers (ARPHRD_*, linux/if_arp.h) and how their addresses
// are read and written. arp(8) and ifconfig(8) share it.
//
// It may import the standard library and internal/format.
package hwtype

import (
	"github.com/nlbox/nlbox/internal/format"
)

// Type is a type of network hardware.
type Type struct {
	Name  string // the word for it
	Title string // what it is
	Kind  uint16 // ARPHRD_*
	// Length is that of an address in bytes, 0 for a type without ARP.
	Length int
	// Separator stands between the bytes of an address that is written in
	// hexadecimal; 0 is no such form.
	Separator byte
	Upper     bool
	// parse reads an address of length bytes into a, which holds what was
	// there before; nil takes none.
	parse func(word string, length int, a *Addr) (complaint string, ok bool)
}

// Addr is the room for an address in a struct sockaddr.
type Addr [14]byte

// Unspecified is the Kind of the type of no device.
const Unspecified = 0xffff

// Default is the name of the type that is meant where none is given, and that
// an unknown number passes for.
const Default = "ether"

// types are in the order of net-tools.
var types = [...]Type{
	{Name: "loop", Title: "Local Loopback", Kind: 772},
	{Name: "slip", Title: "Serial Line IP", Kind: 256},
	{Name: "cslip", Title: "VJ Serial Line IP", Kind: 257},
	{Name: "slip6", Title: "6-bit Serial Line IP", Kind: 258},
	{Name: "cslip6", Title: "VJ 6-bit Serial Line IP", Kind: 259},
	{Name: "adaptive", Title: "Adaptive Serial Line IP", Kind: 264},
	{Name: "ash", Title: "Ash", Kind: 781, Length: 64, parse: parseAsh},
	{Name: "ether", Title: "Ethernet", Kind: 1, Length: 6, parse: parseHex, Separator: ':'},
	{Name: "ax25", Title: "AMPR AX.25", Kind: 3, Length: 7, parse: parseCallSign},
	{Name: "netrom", Title: "AMPR NET/ROM", Kind: 0, Length: 7, parse: parseCallSign},
	{Name: "rose", Title: "AMPR ROSE", Kind: 270, Length: 10, parse: parseRose},
	{Name: "tunnel", Title: "IPIP Tunnel", Kind: 768, parse: parseNone},
	{Name: "ppp", Title: "Point-to-Point Protocol", Kind: 512},
	{Name: "hdlc", Title: "(Cisco)-HDLC", Kind: 513},
	{Name: "lapb", Title: "LAPB", Kind: 516},
	{Name: "arcnet", Title: "ARCnet", Kind: 7, Length: 1, parse: parseFullHex, Separator: ':', Upper: true},
	{Name: "dlci", Title: "Frame Relay DLCI", Kind: 15, Length: 3},
	{Name: "frad", Title: "Frame Relay Access Device", Kind: 770},
	{Name: "sit", Title: "IPv6-in-IPv4", Kind: 776},
	{Name: "fddi", Title: "Fiber Distributed Data Interface", Kind: 774, Length: 6, parse: parseFullHex, Separator: '-', Upper: true},
	{Name: "hippi", Title: "HIPPI", Kind: 780, Length: 6, parse: parseFullHex, Separator: ':', Upper: true},
	{Name: "irda", Title: "IrLAP", Kind: 783, Length: 2},
	{Name: "ec", Title: "Econet", Kind: 782},
	{Name: "x25", Title: "generic X.25", Kind: 271, Length: 15, parse: parseX25},
	{Name: "eui64", Title: "Generic EUI-64", Kind: 27, Length: 8, parse: parseHex, Separator: ':', Upper: true},
	{Name: "unspec", Title: "UNSPEC", Kind: Unspecified, Separator: '-', Upper: true},
}

// ByName returns the type with the name.
func ByName(name string) (Type, bool) {
	for i := range types {
		if types[i].Name == name {
			return types[i], true
		}
	}
	return Type{}, false
}

// ByKind returns the type with the kernel's number.
func ByKind(kind uint16) (Type, bool) {
	for i := range types {
		if types[i].Kind == kind && kind != Unspecified {
			return types[i], true
		}
	}
	return Type{}, false
}

// Unspec is the type that stands for all that have no name.
func Unspec() Type { return types[len(types)-1] }

// Count is how many types there are; At returns one of them, from 0 on.
func Count() int { return len(types) }

// At returns a type by its place in the table.
func At(i int) Type { return types[i] }

// Readable tells whether there is a way to read an address of the type.
func (t Type) Readable() bool { return t.parse != nil }

// Parse reads an address into a. Bytes that the word does not say stay as they
// were, and those before a mistake are written. complaint is what the reader
// has to say of a mistake, without a newline; most say nothing.
func (t Type) Parse(word string, a *Addr) (complaint string, ok bool) {
	if t.parse == nil {
		return "", false
	}
	return t.parse(word, t.Length, a)
}

// AppendHex appends the bytes in hexadecimal, in the form of the type.
func (t Type) AppendHex(dst, b []byte) []byte {
	start := len(dst)
	dst = format.AppendMAC(dst, b)
	for i := start; i < len(dst); i++ {
		switch c := dst[i]; {
		case c == ':':
			dst[i] = t.Separator
		case t.Upper && 'a' <= c && c <= 'f':
			dst[i] = c - ('a' - 'A')
		}
	}
	return dst
}
