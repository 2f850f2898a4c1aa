package address

import (
	"strconv"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// request completes the request: what follows from several words, and the
// header. flags are the request's NLM_F_*.
func (x *change) request(flags uint16) (*rtnl.Request, error) {
	header := [unix.SizeofIfAddrmsg]byte{1: byte(x.peer.Bits)}
	if x.flags <= 0xff {
		header[2] = byte(x.flags)
	} else {
		x.attr(unix.IFA_FLAGS, native.AppendUint32(nil, x.flags))
	}
	if !x.hasDev {
		return nil, object.Fail(object.StatusLocal, `Not enough information: "dev" argument is required.`)
	}
	x.bothEnds()
	if header[1] == 0 {
		header[1] = byte(x.local.Bits)
	}
	if err := x.hostBroadcast(); err != nil {
		return nil, err
	}
	header[0] = byte(x.family)
	header[3] = x.scope
	if !x.scoped && x.typ != unix.RTM_DELADDR {
		header[3] = defaultScope(x.local)
	}
	index := x.c.Links().Index(x.dev)
	if index == 0 {
		return nil, object.NoDevice(x.dev)
	}
	native.PutUint32(header[4:], uint32(index))
	if err := x.lifetimes(); err != nil {
		return nil, err
	}
	if x.flags&unix.IFA_F_MCAUTOJOIN != 0 && !x.local.IsMulticast() {
		return nil, object.Fail(object.StatusLocal, "autojoin needs multicast address")
	}
	copy(x.attrs.Payload(), header[:])
	x.attrs.SetFlags(flags)
	return x.attrs, nil
}

// bothEnds makes the local address the peer's where none was given. For the
// deletion of an IPv4 address without a length it does not: then the kernel
// takes any length.
func (x *change) bothEnds() {
	if len(x.peer.Addr) > 0 || len(x.local.Addr) == 0 {
		return
	}
	if x.typ == unix.RTM_DELADDR && x.local.Family == unix.AF_INET && !x.local.LenGiven {
		x.c.Warn("Warning: Executing wildcard deletion to stay compatible with old scripts.\n" +
			"         Explicitly specify the prefix length (" + x.word + "/" +
			strconv.Itoa(8*len(x.local.Addr)) + ") to avoid this warning.\n" +
			"         This special behaviour is likely to disappear in further releases,\n" +
			"         fix your scripts!")
		return
	}
	x.peer = x.local
	x.attr(unix.IFA_ADDRESS, x.local.Addr)
}

// hostBroadcast works out the broadcast address of "brd +" and "brd -", which
// networks of two addresses or one do not have.
func (x *change) hostBroadcast() error {
	if x.brd != brdOnes && x.brd != brdZeros || x.typ == unix.RTM_DELADDR {
		return nil
	}
	if x.family != unix.AF_INET {
		return object.Fail(object.StatusLocal, "Broadcast can be set only for IPv4 addresses")
	}
	if x.peer.Bits > 30 {
		return nil
	}
	a := append([]byte(nil), x.peer.Addr...)
	for i := x.peer.Bits; i < 8*len(a); i++ {
		bit := byte(0x80) >> (i % 8)
		if x.brd == brdOnes {
			a[i/8] |= bit
		} else {
			a[i/8] &^= bit
		}
	}
	x.attr(unix.IFA_BROADCAST, a)
	return nil
}

// defaultScope is host for 127.0.0.0/8 and global for all others.
func defaultScope(a format.Prefix) uint8 {
	if a.Family == unix.AF_INET && len(a.Addr) > 0 && a.Addr[0] == 127 {
		return unix.RT_SCOPE_HOST
	}
	return unix.RT_SCOPE_UNIVERSE
}

// lifetimes appends struct ifa_cacheinfo (linux/if_addr.h).
func (x *change) lifetimes() error {
	if !x.hasValid && !x.hasPreferred {
		return nil
	}
	if x.valid == 0 {
		return object.Fail(object.StatusLocal, "valid_lft is zero")
	}
	if x.valid < x.preferred {
		return object.Fail(object.StatusLocal, "preferred_lft is greater than valid_lft")
	}
	var b [16]byte
	native.PutUint32(b[:], x.preferred)
	native.PutUint32(b[4:], x.valid)
	x.attr(unix.IFA_CACHEINFO, b[:])
	return nil
}

// send sends the request. With -echo the kernel's answer is shown.
func (x *change) send(r *rtnl.Request) error {
	conn, err := x.c.Conn()
	if err != nil {
		return err
	}
	if !x.c.Opt.Echo {
		return object.Kernel(conn.Do(r, nil))
	}
	answer, err := object.Echo(conn, r)
	if err != nil {
		return err
	}
	v := NewView(x.c, unix.AF_UNSPEC)
	v.Head = true
	p := x.c.Printer()
	p.Open()
	p.OpenObject("")
	if answer != nil {
		v.Record(p, answer)
	}
	p.CloseObject()
	p.Close()
	return nil
}
