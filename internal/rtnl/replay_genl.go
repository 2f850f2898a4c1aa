package rtnl

import "golang.org/x/sys/unix"

// genericFamily answers the question for any family of generic netlink.
func (p *Replay) genericFamily(each func(*Msg) error) error {
	a := NewGeneric(unix.GENL_ID_CTRL, unix.CTRL_CMD_NEWFAMILY, 0, 0)
	a.U16(unix.CTRL_ATTR_FAMILY_ID, p.Family)
	return each(&Msg{Type: a.Type(), Data: a.Payload(), Raw: a.Bytes()})
}

// dumpGeneric yields the messages of generic netlink that answer a request: those
// with its command.
func (p *Replay) dumpGeneric(r *Request, each func(*Msg) error) error {
	err := p.Each(func(m *Msg) error {
		if cmd, _, ok := m.Generic(); !ok || m.Type != p.Family || cmd != r.Payload()[0] {
			return nil
		}
		return each(m)
	})
	if err == Stop {
		return nil
	}
	return err
}
