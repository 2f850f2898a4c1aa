package ping

import "strconv"

// icmp6Text puts an ICMPv6 message into words (RFC 4443, RFC 2710).
func icmp6Text(typ, code uint8, info uint32) string {
	n := strconv.FormatUint(uint64(info), 10)
	c := strconv.Itoa(int(code))
	switch typ {
	case icmp6Unreachable:
		return "Destination unreachable: " + unreachable6Text(code)
	case icmp6TooBig:
		text := "Packet too big: mtu=" + n
		if code != 0 {
			text += ", code=" + c
		}
		return text
	case icmp6TimeExceeded:
		switch code {
		case 0:
			return "Time exceeded: Hop limit"
		case 1:
			return "Time exceeded: Defragmentation failure"
		}
		return "Time exceeded: code " + c
	case icmp6ParameterProb:
		what := "code " + c
		switch code {
		case 0:
			what = "Wrong header field"
		case 1:
			what = "Unknown header"
		case 2:
			what = "Unknown option"
		}
		return "Parameter problem: " + what + " at " + n
	case icmp6Echo:
		return "Echo request"
	case icmp6EchoReply:
		return "Echo reply"
	case icmp6MLDQuery:
		return "MLD Query"
	case icmp6MLDReport:
		return "MLD Report"
	case icmp6MLDReduction:
		return "MLD Reduction"
	}
	return "unknown icmp type: " + strconv.Itoa(int(typ))
}

// unreachable6Text knows the codes of RFC 2463 only, as the original.
func unreachable6Text(code uint8) string {
	switch code {
	case 0:
		return "No route"
	case 1:
		return "Administratively prohibited"
	case 2:
		return "Beyond scope of source address"
	case 3:
		return "Address unreachable"
	case 4:
		return "Port unreachable"
	}
	return "Unknown code " + strconv.Itoa(int(code))
}
