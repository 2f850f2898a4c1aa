// Package fib is what routes, next hop objects and the monitor have in common:
// gateways, the flags of a next hop, lightweight tunnel encapsulations (in words,
// in messages and in print) and next hop objects as they are printed.
//
// It may import internal/… and ipcmd/object.
package fib

import (
	"strconv"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/byteorder"
	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/names"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// native is the machine's byte order, which rtnetlink's headers are in.
var native byteorder.Native

// View prints the parts of messages. It holds what a print function knows
// besides the message, and a scratch buffer, so that a record costs no
// allocation.
type View struct {
	P *printer.Printer
	// Names are the name tables of /etc/iproute2.
	Names *names.Tables
	// Link is the name of an interface.
	Link func(index int32) string
	// Host appends an address, or its name.
	Host func(dst []byte, family int, addr []byte) []byte
	// NextHop returns the payload of the message that describes a next hop
	// object, nil when there is none.
	NextHop func(id uint32) []byte
	// Details and Stats count the options -d and -s.
	Details, Stats int
	// Scale is how counters are written.
	Scale format.Scale

	buf                  []byte
	gateway              gateway
	table, proto, device memo
	cache                *Cache
}

// NewView returns a View that prints to p with the options of c.
func NewView(c *object.Context, p *printer.Printer) *View {
	cache := NewCache(c)
	v := &View{
		P:       p,
		Names:   c.Names(),
		Link:    c.Links().Name,
		Host:    c.AppendHost,
		NextHop: cache.Get,
		Details: c.Opt.Details,
		Stats:   c.Opt.Stats,
		cache:   cache,
	}
	switch {
	case c.Opt.Human && c.Opt.IEC:
		v.Scale = format.ScaleIEC
	case c.Opt.Human:
		v.Scale = format.ScaleSI
	}
	return v
}

// Close gives back what printing needed.
func (v *View) Close() {
	if v.cache != nil {
		v.cache.Close()
	}
}

// memo is the last name that was looked up: the records of a large table mostly
// share theirs, and a number without a name is made text once.
type memo struct {
	id   uint32
	name string
}

// Table is the name of a routing table.
func (v *View) Table(id uint32) string {
	if v.table.name == "" || v.table.id != id {
		v.table = memo{id, v.Names.Table(id)}
	}
	return v.table.name
}

// Proto is the name of a route protocol.
func (v *View) Proto(id uint8) string {
	if v.proto.name == "" || v.proto.id != uint32(id) {
		v.proto = memo{uint32(id), v.Names.Proto(id)}
	}
	return v.proto.name
}

// FamilyColor is the colour of an address of the family.
func FamilyColor(family int) printer.Color {
	switch family {
	case unix.AF_INET:
		return printer.Inet
	case unix.AF_INET6:
		return printer.Inet6
	}
	return printer.None
}

// AppendPrefix appends an address with its length, or, if it is as long as a
// host's, the host.
func (v *View) AppendPrefix(dst []byte, family int, addr []byte, bits, hostBits int) []byte {
	if bits == hostBits {
		return v.Host(dst, family, addr)
	}
	dst = format.AppendAddr(dst, family, addr)
	return strconv.AppendUint(append(dst, '/'), uint64(bits), 10)
}

// gateway is the last gateway and its text: many routes share theirs.
type gateway struct {
	family, n int
	addr      [16]byte
	text      []byte
}

// put takes up the address; it is false for the one that is there already.
func (g *gateway) put(family int, addr []byte) bool {
	if g.n == len(addr) && g.family == family && string(g.addr[:g.n]) == string(addr) {
		return false
	}
	g.family, g.n = family, copy(g.addr[:], addr)
	return true
}

// Host fields print an address by its name where -resolve finds one.
func (v *View) host(color printer.Color, key, form string, family int, addr []byte) {
	v.buf = v.Host(v.buf[:0], family, addr)
	v.P.Bytes(color, key, form, v.buf)
}

// Addr prints an address in numbers.
func (v *View) Addr(color printer.Color, key, form string, family int, addr []byte) {
	v.buf = format.AppendAddr(v.buf[:0], family, addr)
	v.P.Bytes(color, key, form, v.buf)
}

// Gateway prints `via ADDRESS `.
func (v *View) Gateway(family int, addr []byte) {
	v.P.Text("via ")
	if g := &v.gateway; g.put(family, addr) {
		g.text = v.Host(g.text[:0], family, addr)
	}
	v.P.Bytes(FamilyColor(family), "gateway", "%s ", v.gateway.text)
}

// Via prints a gateway of another family than the route's: a struct rtvia of
// linux/rtnetlink.h.
func (v *View) Via(b []byte) {
	if len(b) < 2 {
		return
	}
	family := int(native.Uint16(b))
	v.P.OpenObject("via")
	v.P.Text("via ")
	v.P.String("family", "%s ", names.Family(family))
	v.host(FamilyColor(family), "host", "%s ", family, b[2:])
	v.P.CloseObject()
}

// NewDst prints the address that the destination is rewritten to.
func (v *View) NewDst(family int, addr []byte) {
	v.P.Text("as to ")
	v.host(FamilyColor(family), "to", "%s ", family, addr)
}

// Device prints `dev NAME ` or `iif NAME `.
func (v *View) Device(key string, index uint32) {
	v.P.Text(key)
	v.P.Text(" ")
	v.P.ColorString(printer.Ifname, key, "%s ", v.Name(int32(index)))
}

// Name is the name of an interface.
func (v *View) Name(index int32) string {
	if v.device.name == "" || v.device.id != uint32(index) {
		v.device = memo{uint32(index), v.Link(index)}
	}
	return v.device.name
}

// Flags prints the names of a route's or next hop's flags.
func (v *View) Flags(flags uint32) {
	if flags == 0 && !v.P.JSON() {
		return
	}
	v.P.OpenArray("flags", "")
	for i := 0; flags != 0 && i < len(names.RouteFlags); i++ {
		if f := &names.RouteFlags[i]; flags&f.Bit != 0 {
			v.P.String("", "%s ", f.Name)
		}
	}
	v.P.CloseArray("")
}

// Realms prints a routing realm, or a pair of them.
func (v *View) Realms(realms uint32) {
	from, to := uint16(realms>>16), uint16(realms)
	v.P.OpenObject("flow")
	if from != 0 {
		v.P.Text("realms ")
		v.P.String("from", "%s/", v.Names.Realm(from))
	} else {
		v.P.Text("realm ")
	}
	v.P.String("to", "%s ", v.Names.Realm(to))
	v.P.CloseObject()
}
