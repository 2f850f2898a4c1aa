package link

import (
	"slices"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
	"github.com/nlbox/nlbox/ipcmd/object/objecttest"
)

// Links come out in their order; each after the one that it lies on, unless that
// one is far away or not there.
func TestWaiting(t *testing.T) {
	const n = 4 * maxHeld
	for _, c := range []struct {
		name  string
		lower func(i int32) int32
		// late are the links that come before their lower ones.
		late func(i int32) bool
	}{
		{"none", func(int32) int32 { return 0 }, nil},
		{"earlier", func(i int32) int32 { return i - 1 }, nil},
		{"pairs", func(i int32) int32 { return (i - 1) ^ 1 + 1 }, nil},
		{"itself", func(i int32) int32 { return i }, nil},
		{"near", func(i int32) int32 { return min(i+maxHeld, n) }, nil},
		{"far", func(i int32) int32 { return n }, func(i int32) bool { return i < n-maxHeld }},
		{"absent", func(i int32) int32 { return n + 1 }, func(int32) bool { return true }},
	} {
		t.Run(c.name, func(t *testing.T) {
			var s objecttest.Stream
			for i := range int32(n) {
				s.Link(i+1, "x", func(r *rtnl.Request) {
					if lower := c.lower(i + 1); lower != 0 {
						r.U32(unix.IFLA_LINK, uint32(lower))
					}
				})
			}
			var got []int32
			look := NewLookup(new(object.Context))
			w := waiting{look: look, each: func(m *rtnl.Msg) {
				i := parseInfo(m.Data).index
				got = append(got, i)
				if late := c.late != nil && c.late(i); look.seen(lowerLink(m)) == late {
					t.Errorf("link %d: late %v", i, late)
				}
			}}
			rtnl.NewReplay(s.Bytes()).Each(func(m *rtnl.Msg) error {
				look.Remember(m)
				w.next(m)
				if len(w.held) > maxHeld {
					t.Errorf("%d links held", len(w.held))
				}
				return nil
			})
			w.rest()
			if len(got) != n || !slices.IsSorted(got) {
				t.Errorf("got %v", got)
			}
		})
	}
}

// A link at the other end in another namespace is not waited for.
func TestWaitingElsewhere(t *testing.T) {
	var s objecttest.Stream
	s.Link(1, "x", func(r *rtnl.Request) {
		r.U32(unix.IFLA_LINK, 5)
		r.U32(unix.IFLA_LINK_NETNSID, 0)
	})
	rtnl.NewReplay(s.Bytes()).Each(func(m *rtnl.Msg) error {
		if lower := lowerLink(m); lower != 0 {
			t.Errorf("waits for %d", lower)
		}
		return nil
	})
}

func TestLookup(t *testing.T) {
	var s objecttest.Stream
	for _, i := range []int32{5, 2, 9, 5} {
		s.Link(i, "link"+string(rune('0'+i)), nil)
	}
	c := lab()
	look := NewLookup(c)
	rtnl.NewReplay(s.Bytes()).Each(func(m *rtnl.Msg) error { look.Remember(m); return nil })
	for index, want := range map[int32]string{2: "link2", 5: "link5", 9: "link9", 3: "br0", 77: "if77", 0: "*"} {
		if got := look.Name(index); got != want {
			t.Errorf("%d: got %q, want %q", index, got, want)
		}
	}
	if flags, ok := look.Flags(9); !ok || flags != objecttest.EtherUp {
		t.Errorf("flags %x, %v", flags, ok)
	}
	if _, ok := look.Flags(77); ok {
		t.Error("flags of a link that is not there")
	}
	if n, ok := look.QueueLen(2); !ok || n != 1000 {
		t.Errorf("queue of eth0: %d, %v", n, ok)
	}
	if _, ok := look.QueueLen(77); ok {
		t.Error("queue of a link that is not there")
	}
}
