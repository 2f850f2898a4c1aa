package rtnl

import (
	"io"

	"golang.org/x/sys/unix"
)

// Replay is a Conn over recorded messages: what `ip monitor file` reads, one
// nlmsghdr after the other. A dump of RTM_GETx yields the RTM_NEWx (and
// RTM_DELx) messages of the file; so does Get, for the first of them. Changes
// are taken and kept in Sent.
type Replay struct {
	stream []byte
	// Refuse, when set, is the answer to every change and to dumps of types
	// that it names; tests of error paths set it.
	Refuse func(typ uint16) *Error
	// Family, when not 0, is the number of every family of generic netlink
	// that is asked for; a dump of it yields the messages of that type that
	// have the command of the request. It must be none of the RTM types.
	Family uint16
	// Sent are the changes that Do was asked for.
	Sent [][]byte
}

// NewReplay returns a Conn that answers from stream. The stream may be cut
// short anywhere: a last message that is not whole is left out.
func NewReplay(stream []byte) *Replay { return &Replay{stream: stream} }

// Each hands all messages to f, in their order, until it returns an error.
func (p *Replay) Each(f func(*Msg) error) error {
	m := new(Msg)
	for b, ok := p.stream, true; len(b) > 0; {
		if b, ok = m.parse(b); !ok {
			return nil
		}
		if err := f(m); err != nil {
			return err
		}
	}
	return nil
}

// Dump implements Conn.
func (p *Replay) Dump(r *Request, each func(*Msg) error) error {
	if p.Refuse != nil {
		if err := p.Refuse(r.Type()); err != nil {
			return err
		}
	}
	if p.Family != 0 && r.Type() == p.Family {
		return p.dumpGeneric(r, each)
	}
	// RTM types come in fours: NEW, DEL, GET, SET.
	group := r.Type() &^ 3
	err := p.Each(func(m *Msg) error {
		answer := m.Type&3 <= 1 || m.Type == unix.RTM_GETMDB // as the kernel answers that one
		if m.Type < unix.RTM_BASE || m.Type&^3 != group || !answer {
			return nil
		}
		return each(m)
	})
	if err == Stop {
		return nil
	}
	return err
}

// Get implements Conn. A request for a link finds the one with its index or
// name.
func (p *Replay) Get(r *Request, each func(*Msg) error) error {
	if p.Family != 0 && r.Type() == unix.GENL_ID_CTRL {
		return p.genericFamily(each)
	}
	found := false
	err := p.Dump(r, func(m *Msg) error {
		if r.Type() == unix.RTM_GETLINK && !sameLink(r.Payload(), m.Data) {
			return nil
		}
		found = true
		if err := each(m); err != nil {
			return err
		}
		return Stop
	})
	if err == nil && !found {
		return &Error{Errno: unix.ENODEV}
	}
	return err
}

// sameLink tells whether two payloads of link messages speak of one interface:
// by the index, or by the name where the first has no index.
func sameLink(want, have []byte) bool {
	const size = unix.SizeofIfInfomsg
	if len(want) < size || len(have) < size {
		return false
	}
	if index := native.Uint32(want[4:]); index != 0 {
		return index == native.Uint32(have[4:])
	}
	var a [unix.IFLA_ALT_IFNAME + 1][]byte
	var b [unix.IFLA_IFNAME + 1][]byte
	Attrs(a[:]).Parse(want[size:])
	Attrs(b[:]).Parse(have[size:])
	name, ok := Attrs(a[:]).Str(unix.IFLA_IFNAME)
	if !ok {
		name, ok = Attrs(a[:]).Str(unix.IFLA_ALT_IFNAME)
	}
	other, _ := Attrs(b[:]).Str(unix.IFLA_IFNAME)
	return ok && name == other
}

// Do implements Conn.
func (p *Replay) Do(r *Request, _ func(*Msg) error) error {
	if p.Refuse != nil {
		if err := p.Refuse(r.Type()); err != nil {
			return err
		}
	}
	p.Sent = append(p.Sent, append([]byte(nil), r.Bytes()...))
	return nil
}

// Close implements Conn.
func (p *Replay) Close() error { return nil }

// Recorder is a Conn that writes every message it hands on to w, in the format
// that Replay reads.
type Recorder struct {
	Conn Conn
	W    io.Writer
}

func (p *Recorder) tee(each func(*Msg) error) func(*Msg) error {
	return func(m *Msg) error {
		var pad [3]byte
		p.W.Write(m.Raw)
		p.W.Write(pad[:align(len(m.Raw))-len(m.Raw)])
		if each == nil {
			return nil
		}
		return each(m)
	}
}

// Dump implements Conn.
func (p *Recorder) Dump(r *Request, each func(*Msg) error) error {
	return p.Conn.Dump(r, p.tee(each))
}

// Do implements Conn.
func (p *Recorder) Do(r *Request, each func(*Msg) error) error {
	return p.Conn.Do(r, p.tee(each))
}

// Get implements Conn.
func (p *Recorder) Get(r *Request, each func(*Msg) error) error {
	return p.Conn.Get(r, p.tee(each))
}

// Close implements Conn.
func (p *Recorder) Close() error { return p.Conn.Close() }

var (
	_ Conn = (*Socket)(nil)
	_ Conn = (*Replay)(nil)
	_ Conn = (*Recorder)(nil)
)
