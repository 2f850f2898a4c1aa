package rtnl

import "golang.org/x/sys/unix"

// Attr is an attribute of a request that the kernel refused.
type Attr struct {
	// Message is the request's type, RTM_*.
	Message uint16
	// Offset is where the attribute begins in the request, in bytes.
	Offset uint32
	// Path are the types of the attributes that lead to it, the outermost
	// first; empty when the request was not echoed, or is of an unknown family.
	Path []uint16
}

// findAttr reads the request that is echoed in an NLMSG_ERROR.
func findAttr(m *Msg, offset uint32) *Attr {
	if offset == 0 {
		return nil
	}
	echo := m.Data[4:]
	a := &Attr{Message: native.Uint16(echo[4:]), Offset: offset}
	length := int(native.Uint32(echo))
	if m.Flags&unix.NLM_F_CAPPED != 0 || length > len(echo) {
		return a
	}
	if body := bodySize(a.Message); body > 0 {
		a.Path = pathTo(echo[:length], headerSize+body, int(offset))
	}
	return a
}

// bodySize is the length of the struct that stands before the attributes of a
// request of rtnetlink; 0 for one that is not known here.
func bodySize(message uint16) int {
	switch message &^ 3 { // RTM_NEW*, RTM_DEL*, RTM_GET* and RTM_SET* of one object
	case unix.RTM_NEWLINK:
		return unix.SizeofIfInfomsg
	case unix.RTM_NEWADDR:
		return unix.SizeofIfAddrmsg
	case unix.RTM_NEWROUTE, unix.RTM_NEWRULE:
		return unix.SizeofRtMsg
	case unix.RTM_NEWNEIGH:
		return unix.SizeofNdMsg
	case unix.RTM_NEWNEXTHOP:
		return 8 // struct nhmsg
	}
	return 0
}

// attrHeader is the size of struct rtattr.
const attrHeader = 4

// pathTo lists the types of the attributes from at on whose innermost begins at
// offset.
func pathTo(message []byte, at, offset int) []uint16 {
	var path []uint16
	for at+attrHeader <= len(message) && at <= offset {
		size := int(native.Uint16(message[at:]))
		if size < attrHeader || at+size > len(message) {
			return nil
		}
		typ := native.Uint16(message[at+2:]) &^ (unix.NLA_F_NESTED | unix.NLA_F_NET_BYTEORDER)
		switch {
		case at == offset:
			return append(path, typ)
		case offset < at+size:
			path = append(path, typ)
			message, at = message[:at+size], at+attrHeader
		default:
			at += align(size)
		}
	}
	return nil
}
