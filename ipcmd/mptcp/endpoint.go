package mptcp

import (
	"errors"
	"strconv"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// Flags of an endpoint.
const (
	flagSignal   = 1 << 0
	flagBackup   = 1 << 2
	flagFullmesh = 1 << 3
)

// flagNames are the words of flags; two of them take away.
var flagNames = [...]struct {
	name string
	bit  uint32
}{
	{"signal", flagSignal}, {"subflow", 1 << 1}, {"backup", flagBackup}, {"fullmesh", flagFullmesh},
	{"nobackup", 0}, {"nofullmesh", 0},
}

// target is the endpoint that a command is about.
type target struct {
	cmd     uint8
	addr    format.Prefix
	hasAddr bool
	id      uint8
	hasID   bool
	index   int32
	port    uint16
	flags   uint32
}

func parse(c *object.Context, cmd uint8, args []string) (*target, error) {
	t := &target{cmd: cmd}
	for cur := words.New(args); cur.More(); cur.Skip() {
		if err := t.word(c, cur); err != nil {
			return nil, err
		}
	}
	return t, t.check()
}

func (t *target) word(c *object.Context, cur *words.Cursor) (err error) {
	for _, f := range flagNames {
		if cur.Is(f.name) {
			return t.setFlag(f.name, f.bit)
		}
	}
	var set func(c *object.Context, word string) error
	switch {
	case cur.Prefix("id"):
		set = t.setID
	case cur.Prefix("dev"):
		set = t.setDev
	case cur.Prefix("port"):
		set = t.setPort
	default:
		t.addr, err = c.Addr(cur.Word(), unix.AF_UNSPEC)
		t.hasAddr = true
		return err
	}
	word, err := cur.Value()
	if err != nil {
		return err
	}
	return set(c, word)
}

func (t *target) setFlag(name string, bit uint32) error {
	t.flags |= bit
	switch {
	case t.cmd == cmdAdd && t.flags&flagSignal != 0 && t.flags&flagFullmesh != 0:
		return words.Invalid("flags mustn't have both signal and fullmesh", name)
	case t.cmd == cmdSetFlags && t.flags&^(flagBackup|flagFullmesh) != 0:
		return words.Invalid("invalid flags, backup and fullmesh only", name)
	}
	return nil
}

func (t *target) setID(_ *object.Context, word string) (err error) {
	v, ok := format.ParseU8(word, 0)
	if !ok {
		return words.Invalid("invalid ID\n", word)
	}
	t.id, t.hasID = v, true
	return nil
}

func (t *target) setDev(c *object.Context, word string) error {
	if !format.ValidIfname(word) {
		return words.Invalid("invalid interface name\n", word)
	}
	if t.index = c.Links().Index(word); t.index == 0 {
		return words.Invalid("device does not exist\n", word)
	}
	return nil
}

func (t *target) setPort(_ *object.Context, word string) error {
	v, ok := format.ParseU16(word, 0)
	if !ok {
		return words.Invalid("expected port", word)
	}
	t.port = v
	return nil
}

// check tells what is wrong with the words together.
func (t *target) check() error {
	switch {
	case t.cmd == cmdAdd && !t.hasAddr:
		return words.Missing("ADDRESS")
	case t.cmd == cmdDelete && !t.hasID:
		return words.Missing("ID")
	case t.cmd == cmdDelete && t.id != 0 && t.hasAddr:
		return words.Invalid("invalid for non-zero id address\n", "ADDRESS")
	case t.cmd == cmdDelete && t.id == 0 && !t.hasAddr:
		return words.Invalid("address is needed for deleting id 0 address\n", "ID")
	case t.cmd == cmdAdd && t.port != 0 && t.flags&flagSignal == 0:
		return words.Invalid("flags must have signal when using port", "port")
	case t.cmd == cmdSetFlags && t.hasID && t.port != 0:
		return words.Invalid("port can't be used with id", "port")
	}
	return nil
}

func (t *target) put(r *rtnl.Request) {
	nest := r.Nest(attrAddr | unix.NLA_F_NESTED)
	if t.hasID {
		r.U8(addrID, t.id)
	}
	if t.flags != 0 {
		r.U32(addrFlags, t.flags)
	}
	if t.index != 0 {
		r.U32(addrIndex, uint32(t.index))
	}
	if t.port != 0 {
		r.U16(addrPort, t.port)
	}
	if t.hasAddr {
		r.U16(addrFamily, uint16(t.addr.Family))
		attr := uint16(addrV6)
		if t.addr.Family == unix.AF_INET {
			attr = addrV4
		}
		r.Attr(attr, t.addr.Addr)
	}
	r.End(nest)
}

func modify(cmd uint8) handler {
	return func(k *call, args []string) error {
		t, err := parse(k.c, cmd, args)
		if err != nil {
			return err
		}
		r := k.request(cmd)
		t.put(r)
		return object.Kernel(k.conn.Do(r, nil))
	}
}

// show prints one endpoint, or all without words.
func show(k *call, args []string) error {
	p := k.c.Printer()
	one := func(m *rtnl.Msg) error {
		print(p, k.c, m)
		return nil
	}
	r := k.request(cmdGet)
	if len(args) == 0 {
		p.Open()
		defer p.Close()
		err := object.DumpFailed(k.conn.Dump(r, one), object.StatusKernel)
		var e *applet.Exit
		if errors.As(err, &e) {
			e.Abort = false // a batch goes on
		}
		return err
	}
	t, err := parse(k.c, cmdGet, args)
	if err != nil {
		return err
	}
	t.put(r)
	return object.Kernel(k.conn.Get(r, func(m *rtnl.Msg) error {
		p.Open()
		defer p.Close()
		return one(m)
	}))
}

// print prints an endpoint.
func print(p *printer.Printer, c *object.Context, m *rtnl.Msg) {
	_, attrs, ok := m.Generic()
	if !ok {
		return
	}
	var outer [attrAddr + 1][]byte
	var tb [addrIndex + 1][]byte
	rtnl.Attrs(outer[:]).Parse(attrs)
	at := rtnl.Attrs(tb[:])
	if !rtnl.Attrs(outer[:]).Nested(attrAddr, at) {
		return
	}
	p.OpenObject("")
	family, _ := at.U8(addrFamily)
	attr := addrV6
	if family == unix.AF_INET {
		attr = addrV4
	}
	if addr := at.Get(attr); addr != nil {
		var b [64]byte
		p.Bytes(printer.None, "address", "%s ", c.AppendHost(b[:0], int(family), addr))
	}
	if port, _ := at.U16(addrPort); port != 0 {
		p.Uint("port", "port %u ", uint64(port))
	}
	if id, ok := at.U8(addrID); ok {
		p.Uint("id", "id %u ", uint64(id))
	}
	if flags, ok := at.U32(addrFlags); ok {
		printFlags(p, flags)
	}
	if index, _ := at.S32(addrIndex); index != 0 {
		p.String("dev", "dev %s ", c.Links().Name(index))
	}
	p.CloseObject()
	p.Text("\n")
	p.EndRecord()
}

func printFlags(p *printer.Printer, flags uint32) {
	for _, f := range flagNames {
		if flags&f.bit != 0 {
			if p.JSON() {
				p.Bool(f.name, "", true)
			} else {
				p.Text(f.name + " ")
			}
		}
		flags &^= f.bit
	}
	if flags != 0 {
		raw := strconv.FormatUint(uint64(flags), 16)
		if len(raw) < 2 {
			raw = "0" + raw
		}
		p.String("rawflags", "rawflags %s ", raw)
	}
}
