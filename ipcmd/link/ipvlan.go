package link

import (
	"slices"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/ipcmd/object"
)

func ipvlan(name string) Kind {
	return Kind{Name: name, Help: ipvlanHelp(name), Noun: "option", Parse: parseIPvlan}
}

// parseIPvlan reads the mode and at most one of the flags. A second flag is an
// unknown option.
func parseIPvlan(p *kindParser) error {
	// IPVLAN_F_PRIVATE and IPVLAN_F_VEPA of linux/if_link.h; bridge is neither.
	flags, given := uint16(0), false
	for ; p.More(); p.Skip() {
		switch {
		case p.Prefix("mode"):
			if err := ipvlanMode(p); err != nil {
				return err
			}
		case given:
			return p.unknown()
		case p.Prefix("private"):
			flags, given = 1, true
		case p.Prefix("vepa"):
			flags, given = 2, true
		case p.Prefix("bridge"):
			given = true
		default:
			return p.unknown()
		}
	}
	p.r.U16(unix.IFLA_IPVLAN_FLAGS, flags)
	return nil
}

func ipvlanMode(p *kindParser) error {
	v, err := p.Value()
	if err != nil {
		return err
	}
	mode := slices.Index([]string{"l2", "l3", "l3s"}, v)
	if mode < 0 {
		return object.Fail(object.StatusLocal,
			`Error: argument of "mode" must be either "l2", "l3" or "l3s"`)
	}
	p.r.U16(unix.IFLA_IPVLAN_MODE, uint16(mode))
	return nil
}

func ipvlanHelp(kind string) string {
	return "Usage: ... " + kind + ` [ mode MODE ] [ FLAGS ]

MODE: l3 | l3s | l2
FLAGS: bridge | private | vepa
(first values are the defaults if nothing is specified).
`
}
