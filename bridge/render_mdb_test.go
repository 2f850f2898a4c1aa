package bridge

import (
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object/objecttest"
)

// mdbMessage appends a message about a bridge's multicast database.
func mdbMessage(s *objecttest.Stream, typ uint16, bridge int32, entries, routers func(*rtnl.Request)) {
	r := family(typ, 0, 0, bridge)
	if entries != nil {
		objecttest.Nest(r, mdbEntries, func() { entries(r) })
	}
	if routers != nil {
		objecttest.Nest(r, mdbRouter, func() { routers(r) })
	}
	s.Add(r)
}

// group appends a MDBA_MDB_ENTRY with one port.
func group(r *rtnl.Request, e mdbEntry, attrs func()) {
	objecttest.Nest(r, 1, func() {
		objecttest.Nest(r, 1, func() {
			r.Raw(e.bytes())
			if attrs != nil {
				attrs()
			}
		})
	})
}

func source(r *rtnl.Request, addr []byte, timer uint32) {
	objecttest.Nest(r, 1, func() {
		r.Attr(srcAddress, addr)
		r.U32(srcTimer, timer)
	})
}

func mdbEntriesOf(r *rtnl.Request) {
	v6 := []byte{0xff, 0x0e, 15: 5}
	group(r, mdbEntry{port: 4, group: []byte{239, 1, 1, 1}}, func() { r.U32(entryTimer, 25999) })
	group(r, mdbEntry{port: 4, state: 1, flags: 0x0f, vid: 100, group: v6}, func() {
		r.U32(entryTimer, 0)
		r.Attr(entrySource, []byte{0xfd, 0, 15: 9})
		r.U8(entryMode, 1)
		r.U8(entryProtocol, 4)
	})
	group(r, mdbEntry{port: 5, flags: 4, vid: 4094, group: []byte{239, 1, 1, 2}}, func() {
		r.U8(entryMode, 0)
		objecttest.Nest(r, entrySrcList, func() {
			source(r, []byte{10, 0, 0, 1}, 100)
			source(r, []byte{10, 0, 0, 2}, 1234567)
			objecttest.Nest(r, 1, func() { r.U32(srcTimer, 5) })
		})
		r.U8(entryProtocol, 200)
	})
	group(r, mdbEntry{port: 99, group: []byte{1, 0, 0x5e, 1, 2, 3}}, func() {
		r.U8(entryMode, 0)
		objecttest.Nest(r, entrySrcList, func() {})
	})
	group(r, mdbEntry{port: 2, state: 1, group: []byte{239, 1, 1, 3}}, nil)
}

func TestGoldenMDB(t *testing.T) {
	var s objecttest.Stream
	names(&s)
	mdbMessage(&s, unix.RTM_GETMDB, 2, mdbEntriesOf, func(r *rtnl.Request) {
		router(r, 4, 0, 2)
		router(r, 5, 25500, 1)
		router(r, 2, 100, 3)
	})
	mdbMessage(&s, unix.RTM_GETMDB, 3, nil, func(r *rtnl.Request) { router(r, 6, 5, 0) })
	mdbMessage(&s, unix.RTM_GETMDB, 3, nil, func(*rtnl.Request) {})
	bridgeTool().Golden(t, "testdata/mdb.golden", &s,
		"bridge mdb", "bridge -d mdb", "bridge -s mdb", "bridge -d -s mdb", "bridge -o -d mdb", "bridge -o -s -d mdb",
		"bridge -j mdb", "bridge -j -p mdb", "bridge -j -d mdb", "bridge -j -d -s -p mdb", "bridge -color -d mdb",
		"bridge mdb show dev br0", "bridge -d mdb show dev br1", "bridge mdb show vid 100", "bridge -j mdb show vid 5 dev br0")
}

