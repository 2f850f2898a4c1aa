package ifconfig

import (
	"encoding/binary"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/byteorder"
	"github.com/nlbox/nlbox/internal/netdev"
	"github.com/nlbox/nlbox/internal/rtnl"
)

var native byteorder.Native

// device is what a link message tells.
type device struct {
	index    int32
	name     string
	others   []string // alternative names
	kind     uint16   // ARPHRD_*
	flags    uint32   // IFF_*
	mtu      uint32   // bytes
	queue    uint32   // packets
	hardware []byte
	resource resource
	stats    [statsFields]uint64
}

// resource is struct ifmap (linux/if.h): what an ISA card takes of the machine.
type resource struct {
	start, end uint64
	base       uint16
	irq, dma   uint8
	port       uint8
}

// The fields of struct rtnl_link_stats64 (linux/if_link.h) by their place.
const (
	rxPackets = iota
	txPackets
	rxBytes
	txBytes
	rxErrors
	txErrors
	rxDropped
	txDropped
	multicast
	collisions
	rxLengthErrors
	rxOverErrors
	rxCRCErrors
	rxFrameErrors
	rxFifoErrors
	rxMissedErrors
	txAbortedErrors
	txCarrierErrors
	txFifoErrors
	txHeartbeatErrors
	txWindowErrors
	rxCompressed
	txCompressed
	statsFields
)

// address is an IPv4 address and all that is to be kept when it is changed.
type address struct {
	index            int32
	label            string
	local, peer, brd [4]byte
	bits             uint8 // of the prefix
	scope            uint8
	flags            uint32 // IFA_F_*
	metric           uint32
	protocol         []byte // IFA_PROTO
	lifetime         []byte // struct ifa_cacheinfo; nil is for ever
}

// mask is the netmask.
func (a *address) mask() (m [4]byte) {
	binary.BigEndian.PutUint32(m[:], ^(uint32(0xffffffff) >> a.bits))
	return m
}

