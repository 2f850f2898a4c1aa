package tunnel

import (
	"encoding/binary"
	"errors"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/netdev"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// What tunnels of IPv6 in IPv4 (sit) have beyond their parameters: the potential
// routers of ISATAP (RFC 5214), and the prefixes of 6rd (RFC 5969).

// router is struct ip_tunnel_prl (linux/if_tunnel.h).
type router struct {
	addr      [4]byte
	isDefault bool
}

const (
	routerSize    = 16
	routerDefault = 1 // PRL_DEFAULT
	// maxRouters is how many routers are asked for.
	maxRouters = 15
)

func (r *router) bytes() []byte {
	b := make([]byte, routerSize)
	copy(b, r.addr[:])
	if r.isDefault {
		native.PutUint16(b[4:], routerDefault)
	}
	return b
}

// getRouters asks for the routers of a tunnel. A refusal is reported and means
// none.
func getRouters(c *object.Context, name string) (list []router) {
	b := make([]byte, routerSize*(1+maxRouters))
	native.PutUint32(b[8:], routerSize*maxRouters)
	if err := private(c, ioctlGetPRL, name, b); err != nil {
		c.Warn(err.Error())
		return nil
	}
	for b = b[routerSize:]; len(b) > 0; b = b[routerSize:] {
		r := router{isDefault: native.Uint16(b[4:])&routerDefault != 0}
		copy(r.addr[:], b)
		if r.addr != [4]byte{} {
			list = append(list, r)
		}
	}
	return list
}

// routers is prl: it adds or deletes a router.
func routers(c *object.Context, args []string) error {
	var r router
	var cmd uintptr
	device, byDev, count := "", false, 0
	for cur := words.New(args); cur.More(); cur.Skip() {
		keyword := cur.Word()
		switch keyword {
		case "prl-default", "prl-nodefault", "prl-delete", "dev":
		default:
			return object.Abort(object.StatusUsage, `Invalid PRL parameter "`+keyword+`"`)
		}
		word, err := cur.Value()
		if err != nil {
			return err
		}
		if keyword == "dev" {
			if !format.ValidIfname(word) {
				return words.Invalid(`"dev" not a valid ifname`, word)
			}
			device, byDev = word, true
			continue
		}
		cmd = ioctlAddPRL
		if keyword == "prl-delete" {
			cmd = ioctlDeletePRL
		}
		if r.addr, err = parseAddr4(word); err != nil {
			return err
		}
		r.isDefault = r.isDefault || keyword == "prl-default"
		if count++; count > 1 {
			return object.Abort(object.StatusUsage, "One PRL entry at a time")
		}
	}
	if !byDev {
		return object.Abort(object.StatusUsage, "Must specify device")
	}
	return private(c, cmd, device, r.bytes())
}

// rapidPrefix is struct ip_tunnel_6rd.
type rapidPrefix struct {
	prefix              [16]byte
	relay               [4]byte
	prefixLen, relayLen uint16
}

const rapidSize = 24

func (r *rapidPrefix) bytes() []byte {
	b := make([]byte, rapidSize)
	copy(b, r.prefix[:])
	copy(b[16:], r.relay[:])
	native.PutUint16(b[20:], r.prefixLen)
	native.PutUint16(b[22:], r.relayLen)
	return b
}

// getRapid asks for the prefix of a tunnel: zeros where it is no 6rd tunnel.
func getRapid(c *object.Context, name string) (r rapidPrefix) {
	b := make([]byte, rapidSize)
	err := netdev.DataIoctl(c.Opt.Family, ioctlGet6RD, name, b)
	if err != nil {
		if !errors.Is(err, unix.EINVAL) {
			c.Warn(wording(err, name+": ioctl 89f8"))
		}
		return r
	}
	copy(r.prefix[:], b)
	copy(r.relay[:], b[16:])
	r.prefixLen, r.relayLen = native.Uint16(b[20:]), native.Uint16(b[22:])
	return r
}

func (r *rapidPrefix) print(p *printer.Printer, v *view) {
	if r.prefixLen == 0 {
		return
	}
	p.Bytes(printer.None, "6rd-prefix", " 6rd-prefix %s", format.AppendIPv6(nil, r.prefix[:]))
	p.Uint("6rd-prefixlen", "/%u", uint64(r.prefixLen))
	if binary.BigEndian.Uint32(r.relay[:]) != 0 {
		p.Bytes(printer.None, "6rd-relay_prefix", " 6rd-relay_prefix %s", v.host(nil, unix.AF_INET, r.relay[:]))
		p.Uint("6rd-relay_prefixlen", "/%u", uint64(r.relayLen))
	}
}

// rapid is 6rd: it sets the prefixes of a tunnel, or takes them away.
func rapid(c *object.Context, args []string) error {
	var r rapidPrefix
	var cmd uintptr
	device, byDev := "", false
	for cur := words.New(args); cur.More(); cur.Skip() {
		keyword := cur.Word()
		switch keyword {
		case "6rd-reset":
			cmd = ioctlDelete6RD
			continue
		case "6rd-prefix", "6rd-relay_prefix", "dev":
		default:
			return object.Abort(object.StatusUsage, `Invalid 6RD parameter "`+keyword+`"`)
		}
		word, err := cur.Value()
		if err != nil {
			return err
		}
		switch keyword {
		case "dev":
			if !format.ValidIfname(word) {
				return words.Invalid(`"dev" not a valid ifname`, word)
			}
			device, byDev = word, true
			continue
		case "6rd-prefix":
			prefix, err := c.Prefix(word, unix.AF_INET6)
			if err != nil {
				return err
			}
			copy(r.prefix[:], prefix.Addr)
			r.prefixLen = uint16(prefix.Bits)
		default:
			prefix, err := c.Prefix(word, unix.AF_INET)
			if err != nil {
				return err
			}
			copy(r.relay[:], prefix.Addr)
			r.relayLen = uint16(prefix.Bits)
		}
		cmd = ioctlAdd6RD
	}
	if !byDev {
		return object.Abort(object.StatusUsage, "Must specify device")
	}
	return private(c, cmd, device, r.bytes())
}
