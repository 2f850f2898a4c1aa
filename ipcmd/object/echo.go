package object

import (
	"slices"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
)

// Echo makes a change with NLM_F_ECHO and returns what the kernel made of it,
// or nil if it does not say. Where the change led to several notifications (both
// ends of a veth pair go) it is the first: iproute2 reads no more.
func Echo(conn rtnl.Conn, r *rtnl.Request) (*rtnl.Msg, error) {
	r.SetFlags(unix.NLM_F_ECHO)
	var first *rtnl.Msg
	err := conn.Do(r, func(m *rtnl.Msg) error {
		if first == nil {
			answer := *m
			answer.Raw, answer.Data = slices.Clone(m.Raw), slices.Clone(m.Data)
			first = &answer
		}
		return nil
	})
	if err != nil {
		return nil, Kernel(err)
	}
	return first, nil
}
