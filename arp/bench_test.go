package arp

import (
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/netdev"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// permanent is a neighbour as the kernel dumps it.
func permanent() *rtnl.Msg {
	r := neighbour(unix.RTM_NEWNEIGH, 0, 0, unix.NUD_PERMANENT, 0, [4]byte{10, 1, 2, 3})
	r.Attr(unix.NDA_LLADDR, []byte{2, 0, 0, 0, 0, 0x10})
	return &rtnl.Msg{Type: unix.RTM_NEWNEIGH, Data: r.Payload()}
}

func TestRowCost(t *testing.T) {
	m, buf := permanent(), make([]byte, 0, 256)
	var names netdev.Names
	if n := testing.AllocsPerRun(100, func() {
		r, ok := parseRow(m, &names)
		if got := appendLinux(buf, &r, false); !ok || len(got) < 60 {
			t.Fatalf("got %q", got)
		}
	}); n != 0 {
		t.Errorf("%.0f allocations an entry", n)
	}
}

func BenchmarkRow(b *testing.B) {
	m, buf := permanent(), make([]byte, 0, 256)
	var names netdev.Names
	b.ReportAllocs()
	for b.Loop() {
		r, _ := parseRow(m, &names)
		appendLinux(buf, &r, false)
	}
}
