package route

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/fib"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// hopHeader is struct rtnexthop of linux/rtnetlink.h, without its length.
type hopHeader struct {
	flags, hops uint8
	index       uint32
}

const hopHeaderSize = unix.SizeofRtNexthop

// hop is a next hop under construction: its attributes go to the request.
type hop struct {
	*change
	h hopHeader
}

var hopWords = [...]applet.Row[func(*hop) error]{
	{Name: "via", Exact: true, Value: parseHopVia},
	{Name: "dev", Exact: true, Value: parseHopDev},
	{Name: "weight", Exact: true, Value: parseHopWeight},
	{Name: "onlink", Exact: true, Value: parseHopOnlink},
	{Name: "realms", Value: parseHopRealms},
	{Name: "encap", Exact: true, Value: parseHopEncap},
	{Name: "as", Exact: true, Value: parseHopAs},
}

// parseNexthops reads a row of next hops into RTA_MULTIPATH, to the end of the
// line.
func (ch *change) parseNexthops() error {
	nest := ch.req.Nest(unix.RTA_MULTIPATH)
	for ch.More() {
		if !ch.Is("nexthop") {
			return object.Abort(object.StatusUsage,
				`Error: "nexthop" or end of line is expected instead of "`+ch.Word()+`"`)
		}
		if _, more := ch.Peek(); !more {
			return object.Abort(object.StatusUsage, `Error: unexpected end of line after "nexthop"`)
		}
		if err := ch.parseNexthop(); err != nil {
			return err
		}
	}
	ch.req.End(nest)
	return nil
}

// parseNexthop reads one next hop; the cursor stops at a word that it does not
// know.
func (ch *change) parseNexthop() error {
	at := len(ch.req.Payload())
	ch.req.Body(make([]byte, hopHeaderSize))
	h := hop{change: ch}
	for ch.Skip(); ch.More(); ch.Skip() {
		parse, ok := applet.Find(hopWords[:], ch.Word())
		if !ok {
			break
		}
		if err := parse(&h); err != nil {
			return err
		}
	}
	b := ch.req.Payload()[at:]
	native.PutUint16(b, uint16(len(b)))
	b[2], b[3] = h.h.flags, h.h.hops
	native.PutUint32(b[4:], h.h.index)
	return nil
}

func parseHopVia(h *hop) error {
	p, err := viaAddr(h.c, &h.Cursor, int(h.family))
	if err != nil {
		return err
	}
	h.gateway(&p)
	return nil
}

func parseHopDev(h *hop) error {
	word, err := h.Value()
	if err != nil {
		return err
	}
	index := h.c.Links().Index(word)
	if index == 0 {
		return object.Abort(object.StatusUsage,
			`Cannot find device "`+word+"\"\nError: cannot parse nexthop")
	}
	h.h.index = uint32(index)
	return nil
}

// parseHopWeight reads 1..256; the message has it less one.
func parseHopWeight(h *hop) error {
	word, err := h.Value()
	if err != nil {
		return err
	}
	n, ok := format.ParseU32(word, 0)
	if !ok || n == 0 || n > 256 {
		return words.Invalid("\"weight\" is invalid\n", word)
	}
	h.h.hops = uint8(n - 1)
	return nil
}

func parseHopOnlink(h *hop) error {
	h.h.flags |= unix.RTNH_F_ONLINK
	return nil
}

func parseHopRealms(h *hop) error { return parseRealms(h.change, nil) }

func parseHopEncap(h *hop) error {
	return fib.ParseEncap(h.c, &h.Cursor, h.req, unix.RTA_ENCAP, unix.RTA_ENCAP_TYPE)
}

// parseHopAs reads `as [to] ADDRESS` of the family that the route has so far.
func parseHopAs(h *hop) error {
	word, err := optionalTo(&h.Cursor)
	if err != nil {
		return err
	}
	p, err := h.c.Addr(word, int(h.family))
	if err != nil {
		return err
	}
	h.req.Attr(unix.RTA_NEWDST, p.Addr)
	return nil
}
