package link

import (
	"strconv"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/names"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// Resolver answers what a message leaves to be asked for: the names that belong
// to its numbers. Print functions ask it and nothing else.
type Resolver interface {
	// Name is the name of an interface; "if7" of one that is not known.
	Name(index int32) string
	// Flags are the IFF_* flags of an interface, if it is known.
	Flags(index int32) (flags uint32, ok bool)
	// Netns is the name of the network namespace with an id, or "".
	Netns(id int32) string
	// AppendHost appends an IP address: its name where -resolve wants one.
	AppendHost(dst []byte, family int, addr []byte) []byte
	// QueueLen is the length of an interface's transmit queue, for messages
	// that have none. ok is false where the kernel refused; that was reported.
	QueueLen(index int32) (n int32, ok bool)
	// User and Group name an owner, if it has a name.
	User(id uint32) (string, bool)
	Group(id uint32) (string, bool)
	// Program describes a BPF program, if the kernel tells of it.
	Program(id uint32) (Program, bool)
}

// View says how records of links are printed. One View serves many records; it
// is not for use by several goroutines at once.
type View struct {
	Opt      *object.Options
	Names    *names.Tables
	Resolver Resolver
	// Family is the family that was asked for: AF_PACKET prints links, others
	// leave the line of the link-layer address to -details.
	Family int
	// Link prints what belongs to ip link only: mode, alias, statistics, VFs.
	Link bool
	// Queue prints the length of the transmit queue.
	Queue bool
	// Filter hides links; the zero Filter hides none.
	Filter Filter
	// Warn gets a line for stderr, without its newline.
	Warn func(line string)

	buf []byte
	tb  [AttrMax + 1][]byte // of Record
}

// Result is what became of a record.
type Result int8

const (
	Hidden  Result = iota - 1 // the filter does not want it
	Silent                    // it has no lines of its own, or the brief line
	Printed                   // it was printed in full
)

// Record prints a RTM_NEWLINK or RTM_DELLINK message: the whole record with its
// newline, or with -brief a line, which ends only where Family is AF_PACKET.
// Other messages are Silent.
func (v *View) Record(p *printer.Printer, m *rtnl.Msg) Result {
	if m.Type != unix.RTM_NEWLINK && m.Type != unix.RTM_DELLINK {
		return Silent
	}
	if len(m.Data) < unix.SizeofIfInfomsg {
		return Hidden
	}
	info := parseInfo(m.Data)
	if v.Filter.hidesHeader(info) {
		return Hidden
	}
	at := rtnl.Attrs(v.tb[:])
	at.Parse(m.Data[unix.SizeofIfInfomsg:])

	name, ok := v.ifname(info, at)
	if !ok {
		return Hidden
	}
	if v.Filter.ByLabel {
		return Silent
	}
	if v.Filter.hidesAttrs(at) {
		return Hidden
	}
	if m.Type == unix.RTM_DELLINK {
		p.Bool("deleted", "Deleted ", true)
	}
	if v.Opt.Brief {
		v.brief(p, info, at, name)
		return Silent
	}
	v.head(p, info, at, name)
	if v.Family == unix.AF_UNSPEC || v.Family == unix.AF_PACKET || v.Opt.Details > 0 {
		v.linkLayer(p, info, at)
	}
	v.namespaces(p, at)
	if at.Has(unix.IFLA_PROTO_DOWN) {
		v.protodown(p, at)
	}
	if v.Opt.Details > 0 {
		v.details(p, at)
	}
	truncated := v.extras(p, info, at)
	altnames(p, at)
	p.Text("\n")
	p.EndRecord()
	if truncated {
		v.Warn("Truncated VF list: " + string(name))
	}
	return Printed
}

// info is struct ifinfomsg.
type info struct {
	typ   uint16
	index int32
	flags uint32
}

func parseInfo(b []byte) info {
	return info{
		typ:   native.Uint16(b[2:]),
		index: int32(native.Uint32(b[4:])),
		flags: native.Uint32(b[8:]),
	}
}

// ifname is the name in the message. Names that the kernel would not give hide
// the link.
func (v *View) ifname(i info, at rtnl.Attrs) ([]byte, bool) {
	name, ok := at.Bytes(unix.IFLA_IFNAME)
	if !ok {
		index := strconv.Itoa(int(i.index))
		v.Warn("BUG: device with ifindex " + index + " has nil ifname")
		name = append([]byte("if"), index...)
	}
	return name, validName(name)
}

// validName is format.ValidIfname for bytes.
func validName(b []byte) bool { return len(b) < format.IfnameSize && format.ValidIfname(string(b)) }

// brief prints the line of -brief.
func (v *View) brief(p *printer.Printer, i info, at rtnl.Attrs, name []byte) {
	down := v.nameAndLink(p, "%-16s ", at, name)
	if state, ok := at.U8(unix.IFLA_OPERSTATE); ok {
		v.operState(p, state)
	}
	if v.Family != unix.AF_PACKET {
		return
	}
	if a := at.Get(unix.IFLA_ADDRESS); a != nil {
		p.Bytes(printer.MAC, "address", "%s ", v.llAddr(a, i.typ))
	}
	flags(p, i.flags, down)
	p.Text("\n")
	p.EndRecord()
}

// altnames prints the alternative names, a line each.
func altnames(p *printer.Printer, at rtnl.Attrs) {
	list := at.Get(unix.IFLA_PROP_LIST)
	if list == nil {
		return
	}
	p.OpenArray("altnames", "")
	for typ, b := range rtnl.All(list) {
		if typ != unix.IFLA_ALT_IFNAME {
			continue
		}
		p.NL()
		p.Text("    altname ")
		p.Bytes(printer.None, "", "%s", text(b))
	}
	p.CloseArray("")
}

// text is a C string: b up to its NUL.
func text(b []byte) []byte {
	for i, c := range b {
		if c == 0 {
			return b[:i]
		}
	}
	return b
}

// maxText is the length of the longest text that iproute2 has room for where it
// formats a value: link-layer addresses and ids that are longer are cut.
const maxText = 63

// llAddr is the text of a link-layer address, good until the next one.
func (v *View) llAddr(a []byte, arphrd uint16) []byte {
	v.buf = format.AppendLLAddr(v.buf[:0], a, arphrd)
	return v.buf[:min(len(v.buf), maxText)]
}

// host is the text of an IP address, good until the next one.
func (v *View) host(family int, a []byte) []byte {
	v.buf = v.Resolver.AppendHost(v.buf[:0], family, a)
	return v.buf
}

// hex is the text of bytes in hex without separators.
func (v *View) hex(b []byte) []byte {
	const digits = "0123456789abcdef"
	v.buf = v.buf[:0]
	for _, c := range b[:min(len(b), maxText/2)] {
		v.buf = append(v.buf, digits[c>>4], digits[c&15])
	}
	return v.buf
}
