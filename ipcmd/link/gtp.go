package link

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// parseGTP passes over words that it does not know, as the original does.
func parseGTP(p *kindParser) error {
	p.r.U8(unix.IFLA_GTP_CREATE_SOCKETS, 1)
	table := []Option{
		exact("role", gtpRole), exact("hsize", gtpHashSize), exact("restart_count", gtpRestartCount),
	}
	for ; p.More(); p.Skip() {
		if p.Is("help") {
			return p.explain("")
		}
		if o := findOption(table, p.Word()); o != nil {
			if err := p.option(o); err != nil {
				return err
			}
		}
	}
	if !p.has(unix.IFLA_GTP_ROLE) {
		return object.Fail(object.StatusLocal, "gtp: role of the gtp device was not specified")
	}
	if !p.has(unix.IFLA_GTP_PDP_HASHSIZE) {
		p.r.U32(unix.IFLA_GTP_PDP_HASHSIZE, 1024)
	}
	return nil
}

func gtpRole(p *kindParser) error {
	v, err := p.valueOnce(unix.IFLA_GTP_ROLE, "role")
	if err != nil {
		return err
	}
	switch v {
	case "ggsn":
		p.r.U32(unix.IFLA_GTP_ROLE, 0)
	case "sgsn":
		p.r.U32(unix.IFLA_GTP_ROLE, 1)
	default:
		return words.Invalid("invalid role, use sgsn or ggsn", v)
	}
	return nil
}

func gtpHashSize(p *kindParser) error {
	v, err := p.valueOnce(unix.IFLA_GTP_PDP_HASHSIZE, "hsize")
	if err != nil {
		return err
	}
	n, ok := format.ParseU32(v, 0)
	if !ok {
		return words.Invalid("invalid PDP hash size", v)
	}
	if n >= 1<<17 {
		return words.Invalid("PDP hash size too big", v)
	}
	p.r.U32(unix.IFLA_GTP_PDP_HASHSIZE, n)
	return nil
}

func gtpRestartCount(p *kindParser) error {
	decimal := func(s string, _ int) (uint8, bool) { return format.ParseU8(s, 10) }
	n, err := readOnce(p, unix.IFLA_GTP_RESTART_COUNT, "restart_count", decimal, "invalid restart_count")
	p.r.U8(unix.IFLA_GTP_RESTART_COUNT, n)
	return err
}

const gtpHelp = `Usage: ... gtp role ROLE
		[ hsize HSIZE ]
		[ restart_count RESTART_COUNT ]

Where:	ROLE		:= { sgsn | ggsn }
	HSIZE		:= 1-131071
	RESTART_COUNT	:= 0-255
`
