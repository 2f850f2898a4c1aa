package address

import (
	"bytes"
	"math"
	"strconv"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/byteorder"
	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/names"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/link"
	"github.com/nlbox/nlbox/ipcmd/object"
)

var native byteorder.Native

// View says how records of addresses are printed. One View serves many records;
// it is not for use by several goroutines at once.
type View struct {
	Opt      *object.Options
	Names    *names.Tables
	Resolver link.Resolver
	// Family hides the addresses of other families, AF_UNSPEC hides none.
	Family int
	// Filter hides addresses; the zero Filter hides none.
	Filter link.Filter
	// Head begins a record with the interface: "3: eth0".
	Head bool

	buf []byte
}

// NewView returns a View with the run's options and names.
func NewView(c *object.Context, family int) *View {
	return &View{Opt: &c.Opt, Names: c.Names(), Resolver: link.NewLookup(c), Family: family}
}

// addr is a message taken apart: struct ifaddrmsg and its attributes.
type addr struct {
	family, bits, scope uint8
	index               int32
	flags               uint32
	at                  rtnl.Attrs
}

// attrMax is the last attribute of an address that is printed.
const attrMax = unix.IFA_RT_PRIORITY

// parse takes a message's payload apart; tb is the room for its attributes. Of
// the local address and the peer's, one stands for both where the other is
// missing.
func parse(b []byte, tb rtnl.Attrs) (a addr, ok bool) {
	if len(b) < unix.SizeofIfAddrmsg {
		return a, false
	}
	tb.Parse(b[unix.SizeofIfAddrmsg:])
	a = addr{
		family: b[0], bits: b[1], flags: uint32(b[2]), scope: b[3],
		index: int32(native.Uint32(b[4:])),
		at:    tb,
	}
	if flags, ok := tb.U32(unix.IFA_FLAGS); ok {
		a.flags = flags
	}
	if !tb.Has(unix.IFA_LOCAL) {
		tb[unix.IFA_LOCAL] = tb[unix.IFA_ADDRESS]
	}
	if !tb.Has(unix.IFA_ADDRESS) {
		tb[unix.IFA_ADDRESS] = tb[unix.IFA_LOCAL]
	}
	return a, true
}

// hides tells whether the filter does not want the address.
func (v *View) hides(a *addr) bool {
	f := &v.Filter
	switch {
	case f.Index != 0 && f.Index != a.index,
		f.ByScope && f.Scope != a.scope,
		(f.Flags^a.flags)&f.FlagMask != 0,
		v.Family != unix.AF_UNSPEC && v.Family != int(a.family):
		return true
	}
	return f.ByLabel && !v.hasLabel(a) || !inPrefix(&f.Prefix, a.at.Get(unix.IFA_LOCAL))
}

// hasLabel tells whether the label fits the filter's pattern; without a label
// the interface's name does.
func (v *View) hasLabel(a *addr) bool {
	if label, ok := a.at.Bytes(unix.IFA_LABEL); ok {
		return format.Match(v.Filter.Label, string(label))
	}
	return format.Match(v.Filter.Label, v.Resolver.Name(a.index))
}

// inPrefix tells whether an address lies in a prefix. A prefix without a length
// holds all.
func inPrefix(p *format.Prefix, a []byte) bool {
	return a == nil || p.Contains(a)
}

// Record prints a RTM_NEWADDR or RTM_DELADDR message with its newline, or with
// -brief a word without. It tells whether it printed anything.
func (v *View) Record(p *printer.Printer, m *rtnl.Msg) bool {
	if m.Type != unix.RTM_NEWADDR && m.Type != unix.RTM_DELADDR {
		return false
	}
	var tb [attrMax + 1][]byte
	a, ok := parse(m.Data, tb[:])
	if !ok || v.hides(&a) {
		return false
	}
	v.print(p, m.Type == unix.RTM_DELADDR, &a)
	return true
}

func (v *View) print(p *printer.Printer, deleted bool, a *addr) {
	if deleted {
		p.Bool("deleted", "Deleted ", true)
	}
	if !v.Opt.Brief {
		v.head(p, a)
	}
	v.local(p, a)
	if v.Opt.Brief {
		return
	}
	v.other(p, a, unix.IFA_BROADCAST, "brd ", "broadcast")
	v.other(p, a, unix.IFA_ANYCAST, "any ", "anycast")
	p.String("scope", "scope %s ", v.Names.Scope(a.scope))
	flags(p, a)
	if label, ok := a.at.Bytes(unix.IFA_LABEL); ok {
		p.Bytes(printer.None, "label", "%s", label)
	}
	if b := a.at.Get(unix.IFA_CACHEINFO); len(b) >= 8 {
		lifetimes(p, a, b)
	}
	p.Text("\n")
	p.EndRecord()
}

