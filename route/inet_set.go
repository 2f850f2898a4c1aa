package route

import (
	"encoding/binary"
	"math/bits"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/netdev"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// changeInet adds or deletes an IPv4 route.
func changeInet(env *applet.Env, deleting bool, rt *inetRoute) error {
	conn, err := connect(env)
	if err != nil {
		return err
	}
	defer conn.Close()
	return refused(routeIoctl(deleting), sendInet(conn, deleting, rt))
}

// inetPlace is what the kernel finds out beyond the words.
type inetPlace struct {
	index  int32   // of the device
	table  uint32  // of the device's VRF, else 0
	source [4]byte // address with the alias's label, else 0.0.0.0
	beyond bool    // the gateway is another host
}

// sendInet makes the request that the kernel makes of the ioctl
// (rtentry_to_fib_config in net/ipv4/fib_frontend.c), in its order of checks.
func sendInet(conn rtnl.Conn, deleting bool, rt *inetRoute) error {
	refuse := func(errno unix.Errno) error { return unlessForbidden(conn, unix.AF_INET, errno) }
	if rt.flags&flagHost == 0 && badMask(rt.mask, rt.dst) {
		return refuse(unix.EINVAL)
	}
	var place inetPlace
	if rt.flags&flagReject == 0 {
		if rt.hasDevice {
			var err error
			if place, err = findPlace(conn, rt.device); rtnl.Errno(err) == unix.ENODEV {
				return refuse(unix.ENODEV)
			} else if err != nil {
				return err
			}
		}
		if !deleting && rt.flags&flagGateway != 0 && rt.gateway == [4]byte{} {
			return refuse(unix.EINVAL)
		}
		if rt.flags&flagGateway != 0 && rt.gateway != [4]byte{} {
			place.beyond = isHost(conn, rt.gateway, place)
		}
	}
	return conn.Do(rt.message(deleting, place), nil)
}

// badMask tells whether a mask has holes or leaves out bits of the address.
func badMask(mask, addr [4]byte) bool {
	hole := ^binary.BigEndian.Uint32(mask[:])
	return binary.BigEndian.Uint32(addr[:])&hole != 0 || hole&(hole+1) != 0
}

// findPlace finds a device by its name. A name with a colon is the label of
// one of its addresses, from which packets are to be sent.
func findPlace(conn rtnl.Conn, word string) (inetPlace, error) {
	dev, err := netdev.ByName(conn, word)
	if err != nil {
		return inetPlace{}, err
	}
	place := inetPlace{index: dev.Index, table: dev.Table}
	if name, alias := netdev.Name(word); alias != "" {
		place.source, err = labelled(conn, dev.Index, name+alias)
	}
	return place, err
}

// labelled returns the first address of a device with the label.
func labelled(conn rtnl.Conn, index int32, label string) (a [4]byte, err error) {
	r := rtnl.NewRequest(unix.RTM_GETADDR, 0)
	r.Addr(unix.AF_INET, 0, 0, 0, uint32(index))
	found := false
	err = conn.Dump(r, func(m *rtnl.Msg) error {
		if found || len(m.Data) < unix.SizeofIfAddrmsg || int32(binary.NativeEndian.Uint32(m.Data[4:])) != index {
			return nil
		}
		var tb [unix.IFA_LABEL + 1][]byte
		at := rtnl.Attrs(tb[:])
		at.Parse(m.Data[unix.SizeofIfAddrmsg:])
		if text, _ := at.Str(unix.IFA_LABEL); text == label {
			found = copy(a[:], at.Get(unix.IFA_LOCAL)) == len(a)
		}
		return nil
	})
	if err == nil && !found {
		err = &rtnl.Error{Errno: unix.ENODEV}
	}
	return a, err
}

// message is the request for a route.
func (rt *inetRoute) message(deleting bool, place inetPlace) *rtnl.Request {
	kind, scope := uint8(unix.RTN_UNICAST), place.scope(deleting)
	if rt.flags&flagReject != 0 {
		kind, scope = unix.RTN_UNREACHABLE, unix.RT_SCOPE_HOST
	}
	table := place.table
	if table == 0 {
		table = unix.RT_TABLE_MAIN
	}
	length := uint8(32)
	if rt.flags&flagHost == 0 {
		length = uint8(bits.OnesCount32(binary.BigEndian.Uint32(rt.mask[:])))
	}
	r := routeMessage(deleting, unix.AF_INET, length, table, unix.RTPROT_BOOT, scope, kind, 0)
	r.Attr(unix.RTA_DST, rt.dst[:])
	if rt.metric != 0 {
		// A negative one is a very large one to the kernel.
		r.U32(unix.RTA_PRIORITY, uint32(int32(rt.metric)-1))
	}
	if rt.flags&flagReject != 0 {
		return r
	}
	if place.index != 0 {
		r.U32(unix.RTA_OIF, uint32(place.index))
	}
	if rt.gateway != [4]byte{} {
		r.Attr(unix.RTA_GATEWAY, rt.gateway[:])
	}
	if place.source != [4]byte{} {
		r.Attr(unix.RTA_PREFSRC, place.source[:])
	}
	if !deleting {
		rt.metrics(r)
	}
	return r
}

// scope is the distance to the destination: on the link, or beyond a gateway.
// For a route that is to be deleted, on the link means any distance.
func (p *inetPlace) scope(deleting bool) uint8 {
	switch {
	case p.beyond:
		return unix.RT_SCOPE_UNIVERSE
	case deleting:
		return unix.RT_SCOPE_NOWHERE
	}
	return unix.RT_SCOPE_LINK
}

// metrics appends what was said about TCP. The MSS is given as the size of a
// packet, headers included; the round trip time in eighths.
func (rt *inetRoute) metrics(r *rtnl.Request) {
	if rt.flags&(flagMSS|flagWindow|flagIRTT) == 0 {
		return
	}
	nest := r.Nest(unix.RTA_METRICS)
	if rt.flags&flagMSS != 0 {
		r.U32(unix.RTAX_ADVMSS, rt.mss-40)
	}
	if rt.flags&flagWindow != 0 {
		r.U32(unix.RTAX_WINDOW, rt.window)
	}
	if rt.flags&flagIRTT != 0 {
		r.U32(unix.RTAX_RTT, uint32(rt.irtt)<<3)
	}
	r.End(nest)
}
