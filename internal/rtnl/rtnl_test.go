package rtnl

import (
	"errors"
	"testing"

	"golang.org/x/sys/unix"
)

func linkDump() *Request {
	r := NewRequest(unix.RTM_GETLINK, 0)
	r.Link(unix.AF_UNSPEC, 0, 0, 0, 0)
	return r
}

func open(t *testing.T) *Socket {
	t.Helper()
	c, err := Open(Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// The kernel of any machine has a loopback device and lets anyone list it.
func TestDumpLinks(t *testing.T) {
	c := open(t)
	names := map[string]bool{}
	for range 2 { // the connection can be used again
		err := c.Dump(linkDump(), func(m *Msg) error {
			var tb [unix.IFLA_MTU + 1][]byte
			at := Attrs(tb[:])
			at.Parse(m.Data[unix.SizeofIfInfomsg:])
			name, ok := at.Str(unix.IFLA_IFNAME)
			if !ok || m.Type != unix.RTM_NEWLINK {
				t.Errorf("message %d without a name", m.Type)
			}
			names[name] = true
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if !names["lo"] {
		t.Errorf("no lo in %v", names)
	}
}

func TestRefusalKeepsErrno(t *testing.T) {
	c := open(t)
	r := linkDump()
	r.Str(unix.IFLA_IFNAME, "nosuchdevice0")
	err := c.Get(r, func(*Msg) error { t.Error("an answer"); return nil })
	if !errors.Is(err, unix.ENODEV) || Errno(err) != unix.ENODEV {
		t.Errorf("got %v", err)
	}
}

func TestStopAndCallbackError(t *testing.T) {
	c := open(t)
	n := 0
	if err := c.Dump(linkDump(), func(*Msg) error { n++; return Stop }); err != nil || n != 1 {
		t.Errorf("Stop: %d messages, %v", n, err)
	}
	mine := errors.New("mine")
	if err := c.Dump(linkDump(), func(*Msg) error { return mine }); err != mine {
		t.Errorf("got %v", err)
	}
}

func TestErrorTexts(t *testing.T) {
	for _, c := range []struct {
		err  Error
		want string
	}{
		{Error{Errno: unix.EEXIST}, "RTNETLINK answers: File exists"},
		{Error{Errno: unix.EINVAL, Msg: "mtu less than device minimum"}, "Error: mtu less than device minimum."},
		{Error{Errno: unix.EINVAL, Msg: "Unknown device type."}, "Error: Unknown device type."},
		{Error{Errno: 41}, "RTNETLINK answers: Unknown error 41"},
		{Error{Errno: 524}, "RTNETLINK answers: Unknown error 524"},
		{Error{Errno: unix.ENOENT}, "RTNETLINK answers: No such file or directory"},
		{Error{Errno: unix.ENOENT, Dump: true}, ""},
		{Error{Errno: unix.ENOENT, Dump: true, Msg: "ipv4: FIB table does not exist"}, "Error: ipv4: FIB table does not exist."},
		{Error{Errno: unix.EMSGSIZE, Dump: true}, "Error: Buffer too small for object."},
	} {
		if got := c.err.Error(); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

// ackBytes lays out an NLMSG_ERROR with an echoed header and a text.
func ackBytes(errno int32, flags uint16, msg string) []byte {
	r := NewRequest(unix.NLMSG_ERROR, flags)
	var head [4 + headerSize]byte
	native.PutUint32(head[:], uint32(-errno))
	native.PutUint32(head[4:], headerSize)
	r.Body(head[:])
	if msg != "" {
		r.Str(unix.NLMSGERR_ATTR_MSG, msg)
	}
	return r.Bytes()
}

func TestVerdict(t *testing.T) {
	m, _, ok := parsed(ackBytes(int32(unix.EINVAL), unix.NLM_F_ACK_TLVS, "no"))
	if !ok {
		t.Fatal("not a message")
	}
	if err, _ := verdict(&m); err == nil || err.Msg != "no" || err.Errno != unix.EINVAL {
		t.Errorf("got %+v", err)
	}
	m, _, _ = parsed(ackBytes(0, unix.NLM_F_ACK_TLVS|unix.NLM_F_CAPPED, "mind"))
	if err, warning := verdict(&m); err != nil || warning != "mind" {
		t.Errorf("got %v, %q", err, warning)
	}
	m, _, _ = parsed(ackBytes(0, 0, ""))
	if err, warning := verdict(&m); err != nil || warning != "" {
		t.Errorf("got %v, %q", err, warning)
	}
}

func TestRequestRoundTrip(t *testing.T) {
	r := NewRequest(unix.RTM_NEWLINK, unix.NLM_F_CREATE)
	r.Link(unix.AF_UNSPEC, 0, 7, unix.IFF_UP, unix.IFF_UP)
	r.Str(unix.IFLA_IFNAME, "eth0")
	info := r.Nest(unix.IFLA_LINKINFO)
	r.Text(1, "veth")
	r.U8(2, 5)
	r.End(info)
	r.Drop(r.Nest(9))
	r.BE16(4, 0x8100)
	m, rest, ok := parsed(r.Bytes())
	if !ok || len(rest) != 0 {
		t.Fatalf("ok=%v rest=%d", ok, len(rest))
	}
	var tb [20][]byte
	at := Attrs(tb[:])
	at.Parse(m.Data[unix.SizeofIfInfomsg:])
	var sub [3][]byte
	in := Attrs(sub[:])
	if name, _ := at.Str(unix.IFLA_IFNAME); name != "eth0" {
		t.Errorf("name %q", name)
	}
	if !at.Nested(unix.IFLA_LINKINFO, in) {
		t.Error("no linkinfo")
	}
	if kind, _ := in.Str(1); kind != "veth" {
		t.Errorf("kind %q", kind)
	}
	if v, ok := in.U8(2); v != 5 || !ok {
		t.Errorf("u8 %d %v", v, ok)
	}
	if v, ok := at.BE16(4); v != 0x8100 || !ok {
		t.Errorf("be16 %x %v", v, ok)
	}
	if at.Has(9) || at.Has(1000) {
		t.Error("has what it has not")
	}
	if _, ok := at.U64(4); ok {
		t.Error("u64 of two bytes")
	}
}

func TestFirstAttributeWins(t *testing.T) {
	r := NewRequest(0, 0)
	r.Flag(2)
	r.U32(1, 10)
	r.U32(1, 11)
	r.U32(2, 12)
	var tb [3][]byte
	at := Attrs(tb[:])
	at.Parse(r.Payload())
	if v, ok := at.U32(1); v != 10 || !ok {
		t.Errorf("got %d, want the first", v)
	}
	if v := at.Get(2); v == nil || len(v) != 0 {
		t.Errorf("got %v, want the one without payload", v)
	}
}

func TestReplay(t *testing.T) {
	a := NewRequest(unix.RTM_NEWLINK, 0)
	a.Link(0, 1, 1, 0, 0)
	b := NewRequest(unix.RTM_NEWADDR, 0)
	b.Addr(2, 8, 0, 0, 1)
	p := NewReplay(append(append([]byte(nil), a.Bytes()...), b.Bytes()...))
	n := 0
	if err := p.Dump(linkDump(), func(m *Msg) error { n++; return nil }); err != nil || n != 1 {
		t.Errorf("%d messages, %v", n, err)
	}
	if err := p.Get(NewRequest(unix.RTM_GETROUTE, 0), nil); Errno(err) != unix.ENODEV {
		t.Errorf("got %v", err)
	}
	if err := p.Do(a, nil); err != nil || len(p.Sent) != 1 {
		t.Errorf("%v, %d sent", err, len(p.Sent))
	}
}

// A dump allocates nothing per message.
func TestDumpAllocations(t *testing.T) {
	c := open(t)
	r := linkDump()
	each := func(m *Msg) error {
		var tb [64][]byte
		at := Attrs(tb[:])
		at.Parse(m.Data[unix.SizeofIfInfomsg:])
		if !at.Has(unix.IFLA_IFNAME) {
			t.Error("no name")
		}
		return nil
	}
	c.Dump(r, each)
	if n := testing.AllocsPerRun(20, func() { c.Dump(r, each) }); n > 2 {
		t.Errorf("%v allocations a dump", n)
	}
}

func FuzzMessages(f *testing.F) {
	f.Add(ackBytes(22, unix.NLM_F_ACK_TLVS, "no"))
	f.Add(linkDump().Bytes())
	f.Fuzz(func(t *testing.T, b []byte) {
		NewReplay(b).Each(func(m *Msg) error {
			verdict(m)
			doneVerdict(m)
			var tb [64][]byte
			at := Attrs(tb[:])
			at.Parse(m.Data)
			for i := range tb {
				at.U8(i)
				at.U16(i)
				at.U32(i)
				at.U64(i)
				at.Str(i)
				var sub [8][]byte
				at.Nested(i, sub[:])
			}
			return nil
		})
	})
}

// TestGroupMask: groups of a mask are joined, those that nobody knows are not.
func TestGroupMask(t *testing.T) {
	c, err := Open(Options{GroupMask: 1<<(unix.RTNLGRP_LINK-1) | 1<<(unix.RTNLGRP_NEIGH-1)})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	a, err := unix.Getsockname(c.Fd())
	if err != nil {
		t.Fatal(err)
	}
	if got := a.(*unix.SockaddrNetlink).Groups; got != 1<<(unix.RTNLGRP_LINK-1)|1<<(unix.RTNLGRP_NEIGH-1) {
		t.Errorf("groups %#x", got)
	}
}

func TestTail(t *testing.T) {
	r := NewRequest(0x1c, 0)
	r.Tail([]byte{50})
	if b := r.Bytes(); len(b) != 17 || native.Uint32(b) != 17 || b[16] != 50 {
		t.Errorf("% x", b)
	}
}

// parsed reads the first message of b.
func parsed(b []byte) (m Msg, rest []byte, ok bool) {
	rest, ok = m.parse(b)
	return m, rest, ok
}
