package addrlabel

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/byteorder"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// native is the byte order of rtnetlink.
var native byteorder.Native

// Attributes of linux/if_addrlabel.h.
const (
	attrAddress = 1
	attrLabel   = 2
	attrMax     = 2
)

// header is struct ifaddrlblmsg.
type header struct {
	family, prefixLen uint8
	index             int32
}

const headerSize = 12

func (h *header) bytes() []byte {
	b := make([]byte, headerSize)
	b[0], b[2] = h.family, h.prefixLen
	native.PutUint32(b[4:], uint32(h.index))
	return b
}

// record is a label as the kernel tells it.
type record struct {
	header
	deleted bool
	at      rtnl.Attrs
	tb      [attrMax + 1][]byte
}

// decode reads a RTM_NEWADDRLABEL or RTM_DELADDRLABEL. The record is good as
// long as the message is.
func (r *record) decode(m *rtnl.Msg) bool {
	if m.Type != unix.RTM_NEWADDRLABEL && m.Type != unix.RTM_DELADDRLABEL || len(m.Data) < headerSize {
		return false
	}
	d := m.Data
	r.header = header{family: d[0], prefixLen: d[2], index: int32(native.Uint32(d[4:]))}
	r.deleted = m.Type == unix.RTM_DELADDRLABEL
	r.at = rtnl.Attrs(r.tb[:])
	r.at.Parse(d[headerSize:])
	return true
}

// view is what print needs to know besides the label.
type view struct {
	// name is the name of an interface.
	name func(index int32) string
	// host appends an address, or the name of its host.
	host func(dst []byte, family int, addr []byte) []byte
}

func newView(c *object.Context) *view { return &view{c.Links().Name, c.AppendHost} }

// Print prints a message about a label, for monitors of changes.
func Print(c *object.Context, p *printer.Printer, m *rtnl.Msg) {
	var r record
	if r.decode(m) {
		print(p, newView(c), &r)
	}
}

// print prints one label.
func print(p *printer.Printer, v *view, r *record) {
	p.OpenObject("")
	if r.deleted {
		p.Bool("deleted", "Deleted ", true)
	}
	if addr := r.at.Get(attrAddress); addr != nil {
		var b [64]byte
		p.Text("prefix ")
		p.Bytes(familyColor(r.family), "address", "%s", v.host(b[:0], int(r.family), addr))
		p.Uint("prefixlen", "/%u ", uint64(r.prefixLen))
	}
	if r.index != 0 {
		p.Text("dev ")
		p.ColorString(printer.Ifname, "ifname", "%s ", v.name(r.index))
	}
	if b := r.at.Get(attrLabel); len(b) == 4 {
		p.Uint("label", "label %u ", uint64(native.Uint32(b)))
	}
	p.Text("\n")
	p.CloseObject()
	p.EndRecord()
}

// familyColor is the colour of addresses.
func familyColor(family uint8) printer.Color {
	switch family {
	case unix.AF_INET:
		return printer.Inet
	case unix.AF_INET6:
		return printer.Inet6
	}
	return printer.None
}
