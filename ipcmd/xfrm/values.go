package xfrm

import (
	"strconv"

	"golang.org/x/sys/unix"
)

// row is a number and its name.
type row struct {
	name  string
	value uint8
}

// number finds the number of a name.
func number(rows []row, name string) (uint8, bool) {
	for i := range rows {
		if rows[i].name == name {
			return rows[i].value, true
		}
	}
	return 0, false
}

// name finds the name of a number, or writes the number.
func name(rows []row, v uint8) string {
	for i := range rows {
		if rows[i].value == v {
			return rows[i].name
		}
	}
	return decimal(uint64(v))
}

func decimal(v uint64) string { return strconv.FormatUint(v, 10) }

// anyProto is IPSEC_PROTO_ANY of linux/ipsec.h: the three of IPsec.
const anyProto = 255

// protoRows are the protocols that transform (XFRM-PROTO).
var protoRows = [...]row{
	{"esp", unix.IPPROTO_ESP}, {"ah", unix.IPPROTO_AH}, {"comp", unix.IPPROTO_COMP},
	{"route2", unix.IPPROTO_ROUTING}, {"hao", unix.IPPROTO_DSTOPTS},
	{"ipsec-any", anyProto},
}

func protoName(v uint8) string { return name(protoRows[:], v) }

// isIPsec tells the protocols of IPsec.
func isIPsec(proto uint8) bool {
	return proto == unix.IPPROTO_ESP || proto == unix.IPPROTO_AH || proto == unix.IPPROTO_COMP
}

// isRouting tells those of Mobile IPv6's route optimization.
func isRouting(proto uint8) bool {
	return proto == unix.IPPROTO_ROUTING || proto == unix.IPPROTO_DSTOPTS
}

// algoRows are the kinds of algorithms; each is an attribute.
var algoRows = [...]row{
	{"enc", attrCrypt}, {"auth", attrAuth}, {"comp", attrComp}, {"aead", attrAEAD}, {"auth-trunc", attrAuthTrunc},
}

func algoKind(attr uint8) string { return name(algoRows[:], attr) }

// The modes of a state (XFRM_MODE_*).
const (
	modeTransport = iota
	modeTunnel
	modeRouteOptimization
	modeInTrigger
	modeBeet
)

// modeRows are in the order in which abbreviations are looked for.
var modeRows = [...]row{
	{"transport", modeTransport}, {"tunnel", modeTunnel}, {"ro", modeRouteOptimization},
	{"in_trigger", modeInTrigger}, {"beet", modeBeet},
}

var shareRows = [...]row{{"any", 0}, {"session", 1}, {"user", 2}, {"unique", 3}}

var policyTypeRows = [...]row{{"main", 0}, {"sub", 1}}

// dirs is the number of directions; those of a socket's policies come behind
// (XFRM_POLICY_MAX).
const dirs = 3

var dirRows = [...]row{{"in", 0}, {"out", 1}, {"fwd", 2}}

// The actions of a policy (XFRM_POLICY_ALLOW, XFRM_POLICY_BLOCK).
const (
	actionAllow = 0
	actionBlock = 1
)

var actionRows = [...]row{{"allow", actionAllow}, {"block", actionBlock}}

// The levels of a template: must it be there?
var levelRows = [...]row{{"required", 0}, {"use", 1}}

// encapRows are the encapsulations of ESP (linux/udp.h).
var encapRows = [...]row{{"espinudp-nonike", 1}, {"espinudp", 2}, {"espintcp", 7}}

// defaultRows are what happens to packets without a policy
// (XFRM_USERPOLICY_*); 0 is none.
var defaultRows = [...]row{{"block", 1}, {"accept", 2}}

// flagESN is XFRM_STATE_ESN: 64-bit sequence numbers (RFC 4304).
const flagESN = 0x80

var stateFlags = [...]row{
	{"noecn", 0x01}, {"decap-dscp", 0x02}, {"nopmtudisc", 0x04}, {"wildrecv", 0x08},
	{"icmp", 0x10}, {"af-unspec", 0x20}, {"align4", 0x40}, {"esn", flagESN},
}

var extraFlags = [...]row{{"dont-encap-dscp", 0x01}, {"oseq-may-wrap", 0x02}}

var policyFlags = [...]row{{"localok", 0x01}, {"icmp", 0x02}}

// offloadIn is XFRM_OFFLOAD_INBOUND.
const offloadIn = 2

var offloadRows = [...]row{{"in", offloadIn}, {"out", 0}}

// maxReplayWindow is XFRMA_REPLAY_ESN_MAX, in packets.
const maxReplayWindow = 4096

// protoMH is IPPROTO_MH, Mobile IPv6's mobility header.
const protoMH = 135
