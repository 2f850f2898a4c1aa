// Package fou is `ip fou`: the UDP ports on which the kernel takes packets out
// of UDP, Foo over UDP and generic UDP encapsulation (ip-fou(8)).
//
// It may import what an object of ip may: internal/… and ipcmd/object.
package fou

import (
	"errors"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/names"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

const usage = `Usage: ip fou add port PORT { ipproto PROTO  | gue }
		   [ local IFADDR ] [ peer IFADDR ]
		   [ peer_port PORT ] [ dev IFNAME ]
       ip fou del port PORT [ local IFADDR ]
		   [ peer IFADDR ] [ peer_port PORT ]
		   [ dev IFNAME ]
       ip fou show

Where: PROTO { ipproto-name | 1..255 }
       PORT { 1..65535 }
       IFADDR { addr }
`

// The family of generic netlink, its commands and attributes (linux/fou.h).
const (
	familyName = "fou"
	version    = 1

	cmdAdd = 1
	cmdDel = 2
	cmdGet = 3

	attrPort     = 1 // in network order
	attrFamily   = 2
	attrProto    = 3
	attrType     = 4
	attrLocal4   = 6
	attrLocal6   = 7
	attrPeer4    = 8
	attrPeer6    = 9
	attrPeerPort = 10 // in network order
	attrIndex    = 11

	typeDirect = 1 // FOU_ENCAP_DIRECT
	typeGUE    = 2 // FOU_ENCAP_GUE
)

// Main is ip fou. A kernel without it is told of before the words are looked at.
func Main(c *object.Context, args []string) error {
	if len(args) == 0 || words.Prefix(args[0], "help") {
		return words.Usage(usage)
	}
	conn, family, err := c.Generic(familyName)
	if err != nil {
		return err
	}
	defer conn.Close()
	change := func(cmd uint8) object.Main {
		return func(c *object.Context, args []string) error {
			r := rtnl.NewGeneric(family, cmd, version, 0)
			if err := parse(c, r, cmd == cmdAdd, args); err != nil {
				return err
			}
			return object.Kernel(conn.Do(r, nil))
		}
	}
	return object.Dispatch(c, "fou", []object.Command{
		{Name: "add", Value: change(cmdAdd)},
		{Name: "delete", Value: change(cmdDel)},
		{Name: "show", Value: func(c *object.Context, args []string) error {
			return show(c, conn, rtnl.NewGeneric(family, cmdGet, version, 0), args)
		}},
	}, nil, args)
}

func show(c *object.Context, conn rtnl.Conn, r *rtnl.Request, args []string) error {
	if len(args) > 0 {
		return object.Fail(object.StatusLocal, `"ip fou show" does not take any arguments.`)
	}
	p := c.Printer()
	p.Open()
	defer p.Close()
	err := object.DumpFailed(conn.Dump(r, func(m *rtnl.Msg) error {
		print(p, c.AppendHost, c.Links().Name, m)
		return nil
	}), object.StatusUsage)
	var e *applet.Exit
	if errors.As(err, &e) {
		e.Abort = false // a batch goes on
	}
	return err
}

// print prints a port. host appends an address, or the name of its host; name is
// the name of an interface.
func print(p *printer.Printer, host func([]byte, int, []byte) []byte, name func(int32) string, m *rtnl.Msg) {
	_, attrs, ok := m.Generic()
	if !ok {
		return
	}
	var tb [attrIndex + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(attrs)
	p.OpenObject("")
	if port, ok := at.BE16(attrPort); ok {
		p.Uint("port", "port %u", uint64(port))
	}
	if typ, _ := at.U8(attrType); typ == typeGUE {
		p.Null("gue", " gue", "")
	} else if proto, ok := at.U8(attrProto); ok {
		p.Uint("ipproto", " ipproto %u", uint64(proto))
	}
	family := unix.AF_INET
	if f, ok := at.U8(attrFamily); ok {
		family = int(f)
		if p.JSON() {
			p.String("family", "", names.Family(family))
		} else if family == unix.AF_INET6 {
			p.Text(" -6")
		}
	}
	local, peer := attrLocal4, attrPeer4
	if family != unix.AF_INET {
		local, peer = attrLocal6, attrPeer6
	}
	printAddr(p, host, "local", " local %s", family, at.Get(local))
	printAddr(p, host, "peer", " peer %s", family, at.Get(peer))
	if port, _ := at.BE16(attrPeerPort); port != 0 {
		p.Uint("peer_port", " peer_port %u", uint64(port))
	}
	if index, _ := at.S32(attrIndex); index != 0 {
		p.String("dev", " dev %s", name(index))
	}
	p.Text("\n")
	p.CloseObject()
	p.EndRecord()
}

// printAddr prints an address that is not all zeros.
func printAddr(p *printer.Printer, host func([]byte, int, []byte) []byte, key, text string, family int, addr []byte) {
	for _, b := range addr {
		if b != 0 {
			var buf [64]byte
			p.Bytes(printer.None, key, text, host(buf[:0], family, addr))
			return
		}
	}
}
