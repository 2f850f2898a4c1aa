package format

import (
	"strconv"
	"strings"
)

// Device types whose link-layer addresses are not written in hex; from
// linux/if_arp.h.
const (
	arphrdNetrom  = 0
	arphrdAX25    = 3
	arphrdRose    = 270
	arphrdTunnel  = 768
	arphrdTunnel6 = 769
	arphrdSit     = 776
	arphrdIPGRE   = 778
	arphrdIP6GRE  = 823
)

// AppendMAC appends a as two-digit lower-case hex bytes with colons between, of
// any length.
func AppendMAC(dst []byte, a []byte) []byte {
	if len(a) == 0 {
		return dst
	}
	dst = append(dst, hexDigits[a[0]>>4], hexDigits[a[0]&15])
	for _, b := range a[1:] {
		dst = append(dst, ':', hexDigits[b>>4], hexDigits[b&15])
	}
	return dst
}

// AppendLLAddr appends the link-layer address a of a device of type arphrd
// (ARPHRD_*): an IP address for the IP tunnels, a call sign for AX.25 and
// NET/ROM, ten digits for ROSE, hex otherwise.
func AppendLLAddr(dst []byte, a []byte, arphrd uint16) []byte {
	switch {
	case len(a) == 4 && (arphrd == arphrdTunnel || arphrd == arphrdSit || arphrd == arphrdIPGRE):
		return AppendIPv4(dst, a)
	case len(a) == 16 && (arphrd == arphrdTunnel6 || arphrd == arphrdIP6GRE):
		return AppendIPv6(dst, a)
	case len(a) == 7 && (arphrd == arphrdAX25 || arphrd == arphrdNetrom):
		return appendCallSign(dst, a)
	case len(a) == 5 && arphrd == arphrdRose:
		for _, b := range a {
			dst = append(dst, '0'+b>>4, '0'+b&15)
		}
		return dst
	}
	return AppendMAC(dst, a)
}

// appendCallSign appends an AX.25 address: six shifted characters, padded with
// blanks, and a station number (SSID). An empty call is "*".
func appendCallSign(dst []byte, a []byte) []byte {
	start := len(dst)
	for _, b := range a[:6] {
		if c := b >> 1; c != ' ' {
			dst = append(dst, c)
		}
	}
	if len(dst) == start || dst[start] == 0 || dst[start] == '-' {
		return append(dst[:start], '*')
	}
	dst = append(dst, '-')
	return strconv.AppendUint(dst, uint64(a[6]>>1&15), 10)
}

// AppendEtherShort appends the first 6 bytes of a in hex without leading zeros,
// as ether_ntoa(3) does: "2:0:0:0:0:10".
func AppendEtherShort(dst []byte, a []byte) []byte {
	for i, b := range a[:6] {
		if i > 0 {
			dst = append(dst, ':')
		}
		dst = strconv.AppendUint(dst, uint64(b), 16)
	}
	return dst
}

// AppendBridgeID appends a bridge id (struct ifla_bridge_id: 2 bytes priority,
// 6 bytes MAC) as ip prints it, "8000.2:0:0:0:0:10": the priority with leading
// zeros, the address without. A payload that is too short appends nothing.
func AppendBridgeID(dst []byte, id []byte) []byte {
	if len(id) < 8 {
		return dst
	}
	return AppendEtherShort(appendPriority(dst, id), id[2:])
}

// AppendBridgeIDPadded appends a bridge id as brctl and the kernel's sysfs
// print it, "8000.020000000010". See AppendBridgeID.
func AppendBridgeIDPadded(dst []byte, id []byte) []byte {
	if len(id) < 8 {
		return dst
	}
	dst = appendPriority(dst, id)
	for _, b := range id[2:8] {
		dst = append(dst, hexDigits[b>>4], hexDigits[b&15])
	}
	return dst
}

func appendPriority(dst []byte, id []byte) []byte {
	return append(dst, hexDigits[id[0]>>4], hexDigits[id[0]&15], hexDigits[id[1]>>4], hexDigits[id[1]&15], '.')
}

// ParseLLAddr reads a link-layer address: with a dot in it an IPv4 address by
// ParseIPv4, else up to max bytes in hex with colons between. Each byte is read
// by %x of sscanf: "0x1f", "+5" and even "1fz" (the rest is ignored) pass. What
// exceeds max bytes is dropped. On failure bad is the part that iproute2 names
// in its message.
func ParseLLAddr(word string, max int) (a []byte, bad string, ok bool) {
	if strings.IndexByte(word, '.') >= 0 {
		v4, ok := ParseIPv4(word)
		if !ok || max < 4 {
			return nil, word, false
		}
		return v4[:], "", true
	}
	for len(a) < max {
		// "02:", the common case of what follows.
		if len(word) > 2 && word[2] == ':' && len(a)+1 < max {
			if hi, lo := digit(word[0]), digit(word[1]); hi < 16 && lo < 16 {
				a = append(a, byte(hi<<4|lo))
				word = word[3:]
				continue
			}
		}
		part, rest, more := strings.Cut(word, ":")
		v, _, ok := ScanHex(part)
		if !ok || v > 255 {
			return nil, part, false
		}
		a = append(a, byte(v))
		if !more {
			break
		}
		word = rest
	}
	return a, "", true
}
