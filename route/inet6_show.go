package route

import (
	"strconv"
	"strings"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/ipaddr"
	"github.com/nlbox/nlbox/internal/netdev"
)

// inet6Row is one line of /proc/net/ipv6_route.
type inet6Row struct {
	device           []byte
	dst, gateway     [16]byte
	prefixLen        uint32
	flags            uint32
	metric, ref, use int32
	// dstName and gatewayName are shown instead of the numbers.
	dstName, gatewayName string
}

// showInet6 prints the FIB, the cache, or both.
func showInet6(c *call) error {
	if c.options.wantsFIB() {
		if err := c.showInet6Table("Kernel IPv6 routing table\n", false); err != nil {
			return err
		}
	}
	if c.options.cache {
		return c.showInet6Table("Kernel IPv6 routing cache\n", true)
	}
	return nil
}

// showInet6Table prints the routes that are of the cache, or those that are not.
func (c *call) showInet6Table(title string, cache bool) error {
	out := c.env.Stdout
	table, err := netdev.OpenTable("ipv6_route")
	if err != nil {
		c.notConfigured("INET6 (IPv6) not configured in this system.\n")
		return applet.Fail(statusFailed, netdev.Perror("ipv6_route", err))
	}
	defer table.Close()
	c.head(title, "Destination                    Next Hop                   Flag Met Ref  Use If\n")
	var buf []byte
	for line, ok := table.Line(); ok; line, ok = table.Line() {
		row, ok := parseInet6Row(line)
		if !ok || (row.flags&flagCache != 0) != cache {
			continue
		}
		if c.json != nil {
			jsonInet6Row(c.json, &row)
			continue
		}
		if !c.options.numeric {
			row.dstName, row.gatewayName = c.name6(row.dst), c.name6(row.gateway)
		}
		buf = appendInet6Row(buf[:0], &row)
		out.Write(buf)
	}
	return nil
}

// parseInet6Row reads a line: destination, source and next hop, the first two
// with a length, all in hexadecimal; metric, references, uses, flags; device.
func parseInet6Row(line []byte) (r inet6Row, ok bool) {
	var f [10][]byte
	for i := range f {
		if f[i], line = netdev.Field(line); len(f[i]) == 0 {
			return r, false
		}
	}
	var v [10]uint64
	for _, i := range [...]int{1, 5, 6, 7, 8} {
		var err error
		if v[i], err = strconv.ParseUint(string(f[i]), 16, 32); err != nil {
			return r, false
		}
	}
	var ok1, ok2 bool
	r.dst, ok1 = hexAddr6(f[0])
	r.gateway, ok2 = hexAddr6(f[4])
	r.prefixLen, r.flags = uint32(v[1]), uint32(v[8])
	r.metric, r.ref, r.use = int32(v[5]), int32(v[6]), int32(v[7])
	r.device = f[9]
	return r, ok1 && ok2
}

// hexAddr6 reads an address of 32 hexadecimal digits.
func hexAddr6(b []byte) (a [16]byte, ok bool) {
	if len(b) != 32 {
		return a, false
	}
	for i := range a {
		v, err := strconv.ParseUint(string(b[2*i:2*i+2]), 16, 8)
		if err != nil {
			return a, false
		}
		a[i] = byte(v)
	}
	return a, true
}

// nameSize is the room for a name; one that does not fit is not used.
const nameSize = 128

// name6 looks up the name of an address, "" for none.
func (c *call) name6(a [16]byte) string {
	if a == [16]byte{} {
		return "[::]"
	}
	name, ok := c.resolver.Label6(a)
	if !ok || len(name) >= nameSize {
		return ""
	}
	return unmapped(name, a)
}

// unmapped cuts the head off the text of an IPv4-mapped address: what is left is
// the IPv4 address.
func unmapped(text string, a [16]byte) string {
	if !ipaddr.From16(a).Is4In6() {
		return text
	}
	if dot := strings.IndexByte(text, '.'); dot >= 0 {
		if colon := strings.LastIndexByte(text[:dot], ':'); colon >= 0 {
			return text[colon+1:]
		}
	}
	return text
}

// appendInet6Row appends a row. Columns grow with what is in them.
func appendInet6Row(dst []byte, r *inet6Row) []byte {
	start := len(dst)
	dst = append(appendAddr6(dst, r.dst, r.dstName), '/')
	dst = strconv.AppendUint(dst, uint64(r.prefixLen), 10)
	dst = append(format.AppendBlanks(dst, 30-(len(dst)-start)), ' ')
	start = len(dst)
	dst = appendAddr6(dst, r.gateway, r.gatewayName)
	dst = append(format.AppendBlanks(dst, 26-(len(dst)-start)), ' ')
	dst = append(appendFlags(dst, r.flags, inet6Letters[:], 4), ' ')
	dst = append(format.AppendIntLeft(dst, int64(r.metric), 3), ' ')
	dst = append(format.AppendIntLeft(dst, int64(r.ref), 1), ' ')
	dst = append(format.AppendIntRight(dst, int64(r.use), 6), ' ')
	return append(append(dst, r.device...), '\n')
}

// appendAddr6 appends a name, or an address that has none.
func appendAddr6(dst []byte, a [16]byte, name string) []byte {
	switch {
	case name != "":
		return append(dst, name...)
	case ipaddr.From16(a).Is4In6():
		return format.AppendIPv4(dst, a[12:])
	}
	return format.AppendIPv6(dst, a[:])
}
