package rtnl

import (
	"errors"
	"testing"

	"golang.org/x/sys/unix"
)

// TestGenericFamily asks the kernel for the one family that it always has.
func TestGenericFamily(t *testing.T) {
	s, err := Open(Options{Protocol: unix.NETLINK_GENERIC})
	if err != nil {
		t.Skip("no generic netlink: ", err)
	}
	defer s.Close()
	if id, err := GenericFamily(s, "nlctrl"); err != nil || id != unix.GENL_ID_CTRL {
		t.Errorf("nlctrl is %#x, %v", id, err)
	}
	if id, err := GenericFamily(s, "nosuchfamily"); !errors.Is(err, unix.ENOENT) {
		t.Errorf("a family that is not there is %#x, %v", id, err)
	}
	if id, err := GenericGroup(s, "nlctrl", "notify"); err != nil || id == 0 {
		t.Errorf("the group notify is %d, %v", id, err)
	}
	if id, err := GenericGroup(s, "nlctrl", "nosuchgroup"); !errors.Is(err, unix.ENOENT) {
		t.Errorf("a group that is not there is %d, %v", id, err)
	}
}

func TestGenericHeader(t *testing.T) {
	r := NewGeneric(0x21, 3, 1, 0)
	r.U32(1, 7)
	m, _, _ := parsed(r.Bytes())
	cmd, attrs, ok := m.Generic()
	if !ok || cmd != 3 || len(attrs) != 8 || m.Type != 0x21 {
		t.Errorf("type %#x command %d attributes % x", m.Type, cmd, attrs)
	}
	if _, _, ok := (&Msg{Data: []byte{1, 2, 3}}).Generic(); ok {
		t.Error("a header of three bytes")
	}
}

// TestReplayGeneric: a replay with a number for families has every family, and
// dumps the messages with the command that is asked for.
func TestReplayGeneric(t *testing.T) {
	const family = 0x100
	var stream []byte
	for _, cmd := range []uint8{1, 2, 1} {
		r := NewGeneric(family, cmd, 1, 0)
		r.U8(1, uint8(len(stream)))
		stream = append(stream, r.Bytes()...)
	}
	stream = append(stream, NewRequest(unix.RTM_NEWLINK, 0).Bytes()...)
	p := NewReplay(stream)
	if _, err := GenericFamily(NewReplay(nil), "x"); err == nil {
		t.Error("a family without a number")
	}
	p.Family = family
	if id, err := GenericFamily(p, "x"); id != family || err != nil {
		t.Errorf("family %d %v", id, err)
	}
	n := 0
	err := p.Dump(NewGeneric(family, 1, 1, 0), func(m *Msg) error {
		if cmd, _, _ := m.Generic(); cmd != 1 {
			t.Errorf("command %d", cmd)
		}
		n++
		return nil
	})
	if n != 2 || err != nil {
		t.Errorf("%d messages, %v", n, err)
	}
}
