package ping

import (
	"strconv"

	"github.com/nlbox/nlbox/internal/resolver"
)

// unreachableText is the meaning of a code of "destination unreachable" (RFC
// 792, RFC 1122, RFC 1812).
func unreachableText(code uint8, info uint32) string {
	switch code {
	case 0:
		return "Destination Net Unreachable"
	case 1:
		return "Destination Host Unreachable"
	case 2:
		return "Destination Protocol Unreachable"
	case 3:
		return "Destination Port Unreachable"
	case 4:
		return "Frag needed and DF set (mtu = " + strconv.FormatUint(uint64(info), 10) + ")"
	case 5:
		return "Source Route Failed"
	case 6:
		return "Destination Net Unknown"
	case 7:
		return "Destination Host Unknown"
	case 8:
		return "Source Host Isolated"
	case 9:
		return "Destination Net Prohibited"
	case 10:
		return "Destination Host Prohibited"
	case 11:
		return "Destination Net Unreachable for Type of Service"
	case 12:
		return "Destination Host Unreachable for Type of Service"
	case 13:
		return "Packet filtered"
	case 14:
		return "Precedence Violation"
	case 15:
		return "Precedence Cutoff"
	}
	return "Dest Unreachable, Bad Code: " + strconv.Itoa(int(code))
}

func redirectText(code uint8) string {
	switch code {
	case 0:
		return "Redirect Network"
	case 1:
		return "Redirect Host"
	case 2:
		return "Redirect Type of Service and Network"
	case 3:
		return "Redirect Type of Service and Host"
	}
	return "Redirect, Bad Code: " + strconv.Itoa(int(code))
}

func exceededText(code uint8) string {
	switch code {
	case 0:
		return "Time to live exceeded"
	case 1:
		return "Frag reassembly time exceeded"
	}
	return "Time exceeded, Bad Code: " + strconv.Itoa(int(code))
}

// plainText is the meaning of the types that have no code.
func plainText(typ uint8) string {
	switch typ {
	case icmpEchoReply:
		return "Echo Reply"
	case icmpSourceQuench:
		return "Source Quench"
	case icmpEcho:
		return "Echo Request"
	case icmpTimestamp:
		return "Timestamp"
	case icmpTimestampReply:
		return "Timestamp Reply"
	case icmpInfoRequest:
		return "Information Request"
	case icmpInfoReply:
		return "Information Reply"
	case icmpMaskRequest:
		return "Address Mask Request"
	case icmpMaskReply:
		return "Address Mask Reply"
	}
	return "Bad ICMP type: " + strconv.Itoa(int(typ))
}

// printICMP puts an ICMP message into words. icmp is the message, if it is
// there; info is what stands in its header behind the checksum, or what the
// error queue has instead. With -v the packet that the message quotes follows.
func (e *echo4) printICMP(typ, code uint8, info uint32, icmp []byte) {
	quotes := true
	switch typ {
	case icmpUnreachable:
		e.print(unreachableText(code, info))
	case icmpRedirect:
		next := [4]byte{byte(info >> 24), byte(info >> 16), byte(info >> 8), byte(info)}
		e.print(redirectText(code) + "(New nexthop: " + e.address(resolver.Address{Addr: addr4(next)}) + ")")
	case icmpTimeExceeded:
		e.print(exceededText(code))
	case icmpParameterProb:
		if icmp != nil {
			info >>= 24
		}
		e.print("Parameter problem: pointer = " + strconv.FormatUint(uint64(info), 10))
	default:
		e.print(plainText(typ))
		quotes = typ == icmpSourceQuench
	}
	e.print("\n")
	if quotes && len(icmp) > icmpHeader && e.opt.verbose {
		e.printHeader(icmp[icmpHeader:])
	}
}

// printHeader prints an IP header with its options. Fields of two bytes are
// shown in the machine's byte order, as the original does.
func (e *echo4) printHeader(ip []byte) {
	if len(ip) < ipHeader {
		return
	}
	frag := native.Uint16(ip[6:])
	b := []byte("Vr HL TOS  Len   ID Flg  off TTL Pro  cks      Src      Dst Data\n ")
	b = appendHex(b, uint(ip[0]>>4), 1)
	b = appendHex(append(b, "  "...), uint(ip[0]&15), 1)
	b = appendHex(append(b, "  "...), uint(ip[1]), 2)
	b = appendHex(append(b, ' '), uint(native.Uint16(ip[2:])), 4)
	b = appendHex(append(b, ' '), uint(native.Uint16(ip[4:])), 4)
	b = appendHex(append(b, "   "...), uint(frag>>13), 1)
	b = appendHex(append(b, ' '), uint(frag&0x1FFF), 4)
	b = appendHex(append(b, "  "...), uint(ip[8]), 2)
	b = appendHex(append(b, "  "...), uint(ip[9]), 2)
	b = appendHex(append(b, ' '), uint(native.Uint16(ip[10:])), 4)
	b = append(append(append(b, ' '), dotted([4]byte(ip[12:16]))...), ' ')
	b = append(append(append(b, ' '), dotted([4]byte(ip[16:20]))...), " \n"...)
	e.print(string(b))
	if n := int(ip[0]&15) * 4; n > ipHeader {
		e.printOptions(ip[ipHeader:min(n, len(ip))])
	}
}

// appendHex appends a number in hexadecimal with at least width digits.
func appendHex(b []byte, v uint, width int) []byte {
	text := strconv.FormatUint(uint64(v), 16)
	for range width - len(text) {
		b = append(b, '0')
	}
	return append(b, text...)
}
