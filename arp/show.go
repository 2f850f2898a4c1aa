package arp

import (
	"strconv"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/netdev"
	"github.com/nlbox/nlbox/internal/resolver"
)

// Flags of an entry (ATF_* in linux/if_arp.h).
const (
	flagComplete  = 0x02
	flagPermanent = 0x04
	flagPublic    = 0x08
	flagTrailers  = 0x10
	flagNetmask   = 0x20
	flagDontPub   = 0x40
	flagMagic     = 0x80
)

// row is one line of /proc/net/arp. Its texts lie in the line.
type row struct {
	address  []byte
	kind     uint32 // ARPHRD_*
	flags    uint32
	hardware []byte // empty for none
	mask     []byte
	device   []byte
	// name is the host's, "" for none or if none is wanted.
	name string
}

// show prints the entries that the options and the operand ask for.
func (c *call) show() error {
	name, host := "", ""
	if len(c.options.rest) > 0 {
		name = c.options.rest[0]
		a, _, ok := c.resolver.Target(format.Cut(name, hostSize), false)
		if !ok {
			return fail(c.resolver.Herror(format.Cut(name, hostSize)))
		}
		host = dotted(a)
	}
	table, err := netdev.OpenTable("arp")
	if err != nil {
		return fail(netdev.Perror("arp", err))
	}
	defer table.Close()
	entries, shown := c.rows(table, host)
	out := c.env.Stdout
	if c.options.verbose {
		out.WriteString("Entries: " + strconv.Itoa(entries) + "\tSkipped: " + strconv.Itoa(entries-shown) +
			"\tFound: " + strconv.Itoa(shown) + "\n")
	}
	switch {
	case shown > 0:
	case host != "" && !c.options.all:
		out.WriteString(name + " (" + host + ") -- no entry\n")
	case host != "" || c.options.chosen || c.device != "":
		out.WriteString("arp: in " + strconv.Itoa(entries) + " entries no match found.\n")
	}
	return nil
}

// hostSize is how much of a host's word counts.
const hostSize = 99

// rows prints the entries of the table that are wanted. It returns how many
// there are and how many it has printed.
func (c *call) rows(table *netdev.Table, host string) (entries, shown int) {
	if _, ok := table.Line(); !ok {
		return 0, 0
	}
	print := appendBSD
	if c.options.linux || c.options.action == show {
		print = appendLinux
	}
	var buf []byte
	for line, ok := table.Line(); ok; line, ok = table.Line() {
		r, ok := parseRow(line)
		if !ok {
			break
		}
		entries++
		if !c.wanted(&r, host) {
			continue
		}
		if !c.options.numeric {
			r.name = nameOf(c.resolver, string(r.address))
		}
		buf = print(buf[:0], &r, shown == 0)
		c.env.Stdout.Write(buf)
		shown++
	}
	return entries, shown
}

// wanted tells whether an entry is of the type, host and device asked for.
func (c *call) wanted(r *row, host string) bool {
	switch {
	case c.options.chosen && r.kind != uint32(c.options.hardware.kind):
		return false
	case host != "" && string(r.address) != host:
		return false
	}
	return c.device == "" || string(r.device) == c.device
}

// parseRow reads a line: address, type, flags, hardware address, mask, device.
// An entry of a device without hardware addresses has one word less.
func parseRow(line []byte) (r row, ok bool) {
	var f [6][]byte
	n := 0
	for n < len(f) {
		if f[n], line = netdev.Field(line); len(f[n]) == 0 {
			break
		}
		n++
	}
	if n < 4 {
		return r, false
	}
	r.address = f[0]
	var ok1, ok2 bool
	r.kind, ok1 = hexNumber(f[1])
	r.flags, ok2 = hexNumber(f[2])
	if n == 5 {
		f[3], f[4], f[5] = nil, f[3], f[4]
	}
	r.hardware, r.mask, r.device = f[3], f[4], f[5]
	return r, ok1 && ok2
}

