package ila

import (
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/fib"
)

// print prints a mapping; name is the name of an interface.
func print(p *printer.Printer, name func(int32) string, m *rtnl.Msg) {
	_, attrs, ok := m.Generic()
	if !ok {
		return
	}
	var tb [attrIdentType + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(attrs)
	p.OpenObject("")
	printLocator(p, "locator_match", at.Get(attrMatch))
	printLocator(p, "locator", at.Get(attrLocator))
	if index, ok := at.S32(attrIndex); ok {
		p.ColorString(printer.Ifname, "interface", "%-16s", name(index))
	} else {
		p.Text("-          ")
	}
	if v, ok := at.U8(attrCsumMode); ok {
		p.String("csum_mode", "%s", fib.ILACsumMode(v))
	} else {
		p.Text("-          ")
	}
	if v, ok := at.U8(attrIdentType); ok {
		p.String("ident_type", "%s", fib.ILAIdentType(v))
	} else {
		p.Text("-")
	}
	p.NL()
	p.CloseObject()
	p.EndRecord()
}

// printLocator prints half an address, "-" for none.
func printLocator(p *printer.Printer, key string, locator []byte) {
	text := []byte("-")
	if len(locator) >= 8 {
		text = fib.AppendLocator(nil, locator)
	}
	p.Bytes(printer.None, key, "%-20s", text)
}
