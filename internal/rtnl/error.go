package rtnl

import (
	"golang.org/x/sys/unix"
)

// Error is the kernel's refusal of a request.
type Error struct {
	Errno unix.Errno
	// Msg is the text of the extended acknowledgement (NLMSGERR_ATTR_MSG), or
	// empty.
	Msg string
	// Attr is the attribute of the request that the kernel points at
	// (NLMSGERR_ATTR_OFFS), nil when it points at none.
	Attr *Attr
	// Dump says that a dump failed in its course (NLMSG_DONE with an errno),
	// not at its request.
	Dump bool
}

// Error gives the text as iproute2 prints it: the kernel's words when it has
// any, else the errno's. Of a dump that failed in its course for ENOENT or
// EOPNOTSUPP without words iproute2 says nothing: the text is empty.
func (e *Error) Error() string {
	if e.Msg != "" {
		return sentence("Error: ", e.Msg)
	}
	if e.Dump {
		switch e.Errno {
		case unix.ENOENT, unix.EOPNOTSUPP:
			return ""
		case unix.EMSGSIZE:
			return "Error: Buffer too small for object."
		}
	}
	return "RTNETLINK answers: " + Strerror(e.Errno)
}

// Unwrap makes errors.Is(err, unix.EEXIST) work.
func (e *Error) Unwrap() error { return e.Errno }

// sentence joins a head and the kernel's text, with a full stop if it has none.
func sentence(head, msg string) string {
	if msg[len(msg)-1] != '.' {
		msg += "."
	}
	return head + msg
}

// Errno returns the errno of err if the kernel refused, or 0.
func Errno(err error) unix.Errno {
	if e, ok := err.(*Error); ok {
		return e.Errno
	}
	return 0
}

// Strerror is strerror(3) of glibc: Go's table has the same words, but begins
// them with a small letter, and differs in three numbers.
func Strerror(e unix.Errno) string {
	switch e {
	case 0:
		return "Success"
	case 41, 58:
		return "Unknown error " + e.Error()[len("errno "):]
	case unix.EHWPOISON:
		return "Memory page has hardware error"
	}
	b := []byte(e.Error())
	if len(b) > 6 && string(b[:6]) == "errno " {
		return "Unknown error " + string(b[6:])
	}
	if len(b) > 0 && 'a' <= b[0] && b[0] <= 'z' {
		b[0] -= 'a' - 'A'
	}
	return string(b)
}

// verdict reads the payload of an NLMSG_ERROR: nil for an acknowledgement,
// whose warning, if it carries one, is returned beside it.
func verdict(m *Msg) (err *Error, warning string) {
	if len(m.Data) < 4+headerSize {
		return &Error{Errno: unix.EBADMSG}, ""
	}
	errno := unix.Errno(-int32(native.Uint32(m.Data)))
	msg, off := "", uint32(0)
	if m.Flags&unix.NLM_F_ACK_TLVS != 0 {
		skip := 4 + headerSize
		if m.Flags&unix.NLM_F_CAPPED == 0 {
			// The whole request is echoed before the attributes.
			if n := int(native.Uint32(m.Data[4:])); n > headerSize {
				skip = 4 + align(n)
			}
		}
		if skip <= len(m.Data) {
			msg, off = extack(m.Data[skip:])
		}
	}
	if errno == 0 {
		return nil, msg
	}
	return &Error{Errno: errno, Msg: msg, Attr: findAttr(m, off)}, ""
}

// doneVerdict reads the payload of an NLMSG_DONE: an errno, and the extended
// acknowledgement right behind it.
func doneVerdict(m *Msg) (err *Error, warning string) {
	if len(m.Data) < 4 {
		return nil, ""
	}
	msg := ""
	if m.Flags&unix.NLM_F_ACK_TLVS != 0 {
		msg, _ = extack(m.Data[4:])
	}
	errno := -int32(native.Uint32(m.Data))
	if errno <= 0 {
		return nil, msg
	}
	return &Error{Errno: unix.Errno(errno), Msg: msg, Dump: true}, ""
}

// extack reads the attributes of an extended acknowledgement
// (linux/netlink.h, enum nlmsgerr_attrs).
func extack(b []byte) (msg string, off uint32) {
	var tb [unix.NLMSGERR_ATTR_OFFS + 1][]byte
	at := Attrs(tb[:])
	at.Parse(b)
	msg, _ = at.Str(unix.NLMSGERR_ATTR_MSG)
	off, _ = at.U32(unix.NLMSGERR_ATTR_OFFS)
	return msg, off
}
