package xfrm

import (
	"errors"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// errBroken is a message in a dump that makes no sense; what is wrong was said.
var errBroken = errors.New("xfrm: broken message")

// list shows the answer to a request for a dump. It ends a batch.
func list(c *object.Context, r *rtnl.Request, show func(*pen, *rtnl.Msg) bool) error {
	conn, err := dial(c)
	if err != nil {
		return err
	}
	defer conn.Close()
	p := newPen(c)
	err = conn.Dump(r, func(m *rtnl.Msg) error {
		ok := show(p, m)
		p.flush()
		if !ok {
			return errBroken
		}
		return nil
	})
	if err != nil {
		return dumpFailed(err, "Dump terminated")
	}
	return finished()
}

// dumpFailed words a dump that the kernel refused or broke off.
func dumpFailed(err error, last string) error {
	if err == errBroken {
		return local(last)
	}
	text := err.Error()
	if text != "" {
		text += "\n"
	}
	return local(text + last)
}

// roundSize is how many bytes of requests a round of deleteall has at most.
const roundSize = 8192

// round gathers the requests of a round of deleteall.
type round struct {
	requests []*rtnl.Request
	size     int
}

// add takes up a request. So many bytes more are counted: the original's
// requests have a longer mark.
func (n *round) add(r *rtnl.Request, more int) {
	n.requests = append(n.requests, r)
	n.size += r.Len() + more
}

// deleteAll deletes what a dump of the type shows and keep has put into the
// round, until there is nothing any more. It ends a batch.
func deleteAll(c *object.Context, dump uint16, failed string, keep func(*round, *rtnl.Msg) bool) error {
	conn, err := dial(c)
	if err != nil {
		return err
	}
	defer conn.Close()
	tell := func(what string) {
		if c.Opt.Stats > 1 {
			c.Warn("Delete-all " + what)
		}
	}
	for i := uint64(0); ; i++ {
		tell("round = " + decimal(i))
		n := &round{}
		err := conn.Dump(rtnl.NewRequest(dump, 0), func(m *rtnl.Msg) error {
			if !keep(n, m) {
				return errBroken
			}
			return nil
		})
		if err != nil {
			return dumpFailed(err, "Delete-all terminated")
		}
		if len(n.requests) == 0 {
			tell("completed")
			return finished()
		}
		if err := object.SendAll(conn, n.requests); err != nil {
			var errno unix.Errno
			errors.As(err, &errno)
			return local(failed + ": " + rtnl.Strerror(errno))
		}
		tell("nlmsg count = " + decimal(uint64(len(n.requests))))
	}
}

// deleteStates deletes the states that the words mean.
func deleteStates(c *object.Context, args []string) error {
	w, err := parseStateList(c, args)
	if err != nil {
		return err
	}
	p := newPen(c)
	return deleteAll(c, msgGetSA, "Failed to send delete-all request\n", func(n *round, m *rtnl.Msg) bool {
		if m.Type != msgNewSA {
			p.notA("state", m)
			return true
		}
		if !p.longEnough(len(m.Data), sizeSA) {
			return false
		}
		f := fields{m.Data}
		s := f.sa()
		// What IPComp makes for its tunnels goes with them.
		if n.size > roundSize || !w.filter.match(&s) || s.id.proto == unix.IPPROTO_IPIP || s.id.proto == unix.IPPROTO_IPV6 {
			return true
		}
		r := rtnl.NewRequest(msgDeleteSA, 0)
		putStateID(r, &s.id, s.family)
		r.Attr(attrSrcAddr, s.src[:])
		n.add(r, keepMark(r, f.b))
		return true
	})
}

// keepMark appends the mark that is among the attributes, which the kernel finds
// states and policies by, and returns how much longer that of the original is.
func keepMark(r *rtnl.Request, attrs []byte) (more int) {
	var tb [attrMark + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(attrs)
	if b := at.Get(attrMark); b != nil {
		r.Attr(attrMark, b)
		more = 4
	}
	return more
}

// deletePolicies deletes the policies that the words mean, but those of sockets.
func deletePolicies(c *object.Context, args []string) error {
	filter, err := parsePolicyList(c, args)
	if err != nil {
		return err
	}
	p := newPen(c)
	return deleteAll(c, msgGetPolicy, "Failed to send delete-all request", func(n *round, m *rtnl.Msg) bool {
		if m.Type != msgNewPolicy {
			p.notA("policy", m)
			return true
		}
		if !p.longEnough(len(m.Data), sizePolicy) {
			return false
		}
		f := fields{m.Data}
		info := f.policy()
		var tb [attrIfID + 1][]byte
		at := rtnl.Attrs(tb[:])
		at.Parse(f.b)
		ptype, ok := p.policyType(at)
		if !ok {
			return false
		}
		const least = unix.SizeofNlMsghdr + sizePolicyID
		if !filter.match(&info, ptype) || info.dir >= dirs || n.size+least > roundSize {
			return true
		}
		r := rtnl.NewRequest(msgDeletePolicy, 0)
		putPolicyID(r, &info.sel, info.index, info.dir)
		more := keepMark(r, f.b)
		if id, ok := at.U32(attrIfID); ok {
			r.U32(attrIfID, id)
		}
		n.add(r, more)
		return true
	})
}
