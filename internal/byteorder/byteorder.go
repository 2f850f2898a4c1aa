// Package byteorder is the two byte orders of messages: that of the machine,
// which netlink speaks, and that of the network.
//
// The values of encoding/binary are variables. A package that keeps a copy of one
// under a short name has an initialisation for it, and with a few dozen packages
// every call of every applet goes through them all, each on a page of its own.
// The types here have no state: `var native byteorder.Native` costs nothing.
//
// It may import the standard library only.
package byteorder

import "encoding/binary"

// Native is the machine's byte order.
type Native struct{}

// Uint16 reads the first two bytes of b; it panics when there are fewer, as all
// methods here do.
func (Native) Uint16(b []byte) uint16 { return binary.NativeEndian.Uint16(b) }

// Uint32 reads four bytes.
func (Native) Uint32(b []byte) uint32 { return binary.NativeEndian.Uint32(b) }

// Uint64 reads eight bytes.
func (Native) Uint64(b []byte) uint64 { return binary.NativeEndian.Uint64(b) }

// PutUint16 writes the first two bytes of b.
func (Native) PutUint16(b []byte, v uint16) { binary.NativeEndian.PutUint16(b, v) }

// PutUint32 writes four bytes.
func (Native) PutUint32(b []byte, v uint32) { binary.NativeEndian.PutUint32(b, v) }

// PutUint64 writes eight bytes.
func (Native) PutUint64(b []byte, v uint64) { binary.NativeEndian.PutUint64(b, v) }

// AppendUint16 appends two bytes.
func (Native) AppendUint16(b []byte, v uint16) []byte { return binary.NativeEndian.AppendUint16(b, v) }

// AppendUint32 appends four bytes.
func (Native) AppendUint32(b []byte, v uint32) []byte { return binary.NativeEndian.AppendUint32(b, v) }

// AppendUint64 appends eight bytes.
func (Native) AppendUint64(b []byte, v uint64) []byte { return binary.NativeEndian.AppendUint64(b, v) }

// Big is the byte order of the network.
type Big struct{}

// Uint16 reads two bytes.
func (Big) Uint16(b []byte) uint16 { return binary.BigEndian.Uint16(b) }

// Uint32 reads four bytes.
func (Big) Uint32(b []byte) uint32 { return binary.BigEndian.Uint32(b) }

// PutUint16 writes the first two bytes of b.
func (Big) PutUint16(b []byte, v uint16) { binary.BigEndian.PutUint16(b, v) }

// PutUint32 writes four bytes.
func (Big) PutUint32(b []byte, v uint32) { binary.BigEndian.PutUint32(b, v) }

// AppendUint16 appends two bytes.
func (Big) AppendUint16(b []byte, v uint16) []byte { return binary.BigEndian.AppendUint16(b, v) }
