package macsec_test

import (
	"encoding/binary"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/macsec"
	"github.com/nlbox/nlbox/ipcmd/object/objecttest"
)

var mains = objecttest.Mains{"macsec": macsec.Main}

// links are a stream with the devices that commands name.
func links() *objecttest.Stream {
	var s objecttest.Stream
	s.Link(1, "eth0", nil)
	s.Link(3, "ms0", nil)
	s.Link(4, "ms1", nil)
	return &s
}

func TestChanges(t *testing.T) {
	var commands []string
	for line := range strings.Lines(changeLines) {
		if line = strings.TrimSpace(line); line != "" {
			line = strings.ReplaceAll(line, "KEY", "01 "+strings.Repeat("ab", 16))
			commands = append(commands, "ip macsec "+line)
		}
	}
	objecttest.Changes(t, "testdata/changes.golden", links(), mains, commands...)
}

const changeLines = `
	add ms0 tx sa 0 pn 1 on key KEY
	add ms0 tx sa 3 pn 0x64 off key 00112233445566778899aabbccddeeff 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f
	a ms1 tx sa 1 xpn 1 salt 0102030405060708090a0b0c ssci 00000001 key KEY
	add ms0 tx sa 1 xpn 4294967297 ssci ff key KEY
	add ms0 tx sa 1 ssci ff salt 01 pn 5 key KEY
	add ms0 tx sa 0 pn 1
	add ms0 tx sa 0 key KEY
	add ms0 tx sa 0
	add ms0 tx sa 4 pn 1 key KEY
	add ms0 tx sa x pn 1 key KEY
	add ms0 tx sa
	add ms0 tx
	add ms0 tx foo
	add ms0
	add
	add nosuch
	add nosuch tx sa 0
	add ms0 foo
	add ms0 ""
	add ms0 tx sa 0 pn 0 key KEY
	add ms0 tx sa 0 pn x key KEY
	add ms0 tx sa 0 pn 4294967296 key KEY
	add ms0 tx sa 0 pn 1 pn 2 key KEY
	add ms0 tx sa 0 pn 1 xpn 2 key KEY
	add ms0 tx sa 0 xpn 1 pn 2 key KEY
	add ms0 tx sa 0 xpn 0 key KEY
	add ms0 tx sa 0 xpn x key KEY
	add ms0 tx sa 0 xpn 18446744073709551615 key KEY
	add ms0 tx sa 0 pn
	add ms0 tx sa 0 on on
	add ms0 tx sa 0 on off
	add ms0 tx sa 0 off on
	add ms0 tx sa 0 o
	add ms0 tx sa 0 help
	add ms0 tx sa 0 salt 0
	add ms0 tx sa 0 salt zz
	add ms0 tx sa 0 salt 00 salt 00
	add ms0 tx sa 0 ssci x
	add ms0 tx sa 0 ssci 1 ssci 2
	add ms0 tx sa 0 ssci 100000000
	add ms0 tx sa 0 pn 1 key
	add ms0 tx sa 0 pn 1 key 01
	add ms0 tx sa 0 pn 1 key 0 00
	add ms0 tx sa 0 pn 1 key 0x 00
	add ms0 tx sa 0 pn 1 key 01 0
	add ms0 tx sa 0 pn 1 key 01 0g
	add ms0 tx sa 0 pn 1 key 01 ""
	add ms0 tx sa 0 pn 1 key "" 00
	add ms0 tx sa 0 pn 1 key 01 +1-0
	add ms0 tx sa 0 pn 1 key 01 -1
	add ms0 tx sa 0 pn 1 key 0102030405060708090a0b0c0d0e0f101112 AbCd
	add ms0 tx sa 0 pn 1 key 0102 0304 key 05 06
	set ms0 tx sa 2 off
	set ms0 tx sa 2 pn 77
	set ms0 tx sa 2 xpn 77 salt 01 ssci 5
	set ms0 tx sa 2 salt 01 ssci 5
	set ms0 tx sa 2
	se ms0 tx sa 2 key KEY
	set ms0 tx sa 9
	del ms0 tx sa 1
	d ms0 tx sa 1 whatever follows
	del ms0 tx sa 5
	del ms0 tx
	add ms0 rx sci 0102030405060708
	add ms0 rx sci 0102030405060708 on
	add ms0 rx sci 0102030405060708 off
	add ms0 rx sci 0102030405060708 on on
	add ms0 rx sci 0102030405060708 off on
	add ms0 rx sci 0102030405060708 x
	add ms0 rx sci 0102030405060708 sa 0 pn 1 key KEY
	add ms0 rx sci 0102030405060708 sa 0 pn 1 on key KEY
	add ms0 rx sci 0102030405060708 on sa 0 pn 1 key KEY
	add ms0 rx sci 0102030405060708 sa 0
	add ms0 rx sci 0102030405060708 sa 4
	add ms0 rx sci 0102030405060708 sa
	add ms0 rx sci 0
	add ms0 rx sci x
	add ms0 rx sci
	add ms0 rx
	add ms0 rx port 5
	add ms0 rx port 5 address 02:00:00:00:00:09
	add ms0 rx address 02:00:00:00:00:09 port 5 on
	add ms0 rx address 02:00:00:00:00:09
	add ms0 rx address 02:00:00:00:00:09 on
	add ms0 rx port 5 sci 1
	add ms0 rx port 0
	add ms0 rx port x
	add ms0 rx address 02:xx port 1
	add ms0 rx address 1.2.3.x port 1
	add ms0 rx nosuch
	set ms0 rx sci 1 off
	set ms0 rx sci 1
	set ms0 rx port 1 address 02:00:00:00:00:09 sa 3 pn 9 off
	set ms0 rx port 1 address 02:00:00:00:00:09 sa 3 pn 9 key KEY
	del ms0 rx sci 1
	del ms0 rx sci 1 on
	del ms0 rx sci 1 sa 2
	del ms0 rx sci 1 sa 2 pn 4
	del ms0 rx port 1 address 02:00:00:00:00:09
	del ms0 rx
	offload ms0 mac
	offload ms0 p
	off ms0 off
	o ms1 o
	offload ms0 x
	offload ms0
	offload nosuch mac
	offload
	help
	h
	nosuch
	""
	show nosuch
	show ms0 x
`

