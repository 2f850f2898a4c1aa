package route

import (
	"encoding/binary"
	"strconv"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/netdev"
)

// inetRow is one line of /proc/net/route.
type inetRow struct {
	device            []byte
	dst, gateway      [4]byte
	mask              [4]byte
	flags             uint32
	ref, use, metric  int32
	mss, window, irtt int32
	// dstName and gatewayName are shown instead of the numbers.
	dstName, gatewayName string
}

const notConfigured = "INET (IPv4) not configured in this system.\n"

// showInet prints the FIB, the cache, or both.
func showInet(c *call) error {
	if c.options.wantsFIB() {
		if err := c.showInetFIB(); err != nil {
			return err
		}
	}
	if c.options.cache {
		return c.showInetCache()
	}
	return nil
}

func (c *call) showInetFIB() error {
	out := c.env.Stdout
	table, err := netdev.OpenTable("route")
	if err != nil {
		out.WriteString(notConfigured)
		return applet.Fail(statusFailed, netdev.Perror("route", err))
	}
	defer table.Close()
	layout := inetLayout(c.options.extend)
	out.WriteString("Kernel IP routing table\n")
	out.WriteString(layout.title)
	if _, ok := table.Line(); !ok {
		return applet.Silent(statusFailed)
	}
	var buf []byte
	for line, ok := table.Line(); ok; line, ok = table.Line() {
		row, ok := parseInetRow(line)
		if !ok || row.flags&flagUp == 0 {
			continue
		}
		if !c.options.numeric {
			c.nameInetRow(&row)
		}
		buf = layout.row(buf[:0], &row)
		out.Write(buf)
	}
	return nil
}

// showInetCache prints the head of the route cache. Linux has had none since
// 3.6, but for the file with its head.
func (c *call) showInetCache() error {
	out := c.env.Stdout
	table, err := netdev.OpenTable("rt_cache")
	if err != nil {
		out.WriteString(notConfigured)
		return applet.Fail(statusFailed, netdev.Perror("rt_cache", err))
	}
	table.Close()
	out.WriteString("Kernel IP routing cache\n")
	out.WriteString(inetLayout(c.options.extend).cacheTitle)
	return nil
}

// parseInetRow reads a line. Numbers are read as scanf(3) does, into 32 bits.
func parseInetRow(line []byte) (r inetRow, ok bool) {
	var f [11][]byte
	n := 0
	for n < len(f) {
		if f[n], line = netdev.Field(line); len(f[n]) == 0 {
			break
		}
		n++
	}
	if n < 10 {
		return r, false
	}
	r.device = f[0]
	r.dst, r.gateway, r.mask = hexAddr(f[1]), hexAddr(f[2]), hexAddr(f[7])
	flags, err := strconv.ParseUint(string(f[3]), 16, 32)
	r.flags = uint32(flags)
	r.ref, r.use, r.metric = number(f[4]), number(f[5]), number(f[6])
	r.mss, r.window, r.irtt = number(f[8]), number(f[9]), number(f[10])
	return r, err == nil
}

// hexAddr reads an address that the kernel has written as a number.
func hexAddr(b []byte) (a [4]byte) {
	v, _ := strconv.ParseUint(string(b), 16, 32)
	binary.NativeEndian.PutUint32(a[:], uint32(v))
	return a
}

// number reads a decimal number, cut to 32 bits: what the kernel writes as
// unsigned shows as negative above 2147483647.
func number(b []byte) int32 {
	v, _ := strconv.ParseInt(string(b), 10, 64)
	return int32(v)
}

// nameInetRow looks up the names of a row's addresses. A destination is a host
// if its flag says so or if it has bits beyond its mask; a gateway is always
// one. The unspecified address has no name but "default", and that only with
// no mask.
func (c *call) nameInetRow(r *inetRow) {
	switch {
	case r.dst != [4]byte{}:
		host := r.flags&flagHost != 0 || beyond(r.dst, r.mask)
		r.dstName = c.resolver.Label(r.dst, host)
	case r.mask == [4]byte{}:
		r.dstName = "default"
	}
	if r.gateway != [4]byte{} {
		r.gatewayName = c.resolver.Label(r.gateway, true)
	}
}

// beyond tells whether an address has bits that its mask has not.
func beyond(a, mask [4]byte) bool {
	for i := range a {
		if a[i]&^mask[i] != 0 {
			return true
		}
	}
	return false
}

