package link_test

import (
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object/objecttest"
)

// stats appends a message of RTM_GETSTATS about an interface.
func stats(s *objecttest.Stream, index uint32, attrs func(*rtnl.Request)) {
	r := rtnl.NewRequest(unix.RTM_NEWSTATS, 0)
	r.Body(words(0, index, 0))
	attrs(r)
	s.Add(r)
}

// Attributes and values of linux/if_link.h and linux/if_bridge.h.
const (
	statsXstats, statsSlave, statsFamilies = 2, 3, 5
	typeBridge, typeBond                   = 1, 2
	suiteMulticast, suiteSTP               = 2, 4
)

func TestXstats(t *testing.T) {
	bridge := func(r *rtnl.Request, in uint16) {
		objecttest.Nest(r, in, func() {
			objecttest.Nest(r, typeBridge, func() {
				r.Attr(suiteMulticast, counters(26, 7))
				r.Attr(suiteSTP, counters(6, 11))
				r.U32(9, 5)
			})
		})
	}
	commands := []string{
		"ip link xstats type bridge", "ip link xstats type bridge_slave", "ip link xstats type bridge stp",
		"ip link xstats type bridge igmp dev br0", "ip link xstats type bridge dev port0",
		"ip -j link xstats type bridge", "ip -j -p link xstats type bridge", "ip -o link xstats type bridge",
	}
	render(t, "xstats", commands, func(s *objecttest.Stream) {
		s.Link(1, "br0", nil)
		s.Link(2, "port0", nil)
		stats(s, 1, func(r *rtnl.Request) { bridge(r, statsXstats) })
		stats(s, 2, func(r *rtnl.Request) { bridge(r, statsSlave) })
		stats(s, 3, func(r *rtnl.Request) { objecttest.Nest(r, statsXstats, func() {}) })
	})
}

func TestAFStats(t *testing.T) {
	commands := []string{
		"ip link afstats", "ip link afstats dev br0", "ip -4 link afstats", "ip -h link afstats",
		"ip -o link afstats", "ip -c link afstats",
	}
	render(t, "afstats", commands, func(s *objecttest.Stream) {
		s.Link(1, "br0", nil)
		s.Link(2, "eth0", nil)
		for i := range uint32(2) {
			stats(s, i+1, func(r *rtnl.Request) {
				objecttest.Nest(r, statsFamilies, func() {
					objecttest.Nest(r, unix.AF_MPLS, func() { r.Attr(1, counters(9, uint64(10+i*1000))) })
					if i == 1 {
						r.U32(77, 1)
					}
				})
			})
		}
	})
}
