package ifconfig

import (
	"bytes"
	"strconv"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/hwtype"
)

// appendHardware appends the line of the hardware: type, address where the type
// has a form for it, length of the queue.
func appendHardware(dst []byte, i *iface) []byte {
	h := i.hardwareType()
	dst = append(append(dst, indent...), h.Name...)
	if text, ok := hardwareText(h, i.hardware); ok {
		dst = append(append(dst, ' '), text...)
	}
	if i.queue != -1 {
		dst = appendSigned(dst, "  txqueuelen ", i.queue)
	}
	return append(append(append(dst, "  ("...), h.Title...), ")\n"...)
}

// hardwareText writes an address in the form of its type; ok is false for a
// type without one.
func hardwareText(h hwtype.Type, a [hardwareSize]byte) (text []byte, ok bool) {
	if h.Separator != 0 {
		length := h.Length
		if h.Kind == hwtype.Unspecified {
			length = sockaddrSize
		}
		return h.AppendHex(nil, append(a[:], make([]byte, sockaddrSize)...)[:length]), true
	}
	switch h.Kind {
	case unix.ARPHRD_TUNNEL:
		return nil, true
	case unix.ARPHRD_AX25, unix.ARPHRD_NETROM:
		return callSign(a), true
	case unix.ARPHRD_ROSE:
		return bytes.ReplaceAll(format.AppendMAC(nil, a[:5]), []byte(":"), nil), true
	case unix.ARPHRD_DLCI:
		return strconv.AppendInt(nil, int64(int16(native.Uint16(a[:]))), 10), true
	case unix.ARPHRD_IRDA:
		return infrared(a), true
	case unix.ARPHRD_X25:
		digits, _, _ := bytes.Cut(a[:], []byte{0})
		return digits, true
	case unix.ARPHRD_ASH:
		return ash(a)
	}
	return nil, false
}

// sockaddrSize is that of a struct sockaddr, all of which is shown of a type
// without a name.
const sockaddrSize = 16

// callSign writes an amateur's address: letters that stand one bit to the left,
// and a station.
func callSign(a [hardwareSize]byte) (text []byte) {
	for _, b := range a[:6] {
		if b>>1 == ' ' || b>>1 == 0 {
			break
		}
		text = append(text, b>>1)
	}
	if station := a[6] & 0x1e >> 1; station != 0 {
		text = append(text, '-')
		text = strconv.AppendUint(text, uint64(station), 10)
	}
	return text
}

// infrared writes an address of four bytes, the last one first. The original
// takes bytes for signed and has room for eleven characters.
func infrared(a [hardwareSize]byte) (text []byte) {
	for i := 3; i >= 0; i-- {
		b := uint32(int8(a[i]))
		if b < 0x10 {
			text = append(text, '0')
		}
		text = strconv.AppendUint(text, uint64(b), 16)
		if i > 0 {
			text = append(text, ':')
		}
	}
	return text[:min(len(text), 11)]
}

// ash writes hops up to the first code word of none; an address without any is
// not shown.
func ash(a [hardwareSize]byte) (text []byte, ok bool) {
	text = append(text, '[')
	for _, b := range a {
		if b == 0xc9 || b == 0xff {
			break
		}
		text = strconv.AppendUint(text, uint64(b), 16)
	}
	return append(text, ']'), a != [hardwareSize]byte{}
}
