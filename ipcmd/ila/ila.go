// Package ila is `ip ila`: the mappings of identifier-locator addressing, by
// which the kernel rewrites the upper half of IPv6 addresses (ip-ila(8),
// draft-herbert-nvo3-ila).
//
// It may import what an object of ip may: internal/…, ipcmd/object
// and ipcmd/fib.
package ila

import (
	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

const usage = `Usage: ip ila add loc_match LOCATOR_MATCH loc LOCATOR [ dev DEV ] OPTIONS
       ip ila del loc_match LOCATOR_MATCH [ loc LOCATOR ] [ dev DEV ]
       ip ila list
OPTIONS := [ csum-mode { adj-transport | neutral-map |
                         neutral-map-auto | no-action } ]
           [ ident-type { luid | use-format } ]
`

// The family of generic netlink, its commands and attributes (linux/ila.h).
const (
	familyName = "ila"
	version    = 1

	cmdAdd    = 1
	cmdDelete = 2
	cmdGet    = 3

	attrLocator   = 1 // 64 bits in network order
	attrMatch     = 3 // 64 bits in network order
	attrIndex     = 4 // 32 bits
	attrCsumMode  = 7 // 8 bits
	attrIdentType = 8 // 8 bits
)

// Main is ip ila. A kernel without it is told of before the words are looked at.
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
	return object.Dispatch(c, "ila", []object.Command{
		{Name: "add", Value: change(cmdAdd)},
		{Name: "delete", Value: change(cmdDelete)},
		{Name: "list", Value: func(c *object.Context, args []string) error {
			return list(c, conn, rtnl.NewGeneric(family, cmdGet, version, 0), args)
		}},
	}, nil, args)
}

func list(c *object.Context, conn rtnl.Conn, r *rtnl.Request, args []string) error {
	if len(args) > 0 {
		return object.Fail(object.StatusLocal, `"ip ila show" does not take any arguments.`)
	}
	p := c.Printer()
	p.Open()
	err := conn.Dump(r, func(m *rtnl.Msg) error {
		print(p, c.Links().Name, m)
		return nil
	})
	if err != nil {
		p.EndRecord() // the list stays open, as in the original
		_, text := applet.Status(object.DumpFailed(err, object.StatusUsage))
		return object.Fail(object.StatusUsage, text) // a batch goes on
	}
	p.Close()
	return nil
}