func TestGoldenVNI(t *testing.T) {
	vnis := func(r *rtnl.Request, first, last uint32, more func()) {
		objecttest.Nest(r, vniFilterEntry|unix.NLA_F_NESTED, func() {
			r.U32(vniStart, first)
			if last != 0 {
				r.U32(vniEnd, last)
			}
			if more != nil {
				more()
			}
		})
	}
	message := func(s *objecttest.Stream, index int32, attrs func(*rtnl.Request)) {
		r := family(unix.RTM_NEWTUNNEL, 0, 0, index)
		attrs(r)
		s.Add(r)
	}
	var s objecttest.Stream
	names(&s)
	message(&s, 4, func(r *rtnl.Request) {
		vnis(r, 5, 0, nil)
		vnis(r, 10, 16777215, func() { r.Attr(vniGroup, []byte{239, 1, 1, 1}) })
		vnis(r, 20, 20, func() { r.Attr(vniGroup, []byte{10, 0, 0, 1}) })
		vnis(r, 21, 0, func() { r.Attr(vniGroup, []byte{0, 0, 0, 0}) })
		vnis(r, 22, 0, func() { r.Attr(vniGroup6, []byte{0xff, 0x0e, 15: 1}) })
		vnis(r, 23, 0, func() { r.Attr(vniGroup6, []byte{0xfd, 0, 15: 1}) })
		vnis(r, 24, 0, func() { r.Attr(vniGroup6, make([]byte, 16)) })
	})
	message(&s, 5, func(r *rtnl.Request) {
		vnis(r, 7, 0, func() {
			r.Attr(vniGroup, []byte{10, 0, 0, 1})
			objecttest.Nest(r, vniStats|unix.NLA_F_NESTED, func() {
				for i := range vniCounters {
					r.U64(uint16(i+1), uint64(i)<<33)
				}
			})
		})
		vnis(r, 8, 9, func() {
			objecttest.Nest(r, vniStats|unix.NLA_F_NESTED, func() { r.U64(3, 17) })
		})
	})
	bridgeTool().Golden(t, "testdata/vni.golden", &s,
		"bridge vni", "bridge -o vni", "bridge -j vni", "bridge -j -p vni", "bridge -s vni", "bridge -color vni show dev v0",
		"bridge -j vni show dev br0", "bridge vni show dev br0")
}

func TestGoldenFDB(t *testing.T) {
	entry := func(s *objecttest.Stream, h ndmsg, attrs func(*rtnl.Request)) {
		r := h.request(unix.RTM_NEWNEIGH, 0)
		r.Attr(unix.NDA_LLADDR, []byte{2, 0, 0, 0, 0, 0xaa})
		if attrs != nil {
			attrs(r)
		}
		s.Add(r)
	}
	var s objecttest.Stream
	names(&s)
	for i, state := range []uint16{0x80, 0x40, 0x02, 0x04, 0, 0x01, 0x20, 0xff} {
		entry(&s, ndmsg{index: 4, state: state, flags: 1 << i}, func(r *rtnl.Request) {
			r.U16(ndaVLAN, uint16(i))
			r.U32(ndaMaster, 2)
			r.Attr(unix.NDA_CACHEINFO, []byte{0: 1, 4: 200, 5: byte(i), 8: 100, 15: 0})
		})
	}
	entry(&s, ndmsg{index: 5, state: 0x40, flags: 0xff}, func(r *rtnl.Request) {
		r.Attr(unix.NDA_DST, []byte{10, 0, 0, 1})
		r.BE16(ndaPort, 4789)
		r.U32(ndaVNI, 77)
		r.U32(ndaSrcVNI, 78)
		r.U32(ndaIfindex, 6)
		r.U32(ndaNhID, 9)
	})
	entry(&s, ndmsg{index: 5, state: 0x80}, func(r *rtnl.Request) {
		r.Attr(unix.NDA_DST, []byte{0xfd, 0, 15: 1})
		r.U32(ndaIfindex, 6)
		r.U32(ndaLinkNSID, 3)
	})
	entry(&s, ndmsg{index: 0, state: 0x80}, nil)
	bridgeTool().Golden(t, "testdata/fdb.golden", &s,
		"bridge fdb", "bridge -s fdb", "bridge -s -d -j fdb", "bridge -j -p fdb show dev a_long_name_15c", "bridge -color fdb",
		"bridge fdb show dynamic", "bridge fdb show state 0x40", "bridge fdb show vlan 3", "bridge -o fdb show br br0")
}
