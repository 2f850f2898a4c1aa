package object

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
)

// What is inside the attribute IFLA_LINKINFO of a VRF (linux/if_link.h).
const (
	infoKind = 1
	infoData = 2
	vrfTable = 1
)

// vrf is a VRF device. A table of 0 tells that the kernel gave none.
type vrf struct {
	index int32
	table uint32
}

// VRF returns the index of the VRF device name. The error is that of ip for a
// name that is none.
func (c *Context) VRF(name string) (index int32, err error) {
	v, err := c.vrf(name)
	if err != nil || v.index == 0 {
		return 0, invalidVRF(name)
	}
	return v.index, nil
}

// VRFTable returns the routing table of the VRF device name. Without a device
// of that name, "default" stands for the table main.
func (c *Context) VRFTable(name string) (table uint32, err error) {
	v, err := c.vrf(name)
	if err != nil {
		if name == "default" && rtnl.Errno(err) == unix.ENODEV {
			if table, ok := c.Names().TableID("main"); ok {
				return table, nil
			}
		}
		return 0, invalidVRF(name)
	}
	if v.table == 0 {
		return 0, invalidVRF(name)
	}
	return v.table, nil
}

func invalidVRF(name string) error { return words.Invalid("Invalid VRF\n", name) }

// vrf asks for a device. The result is zero for one that is no VRF; the error is
// the kernel's.
func (c *Context) vrf(name string) (v vrf, err error) {
	conn, err := c.Conn()
	if err != nil {
		return v, err
	}
	r := rtnl.NewRequest(unix.RTM_GETLINK, 0)
	r.Link(unix.AF_UNSPEC, 0, 0, 0, 0)
	r.Str(unix.IFLA_IFNAME, name)
	err = conn.Get(r, func(m *rtnl.Msg) error {
		v = parseVRF(m)
		return nil
	})
	return v, err
}

func parseVRF(m *rtnl.Msg) (v vrf) {
	if len(m.Data) < unix.SizeofIfInfomsg {
		return v
	}
	var tb [unix.IFLA_LINKINFO + 1][]byte
	var li [infoData + 1][]byte
	var data [vrfTable + 1][]byte
	at, info, d := rtnl.Attrs(tb[:]), rtnl.Attrs(li[:]), rtnl.Attrs(data[:])
	at.Parse(m.Data[unix.SizeofIfInfomsg:])
	at.Nested(unix.IFLA_LINKINFO, info)
	if kind, _ := info.Str(infoKind); kind != "vrf" {
		return v
	}
	v.index = int32(native.Uint32(m.Data[4:]))
	info.Nested(infoData, d)
	v.table, _ = d.U32(vrfTable)
	return v
}
