package arp

import (
	"github.com/nlbox/nlbox/internal/hwtype"
)

// typeName is the name of the hardware type with the kernel's number. One that
// has none passes for Ethernet.
func typeName(kind uint16) string {
	if h, ok := hwtype.ByKind(kind); ok {
		return h.Name
	}
	return hwtype.Default
}

// describe is a device's type and address as -v shows them. A type without a
// form of its own shows all of the room for an address, and two bytes beyond.
func describe(kind uint16, a hwtype.Addr) (name, text string) {
	h, ok := hwtype.ByKind(kind)
	switch {
	case ok && h.Name == "tunnel":
		return h.Name, ""
	case ok && h.Separator != 0:
		return h.Name, string(h.AppendHex(nil, a[:h.Length]))
	}
	return "unspec", string(hwtype.Unspec().AppendHex(nil, append(a[:], 0, 0)))
}
