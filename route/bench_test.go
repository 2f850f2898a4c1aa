package route

import (
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/netdev"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// gateway is a route of the table main over a gateway, as the kernel dumps it.
func gateway() *rtnl.Msg {
	r := rtnl.NewRequest(unix.RTM_NEWROUTE, 0)
	r.Body([]byte{unix.AF_INET, 24, 0, 0, unix.RT_TABLE_MAIN, unix.RTPROT_BOOT, 0, unix.RTN_UNICAST, 0, 0, 0, 0})
	r.U32(unix.RTA_TABLE, unix.RT_TABLE_MAIN)
	r.Attr(unix.RTA_DST, []byte{20, 1, 2, 0})
	r.Attr(unix.RTA_GATEWAY, []byte{10, 0, 0, 2})
	return &rtnl.Msg{Type: unix.RTM_NEWROUTE, Data: r.Payload()}
}

// line is what `route -n` does with a message.
func line(dst []byte, m *rtnl.Msg, at rtnl.Attrs, names *netdev.Names) []byte {
	row, hop, ok := parseInetRow(m, at)
	if !ok {
		return nil
	}
	row.setHop(&hop, names)
	return appendCounts(dst, &row)
}

func TestRowCost(t *testing.T) {
	m, buf := gateway(), make([]byte, 0, 256)
	const want = "20.1.2.0        10.0.0.2        255.255.255.0   UG    0      0        0 *\n"
	var tb [rtaNHID + 1][]byte
	var names netdev.Names
	if n := testing.AllocsPerRun(100, func() {
		if got := line(buf, m, tb[:], &names); string(got) != want {
			t.Fatalf("got %q", got)
		}
	}); n != 0 {
		t.Errorf("%.0f allocations a route", n)
	}
}

func BenchmarkRow(b *testing.B) {
	m, buf := gateway(), make([]byte, 0, 256)
	var tb [rtaNHID + 1][]byte
	var names netdev.Names
	b.ReportAllocs()
	for b.Loop() {
		line(buf, m, tb[:], &names)
	}
}
