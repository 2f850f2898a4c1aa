package netdev

import (
	"encoding/binary"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/namespace/nstest"
)

func TestStructIoctl(t *testing.T) {
	nstest.World(t, func() {
		b := Named("lo")
		if err := StructIoctl(unix.AF_INET, unix.SIOCGIFINDEX, &b); err != nil || binary.NativeEndian.Uint32(b[16:]) != 1 {
			t.Errorf("%v %v", b, err)
		}
		b = Named("averyverylongname")
		if string(b[:16]) != "averyverylongna\x00" {
			t.Errorf("%q", b[:16])
		}
		if err := StructIoctl(unix.AF_INET, unix.SIOCGIFINDEX, &b); err != unix.ENODEV {
			t.Error(err)
		}
		if _, ok := StructIoctl(-1, unix.SIOCGIFINDEX, &b).(*SocketError); !ok {
			t.Error("a socket of no family")
		}
	})
}
