package link

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// Name is the name in a message of at least unix.SizeofIfInfomsg bytes, whose
// attributes at are. ok is false of one that the kernel would not give.
func (v *View) Name(m *rtnl.Msg, at rtnl.Attrs) (name []byte, ok bool) {
	return v.ifname(parseInfo(m.Data), at)
}

// Start prints what the records of links begin with in every tool: index, name
// and flags, as "2: v0@v1: <BROADCAST,UP> ".
func (v *View) Start(p *printer.Printer, m *rtnl.Msg, at rtnl.Attrs, name []byte) {
	i := parseInfo(m.Data)
	p.Int("ifindex", "%d: ", int64(i.index))
	flags(p, i.flags, v.nameAndLink(p, "%s: ", at, name))
}

// AttrMax is the last attribute of a link that is looked at.
const AttrMax = unix.IFLA_ALLMULTI
