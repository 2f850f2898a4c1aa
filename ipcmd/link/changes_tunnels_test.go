package link_test

import (
	"testing"

	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object/objecttest"
)

// tunnels are devices whose attributes are those of a kind that is asked for,
// or not. The numbers are those of linux/if_tunnel.h.
func tunnels() *objecttest.Stream {
	var s objecttest.Stream
	v4 := []byte{10, 0, 0, 1}
	v6 := []byte{0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}
	index := int32(1)
	add := func(name string, attrs func(r *rtnl.Request)) {
		index++
		s.Link(index, name, func(r *rtnl.Request) {
			objecttest.Kind(r, "any", func() { attrs(r) })
		})
	}
	s.Link(1, "eth0", nil)
	add("empty", func(*rtnl.Request) {})
	for _, d := range []struct {
		name string
		addr []byte
	}{{"four", v4}, {"six", v6}, {"short", v4[:2]}} {
		add("gre"+d.name, func(r *rtnl.Request) {
			r.U32(1, 1)
			r.Attr(6, d.addr)
			r.Attr(7, d.addr)
			r.U8(8, 64)
		})
		add("tnl"+d.name, func(r *rtnl.Request) {
			r.U32(1, 1)
			r.Attr(2, d.addr)
			r.Attr(3, d.addr)
			r.U8(4, 64)
		})
		add("vti"+d.name, func(r *rtnl.Request) {
			r.U32(1, 1)
			r.Attr(4, d.addr)
			r.Attr(5, d.addr)
		})
		add("rd"+d.name, func(r *rtnl.Request) { r.Attr(11, d.addr) })
		add("relay"+d.name, func(r *rtnl.Request) { r.Attr(12, d.addr) })
	}
	return &s
}

// TestChangeTunnels changes tunnels, and what has no fitting address.
func TestChangeTunnels(t *testing.T) {
	var commands []string
	for _, c := range []struct{ devices, kinds []string }{
		{[]string{"empty", "eth0", "grefour", "gresix", "greshort"}, []string{"gre", "gretap", "erspan", "ip6gre", "ip6gretap", "ip6erspan"}},
		{[]string{"empty", "eth0", "tnlfour", "tnlsix", "tnlshort"}, []string{"ipip", "sit", "ip6tnl"}},
		{[]string{"rdfour", "rdsix", "rdshort", "relayfour", "relaysix", "relayshort"}, []string{"ipip", "sit", "ip6tnl"}},
		{[]string{"empty", "eth0", "vtifour", "vtisix", "vtishort"}, []string{"vti", "vti6"}},
	} {
		for _, kind := range c.kinds {
			for _, dev := range c.devices {
				commands = append(commands, "ip link set "+dev+" type "+kind+" fwmark 5")
			}
		}
	}
	objecttest.Changes(t, "testdata/changes/tunnels.golden", tunnels(), mains, commands...)
}
