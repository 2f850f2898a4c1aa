package rtnl

import (
	"testing"

	"golang.org/x/sys/unix"
)

// routeMessage is a route as the kernel dumps it.
func routeMessage() []byte {
	r := NewRequest(unix.RTM_NEWROUTE, unix.NLM_F_MULTI)
	r.Body([]byte{unix.AF_INET, 24, 0, 0, unix.RT_TABLE_MAIN, unix.RTPROT_BOOT, 0, unix.RTN_UNICAST, 0, 0, 0, 0})
	r.U32(unix.RTA_TABLE, unix.RT_TABLE_MAIN)
	r.Attr(unix.RTA_DST, []byte{20, 1, 2, 0})
	r.Attr(unix.RTA_GATEWAY, []byte{10, 0, 0, 2})
	r.U32(unix.RTA_OIF, 3)
	return r.Bytes()
}

// parseRoute is what a dump does with a message before it is printed.
func parseRoute(m *Msg, b []byte, at Attrs) Set {
	if _, ok := m.parse(b); !ok {
		return 0
	}
	return at.Parse(m.Data[unix.SizeofRtMsg:])
}

const routeAttrs Set = 1<<unix.RTA_TABLE | 1<<unix.RTA_DST | 1<<unix.RTA_GATEWAY | 1<<unix.RTA_OIF

func TestParseCost(t *testing.T) {
	var m Msg
	var tb [31][]byte
	b := routeMessage()
	if n := testing.AllocsPerRun(100, func() {
		if got := parseRoute(&m, b, tb[:]); got != routeAttrs {
			t.Fatalf("attributes %b", got)
		}
	}); n != 0 {
		t.Errorf("%.0f allocations", n)
	}
}

// A request, and a row of them, cost nothing once they have their room.
func TestRequestCost(t *testing.T) {
	r := NewRequest(unix.RTM_NEWROUTE, 0)
	var q Changes
	fill := func() {
		q.Reset()
		for range 10 {
			r.Reset(unix.RTM_NEWROUTE, unix.NLM_F_CREATE)
			r.Link(0, 0, 1, 0, 0)
			r.Str(unix.IFLA_IFNAME, "eth0")
			q.Add(r)
		}
	}
	fill()
	if n := testing.AllocsPerRun(100, fill); n != 0 {
		t.Errorf("%.0f allocations", n)
	}
	n := 0
	q.Each(func(r *Request) error {
		if r.Type() == unix.RTM_NEWROUTE && r.Len() == 16+16+12 {
			n++
		}
		return nil
	})
	if n != 10 || q.Len() != 10 || q.Size() != 10*44 {
		t.Errorf("%d requests of %d, %d bytes", n, q.Len(), q.Size())
	}
}

// Changes are made and refused one by one, whether they are sent so or at once.
func TestChangeAndPipeline(t *testing.T) {
	c := open(t)
	// No link has the index: the kernel refuses, also whoever may not change any.
	r := NewRequest(unix.RTM_DELLINK, 0)
	r.Link(unix.AF_UNSPEC, 0, 1<<30, 0, 0)
	if err := c.Change(r); Errno(err) == 0 {
		t.Errorf("Change: %v", err)
	}
	refused, err := c.Pipeline(NewChanges([]*Request{r, r, r}))
	if err != nil || len(refused) != 3 {
		t.Fatalf("%d refused, %v", len(refused), err)
	}
	for i := range refused {
		if refused[i].Index != i || refused[i].Err.Errno == 0 {
			t.Errorf("refusal %d: %+v", i, refused[i])
		}
	}
	// Nothing is left that the next question would take for its answer.
	if err := c.Dump(linkDump(), func(*Msg) error { return nil }); err != nil {
		t.Error(err)
	}
}

func BenchmarkParse(b *testing.B) {
	var m Msg
	var tb [31][]byte
	message := routeMessage()
	b.ReportAllocs()
	b.SetBytes(int64(len(message)))
	for b.Loop() {
		parseRoute(&m, message, tb[:])
	}
}

func BenchmarkRequest(b *testing.B) {
	r := NewRequest(unix.RTM_NEWROUTE, 0)
	b.ReportAllocs()
	for b.Loop() {
		r.Reset(unix.RTM_NEWROUTE, unix.NLM_F_CREATE)
		r.Body((&[unix.SizeofRtMsg]byte{unix.AF_INET})[:])
		r.Attr(unix.RTA_DST, []byte{20, 1, 2, 0})
		r.U32(unix.RTA_OIF, 3)
		r.Bytes()
	}
}