// attrs appends numbers of 64 bits, each under its own attribute.
func counters(r *rtnl.Request, typ uint16, n int, factor uint64) {
	objecttest.Nest(r, typ, func() {
		for i := range uint16(n) {
			r.U64(i+1, uint64(i+1)*factor)
		}
	})
}

// device appends a device to a stream. an is its encoding association.
func device(s *objecttest.Stream, index uint32, cipher uint64, an uint8, more func(*rtnl.Request)) {
	s.Generic(0, 1, func(r *rtnl.Request) {
		r.U32(1, index)
		objecttest.Nest(r, 4, func() {
			r.Attr(1, []byte{2, 0, 0, 0, 0, 7, 0, byte(index)})
			r.U8(2, an)
			if index != 4 {
				r.U32(3, 32)
			}
			r.U64(4, cipher)
			r.U8(5, 16)
			r.U8(6, 1)
			r.U8(7, uint8(index&1))
			r.U8(8, 1)
			r.U8(9, uint8(index)-3)
			for i := range uint16(4) {
				r.U8(10+i, uint8(index>>i&1))
			}
		})
		more(r)
	})
}

func association(r *rtnl.Request, an, active uint8, wide bool, stats func()) {
	objecttest.Nest(r, uint16(an)+1, func() {
		r.U8(1, an)
		r.U8(2, active)
		if wide {
			r.U64(3, 0x100000005)
			r.BE32(8, 0xabcd+uint32(an))
		} else {
			r.U32(3, 7+uint32(an))
		}
		r.Attr(5, []byte{1, 2, 0xab, 15: an})
		if stats != nil {
			objecttest.Nest(r, 6, stats)
		}
	})
}

