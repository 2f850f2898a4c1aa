package route

import (
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
	"github.com/nlbox/nlbox/ipcmd/object/objecttest"
)

// gateways are routes as the kernel dumps them: a /24 each, over one gateway.
func gateways(records int) []byte {
	b := objecttest.Message(unix.RTM_NEWLINK, linkHeader(3), func(r *rtnl.Request) { r.Str(unix.IFLA_IFNAME, "eth0") })
	for i := range records {
		h := header{family: unix.AF_INET, dstLen: 24, table: unix.RT_TABLE_MAIN,
			protocol: unix.RTPROT_BOOT, kind: unix.RTN_UNICAST}
		head := make([]byte, headerSize)
		h.put(head)
		b = append(b, objecttest.Message(unix.RTM_NEWROUTE, head, func(r *rtnl.Request) {
			r.U32(unix.RTA_TABLE, unix.RT_TABLE_MAIN)
			r.Attr(unix.RTA_DST, []byte{20, byte(i >> 8), byte(i), 0})
			r.Attr(unix.RTA_GATEWAY, []byte{10, 0, 0, 2})
			r.U32(unix.RTA_OIF, 3)
		})...)
	}
	return b
}

func linkHeader(index int32) []byte {
	head := make([]byte, unix.SizeofIfInfomsg)
	native.PutUint32(head[4:], uint32(index))
	return head
}

func dumps() map[string]*objecttest.Dump {
	return map[string]*objecttest.Dump{
		"text": {Main: list, Stream: gateways},
		"json": {Main: list, Stream: gateways, Options: object.Options{JSON: true}},
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
