// Package objecttest runs ip's objects over recorded or hand-made netlink
// messages instead of a kernel. So they can be tested without any rights, and
// for what this kernel does not have.
//
// A test that knows what to expect makes a Run (New) and looks at its output and
// at the requests it sent. One that does not, has it from the original:
//
//	var s objecttest.Stream
//	s.Link(7, "eth0", func(r *rtnl.Request) {
//		s.Kind(r, "vrf", func() { r.U32(unix.IFLA_VRF_TABLE, 10) })
//	})
//	objecttest.Golden(t, "testdata/vrf.golden", &s, mains, "ip -d link show")
//
// Goldens are written by iproute2's ip with `go test -args -oracle`: it is made
// to read the messages from a file by a small library (testdata/replay.c), for
// which a C compiler is needed.
//
// Tool does the same for a whole program, and holds the changes that the kernel
// is asked for against those of the original, too.
//
// It is for tests only and may import ipcmd/object and internal/….
package objecttest

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
)

// Stream is a row of messages, as rtnl.Replay reads it.
type Stream struct {
	b []byte
}

// Bytes are the messages.
func (s *Stream) Bytes() []byte { return s.b }

// Add appends a message.
func (s *Stream) Add(r *rtnl.Request) { s.b = append(s.b, r.Bytes()...) }

// Family is the number that every family of generic netlink has here. It is none
// of the RTM types.
const Family = 0x100

// Generic appends a message of generic netlink.
func (s *Stream) Generic(cmd, version uint8, attrs func(*rtnl.Request)) {
	r := rtnl.NewGeneric(Family, cmd, version, 0)
	attrs(r)
	s.Add(r)
}

// EtherUp are the flags of an Ethernet device that is up and running.
const EtherUp = unix.IFF_UP | unix.IFF_RUNNING | unix.IFF_LOWER_UP | unix.IFF_BROADCAST | unix.IFF_MULTICAST

// Link appends an Ethernet device that is up. It has a queue length, which
// iproute2 would ask the kernel for otherwise; attrs appends the rest.
func (s *Stream) Link(index int32, name string, attrs func(*rtnl.Request)) {
	s.LinkOf(unix.ARPHRD_ETHER, EtherUp, index, name, attrs)
}

// LinkOf is Link for a type of device (ARPHRD_*) and flags (IFF_*).
func (s *Stream) LinkOf(arphrd uint16, flags uint32, index int32, name string, attrs func(*rtnl.Request)) {
	r := rtnl.NewRequest(unix.RTM_NEWLINK, 0)
	r.Link(unix.AF_UNSPEC, arphrd, index, flags, 0)
	r.Str(unix.IFLA_IFNAME, name)
	r.U32(unix.IFLA_TXQLEN, 1000)
	if attrs != nil {
		attrs(r)
	}
	s.Add(r)
}

// Addr appends an address. own and peer are 4 or 16 bytes; peer may be nil.
func (s *Stream) Addr(index uint32, bits, flags, scope uint8, own, peer []byte, attrs func(*rtnl.Request)) {
	family := uint8(unix.AF_INET)
	if len(own) == 16 {
		family = unix.AF_INET6
	}
	r := rtnl.NewRequest(unix.RTM_NEWADDR, 0)
	r.Addr(family, bits, flags, scope, index)
	if peer == nil {
		peer = own
	}
	r.Attr(unix.IFA_ADDRESS, peer)
	r.Attr(unix.IFA_LOCAL, own)
	if attrs != nil {
		attrs(r)
	}
	s.Add(r)
}

// Nest appends an attribute that holds those that attrs appends.
func Nest(r *rtnl.Request, typ uint16, attrs func()) {
	mark := r.Nest(typ)
	attrs()
	r.End(mark)
}

// Kind appends what makes a link one of a kind; attrs appends the attributes of
// the kind, nil none at all.
func Kind(r *rtnl.Request, kind string, attrs func()) {
	info(r, unix.IFLA_INFO_KIND, unix.IFLA_INFO_DATA, kind, attrs)
}

// Slave is Kind for a port of a kind of master.
func Slave(r *rtnl.Request, kind string, attrs func()) {
	info(r, unix.IFLA_INFO_SLAVE_KIND, unix.IFLA_INFO_SLAVE_DATA, kind, attrs)
}

func info(r *rtnl.Request, name, data uint16, kind string, attrs func()) {
	Nest(r, unix.IFLA_LINKINFO, func() {
		r.Str(name, kind)
		if attrs != nil {
			Nest(r, data, attrs)
		}
	})
}
