package macsec

import (
	"errors"

	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
	"github.com/nlbox/nlbox/ipcmd/secy"
)

// action is what is done with a channel or an association.
type action uint8

const (
	add action = iota
	set
	del
)

// Commands by the action.
var (
	txSACommands = [...]uint8{add: cmdAddTxSA, set: cmdSetTxSA, del: cmdDelTxSA}
	rxSACommands = [...]uint8{add: cmdAddRxSA, set: cmdSetRxSA, del: cmdDelRxSA}
	rxSCCommands = [...]uint8{add: cmdAddRxSC, set: cmdSetRxSC, del: cmdDelRxSC}
)

// change is one request.
type change struct {
	cmd     uint8
	index   int32
	rx      *channel
	sa      *association
	offload *uint8
}

// channel is a channel for receiving.
type channel struct {
	sci    [8]byte
	active state
}

// state is on, off, or not given.
type state uint8

const (
	off state = iota
	on
	unset
)

func (s *state) read(word string) error {
	if *s != unset {
		return words.Garbage("on/off", word)
	}
	*s = off
	if word == "on" {
		*s = on
	}
	return nil
}

// modify returns the parser of add, set or delete.
func modify(do action) func(*object.Context, []string) (*change, error) {
	return func(c *object.Context, args []string) (*change, error) {
		index, err := device(c, args)
		if err != nil {
			return nil, err
		}
		x := &change{index: index}
		cur := words.New(args[1:])
		word := cur.Word()
		cur.Skip()
		switch word {
		case "tx":
			return x, x.readTx(do, cur)
		case "rx":
			return x, x.readRx(do, cur)
		}
		return nil, words.Usage(usage)
	}
}

func (x *change) readTx(do action, cur *words.Cursor) error {
	x.cmd = txSACommands[do]
	switch has, err := x.readSA(cur); {
	case err != nil:
		return err
	case !has:
		return words.Usage(usage)
	case do == del:
		return nil
	}
	if err := x.sa.read(cur); err != nil {
		return err
	}
	return x.sa.check(do)
}

func (x *change) readRx(do action, cur *words.Cursor) error {
	ch, _, err := secy.ReadChannel(cur, false, false)
	if errors.Is(err, secy.ErrIncomplete) {
		return object.Abort(object.StatusUsage, err.Error()+"\n"+usage[:len(usage)-1])
	}
	if err != nil {
		return err
	}
	x.rx = &channel{sci: ch.SCI, active: unset}
	x.cmd = rxSCCommands[do]
	hasSA, err := x.readSA(cur)
	if hasSA {
		x.cmd = rxSACommands[do]
	}
	switch {
	case err != nil:
		return err
	case do == del:
		return nil
	case !hasSA:
		return x.rx.read(cur)
	}
	if err := x.sa.read(cur); err != nil {
		return err
	}
	return x.sa.check(do)
}

// readSA reads `sa AN`, if it is there.
func (x *change) readSA(cur *words.Cursor) (bool, error) {
	if !cur.Is("sa") {
		return false, nil
	}
	word, err := cur.Value()
	if err != nil {
		return false, err
	}
	an, err := secy.AN(word)
	x.sa = &association{an: an, active: unset}
	cur.Skip()
	return err == nil, err
}

// read reads the words behind a channel.
func (c *channel) read(cur *words.Cursor) error {
	for ; cur.More(); cur.Skip() {
		if !cur.Is("on") && !cur.Is("off") {
			return unknown(cur.Word())
		}
		if err := c.active.read(cur.Word()); err != nil {
			return err
		}
	}
	return nil
}

func unknown(word string) error {
	return object.Abort(object.StatusUsage, `macsec: unknown command "`+word+"\"?\n"+usage[:len(usage)-1])
}

func offload(c *object.Context, args []string) (*change, error) {
	index, err := device(c, args)
	if err != nil {
		return nil, err
	}
	if len(args) < 2 {
		return nil, words.Usage(usage)
	}
	n, err := object.OneOf("offload", args[1], secy.Offloads())
	if err != nil {
		return nil, object.Abort(object.StatusUsage, err.Error()+"\n"+usage[:len(usage)-1])
	}
	by := uint8(n)
	return &change{cmd: cmdSetOffload, index: index, offload: &by}, nil
}

// put appends the attributes of a change.
func (x *change) put(r *rtnl.Request) {
	r.U32(attrIndex, uint32(x.index))
	if x.rx != nil {
		nest := r.Nest(attrRxSC)
		r.Attr(rxscSCI, x.rx.sci[:])
		if x.cmd != cmdDelRxSC && x.cmd != cmdDelRxSA && x.rx.active != unset {
			r.U8(rxscActive, uint8(x.rx.active))
		}
		r.End(nest)
	}
	if x.sa != nil {
		nest := r.Nest(attrSA)
		x.sa.put(r)
		r.End(nest)
	}
	if x.offload != nil {
		nest := r.Nest(attrOffload)
		r.U8(offloadType, *x.offload)
		r.End(nest)
	}
}
