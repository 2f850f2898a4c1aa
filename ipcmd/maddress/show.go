package maddress

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/names"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

func list(c *object.Context, args []string) error {
	dev, err := parseList(args)
	if err != nil {
		return err
	}
	print(c.Printer(), c.AppendHost, read(c.Opt.Family, dev))
	return nil
}

// parseList reads the words of list: the name of a device, which is not looked
// up and may be the empty one, that none has; nil for all.
func parseList(args []string) (dev *string, err error) {
	for cur := words.New(args); cur.More(); cur.Skip() {
		switch {
		case cur.Is("dev"):
			if _, err := cur.Value(); err != nil {
				return nil, err
			}
		case cur.Prefix("help"):
			return nil, words.Usage(usage)
		}
		if dev != nil {
			return nil, words.Garbage("dev", cur.Word())
		}
		word := cur.Word()
		dev = &word
	}
	return dev, nil
}

// print prints the addresses below a head for each device; with -oneline each
// has one of its own. host appends an address, or the name of its host.
func print(p *printer.Printer, host func(dst []byte, family int, addr []byte) []byte, l records) {
	p.Open()
	var current int32
	for i := range l {
		r := &l[i]
		if r.index != current || p.Oneline() {
			if current != 0 {
				closeDevice(p)
			}
			p.OpenObject("")
			p.Uint("ifindex", "%d:", uint64(r.index))
			p.ColorString(printer.Ifname, "ifname", "\t%s", r.name)
			p.NL()
			current = r.index
			p.OpenArray("maddr", "")
		}
		printAddr(p, host, r)
	}
	if current != 0 {
		closeDevice(p)
	}
	p.Close()
}

func closeDevice(p *printer.Printer) {
	p.CloseArray("")
	p.CloseObject()
}

func printAddr(p *printer.Printer, host func([]byte, int, []byte) []byte, r *record) {
	var b [64]byte
	p.Text("\t")
	p.OpenObject("")
	if r.family == unix.AF_PACKET {
		p.Text("link  ")
		p.Bytes(printer.MAC, "link", "%s", format.AppendMAC(b[:0], r.addr))
	} else {
		color := printer.Inet
		if r.family == unix.AF_INET6 {
			color = printer.Inet6
		}
		p.String("family", "%-5s ", names.Family(r.family))
		p.Bytes(color, "address", "%s", host(b[:0], r.family, r.addr))
	}
	if r.users != 1 {
		p.Uint("users", " users %u", uint64(r.users))
	}
	if r.static {
		p.String("features", " %s", "static")
	}
	p.Text("\n")
	p.CloseObject()
	p.EndRecord()
}
