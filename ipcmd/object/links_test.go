package object

import (
	"encoding/binary"
	"testing"

	"github.com/nlbox/nlbox/internal/rtnl"
	"golang.org/x/sys/unix"
)

// newLink is a RTM_NEWLINK message with an index and a name.
func newLink(index uint32, name string) []byte {
	n := unix.SizeofNlMsghdr + unix.SizeofIfInfomsg
	b := make([]byte, n, n+24)
	binary.NativeEndian.PutUint16(b[4:], unix.RTM_NEWLINK)
	binary.NativeEndian.PutUint32(b[20:], index)
	b = binary.NativeEndian.AppendUint16(b, uint16(4+len(name)+1))
	b = binary.NativeEndian.AppendUint16(b, unix.IFLA_IFNAME)
	b = append(b, name+"\x00"...)
	for len(b)%4 != 0 {
		b = append(b, 0)
	}
	binary.NativeEndian.PutUint32(b, uint32(len(b)))
	return b
}

func TestLinksIndex(t *testing.T) {
	stream := append(newLink(5, "eth0"), newLink(7, "eth1")...)
	c := &Context{Dial: func() (rtnl.Conn, error) { return rtnl.NewReplay(stream), nil }}
	for _, k := range []struct {
		name string
		want int32
	}{
		{"eth0", 5}, {"eth1", 7}, {"eth1:1", 7}, {"eth0:", 5}, {"eth1:a:b", 7},
		{"eth0:4567890123", 5}, // 15 bytes, the longest name
		{"eth2:1", 0}, {":1", 0}, {"if9", 9}, {"if", 0}, {"none", 0},
	} {
		if got := c.Links().Index(k.name); got != k.want {
			t.Errorf("Index(%q) = %d, want %d", k.name, got, k.want)
		}
	}
}

// TestLinksDrop holds that a name stays with those that had it, the last of them
// first, until they are dropped.
func TestLinksDrop(t *testing.T) {
	c := &Context{Dial: func() (rtnl.Conn, error) { return rtnl.NewReplay(nil), nil }}
	l := c.Links()
	take := func(index uint32, name string) {
		_ = rtnl.NewReplay(newLink(index, name)).Each(func(m *rtnl.Msg) error {
			l.Remember(m)
			return nil
		})
	}
	want := func(name string, index int32) {
		t.Helper()
		if got := l.Index(name); got != index {
			t.Errorf("Index(%q) = %d, want %d", name, got, index)
		}
	}
	take(5, "v0")
	take(6, "v1")
	take(7, "v1")
	take(8, "v1")
	want("v1", 8)
	l.Drop(7)
	want("v1", 8)
	l.Drop(8)
	want("v1", 6)
	take(6, "w1") // renamed
	want("v1", 0)
	want("w1", 6)
	l.Drop(6)
	l.Drop(6)
	want("w1", 0)
	want("v0", 5)
}
