// Package address is `ip address`: the IP addresses of interfaces. Its printer
// of an address serves ip monitor too.
//
// It may import ipcmd/link for the records of links, ipcmd/object and
// internal/….
package address

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/link"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// Main is ip address.
func Main(c *object.Context, args []string) error {
	table := commands()
	return object.Dispatch(c, "address", table[:], show, args)
}

func commands() [13]object.Command {
	const (
		create = unix.NLM_F_CREATE | unix.NLM_F_EXCL
		change = unix.NLM_F_REPLACE
		either = unix.NLM_F_CREATE | unix.NLM_F_REPLACE
	)
	return [...]object.Command{
		{Name: "add", Value: modify(unix.RTM_NEWADDR, create)},
		{Name: "change", Value: modify(unix.RTM_NEWADDR, change)},
		{Name: "chg", Exact: true, Value: modify(unix.RTM_NEWADDR, change)},
		{Name: "replace", Value: modify(unix.RTM_NEWADDR, either)},
		{Name: "delete", Value: modify(unix.RTM_DELADDR, 0)},
		{Name: "list", Value: show},
		{Name: "show", Value: show},
		{Name: "lst", Value: show},
		{Name: "flush", Value: flush},
		{Name: "save", Value: save},
		{Name: "showdump", Value: showDump},
		{Name: "restore", Value: restore},
		{Name: "help", Value: help},
	}
}

func help(c *object.Context, _ []string) error { return usageOf(c) }

// usageOf is the usage of ip address, or that of ip link where links were shown
// before in the same run, as in iproute2.
func usageOf(c *object.Context) error {
	if c.LinksShown {
		return link.Usage()
	}
	return words.Usage(usage + link.TypesUsage)
}

const usage = `Usage: ip address {add|change|replace} IFADDR dev IFNAME [ LIFETIME ]
                                                      [ CONFFLAG-LIST ]
       ip address del IFADDR dev IFNAME [mngtmpaddr]
       ip address {save|flush} [ dev IFNAME ] [ scope SCOPE-ID ]
                            [ to PREFIX ] [ FLAG-LIST ] [ label LABEL ] [up]
       ip address [ show [ dev IFNAME ] [ scope SCOPE-ID ] [ master DEVICE ]
                         [ nomaster ]
                         [ type TYPE ] [ to PREFIX ] [ FLAG-LIST ]
                         [ label LABEL ] [up] [ vrf NAME ] ]
       ip address {showdump|restore}
IFADDR := PREFIX | ADDR peer PREFIX
          [ broadcast ADDR ] [ anycast ADDR ]
          [ label IFNAME ] [ scope SCOPE-ID ] [ metric METRIC ]
SCOPE-ID := [ host | link | global | NUMBER ]
FLAG-LIST := [ FLAG-LIST ] FLAG
FLAG  := [ permanent | dynamic | secondary | primary |
           [-]tentative | [-]deprecated | [-]dadfailed | temporary |
           CONFFLAG-LIST ]
CONFFLAG-LIST := [ CONFFLAG-LIST ] CONFFLAG
CONFFLAG  := [ home | nodad | mngtmpaddr | noprefixroute | autojoin ]
LIFETIME := [ valid_lft LFT ] [ preferred_lft LFT ]
LFT := forever | SECONDS
`