// parseDevice reads a link message.
func parseDevice(m *rtnl.Msg) (d device, ok bool) {
	if m.Type != unix.RTM_NEWLINK || len(m.Data) < unix.SizeofIfInfomsg {
		return d, false
	}
	d.kind = native.Uint16(m.Data[2:])
	d.index = int32(native.Uint32(m.Data[4:]))
	d.flags = native.Uint32(m.Data[8:])
	var tb [unix.IFLA_PROP_LIST + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(m.Data[unix.SizeofIfInfomsg:])
	d.name, _ = at.Str(unix.IFLA_IFNAME)
	d.mtu, _ = at.U32(unix.IFLA_MTU)
	d.queue, _ = at.U32(unix.IFLA_TXQLEN)
	d.hardware = append(d.hardware, at.Get(unix.IFLA_ADDRESS)...)
	for typ, v := range rtnl.All(at.Get(unix.IFLA_PROP_LIST)) {
		if typ == unix.IFLA_ALT_IFNAME {
			d.others = append(d.others, unix.ByteSliceToString(v))
		}
	}
	if b := at.Get(unix.IFLA_MAP); len(b) >= resourceSize {
		d.resource = resource{native.Uint64(b), native.Uint64(b[8:]), uint16(native.Uint64(b[16:])), uint8(native.Uint16(b[24:])), b[26], b[27]}
	}
	stats := at.Get(unix.IFLA_STATS64)
	for i := range d.stats {
		if len(stats) < 8*(i+1) {
			break
		}
		d.stats[i] = native.Uint64(stats[8*i:])
	}
	return d, true
}

// resourceSize is that of struct rtnl_link_ifmap (linux/if_link.h).
const resourceSize = 32

// parseAddress reads a message about an IPv4 address.
func parseAddress(m *rtnl.Msg) (a address, ok bool) {
	if m.Type != unix.RTM_NEWADDR || len(m.Data) < unix.SizeofIfAddrmsg || m.Data[0] != unix.AF_INET {
		return a, false
	}
	a.bits, a.scope = min(m.Data[1], 32), m.Data[3]
	a.index = int32(native.Uint32(m.Data[4:]))
	var tb [attrProtocol + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(m.Data[unix.SizeofIfAddrmsg:])
	copy(a.local[:], at.Get(unix.IFA_LOCAL))
	copy(a.peer[:], at.Get(unix.IFA_ADDRESS))
	copy(a.brd[:], at.Get(unix.IFA_BROADCAST))
	a.label, _ = at.Str(unix.IFA_LABEL)
	a.flags, _ = at.U32(unix.IFA_FLAGS)
	a.metric, _ = at.U32(unix.IFA_RT_PRIORITY)
	a.protocol = append(a.protocol, at.Get(attrProtocol)...)
	if a.flags&unix.IFA_F_PERMANENT == 0 {
		a.lifetime = append(a.lifetime, at.Get(unix.IFA_CACHEINFO)...)
	}
	return a, true
}

// attrProtocol is IFA_PROTO (linux/if_addr.h), which x/sys/unix lacks.
const attrProtocol = 11

// snapshot are devices, in the order of their indexes, and IPv4 addresses, in
// that of the kernel.
type snapshot struct {
	devices   []device
	addresses []address
	byName    map[string]int // nil for one device
}

// readAll asks for everything.
func readAll(conn rtnl.Conn) (*snapshot, error) {
	s := &snapshot{byName: make(map[string]int)}
	err := conn.Dump(linkRequest(), func(m *rtnl.Msg) error {
		if d, ok := parseDevice(m); ok {
			for _, name := range append(d.others, d.name) {
				s.byName[name] = len(s.devices)
			}
			s.devices = append(s.devices, d)
		}
		return nil
	})
	if err == nil {
		err = s.readAddresses(conn, 0)
	}
	return s, err
}

// readOne asks for one device by a name that may have an alias. One that does
// not exist is ENODEV.
func readOne(conn rtnl.Conn, word string) (*snapshot, error) {
	name, _ := netdev.Name(word)
	if name == "" {
		return nil, unix.ENODEV
	}
	s := &snapshot{}
	r := linkRequest()
	r.Str(unix.IFLA_IFNAME, name)
	err := conn.Get(r, func(m *rtnl.Msg) error {
		if d, ok := parseDevice(m); ok {
			s.devices = append(s.devices[:0], d)
		}
		return nil
	})
	switch {
	case err != nil:
		return nil, err
	case len(s.devices) == 0:
		return nil, unix.ENODEV
	}
	return s, s.readAddresses(conn, s.devices[0].index)
}

func linkRequest() *rtnl.Request {
	r := rtnl.NewRequest(unix.RTM_GETLINK, 0)
	r.Link(unix.AF_UNSPEC, 0, 0, 0, 0)
	return r
}

// readAddresses asks for the addresses of a device, 0 for all.
func (s *snapshot) readAddresses(conn rtnl.Conn, index int32) error {
	r := rtnl.NewRequest(unix.RTM_GETADDR, 0)
	r.Addr(unix.AF_INET, 0, 0, 0, uint32(index))
	return conn.Dump(r, func(m *rtnl.Msg) error {
		if a, ok := parseAddress(m); ok && (index == 0 || a.index == index) {
			s.addresses = append(s.addresses, a)
		}
		return nil
	})
}

// device finds the device of a name that may have an alias, as the ioctls do.
func (s *snapshot) device(word string) (*device, error) {
	if s.byName == nil {
		return &s.devices[0], nil
	}
	name, _, _ := strings.Cut(word, ":")
	if i, ok := s.byName[name]; ok {
		return &s.devices[i], nil
	}
	return nil, unix.ENODEV
}

// address finds the first address of a device with the label, nil for none.
func (s *snapshot) address(index int32, label string) *address {
	for i := range s.addresses {
		if a := &s.addresses[i]; a.index == index && a.label == label {
			return a
		}
	}
	return nil
}

// shown is an IPv4 address as the ioctls tell it.
type shown struct{ local, peer, brd, mask [4]byte }

// shown finds what the original shows of a label, nil for none. It asks in four
// steps, and each looks first for an address that is what the one before has
// answered: where several have one label, that may be another.
func (s *snapshot) shown(index int32, label string) *shown {
	first := s.address(index, label)
	if first == nil {
		return nil
	}
	next := func(local [4]byte) *address {
		for i := range s.addresses {
			if a := &s.addresses[i]; a.index == index && a.label == label && a.local == local {
				return a
			}
		}
		return first
	}
	r := &shown{local: first.local, peer: first.peer}
	r.brd = next(r.peer).brd
	r.mask = next(r.brd).mask()
	return r
}

// names are all interfaces: the devices and the labels of addresses.
func (s *snapshot) names(l *list) {
	for i := range s.devices {
		l.add(s.devices[i].name)
	}
	s.labels(l)
}

func (s *snapshot) labels(l *list) {
	for i := range s.addresses {
		l.add(s.addresses[i].label)
	}
}

// remember keeps what is known of an interface's IPv4 address.
func (e *entry) remember(a *shown) {
	if a != nil {
		e.mask, e.peer, e.brd = a.mask, a.peer, a.brd
	}
}
