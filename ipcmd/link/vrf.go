package link

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/words"
)

func vrf(name string) Kind {
	return Kind{Name: name, Help: vrfHelp, Noun: "option", Options: func() []Option {
		return []Option{{Name: "table", Value: Custom, Func: vrfTable}}
	}}
}

func vrfTable(p *kindParser) error {
	v, err := p.Value()
	if err != nil {
		return err
	}
	table, ok := p.c.Names().TableID(v)
	if !ok {
		return words.Invalid("invalid table ID\n", v)
	}
	p.r.U32(unix.IFLA_VRF_TABLE, table)
	return nil
}

const vrfHelp = `Usage: ... vrf table TABLEID
`