// hexNumber reads a number with 0x in front.
func hexNumber(b []byte) (uint32, bool) {
	if len(b) < 3 || b[0] != '0' || b[1] != 'x' {
		return 0, false
	}
	v, err := strconv.ParseUint(string(b[2:]), 16, 32)
	return uint32(v), err == nil
}

// nameOf looks up the name of an address; "" is none. An address of network 0
// cannot be a host's and is looked up as a network.
func nameOf(r *resolver.Resolver, text string) string {
	a, _, ok := r.Target(text, false)
	if !ok || a == [4]byte{} {
		return ""
	}
	if name := r.Label(a, a[0] != 0); name != text {
		return name
	}
	return ""
}

func dotted(a [4]byte) string { return string(format.AppendIPv4(nil, a[:])) }

// appendLinux appends an entry in columns, the first one below their titles.
func appendLinux(dst []byte, r *row, first bool) []byte {
	if first {
		dst = append(dst, "Address                  HWtype  HWaddress           Flags Mask            Iface\n"...)
	}
	name := r.name
	if name == "" || name[0] == '?' {
		name = string(r.address)
	}
	dst = append(appendColumn(dst, name, 23), "  "...)
	switch {
	case r.flags&flagComplete != 0:
		dst = appendColumn(dst, hardwareName(r.kind), 8)
		dst = appendColumn(dst, string(r.hardware), 20)
	case r.flags&flagPublic != 0:
		dst = append(dst, "*       <from_interface>    "...)
	default:
		dst = append(dst, "        (incomplete)        "...)
	}
	dst = appendLetters(dst, r.flags)
	mask := ""
	if r.flags&flagNetmask != 0 {
		mask = string(r.mask)
	}
	dst = append(appendColumn(dst, mask, 15), ' ')
	return append(append(dst, r.device...), '\n')
}

// appendColumn appends what fits into a column and blanks to its end.
func appendColumn(dst []byte, s string, width int) []byte {
	return format.AppendLeft(dst, format.Cut(s, width), width)
}

// appendLetters appends the flags as letters in a column of six.
func appendLetters(dst []byte, flags uint32) []byte {
	start := len(dst)
	for _, l := range [...]struct {
		flag   uint32
		letter byte
	}{
		{flagComplete, 'C'},
		{flagPermanent, 'M'},
		{flagPublic, 'P'},
		{flagMagic, 'A'},
		{flagDontPub, '!'},
		{flagTrailers, 'T'},
	} {
		if flags&l.flag != 0 {
			dst = append(dst, l.letter)
		}
	}
	return format.AppendBlanks(dst, 6-(len(dst)-start))
}

// appendBSD appends an entry as a sentence.
func appendBSD(dst []byte, r *row, _ bool) []byte {
	name := r.name
	if name == "" {
		name = "?"
	}
	dst = append(append(dst, name...), " ("...)
	dst = append(append(dst, r.address...), ") at "...)
	switch {
	case r.flags&flagComplete != 0:
		dst = append(append(dst, r.hardware...), " ["...)
		dst = append(append(dst, hardwareName(r.kind)...), "] "...)
	case r.flags&flagPublic != 0:
		dst = append(dst, "<from_interface> "...)
	default:
		dst = append(dst, "<incomplete> "...)
	}
	if r.flags&flagNetmask != 0 {
		dst = append(append(append(dst, "netmask "...), r.mask...), ' ')
	}
	for _, w := range [...]struct {
		flag uint32
		word string
	}{
		{flagPermanent, "PERM "},
		{flagPublic, "PUB "},
		{flagMagic, "AUTO "},
		{flagDontPub, "DONTPUB "},
		{flagTrailers, "TRAIL "},
	} {
		if r.flags&w.flag != 0 {
			dst = append(dst, w.word...)
		}
	}
	dst = append(append(dst, "on "...), r.device...)
	return append(dst, '\n')
}