// layout is one of the three forms of the table.
type layout struct {
	title      string
	cacheTitle string
	row        func([]byte, *inetRow) []byte
}

// inetLayout returns the form for so many -e.
func inetLayout(extend int) layout {
	const fib = "Destination     Gateway         Genmask         "
	const cache = "Source          Destination     Gateway         "
	const counts, sizes = "Flags Metric Ref    Use Iface", "Flags   MSS Window  irtt Iface"
	const both = counts + "    MSS   Window irtt"
	switch extend {
	case 0:
		return layout{fib + counts + "\n", cache + counts + "\n", appendCounts}
	case 1:
		return layout{fib + sizes + "\n", cache + sizes + "\n", appendSizes}
	}
	return layout{fib + both + "\n", cache + both + "  TOS HHRef HHUptod     SpecDst\n", appendBoth}
}

// addrWidth is the width of the columns of addresses; longer names are cut.
const addrWidth = 15

// appendAddresses appends what all forms begin with, up to the flags.
func appendAddresses(dst []byte, r *inetRow, flagWidth int) []byte {
	dst = append(appendAddr(dst, r.dst, r.dstName), ' ')
	if r.flags&flagReject != 0 {
		dst = append(dst, "-               "...)
	} else {
		dst = append(appendAddr(dst, r.gateway, r.gatewayName), ' ')
	}
	dst = append(appendAddr(dst, r.mask, ""), ' ')
	dst = appendFlags(dst, r.flags, inetLetters(), flagWidth)
	return append(dst, ' ')
}

// appendAddr appends a name, or an address that has none.
func appendAddr(dst []byte, a [4]byte, name string) []byte {
	start := len(dst)
	if name != "" {
		dst = append(dst, format.Cut(name, addrWidth)...)
	} else {
		dst = format.AppendIPv4(dst, a[:])
	}
	return format.AppendBlanks(dst, addrWidth-(len(dst)-start))
}

// appendCounts appends a row with metric and counters (route).
func appendCounts(dst []byte, r *inetRow) []byte {
	dst = appendAddresses(dst, r, 5)
	dst = append(format.AppendIntLeft(dst, int64(r.metric), 6), ' ')
	if r.flags&flagReject != 0 {
		dst = format.AppendIntRight(append(dst, "-  "...), int64(r.use), 7)
		return append(dst, " -\n"...)
	}
	dst = append(format.AppendIntLeft(dst, int64(r.ref), 2), ' ')
	dst = append(format.AppendIntRight(dst, int64(r.use), 7), ' ')
	return append(append(dst, r.device...), '\n')
}

// appendSizes appends a row with what TCP wants to know (route -e).
func appendSizes(dst []byte, r *inetRow) []byte {
	dst = appendAddresses(dst, r, 5)
	if r.flags&flagReject != 0 {
		return append(dst, "    - -          - -\n"...)
	}
	dst = append(format.AppendIntRight(dst, int64(r.mss), 5), ' ')
	dst = append(format.AppendIntLeft(dst, int64(r.window), 5), ' ')
	dst = append(format.AppendIntRight(dst, int64(r.irtt), 6), ' ')
	return append(append(dst, r.device...), '\n')
}

// appendBoth appends a row with all of it (route -ee). The device has room for
// six characters.
func appendBoth(dst []byte, r *inetRow) []byte {
	dst = appendAddresses(dst, r, 5)
	dst = append(format.AppendIntLeft(dst, int64(r.metric), 6), ' ')
	if r.flags&flagReject != 0 {
		dst = format.AppendIntRight(append(dst, "-  "...), int64(r.use), 7)
		return append(dst, " -        -     -      -\n"...)
	}
	dst = append(format.AppendIntLeft(dst, int64(r.ref), 3), ' ')
	dst = append(format.AppendIntRight(dst, int64(r.use), 6), ' ')
	dst = format.AppendLeft(dst, format.Cut(string(r.device), 6), 6)
	dst = append(format.AppendIntLeft(append(dst, "   "...), int64(r.mss), 5), ' ')
	dst = append(format.AppendIntLeft(dst, int64(r.window), 6), ' ')
	return append(strconv.AppendInt(dst, int64(r.irtt), 10), '\n')
}
