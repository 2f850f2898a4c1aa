package link

import (
	"strconv"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
	"github.com/nlbox/nlbox/ipcmd/object/objecttest"
)

// pairs are links as the kernel dumps them: veth devices, the two ends of each
// behind one another. What they hold beyond what is printed is there in size.
func pairs(records int) []byte {
	var s objecttest.Stream
	for i := range records {
		index := int32(i + 2)
		peer := uint32(index) ^ 1
		s.Link(index, "veth"+strconv.Itoa(i), func(r *rtnl.Request) {
			r.U8(unix.IFLA_OPERSTATE, 2)
			r.U8(unix.IFLA_LINKMODE, 0)
			r.U32(unix.IFLA_MTU, 1500)
			for _, typ := range []uint16{unix.IFLA_MIN_MTU, unix.IFLA_MAX_MTU, unix.IFLA_GROUP, unix.IFLA_PROMISCUITY,
				unix.IFLA_NUM_TX_QUEUES, unix.IFLA_GSO_MAX_SEGS, unix.IFLA_GSO_MAX_SIZE, unix.IFLA_NUM_RX_QUEUES,
				unix.IFLA_CARRIER_CHANGES, unix.IFLA_CARRIER_UP_COUNT, unix.IFLA_CARRIER_DOWN_COUNT} {
				r.U32(typ, 0)
			}
			r.U32(unix.IFLA_LINK, peer)
			r.Str(unix.IFLA_QDISC, "noop")
			r.Attr(unix.IFLA_MAP, make([]byte, 32))
			r.Attr(unix.IFLA_ADDRESS, []byte{2, 0, 0, 0, byte(i >> 8), byte(i)})
			r.Attr(unix.IFLA_BROADCAST, []byte{255, 255, 255, 255, 255, 255})
			r.Attr(unix.IFLA_XDP, []byte{5, 0, unix.IFLA_XDP_ATTACHED, 0, 0, 0, 0, 0})
			n := r.Nest(unix.IFLA_LINKINFO)
			r.Text(unix.IFLA_INFO_KIND, "veth")
			r.End(n)
			r.Attr(unix.IFLA_AF_SPEC, make([]byte, 600))
		})
	}
	return s.Bytes()
}

func dumps() map[string]*objecttest.Dump {
	return map[string]*objecttest.Dump{
		"text":  {Main: show, Stream: pairs},
		"brief": {Main: show, Stream: pairs, Options: object.Options{Brief: true}},
		"json":  {Main: show, Stream: pairs, Options: object.Options{JSON: true}},
	}
}

func TestDumpCost(t *testing.T) {
	for name, d := range dumps() {
		t.Run(name, d.Check)
	}
}

func BenchmarkDump(b *testing.B) {
	for name, d := range dumps() {
		b.Run(name, d.Benchmark)
	}
}
