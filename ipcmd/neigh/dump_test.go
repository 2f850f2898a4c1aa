package neigh

import (
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
	"github.com/nlbox/nlbox/ipcmd/object/objecttest"
)

// neighbours are entries of one device, as the kernel dumps them.
func neighbours(records int) []byte {
	b := link(2, unix.ARPHRD_ETHER, "eth0")
	for i := range records {
		h := header{family: unix.AF_INET, index: 2, state: unix.NUD_PERMANENT}
		b = append(b, objecttest.Message(unix.RTM_NEWNEIGH, h.bytes(), func(r *rtnl.Request) {
			r.Attr(unix.NDA_DST, []byte{10, 1, byte(i >> 8), byte(i)})
			r.Attr(unix.NDA_LLADDR, []byte{2, 0, 0, 0, byte(i >> 8), byte(i)})
			r.Attr(unix.NDA_CACHEINFO, make([]byte, 16))
			r.U32(unix.NDA_PROBES, 0)
		})...)
	}
	return b
}

func dumps() map[string]*objecttest.Dump {
	return map[string]*objecttest.Dump{
		"text":  {Main: Main, Stream: neighbours},
		"stats": {Main: Main, Stream: neighbours, Options: object.Options{Stats: 1}},
		"json":  {Main: Main, Stream: neighbours, Options: object.Options{JSON: true}},
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
