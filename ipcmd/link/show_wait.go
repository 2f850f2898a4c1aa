package link

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
)

// waiting hands on the links of a dump in their order, but holds those back
// that lie on a link which has not come yet: the other end of a veth mostly is
// the next one, and need not be asked for. A link is not held for its master,
// which many have in common and which is asked for once.
type waiting struct {
	look *Lookup
	each func(*rtnl.Msg)
	held []heldLink
	// bytes are the payloads of held.
	bytes []byte
}

// heldLink is a message that waits for the link with the index lower.
type heldLink struct {
	msg      rtnl.Msg
	from, to int // of its payload
	lower    int32
}

// maxHeld bounds what is kept of a dump: then the first goes on, and what it
// names is asked for.
const maxHeld = 32

// next takes the next message of the dump.
func (w *waiting) next(m *rtnl.Msg) {
	// The message itself may be what others wait for.
	n := 0
	for n < len(w.held) && (w.known(w.held[n].lower) || len(w.held)-n >= maxHeld) {
		n++
	}
	w.pass(n)
	lower := lowerLink(m)
	if len(w.held) == 0 && w.known(lower) {
		w.each(m)
		return
	}
	h := heldLink{msg: *m, from: len(w.bytes), lower: lower}
	w.bytes = append(w.bytes, m.Data...)
	h.to = len(w.bytes)
	w.held = append(w.held, h)
}

// rest hands on what still waits at the end of the dump.
func (w *waiting) rest() { w.pass(len(w.held)) }

// pass hands the first n on.
func (w *waiting) pass(n int) {
	if n == 0 {
		return
	}
	for i := range w.held[:n] {
		h := &w.held[i]
		h.msg.Data, h.msg.Raw = w.bytes[h.from:h.to:h.to], nil
		w.each(&h.msg)
	}
	gone := w.held[n-1].to
	w.bytes = w.bytes[:copy(w.bytes, w.bytes[gone:])]
	w.held = w.held[:copy(w.held, w.held[n:])]
	for i := range w.held {
		w.held[i].from -= gone
		w.held[i].to -= gone
	}
}

func (w *waiting) known(lower int32) bool { return w.look == nil || w.look.seen(lower) }

// lowerLink is the index of the link of this namespace that a message's link
// lies on, 0 for none.
func lowerLink(m *rtnl.Msg) (lower int32) {
	if len(m.Data) < unix.SizeofIfInfomsg {
		return 0
	}
	for typ, b := range rtnl.All(m.Data[unix.SizeofIfInfomsg:]) {
		switch typ {
		case unix.IFLA_LINK:
			lower = int32(word(b, 0))
		case unix.IFLA_LINK_NETNSID:
			return 0
		}
	}
	return lower
}