// devices are MACsec devices in several states.
func devices() *objecttest.Stream {
	s := links()
	device(s, 3, 0x0080c20001000001, 2, func(r *rtnl.Request) {
		objecttest.Nest(r, 5, func() {
			association(r, 0, 1, false, func() { r.U32(6, 5); r.U32(7, 4000000000) })
			association(r, 3, 0, false, nil)
		})
		objecttest.Nest(r, 6, func() {
			objecttest.Nest(r, 1, func() {
				r.Attr(1, []byte{2, 0, 0, 0, 0, 9, 0, 1})
				r.U8(2, 1)
				objecttest.Nest(r, 3, func() {
					association(r, 1, 1, false, func() { r.U32(1, 55); r.U32(3, 66); r.U8(4, 77); r.U16(5, 888) })
					association(r, 2, 0, false, func() {})
				})
				counters(r, 4, 10, 1234567)
			})
			objecttest.Nest(r, 2, func() {
				r.Attr(1, []byte{2, 0, 0, 0, 0, 10, 0, 1})
				r.U8(2, 0)
				objecttest.Nest(r, 3, func() {})
			})
		})
		counters(r, 7, 4, 1e18)
		counters(r, 8, 8, 99)
		objecttest.Nest(r, 9, func() { r.U8(1, 2) })
	})
	device(s, 4, 0x0080c20001000004, 0, func(r *rtnl.Request) {
		objecttest.Nest(r, 5, func() { association(r, 1, 1, true, nil) })
		objecttest.Nest(r, 6, func() {
			objecttest.Nest(r, 1, func() {
				r.Attr(1, make([]byte, 8))
				r.U8(2, 1)
				objecttest.Nest(r, 3, func() { association(r, 0, 0, true, nil) })
			})
		})
		objecttest.Nest(r, 7, func() {})
		objecttest.Nest(r, 8, func() { r.U64(3, 5) })
	})
	for i, cipher := range []uint64{0x0080020001000001, 0x0080c20001000002, 0x0080c20001000003, 7} {
		device(s, 5+uint32(i), cipher, 1, func(r *rtnl.Request) {
			for _, list := range []uint16{5, 6, 7, 8} {
				objecttest.Nest(r, list, func() {})
			}
			objecttest.Nest(r, 9, func() { r.U8(1, uint8(i)) })
		})
	}
	return s
}

func TestShow(t *testing.T) {
	objecttest.Golden(t, "testdata/show.golden", devices(), mains,
		"ip macsec show", "ip macsec", "ip -s macsec show", "ip -o macsec show", "ip -s -o macsec show ms0",
		"ip -j macsec show", "ip -j -p macsec show ms1", "ip -s -j -p macsec show", "ip -c macsec show",
		"ip macsec s ms0", "ip macsec show eth0", "ip -j macsec show eth0", "ip macsec show nosuch", "ip macsec show ms0 ms1")
	objecttest.Golden(t, "testdata/show_none.golden", links(), mains,
		"ip macsec show", "ip -j macsec show", "ip -j -p macsec show")
}

// TestShowBroken shows messages that the kernel would not send.
func TestShowBroken(t *testing.T) {
	s := links()
	s.Generic(0, 1, func(r *rtnl.Request) { r.U32(1, 3) })
	objecttest.Golden(t, "testdata/show_incomplete.golden", s, mains, "ip macsec show", "ip -j macsec show")
	s = links()
	device(s, 3, 5, 0, func(r *rtnl.Request) {
		for _, list := range []uint16{5, 6, 7} {
			objecttest.Nest(r, list, func() {})
		}
		objecttest.Nest(r, 8, func() { r.Attr(1, []byte{1, 2, 3}) })
	})
	out, errs := objecttest.Render(s.Bytes(), mains, "ip -s macsec show")
	if want := "invalid attribute length 3\n"; string(errs) != want {
		t.Errorf("%q %q, want %q", out, errs, want)
	}
}

func FuzzShow(f *testing.F) {
	all := devices().Bytes()
	rtnl.NewReplay(all).Each(func(m *rtnl.Msg) error {
		if m.Type == objecttest.Family {
			f.Add(m.Data)
		}
		return nil
	})
	f.Fuzz(func(t *testing.T, b []byte) {
		m := make([]byte, unix.SizeofNlMsghdr)
		binary.NativeEndian.PutUint32(m, uint32(len(m)+len(b)))
		binary.NativeEndian.PutUint16(m[4:], objecttest.Family)
		m = append(m, b...)
		objecttest.Render(m, mains, "ip -s macsec show")
		objecttest.Render(m, mains, "ip -s -j macsec show")
	})
}

func FuzzChange(f *testing.F) {
	for line := range strings.Lines(changeLines) {
		f.Add(strings.TrimSpace(line))
	}
	stream := links().Bytes()
	f.Fuzz(func(t *testing.T, line string) {
		run := objecttest.Discard(stream)
		run.Replay.Family = objecttest.Family
		run.Main(macsec.Main, line)
	})
}