// head prints the interface, if it is wanted, and the family.
func (v *View) head(p *printer.Printer, a *addr) {
	if v.Head {
		p.Uint("index", "%u: ", uint64(a.index))
		p.String("dev", "%s", v.Resolver.Name(a.index))
	}
	name := names.Family(int(a.family))
	if name[0] != '?' {
		p.String("family", "    %s ", name)
	} else {
		p.Int("family_index", "    family %d ", int64(a.family))
	}
}

func color(family uint8) printer.Color {
	switch family {
	case unix.AF_INET:
		return printer.Inet
	case unix.AF_INET6:
		return printer.Inet6
	}
	return printer.None
}

// local prints the address with its peer, its length and its metric.
func (v *View) local(p *printer.Printer, a *addr) {
	own := a.at.Get(unix.IFA_LOCAL)
	if own == nil {
		return
	}
	p.Bytes(color(a.family), "local", "%s", v.host(a.family, own))
	if peer := a.at.Get(unix.IFA_ADDRESS); !sameAddr(a.family, own, peer) {
		p.Text(" peer ")
		p.Bytes(color(a.family), "address", "%s", v.host(a.family, peer))
	}
	p.Int("prefixlen", "/%d ", int64(a.bits))
	if metric, ok := a.at.U32(unix.IFA_RT_PRIORITY); ok {
		p.Uint("metric", "metric %u ", uint64(metric))
	}
}

func sameAddr(family uint8, a, b []byte) bool {
	n := 16
	if family == unix.AF_INET {
		n = 4
	}
	return bytes.Equal(a[:min(n, len(a))], b[:min(n, len(b))])
}

// other prints one more address of the message, if it is there.
func (v *View) other(p *printer.Printer, a *addr, attr int, word, key string) {
	if b := a.at.Get(attr); b != nil {
		p.Text(word)
		p.Bytes(color(a.family), key, "%s ", v.host(a.family, b))
	}
}

// host is the text of an address, good until the next one.
func (v *View) host(family uint8, b []byte) []byte {
	v.buf = v.Resolver.AppendHost(v.buf[:0], int(family), b)
	return v.buf
}

// flags prints the words for the flags; "dynamic" says that the address is not
// permanent. Bits without a word are printed as hex.
func flags(p *printer.Printer, a *addr) {
	rest := a.flags
	for i := range names.AddrFlags {
		f := &names.AddrFlags[i]
		switch {
		case f.Bit == unix.IFA_F_PERMANENT:
			if rest&f.Bit == 0 {
				p.Bool("dynamic", "dynamic ", true)
			}
		case rest&f.Bit == 0:
		case f.Bit == unix.IFA_F_SECONDARY && a.family == unix.AF_INET6:
			p.Bool("temporary", "temporary ", true)
		case p.JSON():
			p.Bool(f.Name, "", true)
		default:
			p.String("", "%s ", f.Name)
		}
		rest &^= f.Bit
	}
	if rest == 0 {
		return
	}
	if p.JSON() {
		p.Bytes(printer.None, "ifa_flags", "", hex2(rest))
	} else {
		p.Hex("", "flags %02x ", uint64(rest))
	}
}

// lifetimes prints how long the address is valid and preferred: struct
// ifa_cacheinfo of linux/if_addr.h.
func lifetimes(p *printer.Printer, a *addr, b []byte) {
	p.NL()
	p.Text("       valid_lft ")
	lifetime(p, "valid_life_time", native.Uint32(b[4:]), false)
	p.Text(" preferred_lft ")
	lifetime(p, "preferred_life_time", native.Uint32(b), a.flags&unix.IFA_F_DEPRECATED != 0)
}

// forever is the lifetime without an end.
const forever = math.MaxUint32

func lifetime(p *printer.Printer, key string, sec uint32, signed bool) {
	switch {
	case sec == forever && !p.JSON():
		p.Text("forever")
	case sec != forever && signed:
		p.Int(key, "%dsec", int64(int32(sec)))
	default:
		p.Uint(key, "%usec", uint64(sec))
	}
}

// hex2 is a number in hex with at least two digits.
func hex2(n uint32) []byte {
	b := strconv.AppendUint(nil, uint64(n), 16)
	if len(b) < 2 {
		b = append([]byte("0"), b...)
	}
	return b
}
