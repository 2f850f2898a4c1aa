package address

import (
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
	"github.com/nlbox/nlbox/ipcmd/object/objecttest"
)

// hosts are addresses of one link, as the kernel dumps them.
func hosts(records int) []byte {
	var s objecttest.Stream
	s.Link(2, "eth0", nil)
	for i := range records {
		own := []byte{10, 1, byte(i >> 8), byte(i)}
		s.Addr(2, 32, unix.IFA_F_PERMANENT, 0, own, nil, func(r *rtnl.Request) {
			r.Str(unix.IFA_LABEL, "eth0")
			r.U32(unix.IFA_FLAGS, unix.IFA_F_PERMANENT)
			r.Attr(unix.IFA_CACHEINFO, []byte{255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0})
		})
	}
	return s.Bytes()
}

func dumps() map[string]*objecttest.Dump {
	return map[string]*objecttest.Dump{
		"text": {Main: show, Stream: hosts},
		"json": {Main: show, Stream: hosts, Options: object.Options{JSON: true}},
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
