package arp

import (
	"strconv"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/netdev"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/resolver"
	"github.com/nlbox/nlbox/internal/rtnl"
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

// row is one entry of the cache. Its hardware address lies in the message.
type row struct {
	address  [4]byte
	kind     uint16 // ARPHRD_*
	flags    uint32
	hardware []byte // empty for none
	device   string
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
		c.host, host = &a, dotted(a)
	}
	if err := netdev.CheckTable("arp"); err != nil {
		return fail(netdev.Perror("arp", err))
	}
	entries, shown, err := c.rows()
	if err != nil {
		return err
	}
	if c.options.json {
		return nil
	}
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

// rows prints the entries that are wanted, in the order in which the kernel
// writes them into /proc/net/arp: those of the cache, then those that are
// published. They come over rtnetlink, because to read that file takes time with
// the square of its length. It returns how many entries there are and how many
// it has printed.
func (c *call) rows() (entries, shown int, err error) {
	conn, err := c.connection()
	if err != nil {
		return 0, 0, err
	}
	print := appendBSD
	if c.options.linux || c.options.action == show {
		print = appendLinux
	}
	names := netdev.Names{Fd: conn.Fd()}
	var document *printer.Printer
	if c.options.json {
		document = printer.New(c.env.Stdout, printer.Mode{JSON: true})
		document.Open()
		defer document.Close()
	}
	// One row for all, so that none is allocated.
	var r row
	var ok bool
	var buf []byte
	each := func(m *rtnl.Msg) error {
		if r, ok = parseRow(m, &names); !ok {
			return nil
		}
		entries++
		if !c.wanted(&r) {
			return nil
		}
		if document != nil {
			jsonRow(document, &r)
			shown++
			return nil
		}
		if !c.options.numeric {
			r.name = nameOf(c.resolver, r.address)
		}
		buf = print(buf[:0], &r, shown == 0)
		c.env.Stdout.Write(buf)
		shown++
		return nil
	}
	if err = conn.Dump(entriesRequest(0), each); err == nil {
		err = conn.Dump(entriesRequest(unix.NTF_PROXY), each)
	}
	return entries, shown, err
}

// entriesRequest asks for the neighbours of IPv4: the cache, or with NTF_PROXY
// what is published.
func entriesRequest(flags uint8) *rtnl.Request {
	r := rtnl.NewRequest(unix.RTM_GETNEIGH, 0)
	r.Body((&[unix.SizeofNdMsg]byte{0: unix.AF_INET, 10: flags})[:])
	return r
}

// wanted tells whether an entry is of the type, host and device asked for.
func (c *call) wanted(r *row) bool {
	switch {
	case c.options.chosen && r.kind != c.options.hardware.Kind:
		return false
	case c.host != nil && r.address != *c.host:
		return false
	}
	return c.device == "" || r.device == c.device
}

// parseRow reads a neighbour. ok is false for one that the kernel does not show
// as an ARP entry: nothing was ever asked for it.
func parseRow(m *rtnl.Msg, names *netdev.Names) (r row, ok bool) {
	if m.Type != unix.RTM_NEWNEIGH || len(m.Data) < unix.SizeofNdMsg || m.Data[0] != unix.AF_INET {
		return r, false
	}
	var tb [unix.NDA_LLADDR + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(m.Data[unix.SizeofNdMsg:])
	copy(r.address[:], at.Get(unix.NDA_DST))
	r.device = "*"
	if index := int32(native.Uint32(m.Data[4:])); index != 0 {
		dev := names.Get(index)
		r.device, r.kind = dev.Name, dev.Type
	}
	state := native.Uint16(m.Data[8:])
	switch {
	case m.Data[10]&unix.NTF_PROXY != 0:
		r.flags = flagPublic | flagPermanent
		return r, true
	case state&^unix.NUD_NOARP == 0:
		return r, false
	case state&unix.NUD_PERMANENT != 0:
		r.flags = flagPermanent | flagComplete
	case state&valid != 0:
		r.flags = flagComplete
	}
	r.hardware = at.Get(unix.NDA_LLADDR)
	return r, true
}

// valid are the states of an entry whose address is known (NUD_VALID,
// net/neighbour.h).
const valid = unix.NUD_PERMANENT | unix.NUD_NOARP | unix.NUD_REACHABLE | unix.NUD_PROBE | unix.NUD_STALE | unix.NUD_DELAY

// shownBytes is how much of a longer hardware address the kernel shows.
const shownBytes = 9

// appendHardware appends a hardware address as the kernel writes it.
func (r *row) appendHardware(dst []byte) []byte {
	switch r.kind {
	case unix.ARPHRD_AX25, unix.ARPHRD_NETROM:
		return format.AppendLLAddr(dst, r.hardware, r.kind)
	}
	return format.AppendMAC(dst, r.hardware[:min(len(r.hardware), shownBytes)])
}

// nameOf looks up the name of an address; "" is none. An address of network 0
// cannot be a host's and is looked up as a network.
func nameOf(r *resolver.Resolver, a [4]byte) string {
	if a == [4]byte{} {
		return ""
	}
	if name := r.Label(a, a[0] != 0); name != dotted(a) {
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
	start := len(dst)
	if r.name == "" || r.name[0] == '?' {
		dst = format.AppendIPv4(dst, r.address[:])
	} else {
		dst = append(dst, format.Cut(r.name, 23)...)
	}
	dst = append(format.AppendBlanks(dst, 23-(len(dst)-start)), "  "...)
	switch {
	case r.flags&flagComplete != 0:
		dst = appendColumn(dst, typeName(r.kind), 8)
		start := len(dst)
		dst = r.appendHardware(dst)
		dst = dst[:min(len(dst), start+20)]
		dst = format.AppendBlanks(dst, 20-(len(dst)-start))
	case r.flags&flagPublic != 0:
		dst = append(dst, "*       <from_interface>    "...)
	default:
		dst = append(dst, "        (incomplete)        "...)
	}
	dst = appendLetters(dst, r.flags)
	// The column of the mask: no kernel has told one since 2.0.
	dst = format.AppendBlanks(dst, 16)
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
	dst = append(format.AppendIPv4(dst, r.address[:]), ") at "...)
	switch {
	case r.flags&flagComplete != 0:
		dst = append(r.appendHardware(dst), " ["...)
		dst = append(append(dst, typeName(r.kind)...), "] "...)
	case r.flags&flagPublic != 0:
		dst = append(dst, "<from_interface> "...)
	default:
		dst = append(dst, "<incomplete> "...)
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
