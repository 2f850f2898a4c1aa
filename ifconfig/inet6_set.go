package ifconfig

import (
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/netdev"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// changeInet6 adds or deletes an IPv6 address.
func (c *call) changeInet6(s step) error {
	typ, flags, what := uint16(unix.RTM_NEWADDR), uint16(unix.NLM_F_CREATE|unix.NLM_F_EXCL), "SIOCSIFADDR"
	if s.verb == delAddress {
		typ, flags, what = unix.RTM_DELADDR, 0, "SIOCDIFADDR"
	}
	t, err := c.inet6Target(s.operand)
	if t == nil {
		return err
	}
	if s.verb == delAddress && c.options.verbose {
		c.env.Warn("now deleting: ioctl(SIOCDIFADDR,{ifindex=" + strconv.Itoa(int(t.index)) + ",prefixlen=" + strconv.Itoa(int(t.bits)) + "})\n")
	}
	r := rtnl.NewRequest(typ, flags)
	r.Addr(unix.AF_INET6, t.bits, 0, 0, uint32(t.index))
	r.Attr(unix.IFA_LOCAL, t.address[:])
	if err := c.conn.Do(r, nil); err != nil {
		c.refuse(what, err)
	}
	return nil
}

// tunnel makes a tunnel to an IPv4 address, by ioctl: which device it becomes
// is the kernel's choice (addrconf_set_dstaddr in net/ipv6/addrconf.c), and
// rtnetlink has no request that leaves it to it.
func (c *call) tunnel(word string) error {
	t, err := c.inet6Target(word)
	if t == nil {
		return err
	}
	var b [40]byte // struct in6_ifreq
	copy(b[:], t.address[:])
	native.PutUint32(b[16:], uint32(t.bits))
	native.PutUint32(b[20:], uint32(t.index))
	if err := netdev.StructIoctl(unix.AF_INET6, unix.SIOCSIFDSTADDR, &b); err != nil {
		c.refuse("SIOCSIFDSTADDR", err)
	}
	return nil
}

// inet6Target is a struct in6_ifreq.
type inet6Target struct {
	address [16]byte
	bits    uint8
	index   int32
}

// inet6Target reads an address with the length of its prefix and finds the
// device. nil is a step that failed or, with an error, a call that ends.
func (c *call) inet6Target(word string) (*inet6Target, error) {
	host, bits, ok := cutPrefix(word)
	if !ok {
		return nil, misuse()
	}
	host = format.Cut(host, hostSize)
	t := &inet6Target{bits: bits}
	if t.address, ok = format.ParseIPv6(host); !ok {
		c.complain(c.resolver.Herror(host))
		return nil, nil
	}
	c.roomInet6(t.address)
	if !hasInet6() {
		c.complain("No support for INET6 on this system.")
		return nil, nil
	}
	s, err := c.reachable(c.name, nil)
	if err != nil {
		c.refuse("SIOGIFINDEX", err)
		return nil, nil
	}
	t.index = s.devices[0].index
	return t, nil
}

// cutPrefix takes the length of a prefix off an address, 128 if there is none.
// What does not begin with a number is 0.
func cutPrefix(word string) (host string, bits uint8, ok bool) {
	host, length, found := strings.Cut(word, "/")
	if !found {
		return word, 128, true
	}
	v, _, _ := format.Strtol(length, 10)
	return host, uint8(v), v >= 0 && v <= 128
}
